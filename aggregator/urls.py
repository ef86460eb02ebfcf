"""Addresses: one form for all spellings, a key, and what an address tells by itself. Pure.

`clean_url` is for storing and fetching: the address without what says nothing (tracking, fragment, spelling). `canonical_url` is for
comparing: it also folds scheme, `www`, phone and AMP forms and wrappers, and need not be fetchable. `url_key` is a hash of it, the identity
of an address. Spelling follows the WHATWG URL standard and RFC 3986 section 6; what is dropped is data (data/urls.toml). An unknown
parameter is never dropped. The public suffix list is the one inside tldextract.
"""

import re
from functools import cache, lru_cache
from hashlib import blake2b
from ipaddress import ip_address
from posixpath import normpath
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from ._project import load_table
from .models import Reason, SiteRules

LONGEST: Final = 2083
"""Longer addresses are not fetched: no browser or server of note takes them, and traps make them."""

_TABLE: Final = load_table("urls.toml")
_GROUPS: Final = (*_TABLE["tracking"].values(), _TABLE["session"], _TABLE["form"])
_NAMES: Final = frozenset(name.lower() for group in _GROUPS for name in group.get("names", ()))
_PAIRS: Final = frozenset(pair for group in _GROUPS for pair in group.get("pairs", ()))
_PREFIXES: Final = tuple(_TABLE["tracking"]["campaign"]["prefixes"])
_RANDOM: Final = frozenset(_TABLE["session"]["random"])
_AMBIGUOUS: Final = frozenset(_TABLE["ambiguous"]["names"])
_VALUES: Final = frozenset(_TABLE["tracking"]["feed"]["values"])
_AFTER_SLUG: Final = frozenset(_TABLE["paths"]["after_slug"])
_SLUG: Final = re.compile(r"[^\W_]+(?:[-_][^\W_]+){2,}|\d{5,}")
_HOSTS: Final = frozenset(_TABLE["hosts"]["prefixes"])
_FORMS: Final = frozenset(_TABLE["paths"]["last"])
_DOCUMENTS: Final = frozenset(_TABLE["paths"]["documents"])
_WRAPPERS: Final = _TABLE["wrappers"]

_PORTS: Final = {"http": 80, "https": 443}
_JUNK: Final = re.compile(r"[\x00-\x20\x7f]+$|^[\x00-\x20\x7f]+|[\t\r\n]+")
_ENTITY: Final = re.compile(r"&(?:amp|#0?38);")
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE: Final = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE: Final = _PATH_SAFE + "?"
_SESSION_PATH: Final = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
_AMP_SUFFIX: Final = re.compile(r"(?:\.amp)+(\.html)?$", re.IGNORECASE)
_ROUTE: Final = re.compile(r"^!?/.+")
_ARCHIVE: Final = re.compile(r"^/web/\d{4,14}(?:[a-z]{2}_)?/(https?:/{1,2}.+)$", re.IGNORECASE)
_AMP_CACHE: Final = re.compile(r"^/[a-z]/(s/)?([^/]+\.[^/]+/.*)$")


# ------------------------------------------------------------------------------------------------ one form


def clean_url(url: str) -> str:
    """The address as it is stored: still the same place, without tracking, sessions, fragment and spelling differences.

    Idempotent; never raises; what is no http(s) address comes back stripped.
    """
    return _cleaned(url[: 4 * LONGEST])


@lru_cache(maxsize=4096)
def _cleaned(url: str) -> str:
    parts = _split(url)
    if parts is None:
        return _JUNK.sub("", url)
    path = _path(parts.path)
    return urlunsplit((parts.scheme, _netloc(parts), path, _query(parts.query), _fragment(parts.fragment, path)))


def canonical_url(url: str) -> str:
    """One form for all addresses of an article that can be told from the address alone. For comparing; it need not be fetchable.

    Idempotent; never raises; what is no http(s) address comes back stripped.
    """
    found = url[: 4 * LONGEST]
    for _ in range(4):  # a wrapper may wrap a wrapper
        inner = _unwrapped(found)
        if inner is None:
            break
        found = inner
    parts = _split(clean_url(found))
    if parts is None:
        return _JUNK.sub("", found)
    query = "&".join(sorted(item for item in parts.query.split("&") if item and not item.endswith("=") and "=" in item))
    bare = "&".join(sorted(item for item in parts.query.split("&") if item and "=" not in item))
    return urlunsplit(
        ("https", _folded_host(parts), _folded_path(parts.path), "&".join(filter(None, (query, bare))), parts.fragment)
    )


