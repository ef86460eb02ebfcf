"""What the crawl of one source works with and counts. One Job per source and run; nothing is global."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Final, TypeVar

from .archive import Archive
from .browser import Browser
from .config import Config
from .errors import BrowserError, StoreError
from .models import REASONS, Article, CrawlResult, FetchKind, FetchRecord, Page, Reason, Rejection, Source, Unit
from .pool import WorkerPool
from .store.base import Store

T = TypeVar("T")

ROWS_LEFT: Final = (
    1000  # addresses that one run puts on record as left for the next; a sitemap can name 50,000, the rest are counted
)
WARNINGS: Final = 100  # kept of one source and run
MISSES: Final = 5
"""Pages in a row that a browser showed and that became no article, after which only one a run is tried."""
ANSWERED: Final = ("new", "updated", "unchanged", "duplicate", "rejected")
"""Outcomes of a page that came."""
_LEFT: Final = frozenset({Reason.LIMIT, Reason.INTERRUPTED})


class Pace:
    """Whose turn it is at a host. All sources of a run share it, as several may have their feeds on one host.

    Scrapy's own delays belong to one crawl, and what waits in them cannot be called off.
    """

    def __init__(self, delay: float = 0.0, *, stopping: asyncio.Event | None = None) -> None:
        """Take the least seconds between two requests to one host, and what tells that the run ends."""
        self._delay = delay
        self._stopping = stopping or asyncio.Event()
        self._delays: dict[str, float] = {}  # of hosts that want a longer one
        self._last: dict[str, float] = {}  # host -> monotonic time of the last request
        self._held: dict[str, float] = {}  # host -> monotonic time until which everybody waits
        self._closed: dict[str, float] = {}  # host -> monotonic time until which nobody asks or waits

    def slow_down(self, host: str, delay: float) -> None:
        """A host wants more seconds between two requests."""
        self._delays[host] = max(delay, self._delay)

    def hold(self, host: str, seconds: float) -> None:
        """A host wants to be left alone for a while that can be waited for."""
        self._held[host] = monotonic() + seconds

    def close(self, host: str, seconds: float) -> None:
        """A host wants to be left alone for longer than a run can wait."""
        self._closed[host] = monotonic() + seconds

    def closed_for(self, host: str) -> float:
        """Seconds that a host is still closed; 0 when it is open."""
        return max(0.0, self._closed.get(host, 0.0) - monotonic())

    def stop(self) -> None:
        """Nobody has a turn any more."""
        self._stopping.set()

    async def turn(self, host: str) -> bool:
        """Wait until the host may be asked; False when the run ends before."""
        while not self._stopping.is_set():
            now = monotonic()
            wait = self._free_at(host) - now
            if wait <= 0:
                self._last[host] = now
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)
        return False

    def _free_at(self, host: str) -> float:
        last = self._last.get(host)
        free = 0.0 if last is None else last + self._delays.get(host, self._delay)
        return max(free, self._held.get(host, 0.0))


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
    pages_answered: int = 0
    pages_failed: int = 0
    bytes: int = 0
    retry_after: float = 0.0  # seconds that a server asked to be left alone for
    ttls: list[int] = field(
        default_factory=list
    )  # seconds that each listing says it stays the same; 0: it does not say
    warnings: list[str] = field(default_factory=list)

    def count(self, record: FetchRecord) -> None:
        """Add one ended address."""
        self.outcomes[record.outcome] += 1
        self.bytes += record.bytes or 0
        if record.kind == "page":
            self.pages_failed += record.outcome == "error" and record.reason != Reason.INTERRUPTED
            self.pages_answered += record.outcome in ANSWERED
        bucket = {"rejected": self.rejected, "error": self.errors, "skipped": self.skipped}.get(record.outcome)
        if bucket is not None:
            bucket[record.reason or Reason.SPIDER] += 1
            self._warn_of(record)

    def _warn_of(self, record: FetchRecord) -> None:
        """A listing that failed is named even when others of the source were read."""
        reason = Reason(record.reason) if record.reason else None
        if reason and reason not in _LEFT and record.kind in {"feed", "sitemap", "section"}:
            words = f"{REASONS[reason]}: {record.detail}" if record.detail else REASONS[reason]
            self.warnings.append(f"{record.url}: {words}")

    @property
    def answered(self) -> bool:
        """Whether a server answered with something that could be used."""
        return any(self.outcomes[name] for name in ("listing", *ANSWERED))

    @property
    def ttl(self) -> int:
        """Seconds that the listings stay the same; one that does not say so may change at any time."""
        return min(self.ttls, default=0)

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
            warnings=tuple(self.warnings[:WARNINGS]),
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
    pace: Pace = field(default_factory=Pace)
    abandon: Callable[[], None] = lambda: None  # notes what is still open; set by the spider

    def record(self, fetch: FetchRecord) -> None:
        """Note how an address ended."""
        self.waiting.pop(fetch.url, None)
        self.tally.count(fetch)
        self.sink(fetch)

    def skip(self, url: str, reason: Reason, *, kind: FetchKind = "page", detail: str | None = None) -> None:
        """Note an address that is not asked for. Those left for the next run are only counted when there are many."""
        now = self.clock()
        fetch = FetchRecord(
            url=url, source=self.source.id, kind=kind, outcome="skipped", reason=reason, detail=detail, fetched_at=now
        )
        if reason is Reason.LIMIT and self.tally.skipped[reason] >= ROWS_LEFT:
            self.tally.count(fetch)
        else:
            self.record(fetch)


@dataclass(slots=True, kw_only=True)
class Job(FetchJob):
    """One source in one run: what its crawl needs, and what came of it."""

    store: Store
    pool: WorkerPool
    archive: Archive | None
    run: int
    browser: Browser | None = None
    dry_run: bool = False
    planned: list[Planned] = field(default_factory=list)
    on_progress: Callable[["Job"], None] = lambda _job: None
    store_error: StoreError | None = None
    trouble: str | None = None  # what ended the crawl before its end, in words
    finished: bool = False
    showing: asyncio.Lock = field(default_factory=asyncio.Lock)  # held by the page that the browser shows
    _renderings: int = 0  # in this run
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
            self._give_up(error)

    def look_up(self, read: Callable[[], T]) -> T:
        """Read from the store. A failure is kept as by `guarded`, and raised, as there is nothing to go on with."""
        try:
            return read()
        except StoreError as error:
            self._give_up(error)
            raise

    async def rendered(self, page: Page) -> Page | None:
        """The page as a browser shows it; None where the source does not allow it, it has not helped, or it failed."""
        if self.browser is None or not self.source.render:
            return None
        state = self.look_up(lambda: self.store.rendering(self.source.id))
        if state.misses >= MISSES and self._renderings:
            return None
        self._renderings += 1
        try:
            return await self.browser.render(page)
        except BrowserError as error:
            if len(self.tally.warnings) < WARNINGS and str(error) not in self.tally.warnings:
                self.tally.warnings.append(str(error))
            return None

    def note_rendering(self, *, helped: bool) -> None:
        """Remember whether a page that the browser showed became an article."""
        state = self.look_up(lambda: self.store.rendering(self.source.id))
        misses = 0 if helped else state.misses + 1
        after = replace(state, tried=state.tried + 1, helped=state.helped + helped, misses=misses)
        self.guarded(lambda: self.store.save_rendering(after))

    def _give_up(self, error: StoreError) -> None:
        self.store_error = self.store_error or error
        self.pace.stop()
        self.stop("store")
