"""The analysts' guide holds: each query, command and script of docs/analysts.md runs on a file that a crawl has made."""

import json
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli.crawl import crawl_into
from aggregator.config import Config
from aggregator.demo.web import Newsroom

pytestmark = pytest.mark.crawl

DOCS = Path(__file__).parent.parent / "docs"
GUIDE = (DOCS / "analysts.md").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of the guide, with the heading above it and the words in between."""

    heading: str
    prose: str
    text: str
    number: int


def blocks(language: str) -> list[Block]:
    found = []
    for section in re.split(r"^#+ ", GUIDE, flags=re.MULTILINE)[1:]:
        heading = section.splitlines()[0]
        fences = re.finditer(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)
        found += [
            Block(heading=heading, prose=section[: m.start()], text=m[1], number=n) for n, m in enumerate(fences, 1)
        ]
    return found


def commands(program: str) -> list[str]:
    return re.findall(rf"^    ({program} .+)$", GUIDE, flags=re.MULTILINE)


QUERIES = [pytest.param(b, id=f"{b.heading} {b.number}") for b in blocks("sql")]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with news.db, made by a crawl of the newsroom and a second one after two articles came and one was edited."""
    place = tmp_path_factory.mktemp("analysts")
    config = Config(db=str(place / "news.db"), delay=0.0, allow_net=("127.0.0.0/8",), workers=1)
    with Newsroom() as web:
        crawl_into(config, web.sources())
        web.second_visit()
        crawl_into(replace(config, archive="off"), web.sources())
    return place


@pytest.fixture
def db(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'news.db'}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def asked(db: sqlite3.Connection, heading: str, number: int = 1) -> list[dict[str, Any]]:
    """The rows that a query of the guide gives."""
    block = next(b for b in blocks("sql") if b.heading.startswith(heading) and b.number == number)
    return [dict(row) for row in db.execute(block.text)]


# ---------------------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize("block", QUERIES)
def test_a_query_of_the_guide_gives_rows_unless_the_guide_says_that_it_may_not(
    block: Block, db: sqlite3.Connection
) -> None:
    rows = db.execute(block.text).fetchall()
    assert rows or "May be empty" in block.prose


@pytest.mark.parametrize("block", QUERIES)
def test_no_column_of_an_answer_is_always_null_except_where_nothing_went_wrong(
    block: Block, db: sqlite3.Connection
) -> None:
    rows = [dict(row) for row in db.execute(block.text)]
    empty = {name for name in (rows[0] if rows else ()) if all(row[name] is None for row in rows)}
    assert empty <= {"last_error"}


def test_the_answers_are_those_of_the_newsroom(db: sqlite3.Connection) -> None:
    copies = asked(db, "Who copies whom")
    assert len(copies) == 2
    assert all(row["share_of_text"] > 0.9 for row in copies)
    assert asked(db, "Which stories did several outlets tell")[0]["sources"] == 3
    assert [row["is_copy"] for row in asked(db, "Which stories did several outlets tell", 2)].count(1) == 2
    assert {row["tongue"] for row in asked(db, "Which languages")} >= {"en", "de", "fr", "hi", "ja", "ko", "ur"}
    assert {row["published_zone"] for row in asked(db, "How exact are the dates")} <= {"stated", "proven"}
    assert {row["state"] for row in asked(db, "Which outlets have gone quiet")} == {"fine"}
    assert asked(db, "Where does a value come from")[0]["chosen"] == 1
    assert all(0 <= row["median_minutes"] < 2880 for row in asked(db, "How long after publication"))


def test_search_in_sql_finds_words_in_every_script(db: sqlite3.Connection) -> None:
    assert "Orchard" in asked(db, "Search")[0]["title"]
    dense = {row["source"] for row in asked(db, "Search", 2)}
    assert dense == {"mudae-ilbo", "hoshi-eiga"}
    assert [row["source"] for row in asked(db, "Search", 3)] == ["rang-manch"]


# ---------------------------------------------------------------------------------------------------- views


def test_the_guide_lists_every_view(db: sqlite3.Connection) -> None:
    views = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
    section = GUIDE.split("## What is in it")[1].split("###")[0]
    assert set(re.findall(r"^\| `(\w+)`", section, flags=re.MULTILINE)) == views


