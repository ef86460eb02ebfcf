"""The only way to crawl: `crawl_source` runs one source's Scrapy crawl in a loop that somebody else owns, and says how it ended.

Scrapy calls a crawl "finished" even when callbacks, writes or every start address failed; its statistics are read here, and failures raise.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any, Self, get_args

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.misc import load_object

from ._project import PIPELINES, SPIDERS
from .archive import Archive
from .browser import Browser
from .config import Config
from .errors import Busy, CrawlError, StoreError
from .job import FetchJob, Job, Pace, Planned, Processed
from .models import REASONS, Article, CrawlResult, FetchRecord, Outcome, Page, Reason, Rejection, Source
from .pool import WorkerPool
from .schedule import next_due
from .settings import crawl_settings
from .state import Lease, SourceState
from .store.base import Store
from .urls import registered_domain

LEASE = timedelta(minutes=10)  # how long a crawl may be silent before another may take the source
RENEW = 120.0  # seconds between two renewals
FLUSH = 1.0  # seconds between two commits at the latest
ALL_FAILED = (
    3  # pages of a source that have to fail, all of them, before it counts as failed; a feed may name a dead link
)
GRACE = 5.0  # seconds that requests in flight have to end after a stop


class SourceFailed(CrawlError):
    """The crawl of one source failed; `result` says what it gave all the same."""

    def __init__(self, message: str, *, result: CrawlResult) -> None:
        super().__init__(message, subject=result.source)
        self.result = result


@dataclass(slots=True, kw_only=True)
class CrawlContext:
    """What all sources of a run share."""

    config: Config
    store: Store
    pool: WorkerPool
    archive: Archive | None
    browser: Browser | None = None
    run: int
    owner: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    dry_run: bool = False
    on_progress: Callable[[Job], None] = lambda _job: None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    pace: Pace = field(init=False)
    planned: list[Planned] = field(default_factory=list)
    running: list[Job] = field(default_factory=list)
    interrupted: bool = False
    answered: bool = False  # by any server, in this run
    put_off: list[SourceState] = field(default_factory=list)  # of sources that failed, as they were before

    def __post_init__(self) -> None:
        """One pace for all sources."""
        self.pace = Pace(self.config.delay, stopping=self.stopping)

    def interrupt(self) -> None:
        """Somebody wants the run to end."""
        self.interrupted = True
        self.stopping.set()


async def crawl_source(source: Source, ctx: CrawlContext) -> CrawlResult:
    """Crawl one source once.

    Raises Busy when another run holds its lease, StoreError when a write failed, SourceFailed when the crawl gave nothing or
    parts of it failed; what was stored before stays stored.
    """
    lease = _claim(source, ctx)
    job = Job(
        source=source,
        config=ctx.config,
        store=ctx.store,
        pool=ctx.pool,
        archive=ctx.archive,
        browser=ctx.browser,
        run=ctx.run,
        clock=ctx.clock,
        dry_run=ctx.dry_run,
        pace=ctx.pace,
        on_progress=ctx.on_progress,
    )
    begun = monotonic()
    ctx.running.append(job)
    try:
        failure = await _run(job, ctx, lease)
    finally:
        ctx.running.remove(job)
        job.finished = True
        ctx.on_progress(job)
        if lease:
            ctx.store.release(lease)
    ctx.planned.extend(job.planned)
    ctx.answered |= job.tally.answered
    result = job.tally.result(source.id, seconds=round(monotonic() - begun, 1), failure=failure)
    return _finish(job, ctx, result)


async def _run(job: Job, ctx: CrawlContext, lease: Lease | None) -> str | None:
    """Run Scrapy; one sentence about what failed, or None."""
    crawler = _new_crawler(ctx.config, "source")
    job.stop = lambda reason: _stop_soon(crawler, reason)
    crawl = asyncio.ensure_future(crawler.crawl_async(job=job))
    watch = asyncio.ensure_future(_watch(crawler, job, ctx, lease))
    try:
        await crawl
    except ValueError as error:
        return f"the crawl could not start: {error}"
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    return _failure(job, crawler.stats.get_stats())


async def _watch(crawler: Crawler, job: Job, ctx: CrawlContext, lease: Lease | None) -> None:
    """Stop with the run, and keep the lease; without a lease that can be renewed the crawl must not go on."""
    while not ctx.stopping.is_set():
        try:
            await asyncio.wait_for(ctx.stopping.wait(), RENEW)
        except TimeoutError:
            if lease and not _renewed(lease, job, ctx):
                break
    await crawler.stop_async()


def _renewed(lease: Lease, job: Job, ctx: CrawlContext) -> bool:
    now = ctx.clock()
    renewed: list[Lease | None] = []
    job.guarded(lambda: renewed.append(ctx.store.renew(lease, until=now + LEASE, now=now)))
    if renewed == [None]:
        job.trouble = f"another run has taken over {lease.key}"
    return any(renewed)


def _stop_soon(crawler: Crawler, reason: str) -> None:
    if crawler.engine.running:
        asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))  # noqa: RUF006 (the crawl's own end awaits it)


def _claim(source: Source, ctx: CrawlContext) -> Lease | None:
    if ctx.dry_run:
        return None
    now = ctx.clock()
    key = registered_domain(source.home)
    lease = ctx.store.claim(key, owner=f"{ctx.owner}/{source.id}", now=now, until=now + LEASE)
    if lease is None:
        raise Busy(f"another run is crawling {key}", subject=source.id)
    return lease


def _failure(job: Job, stats: dict[str, Any]) -> str | None:
    """What Scrapy does not say: answers that could not be handled (by a callback, or on their way through the pipelines, which leaves
    them without an outcome), and sources of which nothing answered."""
    tally = job.tally
    broken = max(stats.get("spider_exceptions/count", 0), tally.errors[Reason.SPIDER])
    if job.trouble:
        return job.trouble
    if broken:
        return f"{broken} answers could not be handled (see the log)"
    if tally.requests and not tally.answered:
        return f"nothing could be fetched: {_words({*tally.errors, *tally.skipped}) or 'no answer'}"
    if tally.listings_asked and not tally.outcomes["listing"]:
        return "none of its feeds, sitemaps and sections could be read"
    if tally.pages_failed >= ALL_FAILED and not tally.pages_answered:
        return f"none of {tally.pages_failed} pages could be fetched: {_words(set(tally.errors))}"
    return None


def _words(codes: set[str]) -> str:
    return "; ".join(REASONS[Reason(code)] for code in sorted(codes))


def _finish(job: Job, ctx: CrawlContext, result: CrawlResult) -> CrawlResult:
    if job.store_error:
        raise job.store_error
    if not ctx.dry_run:
        _save_state(job, ctx, result)
    if result.failure:
        raise SourceFailed(result.failure, result=result)
    return result


def _save_state(job: Job, ctx: CrawlContext, result: CrawlResult) -> None:
    now = ctx.clock()
    state = ctx.store.source_state(job.source.id)
    failed = result.failure is not None
    if failed and Reason.DNS in job.tally.errors:
        ctx.put_off.append(state)
    due = next_due(
        state,
        source=job.source,
        new_items=result.new,
        failed=failed,
        retry_after=max(job.tally.retry_after, job.tally.ttl) or None,
        now=now,
    )
    ctx.store.finish_source(
        replace(
            state,
            next_due_at=due,
            last_run_at=now,
            last_success_at=state.last_success_at if failed else now,
            last_new_at=now if result.new else state.last_new_at,
            failures=state.failures + 1 if failed else 0,
            last_error=result.failure,
        )
    )


# ------------------------------------------------------------------------------------------------ many sources


async def crawl_sources(sources: Sequence[Source], ctx: CrawlContext) -> tuple[CrawlResult, ...]:
    """Crawl sources side by side, those of one registered domain one after the other. Results in the order of `sources`.

    A source that fails does not stop the others; a store that fails stops all (StoreError). When `ctx.stopping` is set, requests in
    flight have GRACE seconds; what is still open then is on record as interrupted.
    """
    room = asyncio.Semaphore(max(1, ctx.config.concurrency))
    locks = {registered_domain(source.home): asyncio.Lock() for source in sources}

    async def one(source: Source) -> CrawlResult:
        async with locks[registered_domain(source.home)], room:
            return await _result_of(source, ctx)

    tasks = [asyncio.ensure_future(one(source)) for source in sources]
    timer = asyncio.get_running_loop().call_later(ctx.config.run_time, ctx.stopping.set)
    flusher = asyncio.ensure_future(_flush_often(ctx))
    try:
        await _all_or_stop(tasks, ctx)
    finally:
        timer.cancel()
        flusher.cancel()
        for task in tasks:
            task.cancel()
        if ctx.browser:
            await ctx.browser.close()
    if not ctx.answered:
        _forgive(ctx)
    return tuple(
        CrawlResult(source=source.id, failure="the run was stopped while it was crawled")
        if task.cancelled()
        else task.result()
        for source, task in zip(sources, tasks, strict=True)
    )


def _forgive(ctx: CrawlContext) -> None:
    """Where no name was resolved and nobody answered, it is our own network: the sources stay as due as they were."""
    for before in ctx.put_off:
        state = ctx.store.source_state(before.id)
        ctx.store.finish_source(replace(state, next_due_at=before.next_due_at, failures=before.failures))


async def _flush_often(ctx: CrawlContext) -> None:
    """A quiet crawl must not keep its last pages uncommitted, nor hold the write lock."""
    while not ctx.stopping.is_set():
        await asyncio.sleep(FLUSH)
        try:
            ctx.store.flush()
        except StoreError:
            ctx.stopping.set()  # the next write, or closing the store, reports it


async def _all_or_stop(tasks: Sequence[asyncio.Task[CrawlResult]], ctx: CrawlContext) -> None:
    """Wait for all; after a stop or the first StoreError only for a while."""
    stop = asyncio.ensure_future(ctx.stopping.wait())
    open_tasks: set[asyncio.Task[Any]] = set(tasks)
    while open_tasks and not stop.done():
        done, _ = await asyncio.wait({*open_tasks, stop}, return_when=asyncio.FIRST_COMPLETED)
        open_tasks -= done
        if any(task.exception() for task in done if task is not stop):
            ctx.stopping.set()
    stop.cancel()
    if open_tasks:
        _, late = await asyncio.wait(open_tasks, timeout=GRACE)
        for job in tuple(ctx.running):
            job.abandon()
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _result_of(source: Source, ctx: CrawlContext) -> CrawlResult:
    if ctx.stopping.is_set():
        return CrawlResult(source=source.id, failure="the run was stopped before its turn")
    try:
        return await crawl_source(source, ctx)
    except SourceFailed as error:
        return error.result
    except Busy as error:
        return CrawlResult(source=source.id, failure=error.message)


# ------------------------------------------------------------------------------------------------ single addresses


async def render_page(page: Page, *, config: Config) -> Page:
    """One page as a browser shows it. Raises BrowserError."""
    browser = Browser(config)
    try:
        return await browser.render(page)
    finally:
        await browser.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One address: its page, or the record that says why there is none."""

    url: str
    page: Page | None
    record: FetchRecord | None


