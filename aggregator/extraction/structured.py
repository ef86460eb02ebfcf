"""The article's text as the page's structured data give it: a claim to be compared with the page, and a last resort."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Final

from aggregator.document import Document, main_nodes, text_of
from aggregator.models import Block, Claim

_UPDATES: Final = 1_000
_LEAST: Final = 200  # characters; shorter bodies are teasers
_MARKUP: Final = re.compile(r"<[^<>]{1,300}>")
_PARAGRAPH_END: Final = re.compile(r"</(?:p|div|h[1-6]|li)>|<br\s*/?>\s*<br\s*/?>", re.IGNORECASE)
_LINES: Final = re.compile(r"[\r\n]+")
_WORD: Final = re.compile(r"\w+")
_RAW: Final = 80  # characters of a text that its claim repeats


def article_body(document: Document) -> str | None:
    """The articleBody of the page's own article in one line, when it is long enough to compare with."""
    for node in main_nodes(document):
        body = text_of(node.get("articleBody"))
        if body and len(body) >= _LEAST:
            return body
    return None


def body_paragraphs(document: Document) -> list[str]:
    """The paragraphs of the articleBody, else those of a live blog's updates, markup taken out. Empty when there is none worth it."""
    for node in main_nodes(document):
        body = node.get("articleBody")
        updates = node.get("liveBlogUpdate")
        if isinstance(body, str) and len(body) >= _LEAST:
            return _lines(body)
        if isinstance(updates, list):
            found = [
                line for update in updates[:_UPDATES] if isinstance(update, Mapping) for line in _of_update(update)
            ]
            if sum(map(len, found)) >= _LEAST:
                return found
    return []


def _of_update(update: Mapping[str, object]) -> list[str]:
    """The headline and the text of one update."""
    return [line for key in ("headline", "articleBody") if (text := text_of(update.get(key))) for line in _lines(text)]


def _lines(body: str) -> list[str]:
    text = unescape(_MARKUP.sub(" ", _PARAGRAPH_END.sub("\n", body)))
    return [line for line in (" ".join(part.split()) for part in _LINES.split(text)) if line]


def body_claims(body: str | None, blocks: Sequence[Block], text: str, *, shown: str = "page") -> tuple[Claim, ...]:
    """Where the text is from, and how far the structured data's own text (`body`) agrees with it.

    `blocks` are those that were chosen; `shown` is what showed the page: `page` for its own bytes, `browser` for what its scripts
    made of them.
    """
    origin = next((block.path[-1] for block in blocks if block.keep and block.path[:1] == ("script",)), shown)
    words = _WORD.findall(text.lower())
    claims = [_body_claim(text, origin, words, chosen=True, reason="" if origin == shown else "the page shows no text")]
    if body and origin != "json-ld":
        known, stated = set(words), _WORD.findall(body.lower())
        share = sum(word in known for word in stated) / len(stated) if stated else 0.0
        reason = f"{share:.0%} of its words are in the text"
        claims.append(_body_claim(body, "json-ld:articleBody", stated, chosen=False, reason=reason))
    return tuple(claims)


def _body_claim(text: str, origin: str, words: Sequence[str], *, chosen: bool, reason: str) -> Claim:
    raw = " ".join(text[: 2 * _RAW].split())[:_RAW]
    return Claim(field="body", value=f"{len(words)} words", raw=raw, origin=origin, chosen=chosen, reason=reason)
