"""The source list that a command works with."""

from pathlib import Path

from aggregator.config import Config
from aggregator.errors import UsageError
from aggregator.models import Source

from .output import cause


def read_source_list(config: Config) -> tuple[Source, ...]:
    """The sources of the configured list. Raises UsageError (SourceListError names line and key)."""
    from aggregator.sources import load_sources

    text, origin = source_list_text(config)
    return load_sources(text, origin=origin)


def source_list_text(config: Config) -> tuple[str, str]:
    """Text and name of the list: the configured file, `sources.toml` of the current folder, or the one that ships."""
    path = Path(config.sources) if config.sources else Path("sources.toml")
    if not config.sources and not path.exists():
        from aggregator._project import read_data

        return read_data("sources.toml"), "the source list that ships"
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the source list cannot be read: {cause(error)}", subject=str(path)) from error
