"""Questions over many rows: the dates of each source, the versions of an article, the stories of late."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from aggregator.dates.habits import SourceDates

from .queries import Reader, record
from .times import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One wording of an article. `change` says what this version changed in the one before (title, text, date, joined by +), `summary`
    the same in words, `nature` what sort of change it was, `returns_to` which earlier version it is again; None for the first."""

    number: int
    seen_at: str
    change: str | None
    nature: str | None
    returns_to: int | None
    summary: str | None
    title: str
    description: str | None
    body: str
    published_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A row of the view `stories`."""

    story_id: int
    title: str
    language: str | None
    first_seen_at: str
    last_seen_at: str
    first_published_at: str | None
    articles: int
    sources: int
    source_list: tuple[str, ...]


# The median is the row in the middle; published_at may be a day, which julianday() reads as its midnight.
_DATES: Final = """WITH dated AS (
  SELECT coalesce(source, '') AS source, published_at, published_precision, published_zone, published_confidence, first_seen_at,
    julianday(first_seen_at) - julianday(published_at) AS lag FROM article
), middle AS (
  SELECT source, lag FROM (
    SELECT source, lag, row_number() OVER (PARTITION BY source ORDER BY lag) AS place, count(*) OVER (PARTITION BY source) AS size
    FROM dated WHERE lag IS NOT NULL
  ) WHERE place = (size + 1) / 2
), minutes AS (
  SELECT source, max(size) AS most FROM (
    SELECT source, count(*) AS size FROM dated WHERE published_precision IN ('second', 'minute')
    GROUP BY source, substr(published_at, 1, 16)
  ) GROUP BY source
)
SELECT dated.source, count(*), sum(published_at IS NULL), sum(coalesce(published_precision = 'day', 0)), sum(coalesce(dated.lag < -1, 0)),
  sum(coalesce(published_zone = 'unknown' AND published_precision IN ('second', 'minute'), 0)),
  sum(coalesce(published_precision IN ('second', 'minute') AND substr(published_at, 12, 8) = '00:00:00', 0)),
  sum(coalesce(published_confidence < 0.7, 0)), coalesce(minutes.most, 0), round(middle.lag, 2), max(published_at)
FROM dated LEFT JOIN middle USING (source) LEFT JOIN minutes USING (source) GROUP BY dated.source ORDER BY dated.source"""


def source_dates(reader: Reader) -> tuple[SourceDates, ...]:
    """Counts over the dates of each source, by source; articles without one are those of the source ''."""
    return tuple(record(SourceDates, row) for row in reader.ask(_DATES))


def versions(reader: Reader, article: int) -> tuple[Version, ...]:
    """All wordings of an article, the oldest first; the last is what is stored now. Empty for an unknown id."""
    now = reader.ask("SELECT title, description, body, published_at, changed_at FROM article WHERE id = ?", article)
    before = reader.ask(_BEFORE, article)
    return tuple(_versions(before, now[0])) if now else ()


_BEFORE: Final = """SELECT title, description, body, published_at, seen_at, kind, nature, returns_to, summary
FROM revision WHERE article = ? ORDER BY number"""
_Row = tuple[Any, ...]


def _versions(before: list[_Row], now: _Row) -> Iterator[Version]:
    bodies = [now[2]]
    for row in reversed(before):  # a text that the next version has, too, is stored once
        bodies.append(bodies[-1] if row[2] is None else row[2])
    changes = [(None,) * 4, *(row[5:] for row in before)]
    for number, (row, body, change) in enumerate(zip([*before, now], reversed(bodies), changes, strict=True), 1):
        title, description, _, published, seen = row[:5]
        yield Version(
            number=number,
            seen_at=seen,
            change=change[0],
            nature=change[1],
            returns_to=change[2],
            summary=change[3],
            title=title,
            description=description,
            body=body,
            published_at=published,
        )


def stories(reader: Reader, *, since: datetime | None = None, least: int = 1, limit: int = 20) -> tuple[StoryRow, ...]:
    """Stories that an article joined from `since` on and that at least so many outlets tell: most outlets, then most articles first."""
    query = f"""SELECT {", ".join(f.name for f in fields(StoryRow))} FROM stories
      WHERE (?1 IS NULL OR last_seen_at >= ?1) AND sources >= ?2 ORDER BY sources DESC, articles DESC, last_seen_at DESC LIMIT ?3"""  # noqa: S608
    rows = reader.ask(query, None if since is None else to_text(since), least, limit)
    return tuple(record(StoryRow, row) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """One article of a story. `copy_of` is the id of the article that it copies."""

    article: int
    url: str
    title: str
    source: str | None
    published_at: str | None
    copy_of: int | None


def story_articles(reader: Reader, story: int) -> tuple[StoryArticle, ...]:
    """The articles that tell a story, the earliest first."""
    rows = reader.ask(
        "SELECT article, url, title, source, published_at, duplicate_of FROM story_article WHERE story_id = ? "
        "ORDER BY published_at IS NULL, published_at, article",
        story,
    )
    return tuple(record(StoryArticle, row) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """A row of the view `revisions`, without the texts."""

    article: int
    url: str
    number: int
    replaced_at: str
    kind: str
    nature: str | None
    summary: str
    words_added: int | None
    words_removed: int | None
    returns_to: int | None
    title: str
    title_now: str
    source: str | None


def revisions(
    reader: Reader,
    *,
    since: datetime | None = None,
    nature: str | None = None,
    source: str | None = None,
    limit: int = 20,
) -> tuple[RevisionRow, ...]:
    """Changes that were seen from `since` on, of one nature and of one source, the latest first."""
    query = f"""SELECT {", ".join(f.name for f in fields(RevisionRow))} FROM revisions
      WHERE (?1 IS NULL OR replaced_at >= ?1) AND (?2 IS NULL OR nature = ?2) AND (?3 IS NULL OR source = ?3)
      ORDER BY replaced_at DESC, article, number DESC LIMIT ?4"""  # noqa: S608 (our own column names)
    rows = reader.ask(query, None if since is None else to_text(since), nature, source, limit)
    return tuple(record(RevisionRow, row) for row in rows)
