"""The standfirst among a page's blocks: a sub-headline that became the record's description is no paragraph of its text."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from aggregator._project import load_table
from aggregator.counting import count_words
from aggregator.models import Block

from .features import Measured
from .names import compact

_NEAR: Final = 3  # paragraphs from the first one on among which a standfirst may stand
_AROUND: Final = 12  # blocks above the first paragraph that are looked at
_MARKS: Final = re.compile(r"[.#@:!]")
_LEAD: Final = 15  # words, a full stop at their end, that are a lead and no second headline
_STOPPED: Final = re.compile(r"[.!?。！？؟۔…।]['\"”’»）)\]」』]*$")
_CUT_SHARE: Final = 0.6  # of a block's characters that a description must have which breaks off in it


def standfirst_blocks(measured: Measured, keep: Sequence[bool], description: str | None) -> frozenset[int]:
    """Places of the blocks that say what the description says and stand apart from the paragraphs.

    Apart: a heading, a class that names a standfirst, another container and markup than the paragraphs below, or no full stop
    where they have one. A description that only repeats the opening paragraph takes nothing from the text; nor does one that is
    all the text, or one that is told as a paragraph is: that is a lead, from which the story goes on.
    """
    key = compact(description or "")
    prose = [i for i, facts in enumerate(measured.facts) if keep[i] and facts.prose]
    if not key or not prose:
        return frozenset()
    last = prose[min(_NEAR, len(prose)) - 1]
    found = [
        i
        for i in range(max(0, prose[0] - _AROUND, measured.headline + 1), last + 1)
        if _says(measured.blocks[i].text, key, cut=(description or "").rstrip().endswith(("...", "…")))
        and i != measured.headline
    ]
    below = [i for i in prose if found and i > found[0] and i not in found]
    blocks = [measured.blocks[i] for i in below[:8]]
    return frozenset(
        i
        for i in found
        if blocks
        and not _is_lead(measured.blocks[i].text)
        and (not keep[i] or _is_second_headline(measured, i, blocks))
    )


def _is_second_headline(measured: Measured, i: int, below: Sequence[Block]) -> bool:
    """Set apart from the paragraphs by its markup, or by having no full stop above paragraphs that have theirs."""
    text = measured.blocks[i].text
    unstopped = _STOPPED.search(text) is None and all(_STOPPED.search(block.text) for block in below[:2])
    return unstopped or _apart(measured.blocks[i], below)


def _is_lead(text: str) -> bool:
    return _STOPPED.search(text) is not None and count_words(text) >= _LEAD


def _says(text: str, key: str, *, cut: bool) -> bool:
    """Whether a text is the description, or goes on where a cut description breaks off."""
    if len(text) > 2 * len(key) + 40:
        return False
    said = compact(text)
    return said == key or (cut and said.startswith(key) and len(key) >= _CUT_SHARE * len(said))


def _apart(block: Block, below: Sequence[Block]) -> bool:
    if block.tag == "h" or any(_is_marked(token) for token in block.path[:2]):
        return True
    group, count = Counter(other.group for other in below).most_common(1)[0]
    alike = any(other.group == block.group or other.path[:2] == block.path[:2] for other in below)
    # Where each paragraph has a box of its own, another box says nothing.
    return not alike and group != block.group and 2 * count > len(below)


@lru_cache(maxsize=4096)
def _is_marked(token: str) -> bool:
    return not standfirst_classes().isdisjoint(_MARKS.split(token)[1:])


@cache
def standfirst_classes() -> frozenset[str]:
    """The class names that mark a standfirst, lower-case."""
    return frozenset(load_table("metadata.toml")["markup"]["standfirst"])
