"""`aggregator migrate`, `doctor` and `backup`: looking after the file."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator.errors import ExitStatus, UsageError

from .options import config_option, db_option, read_config
from .output import dump_json, plain, table


@click.command("migrate")
@db_option
@click.option(
    "--list", "only_list", is_flag=True, help="Show the steps, and which are still to be done; change nothing."
)
@config_option
def migrate_command(db: str | None, only_list: bool, config_file: Path | None) -> None:
    """Bring a database file up to date. Each step is one transaction; a crawl does the same by itself."""
    from aggregator.store.upkeep import migrate, steps

    path = read_config(config_file, db=db).db
    if only_list:
        click.echo(table(("step", "done"), [(step.name, _moment(step.applied_at)) for step in steps(path)]))
        return
    done = migrate(path, now=datetime.now(UTC))
    click.echo(f"{path}: {', '.join(done) if done else 'up to date'}")


def _moment(text: str | None) -> str:
    """When a step was done, to the second."""
    return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M:%SZ") if text else "to be done"


OF_THE_FILE = frozenset({"file", "integrity", "keys", "full text"})
"""Checks of `doctor` whose failure means that the file is not sound."""


@click.command("doctor")
@db_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def doctor_command(db: str | None, as_json: bool, config_file: Path | None) -> None:
    """Check the database and its surroundings: SQLite's version, integrity, locks, disk space, sources, clock.

    Exit status 0: all is well; 4: something is wrong with the file; 1: something else deserves a look.
    """
    from aggregator.store.upkeep import doctor

    checks = doctor(read_config(config_file, db=db).db, now=datetime.now(UTC))
    if as_json:
        click.echo(dump_json([asdict(check) for check in checks]))
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.ok else 'LOOK'}  {check.name}: {plain(check.sentence)}")
    failed = {check.name for check in checks if not check.ok}
    if failed & OF_THE_FILE:
        raise SystemExit(ExitStatus.STORE)
    raise SystemExit(ExitStatus.SOME_FAILED if failed else ExitStatus.FINE)


@click.command("backup")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@db_option
@config_option
def backup_command(target: Path, db: str | None, config_file: Path | None) -> None:
    """Copy the database to FILE, also while a crawl runs. An existing file is not overwritten."""
    from aggregator.store.upkeep import backup

    if not target.parent.is_dir():
        raise UsageError("there is no such folder", subject=plain(str(target.parent)))
    made = backup(read_config(config_file, db=db).db, target)
    click.echo(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
