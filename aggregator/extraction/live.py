"""The entries of a live blog: where in the text each begins, and when it was posted. Pure.

Three places tell: schema.org's liveBlogUpdate, `time` elements of the entries, and clock times on lines of their own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from aggregator.document import Document, main_nodes, text_of

from .markup import element_text
from .select import CLOCK

_LEAST: Final = 3  # entries that a live blog has
_MOST: Final = 1_000
_KEY: Final = 60  # letters and digits of a paragraph's start that tell it from others
_SHORTEST: Final = 12
_UP: Final = 5  # containers around a time that are looked at
_HEAD: Final = 3_000  # characters of an entry in which its first paragraph is looked for
_SIGNS: Final = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where an entry begins (paragraph, from 0), its headline, and its time as stated."""

    paragraph: int
    title: str | None
    raw: str


def read_entries(document: Document, paragraphs: Sequence[str]) -> tuple[Posted, ...]:
    """The entries in the order of the text; empty where fewer than three can be told apart. Never raises."""
    starts = _Starts(paragraphs)
    for found in (_from_updates(document, starts), _from_times(document, starts), _from_clocks(paragraphs)):
        entries = {entry.paragraph: entry for entry in reversed(list(found))}
        if len(entries) >= _LEAST:
            return tuple(entries[at] for at in sorted(entries))
    return ()


class _Starts:
    """Finds the paragraph that another text begins with."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._places: dict[str, int] = {}
        for place, text in enumerate(paragraphs[:5_000]):
            if len(key := _key(text)) >= _SHORTEST:
                self._places.setdefault(key, place)

    def of(self, *texts: str | None) -> int | None:
        """The first paragraph that one of the texts equals or begins."""
        places = [place for text in texts if text and (place := self._places.get(_key(text))) is not None]
        return min(places, default=None)

    def inside(self, text: str) -> int | None:
        """The earliest paragraph whose start is found in a longer text."""
        flat = _SIGNS.sub("", text).lower()
        return min((place for key, place in self._places.items() if key in flat), default=None)


def _key(text: str) -> str:
    return _SIGNS.sub("", text[: 3 * _KEY]).lower()[:_KEY]


def _from_updates(document: Document, starts: _Starts) -> Iterator[Posted]:
    for node in main_nodes(document)[:3]:
        updates = node.get("liveBlogUpdate")
        for update in updates[:_MOST] if isinstance(updates, list) else ():
            if isinstance(update, Mapping) and (raw := text_of(update.get("datePublished"))):
                title, body = text_of(update.get("headline")), text_of(update.get("articleBody"))
                place = starts.of(title, body)
                place = starts.inside(body[:_HEAD]) if place is None and body else place
                if place is not None:
                    yield Posted(paragraph=place, title=title, raw=raw[:60])


def _from_times(document: Document, starts: _Starts) -> Iterator[Posted]:
    times = [element for element in document.root.iter("time") if element.get("datetime")]
    for element in times[:_MOST] if len(times) >= _LEAST else ():
        place = _place_of(element, starts)
        if place is not None:
            yield Posted(paragraph=place, title=None, raw=(element.get("datetime") or "")[:60])


def _place_of(element: HtmlElement, starts: _Starts) -> int | None:
    """The paragraph that the nearest container of a time begins with."""
    for depth, box in enumerate(element.iterancestors()):
        if depth >= _UP or sum(1 for _ in box.iter("time")) > 2:
            return None
        place = starts.inside(element_text(box, _HEAD))
        if place is not None:
            return place
    return None


def _from_clocks(paragraphs: Sequence[str]) -> Iterator[Posted]:
    for place, text in enumerate(paragraphs[:-1]):
        if len(text) <= 20 and CLOCK.fullmatch(text):
            yield Posted(paragraph=place, title=None, raw=text)
