"""One article of the pages that it is printed on. Pure."""

import re
from dataclasses import replace
from typing import Final

from .extraction.title import title_key
from .identity import fingerprint
from .models import Article, Removed

_NUMBERED: Final = re.compile(
    r"\s*[(\[|–—-]*\s*(?:page|seite|página|pagina|part|teil|p\.)\s*\d{1,2}(?:\s*(?:of|von|de|/|sur)\s*\d{1,2})?\s*[)\]]?\s*$",
    re.IGNORECASE,
)
"""How titles end that say which page of an article it is."""


def is_part_of(first: Article, part: Article) -> bool:
    """Whether a page has the article's own title, but for its number."""
    return _bare(first.title) == _bare(part.title)


def _bare(title: str) -> str:
    return title_key(_NUMBERED.sub("", title))


def join(first: Article, parts: tuple[Article, ...]) -> Article:
    """One article of the pages that have its title: paragraphs in order, those that each page repeats once. Pages with another title
    are on record as removed."""
    paragraphs, seen = list(first.paragraphs), set(first.paragraphs)
    removed, mentions = list(first.removed), list(first.mentions)
    own = [first]
    for part in parts:
        if not is_part_of(first, part):
            removed.append(Removed(text=part.title, rule="part:another-title", position=len(paragraphs)))
            continue
        own.append(part)
        mentions += [replace(one, position=one.position + len(paragraphs)) for one in part.mentions]
        paragraphs += [text for text in part.paragraphs if text not in seen]
        seen.update(part.paragraphs)
        removed += part.removed
    text = "\n\n".join(paragraphs)
    related = {link.url or link.title: link for article in own for link in article.related}
    pictures = {picture.url: picture for article in own for picture in article.pictures}
    return replace(
        first,
        text=text,
        fingerprint=fingerprint(first.title, text, first.language),
        removed=tuple(removed),
        mentions=tuple(mentions),
        related=tuple(replace(link, position=n) for n, link in enumerate(related.values())),
        pictures=tuple(pictures.values()),
        parts=tuple(part.final_url for part in own[1:]),
    )
