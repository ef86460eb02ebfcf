"""Settings: one frozen record, and where each value came from (default < file < environment < command line)."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from .errors import UsageError

ENV_PREFIX = "AGGREGATOR_"
DEFAULT_FILE = "aggregator.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting with its default. Sizes are bytes, times are seconds."""

    db: str = "data/news.db"
    """The SQLite file."""
    sources: str = ""
    """The source list; empty: `sources.toml` of the current folder, or the list that ships with the program."""
    archive: str = ""
    """Folder of the raw pages (WARC); empty: `NAME-archive`, if there is one, or `archive` beside the database; `off`: none are kept."""
    delay: float = 1.0
    """Least pause between two requests to one host."""
    limit: int = 300
    """Most requests for one source in one run."""
    concurrency: int = 16
    """Sources that are crawled at the same time."""
    workers: int = 2
    """Processes that extract."""
    timeout: float = 30.0
    """Longest time for one fetch, all in all."""
    extraction_timeout: float = 10.0
    """Longest time for the extraction of one page."""
    max_page: int = 10 * 1024 * 1024
    """Largest page or feed, before and after decompression."""
    max_sitemap: int = 50 * 1024 * 1024
    """Largest sitemap, before and after decompression (sitemaps.org)."""
    run_time: float = 3600.0
    """Longest time for a whole crawl; what is left waits for the next."""
    user_agent: str = "news-aggregator"
    """Sent with every request; add an address where you can be reached. robots.txt is read for `news-aggregator`."""
    policy: Literal["obey", "mark", "ignore"] = "obey"
    """What to do with a page that opts out (noai, noarchive, tdm-reservation): obey, store and mark, or ignore."""
    browser: str = ""
    """Chromium that shows pages which only scripts fill in; empty: the first that is found; `off`: none."""
    allow_net: tuple[str, ...] = ()
    """Private networks (CIDR) that may be fetched from all the same."""
    ping: str = ""
    """Address that is told of each crawl, as healthchecks.io takes it: `PING/start`, then `PING` or `PING/fail`; empty: none."""
    run_log: str = ""
    """File that gets one JSON line for each crawl; empty: none."""
    health: Literal["show", "status", "off"] = "show"
    """What a crawl does with what is unusual about its sources: show it, end with status 1 as well, or do not look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value with the place it came from."""

    name: str
    value: Any
    origin: str


def load_config(
    *, file: Path | None = None, environ: Mapping[str, str] = os.environ, options: Mapping[str, Any] | None = None
) -> tuple[Config, tuple[Setting, ...]]:
    """Read file, environment and options, in this order; later ones win.

    Without `file`, `aggregator.toml` of the current folder is read if there is one. Options that are None do not count.
    Raises UsageError with the name of the setting and the place of the bad value.
    """
    path = file or Path(environ.get(ENV_PREFIX + "CONFIG", DEFAULT_FILE))
    required = file is not None or ENV_PREFIX + "CONFIG" in environ
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    layers = (
        (str(path), _read_file(path, required=required)),
        ("environment", _read_environment(environ)),
        ("option", {name: value for name, value in (options or {}).items() if value is not None}),
    )
    for origin, layer in layers:
        for name, value in layer.items():
            values[name] = _coerce(name, value, origin)
            origins[name] = f"{origin} ({ENV_PREFIX}{name.upper()})" if origin == "environment" else origin
    config = Config(**values)
    settings = (
        Setting(name=f.name, value=getattr(config, f.name), origin=origins.get(f.name, "default"))
        for f in fields(Config)
    )
    return config, tuple(settings)


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if required:
            raise UsageError("there is no such settings file", subject=str(path)) from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the settings file cannot be read: {error}", subject=str(path)) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the settings file is not valid TOML: {error}", subject=str(path)) from error


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {ENV_PREFIX + f.name.upper(): f.name for f in fields(Config)}
    return {names[key]: value for key, value in environ.items() if key in names}


def _coerce(name: str, value: Any, origin: str) -> Any:
    """The value as the setting's type; text is converted, as environment values are text."""
    types = {f.name: f.type for f in fields(Config)}
    if name not in types:
        raise UsageError(f"there is no setting '{name}'", subject=origin, hint=f"the settings are {', '.join(types)}")
    try:
        return _convert(types[name], value)
    except (TypeError, ValueError) as error:
        raise UsageError(f"bad value {value!r} for '{name}': {error}", subject=origin) from None


def _convert(kind: Any, value: Any) -> Any:
    if get_origin(kind) is Literal:
        return _one_of(value, get_args(kind))
    if get_origin(kind) is tuple:
        return tuple(value.split(",")) if isinstance(value, str) else tuple(str(item) for item in value)
    if kind is str:
        return _text(value)
    return _positive(kind, value)


def _one_of(value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ValueError(f"it must be one of {', '.join(choices)}")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("it must be text")
    return value


def _positive(kind: Any, value: Any) -> Any:
    if isinstance(value, bool):
        raise TypeError("it must be a number")
    number = kind(value)
    if not 0 <= number < float("inf"):
        raise ValueError("it must be a number, 0 or more")
    return number