def test_an_instant_is_given_only_where_a_time_of_day_is_known(db: sqlite3.Connection, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        db.backup(copy)
        dates = {"2024-04-19T08:30:00Z": "minute", "2024-04-19": "day", "2024-04": "month", "2024": "year"}
        ids = [row[0] for row in copy.execute("SELECT id FROM articles ORDER BY id LIMIT 4")]
        for id_, (text, precision) in zip(ids, dates.items(), strict=True):
            copy.execute(
                "UPDATE article SET published_at = ?, published_precision = ? WHERE id = ?", (text, precision, id_)
            )
        query = """SELECT published_at, published_instant, julianday(published_instant) IS NULL FROM articles
            WHERE id IN (?, ?, ?, ?)"""
        rows = sorted(copy.execute(query, ids).fetchall(), reverse=True)
    assert rows == [
        ("2024-04-19T08:30:00Z", "2024-04-19T08:30:00Z", 0),
        ("2024-04-19", None, 1),
        ("2024-04", None, 1),
        ("2024", None, 1),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM articles_by_day",
        "SELECT published_day, source, count(*) FROM articles GROUP BY 1, 2",
        "SELECT language, count(*) FROM articles GROUP BY 1",
        "SELECT source, max(published_at) FROM articles GROUP BY 1",
        "SELECT story_id FROM stories WHERE sources > 1",
        "SELECT reason, count(*) FROM fetch WHERE reason IS NOT NULL GROUP BY 1",
    ],
)
def test_counts_are_answered_without_reading_the_texts(query: str, db: sqlite3.Connection) -> None:
    plan = [str(row["detail"]) for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert any("COVERING INDEX" in step for step in plan)
    assert not any(
        step.startswith(("SCAN article", "SCAN fetch")) and "COVERING" not in step
        for step in plan
        if "_by_" not in step
    )


@pytest.mark.parametrize(
    "clause",
    [
        "WHERE source = 'marquee-wire'",
        "WHERE source = 'marquee-wire' AND published_at >= '2024-04-19'",
        "WHERE published_day = '2024-04-19'",
        "WHERE published_at >= '2024-04-19'",
        "WHERE first_seen_at >= '2024-04-19'",
        "WHERE changed_at >= '2024-04-19'",
        "WHERE story_id = 3",
        "WHERE url = 'https://example.com/'",
        "ORDER BY published_at DESC LIMIT 10",
    ],
)
def test_usual_filters_of_articles_use_an_index(clause: str, db: sqlite3.Connection) -> None:
    plan = [str(row["detail"]) for row in db.execute(f"EXPLAIN QUERY PLAN SELECT title FROM articles {clause}")]
    assert "USING INDEX" in plan[0]
    assert not any("TEMP B-TREE" in step for step in plan)


# ---------------------------------------------------------------------------------------------------- other tools


def run(command: str, folder: Path) -> str:
    """What a command line of the guide prints; it must not fail."""
    program, *arguments = shlex.split(command.replace("docs/datasette.json", str(DOCS / "datasette.json")))
    module = [sys.executable, "-m", program.replace("-", "_")]
    done = subprocess.run([*module, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_datasette_searches_and_counts_by_facet(folder: Path) -> None:
    pytest.importorskip("datasette")
    search, facet = (json.loads(run(c, folder)) for c in commands("datasette") if "--get" in c)
    assert len(search) == 1, (
        "which of the three versions is the original depends on which came first; the copies are left out"
    )
    assert "The Orchard at Night" in search[0]["title"]
    counted = {r["value"]: r["count"] for r in facet["facet_results"]["source"]["results"]}
    assert sum(counted.values()) == facet["filtered_table_rows_count"] > 30


def test_the_metadata_for_datasette_names_only_what_there_is(db: sqlite3.Connection) -> None:
    tables = json.loads((DOCS / "datasette.json").read_text(encoding="utf-8"))["databases"]["news"]["tables"]
    for table, facts in tables.items():
        columns = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
        named = {*facts.get("facets", ()), *facts.get("columns", ()), facts.get("sort_desc"), facts.get("fts_pk")}
        assert columns
        assert named - {None} <= columns
    views = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
    assert {name for name in views if "description" not in tables[name]} == set()


def test_tools_find_the_search_index_of_article_by_themselves(folder: Path) -> None:
    """Datasette and sqlite-utils know it by its SQL: the name of the table must stand there in double quotes."""
    pytest.importorskip("datasette")
    found = json.loads(run("datasette news.db --get '/news/article.json?_search=lowen&_shape=array&_col=id'", folder))
    assert len(found) == 3


def test_the_commands_of_sqlite_utils_print_rows(folder: Path) -> None:
    table, rows, hits = (run(c, folder) for c in commands("sqlite-utils"))
    assert "marquee-wire" in table
    assert len(rows.splitlines()) == 6
    assert "Orchard" in hits


def script(heading: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that a script of the guide has set."""
    monkeypatch.chdir(folder)
    block = next(b for b in blocks("python") if b.heading == heading)
    for module in re.findall(r"^(?:import|from) (\w+)", block.text, flags=re.MULTILINE):
        pytest.importorskip(module)
    names: dict[str, Any] = {}
    exec(compile(block.text, heading, "exec"), names)
    return names


def test_python_reads_the_newest_articles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = script("Open it", folder, monkeypatch)
    assert len(names["newest"]) == 10
    with pytest.raises(sqlite3.OperationalError):
        names["db"].execute("DELETE FROM article")
    names["db"].close()


def test_sqlite_utils_reads_through_a_connection_that_cannot_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = script("sqlite-utils", folder, monkeypatch)
    assert names["quiet"] == []
    assert isinstance(names["reviews"], list)
    assert len(names["hits"]) == 3
    names["db"].close()


def test_pandas_gets_times_days_and_lists(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = script("pandas", folder, monkeypatch)
    frame = names["frame"]
    types = {name: str(frame[name].dtype) for name in ("published_instant", "published_day", "story_id", "word_count")}
    assert types["published_instant"].startswith("datetime64[")
    assert types["published_instant"].endswith("UTC]")
    assert types["published_day"].startswith("datetime64[")
    assert (types["story_id"], types["word_count"]) == ("Int64", "int64")
    assert names["by_author"].iloc[0] >= 2
    assert names["per_hour"].sum() == frame["published_instant"].notna().sum() > 30
    names["db"].close()


@pytest.fixture(scope="session")
def parquet(folder: Path) -> Path:
    pytest.importorskip("pyarrow")
    run(f"{commands('aggregator export')[0]} --db news.db", folder)
    return folder / "articles.parquet"


def test_duckdb_reads_the_parquet_export(folder: Path, parquet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = script("Parquet and DuckDB", folder, monkeypatch)
    assert parquet.exists()
    for answer in ("by_day", "by_author", "delay", "in_seoul"):
        assert names[answer], answer


def test_the_parquet_export_has_the_columns_of_the_view_with_real_types(parquet: Path, db: sqlite3.Connection) -> None:
    from pyarrow import parquet as reader

    schema = reader.read_schema(parquet)
    assert schema.names == [row["name"] for row in db.execute("PRAGMA table_info(articles)")]
    types = {field.name: str(field.type) for field in schema}
    for name in ("published_instant", "first_seen_at", "last_seen_at", "changed_at"):
        assert types[name] == "timestamp[us, tz=UTC]"
    assert (types["published_day"], types["published_at"], types["modified_at"]) == ("date32[day]", "string", "string")
    assert types["quality"] == types["published_confidence"] == "double"
    integers = {name for name, kind in types.items() if kind == "int64"}
    stored = {row["name"] for row in db.execute("PRAGMA table_info(articles)") if row["type"] == "INTEGER"}
    assert integers - {"copies"} == stored - {"copies"}


def test_the_parquet_export_says_the_same_as_the_view(parquet: Path, db: sqlite3.Connection) -> None:
    from pyarrow import parquet as reader

    rows = {row["id"]: row for row in reader.read_table(parquet).to_pylist()}
    stored = {row["id"]: dict(row) for row in db.execute("SELECT * FROM articles")}
    assert rows.keys() == stored.keys()
    for id_, row in rows.items():
        assert {name: as_stored(value) for name, value in row.items()} == stored[id_]


def as_stored(value: Any) -> Any:
    """A value of the export as SQLite has it."""
    if hasattr(value, "tzinfo"):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else value
