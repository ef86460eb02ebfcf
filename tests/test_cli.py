"""The command line on bad input and on a database: one sentence and a documented exit status, or the result and nothing else."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator import __version__
from aggregator.cli import shapes
from aggregator.errors import ExitStatus
from aggregator.store import migrations

from .cli_run import Run, db, made_store, run

__all__ = ["db", "made_store", "run"]

USAGE, STORE, FINE = ExitStatus.USAGE, ExitStatus.STORE, ExitStatus.FINE


# ------------------------------------------------------------------------------------------------ bad usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["crawl", "variaty"], "there is no source 'variaty' (did you mean variety?)"),
        (["crawl", "variety", "qqqqq"], "there is no source 'qqqqq' (`aggregator sources list` shows them)"),
        (["crawl", "https://example.org/feed"], "(`aggregator fetch ADDRESS` reads one page, `aggregator sources add"),
        (["sources", "show", "deadlime"], "there is no source 'deadlime' (did you mean deadline?)"),
        (["serach", "x"], "there is no command 'serach' (did you mean search?)"),
        (["qqqqq"], "there is no command 'qqqqq' (`aggregator --help` lists them)"),
        (["search"], "Missing argument 'QUERY...' (see `aggregator search --help`)"),
        (["export", "--format", "xls"], "Invalid value for '--format': 'xls' is not one of 'csv', 'jsonl', 'parquet'"),
        (["stats", "--jsn"], "No such option '--jsn'"),
        (["crawl", "--limit", "0"], "Invalid value for '--limit'"),
        (["crawl", "--delay", "-1"], "'delay': it must be a number, 0 or more"),
        (["crawl", "--delay", "soon"], "'soon' is not a valid float"),
        (
            ["crawl", "--allow-net", "10.0.0.0/99"],
            "allow_net: '10.0.0.0/99' is not a network (write it as 127.0.0.0/8)",
        ),
        (["fetch", "http://"], "http://: the address is not valid"),
        (["fetch", "http://exa mple.org/"], "the address is not valid"),
        (["fetch", "ftp://example.org/x"], "ftp://example.org/x: only http and https are fetched"),
        (
            ["fetch", "example.org"],
            "example.org: the file cannot be read: No such file or directory (an address begins with",
        ),
        (["fetch", "."], ".: the file cannot be read: Is a directory"),
        (
            ["fetch", "https://example.org/", "--url", "https://example.org/"],
            "--url is for a page that comes from a file",
        ),
        (["fetch", "-", "--url", "nonsense"], "nonsense: the address is not valid"),
        (["fetch", "-", "--save"], "-: a page that is stored needs its address (give it with --url)"),
        (["clean", "none.txt"], "none.txt: the file cannot be read: No such file or directory"),
        (["sources", "add", "example.org"], "example.org: an address begins with http:// or https://"),
        (["sources", "import", "none.opml"], "none.opml: the file cannot be read"),
        (["crawl", "--starts", "none.jsonl"], "none.jsonl: the file of start addresses cannot be read: No such file"),
        (["crawl", "--sources", "none.toml"], "none.toml: the source list cannot be read: No such file or directory"),
        (["config", "show", "--config", "none.toml"], "none.toml: there is no such settings file"),
    ],
)
def test_bad_usage_gets_one_sentence_and_status_2(run: Run, arguments: list[str], said: str) -> None:
    assert said in run(*arguments).sentence(USAGE)
    assert list(Path().iterdir()) == [], "nothing is made"


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    """It goes to stderr, because nothing was done."""
    ran = run()
    assert (ran.status, ran.out) == (USAGE, "")
    assert ran.err.startswith("Usage: aggregator")
    assert run("--version").out == f"aggregator, version {__version__}\n"
    assert run("--help").out == ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "delay = 1\ndb = = 3\n",
            "settings.toml: the settings file is not valid TOML: Invalid value (at line 2, column 6)",
        ),
        ("delya = 1\n", "settings.toml: there is no setting 'delya' (the settings are db, sources"),
        ('delay = "slow"\n', "settings.toml: bad value 'slow' for 'delay'"),
        ('policy = "never"\n', "settings.toml: bad value 'never' for 'policy': it must be one of obey, mark, ignore"),
        ('allow_net = ["home"]\n', "allow_net: 'home' is not a network"),
    ],
)
@pytest.mark.parametrize("command", [["config", "show"], ["search", "x"], ["crawl"]])
def test_a_bad_settings_file_is_named_with_line_or_key(run: Run, command: list[str], text: str, said: str) -> None:
    Path("settings.toml").write_text(text, encoding="utf-8")
    assert said in run(*command, "--config", "settings.toml").sentence(USAGE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[source]]\nid = "a"\nname = "b"\nhome = \n',
            "own.toml: the source list is not valid TOML: Invalid value (at line 4",
        ),
        (
            '[[source]]\nid = "a"\nname = "b"\nhome = "ftp://x"\n',
            "own.toml, line 4: source 'a': 'home' must be an address",
        ),
        ('[[source]]\nid = "a"\nhome = "https://x.example/"\n', "own.toml, line 1: source 'a' has no 'name'"),
    ],
)
@pytest.mark.parametrize("command", [["crawl"], ["sources", "list"]])
def test_a_bad_source_list_is_named_with_line_and_key(run: Run, command: list[str], text: str, said: str) -> None:
    Path("own.toml").write_text(text, encoding="utf-8")
    assert said in run(*command, "--sources", "own.toml").sentence(USAGE)
    assert not Path("data").exists()


@pytest.mark.parametrize(
    "text", ["", '[[source]]\nid = "a"\nname = "b"\nhome = "https://x.example/"\nenabled = false\n']
)
def test_a_crawl_of_no_source_at_all_is_no_success(run: Run, text: str) -> None:
    """Otherwise cron would never tell."""
    Path("own.toml").write_text(text, encoding="utf-8")
    said = run("crawl", "--sources", "own.toml").sentence(USAGE)
    assert said == "own.toml: the source list has no source that is switched on"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"url": "https://x.example/"\n', "-, line 1: not a JSON object"),
        ('{"url": "https://x.example/", "kind": "pge"}\n', "-, line 1: unknown kind 'pge'"),
        ("\n", "-: the starts file names no address"),
        ('{"url": "nonsense"}\n', "-: no address in the file can be fetched (they begin with https://)"),
    ],
)
def test_a_bad_list_of_start_addresses_is_named_with_its_line(run: Run, text: str, said: str) -> None:
    assert said in run("crawl", "--starts", "-", stdin=text.encode()).sentence(USAGE)


# ------------------------------------------------------------------------------------------------ bad databases


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipe (name)")
    connection.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {migrations.NEWEST + 1}")
    connection.close()
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def overwritten(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[4096:] = b"\xff" * (len(body) - 4096)
    path.write_bytes(body)


def text(path: Path) -> None:
    path.write_text("no database", encoding="utf-8")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50000])


BAD_FILES = {
    "text": (text, "this is not a database, or a damaged one"),
    "foreign": (foreign, "this database belongs to another program"),
    "newer": (newer, "newer than this release knows"),
    "cut": (cut, "the file is damaged: its end is missing"),
    "overwritten": (overwritten, "the file is damaged"),
}
COMMANDS = {
    "search": ["search", "curtain"],
    "export": ["export"],
    "stats": ["stats"],
    "migrate": ["migrate"],
    "migrate --list": ["migrate", "--list"],
    "backup": ["backup", "copy.db"],
    "crawl": ["crawl", "variety"],
    "crawl --dry-run": ["crawl", "variety", "--dry-run"],
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_cannot_be_used_is_refused_and_left_as_it_was(
    run: Run, db: Path, kind: str, command: str
) -> None:
    spoil, said = BAD_FILES[kind]
    spoil(db)
    before = db.read_bytes()
    assert said in run(*COMMANDS[command], "--db", db).sentence(STORE)
    assert db.read_bytes() == before
    assert not Path("copy.db").exists()


@pytest.mark.parametrize("kind", BAD_FILES)
def test_doctor_says_what_is_wrong_with_a_file(run: Run, db: Path, kind: str) -> None:
    spoil, said = BAD_FILES[kind]
    spoil(db)
    before = db.read_bytes()
    ran = run("doctor", "--db", db)
    assert (ran.status, ran.err) == (STORE, "")
    assert said in next(line for line in ran.out.splitlines() if line.startswith("LOOK"))
    assert db.read_bytes() == before


@pytest.mark.parametrize("command", ["search", "export", "stats", "migrate", "migrate --list", "backup"])
def test_a_missing_database_is_named_and_not_made(run: Run, command: str) -> None:
    assert "data/news.db: there is no such database (a crawl makes it)" in run(*COMMANDS[command]).sentence(STORE)
    assert list(Path().iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_database_is_named(run: Run, db: Path) -> None:
    db.chmod(0)
    assert "Permission denied" in run("stats", "--db", db).sentence(STORE)


def test_a_folder_is_no_database(run: Run, tmp_path: Path) -> None:
    assert "this is a directory, no file" in run("stats", "--db", tmp_path).sentence(STORE)


# ------------------------------------------------------------------------------------------------ a sound database


def test_doctor_finds_a_sound_file_sound(run: Run, db: Path) -> None:
    ran = run("doctor", "--db", db)
    assert (ran.status, ran.err) == (FINE, "")
    assert "LOOK" not in ran.out
    assert {check["ok"] for check in json.loads(run("doctor", "--db", db, "--json").out)} == {True}


def test_doctor_ends_with_1_for_what_is_no_fault_of_the_file(run: Run, db: Path) -> None:
    """Here: entries of the future, so the clock is wrong."""
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE run SET started_at = '2999-01-01T00:00:00Z'")
    connection.close()
    ran = run("doctor", "--db", db)
    assert ran.status == ExitStatus.SOME_FAILED
    assert "LOOK  clock" in ran.out


def test_doctor_ends_with_4_for_rows_that_point_to_nothing(run: Run, db: Path) -> None:
    with sqlite3.connect(db) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM story")
    connection.close()
    ran = run("doctor", "--db", db)
    assert ran.status == STORE
    assert "LOOK  keys" in ran.out


def test_migrate_lists_the_steps_and_finds_nothing_to_do(run: Run, db: Path) -> None:
    listed = run("migrate", "--list", "--db", db)
    assert [line.rsplit("  ", 1)[0].strip() for line in listed.out.splitlines()[1:]] == list(migrations.STEPS)
    assert "to be done" not in listed.out
    assert run("migrate", "--db", db).out == f"{db}: up to date\n"


def test_backup_copies_and_overwrites_nothing(run: Run, db: Path) -> None:
    assert run("backup", "copy.db", "--db", db).status == FINE
    before = Path("copy.db").read_bytes()
    assert run("backup", "copy.db", "--db", db).sentence(STORE) == "copy.db: the target exists and is not overwritten"
    assert Path("copy.db").read_bytes() == before
    assert run("stats", "--json", "--db", "copy.db").out.startswith("{")
    assert run("backup", "none/copy.db", "--db", db).sentence(USAGE) == "none: there is no such folder"


def test_the_environment_names_the_database(run: Run, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGGREGATOR_DB", str(db))
    assert json.loads(run("stats", "--json").out)["articles"] == 3
    assert "other.db: there is no such database" in run("stats", "--db", "other.db").sentence(STORE)


def test_config_show_names_the_origin_of_each_value(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("aggregator.toml").write_text("delay = 3\nlimit = 7\n", encoding="utf-8")
    monkeypatch.setenv("AGGREGATOR_DB", "env.db")
    found = json.loads(run("config", "show", "--delay", "2", "--json").out)
    assert found["delay"] == {"value": 2.0, "origin": "option"}
    assert found["limit"] == {"value": 7, "origin": "aggregator.toml"}
    assert found["db"] == {"value": "env.db", "origin": "environment (AGGREGATOR_DB)"}
    assert found["workers"]["origin"] == "default"
    assert ["limit", "7", "aggregator.toml"] in [line.split() for line in run("config", "show").out.splitlines()]


# ------------------------------------------------------------------------------------------------ search, export, stats


def test_search_prints_versioned_json(run: Run, db: Path) -> None:
    record = json.loads(run("search", "curtain", "play", "--json", "--db", db).out)
    assert list(record) == list(shapes.HITS)
    assert (record["version"], record["type"], record["query"]) == (1, "hits", "curtain play")
    assert list(record["hits"][0]) == list(shapes.HIT)
    assert "**curtain**" in record["hits"][0]["snippet"]


def test_search_that_finds_nothing_says_so_on_stderr(run: Run, db: Path) -> None:
    ran = run("search", "zeppelin", "--db", db)
    assert (ran.status, ran.out, ran.err) == (FINE, "", "Nothing found.\n")
    assert json.loads(run("search", "zeppelin", "--json", "--db", db).out)["hits"] == []


@pytest.mark.parametrize(
    "query", ['"open', ")(*&", "a AND", "title:x", "-", "NEAR(", "\x00", "'; DROP TABLE article; --"]
)
def test_no_query_breaks_the_search(run: Run, db: Path, query: str) -> None:
    """The query language is ours; nothing of SQLite's shows through."""
    ran = run("search", "--db", db, "--", query)
    assert ran.status in (FINE, USAGE)
    assert "Traceback" not in ran.err


