"""The dates that a reader of the page sees: in lines around the headline, in `<time>`, in parts named for dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Final, Literal, NamedTuple, cast

from lxml import etree
from lxml.etree import XPath
from lxml.html import HtmlElement

from aggregator.document import Document

from .tables import word_set

_BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dd",
        "dt",
        "header",
        "section",
        "article",
        "main",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "td",
        "tr",
        "table",
        "br",
        "figure",
        "figcaption",
        "aside",
        "nav",
        "footer",
        "blockquote",
        "form",
    ]
)
_SKIP: Final = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "select",
        "option",
        "button",
        "form",
        "nav",
        "footer",
        "math",
    ]
)
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

    `home` has the ancestors of the headline: what holds the headline is the article's, whatever it is called. A part beside it that is
    named for dates, too, may be.
    """
    node: HtmlElement | None = element
    verdict: Belonging = "own"
    for _ in range(_MAX_DEPTH):
        if node is None or node in home or node.tag in ("body", "html", "main"):
            break
        names = marks(node)
        if node.tag == "nav" or (names != " " and _named("foreign").search(names)):
            if node.getparent() not in home or not _dateline().search(names):
                return "foreign"
            verdict = "doubtful"
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
    names = marks(element) if parent is None else f"{marks(element)} {marks(parent)}"
    return bool(_dateline().search(names))


# ------------------------------------------------------------------------------------------------ the headline


def headline_of(document: Document, title: str | None) -> HtmlElement | None:
    """The page's headline: the `h1` (else `h2`) whose text is the title's, else the first `h1` that has text."""
    wanted = _letters(title or document.meta("og:title") or document.root.findtext(".//title") or "")
    first: HtmlElement | None = None
    for element in islice(document.root.iter("h1", "h2"), 60):
        text = _letters(short_text(element))
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
    return _lines(_pieces(body[0], 3000)) if len(body) else []


def lines_after(headline: HtmlElement) -> list[Line]:
    """The lines that follow the headline, nearest first."""
    start = _next_outside(headline)
    return _lines(_pieces(start, _AFTER)) if start is not None else []


def lines_before(headline: HtmlElement) -> list[Line]:
    """The lines above the headline, nearest first."""
    start = _some_way_back(headline)
    found = _lines(_pieces(start, 2 * _BEFORE, until=headline))
    return [replace(line, distance=index - len(found)) for index, line in enumerate(found)][::-1]


def _some_way_back(headline: HtmlElement) -> HtmlElement:
    """The element that begins some elements before the headline."""
    node = headline
    for _ in range(_BEFORE):
        previous = node.getprevious()
        while previous is not None and len(previous) and previous.tag not in _SKIP:
            previous = previous[-1]
        before = previous if previous is not None else node.getparent()
        if before is None or before.tag in ("body", "html"):
            break
        node = before
    return node


class _Piece(NamedTuple):  # made a thousand times a page: a dataclass costs three times as much
    """Text in document order: what an element begins with, or what stands after a child of it. `breaks`: a new line begins here."""

    element: HtmlElement
    text: str
    breaks: bool
    stamp: str = ""


def _pieces(start: HtmlElement, limit: int, until: HtmlElement | None = None) -> Iterator[_Piece]:
    """The text from the begin of `start` on, through at most `limit` elements, and not into `until`."""
    node: HtmlElement | None = start
    for _ in range(limit):
        if node is None or node is until:
            return
        walked = isinstance(node.tag, str) and node.tag not in _SKIP
        if walked:
            stamp = node.get("datetime") or "" if node.tag == "time" else ""
            yield _Piece(node, (node.text or "")[:_LONG_LINE], node.tag in _BLOCKS, stamp[:60])
            if len(node):
                node = node[0]
                continue
        tails: list[_Piece] = []
        node = _leave(node, tails)
        yield from tails


def _leave(node: HtmlElement, tails: list[_Piece]) -> HtmlElement | None:
    """The next element after the end of this one; `tails` takes the texts that are passed on the way."""
    current = node
    while True:
        parent = current.getparent()
        if parent is None:
            return None
        tails.append(_Piece(parent, (current.tail or "")[:_LONG_LINE], current.tag in _BLOCKS))
        following = current.getnext()
        if following is not None:
            return following
        if parent.tag == "body":
            return None
        current = parent


def _next_outside(node: HtmlElement) -> HtmlElement | None:
    return _leave(node, [])


def _lines(pieces: Iterator[_Piece]) -> list[Line]:
    """Pieces joined to lines, broken where blocks begin and end."""
    found: list[Line] = []
    run: list[_Piece] = []
    for piece in pieces:
        if piece.breaks and run:
            _end_line(run, found)
        if piece.stamp or (piece.text and not piece.text.isspace()):
            run.append(piece)
    if run:
        _end_line(run, found)
    return found


def _end_line(run: list[_Piece], found: list[Line]) -> None:
    """The pieces so far as one more line."""
    text = " ".join(" ".join(piece.text for piece in run).split())
    times = tuple(piece.stamp for piece in run if piece.stamp)
    found.append(Line(text=text, element=run[0].element, distance=len(found) + 1, times=times))
    run.clear()


# ------------------------------------------------------------------------------------------------ parts named for dates

_STATED: Final = XPath("//*[@itemprop or @property or @pubdate][not(self::meta)]", smart_strings=False)
_PROPERTIES: Final = frozenset(("datepublished", "datemodified", "datecreated", "uploaddate", "date", "created"))
_CLASSED: Final = re.compile(
    r"date|time|publi|posted|byline|datum|fecha|meta|stamp|created|submitted|info|post-footer", re.IGNORECASE
)
_NEVER: Final = frozenset(
    [
        "body",
        "html",
        "head",
        "script",
        "style",
        "link",
        "meta",
        "input",
        "button",
        "img",
        "svg",
        "path",
        "iframe",
        "form",
        "nav",
        "h1",
    ]
)
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
    found = cast("list[HtmlElement]", _STATED(document.root))
    return [element for element in found if property_of(element)][:_MOST]


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
    parts = list(islice(element.itertext(), 60))
    if len(parts) == 60 or sum(len(part.strip()) for part in parts) > _LONG_LINE:
        return ""
    return " ".join(" ".join(parts).split())
