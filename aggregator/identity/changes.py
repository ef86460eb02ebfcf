"""What sort of change turned one version of an article into the next. Pure; what was stored of the versions is an argument."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from aggregator._project import load_table
from aggregator.models import Nature

from .difference import difference
from .likeness import GAP, exchanged_facts, is_slip
from .words import cut, plain, words

KEPT: Final = 0.9  # share of the old words that a text keeps that only grows
LOCAL: Final = 0.1  # share of the old words that a correction touches at most
LONGEST: Final = (
    10_000  # characters of changed lines in which an exchange is looked for: comparing takes the square of the time
)
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
    gone, came = _changed(old.text, new.text), _changed(new.text, old.text)
    before, after = Counter(words(gone)), Counter(words(came))
    added, removed = after - before, before - after
    return Change(
        nature=_nature(old, new, (gone, came), added, removed),
        added=added.total(),
        removed=removed.total(),
        returns_to=_returns_to(old, new, earlier),
    )


def _changed(text: str, other: str) -> str:
    """The lines of a text that the other does not have, or not as often."""
    left = Counter(other.splitlines())
    left.subtract(text.splitlines())
    over = {line: -count for line, count in left.items() if count < 0}
    return "\n".join(line for line, count in over.items() for _ in range(count))


def _returns_to(old: Wording, new: Wording, earlier: Sequence[Wording]) -> int | None:
    """The latest earlier version with the same title and text, when the change left both as they were then."""
    if not new.content or _face(new) == _face(old):
        return None
    return next((number for number in range(len(earlier), 0, -1) if _face(earlier[number - 1]) == _face(new)), None)


def _face(wording: Wording) -> tuple[list[str], str]:
    return words(wording.title), wording.content


def _nature(old: Wording, new: Wording, sides: tuple[str, str], added: Counter[str], removed: Counter[str]) -> Nature:
    if old.text == new.text:
        return "date" if old.title == new.title else _headline(old, new)
    if _owns_up(sides[1]) and not _owns_up(old.text):
        return "correction"
    exchanged = _exchanges(*sides)
    if not added and not removed and not exchanged:
        return _headline(old, new)
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


def _owns_up(text: str) -> bool:
    folded = text.casefold()
    return any(phrase in folded for phrase in _phrases())


@cache
def _phrases() -> tuple[str, ...]:
    return tuple(phrase for phrases in load_table("corrections.toml").values() for phrase in phrases)


def _exchanges(gone: str, came: str) -> bool:
    """Whether a name or number stands where another one stood. A longer passage that changed is another wording."""
    if max(len(gone), len(came)) > LONGEST:
        return False
    pieces = difference(gone, came)
    return any(
        one.kind == "out" and other.kind == "in" and _is_exchange(cut(plain(one.text)), cut(plain(other.text)))
        for one, other in pairwise(pieces)
    )


def _is_exchange(mine: list[str], theirs: list[str]) -> bool:
    return max(len(mine), len(theirs)) <= GAP and exchanged_facts(mine, theirs)


def _slips(added: Counter[str], removed: Counter[str]) -> bool:
    """Whether every word that came is a better spelling of one that went."""
    if added.total() != removed.total() or added.total() > FEW:
        return False
    return all(any(is_slip(word, other) for other in removed) for word in added)
