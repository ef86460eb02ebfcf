"""Sitemaps (sitemaps.org 0.9), sitemap indexes, Google News sitemaps and plain text sitemaps, read address by address."""

import re
from typing import Final

from aggregator.models import Hint, Reason
from aggregator.urls import same_site

from ._fields import Fields, unique
from ._slices import HEAD, Frame, item_pattern, local_name, slice_items
from .listing import Child, Listing, absolute, decode_xml, plain_text, unpack

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_URLS: Final = 50_000  # both limits: sitemaps.org, "Sitemap file requirements"

_ROOT: Final = re.compile(
    r"<((?:[A-Za-z][\w.-]{0,40}:)?(?:urlset|sitemapindex))(?=[\s/>])[^<>]{0,8000}>", re.IGNORECASE
)
_ELEMENT: Final = re.compile(r"<([A-Za-z][\w:.-]{0,40})")
_ITEM: Final = item_pattern("url", "sitemap")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # UTF-16
_ISO: Final = re.compile(r"\d{4}-\d\d")


def read_sitemap(body: bytes, *, url: str) -> Listing:
    """Read a sitemap that was fetched from `url`; never raises.

    Bounds: 50 MB after unpacking, 50,000 addresses. Only addresses of the sitemap's own site count (sitemaps.org: all URLs
    must be of its host; `www.` and other hosts of one registered domain are accepted, because publishers do that). Newest
    first. An index gives `children`.
    """
    unpacked = unpack(body, limit=MAX_BYTES)
    warnings = (unpacked.warning,) if unpacked.warning else ()
    text = _one_byte_each(unpacked.data)
    if not text.strip("\xef\xbb\xbf \t\r\n\0"):
        return Listing(kind="sitemap", problem=Reason.EMPTY_BODY, warnings=warnings)
    if text.startswith(("http://", "https://", "\xef\xbb\xbfhttp")):
        return _read_lines(text, url=url, warnings=warnings)
    root = _ROOT.search(text, 0, HEAD)
    if root is None:
        element = _ELEMENT.search(text, 0, HEAD)
        detail = f"it is <{element[1]}>" if element else "it is not XML"
        return Listing(kind="sitemap", problem=Reason.NOT_A_SITEMAP, detail=detail, warnings=warnings)
    return _read_xml(text, root, url=url, warnings=warnings)


def _one_byte_each(data: bytes) -> str:
    """Text with one character a byte: it takes no more memory than the bytes; items are decoded one by one (`_decode`)."""
    if data.startswith(_WIDE):
        data = decode_xml(data, None).encode("utf-8", "replace")
    return data.decode("latin-1")


def _decode(text: str) -> str:
    return decode_xml(text.encode("latin-1"), None)


def _read_xml(text: str, root: re.Match[str], *, url: str, warnings: tuple[str, ...]) -> Listing:
    slices = slice_items(text, _ITEM, start=root.end(), limit=MAX_URLS)
    frame = Frame.of(root)
    found = [_entry(frame, _decode(text[begin:end]), url) for begin, end in slices.items]
    entries = tuple(sorted((e for e in found if isinstance(e, Hint)), key=_date_of_hint, reverse=True))
    children = tuple(sorted((e for e in found if isinstance(e, Child)), key=_date_of_child, reverse=True))
    lost = len(found) - len(entries) - len(children)
    others = tuple(child for child in children if child.url != url)
    return Listing(
        kind="sitemap_index" if children else "sitemap",
        entries=entries,
        children=others,
        problem=None if entries or others else Reason.EMPTY_LISTING,
        warnings=warnings + unique((slices.warning, _foreign(lost)), limit=2),
    )


def _foreign(lost: int) -> str | None:
    return f"{lost:,} entries without an address of this site were left out" if lost else None


def _entry(frame: Frame, text: str, url: str) -> Hint | Child | None:
    """One `url` or `sitemap` element; None when it has no address of this site."""
    element = frame.item(text)
    if element is None:
        return None
    fields = Fields(element)
    link = absolute(fields.text("loc"), url)
    if link is None or not same_site(link, url):
        return None
    if local_name(element) == "sitemap":
        return Child(url=link, modified=_date(fields, "lastmod"))
    return _hint(fields, link, url)


def _hint(fields: Fields, link: str, url: str) -> Hint:
    news = next((Fields(e) for e in fields.all("news:news")), None)
    modified = _date(fields, "lastmod")
    image = absolute(_nested(fields, "image:image", "image:loc"), url)
    if news is None:
        return Hint(origin="sitemap", origin_url=url, url=link, modified=modified, image=image)
    publication = next((Fields(e) for e in news.all("news:publication")), news)
    keywords = (news.text("news:keywords") or "")[:2000].split(",")
    return Hint(
        origin="news_sitemap",
        origin_url=url,
        url=link,
        title=plain_text(news.text("news:title")),
        published=_date(news, "news:publication_date"),
        modified=modified,
        tags=unique((plain_text(word, limit=100) for word in keywords), limit=50),
        language=plain_text(publication.text("news:language"), limit=35),
        image=image,
    )


def _nested(fields: Fields, outer: str, inner: str) -> str | None:
    return next((text for e in fields.all(outer) for text in Fields(e).texts(inner)), None)


def _date(fields: Fields, name: str) -> str | None:
    return plain_text(fields.text(name), limit=100)


def _date_of_hint(hint: Hint) -> str:
    return _sortable(hint.published or hint.modified)


def _date_of_child(child: Child) -> str:
    return _sortable(child.modified)


def _sortable(date: str | None) -> str:
    """W3C dates sort as text; anything else goes last."""
    return date if date and _ISO.match(date) else ""


def _read_lines(text: str, *, url: str, warnings: tuple[str, ...]) -> Listing:
    """A text sitemap: one address a line (sitemaps.org, "Other Sitemap formats")."""
    lines = _decode(text).split("\n", MAX_URLS)[:MAX_URLS]
    kept = dict.fromkeys(link for link in (absolute(line, url) for line in lines) if link and same_site(link, url))
    entries = tuple(Hint(origin="sitemap", origin_url=url, url=link) for link in kept)
    problem = None if entries else Reason.EMPTY_LISTING
    return Listing(kind="sitemap", entries=entries, problem=problem, warnings=warnings)
