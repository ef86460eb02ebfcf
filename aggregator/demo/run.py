"""What the demo prints: how each source ended, and what to try next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from aggregator import tdmrep
from aggregator.models import CrawlResult

from .records import Request

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A command line that a person may try next, and what it shows."""

    what: str
    command: str


def results_table(results: Sequence[CrawlResult], *, title: str) -> "Table":
    """A table with a row for each source and the sums below: found, new, updated, duplicate, rejected, and why."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, show_footer=True, pad_edge=False)
    table.add_column("source", footer="all", no_wrap=True)
    for index, name in enumerate(COUNTS):
        total = sum(_counts(result)[index] for result in results)
        table.add_column(name, footer=str(total), justify="right")
    table.add_column("not stored, and why", overflow="fold")
    for result in results:
        table.add_row(result.source, *map(str, _counts(result)), _why(result))
    return table


COUNTS = ("found", "new", "updated", "duplicate", "rejected")


def _counts(result: CrawlResult) -> tuple[int, int, int, int, int]:
    return result.found, result.new, result.updated, result.duplicate, sum(n for _, n in result.rejected)


def _why(result: CrawlResult) -> str:
    """The reasons in words, the sentence of a failure last."""
    counted = (*result.rejected, *result.errors, *result.skipped)
    reasons = [f"{count} {reason.replace('_', ' ')}" for reason, count in counted]
    return ", ".join([*reasons, *([result.failure] if result.failure else [])])


RULES = ("/robots.txt", tdmrep.PATH)
"""What a site says about robots; asked for once in a crawl."""


def traffic_line(requests: Sequence[Request]) -> str:
    """One sentence on what the sites were asked for: requests, and how many of them were answered with "not modified"."""
    unchanged = sum(request.status == 304 for request in requests)
    rules = sum(request.path in RULES for request in requests)
    sites = len({request.source for request in requests})
    return f"{len(requests)} requests to {sites} sites ({rules} for robots.txt and tdmrep.json), {unchanged} answered with 304 not modified"


def next_steps(db: Path, *, prefix: str = "") -> tuple[Try, ...]:
    """Three queries on the file that the demo wrote. `prefix` stands before each program, such as `.venv/bin/`.

    `sqlite-utils` comes with this project; SQLite's own shell is not on every machine.
    """
    path = quote(str(db))
    return (
        Try(what="search the full text", command=f"{prefix}aggregator search orchard --db {path}"),
        Try(what="the newest articles", command=f"{prefix}sqlite-utils query {path} {quote(NEWEST)} --table"),
        Try(what="what was not stored, and why", command=f"{prefix}sqlite-utils query {path} {quote(REASONS)} --table"),
    )


NEWEST = "SELECT published_at, source, title FROM articles ORDER BY published_at DESC LIMIT 10"
REASONS = "SELECT outcome, reason, url FROM fetch WHERE reason IS NOT NULL ORDER BY outcome, reason"
