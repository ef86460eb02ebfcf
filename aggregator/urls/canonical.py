"""One form for all the addresses of an article, as far as the address alone proves it; the rules are data (urls.toml)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import unquote

from aggregator._project import load_table

from .escapes import normal_path, normal_query
from .parts import Parts, parse, stripped
from .shape import article_path
from .sites import registered_domain

_TABLE: Final = load_table("urls.toml")
_ROUNDS: Final = 8  # addresses inside addresses; each round unwraps one


def tidy_url(url: str) -> str:
    """An address cleaned so that every server still gives the same answer: what to store, show and ask for.

    As `canonical_url`, but scheme, host, path, order of the query and the article's form (mobile, AMP, print) stay as they are.
    """
    parts = parse(url)
    return stripped(url) if parts is None else (_stable(parts, _tidy) or parts).text()


@lru_cache(maxsize=8192)
def canonical_url(url: str) -> str:
    """The normal form that all addresses of one article share; compare by it. Idempotent; never raises; bad input comes back stripped.

    Host in lower-case ASCII without `www.`, mobile and AMP labels; https for public hosts; no default port, credentials, dot segments,
    doubled or final slashes, default documents, tracking, session, print or AMP parts, no empty parameters; parameters sorted; escapes in
    one form; a fragment only where it is a route (`#!/story/1`). Redirect wrappers, AMP caches and archive copies give the address inside.
    To ask a server, take `tidy_url`.
    """
    parts = parse(url)
    form = _stable(parts, _canonical) if parts else None
    return form.text() if form else tidy_url(url)


def url_key(url: str) -> str:
    """The primary identity of an address: 32 hex characters, the BLAKE2b hash of its canonical form without scheme (it has no `www.`)."""
    form = canonical_url(url)
    bare = form.partition("://")[2] or form
    return blake2b(bare.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _stable(parts: Parts, step: Callable[[Parts], Parts]) -> Parts | None:
    """A step until nothing changes: what one rule uncovers, another may apply to. None: it goes on for too long."""
    for _ in range(_ROUNDS):
        after = step(parts)
        if after == parts:
            return parts
        parts = after
    return None


# ------------------------------------------------------------------------------------------------ steps


def _tidy(parts: Parts) -> Parts:
    path = _SESSION.sub("", _without_dots(normal_path(parts.path)))
    pairs = [pair for pair in _pairs(parts.query) if not _matches(_TRACKING, *pair)]
    return replace(parts, path=path, query=_joined(pairs), fragment=_route(parts.fragment), credentials=False)


def _canonical(parts: Parts) -> Parts:
    inside = _unwrapped(parts)
    if inside is not None:
        return inside
    parts = _tidy(parts)
    host = _plain_host(parts.host)
    public = not parts.is_number and "." in host and not parts.port
    pairs = [pair for pair in _pairs(parts.query) if not _is_empty(*pair) and not _matches(_FORMS, *pair)]
    query = _joined(sorted(map(_spaced, pairs), key=_key))
    path = _plain_path(parts.path)
    return replace(parts, scheme="https" if public else parts.scheme, host=host, path=path, query=query)


# ------------------------------------------------------------------------------------------------ path

_SESSION: Final = re.compile(r";(?:jsessionid|phpsessid|sessionid)(?:=[^/;]*)?", re.IGNORECASE)
_SLASHES: Final = re.compile(r"(?<!:)/{2,}")
_FIRST: Final = frozenset(_TABLE["segments"]["first"])
_LAST: Final = frozenset(_TABLE["segments"]["last"])
_DEFAULT: Final = frozenset(_TABLE["default_documents"]["names"])
_AMP_FILE: Final = re.compile(r"\.amp(?=\.s?html?$)|\.amp$", re.IGNORECASE)


def _without_dots(path: str) -> str:
    """Without `.` and `..` segments (RFC 3986 section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    folder = segments[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if folder and kept else "")


def _plain_path(path: str) -> str:
    path = _SLASHES.sub("/", path).rstrip("/")
    head, _, last = path.rpartition("/")
    if last.lower() in _DEFAULT or (last in _LAST and article_path(head)):
        path = head
    first, _, rest = path[1:].partition("/")
    if first in _FIRST and article_path(f"/{rest}"):
        path = f"/{rest}"
    plain = _AMP_FILE.sub("", path)
    return (plain if article_path(plain) else path) or "/"


# ------------------------------------------------------------------------------------------------ host

_LABELS: Final = frozenset(_TABLE["hosts"]["labels"])


def _plain_host(host: str) -> str:
    """Without `www.` and without labels for small screens, as long as a registered domain is left."""
    label, _, rest = host.partition(".")
    while label in _LABELS and registered_domain(host) != host:
        host = rest
        label, _, rest = host.partition(".")
    return host


# ------------------------------------------------------------------------------------------------ query and fragment

Pair = tuple[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """Which values of a query key say nothing: all, those that match `values`, or those that do not match `but`."""

    values: re.Pattern[str] | None
    but: re.Pattern[str] | None
    bare: bool  # also the key without a value

    def applies(self, value: str | None) -> bool:
        if self.values is None and self.but is None:
            return True
        if value is None:
            return self.bare
        if self.but is not None:
            return self.but.fullmatch(value) is None
        return self.values is not None and self.values.fullmatch(value) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    names: dict[str, tuple[_Rule, ...]]
    prefixes: tuple[str, ...]


def _rules(entries: Iterable[dict[str, Any]]) -> _Rules:
    names: dict[str, tuple[_Rule, ...]] = {}
    prefixes: list[str] = []
    for entry in entries:
        prefixes += entry.get("prefixes", ())
        values, but = (_pattern(entry.get(key)) for key in ("values", "not_values"))
        for name in entry.get("names", ()):
            rule = _Rule(values=values, but=but, bare=name in entry.get("keys_without_value", ()))
            names[name.lower()] = (*names.get(name.lower(), ()), rule)
    return _Rules(names=names, prefixes=tuple(prefixes))


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return None if text is None else re.compile(text)


_TRACKING: Final = _rules(_TABLE["tracking"])
_FORMS: Final = _rules(_TABLE["form"])
_AMPERSANDS: Final = re.compile(r"&(?:amp;)+", re.IGNORECASE)  # an address copied out of HTML source


def _matches(rules: _Rules, key: str, value: str | None) -> bool:
    name = key.lower()
    if name.startswith(rules.prefixes):
        return True
    return any(rule.applies(value and value.lower()) for rule in rules.names.get(name, ()))


def _pairs(query: str | None) -> list[Pair]:
    """Keys and values in normal escapes; a key without `=` has the value None."""
    if not query:
        return []
    parts = (part.partition("=") for part in _AMPERSANDS.sub("&", query).split("&") if part)
    return [(normal_query(key), normal_query(value) if equals else None) for key, equals, value in parts]


_NAME: Final = re.compile(r"[A-Za-z_][\w.%-]{0,39}(?:\[\w*\])?", re.ASCII)


def _is_empty(key: str, value: str | None) -> bool:
    """A field of a form that was left empty. Other keys that end in `=` may be the address of something in base64."""
    return value == "" and _NAME.fullmatch(key) is not None


def _spaced(pair: Pair) -> Pair:
    """With `%20` for the `+` that forms write."""
    key, value = pair
    return key.replace("+", "%20"), None if value is None else value.replace("+", "%20")


def _key(pair: Pair) -> str:
    return pair[0]


def _joined(pairs: Iterable[Pair]) -> str | None:
    return "&".join(key if value is None else f"{key}={value}" for key, value in pairs) or None


def _route(fragment: str | None) -> str | None:
    """A fragment that names the page in an app of one address (`#!/story/1`, `#/story/1`); others only scroll or track."""
    route = fragment is not None and fragment.startswith(("!", "/")) and any(map(str.isalnum, fragment))
    return normal_query(fragment) if fragment is not None and route else None


# ------------------------------------------------------------------------------------------------ addresses inside addresses


def _by_host(entries: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {host: entry for entry in entries for host in entry["hosts"]}


_WRAPPERS: Final = _by_host(_TABLE["wrapper"])
_PREFIXES: Final = _by_host(
    {"hosts": entry["hosts"], "pattern": re.compile(entry["pattern"], re.IGNORECASE)} for entry in _TABLE["prefix"]
)


def _unwrapped(parts: Parts) -> Parts | None:
    """The address that this one only carries."""
    host = parts.host.removeprefix("www.")
    wrapper = _WRAPPERS.get(host)
    inside = _in_query(parts, wrapper) if wrapper else None
    prefix = _PREFIXES.get(host) or _PREFIXES.get(host.partition(".")[2])
    return inside or (_in_path(parts, prefix["pattern"]) if prefix else None)


def _in_query(parts: Parts, wrapper: dict[str, Any]) -> Parts | None:
    if parts.path not in wrapper["paths"]:
        return None
    for key, value in _pairs(parts.query):
        inside = parse(unquote(value)) if value and key in wrapper["keys"] else None
        if inside is not None:
            return inside
    return None


def _in_path(parts: Parts, pattern: re.Pattern[str]) -> Parts | None:
    match = pattern.match(parts.path)
    if match is None:
        return None
    rest = replace(parts, path=parts.path[match.end() :]).text().partition(parts.host)[2]
    inside = parse(rest if rest.lower().startswith("http") else f"https://{rest}")
    return inside if inside and "." in inside.host else None
