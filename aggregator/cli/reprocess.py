"""`aggregator reprocess`: read the raw pages in the archive again."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from aggregator.config import Config
from aggregator.errors import ExitStatus, UsageError

from .analyst import parse_since
from .options import archive_folder, config_option, db_option, read_config, sources_option
from .output import dump_json, plain, say
from .progress import counter
from .records import VERSION

if TYPE_CHECKING:
    from aggregator.reprocessing import Refused, Report

SHOWN: Final = 10  # lines of what was refused; `--json` has all


@click.command("reprocess")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--since", metavar="DATE", help="Only articles that were stored since (ISO 8601).")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@db_option
@sources_option
@config_option
def reprocess_command(
    source: str | None, since: str | None, dry_run: bool, as_json: bool, config_file: Path | None, **options: Any
) -> None:
    """Read the raw pages in the archive again, with the rules of this release and of the source list.

    For when rules got better: nothing is asked for on the web. An article keeps its address, its versions and its story; what
    would not be stored today is named and stays. Status 1: a raw page that should be there is missing or damaged.
    """
    config, moment = read_config(config_file, **options), parse_since(since)
    report = _run(config, source=source, since=moment, dry_run=dry_run)
    if as_json:
        click.echo(dump_json(record_of(report, dry_run=dry_run)))
    else:
        _print(report, dry_run=dry_run)
    raise SystemExit(ExitStatus.SOME_FAILED if report.unreadable else ExitStatus.FINE)


def _run(config: Config, *, source: str | None, since: datetime | None, dry_run: bool) -> "Report":
    from aggregator.pool import WorkerPool
    from aggregator.reprocessing import Reprocessor, Rules
    from aggregator.store import open_store
    from aggregator.store.upkeep import existing

    from .source_list import read_source_list

    rules = Rules(sources={one.id: one for one in read_source_list(config)}, policy=config.policy)
    path, now = existing(config.db), datetime.now(UTC)
    pool = WorkerPool(workers=config.workers, timeout=config.extraction_timeout)
    try:
        with open_store(path, now=now, owner="reprocess") as store:
            work = Reprocessor(
                store, pool, folder=archive_folder(config), rules=rules, workers=config.workers, write=not dry_run
            )
            with counter("articles") as show:
                task = work.run(source=source, since=since, now=now, progress=lambda report: show(report.total))
                report = asyncio.run(task)
    finally:
        pool.close()
    if source and not report.total:
        raise UsageError(f"no article is of source '{plain(source)}'", hint="`aggregator stats` shows all")
    return report


def record_of(report: "Report", *, dry_run: bool) -> dict[str, Any]:
    """The JSON record."""
    return {
        "version": VERSION,
        "type": "reprocess",
        "dry_run": dry_run,
        "read": report.read,
        "changed": report.changed,
        "fields": dict(sorted(report.fields.items())),
        "refused": [asdict(one) for one in report.refused],
        "unreadable": [asdict(one) for one in report.unreadable],
        "without_page": report.without_page,
    }


def _print(report: "Report", *, dry_run: bool) -> None:
    fields = ", ".join(f"{name} {count}" for name, count in report.fields.most_common())
    would = "would change" if dry_run else "changed"
    click.echo(f"{report.read} articles read again; {report.changed} {would}{f' ({fields})' if fields else ''}")
    if report.without_page:
        say(f"{report.without_page} have no raw page and stay as they are")
    _list("would not be stored today and stay as they are", report.refused)
    _list("have no readable raw page where it should be", report.unreadable)
    if report.fields["body"] and not dry_run:
        say("`aggregator identity reindex` judges anew which of them are copies")


def _list(what: str, found: "list[Refused]") -> None:
    if not found:
        return
    say(f"{len(found)} {what}{f', the first {SHOWN}' if len(found) > SHOWN else ''}:")
    for one in found[:SHOWN]:
        say(f"  {plain(one.url)}: {plain(one.sentence)}")
