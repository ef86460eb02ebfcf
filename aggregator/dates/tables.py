"""The words that the reader knows, from `data/dates.toml`: each is built once, on first use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from aggregator._project import load_table

PERSIAN: Final = 100
"""Added to the number of a month of the Solar Hijri calendar."""

_CLASSES: Final = {
    "filler": "o",
    "intro": "i",
    "clock": "U",
    "hour": "h",
    "minute": "t",
    "second": "s",
    "year_mark": "y",
    "month_mark": "m",
    "day_mark": "d",
    "month_prefix": "k",
}
_LABELS: Final = {"published": "p", "updated": "u"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What each lower-case word is. `kinds` maps it to the letter that stands for it in a shape (see `shapes`)."""

    kinds: Mapping[str, str]
    months: Mapping[str, int]
    months_of: Mapping[tuple[str, str], int]  # by (language, name)
    weekdays: Mapping[str, int]  # Monday is 0
    weekdays_of: Mapping[tuple[str, str], int]  # all of them
    afternoon: frozenset[str]
    spaced: tuple[str, ...]  # names with dots or spaces inside, longest first


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _names(table: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """(language, field from 0, name) of a table of `a,b|c|...` rows."""
    for language, row in table.items():
        for index, field in enumerate(row.split("|")):
            for name in _split(field):
                yield language, index, name


def _numbered(*tables: Mapping[str, str], first: int) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Numbers by name (the first language that has it), and by (language, name)."""
    flat: dict[str, int] = {}
    exact: dict[tuple[str, str], int] = {}
    for table in tables:
        for language, index, name in _names(table):
            flat.setdefault(name, index + first)
            exact[language, name] = index + first
    return flat, exact


def _meridiem(table: Mapping[str, str]) -> tuple[set[str], set[str]]:
    marks: tuple[set[str], set[str]] = ({"am"}, {"pm"})
    for _, index, name in _names(table):
        marks[index].add(name)
    return marks


@cache
def words() -> Words:
    """All words of all languages in one set of tables; earlier meanings win over later ones."""
    table: Mapping[str, Any] = load_table("dates.toml")
    cldr = table["cldr"]
    months, months_of = _numbered(cldr["months"], table["months_extra"], first=1)
    for index, names in enumerate(table["persian"]["months"].split("|")):
        months.update(dict.fromkeys(_split(names), PERSIAN + index + 1))
    weekdays, weekdays_of = _numbered(cldr["weekdays"], table["weekdays_extra"], first=0)
    morning, afternoon = _meridiem(cldr["meridiem"])
    kinds: dict[str, str] = dict.fromkeys(table["eras"], "E")
    kinds |= dict.fromkeys(months, "M")
    for name, letter in _CLASSES.items():
        kinds |= {word: letter for word in _split(table["words"][name]) if word not in kinds}
    for name, letter in _LABELS.items():
        kinds |= {word: letter for word in _split(table["labels"][name]) if word not in kinds}
    kinds |= {mark: "A" for mark in morning | afternoon if mark not in kinds}
    kinds |= {name: "D" for name in weekdays if name not in kinds}
    spaced = sorted((n for n in kinds if "." in n or " " in n), key=len, reverse=True)
    return Words(
        kinds=kinds,
        months=months,
        months_of=months_of,
        weekdays=weekdays,
        weekdays_of=weekdays_of,
        afternoon=frozenset(afternoon),
        spaced=tuple(spaced),
    )


def month_number(name: str, lang: str) -> int:
    """The month's number from 1 (plus PERSIAN for the Solar Hijri calendar); `name` is a word of kind `M`."""
    known = words()
    return known.months_of.get((lang, name)) or known.months[name]


def is_month_in(name: str, lang: str) -> bool:
    """True if the name is a month in this language or in English, or if the language is not one of ours."""
    known = words()
    if (lang, name) in known.months_of or ("en", name) in known.months_of or known.months[name] > PERSIAN:
        return True
    return lang not in load_table("dates.toml")["cldr"]["months"]


def weekday_number(name: str, lang: str) -> int | None:
    """The weekday's number from 0 for Monday; `name` is a word of kind `D`. None where it is one in other languages only."""
    known = words()
    own = known.weekdays_of.get((lang, name), known.weekdays_of.get(("en", name)))
    return known.weekdays[name] if own is None and not lang and len(name) > 3 else own


@cache
def eras() -> Mapping[str, int]:
    """The year before year 1 of each era, by the era's name."""
    return {name: int(year) - 1 for name, year in load_table("dates.toml")["eras"].items()}


@cache
def named_days() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """(words for today, words for yesterday) by language."""
    rows = load_table("dates.toml")["days"].items()
    split = {lang: row.split("|") for lang, row in rows}
    return {lang: (frozenset(_split(a)), frozenset(_split(b))) for lang, (a, b) in split.items()}


@cache
def ago_phrases(lang: str) -> tuple[tuple[str, str, str], ...]:
    """(before, after, unit) of the phrases of one language for "# hours ago", longest first. Empty for an unknown one."""
    table = load_table("dates.toml")
    rows = (table["cldr"]["ago"].get(lang, ""), table["ago_extra"].get(lang, ""))
    found: dict[tuple[str, str], str] = {}
    for part in "|".join(rows).split("|"):
        unit, _, phrases = part.partition(":")
        for phrase in _split(phrases):
            before, _, after = phrase.partition("#")
            found.setdefault((before.strip(), after.strip()), unit)
    ordered = sorted(found.items(), key=lambda item: -len(item[0][0]) - len(item[0][1]))
    return tuple((before, after, unit) for (before, after), unit in ordered)


@cache
def languages() -> tuple[str, ...]:
    """The languages that have "ago" phrases."""
    return tuple(load_table("dates.toml")["cldr"]["ago"])


@cache
def word_set(table: str, key: str) -> frozenset[str]:
    """A comma-separated entry of the table as a set."""
    return frozenset(_split(load_table("dates.toml")[table][key]))
