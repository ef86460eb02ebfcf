"""How a crawl tells others how it went: ping, run log, health."""

import json
import socket
from pathlib import Path

import pytest

from aggregator.cli.monitoring import masked
from aggregator.state import SourceState
from aggregator.store import open_store
from aggregator.store.queries import open_reader

from .cli_run import Run, run
from .store_contract import NOW, SOURCE
from .test_health import DAY
from .web import Web, article, feed, reply

__all__ = ["run"]

NEWS = {"/feed": reply(feed("/a"), kind="text/xml"), "/a": reply(article())}


def settings(folder: Path, **values: str) -> None:
    """A settings file for crawls over loopback."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    (folder / "aggregator.toml").write_text("\n".join(['allow_net = ["127.0.0.0/8"]', "delay = 0", *lines]))


def listed(folder: Path, base: str) -> Path:
    """A source list of one feed."""
    (folder / "sources.toml").write_text(
        f'[[source]]\nid = "stage"\nname = "Stage"\nhome = "{base}/"\nfeeds = ["{base}/feed"]\n'
    )
    return folder / "sources.toml"


def test_a_crawl_tells_of_its_start_and_end(run: Run, tmp_path: Path) -> None:
    """The ping address hears of the start and of a good end, with the result; the run log has it on one line."""
    with Web({**NEWS, "/id/start": reply("OK"), "/id": reply("OK")}) as web:
        settings(tmp_path, ping=f"{web.base}/id", run_log="logs/runs.jsonl")
        listed(tmp_path, web.base)
        assert run("crawl", "-q", "--db", "n.db").status == 0
        assert (web.paths()[0], web.paths()[-1]) == ("/id/start", "/id")
        told = json.loads(web.asked[-1].body)
    (line,) = (tmp_path / "logs/runs.jsonl").read_text().splitlines()
    assert json.loads(line) == told
    assert (told["status"], told["sources"][0]["new"], told["health"]) == (0, 1, {})
    assert told["started_at"] <= told["finished_at"]


def test_a_crawl_that_fails_tells_so(run: Run, tmp_path: Path) -> None:
    """Sources that fail, and a database that cannot be used, are failures for the ping address and lines of the log."""
    with Web({"/feed": reply("no", status="500 Internal Server Error")}) as web:
        settings(tmp_path, ping=f"{web.base}/id", run_log="runs.jsonl")
        listed(tmp_path, web.base)
        assert run("crawl", "-q", "--db", "n.db").status == 3
        assert web.paths()[-1] == "/id/fail"
        (tmp_path / "bad.db").write_text("this is no database, but a text of some length")
        assert run("crawl", "-q", "--db", "bad.db").status == 4
        assert web.paths()[-1] == "/id/fail"
    first, second = map(json.loads, (tmp_path / "runs.jsonl").read_text().splitlines())
    assert (first["status"], second["status"]) == (3, 4)
    assert "bad.db" in second["error"]


def test_another_run_tells_for_itself(run: Run, tmp_path: Path) -> None:
    """A crawl that finds the file taken sends no ping: the run that has it will."""
    with Web(NEWS) as web, open_store(tmp_path / "n.db", now=NOW):
        settings(tmp_path, ping=f"{web.base}/id", run_log="runs.jsonl")
        listed(tmp_path, web.base)
        assert run("crawl", "-q", "--db", "n.db").status == 5
        assert web.paths() == []
    assert not (tmp_path / "runs.jsonl").exists()


def test_a_ping_that_does_not_arrive_changes_nothing_else(run: Run, tmp_path: Path) -> None:
    """A dead ping address and a log that cannot be written are warnings that name no secret."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Web(NEWS) as web:
        settings(tmp_path, ping=f"http://127.0.0.1:{port}/secret", run_log=str(tmp_path))
        listed(tmp_path, web.base)
        ran = run("crawl", "-q", "--db", "n.db")
    assert ran.status == 0
    assert ran.err.count("warning: the ping to http://127.0.0.1/... did not arrive") == 2
    assert "warning: the run log" in ran.err
    assert "secret" not in ran.err
    shown = run("config", "show")
    assert "http://127.0.0.1/..." in shown.out
    assert "secret" not in shown.out
    assert "secret" not in run("config", "show", "--json").out


def test_a_dry_run_tells_nobody(run: Run, tmp_path: Path) -> None:
    """A dry run is no run."""
    with Web(NEWS) as web:
        settings(tmp_path, ping=f"{web.base}/id", run_log="runs.jsonl")
        listed(tmp_path, web.base)
        assert run("crawl", "--dry-run", "--db", "n.db").status == 0
        assert not any("/id" in path for path in web.paths())
    assert not (tmp_path / "runs.jsonl").exists()


@pytest.mark.parametrize("address", ["hc-ping.com/id", "file:///etc/passwd", "https://", "http://[::1"])
def test_a_ping_address_that_is_none_is_a_usage_error(run: Run, tmp_path: Path, address: str) -> None:
    """What is no http address is refused before anything is crawled."""
    settings(tmp_path, ping=address)
    assert "the ping address must begin with" in run("crawl", "--all").sentence(2)


def test_a_masked_address_has_only_its_host() -> None:
    """User names, paths and queries are kept back; no address is none."""
    assert masked("https://user:pass@hc.example/id?key=1") == "https://hc.example/..."
    assert masked("") == ""


@pytest.mark.parametrize(("health", "status", "words"), [("show", 0, True), ("status", 1, True), ("off", 0, False)])
def test_what_is_unusual_is_said_at_the_end_of_a_crawl(
    run: Run, tmp_path: Path, health: str, status: int, words: bool
) -> None:
    """A source that has had nothing new for unusually long is named after its crawl, and is a status of its own where that is set."""
    with Web({"/feed": reply(feed("/a"), kind="text/xml"), "/a": reply("<p>Please log in.")}) as web:
        settings(tmp_path, health=health)
        listed(tmp_path, web.base)
        silent(tmp_path / "n.db")
        ran = run("crawl", "--all", "--db", "n.db")
        assert ran.status == status
        assert ("LOOK  stage: nothing new for" in ran.out) == words
        quiet = run("crawl", "--all", "-q", "--db", "n.db")
        assert ("LOOK" in quiet.out) == (health == "status")
        told = json.loads(run("crawl", "--all", "--json", "--db", "n.db").out)["health"]
    assert list(told) == (["stage"] if words else [])
    with open_reader(tmp_path / "n.db") as reader:
        assert {row[0] for row in reader.ask("SELECT status FROM run WHERE finished_at IS NOT NULL")} == {status}


def silent(path: Path) -> None:
    """A database in which the source `stage` had an article a day until a month ago."""
    from datetime import UTC, datetime

    from .store_contract import make_article, make_unit

    now = datetime.now(UTC)
    with open_store(path, now=now) as store:
        store.save_sources([SOURCE], now=now)
        number = store.start_run(now=now, command="test", version="0")
        for days in range(60, 30, -1):
            store.put(make_unit(make_article(days)), run=number, now=now - days * DAY)
        store.finish_source(SourceState(id="stage", last_run_at=now - DAY, last_new_at=now - 31 * DAY))
