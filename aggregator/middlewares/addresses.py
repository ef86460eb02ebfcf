"""Every address that is asked for, redirects included: http or https, valid, without user and password, and in its own host's queue."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import Request

from aggregator.urls import fetchable

from .refusals import Refused

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class AddressMiddleware:
    """Refuses what cannot be fetched; takes credentials out, which Scrapy stumbles over and would write into its log."""

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "AddressMiddleware":  # noqa: ARG003 (Scrapy's constructor)
        """Scrapy's constructor."""
        return cls()

    def process_request(self, request: Request) -> Request | None:
        """Let the request pass, replace it, or raise Refused."""
        request.meta.pop("download_slot", None)  # Scrapy leaves a redirect in the queue of the host that it came from
        bare = without_credentials(request.url)
        if bare != request.url:
            return request.replace(url=bare)
        reason = fetchable(request.url)
        if reason is not None:
            raise Refused(reason)
        return None


def without_credentials(url: str) -> str:
    """The address without user and password: no secret is sent, stored or printed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url
