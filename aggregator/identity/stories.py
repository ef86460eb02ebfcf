"""Which articles tell the same event: one pass over title and lead, weighted terms, cosine to what a story's articles have said.

How much a term tells is learnt from the stories at hand: one that many of them have tells little (inverse document frequency
over stories, not articles, so that a big story does not make its own names common).
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from aggregator._project import load_table
from aggregator.models import Article, StoryCandidate

from .words import UNSPACED_SIZE, cut, plain, shingle_size

LEAD: Final = 60  # words of the text that count: the first paragraph or two say what happened
TITLE_WEIGHT: Final = 2.0
NAME_WEIGHT: Final = 1.5  # names of people, works and places tie reports of one event together; verbs change
TERMS: Final = 30  # kept for an article, the heaviest
SAME: Final = 0.28  # cosine from which an article with all its terms belongs to a story
OTHER_TELLS: Final = 1.2  # what a story's terms tell that the article does not have; theirs is not looked up
FEWEST: Final = 5  # terms that a headline has at least; with fewer, one name would tie everything about a person
LIKELIEST: Final = 40  # stories that are compared; they come with the most shared terms first, and the others tell how common a term is
SMOOTHING: Final = (
    10.0  # stories that are thought to exist beside those at hand, so that few of them do not make a term look rare
)
SHORTEST: Final = 2  # letters

_ENDINGS: Final = ("ing", "ers", "ed", "es", "er", "s")  # of English words, cut where a stem of four letters is left


def story_terms(article: Article) -> tuple[tuple[str, float], ...]:
    """What an article is about: terms of title and lead with their weights, heaviest first. Never raises."""
    weights: dict[str, float] = {}
    lead = article.text[: LEAD * 12]
    for text, weight in ((article.title, TITLE_WEIGHT), (lead, 1.0)):
        for term, tells in _terms(text):
            weights[term] = weights.get(term, 0.0) + weight * tells
    damped = ((term, round(1 + math.log(max(1.0, weight)), 3)) for term, weight in weights.items())
    return tuple(sorted(damped, key=lambda item: (-item[1], item[0]))[:TERMS])


def _terms(text: str) -> list[tuple[str, float]]:
    written = cut(plain(text))[: LEAD * 2]
    if shingle_size(text, written) == UNSPACED_SIZE:
        pairs = pairwise(written)  # two characters are about a word
        return [(one + other, 1.0) for one, other in pairs]
    cased = not all(word[0].isupper() for word in written if len(word) > SHORTEST)
    found = []
    for word in written[:LEAD]:
        term = word.casefold()
        if len(term) >= SHORTEST and term not in _stop_words():
            name = cased and word[0].isupper()
            found.append((_stem(term), NAME_WEIGHT if name else 1.0))
    return found


@cache
def _stop_words() -> frozenset[str]:
    table = load_table("stories.toml")
    return frozenset(word for words in table.values() for word in words.split())


def _stem(term: str) -> str:
    """The term without accents and English endings, so that plurals and forms of verbs meet."""
    if not term.isascii():
        return "".join(c for c in unicodedata.normalize("NFD", term) if not "\u0300" <= c <= "\u036f") or term
    for ending in _ENDINGS:
        if term.endswith(ending) and len(term) > len(ending) + 3:
            return term[: -len(ending)]
    return term


def choose_story(
    terms: Sequence[tuple[str, float]], article: Article, candidates: Sequence[StoryCandidate]
) -> int | None:
    """The story that an article belongs to, or None for one of its own.

    `terms` are those of `story_terms`; candidates are stories that share some of them (Store.story_candidates). Never raises.
    """
    del article
    mine = dict(terms)
    stories = [(story.id, dict(story.terms)) for story in candidates]
    tells = _tells(mine, stories)
    best = max(((_cosine(mine, theirs, tells), -id_) for id_, theirs in stories[:LIKELIEST]), default=(0.0, 0))
    return -best[1] if best[0] >= _needed(mine) else None


def _needed(mine: Mapping[str, float]) -> float:
    """The cosine that is asked for. A bare headline has a few terms, and a story of many articles has more than it can match."""
    return SAME * math.sqrt(min(1.0, max(FEWEST, len(mine)) / TERMS))


def _tells(mine: Mapping[str, float], stories: Sequence[tuple[int, Mapping[str, float]]]) -> dict[str, float]:
    """How much each term of the article tells."""
    size = len(stories) + SMOOTHING
    return {term: math.log(size / (0.5 + sum(term in theirs for _, theirs in stories))) for term in mine}


def _cosine(mine: Mapping[str, float], theirs: Mapping[str, float], tells: Mapping[str, float]) -> float:
    shared = sum(weight * tells[term] ** 2 * theirs.get(term, 0.0) for term, weight in mine.items())
    if shared <= 0:
        return 0.0
    norm = math.hypot(*(weight * tells[term] for term, weight in mine.items()))
    other = math.hypot(*(weight * tells.get(term, OTHER_TELLS) for term, weight in theirs.items()))
    return shared / (norm * other)
