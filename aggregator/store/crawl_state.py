"""Runs, sources, leases, listings, and what is known of addresses: all state of the crawl is rows."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from aggregator.models import CrawlResult, FetchRecord, Source
from aggregator.state import KnownUrl, Lease, ListingState, Rendering, SourceState

from .rows import json_list
from .times import from_optional_text, from_text, to_optional_text, to_text

# ------------------------------------------------------------------------------------------------ runs


def start_run(db: sqlite3.Connection, run: int, *, now: datetime, command: str, version: str) -> None:
    """Open a run record."""
    row = (run, to_text(now), command, version)
    db.execute("INSERT INTO run (id, started_at, command, version) VALUES (?, ?, ?, ?)", row)


_RUN_SOURCE: Final = """INSERT INTO run_source (run, source, new, updated, unchanged, duplicate, rejected, errors, skipped,
reasons, listings, found, requests, bytes, seconds, failure, warnings)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


def finish_run(db: sqlite3.Connection, run: int, *, now: datetime, status: int, results: Sequence[CrawlResult]) -> None:
    """Close a run record; each source's result becomes a row."""
    db.execute("UPDATE run SET finished_at = ?, status = ? WHERE id = ?", (to_text(now), status, run))
    db.executemany(_RUN_SOURCE, [(run, *_result_row(result)) for result in results])


def _result_row(r: CrawlResult) -> tuple[Any, ...]:
    counts = (sum(count for _, count in group) for group in (r.rejected, r.errors, r.skipped))
    reasons = json.dumps(dict((*r.rejected, *r.errors, *r.skipped)))
    traffic = (r.listings, r.found, r.requests, r.bytes, r.seconds, r.failure, json_list(r.warnings))
    return (r.source, r.new, r.updated, r.unchanged, r.duplicate, *counts, reasons, *traffic)


# ------------------------------------------------------------------------------------------------ sources


def save_sources(db: sqlite3.Connection, sources: Iterable[Source], *, now: datetime, complete: bool) -> None:
    """Write what the source list says; all state stays. `complete`: sources that are not among these are no longer listed."""
    if complete:
        db.execute("UPDATE source SET configured = 0 WHERE configured")
    rows = [(s.id, s.name, s.home, s.country, s.language, s.zone, int(s.enabled), to_text(now)) for s in sources]
    db.executemany(
        """INSERT INTO source (id, name, home, country, language, zone, configured, saved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, home = excluded.home, country = excluded.country,
        language = excluded.language, zone = excluded.zone, configured = excluded.configured, saved_at = excluded.saved_at""",
        rows,
    )


def ensure_source(db: sqlite3.Connection, source: str | None) -> None:
    """A row for a source that no list names, such as that of an ad-hoc crawl."""
    if source is not None:
        db.execute("INSERT INTO source (id, name, configured) VALUES (?1, ?1, 1) ON CONFLICT DO NOTHING", (source,))


def source_state(db: sqlite3.Connection, source: str) -> SourceState:
    """A source's state; a fresh one when it has none."""
    query = """SELECT next_due_at, last_run_at, last_success_at, last_new_at, failures, last_error, enabled
    FROM source WHERE id = ?"""
    row = db.execute(query, (source,)).fetchone()
    if row is None:
        return SourceState(id=source)
    due, ran, succeeded, new, failures, error, enabled = row
    return SourceState(
        id=source,
        next_due_at=from_optional_text(due),
        last_run_at=from_optional_text(ran),
        last_success_at=from_optional_text(succeeded),
        last_new_at=from_optional_text(new),
        failures=failures,
        last_error=error,
        enabled=bool(enabled),
    )


def finish_source(db: sqlite3.Connection, state: SourceState) -> None:
    """Write a source's state."""
    ensure_source(db, state.id)
    moments = (state.next_due_at, state.last_run_at, state.last_success_at, state.last_new_at)
    db.execute(
        """UPDATE source SET next_due_at = ?, last_run_at = ?, last_success_at = ?, last_new_at = ?,
        failures = ?, last_error = ?, enabled = ? WHERE id = ?""",
        (*map(to_optional_text, moments), state.failures, state.last_error, int(state.enabled), state.id),
    )


def rendering(db: sqlite3.Connection, source: str) -> Rendering:
    """How it went with a source's pages that a browser had to show."""
    row = db.execute("SELECT tried, helped, misses FROM rendering WHERE source = ?", (source,)).fetchone()
    return Rendering(source=source, tried=row[0], helped=row[1], misses=row[2]) if row else Rendering(source=source)


