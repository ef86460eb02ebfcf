"""Which stored articles and stories may be what has just come: look-ups that need no scan and keep nothing in memory."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from aggregator.identity import TELLING, sketches_agree
from aggregator.models import Candidate, Fingerprint, Paywall, StoryCandidate

from .numbers import by_number
from .rows import unpack_sketch
from .times import from_optional_text, from_text, to_text

LOOKED_AT: Final = 12  # articles whose whole sketch is looked at, the most telling first
COMMON: Final = 200  # a sketch value that more articles share says nothing: it is boilerplate or a set phrase
STORY_LIMIT: Final = 50  # stories handed to the pure decision; the rest share fewer terms
STORY_TERMS: Final = 40  # terms kept for a story, the heaviest


def candidates(
    db: sqlite3.Connection, *, keys: Sequence[str], fingerprint: Fingerprint, limit: int, url: str | None = None
) -> tuple[Candidate, ...]:
    """Same address first, then same text, then the most telling shared sketch values, TELLING of them at least."""
    by_address = dict.fromkeys(_by_address(db, keys), "")
    if not by_address and url and (numbered := by_number(db, url)):
        by_address = dict([numbered])
    by_content = [
        id_ for (id_,) in db.execute("SELECT id FROM article WHERE content = ? LIMIT ?", (fingerprint.content, limit))
    ]
    weights, shared = _by_sketch(db, fingerprint.sketch)
    telling = (id_ for id_, count in shared.items() if count >= TELLING)
    alike = sorted(telling, key=lambda id_: (-weights[id_], id_))
    agreeing = _agreeing(db, fingerprint.sketch, alike[:LOOKED_AT])
    best = list(dict.fromkeys((*sorted(by_address), *by_content, *agreeing)))[:limit]
    found = (_candidate(db, id_, number=by_address.get(id_), shared=shared.get(id_, 0)) for id_ in best)
    return tuple(candidate for candidate in found if candidate is not None)


def _by_address(db: sqlite3.Connection, keys: Sequence[str]) -> Iterable[int]:
    for key in dict.fromkeys(keys):
        row = db.execute("SELECT article FROM url WHERE key = ? AND article IS NOT NULL", (key,)).fetchone()
        if row is not None:
            yield row[0]


def _by_sketch(db: sqlite3.Connection, sketch: Iterable[int]) -> tuple[dict[int, float], dict[int, int]]:
    """Weight and number of shared values by article; a value weighs the less the more articles have it."""
    weights: dict[int, float] = {}
    shared: dict[int, int] = {}
    for value in sketch:
        holders = db.execute("SELECT article FROM near_dup WHERE value = ? LIMIT ?", (value, COMMON + 1)).fetchall()
        if len(holders) > COMMON:
            continue
        for (article,) in holders:
            weights[article] = weights.get(article, 0.0) + 1 / len(holders)
            shared[article] = shared.get(article, 0) + 1
    return weights, shared


def _agreeing(db: sqlite3.Connection, sketch: Sequence[int], ids: Iterable[int]) -> list[int]:
    """Those whose whole sketch agrees. Most that share a sentence do not, and their texts need not be read."""
    found = []
    for id_ in ids:
        row = db.execute("SELECT sketch FROM article WHERE id = ?", (id_,)).fetchone()
        if row is not None and sketches_agree(sketch, unpack_sketch(row[0])):
            found.append(id_)
    return found


_CANDIDATE: Final = """SELECT id, url, title, body, source, content, published_at, first_seen_at, duplicate_of, paywall,
agency, published_precision IN ('second', 'minute') AND published_zone <> 'unknown' FROM article WHERE id = ?"""


def _candidate(db: sqlite3.Connection, id_: int, *, number: str | None, shared: int) -> Candidate | None:
    row = db.execute(_CANDIDATE, (id_,)).fetchone()
    if row is None:
        return None
    return Candidate(
        id=row[0],
        url=row[1],
        title=row[2],
        text=row[3],
        source=row[4],
        content=row[5] or "",
        published=from_optional_text(row[6]),
        first_seen=from_text(row[7]),
        same_address=number is not None,
        number=number or "",
        shared=shared,
        duplicate_of=row[8],
        paywall=Paywall(row[9]),
        agency=row[10],
        exact=bool(row[11]),
    )


def set_sketch(db: sqlite3.Connection, article: int, *, old: bytes | None, new: bytes | None) -> None:
    """Bring an article's rows of near_dup in line with its sketch."""
    before, after = frozenset(unpack_sketch(old)), frozenset(unpack_sketch(new))
    db.executemany(
        "DELETE FROM near_dup WHERE value = ? AND article = ?", [(value, article) for value in before - after]
    )
    rows = [(value, article) for value in sorted(after - before)]
    db.executemany("INSERT INTO near_dup (value, article) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


# ------------------------------------------------------------------------------------------------ stories


def story_candidates(
    db: sqlite3.Connection, *, terms: Sequence[str], since: datetime, language: str | None
) -> tuple[StoryCandidate, ...]:
    """Stories of the language (or of any, for None) seen since an instant, those that share the most terms first."""
    oldest = db.execute("SELECT min(id) FROM story WHERE last_seen_at >= ?", (to_text(since),)).fetchone()[0]
    if oldest is None or not terms:
        return ()
    wanted = tuple(dict.fromkeys(terms))
    query = _STORIES.format(terms=",".join("?" * len(wanted)))
    rows = db.execute(query, (*wanted, oldest, to_text(since), language, language, STORY_LIMIT))
    return tuple(
        StoryCandidate(
            id=id_, last_seen=from_text(seen), language=spoken, terms=tuple((t, w) for t, w in json.loads(kept))
        )
        for id_, seen, spoken, kept in rows
    )


# ids grow with time, so a range of each term's rows is enough: the cost does not grow with the age of the file
_STORIES: Final = """SELECT id, last_seen_at, language, story.terms FROM (
  SELECT story, count(*) AS shared FROM story_term WHERE term IN ({terms}) AND story >= ? GROUP BY story
) found JOIN story ON story.id = found.story
WHERE last_seen_at >= ? AND (? IS NULL OR language IS NULL OR language = ?) ORDER BY shared DESC, id DESC LIMIT ?"""


def add_story(db: sqlite3.Connection, story: int, *, title: str, language: str | None, now: datetime) -> None:
    """A story of its first article."""
    db.execute(
        "INSERT INTO story (id, title, language, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?4, ?4)",
        (story, title, language, to_text(now)),
    )


def extend_story(db: sqlite3.Connection, story: int, *, terms: Iterable[tuple[str, float]], now: datetime) -> None:
    """Add an article's terms to its story's, and note that the story goes on."""
    row = db.execute("SELECT terms FROM story WHERE id = ?", (story,)).fetchone()
    before: dict[str, float] = dict(json.loads(row[0])) if row else {}
    weights = dict(before)
    for term, weight in terms:
        weights[term] = weights.get(term, 0.0) + weight
    kept = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:STORY_TERMS]
    text = json.dumps(kept, ensure_ascii=False)
    db.execute(
        "UPDATE story SET terms = ?, last_seen_at = max(last_seen_at, ?) WHERE id = ?", (text, to_text(now), story)
    )
    after = {term for term, _ in kept}
    db.executemany("DELETE FROM story_term WHERE term = ? AND story = ?", [(t, story) for t in before.keys() - after])
    db.executemany(
        "INSERT INTO story_term (term, story) VALUES (?, ?)", [(t, story) for t in sorted(after - before.keys())]
    )
