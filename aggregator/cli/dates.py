"""`aggregator dates check`: what is odd about the dates of a stored file."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.errors import ExitStatus, UsageError

from .analyst import open_db
from .options import config_option, db_option
from .output import dump_json, plain, say_findings, table
from .records import VERSION

if TYPE_CHECKING:
    from aggregator.dates.habits import SourceDates


@click.group("dates")
def dates_command() -> None:
    """Check the dates of the stored articles."""


@dates_command.command("check")
@click.option("--source", metavar="ID", help="Only this source.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@db_option
@config_option
def check_command(source: str | None, as_json: bool, db: str | None, config_file: Path | None) -> None:
    """Show how exact the dates of each source are, and what looks wrong.

    Exit status 0: all is well; 1: something deserves a look.
    """
    from aggregator.dates.habits import odd
    from aggregator.store.reports import source_dates

    with open_db(config_file, db) as reader:
        facts = [row for row in source_dates(reader) if source in (None, row.source)]
    if source and not facts:
        raise UsageError(f"no article is of source '{plain(source)}'", hint="`aggregator dates check` shows all")
    findings = {row.source: odd(row) for row in facts}
    if as_json:
        rows = [{**asdict(row), "findings": findings[row.source]} for row in facts]
        click.echo(dump_json({"version": VERSION, "type": "dates", "sources": rows}))
    else:
        click.echo(table(_HEADER, (_row(row) for row in facts), right=range(1, len(_HEADER) - 1)))
        say_findings("LOOK", findings)
    raise SystemExit(ExitStatus.SOME_FAILED if any(findings.values()) else ExitStatus.FINE)


_HEADER = ("source", "articles", "no date", "day only", "no zone", "future", "unsure", "days late", "newest")


def _row(row: "SourceDates") -> tuple[object, ...]:
    late = "-" if row.lag_days is None else row.lag_days
    return (
        row.source or "(none)",
        row.articles,
        row.undated,
        row.day_only,
        row.no_zone,
        row.future,
        row.unsure,
        late,
        row.newest or "-",
    )
