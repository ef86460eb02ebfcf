"""Every date that a page states about itself, as claims with origin and rank, and the decision over them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from lxml.cssselect import CSSSelector, SelectorSyntaxError
from lxml.html import HtmlElement

from aggregator.document import Document, JsonNode, main_nodes, text_of, types_of
from aggregator.models import Claim, Dated, Hint, Mention, Source

from .decide import Bounds, Candidate, Role, decide, is_later
from .mentions import mentions_in
from .reading import Setting
from .strings import Found, ParsedDate, find_dates, parse_date, setting_of
from .tables import word_set
from .visible import (
    Line,
    classed,
    headline_of,
    all_lines,
    home_of,
    is_dateline,
    belonging,
    lines_after,
    lines_before,
    microdata,
    property_of,
    short_text,
)
from .zones import country_zone, zone_of

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
    "near-time": 74,  # a <time> element close to the headline
    "time": 52,  # any other <time> element
    "state": 58,  # the data of the page's scripts
    "weak-meta": 54,
    "classed": 46,  # a part named for dates, anywhere
    "video": 40,
    "updated": 20,  # the page's own dateline states an update and nothing else states any day: told with little confidence
    "anywhere": 16,  # the only date of the page, wherever it stands
    "header": 5,
}
"""How much each place is to be trusted for the publication, 0 to 100. The order is that of the shares of right days on the
benchmark's pages (machine-readable claims above the address, that above what stands in visible text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """What is known about a page's dates. `reason` says in one sentence why this publication date, or why none."""

    published: Dated | None
    modified: Dated | None
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """The page and how its dates are written."""

    document: Document
    title: str | None
    setting: Setting
    source: Source | None
    headline: HtmlElement | None = None
    home: frozenset[HtmlElement] = frozenset()  # its ancestors


def read_dates(  # noqa: PLR0913 - the room's front door: every keyword is one place that may state a date
    document: Document,
    *,
    text: str = "",
    title: str | None = None,
    hints: tuple[Hint, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    url: str | None = None,
    source: Source | None = None,
    fetched_at: datetime | None = None,
    now: datetime | None = None,
) -> DateReading:
    """When the page was published and changed, all claims with their fate, and the dates that `text` mentions. Never raises.

    `text` is the cleaned article (paragraphs separated by blank lines), `hints` what the page that led here said, `headers` those of
    the answer (lower-case names). `fetched_at` bounds the dates and resolves relative and year-less ones; where it is not known, `now` bounds
    them and those are not read.
    """
    moment = fetched_at or now
    url = url or document.url
    setting = _setting(document, url, source, fetched_at)
    where = _Where(document=document, title=title, setting=setting, source=source)
    candidates = list(_machine(where, hints, url))
    if _needs_text(candidates) or _day_hangs(candidates, setting):
        headline = headline_of(document, title)
        candidates += _seen(replace(where, headline=headline, home=home_of(headline)), candidates)
    candidates += _from_headers(headers, setting)
    zone = zone_of(source.zone) if source else None
    bounds = Bounds(latest=moment, zone=zone, usual_zone=country_zone(setting.region))
    decision = decide(_distinct(candidates), bounds)
    mentions = mentions_in(text, fetched_at=moment, published=decision.published) if text and moment else ()
    return DateReading(
        published=decision.published,
        modified=decision.modified,
        mentions=mentions,
        claims=decision.claims,
        reason=decision.reason,
    )


def _setting(document: Document, url: str | None, source: Source | None, moment: datetime | None) -> Setting:
    lang = document.root.get("lang") or document.meta("og:locale", "content-language", "language")
    if (not lang or len(lang) < 4) and (path := _URL_LOCALE.search(url or "")):
        lang = path[1]
    if source and source.language and not lang:
        lang = source.language
    return setting_of(
        lang=(lang or "")[:12],
        tld=_host(url).rpartition(".")[2],
        fetched_at=moment,
        day_first=source.rules.day_first if source else None,
    )


_URL_LOCALE: Final = re.compile(r"^https?://[^/]{1,100}/([a-z]{2}-[a-zA-Z]{2})/")


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One of each, at most 80: a page has no use for more, and each is stored."""
    unique = dict.fromkeys((c.role, c.origin, c.raw, c) for c in candidates)
    seen: dict[tuple[str, str, str], Candidate] = {}
    for role, origin, raw, candidate in unique:
        seen.setdefault((role, origin, raw), candidate)
    return list(seen.values())[:80]


