"""Nothing that came from the web may steer a terminal or a spreadsheet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli.output import csv_cell, plain, plain_lines, table


@given(st.text())
def test_a_printed_line_holds_no_control_and_no_bidi_character(text: str) -> None:
    line = plain(text)
    assert not any(unicodedata.category(c) == "Cc" for c in line)
    assert not any(
        unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"} for c in line
    )
    assert plain(line) == line


def test_several_lines_stay_several_lines() -> None:
    assert plain_lines("a\x1b[2J\nb\rc") == "a [2J\nb c"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+44", "+44"),
        ("-3.5", "-3.5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("-", "'-"),
        ("plain", "plain"),
        (None, ""),
        (7, "7"),
    ],
)
def test_formulas_are_defused_and_numbers_left_alone(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


def test_a_table_is_aligned_also_with_wide_characters() -> None:
    assert table(("name", "n"), [("漢字", 10), ("ab", 2)], right=(1,)) == "name   n\n漢字  10\nab     2"
