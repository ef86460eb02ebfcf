"""The pure stages, in a worker process."""

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from aggregator.job import Job, Processed
from aggregator.models import Article, Context, Page, Reason, Rejection
from aggregator.pool import WorkFailed

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ProcessPipeline:
    """Page -> Processed. A page that stalls or kills its worker becomes a rejection with that reason."""

    def __init__(self, job: Job) -> None:
        self._job = job
        segments = job.store.segments(job.source.id)
        self._context = Context(source=job.source, segments=segments, policy=job.config.policy)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "ProcessPipeline":
        """Scrapy's constructor."""
        return cls(crawler.spider.job)  # type: ignore[union-attr]

    async def process_item(self, item: Page) -> Processed:
        """Extract one page; once more as a browser shows it, where only scripts bring the text and the source allows it."""
        from aggregator.processing import needs_browser  # not before a page came: most crawls bring none

        result = await self._result(item)
        if not needs_browser(item, result):
            return Processed(page=item, result=result)
        async with self._job.showing:  # one after the other, so that what one page taught counts for the next
            rendered = await self._job.rendered(item)
            if rendered is None:
                return Processed(page=item, result=result)
            result = await self._result(rendered)
            self._job.note_rendering(helped=isinstance(result, Article))
        return Processed(page=rendered, result=result)

    async def _result(self, item: Page) -> Article | Rejection:
        from aggregator.processing import process

        try:
            return await self._job.pool.run(process, item, context=self._context, now=item.fetched_at)
        except WorkFailed as error:
            if error.reason is Reason.INTERRUPTED:
                raise DropItem(error.detail) from error  # stays among what is waited for, and is noted with that
            return Rejection(
                url=item.url,
                reason=error.reason,
                detail=error.detail,
                final_url=item.final_url,
                source=item.source,
                fetched_at=item.fetched_at,
            )
