"""The second layer: other stories and appeals among the blocks of an article."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.clean import CleanedBlocks, clean_blocks, segment_hash
from aggregator.models import Block, BlockTag, Link

TITLE = "Odalys Ferrant returns to the studio"
PROSE = [
    "The singer Odalys Ferrant will record a new song for the series The Salt Road, her studio said on Tuesday.",
    "It is her first recording in nine years, and she says that it will be her last for a while.",
    "The series has been the most watched drama of its channel since it began in March.",
]
OTHERS = [
    "Mara Quist answers critics after stormy premiere",
    "Tobias Renn on leaving the detective series",
    "Velvet Harbour announce a farewell tour",
    "First picture from the set of a space opera",
]


def p(text: str, tag: BlockTag = "p", **more: object) -> Block:
    return Block(tag=tag, text=text, **more)  # type: ignore[arg-type]


def link(text: str, tag: BlockTag = "p", url: str = "", lead: str = "") -> Block:
    target = url or f"https://example.org/{len(text)}-{text[:4].strip()}"
    return Block(tag=tag, text=lead + text, links=(Link(url=target, text=text),), link_chars=len(text))


def clean(*parts: Block | str | Sequence[Block], **more: object) -> CleanedBlocks:
    blocks: list[Block] = []
    for part in parts:
        blocks += [p(part)] if isinstance(part, str) else [part] if isinstance(part, Block) else part
    return clean_blocks(blocks, title=TITLE, **more)  # type: ignore[arg-type]


WHOLE = "\n\n".join(PROSE)


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("linked list under a heading", [p("More stories", "h"), *(link(text, "li") for text in OTHERS)]),
        ("linked list without a heading", [link(text, "li") for text in OTHERS]),
        ("labelled paragraphs", [link(text, lead="Read more: ") for text in OTHERS]),
        ("paragraphs of dashes", [part for text in OTHERS for part in (p("-"), p(text))]),
        ("bulleted lines in one paragraph", [p("\n".join(f"- {text}" for text in OTHERS))]),
        ("heading and plain items", [p("Related stories", "h"), *(p(text, "li") for text in OTHERS)]),
        ("single linked paragraphs", [link(text) for text in OTHERS]),
        ("headings that are links", [link(text, "h") for text in OTHERS]),
    ],
)
def test_other_stories_behind_the_text(name: str, tail: list[Block]) -> None:
    """Whatever their form, the headlines leave the text and become related links in their order."""
    cleaned = clean(*PROSE, tail)
    assert cleaned.text == WHOLE, name
    assert [related.title for related in cleaned.related] == OTHERS
    assert [related.position for related in cleaned.related] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "middle",
    [
        [link(OTHERS[0], lead="Read more: ")],
        [link(OTHERS[0])],
        [link(text, "li") for text in OTHERS],
        [p("RELATED STORIES", "h"), *(link(text, "li") for text in OTHERS)],
    ],
)
def test_other_stories_in_the_middle_of_the_text(middle: list[Block]) -> None:
    """The paragraphs around them stay whole."""
    assert clean(*PROSE[:2], middle, PROSE[2]).text == WHOLE


@pytest.mark.parametrize(
    "items",
    [
        [
            link(text, "li")
            for text in ("1. Moonlit (9.1)", "2. Salt Road (8.7)", "3. Paper Lions (8.2)", "4. Kites (7.9)")
        ],
        [link(text, "li") for text in ("Odalys Ferrant", "Tobias Renn", "Mara Quist", "Piet Lindqvist")],
        [
            p(text, "li")
            for text in ("Night Ferries – 3:41", "Harbour Light – 4:02", "The Long Quay – 2:58", "Salt – 5:10")
        ],
        [p(text, "li") for text in ("Best film: Moonlit", "Best score: Piet Lindqvist", "Best script: Ana Brandt")],
        [p(text, "row") for text in ("1 | Moonlit | 9.1", "2 | Salt Road | 8.7", "3 | Paper Lions | 8.2")],
        [p(text, "h") for text in ("The first hour", "The second hour")],
    ],
)
def test_lists_of_the_article_stay(items: list[Block]) -> None:
    """Rankings, casts, tracks, winners, tables and sub-headlines belong to the text."""
    blocks = [p(PROSE[0]), p("These are the ones to remember:"), *items, p(PROSE[1]), p(PROSE[2])]
    cleaned = clean(blocks)
    assert cleaned.text.split("\n\n") == [block.text for block in blocks]
    assert cleaned.related == ()


def test_appeals_go_and_are_kept_on_record() -> None:
    """Newsletter and advert lines leave the text with their rule."""
    cleaned = clean(PROSE[0], "Advertisement", PROSE[1], PROSE[2], "Sign up for our newsletter")
    assert cleaned.text == WHOLE
    assert {row.text for row in cleaned.removed} == {"Advertisement", "Sign up for our newsletter"}
    assert all(row.rule for row in cleaned.removed)


def test_title_and_stamp_above_the_text_go() -> None:
    """The title repeated, the byline and the date above the first paragraph are no text; the same words below are left alone."""
    cleaned = clean(p(TITLE), "By Nell Aster", "May 14, 2024", *PROSE)
    assert cleaned.text == WHOLE


def test_rules_of_the_source() -> None:
    """Expressions for whole lines and lines that repeat across the source's pages are taken out; a bad expression matches nothing."""
    line = "Lantern Post is read in forty countries and answers every letter that it gets."
    other = "Write to the desk of the Lantern Post with all that you know and they do not."
    cleaned = clean(
        PROSE[0],
        line,
        other,
        *PROSE[1:],
        segments=frozenset({segment_hash(other)}),
        strip_lines=("(", "Lantern Post is .*"),
    )
    assert cleaned.text == WHOLE
    assert [(row.text, row.rule, row.position) for row in cleaned.removed] == [
        (line, "site:strip", 1),
        (other, "segment", 2),
    ]