def save_rendering(db: sqlite3.Connection, state: Rendering) -> None:
    """Write it."""
    db.execute(
        "INSERT OR REPLACE INTO rendering (source, tried, helped, misses) VALUES (?, ?, ?, ?)",
        (state.source, state.tried, state.helped, state.misses),
    )


# ------------------------------------------------------------------------------------------------ leases


def claim(db: sqlite3.Connection, lease: Lease, *, now: datetime) -> Lease | None:
    """Take a lease that is free, has run out, or is the owner's own."""
    query = """INSERT INTO lease (key, owner, until) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE
    SET owner = excluded.owner, until = excluded.until WHERE until <= ? OR owner = excluded.owner RETURNING key"""
    rows = db.execute(query, (lease.key, lease.owner, to_text(lease.until), to_text(now))).fetchall()
    return lease if rows else None


def renew(db: sqlite3.Connection, lease: Lease, *, until: datetime, now: datetime) -> Lease | None:
    """Extend a lease that is still held."""
    query = "UPDATE lease SET until = ? WHERE key = ? AND owner = ? AND until > ? RETURNING key"
    rows = db.execute(query, (to_text(until), lease.key, lease.owner, to_text(now))).fetchall()
    return Lease(key=lease.key, owner=lease.owner, until=until) if rows else None


def release(db: sqlite3.Connection, lease: Lease) -> None:
    """Give a lease back; one that somebody else took meanwhile stays."""
    db.execute("DELETE FROM lease WHERE key = ? AND owner = ?", (lease.key, lease.owner))


# ------------------------------------------------------------------------------------------------ listings


def listing_state(db: sqlite3.Connection, url: str) -> ListingState:
    """A listing's validators."""
    query = "SELECT etag, last_modified, content, fetched_at, newest_item_at, failures FROM listing WHERE url = ?"
    row = db.execute(query, (url,)).fetchone()
    if row is None:
        return ListingState(url=url)
    etag, modified, content, fetched, newest, failures = row
    return ListingState(
        url=url,
        etag=etag,
        last_modified=modified,
        content=content,
        fetched_at=from_optional_text(fetched),
        newest_item_at=from_optional_text(newest),
        failures=failures,
    )


def save_listing(db: sqlite3.Connection, state: ListingState) -> None:
    """Write a listing's validators."""
    moments = (to_optional_text(state.fetched_at), to_optional_text(state.newest_item_at))
    db.execute(
        """INSERT INTO listing (url, etag, last_modified, content, fetched_at, newest_item_at, failures)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
        content = excluded.content, fetched_at = excluded.fetched_at, newest_item_at = excluded.newest_item_at,
        failures = excluded.failures""",
        (state.url, state.etag, state.last_modified, state.content, *moments, state.failures),
    )


# ------------------------------------------------------------------------------------------------ addresses

_KNOWN: Final = (
    "article, etag, last_modified, first_seen_at, fetched_at, outcome, reason, failures, next_look_at, listed_modified"
)


def known(db: sqlite3.Connection, keys: Iterable[str]) -> dict[str, KnownUrl]:
    """What is known of addresses; those that were removed on request are among them even if never asked for."""
    found: dict[str, KnownUrl] = {}
    for chunk in _chunks(keys, 500):
        marks = ",".join("?" * len(chunk))
        removed = {key for (key,) in db.execute(f"SELECT key FROM tombstone WHERE key IN ({marks})", chunk)}  # noqa: S608
        found |= {key: KnownUrl(key=key, article=None, tombstone=True) for key in removed}
        rows = db.execute(f"SELECT key, {_KNOWN} FROM url WHERE key IN ({marks})", chunk)  # noqa: S608
        found |= {row[0]: _known(row, tombstone=row[0] in removed) for row in rows}
    return found


def due(db: sqlite3.Connection, source: str, *, now: datetime, limit: int) -> tuple[KnownUrl, ...]:
    """Addresses of a source to look at again, the most overdue first; `key` is the address to ask for."""
    query = f"""SELECT url, {_KNOWN} FROM url WHERE source = ? AND next_look_at <= ?
    AND NOT EXISTS (SELECT 1 FROM tombstone WHERE tombstone.key = url.key) ORDER BY next_look_at, key LIMIT ?"""  # noqa: S608
    return tuple(_known(row, tombstone=False) for row in db.execute(query, (source, to_text(now), limit)))


