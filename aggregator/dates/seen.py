"""Claims that readers see: microdata, lines around the headline, `<time>`, parts named for dates. Searched only where it pays."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Final, cast

from lxml.etree import XPath

from .decide import Candidate, Role, is_later
from .places import RANKS, Where, candidate
from .reading import Setting
from .strings import Found, find_dates
from .tables import word_set
from .visible import (
    Line,
    all_lines,
    belonging,
    classed,
    is_dateline,
    lines_after,
    lines_before,
    microdata,
    property_of,
    short_text,
)
from .zones import country_zone


def _strong(candidates: Iterable[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.rank >= RANKS["meta"] and _is_publication(c)]


def _is_publication(candidate: Candidate) -> bool:
    """True for a claim of publication from which at least the day could be read."""
    return candidate.role == "published" and candidate.read is not None and candidate.read.precision != "month"


def needs_text(candidates: list[Candidate]) -> bool:
    """True where no machine-readable claim of publication settles day and instant, or where nothing vouches that it is no update."""
    strong = _strong(candidates)
    if not strong:
        return True
    best = max(strong, key=lambda c: c.rank)
    if best.read is None or not isinstance(best.read.value, datetime) or best.read.value.tzinfo is None:
        return True
    if len({c.read.day for c in candidates if c.read and c.rank >= 70 and _is_publication(c)}) > 1:
        return True
    if len({c.origin.partition(":")[0] for c in candidates if c.rank >= 70 and _is_publication(c)}) > 1:
        return False
    return any(c.role == "modified" and c.read and not is_later(c.read, best.read) for c in candidates)


def day_hangs(candidates: list[Candidate], setting: Setting) -> bool:
    """True where UTC and the country's clocks disagree on the day of the strongest claim: the printed day then decides."""
    zone = country_zone(setting.region)
    best = max(_strong(candidates), key=lambda c: c.rank)
    value = best.read.value if best.read else None
    if zone is None or not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset():
        return False
    return value.astimezone(zone).date() != value.date()


_ENOUGH: Final = 60
"""Rank of a claim of publication from which the rest of the page is not searched."""


def seen_claims(where: Where, known: list[Candidate]) -> list[Candidate]:
    """What stands around the headline; where that gives nothing good, what stands anywhere in the page."""
    found: list[Candidate] = [] if _strong(known) else list(_from_microdata(where))
    found += _from_lines(where)
    found += _from_time(where)
    if not any(_is_publication(c) and c.rank >= _ENOUGH for c in (*known, *found)):
        found += _from_classed(where)
        found += _from_state(where)
    if not any(_is_publication(c) for c in (*known, *found)):
        found += _from_anywhere(where)
    return found


def _from_anywhere(where: Where) -> Iterator[Candidate]:
    """The first line of the page that tells of the article itself, or a short one that says "published", with a whole date; else the
    first short line that begins with a date."""
    lines = [
        x for x in all_lines(where.document) if _DIGIT.search(x.text) and (len(x.text) <= _SHORT or _is_of_itself(x))
    ]
    found = [
        ((not _is_of_itself(line) and one.label != "published", not is_dateline(line.element)), one)
        for line in lines[:200]
        if belonging(line.element, where.home) != "foreign"
        for one in find_dates(line.text[:_OPENING], where.setting)[:1]
        if one.has_year and one.date.precision != "month" and not _is_prose(line, one)
        if one.label == "published" or (not one.label and (one.start <= 1 or _is_of_itself(line)))
    ]
    for _, one in sorted(found, key=lambda pair: pair[0])[:1]:
        yield Candidate(
            role="published", origin="text:anywhere", raw=one.date.raw, read=one.date, rank=RANKS["anywhere"]
        )


_SHORT: Final = 120  # characters of a line that is no prose
_OPENING: Final = 200  # characters of a longer one in which it tells when the article was published


def _is_of_itself(line: Line) -> bool:
    """Whether a line tells of the article that it stands under: `This entry was posted on ...`."""
    return line.text.lower().startswith(_itself())


@cache
def _itself() -> tuple[str, ...]:
    return tuple(word_set("phrases", "itself"))


def _from_microdata(where: Where) -> Iterator[Candidate]:
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
        found.append(candidate(role, f"microdata:{name}", raw, rank, where.setting))
    if len({c.read.day for c in found if c.read and c.role == "published" and c.rank >= RANKS["microdata"]}) > 1:
        found = [replace(c, rank=min(c.rank, RANKS["time"])) for c in found]  # a list of articles
    yield from found


_DIGIT: Final = re.compile(r"\d")
_ENDED: Final = re.compile(r"[.!?。！？؟۔।]['\"”’»）)]*$")
_DATELINE: Final = 30  # characters that can stand before the date of a dateline: LONDON (Reuters), ...
_LOWER: Final = re.compile(r"\b[a-zà-ÿа-я]\w*")
_TELLING: Final = 2  # words in lower case before the date: a sentence has begun
_COURSE: Final = 5  # so many are more than a label: `posted by a person in a category on`
_PROSE: Final = 60  # characters beside the date that make a sentence
_LINES_AFTER: Final = 30
_LINES_BEFORE: Final = 10


