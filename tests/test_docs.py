"""What the documents say is so: they are made from the program, or held against it."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

import aggregator
from aggregator._project import read_data
from aggregator.cli import cli, docs, shapes
from aggregator.config import Config
from aggregator.errors import ExitStatus
from aggregator.models import CrawlResult
from aggregator.sources import load_sources
from aggregator.store.queries import Hit, Stats
from aggregator.store.schema_doc import schema_document

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
STATUSES = {value for name, value in vars(ExitStatus).items() if name.isupper()}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------ made from the code


def test_the_page_on_the_command_line_is_what_the_program_makes() -> None:
    """`make docs` writes it."""
    assert read("docs/cli.md") == docs.document()


def test_the_page_on_the_schema_is_what_the_program_makes() -> None:
    """`make docs` writes it."""
    assert read("docs/schema.md") == schema_document()


@pytest.mark.parametrize("path", [" ".join(path) for path, _ in docs.commands()])
def test_every_command_and_option_has_help(path: str) -> None:
    command = {" ".join(name): found for name, found in docs.commands()}[path]
    assert command.help
    assert not [p.name for p in command.params if isinstance(p, click.Option) and not p.help]


def test_the_list_of_commands_says_what_each_does_without_cutting() -> None:
    assert "..." not in "".join(line for line in docs.document().splitlines() if re.match(r"  [a-z]+  +[A-Z]", line))


def test_every_setting_has_a_text() -> None:
    texts = docs.setting_texts()
    assert set(texts) == {field.name for field in fields(Config)}
    assert all(text.endswith(".") for text in texts.values())


def test_every_key_of_the_records_that_are_dataclasses_is_explained() -> None:
    """The shapes of articles, rejections and texts are held by tests/test_cli.py, where they are printed."""
    assert list(shapes.CRAWLED) == [field.name for field in fields(CrawlResult)]
    assert list(shapes.HIT) == [field.name for field in fields(Hit)]
    assert set(shapes.STATS) == {field.name for field in fields(Stats)} | {"version", "type", "source_health"}


# ------------------------------------------------------------------------------------------------ exit statuses


def listed(text: str) -> dict[int, str]:
    """The sentence `0 all fine, 1 ..., 130 interrupted.` as status -> meaning, wherever lines break."""
    found = re.search(r"Exit statuses: (0 .*?130 \w+)\.", " ".join(text.split()))
    assert found
    items = re.split(r",? ?(?:^|(?<=, ))(?=\d+ )", found[1])
    return {int(item.split(" ", 1)[0]): item.split(" ", 1)[1].rstrip(", ") for item in items if item}


def test_readme_help_and_reference_name_the_same_exit_statuses() -> None:
    short = {status: meaning for status, (meaning, _) in docs.STATUSES.items()}
    assert set(short) == STATUSES
    assert listed(cli.help or "") == short
    assert listed(read("README.md")) == short


def test_the_page_on_cron_explains_every_exit_status_of_a_crawl() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| ([^|]+) \|", read("docs/cron.md"), re.MULTILINE))
    assert {int(status) for status in rows} == STATUSES
    for status, (meaning, _) in docs.STATUSES.items():
        assert rows[str(status)].startswith(meaning.split(",")[0]), status


# ------------------------------------------------------------------------------------------------ links, commands, targets


def relative_links() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page.name, str(page.parent / target)


def test_every_relative_link_leads_to_a_file() -> None:
    links = list(relative_links())
    assert len(links) > 8
    assert [link for link in links if not Path(link[1]).exists()] == []


def command_lines() -> Iterator[tuple[str, str]]:
    """Every `aggregator ...` that the hand-written pages show, in a block or between backticks."""
    for page in PAGES:
        if page.name in ("cli.md", "schema.md"):
            continue
        text = page.read_text(encoding="utf-8")
        shown = [line.strip() for line in re.findall(r"^    (.+)$", text, re.MULTILINE)]
        shown += [
            line
            for block in re.findall(r"```(?:sh|bash|console|text)?\n(.*?)```", text, re.DOTALL)
            for line in block.splitlines()
        ]
        shown += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        for line in shown:
            for part in re.findall(r"(?:^|[\s=/(])(aggregator (?!import )(?:-|[a-z]).*)", line):
                yield page.name, part


def words(line: str) -> list[str]:
    """The words of one command, without comment, redirection, pipe, and what stands for something else."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|><;&)")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    found: list[str] = []
    for word in lexer:
        if set(word) <= set("|><;&)"):
            break
        found.append(word)
    return [word for word in found[1:] if word not in ("...", "…")]


@pytest.mark.parametrize(("page", "line"), sorted(set(command_lines())))
def test_every_command_line_that_a_page_shows_can_be_read_by_the_program(page: str, line: str) -> None:
    found = words(line)
    command: click.Command = cli
    path = ["aggregator"]
    while isinstance(command, click.Group) and found and not found[0].startswith("-"):
        path.append(found.pop(0))
        below = command.get_command(click.Context(command), path[-1])
        assert below is not None, f"{page}: {line}"
        command = below
    if not found:
        return  # the command's name in a sentence
    try:
        command.make_context(path[-1], found, help_option_names=["-h", "--help"])
    except click.exceptions.Exit:
        pass  # --help, --version
    except click.MissingParameter:
        assert "`" not in line  # a sentence may speak of `aggregator fetch --explain`


def test_there_are_command_lines_on_the_pages() -> None:
    assert {page for page, _ in command_lines()} >= {"README.md", "cron.md", "sources.md"}


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert phony
    assert targets <= set(phony[1].split())
    named = {
        name
        for page in PAGES
        for name in re.findall(r"(?:^ {4}|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named >= {"demo", "test"}
    assert named <= targets


def test_the_makefile_runs_modules_that_exist() -> None:
    from importlib.util import find_spec

    modules = set(re.findall(r"python -m ([\w.]+)", read("Makefile"))) - {"pip", "venv"}
    assert modules >= {"aggregator.cli.docs", "aggregator.store.schema_doc"}
    assert [name for name in modules if find_spec(name) is None] == []


# ------------------------------------------------------------------------------------------------ facts of README and changelog


def test_the_python_example_prints_what_its_comments_say(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.stderr == ""
    promised = re.findall(r"^(?:print\(.*|\))  # (.+)$", code, re.MULTILINE)
    printed = iter(done.stdout.splitlines())
    assert len(promised) >= 4
    assert all(line in printed for line in promised), done.stdout


def test_readme_counts_the_sources_that_ship() -> None:
    count = len(load_sources(read_data("sources.toml"), origin="the list that ships"))
    assert re.findall(r"(\d+) entertainment outlets ship", read("README.md")) == [str(count)]
    assert re.findall(r"(\d+) outlets ship", read("CHANGELOG.md"))[-1:] == [str(count)]


def test_the_changelog_has_this_version() -> None:
    assert re.search(rf"^## {re.escape(aggregator.__version__)}\b", read("CHANGELOG.md"), re.MULTILINE)


def test_json_keys_that_readme_uses_exist() -> None:
    used = set(re.findall(r"jq \.(\w+)", read("README.md")))
    assert used
    assert used <= set(shapes.ARTICLE)


def test_the_json_of_the_page_on_start_addresses_is_json() -> None:
    """Where a page shows a JSON line, it is one."""
    for page in PAGES:
        for line in re.findall(r'^    (\{".+\})$', page.read_text(encoding="utf-8"), re.MULTILINE):
            json.loads(line)
