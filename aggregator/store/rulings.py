"""What a person says about two articles: copies of one, or two of their own. It is kept, and no later step overrules it."""

import sqlite3
from datetime import datetime
from typing import Final

from aggregator.errors import UsageError
from aggregator.urls import url_key

from .copies import put_below, root, stand_alone
from .removal import retell
from .times import to_text

BY_HAND: Final = "a person said so"

_RULE: Final = """INSERT INTO ruling (article, other, original, reason, ruled_at) VALUES (min(?1, ?2), max(?1, ?2), ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET original = excluded.original, reason = excluded.reason, ruled_at = excluded.ruled_at"""


def merge(db: sqlite3.Connection, copy: str, original: str, *, reason: str, now: datetime) -> tuple[int, int]:
    """Make one article, with its copies, a copy of another; returns both ids, the second that of the original. Raises UsageError."""
    one, other = _known(db, copy), _known(db, original)
    if one == other:
        raise UsageError("both addresses lead to the same article already", subject=copy)
    if root(db, one) == root(db, other) and one != root(db, one):
        raise UsageError("it is a copy of that article already", subject=copy)
    join(db, one, other, reason=reason)
    db.execute(_RULE, (one, other, other, reason, to_text(now)))
    return one, root(db, other)


def join(db: sqlite3.Connection, one: int, other: int, *, reason: str) -> None:
    """Put an article and its group below the original of another. Where they are one group, the other becomes its original."""
    below, above = root(db, one), root(db, other)
    if below == above:
        above = other
        stand_alone(db, above)
    put_below(db, below, above, containment=None, evidence=f"{BY_HAND}: {reason}")
    story, left = (_story(db, id_) for id_ in (above, below))
    db.execute("UPDATE article SET story_id = ?1 WHERE duplicate_of = ?2", (story, above))
    if left != story:
        retell(db, left)


def split(db: sqlite3.Connection, copy: str, *, reason: str, now: datetime) -> tuple[int, int]:
    """Make a copy an article of its own; returns its id and that of its former original. Raises UsageError."""
    id_ = _known(db, copy)
    original = root(db, id_)
    if original == id_:
        raise UsageError(
            "it is no copy", subject=copy, hint="`SELECT url, original_url FROM duplicates` lists the copies"
        )
    stand_alone(db, id_)
    db.execute(_RULE, (id_, original, None, reason, to_text(now)))
    return id_, original


def _story(db: sqlite3.Connection, id_: int) -> int | None:
    row = db.execute("SELECT story_id FROM article WHERE id = ?", (id_,)).fetchone()
    return None if row is None else row[0]


def _known(db: sqlite3.Connection, url: str) -> int:
    row = db.execute("SELECT article FROM url WHERE key = ?", (url_key(url),)).fetchone()
    if row is None or row[0] is None:
        raise UsageError("no such article is stored", subject=url)
    return int(row[0])


def kept_apart(db: sqlite3.Connection, id_: int) -> frozenset[int]:
    """Articles that a person said are others than this one."""
    query = """SELECT CASE article WHEN ?1 THEN other ELSE article END FROM ruling
    WHERE ?1 IN (article, other) AND original IS NULL"""
    return frozenset(other for (other,) in db.execute(query, (id_,)))


def put_together(db: sqlite3.Connection) -> None:
    """Apply what persons said are copies, the oldest ruling first."""
    query = """SELECT CASE original WHEN article THEN other ELSE article END, original, reason FROM ruling
    WHERE original IS NOT NULL ORDER BY ruled_at, article, other"""
    for copy, original, reason in db.execute(query).fetchall():
        if root(db, copy) != root(db, original) or root(db, original) == copy:
            join(db, copy, original, reason=reason)
