"""A proposed entry for a site: its feeds and sitemaps found and tried, its name and language read from the page."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from aggregator.errors import FetchError
from aggregator.models import REASONS, Page, Reason, Source

from .source_check import Fetch

if TYPE_CHECKING:
    from aggregator.crawl import Fetched
    from aggregator.document import Document

MOST_FEEDS = 5  # feeds of one page that are tried
MOST_SITEMAPS = 3


def propose(url: str, fetch: Fetch, *, taken: Iterable[str], name: str | None, identifier: str | None) -> Source:
    """A source for the site of an address, which may be a page or a feed. Raises FetchError when it does not answer.

    A page's feeds are tried, and those that parse are kept, entertainment sections first. Without any the page itself becomes
    a section page. News sitemaps come from robots.txt.
    """
    home = urljoin(url, "/")
    page, robots = fetch((url, urljoin(url, "/robots.txt")))
    body = page_of(page)
    feeds, title, language = _as_feed(body) or _from_page(body, fetch)
    sitemaps = _sitemaps(robots, home)
    return Source(
        id=identifier or _free_id(home, taken),
        name=name or title or urlsplit(home).hostname or home,
        home=home,
        language=language,
        feeds=feeds,
        sitemaps=sitemaps,
        sections=() if feeds or sitemaps else (url,),
        evidence="found on its pages",
    )


def page_of(fetched: "Fetched") -> Page:
    """The page of a fetched address. Raises FetchError with the reason why there is none."""
    page = fetched.page
    if page is not None and 200 <= page.status < 300:
        return page
    if page is not None:
        raise FetchError(f"the server answered with status {page.status}", subject=fetched.url, reason="http_status")
    code = fetched.record.reason if fetched.record else None
    raise FetchError(REASONS[Reason(code)] if code else "no answer", subject=fetched.url, reason=code or "error")


def _as_feed(page: Page) -> tuple[tuple[str, ...], str | None, str | None] | None:
    """The address itself as a feed, if it is one."""
    from aggregator.sources import read_feed

    listing = read_feed(page.body, url=page.final_url, content_type=page.header("content-type"))
    return None if listing.problem else ((page.url,), listing.title, _tag(listing.language))


def _from_page(page: Page, fetch: Fetch) -> tuple[tuple[str, ...], str | None, str | None]:
    from aggregator.document import parse_document
    from aggregator.sources import find_feeds

    document = parse_document(page.body, url=page.final_url, content_type=page.header("content-type"))
    found = find_feeds(document, url=page.final_url)
    wanted = [feed for feed in found if feed.entertainment] or list(found)
    tried = fetch(tuple(feed.url for feed in wanted[:MOST_FEEDS])) if wanted else ()
    return _working(tried), _name(document), _tag(document.root.get("lang"))


def _working(tried: "Sequence[Fetched]") -> tuple[str, ...]:
    pages = [(result.url, result.page) for result in tried if result.page and result.page.status == 200]
    return tuple(url for url, page in pages if _as_feed(page))


def _name(document: "Document") -> str | None:
    title = document.meta("og:site_name", "application-name") or document.root.findtext(".//title") or ""
    return " ".join(title.split())[:80] or None


def _tag(language: str | None) -> str | None:
    """A language tag that the source list takes."""
    from re import fullmatch

    text = (language or "").strip().replace("_", "-")
    return text if fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", text) else None


def _sitemaps(robots: "Fetched", home: str) -> tuple[str, ...]:
    """News sitemaps that robots.txt names; the others list everything that a site ever had."""
    from aggregator.sources import sitemaps_in_robots

    if robots.page is None or robots.page.status != 200:
        return ()
    found = sitemaps_in_robots(robots.page.body.decode("utf-8", "replace"), url=home)
    return tuple(link for link in found if "news" in urlsplit(link).path.lower())[:MOST_SITEMAPS]


def _free_id(home: str, taken: Iterable[str]) -> str:
    from aggregator.sources.opml import new_id

    return new_id(home, set(taken))
