"""Captions that stand among the paragraphs: told by the element that holds them. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from .features import Measured

_CLASS: Final = re.compile(r"\.(?:wp-|slide-|image-|photo-|img-)?caption(?:-text|-full|-truncated)?(?=[.#@:!]|$)")
"""The class of an element that is a caption: WordPress' `wp-caption-text`, slide shows' `slide-caption`, `caption-full`."""

_FIGURE: Final = re.compile(r"(?:fig(?:ure|\.)?|table|chart|abb(?:ildung|\.)?)\s*\d", re.IGNORECASE)
"""A numbered figure is referred to by the text, and its caption is read with it."""

_MOST: Final = 0.25
"""Of the text's words: where captions are more than this, they are the text (galleries, articles told in pictures)."""


def caption_blocks(measured: Measured, keep: Sequence[bool]) -> frozenset[int]:
    """The kept blocks that are captions beside a text which stands without them."""
    found = frozenset(i for i, kept in enumerate(keep) if kept and _is_caption(measured, i))
    words = sum(measured.facts[i].words for i in found)
    all_words = sum(facts.words for facts, kept in zip(measured.facts, keep, strict=True) if kept)
    return found if words <= _MOST * all_words else frozenset()


def _is_caption(measured: Measured, i: int) -> bool:
    block = measured.blocks[i]
    own = block.path[0] if block.path else ""
    marked = own.startswith("figcaption") or _CLASS.search(own) is not None
    return marked and not _FIGURE.match(block.text)
