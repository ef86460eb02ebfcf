"""What is known of a page as a whole: numbers for the decision in `classify.py`."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import sqrt
from typing import Final
from urllib.parse import urlsplit

from aggregator._project import load_table
from aggregator.counting import count_words
from aggregator.document import Document, main_nodes, types_of
from aggregator.models import Block

from .blocks import names
from .features import in_menu, overlap, phrase_class, vocabulary

ARTICLE_TYPES: Final = names(
    """
    Article NewsArticle BlogPosting ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle ReviewNewsArticle
    LiveBlogPosting Review BackgroundNewsArticle AdvertiserContentArticle SocialMediaPosting TechArticle
    ScholarlyArticle Report Recipe HowTo
    """
)
LISTING_TYPES: Final = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "OfferCatalog", "Blog"})
PRODUCT_TYPES: Final = frozenset(
    {"Product", "ProductGroup", "Offer", "AggregateOffer", "SoftwareApplication", "IndividualProduct"}
)
FORUM_TYPES: Final = frozenset({"DiscussionForumPosting", "QAPage", "Question", "Answer"})
SERVICE_TYPES: Final = names(
    """
    Service LocalBusiness ProfessionalService ContactPage AboutPage FAQPage Store Dentist Attorney LegalService
    """
)
ADDRESS_KINDS: Final = ("article", "listing", "product", "forum", "documentation", "service")

_PRICE: Final = re.compile(r"[$£€₹¥₩]\s?\d|\d\s?[$£€₹¥₩]")
_WORDS: Final = re.compile(r"[a-z]+(?:-[a-z]{2,4})?")
_ADDRESS_WORDS: Final = re.compile(r"[a-z]{2,}")
_FRONT: Final = frozenset({"/"})  # stands for the words of a front page's address, and of none
_TEXT_WORDS: Final = re.compile(r"[^\W\d_]{2,}")
_LOOK, _FIRST = 300, 30  # characters of a block that are read, and words of it that count
_LABEL: Final = 4  # words up to which a block counts as a whole, too
_DATED: Final = re.compile(r"/(?:19|20)\d\d[/-]?(?:[01]?\d|[a-z]{3})\b")
_SENTENCE: Final = re.compile(r"[.!?。！？؟۔…।][\"'”’»）)\]」』]*$")
_CODE: Final = re.compile(r"[{}();=<>]")

PAGE_NAMES: Final = (
    "kept_words",
    "kept_blocks",
    "kept_share",
    "prose_words",
    "prose_share",
    "words_a_block",
    "headings",
    "items",
    "codes",
    "kept_density",
    "headlines",
    "headline_share",
    "og_type",
    "published_meta",
    "author_meta",
    "ld_article",
    "ld_listing",
    "ld_product",
    "ld_forum",
    "ld_service",
    *(f"address_{kind}" for kind in ADDRESS_KINDS),
    "address_depth",
    "address_hyphens",
    "address_dated",
    "address_digits",
    "first_headings",
    "title_found",
    "bylines",
    "dates",
    "comments",
    "prices",
    "selling",
    "discussing",
    "times",
    "same_paths",
    "questions",
)
"""What is counted; the features of the words come after these (`WORD_NAMES`)."""
WORD_KINDS: Final = ("address", "text", "title")
WORD_NAMES: Final = tuple(f"{kind}_{part}" for kind in WORD_KINDS for part in ("sum", "least", "most", "mean"))

_OG: Final = {
    "article": 1,
    "website": 2,
    "product": 3,
    "og:product": 3,
    "product.item": 3,
    "profile": 4,
    "blog": 5,
    "video.other": 6,
}


@cache
def phrases(section: str, key: str) -> tuple[str, ...]:
    """A list of the table of page phrases."""
    return tuple(load_table("pages.toml")[section][key])


class PageFacts:
    """Counts over a page's blocks, its address and its structured data, made once for all questions about the page."""

    def __init__(self, document: Document, title: str | None, blocks: Sequence[Block]) -> None:
        self.document = document
        self.title = title or ""
        self.blocks = blocks
        self.kept = [block for block in blocks if block.keep]
        self.kept_words = sum(count_words(block.text) for block in self.kept)
        self.shown = [block for block in blocks if block.rule != "hidden"]
        self.shown_words = sum(count_words(block.text) for block in self.shown)
        self.prose = [
            block for block in self.kept if count_words(block.text) >= 8 and _SENTENCE.search(block.text[-6:])
        ]
        self.prose_words = sum(count_words(block.text) for block in self.prose)
        self.headlines = sum(1 for block in self.shown if is_story_link(block))
        self.types = Counter(name for node in document.json_ld for name in types_of(node))
        self.has_article_node = any(types_of(node) & ARTICLE_TYPES for node in main_nodes(document))

    def row(self) -> tuple[float, ...]:
        """The features in the order of `PAGE_NAMES`."""
        return (*self._text(), *self._claims(), *self._address(), *self._signs())

    def words(self) -> tuple[frozenset[str], ...]:
        """The words of each of `WORD_KINDS`: of the address, of what the page shows (its menus too), and of the title."""
        text: set[str] = set()
        for block in self.shown:
            words = _TEXT_WORDS.findall(block.text[:_LOOK].lower())
            text.update(words[:_FIRST])
            if 1 <= len(words) <= _LABEL:
                text.add("=" + " ".join(words))
        path = address_path(self.document.url)
        address = frozenset(_ADDRESS_WORDS.findall(path)) if path.strip("/") else _FRONT
        return address, frozenset(text), frozenset(_TEXT_WORDS.findall(self.title.lower()))

    def _text(self) -> tuple[float, ...]:
        kept, n = self.kept, len(self.kept) or 1
        chars = sum(len(block.text) for block in kept) or 1
        return (
            self.kept_words,
            len(kept),
            self.kept_words / (self.shown_words or 1),
            self.prose_words,
            self.prose_words / (self.kept_words or 1),
            self.kept_words / n,
            sum(block.tag == "h" for block in kept) / n,
            sum(block.tag in ("li", "row") for block in kept) / n,
            sum(block.tag == "pre" or len(_CODE.findall(block.text)) > len(block.text) / 25 for block in kept) / n,
            sum(block.link_chars for block in kept) / chars,
            self.headlines,
            self.headlines / (len(self.shown) or 1),
        )

    def _claims(self) -> tuple[float, ...]:
        document, types = self.document, self.types
        return (
            _OG.get((document.meta("og:type") or "").lower(), 0),
            float(
                document.meta(
                    "article:published_time",
                    "datepublished",
                    "og:published_time",
                    "parsely-pub-date",
                    "date",
                    "dc.date",
                )
                is not None
            ),
            float(document.meta("author", "article:author", "parsely-author", "byl", "dc.creator") is not None),
            float(self.has_article_node),
            *(
                min(3, sum(types[name] for name in group))
                for group in (LISTING_TYPES, PRODUCT_TYPES, FORUM_TYPES, SERVICE_TYPES)
            ),
        )

    def _address(self) -> tuple[float, ...]:
        path = address_path(self.document.url)
        words = set(_WORDS.findall(path))
        last = path.rstrip("/").rsplit("/", 1)[-1]
        return (
            *(len(words.intersection(phrases("address", kind))) for kind in ADDRESS_KINDS),
            path.strip("/").count("/") + 1 if path.strip("/") else 0,
            last.count("-") + last.count("_"),
            float(bool(_DATED.search(path))),
            sum(map(str.isdigit, last)),
        )

    def _signs(self) -> tuple[float, ...]:
        shown = self.shown
        classes = Counter(phrase_class(block.text) for block in shown if len(block.text) < 120)
        text = " ".join(block.text for block in shown).lower()
        title = vocabulary(self.title)
        paths = Counter(block.path[:3] for block in self.kept)
        return (
            min(5, sum(block.level == 1 for block in shown)),
            max((overlap(vocabulary(block.text), title) for block in shown if block.level in (1, 2)), default=0.0),
            min(10, classes[6]),
            min(10, classes[7]),
            min(10, classes[5]),
            min(40, len(_PRICE.findall(text))),
            sum(phrase in text for phrase in phrases("product", "text")),
            sum(phrase in text for phrase in phrases("forum", "text")),
            min(40, sum(1 for _ in self.document.root.iter("time"))),
            max(paths.values(), default=0) / (len(self.kept) or 1),
            sum(block.text.rstrip().endswith("?") for block in self.kept) / (len(self.kept) or 1),
        )


def word_features(words: frozenset[str], weights: Mapping[str, float]) -> tuple[float, float, float, float]:
    """Of the weights of these words: the sum over the root of their number, the means of the least and the greatest five, the mean."""
    known = sorted(weights[word] for word in words if word in weights)
    if not known:
        return (0.0, 0.0, 0.0, 0.0)
    total = sum(known)
    return total / sqrt(len(known)), sum(known[:5]) / 5, sum(known[-5:]) / 5, total / len(known)


def address_path(url: str | None) -> str:
    """The path of an address in lower case, "" for none."""
    try:
        return urlsplit(url or "").path.lower()
    except ValueError:
        return ""


def is_story_link(block: Block) -> bool:
    """Whether a block is another story's headline: most of it one link of a headline's length, outside menus."""
    return block.link_chars >= 0.8 * len(block.text) and 4 <= count_words(block.text) <= 30 and not in_menu(block.path)
