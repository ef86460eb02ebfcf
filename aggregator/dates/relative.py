"""Dates told from the moment of reading: `2 hours ago`, `yesterday 3:45 PM`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final, Literal

from .reading import Setting
from .tables import ago_phrases, languages, named_days

_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_SPACE: Final = re.compile(r"\s+")
_ONE: Final = re.compile(r"(?<!\w)(?:an?|one|einer|einem|une?|una?|uma?|um|en|ett?|een|bir)(?!\w)")
"""Number words for one, in front of a unit: `an hour ago`, `vor einer Stunde`, `hace una hora`."""
_AMOUNT: Final = re.compile(r"\d{1,4}")
_JUST_NOW: Final = re.compile(r"(?<!\w)(?:just now|moments ago|(?:a )?few (?:seconds|minutes) ago)(?!\w)")
_MOST_AMOUNTS: Final = 6
_LONGEST: Final = 400
"""Characters: longer texts are no date lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ago:
    """A moment before the fetch; `start` and `end` are characters. The day alone is known for days and longer."""

    value: datetime | date
    level: Literal["minute", "day"]
    start: int
    end: int


def read_ago(text: str, setting: Setting) -> Ago | None:
    """The first `# units ago` in a text (simplified, any case). Hours are given to the minute: it is the nearest word we have."""
    if setting.fetched_at is None or len(text) > _LONGEST:
        return None
    low = text.lower()
    if now := _JUST_NOW.search(low):
        return Ago(value=setting.fetched_at, level="minute", start=now.start(), end=now.end())
    amounts = list(islice(_amounts(low), _MOST_AMOUNTS))
    for language in _languages(setting, low) if amounts else ():
        for found in amounts:
            if ago := _fit(low, found, language, setting.fetched_at):
                return ago
    return None


def _languages(setting: Setting, text: str) -> tuple[str, ...]:
    if not setting.language:
        return ("en", *languages()) if len(text) <= 80 else ("en",)
    return ("en",) if setting.language == "en" else (setting.language, "en")


def _amounts(text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, value) of the numbers, in digits or the word for one."""
    for match in _AMOUNT.finditer(text):
        yield match.start(), match.end(), int(match[0])
    for match in _ONE.finditer(text):
        yield match.start(), match.end(), 1


def _fit(text: str, found: tuple[int, int, int], language: str, now: datetime) -> Ago | None:
    start, end, amount = found
    before, after = text[:start].rstrip(), text[end : end + 40].lstrip()
    for head, tail, unit in ago_phrases(language):
        if before.endswith(head) and after.startswith(tail) and not _goes_on(after, tail):
            tail_end = end + (len(text[end : end + 40]) - len(after)) + len(tail)
            return _back(amount, unit, now, (len(before) - len(head), tail_end))
    return None


def _goes_on(after: str, tail: str) -> bool:
    """True when the phrase would end inside a word."""
    rest = after[len(tail) :]
    return bool(tail) and tail[-1].isalpha() and tail[-1].isascii() and rest[:1].islower() and rest[:1].isascii()


def _back(amount: int, unit: str, now: datetime, span: tuple[int, int]) -> Ago | None:
    try:
        if unit in ("month", "year"):
            moment = now - timedelta(days=amount * (30 if unit == "month" else 365))
            return None if amount > 1200 else Ago(value=moment.date(), level="day", start=span[0], end=span[1])
        moment = now - timedelta(seconds=amount * _SECONDS[unit])
    except OverflowError:
        return None
    if unit in ("day", "week"):
        return Ago(value=moment.date(), level="day", start=span[0], end=span[1])
    return Ago(value=moment, level="minute", start=span[0], end=span[1])


def read_named_day(text: str, setting: Setting) -> Ago | None:
    """`today` or `yesterday` as a word of the page's language or of English, on the calendar of `fetched_at`'s own offset."""
    if setting.fetched_at is None or len(text) > _LONGEST:
        return None
    low = text.lower()
    table = named_days()
    for language in dict.fromkeys((setting.language, "en")):
        for back, names in enumerate(table.get(language, ())):
            for name in names:
                if match := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", low):
                    day = setting.fetched_at.date() - timedelta(days=back)
                    return Ago(value=day, level="day", start=match.start(), end=match.end())
    return None
