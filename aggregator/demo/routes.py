"""What a site of the newsroom answers to a path. A pure function of the edition, the path and the turn of the related list."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from . import listings
from .newsroom import related, related_pool
from .pages import article_page, front_page, plain_page
from .records import Answer, Edition, Story

GIF: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A picture of one pixel."""
PLAIN_PAGES: Final = {
    "/about": "We are a small newsroom that exists only inside a demonstration.",
    "/contact": "Write to us at this address, if you can find it.",
    "/subscribe": "A subscription costs nothing and delivers nothing.",
    "/privacy-choices": "You can choose anything here.",
}
ABSENT: Final = frozenset({"missing", "script_link"})

Maker = Callable[[Edition], str]
FILES: Final[dict[str, dict[str, tuple[str, Maker]]]] = {
    "rss": {"/feed.xml": ("application/rss+xml; charset=utf-8", listings.rss)},
    "atom": {"/feed.xml": ("application/atom+xml; charset=utf-8", listings.atom)},
    "rdf": {"/feed.xml": ("application/rdf+xml; charset=utf-8", listings.rdf)},
    "json": {"/feed.json": ("application/feed+json", listings.json_feed)},
    "news_sitemap": {"/sitemap-news.xml": ("application/xml", listings.news_sitemap)},
    "sitemap_index": {
        "/sitemap.xml": ("application/xml", listings.sitemap_index),
        "/sitemap-new.xml": ("application/xml", listings.sitemap_new),
    },
    "section": {},
}
"""The listing files of each kind of site: path, media type, maker."""


def answer(issue: Edition, target: str, *, turn: int) -> Answer:
    """The answer to a request target such as `/film/one?page=2`. `turn` counts the requests to the site."""
    path = urlsplit(target).path
    return _story_answer(issue, path, turn=turn) or _listing_answer(issue, path) or _other_answer(issue, path)


def _story_answer(issue: Edition, path: str, *, turn: int) -> Answer | None:
    for story in issue.stories:
        if story.piece.role in ABSENT:
            continue
        if path == story.piece.path:
            return _article(issue, story, turn=turn)
        if path == story.piece.listed_path:
            return _redirect(301, story.piece.path)
    return None


def _article(issue: Edition, story: Story, *, turn: int) -> Answer:
    links = related(related_pool(issue, story), turn)
    opted_out = story.piece.role == "opted_out"
    return Answer(
        body=article_page(issue, story, links).encode(),
        identity=article_page(issue, story, ()).encode(),
        modified=story.modified,
        headers=(("X-Robots-Tag", "noai, noimageai"), ("TDM-Reservation", "1")) if opted_out else (),
    )


def _listing_answer(issue: Edition, path: str) -> Answer | None:
    newest = max(story.modified for story in issue.stories)
    if path in {"/", issue.site.section_path}:
        return Answer(body=front_page(issue).encode(), modified=newest)
    if path in FILES[issue.site.listing]:
        content_type, make = FILES[issue.site.listing][path]
        return Answer(content_type=content_type, body=make(issue).encode(), modified=newest)
    if path == "/sitemap-old.xml.gz" and issue.site.listing == "sitemap_index":
        return Answer(content_type="application/gzip", body=listings.sitemap_old(issue), modified=newest)
    return None


def _other_answer(issue: Edition, path: str) -> Answer:
    if path == "/robots.txt":
        return Answer(content_type="text/plain; charset=utf-8", body=listings.robots(issue).encode())
    if path in PLAIN_PAGES:
        page = plain_page(issue, path.strip("/-").replace("-", " ").capitalize(), PLAIN_PAGES[path])
        return Answer(body=page.encode())
    if path.startswith("/img/"):
        return Answer(content_type="image/gif", body=GIF)
    if path.startswith("/older/"):
        return _redirect(302, "/")  # as large sites do with numbers that they no longer know
    return Answer(status=404, body=plain_page(issue, "Not found", "There is nothing at this address.").encode())


def _redirect(status: int, to: str) -> Answer:
    return Answer(status=status, headers=(("Location", to),))
