"""Decision trees as tables of numbers: each level asks one question of the whole row, and the answers together name the leaf.

Such trees are called oblivious (Kohavi 1994); CatBoost fits them, see `benchmarks/train_pages.py`.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Tree(NamedTuple):
    """`splits` has a feature and a border for each level; `leaves` the points, 2 to the number of levels."""

    splits: tuple[tuple[int, float], ...]
    leaves: tuple[float, ...]


def read_trees(table: Sequence[Sequence[Sequence[float]]]) -> tuple[Tree, ...]:
    """Trees from rows of (features, borders, leaves)."""
    return tuple(
        Tree(
            splits=tuple((int(feature), border) for feature, border in zip(features, borders, strict=True)),
            leaves=tuple(leaves),
        )
        for features, borders, leaves in table
    )


def points(trees: Sequence[Tree], row: Sequence[float]) -> float:
    """The sum of the leaves that a row falls into: log odds."""
    return sum([leaves[_leaf(splits, row)] for splits, leaves in trees])


def _leaf(splits: Sequence[tuple[int, float]], row: Sequence[float]) -> int:
    place, bit = 0, 1
    for feature, border in splits:
        if row[feature] > border:
            place |= bit
        bit <<= 1
    return place
