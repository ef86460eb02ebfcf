"""`fetch`, `clean` and ad-hoc `crawl`: on files, standard input and a small server on loopback."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from aggregator.cli import shapes
from aggregator.errors import ExitStatus
from aggregator.models import REASONS, Reason

from .cli_run import Run, db, made_store, run

__all__ = ["db", "made_store", "run"]

FINE, NO_ARTICLE, USAGE, NOTHING = (
    ExitStatus.FINE,
    ExitStatus.SOME_FAILED,
    ExitStatus.USAGE,
    ExitStatus.NOTHING_FETCHED,
)
ADDRESS = "https://stage.example/news/lamp-oil"
STORIES = "".join(f'<li><a href="/news/other-{n}">Another story of the week, number {n}</a></li>' for n in range(5))
PAGE = f"""<!doctype html><html lang="en"><head><title>The lamp oil ran out on stage - The Stage Door</title>
<meta name="author" content="Ida Rowe"><meta property="article:published_time" content="2026-03-09T19:30:00+01:00"></head>
<body><article><h1>The lamp oil ran out on stage</h1>
<p>The second act of the old comedy was played in the dark last night, because nobody had filled the lamps before it began.</p>
<p>The actors went on without a pause, and those who were there on Saturday, March 7, say that it was never funnier than this.</p>
<p>The house will give the money for the tickets back to everybody who asks for it, but so far nobody has come to ask.</p>
</article><h3>More stories</h3><ul>{STORIES}</ul></body></html>""".encode()
LISTING = f'<html lang="en"><head><title>News</title></head><body><ul>{STORIES * 8}</ul></body></html>'.encode()
FEED = b'<rss version="2.0"><channel><title>T</title>%b</channel></rss>'
ANSWERS: dict[str, tuple[str, bytes]] = {
    "/article": ("text/html", PAGE),
    "/list": ("text/html", LISTING),
    "/picture": ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(500)),
    "/empty.xml": ("application/rss+xml", FEED % b""),
    "/page.xml": ("text/html", LISTING),
    "/feed.xml": ("application/rss+xml", FEED % b"<item><title>A</title><link>/article</link></item>"),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, body = ANSWERS.get(self.path, ("text/plain", b"no such page"))
        self.send_response(302 if self.path == "/away" else 200 if self.path in ANSWERS else 404)
        if self.path == "/away":
            self.send_header("Location", "http://127.77.0.1:9/secret")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    """The address of a server on 127.0.0.1 that serves ANSWERS."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


NET = ("--allow-net", "127.0.0.1/32", "--delay", "0")


# ------------------------------------------------------------------------------------------------ fetch: saved pages


def test_a_saved_page_is_read_from_a_file_and_from_standard_input(run: Run) -> None:
    Path("saved.html").write_bytes(PAGE)
    from_file = run("fetch", "saved.html", "--url", ADDRESS)
    assert (from_file.status, from_file.err) == (FINE, "")
    assert from_file.out.startswith("The lamp oil ran out on stage\n")
    assert "published  2026-03-09 19:30:00+01:00\n" in from_file.out
    assert "Another story" not in from_file.out
    assert run("fetch", "-", "--url", ADDRESS, stdin=PAGE) == from_file
    assert {path.name for path in Path().iterdir()} == {"saved.html"}, "nothing is stored unless asked for"


def test_the_json_of_an_article_has_the_documented_keys(run: Run) -> None:
    record = json.loads(run("fetch", "-", "--url", ADDRESS, "--json", "--explain", stdin=PAGE).out)
    assert list(record) == list(shapes.ARTICLE)
    assert (record["version"], record["type"], record["url"]) == (1, "article", ADDRESS)
    assert record["published_at"] == "2026-03-09T19:30:00+01:00"
    for key, shape in (("published", shapes.DATED),):
        assert list(record[key]) == list(shape)
    for key, shape in (
        ("related", shapes.RELATED),
        ("removed", shapes.REMOVED),
        ("mentions", shapes.MENTION),
        ("claims", shapes.CLAIM),
    ):
        assert record[key], key
        assert {tuple(part) for part in record[key]} == {tuple(shape)}
    assert len(record["related"]) == 5
    plain = json.loads(run("fetch", "-", "--url", ADDRESS, "--json", stdin=PAGE).out)
    assert set(record) - set(plain) == {"claims"}


