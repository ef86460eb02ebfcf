"""Articles as rows: which column holds what."""

import json
from collections.abc import Iterable
from struct import pack, unpack
from typing import Final

from aggregator.models import Article, Claim, Dated, Entry, Fingerprint, Mention, Picture, RelatedLink, Removed, Review

from .times import dated_text, local_day, offset_minutes

SqlValue = str | int | float | bytes | None
Row = tuple[SqlValue, ...]

COLUMNS: Final = (
    "title",
    "description",
    "body",
    "authors",
    "agency",
    "section",
    "tags",
    "language",
    "image",
    "image_caption",
    "kind",
    "paywall",
    "directives",
    "quality",
    "word_count",
    "extractor",
    "content",
    "sketch",
    "published_at",
    "published_day",
    "published_precision",
    "published_offset",
    "published_zone",
    "published_origin",
    "published_confidence",
    "modified_at",
    "modified_offset",
)
"""The columns of `article` that come from the page, in the order of `article_row`."""
UNTITLED: Final = "(no title)"
_EMPTY: Final = (None, "[]")


def article_row(article: Article) -> Row:
    """The values of COLUMNS."""
    print_ = article.fingerprint or Fingerprint(content="", sketch=())
    return (
        article.title or UNTITLED,
        article.description or None,
        article.text,
        json_list(article.authors),
        article.agency,
        article.section,
        json_list(article.tags),
        article.language,
        article.image,
        article.image_caption,
        str(article.kind),
        str(article.paywall),
        json_list(article.directives),
        article.quality,
        article.word_count,
        article.extractor,
        print_.content or None,
        pack_sketch(print_.sketch),
        *_publication(article.publication),
        dated_text(article.modification),
        offset_minutes(article.modification),
    )


def _publication(dated: Dated | None) -> Row:
    if dated is None:
        return (None,) * 7
    return (
        dated_text(dated),
        local_day(dated),
        dated.precision,
        offset_minutes(dated),
        dated.zone,
        dated.origin,
        dated.confidence,
    )


def changed_columns(article: Article) -> tuple[tuple[str, SqlValue], ...]:
    """What a new version replaces. A field that it does not state keeps its value; a date is replaced as a whole or not at all."""
    return tuple(
        (column, value)
        for column, value in zip(COLUMNS, article_row(article), strict=True)
        if _states(article, column, value)
    )


def _states(article: Article, column: str, value: SqlValue) -> bool:
    if column.startswith("published_"):
        return article.publication is not None
    if column.startswith("modified_"):
        return article.modification is not None
    return value not in _EMPTY


def json_list(values: Iterable[str]) -> str:
    """A JSON array of text, readable in any script."""
    return json.dumps(tuple(values), ensure_ascii=False) if values else "[]"


def from_json_list(text: str) -> tuple[str, ...]:
    """The texts of a JSON array; nulls are left out."""
    return tuple(item for item in json.loads(text) if item is not None) if text != "[]" else ()


def pack_sketch(sketch: tuple[int, ...]) -> bytes | None:
    """A sketch as bytes, 8 for each value."""
    return pack(f">{len(sketch)}q", *sketch) if sketch else None


def unpack_sketch(data: bytes | None) -> tuple[int, ...]:
    """The sketch from its bytes."""
    return unpack(f">{len(data) // 8}q", data) if data else ()


def related_rows(article: int, links: Iterable[RelatedLink]) -> list[Row]:
    """Rows of `related_link`."""
    return [(article, number, link.position, link.title, link.url, link.rule) for number, link in enumerate(links)]


def removed_rows(article: int, lines: Iterable[Removed]) -> list[Row]:
    """Rows of `removed`."""
    return [(article, number, line.position, line.rule, line.text) for number, line in enumerate(lines)]


def claim_rows(article: int, claims: Iterable[Claim]) -> list[Row]:
    """Rows of `claim`."""
    return [
        (article, number, c.field, c.value, c.raw, c.origin, int(c.chosen), c.reason, c.precision, c.zone)
        for number, c in enumerate(claims)
    ]


def mention_rows(article: int, mentions: Iterable[Mention]) -> list[Row]:
    """Rows of `mention`."""
    return [(article, number, m.position, m.day.isoformat(), m.raw) for number, m in enumerate(mentions)]


def picture_rows(article: int, pictures: Iterable[Picture]) -> list[Row]:
    """Rows of `picture`."""
    return [(article, number, p.url, p.caption, p.credit) for number, p in enumerate(pictures)]


def review_rows(article: int, review: Review | None) -> list[Row]:
    """The row of `review`, or none."""
    return (
        []
        if review is None
        else [
            (
                article,
                review.work,
                review.work_type,
                review.rating,
                review.best,
                review.worst,
                review.raw,
                review.origin,
            )
        ]
    )


def entry_rows(article: int, entries: Iterable[Entry]) -> list[Row]:
    """Rows of `entry`."""
    return [
        (
            article,
            number,
            entry.paragraph,
            entry.title,
            dated_text(entry.posted),
            entry.posted.zone if entry.posted else None,
            entry.raw,
            entry.text,
        )
        for number, entry in enumerate(entries)
    ]
