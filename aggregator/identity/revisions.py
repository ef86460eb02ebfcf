"""What changed between two versions of one article, and whether it is the article that changed."""

import re
from typing import Final

from .words import words

FURNITURE_WORDS: Final = (
    25  # a teaser's headline, a counter or a button is shorter; a paragraph of a report ends as a sentence
)
FURNITURE_LINES: Final = 100  # old and new; more lines than that are the article
FUNCTION_WORD: Final = 3  # letters; articles and prepositions are this short in most languages
ALIKE: Final = 0.5  # share of words from which a line is another wording of the line that it replaces

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
_Line = tuple[_Paragraph, bool]  # its words, and whether it closes as a sentence does


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
    if len(old) + len(new) > FURNITURE_LINES:
        return True
    at_an_end = _all_furniture(after[:head]) or _all_furniture(after[len(after) - tail :])
    return not (at_an_end and _all_furniture(old + new)) or _reworded(old, new)


def _lines(text: str) -> list[_Line]:
    """Each line's words, and whether it closes as a sentence."""
    found = ((tuple(words(line)), _SENTENCE_END.search(line[-20:]) is not None) for line in text.splitlines())
    return [line for line in found if line[0]]


def _common(one: list[_Line], other: list[_Line]) -> int:
    """How many lines both begin with."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine[0] != theirs[0]:
            break
        count += 1
    return count


def _all_furniture(lines: list[_Line]) -> bool:
    return not any(closes or len(line) >= FURNITURE_WORDS for line, closes in lines)


def _reworded(old: list[_Line], new: list[_Line]) -> bool:
    """Whether a line says in part the same as one that it replaces."""
    kept = [_content(line) for line, _ in old]
    return any(_alike(_content(line), words_) for line, _ in new for words_ in kept)


def _content(line: _Paragraph) -> set[str]:
    """The longer words of a line, which say what it is about; all of them when it has none."""
    return {word for word in line if len(word) > FUNCTION_WORD} or set(line)


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * min(len(one), len(other))
