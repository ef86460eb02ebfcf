"""Run the command line in this process, and a store to run it on."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import aggregator.cli
from aggregator.store import open_store

from .store_contract import NOW, SOURCE, make_article, make_unit

ESCAPES = "Curtain \x1b[2J\x1b]0;owned\x07 up \u202eevil"
"""A title that would clear the screen, rename the window and turn the line around."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    def sentence(self, status: int) -> str:
        """The one sentence of an error with this exit status, and nothing else."""
        assert (self.status, self.out) == (status, ""), self
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("error: "), self.err
        return self.err.removeprefix("error: ").rstrip("\n")


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `aggregator ...` in an empty folder, without settings of this machine."""
    monkeypatch.chdir(tmp_path)
    for name in ("AGGREGATOR_DB", "AGGREGATOR_CONFIG", "AGGREGATOR_SOURCES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(aggregator.cli, "_end_threads", lambda: None)  # later tests of this process crawl, too

    def call(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["aggregator", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            aggregator.cli.main()
        out, err = capsys.readouterr()
        return Ran(status=int(ended.value.code or 0), out=out, err=err)

    return call


@pytest.fixture(scope="session")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a database with three articles; one of them has a hostile title."""
    path = tmp_path_factory.mktemp("store") / "news.db"
    articles = (
        make_article(1),
        make_article(2, title="=HYPERLINK(1)", authors=("Ann", "Bo")),
        make_article(3, title=ESCAPES),
    )
    store = open_store(path, now=NOW)
    try:
        store.save_sources((SOURCE,), now=NOW)
        number = store.start_run(now=NOW, command="test", version="0")
        for article in articles:
            store.put(make_unit(article), run=number, now=NOW)
        store.finish_run(number, now=NOW, status=0, results=())
    finally:
        store.close()
    return path.read_bytes()


@pytest.fixture
def db(tmp_path: Path, made_store: bytes) -> Path:
    """A copy of that database."""
    path = tmp_path / "news.db"
    path.write_bytes(made_store)
    return path
