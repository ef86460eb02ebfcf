"""One page in, one article or one rejection out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import Article, Rejection, process
from aggregator.models import Context, Hint, Page, Reason, SiteRules, Source
from aggregator.processing import EXTRACTOR, header_directives

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
TEXT = "".join(
    f"<p>The singer Mira Vale gave concert number {n} in the old harbour hall, and the people of the town sang with her.</p>"
    for n in range(1, 7)
)
HTML = f"""<html lang="en"><head><title>Mira Vale sings in the harbour</title>
<meta property="article:published_time" content="2026-03-04T10:00:00Z"><meta property="article:section" content="Music"></head>
<body><article><h1>Mira Vale sings in the harbour</h1>{TEXT}</article></body></html>"""
SOURCE = Source(id="stage", name="Stage", home="https://stage.example/")


def page(body: bytes | str = HTML, *, url: str = "https://stage.example/news/mira-vale-sings", **headers: str) -> Page:
    return Page(
        url=url,
        final_url=url,
        status=200,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=NOW,
        source="stage",
    )


def reason(result: Article | Rejection) -> Reason | None:
    return result.reason if isinstance(result, Rejection) else None


def test_an_article_carries_what_it_was_made_from() -> None:
    article = process(page())
    assert isinstance(article, Article)
    assert (article.title, article.section, article.source, article.extractor) == (
        "Mira Vale sings in the harbour",
        "Music",
        "stage",
        EXTRACTOR,
    )
    assert len(article.paragraphs) == 6
    assert article.published == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert article.fingerprint
    assert article.quality > 0.5


def test_the_same_page_gives_the_same_article() -> None:
    assert process(page()) == process(page())


@pytest.mark.parametrize(
    ("given_page", "expected"),
    [
        (page(b""), Reason.EMPTY),
        (page(b" \n "), Reason.EMPTY),
        (page(b"%PDF-1.7 ..."), Reason.NOT_HTML),
        (page(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), Reason.NOT_HTML),
        (page(HTML, content_type="application/pdf"), Reason.NOT_HTML),
        (page(HTML, content_type="image/png; x=y"), Reason.NOT_HTML),
        (page(HTML, content_type="text/html; charset=utf-8"), None),
        (page(HTML, content_type="application/xhtml+xml"), None),
        (page(HTML, content_type="text/plain"), None),
        (page(HTML.encode("utf-16")), None),
        (page(HTML.encode("utf-16-le")), None),
        (page(b"\0" + HTML.encode()), None),
        (page(HTML.replace("</title>", "\0 and \0</title>")), None),
        (page(b"GIF89a\1\0 html <html>"), Reason.NOT_HTML),
        (page(HTML, tdm_reservation="1"), Reason.OPTED_OUT),
        (page(HTML, x_robots_tag="noai, noimageai"), Reason.OPTED_OUT),
        (page(HTML, x_robots_tag="noarchive, nosnippet, noindex"), None),
        (page(HTML, tdm_reservation="0"), None),
    ],
    ids=range(18),
)
def test_what_is_no_page_or_asks_not_to_be_collected_has_its_reason(given_page: Page, expected: Reason | None) -> None:
    assert reason(process(given_page)) == expected


def test_opt_outs_are_marked_or_ignored_by_policy() -> None:
    asked = page(HTML, x_robots_tag="noai")
    marked = process(asked, context=Context(policy="mark"))
    assert isinstance(marked, Article)
    assert marked.directives == ("noai",)
    assert reason(process(asked, context=Context(policy="ignore"))) is None


def test_headers_of_other_kinds_say_nothing() -> None:
    assert header_directives((("x-robots-tag", "googlebot: none, max-snippet:5"), ("server", "noai"))) == ()


@pytest.mark.parametrize(
    ("sections", "url", "tags", "kept"),
    [
        (("music",), "https://stage.example/a/b", (), True),
        (("film",), "https://stage.example/a/b", (), False),
        (("film",), "https://stage.example/film/b", (), True),
        (("film",), "https://stage.example/a/b", ("Film",), True),
        ((), "https://stage.example/a/b", (), True),
    ],
)
def test_a_sources_section_filter_looks_at_page_feed_and_address(
    sections: tuple[str, ...], url: str, tags: tuple[str, ...], kept: bool
) -> None:
    source = replace(SOURCE, rules=SiteRules(sections=sections))
    hint = Hint(origin="feed", origin_url="https://stage.example/feed", url=url, tags=tags)
    result = process(replace(page(url=url), hints=(hint,)), context=Context(source=source))
    assert reason(result) == (None if kept else Reason.FILTERED)


def test_one_line_of_rules_mends_a_page() -> None:
    odd = HTML.replace("<article>", '<div class="odd"><p>Our app is better than ever, says our app.</p>').replace(
        "</article>", "</div>"
    )
    rules = SiteRules(strip_lines=(r"Our app is better.*",))
    article = process(page(odd), context=Context(source=replace(SOURCE, rules=rules)))
    assert isinstance(article, Article)
    assert "Our app" not in article.text
    assert [line.rule for line in article.removed if "Our app" in line.text]


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    assert isinstance(process(page(body)), Article | Rejection)


@given(st.text(alphabet="<>/=\"' abhpscriptdivj{}[]:&;#x\n", max_size=300))
def test_no_markup_makes_it_fail(body: str) -> None:
    assert isinstance(process(page(f"<html><body>{body}")), Article | Rejection)
