"""Asks each host of article pages once what its `/.well-known/tdmrep.json` reserves, and notes it at the request.

What a page says for itself comes before the file; that is decided where the page is read. robots.txt holds for the file, too.
"""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from aggregator.tdmrep import MOST_BYTES, PATH, Reservation, is_reserved, read_tdmrep

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

SECONDS = 10  # a host that does not answer in this time has no file


class TdmRepMiddleware:
    """Sets `meta["reserved"]` of requests for article pages."""

    def __init__(self, crawler: "Crawler") -> None:
        if not crawler.settings.getbool("TDMREP_ENABLED"):
            raise NotConfigured
        self._crawler = crawler
        self._asked: dict[str, asyncio.Future[tuple[Reservation, ...]]] = {}

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "TdmRepMiddleware":
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait for the host's file."""
        if request.meta.get("kind") != "page":
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._asked:
            self._asked[origin] = asyncio.ensure_future(self._ask(origin))
        request.meta["reserved"] = is_reserved(await asyncio.shield(self._asked[origin]), request.url)

    async def _ask(self, origin: str) -> tuple[Reservation, ...]:
        meta = {"dont_retry": True, "download_timeout": SECONDS, "download_maxsize": MOST_BYTES}
        request = Request(origin + PATH, callback=NO_CALLBACK, priority=900, dont_filter=True, meta=meta)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception:  # noqa: BLE001 (whatever a download raises: there is no file to read)
            return ()
        return read_tdmrep(response.status, response.body)
