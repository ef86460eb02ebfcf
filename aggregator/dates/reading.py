"""What a found date says: groups of a pattern as a day, the clock beside it, the year that is not written."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

from .calendars import day_or_none, gregorian_year, persian_day
from .order import default_day_first, year_first
from .shapes import DOT_TIME_AFTER, TIME_AFTER, TIME_BEFORE
from .tables import PERSIAN, eras, month_number, weekday_number, words
from .tokens import Tokens
from .zones import fix, named_zone, offset_zone

Level = Literal["second", "minute", "day", "month"]
_OFFSET: Final = re.compile(r"[+-]\d{1,2}:?(?:\d{2})?$")
_ALIASES: Final = {"no": "nb", "iw": "he", "in": "id", "tl": "fil"}
_NEAR: Final = 24
"""Tokens before a date in which its time is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known about the place a text comes from. `lang` and `tld` are lower-case, "" if not known."""

    lang: str = ""
    tld: str = ""
    region: str = ""
    fetched_at: datetime | None = None
    day_first: bool | None = None

    @property
    def language(self) -> str:
        """The language without its region, under the name that the tables use."""
        language = self.lang.partition("-")[0]
        return _ALIASES.get(language, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day; `zone` is None where none is written. `start` and `end` are tokens."""

    at: time
    level: Level
    zone: tzinfo | str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A day, and the other one that an all-digit date may mean."""

    day: date
    other: date | None = None


# ------------------------------------------------------------------------------------------------ the day


def _month(tokens: Tokens, index: int, setting: Setting) -> int:
    if tokens.shape[index] == "n":
        return tokens.number(index)
    return month_number(tokens.words[index], setting.language)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    if month > PERSIAN:
        return persian_day(year, month - PERSIAN, day)
    return day_or_none(gregorian_year(year), month, day)


def short_year(year: int, setting: Setting) -> int:
    """A two-digit year as the last one that is not after next year."""
    latest = (setting.fetched_at.year if setting.fetched_at else 2049) + 1
    full = 2000 + year
    return full if full <= latest else full - 100


def read_named(tokens: Tokens, match: re.Match[str], setting: Setting) -> Days | None:
    """`19 April 2024`, `4 tháng 5 năm 2020`; also Solar Hijri months."""
    year, month = tokens.number(match.start("y")), _month(tokens, match.start("m"), setting)
    if tokens.shape[match.start("y")] == "q" and month <= PERSIAN:
        return None
    day = _calendar_day(year, month, tokens.number(match.start("d")))
    return Days(day=day) if day else None


def read_named2(tokens: Tokens, match: re.Match[str], setting: Setting) -> Days | None:
    """`06 FEB 26`: a month's name and a two-digit year."""
    year = tokens.words[match.start("y")]
    month = _month(tokens, match.start("m"), setting)
    if len(year) != 2 or month > PERSIAN:
        return None
    day = day_or_none(short_year(int(year), setting), month, tokens.number(match.start("d")))
    return Days(day=day) if day and day.year >= 1990 else None


def read_number(tokens: Tokens, match: re.Match[str], setting: Setting) -> Days | None:
    """Year, month, day in digits. A year of the 14th century is Solar Hijri where the page is Persian."""
    year, month, day = (tokens.number(match.start(name)) for name in "ymd")
    if 1300 <= year <= 1450:
        found = persian_day(year, month, day) if setting.language in ("fa", "ckb", "ps") else None
    else:
        found = day_or_none(gregorian_year(year), month, day) if tokens.shape[match.start("y")] == "Y" else None
    return Days(day=found) if found else None


def read_era(tokens: Tokens, match: re.Match[str], _: Setting) -> Days | None:
    """Year of a Japanese or Chinese era: 令和6年4月19日."""
    year, month, day = (tokens.number(match.start(name)) for name in "ymd")
    found = day_or_none(eras()[tokens.words[match.start("e")]] + year, month, day)
    return Days(day=found) if found else None


