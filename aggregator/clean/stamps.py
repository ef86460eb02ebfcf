"""Byline and date lines: short lines in which each word is a name, a label, a date or a time, and none says anything else."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from aggregator._project import load_table

_LONGEST: Final = 140  # characters of a line; the longest of the stored pages name two people, a place and two dates
_MOST_NAMES: Final = 8  # words of names
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+|\S")
_HANGUL: Final = re.compile(r"[가-힣]{2,4}")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

# One letter a word: L "by", N capital letter, D month or weekday, B "published", F other words of dates, 1 number, R role,
# K the Korean reporter, & "and", s sign, x anything else.
_DATE_LINE: Final = re.compile(r"s*(?:[DBF1&L]s*){1,40}")
_WITH_NAME: Final = re.compile(r"s*L?s*N[NRDLK&s]{0,24}?[BF1Ds](?:[DBF1&Ls]){1,40}")
_KOREAN: Final = re.compile(r"s*(?:[NR]s*){0,3}NKs*(?:[DBF1s]{0,40})")
_LED: Final = re.compile(r"s*L{1,3}s*[ND](?:[NDL&R]s*){1,12}")


def stamp(line: str, authors: Sequence[str] = ()) -> str | None:
    """The rule by which a line is a byline or a date line, or None. Never a sentence; time is linear in the line.

    `date-line`: labels, dates and times; `byline-date`: a name and a date; `byline-led`: "by" of some language and a name;
    `byline-reporter`: a Korean reporter; `byline-author`: the article's `authors`, and nothing else.
    """
    if not 3 <= len(line) <= _LONGEST or "\n" in line:
        return None
    words = _TOKEN.findall(line)
    if words[-1] in ".!?。" and not (len(words) > 1 and words[-2].isdigit()):
        return None
    if authors and _names_only(words, authors):
        return "byline-author"
    shape = "".join(map(_letter, words))
    if "x" in shape or shape.count("N") > _MOST_NAMES:
        return None
    return _by_shape(shape, dated=_is_dated(line, shape), first=words[0].casefold())


def _by_shape(shape: str, *, dated: bool, first: str) -> str | None:
    if _KOREAN.fullmatch(shape):
        return "byline-reporter"
    if dated and _DATE_LINE.fullmatch(shape):
        return "date-line"
    if dated and _WITH_NAME.fullmatch(shape) and (shape.count("N") >= 2 or "L" in shape[:2]):
        return "byline-date"
    return "byline-led" if first in _sure_leads() and shape.count("N") >= 2 and _LED.fullmatch(shape) else None


def _is_dated(line: str, shape: str) -> bool:
    """A year with a day: two numbers and a month's name, or three numbers."""
    return bool(_YEAR.search(line)) and shape.count("1") >= (2 if "D" in shape else 3)


def _names_only(words: Sequence[str], authors: Sequence[str]) -> bool:
    """Whether a line has nothing but authors' names, and at least one of them whole."""
    said = {word.casefold() for word in words if word[0].isalpha()}
    names = [{word.casefold() for word in _TOKEN.findall(name) if word[0].isalpha()} for name in authors[:10]]
    rest = said.difference(*names)
    return any(name and name <= said for name in names) and all(_words().get(word, "x") in "L&R" for word in rest)


def _letter(word: str) -> str:
    if word[0].isdigit():
        return "1"
    if not word[0].isalpha():
        return "s"
    known = _words().get(word.casefold())
    if known:
        return known
    return "N" if word[0].isupper() or _HANGUL.fullmatch(word) else "x"


@cache
def _words() -> dict[str, str]:
    """Each word that a byline or a date may have, to its letter; the later of two meanings wins."""
    dates, byline = load_table("dates.toml"), load_table("metadata.toml")["byline"]
    found: dict[str, str] = {}
    _add(found, "R", [*byline["role"], *byline["agency"]])
    _add(found, "F", [word for row in dates["words"].values() for word in row.split(",")])
    _add(found, "F", load_table("boilerplate.toml")["stamp"]["beside"])
    _add(found, "L", byline["lead"])
    _add(found, "&", byline["and"])
    _add(found, "B", [word for row in dates["labels"].values() for word in row.split(",")])
    _add(found, "B", load_table("boilerplate.toml")["stamp"]["label"])
    for table in (dates["cldr"]["months"], dates["months_extra"], dates["cldr"]["weekdays"], dates["weekdays_extra"]):
        _add(found, "D", [name for row in table.values() for field in row.split("|") for name in field.split(",")])
    _add(found, "K", ["기자"])
    return found


def _add(found: dict[str, str], letter: str, phrases: Sequence[str]) -> None:
    for phrase in phrases:
        found.update((word.casefold(), letter) for word in _TOKEN.findall(phrase) if word[0].isalpha())


@cache
def _sure_leads() -> frozenset[str]:
    return frozenset(load_table("boilerplate.toml")["stamp"]["lead"])
