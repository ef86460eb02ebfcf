"""`aggregator crawl`: the scheduled crawl, and the ad-hoc one."""

import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.config import Config
from aggregator.errors import ExitStatus, UsageError
from aggregator.models import CrawlResult, Source

from .health import findings_of
from .monitoring import Monitor
from .options import archive_folder, config_option, db_option, net_options, read_config, sources_option
from .output import cause, dump_json, plain, say, say_findings
from .progress import Progress, progress_for
from .report import planned_table, run_record, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aggregator.crawl import CrawlContext
    from aggregator.job import Planned


@click.command("crawl")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@db_option
@sources_option
@click.option(
    "--starts",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help='Crawl these addresses instead: JSON lines {"url": ..., "kind": "page"|"feed"|"sitemap"|"site"}.',
)
@net_options
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Most requests for one source. [default: 300]")
@click.option("--all", "everything", is_flag=True, help="Crawl all enabled sources, due or not.")
@click.option(
    "--dry-run", is_flag=True, help="Read the listings only; show what would be fetched, and why not the rest."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Log every request to stderr.")
@config_option
def crawl_command(
    names: tuple[str, ...],
    starts: Path | None,
    everything: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    config_file: Path | None,
    **options: Any,
) -> None:
    """Crawl the sources that are due, or the named ones, once.

    New and changed articles go into the database; every address that was asked for is on record there with its outcome.
    """
    config = read_config(config_file, **options)
    set_up_logging(verbose=verbose)
    asked = bool(names or starts or everything)
    sources = _from_starts(starts) if starts else _from_list(config, names)
    monitor = Monitor(config, on=not dry_run)
    with monitor.watching(), ExitStack() as stack:
        progress = stack.enter_context(progress_for(quiet=quiet or as_json))
        done = crawl_into(
            config, sources, due_only=not asked, dry_run=dry_run, progress=progress, on_start=monitor.begin
        )
    record = _record(done, config, dry_run=dry_run)
    monitor.end(record)
    _print(done, config, record, dry_run=dry_run, as_json=as_json, quiet=quiet)
    raise SystemExit(done.status)


def look_at_health(done: "Done", config: Config) -> bool:
    """Find what is unusual about the sources that were crawled; with `health = "status"` that is status 1 where all went well.

    Returns whether that changed the status.
    """
    if config.health == "off":
        return False
    done.health = findings_of(config.db, {result.source for result in done.results}, now=datetime.now(UTC))
    changed = bool(done.health) and config.health == "status" and done.status == ExitStatus.FINE
    if changed:
        done.status = ExitStatus.SOME_FAILED
    return changed


def set_up_logging(*, verbose: bool) -> None:
    """Warnings of our own on stderr; Scrapy's only when asked for."""
    import logging

    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    for name in ("scrapy", "twisted", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.CRITICAL)


def _from_starts(path: Path) -> tuple[Source, ...]:
    from aggregator.sources import ad_hoc_sources, read_starts
    from aggregator.urls import fetchable

    try:
        with click.open_file(str(path), encoding="utf-8") as stream:
            text = str(stream.read())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the file of start addresses cannot be read: {cause(error)}", subject=str(path)) from error
    starts = read_starts(text, origin=str(path))
    if all(fetchable(start.url) is not None for start in starts):
        raise UsageError("no address in the file can be fetched", subject=str(path), hint="they begin with https://")
    return ad_hoc_sources(starts)


def _from_list(config: Config, names: Sequence[str]) -> tuple[Source, ...]:
    from aggregator.sources import select_sources

    from .source_list import read_source_list

    chosen = select_sources(read_source_list(config), names)
    if not chosen:
        raise UsageError("the source list has no source that is switched on", subject=plain(config.sources))
    return chosen


class Done:
    """How a run ended."""

    def __init__(
        self,
        status: int,
        results: tuple[CrawlResult, ...],
        planned: "tuple[Planned, ...]",
        waiting: int,
        failing: int = 0,
    ) -> None:
        self.status = status
        self.results = results
        self.planned = planned
        self.waiting = waiting  # sources that were not due
        self.failing = failing  # of these, how many wait because they failed
        self.health: dict[str, tuple[str, ...]] = {}  # what is unusual, by source
        self.interrupted = status == ExitStatus.INTERRUPTED


def crawl_into(
    config: Config,
    sources: Sequence[Source],
    *,
    due_only: bool = False,
    dry_run: bool = False,
    progress: "Progress | None" = None,
    on_start: "Callable[[], None]" = lambda: None,
) -> Done:
    """Crawl sources into the database of the configuration, once. Raises StoreError and Busy.

    `on_start` is called when the file is ours.
    """
    from aggregator import __version__, reactor
    from aggregator.schedule import is_due

    now = datetime.now(UTC)
    with open_run(config, dry_run=dry_run) as ctx:
        on_start()
        if not dry_run:
            ctx.store.save_sources(sources, now=now)
        states = {s.id: ctx.store.source_state(s.id) for s in sources}
        due = [s for s in sources if not due_only or is_due(states[s.id], source=s, now=now)]
        failing = sum(states[s.id].failures > 0 for s in sources if s not in due)
        if progress:
            progress.begin(due)
            ctx.on_progress = progress.update
        ctx.run = 0 if dry_run else ctx.store.start_run(now=now, command="crawl", version=__version__)
        results = reactor.run(_crawl(due, ctx))
        status = _status(results, interrupted=ctx.interrupted)
        if not dry_run:
            ctx.store.finish_run(ctx.run, now=datetime.now(UTC), status=status, results=results)
        done = Done(status, results, tuple(ctx.planned), len(sources) - len(due), failing)
        if not dry_run and look_at_health(done, config):
            ctx.store.finish_run(ctx.run, now=datetime.now(UTC), status=done.status, results=())
        return done


@contextmanager
def open_run(config: Config, *, dry_run: bool = False) -> "Iterator[CrawlContext]":
    """Store, archive and workers, closed in the right order."""
    from aggregator.archive import Archive
    from aggregator.browser import Browser
    from aggregator.crawl import CrawlContext
    from aggregator.pool import WorkerPool
    from aggregator.store import open_store

    now = datetime.now(UTC)
    path = ":memory:" if dry_run and not Path(config.db).exists() else config.db
    store = open_store(path, now=now)
    archive = None if dry_run or config.archive == "off" else Archive(archive_folder(config))
    if archive:
        store.before_commit = archive.sync
    pool = WorkerPool(workers=config.workers, timeout=config.extraction_timeout)
    browser = None if dry_run or config.browser == "off" else Browser(config)
    owner = f"{socket.gethostname()}:{os.getpid()}"
    try:
        yield CrawlContext(
            config=config,
            store=store,
            pool=pool,
            archive=archive,
            browser=browser,
            run=0,
            owner=owner,
            dry_run=dry_run,
        )
    finally:
        try:
            store.close()
        finally:
            if archive:
                archive.close()
            pool.close()


async def _crawl(sources: Sequence[Source], ctx: "CrawlContext") -> tuple[CrawlResult, ...]:
    from aggregator.crawl import crawl_sources

    with _signals(ctx.interrupt):
        return await crawl_sources(sources, ctx)


@contextmanager
def _signals(interrupt: "Callable[[], None]") -> "Iterator[None]":
    """While a crawl runs, Ctrl-C and SIGTERM let it end in order; before and after they end the command at once."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    for number in numbers:
        loop.add_signal_handler(number, interrupt)
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def _status(results: Sequence[CrawlResult], *, interrupted: bool) -> int:
    failed = sum(1 for result in results if result.failure)
    if interrupted:
        return ExitStatus.INTERRUPTED
    if failed and failed == len(results):
        return ExitStatus.NOTHING_FETCHED
    return ExitStatus.SOME_FAILED if failed else ExitStatus.FINE


def _record(done: Done, config: Config, *, dry_run: bool) -> dict[str, Any]:
    return run_record(
        done.results,
        done.planned,
        db=config.db,
        status=done.status,
        not_due=done.waiting,
        failing=done.failing,
        dry_run=dry_run,
        health=done.health,
    )


def _print(done: Done, config: Config, record: dict[str, Any], *, dry_run: bool, as_json: bool, quiet: bool) -> None:
    if as_json:
        click.echo(dump_json(record))
        return
    if done.planned:
        click.echo(planned_table(done.planned))
    if not quiet and not (dry_run and done.planned):
        click.echo(summary(done.results, waiting=done.waiting, failing=done.failing, db=None if dry_run else config.db))
    if not quiet or config.health == "status":
        say_findings("LOOK", _not_said_yet(done))
    for result in done.results:
        if result.failure:
            say(f"error: {result.source}: {plain(result.failure)}")


def _not_said_yet(done: Done) -> dict[str, tuple[str, ...]]:
    """The findings without the failures of this run, which are errors of their own."""
    failures = {result.source: result.failure for result in done.results if result.failure}
    return {
        source: tuple(sentence for sentence in told if not sentence.endswith(failures.get(source, "\0")))
        for source, told in done.health.items()
    }