@pytest.mark.parametrize(
    ("printed", "known"),
    [("2026-03-09", "2026-03-09"), ("2026-03-09T19:30:00Z", "2026-03-09T19:30:00+00:00")],
)
def test_no_time_is_made_up_where_only_the_day_is_known(run: Run, printed: str, known: str) -> None:
    page = PAGE.replace(b"2026-03-09T19:30:00+01:00", printed.encode())
    assert json.loads(run("fetch", "-", "--url", ADDRESS, "--json", stdin=page).out)["published_at"] == known
    assert f"published  {known.replace('T', ' ')}\n" in run("fetch", "-", "--url", ADDRESS, stdin=page).out


def test_of_a_wall_clock_without_a_zone_none_is_shown(run: Run) -> None:
    page = PAGE.replace(b"2026-03-09T19:30:00+01:00", b"2026-03-09T19:30:00")
    address = "https://stage.example.invalid/culture/a"
    assert "published  2026-03-09 19:30:00 (zone unknown)\n" in run("fetch", "-", "--url", address, stdin=page).out


def test_a_page_that_is_no_article_says_what_it_is(run: Run) -> None:
    ran = run("fetch", "-", "--url", "https://stage.example/", stdin=LISTING)
    assert (ran.status, ran.out) == (NO_ARTICLE, "")
    assert ran.err.startswith("No article: the page lists other pages")
    as_json = run("fetch", "-", "--url", "https://stage.example/", "--json", stdin=LISTING)
    record = json.loads(as_json.out)
    assert (as_json.status, list(record)) == (NO_ARTICLE, list(shapes.REJECTION))
    assert (record["type"], record["reason"]) == ("rejection", "listing")
    assert REASONS[Reason(record["reason"])] in record["sentence"]


@pytest.mark.parametrize(
    "body", [b"", b"   \n", b"plain words", bytes(3000), b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9]
)
def test_whatever_comes_in_fetch_ends_without_a_traceback(run: Run, body: bytes) -> None:
    ran = run("fetch", "-", stdin=body)
    assert ran.status == NO_ARTICLE
    assert ran.err.startswith("No article: ")


def test_a_page_that_is_too_large_is_not_cut_but_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGGREGATOR_MAX_PAGE", "1000")
    assert run("fetch", "-", stdin=PAGE).sentence(NOTHING) == "-: the page has more than 1000 bytes"


def test_explain_shows_every_claim_and_every_removed_line_with_its_rule(run: Run, db: Path) -> None:
    out = run("fetch", "-", "--url", ADDRESS, "--explain", "--db", db, stdin=PAGE).out
    for part in (
        "\npublished:\n  * 2026-03-09T18:30:00Z (second, zone stated)  [meta:article:published_time]",
        "\nbody: 3 paragraphs",
        "\nlinks to other stories: 5\n  Another story of the week, number 0  [",
        "\nremoved: ",
        f"\nidentity: new to {db}",
    ):
        assert part in out, part
    assert "there is no database none.db" in run("fetch", "-", "--explain", "--db", "none.db", stdin=PAGE).out


def test_what_a_page_says_does_not_steer_the_terminal(run: Run) -> None:
    page = PAGE.replace(b"nobody had filled", "nobody\x1b[31m had \x9b2J \u202e filled".encode())
    for more in ((), ("--explain",), ("--json",), ("--json", "--explain")):
        ran = run("fetch", "-", "--url", ADDRESS, *more, stdin=page)
        assert ran.status == FINE
        assert not {"\x1b", "\x9b", "\u202e"} & set(ran.out)


# ------------------------------------------------------------------------------------------------ fetch: the web


