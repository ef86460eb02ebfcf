"""The newsroom's sites as sources of a crawl, as records and as the text of a source list."""

from collections.abc import Iterable, Mapping
from typing import Final

from aggregator.models import Source
from aggregator.sources import dump_source

from .records import Listing, Site

FEEDS: Final[dict[Listing, str]] = {"rss": "/feed.xml", "atom": "/feed.xml", "rdf": "/feed.xml", "json": "/feed.json"}
SITEMAPS: Final[dict[Listing, str]] = {"news_sitemap": "/sitemap-news.xml", "sitemap_index": "/sitemap.xml"}
EVIDENCE: Final = "the embedded newsroom"


def newsroom_sources(sites: Iterable[Site], bases: Mapping[str, str]) -> tuple[Source, ...]:
    """One source a site; `bases` has the address of each by its id."""
    return tuple(_source(site, bases[site.id]) for site in sites)


def _source(site: Site, base: str) -> Source:
    return Source(
        id=site.id,
        name=site.name,
        home=f"{base}/",
        country=site.country,
        language=site.language,
        zone=site.zone,
        feeds=_addresses(base, FEEDS.get(site.listing)),
        sitemaps=_addresses(base, SITEMAPS.get(site.listing)),
        sections=_addresses(base, site.section_path if site.listing == "section" else None),
        every=0,
        evidence=EVIDENCE,
    )


def _addresses(base: str, path: str | None) -> tuple[str, ...]:
    return (base + path,) if path else ()


def to_toml(sources: Iterable[Source]) -> str:
    """The text of a source list with a `[[source]]` table for each."""
    return "\n\n".join(dump_source(source) for source in sources) + "\n"
