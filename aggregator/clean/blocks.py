"""The second layer, independent of the first: other stories and appeals that still stand among an article's blocks.

It looks at lines and their links only, not at the scores that chose them: markers, runs of linked headlines, paragraphs
that are one link, text that repeats across the source's pages, and the source's own rules. Lists that belong to
the article (rankings, casts, tracks, winners) stay.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from aggregator.models import Block, Link, RelatedLink, Removed

from .lines import (
    bare_item,
    is_bullet,
    is_enumerated,
    is_headline,
    is_numbered,
    is_prose,
    is_separator,
    topics,
    words_in,
)
from .markers import Marker, announces_related, compare_key, marker
from .runs import LEAST_ITEMS, Layout, Run, is_familiar, rule_of
from .segments import segment_hash
from .stamps import stamp

_LINKED: Final = 0.7  # share of a line's characters inside links from which it counts as a link
_ONE_LINK: Final = 0.9  # ... from which a paragraph is nothing but a link
_MAX_LINE: Final = 500  # characters of a removed line that are kept
_MAX_HEADING: Final = 60  # characters of a heading that announces other stories
_MAX_RELATED: Final = 100  # related links of one page
_BEFORE, _BEHIND = 6, 12  # blocks around the article whose removal is put on record
_CREDIT_WORDS: Final = 8  # of a credit between paragraphs, where its picture stood
_SURE: Final = frozenset({"call", "advert", "comments"})  # what is taken out wherever it stands
_EDGE: Final = frozenset({"byline", "meta", "credit"})  # what is taken out above the first and below the last paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedBlocks:
    """An article's text (paragraphs separated by blank lines), the stories that the page pointed to, and what was taken out."""

    text: str
    related: tuple[RelatedLink, ...] = ()
    removed: tuple[Removed, ...] = ()


@dataclass(slots=True)
class _Line:
    """A block, or one line of a block whose lines are items."""

    text: str
    block: Block
    position: int  # of its block
    links: tuple[Link, ...]
    density: float
    prose: bool
    marker: Marker | None
    rule: str = ""
    related: bool = False
    item: bool = False
    dashed: bool = False  # a line of dashes stands before it

    @property
    def linked(self) -> bool:
        return self.density >= _LINKED


def clean_blocks(
    blocks: Sequence[Block],
    *,
    title: str | None,
    language: str | None = None,  # noqa: ARG001 - part of the contract; the markers of all languages are tried
    segments: frozenset[int] = frozenset(),
    strip_lines: Sequence[str] = (),
    authors: Sequence[str] = (),
) -> CleanedBlocks:
    """The text of the blocks that are kept, without other stories; what goes is named.

    `segments` are hashes of lines that repeat across the source's pages, `strip_lines` regular expressions for whole lines,
    `authors` the article's, whose names alone on a line are a byline.
    `removed` has the lines that are taken out here and the blocks in and around the article that were not kept; `position`
    counts the page's blocks. Never raises; idempotent.
    """
    lines = [line for position, block in enumerate(blocks) if block.keep for line in _lines(block, position)]
    for line in lines:
        line.dashed = line.position > 0 and is_separator(blocks[line.position - 1].text)
    _by_rules_of_the_source(lines, segments, strip_lines)
    for _ in range(4):
        before = sum(1 for line in lines if line.rule)
        _one_pass([line for line in lines if not line.rule], blocks, title or "", tuple(authors))
        if sum(1 for line in lines if line.rule) == before:
            break
    gone = [line for line in lines if line.rule]
    return CleanedBlocks(
        text=_text(line for line in lines if not line.rule),
        related=_related(blocks, gone, title or ""),
        removed=_removed(blocks, gone),
    )


# ------------------------------------------------------------------------------------------------ lines


def _lines(block: Block, position: int) -> Iterator[_Line]:
    """A block's lines where they are items (bullets, links); else the block as a whole."""
    parts = block.text.split("\n")
    if len(parts) > 1 and block.tag != "pre" and _are_items(block, parts):
        for part in parts:
            links = tuple(link for link in block.links if link.text and link.text in part)
            yield _line(part, block, position, links, sum(len(link.text) for link in links) / len(part), item=True)
    else:
        yield _line(block.text, block, position, block.links, block.link_chars / max(1, len(block.text)), item=False)


def _are_items(block: Block, parts: Sequence[str]) -> bool:
    return all(not is_prose(part) for part in parts[1:]) and (
        block.link_chars >= _LINKED * len(block.text) or sum(map(is_bullet, parts)) >= len(parts) - 1
    )


