"""Feeds of every format become hints; nothing that a publisher or an attacker writes makes the reader fail."""

import gzip
import io
import json
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Hint, Reason
from aggregator.sources.feeds import MAX_ENTRIES, _entry, _head, read_feed
from aggregator.sources.listing import Listing, absolute, decode_xml, parse_fragment, plain_text, repair_xml, unpack

URL = "https://news.example/feed.xml"


def rss(items: str, *, head: str = "", root: str = '<rss version="2.0">') -> bytes:
    return f'<?xml version="1.0"?>{root}<channel><title>News</title>{head}{items}</channel></rss>'.encode()


def item(inner: str = "", *, link: str = "https://news.example/a") -> str:
    return f"<item><title>Story</title><link>{link}</link>{inner}</item>"


def read(body: bytes, **kwargs: Any) -> Listing:
    return read_feed(body, url=URL, **kwargs)


def only(body: bytes) -> Hint:
    (hint,) = read(body).entries
    return hint


RSS2 = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>Stage &amp; Screen</title><language>en-gb</language>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<item><title><![CDATA[<b>Tulla</b> &amp;amp; friends]]></title><link>https://news.example/tulla?a=1&amp;copy=1</link>
<guid isPermaLink="false">tulla-1</guid><pubDate>Mon, 09 Mar 2026 08:00:00 +0000</pubDate><dc:creator>Ada Moss</dc:creator>
<category>Film</category><category>Music</category><category>Film</category><description>&lt;p&gt;She sings.&lt;/p&gt;</description>
<media:content url="/tulla.jpg" medium="image"/></item></channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/base/" xml:lang="ko">
<title>Stage</title><link rel="next" href="/feed?page=2"/><entry>
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><em>Tulla</em> sings</div></title>
<link rel="self" href="https://news.example/self"/><link rel="alternate" type="text/html" href="tulla"/>
<id>urn:1</id><author><name>Ada Moss</name><email>ada@news.example</email></author><category term="film" label="Film"/>
<published>2026-03-09T08:00:00Z</published><updated>2026-03-09T09:00:00Z</updated><summary>She sings.</summary>
<link rel="enclosure" type="image/png" href="tulla.png"/></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>Stage</title>
<items><rdf:Seq><rdf:li resource="https://news.example/tulla"/></rdf:Seq></items></channel>
<item rdf:about="https://news.example/tulla"><title>Tulla sings</title><link>https://news.example/tulla</link>
<dc:date>2026-03-09T08:00:00Z</dc:date><dc:subject>Film</dc:subject></item></rdf:RDF>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Stage",
    "language": "en",
    "next_url": "/feed.json?page=2",
    "items": [
        {
            "id": 7,
            "url": "/tulla?a=1&copy=1",
            "title": "Tulla sings",
            "summary": "She sings.",
            "date_published": "2026-03-09T08:00:00Z",
            "date_modified": "2026-03-09T09:00:00Z",
            "authors": [{"name": "Ada Moss"}, "nonsense"],
            "tags": ["Film", 3],
            "image": "/tulla.jpg",
        },
        "nonsense",
        {"id": "https://news.example/by-id"},
        {"id": "8"},
    ],
}


def test_rss_2_gives_every_field() -> None:
    """All fields of an RSS item arrive, as text, with the link as written."""
    listing = read(RSS2.encode())
    assert (listing.title, listing.language, listing.ttl_seconds) == ("Stage & Screen", "en-gb", 1800)
    assert listing.entries == (
        Hint(
            origin="feed",
            origin_url=URL,
            url="https://news.example/tulla?a=1&copy=1",
            title="Tulla & friends",
            summary="She sings.",
            published="Mon, 09 Mar 2026 08:00:00 +0000",
            authors=("Ada Moss",),
            tags=("Film", "Music"),
            language="en-gb",
            guid="tulla-1",
            image="https://news.example/tulla.jpg",
        ),
    )


def test_atom_gives_every_field() -> None:
    """Atom: xhtml titles, xml:base, relative links, the alternate link before others, next page (RFC 5005)."""
    listing = read(ATOM.encode())
    assert listing.next_url == "https://news.example/feed?page=2"
    assert listing.entries == (
        Hint(
            origin="feed",
            origin_url=URL,
            url="https://news.example/base/tulla",
            title="Tulla sings",
            summary="She sings.",
            published="2026-03-09T08:00:00Z",
            modified="2026-03-09T09:00:00Z",
            authors=("Ada Moss",),
            tags=("Film",),
            language="ko",
            guid="urn:1",
            image="https://news.example/base/tulla.png",
        ),
    )


def test_rdf_gives_its_items() -> None:
    """RSS 1.0 keeps its items beside the channel."""
    hint = only(RDF.encode())
    assert (hint.url, hint.title, hint.published, hint.tags) == (
        "https://news.example/tulla",
        "Tulla sings",
        "2026-03-09T08:00:00Z",
        ("Film",),
    )


