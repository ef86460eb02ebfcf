"""Writing one page: the article in its relation to what is stored, its parts, the forms of its address, and the fetch."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from aggregator.errors import StoreError
from aggregator.identity import Change, Wording, change_between, describe_revision
from aggregator.models import ArchiveRef, Article, FetchRecord, Outcome, Part, Reason, Relation, Stored, Unit, Verdict
from aggregator.urls import site_number, url_key

from . import copies, crawl_state, likeness, segments
from .forms import ADD_FORMS, FORGET_FORMS, extra_forms
from .numbers import note_number, number_key
from .rows import (
    COLUMNS,
    UNTITLED,
    SqlValue,
    article_row,
    changed_columns,
    claim_rows,
    entry_rows,
    mention_rows,
    pack_sketch,
    picture_rows,
    related_rows,
    removed_rows,
    review_rows,
)
from .times import dated_text, to_text

_NEW: Final = Verdict(relation="new")


class Ids:
    """Makes the ids. There is one writer, so a counter that starts behind the largest id is enough; none is used twice."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.article = _largest(db, "SELECT max(id) FROM article UNION ALL SELECT max(article) FROM tombstone")
        self.story = _largest(db, "SELECT max(id) FROM story")
        self.fetch = _largest(db, "SELECT max(id) FROM fetch")
        self.run = _largest(db, "SELECT max(id) FROM run")

    def next(self, table: str) -> int:
        """The next id of a table."""
        setattr(self, table, getattr(self, table) + 1)
        return int(getattr(self, table))


