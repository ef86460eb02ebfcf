"""The source list: TOML that a person edits, checked so that every mistake is named with its file, line and key."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aggregator.errors import SourceListError, UsageError
from aggregator.models import EarlierRules, SiteRules, Source

from .listing import is_web_address

StartKind = Literal["page", "feed", "sitemap", "site"]

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_MONTH: Final = 30 * 86400
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One line of a starts file: an address and what is there. `site` is a front page whose links are followed."""

    url: str
    kind: StartKind


class _BadValueError(ValueError):
    """A value that its key does not take; the message says what the key takes."""


# ------------------------------------------------------------------------------------------------ values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _BadValueError("must be text in quotes")
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _BadValueError("must be true or false")
    return value


def _seconds(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MONTH:
        raise _BadValueError("must be a whole number of seconds, a month (2592000) at most")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _BadValueError("must be a day such as 2025-03-01, without quotes")
    return value


def _matching(pattern: re.Pattern[str], expected: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not pattern.fullmatch(_text(value)):
            raise _BadValueError(f"must be {expected}, not {value!r}")
        return _text(value)

    return check


def _address(value: Any) -> str:
    if not is_web_address(_text(value)):
        raise _BadValueError(f"must be an address that begins with http:// or https://, not {value!r}")
    return _text(value)


def _zone(value: Any) -> str:
    try:
        ZoneInfo(_text(value))
    except (KeyError, ValueError, OSError):
        raise _BadValueError(f"must be a time zone such as Europe/London, not {value!r}") from None
    return _text(value)


def _selector(value: Any) -> str:
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    try:
        CSSSelector(_text(value))
    except (SelectorError, SyntaxError) as error:
        raise _BadValueError(f"has the CSS selector {value!r}, which is not valid: {error}") from None
    return _text(value)


def _pattern(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 500:
        raise _BadValueError("must be regular expressions of at most 500 characters")
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        raise _BadValueError(f"has the regular expression {value!r}, which is not valid: {error}") from None
    return value


def _each(check: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def check_all(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise _BadValueError('must be a list such as ["..."]')
        return tuple(dict.fromkeys(check(item) for item in value))

    return check_all


_RULES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "title": _each(_selector),
    "body": _each(_selector),
    "author": _each(_selector),
    "date": _each(_selector),
    "remove": _each(_selector),
    "strip_lines": _each(_pattern),
    "article_url": _each(_pattern),
    "not_article_url": _each(_pattern),
    "sections": _each(_text),
    "day_first": _flag,
}
_KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "id": _matching(_ID, "lower-case letters, digits and hyphens (at most 63)"),
    "name": _text,
    "home": _address,
    "country": _matching(_COUNTRY, "a country of two capital letters such as GB"),
    "language": _matching(_LANGUAGE, "a language tag such as en or pt-BR"),
    "zone": _zone,
    "feeds": _each(_address),
    "sitemaps": _each(_address),
    "sections": _each(_address),
    "pages": _each(_address),
    "follow": _flag,
    "enabled": _flag,
    "render": _flag,
    "every": _seconds,
    "notes": _text,
    "evidence": _text,
    "rules": dict,
    "earlier": list,
}
_EARLIER: Final[Mapping[str, Callable[[Any], Any]]] = {"before": _day, **_RULES}
_REQUIRED: Final = ("id", "name", "home")


# ------------------------------------------------------------------------------------------------ the list


def load_sources(text: str, *, origin: str) -> tuple[Source, ...]:
    """Read a source list. `origin` is the file's name for messages.

    Raises SourceListError with one sentence that names file, line and key: broken TOML, unknown or missing key, a value that
    its key does not take, two sources with one id.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceListError(f"the source list is not valid TOML: {error}", subject=origin) from None
    lines = _Lines(text, origin)
    unknown = next((key for key in data if key != "source"), None)
    if unknown is not None:
        raise lines.error(f"unknown key '{unknown}'; sources begin with [[source]]", index=-1, key=unknown)
    tables = data.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise lines.error("a source begins with [[source]], in double brackets", index=0, key="")
    sources = tuple(_source(table, index, lines) for index, table in enumerate(tables))
    _check_ids(sources, lines)
    return sources


class _Lines:
    """Finds the line of a key, so that a message can point to it."""

    def __init__(self, text: str, origin: str) -> None:
        self._lines = text.splitlines()
        self._starts = [n for n, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*source\s*\]\]", line)]
        self._origin = origin

    def error(self, message: str, *, index: int, key: str) -> SourceListError:
        """An error at a key of the source with this number (-1: before the first)."""
        return SourceListError(message, subject=f"{self._origin}, line {self._find(index, key) + 1}")

    def _find(self, index: int, key: str) -> int:
        begin = self._starts[index] if 0 <= index < len(self._starts) else 0
        end = self._starts[index + 1] if 0 <= index + 1 < len(self._starts) else len(self._lines)
        wanted = re.compile(rf"""\s*\[?\[?(?:source\.|rules\.)?["']?{re.escape(key)}["']?\s*[=\].]""")
        return next((n for n in range(begin, end) if key and wanted.match(self._lines[n])), begin)


def _source(table: Mapping[str, Any], index: int, lines: _Lines) -> Source:
    label = f"source '{table['id']}'" if isinstance(table.get("id"), str) else f"source number {index + 1}"
    missing = next((key for key in _REQUIRED if key not in table), None)
    if missing:
        raise lines.error(f"{label} has no '{missing}'", index=index, key="")
    values = {key: _value(_KEYS, key, value, _Place(lines, index, label)) for key, value in table.items()}
    rules = _checked(_RULES, table.get("rules", {}), _Place(lines, index, f"{label}, rules"))
    past = tuple(_earlier(one, _Place(lines, index, f"{label}, earlier")) for one in table.get("earlier", ()))
    return Source(**{**values, "rules": SiteRules(**rules), "earlier": past})


def _earlier(table: Mapping[str, Any], place: "_Place") -> EarlierRules:
    """Rules that held before a day."""
    if "before" not in table:
        raise place.lines.error(
            f"{place.label}: no 'before', the day from which they hold no more", index=place.index, key="earlier"
        )
    values = _checked(_EARLIER, table, place)
    return EarlierRules(before=values.pop("before"), rules=SiteRules(**values))


def _checked(checks: Mapping[str, Callable[[Any], Any]], table: Mapping[str, Any], place: "_Place") -> dict[str, Any]:
    return {key: _value(checks, key, value, place) for key, value in table.items()}


@dataclass(frozen=True, slots=True)
class _Place:
    lines: _Lines
    index: int
    label: str


def _value(checks: Mapping[str, Callable[[Any], Any]], key: str, value: Any, place: _Place) -> Any:
    check = checks.get(key)
    if check is None:
        known = ", ".join(checks)
        raise place.lines.error(f"{place.label}: unknown key '{key}' (known: {known})", index=place.index, key=key)
    if check is dict:
        if not isinstance(value, dict):
            raise place.lines.error(f"{place.label}: 'rules' must be a table", index=place.index, key=key)
        return value
    if check is list:
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            message = f"{place.label}: earlier rules begin with [[source.earlier]], in double brackets"
            raise place.lines.error(message, index=place.index, key=key)
        return value
    try:
        return check(value)
    except _BadValueError as error:
        raise place.lines.error(f"{place.label}: '{key}' {error}", index=place.index, key=key) from None


def _check_ids(sources: tuple[Source, ...], lines: _Lines) -> None:
    seen: set[str] = set()
    for index, source in enumerate(sources):
        if source.id in seen:
            raise lines.error(f"two sources have the id '{source.id}'", index=index, key="id")
        seen.add(source.id)


def select_sources(sources: Iterable[Source], ids: Iterable[str]) -> tuple[Source, ...]:
    """The named sources, enabled or not, in the order asked for; all enabled ones when no name is given.

    Raises UsageError for a name that is not in the list, with the names that come near.
    """
    by_id = {source.id: source for source in sources}
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return tuple(source for source in by_id.values() if source.enabled)
    for name in wanted:
        if name not in by_id:
            raise UsageError(f"there is no source '{name}'", hint=_near(name, by_id))
    return tuple(by_id[name] for name in wanted)


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    if "://" in name:
        return "`aggregator fetch ADDRESS` reads one page, `aggregator sources add ADDRESS` adds a site"
    near = get_close_matches(name, list(known), n=3)
    return f"did you mean {' or '.join(near)}?" if near else "`aggregator sources list` shows them"


def source_table(source: Source) -> dict[str, Any]:
    """A source as the keys that a source list would have: without those that have their default."""
    default = Source(id="", name="", home="")
    table = {f.name: _plain(getattr(source, f.name)) for f in fields(Source) if f.name not in ("rules", "earlier")}
    table = {key: value for key, value in table.items() if value != _plain(getattr(default, key))}
    rules = _rules_table(source.rules)
    earlier = [{"before": one.before.isoformat(), **_rules_table(one.rules)} for one in source.earlier]
    return {**table, **({"rules": rules} if rules else {}), **({"earlier": earlier} if earlier else {})}


def _rules_table(rules: SiteRules) -> dict[str, Any]:
    table = {f.name: _plain(getattr(rules, f.name)) for f in fields(SiteRules)}
    return {key: value for key, value in table.items() if value not in ([], None)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


# ------------------------------------------------------------------------------------------------ ad-hoc sources


def read_starts(text: str, *, origin: str) -> tuple[Start, ...]:
    """Read a starts file: JSON lines `{"url": ..., "kind": "page" | "feed" | "sitemap" | "site"}`; empty lines are skipped.

    Raises UsageError with the number of the first bad line. `kind` may be left out: `page`.
    """
    numbered = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    starts = tuple(_start(line, f"{origin}, line {number}") for number, line in numbered if line)
    if not starts:
        raise UsageError("the starts file names no address", subject=origin)
    return starts


def _start(line: str, place: str) -> Start:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError('not a JSON object such as {"url": "https://...", "kind": "page"}', subject=place) from None
    if not isinstance(data, dict) or not isinstance(data.get("url"), str):
        raise UsageError("a start needs an address under 'url'", subject=place)
    kind = data.get("kind", "page")
    if kind not in get_args(StartKind):
        raise UsageError(f"unknown kind {kind!r}; it is one of {', '.join(get_args(StartKind))}", subject=place)
    return Start(url=data["url"].strip(), kind=kind)


def ad_hoc_sources(starts: Iterable[Start]) -> tuple[Source, ...]:
    """One source for every host and port, in the order of first mention.

    An address that is no web address goes to a source of its own under its scheme, so that the crawl can put it on record.
    The id is the host, with the port when it is not the scheme's own.
    """
    sources: dict[str, Source] = {}
    for start in starts:
        key, home = _origin_of(start.url)
        source = sources.get(key) or Source(id=key, name=key, home=home, evidence="starts")
        sources[key] = _with_start(source, start)
    return tuple(sources.values())


def _origin_of(url: str) -> tuple[str, str]:
    """Id and home page of the source that an address belongs to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "invalid-address", url
    if parts.scheme not in {"http", "https"} or not host:
        return "invalid-address", url
    name = f"[{host}]" if ":" in host else host
    place = name if port in (None, {"http": 80, "https": 443}[parts.scheme]) else f"{name}:{port}"
    return place, f"{parts.scheme}://{place}/"


def _with_start(source: Source, start: Start) -> Source:
    if start.kind == "site":
        more = (*source.sections, start.url)  # a second front page of one host is read as a section
        return replace(source, sections=more) if source.follow else replace(source, home=start.url, follow=True)
    if start.kind == "page":
        return replace(source, pages=(*source.pages, start.url))
    if start.kind == "feed":
        return replace(source, feeds=(*source.feeds, start.url))
    return replace(source, sitemaps=(*source.sitemaps, start.url))
