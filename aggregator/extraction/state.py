"""The article's text in a page's script data (`__NEXT_DATA__`, `window.__STATE__ = {...}`), for pages that show none. Pure.

Nobody documents these; what they share is that the text is a field of the object that also has the headline, as HTML, as a list of
strings, or as a list of objects with a `text` or the like. Nothing here is trusted without the page's own title.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from json import JSONDecoder
from typing import Final, NamedTuple

from aggregator.document import Document

_LARGEST: Final = 5_000_000  # characters of one script
_NODES: Final = 100_000  # objects and lists that are looked at
_DEEP: Final = 12  # levels of a body's own tree
_LEAST: Final = 60  # words of a text worth it
_NEAR: Final = 4  # levels below the object with the title in which its text may be
_LONGEST_TITLE: Final = 400  # characters
_TITLE: Final = 10  # characters of a title that is no accident
_DECODER: Final = JSONDecoder(strict=False)
_ASSIGNED: Final = re.compile(r"(?:window\.|self\.|var |let |const )\s*[\w.$\[\]\"']{2,60}\s*=\s*(?=\{)")
_MARKUP: Final = re.compile(r"<[^<>]{1,500}>")
_BREAKS: Final = re.compile(r"</(?:p|div|h[1-6]|li|blockquote)>|<br\s*/?>\s*<br\s*/?>|\n\s*\n", re.IGNORECASE)
_TEXTS: Final = re.compile(
    r"text|html|content|body|value|paragraph|children|block|item|element|component|part|node|data|props|copy|markdown|entries",
    re.IGNORECASE,
)
_NO_TEXT: Final = re.compile(
    r"related|recommend|trending|latest|popular|comment|author|byline|caption|image|photo|meta|seo|nav|menu|footer|promo|teaser"
    r"|tags?$|url|id$|class|style|type",
    re.IGNORECASE,
)
_HEADLINE: Final = ("headline", "title", "name")
_INLINE: Final = ("text", "span", "link")
_ADDRESS: Final = re.compile(r"url|slug|href|permalink|canonical", re.IGNORECASE)
_NOT_WORDS: Final = re.compile(r"^(?:https?:|/|#|data:|\{|\[)|^[\w-]+$")
_SIGNS: Final = re.compile(r"\W+")
_BAR: Final = re.compile(r"\s[|–—·-]\s")


class _Found(NamedTuple):
    """A field that may be the text."""

    words: int
    paragraphs: list[str]


def state_paragraphs(document: Document) -> list[str]:
    """The paragraphs of the article in the page's script data. Empty where no object that has the page's title has a text. Never raises."""
    keys = _titles(document)
    best = [_Found(0, []), _Found(0, [])]  # in objects that have the title themselves, and one level up
    for data in _scripts(document) if keys else ():
        for node in _objects(data):
            level = _title_level(node, keys)
            if level is not None:
                best[level] = max(best[level], _longest(node, keys), key=lambda found: found.words)
    return next((found.paragraphs for found in best if found.words >= _LEAST), [])


# ------------------------------------------------------------------------------------------------ scripts


def _scripts(document: Document) -> Iterator[object]:
    """The JSON values of the page's scripts: whole ones, and objects that are assigned to a variable."""
    for element in document.root.iter("script"):
        kind, text = (element.get("type") or "").lower(), element.text or ""
        if "ld+json" in kind or not 200 <= len(text) <= _LARGEST:
            continue
        match = re.match(r"\s*(?=[{\[])", text) if "json" in kind else _ASSIGNED.search(text)
        if match:
            try:
                yield _DECODER.raw_decode(text, match.end())[0]
            except (ValueError, RecursionError):
                continue


def _objects(data: object) -> Iterator[Mapping[str, object]]:
    """All objects, from outside in."""
    level, seen = [data], 0
    while level and seen < _NODES:
        inner: list[object] = []
        for value in level:
            seen += 1
            if isinstance(value, dict):
                yield value
                inner.extend(part for part in value.values() if isinstance(part, dict | list))
            elif isinstance(value, list):
                inner.extend(part for part in value if isinstance(part, dict | list))
        level = inner


