"""Article or not, and which kind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import extract
from aggregator._project import load_json
from aggregator.document import parse_document
from aggregator.extraction import Refusal, classify, read_blocks, select
from aggregator.extraction.classify import plainest
from aggregator.extraction.page import PAGE_NAMES, WORD_KINDS, WORD_NAMES, PageFacts, address_path, word_features
from aggregator.extraction.trees import points, read_trees
from aggregator.models import Kind, Reason
from tests.page_case import Title

PROSE = [
    "The singer Odalys Ferrant will record a new song for the series The Salt Road, her studio said on Tuesday.",
    "It is her first recording in nine years, and she says that it will be her last for a while.",
    "The series, set in a harbour town, has been the most watched drama of its channel since it began in March.",
    "The song will be heard for the first time in the final episode on June 9 and goes on sale the same night.",
]
TEXT = "".join(f"<p>{text}</p>" for text in PROSE)
OTHERS = [
    "Mara Quist answers critics after premiere",
    "Tobias Renn on leaving the detective series",
    "Velvet Harbour announce a farewell tour",
]


def judge(
    html: str, title: str | None = None, url: str | None = "https://example.org/film/story-of-a-song"
) -> Kind | Refusal:
    document = parse_document(html, url=url)
    blocks = select(read_blocks(document), title=title, description=None)
    return classify(document, Title(title=title), blocks)


def article(title: str, inner: str = TEXT, head: str = "") -> str:
    meta = '<meta property="og:type" content="article">'
    body = f"<body><main><article><h1>{title}</h1>{inner}</article></main></body>"
    return f"<html><head><title>{title}</title>{meta}{head}</head>{body}</html>"


def ld(kind: str, **more: object) -> str:
    extra = "".join(f', "{key}": {value}' for key, value in more.items())
    return f'<script type="application/ld+json">{{"@type": "{kind}", "headline": "x"{extra}}}</script>'


@pytest.mark.parametrize(
    ("title", "head", "kind"),
    [
        ("Odalys Ferrant returns to the studio", "", Kind.ARTICLE),
        ("Errors of youth: a singer looks back", "", Kind.ARTICLE),
        ("Sorry, not sorry: the song of the summer", "", Kind.ARTICLE),
        ("Harbour Awards as they happen", ld("LiveBlogPosting"), Kind.LIVE_BLOG),
        ("The Salt Road review: better than its songs", "", Kind.REVIEW),
        ("The Salt Road", ld("Review"), Kind.REVIEW),
        ("Interview: Odalys Ferrant on silence", "", Kind.INTERVIEW),
        ("한서윤 인터뷰 무대가 그리웠다", "", Kind.INTERVIEW),
    ],
)
def test_kinds(title: str, head: str, kind: Kind) -> None:
    """Structured data and title say which kind of article it is."""
    assert judge(article(title, head=head), title) == kind


def test_a_list_article_has_items() -> None:
    """A number in the title makes a list only where the text has items."""
    items = "".join(f"<h2>{n}. The film number {n}</h2><p>{text}</p>" for n, text in enumerate(PROSE, 1))
    assert judge(article("10 films for a long winter", items), "10 films for a long winter") == Kind.LIST
    assert judge(article("10 films for a long winter"), "10 films for a long winter") == Kind.ARTICLE


def test_a_gallery_has_pictures() -> None:
    """The word alone makes no gallery."""
    figures = "<figure><img></figure>" * 6
    assert judge(article("The premiere in pictures", TEXT + figures), "The premiere in pictures") == Kind.GALLERY
    assert judge(article("The premiere in pictures"), "The premiere in pictures") == Kind.ARTICLE


def test_a_video_with_a_text_is_an_article_of_kind_video() -> None:
    """Only a video without a text is refused."""
    assert judge(article("A song", head=ld("VideoObject")), "A song") == Kind.VIDEO


def test_a_short_item_is_an_article() -> None:
    """Two sentences of news are enough."""
    assert (
        judge(article("Renn leaves series", f"<p>{PROSE[0]}</p><p>{PROSE[3]}</p>"), "Renn leaves series")
        == Kind.ARTICLE
    )


LISTING = "".join(f"<div class=card><h3><a href=/film/{n}>{OTHERS[n % 3]} {n}</a></h3></div>" for n in range(12))


@pytest.mark.parametrize(
    ("html", "title", "reason"),
    [
        ("", None, Reason.EMPTY),
        ("<div id=root></div><script src=/app.js></script>", None, Reason.SCRIPT_PAGE),
        ("<noscript>Please enable JavaScript to read this page.</noscript><p>Loading</p>", None, Reason.SCRIPT_PAGE),
        (
            "<h1>Just a moment...</h1><p>Checking your browser before you go on. Please wait a few seconds.</p>",
            "Just a moment...",
            Reason.WALL,
        ),
        (
            "<h1>Bevor Sie fortfahren</h1><p>Mit Werbung weiterlesen oder ein Abo wählen. Alle akzeptieren.</p>",
            "Bevor Sie fortfahren",
            Reason.WALL,
        ),
        ("<h1>404</h1><p>Sorry, we could not find it.</p>", "404", Reason.ERROR_PAGE),
        (
            "<h1>Página no encontrada</h1><p>El contenido ya no está disponible.</p>",
            "Página no encontrada",
            Reason.ERROR_PAGE,
        ),
        (
            "<h1>We'll be back</h1><p>Scheduled maintenance, please try again later.</p>",
            "Maintenance",
            Reason.ERROR_PAGE,
        ),
        (f"{ld('VideoObject')}<h1>Watch the trailer</h1><p>Out in June.</p>", "Watch the trailer", Reason.VIDEO_STUB),
        (
            article("The long silence", f"<p>{PROSE[0]}</p><div><h2>Subscribe to continue reading</h2></div>"),
            "The long silence",
            Reason.PAYWALL_STUB,
        ),
        (
            article("Silence", f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p>", ld("NewsArticle", isAccessibleForFree='"False"')),
            "Silence",
            Reason.PAYWALL_STUB,
        ),
        (f"<h1>Film</h1>{LISTING}", "Film", Reason.LISTING),
        ("<p>Hello there, reader</p>", "Hello", Reason.NO_TEXT),
    ],
)
def test_refusals(html: str, title: str | None, reason: Reason) -> None:
    """What stands in place of an article is named, in several languages."""
    found = judge(html, title, url="https://example.org/category/film")
    assert isinstance(found, Refusal)
    assert found.reason == reason
    assert found.detail


def test_an_article_about_an_error_is_an_article() -> None:
    """A title that begins like an error page, over a whole text of an article, is no error page."""
    assert (
        judge(article("Page not found: the play about a lost script", TEXT * 2, ld("NewsArticle")), "Page not found")
        == Kind.ARTICLE
    )


def test_an_open_article_with_an_appeal_to_subscribe_is_no_stub() -> None:
    """Only hardly any text together with the appeal makes a stub."""
    inner = f"{TEXT}{''.join(f'<p>{n}. {text}</p>' for n, text in enumerate(PROSE))}<p>Subscribe to read more of our work.</p>"
    assert judge(article("A song", inner), "A song") == Kind.ARTICLE


def test_page_features_have_names_and_are_those_of_the_model() -> None:
    """Every feature of a page has a name, in the order that the model was fitted with."""
    document = parse_document(article("A song"))
    facts = PageFacts(document, "A song", read_blocks(document))
    assert len(facts.row()) == len(PAGE_NAMES)
    assert len(facts.words()) == len(WORD_KINDS)
    assert load_json("page_model.json")["features"] == [*PAGE_NAMES, *WORD_NAMES]


def test_the_trees_of_the_page_model_ask_for_features_that_there_are_and_have_a_leaf_for_every_answer() -> None:
    for splits, leaves in read_trees(load_json("page_model.json")["trees"]):
        assert len(leaves) == 2 ** len(splits)
        assert all(feature < len(PAGE_NAMES) + len(WORD_NAMES) for feature, _ in splits)


@pytest.mark.parametrize(
    ("row", "expected"), [((0, 0), 1.0), ((2, 0), 2.0), ((0, 2), 3.0), ((2, 2), 4.0), ((1, 1), 1.0)]
)
def test_the_answers_of_all_levels_name_the_leaf(row: tuple[float, ...], expected: float) -> None:
    """The first question's answer is the lowest bit; a value on the border is not above it."""
    assert points(read_trees([[[0, 1], [1.0, 1.0], [1.0, 2.0, 3.0, 4.0]]]), row) == expected


