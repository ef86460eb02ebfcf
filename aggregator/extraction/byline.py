"""The byline among a page's blocks, for pages whose data and markup name nobody: "By Ann Lee", "Ann Lee | 19 April 2024". Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aggregator.document import Document
from aggregator.models import Block, Claim

from .metadata import Metadata
from .names import Names, compact, read_names
from .title import site_names_of

_ABOVE: Final = 14  # blocks above the first paragraph that are looked at
_BELOW: Final = 4  # blocks behind the last one
_LINE: Final = 140  # characters of a byline
_WORDS: Final = 14  # of a line that has a name beside a date
_PROSE: Final = 12  # words of a paragraph
_DAY: Final = (
    r"(?:\b[^\W\d]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d|\b\d{1,2}\.?(?:[./-]|\s+)\w{1,9}\.?(?:[./-]|\s+)(?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d)"
)
_DATE: Final = re.compile(_DAY)
_BY: Final = re.compile(
    rf"(?:^|[|·•–—]\s*|{_DAY},?\s*)(?:this (?:post|article|story) was )?"
    r"(?:(?:written|posted|published|words|story|text) )?by:?\s+(?P<names>.+)",
    re.IGNORECASE,
)
_END: Final = re.compile(
    r"\s*[|·•–—(]\s*|\s+(?:on|in|at|for|updated|published|posted)\b|,(?!\s*(?:and|&)\b)", re.IGNORECASE
)
_COLON: Final = re.compile(r":(?!\d\d)")  # stands in titles, and in times
_PARTS: Final = re.compile(r"\s*[|·•–—]\s*|\s+(?:on|in|at)\s+", re.IGNORECASE)
_NO_BYLINE: Final = (
    "class:caption",
    "caption",
    "in:figure",
    "class:comment",
    "class:related",
    "in:nav",
    "class:nav",
    "menu",
    "headline",
)


def with_byline(meta: Metadata, document: Document, blocks: Sequence[Block]) -> Metadata:
    """The metadata with the people that a line of the page names."""
    found = read_byline(blocks, site_names=site_names_of(document))
    return replace(meta, authors=found[0].people, claims=(*meta.claims, found[1])) if found else meta


def read_byline(blocks: Sequence[Block], *, site_names: frozenset[str]) -> tuple[Names, Claim] | None:
    """The people that a line above the text names (one behind it only after "by"), with the claim. None where no line does."""
    kept = [i for i, block in enumerate(blocks) if block.keep and len(block.text.split()) >= _PROSE]
    if not kept:
        return None
    above = range(max(0, kept[0] - _ABOVE), kept[0])
    behind = range(kept[-1] + 1, min(len(blocks), kept[-1] + 1 + _BELOW))
    for places, dated in ((above, True), (behind, False)):
        for i in places:
            if blocks[i].tag in ("caption", "h") or blocks[i].rule.startswith(_NO_BYLINE):
                continue
            for line in blocks[i].text.split("\n"):
                names = _names_in(line, site_names, dated=dated)
                if names:
                    value = ", ".join(names.people)
                    reason = "a line of the page; its data and markup name nobody"
                    return names, Claim(
                        field="author", value=value, raw=line[:_LINE], origin="byline:line", chosen=True, reason=reason
                    )
    return None


def _names_in(line: str, site_names: frozenset[str], *, dated: bool) -> Names | None:
    """The names behind "by"; without it the one beside a date."""
    if len(line) > _LINE:
        return None
    by = _BY.search(line)
    if by:
        parts = [_END.split(by["names"], maxsplit=1)[0]]
    elif dated and _DATE.search(line) and len(line.split()) <= _WORDS and not _COLON.search(line):
        parts = _PARTS.split(_DATE.sub("|", line))
    else:
        return None
    people = tuple(dict.fromkeys(name for part in parts for name in _people(part, site_names)))
    return Names(people=people) if 1 <= len(people) <= (4 if by else 1) else None


def _people(part: str, site_names: frozenset[str]) -> tuple[str, ...]:
    names = read_names(part.strip(" ,:;-"), site_names=site_names, strict=True).people
    whole = (name for name in names if 2 <= len(name.split()) <= 4)
    return tuple(name for name in whole if not any(compact(name).startswith(site) for site in site_names if site))
