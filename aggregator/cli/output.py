"""What is printed: nothing that came from the web may steer the terminal or a spreadsheet."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click

from aggregator.errors import UsageError

# C0 and C1 controls, and the marks that reorder text (CWE-150; Unicode UAX #9 section 2)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)  # the same in data: line ends, tabs and plain marks stay
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs such a cell (CWE-1236)


def plain(text: str) -> str:
    """One line without control and bidi characters."""
    return _CONTROLS.sub(" ", text)


def plain_lines(text: str) -> str:
    """The same for text of several lines."""
    return "\n".join(plain(line) for line in text.split("\n"))


def csv_cell(value: object) -> str:
    """A value as a CSV cell that no spreadsheet takes for a formula: such a cell gets a `'` in front. Controls become spaces."""
    text = "" if value is None else _UNSEEN.sub(" ", str(value))
    return "'" + text if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def dump_json(value: Any) -> str:
    """JSON for scripts: keys in the order given, non-ASCII as it is, datetimes in ISO 8601."""
    return _escaped(json.dumps(value, ensure_ascii=False, default=_json_default, indent=2))


def dump_json_line(value: Any) -> str:
    """The same on one line."""
    return _escaped(json.dumps(value, ensure_ascii=False, default=_json_default))


def _escaped(text: str) -> str:
    """JSON on a terminal: what JSON itself leaves as it is, but a terminal obeys, is written as an escape of the same value."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _json_default(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> str:
    """An aligned plain-text table. `right` has the columns that are aligned to the right; wide characters count two."""
    cells = [[plain(str(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(_pad(cell, widths[i], to_right=i in right) for i, cell in enumerate(row)).rstrip() for row in cells
    )


def _pad(text: str, width: int, *, to_right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if to_right else text + gap


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cause(error: OSError | UnicodeError) -> str:
    """Why a file cannot be read, in words: what the system says, or that the file is not UTF-8."""
    return error.strerror or str(error) if isinstance(error, OSError) else f"it is not UTF-8: {error}"


def say(text: str, *, quiet: bool = False) -> None:
    """A line for people, on stderr, so that stdout stays for results."""
    if not quiet:
        click.echo(text, err=True)


@contextmanager
def whole_file(output: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a file that appears only when it is whole."""
    if output is None:
        yield sys.stdout
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            yield out
        part.replace(output)
    except OSError as error:
        raise UsageError(f"the file cannot be written: {error.strerror}", subject=str(output)) from error
    finally:
        part.unlink(missing_ok=True)


def say_findings(word: str, findings: Mapping[str, Iterable[str]]) -> None:
    """A line on stdout for each sentence about a source: `LOOK  stage: ...`."""
    for source, sentences in findings.items():
        for sentence in sentences:
            click.echo(f"{word}  {plain(source or '(none)')}: {plain(sentence)}")