@pytest.mark.crawl
def test_an_address_is_fetched_shown_and_stored_once(run: Run, web: str) -> None:
    first = run("fetch", f"{web}/article", *NET, "--save", "--db", "own.db")
    assert (first.status, first.err) == (FINE, "new: stored in own.db\n")
    assert first.out.startswith("The lamp oil ran out on stage\n")
    assert run("fetch", f"{web}/article", *NET, "--save", "--db", "own.db").err == "unchanged: stored in own.db\n"
    assert "The lamp oil ran out on stage" in run("search", "lamps", "--db", "own.db").out
    assert json.loads(run("stats", "--json", "--db", "own.db").out)["articles"] == 1
    told = run("fetch", f"{web}/article", *NET, "--explain", "--db", "own.db").out
    assert f"identity: same of {web}/article in own.db" in told
    listed = run("fetch", f"{web}/list", *NET, "--save", "--db", "own.db")
    assert (listed.status, listed.err.splitlines()[-1]) == (NO_ARTICLE, "rejected: on record in own.db")


@pytest.mark.crawl
@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/list", NO_ARTICLE, "No article: the page lists other pages"),
        ("/picture", NO_ARTICLE, "No article: the answer is not HTML: image/png"),
        ("/none", NOTHING, "/none: the server answered with status 404"),
        (
            "/away",
            NOTHING,
            "/away: it leads to a private address: 127.77.0.1 (--allow-net CIDR lets a private network in)",
        ),
    ],
)
def test_an_address_without_article_says_why(run: Run, web: str, db: Path, path: str, status: int, said: str) -> None:
    before = db.read_bytes()
    ran = run("fetch", f"{web}{path}", *NET, "--db", db)
    assert (ran.status, ran.out, ran.err.count("\n")) == (status, "", 1)
    assert said in ran.err
    assert db.read_bytes() == before


@pytest.mark.crawl
def test_without_leave_a_private_address_is_not_asked(run: Run, web: str) -> None:
    said = run("fetch", f"{web}/article").sentence(NOTHING)
    assert said.startswith(f"{web}/article: it leads to a private address: 127.0.0.1")


# ------------------------------------------------------------------------------------------------ crawl: given addresses


def starts(web: str, path: str, kind: str) -> bytes:
    return json.dumps({"url": f"{web}{path}", "kind": kind}).encode()


@pytest.mark.crawl
@pytest.mark.parametrize(
    ("path", "reason"),
    [("/empty.xml", "empty_listing"), ("/page.xml", "html_instead_of_feed"), ("/none.xml", "http_status")],
)
def test_a_feed_that_is_empty_or_none_fails_its_source_and_loses_nothing(
    run: Run, web: str, db: Path, path: str, reason: str
) -> None:
    ran = run("crawl", "--starts", "-", "-q", *NET, "--db", db, stdin=starts(web, path, "feed"))
    assert (ran.status, ran.out, ran.err.count("\n")) == (NOTHING, "", 1)
    assert REASONS[Reason(reason)] in ran.err
    assert json.loads(run("stats", "--json", "--db", db).out)["articles"] == 3


@pytest.mark.crawl
def test_a_crawl_prints_versioned_json(run: Run, web: str) -> None:
    ran = run("crawl", "--starts", "-", "--json", *NET, "--db", "own.db", stdin=starts(web, "/feed.xml", "feed"))
    record = json.loads(ran.out)
    assert (ran.status, ran.err, list(record)) == (FINE, "", list(shapes.CRAWL))
    assert [list(source) for source in record["sources"]] == [list(shapes.CRAWLED)]
    assert (record["version"], record["status"], record["db"]) == (1, FINE, "own.db")
    assert (record["sources"][0]["new"], record["sources"][0]["found"]) == (1, 1)


@pytest.mark.crawl
def test_a_dry_run_says_what_it_would_fetch_and_makes_nothing(run: Run, web: str) -> None:
    arguments = ("crawl", "--starts", "-", "--dry-run", *NET)
    ran = run(*arguments, stdin=starts(web, "/feed.xml", "feed"))
    assert (ran.status, ran.err) == (FINE, "")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["what", "fetch"]
    assert f"{web}/article" in ran.out
    record = json.loads(run(*arguments, "--json", stdin=starts(web, "/feed.xml", "feed")).out)
    assert (record["db"], record["planned"][0]["url"]) == (None, f"{web}/article")
    assert set(record["planned"][0]) == {"url", "fetch", "reason"}
    assert list(Path().iterdir()) == []


