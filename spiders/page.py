"""Single addresses, fetched for the command line: the answers are collected, nothing is stored."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from aggregator.models import Article, FetchKind, Page

from .base import BaseSpider, to_page, unusable


class PageSpider(BaseSpider):
    """Fetches addresses through all guards and keeps the pages in `pages`."""

    name = "page"

    def __init__(
        self, *, urls: tuple[str, ...], kind: FetchKind = "page", pages: dict[str, Page], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.urls = urls
        self.kind = kind
        self.pages = pages

    async def start(self) -> AsyncIterator[Any]:
        """One request an address."""
        for url in self.urls:
            for request in self.ask(url, kind=self.kind, callback="answered"):
                yield request

    def answered(self, response: Response, asked: str) -> Iterable[Request | Page]:
        """Keep the page, whatever its status, with the further pages of its article."""
        from aggregator.extraction.pagination import next_page
        from aggregator.processing import process

        page = to_page(response, asked=asked, source=None, hints=(), now=self.job.clock())
        usable = self.kind == "page" and unusable(response) is None and next_page(page) is not None
        yield from self.whole(page) if usable and isinstance(process(page), Article) else self.complete(page)

    def complete(self, page: Page, **_: Any) -> Iterable[Request | Page]:
        """Keep the page."""
        for one in (page, *page.parts):
            self.job.waiting.pop(one.url, None)
        self.pages[page.url] = page
        yield from ()
