"""Reading the raw pages of stored articles again, with the rules and the source list of today."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from .archive import read_page
from .errors import StoreError
from .models import Article, Context, Page, Rejection, Source
from .pool import WorkerPool, WorkFailed
from .processing import process
from .store import SqliteStore
from .store.renewal import RawArticle

AHEAD = 4  # pages for each worker that are read and under way at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An article that would not be stored today, or whose page gave no result; it stays as it is."""

    url: str
    reason: str
    sentence: str


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of the articles that were looked at."""

    read: int = 0  # articles whose pages gave an article again
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)  # columns of `article` that changed, in how many
    refused: list[Refused] = field(default_factory=list)
    unreadable: list[Refused] = field(default_factory=list)  # the archive does not hold what it should
    without_page: int = 0  # no raw page was kept

    @property
    def total(self) -> int:
        """Articles that were looked at."""
        return self.read + len(self.refused) + len(self.unreadable) + self.without_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """With what pages are read."""

    sources: Mapping[str, Source]
    policy: Literal["obey", "mark", "ignore"]


class Reprocessor:
    """Reads articles again, a few at a time, and writes what changed (or only counts it)."""

    def __init__(
        self, store: SqliteStore, pool: WorkerPool, *, folder: Path, rules: Rules, workers: int, write: bool
    ) -> None:
        self._store = store
        self._pool = pool
        self._folder = folder
        self._rules = rules
        self._ahead = max(1, workers) * AHEAD
        self._write = write
        self._contexts: dict[str | None, Context] = {}
        self.report = Report()

    async def run(
        self,
        *,
        source: str | None,
        since: datetime | None,
        now: datetime,
        progress: Callable[[Report], object] = lambda _: None,
    ) -> Report:
        """Read all articles again, or those of a source, or those stored since an instant. `now` is noted as the time of a change."""
        waiting = self._with_pages(self._store.raw_articles(source=source, since=since))
        while batch := list(islice(waiting, self._ahead)):
            results = await asyncio.gather(*(self._result(raw, page) for raw, page in batch))
            for (raw, _), result in zip(batch, results, strict=True):
                self._note(raw, result, now)
            progress(self.report)
        return self.report

    def _with_pages(self, found: Iterator[RawArticle]) -> Iterator[tuple[RawArticle, Page]]:
        for raw in found:
            if not raw.pages:
                self.report.without_page += 1
                continue
            try:
                first, *rest = (read_page(self._folder, ref) for ref in raw.pages)
            except StoreError as error:
                self.report.unreadable.append(Refused(url=raw.url, reason="archive", sentence=str(error)))
                continue
            yield raw, replace(first, parts=tuple(rest))

    async def _result(self, raw: RawArticle, page: Page) -> Article | Rejection | WorkFailed:
        try:
            return await self._pool.run(process, page, context=self._context(raw.source), now=page.fetched_at)
        except WorkFailed as error:
            return error

    def _context(self, source: str | None) -> Context:
        if source not in self._contexts:
            known = self._rules.sources.get(source or "")
            segments = self._store.segments(source) if source else frozenset()
            self._contexts[source] = Context(source=known, segments=segments, policy=self._rules.policy)
        return self._contexts[source]

    def _note(self, raw: RawArticle, result: Article | Rejection | WorkFailed, now: datetime) -> None:
        if not isinstance(result, Article):
            sentence = result.sentence() if isinstance(result, Rejection) else result.detail
            self.report.refused.append(Refused(url=raw.url, reason=result.reason, sentence=sentence))
            return
        changed = (
            self._store.put_anew(raw.id, result, now=now) if self._write else self._store.differences(raw.id, result)
        )
        self.report.read += 1
        self.report.changed += bool(changed)
        self.report.fields.update(changed)
