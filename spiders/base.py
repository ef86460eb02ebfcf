"""From Response to Page, and from a failed request to its reason."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, cast

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from aggregator.job import FetchJob
from aggregator.middlewares.addresses import without_credentials
from aggregator.middlewares.refusals import RetryLater, outcome_of, reason_of
from aggregator.models import FetchKind, FetchRecord, Hint, Page, Reason
from aggregator.urls import fetchable

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
    )


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
        validators: tuple[str | None, str | None] = (None, None),
        **kwargs: object,
    ) -> Iterable[Request]:
        """One request, or none when the address cannot be fetched or the budget is used up; then the reason is on record."""
        problem = fetchable(url)
        if problem is None and self.job.tally.requests >= self.job.config.limit:
            problem = Reason.LIMIT
        if problem is not None:
            self.job.skip(url, problem)
            return
        self.job.tally.requests += 1
        self.job.waiting[url] = kind
        names = ("If-None-Match", "If-Modified-Since")
        yield Request(
            url,
            callback=getattr(self, callback),
            errback=self.failed,
            cb_kwargs={"asked": url, **kwargs},
            headers={name: value for name, value in zip(names, validators, strict=True) if value},
            meta={
                "kind": kind,
                "download_maxsize": self.job.config.max_sitemap if kind == "sitemap" else self.job.config.max_page,
            },
            dont_filter=True,  # addresses are told apart by their key, not by Scrapy's fingerprint
        )

    def settle(self, record: FetchRecord) -> None:
        """Note how an address ended."""
        self.job.record(record)

    def failed(self, failure: Failure) -> None:
        """Note a request that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = cast("BaseException", failure.value)
        reason, detail = reason_of(error)
        if isinstance(error, RetryLater):
            self.job.tally.retry_after = max(self.job.tally.retry_after, error.seconds)
        self.settle(
            FetchRecord(
                url=request.cb_kwargs["asked"],
                final_url=without_credentials(request.url),
                source=self.job.source.id,
                kind=request.meta["kind"],
                outcome=outcome_of(reason),
                reason=reason,
                detail=detail or None,
                fetched_at=self.job.clock(),
                next_look_at=self.next_look(request.cb_kwargs["asked"], reason)
                if request.meta["kind"] == "page"
                else None,
            )
        )

    def next_look(self, url: str, reason: Reason) -> datetime | None:  # noqa: ARG002 (for spiders that keep a schedule)
        """When to try an address again; None: never."""
        return None

    def closed(self, reason: str) -> None:
        """Nothing asked for ends without an outcome."""
        for url, kind in tuple(self.job.waiting.items()):
            self.settle(
                FetchRecord(
                    url=url,
                    source=self.job.source.id,
                    kind=kind,
                    outcome="skipped",
                    reason=Reason.INTERRUPTED,
                    detail=None if reason == "finished" else reason,
                    fetched_at=self.job.clock(),
                    next_look_at=self.job.clock(),
                )
            )
