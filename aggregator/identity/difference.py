"""What changed between two texts, word by word. Pure; the pieces put together give either text again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal

Kind = Literal["same", "out", "in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that both have (`same`), only the older (`out`) or only the newer (`in`)."""

    kind: Kind
    text: str


_PARAGRAPH: Final = re.compile(r"[^\n]+\n*|\n+")
_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_WORDS: Final = 4000
"""Words of a changed stretch that are compared one by one; a longer stretch is shown as a whole (the comparison is quadratic)."""


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in reading order: without `in` they are the older text, without `out` the newer. Never raises."""
    found = _merged(_compare(_PARAGRAPH.findall(old), _PARAGRAPH.findall(new), by_words=True))
    return tuple(_merged(_without_gaps(found)))


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces between two that both have as one `out` and one `in`, neighbours of one kind as one; without empty ones."""
    merged: list[Piece] = []
    for is_same, run in groupby(pieces, key=lambda piece: piece.kind == "same"):
        group = list(run)
        kinds: tuple[Kind, ...] = ("same",) if is_same else ("out", "in")
        for kind in kinds:
            text = "".join(piece.text for piece in group if piece.kind == kind)
            merged += [Piece(kind=kind, text=text)] if text else []
    return merged


def _without_gaps(pieces: list[Piece]) -> Iterator[Piece]:
    """A blank between two changes belongs to both, so that a changed phrase is one change."""
    for index, piece in enumerate(pieces):
        if piece.kind == "same" and piece.text.isspace() and 0 < index < len(pieces) - 1:
            yield Piece(kind="out", text=piece.text)
            yield Piece(kind="in", text=piece.text)
        else:
            yield piece


def _compare(old: Sequence[str], new: Sequence[str], *, by_words: bool) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield Piece(kind="same", text=before)
        elif tag == "replace" and by_words:
            yield from _by_words(before, after)
        else:
            yield Piece(kind="out", text=before)
            yield Piece(kind="in", text=after)


def _by_words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        yield from (Piece(kind="out", text=before), Piece(kind="in", text=after))
    else:
        yield from _compare(old, new, by_words=False)
