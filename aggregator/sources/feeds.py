"""Feeds: RSS 0.9 to 2.0, RDF, Atom and JSON Feed, read item by item so that one bad item costs only itself.

The text is cut into items first and each item is parsed by itself with lxml in recovery mode. That bounds time and memory
(no item can reach another, at most 1,000 items are parsed), keeps document type declarations with their entities away from
every parser, and leaves links as the publisher wrote them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from aggregator.models import Hint, Reason

from ._fields import XML_BASE, XML_LANG, Fields, field_name, inner_text, unique
from ._slices import HEAD, MAX_ITEM, Frame, item_pattern, local_name, slice_items
from .listing import Listing, absolute, decode_xml, plain_text, unpack

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ENTRIES: Final = 1000
_TTL_RANGE: Final = (60, 7 * 86400)  # an interval outside is taken to the nearer end
_PERIODS: Final = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}

_ROOT: Final = re.compile(
    r"<((?:[A-Za-z][\w.-]{0,40}:)?(?:rss|feed|rdf|channel))(?=[\s/>])[^<>]{0,8000}>", re.IGNORECASE
)
_HTML: Final = re.compile(r"<(?:!doctype\s{1,20}html|html|head|body)\b", re.IGNORECASE)
_ITEM: Final = item_pattern("item", "entry")
_IMAGE_LINKS: Final = {
    "media:thumbnail": "url",
    "media:content": "url",
    "enclosure": "url",
    "link": "href",
    "itunes:image": "href",
}
_MAIL_NAME: Final = re.compile(
    r"^\S{1,200}@\S{1,200}\s{0,20}\((.{1,200})\)$"
)  # RSS 2.0: `jane@paper.example (Jane Doe)`


def read_feed(body: bytes, *, url: str, content_type: str | None = None) -> Listing:
    """Read a feed that was fetched from `url`; never raises.

    Bounds: 10 MB after unpacking, 1,000 entries. Dates stay as written. Entries that share a guid stay apart. Only an answer
    that is no feed at all, or lists nothing, is a problem; everything that was mended is a warning.
    """
    unpacked = unpack(body, limit=MAX_BYTES)
    text = decode_xml(unpacked.data, content_type).strip("\ufeff \t\r\n\0")
    warnings = (unpacked.warning,) if unpacked.warning else ()
    if not text:
        return Listing(kind="feed", problem=Reason.EMPTY_BODY, warnings=warnings)
    if text.startswith("{"):
        return _read_json(text, url=url, warnings=warnings)
    root = _ROOT.search(text, 0, HEAD)
    page = _HTML.search(text, 0, root.start() if root else HEAD)
    if page:
        return Listing(kind="feed", problem=Reason.HTML_INSTEAD_OF_FEED, warnings=warnings)
    if root is None:
        return Listing(
            kind="feed", problem=Reason.NOT_A_FEED, detail=f"it begins with {text[:40]!r}", warnings=warnings
        )
    return _read_xml(text, root, url=url, warnings=warnings)


# ------------------------------------------------------------------------------------------------ XML


def _read_xml(text: str, root: re.Match[str], *, url: str, warnings: tuple[str, ...]) -> Listing:
    slices = slice_items(text, _ITEM, start=root.end(), limit=MAX_ENTRIES)
    frame = Frame.of(root)
    head = _head(frame.parse(text[root.end() : slices.head_end][:MAX_ITEM]), url)
    found = [_entry(frame.item(text[begin:end]), head=head, url=url) for begin, end in slices.items]
    entries = tuple(hint for hint in found if hint is not None)
    return Listing(
        kind="feed",
        entries=entries,
        problem=None if entries else Reason.EMPTY_LISTING,
        warnings=warnings + _warnings(slices.warning, lost=len(found) - len(entries)),
        ttl_seconds=head.ttl_seconds,
        title=head.title,
        language=head.language,
        next_url=head.next_url,
    )


def _warnings(cut: str | None, *, lost: int) -> tuple[str, ...]:
    unusable = f"{lost} of its entries had no usable link" if lost else None
    return tuple(warning for warning in (cut, unusable) if warning)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What a feed says about itself. `base` is the address that relative links stand on."""

    base: str
    title: str | None = None
    language: str | None = None
    ttl_seconds: int | None = None
    next_url: str | None = None