def _line(text: str, block: Block, position: int, links: tuple[Link, ...], density: float, *, item: bool) -> _Line:
    return _Line(
        text=text,
        block=block,
        position=position,
        links=links,
        density=density,
        prose=is_prose(text),
        marker=marker(text),
        item=item,
    )


def _text(lines: Iterable[_Line]) -> str:
    """Paragraphs; lines of one block stay together."""
    parts: list[str] = []
    last = -1
    for line in lines:
        if line.item and line.position == last:
            parts[-1] += "\n" + line.text
        else:
            parts.append(line.text)
        last = line.position
    return "\n\n".join(parts)


# ------------------------------------------------------------------------------------------------ rules


@cache
def _pattern(expression: str) -> re.Pattern[str] | None:
    """A person's expression; one that is not valid matches nothing (the source list checks them when it is read)."""
    try:
        return re.compile(expression)
    except re.error:
        return None


def _by_rules_of_the_source(lines: Sequence[_Line], segments: frozenset[int], strip_lines: Sequence[str]) -> None:
    patterns = [pattern for pattern in map(_pattern, strip_lines) if pattern]
    for line in lines:
        if any(pattern.fullmatch(line.text) for pattern in patterns):
            line.rule = "site:strip"
        elif segments and segment_hash(line.text) in segments:
            line.rule = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What the steps may look at beside the lines."""

    blocks: Sequence[Block]
    title: str
    vocabulary: frozenset[str]  # topic words of the title and the running text
    authors: tuple[str, ...]


def _one_pass(lines: list[_Line], blocks: Sequence[Block], title: str, authors: tuple[str, ...]) -> None:
    """Marks what one look takes out; each step sees what the steps before it have left."""
    words = topics(title).union(*(topics(line.text) for line in lines if line.prose and not line.linked))
    page = _Page(blocks=blocks, title=title, vocabulary=frozenset(words), authors=authors)
    for step in (_separators, _markers, _edges, _stamps, _announced, _link_runs, _single_links, _plain_runs, _end):
        step([line for line in lines if not line.rule], page)


def _separators(lines: list[_Line], _page: _Page) -> None:
    """Lines of nothing but dashes."""
    for line in lines:
        if is_separator(line.text):
            line.rule = "separator"


def _markers(lines: list[_Line], _page: _Page) -> None:
    """Labels with another story's headline ("Read more: ..."), appeals, adverts, comment doors, and credits of pictures."""
    for line in lines:
        found = line.marker
        if found is None or (line.prose and words_in(line.text) > 40):
            continue
        if found.announces == "related" and found.rest:
            line.rule, line.related = found.id, True
        elif (found.announces in _SURE and (not line.prose or line.linked)) or _is_credit(line, found):
            line.rule = found.id


def _is_credit(line: _Line, found: Marker) -> bool:
    """A credit between paragraphs, where its picture stood."""
    short = not line.prose and words_in(line.text) <= _CREDIT_WORDS
    return found.announces == "credit" and line.block.tag == "p" and short


def _span(lines: Sequence[_Line]) -> tuple[int, int]:
    """Places of the first and last line of running text."""
    prose = [at for at, line in enumerate(lines) if line.prose and not line.marker and not line.linked]
    return (prose[0], prose[-1]) if prose else (0, len(lines) - 1)


def _edges(lines: list[_Line], page: _Page) -> None:
    """Bylines, stamps, credits and appeals above the first and below the last paragraph, and the title repeated above."""
    first, last = _span(lines)
    key = compare_key(page.title)
    for at, line in enumerate(lines):
        if at < first and key and compare_key(line.text) == key:
            line.rule = "repeats-title"
        elif (
            line.marker
            and line.marker.announces in _EDGE | _SURE
            and (at < first or at > last)
            and words_in(line.text) <= 40
        ):
            line.rule = line.marker.id


def _stamps(lines: list[_Line], page: _Page) -> None:
    """Byline and date lines above the first paragraph, and a Korean reporter's line right below the last one."""
    first, last = _span(lines)
    for line in lines[:first]:
        if line.block.tag not in ("h", "row", "pre") and not line.prose:
            line.rule = stamp(line.text, page.authors) or line.rule
    if last + 1 < len(lines) and stamp(lines[last + 1].text) == "byline-reporter":
        lines[last + 1].rule = "byline-reporter"


