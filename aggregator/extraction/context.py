"""The second look: how a block's neighbours, list, container and look-alikes were judged."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import exp
from typing import Final

from .features import Measured, until

CONTEXT_NAMES: Final = (
    "own",
    "prev",
    "next",
    "near_before",
    "near_after",
    "far_before",
    "far_after",
    "in_group",
    "in_like",
    "in_box0",
    "in_box1",
    "in_box2",
    "in_box3",
    "mass_before",
    "mass_after",
    "mass_box0",
    "mass_box1",
    "mass_box2",
    "mass_like",
    "mass_group",
    "topic",
    "topic_words",
    "from_last",
    "from_first",
    "sure",
)

_SURE: Final = 1.0  # points from which a block of the first look tells what the article is about
_TELLING: Final = 12  # words that such a block has
_LONG: Final = re.compile(r"[^\W\d]{4,}")


def sigmoid(points: float) -> float:
    """Points (log odds) as a probability."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, points))))


_Shares = list[float]
"""The probable words of the text in a set of blocks, and all its words."""


def _nothing() -> _Shares:
    return [0.0, 0.0]


def _longer_words(text: str) -> set[str]:
    return set(_LONG.findall(text.lower()))


class Context:
    """Sums of the first look's probabilities, weighted by words, over everything that a block belongs to."""

    def __init__(self, measured: Measured, points: Sequence[float]) -> None:
        self.measured = measured
        self.points = points
        self.p = [sigmoid(value) for value in points]
        self.weights = [min(facts.words, 100) + 0.5 for facts in measured.facts]
        kept = [p * weight for p, weight in zip(self.p, self.weights, strict=True)]
        self.kept_until, self.weight_until = until(kept), until(self.weights)
        self.mass = self.kept_until[-1] or 1.0
        self.sure = {
            i: _longer_words(facts.block.text)
            for i, (value, facts) in enumerate(zip(points, measured.facts, strict=True))
            if value > _SURE and facts.words >= _TELLING
        }
        self.topic = Counter(word for words in self.sure.values() for word in words)
        self.ends = (min(self.sure), max(self.sure)) if self.sure else None
        self.groups: dict[int, _Shares] = defaultdict(_nothing)
        self.likes: dict[tuple[str, ...], _Shares] = defaultdict(_nothing)
        for block, part, weight in zip(measured.blocks, kept, self.weights, strict=True):
            for shares in (self.groups[block.group], self.likes[block.path[:2]]):
                shares[0] += part
                shares[1] += weight

    def _window(self, start: int, end: int) -> float:
        start, end = max(0, start), min(len(self.p), end)
        if end <= start:
            return -1.0
        return (self.kept_until[end] - self.kept_until[start]) / (self.weight_until[end] - self.weight_until[start])

    def _box(self, number: int) -> tuple[float, float]:
        """The probable words of the text in a container, and all its words."""
        start, end = self.measured.first[number], self.measured.last[number] + 1
        return (self.kept_until[end] - self.kept_until[start], self.weight_until[end] - self.weight_until[start])

    def _topic(self, i: int) -> tuple[float, ...]:
        """How many of a block's longer words other sure blocks have, and how far these are."""
        words = self.sure.get(i)
        own = 0 if words is None else 1
        words = _longer_words(self.measured.blocks[i].text) if words is None else words
        share = sum(self.topic[word] > own for word in words) / len(words) if words else -1.0
        from_last, from_first = (i - self.ends[1], i - self.ends[0]) if self.ends else (99, 99)
        return (share, len(words), from_last, from_first, len(self.sure))

    def row(self, i: int) -> tuple[float, ...]:
        """The features of block i in the order of `CONTEXT_NAMES`."""
        p, n, block = self.p, len(self.p), self.measured.blocks[i]
        group, like = self.groups[block.group], self.likes[block.path[:2]]
        boxes = [self._box(number) for number in block.within[:4]] or [(0.0, 1.0)]
        boxes += [boxes[-1]] * (4 - len(boxes))
        before, after = p[i - 1] if i else -1.0, p[i + 1] if i + 1 < n else -1.0
        return (
            self.points[i],
            before,
            after,
            self._window(i - 3, i),
            self._window(i + 1, i + 4),
            self._window(i - 8, i),
            self._window(i + 1, i + 9),
            group[0] / group[1],
            like[0] / like[1],
            *(box[0] / box[1] for box in boxes),
            self.kept_until[i] / self.mass,
            (self.mass - self.kept_until[i + 1]) / self.mass,
            *(box[0] / self.mass for box in boxes[:3]),
            like[0] / self.mass,
            group[0] / self.mass,
            *self._topic(i),
        )
