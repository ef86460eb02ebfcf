"""Taking an article out on request, so that it stays out."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from aggregator.models import ArchiveRef
from aggregator.urls import url_key

from . import likeness, segments
from .copies import stand_alone
from .forms import ADD_FORMS, FORGET_FORMS, extra_forms
from .numbers import own_numbers
from .times import to_text


def remove(db: sqlite3.Connection, url: str, *, reason: str, now: datetime) -> int | None:
    """Delete an article and leave a tombstone for each form of its address; returns its id.

    An address that leads to no stored article gets a tombstone all the same.
    """
    article, forms = _all_forms(db, url)
    keys = forms | own_numbers(db, forms.values())
    stones = [(form, address, article, reason, to_text(now)) for form, address in keys.items()]
    db.executemany(
        "INSERT INTO tombstone (key, url, article, reason, removed_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        stones,
    )
    db.executemany("DELETE FROM page WHERE key = ?", [(form,) for form in forms])
    if article is not None:
        db.execute("DELETE FROM page WHERE article = ?", (article,))
        _delete(db, article)
    return article


def raw_pages(db: sqlite3.Connection, url: str) -> tuple[ArchiveRef, ...]:
    """Where the raw pages of an article lie, by any form of its address."""
    article, forms = _all_forms(db, url)
    found: set[ArchiveRef] = set()
    for key in forms:
        found.update(_refs(db.execute(f"{_PAGES} WHERE key = ? OR article = ?", (key, article))))
    return tuple(sorted(found, key=lambda ref: (ref.segment, ref.offset)))


def raw_pages_before(db: sqlite3.Connection, before: datetime) -> tuple[ArchiveRef, ...]:
    """Where the raw pages of the articles lie whose texts `drop_texts` drops."""
    return tuple(_refs(db.execute(f"{_PAGES} WHERE article IN ({_OLD})", (to_text(before),))))


_PAGES: Final = "SELECT segment, start, length FROM page"
_OLD: Final = "SELECT id FROM article WHERE coalesce(published_at, first_seen_at) < ?"


def _refs(rows: Iterable[tuple[str, int, int]]) -> Iterator[ArchiveRef]:
    return (ArchiveRef(segment=segment, offset=start, length=length) for segment, start, length in rows)


def _all_forms(db: sqlite3.Connection, url: str) -> tuple[int | None, dict[str, str]]:
    """The article that an address leads to, and every form of its address by key."""
    key = url_key(url)
    row = db.execute("SELECT article FROM url WHERE key = ?", (key,)).fetchone()
    article = None if row is None else row[0]
    forms = {key: url}
    if article is not None:
        forms |= dict(db.execute("SELECT key, url FROM url WHERE article = ?", (article,)).fetchall())
    return article, forms


DROPPED: Final = "…"
"""What stands for a text that was dropped: the column is never empty, and no search finds it."""


def drop_texts(db: sqlite3.Connection, *, before: datetime, now: datetime) -> int:
    """Empty the texts of articles published before an instant (else: first seen), and what was made of them; returns how many.

    Facts stay: address, title, description, dates, authors and fingerprints, so that the same text does not come back as new.
    """
    db.execute(f"DELETE FROM page WHERE article IN ({_OLD})", (to_text(before),))  # noqa: S608 (our own query)
    ids = db.execute(f"{_OLD} AND body <> ?", (to_text(before), DROPPED)).fetchall()
    for (article,) in ids:  # a file may hold more text than there is memory
        title, description, body = db.execute(
            "SELECT title, description, body FROM article WHERE id = ?", (article,)
        ).fetchone()
        if forms := extra_forms(title, description, body):
            db.execute(FORGET_FORMS, (article, *forms))
        if forms := extra_forms(title, description, DROPPED):
            db.execute(ADD_FORMS, (article, *forms))
        db.execute("UPDATE article SET body = ?, changed_at = ? WHERE id = ?", (DROPPED, to_text(now), article))
        db.execute("UPDATE revision SET body = NULL WHERE article = ?", (article,))
        for table in ("removed", "entry", "mention"):
            db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))  # noqa: S608 (our own names)
    return len(ids)


def _delete(db: sqlite3.Connection, article: int) -> None:
    title, description, body, sketch, story, source = db.execute(
        "SELECT title, description, body, sketch, story_id, source FROM article WHERE id = ?", (article,)
    ).fetchone()
    segments.forget_lines(db, source, body)
    likeness.set_sketch(db, article, old=sketch, new=None)
    if forms := extra_forms(title, description, body):
        db.execute(FORGET_FORMS, (article, *forms))
    _promote_copy(db, article)
    db.execute("DELETE FROM article WHERE id = ?", (article,))
    retell(db, story)


def _promote_copy(db: sqlite3.Connection, article: int) -> None:
    """The oldest copy takes the place of the original."""
    heir = db.execute("SELECT min(id) FROM article WHERE duplicate_of = ?", (article,)).fetchone()[0]
    if heir is not None:
        db.execute("UPDATE article SET duplicate_of = ? WHERE duplicate_of = ?", (heir, article))
        stand_alone(db, heir)


def retell(db: sqlite3.Connection, story: int | None) -> None:
    """A story without articles goes; one that is left has the headline of its first article."""
    first = db.execute("SELECT title FROM article WHERE story_id = ? ORDER BY id LIMIT 1", (story,)).fetchone()
    if first is not None:
        db.execute("UPDATE story SET title = ? WHERE id = ?", (first[0], story))
    else:
        db.execute("DELETE FROM story_term WHERE story = ?", (story,))
        db.execute("DELETE FROM story WHERE id = ?", (story,))