def test_an_expression_must_match_the_whole_line() -> None:
    """A part of a paragraph never removes the paragraph."""
    assert clean(*PROSE, strip_lines=("The singer",)).text == WHOLE


def test_blocks_that_were_not_kept_are_on_record() -> None:
    """What the first layer dropped around the article is listed with its rule; headlines behind it become related links, menus do not."""
    dropped = [
        Block(
            tag="li",
            text="Film",
            links=(Link(url="https://example.org/film", text="Film"),),
            link_chars=4,
            path=("li", "nav"),
            keep=False,
            rule="menu",
        ),
        p(PROSE[0]),
        p("Picture: Harbour", "caption", keep=False, rule="caption"),
        p(PROSE[1]),
        p(PROSE[2]),
        p("More from us", "h", keep=False, rule="phrase:related"),
        Block(
            tag="li",
            text=OTHERS[0],
            links=(Link(url="https://example.org/1", text=OTHERS[0]),),
            link_chars=len(OTHERS[0]),
            keep=False,
            rule="menu",
        ),
        p(OTHERS[1], "li", keep=False, rule="outside"),
        Block(
            tag="li",
            text=OTHERS[2],
            links=(Link(url="https://example.org/1", text=OTHERS[2]),),
            link_chars=len(OTHERS[2]),
            keep=False,
            rule="menu",
        ),
        Block(
            tag="p",
            text=OTHERS[3],
            links=(Link(url="https://example.org/4", text=OTHERS[3]),),
            path=("a", "footer"),
            keep=False,
            rule="in:footer",
        ),
    ]
    cleaned = clean(dropped)
    assert cleaned.text == WHOLE
    assert [(row.rule, row.position) for row in cleaned.removed][:3] == [
        ("menu", 0),
        ("caption", 2),
        ("phrase:related", 5),
    ]
    assert [(found.title, found.url) for found in cleaned.related] == [
        (OTHERS[0], "https://example.org/1"),
        (OTHERS[1], None),
    ]


def test_a_heading_with_nothing_behind_it_goes() -> None:
    """A heading at the end announces what is no longer there."""
    assert clean(*PROSE, p("What others say", "h")).text == WHOLE


def test_nothing_in_nothing_out() -> None:
    """No blocks, no text."""
    assert clean_blocks((), title=None) == CleanedBlocks(text="")