def url_key(url: str) -> str:
    """The identity of an address: 32 hexadecimal characters, the hash of its canonical form."""
    return blake2b(canonical_url(url).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _split(url: str) -> SplitResult | None:
    """The parts of an http(s) address; None for anything else."""
    text = _ENTITY.sub("&", _JUNK.sub("", url)) if "&" in url else _JUNK.sub("", url)
    if text[:8].lower().startswith(("http:", "https:")):
        head, _, rest = text.partition(":")
        text = f"{head}://{rest.replace(chr(92), '/', 3).lstrip('/')}"
    try:
        parts = urlsplit(text)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _netloc(parts: SplitResult) -> str:
    host = _host(parts.hostname or "")
    port = parts.port
    return host if port is None or port == _PORTS[parts.scheme] else f"{host}:{port}"


@lru_cache(maxsize=2048)
def _host(host: str) -> str:
    """Lower case, no final dot, names in Punycode, IPv6 in brackets."""
    name = normalize("NFKC", host.rstrip(".").lower())
    if ":" in name:
        return f"[{name}]"
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _path(path: str) -> str:
    text = _escaped(_SESSION_PATH.sub("", path), _PATH_SAFE).replace("\\", "/")
    text = re.sub(r"/{2,}", "/", text) if "http" not in text else text
    if "/." in text:
        text = normpath(text) + ("/" if text.endswith(("/", "/.", "/..")) else "")
        text = re.sub(r"^/{2,}", "/", text)
    return text or "/"


def _escaped(text: str, safe: str) -> str:
    """Percent signs in one form: unreserved characters plain, commas and the like too, everything else escaped in upper case."""
    if not text.isascii():
        text = normalize("NFC", text)
    if "%" in text:
        text = _ESCAPE.sub(_one_escape, text)
    return quote(text, safe=safe, errors="replace")


def _one_escape(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    return character if character in _UNRESERVED or character == "," else match[0].upper()


def _query(query: str) -> str:
    if not query:
        return ""
    kept = [item for item in query.split("&") if item and not _says_nothing(item)]
    return _escaped("&".join(kept), _QUERY_SAFE).replace("%20", "+")


def _says_nothing(item: str) -> bool:
    """Whether a parameter is tracking, a session, or a form of the same article."""
    name, _, value = item.lower().partition("=")
    if name in _RANDOM and not re.fullmatch(r"[0-9a-f-]{16,}|[0-9a-z]{24,}", value):
        return False
    if name in _AMBIGUOUS and value.isdigit():
        return False
    if value in _VALUES:
        return True
    return name in _NAMES or name.startswith(_PREFIXES) or f"{name}={value}" in _PAIRS


def _fragment(fragment: str, path: str) -> str:
    """A fragment names a place in the page and is dropped, but for the routes of pages that scripts put together."""
    return _escaped(fragment, _QUERY_SAFE) if path == "/" and _ROUTE.match(fragment) else ""


def _folded_host(parts: SplitResult) -> str:
    host = re.sub(r":(?:80|443)$", "", parts.netloc)
    label, _, rest = host.partition(".")
    while label in _HOSTS and "." in rest:
        host = rest
        label, _, rest = host.partition(".")
    return host


def _folded_path(path: str) -> str:
    """Without trailing slash, default document, and the AMP or print form; an article must remain before it."""
    parts = path.rstrip("/").split("/")
    while _names_a_form(parts):
        parts.pop()
    if len(parts) > 2 and parts[1].lower() == "amp" and len(parts[-1]) > 12:
        del parts[1]
    parts[-1] = _AMP_SUFFIX.sub(lambda match: match[1] or "", parts[-1])
    return "/".join(parts) or "/"


def _names_a_form(parts: list[str]) -> bool:
    """Whether the last part of a path says only in which form the article before it comes."""
    last = parts[-1].lower()
    if len(parts) < 3:
        return len(parts) == 2 and last in _DOCUMENTS
    return last == "" or last in _DOCUMENTS or last in _FORMS or (last in _AFTER_SLUG and bool(_SLUG.search(parts[-2])))


def _unwrapped(url: str) -> str | None:
    """The address inside a redirector, an AMP cache or a web archive; None when there is none."""
    parts = _split(url)
    if parts is None:
        return None
    host = _host(parts.hostname or "")
    if host.endswith(".cdn.ampproject.org") and (cached := _AMP_CACHE.match(parts.path)):
        return f"http{'s' if cached[1] else ''}://{cached[2]}{'?' + parts.query if parts.query else ''}"
    if host == "web.archive.org" and (archived := _ARCHIVE.match(parts.path)):
        return archived[1] + ("?" + parts.query if parts.query else "")
    if host.removeprefix("www.") in _WRAPPERS["hosts"] and parts.path in _WRAPPERS["paths"]:
        return _carried(parts.query)
    return None


def _carried(query: str) -> str | None:
    values = dict(item.split("=", 1) for item in reversed(query.split("&")) if "=" in item)
    inner = next((unquote(values[name].replace("+", " ")) for name in _WRAPPERS["parameters"] if name in values), "")
    return inner if _split(inner) else None


# ------------------------------------------------------------------------------------------------ what an address tells


def fetchable(url: str) -> Reason | None:
    """Why an address cannot be asked for; None when it can."""
    head = url.strip().partition(":")[0].lower()
    if head not in _PORTS and re.fullmatch(r"[a-z][a-z0-9+.-]*", head):
        return Reason.BAD_SCHEME
    parts = _split(url)
    if parts is None or len(url) > LONGEST:
        return Reason.BAD_URL
    return Reason.BAD_URL if re.search(r"[\x00-\x20\x7f]", url.strip()) or "%" in (parts.hostname or "") else None


def host_of(url: str) -> str:
    """The host in normal form; empty when there is none."""
    parts = _split(url)
    return _host(parts.hostname or "") if parts else ""


def registered_domain(url_or_host: str) -> str:
    """The domain that somebody registered (`bbc.co.uk`); an IP address, or a name without a public suffix, stands for itself."""
    host = host_of(url_or_host if "://" in url_or_host else f"http://{url_or_host}")
    return _registered(host) if host else ""


@lru_cache(maxsize=4096)
def _registered(host: str) -> str:
    return host if _is_number(host) else (_extractor()(host).top_domain_under_public_suffix or host)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one registered domain."""
    domain = _registered(host_of(one))
    return bool(domain) and domain == _registered(host_of(other))


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]").partition("%")[0] if host.startswith("[") else host.partition(":")[0])
    except ValueError:
        return False
    return True


@cache
def _extractor() -> Any:
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list inside the package: no network, no home folder


_DATED: Final = re.compile(r"/(?:19|20)\d\d[/-]?(?:\d{1,2}|[a-z]{3})(?:[/-]|$)", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\d{5,}")
_ARTICLE_WORDS: Final = frozenset(_TABLE["article"]["words"])
_LISTING_WORDS: Final = frozenset(_TABLE["listing"]["words"])


def looks_like_article(url: str, *, rules: SiteRules | None = None) -> bool | None:
    """Whether an article is at an address, told from the address alone; None: it cannot be told.

    A source's own patterns decide where they are given. Else a long slug, an id or a date speak for an article; the words of lists and
    services, and the root, against it.
    """
    if rules and any(re.search(pattern, url) for pattern in rules.not_article_url):
        return False
    if rules and rules.article_url:
        return any(re.search(pattern, url) for pattern in rules.article_url)
    parts = _split(clean_url(url))
    if parts is None:
        return False
    words = [unquote(part).lower() for part in parts.path.split("/") if part]
    return _told_by(words, parts) if words or parts.query else False


def _told_by(words: list[str], parts: SplitResult) -> bool | None:
    last = words[-1].rsplit(".", 1)[0] if words else ""
    slug = len(re.findall(r"[^\W_]+", last)) >= 4
    numbered = bool(_NUMBERED.search(last) or _NUMBERED.search(parts.query))
    if set(words) & _LISTING_WORDS and not (slug and numbered):
        return False
    if slug or numbered or (_DATED.search(parts.path) and len(last) > 8):
        return True
    return (
        None if set(words) & _ARTICLE_WORDS or parts.query else (False if len(words) == 1 and len(last) < 12 else None)
    )


def could_be_trap(url: str) -> bool:
    """Whether an address is of the kind that crawler traps make: very long, very deep, or the same part again and again.

    Limits as in commoncrawl/news-crawl (4 repetitions, 1,024 characters) and Heritrix (depth 20).
    """
    parts = _split(url)
    if parts is None or len(url) > 1024:
        return True
    words = [word for word in parts.path.split("/") if word]
    return len(words) > 20 or any(words.count(word) > 3 for word in set(words))
