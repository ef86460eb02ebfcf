"""The description of an article: its standfirst where the page prints one, else what its head says. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document, JsonNode, text_of
from aggregator.models import Hint

from .markup import class_tokens, element_text, is_outside
from .names import compact
from .title import MAX_TITLE, clean_line

MIN_DESCRIPTION: Final = 20  # characters; shorter ones are labels
MAX_DESCRIPTION: Final = 1_000  # longer ones are the article itself
_CUT: Final = re.compile(r"(?:\.{2,}|…|\[…\]|\[&hellip;\])\W*$")
_METAS: Final = (
    "og:description",
    "description",
    "twitter:description",
    "sailthru.description",
    "dc.description",
    "dcterms.description",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One description; `cut` says that it ends in dots or breaks off inside a longer one."""

    value: str
    raw: str
    origin: str
    cut: bool


def decide_description(
    document: Document,
    *,
    nodes: tuple[JsonNode, ...],
    title: str | None,
    site_names: frozenset[str],
    hints: tuple[Hint, ...] = (),
) -> tuple[Candidate, ...]:
    """All descriptions, the winner first: whole before cut, then standfirst, social, meta, JSON-LD, feed."""
    barred = {compact(title or ""), *site_names}
    found: list[Candidate] = []
    for origin, raw in _statements(document, nodes, hints):
        value = clean_line(raw)
        if MIN_DESCRIPTION <= len(value) <= MAX_DESCRIPTION and (
            len(value) > MAX_TITLE or compact(value) not in barred
        ):
            found.append(Candidate(value=value, raw=raw[:500], origin=origin, cut=bool(_CUT.search(value))))
    return tuple(sorted(found, key=lambda one: one.cut or _breaks_off(one, found)))


def _breaks_off(one: Candidate, found: list[Candidate]) -> bool:
    """Whether a text ends in the middle of a sentence that another candidate goes on with."""
    if one.value[-1:] in ".!?。！？…»”\"'’)":
        return False
    return any(
        len(other.value) > len(one.value) and other.value.startswith(one.value) and not other.cut for other in found
    )


def _statements(document: Document, nodes: tuple[JsonNode, ...], hints: tuple[Hint, ...]) -> Iterator[tuple[str, str]]:
    standfirst = _standfirst(document)
    if standfirst is not None:
        yield "standfirst", element_text(standfirst, MAX_DESCRIPTION + 1)
    for name in _METAS:
        if text := document.meta(name):
            yield f"meta:{name}", text
    for node in nodes[:2]:
        for name in ("description", "alternativeHeadline", "abstract"):
            if text := text_of(node.get(name)):
                yield f"json-ld:{name}", text
    for hint in hints:
        if hint.summary:
            yield hint.origin, hint.summary


def _standfirst(document: Document) -> HtmlElement | None:
    """The first element whose class names a standfirst: beside the headline, or within the next few boxes."""
    heading = next((heading for heading in document.root.iter("h1") if not is_outside(heading)), None)
    box = heading
    for _ in range(3):
        box = box.getparent() if box is not None else None
        if box is None or box.tag == "body":
            return None
        for element in islice(box.iter("p", "div", "h2", "h3", "span"), 80):
            if not _classes().isdisjoint(class_tokens(element)) and not is_outside(element):
                return element
    return None


@cache
def _classes() -> frozenset[str]:
    return frozenset(load_table("metadata.toml")["markup"]["standfirst"])
