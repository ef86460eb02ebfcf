"""Claims that are made for machines: JSON-LD, meta tags, address, hints, headers, and the selectors of the source list."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, cast
from urllib.parse import urlsplit

from lxml.cssselect import CSSSelector, SelectorSyntaxError
from lxml.html import HtmlElement

from aggregator.document import Document, JsonNode, main_nodes, text_of, types_of
from aggregator.models import Hint

from .decide import Candidate, Role
from .places import RANKS, Where, candidate, read
from .reading import Setting
from .strings import ParsedDate
from .tables import word_set
from .visible import short_text


def machine_claims(where: Where, hints: tuple[Hint, ...], url: str | None) -> Iterator[Candidate]:
    yield from _from_rules(where)
    yield from _from_json_ld(where)
    yield from _from_metas(where)
    yield from _from_hints(hints, where.setting)
    yield from _from_url(url, where.setting)


def _from_rules(where: Where) -> Iterator[Candidate]:
    """What the source list's own selectors find."""
    for selector in where.source.rules.date if where.source else ():
        try:
            found = CSSSelector(selector)(where.document.root)
        except SelectorSyntaxError:
            continue
        for element in cast("list[HtmlElement]", found)[:3]:
            raw = element.get("datetime") or element.get("content") or short_text(element)
            if raw:
                yield candidate("published", f"rule:{selector}", raw, RANKS["rule"], where.setting)


_PUBLISHED_KEYS: Final = ("datePublished", "dateCreated", "uploadDate")
_PAGE_TYPES: Final = frozenset(("WebPage", "ItemPage", "CollectionPage", "AboutPage", "Blog"))


def _from_json_ld(where: Where) -> Iterator[Candidate]:
    main = main_nodes(where.document)
    for node in main[:6]:
        yield from _from_node(node, where.setting)
    for node in where.document.json_ld[:40]:
        if types_of(node) & _PAGE_TYPES:
            yield from _from_page_node(node, where.setting)


_PAGE_KEYS: Final[tuple[tuple[str, Role], ...]] = (("datePublished", "published"), ("dateModified", "modified"))


def _from_page_node(node: JsonNode, setting: Setting) -> Iterator[Candidate]:
    for key, role in _PAGE_KEYS:
        if raw := _stated(node, key):
            yield candidate(role, f"json-ld:WebPage.{key}", raw, RANKS["page-node"], setting)


def _stated(node: JsonNode, key: str) -> str | None:
    """The value of a date property as text; some pages write epochs as numbers."""
    value = node.get(key)
    return str(value) if isinstance(value, int) and value > 0 else text_of(value)


def _from_node(node: JsonNode, setting: Setting) -> Iterator[Candidate]:
    kind = next(iter(sorted(types_of(node))), "")
    rank = RANKS["video" if kind == "VideoObject" else "json-ld"]
    stated = False
    for key in _PUBLISHED_KEYS:
        raw = _stated(node, key)
        if raw and not stated:
            stated = True
            weight = rank if key == "datePublished" else min(rank, RANKS["weak-meta"])
            yield candidate("published", f"json-ld:{kind}.{key}", raw, weight, setting)
    if raw := _stated(node, "dateModified"):
        yield candidate("modified", f"json-ld:{kind}.dateModified", raw, rank, setting)


_META_ROWS: Final[tuple[tuple[str, Role, str], ...]] = (
    ("published", "published", "meta"),
    ("weak", "published", "weak-meta"),
    ("modified", "modified", "meta"),
)


def _from_metas(where: Where) -> Iterator[Candidate]:
    for meta in where.document.metas[:300]:
        for row, role, rank in _META_ROWS:
            if meta.name in word_set("meta", row) and meta.content:
                yield candidate(role, f"meta:{meta.name}", meta.content[:100], RANKS[rank], where.setting)


def _from_hints(hints: tuple[Hint, ...], setting: Setting) -> Iterator[Candidate]:
    """What a feed or a news sitemap said. A plain sitemap's date is the last change."""
    for hint in hints[:8]:
        if hint.published:
            rank = RANKS.get(hint.origin, RANKS["classed"])
            yield candidate("published", hint.origin, hint.published, rank, setting)
        if hint.modified:
            yield candidate("modified", hint.origin, hint.modified, RANKS["classed"], setting)


_URL_DATE: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2]|[a-z]{3})\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_URL_DAY_FIRST: Final = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([/_.-])(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_URL_MONTH: Final = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])/(?=[^/]*[a-z])")
_SHORT_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _from_url(url: str | None, setting: Setting) -> Iterator[Candidate]:
    """The day in the address: /2024/04/19/, /2024/apr/19/, /20240419-, /19-04-2024/; else its month: /2024/04/a-title."""
    try:
        path = urlsplit(url or "").path.lower()[:1000]
    except ValueError:
        return
    match = _URL_DATE.search(path)
    if match:
        year, _, month, day, month2, day2 = match.groups()
        number = _SHORT_MONTHS.index(month) + 1 if month in _SHORT_MONTHS else int(month2 or _digits(month))
        raw = f"{year}-{number:02d}-{int(day or day2):02d}"
    elif match := _URL_DAY_FIRST.search(path):
        raw = f"{match[4]}-{match[3]}-{match[1]}"
    elif match := _URL_MONTH.search(path):
        yield _month_in_url(match)
        return
    else:
        return
    yield Candidate(role="published", origin="url", raw=match[0], read=read(raw, setting), rank=RANKS["url"])


def _month_in_url(match: re.Match[str]) -> Candidate:
    return _month(match, origin="url", rank=RANKS["url"])


def _month(match: re.Match[str], *, origin: str, rank: int) -> Candidate:
    month = date(int(match[1]), int(match[2]), 1)
    read = ParsedDate(value=month, precision="month", zone="unknown", raw=match[0])
    return Candidate(role="published", origin=origin, raw=match[0], read=read, rank=rank)


_UPLOADED: Final = re.compile(r"/(20\d\d)/(0[1-9]|1[0-2])/")


def picture_claims(document: Document) -> Iterator[Candidate]:
    """The month in whose folder the lead picture was put (WordPress: `/wp-content/uploads/2024/01/`). It settles 04/01 against 01/04."""
    match = _UPLOADED.search((document.meta("og:image") or "")[:1000])
    if match:
        yield _month(match, origin="picture", rank=RANKS["picture"])


def _digits(month: str) -> int:
    return int(month) if month.isdecimal() else 0


def header_claims(headers: tuple[tuple[str, str], ...], setting: Setting) -> Iterator[Candidate]:
    """Last-Modified: when the file was made, at most a hint of a change."""
    for name, value in headers:
        if name == "last-modified":
            yield candidate("modified", "header:last-modified", value[:60], RANKS["header"], setting)
