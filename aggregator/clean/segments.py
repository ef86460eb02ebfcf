"""Text that repeats across a source's pages, learned by counting: hashes out, a verdict in. The store keeps the rows."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from .markers import compare_key

MIN_PAGES: Final = 5
"""A text on fewer pages is chance: a running joke, a series' introduction, one story in several versions."""

MIN_SHARE: Final = 0.2
"""Boilerplate of one section is on about a fifth of a site's pages; a quote that many stories share is on a few in a hundred."""

MAX_CHARS: Final = 1000
"""Longer blocks are text: a publisher's note about itself or its newsletter is shorter."""

MAX_SEGMENTS: Final = 400
"""So many of a page are counted, in order, so that a hostile page cannot fill the table."""

SEGMENT_RULE: Final = "segment:repeats-on-site"
"""The rule under which a line goes that the store knows as repeated."""

_DIGITS: Final = str.maketrans("123456789", "000000000")  # "3 comments" and "7 comments" are one segment


def segment_hash(line: str) -> int:
    """63-bit hash of a line as it is compared (`compare_key`), every digit taken as the same."""
    key = compare_key(line).translate(_DIGITS)
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


def segments_of(lines: Iterable[str]) -> tuple[int, ...]:
    """Hashes of the lines of one page that are worth counting, each once, in order."""
    found: dict[int, None] = {}
    for line in lines:
        if _worth(line):
            found[segment_hash(line)] = None
            if len(found) == MAX_SEGMENTS:
                break
    return tuple(found)


def is_boilerplate(seen: int, pages: int) -> bool:
    """Whether a text seen on `seen` of a source's `pages` pages belongs to the site and not to an article."""
    return seen >= MIN_PAGES and seen >= MIN_SHARE * pages


def _worth(line: str) -> bool:
    """A line that says something: at least three letters in a row of at most `MAX_CHARS` characters."""
    return len(line) <= MAX_CHARS and sum(map(str.isalpha, line)) >= 3
