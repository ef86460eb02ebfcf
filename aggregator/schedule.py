"""When to look again: at a source's listings, at an article, at a server that failed. Pure decisions; `now` is an argument.

Nothing here sleeps or counts: the answers are instants that the store keeps.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from .models import Hint, Source
from .state import KnownUrl, SourceState

# ------------------------------------------------------------------------------------------------ sources

SLOWEST: Final = timedelta(days=1)
"""A source is looked at once a day at least, however quiet it is: feeds are never given up."""
DEAD_SLOWEST: Final = timedelta(days=7)
"""A source that keeps failing is still tried once a week."""
LONGEST_ORDER: Final = timedelta(days=7)
"""Longest wait that a server or a feed can order; a longer Retry-After or ttl is taken for a mistake."""
_SLACK: Final = timedelta(seconds=30)
"""A look that is due within this time is due now, so that a cron job a few seconds early does not skip a turn."""


def is_due(state: SourceState, *, source: Source, now: datetime) -> bool:
    """Whether a source's listings are to be read now.

    A source that never ran is due; one that is switched off, in the list or in the store, never. A due time further away than
    any schedule sets it means that the clock was wrong once: due.
    """
    if not (source.enabled and state.enabled):
        return False
    due = state.next_due_at
    if due is None or due <= now + _SLACK:
        return True
    return due > now + max(LONGEST_ORDER, DEAD_SLOWEST, 2 * timedelta(seconds=source.every))


def next_due(
    state: SourceState,
    *,
    source: Source,
    now: datetime,
    new_items: int,
    failed: bool = False,
    retry_after: float | None = None,
) -> datetime:
    """When a source is due again after a run that ended `now`. `state` is the state before the run.

    With new articles: after the source's own pace, `every`. Without: later the longer the last new article is ago (a tenth of
    that time), up to a day. After a failure: `every` doubled for each failure in a row, up to a week. `retry_after` is the longest
    wait in seconds that the server (Retry-After) or a listing (`Listing.ttl_seconds`) asked for; it can only put the time off, a week at
    most.
    """
    pace = timedelta(seconds=source.every)
    if failed:
        wait = _backed_off(pace, failures=state.failures + 1)
    elif new_items > 0:
        wait = pace
    else:
        wait = _quiet_pace(state, pace, now)
    return now + max(wait, timedelta(seconds=min(retry_after or 0, LONGEST_ORDER.total_seconds())))


def _backed_off(pace: timedelta, *, failures: int) -> timedelta:
    doubled = pace.total_seconds() * 2 ** min(failures - 1, 20)
    return max(pace, timedelta(seconds=min(doubled, DEAD_SLOWEST.total_seconds())))


def _quiet_pace(state: SourceState, pace: timedelta, now: datetime) -> timedelta:
    """A tenth of the time since something new came, between the source's pace and a day."""
    if state.last_new_at is None:
        return pace
    quiet = max(now - state.last_new_at, timedelta(0)) / 10
    return max(pace, min(quiet, SLOWEST))


# ------------------------------------------------------------------------------------------------ articles

LOOKS: Final = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""Ages at which a stored page is looked at again: corrections come in the first hours, few after a week, then never again."""
RETRIES: Final = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
)
"""Waits after looks that failed for a reason that passes (no answer, 5xx, 429); then the address is given up."""
RETRIES_GONE: Final = (timedelta(hours=1), timedelta(days=1))
"""Waits after 404 and 410: pages are announced before they are there, and some come back."""
RETRIES_REFUSED: Final = (timedelta(days=1), timedelta(days=3))
"""Waits after any other 4xx (401, 403, 451 ...): the server means it; asking often would be rude."""
LEAST_WAIT: Final = timedelta(minutes=30)
"""The next look at a page is never nearer, so that no run looks twice."""


def next_look(*, first_seen: datetime | None, status: int | None, failures: int, now: datetime) -> datetime | None:
    """When to look at an address again; None: never.

    `first_seen` is when the article was published or first fetched (None, or in the future: now). `status` is that of the last
    answer, None when there was none; `failures` counts failed looks in a row, the last one included. Without failures the
    looks are at the ages of `LOOKS`; after failures at the waits of `RETRIES...`.
    """
    if failures > 0:
        waits = _waits(status)
        return now + waits[failures - 1] if failures <= len(waits) else None
    born = min(first_seen or now, now)
    return next((born + age for age in LOOKS if born + age >= now + LEAST_WAIT), None)


def _waits(status: int | None) -> tuple[timedelta, ...]:
    if status in _GONE:
        return RETRIES_GONE
    refused = status is not None and 400 <= status < 500 and status not in _BUSY
    return RETRIES_REFUSED if refused else RETRIES


def is_listed_anew(hint: Hint, known: KnownUrl) -> bool:
    """Whether a listing says that a page changed since it was last fetched.

    Its date must be later than the one that was listed then; where none was, later than the fetch. Feeds and sitemaps write
    one instant in several ways, so instants are compared; texts only where one of them is no date.
    """
    if hint.modified is None or hint.modified == known.listed_modified:
        return False
    listed = parse_stamp(hint.modified)
    before = parse_stamp(known.listed_modified) if known.listed_modified else known.fetched_at
    if listed is None or before is None:
        return known.listed_modified is not None
    return listed > before


def newest(hints: Iterable[Hint]) -> datetime | None:
    """The latest date that a listing gives for one of its entries; None when it gives none."""
    stamps = (parse_stamp(text) for hint in hints for text in (hint.published, hint.modified) if text)
    return max((stamp for stamp in stamps if stamp), default=None)


def parse_stamp(text: str) -> datetime | None:
    """A date of a feed or sitemap (RFC 5322 or ISO 8601) as an instant; without a zone as UTC; None when it is neither."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


# ------------------------------------------------------------------------------------------------ servers

_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Statuses that pass: RFC 9110, RFC 6585, and the 52x that gateways send for an origin that does not answer."""
_GONE: Final = frozenset({404, 410})
