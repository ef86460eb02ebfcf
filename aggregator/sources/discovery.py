"""Where a site's feeds and sitemaps are: links of a page, and lines of robots.txt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document
from aggregator.urls import same_site

from .listing import absolute, plain_text

MAX_FEEDS: Final = 50
MAX_SITEMAPS: Final = 50
_ROBOTS_LIMIT: Final = 512 * 1024  # characters; RFC 9309 section 2.5 asks for 500 KiB at least

_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
_FEED_PATH: Final = re.compile(
    r"(?:/feeds?/?$|/rss/?$|/atom/?$|/feed/[\w-]{1,40}/?$|[./](?:rss|atom|rdf)$|(?:rss|feed|atom|index)\.(?:xml|rdf)$|/feed\.json$"
    r"|[?&](?:feed|format)=(?:rss|rss2|atom|feed)\b)",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(r"comments?\b|commentaires?|comentarios|kommentare|/comments/", re.IGNORECASE)
_NO_FEED: Final = re.compile(r"oembed|wp-json|/xmlrpc|opensearch|manifest", re.IGNORECASE)

_ENTERTAINMENT: Final = re.compile("|".join(load_table("sections.toml")["entertainment"]["words"]), re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that a page points to. `stated`: by <link rel=alternate>, not only by a link's address."""

    url: str
    title: str | None
    stated: bool
    entertainment: bool


def find_feeds(document: Document, *, url: str) -> tuple[FoundFeed, ...]:
    """Feeds that a page names, at most 50: those of entertainment sections first, then the stated ones, then the page's order.

    Comment feeds and service addresses are left out. Links by address alone must be of the page's own site.
    """
    found: dict[str, FoundFeed] = {}
    for feed in (*_stated(document), *_linked(document, url)):
        if not _is_useless(feed):
            found.setdefault(feed.url, feed)
    ranked = sorted(found.values(), key=lambda feed: (not feed.entertainment, not feed.stated))
    return tuple(ranked[:MAX_FEEDS])


def _stated(document: Document) -> Iterator[FoundFeed]:
    for element in document.root.iter("link"):
        kind = (element.get("type") or "").lower().partition(";")[0].strip()
        if "alternate" in (element.get("rel") or "").lower().split() and kind in _TYPES:
            yield from _feed(document, element, title=element.get("title"), stated=True)


def _linked(document: Document, url: str) -> Iterator[FoundFeed]:
    for element in document.root.iter("a"):
        href = (element.get("href") or "").strip()
        if href and _FEED_PATH.search(href.partition("#")[0]):
            title = "".join(element.itertext()) or element.get("title")
            yield from (
                feed for feed in _feed(document, element, title=title, stated=False) if same_site(feed.url, url)
            )


def _feed(document: Document, element: HtmlElement, *, title: str | None, stated: bool) -> Iterator[FoundFeed]:
    target = document.resolve((element.get("href") or "").strip())
    if target:
        name = plain_text(title, limit=200)
        about = f"{urlsplit(target).path} {name or ''}"
        yield FoundFeed(url=target, title=name, stated=stated, entertainment=bool(_ENTERTAINMENT.search(about)))


def _is_useless(feed: FoundFeed) -> bool:
    return bool(_COMMENTS.search(f"{feed.url} {feed.title or ''}") or _NO_FEED.search(feed.url))


def sitemaps_in_robots(text: str, *, url: str) -> tuple[str, ...]:
    """Addresses of the `Sitemap:` lines of a robots.txt that was fetched from `url`, at most 50; news sitemaps first."""
    lines = (line.partition("#")[0].partition(":") for line in text[:_ROBOTS_LIMIT].splitlines())
    values = (value.strip() for name, _, value in lines if name.strip().lower() in {"sitemap", "site-map"})
    links = dict.fromkeys(link for link in (absolute(value, url) for value in values) if link)
    return tuple(sorted(links, key=lambda link: "news" not in urlsplit(link).path.lower())[:MAX_SITEMAPS])
