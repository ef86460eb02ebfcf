"""The second look: how a block's neighbours, list, container and look-alikes were judged."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate
from math import exp
from typing import Final

from .features import Measured

CONTEXT_NAMES: Final = (
    "own",
    "prev",
    "prev2",
    "next",
    "next2",
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
    "mass",
    "between",
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


class Context:
    """Sums of the first look's probabilities, weighted by words, over everything that a block belongs to."""

    def __init__(self, measured: Measured, points: Sequence[float]) -> None:
        self.measured = measured
        self.points = points
        self.p = [sigmoid(value) for value in points]
        self.weights = [min(facts.words, 100) + 0.5 for facts in measured.facts]
        kept = [p * weight for p, weight in zip(self.p, self.weights, strict=True)]
        self.kept_until = [0.0, *accumulate(kept)]
        self.weight_until = [0.0, *accumulate(self.weights)]
        self.mass = self.kept_until[-1] or 1.0
        self.sure = [
            i
            for i, (value, facts) in enumerate(zip(points, measured.facts, strict=True))
            if value > _SURE and facts.words >= _TELLING
        ]
        self.topic: Counter[str] = Counter()
        for i in self.sure:
            self.topic.update(self._words(i))
        self.groups: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self.likes: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
        self.boxes: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for block, part, weight in zip(measured.blocks, kept, self.weights, strict=True):
            sums = [
                self.groups[block.group],
                self.likes[block.path[:2]],
                *(self.boxes[number] for number in block.within[:4]),
            ]
            for entry in sums:
                entry[0] += part
                entry[1] += weight

    def _window(self, start: int, end: int) -> float:
        start, end = max(0, start), min(len(self.p), end)
        if end <= start:
            return -1.0
        return (self.kept_until[end] - self.kept_until[start]) / (self.weight_until[end] - self.weight_until[start])

    def _words(self, i: int) -> set[str]:
        return set(_LONG.findall(self.measured.blocks[i].text.lower()))

    def _topic(self, i: int) -> tuple[float, ...]:
        """How many of a block's longer words other sure blocks have, and how far these are."""
        own = 1 if self.points[i] > _SURE and self.measured.facts[i].words >= _TELLING else 0
        words = self._words(i)
        share = sum(self.topic[word] > own for word in words) / len(words) if words else -1.0
        places = (i - self.sure[-1], i - self.sure[0]) if self.sure else (99, 99)
        return (share, len(words), *places, len(self.sure))

    def row(self, i: int) -> tuple[float, ...]:
        """The features of block i in the order of `CONTEXT_NAMES`."""
        p, n, block = self.p, len(self.p), self.measured.blocks[i]
        group, like = self.groups[block.group], self.likes[block.path[:2]]
        boxes = [self.boxes[number] for number in block.within[:4]] or [[0.0, 1.0]]
        boxes += [boxes[-1]] * (4 - len(boxes))
        before, after = p[i - 1] if i else -1.0, p[i + 1] if i + 1 < n else -1.0
        return (
            self.points[i],
            before,
            p[i - 2] if i > 1 else -1.0,
            after,
            p[i + 2] if i + 2 < n else -1.0,
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
            min(self.mass, 500.0),
            max(0.0, before) * max(0.0, after),
            *self._topic(i),
        )
