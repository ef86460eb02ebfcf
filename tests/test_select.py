"""Choosing the article's own blocks."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.counting import count_words
from aggregator.document import parse_document
from aggregator.extraction import article_body, read_blocks, select
from aggregator.extraction.context import CONTEXT_NAMES, Context, sigmoid
from aggregator.extraction.features import BLOCK_NAMES, PATH_NAMES, Measured, path_features, phrase_class
from aggregator.extraction.lexicon import (
    MARK_NAMES,
    TEXT_NAMES,
    load_weights,
    mark_features,
    path_words,
    text_features,
    text_words,
    weigh,
)
from aggregator.extraction.scorecard import Cards, constant, load_cards, total
from aggregator.extraction.select import BLOCK_CARDS, CLOCK, PATH_CARDS
from aggregator.models import Block, SiteRules

PROSE = [
    "The singer Odalys Ferrant will record a new song for the series The Salt Road, her studio said on Tuesday.",
    "It is her first recording in nine years, and she says that it will be her last for a while.",
    "The series, set in a harbour town, has been the most watched drama of its channel since it began in March.",
    "The song will be heard for the first time in the final episode on June 9 and goes on sale the same night.",
]
TITLE = "Odalys Ferrant returns to the studio"


def page(inner: str, rules: SiteRules | None = None) -> tuple[Block, ...]:
    items = "".join(f"<li><a href=/{name}>{name}</a></li>" for name in ("Film", "Music", "Stage", "Games"))
    menu = f"<div class=top><ul>{items}</ul></div>"
    html = f"<html><body>{menu}<main><article><h1>{TITLE}</h1>{inner}</article></main></body></html>"
    return select(read_blocks(parse_document(html), rules=rules), title=TITLE, description=None)


def kept(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks if block.keep]


@pytest.mark.parametrize("standing", [f"<h2>{TITLE}, after nine years</h2>", "<h2>A voice comes back</h2>"])
def test_a_headline_repeated_below_the_text_is_not_where_the_article_begins(standing: str) -> None:
    prose = "".join(f"<p>{text}</p>" for text in PROSE)
    html = f"<main>{standing}{prose}<div class=share><h1>{TITLE}</h1><p>Share this article</p></div></main>"
    measured = Measured(read_blocks(parse_document(html)), title=TITLE, description=None, article_body=None)
    assert measured.headline == (0 if TITLE in standing else -1)


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_paragraphs_are_kept_and_the_rest_says_why_not() -> None:
    """The text is kept; headline, menu, byline, caption and share row are not, each with a rule."""
    blocks = page(
        f"<p class=byline>By Nell Aster</p><figure><img><figcaption>Odalys Ferrant on stage</figcaption></figure>{paragraphs(PROSE)}"
        "<div class=share><a href=/s>Share on Facebook</a></div>"
    )
    assert kept(blocks) == PROSE
    rules = {block.text: block.rule for block in blocks if not block.keep}
    assert rules[TITLE] == "headline"
    assert rules["Film"] == "menu"
    assert rules["By Nell Aster"] == "phrase:byline"
    assert rules["Odalys Ferrant on stage"] == "caption"
    assert rules["Share on Facebook"] == "phrase:share"
    assert all(rules.values())


def test_sub_headlines_and_quotes_belong() -> None:
    """What structures the text is part of it."""
    quote = "“I read the last script and then I wrote, all night.”"
    heading = "A song for the last scene"
    inner = f"{paragraphs(PROSE[:2])}<h2>{heading}</h2>{paragraphs(PROSE[2:3])}<blockquote><p>{quote}</p></blockquote>"
    assert kept(page(inner + paragraphs(PROSE[3:]))) == [*PROSE[:2], heading, PROSE[2], quote, PROSE[3]]


def test_a_text_that_comes_twice_is_kept_once() -> None:
    """A mobile and a desktop version of one part are one part."""
    assert kept(page(paragraphs([*PROSE, PROSE[1]]))).count(PROSE[1]) == 1


def test_a_heading_at_the_end_is_not_kept() -> None:
    """What a heading announces behind the text is not the article's."""
    assert kept(page(f"{paragraphs(PROSE)}<h3>What else is new</h3>")) == PROSE


def test_paragraphs_in_headings_are_paragraphs() -> None:
    """Some sites put every paragraph into a heading; only the loose one at the end is none."""
    inner = "".join(f"<h3>{text}</h3>" for text in PROSE)
    assert kept(page(f"{inner}<h3>What else is new</h3>")) == PROSE