def test_json_feed_gives_its_items() -> None:
    """JSON Feed: relative links, numbers as ids, items that are nonsense lose only themselves."""
    listing = read(json.dumps(JSON).encode())
    first, second = listing.entries
    assert (first.url, first.guid, first.authors, first.tags) == (
        "https://news.example/tulla?a=1&copy=1",
        "7",
        ("Ada Moss",),
        ("Film",),
    )
    assert second.url == "https://news.example/by-id"
    assert listing.next_url == "https://news.example/feed.json?page=2"
    assert listing.warnings == ("2 of its entries had no usable link",)


@pytest.mark.parametrize("text", [RSS2, ATOM, RDF])
def test_agrees_with_feedparser(text: str) -> None:
    """Links, guids and raw dates are those that feedparser reads."""
    headers = {"content-location": URL, "content-type": "application/xml; charset=utf-8"}
    entry = feedparser.parse(io.BytesIO(text.encode()), response_headers=headers).entries[0]
    hint = only(text.encode())
    assert hint.url == entry.link
    assert hint.guid == entry.get("id") or text is RDF
    assert hint.published == entry.get("published") or text is RDF


@pytest.mark.parametrize(
    ("inner", "field", "expected"),
    [
        ("<author>ada@news.example (Ada Moss)</author>", "authors", ("Ada Moss",)),
        ("<author>Ada Moss</author>", "authors", ("Ada Moss",)),
        ("<author><name></name></author>", "authors", ()),
        ("<dc:creator>Ada</dc:creator>", "authors", ("Ada",)),
        ("<pubdate>yesterday</pubdate>", "published", "yesterday"),
        ("<x:title xmlns:x='urn:x'>Other</x:title>", "title", "Story"),
        ("<media:keywords>film, music</media:keywords>", "tags", ("film", "music")),
        ("<enclosure url='/a.jpg' type='image/jpeg'/>", "image", "https://news.example/a.jpg"),
        ("<enclosure url='/a.mp3' type='audio/mpeg'/>", "image", None),
        ("<media:content xmlns:media='http://search.yahoo.com/mrss/' url='/a.mp4' type='video/mp4'/>", "image", None),
        ("<itunes:image href='/p.jpg'/>", "image", "https://news.example/p.jpg"),
        ("<media:content url='/p.jpg' type='image/jpeg'/>", "image", "https://news.example/p.jpg"),
        ("<media:content url='/p' medium='video'/>", "image", None),
        ("<image>/b.jpg</image>", "image", "https://news.example/b.jpg"),
        ("<image><url>/b.jpg</url></image>", "image", None),
        ("<description>A &amp; B &nbsp; &eacute;</description>", "summary", "A & B é"),
        ("<description>fish & chips < 5</description>", "summary", "fish & chips < 5"),
        ("<description>foo<br>bar</description>", "summary", "foobar"),
        ("<description>\x0bA\x1f</description>", "summary", "A"),
        ("<guid>12345</guid>", "guid", "12345"),
    ],
)
def test_fields(inner: str, field: str, expected: object) -> None:
    """One field of an item, however it is written."""
    assert getattr(only(rss(item(inner))), field) == expected


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<link>https://news.example/a?x=1&copy=1&lt=2</link>", "https://news.example/a?x=1&copy=1&lt=2"),
        ("<link><![CDATA[ https://news.example/a?x=1&y=2 ]]></link>", "https://news.example/a?x=1&y=2"),
        ("<link>/a</link>", "https://news.example/a"),
        ("<link>https://news.example/\n  a</link>", "https://news.example/  a"),
        ("<link/><guid>https://news.example/g</guid>", "https://news.example/g"),
        ("<guid isPermaLink='false'>https://news.example/g</guid>", None),
        ("<guid>12345</guid>", None),
        ("<id>https://news.example/i</id>", "https://news.example/i"),
        ("<link href='https://news.example/h'/>", "https://news.example/h"),
        (
            "<link>https://feeds.example/x</link><feedburner:origLink>https://news.example/o</feedburner:origLink>",
            "https://news.example/o",
        ),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>mailto:a@b.example</link>", None),
        ("<link>file:///etc/hostname</link>", None),
        ("<link>https://[bad</link>", None),
        ("<link>https://news.example:99999/</link>", None),
        ("<link>https://news.example/" + "a" * 3000 + "</link>", None),
        ("", None),
    ],
)
def test_links(links: str, expected: str | None) -> None:
    """The article's address is found where publishers put it, and only web addresses count."""
    entries = read(rss(f"<item>{links}</item>")).entries
    assert [hint.url for hint in entries] == ([expected] if expected else [])


