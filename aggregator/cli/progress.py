"""How far a crawl is: a live display on a terminal, a line a source elsewhere, nothing when quiet."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
    """A bar for the run, and under it the sources that are being crawled."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}
        self._whole: Any = None
        self._counts = Counter[str]()

    def begin(self, sources: Sequence[Source]) -> None:
        """Name the number of sources."""
        self._whole = self._bars.add_task(f"{len(sources)} sources", total=len(sources))

    def update(self, job: "Job") -> None:
        """Show what the source gave so far; one that has ended makes room."""
        name = job.source.id
        if job.finished:
            self._end(name, job)
            return
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=None)
        tally = job.tally
        text = f"  {name}: {tally.outcomes['new']} new, {tally.outcomes['updated']} updated"
        asked = max(tally.requests, 1)
        self._bars.update(self._tasks[name], description=text, total=asked, completed=asked - len(job.waiting))

    def _end(self, name: str, job: "Job") -> None:
        if name in self._tasks:
            self._bars.remove_task(self._tasks.pop(name))
        self._counts.update(job.tally.outcomes)
        text = ", ".join(
            f"{self._counts[outcome]} {outcome}" for outcome in ("new", "updated", "duplicate", "rejected", "error")
        )
        self._bars.update(self._whole, description=text, advance=1)


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


@contextmanager
def counter(noun: str) -> Iterator[Callable[[int], None]]:
    """A number that goes up, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda count: status.update(f"{count} {noun}")
