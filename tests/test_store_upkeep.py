"""Looking after a file: doctor, backup, and the document of the schema."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.state import SourceState
from aggregator.store import open_reader, open_store
from aggregator.store.schema_doc import schema_document
from aggregator.store.upkeep import backup, check_sqlite, doctor, file_system
from tests.store_contract import HOUR, NOW, SOURCE, make_article, make_fetch, make_unit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with an article and a run."""
    path = tmp_path / "news.db"
    with open_store(path, now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        store.save_sources([SOURCE], now=NOW)
        store.put(make_unit(make_article(text="눈물의 여왕")), run=run, now=NOW)
    return path


def failing(path: Path, hours: int = 1) -> dict[str, str]:
    """What the doctor finds wrong."""
    return {check.name: check.sentence for check in doctor(path, now=NOW + hours * HOUR) if not check.ok}


def test_sound_file_passes_every_check_and_stays_as_it_is(path: Path) -> None:
    before = path.read_bytes()
    names = [check.name for check in doctor(path, now=NOW + HOUR)]
    assert names == [
        *(
            "SQLite",
            "lock",
            "disk",
            "file system",
            "file",
            "schema",
            "integrity",
            "keys",
            "sources",
            "clock",
            "full text",
        ),
    ]
    assert "disk" in failing(path) or failing(path) == {}
    assert path.read_bytes() == before


def test_missing_file_is_one_finding(tmp_path: Path) -> None:
    assert "no such database" in failing(tmp_path / "none" / "news.db")["file"]


def test_active_run_is_named(path: Path) -> None:
    with open_store(path, now=NOW, owner="aggregator crawl"):
        checks = {check.name: check for check in doctor(path, now=NOW + HOUR)}
    assert "aggregator crawl" in checks["lock"].sentence
    assert checks["full text"].sentence == "not looked at, because a run is active"


def test_clock_behind_the_file_is_named(path: Path) -> None:
    assert "2026-03-14T09:26:53Z" in failing(path, hours=-1)["clock"]


def test_source_that_never_succeeded_is_named(path: Path) -> None:
    with open_store(path, now=NOW) as store:
        store.finish_source(SourceState(id="stage", last_run_at=NOW, failures=3, last_error="dns"))
    assert failing(path)["sources"] == "never succeeded: stage"


def test_row_that_points_to_nothing_is_named(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE article SET story_id = 99")
        db.commit()
    assert failing(path)["keys"] == "rows that point to nothing in article"


def test_search_index_that_does_not_fit_is_named(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER article_fts_update")
        db.execute("UPDATE article SET body = 'other words'")
        db.commit()
    assert "does not fit" in failing(path)["full text"]


def test_broken_index_is_named(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX article_source ON article (section)' WHERE name = 'article_source'"
        )
        db.commit()
    found = failing(path)
    assert "damaged" in (found.get("integrity", "") + found.get("file", ""))


def test_older_schema_is_named(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 1")
    assert "aggregator migrate" in failing(path)["schema"]


@pytest.mark.parametrize(
    ("version", "cured"),
    [
        ((3, 6, 23), True),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
    ],
)
def test_versions_with_the_wal_reset_bug_are_told(version: tuple[int, int, int], cured: bool) -> None:
    assert ("without the WAL-reset bug" in check_sqlite(version).sentence) == cured


def test_file_system_is_that_of_the_longest_mount_point() -> None:
    mounts = "/dev/a / ext4 rw 0 0\nserver:/x /mnt/my\\040share nfs4 rw 0 0\nbroken\n/dev/b /mnt ext4 rw 0 0\n"
    assert file_system(Path("/mnt/my share/news.db"), mounts) == "nfs4"
    assert file_system(Path("/mnt/my shared/news.db"), mounts) == "ext4"
    assert file_system(Path("/x"), "") == "unknown"


def test_network_file_system_is_advised_against(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.store.upkeep._mounts", lambda: "server:/x / nfs rw 0 0")
    assert "network" in failing(path)["file system"]


# ------------------------------------------------------------------------------------------------ backup


def test_backup_during_a_crawl_is_a_whole_store(path: Path, tmp_path: Path) -> None:
    with open_store(path, now=NOW) as store:
        store.record(make_fetch("https://stage.example/x", outcome="error", reason="dns"), run=1)
        backup(path, tmp_path / "copy.db")
    with open_reader(tmp_path / "copy.db") as reader:
        assert [hit.title for hit in reader.search("눈물")] == ["Opening night 1"]
    with open_store(tmp_path / "copy.db", now=NOW):
        pass
    assert [child.name for child in tmp_path.iterdir() if child.name.endswith(".new")] == []


def test_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StoreError, match="not overwritten"):
        backup(path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_backup_works_where_there_are_no_links(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("aggregator.store.upkeep.os.link", refuse)
    backup(path, tmp_path / "copy.db")
    open_reader(tmp_path / "copy.db").close()


def test_backup_never_replaces_what_came_meanwhile(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        target.write_text("mine")
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("aggregator.store.upkeep.os.link", refuse)
    with pytest.raises(StoreError, match="cannot be written"):
        backup(path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_damage_that_appears_while_looking_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(db: sqlite3.Connection) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr("aggregator.store.upkeep._check_keys", fail)
    assert "malformed" in failing(path)["integrity"]


def test_backup_to_a_folder_that_does_not_exist_is_an_error(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        backup(path, tmp_path / "none" / "copy.db")


# ------------------------------------------------------------------------------------------------ the document


def test_schema_document_is_up_to_date() -> None:
    """docs/schema.md is what `python -m aggregator.store.schema_doc` prints."""
    assert (Path(__file__).parent.parent / "docs" / "schema.md").read_text(encoding="utf-8") == schema_document()


def test_every_column_of_every_table_and_view_has_a_comment(path: Path) -> None:
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", schema_document(), re.MULTILINE | re.DOTALL))
    with closing(sqlite3.connect(path)) as db:
        names = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
            if not re.match(r"sqlite_|_sqlite_|article_(fts|forms)_", name)
        ]
        columns = {name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")] for name in names}
    assert sorted(sections) == sorted(names)
    for name, expected in columns.items():
        assert re.findall(r"^\| `(\w+)`", sections[name], re.MULTILINE) == expected, name
