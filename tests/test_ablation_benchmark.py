"""The benchmarks that take the extraction apart: parts switched off and on again, errors by class."""

from pathlib import Path

import pytest

from benchmarks import ablation, ceiling, errors
from benchmarks.extraction import ours

from .test_extraction_benchmark import TEXT, corpus

__all__ = ["corpus"]

PAGE = (
    "<html><body><article><h1>A song of salt</h1>"
    + "".join(f"<p>{text}</p>" for text in (*TEXT, TEXT[0]))
    + "</article></body></html>"
)


@pytest.mark.parametrize("part", ablation.PARTS)
def test_every_part_can_be_switched_off_and_is_on_again_afterwards(part: str) -> None:
    whole = ours(PAGE, "https://example.com/stage/a-song-of-salt")
    with ablation.without(part):
        ours(PAGE, "https://example.com/stage/a-song-of-salt")
    assert ours(PAGE, "https://example.com/stage/a-song-of-salt") == whole


def test_part_that_is_off_changes_what_it_decides() -> None:
    with ablation.without("rule: copies"):
        article = ours(PAGE, "https://example.com/stage/a-song-of-salt")
    assert article
    assert article.text.count(TEXT[0]) == 2


def test_table_has_a_row_a_part(corpus: Path) -> None:
    with_all = ablation.measured("", corpus, ["wcxb-dev"], 0)
    assert with_all["wcxb-dev"] == (1.0, 0.0, 1.0)
    printed = ablation.table(with_all, {"rule: copies": with_all}).splitlines()
    assert printed[0] == "| without | wcxb-dev: F1, tail, same | newsroom: F1, tail, same |"
    assert printed[-1].startswith("| rule: copies | +0.0 +0.0 +0.0 |")


def test_errors_have_the_class_of_their_place_and_of_the_rule_that_made_them() -> None:
    lines = [f"On day {n}: {text}" for n, text in enumerate(TEXT * 4)]
    body = "".join(f"<p>{text}</p>" for text in lines)
    legal, elsewhere = "All rights reserved, Lantern Post.", "A line that no block of the page has at all."
    html = f"<title>A song of salt</title><body><article><h1>A song of salt</h1>{body}</article><footer><p>{legal}</p></footer>"
    truth = "\n\n".join([*lines[:-1], legal, elsewhere])
    page = {"id": "a", "url": "https://example.com/stage/a-song-of-salt", "body": truth, "charset": "utf-8"}
    found = errors.errors(page, html.encode())
    assert list(found) == [("lost: phrase:legal", legal), ("lost: no block", elsewhere)]
    page["body"] = "\n\n".join(lines[:4])
    assert {kind for kind, _ in errors.errors(page, html.encode())} <= {"foreign, behind: paragraph"}


def test_ceiling_is_what_the_blocks_and_places_of_a_page_hold(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["ceiling", str(corpus)])
    assert ceiling.main() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "| wcxb-dev | 1.000 | 0.000 | 1.000 | 1.000 | 1.000 |"


def test_without_a_corpus_they_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ablation, ceiling, errors):
        monkeypatch.setattr("sys.argv", ["benchmark", str(tmp_path)])
        assert module.main() == 2
        assert "none of the sets" in capsys.readouterr().err