def _head(root: etree._Element | None, url: str) -> _Head:
    if root is None:
        return _Head(base=url)
    base = absolute(root.get(XML_BASE), url) or url
    channel = Fields(next((child for child in root if local_name(child) == "channel"), root))
    language = channel.text("language", "dc:language") or root.get(XML_LANG)
    return _Head(
        base=base,
        title=plain_text(channel.text("title")),
        language=plain_text(language, limit=35),
        ttl_seconds=_ttl(channel),
        next_url=_next(channel, base),
    )


def _entry(item: etree._Element | None, *, head: _Head, url: str) -> Hint | None:
    """What one item says; None without a usable link."""
    if item is None:
        return None
    fields = Fields(item)
    base = absolute(item.get(XML_BASE), head.base) or head.base
    link = next((found for found in (absolute(raw, base) for raw in _links(fields)) if found), None)
    if link is None:
        return None
    return Hint(
        origin="feed",
        origin_url=url,
        url=link,
        title=plain_text(fields.text("title", "dc:title", "media:title")),
        summary=plain_text(fields.text("description", "summary", "dc:description", "itunes:summary"), limit=2000),
        published=_date(
            fields, "pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created", "created"
        ),
        modified=_date(fields, "updated", "modified", "dcterms:modified", "lastbuilddate"),
        authors=_authors(fields),
        tags=_tags(fields),
        language=plain_text(fields.text("dc:language", "language") or item.get(XML_LANG), limit=35) or head.language,
        guid=plain_text(fields.text("guid", "id")),
        image=_image(fields, base),
    )


def _links(fields: Fields) -> Iterator[str | None]:
    """Candidates for the article's address, best first."""
    yield fields.text("feedburner:origlink")
    alternates = [e for e in fields.all("link") if e.get("href") and e.get("rel", "alternate") == "alternate"]
    alternates.sort(key=lambda e: "html" not in (e.get("type") or "html"))
    yield from (e.get("href") for e in alternates)
    yield from fields.texts("link")
    permanent = (inner_text(e) for e in fields.all("guid") if (e.get("isPermaLink") or "true").lower() != "false")
    yield from (text for text in permanent if _is_web(text))
    yield next((value for name, value in fields.element.attrib.items() if str(name).endswith("}about")), None)  # type: ignore[misc]
    yield from (text for text in fields.texts("id") if _is_web(text))


def _is_web(text: str) -> bool:
    """Whether an identifier is an address: many are bare numbers."""
    return text.startswith(("http://", "https://"))


def _date(fields: Fields, *names: str) -> str | None:
    return plain_text(fields.text(*names), limit=100)


def _authors(fields: Fields) -> tuple[str, ...]:
    names = [plain_text(text, limit=200) for text in fields.texts("dc:creator")]
    for element in fields.all("author"):
        inner = Fields(element)
        text = inner.text("name") if len(element) else inner_text(element)
        names.append(plain_text(text, limit=200))
    return unique((_without_mail(name) for name in names if name), limit=20)


def _without_mail(name: str) -> str:
    match = _MAIL_NAME.match(name)
    return match[1].strip() if match else name


def _tags(fields: Fields) -> tuple[str, ...]:
    words = [e.get("label") or e.get("term") or inner_text(e) for e in fields.all("category", "dc:subject")]
    words += [word for text in fields.texts("media:keywords") for word in text[:2000].split(",")]
    return unique((plain_text(word, limit=100) for word in words), limit=50)


def _image(fields: Fields, base: str) -> str | None:
    """The first picture that an item names."""
    for element in fields.element.iter():
        link = _image_link(element)
        if link and (found := absolute(link, base)):
            return found
    return None


def _image_link(element: etree._Element) -> str | None:
    name = field_name(element.tag)
    if name == "image" and not len(element):
        return inner_text(element)
    attribute = _IMAGE_LINKS.get(name)
    return element.get(attribute) if attribute and _is_image(element, name) else None