def test_a_bad_link_loses_only_itself() -> None:
    """An item without a usable link does not end the list."""
    listing = read(rss(item(link="javascript:alert(1)") + item() + "<item"))
    assert [hint.url for hint in listing.entries] == ["https://news.example/a"]
    assert listing.warnings == ("1 of its entries had no usable link",)


def test_items_that_share_a_guid_stay_apart() -> None:
    """A guid is no key: publishers repeat them."""
    body = rss(item("<guid>1</guid>", link="/a") + item("<guid>1</guid>", link="/b"))
    assert [hint.url for hint in read(body).entries] == ["https://news.example/a", "https://news.example/b"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY_BODY),
        (b" \n\xef\xbb\xbf", Reason.EMPTY_BODY),
        (b"<!doctype html><html><head><link rel=alternate></head>", Reason.HTML_INSTEAD_OF_FEED),
        (b"<html><body><rss><item><link>https://a.example/</link></item></rss>", Reason.HTML_INSTEAD_OF_FEED),
        (b"not a feed", Reason.NOT_A_FEED),
        (b"<urlset></urlset>", Reason.NOT_A_FEED),
        (b'{"a": 1}', Reason.NOT_A_FEED),
        (b'{"a": ', Reason.NOT_A_FEED),
        (b'{"a":' + b"[" * 100_000, Reason.NOT_A_FEED),
        (b'{"items": []}', Reason.EMPTY_LISTING),
        (b"<rss/>", Reason.EMPTY_LISTING),
        (rss(""), Reason.EMPTY_LISTING),
        (rss("<item/>"), Reason.EMPTY_LISTING),
        (b"<rss><channel><!-- <item><link>https://a.example/</link></item> --></channel></rss>", Reason.EMPTY_LISTING),
        (b"<rss><channel><![CDATA[<item><link>https://a.example/</link></item>]]></channel>", Reason.EMPTY_LISTING),
    ],
)
def test_problems(body: bytes, reason: Reason) -> None:
    """An answer that gives nothing says why."""
    assert read(body).problem is reason


@pytest.mark.parametrize(
    "body",
    [
        b"\n junk before" + rss(item()),
        gzip.compress(rss(item())),
        gzip.compress(gzip.compress(rss(item()))),
        rss(item()).decode().encode("utf-16"),
        rss(item()).replace(b"<rss ", b'<!DOCTYPE rss [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><rss ', 1),
        rss(item(), head="<copyright>&l9;</copyright>"),
        rss(item(), root='<rss version="2.0" xmlns="http://publisher.example/own">'),
        rss(item(), root="<rss version=2.0>"),
        rss(item()).replace(b"<item>", b"<ITEM>").replace(b"</item>", b"</ITEM>"),
    ],
)
def test_sloppy_feeds_are_read(body: bytes) -> None:
    """Junk, packing, encodings, entities and bad markup around an item do not lose it."""
    assert only(body).url == "https://news.example/a"


def test_external_entities_stay_closed() -> None:
    """No file and no address is read for an entity; the items are there."""
    head = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    hint = only((head + rss(item("<description>&x;</description>")).decode()).encode())
    assert hint.summary == "&x;"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("windows-1252", "windows-1252", None),
        ("euc-kr", "utf-8", "text/xml; charset=euc-kr"),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
    ],
)
def test_encodings(encoding: str, declared: str, content_type: str | None) -> None:
    """Valid UTF-8 wins over declarations; else the header, then the declaration."""
    title = "서울" if encoding == "euc-kr" else "Beyoncé"
    text = f'<?xml version="1.0" encoding="{declared}"?><rss><channel>{item().replace("Story", title)}</channel></rss>'
    (hint,) = read(text.encode(encoding), content_type=content_type).entries
    assert hint.title == title


@pytest.mark.parametrize(
    ("body", "entries", "warning"),
    [
        (rss(item() + item())[:-60], 1, "it breaks off in the middle of an entry"),
        (rss(item())[: -len("</channel></rss>")], 1, "it breaks off after an entry"),
        (rss(item() * (MAX_ENTRIES + 5)), MAX_ENTRIES, "only the first 1,000 entries were read"),
        (json.dumps({"items": [{"url": "/a"}] * 1001}).encode(), MAX_ENTRIES, "only the first 1,000 entries were read"),
        (gzip.compress(rss(item()) * 2)[:-20], 0, "the gzip file breaks off"),
        (b"\x1f\x8b" + b"\xff" * 50, 0, "the gzip file is damaged"),
    ],
)
def test_cut_feeds_give_what_is_whole(body: bytes, entries: int, warning: str) -> None:
    """What is whole is listed; what is missing is said."""
    listing = read(body)
    assert warning in listing.warnings
    assert len(listing.entries) == entries or warning.startswith("the gzip")


