"""Everything that is stored: `open_store` for the one writer, `open_reader` for any number of readers."""

from .queries import Reader, open_reader
from .sqlite import SqliteStore, open_store

__all__ = ["Reader", "SqliteStore", "open_reader", "open_store"]
