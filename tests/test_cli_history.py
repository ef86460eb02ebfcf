"""`aggregator diff`, `stories`, `remove` and `dates check`: what became of an article, from the command line."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.identity import decide
from aggregator.models import Dated
from aggregator.store import open_store
from aggregator.store.queries import open_reader
from aggregator.urls import url_key

from .cli_run import ESCAPES, Run, db, made_store, run
from .store_contract import HOUR, NOW, make_article, make_unit

__all__ = ["db", "made_store", "run"]

URL = "https://stage.example/news/1"


@pytest.fixture
def edited(db: Path) -> Path:
    """The database after two edits of its first article: the text, then title and text, and a story that two outlets tell."""
    versions = (
        make_article(1, text="The curtain rose for play 1.\n\nThe house was half full."),
        make_article(
            1, title=f"Opening night 1, again {ESCAPES}", text="The curtain fell.\n\nThe house was half full."
        ),
    )
    with open_store(db, now=NOW) as store:
        number = store.start_run(now=NOW, command="test", version="0")
        for hours, article in enumerate(versions, 1):
            store.put(make_unit(article, relation="revision", of=1), run=number, now=NOW + hours * HOUR)
        for outlet in ("stage", "harbour"):
            told = make_article(
                7, url=f"https://{outlet}.example/7", source=outlet, title=f"Prize night, says {outlet}"
            )
            unit = make_unit(told, story=1 if outlet == "harbour" else None, story_terms=(("prize", 2.0),))
            store.put(unit, run=number, now=NOW)
    return db


def test_diff_shows_the_latest_change_with_marks_that_need_no_colours(run: Run, edited: Path) -> None:
    shown = run("diff", URL, "--db", edited)
    assert shown.status == 0
    assert "version 2 of" in shown.out
    assert shown.out.splitlines()[0].endswith(": update (title+text)")
    assert "The curtain [-rose for play 1-]{+fell+}." in shown.out
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out


def test_diff_shows_every_change_on_request(run: Run, edited: Path) -> None:
    shown = run("diff", URL, "--all", "--full", "--db", edited)
    assert shown.out.count("version ") == 2
    assert "was {+half +}full" in shown.out


def test_diff_gives_all_versions_as_json(run: Run, edited: Path) -> None:
    record = json.loads(run("diff", URL, "--json", "--db", edited).out)
    assert [version["number"] for version in record["versions"]] == [1, 2, 3]
    assert [version["change"] is None for version in record["versions"]] == [True, False, False]
    assert record["versions"][0]["body"].endswith("The house was full.")


def test_an_article_of_one_version_has_no_change_to_show(run: Run, db: Path) -> None:
    shown = run("diff", "https://stage.example/news/2", "--db", db)
    assert (shown.status, shown.out) == (0, "")
    assert shown.err.startswith("one version, of ")


def test_diff_of_an_unknown_address_has_the_status_of_no_article(run: Run, db: Path) -> None:
    assert "no such article is stored" in run("diff", "https://stage.example/none", "--db", db).sentence(1)


def test_revisions_list_the_latest_changes_first(run: Run, edited: Path) -> None:
    shown = run("revisions", "--db", edited)
    assert (shown.status, shown.err) == (0, "")
    assert "\x1b" not in shown.out
    listed = json.loads(run("revisions", "--json", "--db", edited).out)["revisions"]
    assert [(row["article"], row["number"], row["nature"]) for row in listed] == [(1, 2, "update"), (1, 1, "update")]
    assert len(json.loads(run("revisions", "--json", "--limit", 1, "--db", edited).out)["revisions"]) == 1


@pytest.mark.parametrize(
    "options",
    [("--nature", "correction"), ("--since", "2099-01-01"), ("--source", "none")],
    ids=("nature", "since", "source"),
)
def test_revisions_are_chosen_by_nature_day_and_source(run: Run, edited: Path, options: tuple[str, str]) -> None:
    done = run("revisions", *options, "--db", edited)
    assert (done.status, done.out, done.err) == (0, "", "No changes.\n")


def test_a_nature_that_there_is_not_is_bad_usage(run: Run, edited: Path) -> None:
    assert "'odd' is not one of 'correction'" in run("revisions", "--nature", "odd", "--db", edited).sentence(2)


def test_stories_are_listed_by_how_many_outlets_tell_them(run: Run, edited: Path) -> None:
    listed = json.loads(run("stories", "--outlets", 1, "--json", "--db", edited).out)["stories"]
    assert listed == sorted(listed, key=lambda story: -story["sources"])
    assert all(story["sources"] == len(story["source_list"]) for story in listed)
    first = listed[0]["story_id"]
    told = json.loads(run("stories", first, "--json", "--db", edited).out)["articles"]
    assert len(told) == listed[0]["articles"]
    assert str(first) in run("stories", "--outlets", 1, "--db", edited).out
    assert told[0]["title"][:10] in run("stories", first, "--db", edited).out


def test_stories_say_when_there_are_none(run: Run, db: Path) -> None:
    assert run("stories", "--outlets", 9, "--db", db).err == "No story is told by 9 outlets or more.\n"
    assert "there is no story 99" in run("stories", 99, "--db", db).sentence(2)


def test_a_removed_article_is_gone_and_its_address_keeps_the_reason(run: Run, db: Path) -> None:
    removed = run("remove", URL, "--reason", "asked for by the singer", "--db", db)
    assert removed.out == f"{URL}: article 1 is removed; it will not be asked for again\n"
    assert "no such article" in run("diff", URL, "--db", db).sentence(1)
    assert "no article was stored under it" in run("remove", URL, "--reason", "again", "--db", db).out
    with open_store(db, now=NOW) as store:
        assert store.known([url_key(URL)])[url_key(URL)].tombstone


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("remove", "news/1", "--reason", "x"), "this is no address"),
        (("remove", URL, "--reason", " "), "the reason is empty"),
        (("remove", URL), "Missing option '--reason'"),
    ],
)
def test_remove_refuses_what_it_cannot_do(run: Run, db: Path, arguments: tuple[str, ...], words: str) -> None:
    assert words in run(*arguments, "--db", db).sentence(2)


def test_remove_makes_no_file(run: Run, tmp_path: Path) -> None:
    assert "there is no such database" in run("remove", URL, "--reason", "x", "--db", "none.db").sentence(4)
    assert not (tmp_path / "none.db").exists()


def test_dates_check_counts_by_source_and_ends_well_where_nothing_is_odd(run: Run, db: Path) -> None:
    checked = run("dates", "check", "--json", "--db", db)
    (row,) = json.loads(checked.out)["sources"]
    assert (checked.status, row["articles"], row["undated"], row["findings"]) == (0, 3, 0, [])
    assert row["lag_days"] == pytest.approx(1 / 24, abs=0.01)


def test_dates_check_tells_of_a_date_to_come(run: Run, db: Path) -> None:
    later = Dated(instant=NOW + timedelta(days=9), precision="day", zone="unknown", origin="text:line")
    with open_store(db, now=NOW) as store:
        number = store.start_run(now=NOW, command="test", version="0")
        store.put(make_unit(make_article(9, publication=later)), run=number, now=NOW)
    checked = run("dates", "check", "--db", db)
    assert checked.status == 1
    assert "LOOK  stage: 1 dated after they were seen" in checked.out
    assert "no article is of source" in run("dates", "check", "--source", "other", "--db", db).sentence(2)


def test_purge_drops_old_texts_and_keeps_the_facts(run: Run, edited: Path) -> None:
    done = run("purge", "--older-than", 30, "--db", edited)
    assert (done.err, done.out) == ("", "the texts of 5 articles are dropped\n")
    assert run("purge", "--older-than", 30, "--db", edited).out == "the texts of 0 articles are dropped\n"
    with open_reader(edited) as reader:
        row = reader.article_by_url(URL)
        assert row is not None
        assert (row.body, row.published_at is None, row.revisions) == ("…", False, 2)
        assert row.title.startswith("Opening night 1, again")
        assert reader.search("curtain fell") == ()
        assert len(reader.search("again")) == 1
    assert run("doctor", "--db", edited).status in (0, 1)


def test_a_purged_article_and_its_copy_do_not_come_back_as_new(run: Run, db: Path) -> None:
    assert run("purge", "--older-than", 30, "--db", db).out == "the texts of 3 articles are dropped\n"
    with open_store(db, now=NOW) as store:
        one = make_article(1)
        assert one.fingerprint is not None
        (stored,) = store.candidates(keys=[url_key(one.url)], fingerprint=one.fingerprint, limit=1)
        assert decide(one, [stored]).relation == "same"
        assert (
            decide(replace(one, url="https://other.example/a"), [replace(stored, same_address=False)]).relation
            == "duplicate"
        )


def test_purge_keeps_what_is_young(run: Run, db: Path) -> None:
    assert "is not in the range" in run("purge", "--older-than", 3, "--db", db).sentence(2)
    assert run("purge", "--older-than", 36500, "--db", db).out == "the texts of 0 articles are dropped\n"


def test_what_stands_around_a_change_is_cut_between_words(run: Run, db: Path) -> None:
    around = "Nobody of the company had heard of it before. " * 9
    with open_store(db, now=NOW) as store:
        number = store.start_run(now=NOW, command="test", version="0")
        for hours, word in enumerate(("old", "new")):
            article = make_article(1, text=f"{around}It was the {word} hall. {around}")
            store.put(make_unit(article, relation="revision", of=1), run=number, now=NOW + (hours + 1) * HOUR)
    shown = run("diff", URL, "--db", db).out
    before, after = shown.splitlines()[-1].split("[-old-]{+new+}")
    assert before.removeprefix(" … ").split()[0] in around.split()
    assert after.removesuffix(" … \n").split()[-2] in around.split()
    assert len(shown) < 400
