"""`aggregator search`, `export` and `stats`: the database from the command line. They only read."""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from aggregator.errors import UsageError

from .options import config_option, db_option, read_config
from .output import csv_cell, dump_json, dump_json_line, plain, say, table, whole_file
from .records import VERSION

if TYPE_CHECKING:
    from aggregator.store.queries import ArticleRow, Hit, Reader


def parse_since(text: str | None) -> datetime | None:
    """A day or an instant in ISO 8601; without a zone it is UTC. Raises UsageError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{text}' is no date", subject="--since", hint="write 2024-04-19 or 2024-04-19T08:30:00Z"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def open_db(config_file: Path | None, db: str | None) -> "Iterator[Reader]":
    """The database of the settings, for reading."""
    from aggregator.store.queries import open_reader

    with open_reader(read_config(config_file, db=db).db) as reader:
        yield reader


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@db_option
@click.option("--since", metavar="DATE", help="Only articles published from this day on.")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most results.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@config_option
def search_command(
    query: tuple[str, ...],
    db: str | None,
    since: str | None,
    source: str | None,
    limit: int,
    as_json: bool,
    as_csv: bool,
    config_file: Path | None,
) -> None:
    """Search title, description and text; best results first.

    All words must occur. Write "a phrase" in double quotes, -word for what must not occur, begin* for beginnings of words.
    """
    with open_db(config_file, db) as reader:
        hits = reader.search(" ".join(query), since=parse_since(since), source=source, limit=limit)
    if as_json:
        found = {"version": VERSION, "type": "hits", "query": " ".join(query), "hits": [asdict(hit) for hit in hits]}
        click.echo(dump_json(found))
    elif as_csv:
        _write_csv(
            sys.stdout, ("url", "title", "snippet", "published_at", "source", "score"), (asdict(hit) for hit in hits)
        )
    else:
        click.echo("\n\n".join(_hit(hit) for hit in hits)) if hits else say("Nothing found.")


def _hit(hit: "Hit") -> str:
    parts = (
        plain(hit.title),
        f"  {hit.published_at or 'no date'}  {hit.source or ''}  {plain(hit.url)}",
        f"  {plain(hit.snippet)}",
    )
    return "\n".join(parts)


def _write_csv(out: IO[str], header: Iterable[str], rows: Iterable[dict[str, Any]], *, raw: bool = False) -> None:
    names = tuple(header)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    cell: Callable[[object], object] = _raw_cell if raw else csv_cell
    for row in rows:
        writer.writerow([cell(_flat(row[name])) for name in names])


def _flat(value: object) -> object:
    """Lists become one cell, as JSON."""
    return dump_json_line(list(value)) if isinstance(value, tuple) else value


def _raw_cell(value: object) -> object:
    return "" if value is None else value


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    default="jsonl",
    show_default=True,
    help="The format.",
)
@click.option("--since", metavar="DATE", help="Only articles that were stored or changed from this day on.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write. [default: standard output]",
)
@click.option("--raw", is_flag=True, help="CSV: leave cells that a spreadsheet takes for formulas as they are.")
@db_option
@config_option
def export_command(
    form: str, since: str | None, output: Path | None, raw: bool, db: str | None, config_file: Path | None
) -> None:
    """Write the articles (view `articles`: without copies) as CSV, JSON lines or Parquet.

    CSV cells that a spreadsheet would run as formulas get a ' in front. Parquet needs the extra: pip install
    'news-aggregator[parquet]'.
    """
    with open_db(config_file, db) as reader:
        rows = reader.export_rows(parse_since(since))
        count = _write_parquet(rows, output) if form == "parquet" else _write_text(rows, form, output, raw=raw)
    if output:
        say(f"{count} articles written to {output}")


def _write_text(rows: "Iterable[ArticleRow]", form: str, output: Path | None, *, raw: bool) -> int:
    counted = _Counted(rows)
    with whole_file(output) as out:
        if form == "csv":
            _write_csv(out, _columns(), (asdict(row) for row in counted), raw=raw)
        else:
            for row in counted:
                out.write(dump_json_line(asdict(row)) + "\n")
    return counted.count


class _Counted:
    """Rows on their way, counted."""

    def __init__(self, rows: "Iterable[ArticleRow]") -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> "Iterator[ArticleRow]":
        for row in self._rows:
            self.count += 1
            yield row


def _columns() -> tuple[str, ...]:
    from aggregator.store.queries import ArticleRow

    return tuple(f.name for f in fields(ArticleRow))


def _write_parquet(rows: "Iterable[ArticleRow]", output: Path | None) -> int:
    if output is None:
        raise UsageError("Parquet is no text", subject="--format parquet", hint="name a file with --output")
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError(
            "pyarrow is not installed", subject="--format parquet", hint="pip install 'news-aggregator[parquet]'"
        ) from error
    schema = pa.schema([pa.field(name, _arrow_type(name, pa)) for name in _columns()])
    part, count = output.with_name(output.name + ".part"), 0
    try:
        with parquet.ParquetWriter(part, schema, compression="zstd") as writer:
            for chunk in _chunks(rows, 1000):
                writer.write_table(pa.Table.from_pylist([_typed(row) for row in chunk], schema=schema))
                count += len(chunk)
        part.replace(output)
    except OSError as error:
        raise UsageError(f"the file cannot be written: {error.strerror}", subject=str(output)) from error
    finally:
        part.unlink(missing_ok=True)
    return count


# published_at and modified_at stay text: they may be a day, a month or a year, which no timestamp can say.
_LISTS = frozenset({"authors", "tags", "directives"})
_INTEGERS = frozenset({"id", "published_offset", "word_count", "story_id", "revisions", "copies"})
_REALS = frozenset({"quality", "published_confidence"})
_DAYS = frozenset({"published_day"})
_INSTANTS = frozenset({"published_instant", "first_seen_at", "last_seen_at", "changed_at"})


def _typed(row: "ArticleRow") -> dict[str, Any]:
    return {name: _value(name, value) for name, value in asdict(row).items()}


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _INSTANTS:
        return datetime.fromisoformat(value)
    if name in _DAYS:
        return date.fromisoformat(value)
    return list(value) if name in _LISTS else value


def _arrow_type(name: str, pa: Any) -> Any:
    """Parquet types by column; text unless said otherwise. Microseconds: Parquet has no type for whole seconds."""
    types = (
        (_LISTS, pa.list_(pa.string())),
        (_INTEGERS, pa.int64()),
        (_REALS, pa.float64()),
        (_DAYS, pa.date32()),
        (_INSTANTS, pa.timestamp("us", tz="UTC")),
    )
    return next((kind for names, kind in types if name in names), pa.string())


def _chunks(rows: "Iterable[ArticleRow]", size: int) -> "Iterator[list[ArticleRow]]":
    chunk: list[ArticleRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@click.command("stats")
@db_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def stats_command(db: str | None, as_json: bool, config_file: Path | None) -> None:
    """Show what the database holds: articles by source and language, rejections by reason, how the sources are doing."""
    with open_db(config_file, db) as reader:
        stats, health = reader.stats(), reader.source_health()
    if as_json:
        record = {
            "version": VERSION,
            "type": "stats",
            **asdict(stats),
            "source_health": [asdict(row) for row in health],
        }
        groups = ("by_source", "by_language", "by_reason")
        click.echo(dump_json({**record, **{name: dict(record[name]) for name in groups}}))
        return
    facts = [
        ("articles", stats.articles),
        ("copies of them", stats.duplicates),
        ("revisions", stats.revisions),
        ("stories", stats.stories),
        ("words", stats.words),
        ("from", stats.first_day or "-"),
        ("to", stats.last_day or "-"),
        ("file", f"{stats.bytes / 1e6:.1f} MB"),
    ]
    parts = [table(("what", "how many"), facts, right=(1,))]
    for title, pairs in (
        ("source", stats.by_source),
        ("language", stats.by_language),
        ("no article because", stats.by_reason),
    ):
        if pairs:
            parts.append(table((title, "number"), pairs, right=(1,)))
    click.echo("\n\n".join(parts))
    for row in health:
        if row.last_error:
            say(f"note: {row.source}: {plain(row.last_error)}")
