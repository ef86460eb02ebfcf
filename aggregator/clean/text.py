"""Cleaning of text that somebody else extracted: its lines are all there is, no markup, no links.

Lines become units (a line, or a paragraph that was wrapped). Units are taken out by four kinds of evidence, in this order:
what a line itself says (markers), where it stands (around the title), what announces it (a heading of other stories), and
what it forms with its neighbours (a run of headlines). It repeats until nothing is taken out any more, so that cleaning the
result again changes nothing. No line is changed and none vanishes: each is title, description, text, related or removed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from aggregator.models import CleanText, RelatedLink, Removed

from .lines import (
    bare_item,
    introduces,
    is_bullet,
    is_enumerated,
    is_headline,
    is_numbered,
    is_prose,
    is_separator,
    split_lines,
    topics,
    words_in,
)
from .markers import Marker, compare_key, marker
from .runs import Layout, Run, is_familiar, rule_of

_PASSES: Final = 8  # two are usual: one that cleans, one that finds nothing more
_MIDDLE_ITEMS: Final = 10  # a box of other stories between two paragraphs is no longer
_TITLE_WORDS: Final = 30
_DESCRIPTION_WORDS: Final = 40
_ALONE: Final = "-word"  # rules of single words: text of their own unless something else stands beside them
_ALSO_BELOW: Final = ("-shape", "-tags")  # rules of the head that hold below the text too


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """A line or a wrapped paragraph. `dashed`: a line with only a dash or bullet stood before it."""

    text: str
    number: int  # of its first line in the input, from 0
    prose: bool
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A unit that was taken out. `headline` is set when it is another story's."""

    unit: _Unit
    rule: str
    headline: str | None = None


def clean_text(text: str) -> CleanText:
    """Title, description and paragraphs of an extracted text; other stories and everything else apart, with their rules.

    Never raises; time is linear in the text. `text` may use any newline of Unicode. Paragraphs of the result are separated
    by blank lines; a paragraph that was wrapped keeps its line breaks. `position` counts input lines from 0 in `removed`, and
    headlines from 0 in `related`. `mentions` stays empty here: reading dates is another room's work.
    """
    units, taken = _units(split_lines(text))
    for _ in range(_PASSES):
        gone = _one_pass(units)
        if not gone and not any(unit.dashed for unit in units):
            break
        taken += gone
        units = _without(units, gone)
    return _result(units, sorted(taken, key=lambda item: item.unit.number))


# ------------------------------------------------------------------------------------------------ from lines to units


def _units(lines: Sequence[str]) -> tuple[list[_Unit], list[_Taken]]:
    """Units in order, and the separator lines, which are taken out at once."""
    units: list[_Unit] = []
    taken: list[_Taken] = []
    dashed = False
    for block in _blocks(lines):
        if _is_wrapped(block):
            text = "\n".join(line for _, line in block)
            units.append(_Unit(text=text, number=block[0][0], prose=True))
            dashed = False
            continue
        for number, line in block:
            if is_separator(line):
                taken.append(_Taken(unit=_Unit(text=line, number=number, prose=False), rule="separator"))
            else:
                units.append(_Unit(text=line, number=number, prose=is_prose(line), dashed=dashed))
            dashed = is_separator(line) and len(line) <= 3
    return units, taken


