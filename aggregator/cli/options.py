"""Options that several commands share, and the settings that they make."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from aggregator.config import Config, Setting, load_config
from aggregator.errors import UsageError

from .output import plain

F = TypeVar("F", bound=Callable[..., Any])

NAMES = ("db", "sources", "delay", "limit", "allow_net", "user_agent", "timeout", "policy")


def db_option(function: F) -> F:
    """`--db PATH`."""
    return click.option("--db", metavar="PATH", help="The SQLite file. [default: data/news.db, or AGGREGATOR_DB]")(
        function
    )


def sources_option(function: F) -> F:
    """`--sources FILE`."""
    return click.option(
        "--sources",
        metavar="FILE",
        help="The source list. [default: sources.toml, if there is one, or the list that ships]",
    )(function)


def config_option(function: F) -> F:
    """`--config FILE`."""
    return click.option(
        "--config",
        "config_file",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A settings file (TOML). [default: aggregator.toml, if there is one]",
    )(function)


def net_options(function: F) -> F:
    """Options of everything that fetches."""
    for option in (
        click.option("--timeout", type=float, metavar="SECONDS", help="Longest time for one fetch. [default: 30]"),
        click.option(
            "--delay", type=float, metavar="SECONDS", help="Least pause between requests to one host. [default: 1]"
        ),
        click.option(
            "--allow-net",
            multiple=True,
            metavar="CIDR",
            help="A private network that may be fetched from; may be repeated.",
        ),
    ):
        function = option(function)
    return function


def read_input(name: str, *, limit: int = -1) -> bytes:
    """The bytes of a file, or of standard input for `-`; `limit` is the most that is read. Raises UsageError."""
    try:
        with click.open_file(name, "rb") as stream:
            return bytes(stream.read(limit))
    except OSError as error:
        hint = "" if Path(name).exists() else "an address begins with http:// or https://"
        raise UsageError(f"the file cannot be read: {error.strerror}", subject=plain(name), hint=hint) from error


def read_config(config_file: Path | None = None, **options: Any) -> Config:
    """The settings from file, environment and these options (None and empty do not count)."""
    return read_settings(config_file, **options)[0]


def read_settings(config_file: Path | None = None, **options: Any) -> tuple[Config, tuple[Setting, ...]]:
    """The same with the origin of each value. Raises UsageError."""
    given = {name: value for name, value in options.items() if value not in (None, ())}
    config, settings = load_config(file=config_file, options=given)
    check_networks(config)
    return config, settings


def check_networks(config: Config) -> None:
    """Raise UsageError for a network that is not in CIDR notation."""
    from ipaddress import ip_network

    for net in config.allow_net:
        try:
            ip_network(net, strict=False)
        except ValueError:
            raise UsageError(f"'{net}' is not a network", subject="allow_net", hint="write it as 127.0.0.0/8") from None


def archive_folder(config: Config) -> Path:
    """Where the raw pages are kept: as configured, else `NAME-archive` beside the database where there is such a folder, as the demo
    makes one, else `archive`."""
    if config.archive not in ("", "off"):
        return Path(config.archive)
    place = Path(config.db).resolve()
    own = place.with_name(f"{place.stem}-archive")
    return own if own.is_dir() else place.with_name("archive")
