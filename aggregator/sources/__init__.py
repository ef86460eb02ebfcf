"""Where articles are found: the source list, and readers of feeds, sitemaps and section pages. Pure.

The names below are imported when they are first used, so that a command that only lists sources does not wait for parsers.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .discovery import FoundFeed, find_feeds, sitemaps_in_robots
    from .edit import add_sources, dump_source, enable_source
    from .feeds import read_feed
    from .filters import address_fits, hint_fits, section_fits
    from .list import Start, ad_hoc_sources, load_sources, read_starts, select_sources, source_table
    from .listing import Child, Listing
    from .opml import read_opml, write_opml
    from .sections import RankedLink, rank_links, read_section, read_section_page
    from .sitemaps import read_sitemap

_MODULES = {
    "discovery": ("FoundFeed", "find_feeds", "sitemaps_in_robots"),
    "edit": ("add_sources", "dump_source", "enable_source"),
    "feeds": ("read_feed",),
    "filters": ("address_fits", "hint_fits", "section_fits"),
    "list": ("Start", "ad_hoc_sources", "load_sources", "read_starts", "select_sources", "source_table"),
    "listing": ("Child", "Listing"),
    "opml": ("read_opml", "write_opml"),
    "sections": ("RankedLink", "rank_links", "read_section", "read_section_page"),
    "sitemaps": ("read_sitemap",),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Child",
    "FoundFeed",
    "Listing",
    "RankedLink",
    "Start",
    "ad_hoc_sources",
    "add_sources",
    "address_fits",
    "dump_source",
    "enable_source",
    "find_feeds",
    "hint_fits",
    "load_sources",
    "rank_links",
    "read_feed",
    "read_opml",
    "read_section",
    "read_section_page",
    "read_sitemap",
    "read_starts",
    "section_fits",
    "select_sources",
    "sitemaps_in_robots",
    "source_table",
    "write_opml",
]


def __getattr__(name: str) -> Any:
    """Import a name of this package from the module that has it (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
