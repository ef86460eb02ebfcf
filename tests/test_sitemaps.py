"""Sitemaps, indexes and news sitemaps become hints of the site's own addresses, newest first."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Hint, Reason
from aggregator.sources._slices import Frame
from aggregator.sources.listing import Child, Listing
from aggregator.sources.sitemaps import MAX_URLS, _entry, read_sitemap

URL = "https://www.news.example/sitemap.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urlset(inner: str, *, root: str = f"urlset {NAMESPACES}") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{root}>{inner}</{root.partition(" ")[0]}>'.encode()


def entry(path: str, *, date: str | None = None, inner: str = "") -> str:
    modified = f"<lastmod>{date}</lastmod>" if date else ""
    return f"<url><loc>https://www.news.example{path}</loc>{modified}{inner}</url>"


def links(body: bytes) -> list[str]:
    return [hint.url.removeprefix("https://www.news.example") for hint in read_sitemap(body, url=URL).entries]


NEWS = (
    "<news:news><news:publication><news:name>N</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2026-03-09T08:00:00+01:00</news:publication_date><news:title>Fish &amp; chips</news:title>"
    "<news:keywords>film, music,</news:keywords></news:news>"
)
IMAGE = "<image:image><image:loc>/a.jpg</image:loc><image:title>A</image:title></image:image>"


def test_a_plain_sitemap_gives_dates_newest_first() -> None:
    """lastmod stays as written; entries without a date go last."""
    body = urlset(entry("/a", date="2026-03-01") + entry("/b") + entry("/c", date="2026-03-09T08:00:00Z"))
    listing = read_sitemap(body, url=URL)
    assert [(hint.url[-2:], hint.modified) for hint in listing.entries] == [
        ("/c", "2026-03-09T08:00:00Z"),
        ("/a", "2026-03-01"),
        ("/b", None),
    ]
    assert listing.entries[0].origin == "sitemap"


@pytest.mark.parametrize("declared", [True, False])
def test_a_news_sitemap_keeps_what_it_says(declared: bool) -> None:
    """Title, date, keywords and language are claims of the publisher, also where the prefix was never declared."""
    root = f"urlset {NAMESPACES}" if declared else "urlset"
    (hint,) = read_sitemap(urlset(entry("/a", date="2026-03-09", inner=NEWS + IMAGE), root=root), url=URL).entries
    assert hint == Hint(
        origin="news_sitemap",
        origin_url=URL,
        url="https://www.news.example/a",
        title="Fish & chips",
        published="2026-03-09T08:00:00+01:00",
        modified="2026-03-09",
        tags=("film", "music"),
        language="en",
        image="https://www.news.example/a.jpg",
    )


def test_an_index_gives_its_children() -> None:
    """Children of the site, newest first, without the index itself and without other sites."""
    inner = "".join(
        f"<sitemap><loc>{link}</loc><lastmod>{date}</lastmod></sitemap>"
        for link, date in ((URL, "2026-03-02"), ("/old.xml", "2025-01-01"), ("/new.xml", "2026-01-01"))
    )
    inner += "<sitemap><loc>https://other.example/x.xml</loc></sitemap>"
    listing = read_sitemap(urlset(inner, root="sitemapindex"), url=URL)
    assert listing.kind == "sitemap_index"
    assert listing.children == (
        Child(url="https://www.news.example/new.xml", modified="2026-01-01"),
        Child(url="https://www.news.example/old.xml", modified="2025-01-01"),
    )
    assert listing.warnings == ("1 entries without an address of this site were left out",)


def test_an_index_of_only_itself_lists_nothing() -> None:
    """There is nowhere to go."""
    inner = f"<sitemap><loc>{URL}</loc></sitemap>"
    assert read_sitemap(urlset(inner, root="sitemapindex"), url=URL).problem is Reason.EMPTY_LISTING


@pytest.mark.parametrize(
    ("url", "link", "own"),
    [
        ("https://www.news.com/s.xml", "https://news.com/a", True),
        ("https://www.news.co.uk/s.xml", "https://m.news.co.uk/a", True),
        ("https://www.news.co.uk/s.xml", "https://other.co.uk/a", False),
        ("https://news.example/s.xml", "http://news.example:8080/a", True),
        ("http://127.8.0.1/s.xml", "http://127.8.0.1/a", True),
        ("http://127.8.0.1/s.xml", "http://127.9.9.9/a", False),
        ("http://127.8.0.1/s.xml", "https://news.example/a", False),
        ("http://localhost/s.xml", "http://otherhost/a", False),
        ("https://news.example/s.xml", "javascript:alert(1)", False),
    ],
)
def test_only_addresses_of_the_site_count(url: str, link: str, own: bool) -> None:
    """sitemaps.org: all addresses are of the sitemap's host; hosts of one registered domain are accepted."""
    body = urlset(f"<url><loc>{link}</loc></url>")
    assert bool(read_sitemap(body, url=url).entries) is own


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(urlset(entry("/a"))),
        urlset(entry("/a")),
        b"\xef\xbb\xbf \n" + urlset(entry("/a")),
        urlset(entry("/a")).decode().encode("utf-16"),
        urlset(entry("/a"), root="urlset"),
        urlset(
            "<s:url><s:loc>/a</s:loc></s:url>", root="s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'"
        ),
        urlset(entry("/a"), root='urlset xmlns="http://publisher.example/own"'),
        b"https://www.news.example/a\nnonsense\n\nhttps://other.example/b\n",
        b"\xef\xbb\xbfhttps://www.news.example/a\r\n",
        urlset(entry("/a").replace("/a", "/\x0ba")),
        urlset("<url><loc><![CDATA[ https://www.news.example/a ]]></loc></url>"),
        b'<!DOCTYPE urlset [<!ENTITY a "b"><!ENTITY b SYSTEM "file:///etc/hostname">]>' + urlset(entry("/a"))[38:],
    ],
)
def test_all_spellings_are_read(body: bytes) -> None:
    """Packing (told by the bytes), marks, encodings, prefixes and text sitemaps."""
    assert links(body)[0] == "/a"


