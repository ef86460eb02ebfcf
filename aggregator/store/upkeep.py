"""Looking after a file: is all well, bring it up to date, copy it."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from aggregator.errors import Busy, StoreError

from . import migrations
from .files import connect_reader, connect_writer, guard, inspect
from .lock import Lock, holder, is_locked
from .times import to_text

_FREE_BYTES: Final = 500 * 1024 * 1024
_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at. `sentence` says what was found and, when it is not well, what to do."""

    name: str
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A migration step of a file; `applied_at` is None while it is pending."""

    name: str
    applied_at: str | None


# ------------------------------------------------------------------------------------------------ migrate, backup


def steps(path: str | Path) -> tuple[Step, ...]:
    """All migration steps, in order, with those that the file lacks."""
    place = existing(path)
    with guard(place), closing(connect_reader(place)) as db:
        done = dict(migrations.applied(db))
    return tuple(Step(name=name, applied_at=done.get(name)) for name in migrations.STEPS)


def migrate(path: str | Path, *, now: datetime, owner: str = "migrate") -> tuple[str, ...]:
    """Bring a file of an earlier release up to date; returns the names of the steps that it lacked. Raises Busy while a crawl runs."""
    place = existing(path)
    lock = Lock(place, now=now, owner=owner)
    try:
        pending = tuple(step.name for step in steps(place) if step.applied_at is None)
        if pending:
            migrations.upgrade(place)
    finally:
        lock.release()
    return pending


def backup(path: str | Path, target: str | Path) -> Path:
    """Copy a file as it is at this moment, also while a crawl writes to it. Nothing is overwritten."""
    place, goal = existing(path), Path(target)
    if goal.exists():
        raise StoreError("the target exists and is not overwritten", subject=str(goal))
    building = goal.with_name(f".{goal.name}.{os.getpid()}.new")
    try:
        with guard(place), closing(connect_reader(place)) as db:
            db.execute("PRAGMA query_only = OFF")  # the file is still opened read-only; only the copy is written
            db.execute("VACUUM INTO ?", (str(building),))
        _publish(building, goal)
    finally:
        building.unlink(missing_ok=True)
    return goal


def _publish(building: Path, goal: Path) -> None:
    """Give a finished file its name; a link, unlike a rename, never replaces what came there meanwhile."""
    try:
        with building.open("rb") as file:
            os.fsync(file.fileno())
        _name(building, goal)
    except OSError as error:
        raise StoreError(f"the backup cannot be written: {error.strerror}", subject=str(goal)) from error


def _name(building: Path, goal: Path) -> None:
    try:
        os.link(building, goal)
    except PermissionError:  # what a file system without links says (FAT, some network shares)
        if goal.exists():
            raise
        building.rename(goal)


def existing(path: str | Path) -> Path:
    """The path of a file that is there and ours. Raises StoreError."""
    place = Path(path)
    if inspect(place, newest=migrations.NEWEST, thorough=False) == 0:
        raise StoreError("there is no such database", subject=str(place), hint="a crawl makes it")
    return place


# ------------------------------------------------------------------------------------------------ doctor


def doctor(path: str | Path, *, now: datetime) -> tuple[Check, ...]:
    """Look at everything that can be wrong with a file and its surroundings. Changes nothing; never raises for what it finds."""
    place = Path(path)
    checks = [check_sqlite(sqlite3.sqlite_version_info), _check_lock(place), _check_disk(place), _check_mount(place)]
    try:
        version = inspect(existing(place), newest=migrations.NEWEST)
    except StoreError as error:
        return (*checks, Check(name="file", ok=False, sentence=str(error)))
    checks += [Check(name="file", ok=True, sentence="a database of ours"), _check_schema(version)]
    if version < migrations.NEWEST:
        return tuple(checks)
    with closing(connect_reader(place)) as db:
        checks += _inner_checks(place, db, now)
    return (*checks, _check_full_text(place, now))


def check_sqlite(version: tuple[int, int, int]) -> Check:
    """SQLite 3.7.0 to 3.51.2 can lose commits when two connections write and checkpoint (the WAL-reset bug); 3.50.7 and 3.44.6
    have the cure as well (sqlite.org/wal.html, section on the WAL-reset bug)."""
    cured = (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45) or version < (3, 7)
    )
    text = ".".join(map(str, version))
    if cured:
        return Check(name="SQLite", ok=True, sentence=f"version {text}, without the WAL-reset bug")
    sentence = f"version {text} has the WAL-reset bug; harmless as long as only this program writes to the file"
    return Check(name="SQLite", ok=True, sentence=sentence)


def _check_lock(path: Path) -> Check:
    if not is_locked(path):
        return Check(name="lock", ok=True, sentence="no run is active")
    said = holder(path)
    who = f"process {said.get('pid', '?')} ({said.get('command') or '?'}) since {said.get('since', '?')}"
    return Check(name="lock", ok=True, sentence=f"a run is active: {who}")


def _check_disk(path: Path) -> Check:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free
    size = path.stat().st_size if path.exists() else 0
    enough = free >= max(_FREE_BYTES, size)
    sentence = f"{free // 1_000_000} MB free" + (
        "" if enough else f"; {max(_FREE_BYTES, size) // 1_000_000} MB are advised"
    )
    return Check(name="disk", ok=enough, sentence=sentence)


def _check_mount(path: Path) -> Check:
    kind = file_system(path, _mounts())
    if kind in _NETWORK:
        sentence = (
            f"the file is on a network file system ({kind}), where SQLite's locks do not hold; move it to a local disk"
        )
        return Check(name="file system", ok=False, sentence=sentence)
    return Check(name="file system", ok=True, sentence=f"{kind}, local")


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux
        return ""


def file_system(path: Path, mounts: str) -> str:
    """The kind of file system a path is on, by the longest mount point above it (format of fstab(5)); `unknown` without one."""
    target = f"{path.absolute()}/"
    best, kind = "", "unknown"
    for line in mounts.splitlines():
        fields = line.split()
        point = fields[1].replace("\\040", " ").rstrip("/") + "/" if len(fields) > 2 else "/"
        if len(fields) > 2 and target.startswith(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def _check_schema(version: int) -> Check:
    if version == migrations.NEWEST:
        return Check(name="schema", ok=True, sentence=f"version {version}, up to date")
    sentence = f"version {version} of {migrations.NEWEST}; run `aggregator migrate`"
    return Check(name="schema", ok=False, sentence=sentence)


def _inner_checks(path: Path, db: sqlite3.Connection, now: datetime) -> Iterator[Check]:
    checks: tuple[Callable[[], Check], ...] = (
        lambda: _check_integrity(db),
        lambda: _check_keys(db),
        lambda: _check_sources(db),
        lambda: _check_clock(db, now),
    )
    for check in checks:
        try:
            with guard(path):
                yield check()
        except StoreError as error:
            yield Check(name="integrity", ok=False, sentence=str(error))


def _check_integrity(db: sqlite3.Connection) -> Check:
    found = [row[0] for row in db.execute("PRAGMA integrity_check(5)")]
    if found == ["ok"]:
        return Check(name="integrity", ok=True, sentence="all pages and indexes are sound")
    return Check(name="integrity", ok=False, sentence=f"damaged, restore a backup: {'; '.join(found)}")


def _check_keys(db: sqlite3.Connection) -> Check:
    broken = sorted({row[0] for row in db.execute("PRAGMA foreign_key_check")})
    sentence = f"rows that point to nothing in {', '.join(broken)}" if broken else "every row points to one that exists"
    return Check(name="keys", ok=not broken, sentence=sentence)


def _check_sources(db: sqlite3.Connection) -> Check:
    query = "SELECT source FROM source_health WHERE state <> 'off' AND last_run_at IS NOT NULL AND last_success_at IS NULL ORDER BY 1"
    failing = [row[0] for row in db.execute(query)]
    sentence = (
        f"never succeeded: {', '.join(failing)}" if failing else "every source that ran has succeeded at least once"
    )
    return Check(name="sources", ok=not failing, sentence=sentence)


def _check_clock(db: sqlite3.Connection, now: datetime) -> Check:
    newest = db.execute(
        "SELECT max(at) FROM (SELECT max(started_at) AS at FROM run UNION SELECT max(last_seen_at) FROM article)"
    ).fetchone()[0]
    if newest is not None and newest > to_text(now):
        return Check(
            name="clock", ok=False, sentence=f"the clock says {to_text(now)}, but the file has entries of {newest}"
        )
    return Check(name="clock", ok=True, sentence=f"{to_text(now)}, after everything stored")


def _check_full_text(path: Path, now: datetime) -> Check:
    """FTS5's own check needs a connection that may write, so it waits for no run; it is rolled back."""
    try:
        lock = Lock(path, now=now, owner="doctor")
    except (Busy, StoreError):
        return Check(name="full text", ok=True, sentence="not looked at, because a run is active")
    try:
        with guard(path), closing(connect_writer(path)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)")
            db.execute("INSERT INTO article_forms (article_forms) VALUES ('integrity-check')")
            db.execute("ROLLBACK")
    except StoreError as error:
        return Check(name="full text", ok=False, sentence=f"it does not fit the texts: {error}")
    finally:
        lock.release()
    return Check(name="full text", ok=True, sentence="the search index fits the texts")