@pytest.mark.crawl
def test_a_run_that_finds_another_one_active_says_so(run: Run, web: str, db: Path) -> None:
    from aggregator.store import open_store

    from .store_contract import NOW

    store = open_store(db, now=NOW)
    try:
        ran = run("crawl", "--starts", "-", "-q", *NET, "--db", db, stdin=starts(web, "/feed.xml", "feed"))
    finally:
        store.close()
    assert "since 2026-03-14T09:26:53Z" in ran.sentence(ExitStatus.BUSY)


# ------------------------------------------------------------------------------------------------ clean

TEXT = """The lamp oil ran out on stage
Nobody had filled the lamps before the second act
The second act of the old comedy was played in the dark last night, because nobody had filled the lamps before it began.
Those who were there on Friday, April 19, say that it was never funnier than this, and that they would come again.
The house will give the money for the tickets back to everybody who asks for it, but so far nobody has come to ask.
-
Another story of the week is told in one line
-
A third story of the week is told in one line
-
A fourth story of the week is told in one line
"""


def test_clean_prints_the_text_and_what_it_took_out(run: Run) -> None:
    Path("text.txt").write_text(TEXT, encoding="utf-8")
    ran = run("clean", "text.txt")
    assert (ran.status, ran.err) == (FINE, "")
    lines = ran.out.splitlines()
    assert lines[0] == "The lamp oil ran out on stage"
    body, others = ran.out.split("\nOther stories:\n")
    assert "Another story" not in body
    assert "Another story" in others
    (mentioned,) = (line for line in lines if line.endswith("April 19"))
    assert mentioned.startswith("  2024-04-19  "), "the weekday fixes the year"
    assert run("clean", "-", stdin=TEXT.encode()).out == ran.out


def test_the_json_of_a_text_has_the_documented_keys(run: Run) -> None:
    record = json.loads(run("clean", "-", "--json", stdin=TEXT.encode()).out)
    assert list(record) == list(shapes.TEXT)
    assert (record["version"], record["type"], record["published_at"]) == (1, "text", None)
    assert list(record["related"][0]) == list(shapes.RELATED)
    assert list(record["mentions"][0]) == list(shapes.MENTION)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "standard input: there is no text in it"),
        (b" \n\t\n", "standard input: there is no text in it"),
        (bytes(3000), "standard input: this is not text (`aggregator fetch` reads pages)"),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
            "standard input: this is not text (`aggregator fetch` reads pages)",
        ),
    ],
)
def test_clean_of_nothing_or_of_no_text_is_one_sentence(run: Run, body: bytes, said: str) -> None:
    assert run("clean", "-", stdin=body).sentence(NO_ARTICLE) == said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_clean_reads_text_in_any_encoding(run: Run, encoding: str) -> None:
    text = TEXT.replace("lamp oil", "café’s lamp oil")
    assert run("clean", "-", stdin=text.encode(encoding)).out.splitlines()[0] == "The café’s lamp oil ran out on stage"


def test_saved_page_is_read_with_the_rules_of_the_day_on_which_it_was_fetched(run: Run) -> None:
    """One line in the list brings back a text that the present rules no longer find."""
    Path("sources.toml").write_text(
        '[[source]]\nid = "a"\nname = "A"\nhome = "https://stage.example/"\n'
        '[source.rules]\nbody = ["div.now"]\n[[source.earlier]]\nbefore = 2025-03-01\nbody = ["div.then"]\n'
    )
    parts = "".join(
        f"<div class={name}><p>The {name} of the page, told in a sentence.</p></div>" for name in ("now", "then")
    )
    Path("page.html").write_text(f"<title>Two texts</title><body><h1>Two texts</h1>{parts * 3}")
    texts = [
        json.loads(
            run("fetch", "page.html", "--url", "https://stage.example/news/1-two", "--fetched-at", day, "--json").out
        )["text"]
        for day in ("2025-02-28", "2025-03-01T08:00:00+01:00")
    ]
    assert [("The then" in text, "The now" in text) for text in texts] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("page.html", "--fetched-at", "yesterday"), "--fetched-at takes a date such as 2024-04-19"),
        (
            ("https://stage.example/a", "--fetched-at", "2024-04-19"),
            "--fetched-at is for a page that comes from a file",
        ),
    ],
)
def test_date_of_a_fetch_is_checked(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    Path("page.html").write_text("<p>x</p>")
    assert sentence in run("fetch", *arguments).sentence(2)
