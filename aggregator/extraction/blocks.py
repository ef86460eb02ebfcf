"""One page as blocks of text in reading order: one walk over the tree, no recursion, nothing decided yet."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple, cast

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import XPath
from lxml.html import HtmlElement

from aggregator.counting import count_words
from aggregator.document import Document, parse_document
from aggregator.models import Block, BlockTag, Link, SiteRules

from .state import state_paragraphs
from .structured import body_paragraphs


def names(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


# What a browser never shows as text. `noscript` is what a browser with scripts leaves out.
_SKIPPED: Final = names(
    """
    script style template noscript svg math iframe object embed applet audio video canvas map select option textarea
    button input datalist meter progress head link meta title base param source track frameset frame noframes
    """
)
# The parser leaves these open when their end tag is missing, and then the rest of the page is inside them; so is an
# `article` that no `body` comes before inside the head.
_SWALLOWING: Final = names(
    """
    head button svg math select option object video audio canvas map source track applet meter progress noscript
    """
)
_BLOCKS: Final = names(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody
    tfoot thead tr ul
    """
)  # fmt: skip
_CONTAINERS: Final = _BLOCKS - {
    "p",
    "li",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "tbody",
    "thead",
    "pre",
}
_CELLS: Final = frozenset({"td", "th"})
_TOLD: Final = _BLOCKS | _CELLS | _SKIPPED | {"a", "br"}  # tags that say more than that text goes on
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BREAK, _CELL = "\x1f", "\x1e"  # marks inside the buffer; the document has no control characters of its own

_MARKED: Final = ("class", "id", "itemprop", "role")
_MARKS: Final = (".", "#", "@", ":")  # what stands before each of these in a token
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")  # articleBody is article-body
_LISTS: Final = frozenset({"ul", "ol", "dl", "table"})
_TAGS: Final[dict[str, BlockTag]] = {
    **dict.fromkeys(_HEADINGS, "h"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(("li", "dt", "dd"), "li"),
    "blockquote": "quote",
    "pre": "pre",
}  # fmt: skip

_MAX_PATH: Final = 10  # levels of ancestors that a block remembers
_MAX_TOKEN: Final = 120  # characters of one level's class and id tokens
_MAX_LINKS: Final = 200  # links of one block
_LONG_CELL: Final = 300  # a table cell with more text than this is layout, not data

# Zero-width, bidirectional and control characters, soft hyphens; the joiners U+200C and U+200D carry meaning and stay.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STEP: Final = r"[\w~%=+-][\w.~%=+-]*+"
_ROOTED: Final = re.compile(rf"/(?:{_STEP}/)*+(?:{_STEP})?")  # nothing in it that resolving would change
_ABSOLUTE: Final = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)


class _Place(NamedTuple):
    """What an element says about the text in it, its ancestors included."""

    path: tuple[str, ...] = ()
    within: tuple[int, ...] = ()
    tag: BlockTag | None = None
    level: int = 0
    group: int = 0
    list: int = 0
    hidden: bool = False


class _Frame:
    """One open element; its place is worked out only when a block needs it."""

    __slots__ = ("element", "number", "parent", "place", "rule", "tag")

    def __init__(self, element: HtmlElement, tag: str, parent: "_Frame | None", number: int, rule: str) -> None:
        self.element = element
        self.tag = tag
        self.parent = parent
        self.number = number
        self.rule = rule
        self.place: _Place | None = None


def _place_of(frame: _Frame) -> _Place:
    """The place of an element, from its nearest ancestor whose place is known."""
    waiting: list[_Frame] = []
    node: _Frame | None = frame
    while node is not None and node.place is None:
        waiting.append(node)
        node = node.parent
    place = node.place if node is not None and node.place else _Place()
    for open_frame in reversed(waiting):
        place = open_frame.place = _inside(place, open_frame)
    return place


def _inside(outer: _Place, frame: _Frame) -> _Place:
    tag, number = frame.tag, frame.number
    token = _token(frame.element)
    return _Place(
        (token, *outer.path[: _MAX_PATH - 1]),
        (number, *outer.within[: _MAX_PATH - 1]) if tag in _CONTAINERS else outer.within,
        _TAGS.get(tag, outer.tag),
        _HEADINGS.get(tag, outer.level),
        number if tag in _CONTAINERS else outer.group,
        number if tag in _LISTS else outer.list,
        outer.hidden or token.endswith("!hidden"),
    )


