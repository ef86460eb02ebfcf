"""The number that a site itself gives an article, as its addresses show it. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from .canonical import canonical_url

_NUMBER: Final = r"\d{5,12}"
_SHAPES: Final = (
    ("start", re.compile(rf"({_NUMBER})[-_]\D")),
    ("end", re.compile(rf".*\D[-_]({_NUMBER})")),
    ("alone", re.compile(rf"({_NUMBER})")),
)
_FILE: Final = re.compile(r"\.[a-z]{2,6}$", re.IGNORECASE)
_DAY: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])\d*)?")
_LONGEST: Final = 300  # characters of a part of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNumber:
    """A number in an address: whose, where it stands (`start` or `end` of the last part, `alone` as a part of its own), and which."""

    site: str
    shape: str
    number: str


@lru_cache(maxsize=256)  # a page is looked up by its number, and then noted under it
def site_number(url: str) -> SiteNumber | None:
    """The number in `/latest/1180043-some-words`, `/some-words-1180043.html` or `/1180043/some-words`; None without one. Never raises.

    A day (`20240419`) is none. Whether the site gives each article one of its own is for its other addresses to show.
    """
    try:
        split = urlsplit(canonical_url(url))
    except ValueError:
        return None
    parts = [part for part in split.path.split("/") if part]
    last = _FILE.sub("", parts[-1]) if parts else ""
    candidates = [(shape, pattern, last) for shape, pattern in _SHAPES[:2]]
    candidates += [(_SHAPES[2][0], _SHAPES[2][1], part) for part in (last, *parts[-2:-1])]
    for shape, pattern, part in candidates:
        found = pattern.fullmatch(part) if shape != "start" else pattern.match(part)
        if len(part) <= _LONGEST and found and not _DAY.fullmatch(found[1]):
            return SiteNumber(site=(split.hostname or "").removeprefix("www."), shape=shape, number=found[1])
    return None
