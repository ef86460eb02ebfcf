"""The article's text as the page's structured data give it: a claim to be compared with the page, and a last resort."""

import re
from html import unescape
from typing import Final

from aggregator.document import Document, main_nodes, text_of

_LEAST: Final = 200  # characters; shorter bodies are teasers
_MARKUP: Final = re.compile(r"<[^<>]{1,300}>")
_PARAGRAPH_END: Final = re.compile(r"</(?:p|div|h[1-6]|li)>|<br\s*/?>\s*<br\s*/?>", re.IGNORECASE)
_LINES: Final = re.compile(r"[\r\n]+")


def article_body(document: Document) -> str | None:
    """The articleBody of the page's own article in one line, when it is long enough to compare with."""
    for node in main_nodes(document):
        body = text_of(node.get("articleBody"))
        if body and len(body) >= _LEAST:
            return body
    return None


def body_paragraphs(document: Document) -> list[str]:
    """The paragraphs of the articleBody, markup taken out. Empty when there is none worth it."""
    for node in main_nodes(document):
        body = node.get("articleBody")
        if isinstance(body, str) and len(body) >= _LEAST:
            text = unescape(_MARKUP.sub(" ", _PARAGRAPH_END.sub("\n", body)))
            return [line for line in (" ".join(part.split()) for part in _LINES.split(text)) if line]
    return []
