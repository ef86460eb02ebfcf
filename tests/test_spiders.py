"""How one source's crawl meets odd answers: what is stored, what is on record, and what is never asked for."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from aggregator import reactor
from aggregator.cli.crawl import Done, crawl_into, open_run
from aggregator.cli.report import summary
from aggregator.config import Config
from aggregator.crawl import crawl_sources, fetch_pages
from aggregator.errors import ExitStatus, StoreError, StoreFull
from aggregator.job import ROWS_LEFT, FetchJob, Pace, Tally
from aggregator.models import FetchRecord, Reason, Source
from aggregator.pool import WorkFailed
from aggregator.schedule import LOOKS
from aggregator.store import open_reader
from aggregator.store.sqlite import SqliteStore

from .web import Asked, Web, article, feed, reply

pytestmark = pytest.mark.crawl

Rows = list[tuple[Any, ...]]


def config_for(tmp_path: Path, **changes: object) -> Config:
    base = Config(db=str(tmp_path / "news.db"), delay=0.0, allow_net=("127.0.0.0/8",), workers=1, archive="off")
    return replace(base, **changes)  # type: ignore[arg-type]


def rows(config: Config, query: str) -> Rows:
    with open_reader(config.db) as reader:
        return reader.ask(query)


def outcomes(config: Config, base: str) -> dict[str, tuple[str, str | None]]:
    """The last outcome and reason of each address, by path."""
    found = rows(config, "SELECT url, outcome, reason FROM fetch ORDER BY id")
    return {url.removeprefix(base): (outcome, reason) for url, outcome, reason in found}


def source(web: Web, *pages: str, feeds: tuple[str, ...] = (), **more: Any) -> Source:
    return Source(
        id="s",
        name="S",
        home=f"{web.base}/",
        pages=tuple(web.base + path for path in pages),
        feeds=tuple(web.base + path for path in feeds),
        **more,
    )


def redirect(target: str) -> bytes:
    return reply(b"", status="302 Found", Location=target)


LONG = "They sang of winter."
OTHER = (
    "<html><head><title>Glass bridges</title></head><body><article><h1>Glass bridges</h1>"
    + "".join(
        f"<p>Engineer number {n} of the province explained how bridge {n} was measured, welded, painted and finally opened to walkers.</p>"
        for n in range(12)
    )
    + "</article></body></html>"
)
NOW = datetime(2026, 3, 5, tzinfo=UTC)


class TestFailedSources:
    def test_a_source_whose_pages_all_fail_has_failed_though_its_feed_answers(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with Web({"/feed": reply(feed("/a", "/b", "/c"), kind="text/xml")}) as web:
            done = crawl_into(config, (source(web, feeds=("/feed",)),))
        assert done.status == ExitStatus.NOTHING_FETCHED
        assert done.results[0].failure == "none of 3 pages could be fetched: the server answered with an error status"

    def test_one_dead_link_in_a_quiet_feed_is_no_failure(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with Web({"/feed": reply(feed("/a"), kind="text/xml")}) as web:
            done = crawl_into(config, (source(web, feeds=("/feed",)),))
        assert (done.status, done.results[0].errors) == (ExitStatus.FINE, (("http_status", 1),))

    def test_without_a_network_a_source_stays_due(self, tmp_path: Path) -> None:
        config, lost = (
            config_for(tmp_path),
            Source(id="a", name="A", home="http://a.invalid/", feeds=("http://a.invalid/f",)),
        )
        for _ in range(2):
            done = crawl_into(config, (lost,), due_only=True)
            assert (done.status, done.waiting) == (ExitStatus.NOTHING_FETCHED, 0)
        assert rows(config, "SELECT failures, last_error IS NOT NULL FROM source") == [(0, 1)]

    def test_a_name_that_is_lost_while_others_answer_is_the_source_s_own_failure(self, tmp_path: Path) -> None:
        config, lost = (
            config_for(tmp_path),
            Source(id="a", name="A", home="http://a.invalid/", feeds=("http://a.invalid/f",)),
        )
        with Web({"/feed": reply(feed("/a"), kind="text/xml"), "/a": reply(article())}) as web:
            found = source(web, feeds=("/feed",))
            assert crawl_into(config, (lost, found), due_only=True).status == ExitStatus.SOME_FAILED
            again = crawl_into(config, (lost, found), due_only=True)
        assert (again.waiting, again.failing) == (2, 1)
        assert "1 source failed before" in summary((), waiting=2, failing=1, db=None)


class TestClaimedAddresses:
    def test_a_page_that_claims_another_article_s_address_overwrites_nothing(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        claim = '<head><link rel="canonical" href="/a">'
        answers = {"/a": reply(article()), "/b": reply(OTHER.replace("<head>", claim))}
        with Web(answers) as web:
            crawl_into(config, (source(web, "/a"),))
            crawl_into(config, (source(web, "/b"),))
            found = rows(config, "SELECT url, revisions FROM article ORDER BY id")
            claims = rows(config, "SELECT value FROM claim WHERE field = 'canonical' AND article = 2")
        assert found == [(f"{web.base}/a", 0), (f"{web.base}/b", 0)]
        assert claims == [(f"{web.base}/a",)]

    def test_another_form_of_an_article_resolves_to_its_address(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        print_page = article(head='<link rel="canonical" href="/a">')
        with Web({"/a": reply(article()), "/print/a": reply(print_page)}) as web:
            crawl_into(config, (source(web, "/a"),))
            crawl_into(config, (source(web, "/print/a"),))
            assert rows(config, "SELECT url FROM article") == [(f"{web.base}/a",)]


class TestOddAnswers:
    def test_each_odd_answer_ends_with_its_reason(self, tmp_path: Path) -> None:
        page = article()
        half = page.encode()[: len(page) // 2]
        answers = {
            "/none": reply(b"", status="204 No Content"),
            "/half": reply(half, status="206 Partial Content", Content_Range=f"bytes 0-{len(half) - 1}/{len(page)}"),
            "/unasked": reply(b"", status="304 Not Modified"),
            "/choice": reply(article(), status="300 Multiple Choices"),
            "/garbage": b"\0\1\2 this is no HTTP\r\n\r\n",
            "/silent": b"",
            "/status": b"HTTP/1.1 abc Fine\r\n\r\n",
            "/chunk": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
            "/length": reply(page, Content_Length="banana"),
            "/zstd": reply(b"\x28\xb5\x2f\xfd" + b"x" * 90, Content_Encoding="zstd"),
            "/location": redirect("http://[bad/"),
            "/scheme": redirect("gopher://a.example/"),
            "/gone": reply(article(), status="410 Gone"),
        }
        config = config_for(tmp_path)
        with Web(answers) as web:
            crawl_into(config, (source(web, *answers),))
            found = outcomes(config, web.base)
        assert found["/none"] == ("rejected", "empty")
        assert found["/half"] == ("error", "truncated")
        assert found["/unasked"] == ("error", "bad_response")
        assert found["/choice"] == ("error", "http_status")
        assert found["/zstd"] == ("error", "bad_response")
        assert found["/location"] == ("skipped", "bad_url")
        assert found["/gone"] == ("error", "http_status")
        assert {path for path in answers if path in found} == set(answers)
        assert all(found[path][0] in ("error", "skipped", "rejected") for path in answers), found
        assert rows(config, "SELECT count(*) FROM article") == [(0,)]

    def test_a_whole_page_is_stored_under_odd_but_harmless_answers(self, tmp_path: Path) -> None:
        page = article("Range", words="One")
        answers = {
            "/whole-range": reply(
                page, status="206 Partial Content", Content_Range=f"bytes 0-{len(page) - 1}/{len(page)}"
            ),
            "/wrong-label": reply(article("Label", words="Second night, third night."), Content_Encoding="UTF-8"),
        }
        config = config_for(tmp_path)
        with Web(answers) as web:
            crawl_into(config, (source(web, *answers),))
            assert {end[0] for end in outcomes(config, web.base).values()} <= {"new", "duplicate"}

    def test_a_refresh_is_followed_as_header_and_as_element_but_not_for_ever(self, tmp_path: Path) -> None:
        answers = {
            "/short": reply("<html>moved</html>", Refresh="0;url=/target"),
            "/element": reply('<html><head><meta http-equiv="Refresh" content="1; URL=\'/target\'"></head></html>'),
            "/target": reply(article("The target", words="Aim. " * 60)),
            "/itself": reply(
                article("Live", words=LONG * 20, head='<meta http-equiv="refresh" content="0;url=/itself">')
            ),
            "/slow": reply(
                article("Slow", words="Twice a day. " * 25, head='<meta http-equiv="refresh" content="60;url=/x">')
            ),
            "/script": reply(
                article(
                    "S", words="In May. " * 30, head="<script>'<meta http-equiv=refresh content=\"0;url=/x\">'</script>"
                )
            ),
            "/inward": reply("<html>in</html>", Refresh="0;url=http://10.0.0.1/"),
        }
        config = config_for(tmp_path)
        with Web(answers) as web:
            crawl_into(config, (source(web, "/short", "/element", "/itself", "/slow", "/script", "/inward"),))
            found = outcomes(config, web.base)
            assert "/x" not in web.paths()
            assert web.paths().count("/itself") == 1
        assert sorted(found[path][0] for path in ("/short", "/element")) == ["new", "unchanged"]
        assert found["/inward"] == ("skipped", "private_address")
        assert {row[0] for row in rows(config, "SELECT title FROM articles")} >= {"The target", "Live"}

    def test_a_start_given_twice_is_asked_for_once_and_each_form_of_it_is_on_record(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with Web({"/a": reply(b"", status="404 Not Found")}) as web:
            crawl_into(config, (source(web, "/a", "/a", "/a?utm_source=x"),))
            assert web.paths() == ["/a"]
            assert outcomes(config, web.base) == {
                "/a": ("error", "http_status"),
                "/a?utm_source=x": ("skipped", "not_due"),
            }

    def test_user_and_password_of_a_start_are_neither_sent_nor_stored(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with Web({"/a": reply(article())}) as web:
            url = web.base.replace("//", "//kim:secret@") + "/a"
            crawl_into(config, (Source(id="s", name="S", home=f"{web.base}/", pages=(url,)),))
            assert web.paths() == ["/a"]
            assert "authorization" not in web.asked[-1].headers
        assert b"secret" not in Path(config.db).read_bytes()


class TestSecondRun:
    def test_what_happens_to_a_stored_page_never_takes_its_text_away(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        answers: dict[str, Any] = {
            f"/{name}": reply(article(f"Concert {name}", words=f"{name} " * 40), ETag='"1"')
            for name in ("gone", "home", "other", "wall", "empty")
        }
        with Web(answers) as web:
            one = source(web, *answers)
            crawl_into(config, (one,))
            before = rows(config, "SELECT url, body FROM articles ORDER BY url")
            links = "".join(f'<li><a href="/n/{n}">A headline of some length number {n}</a></li>' for n in range(30))
            web.answers |= {
                "/gone": reply(article("Gone"), status="404 Not Found", ETag='"404"'),
                "/home": redirect("/"),
                "/": reply(f"<html><title>Home</title><body><ul>{links}</ul></body></html>"),
                "/other": redirect("/elsewhere"),
                "/elsewhere": reply(OTHER),
                "/wall": reply("<html><body><h1>Log in</h1><p>Please log in to read this article.</p></body></html>"),
                "/empty": reply(b""),
            }
            crawl_into(config, (one,))
            found = outcomes(config, web.base)
        after = rows(config, "SELECT url, body FROM articles ORDER BY url")
        assert len(before) == len(answers) == 5
        assert set(before) <= set(after)
        assert found["/gone"] == ("error", "http_status")
        assert found["/home"][0] == "rejected"
        assert found["/wall"][0] == found["/empty"][0] == "rejected"
        assert rows(config, f"SELECT etag FROM url WHERE url = '{web.base}/gone'") == [('"1"',)]

    def test_only_a_stored_article_is_asked_for_on_condition(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)

        def answer(asked: Asked) -> bytes:
            if "if-none-match" in asked.headers:
                return reply(b"", status="304 Not Modified")
            return reply(article() if asked.path == "/good" else "<html><p>Log in</p></html>", ETag='"x"')

        with Web({"/good": answer, "/bad": answer}) as web:
            one = source(web, "/good", "/bad")
            crawl_into(config, (one,))
            crawl_into(config, (one,))
            found = outcomes(config, web.base)
        assert found["/good"] == ("unchanged", None)
        assert found["/bad"][0] == "rejected"


class TestListings:
    def test_what_does_not_fit_into_the_budget_comes_in_the_next_run(self, tmp_path: Path) -> None:
        config = config_for(tmp_path, limit=4)
        names = [f"/a{n}" for n in range(6)]
        with Web({name: reply(article(f"Number {name}", words=f"{name} " * 50)) for name in names}) as web:
            web.answers["/feed"] = reply(feed(*(web.base + name for name in names)), kind="text/xml", ETag='"f"')
            one = source(web, feeds=("/feed",))
            first, second = (crawl_into(config, (one,)).results[0] for _ in range(2))
            assert (first.new, dict(first.skipped)["limit"], second.new) == (3, 3, 3)
            (listing,) = [asked for asked in web.asked[-6:] if asked.path == "/feed"]
            assert "if-none-match" not in listing.headers, "a 304 must not hide what was left"

    def test_one_request_is_the_smallest_budget(self, tmp_path: Path) -> None:
        with Web({"/a": reply(article())}) as web:
            web.answers["/feed"] = reply(feed(f"{web.base}/a"), kind="text/xml")
            done = crawl_into(config_for(tmp_path, limit=1), (source(web, feeds=("/feed",)),))
            assert web.paths() == ["/feed"]
            assert done.results[0].skipped == (("limit", 1),)

    def test_an_article_of_two_feeds_is_asked_for_once(self, tmp_path: Path) -> None:
        with Web({"/a": reply(article())}) as web:
            web.answers |= {
                "/one": reply(feed(f"{web.base}/a?utm_source=one"), kind="text/xml"),
                "/two": reply(feed(f"{web.base}/a", f"{web.base}/a#top"), kind="text/xml"),
            }
            done = crawl_into(config_for(tmp_path), (source(web, feeds=("/one", "/two")),))
            assert sum(path.startswith("/a") for path in web.paths()) == 1
            assert done.results[0].new == 1

    def test_each_feed_that_failed_is_named_when_others_were_read(self, tmp_path: Path) -> None:
        answers = {"/good": reply(feed(), kind="text/xml"), "/html": reply("<html><p>no feed</p></html>")}
        with Web({**answers, "/a": reply(article())}) as web:
            web.answers["/good"] = reply(feed(f"{web.base}/a"), kind="text/xml")
            done = crawl_into(config_for(tmp_path), (source(web, feeds=("/good", "/html", "/missing")),))
            result = done.results[0]
        assert result.failure is None
        assert any(warning.startswith(f"{web.base}/html: HTML came") for warning in result.warnings)
        assert any("/missing" in warning and "status 404" in warning for warning in result.warnings)

    def test_what_lists_other_listings_is_read_again_in_each_run(self, tmp_path: Path) -> None:
        """An index may stay the same while its sitemaps change."""

        def index(asked: Asked) -> bytes:
            if "if-none-match" in asked.headers:
                return reply(b"", status="304 Not Modified")
            ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            xml = f"<sitemapindex {ns}><sitemap><loc>{web.base}/child</loc></sitemap></sitemapindex>"
            return reply(xml, kind="text/xml", ETag='"i"')

        def child(names: str) -> bytes:
            urls = "".join(f"<url><loc>{web.base}/{name}</loc></url>" for name in names)
            return reply(
                f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>', kind="text/xml"
            )

        config = config_for(tmp_path)
        with Web({"/index": index}) as web:
            web.answers |= {f"/{name}": reply(article(name, words=f"{name}x " * 50)) for name in "ab"}
            one = Source(id="s", name="S", home=f"{web.base}/", sitemaps=(f"{web.base}/index",))
            web.answers["/child"] = child("a")
            assert crawl_into(config, (one,)).results[0].new == 1
            web.answers["/child"] = child("ab")
            assert crawl_into(config, (one,)).results[0].new == 1

    def test_a_listing_that_answers_304_unasked_was_not_read(self, tmp_path: Path) -> None:
        with Web({"/feed": reply(b"", status="304 Not Modified")}) as web:
            done = crawl_into(config_for(tmp_path), (source(web, feeds=("/feed",)),))
        assert done.results[0].failure

    def test_failures_of_a_listing_are_counted(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with Web({"/feed": b""}) as web:
            for _ in range(2):
                crawl_into(config, (source(web, feeds=("/feed",)),))
        assert rows(config, "SELECT failures FROM listing") == [(2,)]


class TestPoliteness:
    def test_no_request_is_sent_where_robots_forbids_it_however_many_wait(self, tmp_path: Path) -> None:
        robots = reply("User-agent: *\nDisallow: /", kind="text/plain")
        with Web({"/robots.txt": robots}) as web:
            crawl_into(config_for(tmp_path), (source(web, *(f"/p{n}" for n in range(16))),))
            assert web.paths() == []
            assert len(web.asked) == 1

    def test_a_redirect_waits_for_its_turn_at_the_host_that_it_leads_to(self, tmp_path: Path) -> None:
        with Web({"/t1": reply(article("T")), "/t2": reply(article("U", words="u " * 60))}, number=2) as target:
            hops = {"/1": redirect(f"{target.base}/t1"), "/2": redirect(f"{target.base}/t2")}
            with Web(hops, number=1) as web:
                crawl_into(config_for(tmp_path, delay=0.3), (source(web, "/1", "/2"),))
            times = [asked.at for asked in target.asked]
        assert len(times) == 4  # robots.txt and tdmrep.json among them
        assert times[-1] - times[0] >= 0.72, "four requests, three pauses"

    def test_sources_that_share_a_feed_host_share_its_pace(self, tmp_path: Path) -> None:
        with Web({f"/f{n}": reply(feed(), kind="text/xml") for n in range(3)}) as web:
            sources = tuple(
                Source(id=f"s{n}", name="S", home=f"http://127.0.1.{n}/", feeds=(f"{web.base}/f{n}",)) for n in range(3)
            )
            crawl_into(config_for(tmp_path, delay=0.2), sources)
            times = [asked.at for asked in web.asked]
        assert len(times) == 6
        assert times[-1] - times[0] >= 0.6, "each source by itself would be done after one pause"

    def test_a_long_retry_after_closes_the_host_and_puts_the_next_look_off(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        busy = reply(b"", status="429 Too Many Requests", Retry_After="86400")
        with Web({f"/{n}": busy for n in range(4)}) as web:
            crawl_into(replace(config, delay=0.2), (source(web, *(f"/{n}" for n in range(4))),))
            assert len(web.paths()) == 1, "nor is what already waits in the queue"
        assert rows(
            config,
            "SELECT count(*) FROM url WHERE reason = 'retry_later' AND next_look_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+23 hours')",
        ) == [(4,)]
        assert rows(config, "SELECT next_due_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+23 hours') FROM source") == [
            (1,)
        ]

    def test_a_foreign_host_that_asks_for_time_does_not_put_the_source_off(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with Web({"/x": reply(b"", status="503 Busy", Retry_After="86400")}, number=2) as other, Web({}) as web:
            web.answers["/feed"] = reply(feed(f"{other.base}/x"), kind="text/xml")
            crawl_into(config, (source(web, feeds=("/feed",)),))
        assert rows(config, "SELECT next_due_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+2 hours') FROM source") == [
            (1,)
        ]


class TestFailures:
    def run(self, config: Config, one: Source, monkeypatch: pytest.MonkeyPatch, method: str) -> Done:
        def fail(*_: object, **__: object) -> None:
            raise StoreFull("the disk is full", subject=config.db)

        monkeypatch.setattr(SqliteStore, method, fail)
        return crawl_into(config, (one,))

    @pytest.mark.parametrize(
        "method", ["known", "listing_state", "due_articles", "segments", "candidates", "put", "record"]
    )
    def test_a_store_that_fails_ends_the_run_with_its_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
    ) -> None:
        with Web({"/a": reply(article())}) as web:
            web.answers["/feed"] = reply(feed(f"{web.base}/a"), kind="text/xml")
            with pytest.raises(StoreError, match="the disk is full"):
                self.run(config_for(tmp_path), source(web, feeds=("/feed",)), monkeypatch, method)

    def test_an_archive_that_cannot_be_written_ends_the_run_with_its_error(self, tmp_path: Path) -> None:
        (tmp_path / "archive").write_text("a file where the folder should be")
        config = config_for(tmp_path, archive=str(tmp_path / "archive" / "deep"))
        with Web({"/a": reply(article())}) as web, pytest.raises(StoreError, match="archive"):
            crawl_into(config, (source(web, "/a"),))

    def test_a_fault_of_ours_in_the_pipelines_is_an_error_on_record_and_fails_the_source(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pipelines import identity

        def fail(*_: object) -> None:
            raise KeyError("a fault")

        monkeypatch.setattr(identity, "decide", fail)
        config = config_for(tmp_path)
        with Web({"/a": reply(article())}) as web:
            done = crawl_into(config, (source(web, "/a"),))
            assert outcomes(config, web.base)["/a"] == ("error", "spider")
        assert "could not be handled" in str(done.results[0].failure)

    def test_a_lease_that_was_lost_ends_the_crawl_as_a_failure(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("aggregator.crawl.RENEW", 0.05)
        monkeypatch.setattr(SqliteStore, "renew", lambda *_, **__: None)
        config = config_for(tmp_path, delay=0.2)
        with Web({f"/{n}": reply(article()) for n in range(40)}) as web:
            done = crawl_into(config, (source(web, *(f"/{n}" for n in range(40))),))
            assert len(web.paths()) < 40
        assert "another run has taken over" in str(done.results[0].failure)

    def test_a_dry_run_has_no_lease_to_lose(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("aggregator.crawl.RENEW", 0.05)
        with Web({f"/f{n}": reply(feed(f"http://a.example/{n}"), kind="text/xml") for n in range(3)}) as web:
            one = source(web, feeds=("/f0", "/f1", "/f2"))
            done = crawl_into(config_for(tmp_path, delay=0.2), (one,), dry_run=True)
        assert len(done.planned) == 3

    def test_the_run_time_is_kept_and_what_was_left_is_named(self, tmp_path: Path) -> None:
        config = config_for(tmp_path, delay=0.3, run_time=0.5)
        with Web({f"/{n}": reply(article()) for n in range(40)}) as web:
            with open_run(config) as ctx:
                ctx.run = 1
                results = reactor.run(crawl_sources((source(web, *(f"/{n}" for n in range(40))),), ctx))
            assert len(web.paths()) < 10
        assert dict(results[0].skipped)["interrupted"] > 30


def _at(moment: datetime) -> datetime:
    return moment


class TestLooks:
    @pytest.mark.parametrize("etag", ["", '"x"'])
    def test_a_page_that_stays_the_same_is_looked_at_less_and_less_and_then_no_more(
        self, tmp_path: Path, etag: str
    ) -> None:
        """Whether the server says 304 or gives the page again, and though the page has no date of its own."""
        config = config_for(tmp_path)

        def page(asked: Asked) -> bytes:
            if etag and asked.headers.get("if-none-match") == etag:
                return reply(b"", status="304 Not Modified")
            return reply(OTHER, **({"ETag": etag} if etag else {}))

        now: datetime | None = NOW
        waits: list[timedelta] = []
        with Web({"/feed": reply(feed("/a"), kind="text/xml"), "/a": page}) as web:
            listed = source(web, feeds=("/feed",))
            while now is not None and len(waits) < 20:
                with open_run(config) as ctx:
                    ctx.run, ctx.clock = 1, partial(_at, now)
                    reactor.run(crawl_sources((listed,), ctx))
                look = rows(config, f"SELECT next_look_at FROM url WHERE url = '{web.base}/a'")[0][0]
                later = datetime.fromisoformat(look) if look else None
                waits += [later - now] if later else []
                now = later
        assert now is None
        assert len(waits) <= len(LOOKS)
        assert waits == sorted(waits)


class TestCounting:
    def test_a_sitemap_of_fifty_thousand_does_not_fill_the_file_with_what_was_left(self) -> None:
        kept: list[FetchRecord] = []
        job = FetchJob(source=Source(id="s", name="S", home=""), config=Config(), clock=lambda: NOW, sink=kept.append)
        for number in range(3 * ROWS_LEFT):
            job.skip(f"http://a.example/{number}", Reason.LIMIT)
        assert len(kept) == ROWS_LEFT
        assert job.tally.skipped["limit"] == 3 * ROWS_LEFT

    @pytest.mark.parametrize(("ttls", "least"), [([], 0), ([60], 60), ([60, 3600], 60), ([3600, 0], 0)])
    def test_a_source_stays_the_same_as_long_as_all_its_listings_do(self, ttls: list[int], least: int) -> None:
        assert Tally(ttls=ttls).ttl == least

    def test_one_host_is_asked_in_turns(self) -> None:
        async def ask() -> list[float]:
            async def turn(host: str) -> float:
                await pace.turn(host)
                return monotonic()

            return list(await asyncio.gather(turn("a"), turn("a"), turn("a"), turn("b")))

        pace = Pace(0.1)
        *same, other = reactor.run(ask())
        first, second, third = sorted(same)
        assert second - first >= 0.09
        assert third - second >= 0.09
        assert other - first < 0.09


def test_single_addresses_come_back_in_order_with_their_reasons() -> None:
    config = Config(delay=0.0, allow_net=("127.0.0.0/8",))
    with Web({"/a": reply(article()), "/b": reply(b"no", status="500 Broken")}) as web:
        urls = (f"{web.base}/a", "ftp://a.example/", f"{web.base}/b", f"{web.base}/a")
        done = reactor.run(fetch_pages(urls, config=config))
    assert [fetched.url for fetched in done] == list(urls[:3])
    assert [fetched.page.status if fetched.page else None for fetched in done] == [200, None, 500]
    assert done[1].record is not None
    assert done[1].record.reason == "bad_scheme"


class TestPace:
    def test_whoever_waits_is_called_off_when_the_run_ends(self) -> None:
        async def wait() -> tuple[bool, bool]:
            pace = Pace(60.0)
            first = await pace.turn("a")
            second = asyncio.ensure_future(pace.turn("a"))
            asyncio.get_running_loop().call_soon(pace.stop)
            return first, await second

        assert reactor.run(wait()) == (True, False)

    def test_a_host_is_held_closed_and_slowed_down_by_itself(self) -> None:
        pace = Pace(0.0)
        pace.slow_down("slow", 60.0)
        pace.close("closed", 60.0)
        assert 59 < pace.closed_for("closed") <= 60
        assert pace.closed_for("open") == 0

        async def wait() -> list[bool]:
            turns = [await pace.turn("slow"), await pace.turn("open"), await pace.turn("open")]
            pace.hold("open", 60.0)
            late = asyncio.gather(pace.turn("slow"), pace.turn("open"))
            asyncio.get_running_loop().call_soon(pace.stop)
            return [*turns, *await late]

        assert reactor.run(wait()) == [True, True, True, False, False]


class TestWaiting:
    @pytest.mark.parametrize(
        "busy",
        [
            reply(b"", status="429 Too Many Requests", Retry_After="1"),
            reply(b"", status="429 Too Many Requests", Retry_After="soon"),
            reply(b"", status="503 Service Unavailable", Retry_After="1"),
        ],
    )
    def test_a_short_retry_after_is_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, busy: bytes
    ) -> None:
        monkeypatch.setattr("aggregator.middlewares.retry_after.DEFAULT_WAIT", 1.0)
        with Web({"/a": [busy, reply(article())]}) as web:
            done = crawl_into(config_for(tmp_path), (source(web, "/a"),))
            first, second = (asked.at for asked in web.asked[-2:])
        assert done.results[0].new == 1
        assert second - first >= 0.95

    def test_a_failing_server_is_tried_three_times(self, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with Web({"/a": reply(b"", status="503 Service Unavailable")}) as web:
            crawl_into(config, (source(web, "/a"),))
            assert web.paths() == ["/a"] * 3
            assert outcomes(config, web.base)["/a"] == ("error", "http_status")

    def test_a_crawl_delay_holds_for_all_that_wait(self, tmp_path: Path) -> None:
        robots = reply("User-agent: *\nCrawl-delay: 0.3", kind="text/plain")
        with Web({"/robots.txt": robots, "/a": reply(article()), "/b": reply(article())}) as web:
            crawl_into(config_for(tmp_path), (source(web, "/a", "/b"),))
            times = [asked.at for asked in web.asked]
        assert len(times) == 4  # robots.txt and tdmrep.json among them
        assert times[-1] - times[0] >= 0.72, "four requests, three pauses"

    @pytest.mark.parametrize(
        ("robots", "end"),
        [
            (redirect("/robots.txt"), "new"),
            (reply(b"", status="503 Busy"), "robots_unreachable"),
            (b"", "robots_unreachable"),
            (reply("User-agent: *\nDisallow:\n#" + "x" * 2_000_000 + "\nDisallow: /", kind="text/plain"), "new"),
        ],
    )
    def test_what_robots_txt_answers_decides(self, tmp_path: Path, robots: bytes, end: str) -> None:
        config = config_for(tmp_path)
        with Web({"/robots.txt": robots, "/a": reply(article())}) as web:
            crawl_into(config, (source(web, "/a"),))
            assert end in outcomes(config, web.base)["/a"]


class TestWorkers:
    @pytest.mark.parametrize(
        ("reason", "page"),
        [
            (Reason.EXTRACTION_TIMEOUT, ("rejected", "extraction_timeout")),
            (Reason.INTERRUPTED, ("error", "spider")),  # the worker was ended by somebody, but the run went on
        ],
    )
    def test_a_page_and_a_listing_without_a_result_are_on_record(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: Reason, page: tuple[str, str]
    ) -> None:
        async def fail(*_: object, **__: object) -> None:
            raise WorkFailed(reason, "so it was")

        monkeypatch.setattr("aggregator.pool.WorkerPool.run", fail)
        config = config_for(tmp_path)
        with Web({"/a": reply(article()), "/feed": reply(feed("http://a.example/"), kind="text/xml")}) as web:
            done = crawl_into(config, (source(web, "/a", feeds=("/feed",)),))
            found = outcomes(config, web.base)
        assert found == {"/a": page, "/feed": ("error", str(reason))}
        assert done.results[0].failure

    def test_an_index_of_many_sitemaps_is_read_up_to_a_limit(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("spiders.source.SITEMAPS", 2)
        config = config_for(tmp_path)
        with Web({}) as web:
            parts = "".join(f"<sitemap><loc>{web.base}/s{n}</loc></sitemap>" for n in range(4))
            ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            web.answers["/index"] = reply(f"<sitemapindex {ns}>{parts}</sitemapindex>", kind="text/xml")
            crawl_into(config, (Source(id="s", name="S", home=f"{web.base}/", sitemaps=(f"{web.base}/index",)),))
            assert len(web.paths()) == 2
        assert rows(config, "SELECT count(*) FROM fetch WHERE reason = 'limit' AND kind = 'sitemap'") == [(3,)]