def _largest(db: sqlite3.Connection, query: str) -> int:
    return max(value or 0 for (value,) in db.execute(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What every step of one unit needs."""

    db: sqlite3.Connection
    ids: Ids
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """How a unit ended."""

    outcome: Outcome
    article: int | None = None
    reason: str | None = None
    detail: str | None = None


# ------------------------------------------------------------------------------------------------ one page


def put(db: sqlite3.Connection, ids: Ids, unit: Unit, *, run: int, now: datetime) -> Stored:
    """Write a unit. The caller holds the savepoint that makes it one thing."""
    desk = _Desk(db=db, ids=ids, now=now)
    forms = _address_forms(unit)
    end = _End(outcome="skipped", reason=Reason.TOMBSTONE) if is_removed(db, unit) else _content(desk, unit)
    fetch = replace(unit.fetch, outcome=end.outcome, reason=end.reason, detail=end.detail or unit.fetch.detail)
    key = next(iter(forms), None)
    if key is None:
        raise StoreError("a page without an address cannot be stored", hint="give its address with --url")
    crawl_state.ensure_source(db, fetch.source)
    number = ids.next("fetch")
    answered = unit.article is not None or unit.rejection is not None
    crawl_state.note_url(db, key, fetch, article=end.article, answered=answered)
    crawl_state.add_fetch(db, number, fetch, run=run, article=end.article)
    if end.article is not None:
        _note_forms(desk, forms, fetch, article=end.article)
        if unit.article is not None:
            note_number(db, end.article, unit.article.url)
    _note_raw(db, number, key, end.article, unit.archive)
    for part in unit.parts:
        _add_part(desk, part, run=run, article=end.article)
    return Stored(article=end.article, outcome=end.outcome, reason=end.reason)


def _note_raw(db: sqlite3.Connection, fetch: int, key: str, article: int | None, where: ArchiveRef | None) -> None:
    """Where the raw page lies."""
    if where is not None:
        db.execute(
            "INSERT INTO page (fetch, key, article, segment, start, length) VALUES (?, ?, ?, ?, ?, ?)",
            (fetch, key, article, where.segment, where.offset, where.length),
        )


def _add_part(desk: _Desk, part: Part, *, run: int, article: int | None) -> None:
    """A further page of an article: its fetch, its raw page, and that its address leads to the article."""
    fetch, number, key = part.fetch, desk.ids.next("fetch"), url_key(part.fetch.url)
    article = article if fetch.outcome == "part" else None
    crawl_state.add_fetch(desk.db, number, fetch, run=run, article=article)
    _note_raw(desk.db, number, key, article, part.archive)
    if article is not None:
        crawl_state.note_form(desk.db, key, fetch.url, article=article, source=fetch.source, now=desk.now)


def record(db: sqlite3.Connection, ids: Ids, fetch: FetchRecord, *, run: int) -> None:
    """Note an address that gave no page."""
    article = None
    if fetch.kind == "page":
        key = url_key(fetch.url)
        article = _seen_again(db, key, fetch) if fetch.outcome == "unchanged" else None
        if fetch.outcome == "skipped":
            crawl_state.postpone_url(db, key, fetch)
        else:
            crawl_state.note_url(db, key, fetch, article=article, answered=False)
    crawl_state.add_fetch(db, ids.next("fetch"), fetch, run=run, article=article)


def _address_forms(unit: Unit) -> dict[str, str]:
    """Every form of the page's address by key; the one that was asked for stands first."""
    urls = [unit.fetch.url, unit.fetch.final_url]
    if unit.article is not None:
        urls += [unit.article.url, unit.article.requested_url, unit.article.final_url]
        urls += [hint.url for hint in unit.hints]
    forms: dict[str, str] = {}
    for url in dict.fromkeys(urls):
        if url:
            forms.setdefault(url_key(url), url)
    return forms


def _note_forms(desk: _Desk, forms: dict[str, str], fetch: FetchRecord, *, article: int) -> None:
    """All forms lead to the article; only the one that was asked for is looked at again."""
    asked, *others = forms
    for key in others:
        crawl_state.note_form(desk.db, key, forms[key], article=article, source=fetch.source, now=desk.now)
    desk.db.execute(
        "UPDATE url SET next_look_at = NULL WHERE article = ? AND key <> ? AND next_look_at IS NOT NULL",
        (article, asked),
    )


def is_removed(db: sqlite3.Connection, unit: Unit) -> bool:
    """Whether a page's article was removed on request: by any form of its address, or by its site's own number."""
    if db.execute("SELECT 1 FROM tombstone LIMIT 1").fetchone() is None:
        return False
    forms = _address_forms(unit)
    numbers = (site_number(url) for url in forms.values())
    keys = (*forms, *(number_key(number) for number in numbers if number is not None))
    return any(db.execute("SELECT 1 FROM tombstone WHERE key = ?", (key,)).fetchone() for key in keys)


def _content(desk: _Desk, unit: Unit) -> _End:
    if unit.article is not None:
        if not unit.article.text.strip():
            return _End(outcome="rejected", reason=Reason.NO_TEXT)
        return _article(desk, unit, unit.article)
    if unit.rejection is not None:
        return _End(
            outcome="rejected", reason=unit.rejection.reason, detail=unit.fetch.detail or unit.rejection.detail or None
        )
    fetch = unit.fetch
    article = _seen_again(desk.db, url_key(fetch.url), fetch) if fetch.outcome == "unchanged" else None
    return _End(outcome=fetch.outcome, article=article, reason=fetch.reason, detail=fetch.detail)


def _seen_again(db: sqlite3.Connection, key: str, fetch: FetchRecord) -> int | None:
    """A page that the server calls unchanged: its article was seen."""
    row = db.execute("SELECT article FROM url WHERE key = ?", (key,)).fetchone()
    if row is None or row[0] is None:
        return None
    _touch(db, row[0], fetch.fetched_at)
    return int(row[0])


def _touch(db: sqlite3.Connection, article: int, now: datetime) -> None:
    """Note that an article was seen. No index and no full-text row is touched, and the row keeps its size."""
    db.execute("UPDATE article SET last_seen_at = ? WHERE id = ?", (to_text(now), article))


# ------------------------------------------------------------------------------------------------ the article


def _article(desk: _Desk, unit: Unit, article: Article) -> _End:
    verdict = unit.verdict or _NEW
    relation, of = _relation(desk.db, article, verdict)
    if of is None or relation in ("new", "duplicate"):
        return _insert(desk, unit, article, original=of)
    if relation == "same":
        _touch(desk.db, of, desk.now)
        if verdict.worse:
            return _End(
                outcome="rejected", article=of, reason=Reason.WORSE_THAN_STORED, detail=verdict.evidence or None
            )
        return _End(outcome="unchanged", article=of)
    return _revise(desk, article, of)


def _relation(db: sqlite3.Connection, article: Article, verdict: Verdict) -> tuple[Relation, int | None]:
    """The verdict as far as the file bears it out: its article must exist, and an address is stored once."""
    of = verdict.of
    if of is not None and not db.execute("SELECT 1 FROM article WHERE id = ?", (of,)).fetchone():
        of = None
    if verdict.relation in ("same", "revision") and of is not None:
        return verdict.relation, of
    stored = db.execute("SELECT id FROM article WHERE url = ?", (article.url,)).fetchone()
    if stored is not None:
        return "revision", stored[0]
    return ("duplicate", of) if verdict.relation == "duplicate" and of is not None else ("new", None)


_INSERT: Final = f"""INSERT INTO article (id, url, last_seen_at, first_seen_at, changed_at, source, story_id, {", ".join(COLUMNS)})
VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, {", ".join(f"?{number}" for number in range(6, 6 + len(COLUMNS)))})"""  # noqa: S608 (our own column names)


def _insert(desk: _Desk, unit: Unit, article: Article, *, original: int | None) -> _End:
    db, id_ = desk.db, desk.ids.next("article")
    source = article.source or unit.fetch.source
    crawl_state.ensure_source(db, source)
    original, story = _original(db, original)
    story = _story(desk, unit, article, story=unit.story or story)
    db.execute(_INSERT, (id_, article.url, to_text(desk.now), source, story, *article_row(article)))
    if original is not None:
        copies.tie(db, id_, original, unit.verdict or _NEW)
    _index(db, id_, old=None, new=extra_forms(article.title or UNTITLED, article.description, article.text))
    likeness.set_sketch(db, id_, old=None, new=_sketch(article))
    _add_parts(db, id_, article)
    segments.count(db, source, article, number=id_, now=desk.now)
    return _End(outcome="duplicate" if original else "new", article=id_)


def _original(db: sqlite3.Connection, id_: int | None) -> tuple[int | None, int | None]:
    """The article that is no copy itself behind a verdict's `of`, and its story."""
    row = (
        None
        if id_ is None
        else db.execute("SELECT coalesce(duplicate_of, id), story_id FROM article WHERE id = ?", (id_,)).fetchone()
    )
    return (None, None) if row is None else (row[0], row[1])


def _story(desk: _Desk, unit: Unit, article: Article, *, story: int | None) -> int:
    if story is None or not desk.db.execute("SELECT 1 FROM story WHERE id = ?", (story,)).fetchone():
        story = desk.ids.next("story")
        likeness.add_story(desk.db, story, title=article.title, language=article.language, now=desk.now)
    likeness.extend_story(desk.db, story, terms=unit.story_terms, now=desk.now)
    return story


def _sketch(article: Article) -> bytes | None:
    return pack_sketch(article.fingerprint.sketch) if article.fingerprint else None


def _index(
    db: sqlite3.Connection, id_: int, *, old: tuple[str, str, str] | None, new: tuple[str, str, str] | None
) -> None:
    """The second full-text index, from texts as stored; triggers keep the first."""
    if old:
        db.execute(FORGET_FORMS, (id_, *old))
    if new:
        db.execute(ADD_FORMS, (id_, *new))


_PARTS: Final = ("related_link", "removed", "claim", "mention", "picture", "review", "entry")


def _add_parts(db: sqlite3.Connection, id_: int, article: Article) -> None:
    rows = (
        related_rows(id_, article.related),
        removed_rows(id_, article.removed),
        claim_rows(id_, article.claims),
        mention_rows(id_, article.mentions),
        picture_rows(id_, article.pictures),
        review_rows(id_, article.review),
        entry_rows(id_, article.entries),
    )
    for table, part in zip(_PARTS, rows, strict=True):
        if part:
            db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(part[0]))})", part)  # noqa: S608


