"""From Response to Page, and from a failed request to its reason."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from aggregator.job import FetchJob
from aggregator.middlewares.addresses import without_credentials
from aggregator.middlewares.refusals import RetryLater, outcome_of, reason_of
from aggregator.models import FetchKind, FetchRecord, Hint, Page, Reason
from aggregator.urls import fetchable, same_site

KEPT_HEADERS: Final = frozenset(
    {
        "content-language",
        "content-type",
        "date",
        "etag",
        "last-modified",
        "link",
        "refresh",
        "retry-after",
        "tdm-policy",
        "tdm-reservation",
        "x-robots-tag",
    }
)

_RANGE: Final = re.compile(rb"\s*bytes\s+0-(\d{1,15})/(\d{1,15})\s*")


def to_page(response: Response, *, asked: str, source: str | None, hints: tuple[Hint, ...], now: datetime) -> Page:
    """The answer as a Page. `asked` is the address as it was given, before redirects."""
    headers = tuple(
        (name, value.decode("utf-8", errors="replace"))
        for name in sorted(KEPT_HEADERS)
        for value in response.headers.getlist(name)
    )
    latency = response.meta.get("download_latency")
    return Page(
        url=asked,
        final_url=without_credentials(response.url),
        status=response.status,
        headers=headers,
        body=response.body,
        fetched_at=now,
        source=source,
        hints=hints,
        elapsed_ms=round(latency * 1000) if latency is not None else None,
        redirects=tuple(without_credentials(url) for url in response.meta.get("redirect_urls", ())),
        reserved=bool(response.meta.get("reserved")),
    )


def failed_part(page: Page, reason: Reason, detail: str) -> FetchRecord:
    """The record of a further page that is of no use."""
    return FetchRecord(
        url=page.url,
        final_url=page.final_url,
        source=page.source,
        kind="part",
        outcome="error",
        reason=reason,
        detail=detail,
        status=page.status,
        bytes=len(page.body),
        fetched_at=page.fetched_at,
    )


def unusable(response: Response) -> tuple[Reason, str] | None:
    """Why an answer's status makes it nothing to read; None for a whole body, and for the 304 that a conditional request asks for."""
    status = response.status
    asked = response.request.headers if response.request else {}
    if status == 304:
        conditional = "If-None-Match" in asked or "If-Modified-Since" in asked
        return None if conditional else (Reason.BAD_RESPONSE, "status 304 without a condition")
    if status == 206 and not _is_whole(response.headers.get("Content-Range")):
        return Reason.TRUNCATED, "status 206"
    return None if 200 <= status < 300 else (Reason.HTTP_STATUS, f"status {status}")


def _is_whole(content_range: bytes | None) -> bool:
    """Whether a Content-Range (RFC 9110 section 14.4) spans all that there is."""
    match = _RANGE.fullmatch(content_range or b"")
    return match is not None and int(match[1]) + 1 == int(match[2])