def _blocks(lines: Sequence[str]) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines between blank lines, numbered."""
    for filled, block in groupby(enumerate(lines), key=lambda item: item[1] != ""):
        if filled:
            yield list(block)


def _is_wrapped(block: Sequence[tuple[int, str]]) -> bool:
    """Whether a block is one paragraph that was wrapped: full lines, most of which go on in lower case."""
    if len(block) < 2:
        return False
    lines = [line for _, line in block]
    if any(not 40 <= len(line) <= 110 for line in lines[:-1]) or len(lines[-1]) > 110:
        return False
    if any(is_separator(line) or is_bullet(line) for line in lines):
        return False
    return 2 * sum(line[0].islower() for line in lines[1:]) >= len(lines) - 1


# ------------------------------------------------------------------------------------------------ one pass


def _one_pass(units: list[_Unit]) -> list[_Taken]:
    """What one look at all units takes out. Each step sees what the steps before it have left."""
    found = [None if "\n" in unit.text else marker(unit.text) for unit in units]
    marked = list(zip(units, found, strict=True))
    gone, marked = _by_marker(marked)
    more, marked = _around_text(marked)
    gone += more
    more, marked = _below_headings(marked)
    gone += more
    return gone + _runs([unit for unit, _ in marked])


_Marked = list[tuple[_Unit, Marker | None]]


def _by_marker(marked: _Marked) -> tuple[list[_Taken], _Marked]:
    """Takes out appeals, adverts, credits and comment doors wherever they stand. Headings of other stories stay for now."""
    gone: list[_Taken] = []
    kept: _Marked = []
    for at, (unit, found) in enumerate(marked):
        if found is None or found.announces in ("byline", "meta", "related"):
            kept.append((unit, found))
        elif found.id.endswith(_ALONE) and not _beside_marker(marked, at):
            kept.append((unit, None))
        elif not kept and found.rest:
            kept.append((unit, None))  # the first line is a title: "Photos: ..." may be one
        else:
            gone.append(_Taken(unit=unit, rule=found.id))
    return gone, kept


def _beside_marker(marked: _Marked, at: int) -> bool:
    """Whether the line before or behind is a marker too, or there is none."""
    before = marked[at - 1][1] if at else None
    behind = marked[at + 1][1] if at + 1 < len(marked) else None
    return before is not None or behind is not None or at + 1 == len(marked)


def _around_text(marked: _Marked) -> tuple[list[_Taken], _Marked]:
    """Takes out bylines, stamps and a repeated title between title and text, and bylines and tags below the text."""
    first, last = _prose_span(marked)
    title = compare_key(marked[0][0].text) if marked else ""
    gone: list[_Taken] = []
    kept: _Marked = []
    for at, (unit, found) in enumerate(marked):
        rule = None
        if at < first:
            rule = _head_rule(unit, found, title if at else None, last=at + 1 == first)
        elif at > last and found and found.id.endswith(_ALSO_BELOW):
            rule = found.id
        if rule:
            gone.append(_Taken(unit=unit, rule=rule))
        else:
            kept.append((unit, found if found and found.announces == "related" else None))
    return gone, kept


def _head_rule(unit: _Unit, found: Marker | None, title: str | None, *, last: bool) -> str | None:
    """Bylines, stamps and a repeated title go. The first line (no `title` above it) goes only if another one can be the title."""
    if found and found.announces in ("byline", "meta") and (title is not None or not (last or found.rest)):
        return found.id
    return "repeats-title" if compare_key(unit.text) == title else None


def _prose_span(marked: _Marked) -> tuple[int, int]:
    """Places of the first and the last prose; without any, everything is above and nothing below."""
    prose = [at for at, (unit, found) in enumerate(marked) if unit.prose and found is None]
    return (prose[0], prose[-1]) if prose else (len(marked), len(marked))


# ------------------------------------------------------------------------------------------------ headings of other stories


def _below_headings(marked: _Marked) -> tuple[list[_Taken], _Marked]:
    """Takes out labels and headings that announce other stories, and the headlines that they announce."""
    first, last = _prose_span(marked)
    vocabulary = _vocabulary([unit for unit, _ in marked])
    gone: list[_Taken] = []
    kept: _Marked = []
    at = 0
    while at < len(marked):
        unit, found = marked[at]
        at += 1
        if found is None or (not kept and found.rest):
            kept.append((unit, None))
            continue
        gone.append(_announced(unit, found))
        if at > first:
            items = _items_below(marked, at, found=found, tail=at > last, vocabulary=vocabulary)
            gone += [_below(item, found) for item in items]
            at += len(items)
    return gone, kept


def _announced(unit: _Unit, found: Marker) -> _Taken:
    """A label with its headline is another story; a heading alone is only taken out."""
    return _Taken(unit=unit, rule=found.id, headline=found.rest if words_in(found.rest) >= 2 else None)


def _below(unit: _Unit, found: Marker) -> _Taken:
    text = bare_item(unit.text)
    return _Taken(unit=unit, rule=f"{found.id}:below", headline=text if words_in(text) >= 3 else None)


def _items_below(marked: _Marked, start: int, *, found: Marker, tail: bool, vocabulary: frozenset[str]) -> list[_Unit]:
    """The headlines that a heading announces: to the end of the text, or those that stand before the next paragraph."""
    if found.rest:
        items = _headlines_from(marked, start, noise=False)
        return items if tail and start + len(items) == len(marked) else []
    if tail:
        numbered = start < len(marked) and is_numbered(marked[start][0].text)
        return _headlines_from(marked, start, numbered=numbered)
    items = _headlines_from(marked, start)[:_MIDDLE_ITEMS]
    ends_at_prose = start + len(items) < len(marked) and marked[start + len(items)][0].prose
    if items and ends_at_prose and is_familiar(items[-1].text, vocabulary):
        items.pop()  # rather a sub-headline of what follows
    return items


def _headlines_from(marked: _Marked, start: int, *, numbered: bool = False, noise: bool = True) -> list[_Unit]:
    """Headlines in a row; with `noise` also the short lines (a section's name, a stamp) that stand before them."""
    items: list[_Unit] = []
    waiting: list[_Unit] = []
    for unit, found in marked[start : start + 500]:
        if found is not None or len(waiting) > 1:
            break
        if _is_item(unit.text, numbered=numbered):
            items += [*waiting, unit]
            waiting = []
        elif noise and words_in(unit.text) < 4 and not introduces(unit.text) and not is_enumerated(unit.text):
            waiting.append(unit)
        else:
            break
    return items


def _is_item(text: str, *, numbered: bool) -> bool:
    if numbered and is_numbered(text):
        return not is_prose(text) and words_in(text) >= 3
    return is_headline(text)


# ------------------------------------------------------------------------------------------------ runs


def _runs(units: list[_Unit]) -> list[_Taken]:
    """Takes out runs of other stories' headlines below the first paragraph, from the end upwards."""
    first = next((at for at, unit in enumerate(units) if unit.prose and not unit.dashed), len(units))
    vocabulary = _vocabulary(units)
    gone: list[_Taken] = []
    end = len(units)
    tail = True
    while end > first + 1:
        start = _run_start(units, first + 1, end, vocabulary=vocabulary)
        rule = _rule(units, start, end, tail=tail, vocabulary=vocabulary)
        if rule:
            gone += [_Taken(unit=unit, rule=rule, headline=bare_item(unit.text)) for unit in units[start:end]]
        tail = tail and rule is not None
        end = start
    return gone


def _layout(unit: _Unit) -> Layout | None:
    """How a unit could be an item of a list; None for prose."""
    if unit.dashed:
        return "dash-lines"
    if is_bullet(unit.text) and "\n" not in unit.text:
        return "bullets"
    return None if unit.prose else "plain"


def _run_start(units: Sequence[_Unit], least: int, end: int, *, vocabulary: frozenset[str]) -> int:
    """Where the run of one layout begins that ends before `end`. Prose is a run of one."""
    layout = _layout(units[end - 1])
    start = end - 1
    while layout and start > least and _layout(units[start - 1]) == layout and not introduces(units[start - 1].text):
        start -= 1
    if layout == "plain" and end - start > 1 and not is_headline(units[start].text):
        start += 1  # rather the heading of what follows
    if layout == "dash-lines" and start > least and _stands_before_dashes(units[start - 1], vocabulary):
        start -= 1  # dashes between the headlines, none before the first one
    return start


def _stands_before_dashes(unit: _Unit, vocabulary: frozenset[str]) -> bool:
    return _layout(unit) == "plain" and is_headline(unit.text, least=5) and not is_familiar(unit.text, vocabulary)


def _rule(units: Sequence[_Unit], start: int, end: int, *, tail: bool, vocabulary: frozenset[str]) -> str | None:
    layout = _layout(units[end - 1])
    if layout is None:
        return None
    items = tuple(unit.text for unit in units[start:end])
    return rule_of(Run(items=items, layout=layout, lead=units[start - 1].text, tail=tail, vocabulary=vocabulary))


def _vocabulary(units: Sequence[_Unit]) -> frozenset[str]:
    """Topic words of the title and the prose. Empty when there is no prose: then nothing can be off its topic."""
    prose = [unit.text for unit in units if unit.prose and not unit.dashed and not is_bullet(unit.text)]
    if not prose:
        return frozenset()
    return frozenset().union(*map(topics, [units[0].text, *prose]))


# ------------------------------------------------------------------------------------------------ the result


def _without(units: list[_Unit], gone: list[_Taken]) -> list[_Unit]:
    """The units that stay, as the next pass sees them: as if they had come alone."""
    numbers = {item.unit.number for item in gone}
    return [replace(unit, dashed=False) for unit in units if unit.number not in numbers]


def _result(units: list[_Unit], taken: list[_Taken]) -> CleanText:
    texts = [unit.text for unit in units]
    title = texts[0] if units and _is_title(units[0]) else None
    described = title is not None and len(units) > 2 and _is_description(units[1]) and units[2].prose
    related = [item for item in taken if item.headline]
    return CleanText(
        title=title,
        description=texts[1] if described else None,
        text="\n\n".join(texts[(title is not None) + described :]),
        related=tuple(
            RelatedLink(title=item.headline or "", url=None, position=at, rule=item.rule)
            for at, item in enumerate(related)
        ),
        removed=tuple(
            Removed(text=item.unit.text, rule=item.rule, position=item.unit.number)
            for item in taken
            if not item.headline
        ),
    )


def _is_title(unit: _Unit) -> bool:
    return not unit.prose and not is_bullet(unit.text) and words_in(unit.text) <= _TITLE_WORDS


def _is_description(unit: _Unit) -> bool:
    if unit.prose or is_bullet(unit.text) or introduces(unit.text) or is_numbered(unit.text):
        return False
    return 4 <= words_in(unit.text) <= _DESCRIPTION_WORDS