def test_words_that_the_model_does_not_know_count_nothing() -> None:
    assert word_features(frozenset({"a", "b"}), {}) == (0.0, 0.0, 0.0, 0.0)
    assert word_features(frozenset({"a", "b"}), {"a": 2.0}) == (2.0, 0.4, 0.4, 2.0)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                PROSE[0],
                "<h1>404</h1>",
                "<a href='/x'>",
                "</a>",
                "<ul><li>",
                "accept all cookies",
                "\x00",
                "<div id=app>",
            ]
        )
    ),
    st.text(max_size=20) | st.none(),
    st.sampled_from([None, "", "http://[", "https://example.org/", "https://example.org/tag/x"]),
)
def test_any_page_gets_an_answer(parts: list[str], title: str | None, url: str | None) -> None:
    """A kind, or a refusal with a reason and its evidence."""
    found = judge("".join(parts), title, url)
    assert isinstance(found, Kind) or (found.reason in Reason and found.detail)


PRODUCT = (
    "<h1>Harbour coat</h1><p>$ 89.00</p><p>Add to cart</p><p>In stock, free shipping.</p>"
    + "<p>A warm coat for cold quays, in three colours.</p>" * 3
)


@pytest.mark.parametrize(
    ("head", "url", "reason"),
    [
        ('<meta property="og:type" content="profile">', "https://example.org/people/odalys", Reason.PROFILE),
        (ld("DiscussionForumPosting"), "https://example.org/x", Reason.FORUM),
        ('<meta property="og:type" content="product">', "https://example.org/x", Reason.PRODUCT),
        ("", "https://example.org/forums/thread/12", Reason.FORUM),
        ("", "https://example.org/docs/api/v2", Reason.DOCUMENTATION),
        ("", "https://example.org/category/film", Reason.LISTING),
        ("", "https://example.org/", Reason.LISTING),
        ("", "https://example.org/what", Reason.SERVICE),
    ],
)
def test_the_plainest_evidence_gives_the_reason(head: str, url: str, reason: Reason) -> None:
    """Of a page that its scorecard refuses, structured data speak before text, and text before the address."""
    document = parse_document(f"<html><head>{head}</head><body><p>{PROSE[0]}</p></body></html>", url=url)
    assert plainest(PageFacts(document, "x", read_blocks(document)))[0] == reason


