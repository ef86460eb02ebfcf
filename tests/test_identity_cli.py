"""`aggregator identity`, and which of two copies is the original."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.identity import decide, fingerprint
from aggregator.models import Article, Dated
from aggregator.store import SqliteStore, open_store
from aggregator.urls import url_key

from .cli_run import Run, db, made_store, run
from .store_contract import HOUR, NOW, make_article, make_unit

__all__ = ["db", "made_store", "run"]

REPORT = (
    "Crowds filled the old square on Friday evening when the festival opened its ninth edition with a film about the harbour.\n\n"
    "Director Sana Malik thanked the volunteers, who had built the stage in nine days while it rained most of the time.\n\n"
    "The jury names the winners next Sunday; the audience gives a prize of its own, which was won by a documentary last year.\n\n"
    "Tickets for the last evening were gone within an hour, and the organisers are looking for a larger hall for the next edition."
)
OTHER = (
    "A singer from Lahore has cancelled the rest of her tour because of a cold, her manager wrote on Tuesday.\n\n"
    "Those who bought a ticket get their money back until the end of the month, at the counter or by post.\n\n"
    "It would have been her first tour since an album of duets, which stayed in the charts for half a year."
)
SHORTER = REPORT.rpartition("\n\n")[0]


def written(name: str, text: str, *, minutes: int = 0, **changes: Any) -> Article:
    """An article of an outlet of its own, published so many minutes after NOW."""
    url = f"https://{name}.example/festival-opens-with-a-film"
    at = Dated(instant=NOW + timedelta(minutes=minutes), precision="minute", zone="stated", origin="json-ld")
    values: dict[str, Any] = {
        "url": url,
        "requested_url": url,
        "final_url": url,
        "source": name,
        "title": "Festival opens with a film",
    }
    print_ = fingerprint("", text, "en")
    return make_article(**values | {"text": text, "publication": at, "fingerprint": print_} | changes)


def keep(store: SqliteStore, article: Article) -> None:
    """Judge an article and store it, as a crawl does."""
    assert article.fingerprint is not None
    found = store.candidates(keys=(url_key(article.url),), fingerprint=article.fingerprint)
    unit = replace(make_unit(article), verdict=decide(article, found))
    store.put(unit, run=1, now=NOW)


def groups(path: Path) -> dict[str, str]:
    """Address of each copy -> address of its original."""
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("SELECT url, original_url FROM duplicates"))


def made(path: Path, *articles: Article) -> Path:
    """A database of articles, in this order."""
    with open_store(path, now=NOW) as store:
        store.start_run(now=NOW, command="test", version="0")
        for article in articles:
            keep(store, article)
    return path


A, B, C = (f"https://{name}.example/festival-opens-with-a-film" for name in "abc")

BAY = "https://baynews.example/festival-opens-with-a-film"
LATE = written("baynews", REPORT, minutes=9)

ORIGINALS = [
    ("the first that came", written("a", REPORT), written("b", REPORT), A),
    ("the one that was published earlier", written("a", REPORT, minutes=9), written("b", REPORT), B),
    ("the one that is credited", written("a", f"{REPORT}\n\nThis article originally appeared on Bay News."), LATE, BAY),
    ("the agency's own page", written("a", REPORT, agency="Bay News"), LATE, BAY),
    ("a name of one letter is none", written("a", REPORT, agency="B"), written("b", REPORT, minutes=9), A),
    ("the stored one is credited", LATE, written("b", f"{REPORT}\n\nFirst published by The Bay News"), BAY),
    ("an instant that is not known", written("a", REPORT, minutes=9), written("b", REPORT, publication=None), A),
]


@pytest.mark.parametrize(("name", "first", "second", "original"), ORIGINALS, ids=[case[0] for case in ORIGINALS])
def test_the_original_is_who_is_credited_else_who_was_first(
    tmp_path: Path, name: str, first: Article, second: Article, original: str
) -> None:
    """Of two copies the original is told by a credit, else by the instants, else by who was stored first."""
    found = groups(made(tmp_path / "n.db", first, second))
    assert len(found) == 1, name
    assert next(iter(found.values())).startswith(original), name


def test_copies_follow_an_original_that_comes_late(tmp_path: Path) -> None:
    """When the original comes after its copies, all of them name it."""
    late = written("c", REPORT, minutes=-30)
    assert groups(made(tmp_path / "n.db", written("a", REPORT), written("b", REPORT), late)) == {A: C, B: C}


# ------------------------------------------------------------------------------------------------ rulings


def test_a_copy_that_was_split_off_stays_an_article(run: Run, tmp_path: Path) -> None:
    """What a person ruled to be two articles stays two, after a later crawl and after a reindex."""
    path = made(tmp_path / "n.db", written("a", REPORT), written("b", REPORT))
    done = run("identity", "split", B, "--reason", "their own report", "--db", path)
    assert (done.status, done.out) == (0, f"{B}: article 2 is no copy of article 1 any more\n")
    with open_store(path, now=NOW) as store:
        keep(store, written("b", f"{REPORT}\n\nMore follows."))
    assert groups(path) == {}
    assert run("identity", "reindex", "--db", path).out.startswith("2 articles are judged anew; 0 of them")
    assert groups(path) == {}
    assert "it is no copy" in run("identity", "split", B, "--reason", "again", "--db", path).sentence(2)


def test_articles_that_were_merged_stay_one(run: Run, tmp_path: Path) -> None:
    """What a person ruled to be a copy stays one with its own copies, says so, and shares the story of its original."""
    path = made(
        tmp_path / "n.db",
        written("a", REPORT),
        written("b", OTHER, title="Tour ends"),
        written("c", OTHER, title="Tour ends"),
    )
    assert groups(path) == {C: B}
    done = run("identity", "merge", B, A, "--reason", "same event", "--db", path)
    assert (done.status, done.out) == (0, f"{B}: article 2 is a copy of article 1 now\n")
    assert groups(path) == {B: A, C: A}
    run("identity", "reindex", "--db", path)
    assert groups(path) == {B: A, C: A}
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT evidence FROM duplicates WHERE url = ?", (B,)).fetchone() == (
            "a person said so: same event",
        )
        assert db.execute("SELECT count(DISTINCT story_id) FROM article").fetchone() == (1,)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_copy_can_be_made_the_original(run: Run, tmp_path: Path) -> None:
    """To merge an original into its copy exchanges the two, and that holds."""
    path = made(tmp_path / "n.db", written("a", REPORT), written("b", REPORT), written("c", REPORT))
    assert "copy of that article already" in run("identity", "merge", B, A, "--reason", "x", "--db", path).sentence(2)
    assert run("identity", "merge", A, B, "--reason", "b wrote it", "--db", path).status == 0
    assert groups(path) == {A: B, C: B}
    run("identity", "reindex", "--db", path)
    assert groups(path) == {A: B, C: B}


def test_rulings_that_cannot_be_are_refused(run: Run, tmp_path: Path) -> None:
    """An address that leads nowhere, one article twice, or no reason: a sentence, and nothing changes."""
    path = made(tmp_path / "n.db", written("a", REPORT))
    assert "no such article is stored" in run("identity", "merge", B, A, "--reason", "x", "--db", path).sentence(2)
    assert "same article already" in run("identity", "merge", A, A, "--reason", "x", "--db", path).sentence(2)
    assert "the reason is empty" in run("identity", "split", A, "--reason", " ", "--db", path).sentence(2)
    assert "there is no such database" in run("identity", "reindex", "--db", tmp_path / "none.db").sentence(4)


# ------------------------------------------------------------------------------------------------ reindex

POOL = (
    written("a", REPORT),
    written("b", REPORT, minutes=5),
    written("c", SHORTER, minutes=9),
    written("d", OTHER, minutes=2, title="Tour ends"),
    written("e", f"{OTHER}\n\nThe hall is open for other concerts.", minutes=30, title="Tour of singer ends"),
    written(
        "f",
        REPORT.replace("Friday", "Monday").replace("ninth", "tenth").replace("Sana Malik", "Hina Raza"),
        minutes=600,
    ),
)


@settings(max_examples=12, deadline=None)
@given(st.permutations(POOL))
def test_the_order_of_arrival_does_not_change_what_reindex_makes(articles: list[Article]) -> None:
    """Whatever the order in which articles came, a reindex makes the same groups and originals; a second one changes nothing."""
    with TemporaryDirectory() as folder:
        path = made(Path(folder) / "n.db", *articles)
        with open_store(path, now=NOW) as store:
            store.reindex()
            assert store.reindex() == (len(POOL), 0)
        found = {copy.partition(".")[0][-1]: original.partition(".")[0][-1] for copy, original in groups(path).items()}
    assert found == {"b": "a", "c": "a", "e": "d"}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(POOL), st.sampled_from(POOL))
def test_whether_two_are_copies_does_not_depend_on_who_came_first(one: Article, other: Article) -> None:
    """The verdict about a pair is the same both ways round, but for who is the original."""
    with TemporaryDirectory() as folder:
        there = groups(made(Path(folder) / "a.db", one, other))
        back = groups(made(Path(folder) / "b.db", other, one))
    assert {frozenset(pair) for pair in there.items()} == {frozenset(pair) for pair in back.items()}


def test_reindex_keeps_what_is_known_of_texts_that_were_dropped(run: Run, tmp_path: Path) -> None:
    """A purged original keeps its copies, whether their texts are left or not."""
    path = made(tmp_path / "n.db", written("a", REPORT), written("b", REPORT))
    with open_store(path, now=NOW) as store:
        store.drop_texts(before=NOW + HOUR, now=NOW)
        keep(store, written("c", REPORT))
    assert groups(path) == {B: A, C: A}
    assert run("identity", "reindex", "--db", path).out.startswith("1 articles are judged anew; 0 of them")
    assert groups(path) == {B: A, C: A}
