"""The store in a SQLite file: one writer behind a kernel lock, batches of whole units, readers whenever they like."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from aggregator.errors import AggregatorError, StoreError
from aggregator.models import (
    ArchiveRef,
    Article,
    Candidate,
    CrawlResult,
    FetchRecord,
    Fingerprint,
    Source,
    Stored,
    StoryCandidate,
    Unit,
)
from aggregator.state import KnownUrl, Lease, ListingState, Rendering, SourceState

from . import articles, crawl_state, likeness, migrations, reindex, removal, renewal, rulings, segments
from .files import connect_writer, guard, inspect
from .lock import Lock

BATCH_UNITS: Final = 500  # one sync for so many pages; a kill loses at most these, and the next run fetches them again
MEMORY: Final = ":memory:"
BATCH_SECONDS: Final = 1.0  # a slow crawl commits at least this often when something is written

_T = TypeVar("_T")


def open_store(path: str | Path, *, now: datetime, owner: str = "") -> "SqliteStore":
    """Open the file for writing; a missing or empty one is made, one of an earlier release is brought up to date.

    `:memory:` is a store without a file, for dry runs. `owner` is what the lock file says of us, by default the command line.
    Raises Busy when another process writes to the file, and DamagedFile, ForeignFile, NewerSchema or StoreError when it
    cannot be used; the file is then untouched.
    """
    place = Path(path)
    if str(path) == MEMORY:
        return _in_memory(place)
    inspect(place, newest=migrations.NEWEST, thorough=False)
    _make_folder(place)
    lock = Lock(place, now=now, owner=owner or " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]))
    try:
        version = inspect(place, newest=migrations.NEWEST)  # again: now nobody else changes it
        if version == 0:
            migrations.create(place)
        elif version < migrations.NEWEST:
            migrations.upgrade(place)
        with guard(place):
            db = connect_writer(place)
            db.execute("DELETE FROM lease")  # we alone hold the file: what a run that was killed had claimed is free
            return SqliteStore(place, db, lock)
    except AggregatorError:
        lock.release()
        raise


def _in_memory(path: Path) -> "SqliteStore":
    db = connect_writer(path)
    migrations.apply(db)
    return SqliteStore(path, db, None)


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder cannot be made: {error.strerror}", subject=str(path.parent)) from error


class SqliteStore:
    """Implements `Store`. Made by `open_store`; used by one thread at a time; a context manager that closes it."""

    def __init__(
        self, path: Path, db: sqlite3.Connection, lock: Lock | None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.path = path
        self._db = db
        self._lock = lock
        self._monotonic = monotonic
        self._closed = False
        self._units = 0
        self._since = 0.0
        self._failed = False
        self.before_commit: Callable[[], object] | None = None
        """Called before every commit: what rows refer to (the archive) must be on the disk before they are."""
        self._ids = articles.Ids(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -------------------------------------------------------------------------------------------- life

    def close(self) -> None:
        """Commit the open batch and let go of the file, whatever happens. A closed store stays closed."""
        if self._closed:
            return
        self._closed = True
        try:
            self.flush()
        finally:
            with suppress(sqlite3.Error):  # everything is committed or reported by now
                self._db.close()
            if self._lock is not None:
                self._lock.release()

    def flush(self) -> None:
        """Commit the open batch now."""
        if not self._db.in_transaction:
            return
        with guard(self.path):
            try:
                if self.before_commit is not None:
                    self.before_commit()
                self._db.execute("COMMIT")
            except BaseException:
                self._failed = True
                self._rollback("ROLLBACK")
                raise
            finally:
                self._units = 0

    def flush_if_due(self) -> None:
        """Commit the open batch if it is older than BATCH_SECONDS; for a timer, so that a quiet crawl holds no lock."""
        if self._db.in_transaction and self._monotonic() - self._since >= BATCH_SECONDS:
            self.flush()

    @contextmanager
    def _unit(self) -> Iterator[None]:
        """All or nothing, inside the open batch; the batch is committed when it is large or old enough."""
        if self._failed:
            raise StoreError("an earlier write failed, so nothing more is written", subject=str(self.path))
        with guard(self.path):
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
                self._since = self._monotonic()
            self._db.execute("SAVEPOINT unit")
            try:
                yield
            except BaseException as error:
                self._failed = isinstance(error, sqlite3.Error)
                self._rollback("ROLLBACK TO unit", "RELEASE unit")
                raise
            self._db.execute("RELEASE unit")
            self._units += 1
        if self._units >= BATCH_UNITS:
            self.flush()
        self.flush_if_due()

    def _rollback(self, *statements: str) -> None:
        """Undo; SQLite may have done so already (full disk), and the first error is the one to report."""
        with suppress(sqlite3.Error):
            for statement in statements:
                if self._db.in_transaction:
                    self._db.execute(statement)

    # -------------------------------------------------------------------------------------------- runs, sources, leases

    def start_run(self, *, now: datetime, command: str, version: str) -> int:
        """See Store. Committed at once."""
        run = self._ids.next("run")
        with self._unit():
            crawl_state.start_run(self._db, run, now=now, command=command, version=version)
        self.flush()
        return run

    def finish_run(self, run: int, *, now: datetime, status: int, results: Sequence[CrawlResult]) -> None:
        """See Store. Committed at once."""
        with self._unit():
            crawl_state.finish_run(self._db, run, now=now, status=status, results=results)
        self.flush()

    def save_sources(self, sources: Iterable[Source], *, now: datetime, complete: bool = False) -> None:
        """See Store."""
        with self._unit():
            crawl_state.save_sources(self._db, sources, now=now, complete=complete)

    def source_state(self, source: str) -> SourceState:
        """See Store."""
        with guard(self.path):
            return crawl_state.source_state(self._db, source)

    def finish_source(self, state: SourceState) -> None:
        """See Store."""
        with self._unit():
            crawl_state.finish_source(self._db, state)

    def rendering(self, source: str) -> Rendering:
        """See Store."""
        with guard(self.path):
            return crawl_state.rendering(self._db, source)

    def save_rendering(self, state: Rendering) -> None:
        """See Store."""
        with self._unit():
            crawl_state.save_rendering(self._db, state)

    def claim(self, key: str, *, owner: str, now: datetime, until: datetime) -> Lease | None:
        """See Store. Committed at once, or others would not see it."""
        with self._unit():
            lease = crawl_state.claim(self._db, Lease(key=key, owner=owner, until=until), now=now)
        self.flush()
        return lease

    def renew(self, lease: Lease, *, until: datetime, now: datetime) -> Lease | None:
        """See Store. Committed at once."""
        with self._unit():
            renewed = crawl_state.renew(self._db, lease, until=until, now=now)
        self.flush()
        return renewed

    def release(self, lease: Lease) -> None:
        """See Store."""
        with self._unit():
            crawl_state.release(self._db, lease)

    # -------------------------------------------------------------------------------------------- addresses and listings

    def known(self, keys: Iterable[str]) -> dict[str, KnownUrl]:
        """See Store."""
        with guard(self.path):
            return crawl_state.known(self._db, keys)

    def due_articles(self, source: str, *, now: datetime, limit: int) -> tuple[KnownUrl, ...]:
        """See Store."""
        with guard(self.path):
            return crawl_state.due(self._db, source, now=now, limit=limit)

    def listing_state(self, url: str) -> ListingState:
        """See Store."""
        with guard(self.path):
            return crawl_state.listing_state(self._db, url)

    def save_listing(self, state: ListingState) -> None:
        """See Store."""
        with self._unit():
            crawl_state.save_listing(self._db, state)

    # -------------------------------------------------------------------------------------------- identity

    def candidates(
        self, *, keys: Sequence[str], fingerprint: Fingerprint, limit: int = 20, url: str | None = None
    ) -> tuple[Candidate, ...]:
        """See Store."""
        with guard(self.path):
            return likeness.candidates(self._db, keys=keys, fingerprint=fingerprint, limit=limit, url=url)

    def story_candidates(
        self, *, terms: Sequence[str], since: datetime, language: str | None
    ) -> tuple[StoryCandidate, ...]:
        """See Store."""
        with guard(self.path):
            return likeness.story_candidates(self._db, terms=terms, since=since, language=language)

    def segments(self, source: str) -> frozenset[int]:
        """See Store."""
        with guard(self.path):
            return segments.repeated(self._db, source)

    # -------------------------------------------------------------------------------------------- writing

    def put(self, unit: Unit, *, run: int, now: datetime) -> Stored:
        """See Store."""
        try:
            return self._put(unit, run, now)
        except UnicodeEncodeError:  # half of a surrogate pair, as JSON can smuggle in: SQLite cannot hold it
            return self._put(scrub(unit), run, now)

    def _put(self, unit: Unit, run: int, now: datetime) -> Stored:
        with self._unit():
            return articles.put(self._db, self._ids, unit, run=run, now=now)

    def record(self, fetch: FetchRecord, *, run: int) -> None:
        """See Store."""
        with self._unit():
            articles.record(self._db, self._ids, scrub(fetch), run=run)

    def is_removed(self, unit: Unit) -> bool:
        """See Store."""
        with guard(self.path):
            try:
                return articles.is_removed(self._db, unit)
            except UnicodeEncodeError:
                return articles.is_removed(self._db, scrub(unit))

    def raw_pages(self, url: str) -> tuple[ArchiveRef, ...]:
        """Where the raw pages of an article lie in the archive."""
        with guard(self.path):
            return removal.raw_pages(self._db, url)

    def raw_pages_before(self, before: datetime) -> tuple[ArchiveRef, ...]:
        """Where the raw pages of the articles lie whose texts `drop_texts` drops."""
        with guard(self.path):
            return removal.raw_pages_before(self._db, before)

    def remove(self, url: str, *, reason: str, now: datetime) -> int | None:
        """Delete an article on request and leave a tombstone, so that it is never asked for again. Returns its id, or None.

        What is deleted is overwritten in the file, too.
        """
        self._overwrite_deleted()
        with self._unit():
            return removal.remove(self._db, url, reason=reason, now=now)

    def drop_texts(self, *, before: datetime, now: datetime) -> int:
        """Empty the texts of articles that are older than an instant, and keep the facts about them. Returns how many."""
        self._overwrite_deleted()
        with self._unit():
            return removal.drop_texts(self._db, before=before, now=now)

    def raw_articles(self, *, source: str | None, since: datetime | None) -> Iterator[renewal.RawArticle]:
        """Articles and where their raw pages lie; those of a source, or those stored since an instant."""
        with guard(self.path):
            yield from renewal.raw_articles(self._db, source=source, since=since)

    def differences(self, article: int, result: Article) -> tuple[str, ...]:
        """Columns of a stored article that another reading of its page fills in another way."""
        with guard(self.path):
            return renewal.differences(self._db, article, scrub(result))

    def put_anew(self, article: int, result: Article, *, now: datetime) -> tuple[str, ...]:
        """Put another reading of its page in the place of an article, without a new version; the columns that changed."""
        with self._unit():
            return renewal.put_anew(self._db, article, scrub(result), now=now)

    def _overwrite_deleted(self) -> None:
        self.flush()
        with guard(self.path):
            self._db.execute("PRAGMA secure_delete = ON")

    def merge(self, copy: str, original: str, *, reason: str, now: datetime) -> tuple[int, int]:
        """Rule that one article is a copy of another. Returns both ids, the original's last; raises UsageError."""
        with self._unit():
            return rulings.merge(self._db, copy, original, reason=reason, now=now)

    def split(self, copy: str, *, reason: str, now: datetime) -> tuple[int, int]:
        """Rule that a copy is an article of its own. Returns its id and that of its former original; raises UsageError."""
        with self._unit():
            return rulings.split(self._db, copy, reason=reason, now=now)

    def reindex(self) -> tuple[int, int]:
        """Make fingerprints and copies anew from the texts, in one transaction. Returns how many were read, and how many changed."""
        with self._unit():
            return reindex.reindex(self._db)


def scrub(value: _T) -> _T:
    """The same record with a replacement character for each code point that is no character (half of a surrogate pair)."""
    result: Any = value
    if isinstance(value, str):
        result = value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    elif isinstance(value, tuple):
        result = tuple(map(scrub, value))
    elif is_dataclass(value) and not isinstance(value, type):
        result = replace(value, **{f.name: scrub(getattr(value, f.name)) for f in fields(value)})
    return result  # type: ignore[no-any-return]
