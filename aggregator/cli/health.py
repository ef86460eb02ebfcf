"""`aggregator health`: each source against its own past."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.errors import ExitStatus, UsageError

from .analyst import open_db
from .options import config_option, db_option
from .output import dump_json, plain, say_findings, table, whole_file
from .records import VERSION

if TYPE_CHECKING:
    from aggregator.health import SourceHistory


@click.command("health")
@click.option("--source", metavar="ID", help="Only this source.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but what deserves a look.")
@click.option(
    "--prometheus",
    "textfile",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the numbers for Prometheus' textfile collector, too; the file appears whole.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@db_option
@config_option
def health_command(
    source: str | None, quiet: bool, textfile: Path | None, as_json: bool, db: str | None, config_file: Path | None
) -> None:
    """Compare each source with its own past, and say what is unusual.

    Failures, no run for days, nothing new for unusually long, texts suddenly shorter, dates missing, more pages refused than usual.
    Notes on its dates are those of `aggregator dates check`. Exit status 0: nothing is unusual; 1: something deserves a look.
    """
    from aggregator.dates.habits import odd
    from aggregator.health import metrics, unusual
    from aggregator.store.histories import histories
    from aggregator.store.reports import source_dates

    now = datetime.now(UTC)
    with open_db(config_file, db) as reader:
        past = histories(reader, None if source is None else (source,))
        habits = {facts.source: odd(facts) for facts in source_dates(reader)}
    if source and not past:
        raise UsageError(f"there is no source '{plain(source)}' in the file", hint="`aggregator health` shows all")
    findings = {one.source: unusual(one, now=now) for one in past}
    if textfile:
        with whole_file(textfile) as out:
            out.write(metrics([one for one in past if one.state != "off"], now=now))
    if as_json:
        rows = [{**asdict(one), "findings": findings[one.source], "dates": habits.get(one.source, ())} for one in past]
        click.echo(dump_json({"version": VERSION, "type": "health", "sources": rows}))
    else:
        if not quiet:
            _print(past)
        say_findings("LOOK", findings)
        if not quiet:
            say_findings("note", {one.source: habits.get(one.source, ()) for one in past if one.state != "off"})
    raise SystemExit(ExitStatus.SOME_FAILED if any(findings.values()) else ExitStatus.FINE)


def findings_of(db: str, sources: Collection[str], *, now: datetime) -> dict[str, tuple[str, ...]]:
    """What is unusual about sources that have just been crawled; those without a finding are left out."""
    from aggregator.health import unusual
    from aggregator.store.histories import histories
    from aggregator.store.queries import open_reader

    with open_reader(db) as reader:
        found = {past.source: unusual(past, now=now) for past in histories(reader, sources)}
    return {source: sentences for source, sentences in found.items() if sentences}


def _print(past: "Sequence[SourceHistory]") -> None:
    """A table of the sources that are on."""
    rows = [_row(one) for one in past if one.state != "off"]
    click.echo(table(("source", "state", "last run", "last new", "new in 7 days", "refused"), rows, right=(4, 5)))


def _row(one: "SourceHistory") -> tuple[object, ...]:
    moments = [f"{moment:%Y-%m-%d %H:%M}" if moment else "-" for moment in (one.last_run_at, one.last_new_at)]
    return (one.source, one.state, *moments, one.lately.articles, one.lately.rejected)