async def fetch_pages(urls: Iterable[str], *, config: Config, kind: str = "page") -> tuple[Fetched, ...]:
    """Fetch addresses through all guards (robots.txt, private addresses, limits). Nothing is stored. Results in the order given."""
    wanted = tuple(dict.fromkeys(urls))
    pages: dict[str, Page] = {}
    records: dict[str, FetchRecord] = {}
    job = FetchJob(
        source=Source(id="one-off", name="one-off", home=""),
        config=config,
        clock=lambda: datetime.now(UTC),
        sink=lambda record: records.update({record.url: record}),
        pace=Pace(config.delay),
    )
    crawler = _new_crawler(config, "page", pipelines=False)
    await crawler.crawl_async(job=job, urls=wanted, kind=kind, pages=pages)
    return tuple(Fetched(url=url, page=pages.get(url), record=records.get(url)) for url in wanted)


class _SharedSettings(Settings):
    """Settings that are copied for each crawl without copying their values: nothing changes those, and Scrapy has 300 of them."""

    def copy(self) -> Self:
        """The same settings; what is set in the copy stays in the copy."""
        twin = copy(self)
        twin.attributes = {name: copy(attribute) for name, attribute in self.attributes.items()}
        return twin


def _new_crawler(config: Config, spider: str, *, pipelines: bool = True) -> Crawler:
    settings, loader = _scrapy(config, pipelines=pipelines)
    if spider not in loader.list():
        raise CrawlError(
            f"the spider '{spider}' is not where it should be",
            subject=SPIDERS,
            hint="another package has taken its name",
        )
    return Crawler(loader.load(spider), settings)


@lru_cache(maxsize=8)
def _scrapy(config: Config, *, pipelines: bool) -> tuple[Settings, SpiderLoader]:
    """What the crawls of one run have in common."""
    settings = _SharedSettings(crawl_settings(config, pipelines=pipelines), priority="project")
    return settings, SpiderLoader.from_settings(settings)


def save_page(page: Page, result: Article | Rejection, source: Source, ctx: CrawlContext) -> Outcome:
    """Store one page that was already processed, through the same pipelines as a crawl. Raises StoreError."""
    job = Job(
        source=source,
        config=ctx.config,
        store=ctx.store,
        pool=ctx.pool,
        archive=ctx.archive,
        run=ctx.run,
        clock=ctx.clock,
    )
    item = Processed(page=page, result=result)
    for name in (f"{PIPELINES}.identity.IdentityPipeline", f"{PIPELINES}.store.StorePipeline"):
        item = load_object(name)(job).process_item(item)
    if job.store_error:
        raise job.store_error
    return next(outcome for outcome in get_args(Outcome) if job.tally.outcomes[outcome])
