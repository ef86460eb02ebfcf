"""What `/.well-known/tdmrep.json` of a host reserves (W3C TDM Reservation Protocol, Community Group report, section 5). Pure."""

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

PATH: Final = "/.well-known/tdmrep.json"
MOST_BYTES: Final = 500 * 1024  # as for robots.txt; a file of rules has some kilobytes
MOST_RULES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One rule: whether text and data mining is reserved for paths that begin as `location` says (`*`: anything, `$`: the end)."""

    location: str
    reserved: bool


def read_tdmrep(status: int, body: bytes) -> tuple[Reservation, ...]:
    """The rules of an answer, in order; none where the file is not there or is not what the report describes. Never raises."""
    if status != 200 or len(body) > MOST_BYTES:
        return ()
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, list):
        return ()
    rules = (_rule(item) for item in found[:MOST_RULES])
    return tuple(rule for rule in rules if rule is not None)


def _rule(item: object) -> Reservation | None:
    if not isinstance(item, dict):
        return None
    location, value = item.get("location"), item.get("tdm-reservation")
    if not isinstance(location, str) or isinstance(value, bool) or value not in (0, 1, "0", "1"):
        return None
    return Reservation(location=location, reserved=int(value) == 1)


def is_reserved(rules: tuple[Reservation, ...], url: str) -> bool:
    """Whether the first rule that fits an address reserves it; False where none does."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return next((rule.reserved for rule in rules if _fits(rule.location, path)), False)


def _fits(location: str, path: str) -> bool:
    """Whether a path begins as the pattern says. Each star takes as little as it can, so the time is linear."""
    ends = location.endswith("$")
    first, *rest = location.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    for number, piece in enumerate(rest, 1):
        last = ends and number == len(rest)
        found = path.rfind(piece, place) if last else path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return place == len(path) if ends else True
