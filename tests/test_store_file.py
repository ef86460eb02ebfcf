"""The SQLite file: who may open it, what a kill, a full disk and other programs do to it, and what analysts see in it."""

import errno
import fcntl
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from aggregator.errors import Busy, DamagedFile, ForeignFile, NewerSchema, StoreError, StoreFull
from aggregator.models import ArchiveRef, CrawlResult, FetchRecord, Mention, RelatedLink, Removed
from aggregator.models import Claim as ClaimRecord
from aggregator.state import SourceState
from aggregator.store import Reader, SqliteStore, files, open_reader, open_store
from aggregator.store import lock as lock_module
from aggregator.store.files import translate
from aggregator.store.lock import Lock, holder, is_locked
from aggregator.store.sqlite import BATCH_UNITS
from tests.store_contract import HOUR, NOW, SOURCE, make_article, make_fetch, make_unit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "news.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A new file, open for writing."""
    with open_store(path, now=NOW, owner="aggregator crawl") as opened:
        yield opened


@pytest.fixture
def run(store: SqliteStore) -> int:
    """A run of it."""
    return store.start_run(now=NOW, command="crawl", version="1")


def rows(path: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What another program reads."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(query, values).fetchall()


def digest(path: Path) -> str:
    """The file's bytes, in short."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ------------------------------------------------------------------------------------------------ opening


def test_new_file_is_made_with_its_folder_and_says_whose_it_is(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "news.db"
    open_store(path, now=NOW).close()
    assert path.read_bytes()[68:72] == files.APPLICATION_ID.to_bytes(4, "big")
    assert sorted(child.name for child in path.parent.iterdir()) == ["news.db", "news.db.lock"]


def test_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    open_store(path, now=NOW).close()
    assert rows(path, "SELECT count(*) FROM articles") == [(0,)]


def test_leftover_of_a_killed_creation_is_no_hindrance(path: Path) -> None:
    path.with_name(".news.db.new").write_bytes(b"half")
    open_store(path, now=NOW).close()
    assert not path.with_name(".news.db.new").exists()


def test_a_link_and_its_file_are_one_database_with_one_lock(tmp_path: Path, path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    with open_store(link, now=NOW), pytest.raises(Busy):
        open_store(path, now=NOW)
    assert link.is_symlink()
    assert path.is_file()
    assert not (tmp_path / "link.db.lock").exists()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_before_it_is_opened(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    with pytest.raises(StoreError, match=r"this is a (directory|device or pipe), no file"):
        open_store(path, now=NOW)
    with pytest.raises(StoreError, match="no file"):
        open_reader(path)


def test_the_same_refusal_in_every_run_is_on_record_once_under_the_last_run(path: Path) -> None:
    url = "https://a.example/private"
    with open_store(path, now=NOW) as store:
        for number, reason in enumerate(("robots", "robots", "limit", "robots")):
            run = store.start_run(now=NOW + number * HOUR, command="crawl", version="1")
            store.record(make_fetch(url, outcome="skipped", reason=reason), run=run)
    assert rows(path, "SELECT reason, run FROM fetch ORDER BY id") == [("limit", 3), ("robots", 4)]


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE mine (a)")
        db.commit()


def newer(path: Path) -> None:
    open_store(path, now=NOW).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 2000000000")


def newer_in_log(path: Path) -> None:
    """The header in the file is still the old one; the new version stands in the write-ahead log."""
    newer_log = path.with_name("copy-wal")
    open_store(path, now=NOW).close()
    with closing(sqlite3.connect(path)) as db:
        before = path.read_bytes()
        db.execute("PRAGMA user_version = 2000000000")
        newer_log.write_bytes(path.with_name("news.db-wal").read_bytes())
    path.write_bytes(before)
    newer_log.rename(path.with_name("news.db-wal"))


def versionless(path: Path) -> None:
    open_store(path, now=NOW).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 0")


def cut(path: Path) -> None:
    open_store(path, now=NOW).close()
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096 + 1000)


def scribbled(path: Path) -> None:
    open_store(path, now=NOW).close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 60_000)


def damaged_inside(path: Path) -> None:
    """Everything can be opened; an index page in the middle is not what it was."""
    open_store(path, now=NOW).close()
    with closing(sqlite3.connect(path)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'fetch_run'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 100)


def no_database(path: Path) -> None:
    path.write_bytes(b"url,title,text\n" * 200)


def short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00")


BAD_FILES: list[tuple[Callable[[Path], None], type[StoreError]]] = [
    (foreign, ForeignFile),
    (newer, NewerSchema),
    (newer_in_log, NewerSchema),
    (versionless, ForeignFile),
    (cut, DamagedFile),
    (scribbled, DamagedFile),
    (damaged_inside, DamagedFile),
    (no_database, DamagedFile),
    (short, DamagedFile),
]


@pytest.mark.parametrize(("make", "error"), BAD_FILES)
def test_damaged_foreign_or_newer_file_is_refused_untouched(
    path: Path, make: Callable[[Path], None], error: type[StoreError]
) -> None:
    make(path)
    before = digest(path)
    with pytest.raises(error) as caught:
        open_store(path, now=NOW)
    assert str(path) in str(caught.value)
    assert digest(path) == before
    assert not is_locked(path)


@pytest.mark.parametrize(("make", "error"), [pair for pair in BAD_FILES if pair[0] not in (scribbled, damaged_inside)])
def test_reader_refuses_them_too(path: Path, make: Callable[[Path], None], error: type[StoreError]) -> None:
    make(path)
    with pytest.raises(error):
        open_reader(path)


def test_reader_of_a_missing_file_says_so_and_makes_none(path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        open_reader(path)
    assert not path.exists()


READ_ONLY_FOLDER = """
import os, sys
from aggregator.store import open_reader

if os.getuid() == 0:
    os.setuid(65534)
with open_reader(sys.argv[1]) as reader:
    print(reader.stats().articles)
"""


def test_reader_needs_no_right_to_write_to_the_folder() -> None:
    """An analyst reads another person's file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        open_store(path, now=NOW).close()
        path.parent.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY_FOLDER, path], capture_output=True, text=True, check=True
        )
        path.parent.chmod(0o755)
    assert done.stdout == "0\n"


