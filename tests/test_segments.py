"""Text that repeats across a source's pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.clean.segments import MAX_CHARS, MAX_SEGMENTS, is_boilerplate, segment_hash, segments_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nova Weekly is a magazine", "  NOVA WEEKLY is a\u00a0magazine "),
        ("3 comments", "7 comments"),
        ("All ‘rights’ reserved", "All 'rights' reserved"),
        ("اقرأ أيضًا", "اقرأ أيضا"),
    ],
)
def test_one_segment(one: str, other: str) -> None:
    """Case, blanks, quotes, vowel signs and counters do not make another segment."""
    assert segment_hash(one) == segment_hash(other)


def test_other_words_are_another_segment() -> None:
    """Lines with other words, or with more digits, have other hashes."""
    assert len({segment_hash(line) for line in ("Nova sings", "Nova sang", "3 comments", "12 comments")}) == 4


def test_a_page_counts_a_line_once_and_in_order() -> None:
    """Repeated, empty, wordless and very long lines add nothing."""
    lines = ["Nova sings", "", "-", "12:30", "NOVA SINGS", "x" * (MAX_CHARS + 1), "Orla dances"]
    assert segments_of(lines) == (segment_hash("Nova sings"), segment_hash("Orla dances"))


def test_a_page_cannot_flood_the_table() -> None:
    """At most `MAX_SEGMENTS` lines of a page are counted."""
    words = (f"line {'x' * n}" for n in range(1, 2000))
    assert len(segments_of(words)) == MAX_SEGMENTS


@pytest.mark.parametrize(
    ("seen", "pages", "verdict"),
    [(0, 0, False), (4, 4, False), (5, 5, True), (5, 25, True), (5, 26, False), (40, 100, True), (19, 100, False)],
)
def test_boilerplate_is_on_five_pages_and_a_fifth_of_them(seen: int, pages: int, verdict: bool) -> None:
    """Both thresholds must be reached."""
    assert is_boilerplate(seen, pages) is verdict


@given(st.text())
def test_hash_fits_a_signed_column(line: str) -> None:
    """The hash is a 63-bit integer for any text, so that SQLite keeps it as INTEGER."""
    assert 0 <= segment_hash(line) < 2**63
    assert segment_hash("\ud800" + line) >= 0