LINES = st.sampled_from(
    [
        *PROSE,
        *OTHERS,
        "-",
        "Read more",
        "Related:",
        "1. Moonlit",
        "By Nell Aster",
        "Advertisement",
        "* * *",
        "a\n- b\n- c",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            LINES | st.text(max_size=60).map(str.strip).filter(bool), st.sampled_from(["p", "h", "li"]), st.booleans()
        ),
        max_size=14,
    )
)
def test_lines_come_from_the_blocks_in_order_and_cleaning_twice_changes_nothing(
    parts: list[tuple[str, BlockTag, bool]],
) -> None:
    """Nothing is invented or moved, and what is clean stays as it is."""
    blocks = [link(text, tag) if linked else p(text, tag) for text, tag, linked in parts]
    cleaned = clean_blocks(blocks, title=TITLE)
    left = iter(line for block in blocks for line in block.text.split("\n"))
    assert all(
        line in left for paragraph in cleaned.text.split("\n\n") for line in paragraph.split("\n") if cleaned.text
    )
    again = clean_blocks(_kept(blocks, cleaned), title=TITLE)
    assert again.text == cleaned.text


def _kept(blocks: list[Block], cleaned: CleanedBlocks) -> list[Block]:
    """The blocks without the lines that were taken out; a block of which nothing is left is not among them."""
    gone = {(row.position, line) for row in cleaned.removed for line in row.text.split("\n")}
    left = [
        replace(block, text="\n".join(line for line in block.text.split("\n") if (i, line) not in gone))
        for i, block in enumerate(blocks)
    ]
    return [block for block in left if block.text]


@pytest.mark.parametrize("line", ["Von Nell Aster, 3. März 2026", "Nell Aster", "Published: 3 March 2026, 10:15 am"])
def test_a_byline_above_the_text_goes(line: str) -> None:
    """Names and dates alone on a line above the first paragraph are no text; as a heading or below it they stay."""
    text = [
        Block(tag="p", text=f"{line} was the first line of the letter that she found in the old theatre, she said.")
    ] * 2
    cleaned = clean_blocks([Block(tag="p", text=line), *text], title="A letter", authors=("Nell Aster",))
    assert cleaned.text == "\n\n".join(block.text for block in text)
    assert [row.text for row in cleaned.removed] == [line]
    kept = clean_blocks([text[0], Block(tag="p", text=line), text[1]], title="A letter", authors=("Nell Aster",))
    assert line in kept.text.split("\n\n")


def test_a_reporters_line_behind_the_last_paragraph_goes() -> None:
    """Korean outlets print the reporter below the text."""
    text = Block(
        tag="p", text="배우 한서윤이 8년 만에 무대로 돌아온다고 14일 밝혔다. 그는 무대가 늘 그리웠다고 소감을 전했다."
    )
    cleaned = clean_blocks([text, Block(tag="p", text="문가람 기자 입력 2026.11.23 09:42")], title="한서윤 무대 복귀")
    assert cleaned.text == text.text
    assert [row.rule for row in cleaned.removed] == ["byline-reporter"]


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/x?share=facebook&nb=1",
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://twitter.com/intent/tweet?text=x",
        "https://wa.me/?text=x",
    ],
)
def test_a_link_that_passes_the_page_on_is_no_other_story(address: str) -> None:
    dropped = replace(link("Click to share on Facebook", "li", url=address), keep=False, rule="menu")
    assert clean([p(text) for text in PROSE], dropped).related == ()


def test_a_headline_that_one_link_prints_twice_is_told_once() -> None:
    dropped = replace(link(f"{OTHERS[0]} {OTHERS[0]}", "li"), keep=False, rule="class:related")
    assert [found.title for found in clean([p(text) for text in PROSE], dropped).related] == [OTHERS[0]]


def test_a_heading_that_announces_other_stories_is_none_itself() -> None:
    heads = [
        p("Most popular stories of this week", "h", keep=False, rule="phrase:related"),
        p("Now on our sister site today", "h", keep=False, rule="class:aside"),
    ]
    story = replace(link(OTHERS[0], "li"), keep=False, rule="class:related")
    assert [found.title for found in clean([p(text) for text in PROSE], *heads, story).related] == [OTHERS[0]]