def _candidate(role: Role, origin: str, raw: str, rank: int, setting: Setting) -> Candidate:
    return Candidate(role=role, origin=origin, raw=raw[:500], read=_read(raw, setting), rank=rank)


def _read(raw: str, setting: Setting) -> ParsedDate | None:
    return parse_date(
        raw, lang=setting.lang, tld=setting.tld, fetched_at=setting.fetched_at, day_first=setting.day_first
    )


# ------------------------------------------------------------------------------------------------ machine-readable claims


def _machine(where: _Where, hints: tuple[Hint, ...], url: str | None) -> Iterator[Candidate]:
    yield from _from_rules(where)
    yield from _from_json_ld(where)
    yield from _from_metas(where)
    yield from _from_hints(hints, where.setting)
    yield from _from_url(url, where.setting)


def _from_rules(where: _Where) -> Iterator[Candidate]:
    """What the source list's own selectors find."""
    for selector in where.source.rules.date if where.source else ():
        try:
            elements = CSSSelector(selector)(where.document.root)
        except SelectorSyntaxError:
            continue
        for element in elements[:3]:
            raw = element.get("datetime") or element.get("content") or short_text(element)
            if raw:
                yield _candidate("published", f"rule:{selector}", raw, RANKS["rule"], where.setting)


_PUBLISHED_KEYS: Final = ("datePublished", "dateCreated", "uploadDate")
_PAGE_TYPES: Final = frozenset(("WebPage", "ItemPage", "CollectionPage", "AboutPage", "Blog"))


def _from_json_ld(where: _Where) -> Iterator[Candidate]:
    main = main_nodes(where.document)
    for node in main[:6]:
        yield from _from_node(node, where.setting)
    for node in where.document.json_ld[:40]:
        if types_of(node) & _PAGE_TYPES:
            for key, role in (("datePublished", "published"), ("dateModified", "modified")):
                if raw := text_of(node.get(key)):
                    name = f"json-ld:WebPage.{key}"
                    yield _candidate(role, name, raw, RANKS["page-node"], where.setting)  # type: ignore[arg-type]


def _from_node(node: JsonNode, setting: Setting) -> Iterator[Candidate]:
    kind = next(iter(sorted(types_of(node))), "")
    rank = RANKS["video" if kind == "VideoObject" else "json-ld"]
    stated = False
    for key in _PUBLISHED_KEYS:
        raw = text_of(node.get(key))
        if raw and not stated:
            stated = True
            weight = rank if key == "datePublished" else min(rank, RANKS["weak-meta"])
            yield _candidate("published", f"json-ld:{kind}.{key}", raw, weight, setting)
    if raw := text_of(node.get("dateModified")):
        yield _candidate("modified", f"json-ld:{kind}.dateModified", raw, rank, setting)


_META_ROWS: Final[tuple[tuple[str, Role, str], ...]] = (
    ("published", "published", "meta"),
    ("weak", "published", "weak-meta"),
    ("modified", "modified", "meta"),
)


def _from_metas(where: _Where) -> Iterator[Candidate]:
    for meta in where.document.metas[:300]:
        for row, role, rank in _META_ROWS:
            if meta.name in word_set("meta", row) and meta.content:
                yield _candidate(role, f"meta:{meta.name}", meta.content[:100], RANKS[rank], where.setting)


def _from_hints(hints: tuple[Hint, ...], setting: Setting) -> Iterator[Candidate]:
    """What a feed or a news sitemap said. A plain sitemap's date is the last change."""
    for hint in hints[:8]:
        if hint.published:
            rank = RANKS.get(hint.origin, RANKS["classed"])
            yield _candidate("published", hint.origin, hint.published, rank, setting)
        if hint.modified:
            yield _candidate("modified", hint.origin, hint.modified, RANKS["classed"], setting)


