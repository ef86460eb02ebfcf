"""The past of each source, as `aggregator.health` judges it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles
from typing import Any, Final

from aggregator.health import ENOUGH, Half, SourceHistory

from .queries import HealthRow, Reader
from .times import from_optional_text, from_text, to_text

LATELY: Final = timedelta(days=7)
BEFORE: Final = timedelta(days=90)

_ARTICLES: Final = """SELECT first_seen_at, word_count, published_at IS NULL FROM article
WHERE source = ? AND first_seen_at > ? AND first_seen_at <= ? ORDER BY first_seen_at"""
_PAGES: Final = """SELECT coalesce(sum(new + updated + unchanged + duplicate + rejected), 0), coalesce(sum(rejected), 0)
FROM run_source JOIN run ON run.id = run_source.run WHERE source = ? AND started_at > ? AND started_at <= ?"""


def histories(reader: Reader, only: Collection[str] | None = None) -> tuple[SourceHistory, ...]:
    """The past of every source that is known, or of those named, by source."""
    return tuple(_history(reader, row) for row in reader.source_health() if only is None or row.source in only)


def _history(reader: Reader, row: HealthRow) -> SourceHistory:
    last_run = from_optional_text(row.last_run_at)
    end = (last_run or from_text("1990")) + _RUN
    middle, begin = end - LATELY, end - LATELY - BEFORE
    articles = reader.ask(_ARTICLES, row.source, to_text(begin), to_text(end))
    lately = [article for article in articles if article[0] > to_text(middle)]
    return SourceHistory(
        source=row.source,
        state=row.state,
        last_run_at=last_run,
        last_new_at=from_optional_text(row.last_new_at),
        failures=row.failures,
        last_error=row.last_error,
        usual_pause=usual_pause([from_text(seen) for seen, _, _ in articles]),
        lately=_half(lately, reader.ask(_PAGES, row.source, to_text(middle), to_text(end))[0]),
        before=_half(
            articles[: len(articles) - len(lately)], reader.ask(_PAGES, row.source, to_text(begin), to_text(middle))[0]
        ),
    )


_RUN: Final = timedelta(days=1)  # a run is known by its start; what it stored came in the day after it


def _half(articles: Sequence[tuple[Any, ...]], pages: tuple[Any, ...]) -> Half:
    return Half(
        articles=len(articles),
        words=round(median(words for _, words, _ in articles)) if articles else None,
        undated=sum(undated for _, _, undated in articles),
        pages=pages[0],
        rejected=pages[1],
    )


def usual_pause(moments: Sequence[datetime]) -> float | None:
    """The pause in days that 19 of 20 pauses between such moments keep within; None for too few. What came at once counts once."""
    distinct = sorted(set(moments))
    pauses = [(later - earlier) / timedelta(days=1) for earlier, later in pairwise(distinct)]
    return quantiles(pauses, n=20, method="inclusive")[-1] if len(pauses) >= ENOUGH else None
