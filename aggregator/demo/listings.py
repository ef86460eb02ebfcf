"""The newsroom's feeds, sitemaps and robots files."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from .records import Edition, Story
from .wording import rfc_2822

XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP_NS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NS: Final = "http://www.google.com/schemas/sitemap-news/0.9"


def listed(issue: Edition) -> tuple[Story, ...]:
    """The stories that feeds and sitemaps name: all but those that robots may not read."""
    return tuple(story for story in issue.stories if story.piece.role != "forbidden")


def robots(issue: Edition) -> str:
    """robots.txt: the printed paper is closed; sitemaps are named."""
    sitemaps = {"news_sitemap": "/sitemap-news.xml", "sitemap_index": "/sitemap.xml"}
    lines = ["User-agent: *", "Disallow: /print/", "Disallow: /subscribe"]
    if issue.site.listing in sitemaps:
        lines.append(f"Sitemap: {issue.base}{sitemaps[issue.site.listing]}")
    return "\n".join(lines) + "\n"


def rss(issue: Edition) -> str:
    """RSS 2.0 with the first paragraph as description."""
    site = issue.site
    items = "\n".join(_rss_item(story) for story in listed(issue))
    return (
        f'{XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
        f"<title>{escape(site.name)}</title><link>{issue.base}/</link><description>{escape(site.nav[0])}</description>\n"
        f"<language>{site.language}</language>\n{items}\n</channel></rss>\n"
    )


def _rss_item(story: Story) -> str:
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in story.piece.tags)
    creators = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in story.piece.authors)
    return (
        f"<item><title>{escape(story.title)}</title><link>{escape(story.listed_url)}</link>"
        f'<guid isPermaLink="false">{escape(story.piece.path)}</guid><pubDate>{rfc_2822(story.published)}</pubDate>'
        f"{creators}{tags}<description>{escape(story.piece.description)}</description></item>"
    )


def atom(issue: Edition) -> str:
    """Atom 1.0; `updated` moves when a story is edited."""
    entries = "\n".join(_atom_entry(story) for story in listed(issue))
    newest = max(story.modified for story in issue.stories).isoformat()
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{issue.site.language}">\n'
        f"<title>{escape(issue.site.name)}</title><id>{issue.base}/</id><updated>{newest}</updated>"
        f'<link rel="self" href="{issue.base}/feed.xml"/><link href="{issue.base}/"/>\n{entries}\n</feed>\n'
    )


def _atom_entry(story: Story) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in story.piece.authors)
    return (
        f"<entry><title>{escape(story.title)}</title><id>{escape(story.url)}</id>"
        f"<link href={quoteattr(story.listed_url)}/><published>{story.published.isoformat()}</published>"
        f"<updated>{story.modified.isoformat()}</updated>{authors}<summary>{escape(story.piece.description)}</summary></entry>"
    )


def rdf(issue: Edition) -> str:
    """RSS 1.0, which is RDF, with Dublin Core dates and languages."""
    stories = listed(issue)
    parts = "".join(f"<rdf:li rdf:resource={quoteattr(story.listed_url)}/>" for story in stories)
    items = "\n".join(_rdf_item(story) for story in stories)
    return (
        f'{XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel rdf:about="{issue.base}/feed.xml">'
        f"<title>{escape(issue.site.name)}</title><link>{issue.base}/</link><description>{escape(issue.site.nav[0])}</description>"
        f"<items><rdf:Seq>{parts}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )


def _rdf_item(story: Story) -> str:
    address = story.listed_url
    return (
        f"<item rdf:about={quoteattr(address)}><title>{escape(story.title)}</title><link>{escape(address)}</link>"
        f"<description>{escape(story.piece.description)}</description><dc:date>{story.published.isoformat()}</dc:date>"
        f"<dc:language>{story.language}</dc:language></item>"
    )


def json_feed(issue: Edition) -> str:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": issue.site.name,
        "home_page_url": f"{issue.base}/",
        "feed_url": f"{issue.base}/feed.json",
        "language": issue.site.language,
        "items": [
            {
                "id": story.url,
                "url": story.listed_url,
                "title": story.title,
                "summary": story.piece.description,
                "content_text": story.piece.description,
                "date_published": story.published.isoformat(),
                "date_modified": story.modified.isoformat(),
                "authors": [{"name": name} for name in story.piece.authors],
                "tags": list(story.piece.tags),
                "language": story.language,
            }
            for story in listed(issue)
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def news_sitemap(issue: Edition) -> str:
    """A Google News sitemap: title, date, keywords and language of each story."""
    entries = "\n".join(_news_entry(issue, story) for story in listed(issue))
    return f'{XML}<urlset xmlns="{SITEMAP_NS}" xmlns:news="{NEWS_NS}">\n{entries}\n</urlset>\n'


def _news_entry(issue: Edition, story: Story) -> str:
    return (
        f"<url><loc>{escape(story.listed_url)}</loc><lastmod>{story.modified.isoformat()}</lastmod><news:news>"
        f"<news:publication><news:name>{escape(issue.site.name)}</news:name>"
        f"<news:language>{story.language}</news:language></news:publication>"
        f"<news:publication_date>{story.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(story.title)}</news:title>"
        f"<news:keywords>{escape(', '.join(story.piece.tags))}</news:keywords></news:news></url>"
    )


def sitemap_index(issue: Edition) -> str:
    """An index of two sitemaps: the newer half, and the older half as a gzip file."""
    half = _halves(issue)
    children = (("/sitemap-new.xml", half[0]), ("/sitemap-old.xml.gz", half[1]))
    entries = "".join(
        f"<sitemap><loc>{issue.base}{path}</loc><lastmod>{max(s.modified for s in stories).isoformat()}</lastmod></sitemap>"
        for path, stories in children
    )
    return f'{XML}<sitemapindex xmlns="{SITEMAP_NS}">{entries}</sitemapindex>\n'


def sitemap_new(issue: Edition) -> str:
    """The newer half."""
    return _urlset(_halves(issue)[0])


def sitemap_old(issue: Edition) -> bytes:
    """The older half, gzip-compressed and the same bytes each time."""
    return gzip.compress(_urlset(_halves(issue)[1]).encode(), mtime=0)


def _halves(issue: Edition) -> tuple[Sequence[Story], Sequence[Story]]:
    stories = listed(issue)
    middle = len(stories) // 2
    return stories[:middle], stories[middle:]


def _urlset(stories: Sequence[Story]) -> str:
    entries = "\n".join(
        f"<url><loc>{escape(s.listed_url)}</loc><lastmod>{s.modified.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod></url>"
        for s in stories
    )
    return f'{XML}<urlset xmlns="{SITEMAP_NS}">\n{entries}\n</urlset>\n'
