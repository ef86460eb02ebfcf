"""One XML element of a feed or sitemap as named fields, whatever namespaces and prefixes its publisher used."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from lxml import etree

XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

# A namespace by the last telling part of its address; the first match counts. Everything else is the format's own.
_FOREIGN: Final = (
    ("purl.org/dc/terms", "dcterms:"),
    ("purl.org/dc/", "dc:"),
    ("search.yahoo.com/mrss", "media:"),
    ("rss/1.0/modules/content", "content:"),
    ("rss/1.0/modules/syndication", "sy:"),
    ("feedburner/ext", "feedburner:"),
    ("itunes.com/dtds", "itunes:"),
    ("sitemap-news", "news:"),
    ("sitemap-image", "image:"),
    ("sitemap-video", "video:"),
)
_OWN: Final = (
    "www.w3.org/2005/atom",
    "purl.org/atom/ns",
    "purl.org/rss/1.0/",
    "purl.org/net/rss",
    "netscape.com/rdf",
    "backend.userland.com",
    "blogs.law.harvard.edu",
    "cyber.law.harvard.edu",
    "/schemas/sitemap/",
    "/schemas/sitemap",
    "22-rdf-syntax-ns",
)


@lru_cache(maxsize=1024)  # the same few tags come again and again
def field_name(tag: object, *, own: str = "") -> str:
    """Lower-case name with a well-known prefix (`dc:creator`), without one for the format's own fields (`title`).

    `own` is the namespace of the parent: publishers invent one for the whole document. A prefix that was never declared is
    kept as written.
    """
    namespace, local = split_tag(tag)
    if not namespace:
        return local.removeprefix("atom:").removeprefix("rss:")
    prefix = _prefix(namespace)
    return local if prefix == "other:" and namespace == own else prefix + local


def split_tag(tag: object) -> tuple[str, str]:
    """Namespace and name of an element's tag, both in lower case."""
    namespace, _, local = str(tag).lower().rpartition("}")
    return namespace.removeprefix("{"), local


def _prefix(namespace: str) -> str:
    for part, prefix in _FOREIGN:
        if part in namespace:
            return prefix
    return "" if any(part in namespace for part in _OWN) else "other:"


class Fields:
    """The children of one element by field name, in document order. Names are those of `field_name`."""

    __slots__ = ("_children", "element")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self._children: dict[str, list[etree._Element]] = {}
        own = split_tag(element.tag)[0]
        for child in element:
            self._children.setdefault(field_name(child.tag, own=own), []).append(child)

    def all(self, *names: str) -> Iterator[etree._Element]:
        """Elements of these names: all of the first name, then of the second ..."""
        for name in names:
            yield from self._children.get(name, ())

    def texts(self, *names: str) -> Iterator[str]:
        """Their texts, without those that are empty."""
        return (text for text in map(inner_text, self.all(*names)) if text)

    def text(self, *names: str) -> str | None:
        """The first text that is not empty."""
        return next(self.texts(*names), None)


def inner_text(element: etree._Element) -> str:
    """All text inside an element, trimmed."""
    return "".join(element.itertext()).strip()  # type: ignore[arg-type]


def unique(values: Iterable[str | None], *, limit: int) -> tuple[str, ...]:
    """The different values that are not empty, in order, at most `limit`."""
    return tuple(dict.fromkeys(value for value in values if value))[:limit]
