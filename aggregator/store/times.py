"""Points in time as text: UTC, ISO 8601, whole seconds (`2024-04-19T08:30:00Z`), so that text order is time order."""

from datetime import UTC, datetime, timedelta

from aggregator.models import Dated, Precision

_LENGTH: dict[Precision, int] = {"year": 4, "month": 7, "day": 10}


def to_text(moment: datetime) -> str:
    """An aware datetime as stored; fractions of a second are dropped."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else "0001-01-01T00:00:00Z"


def to_optional_text(moment: datetime | None) -> str | None:
    """As `to_text`; None stays None."""
    return None if moment is None else to_text(moment)


def from_text(text: str) -> datetime:
    """A stored instant; a stored day, month or year is its first moment in UTC."""
    padded = text + "0001-01-01"[len(text) :] if len(text) < 10 else text
    return datetime.fromisoformat(padded).replace(tzinfo=UTC)


def from_optional_text(text: str | None) -> datetime | None:
    """As `from_text`; None stays None."""
    return None if text is None else from_text(text)


def dated_text(dated: Dated | None) -> str | None:
    """A point in time as exact as it is known: an instant in UTC, or the local day, month or year without an invented time."""
    if dated is None:
        return None
    length = _LENGTH.get(dated.precision)
    return to_text(dated.instant) if length is None else dated.instant.date().isoformat()[:length]


def local_day(dated: Dated | None) -> str | None:
    """The calendar day where the article was published; None when only the month or year is known."""
    if dated is None or dated.precision in ("month", "year"):
        return None
    return dated.day.isoformat()


def offset_minutes(dated: Dated | None) -> int | None:
    """Minutes that the wall clock is ahead of UTC; None when the zone is unknown."""
    if dated is None or dated.zone == "unknown":
        return None
    return (dated.instant.utcoffset() or timedelta()) // timedelta(minutes=1)
