"""The main job over loopback, against the newsroom: discovery, guards, identity, store, state, exit statuses."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator import reactor
from aggregator.cli.crawl import Done, crawl_into, open_run
from aggregator.config import Config
from aggregator.crawl import crawl_sources
from aggregator.demo.compare import Seen, differences
from aggregator.demo.run import RULES
from aggregator.demo.web import Newsroom
from aggregator.errors import Busy, ExitStatus
from aggregator.models import Source
from aggregator.store import open_reader, open_store
from aggregator.urls import registered_domain

pytestmark = pytest.mark.crawl


@pytest.fixture
def web() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom


def config_for(tmp_path: Path, **changes: object) -> Config:
    base = Config(db=str(tmp_path / "news.db"), delay=0.0, allow_net=("127.0.0.0/8",), workers=1)
    return replace(base, **changes)  # type: ignore[arg-type]


def crawl(web: Newsroom, config: Config, *names: str, dry_run: bool = False) -> Done:
    sources = tuple(s for s in web.sources() if not names or s.id in names)
    return crawl_into(config, sources, dry_run=dry_run)


def rows(config: Config, query: str) -> list[tuple[object, ...]]:
    with open_reader(config.db) as reader:
        return reader.ask(query)


def stored(config: Config) -> tuple[Seen, ...]:
    found = rows(config, "SELECT url, title, body, published_at FROM articles")
    return tuple(
        Seen(url=str(u), title=str(t), body=str(b), published=datetime.fromisoformat(str(p)) if p else None)
        for u, t, b, p in found
    )


class TestTwoVisits:
    def test_the_first_stores_what_is_true_and_the_second_only_what_changed(
        self, web: Newsroom, tmp_path: Path
    ) -> None:
        config = config_for(tmp_path)
        done = crawl(web, config)
        assert done.status == ExitStatus.FINE
        assert differences(web.truth(), stored(config)) == ()
        web.forget_requests()
        assert crawl(web, config).status == ExitStatus.FINE
        pages = [r for r in web.requests if r.path not in listing_paths(web) and r.path not in RULES]
        assert pages == [], "an unchanged web is asked for no article"
        whole = {
            "/robots.txt",
            "/sitemap.xml",
        }  # an index of sitemaps is read again: it may stay the same while they change
        assert all(r.status == 304 for r in web.requests if r.path not in whole)
        web.second_visit()
        third = crawl(web, config)
        assert (sum(r.new for r in third.results), sum(r.updated for r in third.results)) == (2, 1)
        assert differences(web.truth(), stored(config)) == ()
        assert rows(config, "SELECT count(*) FROM revision") == [(1,)]

    def test_every_address_that_was_asked_for_has_an_outcome(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        crawl(web, config)
        asked = {web.bases[r.source] + r.path for r in web.requests if r.path not in RULES}
        noted = {str(url) for pair in rows(config, "SELECT url, final_url FROM fetch") for url in pair if url}
        assert asked <= noted
        assert rows(
            config, "SELECT count(*) FROM fetch WHERE outcome IN ('error', 'rejected', 'skipped') AND reason IS NULL"
        ) == [(0,)]

    def test_other_stories_are_kept_as_data_and_not_in_the_text(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        crawl(web, config, "daily-minar", "mudae-ilbo")
        links = rows(config, "SELECT count(*), count(url), min(rule) FROM related_link")[0]
        assert int(str(links[0])) > 10
        assert links[2]


def listing_paths(web: Newsroom) -> set[str]:
    found = {urlsplit(url).path for s in web.sources() for url in (*s.feeds, *s.sitemaps, *s.sections)}
    return found | {r.path for r in web.requests if "sitemap" in r.path}


class TestGuards:
    def test_a_path_that_robots_forbids_is_never_asked_for(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        crawl(web, config, "daily-minar")
        assert not [r for r in web.requests if r.path.startswith("/print/")]
        assert rows(config, "SELECT outcome, count(*) FROM fetch WHERE reason = 'robots' GROUP BY 1") == [
            ("skipped", 1)
        ]

    def test_without_leave_no_loopback_address_is_reached(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path, allow_net=())
        done = crawl(web, config, "marquee-wire", "lantern-post")
        assert done.status == ExitStatus.NOTHING_FETCHED
        assert web.requests == ()
        assert {row[0] for row in rows(config, "SELECT DISTINCT reason FROM fetch")} == {"private_address"}

    def test_the_budget_is_kept_and_what_is_left_is_named(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path, limit=3)
        done = crawl(web, config, "marquee-wire")
        assert done.results[0].requests == 3
        assert dict(done.results[0].skipped)["limit"] >= 1
        fuller = crawl(web, config_for(tmp_path), "marquee-wire")
        assert fuller.results[0].new >= 1, "what was left undone is not hidden by a 304 of the feed"


class TestSpecials:
    def test_a_dry_run_asks_for_no_article_and_leaves_no_file(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        done = crawl(web, config, "marquee-wire", dry_run=True)
        assert [p for p in done.planned if p.fetch]
        assert {r.path for r in web.requests} <= listing_paths(web) | {"/robots.txt"}
        assert not Path(config.db).exists()

    def test_a_dry_run_plans_what_a_crawl_then_asks_for(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        planned = crawl(web, config, "hoshi-eiga", dry_run=True).planned
        web.forget_requests()
        crawl(web, config, "hoshi-eiga")
        asked = {r.path for r in web.requests} - listing_paths(web) - {*RULES}
        assert {urlsplit(p.url).path for p in planned if p.fetch} == asked

    def test_a_dry_run_keeps_the_budget(self, web: Newsroom, tmp_path: Path) -> None:
        planned = crawl(web, config_for(tmp_path, limit=5), "marquee-wire", dry_run=True).planned
        assert 0 < sum(p.fetch for p in planned) < 5, "listings count, too"
        assert {p.reason for p in planned if not p.fetch} == {"limit"}

    def test_only_due_sources_are_crawled_unless_they_are_named(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        sources = tuple(replace(s, every=3600) for s in web.sources() if s.id == "hoshi-eiga")
        assert len(crawl_into(config, sources, due_only=True).results) == 1
        again = crawl_into(config, sources, due_only=True)
        assert (again.results, again.waiting, again.status) == ((), 1, ExitStatus.FINE)
        assert len(crawl_into(config, sources).results) == 1

    def test_a_source_that_cannot_be_reached_fails_alone(self, web: Newsroom, tmp_path: Path) -> None:
        dead = Source(id="dead", name="Dead", home="http://127.0.0.99:9/", feeds=("http://127.0.0.99:9/feed.xml",))
        config = config_for(tmp_path)
        done = crawl_into(config, (dead, *(s for s in web.sources() if s.id == "hoshi-eiga")))
        assert done.status == ExitStatus.SOME_FAILED
        assert [bool(r.failure) for r in done.results] == [True, False]
        assert done.results[1].new == 4

    def test_a_site_is_followed_from_its_front_page(self, web: Newsroom, tmp_path: Path) -> None:
        home = next(s.home for s in web.sources() if s.id == "daily-minar")
        config = config_for(tmp_path)
        done = crawl_into(config, (Source(id="site", name="Site", home=home, follow=True),))
        assert done.results[0].new >= 4

    def test_pages_asked_for_by_name_are_looked_at_in_every_run(self, web: Newsroom, tmp_path: Path) -> None:
        truth = next(t for t in web.truth() if t.outcome == "new" and t.source == "hoshi-eiga")
        config = config_for(tmp_path)
        source = Source(id="page", name="Page", home=truth.url, pages=(truth.url,))
        assert crawl_into(config, (source,)).results[0].new == 1
        assert crawl_into(config, (source,)).results[0].unchanged == 1

    def test_raw_pages_can_be_read_again(self, web: Newsroom, tmp_path: Path) -> None:
        from aggregator.archive import read_page

        config = config_for(tmp_path)
        crawl(web, config, "hoshi-eiga")
        url = str(rows(config, "SELECT url FROM articles LIMIT 1")[0][0])
        with open_reader(config.db) as reader:
            ref = reader.page_ref(url)
        assert ref
        assert b"<html" in read_page(tmp_path / "archive", ref).body

    def test_while_a_run_holds_the_file_another_says_so(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        with open_store(config.db, now=datetime.now(UTC)), pytest.raises(Busy):
            crawl(web, config, "hoshi-eiga")

    def test_a_source_that_somebody_else_has_leased_is_left_alone(self, web: Newsroom, tmp_path: Path) -> None:
        source = next(s for s in web.sources() if s.id == "hoshi-eiga")
        with open_run(config_for(tmp_path)) as ctx:
            now = datetime.now(UTC)
            key = registered_domain(source.home)
            assert ctx.store.claim(key, owner="other", now=now, until=now + timedelta(minutes=5))
            (result,) = reactor.run(crawl_sources((source,), ctx))
        assert "another run" in str(result.failure)
        assert web.requests == ()

    def test_what_a_killed_run_had_leased_is_free_for_the_next(self, web: Newsroom, tmp_path: Path) -> None:
        config = config_for(tmp_path)
        source = next(s for s in web.sources() if s.id == "hoshi-eiga")
        now = datetime.now(UTC)
        with open_store(config.db, now=now) as store:
            assert store.claim(registered_domain(source.home), owner="killed", now=now, until=now + timedelta(days=1))
        assert crawl_into(config, (source,)).results[0].new == 4


def run_cli(*args: str, cwd: Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", "aggregator", *args]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout, check=False)


class TestCommand:
    def test_a_crawl_prints_its_table_and_ends_with_zero(self, web: Newsroom, tmp_path: Path) -> None:
        (tmp_path / "sources.toml").write_text(web.sources_toml)
        options = ("--allow-net", "127.0.0.0/8", "--delay", "0", "--db", "x.db")
        done = run_cli("crawl", "hoshi-eiga", *options, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "hoshi-eiga" in done.stdout
        assert "4 articles stored in x.db" in done.stdout
        quiet = run_cli("crawl", "hoshi-eiga", "-q", *options, cwd=tmp_path)
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")

    def test_without_a_network_each_source_says_so(self, tmp_path: Path) -> None:
        text = '[[source]]\nid = "a"\nname = "A"\nhome = "http://a.invalid/"\nfeeds = ["http://a.invalid/feed"]\n'
        (tmp_path / "sources.toml").write_text(text)
        done = run_cli("crawl", "--delay", "0", cwd=tmp_path)
        assert done.returncode == ExitStatus.NOTHING_FETCHED
        assert "error: a: nothing could be fetched: the host name could not be resolved" in done.stderr

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_the_run_with_its_status_and_keeps_what_was_stored(
        self, web: Newsroom, tmp_path: Path, number: signal.Signals
    ) -> None:
        (tmp_path / "sources.toml").write_text(web.sources_toml)
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        command = [sys.executable, "-m", "aggregator", "crawl", "--all", "--delay", "2", "--allow-net", "127.0.0.0/8"]
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while len(web.requests) < 12:
            assert process.poll() is None
        process.send_signal(number)
        process.communicate(timeout=15)
        assert process.returncode == ExitStatus.INTERRUPTED
        config = config_for(tmp_path, db=str(tmp_path / "data" / "news.db"))
        assert rows(config, "PRAGMA quick_check") == [("ok",)]
        assert rows(config, "SELECT status FROM run") == [(ExitStatus.INTERRUPTED,)]
        assert rows(config, "SELECT count(*) > 0 FROM fetch WHERE reason = 'interrupted'") == [(1,)]
