"""When something is looked at again: tables of cases, and what must hold for every state."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Hint, Source
from aggregator.schedule import (
    DEAD_SLOWEST,
    LOOKS,
    RETRIES,
    SLOWEST,
    is_due,
    is_listed_anew,
    newest,
    next_due,
    next_look,
    parse_stamp,
)
from aggregator.state import KnownUrl, SourceState

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOURCE = Source(id="a", name="A", home="https://a.example/", every=1800)
PACE = timedelta(seconds=1800)


def state(**values: Any) -> SourceState:
    return SourceState(id="a", **values)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (None, True),
        (NOW - DAY, True),
        (NOW, True),
        (NOW + timedelta(seconds=20), True),
        (NOW + MINUTE, False),
        (NOW + 6 * DAY, False),
        (NOW + 3650 * DAY, True),
    ],
)
def test_a_source_is_due_when_its_time_has_come(due: datetime | None, expected: bool) -> None:
    """Never run, overdue, a little early; a time beyond every schedule is a broken clock."""
    assert is_due(state(next_due_at=due), source=SOURCE, now=NOW) is expected


def test_a_source_that_is_off_is_never_due() -> None:
    """In the list or in the store."""
    off = Source(id="a", name="A", home="https://a.example/", enabled=False)
    assert not is_due(state(), source=off, now=NOW)
    assert not is_due(state(enabled=False), source=SOURCE, now=NOW)


@pytest.mark.parametrize(
    ("before", "arguments", "wait"),
    [
        ({}, {"new_items": 3}, PACE),
        ({}, {"new_items": 0}, PACE),
        ({"last_new_at": NOW - HOUR}, {"new_items": 0}, PACE),
        ({"last_new_at": NOW - 10 * HOUR}, {"new_items": 0}, HOUR),
        ({"last_new_at": NOW - 100 * DAY}, {"new_items": 0}, SLOWEST),
        ({"last_new_at": NOW + DAY}, {"new_items": 0}, PACE),
        ({"last_new_at": NOW - 100 * DAY}, {"new_items": 1}, PACE),
        ({"failures": 0}, {"new_items": 0, "failed": True}, PACE),
        ({"failures": 1}, {"new_items": 0, "failed": True}, 2 * PACE),
        ({"failures": 4}, {"new_items": 0, "failed": True}, 16 * PACE),
        ({"failures": 99}, {"new_items": 0, "failed": True}, DEAD_SLOWEST),
        ({}, {"new_items": 1, "retry_after": 7200.0}, 2 * HOUR),
        ({}, {"new_items": 1, "retry_after": 60.0}, PACE),
        ({}, {"new_items": 1, "retry_after": 1e12}, 7 * DAY),
    ],
)
def test_next_due(before: dict[str, Any], arguments: dict[str, Any], wait: timedelta) -> None:
    """New articles keep the pace, silence and failures slow it down, the server's wish only puts it off."""
    assert next_due(state(**before), source=SOURCE, now=NOW, **arguments) == NOW + wait


@given(
    st.integers(0, 10**6),
    st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    st.integers(0, 30 * 86400),
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 1e15)),
)
def test_next_due_is_never_before_the_pace(
    failures: int, last: datetime | None, every: int, failed: bool, retry: float | None
) -> None:
    """Whatever was before: not earlier than the source's own pace."""
    source = Source(id="a", name="A", home="https://a.example/", every=every)
    before = state(failures=failures, last_new_at=last)
    due = next_due(before, source=source, now=NOW, new_items=0, failed=failed, retry_after=retry)
    assert due >= NOW + timedelta(seconds=every)


@given(st.integers(0, 30))
def test_more_failures_never_wait_less(failures: int) -> None:
    """Back-off only grows."""
    one, two = (
        next_due(state(failures=n), source=SOURCE, now=NOW, new_items=0, failed=True) for n in (failures, failures + 1)
    )
    assert one <= two


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), HOUR),
        (40 * MINUTE, 6 * HOUR - 40 * MINUTE),
        (HOUR, 5 * HOUR),
        (6 * HOUR, 18 * HOUR),
        (DAY, 2 * DAY),
        (3 * DAY, 4 * DAY),
        (7 * DAY, None),
        (365 * DAY, None),
        (-DAY, HOUR),
    ],
)
def test_looks_decay_with_age_and_end(age: timedelta, wait: timedelta | None) -> None:
    """1 h, 6 h, 1 d, 3 d and 7 d after first sight, then never; a date in the future counts as now."""
    look = next_look(first_seen=NOW - age, status=200, failures=0, now=NOW)
    assert look == (None if wait is None else NOW + wait)


