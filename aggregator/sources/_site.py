"""Which addresses belong to one site."""

from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from .listing import absolute


def host_of(url: str) -> str:
    """Host name in lower case without a final dot; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one registered domain (public suffix list), or of one host where there is none."""
    host, reference = host_of(url), host_of(other)
    if host == reference or not host or not reference:
        return host == reference != ""
    if _is_number(host) or _is_number(reference):
        return False
    domain = _domain(host)
    return domain != "" and domain == _domain(reference)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _extractor() -> Any:
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that comes with the package: no network


@lru_cache(maxsize=1024)
def _domain(host: str) -> str:
    return str(_extractor()(host).top_domain_under_public_suffix)


def is_web_address(url: str) -> bool:
    """Whether text is a complete http(s) address."""
    return url.startswith(("http://", "https://")) and absolute(url, url) is not None
