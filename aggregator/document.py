"""One page, parsed once: the tree, its meta tags and its JSON-LD, for every room that reads it.

Pure. Nothing here raises on any input; sizes and depths are bounded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from json import JSONDecodeError, JSONDecoder
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from .encoding import decode

JsonNode = Mapping[str, object]
"""One JSON-LD object."""

MAX_INPUT: Final = 10_000_000  # bytes or characters of a page that are read; the same bound as for a fetched body
MAX_SCRIPT: Final = 2_000_000  # characters of one JSON-LD script
MAX_NODES: Final = 2_000  # JSON-LD objects of one page
MAX_ATTRIBUTES: Final = 10_000  # of one tag; they take 0.1 s, ten times as many 12 s
MAX_ADDRESS: Final = 8_000  # characters; longer ones are traps or inline data

# Article types of schema.org, best first. VideoObject counts only where nothing else claims to be the page's article.
_ARTICLE_TYPES: Final[Mapping[str, int]] = {
    name: rank
    for rank, names in enumerate(
        (
            ("NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle",
             "BackgroundNewsArticle", "AskPublicNewsArticle", "LiveBlogPosting"),
            ("Article", "BlogPosting", "AdvertiserContentArticle", "SatiricalArticle", "ScholarlyArticle", "TechArticle",
             "SocialMediaPosting", "Report"),
            ("Review", "CriticReview", "Recipe", "HowTo", "ImageGallery", "MediaGallery", "PodcastEpisode"),
            ("CreativeWork",),
            ("VideoObject",),
        )
    )
    for name in names
}  # fmt: skip

# lxml.html's own parser asks Python for the class of each element whenever it is looked at; this lookup is in C.
_ELEMENTS: Final = etree.ElementDefaultClassLookup(element=HtmlElement)
_CONTROLS: Final = bytes([*range(9), 11, 12, *range(14, 32), 127])
_C1: Final = re.compile(b"\xc2[\x80-\x9f]")  # in UTF-8
_CROWDED: Final = re.compile(
    rb"<([a-zA-Z][a-zA-Z0-9-]{0,30})[\s/][^<>]{20000,}>"
)  # each attribute has two characters at least
# HTML says that these numbers mean the characters of windows-1252 (WHATWG HTML, numeric character reference end state).
_C1_REFERENCE: Final = re.compile(rb"&#(?:0{0,4}(1[2-5][0-9])(?![0-9])|[xX]0{0,4}([89][0-9a-fA-F])(?![0-9a-fA-F]));?")
_WRAPPER: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")
_SPACE: Final = re.compile(r"\s+")
_DECODER: Final = JSONDecoder(strict=False)  # raw line breaks inside strings are the commonest fault and harmless


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """One meta tag. `name` is its name, property, itemprop or http-equiv, lower-cased."""

    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """One page, parsed once. Readers must not change the tree."""

    url: str | None  # final address of the page
    base: str | None  # base for relative links (`<base href>` where it is http or https)
    root: HtmlElement  # <html>; holds no comments and no processing instructions
    json_ld: tuple[JsonNode, ...]  # every object with an @type; top-level lists and @graph are flattened
    metas: tuple[Meta, ...]  # in document order
    encoding: str  # that decoded it

    def meta(self, *names: str) -> str | None:
        """The content of the first of these names (lower-case) that is present and not empty."""
        for name in names:
            for meta in self.metas:
                if meta.name == name and meta.content:
                    return meta.content
        return None

    def resolve(self, href: str) -> str | None:
        """The absolute http or https address that a link leads to, None for anything else."""
        return _resolve(self.base, href)


def parse_document(html: bytes | str, *, url: str | None = None, content_type: str | None = None) -> Document:
    """Parse a page. Never raises.

    `content_type` is the HTTP header's value. Input beyond 10 MB is not read. An empty input gives an empty <html> root.
    """
    text, encoding = _text(html, content_type)
    root = _parse(_clean(text))
    return Document(
        url=url,
        base=_base(root, url),
        root=root,
        json_ld=tuple(_json_ld(root)),
        metas=tuple(_metas(root)),
        encoding=encoding,
    )


def types_of(node: JsonNode) -> frozenset[str]:
    """The @type names of a node, without the schema.org prefix."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(
        name.rstrip("/").rsplit("/", 1)[-1].removeprefix("schema:") for name in names if isinstance(name, str)
    )


def text_of(value: object) -> str | None:
    """A JSON-LD value as one line of text: a string, `{"@value"}`, `{"name"}`, the first of a list. None where there is none."""
    for _ in range(6):  # deeper nesting has no use and no end
        if isinstance(value, list):
            value = next((item for item in value if item), None)
        elif isinstance(value, Mapping):
            value = value.get("@value") or value.get("name") or value.get("headline") or value.get("@list")
        else:
            break
    return _line(value) if isinstance(value, str) else None