def test_names_above_the_headline_are_not_kept() -> None:
    """A section's name before the headline is no text."""
    html = f"<html><body><main><div class=content><h2>Entertainment</h2><h1>{TITLE}</h1>{paragraphs(PROSE)}</div></main></body></html>"
    blocks = select(read_blocks(parse_document(html)), title=TITLE, description=None)
    assert kept(blocks) == PROSE


def test_rules_of_a_site_win() -> None:
    """Where a person named the body, that is the text, whatever the scores say."""
    rules = SiteRules(body=("div.odd",), remove=("p.no",))
    blocks = page(f"{paragraphs(PROSE)}<div class=odd><p>Share this</p><p class=no>But not this</p></div>", rules)
    assert kept(blocks) == ["Share this"]
    assert {block.rule for block in blocks if not block.keep} == {"site:outside", "site:remove"}


def test_structured_data_as_the_only_text_is_kept() -> None:
    """The paragraphs of an articleBody that stand in for an empty page are the text."""
    body = "\\n".join(PROSE)
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{body}"}}</script>'
    html = f"<html><body>{data}<p>Loading</p></body></html>"
    document = parse_document(html)
    assert (
        kept(select(read_blocks(document), title=TITLE, description=None, article_body=article_body(document))) == PROSE
    )


def test_a_short_or_missing_article_body_is_no_evidence() -> None:
    """A teaser in the structured data says nothing about the page's text."""
    assert (
        article_body(
            parse_document('<script type="application/ld+json">{"@type": "Article", "articleBody": "Short."}</script>')
        )
        is None
    )
    assert article_body(parse_document("<p>x</p>")) is None


def test_no_blocks() -> None:
    """An empty page gives nothing and does not fail."""
    assert select((), title=None, description=None) == ()


BLOCKS = st.builds(
    Block,
    tag=st.sampled_from(["p", "h", "li", "quote", "caption", "row", "pre"]),
    text=st.text(min_size=1, max_size=80).filter(lambda text: bool(text.strip())),
    path=st.lists(st.sampled_from(["p", "div.content", "nav", "li", "footer#x", "a", ""]), max_size=4).map(tuple),
    level=st.integers(0, 6),
    group=st.integers(0, 3),
    within=st.lists(st.integers(0, 5), max_size=4).map(tuple),
    rule=st.sampled_from(["", "", "hidden", "site:remove"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCKS, max_size=12), st.text(max_size=30) | st.none())
def test_any_blocks_come_back_in_order_with_a_reason(blocks: list[Block], title: str | None) -> None:
    """No block is lost or changed but for its verdict, and what is not kept has a rule."""
    chosen = select(blocks, title=title, description=title, article_body=title)
    assert [block.text for block in chosen] == [block.text for block in blocks]
    assert all(block.keep == (not block.rule) for block in chosen)


# ------------------------------------------------------------------------------------------------ measures


@pytest.mark.parametrize(
    ("text", "words"),
    [("one two  three", 3), ("", 0), ("新しい連続ドラマ", 5), ("한서윤이 돌아온다", 2), ("یہ گانا اگلے", 3)],
)
def test_words(text: str, words: int) -> None:
    """Scripts without blanks count two characters a word."""
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Read more: a film", 1),
        ("SHARE", 2),
        ("Sign up now", 3),
        ("© 2024", 4),
        ("12 things", 0),
        ("By Nell", 6),
        ("• Related", 1),
        ("", 0),
    ],
)
def test_phrases_at_the_start(text: str, name: int) -> None:
    """A block's first words put it into a class, whatever its case and bullet."""
    assert phrase_class(text) == name


def test_path_features_count_levels() -> None:
    """The nearest level counts; 10 says that there is none."""
    row = dict(zip(PATH_NAMES, path_features(("p.caption", "div.share-tools", "aside", "div.share")), strict=True))
    assert (row["class_caption"], row["class_share"], row["in_aside"], row["in_nav"]) == (0, 1, 2, 10)


