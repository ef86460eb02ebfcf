"""Zone names and offsets: what "ET", "IST" or "+0530" means at a given wall clock, by place."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aggregator._project import load_table

_OFFSET: Final = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")
_FARTHEST: Final = 14 * 60
"""Minutes: no place is farther from UTC than Kiribati's +14:00."""


@cache
def zone_names() -> frozenset[str]:
    """The zone names that are read, in capitals; the long ones ("Eastern") also with one capital."""
    names = set(load_table("dates.toml")["zones"]) | set(load_table("dates.toml")["zones_by_country"])
    return frozenset(names | {name.title() for name in names if len(name) > 5})


@cache
def zone_of(name: str | None) -> tzinfo | None:
    """The zone of an IANA name, or of minutes written as `+330`; None for anything else."""
    if not name:
        return None
    if name[0] in "+-":
        return timezone(timedelta(minutes=int(name)))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def region_of(lang: str | None, tld: str | None) -> str:
    """The country that a page speaks from: its country domain, else the region of its language tag; "" if neither says."""
    last = (tld or "").lower().rpartition(".")[2]
    if len(last) == 2 and last not in ("io", "co", "tv", "me", "fm", "ai", "eu"):
        return "gb" if last == "uk" else last
    tag = (lang or "").lower().replace("_", "-").split("-")
    return next((part for part in tag[1:] if len(part) == 2), "")


def named_zone(name: str, region: str) -> tzinfo | None:
    """The zone of a name such as `IST`; letters that several places share are settled by the region."""
    table: Mapping[str, Mapping[str, str]] = load_table("dates.toml")["zones_by_country"]
    local = table.get(name.upper(), {}).get(region)
    return zone_of(local or load_table("dates.toml")["zones"].get(name.upper()))


@cache
def country_zone(region: str) -> tzinfo | None:
    """The zone of a country that has only one (lower-case code), else None."""
    return zone_of(load_table("dates.toml")["country_zones"].get(region))


def offset_zone(text: str) -> tzinfo | None:
    """The zone of `+05:30`, `+0530`, `-7`; None where it is no offset that exists."""
    match = _OFFSET.fullmatch(text)
    minutes = int(match[2]) * 60 + int(match[3] or 0) if match else 0
    if match is None or minutes > _FARTHEST or int(match[3] or 0) > 59:
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def fix(clock: datetime, zone: tzinfo) -> datetime:
    """A wall clock in a zone, with its offset of that moment (a repeated hour is read as the first of the two)."""
    return clock.replace(tzinfo=timezone(clock.replace(tzinfo=zone).utcoffset() or timedelta()))
