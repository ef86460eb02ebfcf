"""Which articles tell the same event: one pass over title and lead, weighted terms, cosine."""

import math
from collections.abc import Sequence
from typing import Final

from aggregator.models import Article, StoryCandidate

from .words import words

LEAD: Final = 60
SAME: Final = 0.3


def story_terms(article: Article) -> tuple[tuple[str, float], ...]:
    """Terms of title (counted twice) and lead with their weights, heaviest first; at most 40."""
    counts: dict[str, float] = {}
    for tokens, weight in ((words(article.title), 2.0), (words(article.text)[:LEAD], 1.0)):
        for token in tokens:
            if len(token) > 3:
                counts[token] = counts.get(token, 0.0) + weight
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:40])


def choose_story(
    terms: Sequence[tuple[str, float]], article: Article, candidates: Sequence[StoryCandidate]
) -> int | None:
    """The story that the article belongs to, or None for one of its own."""
    del article
    mine = dict(terms)
    best = max(((_cosine(mine, dict(story.terms)), -story.id) for story in candidates), default=(0.0, 0))
    return -best[1] if best[0] >= SAME else None


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    norm = math.hypot(*a.values()) * math.hypot(*b.values())
    return sum(weight * b.get(term, 0.0) for term, weight in a.items()) / norm if norm else 0.0
