"""What the crawl of one source works with and counts. One Job per source and run; nothing is global."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from .archive import Archive
from .config import Config
from .errors import StoreError
from .models import Article, CrawlResult, FetchKind, FetchRecord, Page, Reason, Rejection, Source, Unit
from .pool import WorkerPool
from .store.base import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An address that a dry run would fetch, or not, and why not."""

    url: str
    fetch: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """A page on its way through the pipelines."""

    page: Page
    result: Article | Rejection
    unit: Unit | None = None


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one source's crawl, as they grow."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    listings_asked: int = 0
    found: int = 0
    requests: int = 0
    bytes: int = 0
    retry_after: float = 0.0  # seconds that a server asked to be left alone for
    ttl: int = 0  # seconds that a listing says it stays the same
    warnings: list[str] = field(default_factory=list)

    def count(self, record: FetchRecord) -> None:
        """Add one ended address."""
        self.outcomes[record.outcome] += 1
        self.bytes += record.bytes or 0
        bucket = {"rejected": self.rejected, "error": self.errors, "skipped": self.skipped}.get(record.outcome)
        if bucket is not None:
            bucket[record.reason or "unknown"] += 1

    def result(self, source: str, *, seconds: float, failure: str | None) -> CrawlResult:
        """The counts as the record that is stored and printed."""
        return CrawlResult(
            source=source,
            new=self.outcomes["new"],
            updated=self.outcomes["updated"],
            unchanged=self.outcomes["unchanged"],
            duplicate=self.outcomes["duplicate"],
            rejected=tuple(sorted(self.rejected.items())),
            errors=tuple(sorted(self.errors.items())),
            skipped=tuple(sorted(self.skipped.items())),
            listings=self.outcomes["listing"],
            found=self.found,
            requests=self.requests,
            bytes=self.bytes,
            seconds=seconds,
            failure=failure,
            warnings=tuple(self.warnings),
        )


@dataclass(slots=True, kw_only=True)
class FetchJob:
    """What a spider needs to fetch: limits, a clock, and where to note how each address ended."""

    source: Source
    config: Config
    clock: Callable[[], datetime]
    sink: Callable[[FetchRecord], None] = lambda _record: None
    tally: Tally = field(default_factory=Tally)
    waiting: dict[str, FetchKind] = field(default_factory=dict)  # address -> kind: asked for and without an outcome yet
    abandon: Callable[[], None] = lambda: None  # notes what is still open; set by the spider

    def record(self, fetch: FetchRecord) -> None:
        """Note how an address ended."""
        self.waiting.pop(fetch.url, None)
        self.tally.count(fetch)
        self.sink(fetch)

    def skip(self, url: str, reason: Reason, detail: str = "") -> None:
        """Note an address that is not asked for."""
        now = self.clock()
        self.record(
            FetchRecord(
                url=url, source=self.source.id, outcome="skipped", reason=reason, detail=detail or None, fetched_at=now
            )
        )


@dataclass(slots=True, kw_only=True)
class Job(FetchJob):
    """One source in one run: what its crawl needs, and what came of it."""

    store: Store
    pool: WorkerPool
    archive: Archive | None
    run: int
    dry_run: bool = False
    planned: list[Planned] = field(default_factory=list)
    on_progress: Callable[["Job"], None] = lambda _job: None
    store_error: StoreError | None = None
    finished: bool = False
    stop: Callable[[str], None] = lambda _reason: None  # ends the crawl; set when it has begun

    def __post_init__(self) -> None:
        """Records go to the store."""
        self.sink = self._store

    def _store(self, fetch: FetchRecord) -> None:
        """In a dry run records are only counted."""
        if not self.dry_run:
            self.guarded(lambda: self.store.record(fetch, run=self.run))
        self.on_progress(self)

    def guarded(self, write: Callable[[], object]) -> None:
        """Write to the store; its first failure is kept, so that the crawl ends with it and not as "finished"."""
        if self.store_error:
            return
        try:
            write()
        except StoreError as error:
            self.store_error = error
            self.stop("store")
