"""The summary of a run, for people and for scripts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aggregator.models import REASONS, CrawlResult, Reason

from .output import plain, table
from .records import VERSION

if TYPE_CHECKING:
    from aggregator.job import Planned

HEADER = ("source", "found", "new", "updated", "unchanged", "duplicate", "rejected", "failed")


def run_record(
    results: Sequence[CrawlResult],
    planned: "Sequence[Planned]",
    *,
    db: str,
    status: int,
    not_due: int,
    failing: int,
    dry_run: bool,
    health: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """A run as a JSON object (docs/cli.md has its shape)."""
    return {
        "version": VERSION,
        "type": "crawl",
        "db": None if dry_run else db,
        "status": status,
        "not_due": not_due,
        "failing": failing,
        "sources": [as_record(result) for result in results],
        "health": {source: list(sentences) for source, sentences in health.items()},
        "planned": [{"url": p.url, "fetch": p.fetch, "reason": p.reason} for p in planned],
    }


def as_record(result: CrawlResult) -> dict[str, Any]:
    """A result for JSON: its fields, with the counts by reason as objects."""
    record = asdict(result)
    return {**record, "rejected": dict(result.rejected), "errors": dict(result.errors), "skipped": dict(result.skipped)}


def summary(results: Sequence[CrawlResult], *, waiting: int, failing: int = 0, db: str | None) -> str:
    """What a person wants to see: a row a source, the reasons, the totals.

    `waiting` sources were not due, `failing` of them because they failed before. `db` is None when nothing was to be stored.
    """
    later = f"{_plural(failing, 'source')} failed before and will be tried again later." if failing else ""
    if not results:
        return f"Nothing is due: {_plural(waiting, 'source')} will be looked at later.\n{later}".rstrip()
    rows = [_row(result) for result in results if _has_news(result)]
    quiet = len(results) - len(rows)
    parts = [table(HEADER, [*rows, _total(results)], right=range(1, 8))]
    if quiet:
        parts.append(f"{_plural(quiet, 'source')} had nothing new.")
    parts += _reasons(results)
    parts += [f"note: {plain(warning)}" for result in results for warning in result.warnings[:3]]
    parts += [later] if later else []
    total = sum(result.new + result.updated for result in results)
    parts.append(f"{_plural(total, 'article')} stored in {db}." if db else "A dry run: nothing was stored.")
    return "\n".join(parts)


def _has_news(result: CrawlResult) -> bool:
    return bool(result.new or result.updated or result.duplicate or result.rejected or result.errors or result.failure)


def _row(result: CrawlResult) -> tuple[object, ...]:
    failed = sum(count for _, count in result.errors)
    rejected = sum(count for _, count in result.rejected)
    numbers = (result.found, result.new, result.updated, result.unchanged, result.duplicate, rejected, failed)
    return (result.source + (" (!)" if result.failure else ""), *numbers)


def _total(results: Sequence[CrawlResult]) -> tuple[object, ...]:
    columns = zip(*(_row(result)[1:] for result in results), strict=True)
    return ("all", *(sum(column) for column in columns))


def _reasons(results: Sequence[CrawlResult]) -> list[str]:
    counts: Counter[tuple[str, str]] = Counter()
    for result in results:
        for label, pairs in (
            ("rejected", result.rejected),
            ("failed", result.errors),
            ("not asked for", result.skipped),
        ):
            for reason, count in pairs:
                counts[label, reason] += count
    return [f"{label}: {count} x {reason} ({_sentence(reason)})" for (label, reason), count in sorted(counts.items())]


def _sentence(reason: str) -> str:
    return REASONS[Reason(reason)] if reason in set(Reason) else reason


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def planned_table(planned: "Sequence[Planned]") -> str:
    """What a dry run would fetch, and why not the rest."""
    rows = [("fetch" if plan.fetch else "leave", plan.reason, plan.url) for plan in planned]
    return table(("what", "why", "address"), rows)