def test_a_shop_page_is_refused_as_a_product() -> None:
    """A page that sells is named so."""
    head = f'<meta property="og:type" content="product">{ld("Product")}'
    found = judge(
        f"<html><head>{head}</head><body>{PRODUCT}</body></html>",
        "Harbour coat",
        "https://example.org/products/harbour-coat",
    )
    assert isinstance(found, Refusal)
    assert found.reason == Reason.PRODUCT


def test_teasers_without_an_article_are_a_listing() -> None:
    """Linked headlines with a line of text each make no article."""
    teasers = "".join(
        f"<div class=entry><h3><a href=/film/{n}>{OTHERS[n % 3]} {n}</a></h3><p>{PROSE[n % 4]}</p></div>"
        for n in range(12)
    )
    found = judge(f"<main><h1>Film</h1>{teasers}</main>", "Film", url="https://example.org/category/film")
    assert isinstance(found, Refusal)
    assert found.reason == Reason.LISTING


@pytest.mark.parametrize(
    ("url", "lists"),
    [
        ("https://example.org/", True),
        ("https://example.org/latest", True),
        ("https://example.org/category/film/page/2", True),
        ("https://example.org/latest/118-odalys-ferrant-to-sing-again", False),
        ("https://example.org/topic/odalys_ferrant_sings_again", False),
        ("https://example.org/tag/story/1180043", False),
        ("https://example.org/film/odalys", False),
        ("https://example.org/index.html", True),
        ("https://example.org/news/index.php", True),
        ("https://example.org/latest/odalys-to-sing-again/index.html", False),
        ("https://example.org/?p=31228", False),
        ("https://example.org/?page=2", True),
        ("https://example.org/index.php?id=31228", False),
        ("https://example.org/latest/odalys-to-sing-again/index.html?from=home", False),
        (None, False),
    ],
)
def test_links_below_a_text_make_no_listing(url: str | None, lists: bool) -> None:
    """Where the address ends like an article's, its text may be shorter than the list of other stories below it."""
    links = "".join(f"<p>-</p><p><a href=/x/{n}>{OTHERS[n % 3]} {n}</a></p>" for n in range(12))
    found = judge(
        f"<main><h1>Film</h1><div>{''.join(f'<p>{text}</p>' for text in PROSE)}{links}</div></main>", "Film", url=url
    )
    assert (isinstance(found, Refusal) and found.reason == Reason.LISTING) == lists


