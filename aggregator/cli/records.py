"""Articles as JSON for scripts: a stable, versioned shape (docs/cli.md has it)."""

from typing import Any, Final

from aggregator.models import (
    Article,
    Claim,
    CleanText,
    Dated,
    Entry,
    Mention,
    Picture,
    Rejection,
    RelatedLink,
    Removed,
    Review,
)

VERSION = 1
"""Goes up when a key changes its meaning or goes away; new keys may come at any time."""


def article_record(article: Article, *, explain: bool = False) -> dict[str, Any]:
    """An article as a JSON object; with `explain` also every claim."""
    record: dict[str, Any] = {
        "version": VERSION,
        "type": "article",
        "url": article.url,
        "final_url": article.final_url,
        "source": article.source,
        "title": article.title,
        "description": article.description,
        "authors": list(article.authors),
        "agency": article.agency,
        "published_at": when(article.publication),
        "published": _dated(article.publication),
        "modified_at": when(article.modification),
        "language": article.language,
        "section": article.section,
        "tags": list(article.tags),
        "image": article.image,
        "image_caption": article.image_caption,
        "image_credit": article.image_credit,
        "pictures": [_picture(picture) for picture in article.pictures],
        "review": _review(article.review),
        "entries": [_entry(entry) for entry in article.entries],
        "parts": list(article.parts),
        "kind": article.kind,
        "paywall": article.paywall,
        "directives": list(article.directives),
        "word_count": article.word_count,
        "quality": article.quality,
        "text": article.text,
        "related": [_related(link) for link in article.related],
        "removed": [_removed(line) for line in article.removed],
        "mentions": [_mention(mention) for mention in article.mentions],
        "fetched_at": article.fetched_at.isoformat(timespec="seconds") if article.fetched_at else None,
        "extractor": article.extractor,
    }
    return {**record, "claims": [_claim(claim) for claim in article.claims]} if explain else record


def rejection_record(rejection: Rejection) -> dict[str, Any]:
    """A page that is no article, as a JSON object."""
    return {
        "version": VERSION,
        "type": "rejection",
        "url": rejection.url,
        "final_url": rejection.final_url,
        "reason": rejection.reason,
        "sentence": rejection.sentence(),
        "title": rejection.title,
        "directives": list(rejection.directives),
    }


def clean_record(cleaned: CleanText) -> dict[str, Any]:
    """Cleaned text as a JSON object. It claims no publication date: text has none."""
    return {
        "version": VERSION,
        "type": "text",
        "title": cleaned.title,
        "description": cleaned.description,
        "published_at": None,
        "text": cleaned.text,
        "paragraphs": list(cleaned.paragraphs),
        "related": [_related(link) for link in cleaned.related],
        "removed": [_removed(line) for line in cleaned.removed],
        "mentions": [_mention(mention) for mention in cleaned.mentions],
    }


_SHORTER: Final = {"day": 10, "month": 7, "year": 4}
"""Precision -> length of what is known of an ISO 8601 date: midnight is never invented."""


def when(dated: Dated | None) -> str | None:
    """A date as ISO 8601, no longer than it is known."""
    if dated is None:
        return None
    return dated.instant.isoformat(timespec="seconds")[: _SHORTER.get(dated.precision)]


def _dated(dated: Dated | None) -> dict[str, Any] | None:
    if dated is None:
        return None
    return {
        "precision": dated.precision,
        "zone": dated.zone,
        "origin": dated.origin,
        "confidence": dated.confidence,
    }


def _picture(picture: Picture) -> dict[str, Any]:
    return {"url": picture.url, "caption": picture.caption, "credit": picture.credit}


def _review(review: Review | None) -> dict[str, Any] | None:
    if review is None:
        return None
    return {
        "work": review.work,
        "work_type": review.work_type,
        "rating": review.rating,
        "best": review.best,
        "worst": review.worst,
        "text": review.raw,
        "origin": review.origin,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "paragraph": entry.paragraph,
        "title": entry.title,
        "posted_at": when(entry.posted),
        "posted": entry.raw,
        "text": entry.text,
    }


def _related(link: RelatedLink) -> dict[str, Any]:
    return {"title": link.title, "url": link.url, "position": link.position, "rule": link.rule}


def _removed(line: Removed) -> dict[str, Any]:
    return {"text": line.text, "rule": line.rule, "position": line.position, "why": line.why}


def _mention(mention: Mention) -> dict[str, Any]:
    return {"text": mention.raw, "date": mention.day.isoformat(), "paragraph": mention.position}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "field": claim.field,
        "value": claim.value,
        "raw": claim.raw,
        "origin": claim.origin,
        "chosen": claim.chosen,
        "reason": claim.reason,
        "precision": claim.precision,
        "zone": claim.zone,
    }
