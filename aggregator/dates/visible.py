"""The dates that a reader of the page sees: in lines around the headline, in `<time>`, in parts named for dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from lxml import etree
from lxml.etree import XPath
from lxml.html import HtmlElement

from aggregator.document import Document

from .tables import word_set

_BLOCKS: Final = frozenset(
    "p div li ul ol dl dd dt header section article main h1 h2 h3 h4 h5 h6 td tr table br figure figcaption aside nav footer blockquote form".split()
)
_SKIP: Final = frozenset("script style noscript template svg iframe select option button form nav footer math".split())
_AFTER: Final = 120
"""Elements after the headline that are looked at: dateline, byline, share buttons and the first paragraphs."""
_BEFORE: Final = 30
"""Elements before the headline."""
_LONG_LINE: Final = 240
"""Characters: longer lines are prose, whose dates are what the story tells of."""
_MAX_DEPTH: Final = 12
"""Ancestors that are asked whether they are foreign parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text, the element it begins in, and how many lines it stands from the headline (negative: above).

    `times` has the `datetime` of the `<time>` elements in it.
    """

    text: str
    element: HtmlElement
    distance: int
    times: tuple[str, ...] = ()


@cache
def _named(row: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(word_set('places', row)))})(?![a-z])")


@cache
def _dateline() -> re.Pattern[str]:
    return re.compile("|".join(sorted(word_set("places", "dateline"))))


Belonging = Literal["own", "doubtful", "foreign"]


def marks(element: HtmlElement) -> str:
    """Class and id of an element in small letters."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


def belonging(element: HtmlElement, home: frozenset[HtmlElement] = frozenset()) -> Belonging:
    """Whether a date in this element is the article's: `foreign` in related stories and comments, `doubtful` in footers and side bars.

    `home` has the ancestors of the headline: what holds the headline is the article's, whatever it is called.
    """
    node: HtmlElement | None = element
    verdict: Belonging = "own"
    for _ in range(_MAX_DEPTH):
        if node is None or node in home or node.tag in ("body", "html", "main"):
            break
        names = marks(node)
        if node.tag == "nav" or (names != " " and _named("foreign").search(names)):
            return "foreign"
        if node.tag in ("aside", "footer") or (names != " " and _named("doubtful").search(names)):
            verdict = "doubtful"
        node = node.getparent()
    return verdict


def home_of(headline: HtmlElement | None) -> frozenset[HtmlElement]:
    """The headline's ancestors."""
    return frozenset(headline.iterancestors()) if headline is not None else frozenset()


def is_dateline(element: HtmlElement) -> bool:
    """True where the element or its parent is named for a date, a byline or the like."""
    parent = element.getparent()
    return bool(_dateline().search(marks(element)) or (parent is not None and _dateline().search(marks(parent))))


# ------------------------------------------------------------------------------------------------ the headline


def headline_of(document: Document, title: str | None) -> HtmlElement | None:
    """The page's headline: the `h1` (else `h2`) whose text is the title's, else the first `h1` that has text."""
    wanted = _letters(title or document.meta("og:title") or document.root.findtext(".//title") or "")
    first: HtmlElement | None = None
    for element in document.root.iter("h1", "h2"):
        text = _letters("".join(element.itertext())[:400])
        if len(text) < 3:
            continue
        if len(text) > 12 and (text in wanted or (len(wanted) > 12 and wanted in text)):
            return element
        if first is None and element.tag == "h1":
            first = element
    return first


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


# ------------------------------------------------------------------------------------------------ lines


def all_lines(document: Document) -> list[Line]:
    """The lines of the page, at most of its first 3000 elements."""
    body = next(document.root.iter("body"), document.root)
    return _lines(_walk(body[0] if len(body) else None, 3000))


def lines_after(headline: HtmlElement) -> list[Line]:
    """The lines that follow the headline, nearest first."""
    return _lines(_walk_on(headline, _AFTER))


def lines_before(headline: HtmlElement) -> list[Line]:
    """The lines above the headline, nearest first."""
    elements = list(_walk_back(headline, _BEFORE))
    elements.reverse()
    found = _lines(iter(elements))
    return [replace(line, distance=line.distance - len(found) - 1) for line in reversed(found)]


