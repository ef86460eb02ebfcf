"""What `aggregator health` says of a source, from its own past."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.health import Half, SourceHistory, metrics, unusual
from aggregator.state import SourceState
from aggregator.store import open_store
from aggregator.store.histories import usual_pause

from .cli_run import Run, run
from .store_contract import SOURCE, make_article, make_unit

__all__ = ["run"]

NOW = datetime(2024, 4, 19, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WELL = SourceHistory(
    source="stage",
    state="fine",
    last_run_at=NOW - DAY / 24,
    last_new_at=NOW - DAY / 2,
    failures=0,
    last_error=None,
    usual_pause=0.8,
    lately=Half(articles=20, words=300, undated=1, pages=30, rejected=3),
    before=Half(articles=200, words=320, undated=4, pages=300, rejected=20),
)


def test_nothing_is_said_of_a_source_that_does_as_usual() -> None:
    assert unusual(WELL, now=NOW) == ()


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (replace(WELL, failures=1, last_error="no answer"), "the last run failed: no answer"),
        (replace(WELL, failures=4), "4 runs in a row failed: no reason was recorded"),
        (replace(WELL, last_run_at=NOW - 3 * DAY, last_new_at=NOW - 3 * DAY), "no run for 3 days"),
        (replace(WELL, last_new_at=NOW - 5 * DAY), "nothing new for 4 days; it usually takes 0.8 at most"),
        (replace(WELL, lately=replace(WELL.lately, words=90)), "texts have become shorter: 90 words, 320 before"),
        (replace(WELL, lately=replace(WELL.lately, undated=15)), "15 of 20 new articles have no date; before 4 of 200"),
        (replace(WELL, lately=replace(WELL.lately, rejected=29)), "29 of 30 pages were refused; before 20 of 300"),
    ],
)
def test_what_is_unusual_is_told_in_a_sentence(history: SourceHistory, words: str) -> None:
    assert unusual(history, now=NOW) == (words,)


@pytest.mark.parametrize(
    "history",
    [
        replace(WELL, state="off", failures=9),
        replace(WELL, state="never run", last_run_at=None, last_new_at=None),
        replace(WELL, usual_pause=None, last_new_at=NOW - 99 * DAY),
        replace(WELL, usual_pause=6.5, last_new_at=NOW - 9 * DAY),
        replace(WELL, lately=Half(articles=4, words=10, undated=4, pages=4, rejected=4)),
        replace(WELL, before=Half()),
    ],
)
def test_nothing_is_said_without_a_past_to_compare_with(history: SourceHistory) -> None:
    assert unusual(history, now=NOW) == ()


def test_the_usual_pause_counts_what_came_at_once_as_one() -> None:
    moments = [NOW + day * DAY for day in range(10) for _ in range(3)]
    assert usual_pause(moments) == pytest.approx(1.0)
    assert usual_pause(moments[:12]) is None


@pytest.fixture
def quiet_source(tmp_path: Path) -> Path:
    """A database whose source had an article a day for two weeks, and nothing in the two weeks up to its last run."""
    path, last = tmp_path / "news.db", datetime.now(UTC) - timedelta(hours=1)
    with open_store(path, now=last) as store:
        store.save_sources((SOURCE,), now=last)
        number = store.start_run(now=last, command="test", version="0")
        for day in range(14):
            seen = last - timedelta(days=28 - day)
            store.put(make_unit(make_article(day + 1, fetched_at=seen)), run=number, now=seen)
        state = SourceState(id=SOURCE.id, last_run_at=last, last_success_at=last, last_new_at=last - timedelta(days=15))
        store.finish_source(state)
        store.finish_run(number, now=last, status=0, results=())
    return path


def test_health_tells_of_a_source_that_has_gone_quiet(run: Run, quiet_source: Path) -> None:
    told = run("health", "--db", quiet_source)
    assert told.status == 1
    assert f"LOOK  {SOURCE.id}: nothing new for 15 days; it usually takes 1.0 at most" in told.out
    (row,) = json.loads(run("health", "--json", "--db", quiet_source).out)["sources"]
    assert (row["usual_pause"], row["lately"]["articles"], row["before"]["articles"]) == (1.0, 0, 14)
    silent = run("health", "-q", "--db", quiet_source)
    assert (silent.status, silent.err) == (1, "")
    assert [line[:4] for line in silent.out.splitlines()] == ["LOOK"]


def test_health_knows_the_sources_by_name(run: Run, quiet_source: Path) -> None:
    assert "there is no source 'none'" in run("health", "--source", "none", "--db", quiet_source).sentence(2)


def test_health_notes_what_is_odd_about_the_dates_without_calling_it_unusual(run: Run, tmp_path: Path) -> None:
    path, last = tmp_path / "news.db", datetime.now(UTC) - timedelta(hours=1)
    with open_store(path, now=last) as store:
        store.save_sources((SOURCE,), now=last)
        number = store.start_run(now=last, command="test", version="0")
        for n in range(6):
            store.put(make_unit(make_article(n + 1, publication=None, fetched_at=last)), run=number, now=last)
        store.finish_source(SourceState(id=SOURCE.id, last_run_at=last, last_success_at=last, last_new_at=last))
        store.finish_run(number, now=last, status=0, results=())
    told = run("health", "--db", path)
    assert told.status == 0
    assert f"note  {SOURCE.id}: 100% have no date" in told.out


def test_prometheus_gets_a_gauge_for_each_number_and_source() -> None:
    odd = replace(WELL, source='a"b\\c', last_new_at=None, failures=2)
    lines = metrics([WELL, odd], now=NOW).splitlines()
    assert "# TYPE aggregator_source_failures gauge" in lines
    assert 'aggregator_source_failures{source="stage"} 0' in lines
    assert 'aggregator_source_failures{source="a\\"b\\\\c"} 2' in lines
    assert f'aggregator_source_last_run_timestamp_seconds{{source="stage"}} {(NOW - DAY / 24).timestamp():.0f}' in lines
    assert sum(line.startswith("aggregator_source_last_new") for line in lines) == 1
    assert [line.rpartition(" ")[2] for line in lines if line.startswith("aggregator_source_findings")] == ["0", "1"]


def test_health_writes_the_file_for_prometheus(run: Run, quiet_source: Path, tmp_path: Path) -> None:
    assert run("health", "-q", "--prometheus", "news.prom", "--db", quiet_source).status == 1
    assert "aggregator_source_findings" in (tmp_path / "news.prom").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.part"))
    failed = run("health", "-q", "--prometheus", "none/news.prom", "--db", quiet_source)
    assert "the file cannot be written: No such file" in failed.sentence(2)
