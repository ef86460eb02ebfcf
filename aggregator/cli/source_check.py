"""Whether the listings of a source still work: fetched once, read, and judged in words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from aggregator.models import REASONS, Page, Reason, Source
from aggregator.schedule import newest

if TYPE_CHECKING:
    from aggregator.crawl import Fetched
    from aggregator.sources import Listing

Fetch = Callable[[Sequence[str]], "Sequence[Fetched]"]
"""Fetches addresses through all guards; results in the order given."""

Verdict = Literal["parses", "stale", "broken", "blocked", "unreachable"]
STALE_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One listing, judged. `says` is the sentence for people."""

    source: str
    url: str
    kind: Literal["feed", "sitemap", "section"]
    verdict: Verdict
    says: str
    entries: int = 0
    newest: datetime | None = None
    warnings: tuple[str, ...] = ()


def check_sources(sources: Iterable[Source], fetch: Fetch, *, now: datetime) -> tuple[Check, ...]:
    """Fetch and judge every listing of these sources, in the order of the list."""
    wanted = [(source, kind, url) for source in sources for kind, urls in _listings(source) for url in urls]
    fetched = {result.url: result for result in fetch(tuple(dict.fromkeys(url for _, _, url in wanted)))}
    return tuple(judge(fetched[url], source=source, kind=kind, now=now) for source, kind, url in wanted)


def _listings(source: Source) -> tuple[tuple[Literal["feed", "sitemap", "section"], tuple[str, ...]], ...]:
    return ("feed", source.feeds), ("sitemap", source.sitemaps), ("section", source.sections)


def judge(fetched: "Fetched", *, source: Source, kind: Literal["feed", "sitemap", "section"], now: datetime) -> Check:
    """What became of one listing."""
    page = fetched.page
    if page is None:
        verdict, says = _not_fetched(fetched)
        return Check(source=source.id, url=fetched.url, kind=kind, verdict=verdict, says=says)
    if not 200 <= page.status < 300:
        says = f"status {page.status}"
        return Check(source=source.id, url=fetched.url, kind=kind, verdict="unreachable", says=says)
    listing = read_listing(page, kind, source)
    count, latest = len(listing.entries) + len(listing.children), newest(listing.entries)
    verdict, says = _read(listing, count, latest, now)
    return Check(
        source=source.id,
        url=fetched.url,
        kind=kind,
        verdict=verdict,
        says=says,
        entries=count,
        newest=latest,
        warnings=listing.warnings,
    )


def read_listing(page: Page, kind: Literal["feed", "sitemap", "section"], source: Source) -> "Listing":
    """Read a fetched listing with the reader of its kind."""
    from aggregator import sources as readers

    if kind == "feed":
        return readers.read_feed(page.body, url=page.final_url, content_type=page.header("content-type"))
    if kind == "sitemap":
        return readers.read_sitemap(page.body, url=page.final_url)
    content_type = page.header("content-type")
    return readers.read_section_page(page.body, url=page.final_url, rules=source.rules, content_type=content_type)


def _not_fetched(fetched: "Fetched") -> tuple[Verdict, str]:
    code = fetched.record.reason if fetched.record else None
    if code in {Reason.ROBOTS, Reason.ROBOTS_UNREACHABLE}:
        return "blocked", f"blocked by robots: {REASONS[Reason(code)]}"
    detail = f" ({fetched.record.detail})" if fetched.record and fetched.record.detail else ""
    return "unreachable", (REASONS[Reason(code)] if code else "no answer") + detail


def _read(listing: "Listing", count: int, latest: datetime | None, now: datetime) -> tuple[Verdict, str]:
    if listing.problem:
        detail = f": {listing.detail}" if listing.detail else ""
        return "broken", REASONS[listing.problem] + detail
    if latest and now - latest > STALE_AFTER:
        return "stale", f"parses, {count} entries, but stale since {latest:%Y-%m-%d}"
    age = f", newest {_ago(now - latest)}" if latest else ", without dates"
    return "parses", f"parses, {count} entries{age if listing.entries else ''}"


def _ago(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    if hours < 0:
        return "in the future"
    return f"{hours:.0f} h old" if hours < 48 else f"{hours / 24:.0f} days old"
