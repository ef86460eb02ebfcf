"""Text that a source's pages have in common, counted as pages are stored."""

import sqlite3
from datetime import datetime

from aggregator.clean.segments import MAX_SEGMENTS, is_boilerplate, segments_of
from aggregator.models import Article

from .times import to_text

_COUNT = """INSERT INTO segment (source, hash, pages, seen_at) VALUES (?1, ?2, 1, ?3) ON CONFLICT (source, hash) DO UPDATE
SET pages = pages + 1, seen_at = excluded.seen_at, line = coalesce(line, ?4)"""


def count(db: sqlite3.Connection, source: str | None, article: Article, *, now: datetime) -> None:
    """Count a new article's segments. The text itself is kept from the second page on, or every text would be stored twice."""
    if source is None:
        return
    lines = (*article.paragraphs, *(line.text for line in article.removed))
    texts = {hash_: line for line in lines[:MAX_SEGMENTS] for hash_ in segments_of((line,))}
    seen = to_text(now)
    db.executemany(_COUNT, [(source, hash_, seen, line) for hash_, line in texts.items()])


def repeated(db: sqlite3.Connection, source: str) -> frozenset[int]:
    """Hashes of a source's segments that are boilerplate."""
    pages = db.execute("SELECT count(*) FROM article WHERE source = ?", (source,)).fetchone()[0]
    rows = db.execute("SELECT hash, pages FROM segment WHERE source = ? AND pages > 1", (source,))
    return frozenset(hash_ for hash_, seen in rows if is_boilerplate(seen, pages))
