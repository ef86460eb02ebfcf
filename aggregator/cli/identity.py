"""`aggregator identity`: overrule what the program took for a copy, and judge all copies anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.errors import UsageError

from .options import config_option, db_option, read_config
from .output import plain

if TYPE_CHECKING:
    from aggregator.store import SqliteStore

_reason = click.option("--reason", required=True, metavar="TEXT", help="Why, for the record.")


@click.group("identity")
def identity_command() -> None:
    """Overrule what counts as a copy, or judge all copies anew.

    What you rule is kept in the table ruling; no later crawl and no reindex overrules it. The view duplicates lists the copies.
    """


@contextmanager
def _writing(config_file: Path | None, db: str | None) -> "Iterator[SqliteStore]":
    """The store, for a change by hand; it waits for no crawl."""
    from aggregator.store import open_store
    from aggregator.store.upkeep import existing

    path = existing(read_config(config_file, db=db).db)
    with open_store(path, now=datetime.now(UTC)) as store:
        yield store


@identity_command.command("merge")
@click.argument("copy")
@click.argument("original")
@_reason
@db_option
@config_option
def merge_command(copy: str, original: str, reason: str, db: str | None, config_file: Path | None) -> None:
    """Say that the article at COPY is a copy of the one at ORIGINAL.

    Copies of COPY go with it; if ORIGINAL is itself a copy, both are copies of its original.
    """
    with _writing(config_file, db) as store:
        one, other = store.merge(copy, original, reason=_said(reason), now=datetime.now(UTC))
    click.echo(f"{plain(copy)}: article {one} is a copy of article {other} now")


@identity_command.command("split")
@click.argument("copy")
@_reason
@db_option
@config_option
def split_command(copy: str, reason: str, db: str | None, config_file: Path | None) -> None:
    """Say that the article at COPY is none, but an article of its own."""
    with _writing(config_file, db) as store:
        one, other = store.split(copy, reason=_said(reason), now=datetime.now(UTC))
    click.echo(f"{plain(copy)}: article {one} is no copy of article {other} any more")


@identity_command.command("reindex")
@db_option
@config_option
def reindex_command(db: str | None, config_file: Path | None) -> None:
    """Judge all copies anew from the stored texts.

    The result is the same in whatever order the articles came, and holds to what you ruled. Addresses, versions and stories stay.
    All of it or nothing is written: expect several hundred articles a second.
    """
    with _writing(config_file, db) as store:
        read, changed = store.reindex()
    click.echo(f"{read} articles are judged anew; {changed} of them have another original, or none any more")


def _said(reason: str) -> str:
    if not reason.strip():
        raise UsageError("the reason is empty", subject="--reason")
    return reason.strip()
