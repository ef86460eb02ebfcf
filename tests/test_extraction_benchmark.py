"""The benchmark of extraction: our row, and those of other extractors beside it."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks import extraction, peers
from benchmarks.peers import Found

TEXT = [
    "The singer Odalys Ferrant will record a new song for the series The Salt Road, her studio said on Tuesday.",
    "It is her first recording in nine years, and she says that it will be her last for a while.",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """One set of one page."""
    folder = tmp_path / "corpus" / "wcxb-dev"
    (folder / "html").mkdir(parents=True)
    page = {
        "id": "a", "url": "https://example.com/stage/a-song-of-salt", "page_type": "article", "title": "A song of salt", "authors": [],
        "body": "\n\n".join(TEXT), "paragraphs": TEXT, "optional": [], "with": [], "without": [], "charset": None,
    }  # fmt: skip
    (folder / "pages.jsonl").write_text(json.dumps(page) + "\n", encoding="utf-8")
    html = f"<html><body><article><h1>A song of salt</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p></article></body></html>"
    (folder / "html" / "a.html.gz").write_bytes(gzip.compress(html.encode()))
    return tmp_path / "corpus"


def _whole(html: bytes | str, url: str | None) -> Found:
    del html, url
    return Found(text="\n\n".join(TEXT), title="A song of salt")


def _failing(html: bytes | str, url: str | None) -> Found:
    raise ValueError(url)


def test_each_extractor_has_its_row_and_one_that_fails_has_found_nothing(corpus: Path) -> None:
    tallies = extraction.measured(corpus / "wcxb-dev", 0, {"whole": _whole, "failing": _failing})
    rows = {name: extraction.figures(tally) for name, tally in tallies.items()}
    assert (rows[""]["F1"], rows[""]["title"]) == (1.0, 1.0)
    assert (rows["whole"]["F1"], rows["whole"]["title"], rows["whole"]["refused"]) == (1.0, 1.0, 0.0)
    assert (rows["failing"]["F1"], rows["failing"]["refused"]) == (0.0, 1.0)


def test_the_command_prints_a_row_a_set_and_writes_the_same_figures(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "figures.json"
    monkeypatch.setattr(extraction, "installed", lambda: {"whole": _whole})
    monkeypatch.setattr("sys.argv", ["extraction", str(corpus), "--json", str(file)])
    assert extraction.main() == 0
    assert [line.split()[0:2] for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["wcxb-dev", "1"],
        ["wcxb-dev", "whole"],
    ]
    assert json.loads(file.read_text(encoding="utf-8"))["wcxb-dev whole"]["F1"] == 1.0


def test_without_a_corpus_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["extraction", str(tmp_path)])
    assert extraction.main() == 2
    assert "none of the sets" in capsys.readouterr().err


def test_only_what_can_be_imported_runs() -> None:
    assert set(peers.installed()) <= set(peers.PEERS)
