"""docs/cli.md, made from the program: `python -m aggregator.cli.docs > docs/cli.md`."""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import pairwise
from typing import Final

import click

from aggregator import config
from aggregator.config import ENV_PREFIX, Config
from aggregator.errors import ExitStatus
from aggregator.models import REASONS

from . import cli, shapes

WIDTH: Final = 100
"""Columns of the help texts."""

STATUSES: Final = {
    ExitStatus.FINE: ("all fine", "Everything asked for was done, or nothing was due."),
    ExitStatus.SOME_FAILED: (
        "some sources failed, or a page is no article",
        (
            "`crawl`: the other sources were stored. `fetch`, `clean`: it was read, and there is no article or text in it. "
            "`diff`: no such article is stored. "
            "`sources check`, `sources test`, `dates check`, `health`, `doctor`: something deserves a look."
        ),
    ),
    ExitStatus.USAGE: (
        "bad usage or configuration",
        "The message names the option, file, line or key. Nothing was fetched or stored.",
    ),
    ExitStatus.NOTHING_FETCHED: ("nothing could be fetched", "The message says why. The next run tries again."),
    ExitStatus.STORE: (
        "the database cannot be used",
        "It is missing, damaged, of another program, of a newer release, or the disk is full. The file is left as it was.",
    ),
    ExitStatus.BUSY: ("another run is active", "The message says which process, since when."),
    ExitStatus.INTERRUPTED: ("interrupted", "By Ctrl-C or SIGTERM. What was fetched is stored."),
}
"""Exit status -> its meaning in short, and in full. The short ones are the words of `aggregator --help` and of the README."""

_INTRO: Final = """\
# Command line

Made from the program by `make docs`; a test holds it. `aggregator COMMAND --help` prints the same.

Results go to standard output, everything else to standard error. An error is one sentence there, with a documented exit
status; nothing that was stored before is lost by it. Whoever reads the output may stop early (`| head`). What came from
the web is printed without control characters, and CSV cells that a spreadsheet would run get a `'` in front.
"""

_SHAPES: Final = (
    ("`fetch --json`: an article", shapes.ARTICLE),
    ("`fetch --json`: no article (exit status 1)", shapes.REJECTION),
    ("`clean --json`", shapes.TEXT),
    ("`published` of an article", shapes.DATED),
    ("Each of `related`", shapes.RELATED),
    ("Each of `removed`", shapes.REMOVED),
    ("Each of `pictures`", shapes.PICTURE),
    ("`review` of an article", shapes.REVIEW),
    ("Each of `entries`", shapes.ENTRY),
    ("Each of `mentions`", shapes.MENTION),
    ("Each of `claims`", shapes.CLAIM),
    ("`crawl --json`", shapes.CRAWL),
    ("Each of `sources` of a crawl", shapes.CRAWLED),
    ("`search --json`", shapes.HITS),
    ("Each of `hits`", shapes.HIT),
    ("`stats --json`", shapes.STATS),
    ("`reprocess --json`", shapes.REPROCESS),
)
_JSON: Final = """\
The shapes have a version. It goes up when a key changes its meaning or goes away; new keys may come at any time. Instants
are ISO 8601, texts are Unicode as they are. `export --format jsonl` writes rows of the view `articles`
([schema.md](schema.md)) without a version of their own; `doctor`, `sources list`, `sources show`, `sources check` and
`sources test` print a list of objects. When `fetch` gets no page (exit status 3), it prints nothing on standard output.
"""
_SETTINGS: Final = f"""\
Later ones win: defaults, settings file (`aggregator.toml` of the current folder, or `--config FILE`, or
`{ENV_PREFIX}CONFIG`), environment (`{ENV_PREFIX}` and the name in capitals, such as `{ENV_PREFIX}DB`), options.
`aggregator config show` prints each value with its origin. Sizes are bytes, times are seconds.
"""


def document() -> str:
    """The whole page."""
    parts = (
        _INTRO,
        "## Exit statuses\n",
        _table(("status", "meaning", "more"), ((str(code), *text) for code, text in STATUSES.items())),
        "## Commands\n",
        *(_command(path, command) for path, command in commands()),
        "## JSON\n",
        _JSON,
        *(part for title, keys in _SHAPES for part in (f"### {title}\n", _keys(keys))),
        "## Reasons\n",
        "Why an address gave no article: `reason` above, and `fetch.reason` in the database.\n",
        _table(("reason", "in words"), ((f"`{code}`", text) for code, text in REASONS.items())),
        "## Settings\n",
        _SETTINGS,
        _table(("setting", "default", "what it is"), _settings()),
    )
    return "\n".join(parts)


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and subcommand with its path, such as `("aggregator", "sources", "add")`."""
    yield from _below(("aggregator",), cli)


def _below(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                if found is not None:
                    yield from _below((*path, name), found)


def _command(path: tuple[str, ...], command: click.Command) -> str:
    names = {"help_option_names": ["-h", "--help"]}
    with click.Context(command, info_name=" ".join(path), terminal_width=WIDTH, **names) as context:  # type: ignore[arg-type]
        return f"### {' '.join(path)}\n\n```text\n{command.get_help(context)}\n```\n"


def _keys(keys: Mapping[str, str]) -> str:
    return _table(("key", "what it is"), ((f"`{key}`", text) for key, text in keys.items()))


def _settings() -> Iterator[tuple[str, str, str]]:
    texts = setting_texts()
    for field in fields(Config):
        value = field.default
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        yield f"`{field.name}`", f"`{shown}`" if shown else "", texts[field.name]


def setting_texts() -> dict[str, str]:
    """Setting -> the text under it in the code of `Config`."""
    tree = ast.parse(inspect.getsource(config))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Config")
    return {
        name.target.id: str(text.value.value)
        for name, text in pairwise(body)
        if isinstance(name, ast.AnnAssign)
        and isinstance(name.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (header, ("---",) * len(header), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(document())