@pytest.mark.parametrize(
    ("status", "waits"),
    [
        (None, RETRIES),
        (503, RETRIES),
        (429, RETRIES),
        (404, (HOUR, DAY)),
        (410, (HOUR, DAY)),
        (403, (DAY, 3 * DAY)),
        (451, (DAY, 3 * DAY)),
    ],
)
def test_failed_looks_are_tried_again_by_kind_and_end(status: int | None, waits: tuple[timedelta, ...]) -> None:
    """What passes is tried soon and often, what is gone or refused seldom; each ends."""
    looks = [next_look(first_seen=None, status=status, failures=n, now=NOW) for n in range(1, len(waits) + 2)]
    assert looks == [*(NOW + wait for wait in waits), None]


@given(
    st.datetimes(
        timezones=st.just(UTC),
        max_value=datetime(9000, 1, 1),  # noqa: DTZ001 (hypothesis wants it naive)
    ),
    st.integers(0, 10),
)
def test_a_page_is_looked_at_finitely_often(first_seen: datetime, failures: int) -> None:
    """Following the schedule ends, and each look is later than the last."""
    now, count = NOW, 0
    while (look := next_look(first_seen=first_seen, status=200, failures=failures, now=now)) is not None:
        assert look > now
        now, count, failures = look, count + 1, 0
        first_seen = min(first_seen, NOW)
        assert count <= len(LOOKS) + 1


@pytest.mark.parametrize(
    ("listed", "before", "fetched", "anew"),
    [
        (None, None, NOW, False),
        ("2026-03-09", "2026-03-09", NOW, False),
        ("2026-03-09T10:00:00Z", "2026-03-09T09:00:00Z", NOW, True),
        ("2026-03-09T10:00:00Z", "2026-03-09T10:00:00.000+00:00", NOW, False),
        ("Mon, 09 Mar 2026 09:00:00 GMT", "2026-03-09T10:00:00Z", NOW, False),
        ("2026-03-09T10:00:00Z", "a while ago", NOW, True),
        ("just now", "2026-03-09T10:00:00Z", NOW, True),
        ("2026-03-09T13:00:00Z", None, NOW, True),
        ("2026-03-09T11:00:00Z", None, NOW, False),
        ("just now", None, NOW, False),
        ("2026-03-09T13:00:00Z", None, None, False),
    ],
)
def test_listed_anew(listed: str | None, before: str | None, fetched: datetime | None, anew: bool) -> None:
    """Only a later instant than before counts, so that feed and sitemap of one article do not take turns."""
    hint = Hint(origin="feed", origin_url="https://a.example/f", url="https://a.example/1", modified=listed)
    known = KnownUrl(key="k", article=1, fetched_at=fetched, listed_modified=before)
    assert is_listed_anew(hint, known) is anew


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-09T12:00:00Z", NOW),
        ("2026-03-09T12:00:00", NOW),
        (" Mon, 09 Mar 2026 12:00:00 +0000 ", NOW),
        ("Mon, 09 Mar 2026 08:00:00 EDT", NOW),
        ("2026-03-09", NOW - 12 * HOUR),
        ("yesterday", None),
        ("", None),
    ],
)
def test_stamps(text: str, expected: datetime | None) -> None:
    """Dates of feeds and sitemaps in their two forms."""
    assert parse_stamp(text) == expected


@given(st.text(max_size=40))
def test_stamps_never_fail(text: str) -> None:
    """Any text is a date with a zone, or none."""
    stamp = parse_stamp(text)
    assert stamp is None or stamp.tzinfo is not None


def test_newest_of_a_listing() -> None:
    """The latest of all dates; none without dates."""
    dates = (None, "2026-03-01"), ("Mon, 09 Mar 2026 12:00:00 +0000", "nonsense"), (None, None)
    hints = [Hint(origin="feed", origin_url="f", url="u", published=p, modified=m) for p, m in dates]
    assert newest(hints) == NOW
    assert newest(hints[2:]) is None
