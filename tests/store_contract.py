"""What every implementation of `Store` must do. A test module makes a fixture `store` and inherits from `StoreContract`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.models import (
    Article,
    CrawlResult,
    Dated,
    FetchRecord,
    Fingerprint,
    Hint,
    Reason,
    Rejection,
    Source,
    Unit,
    Verdict,
)
from aggregator.state import ListingState, SourceState
from aggregator.store.base import Store
from aggregator.urls import url_key

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = Source(id="stage", name="The Stage Door", home="https://stage.example/")


def make_article(number: int = 1, **changes: Any) -> Article:
    """An article of its own address, title, text and fingerprint."""
    url = f"https://stage.example/news/{number}"
    values: dict[str, Any] = {
        "url": url,
        "title": f"Opening night {number}",
        "text": f"The curtain rose for play {number}.\n\nThe house was full.",
        "source": "stage",
        "language": "en",
        "requested_url": url,
        "final_url": url,
        "fetched_at": NOW,
        "publication": Dated(instant=NOW - HOUR, precision="minute", zone="stated", origin="json-ld"),
        "fingerprint": Fingerprint(content=f"{number:032x}", sketch=(number * 10, number * 10 + 1, number * 10 + 2)),
    }
    return Article(**(values | changes))


def make_fetch(url: str, **changes: Any) -> FetchRecord:
    """A fetch that went well."""
    values: dict[str, Any] = {"url": url, "source": "stage", "outcome": "new", "status": 200, "fetched_at": NOW}
    return FetchRecord(**(values | changes))


def make_unit(article: Article, *, relation: str = "new", of: int | None = None, **changes: Any) -> Unit:
    """An article with its verdict and its fetch."""
    verdict = Verdict(relation=relation, of=of, containment=0.9, evidence="shared paragraphs")  # type: ignore[arg-type]
    values: dict[str, Any] = {"fetch": make_fetch(article.requested_url), "article": article, "verdict": verdict}
    return Unit(**(values | changes))


class StoreContract:
    """The contract, test by test."""

    @pytest.fixture
    def run(self, store: Store) -> int:
        return store.start_run(now=NOW, command="crawl", version="1")

    # ---------------------------------------------------------------------------------------- articles

    def test_new_article_is_known_by_every_form_of_its_address(self, store: Store, run: int) -> None:
        forms: dict[str, Any] = {"final_url": "https://stage.example/b/1", "requested_url": "https://stage.example/a/1"}
        hint = Hint(origin="feed", origin_url="https://stage.example/feed", url="https://stage.example/f/1")
        stored = store.put(make_unit(make_article(**forms), hints=(hint,)), run=run, now=NOW)
        assert stored.outcome == "new"
        urls = [*forms.values(), hint.url, "https://stage.example/news/1"]
        known = store.known(map(url_key, urls))
        assert [known[url_key(url)].article for url in urls] == [stored.article] * 4

    def test_address_never_seen_is_left_out(self, store: Store) -> None:
        assert store.known([url_key("https://stage.example/never")]) == {}

    def test_many_addresses_can_be_asked_for_at_once(self, store: Store, run: int) -> None:
        stored = store.put(make_unit(make_article()), run=run, now=NOW)
        keys = [url_key(f"https://stage.example/x/{n}") for n in range(2000)] + [
            url_key("https://stage.example/news/1")
        ]
        assert [known.article for known in store.known(keys).values()] == [stored.article]

    def test_validators_and_next_look_are_kept_for_the_address_asked_for(self, store: Store, run: int) -> None:
        article = make_article(final_url="https://stage.example/final")
        fetch = make_fetch(article.requested_url, etag='"e"', last_modified="Sat", next_look_at=NOW + HOUR)
        store.put(make_unit(article, fetch=fetch), run=run, now=NOW)
        known = store.known([url_key(article.requested_url), url_key(article.final_url)])
        asked = known[url_key(article.requested_url)]
        assert (asked.etag, asked.last_modified, asked.next_look_at, asked.fetched_at) == (
            '"e"',
            "Sat",
            NOW + HOUR,
            NOW,
        )
        assert known[url_key(article.final_url)].next_look_at is None

    def test_same_changes_nothing_but_when_it_was_seen(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        again = make_unit(make_article(text="Other words."), relation="same", of=first.article)
        stored = store.put(again, run=run, now=NOW + HOUR)
        assert (stored.article, stored.outcome) == (first.article, "unchanged")
        assert self.candidate(store).text == make_article().text

    def test_worse_text_never_replaces_a_good_one(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        verdict = Verdict(relation="same", of=first.article, worse=True, evidence="a stub")
        unit = replace(make_unit(make_article(text="Log in to read.")), verdict=verdict)
        stored = store.put(unit, run=run, now=NOW + HOUR)
        assert (stored.article, stored.outcome) == (first.article, "rejected")
        assert self.candidate(store).text == make_article().text
        assert store.known([url_key(unit.fetch.url)])[url_key(unit.fetch.url)].reason == Reason.WORSE_THAN_STORED

    def test_revision_replaces_text(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        newer = make_article(text="The curtain rose twice.")
        stored = store.put(make_unit(newer, relation="revision", of=first.article), run=run, now=NOW + HOUR)
        assert (stored.article, stored.outcome) == (first.article, "updated")
        assert self.candidate(store).text == "The curtain rose twice."

    def test_revision_without_a_difference_is_none(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        stored = store.put(make_unit(make_article(), relation="revision", of=first.article), run=run, now=NOW)
        assert stored.outcome == "unchanged"

    def test_every_version_may_come_back(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        for hours, article in enumerate((make_article(text="Changed."), make_article()), 1):
            stored = store.put(
                make_unit(article, relation="revision", of=first.article), run=run, now=NOW + hours * HOUR
            )
            assert stored.outcome == "updated"
        assert self.candidate(store).text == make_article().text

    def test_revision_that_states_no_date_keeps_the_old_one(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        newer = make_article(text="Changed.", publication=None)
        store.put(make_unit(newer, relation="revision", of=first.article), run=run, now=NOW)
        assert self.candidate(store).published == NOW - HOUR

    def test_duplicate_is_a_row_that_names_its_original(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article(1)), run=run, now=NOW)
        copy = store.put(make_unit(make_article(2), relation="duplicate", of=first.article), run=run, now=NOW)
        assert (copy.outcome, copy.article == first.article) == ("duplicate", False)
        assert self.candidate(store, 2).duplicate_of == first.article

    def test_copy_of_a_copy_is_a_copy_of_the_original(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article(1)), run=run, now=NOW)
        second = store.put(make_unit(make_article(2), relation="duplicate", of=first.article), run=run, now=NOW)
        store.put(make_unit(make_article(3), relation="duplicate", of=second.article), run=run, now=NOW)
        assert self.candidate(store, 3).duplicate_of == first.article

    def test_address_is_stored_once_whatever_the_verdict(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        stored = store.put(make_unit(make_article(text="Changed.")), run=run, now=NOW)
        assert (stored.article, stored.outcome) == (first.article, "updated")

    def test_verdict_about_an_article_that_does_not_exist_is_a_new_article(self, store: Store, run: int) -> None:
        assert store.put(make_unit(make_article(), relation="duplicate", of=99), run=run, now=NOW).outcome == "new"
        assert store.put(make_unit(make_article(2), relation="same", of=99), run=run, now=NOW).outcome == "new"

    def test_article_without_text_is_a_rejection(self, store: Store, run: int) -> None:
        stored = store.put(make_unit(make_article(text=" \n")), run=run, now=NOW)
        assert (stored.article, stored.outcome) == (None, "rejected")

    def test_text_that_is_no_unicode_is_stored_with_replacements(self, store: Store, run: int) -> None:
        article = make_article(title="Half \ud83d a pair", tags=("\udc00",))
        assert store.put(make_unit(article), run=run, now=NOW).outcome == "new"
        assert self.candidate(store).title == "Half ? a pair"

    @pytest.mark.parametrize("precision", ["second", "minute", "day", "month", "year"])
    def test_every_precision_of_a_date_can_be_read_again(self, store: Store, run: int, precision: Any) -> None:
        instant = datetime(2024, 1, 1, tzinfo=UTC)
        dated = Dated(instant=instant, precision=precision, zone="unknown", origin="text")
        store.put(make_unit(make_article(publication=dated)), run=run, now=NOW)
        assert self.candidate(store).published == instant

    def test_rejection_is_known_with_its_reason(self, store: Store, run: int) -> None:
        url = "https://stage.example/tag/plays"
        rejection = Rejection(url=url, reason=Reason.LISTING, detail="40 links")
        stored = store.put(Unit(fetch=make_fetch(url), rejection=rejection), run=run, now=NOW)
        known = store.known([url_key(url)])[url_key(url)]
        assert (stored.outcome, known.article, known.outcome, known.reason) == ("rejected", None, "rejected", "listing")

    def test_rejection_of_a_stored_articles_address_keeps_the_article(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        url = make_article().url
        store.put(Unit(fetch=make_fetch(url), rejection=Rejection(url=url, reason=Reason.WALL)), run=run, now=NOW)
        assert store.known([url_key(url)])[url_key(url)].article == first.article
        assert self.candidate(store).text == make_article().text

    # ---------------------------------------------------------------------------------------- addresses

    def test_failures_in_a_row_are_counted_until_it_goes_well(self, store: Store, run: int) -> None:
        url = make_article().url
        for _ in range(3):
            store.record(make_fetch(url, outcome="error", reason="timeout", status=None), run=run)
        assert store.known([url_key(url)])[url_key(url)].failures == 3
        store.put(make_unit(make_article()), run=run, now=NOW)
        assert store.known([url_key(url)])[url_key(url)].failures == 0

    def test_an_error_keeps_validators_and_article(self, store: Store, run: int) -> None:
        article = make_article()
        first = store.put(make_unit(article, fetch=make_fetch(article.url, etag='"e"')), run=run, now=NOW)
        store.record(make_fetch(article.url, outcome="error", reason="dns", status=None), run=run)
        known = store.known([url_key(article.url)])[url_key(article.url)]
        assert (known.etag, known.article, known.outcome) == ('"e"', first.article, "error")

    @pytest.mark.parametrize("by_put", [True, False])
    def test_unchanged_page_keeps_its_article_and_validators(self, store: Store, run: int, by_put: bool) -> None:
        article = make_article()
        first = store.put(make_unit(article, fetch=make_fetch(article.url, etag='"e"')), run=run, now=NOW)
        fetch = make_fetch(article.url, outcome="unchanged", status=304, fetched_at=NOW + HOUR)
        if by_put:
            assert store.put(Unit(fetch=fetch), run=run, now=NOW + HOUR).article == first.article
        else:
            store.record(fetch, run=run)
        known = store.known([url_key(article.url)])[url_key(article.url)]
        assert (known.etag, known.article, known.fetched_at) == ('"e"', first.article, NOW + HOUR)

    def test_unchanged_page_without_an_article_has_none(self, store: Store, run: int) -> None:
        url = "https://stage.example/about"
        store.record(make_fetch(url, outcome="unchanged", status=304), run=run)
        assert store.known([url_key(url)])[url_key(url)].article is None

    def test_skipped_address_stays_unknown_unless_it_is_to_be_asked_for_later(self, store: Store, run: int) -> None:
        url, later = "https://stage.example/1", "https://stage.example/2"
        store.record(make_fetch(url, outcome="skipped", reason="limit"), run=run)
        store.record(make_fetch(later, outcome="skipped", reason="retry_later", next_look_at=NOW + HOUR), run=run)
        known = store.known([url_key(url), url_key(later)])
        assert list(known) == [url_key(later)]
        assert (known[url_key(later)].next_look_at, known[url_key(later)].fetched_at) == (NOW + HOUR, None)

    def test_listing_is_no_page(self, store: Store, run: int) -> None:
        url = "https://stage.example/feed"
        store.record(make_fetch(url, kind="feed", outcome="listing", found=3), run=run)
        assert store.known([url_key(url)]) == {}

    def test_due_addresses_come_most_overdue_first(self, store: Store, run: int) -> None:
        for number, hours in ((1, 1), (2, 3), (3, 2), (4, 9)):
            article = make_article(number)
            fetch = make_fetch(article.url, next_look_at=NOW + hours * HOUR)
            store.put(make_unit(article, fetch=fetch), run=run, now=NOW)
        due = store.due_articles("stage", now=NOW + 3 * HOUR, limit=2)
        assert [known.key for known in due] == [make_article(1).url, make_article(3).url]
        assert store.due_articles("other", now=NOW + 3 * HOUR, limit=2) == ()

    def test_only_one_form_of_an_address_is_due(self, store: Store, run: int) -> None:
        first, second = make_fetch("https://stage.example/a"), make_fetch("https://stage.example/b")
        article = make_article()
        look = NOW + HOUR
        stored = store.put(make_unit(article, fetch=replace(first, next_look_at=look)), run=run, now=NOW)
        same = make_unit(article, relation="same", of=stored.article, fetch=replace(second, next_look_at=look))
        store.put(same, run=run, now=NOW)
        assert [known.key for known in store.due_articles("stage", now=look, limit=9)] == ["https://stage.example/b"]

    def test_listing_state_comes_back(self, store: Store) -> None:
        url = "https://stage.example/feed"
        assert store.listing_state(url) == ListingState(url=url)
        state = ListingState(
            url=url, etag='"1"', last_modified="Sat", content="h", fetched_at=NOW, newest_item_at=NOW - HOUR, failures=2
        )
        store.save_listing(state)
        assert store.listing_state(url) == state
        store.save_listing(replace(state, etag=None, failures=0))
        assert store.listing_state(url) == replace(state, etag=None, failures=0)

    # ---------------------------------------------------------------------------------------- sources, leases, runs

    def test_source_state_comes_back_and_outlives_the_list(self, store: Store) -> None:
        assert store.source_state("stage") == SourceState(id="stage")
        state = SourceState(
            id="stage",
            next_due_at=NOW,
            last_run_at=NOW,
            last_success_at=NOW,
            last_new_at=NOW,
            failures=1,
            last_error="no answer",
            enabled=False,
        )
        store.finish_source(state)
        store.save_sources([SOURCE], now=NOW)
        store.save_sources([], now=NOW, complete=True)
        assert store.source_state("stage") == state

    def test_lease_is_held_by_one_until_it_runs_out(self, store: Store) -> None:
        lease = store.claim("stage.example", owner="a", now=NOW, until=NOW + HOUR)
        assert lease is not None
        assert store.claim("stage.example", owner="b", now=NOW, until=NOW + HOUR) is None
        assert store.claim("stage.example", owner="a", now=NOW, until=NOW + HOUR) is not None
        assert store.claim("stage.example", owner="b", now=NOW + HOUR, until=NOW + 2 * HOUR) is not None
        assert store.renew(lease, until=NOW + 3 * HOUR, now=NOW + HOUR) is None

    def test_lease_can_be_renewed_and_given_back(self, store: Store) -> None:
        lease = store.claim("k", owner="a", now=NOW, until=NOW + HOUR)
        assert lease is not None
        renewed = store.renew(lease, until=NOW + 2 * HOUR, now=NOW)
        assert renewed == replace(lease, until=NOW + 2 * HOUR)
        store.release(replace(lease, owner="b"))
        assert store.claim("k", owner="b", now=NOW, until=NOW + HOUR) is None
        store.release(lease)
        assert store.claim("k", owner="b", now=NOW, until=NOW + HOUR) is not None

    def test_runs_have_ids_of_their_own(self, store: Store) -> None:
        first = store.start_run(now=NOW, command="crawl", version="1")
        result = CrawlResult(source="stage", new=1, rejected=(("wall", 2),), errors=(("dns", 1),), warnings=("slow",))
        store.finish_run(first, now=NOW, status=0, results=[result])
        assert store.start_run(now=NOW, command="crawl", version="1") > first

    # ---------------------------------------------------------------------------------------- identity

    def test_candidates_come_by_address_then_text_then_shared_values(self, store: Store, run: int) -> None:
        ids = [store.put(make_unit(make_article(n)), run=run, now=NOW).article for n in (1, 2, 3, 4)]
        print_ = Fingerprint(content=f"{2:032x}", sketch=(30, 31, 40))  # one value of the fourth is a set phrase
        found = store.candidates(keys=[url_key(make_article(1).url)], fingerprint=print_)
        assert [candidate.id for candidate in found] == ids[:3]
        assert [candidate.same_address for candidate in found] == [True, False, False]
        assert [candidate.shared for candidate in found] == [0, 0, 2]
        assert len(store.candidates(keys=[], fingerprint=print_, limit=1)) == 1

    def test_a_rare_shared_value_weighs_more_than_common_ones(self, store: Store, run: int) -> None:
        for number in range(1, 9):
            sketch = (1, 2, 900 + number)
            article = make_article(number, fingerprint=Fingerprint(content=f"{number}", sketch=sketch))
            store.put(make_unit(article), run=run, now=NOW)
        rare = make_article(9, fingerprint=Fingerprint(content="9", sketch=(5, 6)))
        rare_id = store.put(make_unit(rare), run=run, now=NOW).article
        found = store.candidates(keys=[], fingerprint=Fingerprint(content="x", sketch=(1, 2, 5, 6)), limit=1)
        assert [candidate.id for candidate in found] == [rare_id]

    def test_a_value_that_everybody_shares_finds_nothing(self, store: Store, run: int) -> None:
        for number in range(1, 203):
            article = make_article(number, fingerprint=Fingerprint(content=f"{number}", sketch=(7, 8)))
            store.put(make_unit(article), run=run, now=NOW)
        assert store.candidates(keys=[], fingerprint=Fingerprint(content="x", sketch=(7, 8))) == ()

    def test_revised_article_is_found_by_its_new_text_only(self, store: Store, run: int) -> None:
        first = store.put(make_unit(make_article()), run=run, now=NOW)
        newer = make_article(text="Changed.", fingerprint=Fingerprint(content="new", sketch=(11, 77, 78)))
        store.put(make_unit(newer, relation="revision", of=first.article), run=run, now=NOW)
        assert store.candidates(keys=[], fingerprint=Fingerprint(content="x", sketch=(10, 11, 12))) == ()
        assert store.candidates(keys=[], fingerprint=Fingerprint(content="x", sketch=(77, 78)))[0].id == first.article

    def test_stories_are_found_by_terms_time_and_language(self, store: Store, run: int) -> None:
        terms = (("hamlet", 2.0), ("london", 1.0))
        store.put(make_unit(make_article(1), story_terms=terms), run=run, now=NOW)
        store.put(make_unit(make_article(2, language="de"), story_terms=(("hamlet", 1.0),)), run=run, now=NOW)

        def find(
            *words: str, since: datetime = NOW, language: str | None = "en"
        ) -> list[tuple[tuple[str, float], ...]]:
            return [story.terms for story in store.story_candidates(terms=words, since=since, language=language)]

        assert find("hamlet") == [terms]
        assert find("hamlet", "london", language=None) == [terms, (("hamlet", 1.0),)]
        assert find("hamlet", since=NOW + HOUR) == find("macbeth") == find() == []

    def test_article_joins_the_story_it_is_given(self, store: Store, run: int) -> None:
        store.put(make_unit(make_article(1), story_terms=(("hamlet", 2.0),)), run=run, now=NOW)
        [story] = store.story_candidates(terms=["hamlet"], since=NOW, language=None)
        later = make_unit(make_article(2), story=story.id, story_terms=(("hamlet", 1.0), ("ophelia", 1.0)))
        store.put(later, run=run, now=NOW + HOUR)
        [story] = store.story_candidates(terms=["ophelia"], since=NOW + HOUR, language=None)
        assert (story.terms, story.last_seen) == ((("hamlet", 3.0), ("ophelia", 1.0)), NOW + HOUR)

    def test_text_on_many_pages_of_a_source_becomes_a_segment(self, store: Store, run: int) -> None:
        assert store.segments("stage") == frozenset()
        for number in range(1, 12):
            text = f"Play {number} has {'very ' * number} many acts.\n\nFollow our newsletter for more of the same."
            store.put(make_unit(make_article(number, text=text)), run=run, now=NOW)
        assert len(store.segments("stage")) == 1
        assert store.segments("other") == frozenset()

    def test_article_without_source_or_fingerprint_is_stored(self, store: Store, run: int) -> None:
        article = make_article(source=None, fingerprint=None)
        unit = make_unit(article, fetch=make_fetch(article.url, source=None))
        first = store.put(unit, run=run, now=NOW)
        again = replace(unit, article=make_article(source=None, fingerprint=None, text="Changed."))
        assert store.put(again, run=run, now=NOW).article == first.article
        assert self.candidate(store).source is None

    # ---------------------------------------------------------------------------------------- help

    def candidate(self, store: Store, number: int = 1) -> Any:
        """The stored article of a number."""
        key = url_key(make_article(number).url)
        return store.candidates(keys=[key], fingerprint=Fingerprint(content="none", sketch=()))[0]
