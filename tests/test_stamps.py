"""Byline and date lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.clean.stamps import stamp


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("문가람 기자 입력 2026.11.23 09:42", "byline-reporter"),
        ("[스타일보 문가람 기자]", "byline-reporter"),
        ("입력 2026.11.23 09:42 | 수정 2026.11.23 10:01", "date-line"),
        ("By Jane Doe | Published 3 March 2026, 10:15 GMT", "byline-date"),
        ("By Jane Doe and Ann Lee-Smith | Published March 3, 2026", "byline-date"),
        ("Von Max Muster, 3. März 2026", "byline-date"),
        ("Von Max Muster, 3. März 2026, 12:15 Uhr", "byline-date"),
        ("Jane Doe • March 3, 2026", "byline-date"),
        ("Published: Tuesday, 3 March 2026 10:15 am", "date-line"),
        ("Stand: 03.03.2026, 10:15 Uhr", "date-line"),
        ("Publié le 3 mars 2026 à 10:15", "date-line"),
        ("2026年3月3日 10:15 配信", "date-line"),
        ("3 de marzo de 2026, 10:15", "date-line"),
        ("Von Max Muster", "byline-led"),
        ("Por Ana Díaz y Luis Gil", "byline-led"),
        ("By May Chen", None),
        ("By Monday", None),
        ("Von Berlin nach München in einer Stunde", None),
        ("Von Max Muster erzählt man sich viel.", None),
        ("March 2026", None),
        ("Premiere: 3 March 2026", None),
        ("March 3, 2026: Premiere in Lisbon", None),
        ("On March 3, 2026 the theatre opened", None),
        ("Jane Doe died on March 3, 2026", None),
        ("Three songs from 2026", None),
        ("한서윤 컴백", None),
        ("ab", None),
        ("By Jane Doe, March 3, 2026 " + "x" * 140, None),
        ("By Jane Doe\nMarch 3, 2026", None),
    ],
)
def test_what_a_line_is(line: str, rule: str | None) -> None:
    """A line is a byline or a date line only where each of its words is a name, a label, a date or a time."""
    assert stamp(line) == rule


@pytest.mark.parametrize(
    ("line", "authors", "rule"),
    [
        ("Jane Doe", ("Jane Doe",), "byline-author"),
        ("by Jane Doe, Senior Editor", ("Jane Doe",), "byline-author"),
        ("Jane Doe and Ann Lee", ("Jane Doe", "Ann Lee"), "byline-author"),
        ("Jane", ("Jane Doe",), None),
        ("Jane Doe sings", ("Jane Doe",), None),
        ("Jane Doe", ("Ann Lee",), None),
        ("Jane Doe", ("...",), None),
    ],
)
def test_authors_alone_on_a_line(line: str, authors: tuple[str, ...], rule: str | None) -> None:
    """The names of the article's authors and nothing else are a byline."""
    assert stamp(line, authors) == rule


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_any_line_can_be_asked(line: str, authors: list[str]) -> None:
    """Never raises; what ends like a sentence stays."""
    assert stamp(line, authors) is None or not line.rstrip().endswith(("!", "?"))
