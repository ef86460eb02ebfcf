"""Section and tags of an article. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document, JsonNode, text_of, types_of
from aggregator.models import Hint

from .markup import element_text
from .names import compact
from .title import clean_line

MAX_TAGS: Final = 40
MAX_LABEL: Final = 80  # characters
_LIST: Final = re.compile(r"\s*[,;、，؛|]\s*")
_TAG_METAS: Final = (
    "article:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "og:article:tag",
    "keywords",
    "video:tag",
)
_SECTION_METAS: Final = (
    "article:section",
    "parsely-section",
    "section",
    "og:article:section",
    "dc.subject",
    "category",
)
_TAG_LINKS: Final = etree.XPath("//a[contains(@rel, 'tag')]")


def read_section(
    document: Document, *, nodes: tuple[JsonNode, ...], title: str | None, site_names: frozenset[str]
) -> tuple[str, str] | None:
    """(section, origin): JSON-LD articleSection, meta tags, then the last step but the article's own of the breadcrumbs."""
    barred = site_names | {compact(title or ""), ""}
    for origin, raw in _sections(document, nodes):
        value = clean_line(raw)
        if (
            len(value) <= MAX_LABEL
            and compact(value) not in barred
            and value.casefold() not in _empty()
            and "://" not in value
        ):
            return value, origin
    return None


def read_tags(
    document: Document, *, nodes: tuple[JsonNode, ...], site_names: frozenset[str], hints: tuple[Hint, ...] = ()
) -> tuple[str, ...]:
    """Tags without doubles, in the order found, at most 40."""
    seen: dict[str, str] = {}
    for raw in _tags(document, nodes, hints):
        value = clean_line(raw).strip("#\"' ")
        key = value.casefold()
        if (
            1 < len(value) <= MAX_LABEL
            and compact(value) not in site_names
            and key not in _empty()
            and len(seen) < MAX_TAGS
        ):
            seen.setdefault(key, value)
    return tuple(seen.values())


# ------------------------------------------------------------------------------------------------ section


def _sections(document: Document, nodes: tuple[JsonNode, ...]) -> Iterator[tuple[str, str]]:
    for node in nodes[:2]:
        for value in _texts(node.get("articleSection")):
            yield "json-ld:articleSection", value
    for name in _SECTION_METAS:
        if text := document.meta(name):
            yield f"meta:{name}", text
    for node in document.json_ld:
        if "BreadcrumbList" in types_of(node):
            for value in reversed(_crumbs(node)):
                yield "json-ld:BreadcrumbList", value


def _crumbs(node: JsonNode) -> list[str]:
    """The names of a breadcrumb trail, without its end if that is longer than a section's name."""
    items = node.get("itemListElement")
    names = []
    for item in (items if isinstance(items, list) else [])[:12]:
        if isinstance(item, Mapping):
            name = text_of(item.get("name")) or text_of(item.get("item"))
            if name and len(name) <= 40 and "://" not in name:
                names.append(name)
    return names


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for item in values[:60] if (text := text_of(item))]


# ------------------------------------------------------------------------------------------------ tags


def _tags(document: Document, nodes: tuple[JsonNode, ...], hints: tuple[Hint, ...]) -> Iterator[str]:
    for node in nodes[:2]:
        yield from _split(_texts(node.get("keywords")))
        yield from _names(node.get("about"))
    for name in _TAG_METAS:
        yield from _split(meta.content for meta in document.metas if meta.name == name)
    links = _TAG_LINKS(document.root)
    for element in links[:MAX_TAGS] if isinstance(links, list) else []:
        if isinstance(element, HtmlElement) and "tag" in (element.get("rel") or "").lower().split():
            yield element_text(element, MAX_LABEL + 1)
    for hint in hints:
        yield from hint.tags


def _names(value: object) -> Iterator[str]:
    for item in (value if isinstance(value, list) else [value])[:40]:
        if isinstance(item, Mapping) and (name := text_of(item.get("name"))):
            yield name


def _split(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        # parsely and cxense prefix their own keys: "type: article"
        yield from (part for part in _LIST.split(value[:3_000]) if ":" not in part)


@cache
def _empty() -> frozenset[str]:
    return frozenset(load_table("metadata.toml")["section"]["empty"])