def _known(row: Sequence[Any], *, tombstone: bool) -> KnownUrl:
    key, article, etag, modified, seen, fetched, outcome, reason, failures, look, listed = row
    return KnownUrl(
        key=key,
        article=article,
        etag=etag,
        last_modified=modified,
        first_seen_at=from_optional_text(seen),
        fetched_at=from_optional_text(fetched),
        outcome=outcome,
        reason=reason,
        failures=failures,
        next_look_at=None if look is None else from_text(look),
        listed_modified=listed,
        tombstone=tombstone,
    )


def _chunks(keys: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(dict.fromkeys(keys))
    while chunk := list(islice(rest, size)):
        yield chunk


# ------------------------------------------------------------------------------------------------ fetches

_FETCH: Final = """INSERT INTO fetch (id, run, url, final_url, source, kind, outcome, reason, detail, status, bytes, elapsed_ms,
fetched_at, found, article) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


_SAME_REFUSAL: Final = "DELETE FROM fetch WHERE url = ? AND outcome = 'skipped' AND reason IS ? AND run <> ?"


def add_fetch(db: sqlite3.Connection, id_: int, fetch: FetchRecord, *, run: int, article: int | None) -> None:
    """Note how an address ended. The same refusal as in an earlier run takes that one's place: it would come with every run."""
    if fetch.outcome == "skipped":
        db.execute(_SAME_REFUSAL, (fetch.url, fetch.reason, run))
    final = None if fetch.final_url == fetch.url else fetch.final_url
    what = (fetch.url, final, fetch.source, fetch.kind, fetch.outcome, fetch.reason, fetch.detail)
    how = (fetch.status, fetch.bytes, fetch.elapsed_ms, to_text(fetch.fetched_at), fetch.found)
    db.execute(_FETCH, (id_, run, *what, *how, article))


_URL_INSERT: Final = """INSERT INTO url (key, url, article, source, first_seen_at, fetched_at, outcome, reason, etag, last_modified,
failures, next_look_at, listed_modified) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (key) DO UPDATE SET
listed_modified = coalesce(excluded.listed_modified, listed_modified),
url = excluded.url, article = coalesce(excluded.article, article), source = coalesce(excluded.source, source),
fetched_at = excluded.fetched_at, outcome = excluded.outcome, reason = excluded.reason, next_look_at = excluded.next_look_at,
"""
_URL_ANSWER: Final = _URL_INSERT + "etag = excluded.etag, last_modified = excluded.last_modified, failures = 0"
_URL_NO_PAGE: Final = (
    _URL_INSERT
    + """etag = coalesce(excluded.etag, etag), last_modified = coalesce(excluded.last_modified, last_modified),
failures = CASE excluded.failures WHEN 0 THEN 0 ELSE failures + 1 END"""
)


def note_url(db: sqlite3.Connection, key: str, fetch: FetchRecord, *, article: int | None, answered: bool) -> None:
    """What is known of an address after it was asked for. Validators of an answer replace the old ones; without one they stay."""
    failed = int(fetch.outcome == "error")
    look = to_optional_text(fetch.next_look_at)
    ended = (fetch.outcome, fetch.reason, fetch.etag, fetch.last_modified, failed, look, fetch.listed_modified)
    row = (key, fetch.url, article, fetch.source, to_text(fetch.fetched_at), *ended)
    db.execute(_URL_ANSWER if answered else _URL_NO_PAGE, row)


def postpone_url(db: sqlite3.Connection, key: str, fetch: FetchRecord) -> None:
    """An address that was not asked for: only the next look at it may move."""
    if fetch.next_look_at is not None:
        db.execute(
            """INSERT INTO url (key, url, source, first_seen_at, outcome, reason, next_look_at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET next_look_at = excluded.next_look_at""",
            (
                key,
                fetch.url,
                fetch.source,
                to_text(fetch.fetched_at),
                fetch.outcome,
                fetch.reason,
                to_text(fetch.next_look_at),
            ),
        )


def note_form(db: sqlite3.Connection, key: str, url: str, *, article: int, source: str | None, now: datetime) -> None:
    """Another form of an article's address."""
    db.execute(
        """INSERT INTO url (key, url, article, source, first_seen_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET article = excluded.article WHERE article IS NOT excluded.article""",
        (key, url, article, source, to_text(now)),
    )
