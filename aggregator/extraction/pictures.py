"""The pictures of an article: its lead image, and those in its text, with caption and credit. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document, JsonNode, text_of
from aggregator.models import Block, Hint, Picture

from .markup import class_tokens, element_text
from .title import clean_line

_MAX: Final = 100  # pictures of one article
_CAPTION: Final = 500  # characters
_CREDIT: Final = 120  # characters; more is a caption
_METAS: Final = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_SOURCES: Final = ("src", "data-src", "data-original", "data-lazy-src")
_BRACKETED: Final = re.compile(r"[(\[（]([^()\[\]（）]{3,120})[)\]）]\s*\.?$")


def read_image(document: Document, *, nodes: tuple[JsonNode, ...], hints: tuple[Hint, ...] = ()) -> Picture | None:
    """The article's lead image: the first that the page's own data name. Caption and credit are also looked for below the same
    picture on the page."""
    for raw, caption, credit in _images(document, nodes, hints):
        address = document.resolve(raw)
        if address and "/placeholder" not in address.lower():
            return _completed(document, Picture(url=address, caption=_short(caption), credit=_short(credit)))
    return None


def pictures_in(document: Document, blocks: Sequence[Block], lead: Picture | None) -> tuple[Picture, ...]:
    """The lead image, then the pictures with a caption that stand between the text's first and last block, in order."""
    kept = [i for i, block in enumerate(blocks) if block.keep]
    span = blocks[kept[0] : kept[-1] + 1] if kept else ()
    captions = {" ".join(block.text.split()) for block in span if block.tag == "caption"}
    found = {_file(lead.url): lead} if lead else {}
    for figure in document.root.iter("figure") if captions else ():
        picture = _figure(document, figure)
        if picture and _printed(figure) in captions and len(found) < _MAX:
            found.setdefault(_file(picture.url), picture)
    return tuple(found.values())


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """(caption, credit) of a caption's text: "A hall. Photo: Ana Brandt/Reuters", "A hall (AP Photo/Ana Brandt)"."""
    bracket = _BRACKETED.search(caption)
    if bracket and _labelled().search(bracket[1]):
        return caption[: bracket.start()].rstrip() or None, _name_of(bracket[1])
    label = next(reversed(list(_labelled().finditer(caption))), None)
    if label is None or len(caption) - label.end() > _CREDIT or not _begins_sentence(caption, label.start()):
        return caption or None, None
    return caption[: label.start()].rstrip(" |–—-([·/") or None, caption[label.end() :].strip(" )].") or None


# ------------------------------------------------------------------------------------------------ credits


@cache
def _labelled() -> re.Pattern[str]:
    """What stands before the name of who made a picture; after some of the words a colon has to come."""
    table = load_table("metadata.toml")["credit"]
    plain, colon = ("|".join(map(re.escape, table[name])) for name in ("plain", "colon"))
    return re.compile(rf"(?<!\w)(?:(?:{plain})\s*:?\s+|(?:{colon})\s*[:：/]\s*)|[©ⓒ]\s*", re.IGNORECASE)


def _name_of(text: str) -> str:
    match = _labelled().match(text)
    return text[match.end() :].strip() if match and match.end() < len(text) else text.strip()


def _begins_sentence(text: str, at: int) -> bool:
    """Whether a label stands where a new sentence can begin, so that "the photo by the door" is none."""
    before = text[:at].rstrip()
    return not before or before[-1] in '.!?。…"”’»)]|–—-·/,:;（('


def _short(text: str | None) -> str | None:
    return (clean_line(text)[:_CAPTION] or None) if text else None


# ------------------------------------------------------------------------------------------------ the page's own data


def _images(
    document: Document, nodes: tuple[JsonNode, ...], hints: tuple[Hint, ...]
) -> Iterator[tuple[str, str | None, str | None]]:
    """(address, caption, credit) of each image that is named."""
    told = next((image for node in nodes[:1] for image in _json_images(node.get("image"))), None)
    for name in _METAS:
        if text := document.meta(name):
            caption = (told[1] if told else None) or document.meta("og:image:alt", "twitter:image:alt")
            yield text, caption, told[2] if told else None
    for node in nodes[:2]:
        yield from (image for image in _json_images(node.get("image")) if image[0])
    for link in document.root.iter("link"):
        if (link.get("rel") or "").lower() == "image_src" and link.get("href"):
            yield link.get("href") or "", None, None
    yield from ((hint.image, None, None) for hint in hints if hint.image)


def _json_images(value: object) -> Iterator[tuple[str, str | None, str | None]]:
    for item in value[:10] if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item, None, None
        elif isinstance(item, Mapping):
            address = item.get("url") or item.get("contentUrl") or item.get("@id")
            caption = text_of(item.get("caption")) or text_of(item.get("description"))
            yield address if isinstance(address, str) else "", caption, _json_credit(item)


def _json_credit(image: Mapping[str, object]) -> str | None:
    """schema.org: creditText, else creator or author, else copyrightHolder or copyrightNotice."""
    names = ("creditText", "creator", "author", "copyrightHolder", "copyrightNotice")
    return next((text for name in names if (text := text_of(image.get(name))) and len(text) <= _CREDIT), None)


# ------------------------------------------------------------------------------------------------ figures


def _completed(document: Document, lead: Picture) -> Picture:
    """The lead image with what is printed below the same picture, where its own data do not say it."""
    printed = None if lead.caption and lead.credit else _same_figure(document, lead.url)
    caption, credit = split_credit(lead.caption or (printed.caption or "" if printed else ""))
    credit = lead.credit or credit or (printed.credit if printed else None)
    return Picture(url=lead.url, caption=caption, credit=credit)


def _same_figure(document: Document, address: str) -> Picture | None:
    name = _file(address)
    for figure in document.root.iter("figure"):
        if len(name) > 6 and any(name in (image.get(key) or "") for image in figure.iter("img") for key in _SOURCES):
            return _figure(document, figure)
    return None


def _figure(document: Document, figure: HtmlElement) -> Picture | None:
    """A figure as a picture, its credit from a part of its own or from the end of its caption."""
    sources = (image.get(key) for image in figure.iter("img") for key in _SOURCES)
    address = next((url for raw in sources if raw and (url := document.resolve(raw))), None)
    if address is None:
        return None
    part = next((element for element in figure.iter() if _is_credit(element)), None)
    credit = clean_line(element_text(part, _CREDIT)) if part is not None else ""
    printed = _printed(figure)
    if credit and printed.endswith(credit):
        return Picture(url=address, caption=_short(printed[: -len(credit)]), credit=_name_of(credit))
    caption, found = split_credit(printed)
    return Picture(url=address, caption=_short(caption), credit=_name_of(credit) if credit else found)


def _printed(figure: HtmlElement) -> str:
    caption = next(figure.iter("figcaption"), None)
    return "" if caption is None else clean_line(element_text(caption, _CAPTION))


def _is_credit(element: HtmlElement) -> bool:
    """A part of a figure whose class or property names the credit."""
    if not isinstance(element.tag, str):
        return False
    words = (*class_tokens(element), (element.get("itemprop") or "").lower())
    return any(mark in word for word in words for mark in load_table("metadata.toml")["credit"]["class"])


def _file(address: str) -> str:
    return address.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]
