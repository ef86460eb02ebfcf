"""Dates: one reader for date strings, the claims of a page, the decision over them. Pure."""

from .claims import DateReading, read_dates
from .decide import Bounds, Candidate, Decision, decide
from .mentions import mentions_in
from .moments import moment_of
from .strings import ParsedDate, parse_date

__all__ = [
    "Bounds",
    "Candidate",
    "DateReading",
    "Decision",
    "ParsedDate",
    "decide",
    "mentions_in",
    "moment_of",
    "parse_date",
    "read_dates",
]
