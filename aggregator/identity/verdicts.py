"""The decision: what an incoming article is to the stored ones that may be related."""

from collections.abc import Sequence
from typing import Final

from aggregator.models import Article, Candidate, Verdict

from .fingerprints import fingerprint
from .words import shingles, words

COPY: Final = 0.8  # share of the smaller text's shingles
CUT: Final = 0.6


def decide(article: Article, candidates: Sequence[Candidate]) -> Verdict:
    """New, the same, a revision or a copy. Candidates come best first (Store.candidates). Never raises."""
    print_ = article.fingerprint or fingerprint(article.title, article.text, article.language)
    here = [candidate for candidate in candidates if candidate.same_address]
    if here:
        stored = next((candidate for candidate in here if candidate.content == print_.content), here[0])
        return _same_address(article, print_.content, stored)
    mine = set(shingles(words(article.text)))
    for candidate in candidates:
        theirs = set(shingles(words(candidate.text)))
        share = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
        if candidate.content == print_.content or share >= COPY:
            original = candidate.duplicate_of or candidate.id
            return Verdict(relation="duplicate", of=original, containment=share, evidence=f"{share:.0%} of the shorter")
    return Verdict(relation="new")


def _same_address(article: Article, content: str, stored: Candidate) -> Verdict:
    if content == stored.content and words(article.title) == words(stored.title):
        return Verdict(relation="same", of=stored.id, containment=1.0, evidence="same address and text")
    if len(words(article.text)) < CUT * len(words(stored.text)):
        return Verdict(relation="same", of=stored.id, worse=True, evidence="a much shorter text of it")
    return Verdict(relation="revision", of=stored.id, evidence="same address, other text or title")
