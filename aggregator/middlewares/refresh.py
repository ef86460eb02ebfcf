"""`Refresh`, as a header or as a meta element, followed like a redirect when it is short.

The rule: HTML standard, "shared declarative refresh steps". Scrapy's own middleware knows
only the element, decodes the whole page to look for it, and loses a page that reloads itself.
"""

import re
from typing import Final
from urllib.parse import urldefrag, urljoin

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.http import HtmlResponse, Response
from w3lib.html import get_base_url, get_meta_refresh

from aggregator.urls import fetchable

from .addresses import without_credentials

LONGEST: Final = 5.0  # seconds; a longer one is an offer to the reader, such as a page that renews itself
HEAD: Final = 16 * 1024  # bytes; the element stands in the head
_HEADER: Final = re.compile(r"\s*(\d{1,6})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?(.{1,4096})", re.IGNORECASE | re.DOTALL)


def parse_refresh(value: str, *, base: str) -> tuple[float, str] | None:
    """Seconds and absolute address of a Refresh header; None when it names no address."""
    match = _HEADER.fullmatch(value)
    if match is None:
        return None
    try:
        return float(match[1]), urljoin(base, match[2].strip().strip("'\""))
    except ValueError:
        return None


def meta_refresh(body: bytes, *, url: str) -> tuple[float, str] | None:
    """Seconds and absolute address of a refresh element in the page's head; None when there is none."""
    head = body[:HEAD]
    if b"refresh" not in head.lower():
        return None
    text = head.decode("utf-8", "replace")
    try:
        seconds, target = get_meta_refresh(text, get_base_url(text, url), ignore_tags=("script", "noscript"))
    except ValueError:
        return None
    return (seconds or 0.0, target) if target else None


class RefreshMiddleware(BaseRedirectMiddleware):
    """Follows a refresh; a page that leads to itself or back to where it came from is the page that was meant."""

    enabled_setting = "METAREFRESH_ENABLED"

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or a request for the address that it refreshes to."""
        target = self._target(request, response)
        if target is None:
            return response
        return self._redirect(self._redirect_request_using_get(request, response, target), request, "refresh")

    def _target(self, request: Request, response: Response) -> str | None:
        found = _stated(response) if 200 <= response.status < 300 else None
        if found is None or found[0] > LONGEST:
            return None
        target = _bare(found[1])
        been = request.meta.get("redirect_urls", [])
        again = target in been or (target == request.url and b"Set-Cookie" not in response.headers)
        return None if again or fetchable(target) else target


def _bare(url: str) -> str:
    """The address without fragment and credentials; empty for one that cannot be read."""
    try:
        return without_credentials(urldefrag(url)[0])
    except ValueError:
        return ""


def _stated(response: Response) -> tuple[float, str] | None:
    header = response.headers.get(b"Refresh")
    found = parse_refresh(header.decode("utf-8", "replace"), base=response.url) if header else None
    if found is None and isinstance(response, HtmlResponse):
        return meta_refresh(response.body, url=response.url)
    return found
