"""What changed between two texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.identity.difference import Piece, difference


def told(old: str, new: str) -> str:
    marks = {"same": "{}", "out": "[-{}-]", "in": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in difference(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("same text", "same text", "same text"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("It costs 20 pounds.", "It costs 25 pounds.", "It costs [-20-]{+25+} pounds."),
        (
            "He is in talks to return.",
            "He has now signed to return.",
            "He [-is in talks-]{+has now signed+} to return.",
        ),
        ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", "One.\n\n{+New.\n\n+}Two."),
        ("One.\n\nOut.\n\nTwo.", "One.\n\nTwo.", "One.\n\n[-Out.\n\n-]Two."),
        ("눈물의 여왕 첫 방송", "눈물의 여왕 마지막 방송", "눈물의 여왕 [-첫-]{+마지막+} 방송"),
    ],
)
def test_a_change_is_told_word_by_word(old: str, new: str, expected: str) -> None:
    assert told(old, new) == expected


WORDS = st.lists(st.sampled_from(["a", "b", "word", " ", "\n", "\n\n", ".", "눈물", "\u202e"]), max_size=40).map(
    "".join
)


@given(st.one_of(st.text(max_size=200), WORDS), st.one_of(st.text(max_size=200), WORDS))
def test_the_pieces_give_both_texts_again(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "in") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "out") == new


@given(WORDS)
def test_a_text_differs_from_itself_in_nothing(text: str) -> None:
    assert all(piece.kind == "same" for piece in difference(text, text))


def test_a_long_rewritten_stretch_is_shown_as_a_whole() -> None:
    old, new = "word " * 4001, "other " * 4001
    assert difference(old, new) == (Piece(kind="out", text=old), Piece(kind="in", text=new))
