"""The state of a crawl as the store keeps it: addresses, listings, sources, leases. Frozen records; all times are aware."""

from dataclasses import dataclass
from datetime import datetime

from .models import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUrl:
    """What the store knows of an address."""

    key: str
    article: int | None
    etag: str | None = None
    last_modified: str | None = None
    first_seen_at: datetime | None = None
    fetched_at: datetime | None = None  # the last time
    outcome: Outcome | None = None
    reason: str | None = None
    failures: int = 0  # in a row
    next_look_at: datetime | None = None  # None: never again
    listed_modified: str | None = None  # the modification date that a listing gave when it was last fetched
    tombstone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingState:
    """Validators and history of one feed, sitemap or section page."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    content: str | None = None  # hash of the last body
    fetched_at: datetime | None = None
    newest_item_at: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source is doing. All of it is in the store, none in memory or job folders."""

    id: str
    next_due_at: datetime | None = None
    last_run_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0  # runs in a row
    last_error: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How it went with a source's pages that a browser had to show."""

    source: str
    tried: int = 0  # pages
    helped: int = 0  # of them, those that became articles
    misses: int = 0  # since the last one that did


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to crawl one source (or all that share a registered domain) until `until`."""

    key: str
    owner: str
    until: datetime
