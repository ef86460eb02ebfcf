"""What the collectors of claims share: how far each place is trusted, and what is known about the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from aggregator.document import Document
from aggregator.models import Source

from .decide import Candidate, Role
from .reading import Setting
from .strings import ParsedDate, parse_date

RANKS: Final[Mapping[str, int]] = {
    "rule": 100,  # a person wrote for this site where its date stands
    "json-ld": 95,
    "meta": 92,
    "microdata": 88,
    "news_sitemap": 84,
    "feed": 82,
    "page-node": 78,  # JSON-LD of the page rather than of the article
    "url": 72,
    "labelled": 70,  # a visible line that says "published"
    "line": 66,  # a visible line close to the headline
    "lead": 66,  # the date that a paragraph under the headline begins with
    "near-time": 74,  # a <time> element close to the headline
    "time": 52,  # any other <time> element
    "state": 58,  # the data of the page's scripts
    "weak-meta": 54,
    "classed": 46,  # a part named for dates, anywhere
    "video": 40,
    "updated": 20,  # the page's own dateline states an update and nothing else states any day: told with little confidence
    "anywhere": 16,  # the only date of the page, wherever it stands
    "header": 5,
    "picture": 4,  # the folder of the lead picture: a month, which only settles the order of day and month
}
"""How much each place is to be trusted for the publication, 0 to 100. The order is that of the shares of right days on the
benchmark's pages (machine-readable claims above the address, that above what stands in visible text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The page and how its dates are written."""

    document: Document
    title: str | None
    setting: Setting
    source: Source | None
    headline: HtmlElement | None = None
    home: frozenset[HtmlElement] = frozenset()  # its ancestors


def candidate(role: Role, origin: str, raw: str, rank: int, setting: Setting) -> Candidate:
    return Candidate(role=role, origin=origin, raw=raw[:500], read=read(raw, setting), rank=rank)


def read(raw: str, setting: Setting) -> ParsedDate | None:
    return parse_date(
        raw, lang=setting.lang, tld=setting.tld, fetched_at=setting.fetched_at, day_first=setting.day_first
    )
