"""What is unusual about a source, told from its own past. Pure: counts in, sentences out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ENOUGH: Final = 5
"""Articles, or pages, on each side before two times are compared."""
LEAST_SILENCE: Final = timedelta(days=2)
"""A shorter silence is told of no source: outlets rest over a weekend."""
TIMES_USUAL: Final = 3.0
"""How many times longer than its usual longest pause a silence must be."""
NO_RUN: Final = timedelta(days=2)
"""Time without a run after which a source that is on counts as forgotten."""
SHORTER: Final = 0.5
"""Median words, as a share of those before, under which texts have become shorter."""
MANY: Final = 0.5
"""Share of pages refused, or of articles without a date, that is told where it was under FEW before."""
FEW: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """Counts over a stretch of time: articles first seen in it, their median words, those without a date; pages read, and refused."""

    articles: int = 0
    words: int | None = None
    undated: int = 0
    pages: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHistory:
    """A source and its past: `usual_pause` is the pause between new articles that 19 of 20 keep within, in days (None: too few
    to know), `lately` the seven days up to its last run, `before` the 90 days before those."""

    source: str
    state: str
    last_run_at: datetime | None
    last_new_at: datetime | None
    failures: int
    last_error: str | None
    usual_pause: float | None
    lately: Half
    before: Half


def unusual(history: SourceHistory, *, now: datetime) -> tuple[str, ...]:
    """A sentence for each thing that deserves a look, the gravest first; empty where all is well or the source is off."""
    if history.state in ("off", "never run"):
        return ()
    return tuple(_sentences(history, now))


def _sentences(history: SourceHistory, now: datetime) -> Iterator[str]:
    if history.failures:
        times = "the last run failed" if history.failures == 1 else f"{history.failures} runs in a row failed"
        yield f"{times}: {history.last_error or 'no reason was recorded'}"
    if history.last_run_at and now - history.last_run_at > NO_RUN:
        yield f"no run for {(now - history.last_run_at).days} days"
    if pause := _silence(history):
        yield f"nothing new for {pause.days} days; it usually takes {history.usual_pause:.1f} at most"
    yield from _changes(history.lately, history.before)


def _silence(history: SourceHistory) -> timedelta | None:
    """How long it has had nothing new up to its last run, if that is unusually long."""
    if history.usual_pause is None or history.last_run_at is None or history.last_new_at is None:
        return None
    pause = history.last_run_at - history.last_new_at
    return pause if pause > max(LEAST_SILENCE, TIMES_USUAL * timedelta(days=history.usual_pause)) else None


def _changes(lately: Half, before: Half) -> Iterator[str]:
    if min(lately.articles, before.articles) >= ENOUGH:
        if lately.words is not None and before.words and lately.words < SHORTER * before.words:
            yield f"texts have become shorter: {lately.words} words, {before.words} before"
        if _rose(lately.undated, lately.articles, before.undated, before.articles):
            yield f"{lately.undated} of {lately.articles} new articles have no date; before {before.undated} of {before.articles}"
    if min(lately.pages, before.pages) >= ENOUGH and _rose(
        lately.rejected, lately.pages, before.rejected, before.pages
    ):
        yield f"{lately.rejected} of {lately.pages} pages were refused; before {before.rejected} of {before.pages}"


def _rose(count: int, of: int, earlier: int, of_earlier: int) -> bool:
    return count > MANY * of and earlier < FEW * of_earlier


_GAUGES: Final[tuple[tuple[str, str, Callable[[SourceHistory], float | None]], ...]] = (
    ("last_run_timestamp_seconds", "when it was last crawled", lambda one: _stamp(one.last_run_at)),
    ("last_new_timestamp_seconds", "when it last had a new article", lambda one: _stamp(one.last_new_at)),
    ("failures", "failed runs in a row", lambda one: one.failures),
    ("new_7d", "articles first seen in the seven days up to its last run", lambda one: one.lately.articles),
    ("rejected_7d", "pages refused in these days", lambda one: one.lately.rejected),
)


def metrics(histories: Sequence[SourceHistory], *, now: datetime) -> str:
    """The same for Prometheus, in its text format 0.0.4 (prometheus.io, Exposition formats): a gauge for each number and source."""
    gauges = (*_GAUGES, ("findings", "things that deserve a look", lambda one: len(unusual(one, now=now))))
    return "".join(
        line for name, says, value in gauges for line in _gauge(name, says, [(h, value(h)) for h in histories])
    )


def _gauge(name: str, says: str, values: Sequence[tuple[SourceHistory, float | None]]) -> Iterator[str]:
    full = f"aggregator_source_{name}"
    yield f"# HELP {full} {says}\n# TYPE {full} gauge\n"
    for history, value in values:
        if value is not None:
            label = history.source.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            yield f'{full}{{source="{label}"}} {value:.0f}\n'


def _stamp(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