def _announced(lines: list[_Line], page: _Page) -> None:
    """A heading that announces other stories goes, with the headlines below it up to the next paragraph."""
    for at, line in enumerate(lines):
        found = line.marker
        if line.rule or found is None or found.announces != "related" or found.rest:
            continue
        below = _headlines_below(lines, at + 1)
        tail = at + 1 + len(below) >= len(lines)
        if not tail and not any(item.linked for item in below) and below and _at_home(below, page.vocabulary):
            continue
        line.rule = found.id
        for item in below:
            item.rule, item.related = f"{found.id}:below", True


def _headlines_below(lines: Sequence[_Line], start: int) -> list[_Line]:
    items: list[_Line] = []
    for line in lines[start:]:
        if line.rule or (line.prose and not line.linked) or (line.block.tag == "h" and not line.linked and items):
            break
        items.append(line)
    return items


def _at_home(items: Sequence[_Line], vocabulary: frozenset[str]) -> bool:
    return sum(is_familiar(item.text, vocabulary) for item in items) >= 0.5 * len(items)


def _runs(lines: Sequence[_Line], belongs: str) -> Iterator[tuple[int, list[_Line]]]:
    """Neighbouring lines that are linked, or that are short without a link."""
    start = 0
    run: list[_Line] = []
    for at, line in enumerate(lines):
        fits = line.linked if belongs == "linked" else not line.prose and line.block.tag not in ("row", "pre", "h")
        if fits:
            start, run = (at, [line]) if not run else (start, [*run, line])
        elif run:
            yield start, run
            run = []
    if run:
        yield start, run


def _link_runs(lines: list[_Line], page: _Page) -> None:
    """Three linked headlines in a row (two behind the last paragraph) are other stories, unless numbered or short like a cast list."""
    last = _span(lines)[1]
    for start, run in _runs(lines, "linked"):
        tail = start > last
        items = [bare_item(line.text) for line in run]
        headlines = sum(map(is_headline, items))
        if (
            len(run) < (2 if tail else LEAST_ITEMS)
            or headlines < 0.6 * len(run)
            or sum(map(is_numbered, items)) >= 0.4 * len(run)
        ):
            continue
        if not tail and _introduced(lines, start) and _at_home(run, page.vocabulary):
            continue
        for line in run:
            line.rule, line.related = "link-run", True


def _introduced(lines: Sequence[_Line], start: int) -> bool:
    return start > 0 and lines[start - 1].text.rstrip().endswith((":", "："))


def _single_links(lines: list[_Line], _page: _Page) -> None:
    """A paragraph that is nothing but one linked headline leads away."""
    for line in lines:
        text = bare_item(line.text)
        alone = line.block.tag in ("p", "h", "quote") and line.density >= _ONE_LINK and len(line.links) == 1
        if alone and is_headline(text, least=5) and not is_numbered(text) and line.block.tag == "p":
            line.rule, line.related = "link-paragraph", True


def _plain_runs(lines: list[_Line], page: _Page) -> None:
    """Headlines without links: judged as in text that somebody else extracted, with their fellows that were not kept."""
    for start, run in _runs(lines, "short"):
        tail = start + len(run) >= len(lines)
        fellows = _fellows(page.blocks, run[-1].position + 1)
        rule = rule_of(
            Run(
                items=(*(line.text for line in run), *fellows),
                layout=_layout(run),
                lead=lines[start - 1].text if start else "",
                tail=tail,
                vocabulary=page.vocabulary,
            )
        )
        if rule and (tail or _layout(run) == "dash-lines"):
            for line in run:
                line.rule, line.related = rule, True


def _fellows(blocks: Sequence[Block], start: int) -> list[str]:
    """Short texts right behind a line that were not kept: the rest of its list."""
    found: list[str] = []
    for block in blocks[start : start + 20]:
        if is_separator(block.text):
            continue
        if block.keep or block.rule != "outside" or not is_headline(block.text):
            break
        found.append(block.text)
    return found


def _layout(run: Sequence[_Line]) -> Layout:
    if sum(line.dashed for line in run) >= 0.6 * len(run):
        return "dash-lines"
    return (
        "bullets" if sum(is_bullet(line.text) or line.block.tag == "li" for line in run) >= 0.6 * len(run) else "plain"
    )


def _end(lines: list[_Line], _page: _Page) -> None:
    """Headings and announcing lines with nothing behind them; not the last places of a ranking."""
    places = sum(line.block.tag == "h" and is_enumerated(line.text) for line in lines)
    for line in reversed(lines):
        if places >= LEAST_ITEMS and is_enumerated(line.text):
            return
        heading = line.block.tag == "h" and not line.prose
        if not (heading or (line.marker and line.marker.announces == "related")):
            return
        line.rule = "heading-of-nothing"


