"""The source list as a file that commands change."""

import os
from pathlib import Path

from aggregator.config import Config
from aggregator.errors import UsageError

from .output import say
from .source_list import source_list_text

OWN_LIST = "sources.toml"


def editable_list(config: Config) -> tuple[str, Path]:
    """Text of the list and the file that changes go to.

    Without a list of one's own that is `sources.toml` in the current folder; its text is then the list that ships.
    """
    path = Path(config.sources or OWN_LIST)
    if config.sources and not path.exists():
        return "", path  # a new list begins empty
    return source_list_text(config)[0], path


def write_list(path: Path, text: str) -> None:
    """Write the list whole or not at all. Says so when the file is new. Raises UsageError."""
    new = not path.exists()
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"the source list cannot be written: {error.strerror}", subject=str(path)) from error
    if new and path == Path(OWN_LIST):
        say(f"{path} is new: from now on the commands in this folder use it instead of the list that ships")