_URL_DATE: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2]|[a-z]{3})\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_URL_DAY_FIRST: Final = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([/_.-])(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_SHORT_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _from_url(url: str | None, setting: Setting) -> Iterator[Candidate]:
    """The day in the address: /2024/04/19/, /2024/apr/19/, /20240419-, /19-04-2024/."""
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
    else:
        return
    yield Candidate(role="published", origin="url", raw=match[0], read=_read(raw, setting), rank=RANKS["url"])


def _digits(month: str) -> int:
    return int(month) if month.isdecimal() else 0


def _from_headers(headers: tuple[tuple[str, str], ...], setting: Setting) -> Iterator[Candidate]:
    """Last-Modified: when the file was made, at most a hint of a change."""
    for name, value in headers:
        if name == "last-modified":
            yield _candidate("modified", "header:last-modified", value[:60], RANKS["header"], setting)


# ------------------------------------------------------------------------------------------------ what the reader sees


def _strong(candidates: Iterable[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.role == "published" and c.rank >= RANKS["meta"] and c.read]


def _needs_text(candidates: list[Candidate]) -> bool:
    """True where no machine-readable claim of publication settles day and instant, or where nothing vouches that it is no update."""
    strong = _strong(candidates)
    if not strong:
        return True
    best = max(strong, key=lambda c: c.rank)
    if best.read is None or not isinstance(best.read.value, datetime) or best.read.value.tzinfo is None:
        return True
    if len({c.read.day for c in candidates if c.read and c.role == "published" and c.rank >= 70}) > 1:
        return True
    if len({c.origin.partition(":")[0] for c in candidates if c.role == "published" and c.rank >= 70}) > 1:
        return False
    return any(c.role == "modified" and c.read and not is_later(c.read, best.read) for c in candidates)


def _day_hangs(candidates: list[Candidate], setting: Setting) -> bool:
    """True where UTC and the country's clocks disagree on the day of the strongest claim: the printed day then decides."""
    zone = country_zone(setting.region)
    best = max(_strong(candidates), key=lambda c: c.rank)
    value = best.read.value if best.read else None
    if zone is None or not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset():
        return False
    return value.astimezone(zone).date() != value.date()


_ENOUGH: Final = 60
"""Rank of a claim of publication from which the rest of the page is not searched."""


def _seen(where: _Where, known: list[Candidate]) -> list[Candidate]:
    """What stands around the headline; where that gives nothing good, what stands anywhere in the page."""
    found: list[Candidate] = [] if _strong(known) else list(_from_microdata(where))
    found += _from_lines(where)
    found += _from_time(where)
    if not any(c.role == "published" and c.read and c.rank >= _ENOUGH for c in (*known, *found)):
        found += _from_classed(where)
        found += _from_state(where)
    if not any(c.role == "published" and c.read for c in (*known, *found)):
        found += _from_anywhere(where)
    return found


def _from_anywhere(where: _Where) -> Iterator[Candidate]:
    """The first short line of the page that holds a whole date, one that says "published" before all others."""
    lines = [x for x in all_lines(where.document) if len(x.text) <= 120 and _DIGIT.search(x.text)]
    found = [
        (one.label != "published", one)
        for line in lines[:200]
        if belonging(line.element, where.home) != "foreign"
        for one in find_dates(line.text, where.setting)[:1]
        if one.has_year and one.label != "modified" and one.date.precision != "month"
    ]
    for _, one in sorted(found, key=lambda pair: pair[0])[:1]:
        yield Candidate(role="published", origin="text:anywhere", raw=one.date.raw, read=one.date, rank=RANKS["anywhere"])


def _from_microdata(where: _Where) -> Iterator[Candidate]:
    found: list[Candidate] = []
    for element in microdata(where.document):
        if belonging(element, where.home) == "foreign":
            continue
        name = property_of(element)
        raw = element.get("datetime") or element.get("content") or element.get("title") or short_text(element)
        if not raw:
            continue
        role: Role = "modified" if name == "dateModified" else "published"
        rank = RANKS["microdata" if name == "datePublished" else "weak-meta"]
        found.append(_candidate(role, f"microdata:{name}", raw, rank, where.setting))
    if len({c.read.day for c in found if c.read and c.role == "published" and c.rank >= RANKS["microdata"]}) > 1:
        found = [replace(c, rank=min(c.rank, RANKS["time"])) for c in found]  # a list of articles
    yield from found


_DIGIT: Final = re.compile(r"\d")
_LINES_AFTER: Final = 30
_LINES_BEFORE: Final = 10


def _from_lines(where: _Where) -> Iterator[Candidate]:
    """Lines around the headline that hold a date."""
    if where.headline is None:
        return
    below, above = lines_after(where.headline)[:_LINES_AFTER], lines_before(where.headline)[:_LINES_BEFORE]
    for line in (*below, *above):
        if len(line.text) > 200 or not (line.times or _DIGIT.search(line.text)):
            continue
        place = belonging(line.element, where.home)
        if place != "foreign":
            yield from _from_line(line, where.setting, less=_DOUBT if place == "doubtful" else 0)


_DOUBT: Final = 14
"""Taken off the rank of a date in a side bar or footer."""


def _from_line(line: Line, setting: Setting, *, less: int) -> Iterator[Candidate]:
    found = find_dates(line.text, setting) if _DIGIT.search(line.text) else ()
    updated = bool(found) and found[0].label == "modified"
    for stamp in line.times[:2]:
        rank = RANKS["near-time"] - min(24, abs(line.distance)) - less
        yield _candidate("modified" if updated else "published", "text:time", stamp, rank, setting)
    for one in found[:2]:
        rank = _line_rank(line, one) - less
        role: Role = "modified" if one.label == "modified" else "published"
        name = "text:labelled" if one.label else "text:line"
        yield Candidate(role=role, origin=name, raw=one.date.raw, read=one.date, rank=rank)
        if role == "modified" and abs(line.distance) <= 12 and not less:
            yield _published_by_update(one)


def _published_by_update(found: Found) -> Candidate:
    """The date that a page prints about itself, though it calls it an update: better than none where no other day is stated."""
    return Candidate(
        role="published", origin="text:updated", raw=found.date.raw, read=found.date, rank=RANKS["updated"]
    )


def _line_rank(line: Line, found: Found) -> int:
    """Less with the distance from the headline, for dates inside longer texts, and without a year."""
    rank = RANKS["labelled" if found.label == "published" else "line"]
    words_around = len(line.text) - (found.end - found.start)
    rank -= min(24, abs(line.distance)) + (2 if line.distance < 0 else 0)
    if words_around > 60 and not found.label:
        rank -= 14
    if not found.has_year:
        rank -= 8
    if is_dateline(line.element):
        rank += 5
    return rank


def _from_time(where: _Where) -> Iterator[Candidate]:
    count = 0
    for element in where.document.root.iter("time", "relative-time"):
        count += 1
        if count > 30:
            return
        raw = element.get("datetime") or short_text(element)
        place = belonging(element, where.home)
        if not raw or place == "foreign":
            continue
        updated = re.search(r"updat|modif", f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower())
        role: Role = "modified" if updated else "published"
        yield _candidate(role, "time", raw[:100], RANKS["time"] - min(count, 12) - (_DOUBT if place == "doubtful" else 0), where.setting)


def _from_classed(where: _Where) -> Iterator[Candidate]:
    count = 0
    for element in classed(where.document):
        text = element.get("title") if element.tag == "abbr" else short_text(element)
        if not text or len(text) > 120 or not _DIGIT.search(text):
            continue
        place = belonging(element, where.home)
        if place == "foreign":
            continue
        for one in find_dates(text, where.setting)[:1]:
            count += 1
            role: Role = "modified" if one.label == "modified" else "published"
            rank = RANKS["classed"] - min(count, 10) - (_DOUBT if place == "doubtful" else 0)
            yield Candidate(role=role, origin="classed", raw=one.date.raw, read=one.date, rank=rank)
            if role == "modified" and place == "own":
                yield replace(_published_by_update(one), rank=RANKS["updated"] - min(count, 10))
        if count >= 12:
            return


_STATE: Final = re.compile(
    r"""["'](datePublished|publishedAt|published_at|publishDate|publish_date|publishedDate|published_date|publicationDate|pubDate|firstPublished|firstPublishDate|published_time|publishedTime|publish_time|date_published|articlePublishDate)\\?["']\s{0,3}:\s{0,3}\\?["']?([^"'\\,}]{8,40})"""
)


def _from_state(where: _Where) -> Iterator[Candidate]:
    """Publication dates in the data of scripts, where all that are found agree on one day."""
    found: list[Candidate] = []
    for script in where.document.root.iter("script"):
        text = script.text or ""
        if "ubli" not in text and "pubDate" not in text:
            continue
        for match in _STATE.finditer(text[:300_000]):
            found.append(_candidate("published", f"script:{match[1]}", match[2], RANKS["state"], where.setting))
            if len(found) > 20:
                return
    if len({c.read.day for c in found if c.read}) == 1:
        yield from found[:1]
