"""What every reader gives, and the steps that all of them share: unpacking, decoding, plain text."""

import html
import re
import zlib
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree
from w3lib.encoding import html_to_unicode

from aggregator.models import Hint, Reason

ListingKind = Literal["feed", "sitemap", "sitemap_index", "section"]

MAX_LINK: Final = 2083  # the longest address that common browsers and crawlers take


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A sitemap that a sitemap index names. `modified` is the text as found."""

    url: str
    modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a feed, sitemap or section page lists.

    With a `problem` nothing could be used. `warnings` are sentences about what was mended or left out. `ttl_seconds` is how
    long the publisher says that the listing stays the same. `sections` are other lists of the site that a page links to.
    """

    kind: ListingKind
    entries: tuple[Hint, ...] = ()
    children: tuple[Child, ...] = ()
    problem: Reason | None = None
    detail: str = ""
    warnings: tuple[str, ...] = ()
    ttl_seconds: int | None = None
    title: str | None = None
    language: str | None = None
    next_url: str | None = None
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A body without its gzip wrapping, cut at the limit; `warning` says what is missing."""

    data: bytes
    warning: str | None = None


_GZIP: Final = b"\x1f\x8b"


def unpack(body: bytes, *, limit: int) -> Unpacked:
    """Take off gzip (told by the first bytes, whatever a header or a file name says) and cut at `limit` bytes.

    Twice packed bodies occur (a .gz file sent with Content-Encoding); a third layer is left. A damaged or cut archive gives
    what was readable. Never holds more than `limit` unpacked bytes.
    """
    warning = None
    for _ in range(2):
        if not body.startswith(_GZIP):
            break
        body, warning = _gunzip(body, limit)
    if len(body) > limit:
        return Unpacked(data=body[:limit], warning=f"only the first {limit:,} bytes were read")
    return Unpacked(data=body, warning=warning)


def _gunzip(body: bytes, limit: int) -> tuple[bytes, str | None]:
    """All members of a gzip file, up to one byte more than `limit`."""
    parts: list[bytes] = []
    room = limit + 1
    while body.startswith(_GZIP) and room > 0:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            parts.append(unpacker.decompress(body, room))
        except zlib.error:
            return b"".join(parts), "the gzip file is damaged"
        room -= len(parts[-1])
        if not unpacker.eof and room > 0:
            return b"".join(parts), "the gzip file breaks off"
        body = unpacker.unused_data
    return b"".join(parts), None


def decode_xml(data: bytes, content_type: str | None) -> str:
    """Text of an XML or JSON document: byte order mark, then valid UTF-8, then Content-Type, then the declaration.

    Valid UTF-8 goes first, because feeds often declare an encoding that they no longer have. Never fails: what cannot be
    decoded becomes U+FFFD.
    """
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    return html_to_unicode(content_type, data, default_encoding="utf-8")[1]


_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?|<(?![\w/!?:])")
_OWN: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


def repair_xml(text: str) -> str:
    """Make sloppy XML well-formed enough: forbidden characters, bare `&` and `<`, HTML's named characters.

    CDATA sections are left alone. Idempotent.
    """
    parts = _CONTROLS.sub("", text).split("<![CDATA[")
    out = [_REFERENCE.sub(_reference, parts[0])]
    for part in parts[1:]:
        inside, end, outside = part.partition("]]>")
        out.append(f"<![CDATA[{inside}{end}{_REFERENCE.sub(_reference, outside)}")
    return "".join(out)


def _reference(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;" if match[0] == "&" else "&lt;"
    if name in _OWN:
        return match[0]
    value = html.unescape(match[0])
    if value == match[0] or _CONTROLS.search(value):  # a name that nobody knows, or a character that XML forbids
        return "&amp;" + match[0][1:] if value == match[0] else ""
    return html.escape(value)


def parse_fragment(text: str) -> etree._Element | None:
    """An XML element from mended text; None when nothing can be made of it. Entities and the network are never used."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")


def plain_text(raw: str | None, *, limit: int = 500) -> str | None:
    """One line of text from a field that may hold escaped markup, cut to `limit` characters; None for nothing.

    References are resolved twice, because doubly escaped titles (`&amp;amp;`) are common.
    """
    if not raw:
        return None
    text = raw[: limit * 20]
    text = html.unescape(_TAG.sub(" ", text) if "<" in text else text)
    text = html.unescape(_TAG.sub(" ", text) if "<" in text else text)
    return " ".join(_CONTROLS.sub(" ", text).split())[:limit] or None


def absolute(link: str | None, base: str) -> str | None:
    """An http(s) address with a host, resolved against `base`; None for anything else (`javascript:`, `mailto:`, bad syntax).

    White space around it and line breaks inside are taken out, as browsers do (WHATWG URL).
    """
    if not link:
        return None
    cleaned = _CONTROLS.sub("", link.strip()).translate({9: None, 10: None, 13: None})
    if not cleaned or len(cleaned) > MAX_LINK:
        return None
    try:
        url = cleaned if cleaned.startswith(("http://", "https://")) else urljoin(base, cleaned)
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return url if usable else None


def is_web_address(url: str) -> bool:
    """Whether text is a complete http(s) address."""
    return url.startswith(("http://", "https://")) and absolute(url, url) is not None