def main_nodes(document: Document) -> tuple[JsonNode, ...]:
    """The nodes that are the page's own article, best first; not those of related items or comments.

    One object of an article type is the page's own. Of several, those whose address is the page's or whose headline is the
    page's title win; of several that agree with nothing, the first and its like-named twins.
    """
    ranked = sorted(
        ((rank, node) for node in _with_main_entities(document.json_ld) if (rank := _rank(node)) is not None),
        key=lambda pair: pair[0],
    )
    nodes = [node for _, node in ranked]
    if len(nodes) < 2:
        return tuple(nodes)
    agreeing = [node for node in nodes if _agrees(node, document)]
    return tuple(agreeing or _twins(nodes))


# ------------------------------------------------------------------------------------------------ text and tree


def _text(html: bytes | str, content_type: str | None) -> tuple[str, str]:
    if isinstance(html, str):
        return html[:MAX_INPUT], "utf-8"
    decoded = decode(html[:MAX_INPUT], content_type=content_type)
    return decoded.text, decoded.encoding


def _clean(text: str) -> bytes:
    """UTF-8 without control characters; C1 controls become the windows-1252 characters that their writers meant."""
    data = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for nothing in (b"\xef\xbf\xbe", b"\xef\xbf\xbf"):  # U+FFFE and U+FFFF are no characters
        data = data.replace(nothing, b"")
    data = _without_crowds(data)
    data = _C1.sub(lambda match: _windows_1252(match[0][1]), data)
    return _C1_REFERENCE.sub(_reference, data)


def _without_crowds(data: bytes) -> bytes:
    """Without the attributes of tags that have thousands: libxml2 compares each with each, which takes minutes."""
    if data.count(b"=") < MAX_ATTRIBUTES:
        return data
    return _CROWDED.sub(lambda tag: tag[0] if tag[0].count(b"=") < MAX_ATTRIBUTES else b"<%b>" % tag[1], data)


def _windows_1252(code: int) -> bytes:
    return bytes((code,)).decode("windows-1252", "ignore").encode()


def _reference(match: re.Match[bytes]) -> bytes:
    code = int(match[1]) if match[1] else int(match[2], 16)
    return _windows_1252(code) if 0x80 <= code <= 0x9F else match[0]


def _parse(data: bytes) -> HtmlElement:
    root, whole = _tree(data)
    root = root if whole else _tree(_RUN.sub(rb"\1", data))[0]
    if _READING.search(data):
        etree.strip_elements(root, "rt", "rp", "rtc", with_tail=False)
    if _QUOTE.search(data):
        for element in root.iter("q"):
            _quote(element)
    return root


_QUOTE: Final = re.compile(rb"<q[ >]", re.IGNORECASE)
_MARKS: Final = ('"', "'", "“", "„", "‘", "«", "‹", "「", "『", "»")


def _quote(element: HtmlElement) -> None:
    """Write the marks that browsers put around a `<q>` (WHATWG HTML, rendering of quotes), unless the site wrote its own."""
    if element.text_content().lstrip().startswith(_MARKS):
        return
    element.text = f"“{element.text or ''}"
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}”"
    else:
        element.text += "”"


_READING: Final = re.compile(rb"<r[tp][c >]", re.IGNORECASE)
"""How characters are read, in small letters above them (HTML, ruby): inside a text they would double each word."""


_RUN: Final = re.compile(rb"(<([a-zA-Z][a-zA-Z0-9]{0,10})(?:\s[^<>]{0,200})?>)(?:\s*<\2(?:\s[^<>]{0,200})?>){100,}")
"""The same element opened inside itself again and again. Past 2,048 levels libxml2 stops; browsers go on with fewer."""


