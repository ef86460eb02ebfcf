"""Single addresses, fetched for the command line: the answers are collected, nothing is stored."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

from aggregator.models import FetchKind, Page

from .base import BaseSpider, to_page


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

    def answered(self, response: Response, asked: str) -> None:
        """Keep the page, whatever its status."""
        self.job.waiting.pop(asked, None)
        now = self.job.clock()
        self.pages[asked] = to_page(response, asked=asked, source=None, hints=(), now=now)
