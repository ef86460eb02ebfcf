"""What the article is to what is stored: new, the same, a revision, a copy; and which story it tells."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.identity import choose_story, decide, settle_address, spare_whole, story_terms
from aggregator.job import Job, Processed
from aggregator.models import Article, FetchRecord, Outcome, Page, Part, Reason, Rejection, Unit
from aggregator.schedule import next_look
from aggregator.urls import url_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

STORY_WINDOW = timedelta(days=5)  # NewsBlur clusters 120 hours back


class IdentityPipeline:
    """Processed -> Processed with the unit that is to be written."""

    def __init__(self, job: Job) -> None:
        self._job = job

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "IdentityPipeline":
        """Scrapy's constructor."""
        return cls(crawler.spider.job)  # type: ignore[union-attr]

    def process_item(self, item: Processed) -> Processed:
        """Ask the store for candidates, and let the pure functions decide."""
        if isinstance(item.result, Rejection):
            return replace(item, unit=self._rejected(item, item.result))
        unit: list[Unit] = []
        self._job.guarded(lambda: unit.append(self._article(item, item.result)))  # type: ignore[arg-type]
        return replace(item, unit=unit[0] if unit else None)

    def _article(self, item: Processed, article: Article) -> Unit:
        store = self._job.store
        addresses = (article.url, item.page.url, item.page.final_url, *item.page.redirects)
        keys = tuple(dict.fromkeys(url_key(url) for url in addresses))
        assert article.fingerprint  # noqa: S101 (process() always gives one)
        candidates = store.candidates(keys=keys, fingerprint=article.fingerprint, url=article.url)
        article = settle_address(article, candidates)
        verdict = decide(article, candidates)
        if item.page.incomplete:
            verdict = spare_whole(article, verdict, candidates)
        terms = story_terms(article)
        since = item.page.fetched_at - STORY_WINDOW
        names = tuple(term for term, _ in terms)
        stories = (
            store.story_candidates(terms=names, since=since, language=article.language)
            if verdict.relation == "new"
            else ()
        )
        return Unit(
            fetch=self._fetch(item, "new", None),
            article=article,
            verdict=verdict,
            story=choose_story(terms, article, stories),
            story_terms=terms,
            hints=item.page.hints,
            parts=_parts(item.page, article.parts),
        )

    def _rejected(self, item: Processed, rejection: Rejection) -> Unit:
        fetch = self._fetch(item, "rejected", rejection.reason)
        fetch = replace(fetch, detail="; ".join(filter(None, (rejection.detail, fetch.detail))) or None)
        return Unit(fetch=fetch, rejection=rejection, hints=item.page.hints, parts=_parts(item.page, ()))

    def _fetch(self, item: Processed, outcome: Outcome, reason: str | None) -> FetchRecord:
        page = item.page
        return FetchRecord(
            url=page.url,
            final_url=page.final_url,
            source=page.source,
            outcome=outcome,
            reason=reason,
            detail="shown by a browser" if page.rendered else None,
            status=page.status,
            bytes=len(page.body),
            elapsed_ms=page.elapsed_ms,
            fetched_at=page.fetched_at,
            etag=None if page.incomplete else page.header("etag"),  # "not modified" must not hide what is missing
            last_modified=None if page.incomplete else page.header("last-modified"),
            next_look_at=next_look(first_seen=self._born(item), status=page.status, failures=0, now=page.fetched_at),
            listed_modified=page.hints[0].modified if page.hints else None,
        )

    def _born(self, item: Processed) -> datetime | None:
        """When the article was published, else when its address was first seen: its looks are counted from there, and end."""
        if isinstance(item.result, Article) and item.result.published:
            return item.result.published
        key = url_key(item.page.url)
        known = self._job.look_up(lambda: self._job.store.known((key,))).get(key)
        return known.first_seen_at if known else None


def _parts(page: Page, joined: tuple[str, ...]) -> tuple[Part, ...]:
    """The records of an article's further pages, and of those that turned out to be none (not `joined`)."""
    return tuple(
        Part(
            fetch=FetchRecord(
                url=part.url,
                final_url=part.final_url,
                source=page.source,
                kind="part",
                outcome="part" if part.final_url in joined else "rejected",
                reason=None if part.final_url in joined else Reason.NO_PART,
                status=part.status,
                bytes=len(part.body),
                elapsed_ms=part.elapsed_ms,
                fetched_at=part.fetched_at,
            )
        )
        for part in page.parts
    )
