"""Retry-After (RFC 9110 section 10.2.3): wait when it is short, leave the host for a later run when it is long."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Request, Response

from .refusals import RetryLater

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

LONGEST_WAIT = 60.0  # seconds; more than this is left for a later run
DEFAULT_WAIT = 5.0  # a 429 that does not say how long
STATUSES = frozenset({429, 503})


def parse_retry_after(value: str | None, *, now: float) -> float | None:
    """Seconds to wait from a header of either form (seconds or HTTP date); None when there is none that can be read."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.fromtimestamp(now, UTC)).total_seconds())


class RetryAfterMiddleware:
    """Holds the whole host back, not only the request that was told to wait."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "RetryAfterMiddleware":
        """Scrapy's constructor."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Wait and ask again, or close the host for this run."""
        if response.status not in STATUSES:
            return response
        header = response.headers.get("Retry-After")
        seconds = parse_retry_after(header.decode("latin-1") if header else None, now=time())
        if seconds is None:
            if response.status != 429:
                return response
            seconds = DEFAULT_WAIT
        spider = cast("Spider", self._crawler.spider)
        pace, host = spider.job.pace, urlsplit(request.url).hostname or ""  # type: ignore[attr-defined]
        if seconds > LONGEST_WAIT:
            pace.close(host, seconds)
            raise RetryLater(seconds)
        pace.hold(host, seconds)
        return get_retry_request(request, spider=spider, reason="retry-after", give_up_log_level="DEBUG") or response
