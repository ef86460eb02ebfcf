"""Changes to a source list that keep a person's comments, order and layout. Text in, text out."""

from collections.abc import Iterable
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Table

from aggregator.errors import SourceListError, UsageError
from aggregator.models import Source

from .list import load_sources, source_table

_LONG: Final = 100  # a list longer than this goes on several lines


def add_sources(text: str, sources: Iterable[Source], *, origin: str) -> str:
    """The list with these sources at its end. Raises SourceListError when the list or an id does not fit."""
    blocks = [dump_source(source) for source in sources]
    changed = "\n\n".join([text.rstrip("\n"), *blocks]).lstrip("\n") + "\n"
    load_sources(changed, origin=origin)
    return changed


def dump_source(source: Source) -> str:
    """One source as TOML, as `[[source]]` with what is not its default."""
    table = tomlkit.table()
    for key, value in source_table(source).items():
        table.add(key, _rules(value) if key == "rules" else _item(value))
    tables = tomlkit.aot()
    tables.append(table)
    document = tomlkit.document()
    document.append("source", tables)
    return tomlkit.dumps(document).strip("\n")


def _rules(values: dict[str, Any]) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        table.add(key, _item(value))
    return table


def _item(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    items = tomlkit.array()
    for entry in value:
        items.append(_quoted(entry))
    return _wrapped(items)


def _quoted(text: str) -> Any:
    """Regular expressions read better in single quotes, where a backslash is a backslash."""
    return tomlkit.string(text, literal=True) if "\\" in text and "'" not in text else text


def _wrapped(items: Array) -> Array:
    return items.multiline(multiline=len(items.as_string()) > _LONG)


def enable_source(text: str, source: str, *, enabled: bool, origin: str) -> str:
    """The list with one source switched on or off; everything else stays as it is, byte for byte.

    Raises UsageError when the list has no such source, SourceListError when it cannot be read.
    """
    load_sources(text, origin=origin)
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:  # stricter or laxer than the standard library in some corner
        raise SourceListError(f"the source list cannot be edited: {error}", subject=origin) from None
    tables = document.get("source")
    found = [t for t in tables if t.get("id") == source] if isinstance(tables, AoT) else []
    if not found:
        raise UsageError(f"there is no source '{source}' to change", subject=origin)
    _set_enabled(found[0], enabled=enabled)
    return tomlkit.dumps(document)


def _set_enabled(table: Any, *, enabled: bool) -> None:
    """Change the value in place; a new key goes after the home page, before lists and tables."""
    if "enabled" in table:
        table["enabled"] = enabled
    elif not enabled:
        table.value.item("home")
        table.value._insert_after("home", "enabled", enabled)