def test_search_keeps_to_day_and_source(run: Run, db: Path) -> None:
    assert run("search", "curtain", "--db", db, "--since", "2026-03-15").err == "Nothing found.\n"
    assert run("search", "curtain", "--db", db, "--since", "2026-03-14", "--source", "stage").out != ""
    assert run("search", "curtain", "--db", db, "--source", "other").err == "Nothing found.\n"


@pytest.mark.parametrize("command", [["search", "x"], ["export"]])
@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "1", ""])
def test_a_bad_day_is_named(run: Run, db: Path, command: list[str], since: str) -> None:
    said = run(*command, "--db", db, "--since", since).sentence(USAGE)
    assert said == f"--since: '{since}' is no date (write 2024-04-19 or 2024-04-19T08:30:00Z)"


@pytest.mark.parametrize("command", [["search", "curtain"], ["stats"]])
def test_nothing_stored_steers_the_terminal(run: Run, db: Path, command: list[str]) -> None:
    out = run(*command, "--db", db).out
    assert out
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    if command[0] == "search":
        assert "Curtain  [2J ]0;owned" in out


def test_csv_cells_are_no_formulas_unless_asked_for(run: Run, db: Path) -> None:
    def titles(*more: str) -> set[str]:
        return {
            row["title"] for row in csv.DictReader(io.StringIO(run("export", "--format", "csv", "--db", db, *more).out))
        }

    assert "'=HYPERLINK(1)" in titles()
    assert "=HYPERLINK(1)" in titles("--raw")
    found = csv.DictReader(io.StringIO(run("search", "curtain", "--csv", "--db", db).out))
    assert "'=HYPERLINK(1)" in {row["title"] for row in found}


