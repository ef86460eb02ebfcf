"""The page's own address, where what it states is plausible. Pure."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from aggregator.document import Document, JsonNode

_DIGITS: Final = re.compile(r"\d{4,}")
_LONG: Final = re.compile(r"[^\W\d_]{4,}")
_HEADLINE: Final = 3  # hyphens from which the last part of an address is a headline's words
_HOME: Final = frozenset({"", "index.html", "index.htm", "index.php", "index.asp", "index.jsp", "home", "default.aspx"})
_CACHES: Final = frozenset({"amp", "ampproject", "bing-amp"})  # labels of hosts that serve other sites' AMP pages
# Suffixes below which anybody registers (the commonest of the Public Suffix List); used only to compare two hosts of one page.
_SECOND_LEVEL: Final = frozenset({"co", "com", "net", "org", "gov", "ac", "edu", "ne", "or", "go", "gob", "nom"})


def read_canonical(document: Document, *, nodes: tuple[JsonNode, ...]) -> tuple[str, str] | None:
    """(address, origin) of the first stated canonical address that can be this page's; None where there is none.

    Refused: another site's (unless the page is an AMP cache's or says so in both places), a home page or a section page when
    the page itself has an article's address, anything but http and https.
    """
    stated = [(address, origin) for raw, origin in _statements(document, nodes) if (address := _clean(document, raw))]
    for address, origin in stated:
        if _is_plausible(address, document.url, sum(address == other for other, _ in stated)):
            return address, origin
    return None


def read_amp(document: Document) -> str | None:
    """The address of the page's AMP version."""
    return next((address for href in _links(document, "amphtml") if (address := document.resolve(href))), None)


def _statements(document: Document, nodes: tuple[JsonNode, ...]) -> Iterator[tuple[str, str]]:
    for href in _links(document, "canonical"):
        yield href, "link:canonical"
    if text := document.meta("og:url"):
        yield text, "meta:og:url"
    for node in nodes[:1]:
        value = node.get("mainEntityOfPage") or node.get("url")
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str):
            yield value, "json-ld:mainEntityOfPage"


def _links(document: Document, relation: str) -> Iterator[str]:
    for link in document.root.iter("link"):
        if relation in (link.get("rel") or "").lower().split() and link.get("href"):
            yield link.get("href") or ""


def _clean(document: Document, raw: str) -> str | None:
    """The absolute address without a fragment."""
    address = document.resolve(raw)
    return address.split("#", 1)[0] if address else None


def _is_plausible(address: str, url: str | None, voices: int) -> bool:
    """Whether an address can be that of the page found at `url`; `voices` says how many places state it."""
    if not url:
        return not _is_home(address)
    # A page's own address that cannot be read resolves no link, so that nothing of it comes here.
    own, other = urlsplit(url), urlsplit(address)
    if site_of(own.hostname or "") != site_of(other.hostname or ""):
        # Syndication and AMP caches name their origin; a copied template names it in one place only.
        return voices > 1 or not _CACHES.isdisjoint((own.hostname or "").split("."))
    return not _is_shallower(own.path, own.query, other.path, other.query) and not _is_other_story(own.path, other.path)


def _is_shallower(own_path: str, own_query: str, path: str, query: str) -> bool:
    """Whether an address leads to a home or section page while the page's own looks like an article's."""
    own, other = _steps(own_path), _steps(path)
    if not own and not own_query:
        return False
    if not other and not query:
        return True
    if len(other) >= len(own) or query:
        return False
    # The article's last step carries its slug or number; an address that keeps neither is the section above it.
    return own[: len(other)] == other and not _is_slug(other[-1])


def _is_other_story(own_path: str, path: str) -> bool:
    """Whether both addresses end in a headline's words and have none in common: a template's mistake, not a form of one address."""
    own, other = (_steps(one)[-1:] or [""] for one in (own_path, path))
    if min(own[0].count("-"), other[0].count("-")) < _HEADLINE:
        return False
    return set(_LONG.findall(own[0])).isdisjoint(_LONG.findall(other[0]))


def _steps(path: str) -> list[str]:
    return [step for step in path.lower().split("/") if step not in _HOME and step != "amp"]


def _is_slug(step: str) -> bool:
    return step.count("-") >= 3 or step.count("_") >= 3 or bool(_DIGITS.search(step))


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return not _steps(parts.path) and not parts.query


def site_of(host: str) -> str:
    """The registered domain of a host, near enough to compare two hosts: `m.news.co.uk` -> `news.co.uk`."""
    labels = host.lower().rstrip(".").split(".")
    keep = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-keep:])
