"""The crawl of one source: its listings, then the new and due addresses that they name."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from scrapy import Request
from scrapy.http import Response

from aggregator.job import Job, Planned
from aggregator.middlewares.addresses import without_credentials
from aggregator.models import Article, Context, FetchRecord, Hint, Page, Reason
from aggregator.pool import WorkFailed
from aggregator.schedule import LONGEST_ORDER, is_listed_anew, newest, next_look
from aggregator.sources import Listing, hint_fits, read_feed, read_section_page, read_sitemap
from aggregator.state import KnownUrl, ListingState
from aggregator.urls import could_be_trap, host_of, url_key

from .base import BaseSpider, to_page, unusable

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ListingKind = Literal["feed", "sitemap", "section", "home"]

SITEMAPS = 50  # most sitemaps read in one run
LISTS = 3  # a page of a followed site that names fewer articles may be an article itself
DEPTH = 4  # links from the start, for sources whose links are followed
FINAL = frozenset({Reason.ROBOTS, Reason.PRIVATE_ADDRESS, Reason.BAD_SCHEME, Reason.BAD_URL, Reason.REDIRECT_LOOP})


class SourceSpider(BaseSpider):
    """One source in one run."""

    name = "source"
    job: Job

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.listed: dict[str, ListingState] = {}  # validators to save when everything they list is settled
        self.seen: set[str] = set()  # keys of addresses met in this run
        self.unsettled = False  # something that a listing named was left undone

    @classmethod
    def from_crawler(cls, crawler: "Crawler", *args: Any, **kwargs: Any) -> "SourceSpider":
        """Scrapy's constructor; a job is needed, so that a crawl has a store and ends as a result."""
        if "job" not in kwargs:
            raise ValueError(
                "start crawls with `aggregator crawl`, which gives the spider its source, store and limits"
            )
        return super().from_crawler(crawler, *args, **kwargs)

    # ------------------------------------------------------------------------------------------ what to ask for

    async def start(self) -> AsyncIterator[Any]:
        """Pages that were asked for by name, the listings, then articles that are due for another look."""
        source = self.job.source
        starts: tuple[tuple[ListingKind, tuple[str, ...]], ...] = (
            ("feed", source.feeds),
            ("sitemap", source.sitemaps),
            ("section", source.sections),
            ("home", (source.home,) if source.follow else ()),
        )
        for url in dict.fromkeys(source.pages):
            if url_key(url) in self.seen:
                self.job.skip(url, Reason.NOT_DUE, detail="asked for in another form of its address")
            for request in self._page(Hint(origin="start", origin_url=url, url=url)):
                yield request
        for kind, urls in starts:
            for url in urls:
                for request in self._listing(url, kind):
                    yield request
        for request in self._due():
            yield request

    def _listing(self, url: str, kind: ListingKind, depth: int = 0) -> Iterable[Request]:
        url = without_credentials(url)
        self.seen.add(url_key(url))
        state = self.job.look_up(lambda: self.job.store.listing_state(url))
        self.listed[url] = state
        self.job.tally.listings_asked += 1
        validators = (state.etag, state.last_modified)
        return self.ask(url, kind=kind, callback="listing", validators=validators, depth=depth)

    def _due(self) -> Iterable[Request]:
        """At most half of what is left of the budget, so that after a long pause there is room for what is new."""
        room = (self.job.config.limit - self.job.tally.requests) // 2
        now = self.job.clock()
        for known in self.job.look_up(
            lambda: self.job.store.due_articles(self.job.source.id, now=now, limit=max(room, 0))
        ):
            yield from self._page(Hint(origin="revisit", origin_url=known.key, url=known.key))

    def _page(self, hint: Hint) -> Iterable[Request]:
        return self._pages((hint,))

    def _pages(self, hints: Sequence[Hint]) -> Iterable[Request]:
        """Requests for those addresses that are new, due, or listed with another modification date."""
        fresh = {url_key(hint.url): hint for hint in reversed(hints)}
        keys = [key for key in dict.fromkeys(url_key(hint.url) for hint in hints) if key not in self.seen]
        known = self.job.look_up(lambda: self.job.store.known(keys))
        self.seen.update(keys)
        for key in keys:
            yield from self._consider(fresh[key], known.get(key))

    def _consider(self, hint: Hint, known: KnownUrl | None) -> Iterable[Request]:
        reason = self._reason_against(hint, known)
        if self.job.dry_run:
            reason = reason or self.count_in(hint.url)
            self.job.planned.append(
                Planned(url=hint.url, fetch=reason is None, reason=reason or ("new" if known is None else "due"))
            )
            return
        if reason is None:
            stored = known is not None and known.article is not None  # a 304 is of use only for what we have
            validators = (known.etag, known.last_modified) if known and stored else (None, None)
            requests = tuple(
                self.ask(hint.url, kind="page", callback="page", validators=validators, hints=(hint,), known=known)
            )
            self.unsettled |= not requests
            yield from requests
        elif reason is not Reason.NOT_DUE:
            self.job.skip(hint.url, reason)

    def _reason_against(self, hint: Hint, known: KnownUrl | None) -> Reason | None:
        if known and known.tombstone:
            return Reason.TOMBSTONE
        if hint.origin in {"start", "revisit"}:
            return None
        if known is None or is_listed_anew(hint, known):
            return self._reason_against_new(hint)
        due = known.next_look_at is not None and known.next_look_at <= self.job.clock()
        return None if due else Reason.NOT_DUE

    def _reason_against_new(self, hint: Hint) -> Reason | None:
        if not hint_fits(hint, self.job.source.rules):
            return Reason.FILTERED
        return Reason.DEPTH if could_be_trap(hint.url) else None

    # ------------------------------------------------------------------------------------------ what came back

    async def listing(self, response: Response, asked: str, depth: int) -> AsyncIterator[Request | Page]:
        """Read a feed, sitemap or section page in a worker, and go on to what it names."""
        kind = cast("ListingKind", response.meta["kind"])
        page = self._to_page(response, asked)
        problem = unusable(response)
        if problem or response.status == 304:
            reason, detail = problem or (None, "")
            self._listing_ended(page, kind, reason=reason, detail=detail)
            return
        try:
            listing = await self._read(kind, page)
        except WorkFailed as error:
            self._listing_ended(page, kind, reason=error.reason, detail=error.detail)
            return
        self.job.tally.warnings += [f"{asked}: {warning}" for warning in listing.warnings]
        if kind == "home" and depth and len(listing.entries) < LISTS:
            yield page
        else:
            self._listing_ended(page, kind, reason=listing.problem, detail=listing.detail, listing=listing)
        for request in self._follow(listing, kind, depth):
            yield request

    async def _read(self, kind: ListingKind, page: Page) -> Listing:
        content_type = page.header("content-type")
        if kind == "feed":
            return await self.job.pool.run(read_feed, page.body, url=page.final_url, content_type=content_type)
        if kind == "sitemap":
            return await self.job.pool.run(read_sitemap, page.body, url=page.final_url)
        rules = self.job.source.rules
        return await self.job.pool.run(
            read_section_page, page.body, url=page.final_url, content_type=content_type, rules=rules
        )

    def _follow(self, listing: Listing, kind: ListingKind, depth: int) -> Iterable[Request]:
        self.job.tally.found += len(listing.entries)
        yield from self._pages(listing.entries)
        for child in listing.children:
            if self.job.tally.listings_asked >= SITEMAPS:
                self.job.skip(child.url, Reason.LIMIT, kind="sitemap")
            elif url_key(child.url) not in self.seen:
                yield from self._listing(child.url, "sitemap", depth + 1)
        if kind == "home" and depth < DEPTH:
            yield from self._deeper(listing, depth)

    def _deeper(self, listing: Listing, depth: int) -> Iterable[Request]:
        """Section pages of a site whose links are followed, on its own host only."""
        for url in (*listing.sections, *((listing.next_url,) if listing.next_url else ())):
            own = host_of(url) == host_of(self.job.source.home)
            if own and url_key(url) not in self.seen and not could_be_trap(url):
                yield from self._listing(url, "home", depth + 1)

    async def page(
        self, response: Response, asked: str, hints: tuple[Hint, ...], known: KnownUrl | None
    ) -> AsyncIterator[Request | Page]:
        """Hand an article page to the pipelines, or note why there is none."""
        from aggregator.extraction.pagination import next_page

        page = self._to_page(response, asked, hints)
        problem = unusable(response)
        if problem:
            self.settle(self._failed_page(page, known, *problem))
        elif response.status == 304:
            self.settle(self._unchanged_page(page, known))
        elif next_page(page) is None or not await self._is_article(page):
            yield page
        else:
            for one in self.whole(page):
                yield one

    async def _is_article(self, page: Page) -> bool:
        """Whether further pages are worth asking for: those of lists and forums are not."""
        from aggregator.processing import process

        try:
            return isinstance(await self.job.pool.run(process, page, context=Context(source=self.job.source)), Article)
        except WorkFailed:
            return False

    # ------------------------------------------------------------------------------------------ records

    def _to_page(self, response: Response, asked: str, hints: tuple[Hint, ...] = ()) -> Page:
        return to_page(response, asked=asked, source=self.job.source.id, hints=hints, now=self.job.clock())

    def _unchanged_page(self, page: Page, known: KnownUrl | None) -> FetchRecord:
        first_seen = known.first_seen_at if known else None
        look = next_look(first_seen=first_seen, status=page.status, failures=0, now=page.fetched_at)
        return replace(
            _record_of(page),
            outcome="unchanged",
            etag=page.header("etag"),
            last_modified=page.header("last-modified"),
            next_look_at=look,
            listed_modified=page.hints[0].modified,
        )

    def _failed_page(self, page: Page, known: KnownUrl | None, reason: Reason, detail: str) -> FetchRecord:
        """Without the validators of the error page: a 304 to them would hide that the article is gone."""
        failures = (known.failures if known else 0) + 1
        look = next_look(first_seen=None, status=page.status, failures=failures, now=page.fetched_at)
        return replace(_record_of(page), outcome="error", reason=reason, detail=detail, next_look_at=look)

    def _listing_ended(
        self,
        page: Page,
        kind: ListingKind,
        *,
        reason: Reason | None = None,
        detail: str = "",
        listing: Listing | None = None,
    ) -> None:
        if reason is None:
            self.listed[page.url] = _after_reading(self.listed[page.url], page, kind, listing)
        if listing:
            self.job.tally.ttls.append(listing.ttl_seconds or 0)
        ended = replace(_record_of(page), kind=kind, outcome="error" if reason else "listing", reason=reason)
        self.settle(replace(ended, detail=detail or None, found=len(listing.entries) if listing else None))

    def settle(self, record: FetchRecord) -> None:
        """Note how an address ended; a listing's failures in a row are counted, whatever they were."""
        if record.outcome == "error" and record.url in self.listed and record.kind != "page":
            state = self.listed[record.url]
            self.listed[record.url] = replace(state, failures=state.failures + 1, fetched_at=record.fetched_at)
        super().settle(record)

    def next_look(self, request: Request, reason: Reason, wait: float) -> datetime | None:
        """When to try an address again that gave no answer; None when trying again is of no use."""
        if reason in FINAL:
            return None
        if reason is Reason.INTERRUPTED:
            return self.job.clock()
        known: KnownUrl | None = request.cb_kwargs["known"]
        now = self.job.clock()
        look = next_look(first_seen=None, status=None, failures=(known.failures if known else 0) + 1, now=now)
        return look and max(look, now + min(timedelta(seconds=wait), LONGEST_ORDER))

    def closed(self, reason: str) -> None:
        """Save the listings' validators, but only when nothing that they name was left undone: a 304 must never hide it."""
        self.unsettled |= bool(self.job.waiting) or reason != "finished"
        super().closed(reason)
        if self.job.dry_run:
            return
        for state in self.listed.values():
            forgotten = replace(state, etag=None, last_modified=None) if self.unsettled else state
            if state.fetched_at:
                self.job.guarded(lambda state=forgotten: self.job.store.save_listing(state))  # type: ignore[misc]


def _record_of(page: Page) -> FetchRecord:
    """What every answer has; the outcome is to be set."""
    return FetchRecord(
        url=page.url,
        final_url=page.final_url,
        source=page.source,
        outcome="error",
        status=page.status,
        bytes=len(page.body),
        elapsed_ms=page.elapsed_ms,
        fetched_at=page.fetched_at,
    )


def _after_reading(state: ListingState, page: Page, kind: ListingKind, listing: Listing | None) -> ListingState:
    """A listing's state after it was read, or was unchanged (`listing` is None).

    What leads to other listings keeps no validators: they may change while it stays the same.
    """
    etag, modified = page.header("etag"), page.header("last-modified")
    if listing is None:
        etag, modified = etag or state.etag, modified or state.last_modified
    elif listing.children or kind == "home":
        etag = modified = None
    newest_item_at = (newest(listing.entries) if listing else None) or state.newest_item_at
    return replace(
        state, etag=etag, last_modified=modified, failures=0, fetched_at=page.fetched_at, newest_item_at=newest_item_at
    )
