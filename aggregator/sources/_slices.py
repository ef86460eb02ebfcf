"""Cut a feed or sitemap into its items as text, before any parser sees it.

Each item is then parsed by itself: one bad item costs only itself, no more than the wanted number is parsed, and document type
declarations never reach a parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ._fields import split_tag
from .listing import parse_fragment, repair_xml

MAX_ITEM: Final = 1024 * 1024  # characters of one item; the rest of it is not parsed
HEAD: Final = 100_000  # how far the root element may be from the start

_ATTRIBUTE: Final = re.compile(r"""[A-Za-z_][\w:.-]{0,80}\s{0,9}=\s{0,9}(?:"[^"<]*"|'[^'<]*')""")
_HIDDEN: Final = {"<![CDATA[": "]]>", "<!--": "-->"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """Where the items stand: (begin, end) of each, where the text before the first one ends, and what is wrong."""

    items: tuple[tuple[int, int], ...]
    head_end: int
    warning: str | None = None


def item_pattern(*names: str) -> re.Pattern[str]:
    """A pattern for `slice_items`: tags of items of these names with any prefix, and what may hide such a tag."""
    return re.compile(
        rf"<!\[CDATA\[|<!--|<(/?)(?:[A-Za-z][\w.-]{{0,40}}:)?(?:{'|'.join(names)})(?=[\s/>])", re.IGNORECASE | re.ASCII
    )


def slice_items(text: str, pattern: re.Pattern[str], *, start: int, limit: int) -> Slices:
    """Find the items from `start` on, at most `limit`. An item that is never closed ends where the next one begins."""
    items: list[tuple[int, int]] = []
    head_end, begin = len(text), -1
    for at, end, closes in _marks(text, pattern, start):
        if begin < 0 and not closes:
            head_end = min(head_end, at)
        if begin >= 0:
            items.append((begin, end if closes else at))
        begin = -1 if closes else at
        if len(items) >= limit:
            warning = f"only the first {limit:,} entries were read" if pattern.search(text, end) else None
            return Slices(items=tuple(items), head_end=head_end, warning=warning)
    return Slices(items=tuple(items), head_end=head_end, warning=_how_it_ends(text, items, begin))


def _how_it_ends(text: str, items: list[tuple[int, int]], begin: int) -> str | None:
    if begin >= 0:
        return "it breaks off in the middle of an entry"
    if items and text.find("</", items[-1][1]) < 0:
        return "it breaks off after an entry"
    return None


def _marks(text: str, pattern: re.Pattern[str], position: int) -> Iterator[tuple[int, int, bool]]:
    """Places where an item begins or ends: (start of the tag, end of the tag, whether it ends one).

    What is hidden and never ends hides the rest of the text.
    """
    while match := pattern.search(text, position):
        hides = _HIDDEN.get(match[0].upper())
        found = text.find(hides or ">", match.end())
        if found < 0:
            return
        position = found + len(hides or ">")
        if hides is None:
            yield match.start(), position, match[1] == "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The root element's own tags: every item is parsed between them, so that prefixes keep their meaning."""

    opening: str
    closing: str

    @classmethod
    def of(cls, root: re.Match[str]) -> "Frame":
        """From a match of the root's start tag with the tag's name as first group; attributes without quotes are left out."""
        attributes = "".join(f" {match[0]}" for match in _ATTRIBUTE.finditer(root[0]))
        return cls(opening=f"<{root[1]}{attributes}>", closing=f"</{root[1]}>")

    def parse(self, text: str) -> etree._Element | None:
        """The root element with this text as content."""
        return parse_fragment(repair_xml(self.opening + text + self.closing))

    def item(self, text: str) -> etree._Element | None:
        """The first element inside."""
        root = self.parse(text[:MAX_ITEM])
        return None if root is None else next(iter(root), None)


def local_name(element: etree._Element) -> str:
    """Name of an element in lower case, without namespace and prefix."""
    return split_tag(element.tag)[1].rpartition(":")[2]
