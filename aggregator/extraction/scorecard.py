"""A scorecard: each feature's value falls into a bin, each bin has points, the points are added up.

It is an additive model (logistic regression over binned features), so each decision can be explained feature by feature.
The tables are fitted by `benchmarks/train.py` on pages with known text.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from aggregator._project import load_table

_TABLE: Final = "scorecard.toml"


class Card(NamedTuple):
    """The bins of one feature: `points[k]` for values from `cuts[k-1]` up to below `cuts[k]`."""

    name: str
    cuts: tuple[float, ...]
    points: tuple[float, ...]


def total(cards: Sequence[Card], row: Sequence[float]) -> float:
    """The points of a row of features, in the order of the cards."""
    return sum([points[bisect_right(cuts, value)] for (_, cuts, points), value in zip(cards, row, strict=True)])


def explain(cards: Sequence[Card], row: Sequence[float]) -> list[tuple[float, str]]:
    """(points, feature) of a row, the lowest first."""
    return sorted(
        (card.points[bisect_right(card.cuts, value)], card.name) for card, value in zip(cards, row, strict=True)
    )


@cache
def load_cards(section: str, names: tuple[str, ...]) -> tuple[Card, ...]:
    """The cards of one section of the table, in the order of `names`."""
    table = load_table(_TABLE)[section]
    return tuple(
        Card(name=name, cuts=tuple(table[name]["cuts"]), points=tuple(table[name]["points"])) for name in names
    )


@cache
def constant(name: str) -> float:
    """A single number of the table, such as the threshold."""
    return float(load_table(_TABLE)["constants"][name])
