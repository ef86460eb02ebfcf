"""Raw page to the archive, then everything about it to the store in one transaction."""

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.job import Job, Processed
from aggregator.models import Article

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
        self._job.waiting.pop(item.page.url, None)
        self._job.on_progress(self._job)
        return item

    def _put(self, item: Processed) -> None:
        if item.unit is None:
            return
        keeps_copy = isinstance(item.result, Article) and "noarchive" not in item.result.directives
        ref = self._job.archive.append(item.page) if self._job.archive and keeps_copy else None
        unit = replace(item.unit, archive=ref)
        stored = self._job.store.put(unit, run=self._job.run, now=item.page.fetched_at)
        reason = "worse_than_stored" if unit.verdict and unit.verdict.worse else unit.fetch.reason
        self._job.tally.count(replace(unit.fetch, outcome=stored.outcome, reason=reason))
