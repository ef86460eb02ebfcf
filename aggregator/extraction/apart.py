"""What stands among the paragraphs and is none of them: captions and readers' comments, told by the elements that hold them. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from aggregator.models import Block

from .features import Measured

_CAPTION: Final = re.compile(r"\.(?:wp-|slide-|image-|photo-|img-)?caption(?:-text|-full|-truncated)?(?=[.#@:!]|$)")
"""The class of an element that is a caption: WordPress' `wp-caption-text`, slide shows' `slide-caption`, `caption-full`."""

_FIGURE: Final = re.compile(r"(?:fig(?:ure|\.)?|table|chart|abb(?:ildung|\.)?)\s*\d", re.IGNORECASE)
"""A numbered figure is referred to by the text, and its caption is read with it."""

_COMMENT: Final = re.compile(
    r"[.#@_-](?:comments?|respond|replies|disqus)(?![-_](?:open|closed?|off|none|enabled|disabled|count|allowed))(?=[.#@:!_-]|$)"
)
"""A class or identifier of readers' comments, not one that says whether an article may have some (`comments-open`)."""

_LEVELS: Final = 7
"""Elements above a comment's text among which its container is: text, body, comment, list of replies, comment, list, section."""

_CAPTIONS: Final = 0.25
_COMMENTS: Final = 0.5
"""Of the text's words: where captions or comments are more than this, they are the text (galleries, articles told in pictures)."""


def drop_apart(measured: Measured, keep: list[bool]) -> None:
    """What is kept and is a caption or a comment goes, if the text stands without it."""
    for holds, most in ((_is_caption, _CAPTIONS), (_is_comment, _COMMENTS)):
        kept = [i for i, one in enumerate(keep) if one]
        found = [i for i in kept if holds(measured.blocks[i])]
        if _words(measured, found) <= most * _words(measured, kept):
            for i in found:
                keep[i] = False


def apart_rule(block: Block) -> str:
    """The rule of a block that is not kept: `caption` or `class:comment`, or nothing where it is neither."""
    return "caption" if _is_caption(block) else "class:comment" if _is_comment(block) else ""


def _words(measured: Measured, places: Sequence[int]) -> int:
    return sum(measured.facts[i].words for i in places)


def _is_caption(block: Block) -> bool:
    inside = any(token.startswith("figcaption") for token in block.path[:2])  # itself, or its paragraph
    return (inside or any(map(_CAPTION.search, block.path[:1]))) and not _FIGURE.match(block.text)


def _is_comment(block: Block) -> bool:
    return any(map(_COMMENT.search, block.path[:_LEVELS]))
