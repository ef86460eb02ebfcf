"""How far a crawl is: a live display on a terminal, a line a source elsewhere, nothing when quiet."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aggregator.models import Source

if TYPE_CHECKING:
    from aggregator.job import Job


class Progress:
    """Shows nothing; the base of those that do."""

    def begin(self, sources: Sequence[Source]) -> None:
        """The crawl starts."""

    def update(self, job: "Job") -> None:
        """A source got further."""


class LiveProgress(Progress):
    """A bar for the run and a line of counts, redrawn a few times a second."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def begin(self, sources: Sequence[Source]) -> None:
        """Name the number of sources."""
        self._bars.console.print(f"{len(sources)} sources to crawl")

    def update(self, job: "Job") -> None:
        """Show what the source gave so far."""
        name = job.source.id
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=None)
        tally = job.tally
        done = sum(tally.outcomes.values())
        text = f"{name}: {tally.outcomes['new']} new, {tally.outcomes['updated']} updated, {done} of {tally.requests} addresses"
        self._bars.update(self._tasks[name], description=text, total=max(tally.requests, 1), completed=done)


@contextmanager
def progress_for(*, quiet: bool) -> Iterator[Progress]:
    """The display that suits where stderr goes."""
    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    with Bars(TextColumn("{task.description}", markup=False), BarColumn(), console=console, transient=True) as bars:
        yield LiveProgress(bars)
