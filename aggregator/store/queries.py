"""What the command line and scripts read. A reader never waits for the writer, and cannot change anything."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from aggregator.errors import StoreError
from aggregator.models import ArchiveRef, Candidate, Fingerprint

from . import likeness
from .files import connect_reader, guard, inspect
from .forms import DENSE, fold_arabic
from .fulltext import Plan, parse_query
from .migrations import NEWEST
from .rows import from_json_list
from .times import to_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_R = TypeVar("_R", bound="DataclassInstance")
_SNIPPET_CHARS: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that a search found. `snippet` marks what was found with `**`; `score` is higher for better hits."""

    url: str
    title: str
    snippet: str
    published_at: str | None
    source: str | None
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """A row of the view `articles`; instants are text as stored."""

    id: int
    url: str
    title: str
    description: str | None
    body: str
    authors: tuple[str, ...]
    source: str | None
    section: str | None
    tags: tuple[str, ...]
    language: str | None
    published_at: str | None
    published_instant: str | None
    published_day: str | None
    published_precision: str | None
    published_offset: int | None
    published_zone: str | None
    published_origin: str | None
    published_confidence: float | None
    modified_at: str | None
    first_seen_at: str
    last_seen_at: str
    changed_at: str
    word_count: int
    kind: str
    paywall: str
    agency: str | None
    image: str | None
    image_caption: str | None
    story_id: int | None
    revisions: int
    copies: int
    directives: tuple[str, ...]
    quality: float
    extractor: str
    image_credit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How much there is."""

    articles: int
    duplicates: int
    revisions: int
    stories: int
    sources: int
    fetches: int
    words: int
    first_day: str | None
    last_day: str | None
    by_source: tuple[tuple[str, int], ...]
    by_language: tuple[tuple[str, int], ...]
    by_reason: tuple[tuple[str, int], ...]
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One source in the latest run; a run without sources is one row whose `source` is None."""

    run: int
    started_at: str
    finished_at: str | None
    status: int | None
    source: str | None
    new: int | None
    updated: int | None
    unchanged: int | None
    duplicate: int | None
    rejected: int | None
    errors: int | None
    skipped: int | None
    reasons: tuple[tuple[str, int], ...]
    listings: int | None
    found: int | None
    requests: int | None
    bytes: int | None
    seconds: float | None
    failure: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRow:
    """A row of the view `source_health`."""

    source: str
    name: str
    state: str
    last_run_at: str | None
    last_success_at: str | None
    last_new_at: str | None
    next_due_at: str | None
    failures: int
    last_error: str | None
    articles: int
    new: int | None
    rejected: int | None
    errors: int | None
    warnings: tuple[str, ...]


_ARTICLE: Final = f"SELECT {', '.join(f.name for f in fields(ArticleRow))} FROM articles"  # noqa: S608 (our own names)
_RUN: Final = f"SELECT {', '.join(f.name for f in fields(RunRow))} FROM last_run ORDER BY source"  # noqa: S608
_HEALTH: Final = f"SELECT {', '.join(f.name for f in fields(HealthRow))} FROM source_health ORDER BY source"  # noqa: S608


def open_reader(path: str | Path) -> "Reader":
    """Open a file for reading only, also while a crawl writes to it. Nothing is created or changed.

    Raises StoreError when there is no such file or it is of an earlier release, and DamagedFile, ForeignFile or NewerSchema.
    """
    place = Path(path)
    version = inspect(place, newest=NEWEST, thorough=False)
    if version == 0:
        raise StoreError("there is no such database", subject=str(place), hint="a crawl makes it")
    if version < NEWEST:
        raise StoreError(
            f"the file has schema {version}, this release needs {NEWEST}",
            subject=str(place),
            hint="run `aggregator migrate`",
        )
    with guard(place):
        return Reader(place, connect_reader(place))


