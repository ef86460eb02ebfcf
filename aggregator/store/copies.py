"""Which article is whose copy. A copy names its original, never another copy."""

import sqlite3

from aggregator.models import Verdict


def root(db: sqlite3.Connection, id_: int) -> int:
    """The article that is no copy behind an article: itself, if it is none."""
    row = db.execute("SELECT coalesce(duplicate_of, id) FROM article WHERE id = ?", (id_,)).fetchone()
    return int(row[0])


def stand_alone(db: sqlite3.Connection, id_: int) -> None:
    """Make an article no copy of another."""
    db.execute("UPDATE article SET duplicate_of = NULL, containment = NULL, evidence = NULL WHERE id = ?", (id_,))


def tie(db: sqlite3.Connection, id_: int, original: int, verdict: Verdict) -> None:
    """Tie two articles as a verdict has it: the first a copy of the other, or the other way round."""
    below, above = (original, id_) if verdict.original else (id_, original)
    put_below(db, below, above, containment=verdict.containment, evidence=verdict.evidence)


def put_below(db: sqlite3.Connection, id_: int, original: int, *, containment: float | None, evidence: str) -> None:
    """Make an article, with its copies, a copy of an original."""
    db.execute("UPDATE article SET duplicate_of = ?1 WHERE duplicate_of = ?2 AND id <> ?1", (original, id_))
    db.execute(
        "UPDATE article SET duplicate_of = ?, containment = ?, evidence = ? WHERE id = ?",
        (original, containment, evidence, id_),
    )
