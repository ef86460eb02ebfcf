"""What is odd about the dates of a source, told from counts over its stored articles. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ENOUGH: Final = 5
"""Articles from which a share says something about a source."""
MOSTLY: Final = 0.5
"""Share from which a habit is told."""
SAME_MINUTE: Final = 3
"""Articles that one minute may have before it looks like the time of an import."""
LATE_DAYS: Final = 30
"""Days between publication and first sight from which a source lists old articles, or its dates are not those of publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDates:
    """Counts over the articles of one source, copies included. `future` are dated over a day after they were first seen,
    `midnight` state a time of exactly 00:00, `same_minute` is the most articles that share one minute, `lag_days` the median of
    first sight minus publication (None: no date)."""

    source: str
    articles: int
    undated: int
    day_only: int
    future: int
    no_zone: int
    midnight: int
    unsure: int
    same_minute: int
    lag_days: float | None
    newest: str | None


def odd(facts: SourceDates) -> tuple[str, ...]:
    """A sentence for each thing that deserves a look, the gravest first; empty where all is well."""
    return tuple(_sentences(facts))


def _sentences(facts: SourceDates) -> Iterator[str]:
    if facts.future:
        yield f"{facts.future} dated after they were seen: a wrong zone, or announced in advance"
    if facts.articles < ENOUGH:
        return
    if _is_habit(facts.undated, facts):
        yield f"{_percent(facts.undated, facts)} have no date: a rule for this source may tell where it stands"
    dated = facts.articles - facts.undated
    if _is_habit(facts.day_only, facts):
        yield f"{_percent(facts.day_only, facts)} have a day and no time"
    if _is_habit(facts.no_zone, facts):
        yield f"{_percent(facts.no_zone, facts)} have a clock time without a zone: set `zone` for this source"
    if _is_habit(facts.midnight, facts):
        yield f"{_percent(facts.midnight, facts)} are of midnight sharp: a day that is written as a time"
    if facts.same_minute > max(SAME_MINUTE, MOSTLY * dated):
        yield f"{facts.same_minute} are of one and the same minute: the time of an import, or of the page"
    if facts.lag_days is not None and facts.lag_days > LATE_DAYS:
        yield f"half of them were over {facts.lag_days:.0f} days old when first seen"


def _is_habit(count: int, facts: SourceDates) -> bool:
    return count > MOSTLY * facts.articles


def _percent(count: int, facts: SourceDates) -> str:
    return f"{count / facts.articles:.0%}"