def _from_lines(where: Where) -> Iterator[Candidate]:
    """Lines around the headline that hold a date."""
    if where.headline is None:
        return
    below, above = lines_after(where.headline)[:_LINES_AFTER], lines_before(where.headline)[:_LINES_BEFORE]
    yield from _from_lead(below, where)
    for line in (*below, *above):
        if len(line.text) > 200 or not (line.times or _DIGIT.search(line.text)):
            continue
        place = belonging(line.element, where.home)
        if place != "foreign":
            yield from _from_line(line, where.setting, less=_DOUBT if place == "doubtful" else 0)


_LEADS: Final = 10  # lines after the headline that can be the lead


def _from_lead(below: list[Line], where: Where) -> Iterator[Candidate]:
    """A paragraph that begins with its date, as press offices write: (18.01.2018) Farmers ..."""
    for line in below[:_LEADS]:
        if (
            len(line.text) <= 200
            or not _DIGIT.search(line.text[:3])
            or belonging(line.element, where.home) == "foreign"
        ):
            continue
        for one in find_dates(line.text[:60], where.setting)[:1]:
            if one.start <= 1 and one.has_year and not one.label and one.date.precision != "month":
                rank = RANKS["lead"] - line.distance
                yield Candidate(role="published", origin="text:lead", raw=one.date.raw, read=one.date, rank=rank)


_DOUBT: Final = 14
"""Taken off the rank of a date in a side bar or footer."""
_MASTHEAD: Final = 10
"""Taken off the rank of a date with its weekday above the headline: there newspapers print what day it is today."""


def _from_line(line: Line, setting: Setting, *, less: int) -> Iterator[Candidate]:
    found = find_dates(line.text, setting) if _DIGIT.search(line.text) else ()
    updated = bool(found) and found[0].label == "modified"
    for stamp in line.times[:2]:
        rank = RANKS["near-time"] - min(24, abs(line.distance)) - less
        yield candidate("modified" if updated else "published", "text:time", stamp, rank, setting)
    if line.distance < 0 and any(one.weekday for one in found) and not any(one.label for one in found):
        less += _MASTHEAD
    for one in (told for told in found[:2] if not _is_prose(line, told)):
        rank = _line_rank(line, one) - less
        role: Role = "modified" if one.label == "modified" else "published"
        name = "text:labelled" if one.label else "text:line"
        yield Candidate(role=role, origin=name, raw=one.date.raw, read=one.date, rank=rank)
        if role == "modified" and abs(line.distance) <= 12 and not less:
            yield _published_by_update(one)


def _is_prose(line: Line, found: Found) -> bool:
    """Whether a date is one that a sentence tells of: well inside it, with a sentence's end behind, and called nothing; or called
    something in the course of a sentence: `the first album of the band was published on 3 December 2011`."""
    around = len(line.text) - (found.end - found.start)
    before = line.text[: found.start]
    words = len(_LOWER.findall(before))
    inside = words > _COURSE if found.label else len(before) > _DATELINE or words >= _TELLING
    inside = inside and around > _PROSE and _ENDED.search(line.text) is not None
    return inside and not is_dateline(line.element) and not _is_of_itself(line)


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
    if words_around > 60 and not found.label and not (found.start == 0 and is_dateline(line.element)):
        rank -= 14
    if not found.has_year:
        rank -= 8
    if is_dateline(line.element):
        rank += 5
    return rank


def _from_time(where: Where) -> Iterator[Candidate]:
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
        yield candidate(
            role,
            "time",
            raw[:100],
            RANKS["time"] - min(count, 12) - (_DOUBT if place == "doubtful" else 0),
            where.setting,
        )


def _from_classed(where: Where) -> Iterator[Candidate]:
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


_DATA: Final = XPath("//@*[starts-with(normalize-space(.), '{') and string-length(.) > 40]", smart_strings=False)
"""JSON in attributes: `data-page` (Inertia), `props` (Astro), `data-react-props` and the like."""


def _from_state(where: Where) -> Iterator[Candidate]:
    """Publication dates in the data of scripts, or of an attribute that a script reads, where all that are found agree on one day."""
    found: list[Candidate] = []
    scripts = (script.text or "" for script in where.document.root.iter("script"))
    for text in (*scripts, *cast("list[str]", _DATA(where.document.root))):
        if "ubli" not in text and "pubDate" not in text:
            continue
        for match in _STATE.finditer(text[:300_000]):
            found.append(candidate("published", f"script:{match[1]}", match[2], RANKS["state"], where.setting))
            if len(found) > 20:
                return
    if len({c.read.day for c in found if c.read}) == 1:
        yield from found[:1]
