"""Which of a page's dates is the publication, which the modification. Pure: claims in, decision out.

Claims are weighed by their rank (see `claims.RANKS`). Then the others may correct the strongest:

1. Impossible ones lose: after the fetch plus a day of clock skew, or before 1990 (no news site is older).
2. A publication that is only the modification said twice loses to an older publication claim.
3. Day and month that could be swapped are settled by a claim that stands on one of the two days.
4. A day takes its time, and a wall clock its zone, from claims that agree with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final, Literal

from aggregator.models import Claim, Dated, Precision, ZoneKnowledge

from .strings import ParsedDate
from .zones import fix

EARLIEST: Final = date(1990, 12, 20)
"""The first web page went on line on this day; no page can be older."""
SKEW: Final = timedelta(days=1)
"""How far a server's clock, or its zone, may run ahead of ours."""
_STRONG: Final = 80
"""Rank from which a claim is made for machines about this very page."""

Role = Literal["published", "modified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One date that the page, its address, its headers or the place that led to it states. `rank`: 0 to 100."""

    role: Role
    origin: str
    raw: str
    read: ParsedDate | None
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a date is checked against and completed with."""

    latest: datetime | None  # the fetch; None: unknown
    zone: tzinfo | None = None  # the source's zone
    usual_zone: tzinfo | None = None  # that of the page's country, if it has but one: tells local days, never instants


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The chosen dates, all claims with the reason why each won or lost, and the reason in one sentence."""

    published: Dated | None
    modified: Dated | None
    claims: tuple[Claim, ...]
    reason: str


def decide(candidates: Sequence[Candidate], bounds: Bounds) -> Decision:
    """Weigh the claims. With no usable claim of publication, `published` is None and `reason` says why."""
    refusals = {index: why for index, c in enumerate(candidates) if (why := refusal(c, bounds))}
    usable = [c for index, c in enumerate(candidates) if index not in refusals]
    published = _publication(_of_the_month(usable, candidates), _months(candidates))
    modified = _strongest(usable, "modified")
    dated = _complete(published, usable, bounds)
    changed = _complete(modified, usable, bounds)
    if dated and changed and changed.instant < dated.instant and changed.day != dated.day:
        changed = None  # a change before the publication is no news about this text
    reasons = [refusals.get(i) or _why(c, published, modified) for i, c in enumerate(candidates)]
    claims = tuple(
        _claim(c, reason, chosen=c is published or (c is modified and changed is not None), bounds=bounds)
        for c, reason in zip(candidates, reasons, strict=True)
    )
    return Decision(published=dated, modified=changed, claims=claims, reason=_sentence(published, usable, refusals))


# ------------------------------------------------------------------------------------------------ sanity


def refusal(candidate: Candidate, bounds: Bounds) -> str:
    """Why a claim cannot be true, "" if it can."""
    read = candidate.read
    if read is None:
        return "no date could be read"
    if read.precision in ("month", "year"):
        return "no day is stated"
    if read.day < EARLIEST:
        return "before the first web page"
    if bounds.latest and _is_after(read, bounds.latest):
        return "after the fetch"
    return ""


def _is_after(read: ParsedDate, latest: datetime) -> bool:
    limit = latest + SKEW
    if isinstance(read.value, datetime) and read.value.tzinfo:
        return read.value > limit
    return read.day > limit.date()


# ------------------------------------------------------------------------------------------------ the winner


def _strongest(candidates: Sequence[Candidate], role: Role) -> Candidate | None:
    return max((c for c in candidates if c.role == role), key=_strength, default=None)


def _strength(candidate: Candidate) -> tuple[int, int]:
    """The rank; between equals an instant comes before a wall clock, that before a day."""
    value = candidate.read.value if candidate.read else None
    if not isinstance(value, datetime):
        return candidate.rank, 0
    return candidate.rank, 2 if value.tzinfo else 1


_FAMILIES: Final = {
    "json-ld": "data",
    "script": "data",
    "meta": "meta",
    "url": "url",
    "feed": "hint",
    "news_sitemap": "hint",
}


def _support(day: date, candidates: Sequence[Candidate]) -> set[str]:
    """The kinds of places that name this day as the publication: data, meta tags, address, hints, what readers see."""
    return {
        _FAMILIES.get(c.origin.partition(":")[0], "seen")
        for c in candidates
        if c.role == "published" and c.rank >= 40 and _day(c) == day
    }


def _not_outvoted(best: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """Another claim where more kinds of places agree on another day than on the best's; as many, where one of them is the address.

    A day of which the page says that it was changed then may be no more than that; so may one that a sitemap or the server says so
    of, unless the address has it, too: addresses keep the first day.
    """
    own = _support(_day(best), candidates)
    changes = [c for c in candidates if c.role == "modified"]
    changed = {_day(c) for c in changes}
    said = {_day(c) for c in changes if c.origin.partition(":")[0] not in _OUTSIDE}

    def outvotes(rival: Candidate) -> bool:
        support = _support(_day(rival), candidates)
        if "url" in support and "url" not in own:
            return len(support) >= max(2, len(own)) and _day(rival) not in said
        return len(support) > len(own) and _day(rival) not in changed

    rivals = [c for c in candidates if c.role == "published" and c.rank >= 64 and outvotes(c)]
    return max((c for c in rivals if not _is_same_night(best, c)), key=_strength, default=best)


_OUTSIDE: Final = frozenset({"sitemap", "news_sitemap", "feed", "header"})
"""Where a modification is noted by others than the page."""


def _is_same_night(instant: Candidate, other: Candidate) -> bool:
    """True where an instant in UTC and another claim lie a day apart: somewhere on earth it was that day."""
    value = instant.read.value if instant.read else None
    in_utc = isinstance(value, datetime) and value.tzinfo is not None and not value.utcoffset()
    return in_utc and abs(_day(instant) - _day(other)) <= timedelta(days=1)


def is_later(one: ParsedDate, two: ParsedDate) -> bool:
    """True where the first is surely after the second."""
    a, b = one.value, two.value
    if isinstance(a, datetime) and isinstance(b, datetime) and (a.tzinfo is None) == (b.tzinfo is None):
        return a - b > timedelta(minutes=2)
    return one.day > two.day


def _of_the_month(usable: Sequence[Candidate], candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Without what readers see of other months, where the address names a month (`/2024/04/a-title`) and a claim lies in it."""
    named = next((c.read for c in candidates if c.origin == "url" and c.read and c.read.precision == "month"), None)
    if named is None:
        return usable
    month = (named.day.year, named.day.month)
    within = [c for c in usable if c.rank >= _STRONG or (_day(c).year, _day(c).month) == month]
    return within if any(c.role == "published" for c in within) else usable


_Month = tuple[int, int]


def _months(candidates: Sequence[Candidate]) -> frozenset[_Month]:
    """The months that are named without a day: by the address, by the folder of the lead picture."""
    named = (c.read.day for c in candidates if c.read and c.read.precision == "month")
    return frozenset((day.year, day.month) for day in named)


def _publication(candidates: Sequence[Candidate], months: frozenset[_Month]) -> Candidate | None:
    best = _strongest(candidates, "published")
    if best is None:
        return None
    best = _not_the_update(best, candidates)
    best = _not_outvoted(best, candidates)
    best = _not_padded(best, candidates)
    return _right_order(best, candidates, months)


_STATED: Final = 67
"""Rank from which a claim stands in a tag, in the address, or close to the headline under a label."""
_SEEN: Final = 46
"""Rank of what readers see in a part that is named for dates; less is any date of the page."""


def _not_the_update(best: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """Another claim where the best only repeats the modification, or is later than it, and a strong one is older.

    Some systems print the day of the last change as `datePublished`; the true day then stands in another tag, or in the address.
    Where the publication is said to be days after the change, what readers see near the headline is enough.
    """
    changes = [c for c in candidates if c.role == "modified" and c.read and c.rank >= _STRONG]
    if best.read is None or not any(c.read and not is_later(c.read, best.read) for c in changes):
        return best
    own = _support(_day(best), candidates)
    impossible = any(_day(best) - _day(c) > timedelta(days=1) for c in changes)
    least = _SEEN if impossible else _STATED
    older = [
        c
        for c in candidates
        if c.role == "published" and c.rank >= least and _day(c) < _day(best) and c.origin != best.origin
    ]
    older = [c for c in older if len(_support(_day(c), candidates)) >= len(own)]
    return max(older, key=_strength, default=best)


def _not_padded(best: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """Another claim of the same year where the best is 1 January without a time, which is how a bare year is often written."""
    if not _is_new_year(best):
        return best
    others = [
        c for c in candidates if c.role == "published" and _day(c).year == _day(best).year and not _is_new_year(c)
    ]
    return max(others, key=_strength, default=best)


def _is_new_year(candidate: Candidate) -> bool:
    value = candidate.read.value if candidate.read else None
    at_midnight = not isinstance(value, datetime) or value.time() == time()
    return at_midnight and _day(candidate).timetuple().tm_yday == 1


def _right_order(best: Candidate, candidates: Sequence[Candidate], months: frozenset[_Month]) -> Candidate:
    """The other reading of 03/04/2024 where another claim stands on that day, or in that month, and none on the first."""
    other = best.read.alternative if best.read else None
    if best.read is None or other is None:
        return best
    days = {_day(c) for c in candidates if c is not best and not (c.read and c.read.alternative)}
    first, second = best.read.day, other.date() if isinstance(other, datetime) else other
    in_month = (second.year, second.month) in months and (first.year, first.month) not in months
    if first in days or not (second in days or in_month):
        return best
    return replace(best, read=replace(best.read, value=other, alternative=None))


def _day(candidate: Candidate) -> date:
    return candidate.read.day if candidate.read else date.max


# ------------------------------------------------------------------------------------------------ time and zone


def _complete(best: Candidate | None, candidates: Sequence[Candidate], bounds: Bounds) -> Dated | None:
    """The winner with a time and a zone from the claims that agree with it."""
    read = best.read if best else None
    if best is None or read is None:
        return None
    allies = [c for c in candidates if c.role == best.role and c.read and c is not best]
    value, precision = _with_time(read, allies)
    instant, zone = _with_zone(value, allies, candidates, bounds)
    return Dated(
        instant=instant,
        precision=precision,
        zone=zone,
        origin=best.origin,
        confidence=_confidence(best, candidates),
    )


def _with_time(read: ParsedDate, allies: Iterable[Candidate]) -> tuple[datetime | date, Precision]:
    """A day, or a midnight that stands for one, with the time of the strongest claim for the same day."""
    if isinstance(read.value, datetime) and read.value.time() != time():
        return read.value, read.precision
    timed = [
        (c.rank, c.read)
        for c in allies
        if c.read and isinstance(c.read.value, datetime) and c.read.day == read.day and c.read.value.time() != time()
    ]
    if not timed:
        return read.value, read.precision
    donor = max(timed, key=lambda pair: pair[0])[1]
    return donor.value, donor.precision


def _with_zone(
    value: datetime | date, allies: Sequence[Candidate], candidates: Sequence[Candidate], bounds: Bounds
) -> tuple[datetime, ZoneKnowledge]:
    if not isinstance(value, datetime):
        place = bounds.zone
        midnight = datetime.combine(value, time())
        return (fix(midnight, place), "assumed") if place else (midnight.replace(tzinfo=UTC), "unknown")
    if value.tzinfo is not None:
        return _true_offset(value, candidates, bounds)
    proven = _proven_zone(value, allies)
    if proven:
        return value.replace(tzinfo=proven), "proven"
    borrowed = _borrowed_offset(value, candidates)
    if borrowed:
        return value.replace(tzinfo=borrowed), "proven"
    if bounds.zone:
        return fix(value, bounds.zone), "assumed"
    return value.replace(tzinfo=UTC), "unknown"


def _proven_zone(clock: datetime, allies: Iterable[Candidate]) -> timezone | None:
    """The offset that makes a wall clock the same moment as another claim's instant, to the minute."""
    for ally in allies:
        other = _instant(ally)
        if other is None:
            continue
        if other.replace(tzinfo=None, second=0) == clock.replace(second=0) and other.utcoffset():
            return timezone(other.utcoffset() or timedelta())
        if zone := _gap_zone(clock, other):
            return zone
    return None


def _gap_zone(clock: datetime, instant: datetime) -> timezone | None:
    """The offset between a wall clock and an instant, if it is one that places have."""
    gap = clock.replace(second=0, microsecond=0) - instant.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)
    return timezone(gap) if abs(gap) <= timedelta(hours=14) and not gap % timedelta(minutes=15) else None


def _instant(candidate: Candidate) -> datetime | None:
    value = candidate.read.value if candidate.read else None
    return value if isinstance(value, datetime) and value.tzinfo else None


def _true_offset(value: datetime, candidates: Sequence[Candidate], bounds: Bounds) -> tuple[datetime, ZoneKnowledge]:
    """The instant in the page's own offset.

    Where another claim has the same wall clock with an offset, a `Z` was local time: a clock and its offset are not printed by chance.
    Where another claim has the same instant with an offset, or the source's zone is known, the instant is told in that one.
    """
    if value.utcoffset():
        return value, "stated"
    local = [o for c in candidates if (o := _instant(c)) and o.utcoffset()]
    for other in local:
        if other.replace(tzinfo=None, second=0) == value.replace(tzinfo=None, second=0):
            return value.replace(tzinfo=other.tzinfo), "proven"
    for other in local:
        if abs(other - value) < timedelta(minutes=1):
            return value.astimezone(other.tzinfo), "stated"
    for clock in (c.read.value for c in candidates if c.role == "published" and c.read and c.rank >= 60):
        if isinstance(clock, datetime) and clock.tzinfo is None and (gap := _gap_zone(clock, value)):
            return value.astimezone(gap), "stated"
    zone = bounds.zone or (bounds.usual_zone if _is_printed(value, candidates, bounds) else None)
    if zone:
        offset = value.astimezone(zone).utcoffset()
        return value.astimezone(timezone(offset or timedelta())), "stated"
    return value, "stated"


def _is_printed(value: datetime, candidates: Sequence[Candidate], bounds: Bounds) -> bool:
    """True where the page prints, in its address or for its readers, the day that the country's clocks showed."""
    if bounds.usual_zone is None:
        return False
    local = value.astimezone(bounds.usual_zone).date()
    return any(_day(c) == local for c in candidates if c.role == "published" and c.origin.startswith(("url", "text")))


_SEASON: Final = timedelta(days=21)
"""Within these days of each other two clocks of one place mostly have the same offset, whatever summer time does."""


def _borrowed_offset(value: datetime, candidates: Sequence[Candidate]) -> tzinfo | None:
    """The one offset that the page's other instants have, if they lie near."""
    offsets = {
        instant.tzinfo
        for c in candidates
        if (instant := _instant(c)) and instant.utcoffset() and abs(instant.replace(tzinfo=None) - value) < _SEASON
    }
    return next(iter(offsets)) if len(offsets) == 1 else None


# ------------------------------------------------------------------------------------------------ how sure


def _confidence(best: Candidate, candidates: Sequence[Candidate]) -> float:
    """From the rank, more where independent claims name the same day, less where strong ones name another.

    The steps are the shares of right days by rank on the benchmark's pages, rounded.
    """
    others = [c for c in candidates if c.role == best.role and c is not best and c.read]
    agree = sum(1 for c in others if abs(_day(c) - _day(best)) <= timedelta(days=1))
    against = sum(1 for c in others if c.rank >= best.rank - 10) - agree
    base = next(sure for floor, sure in _SURE if best.rank >= floor)
    return round(min(0.99, max(0.1, base + 0.02 * min(agree, 2) - 0.1 * max(0, min(against, 3)))), 2)


_SURE: Final = ((80, 0.96), (65, 0.95), (50, 0.9), (30, 0.82), (0, 0.65))


# ------------------------------------------------------------------------------------------------ claims


def _why(candidate: Candidate, published: Candidate | None, modified: Candidate | None) -> str:
    winner = published if candidate.role == "published" else modified
    if winner is None or (candidate.origin, candidate.raw) == (winner.origin, winner.raw):
        return "strongest claim"
    if _day(candidate) == _day(winner):
        return f"agrees with {winner.origin}"
    return f"weaker than {winner.origin}" if candidate.rank <= winner.rank else f"corrected by {winner.origin}"


def _claim(candidate: Candidate, reason: str, *, chosen: bool, bounds: Bounds) -> Claim:
    read = candidate.read
    return Claim(
        field=candidate.role,
        value=_normal(read, bounds) if read else "",
        raw=candidate.raw[:500],
        origin=candidate.origin,
        chosen=chosen,
        reason=reason,
        precision=read.precision if read else None,
        zone=read.zone if read else None,
    )


def _normal(read: ParsedDate, bounds: Bounds) -> str:
    """An instant as UTC ISO 8601, a wall clock as it is, a day as a day."""
    value = read.value
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None and bounds.zone:
        value = fix(value, bounds.zone)
    if value.tzinfo is None:
        return value.isoformat(timespec="seconds")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sentence(winner: Candidate | None, usable: Sequence[Candidate], refusals: dict[int, str]) -> str:
    if winner is None:
        refused = f"; {len(refusals)} refused: {', '.join(sorted(set(refusals.values())))}" if refusals else ""
        return f"no usable claim of publication{refused}"
    agree = sum(1 for c in usable if c.role == "published" and _day(c) == _day(winner)) - 1
    return f"{winner.origin} is the strongest of {len(usable)} claims, {max(agree, 0)} agree"