UNREADABLE = """
import os, sys
from aggregator.errors import StoreError
from aggregator.store import open_reader

if os.getuid() == 0:
    os.setuid(65534)
try:
    open_reader(sys.argv[1])
except StoreError as error:
    print(error)
"""


def test_file_that_may_not_be_read_is_an_error() -> None:
    """Said in words, not by a traceback."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        open_store(path, now=NOW).close()
        path.parent.chmod(0o755)
        path.chmod(0)
        done = subprocess.run([sys.executable, "-c", UNREADABLE, path], capture_output=True, text=True, check=True)
    assert "cannot be read: Permission denied" in done.stdout


def test_file_in_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        open_store(tmp_path / "file" / "news.db", now=NOW)


def test_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="folder cannot be made"):
        open_store(tmp_path / "link" / "news.db", now=NOW)


def test_failure_while_opening_lets_go_of_the_lock(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("aggregator.store.sqlite.connect_writer", fail)
    with pytest.raises(StoreError, match="unable to open"):
        open_store(path, now=NOW)
    assert not is_locked(path)


def test_large_file_is_opened_without_a_look_at_every_page(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor does that."""
    damaged_inside(path)
    monkeypatch.setattr(files, "_QUICK_CHECK_LIMIT", 1000)
    open_store(path, now=NOW).close()


# ------------------------------------------------------------------------------------------------ one writer, many readers


def test_second_writer_learns_at_once_who_holds_the_store(store: SqliteStore, path: Path) -> None:
    with pytest.raises(Busy) as caught:
        open_store(path, now=NOW + HOUR)
    assert f"process {os.getpid()} (aggregator crawl), since 2026-03-14T09:26:53Z" in str(caught.value)
    assert is_locked(path)


def test_lock_is_free_after_close_and_the_store_opens_again(path: Path) -> None:
    open_store(path, now=NOW).close()
    assert (is_locked(path), holder(path)) == (False, {})
    open_store(path, now=NOW).close()


def test_lock_whose_holder_wrote_nothing_is_still_a_lock(path: Path) -> None:
    with path.with_name("news.db.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Busy, match="another run holds the store"):
            open_store(path, now=NOW)


def test_lock_file_that_cannot_be_opened_is_an_error(path: Path) -> None:
    path.with_name("news.db.lock").mkdir()
    with pytest.raises(StoreError, match="lock file"):
        open_store(path, now=NOW)


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, StoreFull), (errno.EPERM, StoreError)])
def test_lock_that_cannot_be_written_is_an_error_and_not_held(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[StoreError]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, "it failed")

    with monkeypatch.context() as patch:
        patch.setattr("aggregator.store.lock.os.pwrite", fail)
        with pytest.raises(error) as caught:
            open_store(path, now=NOW)
    assert type(caught.value) is error
    open_store(path, now=NOW).close()


