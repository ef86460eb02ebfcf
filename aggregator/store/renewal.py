"""Stored articles beside their raw pages: which can be read again, and what another reading changes, without a new version."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aggregator.models import ArchiveRef, Article

from . import articles
from .removal import DROPPED, retell
from .rows import COLUMNS, SqlValue, article_row, changed_columns
from .times import to_text

# What is made of the others, or says how it was made: not worth a word of its own.
_QUIET: Final = frozenset({"quality", "word_count", "extractor", "content", "sketch"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """A stored article and where the pages lie that its text comes from: its page first, then its further ones. None: no raw page."""

    id: int
    url: str
    source: str | None
    pages: tuple[ArchiveRef, ...]


# The page that brought the stored text, not a later one: that may be behind a paywall by now.
_MAIN: Final = """SELECT max(page.fetch) FROM page JOIN fetch ON fetch.id = page.fetch
WHERE page.article = ? AND fetch.kind <> 'part' AND fetch.outcome IN ('new', 'duplicate', 'updated')"""
# Its further pages were fetched between it and the next look at the article.
_NEXT: Final = """SELECT min(page.fetch) FROM page JOIN fetch ON fetch.id = page.fetch
WHERE page.article = ?1 AND fetch.kind <> 'part' AND page.fetch > ?2"""
_PAGES: Final = """SELECT segment, start, length FROM page
WHERE article = ?1 AND fetch >= ?2 AND (?3 IS NULL OR fetch < ?3) ORDER BY fetch"""


def raw_articles(db: sqlite3.Connection, *, source: str | None, since: datetime | None) -> Iterator[RawArticle]:
    """All articles that have a text, or those of a source, or those stored since an instant; in the order of their ids."""
    query = """SELECT id, url, source FROM article WHERE id > ? AND body <> ? AND (? IS NULL OR source = ?)
    AND (? IS NULL OR first_seen_at >= ?) ORDER BY id LIMIT 500"""
    start = None if since is None else to_text(since)
    last = 0
    while rows := db.execute(query, (last, DROPPED, source, source, start, start)).fetchall():
        last = rows[-1][0]
        for id_, url, its_source in rows:
            yield RawArticle(id=id_, url=url, source=its_source, pages=_pages(db, id_))


def _pages(db: sqlite3.Connection, article: int) -> tuple[ArchiveRef, ...]:
    main = db.execute(_MAIN, (article,)).fetchone()[0]
    if main is None:
        return ()
    following = db.execute(_NEXT, (article, main)).fetchone()[0]
    rows = db.execute(_PAGES, (article, main, following))
    return tuple(ArchiveRef(segment=segment, offset=start, length=length) for segment, start, length in rows)


def differences(db: sqlite3.Connection, id_: int, article: Article) -> tuple[str, ...]:
    """Columns of a stored article that another reading fills in another way."""
    return tuple(column for column, _ in _different(db, id_, article) if column not in _QUIET)


def put_anew(db: sqlite3.Connection, id_: int, article: Article, *, now: datetime) -> tuple[str, ...]:
    """Put another reading of its page in the place of an article; returns the columns that changed, but for what is made of others.

    The article keeps its address, its story, what it copies and its earlier versions: the outlet changed nothing.
    """
    different = _different(db, id_, article)
    told = tuple(column for column, _ in different if column not in _QUIET)
    changed_at = (("changed_at", to_text(now)),) if told else ()
    articles.rewrite(db, id_, article, (*different, *changed_at))
    if "title" in told:
        retell(db, db.execute("SELECT story_id FROM article WHERE id = ?", (id_,)).fetchone()[0])
    return told


def _different(db: sqlite3.Connection, id_: int, article: Article) -> tuple[tuple[str, SqlValue], ...]:
    """Values that are not those stored. An article of several versions keeps what its latest page does not state."""
    query = f"SELECT revisions, {', '.join(COLUMNS)} FROM article WHERE id = ?"  # noqa: S608 (our own column names)
    revisions, *stored = db.execute(query, (id_,)).fetchone()
    values: Any = changed_columns(article) if revisions else zip(COLUMNS, article_row(article), strict=True)
    before = dict(zip(COLUMNS, stored, strict=True))
    return tuple((column, value) for column, value in values if before[column] != value)
