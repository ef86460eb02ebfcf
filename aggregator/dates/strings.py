"""One reader for date strings, in any of the languages of `data/dates.toml`. Pure, and never raises.

Order: ISO 8601 and epochs by themselves; then forms with a year; then forms without; then relative ones. dateparser comes last,
on short texts with a digit that name a month-like word which we do not know.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from aggregator.models import Precision

from .reading import (
    Days,
    Setting,
    at_clock,
    clock_beside,
    read_era,
    read_named,
    read_named2,
    read_number,
    read_order,
    read_order2,
    read_roc,
    read_short_ymd,
    weekday_beside,
    with_year,
)
from .relative import Ago, read_ago, read_named_day
from .shapes import COMPACT, FULL, MONTH, NO_YEAR
from .tables import is_month_in, weekday_number
from .tokens import Tokens, simplify, tokenize
from .zones import fix, offset_zone, region_of, zone_of

ZoneRead = Literal["stated", "assumed", "unknown"]
Label = Literal["published", "modified", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """What a text says. `value`: an aware datetime is an instant, a naive one a wall clock without zone, a date a day.

    `alternative` is the other reading of an all-digit date whose order of day and month was not settled by the text itself.
    """

    value: datetime | date
    precision: Precision
    zone: ZoneRead
    raw: str
    alternative: datetime | date | None = None

    @property
    def day(self) -> date:
        """The calendar day in the text's own offset."""
        return self.value.date() if isinstance(self.value, datetime) else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date in a longer text: characters `start` to `end` of the simplified text, and the word that speaks of it.

    `has_year` is False where the year follows from the fetch: day and month alone, `2 hours ago`, `yesterday`.
    """

    date: ParsedDate
    label: Label
    start: int
    end: int
    has_year: bool = True
    weekday: bool = False  # a weekday stands beside it


_Reader = Callable[[Tokens, "re.Match[str]", Setting], Days | None]
_READERS: Final[dict[str, _Reader]] = {
    "named": read_named,
    "named2": read_named2,
    "number": read_number,
    "era": read_era,
    "roc": read_roc,
    "short_ymd": read_short_ymd,
    "order": read_order,
    "order2": read_order2,
}
_ISO: Final = re.compile(
    r"\s*(\d{4}-\d\d-\d\d|\d{4}-?W\d\d(?:-?[1-7])?|\d{8})"
    r"(?:[T ](\d\d:?\d\d(?::?\d\d)?)([.,]\d{1,12})?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?\s*"
)
_ORDINAL: Final = re.compile(r"(\d{4})-(\d{3})")
_EPOCH: Final = re.compile(r"(?:/Date\()?(\d{10}|\d{13}|\d{16})(?:\.\d{1,9})?(?:\)/)?")
_FIRST_EPOCH: Final = 631_152_000
"""1 January 1990: earlier numbers of ten digits are other numbers."""
_LAST_EPOCH: Final = 2_147_483_647
"""19 January 2038; with a known fetch time, a day after that."""
_LONGEST: Final = 1500
"""Characters of a text that are read."""
_MAX_FOUND: Final = 40


def parse_date(
    text: str,
    *,
    lang: str | None = None,
    tld: str | None = None,
    fetched_at: datetime | None = None,
    zone: str | None = None,
    day_first: bool | None = None,
) -> ParsedDate | None:
    """The date in a text, also with other words around it; None where there is none. Never raises.

    `lang` is a BCP 47 tag and `tld` the public suffix of the site (`co.uk`): they decide 03/04/2024, shared zone names and names of months.
    `fetched_at` (aware) dates year-less and relative texts. `zone` (IANA) is given to a wall clock without zone (`assumed`).
    Of several dates, one that is called published comes before one without a label, that before one called updated.
    """
    setting = setting_of(lang=lang, tld=tld, fetched_at=fetched_at, day_first=day_first)
    text = text[:_LONGEST]
    parsed = _alone(text, setting) or _best(find_dates(text, setting)) or _last_resort(text, setting)
    return in_zone(parsed, zone) if parsed else None


def setting_of(
    *, lang: str | None, tld: str | None, fetched_at: datetime | None = None, day_first: bool | None = None
) -> Setting:
    """The arguments in the form that all readers share."""
    tag = (lang or "").strip().lower().replace("_", "-")
    suffix = (tld or "").strip(". ").lower()
    aware = fetched_at if fetched_at is None or fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)
    return Setting(lang=tag, tld=suffix, region=region_of(tag, suffix), fetched_at=aware, day_first=day_first)


def in_zone(parsed: ParsedDate, zone: str | None) -> ParsedDate:
    """A wall clock put into a zone (`assumed`); anything else as it is."""
    place = zone_of(zone)
    if place is None or not isinstance(parsed.value, datetime) or parsed.value.tzinfo:
        return parsed
    other = parsed.alternative
    if isinstance(other, datetime):
        other = fix(other, place)
    return replace(parsed, value=fix(parsed.value, place), zone="assumed", alternative=other)


def _made(value: datetime | date, precision: Precision, raw: str) -> ParsedDate:
    stated = isinstance(value, datetime) and value.tzinfo is not None
    return ParsedDate(value=value, precision=precision, zone="stated" if stated else "unknown", raw=raw)


# ------------------------------------------------------------------------------------------------ machine forms


def _alone(text: str, setting: Setting) -> ParsedDate | None:
    """A text that is nothing but an ISO date or an epoch."""
    stripped = text.strip()
    if not stripped[:1].isdecimal() and not stripped.startswith("/Date("):
        return None
    return read_iso(stripped) or _read_epoch(stripped, setting)


def read_iso(text: str) -> ParsedDate | None:
    """ISO 8601: extended and basic, week and ordinal dates, any fraction, `Z`, `+02`, `+0200`, `+02:00`."""
    match = _ISO.fullmatch(text)
    if match is None:
        return _read_ordinal(text)
    day, clock, _, offset = match.groups()
    if offset and offset != "Z" and offset_zone(offset) is None:
        return None
    try:
        if clock is None:
            plain = date.fromisoformat(day)
            return _made(plain, "day", text.strip()) if 1900 <= plain.year <= 2100 else None
        value = datetime.fromisoformat(f"{day}T{clock}{offset or ''}" if ":" in clock or ":" not in text else "")
    except ValueError:
        return None
    if not 1900 <= value.year <= 2100:
        return None
    return _made(value, "second" if len(clock.replace(":", "")) == 6 else "minute", text.strip())


def _read_ordinal(text: str) -> ParsedDate | None:
    match = _ORDINAL.fullmatch(text.strip())
    if match is None or not (1900 <= int(match[1]) <= 2100 and 1 <= int(match[2]) <= 366):
        return None
    return _made(date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1), "day", text.strip())


def _read_epoch(text: str, setting: Setting) -> ParsedDate | None:
    """Seconds, milliseconds or microseconds since 1970, also as `/Date(…)/`."""
    match = _EPOCH.fullmatch(text)
    if match is None or not text.isascii():
        return None
    seconds = int(match[1]) // 10 ** (len(match[1]) - 10)
    latest = setting.fetched_at.timestamp() + 86400 if setting.fetched_at else _LAST_EPOCH
    if not _FIRST_EPOCH <= seconds <= latest:
        return None
    return _made(datetime.fromtimestamp(seconds, UTC), "second", text)


# ------------------------------------------------------------------------------------------------ dates in text


def find_dates(text: str, setting: Setting) -> tuple[Found, ...]:
    """All dates of a text in reading order; forms without a year and relative ones only where no full date stands."""
    tokens = tokenize(simplify(text[:_LONGEST]))
    found = _full(tokens, setting) or _without_year(tokens, setting) or _relative(tokens, setting)
    return tuple(found) or _month_only(tokens, setting)


def _full(tokens: Tokens, setting: Setting) -> list[Found]:
    shape = tokens.shape
    if not ("Y" in shape or "n" in shape or "8" in shape or "q" in shape):
        return []
    taken: list[tuple[int, int]] = []
    found: list[Found] = []
    for name, pattern in FULL:
        for match in pattern.finditer(shape):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken) or len(found) >= _MAX_FOUND:
                continue
            days = _READERS[name](tokens, match, setting)
            if days:
                taken.append((start, end))
                found.append(_dated(tokens, days, (start, end), setting))
    if not found and COMPACT.match(shape) and (compact := _compact(tokens, setting)):
        found.append(compact)
    return sorted(found, key=lambda f: f.start)


def _compact(tokens: Tokens, setting: Setting) -> Found | None:
    """A text that begins with 20240419."""
    parsed = read_iso(tokens.words[0])
    return _dated(tokens, Days(day=parsed.day), (0, 1), setting) if parsed and parsed.day.year >= 1990 else None


def _without_year(tokens: Tokens, setting: Setting) -> list[Found]:
    now = setting.fetched_at
    found: list[Found] = []
    for match in _year_less(tokens, setting) if now else ():
        if now and (day := with_year(tokens, match, setting, now)):
            weekday = weekday_beside(tokens, match.start(), match.end(), setting) is not None
            dated = _dated(tokens, Days(day=day), match.span(), setting)
            found.append(replace(dated, has_year=False, weekday=weekday))
    return sorted(found, key=lambda f: f.start)[:_MAX_FOUND]


def _year_less(tokens: Tokens, setting: Setting) -> Iterator[re.Match[str]]:
    taken: list[tuple[int, int]] = []
    for pattern in NO_YEAR:
        for match in pattern.finditer(tokens.shape):
            start, end = match.span()
            if (
                _is_verb(tokens, match)
                or not _is_known(tokens, match, setting)
                or any(start < b and a < end for a, b in taken)
            ):
                continue
            taken.append((start, end))
            yield match


_VERBS: Final = ("may", "march", "mar", "set", "sep", "ma", "dec", "jan", "al", "ag")


def _is_verb(tokens: Tokens, match: re.Match[str]) -> bool:
    """True for `may 5` and the like: a short name in small letters, which is another word as well."""
    at = match.start("m")
    return tokens.words[at] in _VERBS and tokens.text[tokens.spans[at][0]].islower()


def _is_known(tokens: Tokens, match: re.Match[str], setting: Setting) -> bool:
    """False for a month's name of a language that is neither the page's nor English: `des 15` is no December in German."""
    at = match.start("m")
    return tokens.shape[at] != "M" or is_month_in(tokens.words[at], setting.language)


def _dated(tokens: Tokens, days: Days, span: tuple[int, int], setting: Setting) -> Found:
    """The day with the clock beside it, its span and its label."""
    start, end = span
    clock = clock_beside(tokens, start, end)
    parsed = _made(days.day, "day", "")
    other: datetime | date | None = days.other
    if clock:
        parsed = _made(at_clock(days.day, clock, setting), clock.level, "")
        other = at_clock(days.other, clock, setting) if days.other else None
        start, end = min(start, clock.start), max(end, clock.end)
    begin = _from_weekday(tokens, start, setting)
    parsed = replace(parsed, raw=tokens.slice(begin, end), alternative=other)
    return Found(
        date=parsed,
        label=_label(tokens, begin),
        start=tokens.spans[begin][0],
        end=tokens.spans[end - 1][1],
        weekday=begin < start,
    )


def _from_weekday(tokens: Tokens, start: int, setting: Setting) -> int:
    """Where a date begins with the weekday in front of it: `Friday, April 19`. Short words of other languages (`on`) are none."""
    comma = start >= 2 and tokens.shape[start - 1] in ",."
    before = start - 2 if comma else start - 1
    if before < 0 or tokens.shape[before] != "D" or len(tokens.words[before]) < 3:
        return start
    return start if weekday_number(tokens.words[before], setting.language) is None else before


_LABEL_REACH: Final = 6
"""Tokens between a label and its date: "Published on Monday, 3 May", "Zuletzt aktualisiert am: 3. Mai"."""


def _label(tokens: Tokens, start: int) -> Label:
    """The nearest label in front of a date, unless another date stands between."""
    for index in range(start - 1, max(-1, start - 1 - _LABEL_REACH), -1):
        kind = tokens.shape[index]
        if kind in "up":
            return "published" if kind == "p" else "modified"
        if kind in "YM":
            return ""
    return ""


def _relative(tokens: Tokens, setting: Setting) -> list[Found]:
    ago = read_ago(tokens.text, setting)
    if ago:
        return [_from_ago(tokens, ago)]
    named = read_named_day(tokens.text, setting) if len(tokens.shape) <= 16 else None
    if named is None:
        return []
    found = _with_clock(tokens, named, setting)
    alone = len(tokens.shape) <= 4 or found.label or isinstance(found.date.value, datetime)
    return [replace(found, has_year=False)] if alone else []  # "today" in a sentence is no date line


def _from_ago(tokens: Tokens, ago: Ago) -> Found:
    parsed = _made(ago.value, ago.level, tokens.text[ago.start : ago.end].strip())
    label = _label(tokens, _token_at(tokens, ago.start))
    return Found(date=parsed, label=label, start=ago.start, end=ago.end, has_year=False)


def _token_at(tokens: Tokens, char: int) -> int:
    return next((i for i, (start, _) in enumerate(tokens.spans) if start >= char), len(tokens.spans))


def _with_clock(tokens: Tokens, named: Ago, setting: Setting) -> Found:
    day = named.value.date() if isinstance(named.value, datetime) else named.value
    first, last = _token_at(tokens, named.start), _token_at(tokens, named.end)
    return _dated(tokens, Days(day=day), (min(first, last - 1), last), setting)


def _month_only(tokens: Tokens, setting: Setting) -> tuple[Found, ...]:
    """`April 2024`: the first of that month, with precision `month`."""
    filled = Tokens(tokens.text, tokens.shape + "n", (*tokens.words, "1"), (*tokens.spans, (0, 0)))
    match = MONTH.match(filled.shape)
    days = read_named(filled, match, setting) if match else None
    if days is None:
        return ()
    return (Found(date=_made(days.day, "month", tokens.text.strip()), label="", start=0, end=len(tokens.text)),)


_RANK: Final = {"published": 0, "": 1, "modified": 2}


def _best(found: tuple[Found, ...]) -> ParsedDate | None:
    """The date that the text gives for publication, as far as its words tell."""
    return min(found, key=lambda f: _RANK[f.label]).date if found else None


# ------------------------------------------------------------------------------------------------ last resort

_SPAN: Final = re.compile(r"\d{1,4}[^\n]{0,60}")
_UNKNOWN_WORD: Final = re.compile(r"\d[.,]?\s?[^\W\d_]{3,}.*\d|[^\W\d_]{3,}.*\d.*\d{4}")


def _last_resort(text: str, setting: Setting) -> ParsedDate | None:
    """dateparser, for a short text with a day, a word and a year in a language that we have no names for."""
    from .fallback import read_with_dateparser

    span = text.strip()
    if len(span) > 40 or not _UNKNOWN_WORD.search(span) or not setting.lang or setting.language == "en":
        return None
    value = read_with_dateparser(span, setting)
    return _made(value, "minute" if isinstance(value, datetime) else "day", span) if value else None