def test_file_that_cannot_be_named_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("aggregator.store.migrations.Path.replace", fail)
    with pytest.raises(StoreFull):
        open_store(path, now=NOW)
    assert not path.exists()


def test_no_lock_file_means_no_lock(path: Path) -> None:
    assert (is_locked(path), holder(path)) == (False, {})


def test_forked_child_does_not_keep_the_lock(path: Path) -> None:
    lock = Lock(path, now=NOW, owner="parent")
    lock_module._close_in_child()
    assert not is_locked(path)
    lock.release()


def test_reader_sees_what_is_committed_while_a_batch_is_open(store: SqliteStore, run: int, path: Path) -> None:
    store.put(make_unit(make_article(1)), run=run, now=NOW)
    store.flush()
    with open_reader(path) as reader:
        store.put(make_unit(make_article(2)), run=run, now=NOW)
        assert [row.title for row in reader.export_rows()] == ["Opening night 1"]
        store.flush()
        assert len(list(reader.export_rows())) == 2


def test_reader_that_holds_a_transaction_stops_no_writer(store: SqliteStore, run: int, path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM article").fetchone()
        store.put(make_unit(make_article()), run=run, now=NOW)
        store.flush()
        assert db.execute("SELECT count(*) FROM article").fetchone() == (0,)
    assert rows(path, "SELECT count(*) FROM article") == [(1,)]


def test_reader_cannot_write(store: SqliteStore, path: Path) -> None:
    with open_reader(path) as reader, pytest.raises(StoreError, match="readonly"):
        reader.ask("DELETE FROM source")


# ------------------------------------------------------------------------------------------------ batches


def test_batch_is_committed_when_it_is_large_enough(store: SqliteStore, run: int, path: Path) -> None:
    store._monotonic = lambda: 100.0
    for number in range(BATCH_UNITS - 1):
        store.put(make_unit(make_article(number)), run=run, now=NOW)
    assert rows(path, "SELECT count(*) FROM article") == [(0,)]
    store.put(make_unit(make_article(BATCH_UNITS)), run=run, now=NOW)
    assert rows(path, "SELECT count(*) FROM article") == [(BATCH_UNITS,)]


def test_batch_is_committed_when_it_is_old_enough(path: Path) -> None:
    clock = [100.0]
    with open_store(path, now=NOW) as store:
        store._monotonic = lambda: clock[0]
        run = store.start_run(now=NOW, command="crawl", version="1")
        store.put(make_unit(make_article(1)), run=run, now=NOW)
        store.flush_if_due()
        assert rows(path, "SELECT count(*) FROM article") == [(0,)]
        clock[0] = 101.0
        store.flush_if_due()
        assert rows(path, "SELECT count(*) FROM article") == [(1,)]


def test_what_rows_refer_to_is_synced_before_the_commit(store: SqliteStore, run: int, path: Path) -> None:
    seen: list[int] = []
    store.before_commit = lambda: seen.append(rows(path, "SELECT count(*) FROM article")[0][0])
    store.put(make_unit(make_article()), run=run, now=NOW)
    store.flush()
    store.flush()
    assert seen == [0]


def test_failure_before_the_commit_undoes_the_batch(store: SqliteStore, run: int, path: Path) -> None:
    def fail() -> None:
        raise StoreFull("no room for the raw pages")

    store.put(make_unit(make_article()), run=run, now=NOW)
    store.before_commit = fail
    with pytest.raises(StoreFull):
        store.flush()
    store.before_commit = None
    store.flush()
    assert rows(path, "SELECT count(*) FROM article") == [(0,)]


def test_unit_that_fails_leaves_nothing_and_spares_the_others(
    store: SqliteStore, run: int, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(make_unit(make_article(1)), run=run, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr("aggregator.store.articles.crawl_state.add_fetch", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.put(make_unit(make_article(2)), run=run, now=NOW)
    store.put(make_unit(make_article(3)), run=run, now=NOW)
    store.flush()
    assert rows(path, "SELECT url FROM article ORDER BY id") == [(make_article(n).url,) for n in (1, 3)]
    assert rows(path, "SELECT count(*) FROM story") == [(2,)]


def test_full_file_is_said_to_be_full_and_stays_sound(store: SqliteStore, run: int, path: Path) -> None:
    store.put(make_unit(make_article(1)), run=run, now=NOW)
    store.flush()
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages + 30}")

    def fill() -> None:
        for number in range(2, 200):
            store.put(make_unit(make_article(number, text=f"{number} " * 4000)), run=run, now=NOW)

    with pytest.raises(StoreFull, match="no room"):
        fill()
    store.close()
    with open_store(path, now=NOW) as later:
        later.put(make_unit(make_article(500)), run=later.start_run(now=NOW, command="crawl", version="1"), now=NOW)
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    stored = {url for (url,) in rows(path, "SELECT url FROM article")}
    assert {make_article(1).url, make_article(500).url} <= stored
    assert rows(path, "SELECT count(*) FROM fetch")[0][0] == len(stored)


FULL_DISK = """
import resource, signal, sys
from aggregator.errors import StoreFull
from aggregator.store import open_store
from tests.store_contract import NOW, make_article, make_unit

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(sys.argv[1], now=NOW)
run = store.start_run(now=NOW, command="crawl", version="1")
resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))
try:
    for number in range(1, 5000):
        store.put(make_unit(make_article(number, text=f"{number} word " * 300)), run=run, now=NOW)
except StoreFull as error:
    print("full:", error.exit_status)
    try:
        store.close()
    except StoreFull:
        pass
"""


def test_disk_that_takes_no_more_is_said_to_be_full_and_the_file_is_sound(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, check=True)
    assert done.stdout == "full: 4\n"
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    with open_store(path, now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        store.put(make_unit(make_article(9000)), run=run, now=NOW)
    assert rows(path, "SELECT count(*) FROM article WHERE id NOT IN (SELECT article FROM fetch)") == [(0,)]


KILLED = """
import sys
from aggregator.store import open_store
from aggregator.models import RelatedLink
from aggregator.store.sqlite import BATCH_UNITS
from tests.store_contract import NOW, make_article, make_unit

store = open_store(sys.argv[1], now=NOW)
run = store.start_run(now=NOW, command="crawl", version="1")
link = RelatedLink(title="More", url=None, position=1, rule="list")
for number in range(1, 100000):
    store.put(make_unit(make_article(number, related=(link,))), run=run, now=NOW)
    if number % BATCH_UNITS == 0:
        print(number, flush=True)
"""


@pytest.mark.parametrize("batches", [1, 3])
def test_kill_leaves_whole_articles_only_and_no_lock(path: Path, batches: int) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        committed = 0
        for _ in range(batches):
            committed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    with open_store(path, now=NOW):
        pass
    stored = rows(path, "SELECT count(*) FROM article")[0][0]
    assert stored >= committed
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    for part in ("related_link", "near_dup", "fetch", "url"):
        assert rows(path, f"SELECT count(DISTINCT article) FROM {part}") == [(stored,)]
    assert rows(path, "SELECT count(*) FROM article_fts WHERE article_fts MATCH 'curtain'") == [(stored,)]


# ------------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_IOERR | 3 << 8, StoreFull),
        (sqlite3.SQLITE_CORRUPT, DamagedFile),
        (sqlite3.SQLITE_NOTADB, DamagedFile),
        (sqlite3.SQLITE_BUSY, StoreError),
        (sqlite3.SQLITE_CANTOPEN, StoreError),
    ],
)
def test_errors_of_sqlite_become_ours(path: Path, code: int, error: type[StoreError]) -> None:
    cause = sqlite3.OperationalError("it failed")
    cause.sqlite_errorcode = code
    translated = translate(cause, path)
    assert (type(translated), "it failed" in str(translated)) == (error, True)


def test_closed_store_says_so(path: Path) -> None:
    store = open_store(path, now=NOW)
    store.close()
    with pytest.raises(StoreError):
        store.known(["k"])


# ------------------------------------------------------------------------------------------------ what is written


def test_unchanged_article_touches_no_full_text_row(store: SqliteStore, run: int, path: Path) -> None:
    first = store.put(make_unit(make_article()), run=run, now=NOW)
    store.flush()
    index = rows(path, "SELECT id, block FROM article_fts_data")
    store.put(make_unit(make_article(), relation="same", of=first.article), run=run, now=NOW + HOUR)
    store.flush()
    assert rows(path, "SELECT id, block FROM article_fts_data") == index
    assert rows(path, "SELECT last_seen_at, revisions FROM articles") == [("2026-03-14T10:26:53Z", 0)]


def test_parts_of_an_article_are_stored_and_replaced_with_it(store: SqliteStore, run: int, path: Path) -> None:
    parts: dict[str, Any] = {
        "related": (RelatedLink(title="Next", url="https://stage.example/2", position=4, rule="list"),),
        "removed": (Removed(text="Advertisement", rule="ad", position=2),),
        "claims": (ClaimRecord(field="title", value="A", raw="A ", origin="meta:og:title", chosen=True),),
        "mentions": (Mention(raw="Friday", day=NOW.date(), position=0),),
    }
    first = store.put(make_unit(make_article(**parts)), run=run, now=NOW)
    unit = make_unit(make_article(text="Changed.", removed=parts["removed"]), relation="revision", of=first.article)
    store.flush()
    count = "SELECT (SELECT count(*) FROM related_link), (SELECT count(*) FROM removed), (SELECT count(*) FROM claim),"
    count += " (SELECT count(*) FROM mention)"
    assert rows(path, count) == [(1, 1, 1, 1)]
    assert rows(path, "SELECT related_title, rule FROM related") == [("Next", "list")]
    store.put(unit, run=run, now=NOW)
    store.flush()
    assert rows(path, count) == [(0, 1, 0, 0)]


def test_revision_keeps_the_old_version_and_says_what_changed(store: SqliteStore, run: int, path: Path) -> None:
    first = store.put(make_unit(make_article()), run=run, now=NOW)
    newer = make_article(title="Closing night", text="The curtain fell for play 1.\n\nThe house was full.")
    store.put(make_unit(newer, relation="revision", of=first.article), run=run, now=NOW + HOUR)
    dated = replace(newer.publication, instant=NOW) if newer.publication else None
    newest = replace(newer, publication=dated)
    store.put(make_unit(newest, relation="revision", of=first.article), run=run, now=NOW + 2 * HOUR)
    store.flush()
    query = "SELECT number, kind, summary, title, body, seen_at, title_now FROM revisions ORDER BY number"
    assert rows(path, query) == [
        (
            1,
            "title+text",
            "title: Opening night 1 -> Closing night; text +1 -1 paragraphs",
            "Opening night 1",
            make_article().text,
            "2026-03-14T09:26:53Z",
            "Closing night",
        ),
        (
            2,
            "date",
            "date: 2026-03-14T08:26:53Z -> 2026-03-14T09:26:53Z",
            "Closing night",
            None,
            "2026-03-14T10:26:53Z",
            "Closing night",
        ),
    ]
    assert rows(path, "SELECT revisions FROM articles") == [(2,)]


def test_segments_of_a_large_source_stay_few_and_follow_a_redesign(
    store: SqliteStore, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.store.segments.YOUNG", 10)
    monkeypatch.setattr("aggregator.store.segments.HALVE_AT", 20)
    footers = ["Follow our newsletter for more of the same."] * 30 + ["Read everything in our new application."] * 60
    learned = []
    for number, footer in enumerate(footers, start=1):
        text = f"{'Very ' * number}many acts in play {number}.\n\n{footer}"
        store.put(make_unit(make_article(number, text=text)), run=run, now=NOW)
        learned.append(store.segments("stage"))
    store.flush()
    assert len(learned[20]) == len(learned[-1]) == 1
    assert learned[20] != learned[-1]
    assert rows(store.path, "SELECT count(*) < 25, max(pages) < 20 FROM segment") == [(1, 1)]


def test_article_without_title_is_stored(store: SqliteStore, run: int, path: Path) -> None:
    first = store.put(make_unit(make_article(title="")), run=run, now=NOW)
    again = store.put(make_unit(make_article(title=""), relation="revision", of=first.article), run=run, now=NOW)
    assert again.outcome == "unchanged"


def test_removed_article_leaves_a_tombstone_and_nothing_else(store: SqliteStore, run: int, path: Path) -> None:
    original = store.put(make_unit(make_article(1, text="눈물의 여왕")), run=run, now=NOW)
    for number in (2, 3):
        copy = make_unit(make_article(number), relation="duplicate", of=original.article)
        store.put(copy, run=run, now=NOW)
    assert store.remove(make_article(1).url, reason="asked by the author", now=NOW) == original.article
    unit = make_unit(make_article(1))
    assert store.put(unit, run=run, now=NOW).outcome == "skipped"
    store.flush()
    assert rows(path, "SELECT url FROM articles") == [(make_article(2).url,)]
    assert rows(path, "SELECT url, original_url FROM duplicates") == [(make_article(3).url, make_article(2).url)]
    assert rows(path, "SELECT title FROM stories") == [("Opening night 2",)]
    assert rows(path, "SELECT outcome, reason FROM fetch ORDER BY id DESC LIMIT 1") == [("skipped", "tombstone")]
    assert rows(path, "SELECT count(*) FROM near_dup WHERE article = ?", original.article) == [(0,)]
    assert [known.tombstone for known in store.known(_keys(1)).values()] == [True]


def _keys(number: int) -> list[str]:
    from aggregator.urls import url_key

    return [url_key(make_article(number).url)]


def test_removed_ids_are_not_used_again(path: Path) -> None:
    with open_store(path, now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        removed = store.put(make_unit(make_article(1)), run=run, now=NOW).article
        store.remove(make_article(1).url, reason="asked", now=NOW)
    with open_store(path, now=NOW) as store:
        assert store.put(make_unit(make_article(2)), run=run, now=NOW).article != removed
    assert rows(path, "SELECT count(*) FROM story") == [(1,)]


def test_address_never_stored_can_be_shut_out(store: SqliteStore) -> None:
    assert store.remove(make_article(1).url, reason="asked", now=NOW) is None
    assert [known.tombstone for known in store.known(_keys(1)).values()] == [True]


# ------------------------------------------------------------------------------------------------ reading


@pytest.fixture
def reader(store: SqliteStore, run: int, path: Path) -> Iterator[Reader]:
    """A file with two articles, a copy, a rejected page and a finished run."""
    store.save_sources([SOURCE], now=NOW)
    ref = ArchiveRef(segment="a.warc.gz", offset=5, length=7)
    first = store.put(make_unit(make_article(1, tags=("a", "b"), authors=("Ann",)), archive=ref), run=run, now=NOW)
    store.put(make_unit(make_article(2, language=None)), run=run, now=NOW + HOUR)
    store.put(make_unit(make_article(3), relation="duplicate", of=first.article), run=run, now=NOW)
    store.record(make_fetch("https://stage.example/x", outcome="error", reason="dns", status=None), run=run)
    result = CrawlResult(source="stage", new=2, duplicate=1, errors=(("dns", 1),), warnings=("slow",))
    store.finish_source(SourceState(id="stage", last_run_at=NOW, last_success_at=NOW, last_new_at=NOW, failures=1))
    store.finish_run(run, now=NOW + HOUR, status=0, results=[result])
    with open_reader(path) as opened:
        yield opened


def test_export_has_each_article_once_with_its_lists(reader: Reader) -> None:
    first, second = reader.export_rows()
    assert (first.tags, first.authors, first.copies, second.tags) == (("a", "b"), ("Ann",), 1, ())
    assert (first.published_at, first.published_day, first.published_offset) == (
        "2026-03-14T08:26:53Z",
        "2026-03-14",
        0,
    )


def test_export_since_has_what_came_or_changed_later(reader: Reader) -> None:
    assert [row.title for row in reader.export_rows(NOW + HOUR)] == ["Opening night 2"]


def test_article_is_found_by_address_and_a_copy_leads_to_its_original(reader: Reader) -> None:
    for number in (1, 3):
        found = reader.article_by_url(make_article(number).url)
        assert found is not None
        assert found.title == "Opening night 1"
    assert reader.article_by_url("https://stage.example/never") is None


def test_raw_page_is_found_by_address(reader: Reader) -> None:
    assert reader.page_ref(make_article(1).url) == ArchiveRef(segment="a.warc.gz", offset=5, length=7)
    assert reader.page_ref(make_article(2).url) is None


def test_stats_count_everything(reader: Reader) -> None:
    stats = reader.stats()
    assert (stats.articles, stats.duplicates, stats.fetches, stats.sources, stats.stories) == (2, 1, 4, 1, 2)
    assert (stats.first_day, stats.by_source, stats.by_reason) == ("2026-03-14", (("stage", 2),), (("dns", 1),))
    assert stats.by_language == (("en", 1), ("unknown", 1))
    assert stats.words == 2 * len(make_article().text.split())


def test_one_page_fetched_by_hand_is_not_the_latest_crawl(path: Path) -> None:
    """`fetch --save` has a run of its own; the view tells how the latest crawl went."""
    with open_store(path, now=NOW) as store:
        crawled, _ = (store.start_run(now=NOW, command=command, version="1") for command in ("crawl", "fetch"))
    assert rows(path, "SELECT run FROM last_run") == [(crawled,)]


def test_last_run_and_health_are_records(reader: Reader) -> None:
    [line] = reader.last_run()
    assert (line.source, line.new, line.duplicate, line.reasons, line.warnings, line.status) == (
        "stage",
        2,
        1,
        (("dns", 1),),
        ("slow",),
        0,
    )
    [health] = reader.source_health()
    assert (health.source, health.state, health.articles, health.warnings) == ("stage", "failing", 3, ("slow",))


def test_source_that_left_the_list_is_off_and_one_that_was_not_named_is_not(store: SqliteStore, path: Path) -> None:
    other = replace(SOURCE, id="other")
    store.save_sources([SOURCE, other], now=NOW, complete=True)
    store.save_sources([SOURCE], now=NOW)
    with open_reader(path) as reader:
        store.flush()
        assert [row.state for row in reader.source_health()] == ["never run", "never run"]
        store.save_sources([SOURCE], now=NOW, complete=True)
        store.flush()
        assert [row.state for row in reader.source_health()] == ["off", "never run"]


def test_forked_worker_does_not_outlive_the_lock(path: Path) -> None:
    """A worker process that is left behind by a kill holds nothing."""
    with subprocess.Popen([sys.executable, "-c", FORKED, path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
        process.wait()
        try:
            open_store(path, now=NOW).close()
        finally:
            os.kill(child, signal.SIGKILL)


FORKED = """
import os, sys, time
from aggregator.store import open_store
from tests.store_contract import NOW

store = open_store(sys.argv[1], now=NOW)
if os.fork() == 0:
    print(os.getpid(), flush=True)
time.sleep(60)
"""


def test_candidates_can_be_asked_for_by_a_reader(reader: Reader) -> None:
    print_ = make_article(1).fingerprint
    assert print_ is not None
    assert [candidate.id for candidate in reader.candidates(keys=[], fingerprint=print_)] == [1]


def test_views_answer_without_a_join(reader: Reader, path: Path) -> None:
    assert rows(path, "SELECT day, source, sum(articles) FROM articles_by_day GROUP BY 1, 2") == [
        ("2026-03-14", "stage", 2)
    ]
    assert rows(path, "SELECT articles, sources, source_list FROM stories ORDER BY 1") == [
        (1, 1, '["stage"]'),
        (2, 1, '["stage"]'),
    ]
    assert rows(path, "SELECT original_url, containment, evidence FROM duplicates") == [
        (make_article(1).url, 0.9, "shared paragraphs")
    ]
    assert rows(path, "SELECT count(*) FROM story_article") == [(3,)]


def test_record_keeps_a_half_surrogate_out(store: SqliteStore, run: int) -> None:
    fetch = FetchRecord(url="https://stage.example/\udc80", outcome="error", reason="bad_url", fetched_at=NOW)
    store.record(fetch, run=run)
    store.flush()
    assert rows(store.path, "SELECT url FROM fetch") == [("https://stage.example/?",)]


def test_after_a_failed_commit_nothing_more_is_written(store: SqliteStore, run: int, path: Path) -> None:
    """What is written later could say that the lost pages are settled, and the next run would not ask for them."""

    def fail() -> None:
        raise StoreFull("no room for the raw pages")

    store.flush()
    store.put(make_unit(make_article(1)), run=run, now=NOW)
    store.before_commit = fail
    with pytest.raises(StoreFull):
        store.flush()
    store.before_commit = None
    with pytest.raises(StoreError, match="earlier write failed"):
        store.record(make_fetch("https://stage.example/other"), run=run)
    store.close()
    assert rows(path, "SELECT count(*) FROM fetch") == [(0,)]


def test_a_page_without_an_address_is_refused(store: SqliteStore, run: int) -> None:
    nameless = make_article(url="", requested_url="", final_url="")
    with pytest.raises(StoreError, match="without an address"):
        store.put(make_unit(nameless, fetch=make_fetch("")), run=run, now=NOW)
