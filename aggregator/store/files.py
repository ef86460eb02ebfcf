"""The file itself: is it ours, is it sound, how is it opened, and what do SQLite's errors mean for people?"""

import errno
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from aggregator.errors import DamagedFile, ForeignFile, NewerSchema, StoreError, StoreFull

APPLICATION_ID: Final = 0x4E657773  # "News"; stands in the header, so `file` and other programs can tell whose it is
BUSY_SECONDS: Final = (
    60  # longer than anybody holds a lock: five seconds (Python's default) lose articles to a slow analyst
)
_MAGIC: Final = b"SQLite format 3\x00"
_QUICK_CHECK_LIMIT: Final = 32 * 1024 * 1024  # bytes; a check of more costs a run too much, `doctor` does it
_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NO_SIDE_FILES: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
_WAITING: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@contextmanager
def guard(path: Path) -> Iterator[None]:
    """The one door at which the errors of SQLite and of the disk become ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error, path) from error
    except OSError as error:
        raise translate_os(error, path) from error


def translate(error: sqlite3.Error, path: Path) -> StoreError:
    """What an error of SQLite means: no room or a failing disk, a damaged file, a foreign lock, or something else."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # extended codes keep the primary one in the low byte
    subject = str(path)
    if code in _FULL:
        hint = "what was committed is kept; make room and run again"
        return StoreFull(f"there is no room, or the disk failed: {error}", subject=subject, hint=hint)
    if code in _DAMAGED:
        return DamagedFile(f"the file is damaged: {error}", subject=subject, hint="restore a backup; see `doctor`")
    if code in _WAITING:
        return StoreError(f"another program held the file for over {BUSY_SECONDS} seconds: {error}", subject=subject)
    return StoreError(f"the store cannot be used: {error}", subject=subject)


def translate_os(error: OSError, path: Path) -> StoreError:
    """What an error of the operating system means: no room or a failing disk, or something else."""
    if error.errno in _NO_ROOM:
        return StoreFull(f"there is no room, or the disk failed: {error.strerror}", subject=str(path))
    return StoreError(f"the store cannot be used: {error.strerror}", subject=str(path))


def inspect(path: Path, *, newest: int, thorough: bool = True) -> int:
    """The schema version of a file; 0 when there is none yet. Nothing is written. `thorough` looks at all pages of a small file.

    Raises DamagedFile, ForeignFile or NewerSchema (newer than `newest`), StoreError when it cannot be read.
    """
    header, size = _read_header(path)
    if not size:
        return 0
    _check_header(path, header, newest)
    if not _has_wal(path):
        _check_length(path, header, size)
    with guard(path), closing(connect_reader(path)) as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        _check_version(path, version, newest)
        if thorough:
            _check_pages(path, connection, size)
    return version


def _read_header(path: Path) -> tuple[bytes, int]:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # opening a pipe would wait for ever, reading a device would do harm
            kind = "a directory" if stat.S_ISDIR(found.st_mode) else "a device or pipe"
            raise StoreError(f"this is {kind}, no file", subject=str(path), hint="name a database with --db")
        with path.open("rb") as file:
            return file.read(100), found.st_size
    except FileNotFoundError:
        return b"", 0
    except OSError as error:
        raise StoreError(f"the file cannot be read: {error.strerror}", subject=str(path)) from error


def _check_header(path: Path, header: bytes, newest: int) -> None:
    """The header's fields by their place: https://sqlite.org/fileformat2.html#the_database_header."""
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise DamagedFile("this is not a database, or a damaged one", subject=str(path), hint="it is left untouched")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise ForeignFile("this database belongs to another program", subject=str(path), hint="it is left untouched")
    _check_version(path, int.from_bytes(header[60:64], "big", signed=True), newest)


def _check_version(path: Path, version: int, newest: int) -> None:
    if version > newest:
        message = f"the file has schema {version}, newer than this release knows ({newest})"
        raise NewerSchema(message, subject=str(path), hint="install the newer release; the file is left untouched")
    if version < 1:
        raise ForeignFile(f"the file has no schema of ours ({version})", subject=str(path), hint="it is left untouched")


def _check_length(path: Path, header: bytes, size: int) -> None:
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if size < pages * (65536 if page == 1 else page):
        raise DamagedFile("the file is damaged: its end is missing", subject=str(path), hint="it is left untouched")


def _check_pages(path: Path, connection: sqlite3.Connection, size: int) -> None:
    if size > _QUICK_CHECK_LIMIT:
        return
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DamagedFile(
            f"the file is damaged: {found}", subject=str(path), hint="restore a backup; it is left untouched"
        )


def _has_wal(path: Path) -> bool:
    """Whether committed pages may still stand in the write-ahead log (then the header's length says nothing)."""
    wal = beside(path, "-wal")
    return wal.exists() and wal.stat().st_size > 0


def beside(path: Path, suffix: str) -> Path:
    """A file that goes with a database: beside the file itself, whatever link it was reached by."""
    real = Path(os.path.realpath(path))
    return real.with_name(real.name + suffix)


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; it waits for nobody, as readers of a write-ahead log need not.

    Where the folder takes no files of a reader's own (a read-only disk, another person's folder) and no log stands beside the
    file, nobody is writing, and the file is read as one that does not change.
    """
    connection = _connect_reading(path, "mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _NO_SIDE_FILES or _has_wal(path):
            raise
        return _connect_reading(path, "immutable=1")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect_reading(path: Path, how: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    return connection


def connect_writer(path: Path) -> sqlite3.Connection:
    """The writer's connection: every commit is on the disk before it returns (WAL, synchronous=FULL), keys are checked."""
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256, check_same_thread=False
    )
    try:
        for pragma in (
            "foreign_keys = ON",
            "synchronous = FULL",
            "journal_mode = WAL",
            "journal_size_limit = 67108864",
            "cache_size = -32768",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