def _is_image(element: etree._Element, name: str) -> bool:
    """Whether an element that may point to anything points to a picture."""
    if name == "link" and element.get("rel") != "enclosure":
        return False
    if name in {"media:content", "media:thumbnail"} and not element.get("type"):
        return element.get("medium", "image") == "image"
    return name == "itunes:image" or (element.get("type") or "").startswith("image/")


def _next(channel: Fields, base: str) -> str | None:
    """The next page of the feed (RFC 5005)."""
    return next((absolute(e.get("href"), base) for e in channel.all("link") if e.get("rel") == "next"), None)


def _ttl(channel: Fields) -> int | None:
    """Seconds that the feed stays the same: RSS `ttl` (minutes), else the syndication module's period and frequency."""
    minutes = channel.text("ttl")
    if minutes and minutes.isdecimal() and len(minutes) < 9:
        return _clamp(int(minutes) * 60)
    period = _PERIODS.get((channel.text("sy:updateperiod") or "").lower())
    frequency = channel.text("sy:updatefrequency") or "1"
    if period is None or not frequency.isdecimal() or len(frequency) > 6 or not int(frequency):
        return None
    return _clamp(period // int(frequency))


def _clamp(seconds: int) -> int:
    return max(_TTL_RANGE[0], min(_TTL_RANGE[1], seconds))


# ------------------------------------------------------------------------------------------------ JSON Feed


def _read_json(text: str, *, url: str, warnings: tuple[str, ...]) -> Listing:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Listing(kind="feed", problem=Reason.NOT_A_FEED, detail=f"broken JSON: {error}"[:200], warnings=warnings)
    items = data.get("items")
    if not isinstance(items, list):
        return Listing(kind="feed", problem=Reason.NOT_A_FEED, detail="JSON without items", warnings=warnings)
    language = _string(data, "language", limit=35)
    found = [_json_entry(item, url=url, language=language) for item in items[:MAX_ENTRIES]]
    entries = tuple(hint for hint in found if hint is not None)
    cut = f"only the first {MAX_ENTRIES:,} entries were read" if len(items) > MAX_ENTRIES else None
    return Listing(
        kind="feed",
        entries=entries,
        problem=None if entries else Reason.EMPTY_LISTING,
        warnings=warnings + _warnings(cut, lost=len(found) - len(entries)),
        title=_string(data, "title"),
        language=language,
        next_url=absolute(_raw(data, "next_url"), url),
    )


def _json_entry(item: Any, *, url: str, language: str | None) -> Hint | None:
    if not isinstance(item, dict):
        return None
    number = _raw(item, "id")
    candidates = (_raw(item, "url"), _raw(item, "external_url"), number if number and _is_web(number) else None)
    link = next((found for found in (absolute(raw, url) for raw in candidates) if found), None)
    if link is None:
        return None
    return Hint(
        origin="feed",
        origin_url=url,
        url=link,
        title=_string(item, "title"),
        summary=_string(item, "summary", limit=2000),
        published=_string(item, "date_published", limit=100),
        modified=_string(item, "date_modified", limit=100),
        authors=_json_authors(item),
        tags=unique((plain_text(tag, limit=100) for tag in _list(item, "tags") if isinstance(tag, str)), limit=50),
        language=_string(item, "language", limit=35) or language,
        guid=_string(item, "id"),
        image=absolute(_raw(item, "image"), url),
    )


def _json_authors(item: dict[str, Any]) -> tuple[str, ...]:
    people = [*_list(item, "authors"), item.get("author")]
    return unique((_string(p, "name", limit=200) for p in people if isinstance(p, dict)), limit=20)


def _list(item: dict[str, Any], name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _raw(item: dict[str, Any], name: str) -> str | None:
    """An address as written."""
    value = item.get(name)
    return value if isinstance(value, str) else None


def _string(item: dict[str, Any], name: str, *, limit: int = 500) -> str | None:
    """A text value; numbers (ids) count as text."""
    value = item.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**30 else None
    return plain_text(value, limit=limit) if isinstance(value, str) else None
