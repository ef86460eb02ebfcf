"""Is a run of short lines a list of other stories, or a list that belongs to the article? A score with its reasons.

A list of other stories is residue of a page's layout: headlines about other people, at the end, announced by nothing. A list
of the article is announced by a colon or a heading, numbered, made of short items, or of items of one shape.
"""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal

from .lines import bare_item, introduces, is_cased, is_headline, is_numbered, is_prose, names, topics, words_in

Layout = Literal["dash-lines", "bullets", "plain"]

LEAST_ITEMS: Final = 3
"""Two lines are chance; link lists of article pages have three and more."""

ENOUGH: Final = 3
"""The score from which a run is a list of other stories. A run without bullets needs all three of tail, headlines, off-topic."""

_ITEM_CHARS: Final = 300  # what is judged of an item; longer ones are prose in any case
_FAMILIAR: Final = 0.5  # share of an item's topic words that the article has as well
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        r"\s[-–—|~]\s",  # artist – title
        r"[:：]\s*(?:\S+\s+){0,4}\S+$",  # category: winner; a headline behind a kicker is longer
        r"\s(?:as|als|como|comme|come)\s",  # actor as character
        r"\s(?:by|feat\.?|ft\.?|vs\.?|with|featuring|starring|from|di|de|von|par)\s.*[A-Z]",  # work by maker
        r"[(（](?:[^)）]*\b)?(?:19|20)\d\d[)）]",  # title (year)
        r"\d[:.]\d\d",  # length, time
        r"[$£€₹¥₩]\s?\d|\d\s?[$£€₹¥₩]",  # price
        r"^[\"“”'‘’«「『《].*[\"“”'’»」』》]\W*$",  # "title"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Lines in a row, and where they stand. `lead` is the kept line before them, `tail` says that nothing is kept after them."""

    items: tuple[str, ...]
    layout: Layout
    lead: str
    tail: bool
    vocabulary: AbstractSet[str]  # topic words of the article's title and prose


def rule_of(run: Run) -> str | None:
    """The rule by which a run is a list of other stories (it names the evidence), or None: the list stays."""
    if len(run.items) < LEAST_ITEMS or not run.vocabulary:
        return None
    found = evidence(run)
    if sum(weight for _, weight in found) < ENOUGH:
        return None
    return "run:" + "+".join(name for name, weight in found if weight > 0)


def evidence(run: Run) -> tuple[tuple[str, int], ...]:
    """What speaks for (positive) and against (negative) a list of other stories, with its weight."""
    items = [bare_item(item[:_ITEM_CHARS]) for item in run.items]
    return tuple((name, weight) for name, weight, holds in _TESTS if holds(run, items))


def is_familiar(line: str, vocabulary: AbstractSet[str]) -> bool:
    """Whether at least half of a line's topic words occur in the article."""
    words = topics(line)
    return bool(words) and len(words & vocabulary) >= _FAMILIAR * len(words)


# ------------------------------------------------------------------------------------------------ the tests


def _share(items: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, items)) / len(items)


def _headlines(_run: Run, items: Sequence[str]) -> bool:
    return _share(items, is_headline) >= 0.75


def _no_headlines(_run: Run, items: Sequence[str]) -> bool:
    return _share(items, is_headline) < 0.5


def _off_topic(run: Run, items: Sequence[str]) -> bool:
    return _share(items, lambda item: bool(topics(item)) and not is_familiar(item, run.vocabulary)) >= 0.75


def _on_topic(run: Run, items: Sequence[str]) -> bool:
    return _share(items, lambda item: is_familiar(item, run.vocabulary)) >= 0.5


def _short(_run: Run, items: Sequence[str]) -> bool:
    return _share(items, lambda item: words_in(item) < 4) > 0.4


def _numbered(_run: Run, items: Sequence[str]) -> bool:
    return _share(items, is_numbered) >= 0.4


def _sentences(_run: Run, items: Sequence[str]) -> bool:
    return _share(items, is_prose) > 0.25


def _one_shape(_run: Run, items: Sequence[str]) -> bool:
    return any(sum(1 for item in items if shape.search(item)) >= 0.6 * len(items) for shape in _SHAPES)


def _nameless(run: Run, items: Sequence[str]) -> bool:
    """Headlines name people and works; facts about the article's subject name few that it has not."""
    cased = [item for item in items if is_cased(item)]
    return bool(cased) and _share(cased, lambda item: bool(names(item) - run.vocabulary)) < 0.4


_TESTS: Final[tuple[tuple[str, int, Callable[[Run, Sequence[str]], bool]], ...]] = (
    # A list's bullets on lines of their own are residue of a page's layout; text that a person wrote has none.
    ("dash-lines", 3, lambda run, _: run.layout == "dash-lines"),
    ("bullets", 1, lambda run, _: run.layout == "bullets"),
    ("tail", 1, lambda run, _: run.tail),
    ("headlines", 1, _headlines),
    ("no-headlines", -2, _no_headlines),
    ("off-topic", 1, _off_topic),
    ("middle", -1, lambda run, _: not run.tail),  # what is followed by text usually belongs to it
    ("introduced", -4, lambda run, _: introduces(run.lead)),
    ("headed", -2, lambda run, _: bool(run.lead) and not introduces(run.lead) and not is_prose(run.lead)),
    ("numbered", -3, _numbered),
    ("short", -2, _short),
    ("sentences", -3, _sentences),
    ("one-shape", -2, _one_shape),
    ("on-topic", -1, _on_topic),
    ("nameless", -1, _nameless),
)
