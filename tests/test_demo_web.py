"""The embedded newsroom says what it claims to say: its sites, its validators, its truth and its second visit."""

import errno
import gzip
import io
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree, html
from protego import Protego
from rich.console import Console

from aggregator.demo import web as web_module
from aggregator.demo.compare import Seen, differences
from aggregator.demo.newsroom import load_sites
from aggregator.demo.records import EXPECTED, Answer, Request, Site, Truth
from aggregator.demo.run import next_steps, results_table, traffic_line
from aggregator.demo.web import Newsroom
from aggregator.models import CrawlResult, Hint, Reason, Source, count_words
from aggregator.sources import load_sources, read_feed, read_section_page, read_sitemap

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


class Got:
    """An answer as a client has it."""

    def __init__(self, status: int, headers: Message, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        return self.body.decode()


def get(url: str, *, method: str = "GET", **headers: str) -> Got:
    """Fetch without redirects or proxies; header names with underscores for hyphens."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request(
            method, parts.path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return Got(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def web() -> Iterator[Newsroom]:
    with Newsroom(now=NOW) as newsroom:
        yield newsroom


@pytest.fixture
def later() -> Iterator[Newsroom]:
    """A newsroom of its own, for tests that move time on."""
    with Newsroom(now=NOW) as newsroom:
        yield newsroom


def pages(newsroom: Newsroom) -> list[Truth]:
    """What has a page that answers 200."""
    return [t for t in newsroom.truth() if t.reason not in {Reason.HTTP_STATUS, Reason.BAD_SCHEME}]


def articles(newsroom: Newsroom) -> list[Truth]:
    return [t for t in newsroom.truth() if t.outcome in {"new", "duplicate"}]


def by_reason(newsroom: Newsroom, reason: Reason) -> Truth:
    return next(t for t in newsroom.truth() if t.reason is reason)


def listings_of(source: Source) -> tuple[str, ...]:
    return source.feeds + source.sitemaps + source.sections


# ------------------------------------------------------------------------------------------------ the sites


def test_nine_sites_stand_on_hosts_of_their_own_with_one_port(web: Newsroom) -> None:
    hosts = {urlsplit(base).hostname for base in web.bases.values()}
    assert len(hosts) == len(web.bases) == 9
    assert len({urlsplit(base).port for base in web.bases.values()}) == 1


def test_every_site_has_robots_home_section_and_plain_pages(web: Newsroom) -> None:
    for site in load_sites():
        for path in ("/robots.txt", "/", site.section_path, "/about", "/contact", "/subscribe", "/img/one.gif"):
            assert get(web.bases[site.id] + path).status == 200
        assert get(web.bases[site.id] + "/nowhere").status == 404


def test_about_forty_articles_have_a_text_of_some_length(web: Newsroom) -> None:
    found = articles(web)
    assert len(found) == 38
    assert min(count_words("\n".join(t.paragraphs)) for t in found) >= 80
    assert {t.language for t in found} == {"en", "ur", "hi", "ko", "ja", "de", "es", "fr", "pt"}


def test_stories_are_dated_before_now_in_the_zone_of_their_site(web: Newsroom) -> None:
    assert all(NOW - timedelta(days=7) < t.published < NOW for t in web.truth())
    assert len({t.published.utcoffset() for t in web.truth()}) >= 7


def test_a_newsroom_with_the_same_now_is_the_same(web: Newsroom, later: Newsroom) -> None:
    ours = [replace(t, url="", listed_url="") for t in web.truth()]
    theirs = [replace(t, url="", listed_url="") for t in later.truth()]
    assert ours == theirs


@pytest.mark.parametrize("field", ["version", "count"])
def test_feeds_parse_and_list_what_the_truth_lists(web: Newsroom, field: str) -> None:
    forms = {"marquee-wire": "rss20", "lantern-post": "atom10", "vorhang-europa": "rss10", "rang-manch": "rss20"}
    for source in (s for s in web.sources() if s.id in forms):
        parsed = feedparser.parse(io.BytesIO(get(source.feeds[0]).body))
        assert not parsed.bozo
        wanted = {t.listed_url for t in web.truth() if t.source == source.id}
        if field == "version":
            assert parsed.version == forms[source.id]
        else:
            assert {entry.link for entry in parsed.entries} == wanted
            assert all(entry.get("published_parsed") or entry.get("updated_parsed") for entry in parsed.entries)


def test_the_json_feed_lists_what_the_truth_lists(web: Newsroom) -> None:
    feed = json.loads(get(web.bases["harbor-gazette"] + "/feed.json").body)
    truth = {t.listed_url: t for t in web.truth() if t.source == "harbor-gazette"}
    assert {item["url"] for item in feed["items"]} == set(truth)
    for item in feed["items"]:
        assert datetime.fromisoformat(item["date_published"]) == truth[item["url"]].published


def test_the_news_sitemap_names_title_date_and_language(web: Newsroom) -> None:
    root = etree.fromstring(get(web.bases["mudae-ilbo"] + "/sitemap-news.xml").body)
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
    titles = {node.text for node in root.iterfind(".//n:title", spaces)}
    assert titles == {t.title for t in web.truth() if t.source == "mudae-ilbo"}
    assert {node.text for node in root.iterfind(".//n:language", spaces)} == {"ko"}


def test_the_sitemap_index_has_a_plain_and_a_gzipped_child(web: Newsroom) -> None:
    base = web.bases["hoshi-eiga"]
    index = get(base + "/sitemap.xml").text
    assert f"<loc>{base}/sitemap-new.xml</loc>" in index
    assert f"<loc>{base}/sitemap-old.xml.gz</loc>" in index
    both = get(base + "/sitemap-new.xml").text + gzip.decompress(get(base + "/sitemap-old.xml.gz").body).decode()
    assert all(f"<loc>{t.listed_url}</loc>" in both for t in web.truth() if t.source == "hoshi-eiga")


def test_the_site_without_a_feed_lists_its_stories_on_a_section_page(web: Newsroom) -> None:
    source = next(s for s in web.sources() if s.id == "daily-minar")
    assert listings_of(source) == (web.bases["daily-minar"] + "/latest/category/entertainment",)
    page = html.document_fromstring(get(source.sections[0]).body)
    links = {link.get("href") for main in page.iter("main") for link in main.iter("a")}
    assert {t.url for t in web.truth() if t.source == "daily-minar"} <= links


def test_the_projects_own_readers_find_what_the_truth_lists(web: Newsroom) -> None:
    for source in web.sources():
        wanted = {t.listed_url for t in web.truth() if t.source == source.id and t.reason is not Reason.BAD_SCHEME}
        assert {entry.url for url in listings_of(source) for entry in read(url, source)} == wanted


def read(url: str, source: Source) -> tuple[Hint, ...]:
    """What a listing and its children list, as the crawl reads it."""
    if url in source.feeds:
        return read_feed(get(url).body, url=url).entries
    if url in source.sections:
        return read_section_page(get(url).body, url=url, rules=source.rules).entries
    listing = read_sitemap(get(url).body, url=url)
    return listing.entries + tuple(entry for child in listing.children for entry in read(child.url, source))


def test_home_pages_announce_their_feeds(web: Newsroom) -> None:
    for source in (s for s in web.sources() if s.feeds):
        page = html.document_fromstring(get(source.home).body)
        hrefs = [link.get("href", "") for link in page.iter("link") if link.get("rel") == "alternate"]
        assert [web.bases[source.id] + href for href in hrefs] == list(source.feeds)


# ------------------------------------------------------------------------------------------------ validators


def test_every_page_and_listing_answers_304_to_its_own_validators(web: Newsroom) -> None:
    urls = [t.url for t in pages(web)] + [url for source in web.sources() for url in listings_of(source)]
    for url in urls:
        first = get(url)
        by_tag = get(url, If_None_Match=first.headers["ETag"])
        by_date = get(url, If_Modified_Since=first.headers["Last-Modified"])
        assert (first.status, by_tag.status, by_date.status) == (200, 304, 304)
        assert by_tag.body == by_date.body == b""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": '"other"'}, 200),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"other"', "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
        ({"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
        ({"If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
        ({"If_Modified_Since": "yesterday"}, 200),
    ],
)
def test_conditional_requests_follow_the_rules_of_http(web: Newsroom, headers: dict[str, str], status: int) -> None:
    assert get(web.bases["marquee-wire"] + "/feed.xml", **headers).status == status


def test_text_is_compressed_for_clients_that_take_gzip(web: Newsroom) -> None:
    url = web.bases["mudae-ilbo"] + "/entertainment"
    plain, packed = get(url), get(url, Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert (
        get(web.bases["hoshi-eiga"] + "/sitemap-old.xml.gz", Accept_Encoding="gzip").headers["Content-Encoding"] is None
    )


def test_head_has_the_headers_and_no_body(web: Newsroom) -> None:
    answer = get(web.bases["marquee-wire"] + "/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


# ------------------------------------------------------------------------------------------------ article pages


def test_related_lists_change_at_each_request_and_the_etag_stays(web: Newsroom) -> None:
    for truth in articles(web):
        first, second = get(truth.url), get(truth.url)
        assert first.headers["ETag"] == second.headers["ETag"]
        assert first.body != second.body
        shown = [title for title in truth.related_titles if html_text(title) in first.text]
        assert len(shown) >= 4


def test_pages_hold_the_title_and_the_paragraphs_of_the_truth_in_order(web: Newsroom) -> None:
    for truth in articles(web):
        root = html.document_fromstring(get(truth.url).body)
        assert [words_of(h1) for h1 in root.iter("h1")] == [truth.title]
        text = words_of(root)
        places = [text.find(paragraph) for paragraph in truth.paragraphs]
        assert -1 not in places
        assert places == sorted(places)


MACHINE_DATES = {
    "marquee-wire": '"datePublished": "{}"',
    "lantern-post": 'property="article:published_time" content="{}"',
    "harbor-gazette": 'itemprop="datePublished" content="{}"',
    "daily-minar": '"datePublished": "{}"',
    "hoshi-eiga": '<time datetime="{}">',
    "rang-manch": '<time class="entry-date published" datetime="{}">',
    "southern-curtain": '"datePublished": "{}"',
}


def test_pages_state_their_date_in_the_form_of_their_markup(web: Newsroom) -> None:
    for truth in articles(web):
        text = get(truth.url).text
        iso = truth.published.isoformat()
        if truth.source in MACHINE_DATES:
            assert MACHINE_DATES[truth.source].format(iso) in text
        else:
            assert iso not in text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("mudae-ilbo/view/20417", "입력 2026.03.14 04:09"),
        ("vorhang-europa/kultur/klara-winterfeld-spielt-kapitaenin", "13. März 2026, 22:39 Uhr"),
        ("vorhang-europa/es/lucia-arbeloa-canta-en-los-faros", "13 de marzo de 2026, 01:09"),
        ("vorhang-europa/fr/le-dernier-tramway-revient-au-cinema", "12 mars 2026 à 12h09"),
        ("vorhang-europa/pt/peca-a-casa-das-mares-estreia-no-porto", "11 de março de 2026, 15h09"),
        ("hoshi-eiga/eiga/7731/", "2026年3月14日 05:09"),
        ("daily-minar/latest/510201-sana-mirza-returns-to-the-stage-with-the-well", ">March 13, 2026<"),
    ],
)
def test_dates_in_words_are_those_of_the_sites_clock(web: Newsroom, path: str, words: str) -> None:
    source, _, rest = path.partition("/")
    assert words in get(f"{web.bases[source]}/{rest}").text


def test_one_story_stands_on_three_sites_once_with_a_small_edit(web: Newsroom) -> None:
    original, copy, edited = sorted((t for t in web.truth() if t.story), key=lambda t: t.published)
    assert [t.outcome for t in (original, copy, edited)] == ["new", "duplicate", "duplicate"]
    assert original.paragraphs == copy.paragraphs
    assert sum(a != b for a, b in zip(original.paragraphs, edited.paragraphs, strict=True)) == 1
    assert "first published by Marquee Wire" in get(edited.url).text


def test_a_listed_address_may_redirect_to_the_article(web: Newsroom) -> None:
    truth = next(t for t in web.truth() if t.listed_url != t.url)
    answer = get(truth.listed_url)
    assert answer.status == 301
    assert web.bases[truth.source] + answer.headers["Location"] == truth.url


def test_headlines_of_the_related_lists_lead_home(web: Newsroom) -> None:
    answer = get(web.bases["daily-minar"] + "/older/3")
    assert (answer.status, answer.headers["Location"]) == (302, "/")


def test_a_feed_lists_a_page_that_is_gone_and_a_script_link(web: Newsroom) -> None:
    assert get(by_reason(web, Reason.HTTP_STATUS).url).status == 404
    assert by_reason(web, Reason.BAD_SCHEME).url == "javascript:void(0)"


def test_robots_forbid_one_linked_page_and_no_other(web: Newsroom) -> None:
    for source, base in web.bases.items():
        rules = Protego.parse(get(base + "/robots.txt").text)
        for truth in (t for t in pages(web) if t.source == source):
            assert rules.can_fetch(truth.url, "news-aggregator") == (truth.reason is not Reason.ROBOTS)


def test_pages_that_are_no_article_say_so_in_their_own_way(web: Newsroom) -> None:
    texts = {reason: get(by_reason(web, reason).url).text for reason in MARKS}
    assert all(mark in texts[reason] for reason, mark in MARKS.items())
    assert get(by_reason(web, Reason.OPTED_OUT).url).headers["TDM-Reservation"] == "1"


MARKS = {
    Reason.WALL: "We value your privacy",
    Reason.ERROR_PAGE: "Page not found",
    Reason.PAYWALL_STUB: "Subscribe to keep reading",
    Reason.VIDEO_STUB: "<video",
    Reason.OPTED_OUT: '<meta name="tdm-reservation" content="1">',
}


def test_each_role_has_an_expected_outcome_and_occurs(web: Newsroom) -> None:
    roles = {piece.role for site in load_sites() for piece in site.pieces}
    assert roles == set(EXPECTED)
    assert {t.kind for t in articles(web)} == {kind for _, _, kind in EXPECTED.values() if kind}


# ------------------------------------------------------------------------------------------------ the second visit


def test_the_second_visit_brings_two_stories_and_one_edit_and_nothing_else(later: Newsroom) -> None:
    before = {t.url: t for t in later.truth()}
    later.second_visit(now=LATER)
    after = {t.url: t for t in later.truth()}
    changes = {t.source: t.change for t in after.values() if t.change}
    assert changes == {"marquee-wire": "new", "lantern-post": "updated", "daily-minar": "new"}
    unchanged = [t for t in after.values() if not t.change]
    assert all(replace(t, related_titles=()) == replace(before[t.url], related_titles=()) for t in unchanged)
    assert set(before) <= set(after)
    assert {t.published for t in after.values() if t.change == "new"} == {LATER.replace(second=0)}


def test_the_edit_changes_title_one_paragraph_date_and_validators(later: Newsroom) -> None:
    path = later.bases["lantern-post"] + "/entertainment/copper-sky-sequel-finds-its-director"
    old, etag = next(t for t in later.truth() if t.url == path), get(path).headers["ETag"]
    later.second_visit(now=LATER)
    new, answer = next(t for t in later.truth() if t.url == path), get(path, If_None_Match=etag)
    assert (new.title != old.title, new.published == old.published, old.modified) == (True, True, None)
    assert sum(a != b for a, b in zip(old.paragraphs, new.paragraphs, strict=True)) == 1
    assert new.modified == LATER
    assert answer.status == 200
    assert f'article:modified_time" content="{new.modified.isoformat()}"' in answer.text


def test_the_second_visit_leaves_all_other_validators_alone(later: Newsroom) -> None:
    urls = [t.url for t in pages(later)] + [url for source in later.sources() for url in listings_of(source)]
    tags = {url: get(url).headers["ETag"] for url in urls}
    later.second_visit(now=LATER)
    changed = {
        url.removeprefix("http://").split("/", 1)[1] for url in urls if get(url, If_None_Match=tags[url]).status == 200
    }
    assert changed == {
        "feed.xml",
        "entertainment/copper-sky-sequel-finds-its-director",
        "latest/category/entertainment",
    }
    feeds = [s.id for s in later.sources() if s.feeds and get(s.feeds[0], If_None_Match=tags[s.feeds[0]]).status == 304]
    assert feeds == ["harbor-gazette", "rang-manch", "vorhang-europa", "southern-curtain"]


# ------------------------------------------------------------------------------------------------ log, sources, ports


def test_requests_are_logged_in_order_with_their_status(later: Newsroom) -> None:
    url = later.bases["mudae-ilbo"] + "/view/20417"
    tag = get(url, User_Agent="test").headers["ETag"]
    get(url, If_None_Match=tag)
    log = [(r.source, r.method, r.path, r.status, r.conditional) for r in later.requests]
    assert log == [("mudae-ilbo", "GET", "/view/20417", 200, False), ("mudae-ilbo", "GET", "/view/20417", 304, True)]
    assert later.requests[0].user_agent == "test"
    later.forget_requests()
    assert later.requests == ()


def test_the_source_list_says_what_the_sources_say(web: Newsroom) -> None:
    assert load_sources(web.sources_toml, origin="the newsroom") == web.sources()


@pytest.mark.parametrize("code", [errno.EADDRNOTAVAIL, errno.EADDRINUSE])
def test_without_more_loopback_addresses_each_site_gets_a_port(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(code, "no such luck")

    monkeypatch.setattr(web_module, "_bind_hosts", refuse)
    with Newsroom(now=NOW) as newsroom:
        parts = [urlsplit(base) for base in newsroom.bases.values()]
        assert {part.hostname for part in parts} == {"127.0.0.1"}
        assert len({part.port for part in parts}) == 9
        assert get(newsroom.bases["southern-curtain"] + "/feed.xml").status == 200


@pytest.mark.parametrize("bind", ["_bind_hosts", "_bind_ports"])
def test_ports_are_given_back_when_one_of_them_is_not_free(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    opened: list[str] = []
    closed: list[str] = []

    class Crowded:
        def __init__(self, host: str, port: int, site: Site) -> None:
            if len(opened) == 3:
                raise OSError(errno.EADDRINUSE, "in use")
            self.name, self.server_port = f"{host}:{port}", port
            opened.append(self.name)

        def server_close(self) -> None:
            closed.append(self.name)

    monkeypatch.setattr(web_module, "_Server", Crowded)
    with pytest.raises(OSError, match="in use"):
        getattr(web_module, bind)(load_sites(), 8000)
    assert len(set(opened)) == 3
    assert closed == opened


def test_a_port_that_is_taken_is_said_so(web: Newsroom) -> None:
    port = urlsplit(web.bases["marquee-wire"]).port
    assert port
    with pytest.raises(OSError, match="in use"), Newsroom(port):
        pytest.fail("two newsrooms on one port")


def test_a_free_port_that_is_taken_on_another_host_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = web_module._bind_hosts, []

    def refuse_once(sites: tuple[object, ...], port: int) -> object:
        tries.append(port)
        if len(tries) == 1:
            raise OSError(errno.EADDRINUSE, "in use")
        return real(sites, port)  # type: ignore[arg-type]

    monkeypatch.setattr(web_module, "_bind_hosts", refuse_once)
    with Newsroom(now=NOW) as newsroom:
        assert len(newsroom.bases) == 9
    assert tries == [0, 0]


def test_an_error_of_a_handler_is_told_and_a_client_that_leaves_is_not(
    web: Newsroom, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(error: Exception) -> None:
        def reply(*_args: object) -> Answer:
            raise error

        monkeypatch.setattr(web, "reply", reply)
        with pytest.raises(OSError):
            get(web.bases["marquee-wire"] + "/")

    fail(ConnectionResetError("gone"))
    assert capfd.readouterr().err == ""
    fail(ValueError("broken"))
    assert "ValueError: broken" in capfd.readouterr().err


# ------------------------------------------------------------------------------------------------ comparison and report


def as_stored(truth: Truth) -> Seen:
    return Seen(url=truth.url, title=truth.title, body="\n\n".join(truth.paragraphs), published=truth.published)


def test_articles_that_agree_with_the_truth_have_no_differences(web: Newsroom) -> None:
    stored = [as_stored(t) for t in web.truth() if t.outcome == "new"]
    assert differences(web.truth(), stored) == ()


def test_each_way_to_differ_is_named(web: Newsroom) -> None:
    truth = next(t for t in web.truth() if t.outcome == "new")
    good = as_stored(truth)
    cases = {
        "title 'Other'": [replace(good, title="Other")],
        "lost": [replace(good, body="\n\n".join(truth.paragraphs[1:]))],
        "kept 'Read more'": [replace(good, body=good.body + "\n\nRead more")],
        "published None": [replace(good, published=None)],
        "published 2020": [replace(good, published=datetime(2020, 1, 1, tzinfo=UTC))],
        "stored 0 times": [],
        "no article": [good, replace(good, url="http://elsewhere/")],
    }
    for words, stored in cases.items():
        found = differences([truth], stored)
        assert len(found) == 1
        assert words in found[0]


def test_two_copies_of_one_story_are_one_too_many(web: Newsroom) -> None:
    copies = [t for t in web.truth() if t.story]
    assert "stored 3 times" in differences(copies, map(as_stored, copies))[0]


def test_the_report_has_a_row_for_each_source_and_the_sums(capsys: pytest.CaptureFixture[str]) -> None:
    results = (
        CrawlResult(
            source="one",
            found=8,
            new=5,
            updated=1,
            duplicate=1,
            rejected=(("paywall_stub", 2),),
            errors=(("http_status", 1),),
        ),
        CrawlResult(source="two", found=3, new=3, skipped=(("robots", 1),), failure="the feed is not a feed"),
    )
    console = Console(file=io.StringIO(), width=120, record=True)
    console.print(results_table(results, title="First visit"))
    rows = [re.split(r"\s{2,}", line.strip()) for line in console.export_text().splitlines()]
    assert ["one", "8", "5", "1", "1", "2", "2 paywall stub, 1 http status"] in rows
    assert ["two", "3", "3", "0", "0", "0", "1 robots, the feed is not a feed"] in rows
    assert ["all", "11", "8", "1", "1", "2"] in [row[:6] for row in rows]


def test_the_traffic_of_a_visit_is_one_sentence() -> None:
    log = [
        Request(source="a", method="GET", path="/robots.txt", status=200, at=NOW),
        Request(source="a", method="GET", path="/feed.xml", status=304, at=NOW, conditional=True),
        Request(source="b", method="GET", path="/feed.xml", status=200, at=NOW),
    ]
    assert (
        traffic_line(log)
        == "3 requests to 2 sites (1 for robots.txt and tdmrep.json), 1 answered with 304 not modified"
    )


def test_next_steps_are_commands_that_a_shell_takes_apart_as_meant() -> None:
    steps = [shlex.split(step.command) for step in next_steps(Path("my data/demo.db"), prefix="bin/")]
    assert [step[:2] for step in steps] == [["bin/aggregator", "search"], *[["bin/sqlite-utils", "query"]] * 2]
    assert all("my data/demo.db" in step for step in steps)


def html_text(text: str) -> str:
    """As the pages write it."""
    return text.replace("'", "&#x27;")


def words_of(node: etree._Element) -> str:
    """The text of an element and all that is in it."""
    return str(node.xpath("string()"))