def test_an_unclosed_item_ends_at_the_next() -> None:
    """Each item stands for itself."""
    body = rss("<item><link>/a</link>" + item(link="/b"))
    assert [hint.url for hint in read(body).entries] == ["https://news.example/a", "https://news.example/b"]


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel>" + b"<a>" * 200_000,
        b"<rss><channel>" + b"<![CDATA[" * 100_000,
        b"<rss><channel>" + b"<!--" * 100_000,
        b"<rss><channel>" + b"<item>" * 100_000,
        b"<rss><channel><item>" + b"<" * 500_000,
        b"<rss><channel><item><link>/a</link>" + b"&" * 500_000 + b"</item>",
        b"<" * 500_000,
        gzip.compress(b"\0" * 30_000_000),
    ],
)
def test_hostile_feeds_are_bounded(body: bytes) -> None:
    """Depth, floods and bombs end quickly with a listing (the suite's own time limit is the measure)."""
    assert isinstance(read(body), Listing)


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>0</ttl>", 60),
        ("<ttl>99999999</ttl>", 7 * 86400),
        ("<ttl>soon</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86400),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21600),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>x</sy:updateFrequency>", None),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_ttl(head: str, seconds: int | None) -> None:
    """How long the publisher says that the feed stays the same, within a minute and a week."""
    assert read(rss(item(), head=head)).ttl_seconds == seconds


# ------------------------------------------------------------------------------------------------ shared steps


@given(st.binary(max_size=2000))
def test_never_raises(body: bytes) -> None:
    """Any bytes give a listing, and one without entries has a problem."""
    listing = read(body)
    assert bool(listing.entries) == (listing.problem is None)


@given(st.text(alphabet="<>&;![]CDATAxitem/= \"'#\x0b", max_size=200))
def test_never_raises_on_markup(text: str) -> None:
    """Nor does any soup of markup."""
    read(b"<rss><channel>" + text.encode() + b"</channel></rss>")


@given(st.text(alphabet="<>&;![]CDATA#x1amp0b \x0b", max_size=200))
def test_repairing_is_idempotent(text: str) -> None:
    """Mended text stays as it is."""
    once = repair_xml(text)
    assert repair_xml(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a & b &copy=1 &copy; &amp; &#38; &#60;", "a &amp; b &amp;copy=1 © &amp; &amp; &lt;"),
        ("&unknown; &#11; &#x80;", "&amp;unknown;  €"),
        ("1 < 2 <b>", "1 &lt; 2 <b>"),
        ("<![CDATA[a & b]]> & c", "<![CDATA[a & b]]> &amp; c"),
        ("<![CDATA[a <![CDATA[ & b]]> & c", "<![CDATA[a <![CDATA[ & b]]> &amp; c"),
    ],
)
def test_repairs(text: str, expected: str) -> None:
    """Bare signs, unknown names and forbidden characters are mended outside CDATA."""
    assert repair_xml(text) == expected


def test_unpacking_stops_at_the_limit() -> None:
    """A gzip bomb gives no more than the limit, packed or not, and says so."""
    for body in (gzip.compress(b"a" * 1000), b"a" * 1000):
        unpacked = unpack(body, limit=100)
        assert unpacked.data == b"a" * 100
        assert unpacked.warning == "only the first 100 bytes were read"


def test_all_members_of_a_gzip_file_are_read() -> None:
    """Files that were put together with cat have several."""
    assert unpack(gzip.compress(b"a") + gzip.compress(b"b") + b"tail", limit=100).data == b"ab"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, None),
        ("  ", None),
        ("<p>A</p><!-- x --> b", "A b"),
        ("A &lt;b&gt;B&lt;/b&gt;", "A B"),
        ("5 < 6", "5 < 6"),
        ("a\x00b", "a b"),
        ("x" * 600, "x" * 500),
    ],
)
def test_plain_text(raw: str | None, expected: str | None) -> None:
    """One line without markup, or nothing."""
    assert plain_text(raw) == expected


def test_absolute_takes_nothing_for_nothing() -> None:
    """No link, no address."""
    assert absolute(None, URL) is None
    assert absolute("  ", URL) is None


def test_text_without_an_element_is_no_fragment() -> None:
    """The parser's own errors end here."""
    assert parse_fragment("") is None
    assert parse_fragment("text") is None
    assert _head(None, URL).base == URL
    assert _entry(None, head=_head(None, URL), url=URL) is None


def test_next_page_without_an_address() -> None:
    """A link that says nothing is no next page."""
    assert read(ATOM.replace('href="/feed?page=2"', "").encode()).next_url is None


def test_decoding_never_fails() -> None:
    """Bytes of no encoding become replacement characters or Windows-1252."""
    assert decode_xml(b"caf\xe9", None)
    assert decode_xml(b"\xff\xfea\x00", None) == "a"
