"""Raw page to the archive, then everything about it to the store in one transaction."""

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.job import Job, Processed
from aggregator.models import ArchiveRef, Article, Page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class StorePipeline:
    """Writes the unit, and notes the outcome."""

    def __init__(self, job: Job) -> None:
        self._job = job

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "StorePipeline":
        """Scrapy's constructor."""
        return cls(crawler.spider.job)  # type: ignore[union-attr]

    def process_item(self, item: Processed) -> Processed:
        """Write one page; a failure of the store is kept by the job and ends the crawl."""
        self._job.guarded(lambda: self._put(item))
        for page in (item.page, *item.page.parts):
            self._job.waiting.pop(page.url, None)
        self._job.on_progress(self._job)
        return item

    def _put(self, item: Processed) -> None:
        if item.unit is None:
            return
        keeps_copy = isinstance(item.result, Article) and "noarchive" not in item.result.directives
        keeps_copy = keeps_copy and not self._job.store.is_removed(item.unit)
        refs = [self._archived(page, keeps_copy=keeps_copy) for page in (item.page, *item.page.parts)]
        parts = tuple(replace(part, archive=ref) for part, ref in zip(item.unit.parts, refs[1:], strict=True))
        unit = replace(item.unit, archive=refs[0], parts=parts)
        stored = self._job.store.put(unit, run=self._job.run, now=item.page.fetched_at)
        self._job.tally.count(replace(unit.fetch, outcome=stored.outcome, reason=stored.reason))
        for part in unit.parts:
            self._job.tally.count(part.fetch)

    def _archived(self, page: Page, *, keeps_copy: bool) -> ArchiveRef | None:
        return self._job.archive.append(page) if self._job.archive and keeps_copy else None