def _token(element: HtmlElement) -> str:
    """Tag, classes, id, role and item property of an element in one lower-case word; `!hidden` when it is not shown."""
    read = element.get
    style = read("style")
    hidden = (
        read("hidden") is not None
        or read("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )
    values = tuple(value if (value := read(name)) is None else value[:_MAX_TOKEN] for name in _MARKED)
    return _joined(element.tag, values, hidden=hidden)


@lru_cache(maxsize=20_000)  # of at most 500 characters each: what is cached is cut before
def _joined(tag: str, values: tuple[str | None, ...], *, hidden: bool) -> str:
    token = tag
    for mark, value in zip(_MARKS, values, strict=True):
        if value is not None:
            token += mark + mark.join(value.split())
    return _CAMEL.sub("-", token).lower() + ("!hidden" if hidden else "")


def _has_swallowed(element: HtmlElement, tag: str) -> bool:
    """Whether an element that has no text of its own holds a part of the page; a `noscript` may have a paragraph."""
    if tag not in _SWALLOWING or not len(element):
        return False
    return element.find(".//div/div") is not None or (tag != "noscript" and element.find(".//p") is not None)


def _is_menu(element: HtmlElement) -> bool:
    """A `nav` without a paragraph or a first heading: the site's menu, which is no text of the page."""
    return element.find(".//p") is None and element.find(".//h1") is None


def tidy(raw: str) -> str:
    """White space collapsed, line breaks kept, invisible characters taken out. Any string; idempotent."""
    shown = _INVISIBLE.sub("", raw)
    if _BREAK not in shown:
        return " ".join(shown.split())
    lines = (" ".join(line.split()) for line in shown.split(_BREAK))
    return "\n".join(line for line in lines if line)


class _Reader:
    """Collects the text between block boundaries into blocks."""

    def __init__(self, document: Document, rules: dict[HtmlElement, str]) -> None:
        self.document = document
        self.rules = rules
        self.blocks: list[Block] = []
        self.stack: list[_Frame] = []
        self.pieces: list[str] = []
        self.origin: _Frame | None = None  # the innermost element when the buffer's first text came
        self.origin_depth = 0
        self.low = 0  # least number of open elements since then
        self.depth = 0  # of the innermost element that holds all text of the buffer
        self.break_at = -1  # where in the buffer the last line break stands
        self.href: str | None = None
        self.link_from = 0
        self.links: list[tuple[str, str]] = []
        self.count = 0
        self.addresses: dict[str, str | None] = {}
        self.origin_address = (document.resolve("/") or "").removesuffix("/")

    # -------------------------------------------------------------------------------------------- walk

    def read(self) -> tuple[Block, ...]:
        """Depth first by hand: lxml's own walker loses its way after skipped elements."""
        if self.start(self.document.root, self.document.root.tag):
            waiting = [iter(self.document.root)]
            while waiting:
                element = next(waiting[-1], None)
                if element is None:
                    waiting.pop()
                    self.end()
                elif not isinstance(tag := element.tag, str) or not self.start(element, tag):
                    self.tail(element)
                elif len(element):
                    waiting.append(iter(element))
                else:
                    self.end()
        self.flush()
        return tuple(self.blocks)

    def start(self, element: HtmlElement, tag: str) -> bool:
        """Opens an element; false when what is inside is not read."""
        if tag in _TOLD and not self.boundary(element, tag):
            return False
        stack = self.stack
        outer = stack[-1] if stack else None
        rule = outer.rule if outer else ""
        if self.rules:
            rule = self.rules.get(element, rule)
        self.count += 1
        stack.append(_Frame(element, tag, outer, self.count, rule))
        text = element.text
        if text:
            self.text(text)
        return True

    def boundary(self, element: HtmlElement, tag: str) -> bool:
        """What the start of an element does to the text before it; false when what is inside is not read."""
        if (tag in _SKIPPED and not _has_swallowed(element, tag)) or (tag == "nav" and _is_menu(element)):
            return False
        if tag in _BLOCKS:
            self.flush()
        elif tag == "br":
            self.line_break()
        elif tag == "a":
            self.open_link(element)
        elif tag in _CELLS:
            self.cell()
        return True

    def end(self) -> None:
        """Closes the innermost element."""
        frame = self.stack[-1]
        tag = frame.tag
        if tag in _BLOCKS:
            self.flush()
        elif tag == "a":
            self.close_link()
        elif tag in _CELLS:
            self.pieces.append(_CELL)
        self.stack.pop()
        self.low = min(self.low, len(self.stack))
        self.tail(frame.element)

    def tail(self, element: HtmlElement) -> None:
        tail = element.tail
        if tail and self.stack:
            self.text(tail)

    def text(self, text: str) -> None:
        """Takes text in, and notes which open elements hold all of the buffer."""
        if self.origin is None:
            if text.isspace():
                return  # nothing begins with a blank
            self.origin = self.stack[-1]
            self.origin_depth = self.depth = self.low = len(self.stack)
        elif self.low < self.depth and not text.isspace():
            self.depth = self.low
        self.pieces.append(text)

    def line_break(self) -> None:
        """Two breaks in a row end a paragraph."""
        if self.break_at >= 0 and not "".join(self.pieces[self.break_at :]).strip():
            self.flush()
        elif self.pieces:
            self.pieces.append(_BREAK)
            self.break_at = len(self.pieces)

    def cell(self) -> None:
        if sum(map(len, self.pieces)) > _LONG_CELL:
            self.flush()

    # -------------------------------------------------------------------------------------------- links

    def open_link(self, element: HtmlElement) -> None:
        self.close_link()
        self.href, self.link_from = element.get("href"), len(self.pieces)

    def close_link(self) -> None:
        if self.href is not None:
            self.links.append((self.href, "".join(self.pieces[self.link_from :])))
        self.href = None

    def resolve(self, href: str) -> str | None:
        if _ABSOLUTE.fullmatch(href):
            return href
        if self.origin_address and _ROOTED.fullmatch(href):
            return self.origin_address + href
        if href not in self.addresses:
            self.addresses[href] = self.document.resolve(href)
        return self.addresses[href]

    def resolved(self, links: Iterable[tuple[str, str]]) -> tuple[Link, ...]:
        found = ((self.resolve(href), text) for href, text in links if text)
        return tuple(Link(url=url, text=text.replace("\n", " ")) for url, text in found if url is not None)

    # -------------------------------------------------------------------------------------------- blocks

    def flush(self) -> None:
        """Ends the current run of text. A link that is open goes on in the next block."""
        if not self.pieces:
            return
        origin, href = self.origin, self.href
        if origin is not None:
            self.close_link()
            for _ in range(self.origin_depth - self.depth):
                origin = origin.parent or origin
            self.emit(origin)
            self.links, self.origin = [], None
        self.pieces.clear()
        self.break_at, self.href, self.link_from = -1, href, 0

    def emit(self, frame: _Frame) -> None:
        """Makes a block of the buffer."""
        place, raw = _place_of(frame), "".join(self.pieces)
        tag = place.tag or "p"
        text, tag = _table_row(raw, tag) if _CELL in raw else (_text(raw, tag), tag)
        if not text:
            return
        shown = [(href, tidy(part.replace(_CELL, " "))) for href, part in self.links[:_MAX_LINKS]] if self.links else []
        rule = frame.rule or ("hidden" if place.hidden else "")
        block = Block(
            tag=tag,
            text=text,
            links=self.resolved(shown) if shown else (),
            link_chars=min(len(text), sum(len(part) for _, part in shown)),
            path=place.path,
            level=place.level,
            group=place.list or place.group,
            within=place.within,
            keep=not rule or rule == IN_BODY,
            rule=rule,
        )
        self.blocks.append(block)


def _text(raw: str, tag: BlockTag) -> str:
    """The text of a buffer; preformatted text keeps its lines."""
    return tidy(raw.replace("\n", _BREAK)) if tag == "pre" else tidy(raw)


def _table_row(raw: str, tag: BlockTag) -> tuple[str, BlockTag]:
    """Cells joined by ` | `. One filled cell is no row but a paragraph."""
    cells = [cell for cell in map(tidy, raw.split(_CELL)) if cell]
    if len(cells) < 2:
        return "".join(cells), tag
    return " | ".join(cell.replace("\n", " ") for cell in cells), "row"


IN_BODY: Final = "site:body"
OUT_OF_BODY: Final = "site:outside"
REMOVED: Final = "site:remove"
FROM_DATA: Final = "json-ld"
FROM_STATE: Final = "script-data"

_SHELL: Final = 400  # characters of visible text, menus included, up to which a page is a shell that scripts fill


@cache
def _selector(css: str) -> CSSSelector | None:
    """A compiled selector, or None for one that is not valid (the source list checks them when it is read)."""
    try:
        return CSSSelector(css, translator="html")
    except (SelectorError, ValueError):
        return None


def _matches(document: Document, selectors: Iterable[str]) -> list[HtmlElement]:
    compiled = (_selector(css) for css in selectors)
    found = (selector(document.root) for selector in compiled if selector)
    return [
        element
        for elements in found
        if isinstance(elements, list)
        for element in elements
        if isinstance(element, HtmlElement)
    ]


def _marks(document: Document, rules: SiteRules | None) -> dict[HtmlElement, str]:
    """Which elements a person's rules for the site name as the body, or as never text."""
    if rules is None:
        return {}
    marks = dict.fromkeys(_matches(document, rules.body), IN_BODY)
    if marks:
        marks = {document.root: OUT_OF_BODY, **marks}
    return marks | dict.fromkeys(_matches(document, rules.remove), REMOVED)


def read_blocks(document: Document, *, rules: SiteRules | None = None) -> tuple[Block, ...]:
    """The page's text as blocks in reading order, with their links, ancestors and containers.

    Scripts, form fields and the like are left out. What is not shown comes with `keep=False` and the rule `hidden`;
    what a site's own rules exclude with `site:outside` or `site:remove`. Single line breaks stay inside a block as
    newlines; two in a row end it. Where the page shows no text, that of its data stands in, with the rule `json-ld` or
    `script-data`. Never raises; time and memory grow with the size of the page, not its depth.
    """
    blocks = _Reader(document, _marks(document, rules)).read()
    return blocks + _from_data(document, blocks)


def _from_data(document: Document, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The text of the page's data, where the page itself has none: a shell that scripts fill."""
    shown = sum(len(block.text) - block.link_chars for block in blocks if block.rule != "hidden")
    return data_blocks(document) if shown <= _SHELL else ()


def data_blocks(document: Document) -> tuple[Block, ...]:
    """The text of the structured data as blocks, else that of the page's script data. Empty where these have none."""
    for rule, paragraphs in ((FROM_DATA, body_paragraphs), (FROM_STATE, state_paragraphs)):
        texts = [text for paragraph in paragraphs(document) if (text := tidy(paragraph))]
        if texts:
            return tuple(Block(tag="p", text=text, path=("script", rule), rule=rule) for text in texts)
    return _template_blocks(document)


_TEMPLATE: Final = XPath(
    "//body//noscript | //body//script[contains(@type, 'template')] | //body//template", smart_strings=False
)
_TEMPLATE_WORDS: Final = 80  # fewer are a hint to switch scripts on, or a picture for those without


def _template_blocks(document: Document) -> tuple[Block, ...]:
    """The blocks of the longest piece of HTML that a script unpacks, or that is for readers without scripts."""
    nodes = cast("list[HtmlElement]", _TEMPLATE(document.root))[:50]
    longest = max((_inner_html(node) for node in nodes), key=len, default="")
    if len(longest) < 4 * _TEMPLATE_WORDS:
        return ()
    blocks = _Reader(parse_document(longest, url=document.url), {}).read()
    return blocks if sum(count_words(block.text) for block in blocks) >= _TEMPLATE_WORDS else ()


def _inner_html(node: HtmlElement) -> str:
    if node.tag == "script":
        return node.text or ""
    return (node.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in node)
