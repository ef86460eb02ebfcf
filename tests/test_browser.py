"""Pages that only scripts fill in: a browser shows them where the source allows, and reaches nothing that we would not."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import aggregator.browser
from aggregator import reactor
from aggregator.archive import iter_pages
from aggregator.browser import NAMES, Browser, find_chromium
from aggregator.cli.crawl import Done, crawl_into
from aggregator.config import Config
from aggregator.errors import BrowserError
from aggregator.models import Page, Source
from aggregator.networks import AddressGuard
from aggregator.proxy import GuardedProxy
from aggregator.store import open_reader

from .cli_run import Run, run
from .web import PARAGRAPHS, Web, article, feed, reply

__all__ = ["run"]

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
SHELL = "<!doctype html><html><head><title>Marrow Lane announce a concert</title></head><body><div id=root></div>{}</body></html>"
SCRIPT = """
fetch('/api').then(answer => answer.json()).then(data => {
  document.getElementById('root').innerHTML = data.html;
});
"""


def page(url: str, body: str = SHELL.format("<script src=/app.js></script>")) -> Page:
    return Page(
        url=url, final_url=url, status=200, headers=(("content-type", "text/html"),), body=body.encode(), fetched_at=NOW
    )


# ------------------------------------------------------------------------------------------------ the proxy


def talk(proxy: GuardedProxy, *requests: str, secret: bool = True) -> list[bytes]:
    """What the proxy answers to requests, each on a connection of its own."""
    token = b64encode(f"aggregator:{proxy.secret}".encode()).decode()
    known = f"Proxy-Authorization: Basic {token}\r\n" if secret else ""

    async def ask(request: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(proxy.address).port)
        writer.write(f"{request}\r\n{known}\r\n".encode())
        writer.write_eof()
        answer = await reader.read(1 << 20)
        writer.close()
        return answer

    async def all_of_them() -> list[bytes]:
        await proxy.start()
        try:
            return [await ask(request) for request in requests]
        finally:
            await proxy.close()

    return asyncio.run(all_of_them())


def test_proxy_reaches_what_is_permitted_and_nothing_else() -> None:
    with Web({"/a": reply("hello")}, number=1) as web, Web({"/a": reply("secret")}, number=2) as other:
        proxy = GuardedProxy(AddressGuard(["127.0.0.1/32"]), most=10_000)
        tunnel = f"CONNECT {urlsplit(other.base).netloc} HTTP/1.1"
        answers = talk(
            proxy, f"GET {web.base}/a HTTP/1.1", f"GET {other.base}/a HTTP/1.1", tunnel, "GET ftp://x/ HTTP/1.1"
        )
        assert answers[0].endswith(b"hello")
        assert [answer[:12] for answer in answers[1:]] == [b"HTTP/1.1 403"] * 3
        assert other.asked == []


def test_proxy_serves_only_who_knows_its_secret() -> None:
    with Web({"/a": reply("hello")}) as web:
        proxy = GuardedProxy(AddressGuard(["127.0.0.0/8"]), most=10_000)
        (answer,) = talk(proxy, f"GET {web.base}/a HTTP/1.1", secret=False)
        assert answer.startswith(b"HTTP/1.1 407")
        assert web.asked == []


def test_proxy_stops_when_its_bytes_are_used_up() -> None:
    with Web({"/a": reply("x" * 500_000)}) as web:
        proxy = GuardedProxy(AddressGuard(["127.0.0.0/8"]), most=100_000)
        first, second = talk(proxy, f"GET {web.base}/a HTTP/1.1", f"GET {web.base}/a HTTP/1.1")
        assert 0 < len(first) < 250_000
        assert second.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "request_line", ["nonsense", "GET / HTTP/1.1", "CONNECT x HTTP/1.1", "CONNECT 127.0.0.1:99999 HTTP/1.1", "A B C"]
)
def test_proxy_outlives_bad_requests(request_line: str) -> None:
    proxy = GuardedProxy(AddressGuard(["127.0.0.0/8"]), most=10_000)
    assert talk(proxy, request_line)[0][:12] in (b"", b"HTTP/1.1 403")


# ------------------------------------------------------------------------------------------------ with a browser of straw


class Straw(Browser):
    """Shows what it is told, and counts."""

    shows = article(words="Shown.")
    asked = 0

    async def render(self, page: Page) -> Page:
        type(self).asked += 1
        return replace(page, rendered=self.shows.encode())


@pytest.fixture
def straw(monkeypatch: pytest.MonkeyPatch) -> type[Straw]:
    kind = type("Straw", (Straw,), {"asked": 0})
    monkeypatch.setattr(aggregator.browser, "Browser", kind)
    return kind


@pytest.fixture
def web() -> Iterator[Web]:
    with Web({}) as host:
        links = [f"{host.base}/story/{n}-marrow-lane" for n in range(8)]
        host.answers |= {urlsplit(link).path: reply(SHELL.format("<script src=/app.js></script>")) for link in links}
        host.answers["/feed"] = reply(feed(*links), kind="application/rss+xml")
        host.answers["/app.js"] = reply(SCRIPT, kind="text/javascript")
        html = (
            "<article><h1>Marrow Lane announce a concert</h1>"
            + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
            + "</article>"
        )
        host.answers["/api"] = reply(json.dumps({"html": html}), kind="application/json")
        yield host


def config_of(tmp_path: Path, **changes: object) -> Config:
    config = Config(db=str(tmp_path / "news.db"), delay=0.0, allow_net=("127.0.0.0/8",), workers=1)
    return replace(config, **changes)  # type: ignore[arg-type]


def crawled(web: Web, tmp_path: Path, *, render: bool = True, **changes: object) -> Done:
    source = Source(id="a", name="A", home=web.base, feeds=(f"{web.base}/feed",), render=render, every=0)
    return crawl_into(config_of(tmp_path, **changes), (source,))


def rows(tmp_path: Path, query: str) -> list[tuple[object, ...]]:
    with open_reader(str(tmp_path / "news.db")) as reader:
        return reader.ask(query)


@pytest.mark.crawl
def test_page_that_the_browser_showed_is_stored_with_both_forms(web: Web, tmp_path: Path, straw: type[Straw]) -> None:
    crawled(web, tmp_path)
    assert rows(tmp_path, "SELECT DISTINCT detail FROM fetch WHERE kind = 'page'") == [("shown by a browser",)]
    ((body,),) = rows(tmp_path, "SELECT body FROM article LIMIT 1")
    assert str(body).startswith("Shown.")
    assert rows(tmp_path, "SELECT DISTINCT origin FROM claim WHERE field = 'body'") == [("browser",)]
    assert rows(tmp_path, "SELECT tried, helped, misses FROM rendering") == [(8, 8, 0)]
    kept = next(iter_pages(tmp_path / "archive"))
    assert b"id=root" in kept.body
    assert b"Shown." in kept.rendered


@pytest.mark.crawl
def test_browser_is_not_asked_where_the_source_does_not_allow_it(web: Web, tmp_path: Path, straw: type[Straw]) -> None:
    crawled(web, tmp_path, render=False)
    assert straw.asked == 0
    assert rows(tmp_path, "SELECT DISTINCT outcome, reason FROM fetch WHERE kind = 'page'") == [
        ("rejected", "script_page")
    ]


@pytest.mark.crawl
def test_browser_that_does_not_help_is_asked_once_a_run(web: Web, tmp_path: Path, straw: type[Straw]) -> None:
    straw.shows = SHELL.format("<p>Please wait.</p>")
    crawled(web, tmp_path)
    assert straw.asked == 5
    web.answers["/feed"] = reply(
        feed(*(f"{web.base}/story/{n}-marrow-lane?x=1" for n in range(8))), kind="application/rss+xml"
    )
    web.answers |= {f"/story/{n}-marrow-lane?x=1": reply(SHELL.format("<script></script>")) for n in range(8)}
    crawled(web, tmp_path)
    assert straw.asked == 6
    straw.shows = article(words="At last.")
    web.answers["/feed"] = reply(
        feed(*(f"{web.base}/story/{n}-marrow-lane?x=2" for n in range(8))), kind="application/rss+xml"
    )
    web.answers |= {f"/story/{n}-marrow-lane?x=2": reply(SHELL.format("<script></script>")) for n in range(8)}
    crawled(web, tmp_path)
    assert straw.asked == 14
    assert rows(tmp_path, "SELECT tried, helped, misses FROM rendering") == [(14, 8, 0)]


@pytest.mark.crawl
def test_crawl_without_a_browser_says_what_is_missing_and_goes_on(web: Web, tmp_path: Path) -> None:
    done = crawled(web, tmp_path, browser="no-such-chromium")
    assert done.status == 0
    assert any("there is no program 'no-such-chromium' (install one" in line for line in done.results[0].warnings)
    assert rows(tmp_path, "SELECT DISTINCT reason FROM fetch WHERE kind = 'page'") == [("script_page",)]


def test_one_page_command_says_that_a_browser_could_help(run: Run, tmp_path: Path) -> None:
    Path("page.html").write_text(SHELL.format("<script src=/app.js></script>"))
    told = run("fetch", "page.html", "--url", "https://stage.example/news/1-marrow-lane")
    assert told.status == 1
    assert "--render lets a browser show it" in told.err


def test_missing_program_is_an_error_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BrowserError, match=r"there is no Chromium .*apt install chromium"):
        find_chromium("")


# ------------------------------------------------------------------------------------------------ with a real one


def has_chromium() -> bool:
    try:
        find_chromium("")
    except BrowserError:
        return False
    return True


real = pytest.mark.skipif(not has_chromium(), reason=f"no Chromium ({', '.join(NAMES)}) on this machine")


@real
@pytest.mark.crawl
def test_real_browser_brings_the_text_and_no_private_address_is_reached(web: Web, tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    with Web({"/steal": reply("secret")}, number=9) as private:
        steal = f"fetch('{private.base}/steal'); new Image().src = '{private.base}/steal'; location.href = '{private.base}/steal';"
        frame = f"<iframe src='{private.base}/steal'></iframe><link rel=preconnect href='{private.base}'>"
        web.answers["/app.js"] = reply(SCRIPT + steal, kind="text/javascript")
        address = f"{web.base}/story/1-marrow-lane"
        web.answers["/story/1-marrow-lane"] = reply(SHELL.format(f"<script src=/app.js></script>{frame}"))
        source = Source(id="a", name="A", home=web.base, pages=(address,), render=True)
        crawl_into(config_of(tmp_path, allow_net=("127.0.0.1/32",)), (source,))
        assert private.asked == []
    ((body,),) = rows(tmp_path, "SELECT body FROM articles")
    assert PARAGRAPHS[0] in str(body)
    assert web.paths().count("/story/1-marrow-lane") == 1, "the page itself is asked for once"


@real
@pytest.mark.crawl
def test_page_that_never_ends_is_given_up_in_time(web: Web) -> None:
    pytest.importorskip("playwright")

    async def show() -> Page:
        browser = Browser(Config(allow_net=("127.0.0.0/8",), timeout=3.0))
        try:
            return await browser.render(page(f"{web.base}/a", SHELL.format("<script>while (true) {}</script>")))
        finally:
            await browser.close()

    with pytest.raises(BrowserError, match="more than 3 s"):
        reactor.run(show())


@real
@pytest.mark.crawl
def test_one_page_command_with_a_real_browser(web: Web, run: Run) -> None:
    pytest.importorskip("playwright")
    shown = run(
        "fetch", f"{web.base}/story/1-marrow-lane", "--allow-net", "127.0.0.0/8", "--render", "--json", "--explain"
    )
    record = json.loads(shown.out)
    assert PARAGRAPHS[0] in record["text"]
    assert [claim["origin"] for claim in record["claims"] if claim["field"] == "body"] == ["browser"]
