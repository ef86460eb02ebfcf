"""Cleaning: what is no part of the article is found, named and set aside. Pure.

`blocks` cleans the blocks of a page, `text` text that somebody else extracted. `markers` knows the phrases that announce
other stories, appeals and adverts; `runs` tells a list of other stories from
a list of the article; `segments` learns what repeats across a site.
"""

from .blocks import CleanedBlocks, clean_blocks
from .markers import Marker, announces_related, compare_key, marker
from .segments import SEGMENT_RULE, is_boilerplate, segment_hash, segments_of
from .text import clean_text

__all__ = [
    "SEGMENT_RULE",
    "CleanedBlocks",
    "Marker",
    "announces_related",
    "clean_blocks",
    "clean_text",
    "compare_key",
    "is_boilerplate",
    "marker",
    "segment_hash",
    "segments_of",
]