# ------------------------------------------------------------------------------------------------ revisions

_OLD: Final = (
    """SELECT title, description, body, published_at, content, changed_at, revisions FROM article WHERE id = ?"""
)
_KEEP: Final = """INSERT INTO revision (article, number, seen_at, replaced_at, kind, summary, title, description, body,
published_at, content, nature, words_added, words_removed, returns_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def _revise(desk: _Desk, article: Article, id_: int) -> _End:
    """Replace the text and keep the old one, if title, text or date differ; else the article was only seen again."""
    db = desk.db
    old = db.execute(_OLD, (id_,)).fetchone()
    kinds = _changes(old, article)
    _touch(db, id_, desk.now)
    if not kinds:
        return _End(outcome="unchanged", article=id_)
    _keep_old(desk, id_, old, article, kinds)
    revised = (("revisions", old[6] + 1), ("changed_at", to_text(desk.now)))
    rewrite(db, id_, article, (*changed_columns(article), *revised))
    return _End(outcome="updated", article=id_)


_INDEXED: Final = "SELECT title, description, body, sketch FROM article WHERE id = ?"


def rewrite(db: sqlite3.Connection, id_: int, article: Article, changed: Sequence[tuple[str, SqlValue]]) -> None:
    """Put an article in the place of the stored one: the changed columns, the indexes and all parts."""
    *texts, sketch = db.execute(_INDEXED, (id_,)).fetchone()
    names = ", ".join(f"{column} = ?" for column, _ in changed)
    if names:
        db.execute(f"UPDATE article SET {names} WHERE id = ?", (*(value for _, value in changed), id_))  # noqa: S608
    *now, _ = db.execute(_INDEXED, (id_,)).fetchone()
    _index(db, id_, old=extra_forms(*texts), new=extra_forms(*now))
    if (new := _sketch(article)) is not None:
        likeness.set_sketch(db, id_, old=sketch, new=new)
    for table in _PARTS:
        db.execute(f"DELETE FROM {table} WHERE article = ?", (id_,))  # noqa: S608
    _add_parts(db, id_, article)


def _changes(old: tuple[Any, ...], article: Article) -> tuple[str, ...]:
    """Which of title, text and date are different. A date that is no longer stated has not changed."""
    date = dated_text(article.publication)
    different = (old[0] != (article.title or UNTITLED), old[2] != article.text, date is not None and old[3] != date)
    return tuple(name for name, differs in zip(("title", "text", "date"), different, strict=True) if differs)


def _keep_old(desk: _Desk, id_: int, old: tuple[Any, ...], article: Article, kinds: tuple[str, ...]) -> None:
    title, description, body, published, content, changed, number = old
    kept = body if "text" in kinds else None
    row = (id_, number + 1, changed, to_text(desk.now), "+".join(kinds), summary(old, article, kinds))
    change = _change(desk.db, id_, Wording(title=title, text=body, content=content or ""), article)
    told = (change.nature, change.added, change.removed, change.returns_to)
    desk.db.execute(_KEEP, (*row, title, description, kept, published, content, *told))


def _change(db: sqlite3.Connection, id_: int, old: Wording, article: Article) -> Change:
    rows = db.execute("SELECT title, content FROM revision WHERE article = ? ORDER BY number", (id_,)).fetchall()
    earlier = [Wording(title=title, text="", content=content or "") for title, content in rows]
    content = article.fingerprint.content if article.fingerprint else ""
    new = Wording(title=article.title or UNTITLED, text=article.text, content=content, live=article.kind == "live_blog")
    return change_between(old, new, earlier)


def summary(old: tuple[Any, ...], article: Article, kinds: tuple[str, ...]) -> str:
    """A change in words, such as `title: Old -> New; text +2 -1 paragraphs, +35 words`."""
    sentences = {
        "title": lambda: f"title: {old[0]} -> {article.title}",
        "text": lambda: describe_revision("", old[2], "", article.text) or "text: only spelling",
        "date": lambda: f"date: {old[3] or 'none'} -> {dated_text(article.publication)}",
    }
    return "; ".join(sentences[kind]() for kind in kinds)