def read_roc(tokens: Tokens, match: re.Match[str], _: Setting) -> Days | None:
    """Year of the Republic of China's era without its name: 113年4月19日."""
    year, month, day = (tokens.number(match.start(name)) for name in "ymd")
    found = day_or_none(1911 + year, month, day)
    return Days(day=found) if found else None


def read_short_ymd(tokens: Tokens, match: re.Match[str], setting: Setting) -> Days | None:
    """24年4月19日."""
    year, month, day = (tokens.number(match.start(name)) for name in "ymd")
    found = day_or_none(short_year(year, setting), month, day)
    return Days(day=found) if found else None


def read_order(tokens: Tokens, match: re.Match[str], setting: Setting) -> Days | None:
    """Day and month in an order that must be found out, then the year: 03/04/2024."""
    year = gregorian_year(tokens.number(match.start("y")))
    return _in_order(tokens, match, setting, year=year)


def read_order2(tokens: Tokens, match: re.Match[str], setting: Setting) -> Days | None:
    """03/04/24, 24.04.19: the same with a two-digit year, which must have its leading zero, as the middle must have for dots."""
    first, middle, last = (tokens.words[match.start(name)] for name in "aby")
    dotted = tokens.words[match.start("s")] == "."
    if len(last) != 2 or (dotted and len(middle) != 2 and int(first) <= 12):
        return None
    as_ymd = day_or_none(short_year(int(first), setting), int(middle), int(last)) if len(first) == 2 else None
    if year_first(setting.lang) or int(first) > 31:
        return Days(day=as_ymd) if as_ymd and as_ymd.year >= 1990 else None
    return _in_order(tokens, match, setting, year=short_year(int(last), setting))


def _in_order(tokens: Tokens, match: re.Match[str], setting: Setting, *, year: int) -> Days | None:
    a, b = tokens.number(match.start("a")), tokens.number(match.start("b"))
    day_first, month_first = day_or_none(year, b, a), day_or_none(year, a, b)
    if day_first is None or month_first is None or day_first == month_first:
        found = day_first or month_first
        return Days(day=found) if found else None
    if _is_day_first(tokens, match, setting):
        return Days(day=day_first, other=month_first)
    return Days(day=month_first, other=day_first)


def _is_day_first(tokens: Tokens, match: re.Match[str], setting: Setting) -> bool:
    if setting.day_first is not None:
        return setting.day_first
    beside = tokens.shape[match.end() : match.end() + 12]
    clock = re.search(r"n:n", beside)
    clock24 = bool(clock and "A" not in beside and tokens.number(match.end() + clock.start()) > 12)
    separator = tokens.words[match.start("s")]
    return default_day_first(lang=setting.lang, tld=setting.tld, separator=separator, clock24=clock24)


# ------------------------------------------------------------------------------------------------ the year


def with_year(tokens: Tokens, match: re.Match[str], setting: Setting, now: datetime) -> date | None:
    """A day without a year: the nearest past one whose weekday fits; without a weekday the last one."""
    month, day = _month(tokens, match.start("m"), setting), tokens.number(match.start("d"))
    if month > PERSIAN:
        return None
    weekday = weekday_beside(tokens, match.start(), match.end(), setting)
    latest = now.date() + timedelta(days=1)
    return nearest_year(month, day, weekday=weekday, latest=latest)


def nearest_year(month: int, day: int, *, weekday: int | None, latest: date) -> date | None:
    """The last such day not after `latest`; with a weekday (Monday 0) the last on that weekday, at most 28 years back."""
    for year in range(latest.year, latest.year - 29, -1):
        found = day_or_none(year, month, day)
        if found and found <= latest and weekday in (None, found.weekday()):
            return found
    return None