def test_export_writes_json_lines(run: Run, db: Path) -> None:
    rows = [json.loads(line) for line in run("export", "--db", db).out.splitlines()]
    assert len(rows) == 3
    assert rows[1]["authors"] == ["Ann", "Bo"]
    assert run("export", "--db", db, "--since", "2026-03-15").out == ""
    assert len(run("export", "--db", db, "--since", "2026-03-14").out.splitlines()) == 3


def test_export_writes_a_file_whole_or_not_at_all(run: Run, db: Path) -> None:
    assert run("export", "--db", db, "-o", "out.jsonl").err == "3 articles written to out.jsonl\n"
    assert [path.name for path in Path().glob("out*")] == ["out.jsonl"]
    said = run("export", "--db", db, "-o", "none/out.jsonl").sentence(USAGE)
    assert said == "none/out.jsonl: the file cannot be written: No such file or directory"


def test_export_writes_parquet_to_a_file_only(run: Run, db: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    said = run("export", "--format", "parquet", "--db", db).sentence(USAGE)
    assert said == "--format parquet: Parquet is no text (name a file with --output)"
    assert run("export", "--format", "parquet", "--db", db, "-o", "out.parquet").status == FINE
    rows = parquet.read_table("out.parquet").to_pylist()
    assert [row["authors"] for row in rows] == [[], ["Ann", "Bo"], []]
    assert "none" in run("export", "--format", "parquet", "--db", db, "-o", "none/out.parquet").sentence(USAGE)


def test_stats_prints_versioned_json(run: Run, db: Path) -> None:
    record = json.loads(run("stats", "--json", "--db", db).out)
    assert set(record) == set(shapes.STATS)
    assert (record["version"], record["type"]) == (1, "stats")
    assert (record["articles"], record["by_source"], record["by_language"]) == (3, {"stage": 3}, {"en": 3})


# ------------------------------------------------------------------------------------------------ the process


def outside(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "aggregator", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("command", [["search", "curtain"], ["export"], ["export", "--format", "csv"], ["--help"]])
def test_a_reader_that_stops_early_is_no_failure(db: Path, command: list[str]) -> None:
    """As in `aggregator search ... | head -1`."""
    arguments = command if command == ["--help"] else [*command, "--db", db]
    with outside(*arguments) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == FINE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["export", "stats"])
def test_an_output_that_is_full_is_one_sentence(db: Path, command: str) -> None:
    arguments = [sys.executable, "-m", "aggregator", command, "--db", str(db)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (USAGE, b"error: the output cannot be written: No space left on device\n")


HEAVY = "scrapy twisted lxml bs4 dateparser feedparser sqlite_utils rich pebble asyncio multiprocessing tldextract warcio pyarrow"
LOADED = f"""
import sys
from aggregator.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end
print("\\nLOADED", *(name for name in {HEAVY.split()} if name in sys.modules))
"""


@pytest.mark.parametrize("command", [["--help"], ["search", "curtain"], ["export", "--format", "csv"], ["stats"]])
def test_what_only_reads_imports_nothing_heavy(db: Path, command: list[str]) -> None:
    """So that it answers in a tenth of a second."""
    arguments = command if command == ["--help"] else [*command, "--db", str(db)]
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED"
