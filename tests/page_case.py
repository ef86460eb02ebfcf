"""One saved page through the rooms that make an article's text out of it."""

from dataclasses import dataclass

from aggregator.clean import CleanedBlocks, clean_blocks
from aggregator.document import Document, parse_document
from aggregator.extract import Refusal, article_body, classify, read_blocks, select
from aggregator.models import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of a page."""

    title: str
    kind: Kind | Refusal
    cleaned: CleanedBlocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """All that `classify` needs of the metadata."""

    title: str | None


def plain_title(document: Document) -> str:
    """The title without the help of the metadata's own rules."""
    node = document.root.find(".//title")
    return document.meta("og:title") or (node.text_content() if node is not None else "")


def read_page(html: bytes, url: str | None) -> Read:
    """Blocks, choice, kind and cleaning of one page."""
    document = parse_document(html, url=url)
    title = plain_title(document)
    blocks = select(
        read_blocks(document),
        title=title,
        description=document.meta("og:description"),
        article_body=article_body(document),
    )
    return Read(
        title=title, kind=classify(document, Title(title=title), blocks), cleaned=clean_blocks(blocks, title=title)
    )
