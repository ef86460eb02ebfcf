"""How far two texts are the same: what they share, how they begin, and what one says in the place of what the other says."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from .words import cut, plain, shingle_size, shingles

LEAD: Final = 40  # shingles of a text that count as its beginning: the first paragraph or two of a report
GAP: Final = (
    25  # words; what stands between two shared shingles further apart is a part of its own, not another wording
)
ALIGNED: Final = 0.4  # containment from which it is worth while to look at the order and at what differs
VOCABULARY: Final = 0.55
"""Of the distinct words of the text that has fewer: 1,424 labelled copies share 0.69 or more, 99 of 100 other pairs 0.47 or less."""
LONGEST: Final = 20_000  # words that are compared; a live blog of a day has fewer
LONGEST_TEXT: Final = 200_000  # characters that they are taken from
LONGEST_WORD: Final = 40  # letters; what is longer is no word, and comparing letters takes time
TYPO_LENGTHS: Final = 3  # by how many letters a misspelt word is longer or shorter at most
TYPO: Final = 0.7  # difflib ratio above which two words are one with a slip of the pen


@dataclass(frozen=True)
class Reading:
    """A text cut up once: as it was written, and its words without case. The rest is made when it is asked for."""

    written: str
    tokens: list[str]
    size: int  # tokens in a shingle

    @cached_property
    def shingles(self) -> list[int]:
        """Hashes of the shingles in reading order."""
        return shingles(self.tokens, self.size)

    @cached_property
    def distinct(self) -> frozenset[int]:
        """Each of them once."""
        return frozenset(self.shingles)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Each word once."""
        return frozenset(self.tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What two texts have in common. Shares run from 0 to 1."""

    containment: float  # of the shorter one's shingles in the longer one
    coverage: float  # of the longer one's shingles in the shorter one
    lead: float  # of the shingles that the two begin with, mean of both
    best_lead: float  # of the shingles that one of them begins with
    order: float  # of neighbouring shared shingles that come in the same order
    shared: int  # shingles of one that are in the other
    offset: int  # words of the longer text before the first shared shingle
    conflicts: tuple[tuple[str, str], ...]  # other numbers or names in the same place, each once
    early: int  # how many of them stand in the lead
    numbers: int  # how many of them are about numbers


@lru_cache(maxsize=32)  # an incoming text meets several stored ones, and those come again: 100 kB each, 4 MB at most
def read(text: str) -> Reading:
    """Cut a text up, an endless one as far as LONGEST. The result is shared: it must not be changed."""
    written = plain(text[:LONGEST_TEXT])
    tokens = cut(written.casefold())[:LONGEST]
    return Reading(written, tokens, shingle_size(written, tokens))


def may_be_copies(one: Reading, other: Reading) -> bool:
    """Whether two texts have words enough in common to be compared; the same whichever comes first."""
    fewer = min(len(one.vocabulary), len(other.vocabulary))
    return len(one.vocabulary & other.vocabulary) >= VOCABULARY * fewer


def compare(one: Reading, other: Reading) -> Likeness:
    """The likeness of two texts; the same whichever comes first."""
    short, long = sorted((one, other), key=_size)
    common = len(short.distinct & long.distinct)
    if not common or one.size != other.size:
        return NOTHING
    shares = replace(NOTHING, containment=common / len(short.distinct), coverage=common / len(long.distinct))
    if shares.containment < ALIGNED:
        return shares
    pairs = _matches(short, long)
    conflicts = _conflicts(short, long, pairs)
    leads = _lead(short, long), _lead(long, short)
    return replace(
        shares,
        lead=sum(leads) / 2,
        best_lead=max(leads),
        order=_order(pairs, short.size),
        shared=len(pairs),
        offset=min(j for _, j in pairs),
        conflicts=tuple(conflict.words for conflict in conflicts),
        early=sum(conflict.early for conflict in conflicts),
        numbers=sum(conflict.number for conflict in conflicts),
    )


NOTHING: Final = Likeness(
    containment=0.0,
    coverage=0.0,
    lead=0.0,
    best_lead=0.0,
    order=0.0,
    shared=0,
    offset=0,
    conflicts=(),
    early=0,
    numbers=0,
)


def _size(reading: Reading) -> tuple[int, int, list[str]]:
    return len(reading.distinct), len(reading.tokens), reading.tokens


def _lead(one: Reading, other: Reading) -> float:
    """Share of the first shingles of one that the other has anywhere."""
    first = one.shingles[: min(LEAD, len(other.shingles))]
    return sum(value in other.distinct for value in first) / len(first)


def _matches(short: Reading, long: Reading) -> list[tuple[int, int]]:
    """Places of the shared shingles, in the order of the shorter text. A repeated one is met where the last match goes on, or first."""
    values = long.shingles
    first = dict(zip(reversed(values), range(len(values) - 1, -1, -1), strict=True))
    pairs: list[tuple[int, int]] = []
    last = -1
    for i, value in enumerate(short.shingles):
        found = first.get(value)
        if found is not None:
            following = last + 1
            last = following if following < len(values) and values[following] == value else found
            pairs.append((i, last))
    return pairs


def _order(pairs: Sequence[tuple[int, int]], size: int) -> float:
    steps = sum(0 < j - previous <= GAP + size for (_, previous), (_, j) in pairwise(pairs))
    return steps / (len(pairs) - 1) if len(pairs) > 1 else 1.0


_Gap = tuple[slice, slice]


def _gaps(short: Reading, long: Reading, pairs: Sequence[tuple[int, int]]) -> list[_Gap]:
    """Where both texts have words between the same neighbours, before the first and after the last of them."""
    size = short.size
    edges = [(-size, -size), *pairs, (len(short.tokens), len(long.tokens))]
    return [
        (slice(i + size, next_i), slice(j + size, next_j))
        for (i, j), (next_i, next_j) in pairwise(edges)
        if 0 < next_i - i - size <= GAP and 0 < next_j - j - size <= GAP
    ]


def _conflicts(short: Reading, long: Reading, pairs: Sequence[tuple[int, int]]) -> tuple["_Conflict", ...]:
    """What one text says in the place of what the other says, each once."""
    gaps = _gaps(short, long, pairs)
    if not gaps:
        return ()
    mine, theirs = _as_written(short), _as_written(long)
    found: dict[_Conflict, None] = {}
    for left, right in gaps:
        conflict = _conflict(mine[left], theirs[right], early=min(left.start, right.start) < LEAD)
        if conflict:
            found[conflict] = None
    return tuple(found)


def _as_written(reading: Reading) -> list[str]:
    """The words with their case. A few letters fall apart without case; then the words stand as they were cut."""
    written = cut(reading.written)[:LONGEST]
    return written if len(written) == len(reading.tokens) else reading.tokens


@dataclass(frozen=True, slots=True)
class _Conflict:
    words: tuple[str, str]
    early: bool = field(compare=False)
    number: bool


def _conflict(mine: list[str], theirs: list[str], *, early: bool) -> _Conflict | None:
    """Facts on both sides that the other side does not have. Other wording is no conflict, nor is a slip of the pen."""
    left = _facts(mine, theirs)
    right = _facts(theirs, mine) if left else []
    if not right:
        return None
    first, second = sorted((" ".join(left), " ".join(right)))
    return _Conflict((first, second), early, any(map(_has_digit, left)) and any(map(_has_digit, right)))


def exchanged_facts(mine: list[str], theirs: list[str]) -> bool:
    """Whether both sides of a changed passage, cut into words, have names or numbers that the other does not."""
    return _conflict(mine, theirs, early=False) is not None


def _facts(tokens: list[str], others: list[str]) -> list[str]:
    known = set(map(str.casefold, others))
    facts = [token for token in tokens if _is_fact(token) and token.casefold() not in known]
    return [fact for fact in facts if _has_digit(fact) or not any(is_slip(fact.casefold(), other) for other in known)]


def _is_fact(token: str) -> bool:
    """A number, or a name: with a capital; every word of a script that has none, since names cannot be told there."""
    return not token[0].islower()


def _has_digit(token: str) -> bool:
    return any(map(str.isdigit, token))


def is_slip(one: str, other: str) -> bool:
    """Whether one is the other with a slip of the pen. Such a slip spares the first letter or the last."""
    if max(len(one), len(other)) > LONGEST_WORD or abs(len(one) - len(other)) > TYPO_LENGTHS:
        return False
    if one[0] != other[0] and one[-1] != other[-1]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= TYPO
