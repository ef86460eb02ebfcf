"""What is built is whole: the wheel alone, installed elsewhere, runs the demo; and Scrapy's own commands know the project."""

import os
import re
import sqlite3
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import aggregator

ROOT = Path(__file__).parent.parent
BUILT = {"aggregator", "spiders", "pipelines", "data"}

pytestmark = [pytest.mark.wheel, pytest.mark.xdist_group("wheel")]


def call(*command: object, cwd: Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Run a command with nothing of this checkout or of its settings in the environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AGGREGATOR_"))}
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**kept, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and this environment's libraries, but without this checkout."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    (place,) = folder.glob("lib/python*/site-packages")
    # only the folder: .pth files in it, such as that of an editable install, are not followed
    (place / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check")
    call(*pip, "--no-index", "--no-deps", "--ignore-installed", wheel, cwd=folder)
    return folder / "bin"


def shipped_files(*folders: str) -> Iterator[str]:
    """Files of the checkout's folders that belong to the program, by their place in a wheel."""
    tracked = call("git", "ls-files", "--", *folders, cwd=ROOT, check=False).stdout.splitlines()
    for name in tracked or [str(path.relative_to(ROOT)) for f in folders for path in (ROOT / f).rglob("*.*[ldy]")]:
        if (ROOT / name).is_file() and "__pycache__" not in name and not re.match(r"data/.*\.(md|py|db.*)$", name):
            yield name if name.startswith("aggregator/") else f"aggregator/{name}"


def test_the_only_top_level_name_of_the_wheel_is_aggregator(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {
        "aggregator",
        f"news_aggregator-{aggregator.__version__}.dist-info",
    }


def test_the_wheel_has_code_tables_demo_and_type_marker(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(shipped_files(*BUILT)) <= names
    for name in ("py.typed", "data/sources.toml", "data/boilerplate.toml", "spiders/source.py", "pipelines/store.py"):
        assert f"aggregator/{name}" in names
    assert len([name for name in names if re.match(r"aggregator/demo/sites/.+\.toml$", name)]) >= 5
    assert not [name for name in names if re.search(r"\.db|\.warc|tests/|__pycache__", name)]


def test_the_sdist_has_what_it_takes_to_test_and_build(built: Path) -> None:
    (found,) = built.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {"pyproject.toml", "README.md", "LICENSE", "Makefile", "requirements.lock", "tests/test_wheel.py"}
    assert names >= {"spiders/source.py", "pipelines/store.py", "data/sources.toml", "docs/cli.md", "scrapy.cfg"}
    assert not [name for name in names if re.search(r"\.db$|\.warc|\.venv/|__pycache__", name)]


def test_the_installed_program_is_alone(elsewhere: Path, tmp_path: Path) -> None:
    """What follows is no proof if the checkout is found."""
    code = "import aggregator, importlib.util as u; print(aggregator.__file__, u.find_spec('spiders'), u.find_spec('tests'))"
    place, *others = call(elsewhere / "python", "-c", code, cwd=tmp_path).stdout.split()
    assert Path(place).is_relative_to(elsewhere.parent)
    assert others == ["None", "None"]


@pytest.mark.crawl
def test_the_installed_program_runs_the_demo_in_an_empty_folder(elsewhere: Path, tmp_path: Path) -> None:
    out = call(elsewhere / "aggregator", "demo", cwd=tmp_path).stdout
    sums = [re.findall(r"\d+", line) for line in out.splitlines() if re.match(r"\W*all\b", line)]
    found, new, updated, duplicate, _ = map(int, sums[0])
    assert found > new > 20
    assert (updated, duplicate) == (0, 2)
    assert sums[1][1:] == ["2", "1", "0", "0"], "two new articles and one edited, as the heading promises"
    with closing(sqlite3.connect(tmp_path / "demo.db")) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (new + 2,)
        assert db.execute("SELECT count(*) FROM revision").fetchone() == (1,)
    again = call(elsewhere / "aggregator", "demo", cwd=tmp_path, check=False)
    assert again.returncode == 2
    assert again.stderr == "error: demo.db: the file exists already (name another with --db, or delete it)\n"
    for line in re.findall(r"^  (aggregator .+)$", out, re.MULTILINE):
        tried = call("sh", "-c", f"{elsewhere}/{line}", cwd=tmp_path)
        assert tried.stdout
        assert tried.stderr == ""


def test_the_installed_program_knows_its_sources_and_tables(elsewhere: Path, tmp_path: Path) -> None:
    assert len(call(elsewhere / "aggregator", "sources", "list", cwd=tmp_path).stdout.splitlines()) > 50
    assert call(elsewhere / "aggregator", "--version", cwd=tmp_path).stdout.split()[-1] == aggregator.__version__


def test_scrapy_knows_the_project(tmp_path: Path) -> None:
    """In the checkout `scrapy list` works; a crawl needs a source and a store, and says where these come from."""
    scrapy = (sys.executable, "-m", "scrapy")
    assert call(*scrapy, "list", cwd=ROOT).stdout.split() == ["page", "source"]
    said = call(*scrapy, "crawl", "source", cwd=ROOT, check=False)
    assert said.stdout == ""
    assert "start crawls with `aggregator crawl`" in said.stderr.splitlines()[-1]
