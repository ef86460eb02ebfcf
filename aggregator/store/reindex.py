"""Making fingerprints and copies anew from the stored texts, as the present release would, whatever order the articles came in."""

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from aggregator.identity import decide, fingerprint
from aggregator.models import Article, Candidate, Dated, Paywall, Verdict

from . import copies, likeness, rulings
from .removal import DROPPED
from .rows import pack_sketch
from .times import from_text

CANDIDATES: Final = 20

# The earliest first, so that the original is stored before its copies; the address decides between equals.
_ORDER: Final = "SELECT id FROM article WHERE body <> ? ORDER BY coalesce(published_at, first_seen_at), url"
_FORGET: Final = """UPDATE article SET content = NULL, sketch = NULL, duplicate_of = NULL, containment = NULL, evidence = NULL
WHERE body <> ?1 AND NOT EXISTS (SELECT 1 FROM article original WHERE original.id = article.duplicate_of AND original.body = ?1)"""
_READ: Final = """SELECT url, title, body, language, paywall, agency, published_at, published_precision, published_zone, duplicate_of
FROM article WHERE id = ?"""


def reindex(db: sqlite3.Connection) -> tuple[int, int]:
    """Rebuild all fingerprints and copies; returns how many articles were read, and how many of them have another original now.

    What persons ruled holds. Texts that were dropped, and the copies of such, keep what is known of them.
    """
    before = dict(db.execute("SELECT id, duplicate_of FROM article").fetchall())
    ids = [id_ for (id_,) in db.execute(_ORDER, (DROPPED,)).fetchall()]
    _forget_sketches(db)
    db.execute(_FORGET, (DROPPED,))
    for id_ in ids:
        _judge(db, id_)
    rulings.put_together(db)
    after = db.execute("SELECT id, duplicate_of FROM article").fetchall()
    return len(ids), sum(before[id_] != original for id_, original in after)


def _forget_sketches(db: sqlite3.Connection) -> None:
    """Empty the index of sketches, but for texts that were dropped."""
    kept = "SELECT value, article FROM near_dup JOIN article ON article.id = near_dup.article WHERE body = ?"
    rows = db.execute(kept, (DROPPED,)).fetchall()
    db.execute("DELETE FROM near_dup")
    db.executemany("INSERT INTO near_dup (value, article) VALUES (?, ?)", rows)


def _judge(db: sqlite3.Connection, id_: int) -> None:
    row = db.execute(_READ, (id_,)).fetchone()
    article = _article(row)
    assert article.fingerprint is not None  # noqa: S101 (made just now)
    found = likeness.candidates(db, keys=(), fingerprint=article.fingerprint, limit=CANDIDATES)
    verdict = decide(article, tuple(_allowed(db, id_, found))) if row[-1] is None else Verdict(relation="new")
    packed = pack_sketch(article.fingerprint.sketch)
    db.execute("UPDATE article SET content = ?, sketch = ? WHERE id = ?", (article.fingerprint.content, packed, id_))
    likeness.set_sketch(db, id_, old=None, new=packed)
    if verdict.of is not None and verdict.of != id_:
        copies.tie(db, id_, copies.root(db, verdict.of), verdict)


def _allowed(db: sqlite3.Connection, id_: int, found: tuple[Candidate, ...]) -> Iterator[Candidate]:
    """Candidates that no person said are other articles, nor copies of one that is."""
    apart = rulings.kept_apart(db, id_)
    for candidate in found:
        if candidate.id not in apart and candidate.duplicate_of not in apart:
            yield candidate


def _article(row: tuple[Any, ...]) -> Article:
    """What the decision needs of a stored article."""
    url, title, body, language, paywall, agency, at, precision, zone, _ = row
    dated = None if at is None else Dated(instant=from_text(at), precision=precision, zone=zone, origin="")
    return Article(
        url=url,
        title=title,
        text=body,
        language=language,
        paywall=Paywall(paywall),
        agency=agency,
        publication=dated,
        fingerprint=fingerprint(title, body, language),
    )
