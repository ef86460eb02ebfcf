"""OPML, the exchange format of feed readers (opml.org, version 2.0), in and out."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from aggregator.errors import UsageError
from aggregator.models import Source
from aggregator.urls import host_of

from .listing import decode_xml, is_web_address, parse_fragment, plain_text, repair_xml

MAX_BYTES: Final = 10 * 1024 * 1024
_ROOT: Final = re.compile(r"<opml\b", re.IGNORECASE)


def read_opml(body: bytes, *, origin: str, taken: Iterable[str] = ()) -> tuple[Source, ...]:
    """Sources of an OPML file: one for each site, with all its feeds; outlines without a web address are passed over.

    `taken` are ids that are in use already. Raises UsageError when it is no OPML or names no feed. Folders become the
    notes of their feeds' source.
    """
    text = decode_xml(body[:MAX_BYTES], None)
    start = _ROOT.search(text)
    root = parse_fragment(repair_xml(text[start.start() :])) if start else None
    if root is None:
        raise UsageError("this is not an OPML file", subject=origin)
    feeds: dict[str, list[etree._Element]] = {}
    for outline in root.iter("outline"):
        if is_web_address(_feed_of(outline)):
            feeds.setdefault(host_of(_site_of(outline)), []).append(outline)
    if not feeds:
        raise UsageError("the OPML file names no feed", subject=origin)
    used = set(taken)
    return tuple(_source(outlines, used) for outlines in feeds.values())


def _attribute(outline: etree._Element, *names: str) -> str:
    """The first of these attributes, however its name is capitalized."""
    values = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
    return next((values[name] for name in names if values.get(name)), "")


def _feed_of(outline: etree._Element) -> str:
    return _attribute(outline, "xmlurl")


def _site_of(outline: etree._Element) -> str:
    """The home page; the feed's own address where none is named."""
    home = _attribute(outline, "htmlurl")
    return home if is_web_address(home) else _feed_of(outline)


def _source(outlines: list[etree._Element], used: set[str]) -> Source:
    first = outlines[0]
    home = _site_of(first)
    if home == _feed_of(first):
        parts = urlsplit(home)
        home = f"{parts.scheme}://{parts.netloc}/"
    name = plain_text(_attribute(first, "title", "text"), limit=200) or host_of(home)
    folders = dict.fromkeys(folder for outline in outlines for folder in _folders(outline))
    return Source(
        id=new_id(home, used),
        name=name,
        home=home,
        language=_language(first),
        feeds=tuple(dict.fromkeys(_feed_of(outline) for outline in outlines)),
        notes=", ".join(folders),
        evidence="OPML",
    )


def _folders(outline: etree._Element) -> Iterator[str]:
    parent = outline.getparent()
    name = _attribute(parent, "title", "text") if parent is not None and parent.tag == "outline" else ""
    if name:
        yield plain_text(name, limit=100) or ""


def _language(outline: etree._Element) -> str | None:
    value = _attribute(outline, "language")
    return value if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", value) else None


def new_id(home: str, used: set[str]) -> str:
    """A free id from a home page's host: `www.example.co.uk` gives `example-co-uk`, then `example-co-uk-2`. Adds it to `used`."""
    host = host_of(home).removeprefix("www.")
    stem = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:55] or "source"
    name, number = stem, 1
    while name in used:
        number += 1
        name = f"{stem}-{number}"
    used.add(name)
    return name


def write_opml(sources: Iterable[Source], *, title: str) -> str:
    """An OPML 2.0 document with one folder for each source and one outline for each of its feeds."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        folder = etree.SubElement(body, "outline", text=source.name, title=source.name)
        for feed in source.feeds:
            _outline(folder, source, feed)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True).decode("utf-8")


def _outline(folder: etree._Element, source: Source, feed: str) -> None:
    attributes = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": feed, "htmlUrl": source.home}
    if source.language:
        attributes["language"] = source.language
    etree.SubElement(folder, "outline", attributes)
