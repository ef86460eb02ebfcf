"""A stated canonical address is taken only where it can be the page's own."""

import pytest

from aggregator.document import parse_document
from aggregator.extraction.canonical import read_amp, read_canonical, site_of

PAGE = "https://www.screen.example/film/2024/a-long-story-about-film-123456"


def canonical(head: str, url: str | None = PAGE) -> str | None:
    found = read_canonical(parse_document(f"<head>{head}</head>", url=url), nodes=())
    return found[0] if found else None


def link(href: str) -> str:
    return f'<link rel="canonical" href="{href}">'


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (link(PAGE), PAGE),
        (link("/film/2024/a-long-story-about-film-123456#top"), PAGE),
        (
            link("https://screen.example/film/other-slug-of-the-story"),
            "https://screen.example/film/other-slug-of-the-story",
        ),
        (link("https://screen.example/music/2021/drummer-leaves-her-band-after-tour"), None),
        (link("/p?id=7"), "https://www.screen.example/p?id=7"),
        (link("https://www.screen.example/"), None),
        (link("/film/"), None),
        (link("/film/2024/index.html"), "https://www.screen.example/film/2024/index.html"),
        (link("https://other.example/film/a-long-story-about-film"), None),
        (link("javascript:void(0)"), None),
        (link(""), None),
        (link("https://www.screen.example/") + f'<meta property="og:url" content="{PAGE}">', PAGE),
        ('<meta property="og:url" content="/a-story-of-the-day">', "https://www.screen.example/a-story-of-the-day"),
        ("", None),
    ],
)
def test_an_address_that_cannot_be_the_page_s_is_refused(head: str, address: str | None) -> None:
    assert canonical(head) == address


def test_another_site_counts_where_two_places_name_it() -> None:
    origin = "https://origin.example/a-story-of-the-day"
    assert canonical(link(origin) + f'<meta property="og:url" content="{origin}">') == origin


def test_an_amp_cache_names_its_origin() -> None:
    origin = "https://www.screen.example/a-story-of-the-day"
    assert canonical(link(origin), url="https://amp.cache.example/c/screen.example/a-story") == origin


def test_a_home_page_may_name_itself() -> None:
    assert (
        canonical(link("https://www.screen.example/"), url="https://www.screen.example/")
        == "https://www.screen.example/"
    )


def test_without_an_own_address_any_but_a_home_page_is_taken() -> None:
    assert canonical(link(PAGE), url=None) == PAGE
    assert canonical(link("https://www.screen.example/"), url=None) is None


def test_a_broken_own_address_gives_nothing() -> None:
    assert canonical(link("https://a.example/x"), url="http://[broken") is None


def test_structured_data_names_the_address_last() -> None:
    document = parse_document("<p>", url=PAGE)
    for value in ({"@id": PAGE}, {"url": PAGE}, PAGE):
        assert read_canonical(document, nodes=({"mainEntityOfPage": value},)) == (PAGE, "json-ld:mainEntityOfPage")
    assert read_canonical(document, nodes=({"mainEntityOfPage": True},)) is None


def test_the_amp_version_is_absolute() -> None:
    assert (
        read_amp(parse_document('<link rel="amphtml" href="/amp/x">', url=PAGE)) == "https://www.screen.example/amp/x"
    )
    assert read_amp(parse_document("<p>", url=PAGE)) is None


@pytest.mark.parametrize(
    ("host", "site"), [("m.news.co.uk", "news.co.uk"), ("www.a.example", "a.example"), ("a.com.", "a.com"), ("", "")]
)
def test_hosts_of_one_site(host: str, site: str) -> None:
    assert site_of(host) == site