def weekday_beside(tokens: Tokens, start: int, end: int, setting: Setting) -> int | None:
    """The weekday that is named right before or after a date, from 0 for Monday."""
    before = re.search(r"D[.,)]{0,2}[oi]?\.?$", tokens.shape[max(0, start - 5) : start])
    if before:
        return weekday_number(tokens.words[max(0, start - 5) + before.start()], setting.language)
    after = re.match(r"[d,(]{0,2}D", tokens.shape[end : end + 3])
    return weekday_number(tokens.words[end + after.end() - 1], setting.language) if after else None


# ------------------------------------------------------------------------------------------------ the time


def clock_beside(tokens: Tokens, start: int, end: int) -> Clock | None:
    """The time that stands inside (ctime), after, or else before the date of tokens `start` to `end`."""
    inside = tokens.shape.find("n:n", start, end)
    if inside >= 0 and (within := TIME_AFTER.match(tokens.shape, inside)):
        return _clock(tokens, within)
    after = TIME_AFTER.match(tokens.shape, end) or DOT_TIME_AFTER.match(tokens.shape, end)
    if after and (found := _clock(tokens, after)):
        return found
    before = TIME_BEFORE.search(tokens.shape, max(0, start - _NEAR), start)
    return _clock(tokens, before) if before else None


def _first(match: re.Match[str], *names: str) -> int | None:
    """The token of the first of these groups that took part."""
    groups = match.groupdict()
    return next((match.start(name) for name in names if groups.get(name)), None)


def _clock(tokens: Tokens, match: re.Match[str]) -> Clock | None:
    hour_at, minute_at = _first(match, "h", "h3", "h5", "h6"), _first(match, "mi", "mi3", "mi6")
    second_at = _first(match, "s", "s3")
    if hour_at is None or not _two_digits(tokens, minute_at):
        return None
    hour = _hour(tokens, match, tokens.number(hour_at))
    minute = tokens.number(minute_at) if minute_at is not None else 0
    second = tokens.number(second_at) if second_at is not None else 0
    if hour is None or minute > 59 or second > 60:
        return None
    return Clock(
        at=time(hour, minute, min(second, 59)),
        level="minute" if second_at is None else "second",
        zone=_zone(tokens, match),
        start=match.start(),
        end=match.end(),
    )


def _two_digits(tokens: Tokens, index: int | None) -> bool:
    return index is None or len(tokens.words[index]) == 2 or tokens.shape[index - 1] == "h"


def _hour(tokens: Tokens, match: re.Match[str], hour: int) -> int | None:
    """The hour from 0 to 23, with am/pm applied; a 12-hour mark beside 13 to 24 says nothing."""
    at = tokens.shape.find("A", match.start(), match.end())
    if at >= 0 and 1 <= hour <= 12:
        late = tokens.words[at] in words().afternoon
        return hour % 12 + (12 if late else 0)
    return hour if hour < 24 else None


def _zone(tokens: Tokens, match: re.Match[str]) -> tzinfo | str | None:
    """An offset, or a zone's name that still needs the region; None where neither is written."""
    if not match.group("zone"):
        return None
    start, end = match.span("zone")
    text = "".join(tokens.words[start:end]).strip("(,|/")
    offset = _OFFSET.search(text)
    if offset and _is_glued(tokens, start, end) and (zone := offset_zone(offset[0])):
        return zone
    name_at = tokens.shape.find("z", start, end)
    return tokens.words[name_at].upper() if name_at >= 0 else None


def _is_glued(tokens: Tokens, start: int, end: int) -> bool:
    """True when the sign stands right before its digits: `10:00 -0500`, not `10:00 - 12:00`."""
    sign = next(i for i in range(end - 1, start - 1, -1) if tokens.shape[i] in "+-")
    return tokens.spans[sign][1] == tokens.spans[sign + 1][0]


def at_clock(day: date, clock: Clock, setting: Setting) -> datetime:
    """The day at the clock: aware where a zone is written, naive otherwise."""
    moment = datetime.combine(day, clock.at)
    zone = named_zone(clock.zone, setting.region) if isinstance(clock.zone, str) else clock.zone
    return fix(moment, zone) if zone else moment
