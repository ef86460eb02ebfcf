"""`aggregator reprocess`: raw pages are read again, and what better rules change comes into the database without a new version."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.archive import Archive, segments
from aggregator.cli import shapes
from aggregator.models import Article, Page, Part
from aggregator.processing import process
from aggregator.store import open_reader, open_store

from .cli_run import Run, run
from .store_contract import NOW, make_fetch, make_unit
from .test_processing import HTML

__all__ = ["run"]

SECOND = HTML.replace("Mira Vale", "Tomas Reed").replace("harbour", "valley")


def page(number: int, html: str = HTML, **changes: Any) -> Page:
    url = f"https://stage.example/news/{number}"
    made = Page(url=url, final_url=url, status=200, headers=(), body=html.encode(), fetched_at=NOW, source="stage")
    return replace(made, **changes)


def keep(db: Path, *pages: Page, relation: str = "new", of: int | None = None) -> None:
    """Store pages with their raw copies, as a crawl does."""
    with open_store(db, now=NOW) as store, Archive(db.parent / "archive") as archive:
        number = store.start_run(now=NOW, command="crawl", version="0")
        for one in pages:
            article = process(one)
            assert isinstance(article, Article)
            refs = [archive.append(replace(each, parts=())) for each in (one, *one.parts)]
            fetches = [make_fetch(url=part.url, kind="part", outcome="part") for part in one.parts]
            parts = tuple(Part(fetch=fetch, archive=ref) for fetch, ref in zip(fetches, refs[1:], strict=True))
            unit = make_unit(article, relation=relation, of=of)
            store.put(replace(unit, archive=refs[0], parts=parts), run=number, now=one.fetched_at)


def change(db: Path, query: str) -> None:
    """Make the stored articles as older rules might have."""
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(query)


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    with open_reader(db) as reader:
        return reader.ask(query)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    keep(path, page(1), page(2, SECOND))
    return path


def test_nothing_changes_while_the_rules_are_the_same(run: Run, db: Path) -> None:
    before = ask(db, "SELECT * FROM article")
    done = run("reprocess", "--db", db)
    assert (done.status, done.out, done.err) == (0, "2 articles read again; 0 changed\n", "")
    assert ask(db, "SELECT * FROM article") == before


def test_what_other_rules_had_read_is_put_right_without_a_new_version(run: Run, db: Path) -> None:
    expected = ask(db, "SELECT title, body, authors, published_at, content, sketch, extractor FROM article")
    links = ask(db, "SELECT * FROM related_link")
    change(db, "UPDATE article SET title = 'Wrong', body = 'An old reading', published_at = NULL, authors = '[\"By\"]'")
    change(db, "DELETE FROM related_link")
    done = run("reprocess", "--db", db)
    assert done.out.startswith("2 articles read again; 2 changed (")
    assert "identity reindex" in done.err
    assert ask(db, "SELECT title, body, authors, published_at, content, sketch, extractor FROM article") == expected
    assert ask(db, "SELECT * FROM related_link") == links
    assert ask(db, "SELECT sum(revisions), min(changed_at > first_seen_at) FROM article") == [(0, 1)]
    assert run("search", "reading", "--db", db).err.startswith("Nothing found")
    assert len(json.loads(run("search", "valley", "--json", "--db", db).out)["hits"]) == 1
    assert ask(db, "SELECT title FROM stories") == [(title,) for title, *_ in expected]
    assert run("doctor", "--db", db).status in (0, 1)


def test_a_dry_run_says_what_would_change_and_writes_nothing(run: Run, db: Path) -> None:
    change(db, "UPDATE article SET title = 'Wrong' WHERE id = 1")
    before = ask(db, "SELECT * FROM article")
    done = run("reprocess", "--dry-run", "--db", db)
    assert done.out == "2 articles read again; 1 would change (title 1)\n"
    assert ask(db, "SELECT * FROM article") == before


def test_the_record_has_its_shape(run: Run, db: Path) -> None:
    change(db, "UPDATE article SET title = 'Wrong' WHERE id = 1")
    record = json.loads(run("reprocess", "--json", "--db", db).out)
    assert list(record) == list(shapes.REPROCESS)
    assert (record["read"], record["changed"], record["fields"]) == (2, 1, {"title": 1})


def test_rules_of_the_source_list_count(run: Run, db: Path) -> None:
    sources = db.with_name("sources.toml")
    paragraph = ask(db, "SELECT body FROM article WHERE id = 1")[0][0].split("\n\n")[1]
    source = '[[source]]\nid = "stage"\nname = "Stage"\nhome = "https://stage.example/"\n'
    sources.write_text(f"{source}rules = {{ strip_lines = [{json.dumps(paragraph)}] }}\n")
    done = run("reprocess", "--sources", sources, "--db", db)
    assert "body 1" in done.out, done.err
    assert paragraph not in ask(db, "SELECT body FROM article WHERE id = 1")[0][0]


def test_an_article_that_would_be_refused_today_stays_and_is_named(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "news.db"
    keep(db, page(1))
    with Archive(tmp_path / "archive") as archive:
        ref = archive.append(page(1, "<title>Login</title>"))
    change(db, f"UPDATE page SET segment = '{ref.segment}', start = {ref.offset}, length = {ref.length}")
    before = ask(db, "SELECT * FROM article")
    done = run("reprocess", "--db", db)
    assert (done.status, done.out) == (0, "0 articles read again; 0 changed\n")
    assert "1 would not be stored today and stay as they are:\n  https://stage.example/news/1: " in done.err
    assert ask(db, "SELECT * FROM article") == before


def test_a_page_that_is_missing_from_the_archive_is_status_1(run: Run, db: Path) -> None:
    for path in segments(db.parent / "archive"):
        path.unlink()
    done = run("reprocess", "--db", db)
    assert done.status == 1
    assert "2 have no readable raw page where it should be:\n" in done.err


def test_articles_without_a_raw_page_are_counted(run: Run, db: Path) -> None:
    change(db, "DELETE FROM page WHERE article = 2")
    done = run("reprocess", "--db", db)
    assert (done.status, done.err) == (0, "1 have no raw page and stay as they are\n")


def test_purged_articles_are_left_alone(run: Run, db: Path) -> None:
    run("purge", "--older-than", 30, "--db", db)
    assert run("reprocess", "--db", db).out == "0 articles read again; 0 changed\n"


def test_only_those_asked_for_are_read(run: Run, db: Path) -> None:
    assert run("reprocess", "--source", "stage", "--db", db).out.startswith("2 articles")
    assert run("reprocess", "--since", "2099-01-01", "--db", db).out.startswith("0 articles")
    assert "no article is of source 'none'" in run("reprocess", "--source", "none", "--db", db).sentence(2)
    assert "there is no such database" in run("reprocess", "--db", db.with_name("none.db")).sentence(4)


def test_an_article_of_several_pages_is_read_from_all_of_them(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "news.db"
    more = HTML.replace("<p>", "<p>On the second page it says: ")
    whole = page(1, parts=(page(12, more),))
    keep(db, whole, page(3, SECOND))
    expected = ask(db, "SELECT body FROM article ORDER BY id")
    assert "second page" in expected[0][0]
    change(db, "UPDATE article SET body = 'old'")
    run("reprocess", "--db", db)
    assert ask(db, "SELECT body FROM article ORDER BY id") == expected


def test_of_several_looks_the_one_counts_that_brought_the_text(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "news.db"
    later = NOW + timedelta(hours=1)
    keep(db, page(1))
    keep(db, page(1, HTML.replace("harbour", "port"), fetched_at=later), relation="revision", of=1)
    keep(db, page(1, fetched_at=later), relation="same", of=1)
    expected = ask(db, "SELECT title, body, revisions FROM article")
    change(db, "UPDATE article SET body = 'old'")
    assert run("reprocess", "--db", db).out == "1 articles read again; 1 changed (body 1)\n"
    assert ask(db, "SELECT title, body, revisions FROM article") == expected
