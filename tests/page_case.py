"""What page tests need: one saved page through the public door."""

from dataclasses import dataclass

from aggregator import Article, NotAnArticle, Rejection
from aggregator.api import extract


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """All that `classify` needs of the metadata."""

    title: str | None


def read_page(html: bytes, url: str | None) -> Article | Rejection:
    """The article, or the rejection."""
    try:
        return extract(html, url=url)
    except NotAnArticle as refused:
        return refused.rejection