def test_a_page_with_text_that_is_no_article_is_refused_by_its_scorecard() -> None:
    """A page of a shop with prose of its own is refused, with the points."""
    prices = "".join(f"<li>Harbour coat {n}, ${n}9.00 <a href=/cart>Add to cart</a></li>" for n in range(1, 30))
    head = f'<meta property="og:type" content="product">{ld("Product")}{ld("Offer")}'
    text = "".join(
        f"<p>{line}</p>"
        for line in ("A warm coat for cold quays, made of wool and wax in a mill by the sea.", *PROSE[:2])
    )
    body = f"<h1>Harbour coat</h1><div class=product>{text}</div><ul>{prices}</ul><p>In stock, free shipping. Quantity 1. SKU 12.</p>"
    found = judge(
        f"<html><head>{head}</head><body>{body}</body></html>",
        "Harbour coat",
        "https://example.org/shop/products/coat?p=1",
    )
    assert isinstance(found, Refusal)
    assert found.reason == Reason.PRODUCT
    assert "points" in found.detail


def test_a_broken_address_has_no_path() -> None:
    """An address that cannot be parsed says nothing."""
    assert address_path("http://[") == ""
    assert address_path("https://example.org/A/b") == "/a/b"


def test_a_section_called_latest_does_not_make_a_dated_short_story_a_listing() -> None:
    """A page that states when it was published, and is two thirds prose, is an article whatever its section is called."""
    sentences = (
        "After ten years the singer Mira Vale will give three concerts in Lahore this autumn, her manager said on Friday.",
        "The last time she was heard in public was at the premiere of a film in which she also played the lead role.",
        "Tickets go on sale next month, and the money goes to a school of music that she founded in her home town.",
    )
    links = "".join(f"<li><a href=/{n}>Actor number {n} buys a boat and sails home</a></li>" for n in range(3))
    html = (
        '<html><head><meta property="article:published_time" content="2024-04-19T10:30:00+05:00"></head><body><article>'
        f"<h1>Mira Vale returns to the stage</h1>{''.join(f'<p>{line}</p>' for line in sentences)}</article>"
        f"<h3>More stories</h3><ul>{links}</ul></body></html>"
    )
    assert extract(html, url="https://news.example/latest/1-mira-vale").paragraphs == sentences
