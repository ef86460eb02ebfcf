"""Whole pages: each folder of tests/pages holds a page and what must come of it.

`expected.json` has `url`, and `kind` or the `reason` of the refusal; `text` (the paragraphs, all and only these) or
`contains`; `title`, `description` and
`published` (a day) where they matter; `related` (headlines that must be among the related links and not in the text).
`python tests/new_page.py` makes a new folder from a saved page.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from aggregator import Article, Rejection
from tests.page_case import read_page

PAGES = sorted(path.parent for path in (Path(__file__).parent / "pages").glob("*/expected.json"))


def load(folder: Path) -> tuple[dict[str, Any], Article | Rejection]:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return expected, read_page((folder / "page.html").read_bytes(), expected["url"])


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_page(folder: Path) -> None:
    """The page gives exactly its own text, its kind, and the stories it points to; or the reason why it is no article."""
    expected, read = load(folder)
    if "reason" in expected:
        assert isinstance(read, Rejection)
        assert read.reason == expected["reason"], read.detail
        return
    assert isinstance(read, Article), read.sentence()
    assert read.kind == expected["kind"]
    for field in ("title", "description"):
        assert getattr(read, field) == expected.get(field, getattr(read, field))
    if "published" in expected:
        assert read.publication is not None
        assert read.publication.day.isoformat() == expected["published"]
    if "text" in expected:
        assert list(read.paragraphs) == expected["text"]
    for paragraph in expected.get("contains", ()):
        assert paragraph in read.text
    found = {link.title for link in read.related}
    for headline in expected.get("related", ()):
        assert headline not in read.text
        assert headline in found


@pytest.mark.parametrize(
    "folder",
    [folder for folder in PAGES if "related" in (folder / "expected.json").read_text(encoding="utf-8")],
    ids=lambda f: f.name,
)
def test_related_links_are_complete(folder: Path) -> None:
    """Related links are numbered from 0, have absolute addresses where the page links them, and name their rule."""
    _, read = load(folder)
    assert isinstance(read, Article)
    assert [link.position for link in read.related] == list(range(len(read.related)))
    assert all(link.rule and (link.url is None or link.url.startswith("https://")) for link in read.related)
