"""Changes to a source list that keep a person's comments, order and layout. Text in, text out.

Lines are added or one value is replaced; then the list is read again, to make sure that nothing else changed.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from aggregator.errors import SourceListError, UsageError
from aggregator.models import Source

from .list import load_sources, source_table

_WIDE: Final = 100  # a list longer than this goes on several lines
_HEADER: Final = re.compile(r"\s*\[\[\s*source\s*\]\]")
_TABLE: Final = re.compile(r"\s*\[")
_ENABLED: Final = re.compile(r"(\s*enabled\s*=\s*)(?:true|false)")
_HOME: Final = re.compile(r"\s*home\s*=")


def add_sources(text: str, sources: Iterable[Source], *, origin: str) -> str:
    """The list with these sources at its end. Raises SourceListError when the list cannot be read or an id is taken."""
    blocks = [dump_source(source) for source in sources]
    changed = "\n\n".join([text.rstrip("\n"), *blocks]).lstrip("\n") + "\n"
    load_sources(changed, origin=origin)
    return changed


def dump_source(source: Source) -> str:
    """One source as TOML, as `[[source]]` with what is not its default. `load_sources` reads it back as it was."""
    table = source_table(source)
    rules, earlier = table.pop("rules", {}), table.pop("earlier", [])
    lines = ["[[source]]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    if rules:
        lines += ["[source.rules]", *(f"{key} = {_value(value)}" for key, value in rules.items())]
    for past in earlier:
        lines += ["[[source.earlier]]", f"before = {past.pop('before')}"]
        lines += [f"{key} = {_value(value)}" for key, value in past.items()]
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    items = [_string(item) for item in value]
    line = f"[{', '.join(items)}]"
    return line if len(line) <= _WIDE else "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def _string(text: str) -> str:
    """A TOML string. Regular expressions read better in single quotes, where a backslash is a backslash."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def enable_source(text: str, source: str, *, enabled: bool, origin: str) -> str:
    """The list with one source switched on or off; everything else stays as it is.

    Raises UsageError when the list has no such source, SourceListError when it cannot be read or must be edited by hand.
    """
    before = load_sources(text, origin=origin)
    index = next((n for n, known in enumerate(before) if known.id == source), None)
    if index is None:
        raise UsageError(f"there is no source '{source}' to change", subject=origin)
    if before[index].enabled == enabled:
        return text
    changed = _with_enabled(text, index, "true" if enabled else "false")
    expected = (*before[:index], replace(before[index], enabled=enabled), *before[index + 1 :])
    if load_sources(changed, origin=origin) != expected:
        raise SourceListError(f"'enabled' of '{source}' has to be changed by hand", subject=origin)
    return changed


def _with_enabled(text: str, index: int, value: str) -> str:
    """Replace the value of `enabled` in a source's block, or add the line below its home page."""
    lines = text.splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if _HEADER.match(line)]
    if index >= len(starts):
        return text
    begin = starts[index] + 1
    end = next((n for n in range(begin, len(lines)) if _TABLE.match(lines[n])), len(lines))
    found = next((n for n in range(begin, end) if _ENABLED.match(lines[n])), None)
    if found is not None:
        lines[found] = _ENABLED.sub(rf"\g<1>{value}", lines[found], count=1)
    else:
        home = next((n for n in range(begin, end) if _HOME.match(lines[n])), begin - 1)
        lines.insert(home + 1, f"enabled = {value}\n")
    return "".join(lines)
