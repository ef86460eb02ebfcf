"""Text that a source's pages have in common, counted as pages are stored.

The counts are of a sample that forgets: every page of a young source, then one in four, and at 400 pages all counts are halved.
So a source's rows stay few, what stood once goes away, and a redesigned site's new boilerplate is learned within weeks.
"""

import sqlite3
from datetime import datetime
from typing import Final

from aggregator.clean.segments import MAX_SEGMENTS, is_boilerplate, segments_of
from aggregator.models import Article

from .times import to_text

YOUNG: Final = 100  # pages: so many are all counted, which is enough to learn from
EVERY: Final = 4  # of an older source, one page in so many
HALVE_AT: Final = 400  # pages
_PAGES: Final = 0  # in place of a hash: the row that counts the pages themselves

_COUNT: Final = """INSERT INTO segment (source, hash, pages, seen_at) VALUES (?1, ?2, 1, ?3) ON CONFLICT (source, hash)
DO UPDATE SET pages = pages + 1, seen_at = excluded.seen_at, line = coalesce(line, ?4)"""


def count(db: sqlite3.Connection, source: str | None, article: Article, *, number: int, now: datetime) -> None:
    """Count a new article's segments; `number` is its id. The text itself is kept from the second page on, or every text would
    be stored twice."""
    if source is None:
        return
    pages = _counted(db, source)
    if pages >= YOUNG and number % EVERY:
        return
    lines = (*article.paragraphs, *(line.text for line in article.removed))
    texts: dict[int, str | None] = {hash_: line for line in lines[:MAX_SEGMENTS] for hash_ in segments_of((line,))}
    seen = to_text(now)
    db.executemany(_COUNT, [(source, hash_, seen, line) for hash_, line in (texts | {_PAGES: None}).items()])
    if pages + 1 >= HALVE_AT:
        db.execute("UPDATE segment SET pages = pages / 2 WHERE source = ?", (source,))
        db.execute("DELETE FROM segment WHERE source = ? AND pages = 0", (source,))


def _counted(db: sqlite3.Connection, source: str) -> int:
    row = db.execute("SELECT pages FROM segment WHERE source = ? AND hash = ?", (source, _PAGES)).fetchone()
    return row[0] if row else 0


def repeated(db: sqlite3.Connection, source: str) -> frozenset[int]:
    """Hashes of a source's segments that are boilerplate."""
    pages = _counted(db, source)
    rows = db.execute("SELECT hash, pages FROM segment WHERE source = ? AND pages > 1 AND hash <> ?", (source, _PAGES))
    return frozenset(hash_ for hash_, seen in rows if is_boilerplate(seen, pages))


def forget_lines(db: sqlite3.Connection, source: str | None, text: str) -> None:
    """Keep no line of a text that goes. The counts stay: they are of hashes."""
    hashes = [(source, hash_) for hash_ in segments_of(text.split("\n\n"))]
    db.executemany("UPDATE segment SET line = NULL WHERE source = ? AND hash = ?", hashes)
