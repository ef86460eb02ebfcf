"""The dates that a text speaks of. Never its own publication date."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from aggregator.models import Dated, Mention

from .reading import nearest_year
from .strings import Found, find_dates, setting_of

_DIGIT: Final = re.compile(r"\d")
_PARAGRAPHS = 40
_REACH = timedelta(days=183)
"""A day and month without a year, in a story whose date is known, means the nearest such day."""


def mentions_in(
    text: str, *, fetched_at: datetime | None, published: Dated | None = None, lang: str | None = None
) -> tuple[Mention, ...]:
    """The days named in the first 40 paragraphs (separated by blank lines), with at least day and month.

    A missing year comes from the weekday, else from `published`, else from the other dates of the text, else from the fetch. Never raises.
    """
    base = published.instant if published else fetched_at
    setting = setting_of(lang=lang or "en", tld=None, fetched_at=base)
    paragraphs = text.split("\n\n")[:_PARAGRAPHS]
    found = [(i, one) for i, p in enumerate(paragraphs) if _DIGIT.search(p) for one in find_dates(p, setting)]
    found = [(i, one) for i, one in found if one.date.precision not in ("month", "year")]
    anchor = published.day if published else _anchor(found)
    mentions = [Mention(raw=one.date.raw, day=_near(one, anchor), position=i) for i, one in found]
    return tuple(dict.fromkeys(mentions))


def _anchor(found: list[tuple[int, Found]]) -> date | None:
    """The first date whose year is certain."""
    return next((one.date.day for _, one in found if one.has_year or one.weekday), None)


def _near(one: Found, anchor: date | None) -> date:
    """The mentioned day; without year and weekday, the one nearest to the anchor."""
    day = one.date.day
    if one.has_year or anchor is None:
        return day
    weekday = day.weekday() if one.weekday else None
    return nearest_year(day.month, day.day, weekday=weekday, latest=anchor + _REACH) or day
