"""What changed between two versions of one article, and whether it is the article that changed."""

import re
from typing import Final

from .words import words

FURNITURE_WORDS: Final = (
    25  # a teaser's headline, a counter or a button is shorter; a paragraph of a report ends as a sentence
)
ALIKE: Final = 0.5  # share of words above which a line is another wording of the line that it replaces

_SENTENCE_END: Final = re.compile("[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964]\\W*$")


def describe_revision(old_title: str, old_text: str, new_title: str, new_text: str) -> str:
    """A change in short words, such as `title; text +2 -1 paragraphs, +35 words`; empty when nothing but spelling changed. Never raises."""
    parts = []
    if words(old_title) != words(new_title):
        parts.append("title")
    before, after = _paragraphs(old_text), _paragraphs(new_text)
    if before != after:
        parts.append(_text_change(before, after))
    return "; ".join(parts)


_Paragraph = tuple[str, ...]


def _paragraphs(text: str) -> list[_Paragraph]:
    found = (tuple(words(part)) for part in text.split("\n\n"))
    return [part for part in found if part]


def _text_change(before: list[_Paragraph], after: list[_Paragraph]) -> str:
    old, new = set(before), set(after)
    added, gone = sum(part not in old for part in after), sum(part not in new for part in before)
    more = sum(map(len, after)) - sum(map(len, before))
    counts = " ".join(f"{sign}{count}" for sign, count in (("+", added), ("-", gone)) if count)
    if not counts:
        return "text in another order"
    return (
        f"text {counts} paragraph{'s' if added + gone > 1 else ''}, {more:+d} words"
        if more
        else f"text {counts} paragraphs"
    )


def is_edit(old_text: str, new_text: str) -> bool:
    """Whether the article itself changed, and not only the lines before or behind it (other headlines, counters, buttons).

    Such lines stand at an end of the text, do not close as sentences do, and are no rewording of what stood there.
    """
    before, after = _lines(old_text), _lines(new_text)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return False
    if head and tail:
        return True
    return not all(map(_is_furniture, (*old, *new))) or _reworded(old, new)


def _lines(text: str) -> list[tuple[_Paragraph, bool]]:
    """Each line's words, and whether it closes as a sentence."""
    found = ((tuple(words(line)), _SENTENCE_END.search(line[-20:]) is not None) for line in text.splitlines())
    return [line for line in found if line[0]]


def _common(one: list[tuple[_Paragraph, bool]], other: list[tuple[_Paragraph, bool]]) -> int:
    """How many lines both begin with."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine[0] != theirs[0]:
            break
        count += 1
    return count


def _is_furniture(line: tuple[_Paragraph, bool]) -> bool:
    return not line[1] and len(line[0]) < FURNITURE_WORDS


def _reworded(old: list[tuple[_Paragraph, bool]], new: list[tuple[_Paragraph, bool]]) -> bool:
    """Whether a line says the same as one that it replaces, in part."""
    kept = [set(line[0]) for line in old]
    return any(len(mine & set(line[0])) > ALIKE * min(len(mine), len(line[0])) for line in new for mine in kept)