def _titles(document: Document) -> frozenset[str]:
    """What the page calls itself, with and without the site's name; too short ones say nothing."""
    stated = [document.meta("og:title"), document.meta("twitter:title"), document.root.findtext(".//title")]
    parts = [part for text in stated if text for part in (text, *_BAR.split(text))]
    return frozenset(key for part in parts if len(key := _key(part)) >= _TITLE)


def _title_level(node: Mapping[str, object], keys: frozenset[str]) -> int | None:
    """0 where a field of an object is the page's title, 1 where one of an object right below is."""
    if _any_title(node.values(), keys):
        return 0
    inner = (value for value in node.values() if isinstance(value, dict))
    return 1 if any(_any_title(list(part.values())[:40], keys) for part in inner) else None


def _any_title(values: Iterable[object], keys: frozenset[str]) -> bool:
    return any(isinstance(value, str) and len(value) < _LONGEST_TITLE and _key(value) in keys for value in values)


def _is_other_story(node: Mapping[str, object], keys: frozenset[str]) -> bool:
    """An object with a headline that is not the page's, and an address."""
    names = [value for name in _HEADLINE if isinstance(value := node.get(name), str) and len(value) >= _TITLE]
    return bool(names) and not _any_title(names, keys) and any(_ADDRESS.search(name) for name in node)


def _key(text: str | None) -> str:
    return _SIGNS.sub("", unescape(_MARKUP.sub("", text or ""))).casefold()


# ------------------------------------------------------------------------------------------------ texts


def _longest(node: Mapping[str, object], keys: frozenset[str]) -> _Found:
    """The field of an object, or of an object in it, that reads most like a text."""
    best, reader = _Found(0, []), _Reader(keys)
    level: list[tuple[Mapping[str, object], int]] = [(node, 0)]
    while level:
        inner, depth = level.pop()
        for name, value in inner.items():
            if _NO_TEXT.search(name) or not isinstance(value, str | list | dict):
                continue
            if isinstance(value, dict):
                if depth < _NEAR and not _is_other_story(value, keys):
                    level.append((value, depth + 1))
                continue
            paragraphs = [text for text in reader.gather(value) if text]
            best = max(best, _Found(_prose(paragraphs), paragraphs), key=lambda found: found.words)
    return best


class _Reader:
    """Collects the paragraphs in a value, in order, up to a number of nodes."""

    def __init__(self, keys: frozenset[str]) -> None:
        self.keys = keys
        self.left = _NODES

    def gather(self, value: object, depth: int = 0) -> Iterator[str]:
        """The paragraphs; other stories are left out."""
        self.left -= 1
        if depth > _DEEP or self.left < 0:
            return
        if isinstance(value, str):
            yield from _split(value)
        elif isinstance(value, list):
            spans = _spans(value)
            for item in value if spans is None else (spans,):
                yield from self.gather(item, depth + 1)
        elif isinstance(value, dict) and not _is_other_story(value, self.keys):
            for name, inner in value.items():
                if _TEXTS.search(name) and not _NO_TEXT.search(name):
                    yield from self.gather(inner, depth + 1)


def _spans(items: Sequence[object]) -> str | None:
    """The runs of one paragraph (`[{"text": "He "}, {"text": "sang", "marks": ["em"]}]`) as one text; None where they are none."""
    nodes = [item for item in items if isinstance(item, dict)]
    runs = [text for node in nodes if isinstance(text := node.get("text") or node.get("value"), str)]
    if not runs or len(runs) != len(items) or "<" in runs[0]:
        return None
    inline = all("marks" in node or node.get("type") in _INLINE for node in nodes)
    return " ".join("".join(runs).split()) if inline or any(text != text.strip() for text in runs) else None


def _split(text: str) -> Iterator[str]:
    if len(text) < 2 or _NOT_WORDS.match(text):
        return
    for part in _BREAKS.split(text) if "<" in text or "\n" in text else (text,):
        yield " ".join(unescape(_MARKUP.sub(" ", part)).split())


def _prose(paragraphs: Sequence[str]) -> int:
    """Words in paragraphs that end as sentences do."""
    return sum(len(text.split()) for text in paragraphs if text[-1:] in ".!?。！？”\"'…" and len(text) > 40)