def _tree(data: bytes) -> tuple[HtmlElement, bool]:
    """The tree, and whether it goes to the end of the page."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ELEMENTS)
    # The parser makes no root at all of a page that holds no element and no text.
    root = etree.fromstring(data if data.strip() else b"<html>", parser)
    error = parser.error_log.last_error
    whole = error is None or error.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT
    return root if isinstance(root, HtmlElement) else etree.fromstring(b"<html>", parser), whole


def _base(root: HtmlElement, url: str | None) -> str | None:
    element = next(root.iter("base"), None)
    href = element.get("href") if element is not None else None
    return (_resolve(url, href) if href else None) or url


def _resolve(base: str | None, href: str) -> str | None:
    href = "".join(href.split()) if len(href) <= MAX_ADDRESS else ""
    try:
        address = urljoin(base, href) if base else href
        parts = urlsplit(address)
        usable = bool(href) and parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return address if usable else None


def _metas(root: HtmlElement) -> Iterator[Meta]:
    for element in root.iter("meta"):
        content = element.get("content", element.get("value"))
        if content is None:
            continue
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            # RDFa lets one property attribute hold several names.
            for name in (element.get(attribute) or "").lower().split():
                yield Meta(name=name, content=content.strip())


# ------------------------------------------------------------------------------------------------ JSON-LD


def _json_ld(root: HtmlElement) -> Iterator[JsonNode]:
    count = 0
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for value in _load(script.text or ""):
            for node in _flatten(value):
                yield node
                count += 1
                if count >= MAX_NODES:
                    return


def _load(text: str) -> list[object]:
    """The JSON values of a script; repaired where one reading is possible, else those before the fault."""
    if len(text) > MAX_SCRIPT:
        return []
    best: list[object] = []
    for candidate in _candidates(text):
        values, whole = _values(candidate)
        if whole:
            return values
        best = max(best, values, key=len)
    return best


def _candidates(text: str) -> Iterator[str]:
    """The text as it is, then with ever more of the usual faults mended."""
    yield text
    text = _WRAPPER.sub("", text).strip().rstrip(";")
    yield text
    text = _TRAILING_COMMA.sub(r"\1", text)
    yield text
    if "&quot;" in text or "&#34;" in text:
        yield unescape(text)
    yield text.replace("\\'", "'")


def _values(text: str) -> tuple[list[object], bool]:
    """The JSON values that stand one after the other in a text, and whether that was all of it."""
    values: list[object] = []
    at = 0
    try:
        while (start := _start(text, at)) < len(text):
            value, at = _DECODER.raw_decode(text, start)
            values.append(value)
    except (JSONDecodeError, RecursionError, ValueError):
        return values, False
    return values, True


def _start(text: str, at: int) -> int:
    while at < len(text) and (text[at].isspace() or text[at] in ",;"):
        at += 1
    return at


def _flatten(value: object) -> Iterator[JsonNode]:
    """The objects with an @type, in order; lists and @graph are opened, nothing else."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            if "@type" in item:
                yield item
            if isinstance(graph := item.get("@graph"), list | dict):
                stack.append(graph)


def _line(text: str) -> str | None:
    return _SPACE.sub(" ", unescape(text) if "&" in text else text).strip() or None


def _rank(node: JsonNode) -> int | None:
    return min((_ARTICLE_TYPES[name] for name in types_of(node) if name in _ARTICLE_TYPES), default=None)


def _with_main_entities(nodes: tuple[JsonNode, ...]) -> Iterator[JsonNode]:
    """The nodes, each followed by the typed `mainEntity` that a page node wraps."""
    for node in nodes:
        yield node
        entity = node.get("mainEntity")
        if isinstance(entity, dict) and "@type" in entity:
            yield entity


def _agrees(node: JsonNode, document: Document) -> bool:
    title = _key(text_of(node.get("headline") or node.get("name")))
    return bool(_addresses(node) & _page_addresses(document)) or (len(title) > 5 and title in _page_titles(document))


def _addresses(node: JsonNode) -> set[str]:
    values = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    values += [value.get(key) for value in values if isinstance(value, dict) for key in ("@id", "url")]
    return {path for value in values if isinstance(value, str) and (path := _path(value))}


def _page_addresses(document: Document) -> set[str]:
    links = (link.get("href") for link in document.root.iter("link") if (link.get("rel") or "").lower() == "canonical")
    values = (document.url, document.meta("og:url"), *links)
    return {path for value in values if value and (path := _path(value))}


def _path(address: str) -> str:
    """What two spellings of an article's address share; empty for a home page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{path}?{parts.query}" if path and "=" in parts.query and path.rsplit("/", 1)[-1].count("-") < 2 else path


def _page_titles(document: Document) -> set[str]:
    element = next(document.root.iter("h1"), None)
    heading = "".join(element.itertext()) if element is not None else None
    title = document.root.findtext(".//title")
    return {_key(value) for value in (document.meta("og:title"), document.meta("twitter:title"), heading, title)}


def _key(text: str | None) -> str:
    return _SPACE.sub(" ", unescape(text or "")).strip().casefold()


def _twins(nodes: list[JsonNode]) -> list[JsonNode]:
    first = _key(text_of(nodes[0].get("headline") or nodes[0].get("name")))
    return [node for node in nodes if _key(text_of(node.get("headline") or node.get("name"))) == first]
