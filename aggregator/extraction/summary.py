"""The description of an article: its standfirst where the page prints one, else what its head says. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from aggregator.counting import count_words
from aggregator.document import Document, JsonNode, text_of
from aggregator.models import Hint

from .features import phrase_class
from .markup import class_tokens, element_text, is_outside
from .names import compact
from .standfirst import standfirst_classes
from .title import MAX_TITLE, clean_line

MIN_DESCRIPTION: Final = 20  # characters; shorter ones are labels
MAX_DESCRIPTION: Final = 1_000  # longer ones are the article itself
_CUT: Final = re.compile(r"(?:\.{2,}|…|\[…\]|\[&hellip;\])\W*$")
_SECOND: Final = ("h2", "h3")
_LEAST_WORDS: Final = 6  # of a heading that is a standfirst; shorter ones name a section
_LINE_WORDS: Final = 8  # of a line below the headline; bylines are shorter
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")  # a date line has one
_PARAGRAPH: Final = 12  # words from which a paragraph is the text, behind which no standfirst comes
_BOXES: Final = 3  # levels around the headline that are looked through
_FOLLOWING: Final = 40  # elements behind the headline that are looked at
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
    """The first element whose class names a standfirst beside the headline or within the next few boxes; else the heading below it."""
    heading = next((heading for heading in document.root.iter("h1") if not is_outside(heading)), None)
    if heading is None:
        return None
    box: HtmlElement | None = heading
    for _ in range(3):
        box = box.getparent() if box is not None else None
        if box is None or box.tag == "body":
            break
        for element in islice(box.iter("p", "div", "h2", "h3", "span"), 80):
            if not standfirst_classes().isdisjoint(class_tokens(element)) and not is_outside(element):
                return element
    line = _line_below(heading)
    return line if line is not None else _second_heading(heading)


def _line_below(heading: HtmlElement) -> HtmlElement | None:
    """The line right below the headline in a box that holds no other paragraph: so the text stands elsewhere."""
    element, parent = heading.getnext(), heading.getparent()
    if element is None or element.tag != "p" or parent is None or parent.tag == "body":
        return None
    text = element_text(element, MAX_DESCRIPTION)
    alone = sum(1 for _ in islice(parent.iter("p"), 2)) == 1
    told = count_words(text) >= _LINE_WORDS and not _YEAR.search(text) and not phrase_class(text)
    return element if alone and told and element.find(".//a") is None else None


def _second_heading(heading: HtmlElement) -> HtmlElement | None:
    """The heading between the headline and the first paragraph, where no heading like it divides the text further down."""
    for element in islice(_following(heading), _FOLLOWING):
        if element.tag == "h1" or (element.tag == "p" and count_words(element_text(element, 400)) >= _PARAGRAPH):
            return None
        if element.tag in _SECOND and count_words(element_text(element, 400)) >= _LEAST_WORDS:
            return element if _is_second(element) else None
    return None


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """What comes behind an element in the boxes around it, in the page's order."""
    box: HtmlElement | None = element
    for _ in range(_BOXES):
        if box is None or box.tag == "body":
            return
        for sibling in box.itersiblings():
            yield from sibling.iter("h1", *_SECOND, "p")
        box = box.getparent()


def _is_second(element: HtmlElement) -> bool:
    """Whether a heading leads nowhere, announces nothing, and no other one of its level stands in its box."""
    parent = element.getparent()
    if parent is None or element.find(".//a") is not None or is_outside(element):
        return False
    return not phrase_class(element_text(element, 60)) and sum(1 for _ in islice(parent.iter(element.tag), 2)) == 1
