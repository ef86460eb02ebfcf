"""The schema's history: every earlier state of the file becomes the newest, whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.errors import Busy, StoreError
from aggregator.store import migrations, open_reader, open_store
from aggregator.store.files import connect_writer
from aggregator.store.migrations import NEWEST, STEPS
from aggregator.store.schema import NUMBERS
from aggregator.store.upkeep import migrate, steps
from tests.store_contract import NOW, make_article, make_unit


def at_version(path: Path, version: int) -> None:
    """A file as the release of that version left it."""
    with closing(connect_writer(path)) as db:
        migrations.apply(db, stop_before=STEPS[version] if version < NEWEST else None)


def shape(path: Path) -> list[tuple[str, str, str]]:
    """All tables, indexes, triggers and views with their SQL."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def add_article(path: Path, id_: int, url: str, *, body: str = "plain") -> None:
    """Put an article into a file of any schema version, with the columns that every version asks for."""
    values = {
        "id": id_,
        "url": url,
        "title": "T",
        "kind": "article",
        "paywall": "free",
        "quality": 1,
        "word_count": 1,
        "body": body,
    }
    values |= {"extractor": "1", "last_seen_at": "2026", "first_seen_at": "2026", "changed_at": "2026"}
    with closing(sqlite3.connect(path)) as db:
        names = ", ".join(values)
        db.execute(f"INSERT INTO article ({names}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))
        db.commit()


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_each_earlier_schema_becomes_the_newest_on_opening(tmp_path: Path, version: int) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    at_version(old, version)
    assert [step.applied_at is not None for step in steps(old)] == [True] * version + [False] * (NEWEST - version)
    with open_store(old, now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        assert store.put(make_unit(make_article()), run=run, now=NOW).outcome == "new"
    open_store(new, now=NOW).close()
    assert shape(old) == shape(new)


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_migrate_names_what_was_pending(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.db"
    at_version(path, version)
    with pytest.raises(StoreError, match="aggregator migrate"):
        open_reader(path)
    assert migrate(path, now=NOW) == STEPS[version:]
    assert migrate(path, now=NOW) == ()
    open_reader(path).close()


def test_articles_outlive_a_migration_and_are_searchable_after_it(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    at_version(path, STEPS.index("full text"))
    add_article(path, 7, "https://a.example/", body="눈물 curtain")
    add_article(path, 8, "https://b.example/")
    migrate(path, now=NOW)
    with open_reader(path) as reader:
        assert [hit.url for query in ("curtain", "눈물") for hit in reader.search(query)] == ["https://a.example/"] * 2


def test_revisions_of_an_earlier_release_are_kept(tmp_path: Path) -> None:
    """Versions that were stored before natures were known keep everything, and say that their nature is not known."""
    path = tmp_path / "old.db"
    at_version(path, STEPS.index("natures of revisions, rulings"))
    add_article(path, 7, "https://a.example/")
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO revision VALUES (7, 1, '2025', '2026', 'title', 'title: S -> T', 'S', NULL, NULL, NULL, 'c')"
        )
        db.commit()
    migrate(path, now=NOW)
    with closing(sqlite3.connect(path)) as db:
        kept = db.execute("SELECT article, number, kind, summary, title, nature, returns_to FROM revisions").fetchall()
    assert kept == [(7, 1, "title", "title: S -> T", "S", None, None)]


def test_views_of_others_outlive_a_migration(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    at_version(path, NEWEST - 1)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIEW mine AS SELECT count(*) FROM article")
        db.commit()
    migrate(path, now=NOW)
    assert ("view", "mine", "CREATE VIEW mine AS SELECT count(*) FROM article") in shape(path)


def test_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    at_version(path, NEWEST - 2)
    before = shape(path)
    monkeypatch.setattr(migrations, "NUMBERS", (*NUMBERS, "CREATE TABLE article (a)"))
    with pytest.raises(StoreError, match="already exists"):
        migrate(path, now=NOW)
    assert shape(path) == before
    assert migrations_version(path) == NEWEST - 2


def migrations_version(path: Path) -> int:
    """`user_version` of a file."""
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_migrate_waits_for_no_run(tmp_path: Path) -> None:
    with open_store(tmp_path / "n.db", now=NOW), pytest.raises(Busy):
        migrate(tmp_path / "n.db", now=NOW)


def test_migrate_of_a_missing_file_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        migrate(tmp_path / "n.db", now=NOW)
    assert list(tmp_path.iterdir()) == []
