"""The time of a part of an article, such as an entry of a live blog: a whole date, or a clock beside the article's own date. Pure."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from aggregator.models import Dated, Precision, ZoneKnowledge

from .strings import ParsedDate, parse_date

_EARLY: Final = timedelta(
    minutes=30
)  # an entry may be older than the publication by this much, and is still of that day
_TIMED: Final = ("second", "minute")


def moment_of(raw: str, *, near: Dated | None, lang: str | None, fetched_at: datetime | None = None) -> Dated | None:
    """When a part was posted, from its time as stated. None where that says nothing.

    `near` is when the whole was published: a clock without a day belongs to the first moment from then on (half an hour of grace),
    and a clock without a zone is in its zone. Without it a clock alone says nothing. Never raises.
    """
    if near is not None and len(raw) <= 20 and (found := _clock(raw, near, lang)):
        return found
    parsed = parse_date(raw, lang=lang, fetched_at=fetched_at)
    return _dated(parsed, near, "stated") if parsed else None


def _clock(raw: str, near: Dated, lang: str | None) -> Dated | None:
    """A time of day on the day that it must be."""
    if parse_date(raw, lang=lang) is not None:
        return None  # a date of its own
    days = (near.day, near.day + timedelta(days=1)) if near.precision in _TIMED else (near.day,)
    moments = [found for day in days if (found := _on(day, raw, near, lang))]
    return next((found for found in moments if found.instant >= near.instant - _EARLY), None) if moments else None


def _on(day: date, raw: str, near: Dated, lang: str | None) -> Dated | None:
    parsed = parse_date(f"{day.isoformat()} {raw}", lang=lang)
    return _dated(parsed, near, "clock") if parsed and parsed.precision in _TIMED else None


def _dated(parsed: ParsedDate, near: Dated | None, origin: str) -> Dated:
    value, precision = parsed.value, parsed.precision
    if isinstance(value, datetime) and value.tzinfo:
        return _made(value, precision, "stated", origin)
    naive = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the zone follows
    if near is None or near.zone == "unknown":
        return _made(naive.replace(tzinfo=UTC), precision, "unknown", origin)
    return _made(naive.replace(tzinfo=near.instant.tzinfo), precision, "assumed", origin)


def _made(instant: datetime, precision: Precision, zone: ZoneKnowledge, origin: str) -> Dated:
    confidence = 0.9 if zone == "stated" else 0.6
    return Dated(instant=instant, precision=precision, zone=zone, origin=origin, confidence=confidence)
