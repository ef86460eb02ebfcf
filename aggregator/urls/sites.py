"""Whose an address is: the registered domain by the public suffix list that tldextract carries (no network, no cache folder)."""

from functools import cache, lru_cache
from typing import Any

from .parts import host_of, is_ip


def registered_domain(url_or_host: str) -> str:
    """The domain that somebody registered, such as `bbc.co.uk`, in lower-case ASCII; an IP address or `localhost` stands for itself.

    Hosting platforms count as one domain (`kim.blogspot.com` -> `blogspot.com`), as one server answers for all.
    Takes an address or a host with or without port; empty for what is neither.
    """
    return _registered(_host(url_or_host), private=False)


def same_site(a: str, b: str) -> bool:
    """Whether two addresses or hosts are of one owner: the same registered domain, each customer of a hosting platform for himself."""
    one, other = _host(a), _host(b)
    if one == other or not one or not other:
        return one == other != ""
    return _registered(one, private=True) == _registered(other, private=True)


def _host(url_or_host: str) -> str:
    return host_of(url_or_host) or host_of(f"//{url_or_host}")


@lru_cache(maxsize=4096)
def _registered(host: str, *, private: bool) -> str:
    if not host or is_ip(host) or "." not in host:
        return host
    found = _extractor().extract_str(host, include_psl_private_domains=private)
    if found.suffix:
        return found.top_domain_under_public_suffix or host
    return ".".join(host.split(".")[-2:])  # the list's last rule: an unlisted top level is a suffix


@cache
def _extractor() -> Any:
    from tldextract import TLDExtract  # 0.13 s; most commands never need it

    return TLDExtract(suffix_list_urls=(), cache_dir=None)
