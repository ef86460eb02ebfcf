"""Other calendars' days as days of the Gregorian calendar. Pure arithmetic."""

from datetime import date
from typing import Final

_EPOCH: Final = 226529
"""Makes the formula below agree with 1 Farvardin 1403 = 20 March 2024 (and with 1375 to 1408, which the tests list)."""

BUDDHIST: Final = 543
"""Thailand's Buddhist year minus this is the Gregorian year (since 1941)."""


def day_or_none(year: int, month: int, day: int) -> date | None:
    """A Gregorian day, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _leap_days(year: int) -> int:
    """Leap days before a Solar Hijri year, by the 33-year cycle, which is exact for the years 1244 to 1472."""
    return (year // 33) * 8 + (year % 33 + 3) // 4


def persian_day(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a Solar Hijri day; None where there is no such day. Years 1244 to 1472."""
    if not (1244 <= year <= 1472 and 1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        return None
    before = 31 * (month - 1) if month <= 6 else 186 + 30 * (month - 7)
    shifted = year + 1595  # the cycle's phase
    ordinal = 365 * year + _leap_days(shifted) - _leap_days(1595) + before + day + _EPOCH
    return date.fromordinal(ordinal)


def gregorian_year(year: int) -> int:
    """A four-digit year of the Gregorian or the Buddhist count as a Gregorian year."""
    return year - BUDDHIST if year >= 2443 else year