def test_bare_ampersands_stay_in_the_address() -> None:
    """Publishers forget to escape them."""
    assert links(urlset(entry("/a?b=1&copy=2&amp;d=3"))) == ["/a?b=1&copy=2&d=3"]


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        (b"", Reason.EMPTY_BODY, ""),
        (b"\xef\xbb\xbf \n", Reason.EMPTY_BODY, ""),
        (b"<html><body></body></html>", Reason.NOT_A_SITEMAP, "it is <html>"),
        (b"nothing", Reason.NOT_A_SITEMAP, "it is not XML"),
        (urlset(""), Reason.EMPTY_LISTING, ""),
        (urlset("<url/><url><loc/></url>"), Reason.EMPTY_LISTING, ""),
        (b"https://other.example/a", Reason.EMPTY_LISTING, ""),
    ],
)
def test_problems(body: bytes, reason: Reason, detail: str) -> None:
    """An answer that gives nothing says why."""
    listing = read_sitemap(body, url=URL)
    assert (listing.problem, listing.detail) == (reason, detail)


def test_a_cut_sitemap_gives_what_is_whole() -> None:
    """A broken connection costs the rest only."""
    listing = read_sitemap(urlset(entry("/a") + entry("/b"))[:-20], url=URL)
    assert [hint.url[-2:] for hint in listing.entries] == ["/a"]
    assert listing.warnings == ("it breaks off in the middle of an entry",)


def test_no_more_than_50_000_addresses() -> None:
    """sitemaps.org's own limit; the rest is not parsed."""
    listing = read_sitemap(urlset("<url/>" * (MAX_URLS + 10)), url=URL)
    assert listing.warnings[0] == "only the first 50,000 entries were read"


def test_an_item_that_no_parser_takes_is_left_out() -> None:
    """Such an item is nothing, not an error."""
    assert _entry(Frame(opening="", closing=""), "", URL) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset>" + b"<a>" * 500_000,
        b"<urlset>" + b"<a/>" * 500_000,
        b"<urlset>" + b"<url>" * 200_000,
        b"<urlset" + b" a" * 100_000,
        gzip.compress(b"\0" * 60_000_000),
    ],
)
def test_hostile_sitemaps_are_bounded(body: bytes) -> None:
    """Depth, floods and bombs end with a listing."""
    assert read_sitemap(body, url=URL).problem is not None


@given(st.binary(max_size=1000))
def test_never_raises(body: bytes) -> None:
    """Any bytes give a listing."""
    assert isinstance(read_sitemap(body, url=URL), Listing)


@given(st.text(alphabet="<>&;![]CDATAurlocsitemp/= \"'#\x0b:", max_size=200))
def test_never_raises_on_markup(text: str) -> None:
    """Nor does any soup of markup inside a sitemap, or any base address."""
    read_sitemap(b"<urlset>" + text.encode() + b"</urlset>", url=text)