class Reader:
    """Answers questions about a file. Made by `open_reader`; a context manager that closes it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query of ours. Raises StoreError."""
        with guard(self.path):
            return self._db.execute(query, values).fetchall()

    # -------------------------------------------------------------------------------------------- search

    def search(
        self, query: str, *, since: datetime | None = None, source: str | None = None, limit: int = 20
    ) -> tuple[Hit, ...]:
        """Articles with all words of a query, best first; `"a phrase"`, `-without`, `begin*`. Any text is a valid query.

        `since` compares the date of publication, or when the article was stored if that is unknown.
        """
        plan = parse_query(query)
        if plan is None:
            return ()
        day = None if since is None else to_text(since)[:10]
        rows = self.ask(_SEARCH, plan.words, plan.forms, plan.unwanted, day, source, limit)
        return tuple(
            Hit(
                url=url,
                title=title,
                snippet=self._snippet(id_, body, plan, index),
                published_at=day_,
                source=origin,
                score=-score,
            )
            for id_, url, title, body, day_, origin, score, index in rows
        )

    def _snippet(self, id_: int, body: str, plan: Plan, index: int) -> str:
        if index == 1:
            query = "SELECT snippet(article_fts, 2, '**', '**', '…', 24) FROM article_fts WHERE article_fts MATCH ? AND rowid = ?"
            text = self.ask(query, plan.words, id_)[0][0]
        else:
            text = _cut_around(body, plan.first)
        return " ".join(text.split())

    # -------------------------------------------------------------------------------------------- articles

    def export_rows(self, since: datetime | None = None) -> Iterator[ArticleRow]:
        """Articles in the order in which they were stored; with `since` only those stored or changed from then on."""
        where = "" if since is None else " WHERE changed_at >= ?"
        values = () if since is None else (to_text(since),)
        with guard(self.path):
            for row in self._db.execute(f"{_ARTICLE}{where} ORDER BY id", values):
                yield record(ArticleRow, row)

    def article_by_url(self, url: str) -> ArticleRow | None:
        """The article that any form of its address leads to; for a copy, its original."""
        query = f"{_ARTICLE} WHERE id = (SELECT coalesce(duplicate_of, id) FROM article WHERE id = ?)"  # noqa: S608
        article = self.article_id(url)
        rows = [] if article is None else self.ask(query, article)
        return record(ArticleRow, rows[0]) if rows else None

    def page_ref(self, url: str) -> ArchiveRef | None:
        """Where the latest raw page of an address lies in the archive."""
        from aggregator.urls import url_key

        key, article = url_key(url), self.article_id(url)
        rows = self.ask(
            "SELECT segment, start, length FROM page WHERE key = ? OR article = ? ORDER BY fetch DESC LIMIT 1",
            key,
            article,
        )
        return ArchiveRef(segment=rows[0][0], offset=rows[0][1], length=rows[0][2]) if rows else None

    def candidates(
        self, *, keys: Sequence[str], fingerprint: Fingerprint, limit: int = 20, url: str | None = None
    ) -> tuple[Candidate, ...]:
        """As `Store.candidates`: what an article would be compared with."""
        with guard(self.path):
            return likeness.candidates(self._db, keys=keys, fingerprint=fingerprint, limit=limit, url=url)

    def article_id(self, url: str) -> int | None:
        """The id of the article that any form of its address leads to, copies included."""
        from aggregator.urls import url_key

        rows = self.ask("SELECT article FROM url WHERE key = ?", url_key(url))
        rows = rows or self.ask("SELECT id FROM article WHERE url = ?", url)
        return rows[0][0] if rows else None

    # -------------------------------------------------------------------------------------------- state

    def stats(self) -> Stats:
        """Counts over the whole file."""
        counts = self.ask(_COUNTS)[0]
        return Stats(
            articles=counts[0],
            duplicates=counts[1],
            revisions=counts[2],
            stories=counts[3],
            sources=counts[4],
            fetches=counts[5],
            words=counts[6],
            first_day=counts[7],
            last_day=counts[8],
            by_source=self._counts("SELECT source, count(*) FROM articles GROUP BY source"),
            by_language=self._counts("SELECT coalesce(language, 'unknown'), count(*) FROM articles GROUP BY language"),
            by_reason=self._counts("SELECT reason, count(*) FROM fetch WHERE reason IS NOT NULL GROUP BY reason"),
            bytes=self.path.stat().st_size,
        )

    def _counts(self, query: str) -> tuple[tuple[str, int], ...]:
        return tuple((name or "none", count) for name, count in self.ask(f"{query} ORDER BY 2 DESC, 1"))

    def last_run(self) -> tuple[RunRow, ...]:
        """The latest run, one row for each source."""
        return tuple(record(RunRow, row) for row in self.ask(_RUN))

    def source_health(self) -> tuple[HealthRow, ...]:
        """How each source is doing."""
        return tuple(record(HealthRow, row) for row in self.ask(_HEALTH))


