"""The benchmark that switches parts of the dates off."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks import date_ablation

PAGE = "<html><body><h1>A song of salt</h1><p>19 April 2024</p><p>The choir sang.</p></body></html>"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """One page with a known day, in the form of the corpus."""
    folder = tmp_path / "stage" / "html"
    folder.mkdir(parents=True)
    (folder / "a.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    row = {"id": "a", "url": "https://example.org/a", "published": "2024-04-19"}
    (tmp_path / "stage" / "pages.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("part", date_ablation.PARTS)
def test_every_part_can_be_switched_off_and_is_on_again_afterwards(part: str, corpus: Path) -> None:
    whole = date_ablation.measured("", corpus, 1)
    assert whole == (1.0, 0.0, 0.0, 0.0)
    date_ablation.measured(part, corpus, 1)
    assert date_ablation.measured("", corpus, 1) == whole


def test_a_row_tells_what_a_part_is_worth(corpus: Path) -> None:
    figures = {part: date_ablation.measured(part, corpus, 1) for part in ("", "rule: padded 1 January")}
    assert list(date_ablation.table(figures))[2:] == [
        "| (nothing) | 1.000 | 0.000 | 0.000 | 0.000 |",
        "| rule: padded 1 January | +0.0 | +0.0 | +0.0 | +0.0 |",
    ]


def test_without_a_corpus_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmark", str(tmp_path)])
    assert date_ablation.main() == 2
    assert "none of the sets" in capsys.readouterr().err
