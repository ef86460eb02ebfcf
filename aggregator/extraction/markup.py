"""Small questions about elements that the readers of metadata share. Pure; no recursion."""

import re
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document

_SPACE: Final = re.compile(r"\s+")
_TOKEN: Final = re.compile(r"[^\s]+")
_OUTSIDE_TAGS: Final = frozenset({"nav", "footer", "aside"})
_FORM: Final = re.compile(r"|(?:amp|print|all|page/?\d{1,3}|\d{1,3})/?(?:\?.*)?", re.DOTALL)
"""What stands behind an article's address in that of another form or part of it; nothing is the article itself."""
_TEXT: Final = etree.XPath(
    "descendant::text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::svg"
    " or ancestor::template or ancestor::button)] | descendant::br | descendant::p | descendant::div | descendant::li"
)
_CLIMB: Final = 40  # ancestors that are looked at


def element_text(element: HtmlElement, limit: int = 2_000) -> str:
    """The visible text of an element on one line, cut at `limit` characters; without scripts and buttons, blocks apart."""
    found = _TEXT(element)
    pieces = found[:400] if isinstance(found, list) else []
    text = "".join(piece if isinstance(piece, str) else " " for piece in pieces)
    return _SPACE.sub(" ", text[: limit * 2]).strip()[:limit]


def piece_text(element: HtmlElement, limit: int) -> str:
    """As `element_text`, with a bar between the texts of different elements, so that neighbours do not run together."""
    found = _TEXT(element)
    pieces = [piece for piece in found[:60] if isinstance(piece, str)] if isinstance(found, list) else []
    return " | ".join(text for piece in pieces if (text := _SPACE.sub(" ", piece).strip()))[:limit]


def class_tokens(element: HtmlElement) -> list[str]:
    """The class names of an element, lower-cased."""
    return _TOKEN.findall((element.get("class") or "").lower())


def is_outside(element: HtmlElement) -> bool:
    """Whether an element stands in navigation, a footer, or a box of other stories or comments."""
    outside = _outside()
    for depth, ancestor in enumerate(element.iterancestors()):
        if depth > _CLIMB or ancestor.tag in {"body", "article", "main"}:
            return False
        if ancestor.tag in _OUTSIDE_TAGS or not outside.isdisjoint(class_tokens(ancestor)):
            return True
    return False


def leads_home(element: HtmlElement, document: Document) -> bool:
    """Whether an element holds or is inside a link to a home page, as a logo does: the site's, or a blog's that is a folder of it."""
    links = [*element.iter("a")][:3]
    parent = element.getparent()
    if parent is not None and parent.tag == "a":
        links.append(parent)
    return any(_is_home(document.resolve(link.get("href") or "") or "", document.url or "") for link in links)


def _is_home(address: str, page: str) -> bool:
    if not address or "?" in address:
        return False
    if urlsplit(address).path.strip("/") in {"", "index.html", "index.php", "home"}:
        return True
    folder = address.rstrip("/") + "/"
    return page.startswith(folder) and not _FORM.fullmatch(page, len(folder))


@cache
def _outside() -> frozenset[str]:
    return frozenset(load_table("metadata.toml")["markup"]["outside"])