# ------------------------------------------------------------------------------------------------ on record


def _removed(blocks: Sequence[Block], gone: Sequence[_Line]) -> tuple[Removed, ...]:
    """Lines taken out here, and the blocks in and around the article that were not kept."""
    kept = [i for i, block in enumerate(blocks) if block.keep]
    around = range(max(0, kept[0] - _BEFORE), min(len(blocks), kept[-1] + _BEHIND + 1)) if kept else range(0)
    rows = [
        Removed(text=block.text[:_MAX_LINE], rule=block.rule, position=i, why=block.why)
        for i, block in enumerate(blocks)
        if not block.keep and (i in around or block.rule == "standfirst")
    ]
    rows += [Removed(text=line.text[:_MAX_LINE], rule=line.rule, position=line.position) for line in gone]
    return tuple(sorted(rows, key=lambda row: row.position))


def _related(blocks: Sequence[Block], gone: Sequence[_Line], title: str) -> tuple[RelatedLink, ...]:
    """Stories that the page pointed to: of the lines taken out here, and of the blocks that were not kept."""
    found: list[RelatedLink] = []
    seen = {compare_key(title)}
    lines = sorted([*_pointers(gone), *_dropped(blocks)], key=lambda link: link.position)
    for link in lines:
        key = link.url or compare_key(link.title)
        if key not in seen and compare_key(link.title) not in seen and len(found) < _MAX_RELATED:
            seen |= {key, compare_key(link.title)}
            found.append(replace(link, position=len(found)))
    return tuple(found)


def _pointers(gone: Sequence[_Line]) -> Iterator[RelatedLink]:
    for line in gone:
        if not line.related:
            continue
        links = [link for link in line.links if words_in(link.text) >= 3]
        for link in links:
            yield RelatedLink(title=link.text, url=link.url, position=line.position, rule=line.rule)
        if not links:
            text = bare_item(line.marker.rest if line.marker and line.marker.rest else line.text)
            yield RelatedLink(
                title=text, url=line.links[0].url if line.links else None, position=line.position, rule=line.rule
            )


# Addresses that pass the page on, as WordPress and the networks' own buttons write them.
_SHARES: Final = re.compile(
    r"[?&](?:share|replytocom)=|/(?:sharer|sharearticle|intent/(?:tweet|post)|pin/create)\b|//(?:wa\.me|t\.me/share)",
    re.IGNORECASE,
)
_NO_STORY: Final = (
    *(
        "in:nav",
        "in:footer",
        "class:nav",
        "class:share",
        "class:byline",
        "class:tags",
        "class:footer",
        "headline",
        "hidden",
    ),
    "site:",
)


def _dropped(blocks: Sequence[Block]) -> Iterator[RelatedLink]:
    """Linked headlines outside the article's text, from its first block on; what stands above it is the site's own menu.

    Headlines without a link count below a line that announces other stories.
    """
    first = next((i for i, block in enumerate(blocks) if block.keep), len(blocks))
    announced = False
    for i, block in enumerate(blocks[first:], first):
        if block.keep or (is_prose(block.text) and block.link_chars < _LINKED * len(block.text)):
            announced = False
        elif block.rule.startswith(_NO_STORY) or any(part.startswith(("nav", "footer")) for part in block.path):
            continue
        elif block.links:
            yield from (
                RelatedLink(title=_once(link.text), url=link.url, position=i, rule=block.rule)
                for link in block.links
                if is_headline(link.text) and not _SHARES.search(link.url)
            )
        elif announced and block.tag != "h" and is_headline(block.text) and not _announces(block):
            yield RelatedLink(title=bare_item(block.text), url=None, position=i, rule=block.rule)
        announced = announced or _announces(block)


def _once(text: str) -> str:
    """A headline that the page prints twice in one link, for the picture and below it."""
    half = len(text) // 2
    return text[:half] if len(text) % 2 and text[half] == " " and text[:half] == text[half + 1 :] else text


def _announces(block: Block) -> bool:
    """Whether other stories may follow: a heading that says so, or the dash of a list of dashes."""
    if block.rule == "phrase:related" or is_separator(block.text):
        return True
    return not block.links and len(block.text) <= _MAX_HEADING and announces_related(block.text) is not None
