"""The schema's history: named steps, each a transaction; a file of any earlier release goes through what it lacks.

A step is never changed after a release; a new one is added at the end. `user_version` is the number of steps that the file
went through. Views are made anew after the last step, so a step never needs to mend them; a release that changes only a view
adds a step that does nothing else.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .files import APPLICATION_ID, connect_writer, guard
from .forms import ADD_FORMS, extra_forms
from .numbers import note_number
from .schema import ARTICLES, CRAWL, FETCHES, FULL_TEXT, IDENTITY, NATURES, NUMBERS, PARTS, RENDERINGS
from .views import VIEWS

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

STEPS: Final = (
    "sources and runs",
    "articles",
    "copies and segments",
    "full text",
    "fetches by address",
    "pictures, reviews, entries",
    "renderings",
    "natures of revisions, rulings",
    "numbers of sites",
    "the latest crawl",
)
"""Names of the steps, in order."""
NEWEST: Final = len(STEPS)
"""The schema version that this release writes."""

_VIEW_NAMES: Final = tuple(
    view.split(maxsplit=3)[2] for view in VIEWS
)  # with those of earlier releases; others' views stay


def _steps() -> Migrations:
    """The steps as sqlite-utils runs them: each one and the note that it was applied are one transaction."""
    from sqlite_utils import Migrations

    work: tuple[tuple[tuple[str, ...], Callable[[sqlite3.Connection], None]], ...] = (
        (CRAWL, _nothing_more),
        (ARTICLES, _nothing_more),
        (IDENTITY, _nothing_more),
        (FULL_TEXT, fill_forms),
        (FETCHES, _nothing_more),
        (PARTS, _nothing_more),
        (RENDERINGS, _nothing_more),
        (NATURES, _nothing_more),
        (NUMBERS, fill_numbers),
        ((), _nothing_more),  # a view was put right; all views are made anew
    )
    steps = Migrations("aggregator")
    for name, (statements, more) in zip(STEPS, work, strict=True):
        steps(name=name)(_Step(statements, more))
    return steps


class _Step:
    """Executes statements one by one (`executescript` would commit the step's transaction), then what SQL cannot do."""

    __name__ = "step"

    def __init__(self, statements: tuple[str, ...], more: Callable[[sqlite3.Connection], None]) -> None:
        self._statements = statements
        self._more = more

    def __call__(self, db: Database, /) -> None:
        for statement in self._statements:
            db.execute(statement)
        self._more(db.conn)


def _nothing_more(connection: sqlite3.Connection) -> None:
    """Most steps are SQL alone."""


def fill_forms(connection: sqlite3.Connection) -> None:
    """Put all articles into the second full-text index, which SQLite cannot make by itself.

    A release that changes `search_form` needs a step that empties the index (`'delete-all'`) and calls this.
    """
    for id_, *texts in connection.execute("SELECT id, title, description, body FROM article").fetchall():
        if forms := extra_forms(*texts):
            connection.execute(ADD_FORMS, (id_, *forms))


def fill_numbers(connection: sqlite3.Connection) -> None:
    """Note the numbers in the addresses of all articles."""
    for id_, url in connection.execute("SELECT id, url FROM article").fetchall():
        note_number(connection, id_, url)


def apply(connection: sqlite3.Connection, *, stop_before: str | None = None) -> None:
    """Bring the schema up to date, or to the state before a step. The caller holds the lock."""
    from sqlite_utils import Database

    db = Database(connection)
    with db.atomic():
        for name in _VIEW_NAMES:
            connection.execute(f"DROP VIEW IF EXISTS {name}")
        steps = _steps()
        steps.apply(db, stop_before=stop_before)
        done = len(steps.applied(db))
        if done == NEWEST:
            for view in VIEWS:
                connection.execute(view)
        connection.execute(f"PRAGMA user_version = {done}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def create(path: Path) -> None:
    """Make a new file. It is built under another name and renamed, so that a kill leaves a whole file or none."""
    path = Path(os.path.realpath(path))  # the file that a link names, not the link
    building = path.with_name(f".{path.name}.new")
    with guard(path):
        _forget(building)
        try:
            with closing(connect_writer(building)) as connection:
                apply(connection)
                # closing would keep quiet about a full disk, and what is still in the log does not go with the file
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            building.replace(path)
        finally:
            _forget(building)


def _forget(building: Path) -> None:
    """Delete a file that was not finished, with what belongs to it."""
    for ending in ("", "-wal", "-shm"):
        building.with_name(building.name + ending).unlink(missing_ok=True)


def upgrade(path: Path) -> None:
    """Bring an older file up to date; the header says so before anything else is written."""
    with guard(path), closing(connect_writer(path)) as connection:
        apply(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def applied(connection: sqlite3.Connection) -> tuple[tuple[str, str], ...]:
    """(name, applied at) of the steps that a file went through."""
    rows = connection.execute(
        "SELECT name, applied_at FROM _sqlite_migrations WHERE migration_set = 'aggregator' ORDER BY id"
    )
    return tuple((name, at) for name, at in rows)
