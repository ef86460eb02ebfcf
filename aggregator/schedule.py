"""When to look again: at a source's listings, at an article, at a server that failed. Pure decisions; `now` is an argument.

Nothing here sleeps or counts: the answers are instants that the store keeps.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from .models import ListingState, Source, SourceState

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
    retry_after: timedelta | None = None,
    ttl_seconds: int | None = None,
) -> datetime:
    """When a source is due again after a run that ended `now`. `state` is the state before the run.

    With new articles: after the source's own pace, `every`. Without: later the longer the last new article is ago (a tenth of
    that time), up to a day. After a failure: `every` doubled for each failure in a row, up to a week. The feed's `ttl` and the
    server's Retry-After can only put it off, a week at most.
    """
    pace = timedelta(seconds=source.every)
    if failed:
        wait = _backed_off(pace, failures=state.failures + 1)
    elif new_items > 0:
        wait = pace
    else:
        wait = _quiet_pace(state, pace, now)
    ordered = max(timedelta(seconds=ttl_seconds or 0), retry_after or timedelta(0))
    return now + max(wait, min(ordered, LONGEST_ORDER))


def _backed_off(pace: timedelta, *, failures: int) -> timedelta:
    return max(pace, min(pace * 2 ** min(failures - 1, 20), DEAD_SLOWEST)) if failures > 0 else pace


def _quiet_pace(state: SourceState, pace: timedelta, now: datetime) -> timedelta:
    """A tenth of the time since something new came, between the source's pace and a day."""
    if state.last_new_at is None:
        return pace
    quiet = max(now - state.last_new_at, timedelta(0)) / 10
    return max(pace, min(quiet, SLOWEST))


def is_stale(state: ListingState, *, now: datetime, limit: timedelta = timedelta(days=7)) -> bool:
    """Whether a listing still parses but its newest item is older than `limit`: a feed that somebody forgot."""
    return state.newest_item_at is not None and now - state.newest_item_at > limit


# ------------------------------------------------------------------------------------------------ articles

LOOKS: Final = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""Ages at which a stored article is looked at again: corrections come in the first hours, few after a week, then never again."""
RETRIES: Final = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
)
"""Waits after failed looks at one address, then it is given up (three tries over five days are usual in news crawlers)."""


def next_look(published: datetime | None, fetched: datetime, failures: int, *, now: datetime) -> datetime | None:
    """When to look at an address again; None: never.

    `fetched` is when it was first fetched, `failures` how many looks in a row failed. The age of an article counts from its
    publication; a date in the future or a missing one counts as `fetched`. An article older than a week is never looked at
    again. The next look is never less than half an hour away, so that one run never looks twice.
    """
    if failures > 0:
        return now + RETRIES[failures - 1] if failures <= len(RETRIES) else None
    born = min(published or fetched, fetched)
    least = now + timedelta(minutes=30)
    return next((born + age for age in LOOKS if born + age >= least), None)


# ------------------------------------------------------------------------------------------------ servers

PATIENCE: Final = timedelta(seconds=60)
"""Longest wait inside a run; a longer one is for a later run."""
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Statuses that pass: RFC 9110 and RFC 6585, and Cloudflare's 52x for an origin that does not answer."""
_GONE: Final = frozenset({404, 410})
TRIES: Final = 3
"""Requests for one address in one run, at most."""


def wait_after(status: int | None, retry_after: timedelta | None, failures: int) -> timedelta | None:
    """How long to wait before the same address is asked for again; None: asking again in this way is of no use.

    `status` None is a failed connection. `failures` counts those in a row, this one included. Retry-After goes before our own
    back-off of 2, 4, 8 ... seconds. A wait longer than `PATIENCE` belongs to a later run.
    """
    if status is not None and status not in _BUSY:
        return None
    if retry_after is not None:
        return max(timedelta(0), min(retry_after, LONGEST_ORDER))
    return timedelta(seconds=min(2 ** max(1, min(failures, 12)), 3600))


def is_gone(status: int) -> bool:
    """Whether a status says that the address has no page any more."""
    return status in _GONE


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """A Retry-After header (RFC 9110 section 10.2.3: seconds or a date) as a wait from `now`; None when it says nothing usable."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return max(moment - now, timedelta(0))
    except OverflowError:
        return None
