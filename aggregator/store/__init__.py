"""Everything that is stored: `open_store` for the one writer, `open_reader` for any number of readers.

The two are imported when they are asked for: a reader answers in a tenth of a second and needs nothing of the writer.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .queries import Reader, open_reader
    from .sqlite import SqliteStore, open_store

__all__ = ["Reader", "SqliteStore", "open_reader", "open_store"]


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name in ("Reader", "open_reader"):
        from . import queries

        return getattr(queries, name)
    if name in ("SqliteStore", "open_store"):
        from . import sqlite

        return getattr(sqlite, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
