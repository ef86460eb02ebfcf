"""The narrow door to everything that is stored. One contract test suite (tests/store_contract.py) holds every implementation to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.models import Candidate, CrawlResult, FetchRecord, Fingerprint, Source, Stored, StoryCandidate, Unit
from aggregator.state import KnownUrl, Lease, ListingState, Rendering, SourceState


class Store(Protocol):
    """Where articles, their history and the state of the crawl are kept.

    Writers are made by `open_store`. Every method that writes is one transaction, or joins the open batch;
    any failure of the medium raises StoreError (StoreFull when there is no room). `now` is always an argument.
    """

    # -------------------------------------------------------------------------------------------- life

    def close(self) -> None:
        """Commit the open batch and let go of the file."""

    def flush(self) -> None:
        """Commit the open batch now."""

    # -------------------------------------------------------------------------------------------- runs, sources, leases

    def start_run(self, *, now: datetime, command: str, version: str) -> int:
        """Open a run record; its id goes into every fetch that follows."""

    def finish_run(self, run: int, *, now: datetime, status: int, results: Sequence[CrawlResult]) -> None:
        """Close a run record with its exit status and what each source gave."""

    def save_sources(self, sources: Iterable[Source], *, now: datetime, complete: bool = False) -> None:
        """Note configured sources (name, home, language, zone ...); state that exists stays as it is.

        `complete` says that these are all: others are then no longer configured.
        """

    def source_state(self, source: str) -> SourceState:
        """How a source is doing; a fresh state for one that never ran."""

    def finish_source(self, state: SourceState) -> None:
        """Write a source's state after its crawl."""

    def rendering(self, source: str) -> Rendering:
        """How it went with a source's pages that a browser had to show."""

    def save_rendering(self, state: Rendering) -> None:
        """Write it."""

    def claim(self, key: str, *, owner: str, now: datetime, until: datetime) -> Lease | None:
        """Take the lease of a key; None when somebody else holds one that has not run out."""

    def renew(self, lease: Lease, *, until: datetime, now: datetime) -> Lease | None:
        """Extend a lease; None when it was lost."""

    def release(self, lease: Lease) -> None:
        """Give a lease back."""

    # -------------------------------------------------------------------------------------------- addresses and listings

    def known(self, keys: Iterable[str]) -> dict[str, KnownUrl]:
        """What is known of addresses, by `url_key`; addresses never seen are left out."""

    def due_articles(self, source: str, *, now: datetime, limit: int) -> tuple[KnownUrl, ...]:
        """Addresses of a source whose `next_look_at` has passed, the most overdue first. `key` is the address to ask for.

        These are stored articles (`article` is set), and pages that gave nothing and are to be tried again.
        """

    def listing_state(self, url: str) -> ListingState:
        """Validators of a feed, sitemap or section page; fresh ones for an address never read."""

    def save_listing(self, state: ListingState) -> None:
        """Write them."""

    # -------------------------------------------------------------------------------------------- identity

    def candidates(
        self, *, keys: Sequence[str], fingerprint: Fingerprint, limit: int = 20, url: str | None = None
    ) -> tuple[Candidate, ...]:
        """Stored articles reachable by one of the address keys, with the same content hash, or sharing sketch values; best first.

        An address that is not known is found by its site's own number, if `url` has one and the site's other addresses show that
        each article has one of its own.
        """

    def story_candidates(
        self, *, terms: Sequence[str], since: datetime, language: str | None
    ) -> tuple[StoryCandidate, ...]:
        """Stories seen since an instant that share a term."""

    def segments(self, source: str) -> frozenset[int]:
        """Hashes of text that repeats across a source's pages often enough to be boilerplate."""

    # -------------------------------------------------------------------------------------------- writing

    def put(self, unit: Unit, *, run: int, now: datetime) -> Stored:
        """Write everything about one page: article or rejection, revision, links, removed lines, claims, address forms, fetch."""

    def is_removed(self, unit: Unit) -> bool:
        """Whether a page's article was removed on request, so that `put` will store nothing of it."""

    def record(self, fetch: FetchRecord, *, run: int) -> None:
        """Note an address that gave no page: a listing, an error, or one that was not asked for."""