def _lines(elements: Iterator[HtmlElement]) -> list[Line]:
    """Text of elements in document order, broken where a block begins."""
    found: list[Line] = []
    parts: list[str] = []
    times: list[str] = []
    begin: HtmlElement | None = None

    def flush() -> None:
        text = " ".join(" ".join(parts).split())
        if (text or times) and begin is not None:
            found.append(Line(text=text, element=begin, distance=len(found) + 1, times=tuple(times)))
        parts.clear()
        times.clear()

    for element in elements:
        if element.tag in _BLOCKS:
            flush()
            begin = None
        if begin is None:
            begin = element
        _gather(element, parts)
        if element.tag == "time" and (stamp := element.get("datetime")):
            times.append(stamp[:60])
    flush()
    return found


def _gather(element: HtmlElement, parts: list[str]) -> None:
    """The element's own text and what stands after its children that are not walked."""
    if element.text:
        parts.append(element.text[:_LONG_LINE])
    for child in element:
        if child.tail and child.tail.strip() and child.tag in ("br", "svg", "i", "script", "img", "style", "button"):
            parts.append(child.tail[:_LONG_LINE])
    tail = element.tail
    if tail and tail.strip() and element.tag not in _BLOCKS:
        parts.append(tail[:_LONG_LINE])


def _walk_on(start: HtmlElement, limit: int) -> Iterator[HtmlElement]:
    """Elements that begin after `start` ends, in document order, without those that are never text."""
    return _walk(_next_outside(start), limit)


def _walk(node: HtmlElement | None, limit: int) -> Iterator[HtmlElement]:
    for _ in range(limit):
        if node is None:
            return
        if node.tag in _SKIP or not isinstance(node.tag, str):
            node = _next_outside(node)
            continue
        yield node
        node = node[0] if len(node) else _next_outside(node)


def _next_outside(node: HtmlElement) -> HtmlElement | None:
    current: HtmlElement | None = node
    while current is not None:
        following = current.getnext()
        if following is not None:
            return following
        current = current.getparent()
        if current is not None and current.tag == "body":
            return None
    return None


def _walk_back(start: HtmlElement, limit: int) -> Iterator[HtmlElement]:
    """Elements before `start` in reverse document order, ancestors left out."""
    node: HtmlElement | None = start
    count = 0
    while node is not None and count < limit:
        previous = node.getprevious()
        if previous is None:
            node = node.getparent()
            if node is None or node.tag == "body":
                return
            continue
        for element in reversed(list(_inside(previous, limit))):
            count += 1
            yield element
        node = previous


def _inside(root: HtmlElement, limit: int) -> Iterator[HtmlElement]:
    """An element and what is in it, in document order, at most `limit` of them."""
    stack = [root]
    for _ in range(limit * 3):
        if not stack:
            return
        node = stack.pop()
        if node.tag in _SKIP or not isinstance(node.tag, str):
            continue
        yield node
        stack.extend(reversed(node[:limit]))


# ------------------------------------------------------------------------------------------------ parts named for dates

_STATED: Final = XPath("//*[@itemprop or @property or @pubdate][not(self::meta)]", smart_strings=False)
_PROPERTIES: Final = frozenset(("datepublished", "datemodified", "datecreated", "uploaddate", "date", "created"))
_CLASSED: Final = re.compile(
    r"date|time|publi|posted|byline|datum|fecha|meta|stamp|created|submitted|info|post-footer", re.IGNORECASE
)
_NEVER: Final = frozenset("body html head script style link meta input button img svg path iframe form nav h1".split())
_MOST: Final = 60
"""Elements of one page that are read as parts named for dates."""


def property_of(element: HtmlElement) -> str:
    """The date property that an element states by microdata or RDFa (`datePublished`), or `pubdate`; "" for none."""
    name = (element.get("itemprop") or element.get("property") or "").rpartition(":")[2]
    if name.lower() in _PROPERTIES:
        return name
    return "pubdate" if element.get("pubdate") is not None else ""


def microdata(document: Document) -> list[HtmlElement]:
    """Elements that say by attribute that they hold a date of the article."""
    found = _STATED(document.root)
    elements = [e for e in found if isinstance(e, HtmlElement)] if isinstance(found, list) else []
    return [e for e in elements if property_of(e)][:_MOST]


def classed(document: Document) -> list[HtmlElement]:
    """Elements whose class or id names a date, a byline or publication."""
    found: list[HtmlElement] = []
    for element in document.root.iter(etree.Element):
        names = element.get("class") or element.get("id")
        if names and _CLASSED.search(names) and element.tag not in _NEVER:
            found.append(element)
            if len(found) >= 3 * _MOST:
                break
    return found


def short_text(element: HtmlElement) -> str:
    """The element's text on one line, "" if it is too long for a date line."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(part)
        size += len(part.strip())
        if size > _LONG_LINE:
            return ""
    return " ".join(" ".join(parts).split())
