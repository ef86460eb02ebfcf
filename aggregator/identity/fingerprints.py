"""What is stored to find an article again: an exact hash of its words, and a small sketch of its shingles."""

from hashlib import blake2b
from heapq import nsmallest
from typing import Final

from aggregator.models import Fingerprint

from .likeness import LONGEST, LONGEST_TEXT, read
from .words import words

WHOLE: Final = 12  # smallest hashes of the whole text; a copy of a third of it keeps about four
LEAD: Final = (
    5  # smallest hashes of the lead, so that a copy cut after it, or one sentence among advertisements, is still found
)
TELLING: Final = 2  # values in common: one alone is a set phrase a thousand times for each copy that it finds
LEAD_SHINGLES: Final = 30  # the first sentence; with the rows of near_dup and the column, 17 hashes take 0.45 kB


def fingerprint(title: str, text: str, language: str | None) -> Fingerprint:
    """Hash of the words, and the smallest shingle hashes of the text and of its lead (bottom-k sketch, Broder 1997).

    The title counts only where there is no text. The language is not needed yet: the script tells how to cut. Never raises.
    """
    del language
    reading = read(text)
    if not reading.tokens:
        reading = read(title)
    complete = len(text) <= LONGEST_TEXT and len(reading.tokens) < LONGEST
    whole = reading.tokens if complete else words(text)
    lead = set(reading.shingles[:LEAD_SHINGLES])
    sketch = {*nsmallest(WHOLE, reading.distinct), *nsmallest(LEAD, lead)}
    return Fingerprint(content=content_hash(whole), sketch=tuple(sorted(sketch)))


def content_hash(tokens: list[str]) -> str:
    """32 hexadecimal characters: equal for texts that differ in case, punctuation, spacing or markup only."""
    return blake2b(" ".join(tokens).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
