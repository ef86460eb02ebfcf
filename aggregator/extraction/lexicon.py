"""What words tell of a block: those of its text, and those of the class names around it.

Each word has a weight, learned by `benchmarks/train.py` from pages with known text: the log odds that what it stands in belongs
to the article.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from aggregator._project import load_json

TEXT_NAMES: Final = ("text_sum", "text_least", "text_most")
MARK_NAMES: Final = ("near_sum", "near_least", "near_most", "far_sum", "far_least", "far_most")

Weights = Mapping[str, float]

_NEAR: Final = 3  # levels of ancestors whose class names are near
_FAR: Final = 8  # those beyond are not looked at
_HEAD, _TAIL = 10, 6  # words at a text's start and end that are looked at
_LONG: Final = 200  # characters from which a text's end is looked at apart
_SHORT: Final = 4  # words up to which a text counts as a whole, too
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")
_MARK_WORDS: Final = re.compile(r"[a-z]{2,}")
_MARKS: Final = re.compile(r"[.#@:!]")


def load_weights(kind: str) -> Weights:
    """The weights of "text" or of "marks"."""
    weights: Weights = load_json("lexicon.json")[kind]
    return weights


@lru_cache(maxsize=20_000)
def mark_words(token: str) -> frozenset[str]:
    """The names in one level of a path, and their parts: `div.post-content` has post-content, post and content."""
    found: set[str] = set()
    for mark in _MARKS.split(token)[1:]:
        parts = _MARK_WORDS.findall(mark)
        found.update(parts)
        if len(parts) > 1:
            found.add("-".join(parts))
    return frozenset(found)


def path_words(path: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of a path that are near the block, and those farther off."""
    near = frozenset[str]().union(*map(mark_words, path[:_NEAR]))
    return near, frozenset[str]().union(*map(mark_words, path[_NEAR:_FAR]))


def text_words(text: str) -> frozenset[str]:
    """The words at a text's ends in lower case; with `^` the first two together, with `=` the whole of a short text."""
    words = _WORDS.findall(text[:_LONG].lower())
    ending = _WORDS.findall(text[-_LONG // 2 :].lower()) if len(text) > _LONG else words
    found = {*words[:_HEAD], *ending[-_TAIL:]}
    if len(words) > 1:
        found.add(f"^{words[0]} {words[1]}")
    if 1 <= len(words) <= _SHORT and len(text) <= _LONG:
        found.add(f"={' '.join(words)}")
    return frozenset(found)


def weigh(words: frozenset[str], weights: Weights) -> tuple[float, float, float]:
    """The sum, the least (at most 0) and the greatest (at least 0) of the weights of these words; unknown words count nothing."""
    known = sorted(weights[word] for word in words if word in weights)
    return (sum(known), min(known[0], 0.0), max(known[-1], 0.0)) if known else (0.0, 0.0, 0.0)


def text_features(text: str, weights: Weights) -> tuple[float, float, float]:
    """In the order of `TEXT_NAMES`."""
    return weigh(text_words(text), weights)


def mark_features(path: Sequence[str], weights: Weights) -> tuple[float, ...]:
    """In the order of `MARK_NAMES`."""
    near, far = path_words(path)
    return (*weigh(near, weights), *weigh(far, weights))
