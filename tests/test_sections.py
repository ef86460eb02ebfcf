"""Article links of a page are told from its menus, and its feeds are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.document import parse_document
from aggregator.models import Hint, Reason, SiteRules
from aggregator.sources.discovery import find_feeds, sitemaps_in_robots
from aggregator.sources.sections import MAX_LINKS, address_points, rank_links, read_section, read_section_page

URL = "https://news.example/film"
NONE = SiteRules()

PAGE = """<!doctype html><html lang="en"><head><title>Film | News</title><link rel="next" href="/film?page=2"></head><body>
<header><a href="/">News</a><nav><a href="/music">Music</a>
 <a href="/film/awards-season-special-2026">Awards season special of 2026</a></nav>
</header><main>
<article class="card"><a href="/film/tulla-signs-for-a-third-film"><img src="a.jpg" alt="Tulla"></a>
 <h2><a href="/film/tulla-signs-for-a-third-film">Tulla signs for a third film</a></h2><time datetime="2026-03-09T08:00:00Z">today</time>
 <div class="tags"><a href="/tag/tulla">More about Tulla and her films</a></div></article>
<article class="card"><h2><a href="/2026/03/08/moss">Moss leaves the stage</a></h2></article>
<ul><li><a href="/film/quarry-festival-opens-with-a-silent-film-12345">Quarry festival opens with a silent film</a></li></ul>
<div class="pagination"><a href="/film?page=2">Next</a></div></main>
<footer><a href="/about">About us and all of our people</a>
<a href="https://other.example/a-long-story-elsewhere">A long story on another site</a>
<a href="#top">Back to the top of this long page</a>
<a href="javascript:void(0)">Share this story with your friends</a></footer></body></html>"""


def section(html: str, rules: SiteRules = NONE, url: str = URL) -> list[str]:
    listing = read_section(parse_document(html, url=url), url=url, rules=rules)
    return [hint.url.removeprefix("https://news.example") for hint in listing.entries]


def test_articles_are_told_from_menus() -> None:
    """Headlines in cards count; menus, tags, footers, other sites and script links do not."""
    listing = read_section_page(PAGE.encode(), url=URL, rules=NONE)
    assert listing.entries == (
        Hint(
            origin="section",
            origin_url=URL,
            url="https://news.example/film/tulla-signs-for-a-third-film",
            title="Tulla signs for a third film",
            published="2026-03-09T08:00:00Z",
        ),
        Hint(
            origin="section", origin_url=URL, url="https://news.example/2026/03/08/moss", title="Moss leaves the stage"
        ),
        Hint(
            origin="section",
            origin_url=URL,
            url="https://news.example/film/quarry-festival-opens-with-a-silent-film-12345",
            title="Quarry festival opens with a silent film",
        ),
    )
    assert (listing.title, listing.language, listing.next_url) == (
        "Film | News",
        "en",
        "https://news.example/film?page=2",
    )


def test_other_lists_of_the_site_are_named() -> None:
    """Menu entries may be lists to follow; service pages may not."""
    sections = read_section_page(PAGE.encode(), url=URL, rules=NONE).sections
    assert "https://news.example/music" in sections
    assert "https://news.example/tag/tulla" in sections
    assert "https://news.example/about" not in sections


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (SiteRules(article_url=(r"/film/.*-\d{5}$",)), ["/film/quarry-festival-opens-with-a-silent-film-12345"]),
        (SiteRules(article_url=("/about",)), ["/about"]),
        (SiteRules(not_article_url=("/film/",)), ["/2026/03/08/moss"]),
        (
            SiteRules(sections=("film",), not_article_url=("quarry",)),
            ["/film/tulla-signs-for-a-third-film", "/2026/03/08/moss"],
        ),
    ],
)
def test_a_person_s_rules_decide(rules: SiteRules, expected: list[str]) -> None:
    """Address patterns decide alone; a section filter leaves out what the address puts elsewhere."""
    assert section(PAGE, rules) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ul><li><a href='/story-1'>Choir of the Lowlands sings for the last time</a></li></ul>", ["/story-1"]),
        ("<div class=card><a href=/a-b-c-d><h3>Tulla wins</h3></a></div>", ["/a-b-c-d"]),
        ("<a href='/view/12345678'>가수 툴라 새 앨범 발표하고 세계 투어 시작</a>", ["/view/12345678"]),
        (
            "<a href='/a-long-story-about-film'><img alt='A long story about film and stage'></a>",
            ["/a-long-story-about-film"],
        ),
        ("<a href='/a-long-story-about-film'><img></a><a href='/x'></a>", []),
        ("<nav><a href='/a-long-story-about-film'>A long story about film and stage and song</a></nav>", []),
        ("<div role=navigation><a href='/long-story-on-film'>A story about film and stage</a></div>", []),
        ("<div id=main-menu><a href='/long-story-on-film'>A story about film and stage</a></div>", []),
        (
            "<article><header><a href='/long-story-on-film'>A story about film and stage</a></header></article>",
            ["/long-story-on-film"],
        ),
        ("<a href='/files/long-story-on-film.pdf'>A long story about film and stage and song</a>", []),
        ("<a href='/film'>Film</a><a href='/film#x'>A long story about film and stage and song</a>", []),
        ("<article><div class=post-tags><a href='/a-long-story-on-film'>A story about film</a></div></article>", []),
        ("<header><a href='/a-long-story-on-film'>A story about film</a></header>", []),
        (13 * "<div>" + "<a href='/a-long-story-on-film'>A long story about film</a>", ["/a-long-story-on-film"]),
        ("", []),
    ],
)
def test_single_links(html: str, expected: list[str]) -> None:
    """One link, by its text, its surroundings and its address."""
    assert section(f"<html><body>{html}</body></html>") == expected


def test_an_empty_page_says_so() -> None:
    """No content and no links are problems of their own."""
    assert read_section_page(b" ", url=URL, rules=NONE).problem is Reason.EMPTY_BODY
    assert read_section_page(b"<p>Nothing", url=URL, rules=NONE).problem is Reason.EMPTY_LISTING


def test_several_links_to_one_address_are_one() -> None:
    """Picture, headline and "more" lead to one article; the longest text is its title."""
    html = "<div><a href='/a-b-c'>More</a><h2><a href='/a-b-c'>A headline of some length</a></h2><a href='/a-b-c'>Read</a></div>"
    (link,) = rank_links(parse_document(html, url=URL), url=URL, rules=NONE)
    assert (link.text, link.is_article) == ("A headline of some length", True)


def test_links_are_bounded() -> None:
    """A page of links to nowhere ends."""
    html = "".join(f"<a href='/{n}'>x</a>" for n in range(MAX_LINKS + 10))
    assert len(rank_links(parse_document(html, url=URL), url=URL, rules=NONE)) == MAX_LINKS


@pytest.mark.parametrize(
    ("url", "points"),
    [
        ("https://a.example/", -4),
        ("https://a.example/tag/x-y-z-w", -4),
        ("https://a.example/img/x-y-z-w.jpg", -4),
        ("https://a.example/music", -1),
        ("https://a.example/music?page=2", 0),
        ("https://a.example/a/b/c", 0),
        ("https://a.example/two-words", 1),
        ("https://a.example/one-two-three-four", 2),
        ("https://a.example/2026/03/09/one-two-three-four", 3),
        ("https://a.example/2026/mar/09/word", 1),
        ("https://a.example/view/12345678", 1),
    ],
)
def test_address_points(url: str, points: int) -> None:
    """The shape of an address, without knowing the site."""
    assert address_points(url) == points


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a rel='nofollow next' href='/p/2'>2</a>", "https://news.example/p/2"),
        ("<a href='/p/2'>Older posts</a>", "https://news.example/p/2"),
        ("<a href='/p/2'>次へ</a>", "https://news.example/p/2"),
        ("<a href='/film#2'>Next</a>", None),
        ("<a href='https://other.example/2'>Next</a>", None),
        ("<a rel=next>Next</a>", None),
        ("<a href='/p/2'>The next big thing</a>", None),
    ],
)
def test_next_page(html: str, expected: str | None) -> None:
    """rel=next, or a link whose whole text says so."""
    assert read_section(parse_document(html, url=URL), url=URL, rules=NONE).next_url == expected


@given(st.text(alphabet="<>a hrefulinavtim='/-#:?1", max_size=300))
def test_never_raises(html: str) -> None:
    """Any markup gives a listing."""
    read_section_page(html.encode(), url=URL, rules=NONE)
    find_feeds(parse_document(html, url=URL), url=URL)


# ------------------------------------------------------------------------------------------------ discovery


def feeds(html: str) -> list[str]:
    return [
        feed.url.removeprefix("https://news.example") for feed in find_feeds(parse_document(html, url=URL), url=URL)
    ]


FILM_FEEDS = (
    "<link rel=alternate type='application/rss+xml' title='Film and music' href='/b/feed'>"
    "<a href='/cinema/rss'>Cinema</a>"
)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<link rel=alternate type='application/rss+xml' href='/feed'>", ["/feed"]),
        ("<link rel='ALTERNATE home' type='application/atom+xml; charset=utf-8' href='/atom.xml'>", ["/atom.xml"]),
        ("<link rel=alternate type='application/feed+json' href='/feed.json'>", ["/feed.json"]),
        (
            "<link rel=alternate type='application/rss+xml' href='https://feeds.other.example/news'>",
            ["https://feeds.other.example/news"],
        ),
        ("<link rel=alternate type='application/rss+xml' href='/comments/feed'>", []),
        ("<link rel=alternate type='application/rss+xml' title='News » Comments Feed' href='/c/feed'>", []),
        ("<link rel=alternate type='text/html' href='/de'>", []),
        ("<link rel=alternate type='application/json' href='/wp-json/x'>", []),
        ("<link rel=alternate type='application/rss+xml' href='javascript:x'>", []),
        ("<link rel=alternate type='application/rss+xml'>", []),
        ("<link rel=stylesheet type='text/xml' href='/feed'>", []),
        (
            "<a href='/rss.xml'>RSS</a><a href='/film/feed/'>Film</a><a href='/x.rss'>x</a>",
            ["/film/feed/", "/rss.xml", "/x.rss"],
        ),
        ("<a href='/?feed=rss2'>RSS</a><a href='/story-on-rss'>story</a><a>no</a>", ["/?feed=rss2"]),
        ("<a href='https://other.example/feed'>RSS</a>", []),
        (
            2 * "<link rel=alternate type='application/rss+xml' href='/a/feed'>" + FILM_FEEDS,
            ["/b/feed", "/cinema/rss", "/a/feed"],
        ),
    ],
)
def test_feeds_of_a_page(html: str, expected: list[str]) -> None:
    """Stated and linked feeds, without comment feeds, entertainment sections first."""
    assert feeds(f"<html><body>{html}") == expected


def test_sitemaps_of_robots() -> None:
    """Sitemap lines in any case, relative ones too, news sitemaps first, each once."""
    text = "\ufeffUser-agent: *\nsitemap: /all.xml # all\nSITEMAP:https://cdn.example/news.xml\n"
    text += "Sitemap: /all.xml\nSitemap: ftp://x/y\nSitemap"
    url = "https://news.example/robots.txt"
    assert sitemaps_in_robots(text, url=url) == ("https://cdn.example/news.xml", "https://news.example/all.xml")
