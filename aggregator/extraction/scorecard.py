"""A scorecard: each feature's value falls into a bin, each bin has points, the points are added up.

It is an additive model (logistic regression over binned features), so each decision can be explained feature by feature.
The tables are fitted by `benchmarks/train.py` on pages with known text.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from operator import getitem
from typing import Final, Literal, NamedTuple

from aggregator._project import load_json

_TABLE: Final = "scorecard.json"

Look = Literal["first", "second"]
Points = tuple[tuple[float, ...], ...]
"""The points of each feature's bins."""


class Cards(NamedTuple):
    """The bins of some features, each with its points at the first and at the second look.

    A value from `cuts[k-1]` up to below `cuts[k]` is in bin k. Features that only the second look knows have no points at the first.
    """

    names: tuple[str, ...]
    cuts: tuple[tuple[float, ...], ...]
    first: Points
    second: Points

    def bins(self, row: Sequence[float]) -> tuple[int, ...]:
        """The bin of each value of a row, which has the order of `names`."""
        return tuple(map(bisect_right, self.cuts, row))


def total(points: Points, bins: Sequence[int]) -> float:
    """The points of a row whose bins are known."""
    return sum(map(getitem, points, bins))


@cache
def load_cards(section: str, names: tuple[str, ...]) -> Cards:
    """The cards of one section of the table, in the order of `names`."""
    table = load_json(_TABLE)[section]
    rows = [table[name] for name in names]
    cuts, first, second = (tuple(tuple(row.get(part, ())) for row in rows) for part in ("cuts", "first", "second"))
    return Cards(names, cuts, first, second)


@cache
def constant(name: str) -> float:
    """A single number of the table, such as the threshold."""
    return float(load_json(_TABLE)["constants"][name])
