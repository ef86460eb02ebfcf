"""What stands among the paragraphs and is none of them: captions and readers' comments, told by the elements that hold them. Pure."""

import re
from collections.abc import Callable, Sequence
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


def apart(measured: Measured, keep: Sequence[bool]) -> frozenset[int]:
    """The kept blocks that are captions or comments beside a text which stands without them."""
    return _few(measured, keep, _is_caption, _CAPTIONS) | _few(measured, keep, _is_comment, _COMMENTS)


def _few(measured: Measured, keep: Sequence[bool], holds: Callable[[Block], bool], most: float) -> frozenset[int]:
    found = frozenset(i for i, kept in enumerate(keep) if kept and holds(measured.blocks[i]))
    words = sum(measured.facts[i].words for i in found)
    return found if words <= most * sum(measured.facts[i].words for i, kept in enumerate(keep) if kept) else frozenset()


def _is_caption(block: Block) -> bool:
    own = block.path[0] if block.path else ""
    return (own.startswith("figcaption") or _CAPTION.search(own) is not None) and not _FIGURE.match(block.text)


def _is_comment(block: Block) -> bool:
    return any(_COMMENT.search(token) for token in block.path[:_LEVELS])
