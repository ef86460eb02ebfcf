"""Pictures, reviews and live entries in the file: stored, shown by the views, replaced with a new version."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aggregator.models import Dated, Entry, Kind, Picture, Review
from aggregator.store import open_store

from .cli_run import Run, run
from .store_contract import NOW, make_article, make_unit

__all__ = ["run"]

PARTS = make_article(
    image="https://stage.example/a.jpg",
    image_caption="The hall",
    image_credit="Ana Brandt",
    pictures=(
        Picture(url="https://stage.example/a.jpg", caption="The hall", credit="Ana Brandt"),
        Picture(url="https://stage.example/b.jpg", caption="The stage"),
    ),
    review=Review(work="The Salt Road", work_type="Movie", rating=4.0, best=5.0, raw="4/5", origin="text"),
    entries=(
        Entry(
            paragraph=1,
            text="The house was full.",
            title="Full house",
            raw="21:10",
            posted=Dated(instant=NOW, precision="minute", zone="assumed", origin="clock"),
        ),
    ),
)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def test_parts_are_read_from_the_views_without_a_join(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with open_store(path, now=NOW) as store:
        run_ = store.start_run(now=NOW, command="crawl", version="1")
        store.put(make_unit(PARTS), run=run_, now=NOW)
    assert rows(path, "SELECT image_credit FROM articles") == [("Ana Brandt",)]
    assert rows(path, "SELECT work, work_type, rating, best, share FROM reviews") == [
        ("The Salt Road", "Movie", 4, 5, 0.8)
    ]
    assert rows(path, "SELECT title, posted_at, posted, body FROM live_entries") == [
        ("Full house", "2026-03-14T09:26:53Z", "21:10", "The house was full.")
    ]
    assert rows(path, "SELECT number, caption, credit FROM picture") == [
        (0, "The hall", "Ana Brandt"),
        (1, "The stage", None),
    ]


def test_new_version_replaces_the_parts_of_the_old_one(tmp_path: Path) -> None:
    path, later = tmp_path / "news.db", NOW + timedelta(hours=1)
    changed = replace(
        PARTS, text="Another text.", entries=(), review=replace(PARTS.review or Review(work=None), rating=2.0)
    )
    with open_store(path, now=NOW) as store:
        run_ = store.start_run(now=NOW, command="crawl", version="1")
        first = store.put(make_unit(PARTS), run=run_, now=NOW)
        store.put(make_unit(changed, relation="revision", of=first.article), run=run_, now=later)
    assert rows(path, "SELECT rating FROM reviews") == [(2.0,)]
    assert rows(path, "SELECT * FROM live_entries") == []


def test_fetch_shows_the_parts_and_explains_what_was_removed(run: Run, tmp_path: Path) -> None:
    text = "".join(
        f"<p>The harbour was quiet when the crew came back, and nobody expected take {n} so early.</p>"
        for n in range(6)
    )
    page = tmp_path / "page.html"
    page.write_text(
        "<title>The Salt Road review: a long way</title><article><h1>The Salt Road review: a long way</h1>"
        f"{text}<p>Rating: 4/5</p></article><div><p>Sign up for our newsletter today</p></div>"
    )
    shown = run("fetch", str(page))
    assert "review of  The Salt Road: 4 of 5" in shown.out
    record = json.loads(run("fetch", str(page), "--json", "--explain").out)
    assert (record["kind"], record["review"]["rating"]) == (Kind.REVIEW, 4)
    told = {line["text"]: line["why"] for line in record["removed"]}
    assert " points: " in told["Sign up for our newsletter today"]
