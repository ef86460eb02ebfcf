"""What `from aggregator import ...` promises: types, attributes, errors, and that the same input gives the same result."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import aggregator
from aggregator import Article, NotAnArticle, Rejection, clean_text, extract, parse_date, process
from aggregator.models import CleanText, Context, Kind, Page, Paywall, Reason

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
ADDRESS = "https://stage.example/news/lamp-oil"
OTHERS = tuple(f"Another story of the week, number {n}" for n in range(5))
PARAGRAPHS = (
    "The second act of the old comedy was played in the dark last night, because nobody had filled the lamps before it began.",
    "The actors went on without a pause, and those who were there on Saturday, March 7, say that it was never funnier than this.",
    "The house will give the money for the tickets back to everybody who asks for it, but so far nobody has come to ask.",
)
HTML = f"""<!doctype html><html lang="en"><head><title>The lamp oil ran out on stage - The Stage Door</title>
<meta name="description" content="Nobody had filled the lamps."><meta name="author" content="Ida Rowe">
<meta property="og:image" content="/lamp.jpg"><meta property="article:section" content="Theatre">
<meta property="article:tag" content="comedy">
<meta property="article:published_time" content="2026-03-09T19:30:00+01:00">
<meta property="article:modified_time" content="2026-03-09T21:00:00+01:00">
</head><body><article><h1>The lamp oil ran out on stage</h1>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article>
<h3>More stories</h3><ul>{"".join(f'<li><a href="/news/{n}">{text}</a></li>' for n, text in enumerate(OTHERS))}</ul></body></html>"""
LISTING = f"<html><body><ul>{''.join(f'<li><a href=/news/{n}>{OTHERS[n % 5]}</a></li>' for n in range(40))}</ul></body></html>"


def test_the_package_gives_what_its_list_of_names_says() -> None:
    for name in aggregator.__all__:
        assert getattr(aggregator, name) is not None
    with pytest.raises(AttributeError):
        aggregator.no_such_name  # noqa: B018


def test_an_article_has_the_attributes_that_programs_rely_on() -> None:
    article = extract(HTML, url=ADDRESS, fetched_at=NOW)
    assert type(article) is Article
    assert article.title == "The lamp oil ran out on stage"
    assert article.description == "Nobody had filled the lamps."
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert article.paragraphs == PARAGRAPHS
    assert article.authors == ("Ida Rowe",)
    assert article.published == datetime(
        2026, 3, 9, 19, 30, tzinfo=article.published.tzinfo if article.published else None
    )
    assert article.published is not None
    assert article.published.utcoffset() == timedelta(hours=1)
    assert article.published_precision == "second"
    assert article.modified is not None
    assert article.modified - article.published == timedelta(minutes=90)
    assert (article.language, article.section, article.tags) == ("en", "Theatre", ("comedy",))
    assert article.image == "https://stage.example/lamp.jpg"
    assert (article.kind, article.paywall) == (Kind.ARTICLE, Paywall.UNKNOWN)
    assert [link.title for link in article.related] == list(OTHERS)
    assert article.related[0].url == "https://stage.example/news/0"
    assert all(line.rule for line in article.removed)
    assert (article.fetched_at, article.word_count) == (NOW, len(" ".join(PARAGRAPHS).split()))


def test_address_and_fetch_time_may_be_left_out() -> None:
    article = extract(HTML)
    assert article.paragraphs == PARAGRAPHS
    assert article.fetched_at is None
    assert extract(HTML.encode()).text == article.text


def test_without_a_date_nothing_is_claimed() -> None:
    page = HTML.replace("article:published_time", "x").replace("article:modified_time", "x").replace(", March 7", "")
    article = extract(page, url=ADDRESS, fetched_at=NOW)
    assert (article.published, article.published_precision, article.modified) == (None, None, None)


def test_a_page_that_is_no_article_raises_with_its_reason() -> None:
    with pytest.raises(NotAnArticle) as caught:
        extract(LISTING, url="https://stage.example/")
    assert caught.value.reason == "listing"
    assert type(caught.value.rejection) is Rejection
    assert "the page lists other pages" in str(caught.value)


def test_a_page_that_opts_out_is_read_and_marked() -> None:
    page = HTML.replace("<head>", '<head><meta name="robots" content="noai">')
    assert "noai" in extract(page, url=ADDRESS).directives


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=2000), st.text(max_size=500)))
@example(b"")
@example(b"\x00" * 1000)
@example("<html" * 200)
@example(b"<p>" * 3000)
@example(HTML.encode("utf-16"))
@example(HTML.encode()[:700])
def test_extract_raises_nothing_but_not_an_article(page: bytes | str) -> None:
    result: Article | str
    try:
        result = extract(page, url=ADDRESS, fetched_at=NOW)
    except NotAnArticle as error:
        result = error.reason
    assert isinstance(result, Article) or result in set(Reason)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from([*PARAGRAPHS, *OTHERS, "<h2>", "</div>", "<div>", "&#0;", "\x00", "2026-03-07"]), max_size=12
    )
)
def test_the_same_page_gives_the_same_result(parts: list[str]) -> None:
    body = "<html><body>" + "".join(f"<p>{part}</p>" for part in parts)
    page = Page(url=ADDRESS, final_url=ADDRESS, status=200, headers=(), body=body.encode(), fetched_at=NOW)
    assert process(page, context=Context(), now=NOW) == process(page, context=Context(), now=NOW)


TEXT = "\n".join(
    (
        "The lamp oil ran out on stage",
        "Nobody had filled the lamps before the second act",
        *PARAGRAPHS,
        *(line for text in OTHERS for line in ("-", text)),
    )
)


def test_text_that_somebody_else_extracted_is_taken_apart() -> None:
    cleaned = clean_text(TEXT, fetched_at=NOW)
    assert type(cleaned) is CleanText
    assert cleaned.title == "The lamp oil ran out on stage"
    assert cleaned.description == "Nobody had filled the lamps before the second act"
    assert cleaned.paragraphs == PARAGRAPHS
    assert [link.title for link in cleaned.related] == list(OTHERS)
    assert {line.text for line in cleaned.removed} == {"-"}
    assert [(mention.day, mention.position) for mention in cleaned.mentions] == [(date(2026, 3, 7), 1)]
    assert not hasattr(cleaned, "published"), "a bare text claims no publication date"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_cleaning_never_raises_and_gives_the_same_again(text: str) -> None:
    cleaned = clean_text(text, fetched_at=NOW)
    assert cleaned == clean_text(text, fetched_at=NOW)


@pytest.mark.parametrize(
    ("text", "known", "value"),
    [
        ("2024-04-19T10:30:00+05:00", {}, datetime.fromisoformat("2024-04-19T10:30:00+05:00")),
        ("vendredi 19 avril 2024 à 10h30", {"lang": "fr"}, datetime(2024, 4, 19, 10, 30)),  # noqa: DTZ001 (a wall clock)
        ("19 April 2024", {"lang": "en"}, date(2024, 4, 19)),
        ("2 hours ago", {"lang": "en", "fetched_at": NOW}, NOW - timedelta(hours=2)),
        ("no date at all", {"lang": "en"}, None),
    ],
)
def test_dates_are_read_as_instant_wall_clock_or_day(
    text: str, known: dict[str, object], value: datetime | date | None
) -> None:
    found = parse_date(text, **known)  # type: ignore[arg-type]
    assert (found.value if found else None) == value


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.sampled_from([None, "en", "ur", "ko", "xx"]))
def test_reading_a_date_never_raises(text: str, lang: str | None) -> None:
    found = parse_date(text, lang=lang, fetched_at=NOW)
    assert found is None or isinstance(found.value, date)
