"""Pages whose text only scripts show: it is taken from the page's own data, when these name the page's title."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import Article, extract
from aggregator.document import parse_document
from aggregator.extraction.state import state_paragraphs
from aggregator.models import Reason, Rejection
from tests.page_case import read_page

TITLE = "The crew of the Salt Road comes home"
TEXT = [
    f"On day {n} the crew came back to the harbour, and nobody in the town had expected them so early in the year."
    for n in range(6)
]
URL = "https://lanternpost.example/film/the-crew-comes-home-1234567"
OTHER = {
    "headline": "Another story of the day",
    "url": "/another",
    "body": "".join(f"<p>{line} Another time.</p>" for line in TEXT * 3),
}


def shell(script: str, attributes: str = 'id="__NEXT_DATA__" type="application/json"') -> str:
    return (
        f"<html><head><title>{TITLE} | Lantern Post</title></head><body><div id='__next'></div>"
        f"<script {attributes}>{script}</script></body></html>"
    )


SHAPES = {
    "html": {"headline": TITLE, "body": "".join(f"<p>{line}</p>" for line in TEXT)},
    "strings": {"title": TITLE, "content": TEXT},
    "objects": {"title": TITLE, "blocks": [{"type": "paragraph", "text": line} for line in TEXT]},
    "nested": {
        "meta": {"title": TITLE},
        "content": {"body": {"items": [{"type": "p", "data": {"html": line}} for line in TEXT]}},
    },
    "runs": {
        "title": TITLE,
        "body": [
            {"_type": "block", "children": [{"text": line[:20], "marks": []}, {"text": line[20:], "marks": ["em"]}]}
            for line in TEXT
        ],
    },
}


@pytest.mark.parametrize("name", SHAPES)
def test_text_is_found_in_the_object_that_has_the_title(name: str) -> None:
    data = {"props": {"pageProps": {"article": SHAPES[name], "more": [OTHER, {"headline": "Short", "body": "No."}]}}}
    assert state_paragraphs(parse_document(shell(json.dumps(data)))) == TEXT


def test_assigned_object_counts_as_data() -> None:
    script = f"window.__INITIAL_STATE__ = {json.dumps({'a': SHAPES['html']})};window.other=1"
    assert state_paragraphs(parse_document(shell(script, ""))) == TEXT


@pytest.mark.parametrize(
    "data",
    [
        {"article": OTHER},
        {"article": {"headline": TITLE, "body": "<p>Read on in the app.</p>"}},
        {"article": {"headline": TITLE, "comments": TEXT, "relatedText": TEXT}},
        [],
        "text",
    ],
)
def test_data_without_the_pages_title_or_without_a_text_give_nothing(data: object) -> None:
    assert state_paragraphs(parse_document(shell(json.dumps(data)))) == []


KEYS = st.sampled_from(["text", "title", "body", "url", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=30,
)


@given(JSON)
def test_no_data_are_too_strange(data: object) -> None:
    script = json.dumps({"title": TITLE, "body": data}).replace("</", "<\\/")
    assert all(state_paragraphs(parse_document(shell(script))))


def test_deep_and_broken_data_end() -> None:
    assert state_paragraphs(parse_document(shell('{"a":' * 5000 + "1" + "}" * 5000))) == []
    assert state_paragraphs(parse_document(shell('{"title": "' + TITLE))) == []


def test_empty_page_becomes_an_article_by_its_script_data_and_says_so() -> None:
    page = shell(json.dumps({"article": SHAPES["html"], "more": OTHER}))
    article = read_page(page.encode(), URL)
    assert isinstance(article, Article)
    assert list(article.paragraphs) == TEXT
    (claim,) = [claim for claim in article.claims if claim.field == "body"]
    assert (claim.origin, claim.chosen, claim.reason) == ("script-data", True, "the page shows no text")


def test_page_with_a_long_banner_and_no_text_is_read_from_its_data() -> None:
    banner = (
        "<div class='cookie-banner'>" + "<p>We use cookies for things that help us to run this site.</p>" * 9 + "</div>"
    )
    page = shell(json.dumps({"article": SHAPES["objects"]})).replace("<body>", f"<body>{banner}")
    article = read_page(page.encode(), URL)
    assert isinstance(article, Article)
    assert list(article.paragraphs) == TEXT


def test_empty_page_without_data_is_refused_as_a_script_page() -> None:
    refused = read_page(shell("{}").encode(), URL)
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.SCRIPT_PAGE


def test_updates_of_a_live_blog_stand_in_for_its_text() -> None:
    updates = [
        {"headline": f"Prize {n}", "articleBody": f"<p>{line}</p>", "datePublished": f"2024-04-19T2{n}:00:00Z"}
        for n, line in enumerate(TEXT[:4])
    ]
    data = {"@type": "LiveBlogPosting", "headline": TITLE, "liveBlogUpdate": updates}
    article = extract(shell(json.dumps(data), 'type="application/ld+json"'), url=URL)
    assert [line for line in article.paragraphs if line in TEXT] == TEXT[:4]
    assert [entry.title for entry in article.entries] == [f"Prize {n}" for n in range(4)]


def test_structured_text_is_compared_with_that_of_the_page() -> None:
    data = {"@type": "NewsArticle", "headline": TITLE, "articleBody": " ".join(TEXT)}
    body = "".join(f"<p>{line}</p>" for line in TEXT)
    script = f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    page = f"<title>{TITLE}</title>{script}<body><article><h1>{TITLE}</h1>{body}</article>"
    shown, stated = [claim for claim in extract(page, url=URL).claims if claim.field == "body"]
    assert (shown.origin, shown.chosen) == ("page", True)
    assert (stated.origin, stated.chosen, stated.reason) == (
        "json-ld:articleBody",
        False,
        "100% of its words are in the text",
    )


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("<script type='text/template'>", "</script>"),
        ("<noscript>", "</noscript>"),
        ("<template>", "</template>"),
    ],
)
def test_a_text_that_a_script_unpacks_is_read_where_the_page_shows_none(before: str, behind: str) -> None:
    inner = "".join(f"<p>{line}</p>" for line in TEXT)
    head = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div class='post'>"
    found = extract(f"{head}{before}{inner}{behind}</div></body></html>", url=URL)
    assert found.text.split("\n\n") == TEXT


def test_a_hint_to_switch_scripts_on_is_no_text() -> None:
    hint = "<noscript><p>Please switch JavaScript on to read this page, then load it again.</p></noscript>"
    page = f"<html><head><title>{TITLE}</title></head><body><div id='root'></div>{hint}</body></html>"
    found = read_page(page.encode(), url=URL)
    assert isinstance(found, Rejection)
    assert found.reason is Reason.SCRIPT_PAGE
