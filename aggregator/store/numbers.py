"""Finding an article by its site's own number, where the site's other addresses show that each article has one of its own."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from aggregator.urls import SiteNumber, site_number

ENOUGH: Final = 5  # numbers of one shape before they tell anything
LATEST: Final = 60  # of them that are looked at
OWN: Final = 0.9  # share of them that lead to one article only; a number of a film or a section leads to many


def note_number(db: sqlite3.Connection, article: int, url: str) -> None:
    """Note the number in an address that leads to an article, if there is one."""
    found = site_number(url)
    if found is not None:
        db.execute(
            "INSERT INTO site_number (site, shape, number, article) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (found.site, found.shape, found.number, article),
        )


def by_number(db: sqlite3.Connection, url: str) -> tuple[int, str] | None:
    """The one article with the number in an address, and the number; None without such, or where the site's numbers tell nothing."""
    found = site_number(url)
    if found is None:
        return None
    rows = db.execute(
        "SELECT article FROM site_number WHERE site = ? AND shape = ? AND number = ? LIMIT 2",
        (found.site, found.shape, found.number),
    ).fetchall()
    if len(rows) != 1 or not _tell(db, found.site, found.shape):
        return None
    return int(rows[0][0]), found.number


def own_numbers(db: sqlite3.Connection, urls: Iterable[str]) -> dict[str, str]:
    """What names an article whatever the words in its address: a key for each number of its own, with an address that has it."""
    found = {url: site_number(url) for url in urls}
    return {number_key(one): url for url, one in found.items() if one is not None and _tell(db, one.site, one.shape)}


def number_key(number: SiteNumber) -> str:
    """A site's own number in the form of the key of an address. No address has it: a host has no blanks."""
    return f"{number.site} {number.shape} {number.number}"


def _tell(db: sqlite3.Connection, site: str, shape: str) -> bool:
    """Whether a site's numbers of one shape are those of articles."""
    query = "SELECT number FROM site_number WHERE site = ? AND shape = ? ORDER BY number DESC LIMIT ?"
    numbers = [number for (number,) in db.execute(query, (site, shape, LATEST))]
    return len(set(numbers)) >= max(ENOUGH, OWN * len(numbers))
