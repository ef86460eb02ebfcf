"""An article whose address changed is known by its site's own number, where the site's other addresses prove that it has such numbers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.identity import decide, fingerprint
from aggregator.models import Outcome
from aggregator.store import SqliteStore, open_store
from aggregator.store.migrations import STEPS
from aggregator.store.upkeep import migrate
from aggregator.urls import site_number, url_key

from .store_contract import NOW, make_article, make_unit
from .test_migrations import add_article, at_version

REPORT = "The band will play its first concert in six years at the harbour hall, the singer said on Thursday; tickets go on sale next week."
LATER = f"{REPORT}\n\nA second evening was added on Friday, because the first was sold out within an hour of the opening of the counters."
OTHER = "A farmer found a coin in a field near the river and gave it to the museum, which thinks that it is two thousand years old or more."

COIN = "Nobody knows who buried it, but a letter of the sixteenth century speaks of a box that was lost when the bridge fell."

NUMBERS = [
    ("https://www.daily.example/latest/1180043-kim-so-hyun", ("start", "1180043")),
    ("https://daily.example/film/some-words-123456.html", ("end", "123456")),
    ("https://daily.example/2024/04/19/123456/slug", ("alone", "123456")),
    ("https://daily.example/123456", ("alone", "123456")),
    ("https://daily.example/20240419/slug", None),
    ("https://daily.example/slug-20240419", None),
    ("https://daily.example/slug-202404", None),
    ("https://daily.example/top-10-films", None),
    ("https://daily.example/", None),
    ("http://[::1", None),
]


@pytest.mark.parametrize(("url", "expected"), NUMBERS)
def test_the_number_of_an_address(url: str, expected: tuple[str, str] | None) -> None:
    """Five digits or more at an end of the last part, or alone; a day is no number."""
    found = site_number(url)
    assert (found and (found.shape, found.number)) == expected
    assert found is None or found.site == "daily.example"


@given(st.text(max_size=80))
def test_reading_an_address_never_raises(text: str) -> None:
    """Whatever an address is."""
    site_number(text)
    site_number(f"https://a.example/{text}")


def keep(store: SqliteStore, url: str, title: str, text: str) -> Outcome:
    """Judge a page and store it, as a crawl does."""
    print_ = fingerprint(title, text, "en")
    article = make_article(url=url, requested_url=url, final_url=url, title=title, text=text, fingerprint=print_)
    found = store.candidates(keys=(url_key(url),), fingerprint=print_, url=url)
    unit = make_unit(article)
    verdict = decide(article, found)
    return store.put(type(unit)(fetch=unit.fetch, article=article, verdict=verdict), run=1, now=NOW).outcome


def known(path: Path, *, numbers: int, same: bool = False) -> SqliteStore:
    """A store of one article and others of the site, each with a number of its own or all with the same."""
    store = open_store(path, now=NOW)
    store.start_run(now=NOW, command="test", version="0")
    keep(store, "https://daily.example/latest/118000-band-plays-again", "Band plays again", REPORT)
    for n in range(numbers):
        number = 220000 if same else 220000 + n
        keep(
            store, f"https://daily.example/latest/{number}-story-{n}", f"Story {n}", f"{OTHER} {n} " + f"word{n} " * 40
        )
    return store


def test_a_new_slug_with_the_same_number_is_a_new_version(tmp_path: Path) -> None:
    """The headline changed and the address with it: one article with a revision, and both addresses lead to it."""
    with known(tmp_path / "n.db", numbers=6) as store:
        assert (
            keep(store, "https://daily.example/film/118000-band-adds-second-evening", "Band adds second evening", LATER)
            == "updated"
        )
        assert (
            keep(
                store, "https://daily.example/film/118000-band-adds-a-second-evening", "Band adds second evening", LATER
            )
            == "unchanged"
        )
    with closing(sqlite3.connect(tmp_path / "n.db")) as db:
        assert db.execute("SELECT count(*) FROM article WHERE title LIKE 'Band%'").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM url WHERE article = 1").fetchone() == (3,)
        assert db.execute("SELECT title, title_now FROM revisions").fetchall() == [
            ("Band plays again", "Band adds second evening")
        ]


@pytest.mark.parametrize(("numbers", "same"), [(3, False), (12, True)])
def test_numbers_tell_nothing_without_proof(tmp_path: Path, numbers: int, same: bool) -> None:
    """With few numbers, or numbers that many articles share, another address is another article."""
    with known(tmp_path / "n.db", numbers=numbers, same=same) as store:
        outcome = keep(
            store, "https://daily.example/film/118000-coin", "Coin found", REPORT.replace("band", "choir") + OTHER
        )
    assert outcome in ("new", "duplicate")


def test_another_text_under_the_number_is_another_article(tmp_path: Path) -> None:
    """A number that was used again, for a text and a headline with nothing in common, makes no revision."""
    with known(tmp_path / "n.db", numbers=6) as store:
        assert keep(store, "https://daily.example/film/118000-coin", "Coin found", COIN) == "new"


def test_numbers_of_an_earlier_release_are_noted_when_it_is_migrated(tmp_path: Path) -> None:
    """The addresses that are stored are proof, too."""
    path = tmp_path / "old.db"
    at_version(path, STEPS.index("numbers of sites"))
    add_article(path, 7, "https://a.example/12345-x")
    migrate(path, now=NOW)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM site_number").fetchall() == [("a.example", "start", "12345", 7)]


def test_a_removed_article_does_not_come_back_under_another_slug(tmp_path: Path) -> None:
    """What the site's own number names stays removed; where numbers tell nothing, only the addresses that were seen do."""
    for numbers, outcome in ((6, "skipped"), (2, "new")):
        with known(tmp_path / f"{numbers}.db", numbers=numbers) as store:
            store.remove("https://daily.example/latest/118000-band-plays-again", reason="asked for", now=NOW)
            assert keep(store, "https://daily.example/film/118000-band-is-back", "Band is back", LATER) == outcome
            assert keep(store, "https://daily.example/film/118001-choir", "Coin found", COIN) == "new"