def test_rows_fit_their_names() -> None:
    """Every feature has a name, in both looks."""
    blocks = read_blocks(parse_document(f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p>"))
    measured = Measured(blocks, title=TITLE, description=None, article_body=None)
    assert len(measured.row(0)) == len(BLOCK_NAMES)
    assert len(Context(measured, [0.0, 1.0]).row(1)) == len(CONTEXT_NAMES)


def test_scorecards() -> None:
    """A value gets the points of its bin, at each look those of that look."""
    cards = Cards(("a", "b"), ((1.0, 2.0), (0.5,)), ((0.0, 1.0, 2.0), (-3.0, 3.0)), ((5.0, 6.0, 7.0), (0.0, 1.0)))
    assert cards.bins((1.0, 0.0)) == (1, 0)
    assert total(cards.first, (1, 0)) == -2.0
    assert total(cards.second, cards.bins((5.0, 0.5))) == 8.0


@pytest.mark.parametrize(
    ("section", "names"), [("path", PATH_CARDS), ("block", BLOCK_CARDS), ("context", CONTEXT_NAMES)]
)
def test_the_table_has_sound_cards_for_all_features(section: str, names: tuple[str, ...]) -> None:
    """Cuts rise, and there is one more bin than cuts; what is known only after the first look has no points there."""
    cards = load_cards(section, names)
    for cuts, first, second in zip(cards.cuts, cards.first, cards.second, strict=True):
        assert list(cuts) == sorted(cuts)
        assert len(second) == len(cuts) + 1
        assert len(first) == (0 if section == "context" else len(second))


def test_words_of_a_text_are_those_of_its_ends_and_a_short_text_counts_as_a_whole() -> None:
    assert text_words("Read more") == {"read", "more", "^read more", "=read more"}
    assert text_words("") == frozenset()
    long = text_words("Alpha " + "beta " * 100 + "omega")
    assert {"alpha", "omega", "^alpha beta"} <= long
    assert not any(word.startswith("=") for word in long)


def test_names_in_a_path_count_whole_and_in_parts_and_near_apart_from_far() -> None:
    near, far = path_words(("p.lead", "div.post-content#Main9", "section", "main:main", "body"))
    assert near == {"lead", "post-content", "post", "content", "ain"}
    assert far == {"main"}


def test_words_without_a_weight_count_nothing() -> None:
    assert weigh(frozenset({"a", "b"}), {}) == (0.0, 0.0, 0.0)
    assert weigh(frozenset({"a", "b", "c"}), {"a": 2.0, "b": -1.0}) == (1.0, -1.0, 2.0)
    assert len(text_features("x", {})) == len(TEXT_NAMES)
    assert len(mark_features(("p",), {})) == len(MARK_NAMES)


def test_every_word_of_the_lexicon_can_be_met() -> None:
    """Words of texts are lower-case; names of classes are letters and hyphens."""
    assert all(word == word.lower() for word in load_weights("text"))
    assert all(re.fullmatch(r"[a-z-]{2,}", word) for word in load_weights("marks"))


@pytest.mark.parametrize(
    "end", ["<p><a href=/tag/x>Odalys Ferrant</a></p>", "<h3>More</h3>", "<p><a href=/>Home</a></p><h2>Films</h2>"]
)
def test_labels_and_headings_at_the_end_belong_to_what_follows(end: str) -> None:
    html = f"<html><body><main><article><h1>{TITLE}</h1><div class=story>{paragraphs(PROSE)}{end}</div></article></main></body></html>"
    assert kept(select(read_blocks(parse_document(html)), title=TITLE, description=None)) == PROSE


def test_points_as_probability() -> None:
    """0 points are even odds; huge points do not overflow."""
    assert sigmoid(0.0) == 0.5
    assert sigmoid(-1e9) < 1e-12 < 1 - 1e-12 < sigmoid(1e9)
    assert -3 < constant("threshold") < 3


DECK = "She has not sung for nine years, and nobody knew why"
BODY = f"<div class=story>{paragraphs(PROSE)}</div>"


def with_description(inner: str, description: str) -> tuple[Block, ...]:
    html = f"<html><body><main><article><h1>{TITLE}</h1>{inner}</article></main></body></html>"
    return select(read_blocks(parse_document(html)), title=TITLE, description=description)


@pytest.mark.parametrize(
    "inner",
    [
        f"<h2>{DECK}</h2>{BODY}",
        f"<div class=head><p>{DECK}.</p></div>{BODY}",
        f"<div class=story><h3>{DECK}</h3>{paragraphs(PROSE)}</div>",
        f"<div class=story><p class=standfirst>{DECK}.</p>{paragraphs(PROSE)}</div>",
        f"<div class=story><div class='x deck'><p>{DECK}.</p></div>{paragraphs(PROSE)}</div>",
        f"<p class=standfirst>{DECK}.</p>{BODY}",
        f"<div class=story><p>{DECK}</p>{paragraphs(PROSE)}</div>",
    ],
)
def test_the_printed_description_is_no_paragraph(inner: str) -> None:
    """A standfirst that became the description goes, under its rule, where heading, class or container set it apart."""
    blocks = with_description(inner, DECK)
    assert kept(blocks) == PROSE
    assert [block.rule for block in blocks if block.text.startswith(DECK)] == ["standfirst"]


@pytest.mark.parametrize(
    ("inner", "description", "text"),
    [
        (BODY, PROSE[0], PROSE),
        ("".join(f"<div class=part><p>{text}</p></div>" for text in PROSE), PROSE[0], PROSE),
        (
            f"<div class=lead>{paragraphs(PROSE[:2])}</div><div class=rest>{paragraphs(PROSE[2:])}</div>",
            PROSE[0],
            PROSE,
        ),
        (f"<p class=standfirst>{PROSE[0]}</p>", PROSE[0], PROSE[:1]),
        (BODY, "", PROSE),
        (f"<p>{PROSE[0]}</p>{BODY}", PROSE[0][:30] + "...", [PROSE[0], *PROSE[1:]]),
    ],
)
def test_a_description_that_repeats_the_opening_takes_nothing(inner: str, description: str, text: list[str]) -> None:
    """The opening paragraph stays where nothing sets it apart, and so does a text of one paragraph."""
    assert kept(with_description(inner, description)) == text


def test_a_body_that_a_site_s_rules_name_has_no_sub_headline_either() -> None:
    html = f"<html><body><h1>{TITLE}</h1><div class=story><p>{TITLE}</p><p>{DECK}</p>{paragraphs(PROSE)}</div></body></html>"
    rules = SiteRules(body=("div.story",))
    blocks = select(read_blocks(parse_document(html), rules=rules), title=TITLE, description=DECK)
    assert kept(blocks)[-len(PROSE) :] == PROSE
    assert DECK not in kept(blocks)


def test_a_lead_in_sentences_opens_the_text() -> None:
    """A standfirst of a paragraph's length, told in sentences, is text; the description only repeats it."""
    lead = (
        "The singer has not been in a studio for nine years. Now a series about salt miners has brought her back to it."
    )
    assert kept(with_description(f"<p class=standfirst>{lead}</p>{BODY}", lead)) == [lead, *PROSE]


def test_a_description_that_breaks_off_names_its_standfirst() -> None:
    """Dots at the end of the description stand for the rest of the printed line."""
    blocks = with_description(f"<h2>{DECK}</h2>{BODY}", DECK[:40] + "...")
    assert [block.rule for block in blocks if block.text == DECK] == ["standfirst"]


def test_the_last_entry_of_a_live_blog_stays() -> None:
    """Stamps and short entries that stand in the markup of the other entries are text, from the first one to the last."""
    texts = [
        *PROSE,
        "She has lost a shoe on the stairs, and nobody minds.",
        "That is all. The shoe has been found. Good night.",
    ]
    entries = "".join(
        f"<section class=live-entry id=entry-{n}><div class=stamp><time>16:0{n}</time></div><p>{text}</p></section>"
        for n, text in enumerate(texts)
    )
    wanted = [line for n, text in enumerate(texts) for line in (f"16:0{n}", text)]
    assert kept(page(f"<p class=byline>By Nell Aster</p><div class=article-body>{entries}</div>")) == wanted


def test_headlines_below_an_announcing_line_at_the_end_are_no_text() -> None:
    """One headline that looks like text does not stay alone of its list."""
    items = "".join(
        f"<li>{text}</li>"
        for text in ("Why Ruben Falk puts off his tour", "New jury for the big dance show", "First look at the house")
    )
    shown = kept(page(f"<div class=story>{paragraphs(PROSE)}</div><h2>More on this topic</h2><ul>{items}</ul>"))
    assert shown == PROSE


def test_clock_times_above_paragraphs_are_the_times_of_a_live_blog_s_entries() -> None:
    times = ["20.15 Uhr", "21.15 Uhr", "22.15 Uhr", "23.15 Uhr"]
    entries = "".join(
        f"<div><div class=when>{time}</div><p>{text}</p></div>" for time, text in zip(times, PROSE, strict=True)
    )
    assert [line for line in kept(page(entries)) if line not in PROSE] == times


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("16:04", True),
        ("20.15 Uhr", True),
        ("9 a.m. ET", True),
        ("14h30", True),
        ("12.50 EUR", False),
        ("45.99", False),
        ("8", False),
    ],
)
def test_a_time_of_day_is_told_from_other_figures(text: str, is_one: bool) -> None:
    assert (CLOCK.fullmatch(text) is not None) is is_one
