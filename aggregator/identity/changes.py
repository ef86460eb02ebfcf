"""What sort of change turned one version of an article into the next. Pure; what was stored of the versions is an argument."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, Literal

from aggregator._project import load_table

from .difference import Piece, difference
from .likeness import exchanged_facts, is_slip
from .words import cut, plain, words

Nature = Literal["correction", "update", "growth", "headline", "cosmetic", "date"]

KEPT: Final = 0.9  # share of the old words that a text keeps that only grows
LOCAL: Final = 0.1  # share of the old words that a correction touches at most
FEW: Final = 20  # words that it may touch whatever the length of the text: one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One version of an article. `content` is Fingerprint.content, empty when it is not known; `live` says that it is a live blog."""

    title: str
    text: str
    content: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one version to the next.

    correction: it owns up to a mistake, or a name or number was exchanged and little else. update: the text says more, or other things.
    growth: a live blog went on. headline: only the title changed. cosmetic: spelling, punctuation, blanks. date: only the date.
    `added` and `removed` are counted in words of the text. `returns_to` is the number of the earlier version that it is again.
    """

    nature: Nature
    added: int
    removed: int
    returns_to: int | None


def change_between(old: Wording, new: Wording, earlier: Sequence[Wording] = ()) -> Change:
    """What happened between two neighbouring versions; `earlier` are those before `old`, the first one first. Never raises."""
    pieces = difference(old.text, new.text)
    added, removed = _more(pieces, "in", "out"), _more(pieces, "out", "in")
    return Change(
        nature=_nature(old, new, pieces, added, removed),
        added=added.total(),
        removed=removed.total(),
        returns_to=_returns_to(old, new, earlier),
    )


def _returns_to(old: Wording, new: Wording, earlier: Sequence[Wording]) -> int | None:
    """The latest earlier version with the same title and text, when the change left both as they were then."""
    if not new.content or _face(new) == _face(old):
        return None
    return next((number for number in range(len(earlier), 0, -1) if _face(earlier[number - 1]) == _face(new)), None)


def _face(wording: Wording) -> tuple[list[str], str]:
    return words(wording.title), wording.content


def _more(pieces: Iterable[Piece], kind: str, than: str) -> Counter[str]:
    """The words of one side that the other does not have as often."""
    count = Counter(word for piece in pieces if piece.kind == kind for word in words(piece.text))
    count -= Counter(word for piece in pieces if piece.kind == than for word in words(piece.text))
    return count


def _nature(old: Wording, new: Wording, pieces: Sequence[Piece], added: Counter[str], removed: Counter[str]) -> Nature:
    if old.text == new.text:
        return "date" if old.title == new.title else _headline(old, new)
    if _owns_up(pieces):
        return "correction"
    exchanged = _exchanges(pieces)
    if not added and not removed and not exchanged:
        return _headline(old, new) if words(old.title) != words(new.title) else "cosmetic"
    return _by_size(len(words(old.text)), added, removed, live=new.live, exchanged=exchanged)


def _by_size(size: int, added: Counter[str], removed: Counter[str], *, live: bool, exchanged: bool) -> Nature:
    """What changed words make; `size` is how many the older text had."""
    came, went = added.total(), removed.total()
    if live:
        return "growth" if came and went <= (1 - KEPT) * size else "update"
    if came - went > FEW or max(came, went) > max(FEW, LOCAL * size):
        return "update"
    if exchanged:
        return "correction"
    return "cosmetic" if _slips(added, removed) else "update"


def _headline(old: Wording, new: Wording) -> Nature:
    return "cosmetic" if words(old.title) == words(new.title) else "headline"


def _owns_up(pieces: Iterable[Piece]) -> bool:
    came = "\n".join(piece.text for piece in pieces if piece.kind == "in").casefold()
    return any(phrase in came for phrase in _phrases()) and not _has_any(pieces)


def _has_any(pieces: Iterable[Piece]) -> bool:
    """Whether such words stood in what was there before."""
    gone = "\n".join(piece.text for piece in pieces if piece.kind != "in").casefold()
    return any(phrase in gone for phrase in _phrases())


@cache
def _phrases() -> tuple[str, ...]:
    return tuple(phrase for phrases in load_table("corrections.toml").values() for phrase in phrases)


def _exchanges(pieces: Sequence[Piece]) -> bool:
    """Whether a name or number stands where another one stood."""
    return any(
        one.kind == "out" and other.kind == "in" and exchanged_facts(cut(plain(one.text)), cut(plain(other.text)))
        for one, other in pairwise(pieces)
    )


def _slips(added: Counter[str], removed: Counter[str]) -> bool:
    """Whether every word that came is a better spelling of one that went."""
    old, new = sorted(removed.elements()), sorted(added.elements())
    return len(old) == len(new) and all(any(is_slip(word, other) for other in old) for word in new)
