"""Rebuild the CLDR part of `data/dates.toml`: month and weekday names, am/pm marks and "... ago" phrases.

usage: python benchmarks/build_dates.py            needs Babel (any 2.x) in the environment; the project itself does not

Only the lines between the two marker comments are replaced; everything else in the table is written by hand.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "data" / "dates.toml"
BEGIN, END = "# BEGIN CLDR (made by benchmarks/build_dates.py)\n", "# END CLDR\n"
LANGUAGES = [
    "en",
    "ar",
    "bg",
    "bn",
    "bs",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fil",
    "fr",
    "ga",
    "gl",
    "gu",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ja",
    "ka",
    "kk",
    "kn",
    "ko",
    "lt",
    "lv",
    "mk",
    "ml",
    "mr",
    "ms",
    "nb",
    "ne",
    "nl",
    "nn",
    "pa",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sr_Latn",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "tr",
    "uk",
    "ur",
    "uz",
    "vi",
    "zh",
    "zh_Hant",
]
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
WIDTHS = ("wide", "abbreviated")


def clean(name: str) -> str:
    """A name as the reader compares it: lower case, one space, no dot at the end, no marks of direction."""
    for mark in "\u200e\u200f\u200c׳":
        name = name.replace(mark, "")
    name = name.replace("’", "'").removeprefix("de ").removeprefix("d'")  # Catalan lists its months as "de gener"
    return " ".join(name.lower().split()).rstrip(".॰")


def unique(names: Iterable[str]) -> str:
    """Distinct names of two characters or more, without those that carry digits, joined by commas."""
    kept = dict.fromkeys(clean(n) for n in names)
    return ",".join(n for n in kept if len(n) > 1 and not any(c.isdigit() for c in n))


def names_of(table: Any, keys: Iterable[int]) -> str:
    """All forms of each key (format and stand-alone, wide and abbreviated): `january,jan|february,feb|...`"""
    return "|".join(
        unique(table[use][width][key] for use in ("format", "stand-alone") for width in WIDTHS) for key in keys
    )


def ago(fields: Any) -> str:
    """Phrases such as `# hours ago` for each unit: `hour:# hours ago,# hr. ago|day:...`"""
    parts = []
    for unit in UNITS:
        forms = [
            f for width in ("", "-short", "-narrow") for f in fields.get(unit + width, {}).get("past", {}).values()
        ]
        phrases = dict.fromkeys(clean(f).replace("{0}", "#") for f in forms if "{0}" in f)
        kept = [p for p in phrases if p.strip("#-− ") and not p.startswith(("-", "−"))]
        parts.append(f"{unit}:{','.join(kept)}")
    return "|".join(parts)


def sections() -> str:
    """The four tables as TOML."""
    from babel import Locale, localedata  # type: ignore[import-not-found]

    lines: dict[str, list[str]] = {"months": [], "weekdays": [], "meridiem": [], "ago": []}
    for language in LANGUAGES:
        localedata._cache.clear()  # noqa: SLF001 - aliases are resolved in place: without this, forms of one language leak into the next
        locale = Locale.parse(language)
        key = language.replace("_", "-").lower()
        periods: Any = locale.day_periods["format"]
        marks = [
            unique(periods[w].get(p, "") for w in ("wide", "abbreviated", "narrow") if w in periods)
            for p in ("am", "pm")
        ]
        months = names_of(locale.months, range(1, 13))
        if language == "he":  # "19 באפריל": the preposition is written as part of the name
            months = "|".join(f"{names},ב{names.replace(',', ',ב')}" for names in months.split("|"))
        if months.strip("|"):
            lines["months"].append(f"{key} = '''{months}'''")
        lines["weekdays"].append(f"{key} = '''{names_of(locale.days, range(7))}'''")
        lines["meridiem"].append(f"{key} = '''{'|'.join(marks)}'''")
        lines["ago"].append(f"{key} = '''{ago(localedata.load(language)['date_fields'])}'''")
    return "\n\n".join(f"[cldr.{name}]\n" + "\n".join(rows) for name, rows in lines.items()) + "\n"


def main() -> None:
    """Replace the part between the markers."""
    text = TABLE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    TABLE.write_text(f"{head}{BEGIN}{sections()}{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
