"""From a parsed page to a raw article: its blocks, which of them are its own, and what kind of page it is. Pure.

`blocks` reads the page once; `features`, `context` and `scorecard` measure and weigh the blocks, `select` decides; `page` and
`classify` do the same for the page as a whole; `metadata` reads title, authors, language and the like;
`pictures`, `reviews` and `live` what only some articles have.
"""

from .blocks import data_blocks, read_blocks
from .byline import with_byline
from .classify import Refusal, classify
from .live import read_entries
from .metadata import Metadata, read_metadata
from .pictures import pictures_in
from .reviews import read_review
from .select import Selection, choose, select
from .structured import article_body, body_claims

__all__ = [
    "Metadata",
    "Refusal",
    "Selection",
    "article_body",
    "body_claims",
    "choose",
    "classify",
    "data_blocks",
    "pictures_in",
    "read_blocks",
    "read_entries",
    "read_metadata",
    "read_review",
    "select",
    "with_byline",
]