_COUNTS: Final = """SELECT
  (SELECT count(*) FROM article WHERE duplicate_of IS NULL), (SELECT count(*) FROM article WHERE duplicate_of IS NOT NULL),
  (SELECT count(*) FROM revision), (SELECT count(*) FROM story), (SELECT count(*) FROM source), (SELECT count(*) FROM fetch),
  coalesce(sum(word_count), 0), min(published_day), max(published_day)
FROM article WHERE duplicate_of IS NULL"""


def record(kind: type[_R], row: tuple[Any, ...]) -> _R:
    """A row as a record, by the order of its fields; JSON arrays become tuples."""
    values = dict(zip((f.name for f in fields(kind)), row, strict=True))
    for name in ("authors", "tags", "directives", "warnings", "source_list"):
        if name in values:
            values[name] = from_json_list(values[name] or "[]")
    if "reasons" in values:
        values["reasons"] = tuple(json.loads(values["reasons"] or "{}").items())
    return kind(**values)


# ------------------------------------------------------------------------------------------------ search

# A title weighs as much as eight words of text. MATERIALIZED: bm25() works only in the very query that matches, and the texts
# are read for the best hits only. An article that stands in both indexes is judged by the second, which has it whole.
_SEARCH: Final = """WITH hit AS MATERIALIZED (
  SELECT rowid AS id, bm25(article_fts, 8.0, 3.0, 1.0) AS score, 1 AS number FROM article_fts WHERE article_fts MATCH ?1
  UNION ALL
  SELECT rowid, bm25(article_forms, 8.0, 3.0, 1.0), 2 FROM article_forms WHERE article_forms MATCH ?2
), unwanted AS MATERIALIZED (
  SELECT rowid AS id FROM article_forms WHERE ?3 IS NOT NULL AND article_forms MATCH coalesce(?3, '""')
), best AS MATERIALIZED (
  SELECT hit.id AS id, min(hit.score) AS score, hit.number AS number FROM hit JOIN article USING (id)
  WHERE duplicate_of IS NULL AND hit.id NOT IN (SELECT id FROM unwanted)
  AND (?4 IS NULL OR coalesce(published_at, first_seen_at) >= ?4) AND (?5 IS NULL OR source = ?5)
  GROUP BY hit.id ORDER BY 2 LIMIT ?6
)
SELECT id, url, title, body, published_at, source, best.score, best.number FROM best JOIN article USING (id)
ORDER BY best.score, id"""


def _cut_around(body: str, term: str) -> str:
    """The neighbourhood of the first place where a term stands, for the index that has no text of its own."""
    found = _find(body, term)
    if found is None:
        return body[:_SNIPPET_CHARS]
    start = max(0, found.start() - _SNIPPET_CHARS // 3)
    end = found.end() + 2 * _SNIPPET_CHARS // 3
    before, after = ("…" if start else ""), ("…" if end < len(body) else "")
    return f"{before}{body[start : found.start()]}**{found[0]}**{body[found.end() : end]}{after}"


def _find(body: str, term: str) -> re.Match[str] | None:
    if DENSE.search(term):
        return re.search(r"\W*".join(map(re.escape, term.replace(" ", ""))), body, re.IGNORECASE)
    words = re.finditer(r"[^\W_]+" if term.isascii() else r"\S+", body)
    folded = fold_arabic(term).casefold()
    return next((word for word in words if folded in fold_arabic(word[0]).casefold()), None)
