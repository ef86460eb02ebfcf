"""Addresses: their normal form, their key, whose they are, and what they tell of the page behind them. Pure; no function raises."""

from .canonical import canonical_url, tidy_url, url_key
from .numbers import SiteNumber, site_number
from .parts import fetchable, host_of
from .shape import could_be_trap, looks_like_article, path_depth, repeats_path
from .sites import registered_domain, same_site

__all__ = [
    "SiteNumber",
    "canonical_url",
    "could_be_trap",
    "fetchable",
    "host_of",
    "looks_like_article",
    "path_depth",
    "registered_domain",
    "repeats_path",
    "same_site",
    "site_number",
    "tidy_url",
    "url_key",
]
