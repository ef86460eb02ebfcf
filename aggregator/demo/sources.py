"""The newsroom's sites as sources of a crawl, as records and as the text of a source list."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from aggregator.models import Source

from .records import Listing, Site

FEEDS: Final[dict[Listing, str]] = {"rss": "/feed.xml", "atom": "/feed.xml", "rdf": "/feed.xml", "json": "/feed.json"}
SITEMAPS: Final[dict[Listing, str]] = {"news_sitemap": "/sitemap-news.xml", "sitemap_index": "/sitemap.xml"}
TEXT_FIELDS: Final = ("id", "name", "home", "country", "language", "zone", "notes", "evidence")
LIST_FIELDS: Final = ("feeds", "sitemaps", "sections")
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
    return "\n".join(_table(source) for source in sources)


def _table(source: Source) -> str:
    texts = [f"{name} = {_quote(value)}" for name in TEXT_FIELDS if (value := getattr(source, name))]
    lists = [f"{name} = [{', '.join(map(_quote, value))}]" for name in LIST_FIELDS if (value := getattr(source, name))]
    return "\n".join(["[[source]]", *texts, *lists, f"every = {source.every}", ""])


def _quote(text: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
