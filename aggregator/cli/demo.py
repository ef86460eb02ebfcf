"""`aggregator demo`: the main job on the newsroom that comes with the program."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.config import Config
from aggregator.errors import ExitStatus, UsageError

from .crawl import Done, crawl_into, set_up_logging
from .options import config_option, read_config
from .progress import progress_for

if TYPE_CHECKING:
    from aggregator.demo.web import Newsroom

A_SECOND = timedelta(seconds=1)
"""The edit is dated after the first visit in whole seconds, as dates of feeds are."""


@click.command("demo")
@click.option(
    "--db",
    default="demo.db",
    show_default=True,
    metavar="PATH",
    help="The SQLite file to write; it must not exist yet.",
)
@config_option
def demo_command(db: str, config_file: Path | None) -> None:
    """Crawl a small news web that comes with the program, twice, and show what was stored.

    The web is served on loopback for as long as the demo runs; nothing else is asked for.
    """
    if Path(db).exists():
        raise UsageError("the file exists already", subject=db, hint="name another with --db, or delete it")
    set_up_logging(verbose=False)
    config = replace(
        read_config(config_file, db=db),
        delay=0.05,
        allow_net=("127.0.0.0/8",),
        archive=str(Path(db).with_name("demo-archive")),
    )
    raise SystemExit(_run(config))


def _run(config: Config) -> int:
    from aggregator.demo.web import Newsroom

    with Newsroom() as web:
        click.echo(f"Serving {len(web.sources())} news sites on {next(iter(web.bases.values()))} and its neighbours.\n")
        first = _visit(config, web, "First visit: everything is new")
        web.second_visit(now=datetime.now(UTC) + A_SECOND)
        second = _visit(config, web, "Second visit: two new articles, one edited; nothing else is asked for")
    _next_steps(config)
    return max(first.status, second.status) if first.status or second.status else ExitStatus.FINE


def _visit(config: Config, web: "Newsroom", title: str) -> Done:
    from rich.console import Console

    from aggregator.demo.run import results_table, traffic_line

    web.forget_requests()
    with progress_for(quiet=False) as progress:
        done = crawl_into(config, web.sources(), progress=progress)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 100)
    console.print(results_table(done.results, title=title))
    console.print(traffic_line(web.requests) + "\n", markup=False)
    return done


def _next_steps(config: Config) -> None:
    from aggregator.demo.run import next_steps

    folder = Path(sys.argv[0]).parent
    prefix = f"{folder}/" if folder.name == "bin" and not folder.is_absolute() else ""
    click.echo(f"{config.db} is an ordinary SQLite file. Three queries to try:")
    for step in next_steps(Path(config.db), prefix=prefix):
        click.echo(f"\n  # {step.what}\n  {step.command}")
