"""Section, tags and image of an article. Pure."""

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


def read_image(
    document: Document, *, nodes: tuple[JsonNode, ...], hints: tuple[Hint, ...] = ()
) -> tuple[str | None, str | None]:
    """(address, caption) of the article's lead image; the address is absolute http or https."""
    for raw, caption in _images(document, nodes, hints):
        address = document.resolve(raw)
        if address and "/placeholder" not in address.lower():
            text = clean_line(caption) if caption else ""
            return address, (text[:500] or _figure_caption(document, address))
    return None, None


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


# ------------------------------------------------------------------------------------------------ image


def _images(
    document: Document, nodes: tuple[JsonNode, ...], hints: tuple[Hint, ...]
) -> Iterator[tuple[str, str | None]]:
    for name in ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"):
        if text := document.meta(name):
            yield text, _json_caption(nodes) or document.meta("og:image:alt", "twitter:image:alt")
    for node in nodes[:2]:
        for value in _flat(node.get("image")):
            yield from _json_image(value)
    for link in document.root.iter("link"):
        if (link.get("rel") or "").lower() == "image_src" and link.get("href"):
            yield link.get("href") or "", None
    for hint in hints:
        if hint.image:
            yield hint.image, None


def _flat(value: object) -> list[object]:
    return list(value[:10]) if isinstance(value, list) else [value]


def _json_image(value: object) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, str):
        yield value, None
    elif isinstance(value, Mapping):
        address = value.get("url") or value.get("contentUrl") or value.get("@id")
        if isinstance(address, str):
            yield address, text_of(value.get("caption")) or text_of(value.get("description"))


def _json_caption(nodes: tuple[JsonNode, ...]) -> str | None:
    captions = (
        text_of(value.get("caption"))
        for node in nodes[:1]
        for value in _flat(node.get("image"))
        if isinstance(value, Mapping)
    )
    return next((caption for caption in captions if caption), None)


def _figure_caption(document: Document, address: str) -> str | None:
    """The caption printed below the same file."""
    name = address.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]
    for figure in document.root.iter("figure"):
        caption = next(figure.iter("figcaption"), None)
        if (
            caption is not None
            and len(name) > 6
            and any(name in (image.get("src") or "") for image in figure.iter("img"))
        ):
            return clean_line(element_text(caption, 500)) or None
    return None


@cache
def _empty() -> frozenset[str]:
    return frozenset(load_table("metadata.toml")["section"]["empty"])