class BaseSpider(Spider):
    """Makes requests and notes how each ended."""

    def __init__(self, *, job: FetchJob, name: str | None = None) -> None:
        super().__init__(name)
        self.job = job
        job.abandon = lambda: self.closed("interrupted")

    def ask(
        self,
        url: str,
        *,
        kind: FetchKind,
        callback: str,
        errback: str = "failed",
        validators: tuple[str | None, str | None] = (None, None),
        **kwargs: object,
    ) -> Iterable[Request]:
        """One request, without user and password; none when the address cannot be fetched or the budget is used up.

        Then the reason is on record.
        """
        url = without_credentials(url)
        problem = self.count_in(url)
        if problem is not None:
            self.job.skip(url, problem, kind=kind)
            return
        self.job.waiting[url] = kind
        names = ("If-None-Match", "If-Modified-Since")
        yield Request(
            url,
            callback=getattr(self, callback),
            errback=getattr(self, errback),
            cb_kwargs={"asked": url, **kwargs},
            headers={name: value for name, value in zip(names, validators, strict=True) if value},
            meta={
                "kind": kind,
                "download_maxsize": self.job.config.max_sitemap if kind == "sitemap" else self.job.config.max_page,
            },
            dont_filter=True,  # addresses are told apart by their key, not by Scrapy's fingerprint
        )

    def count_in(self, url: str) -> Reason | None:
        """Take one request from the budget; why not, where the address cannot be fetched or nothing is left."""
        problem = fetchable(url)
        if problem is None and self.job.tally.requests >= self.job.config.limit:
            problem = Reason.LIMIT
        self.job.tally.requests += problem is None
        return problem

    def whole(self, page: Page, **kwargs: Any) -> Iterable[Request | Page]:
        """A request for the next page of an article; the article's page, where it has all of them."""
        from aggregator.extraction.pagination import next_page  # not before a page came: most crawls bring none

        size = len(page.body) + sum(len(part.body) for part in page.parts)
        address = next_page(page) if size < self.job.config.max_page else None
        asked = (
            tuple(self.ask(address, kind="part", callback="part", errback="part_failed", page=page, **kwargs))
            if address
            else ()
        )
        yield from asked or self.complete(replace(page, incomplete=address is not None), **kwargs)

    def part(self, response: Response, asked: str, page: Page, **kwargs: Any) -> Iterable[Request | Page]:
        """Take in a further page, and go on; one that cannot be used ends the article there."""
        further = to_page(response, asked=asked, source=page.source, hints=(), now=self.job.clock())
        problem = unusable(response)
        if problem is None:
            yield from self.whole(replace(page, parts=(*page.parts, further)), **kwargs)
        else:
            self.settle(failed_part(further, *problem))
            yield from self.complete(replace(page, incomplete=True), **kwargs)

    def part_failed(self, failure: Failure) -> Iterable[Request | Page]:
        """The article without a page that gave no answer."""
        self.failed(failure)
        arguments = dict(failure.request.cb_kwargs)  # type: ignore[attr-defined]
        arguments.pop("asked")
        yield from self.complete(replace(arguments.pop("page"), incomplete=True), **arguments)

    def complete(self, page: Page, **_: Any) -> Iterable[Request | Page]:
        """What becomes of an article's page when nothing is to be added to it."""
        yield page

    def settle(self, record: FetchRecord) -> None:
        """Note how an address ended."""
        self.job.record(record)

    def failed(self, failure: Failure) -> None:
        """Note a request that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = cast("BaseException", failure.value)
        reason, detail = reason_of(error)
        wait = error.seconds if isinstance(error, RetryLater) else 0.0
        kind: FetchKind = request.meta["kind"]
        if kind != "page" or same_site(
            request.url, self.job.source.home
        ):  # a site that an article stands on by chance does not count
            self.job.tally.retry_after = max(self.job.tally.retry_after, wait)
        self.settle(
            FetchRecord(
                url=request.cb_kwargs["asked"],
                final_url=without_credentials(request.url),
                source=self.job.source.id,
                kind=kind,
                outcome=outcome_of(reason),
                reason=reason,
                detail=detail or None,
                fetched_at=self.job.clock(),
                next_look_at=self.next_look(request, reason, wait) if kind == "page" else None,
            )
        )

    def next_look(self, request: Request, reason: Reason, wait: float) -> datetime | None:  # noqa: ARG002 (for spiders that keep a schedule)
        """When to try an address again, at least `wait` seconds from now; None: never."""
        return None

    def closed(self, reason: str) -> None:
        """Nothing asked for ends without an outcome: what is open was interrupted, or lost where an answer could not be handled."""
        lost = reason == "finished"
        now = self.job.clock()
        for url, kind in tuple(self.job.waiting.items()):
            self.settle(
                FetchRecord(
                    url=url,
                    source=self.job.source.id,
                    kind=kind,
                    outcome="error" if lost else "skipped",
                    reason=Reason.SPIDER if lost else Reason.INTERRUPTED,
                    detail=None if lost else reason,
                    fetched_at=now,
                    next_look_at=now,
                )
            )
