"""dateparser, for what our own reader does not know. Imported only when it is asked: it costs seconds to start."""

import re
from datetime import date, datetime

from .reading import Setting
from .tables import languages


def read_with_dateparser(span: str, setting: Setting) -> datetime | date | None:
    """A day (or wall clock, where the span has a time) in a language that our tables lack; None for all others.

    The span must be short and hold day, month and year: dateparser reads "a" and "10" as dates otherwise.
    """
    if setting.language in languages() or not re.search(r"(?:19|20)\d\d", span):
        return None
    value = _ask(span, setting)
    if value is None or str(value.year) not in span:
        return None
    return value.replace(tzinfo=None) if re.search(r"\d:\d\d", span) else value.date()


def _ask(span: str, setting: Setting) -> datetime | None:
    from dateparser import parse
    from dateparser.data.languages_info import language_order

    if setting.language not in language_order:
        return None
    rules = {
        "DATE_ORDER": "MDY" if setting.day_first is False else "DMY",
        "PREFER_LOCALE_DATE_ORDER": False,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        return parse(span, languages=[setting.language], settings=rules)
    except (
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        AttributeError,
        RecursionError,
    ):  # it knows many ways to fail
        return None
