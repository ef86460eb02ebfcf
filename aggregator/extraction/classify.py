"""Article or not, and which kind. A refusal says what the page is instead, and from what it was seen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from aggregator._project import load_json
from aggregator.document import Document, main_nodes, types_of
from aggregator.models import Block, Kind, Reason

from .page import (
    ARTICLE_TYPES,
    FORUM_TYPES,
    LISTING_TYPES,
    PAGE_NAMES,
    PRODUCT_TYPES,
    WORD_KINDS,
    PageFacts,
    address_path,
    phrases,
    word_features,
)
from .reviews import REVIEW_TYPES, is_review_title
from .trees import Tree, points, read_trees

_SHORT: Final = 60  # words; a real item of news can be this short
_THIN: Final = 25  # words; less than the shortest news item with a sentence of its own
_STUB: Final = 150  # words in front of a paywall
_SLUG: Final = 3  # hyphens from which a step of an address is an article's title; lists' names have fewer
_NUMBER: Final = re.compile(r"\d{5}")  # pages of a list and years are shorter
_LETTERS: Final = re.compile(r"[a-z]+")
_NO_SIGN: Final = "no sign of an article"
_UNSEEN: Final = 1.0  # points that a page must have less where nothing on it says what else it is
_BARE: Final = 0.7  # share of all words on a page that its prose has where there is hardly anything else
_DATED: Final = 0.65  # ... where the page states when it was published
_WALL_WORDS: Final = 400  # a consent page's own text can be long


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a page is no article: the reason's code, and the evidence in a few words."""

    reason: Reason
    detail: str


class PageTitle(Protocol):
    """What `classify` needs of a page's metadata."""

    @property
    def title(self) -> str | None:
        """The article's title."""


def classify(document: Document, meta: PageTitle, blocks: Sequence[Block]) -> Kind | Refusal:
    """The kind of article that a page is, or why it is none. `blocks` come from `select`. Never raises."""
    facts = PageFacts(document, meta.title, blocks)
    return _unusable(facts) or _other_page(facts) or _kind(facts)


# ------------------------------------------------------------------------------------------------ no text


def _unusable(facts: PageFacts) -> Refusal | None:
    """Walls, errors, stubs and pages without text."""
    if facts.kept_words < _WALL_WORDS:
        found = _door(facts)
        if found:
            return found
    if _is_stub(facts):
        return Refusal(reason=Reason.PAYWALL_STUB, detail=f"{facts.kept_words} words before the paywall")
    if facts.kept_words >= _THIN or (facts.kept_words >= 10 and facts.has_article_node and facts.prose):
        return None
    return _nothing(facts)


def _door(facts: PageFacts) -> Refusal | None:
    """A page that stands in front of the article, or in its place."""
    if facts.has_article_node and facts.prose_words >= _SHORT:
        return None
    heads = [
        facts.title,
        _document_title(facts.document),
        *(block.text for block in facts.shown if block.tag == "h" and block.level <= 2),
    ][:4]
    starts = [head.lower().strip(" \t-–—|:!¡¿?.") for head in heads if head]
    text = " ".join(block.text for block in facts.shown).lower()[:20_000]
    for section, reason in (("error", Reason.ERROR_PAGE), ("wall", Reason.WALL)):
        told = next(
            (phrase for start in starts for phrase in phrases(section, "title") if _begins(start, phrase)), None
        )
        said = [phrase for phrase in phrases(section, "text") if phrase in text]
        if (told and (said or facts.prose_words < _SHORT)) or (
            len(said) >= 2 and facts.prose_words < 2 * _SHORT and not facts.has_article_node
        ):
            return Refusal(reason=reason, detail=told or said[0])
    return None


def _begins(text: str, phrase: str) -> bool:
    """Whether a title is or begins with a phrase, and is not much longer than it: "Error" is no article, "Errors of youth" is."""
    if not text.startswith(phrase):
        return False
    rest = text[len(phrase) :]
    return not rest or (not rest[0].isalnum() and len(rest) <= 40)


def _document_title(document: Document) -> str:
    node = document.root.find(".//title")
    return (node.text or "") if node is not None else ""


def _is_stub(facts: PageFacts) -> bool:
    """Hardly any text, and the page says that the rest costs money."""
    if facts.kept_words >= _STUB:
        return False
    text = " ".join(block.text for block in facts.blocks).lower()[:50_000]
    said = any(phrase in text for phrase in phrases("paywall", "text"))
    nodes = (node for node in facts.document.json_ld if types_of(node) & (ARTICLE_TYPES | {"WebPage"}))
    closed = any(_is_closed(node.get("isAccessibleForFree")) for node in nodes)
    return (closed and (said or facts.kept_words < 80)) or (said and facts.kept_words < _SHORT)


def _is_closed(value: object) -> bool:
    return value is False or (
        isinstance(value, str) and value.strip().lower() in ("false", "no", "http://schema.org/false")
    )


_SCRIPTED: Final = re.compile(r"(?:^|[-_])(?:root|app|__next|__nuxt|react|vue|ember|svelte)(?:$|[-_])", re.IGNORECASE)


def _nothing(facts: PageFacts) -> Refusal:
    """What kind of nothing."""
    document = facts.document
    if any(types_of(node) & {"VideoObject", "Movie", "Clip"} for node in document.json_ld) or (
        document.meta("og:type") or ""
    ).startswith("video"):
        return Refusal(reason=Reason.VIDEO_STUB, detail=f"{facts.kept_words} words beside a video")
    hidden = " ".join(node.text_content() for node in document.root.iter("noscript")).lower()[:5000]
    text = " ".join(block.text for block in facts.shown).lower()[:5000]
    if any(phrase in hidden or phrase in text for phrase in phrases("script", "text")) or _is_shell(document):
        return Refusal(reason=Reason.SCRIPT_PAGE, detail=f"{facts.shown_words} words without scripts")
    if facts.headlines >= 8:
        return Refusal(reason=Reason.LISTING, detail=f"{facts.headlines} linked headlines and {facts.kept_words} words")
    if facts.shown_words < 3:
        return Refusal(reason=Reason.EMPTY, detail="no visible text")
    reason, evidence = plainest(facts)
    if reason in (Reason.PRODUCT, Reason.FORUM, Reason.PROFILE):
        return Refusal(reason=reason, detail=evidence)
    return Refusal(reason=Reason.NO_TEXT, detail=f"{facts.kept_words} words")


def _is_shell(document: Document) -> bool:
    """An empty container that scripts fill."""
    return any(
        _SCRIPTED.search(node.get("id") or "") and not node.text_content().strip()
        for node in document.root.iter("div", "main", "section")
    )


# ------------------------------------------------------------------------------------------------ other pages


def _other_page(facts: PageFacts) -> Refusal | None:
    """Pages with text that are no articles, by the page's model; the reason is the plainest evidence."""
    if _is_listing(facts):
        return Refusal(reason=Reason.LISTING, detail=f"{facts.headlines} linked headlines")
    if _is_bare(facts):
        return None
    model = _model()
    row = facts.row()
    found = points(model.trees, (*row, *_of_words(facts, model.words))) + model.bias
    if found > model.threshold:
        return None
    reason, evidence = plainest(facts)
    if evidence == _NO_SIGN and found > model.threshold - _UNSEEN:
        return None
    return Refusal(reason=reason, detail=f"{evidence} ({found:.1f} points)")


def _is_bare(facts: PageFacts) -> bool:
    """A page that shows prose and hardly anything else: nothing on it can tell that it is no article."""
    share = _DATED if facts.document.meta("article:published_time") else _BARE
    prose = facts.prose_words >= max(_SHORT, share * facts.shown_words)
    return (
        prose
        and not _names(facts, PRODUCT_TYPES | FORUM_TYPES | LISTING_TYPES)
        and bool(address_path(facts.document.url).strip("/"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """What `benchmarks/train_pages.py` learned: weights of words by kind, trees over all features, and where articles begin."""

    words: tuple[Mapping[str, float], ...]
    trees: tuple[Tree, ...]
    bias: float
    threshold: float


@cache
def _model() -> _Model:
    table = load_json("page_model.json")
    words = tuple(table["words"][kind] for kind in WORD_KINDS)
    return _Model(words=words, trees=read_trees(table["trees"]), bias=table["bias"], threshold=table["threshold"])


def _of_words(facts: PageFacts, weights: Sequence[Mapping[str, float]]) -> tuple[float, ...]:
    """In the order of `WORD_NAMES`."""
    pairs = zip(facts.words(), weights, strict=True)
    return tuple(value for words, known in pairs for value in word_features(words, known))


def _is_listing(facts: PageFacts) -> bool:
    """Teaser after teaser on a page that does not claim to be an article."""
    if facts.has_article_node or (facts.document.meta("og:type") or "").lower() == "article" or facts.headlines < 8:
        return False
    url = facts.document.url
    if url is None or facts.kept_words >= 40 * facts.headlines:
        return False
    return not _ITEM.search(url) and _lists(address_path(url))


_ITEM: Final = re.compile(r"[?&](?:p|id|post|article|story|news|item)=\d{2,}", re.IGNORECASE)
"""One item of a site without speaking addresses: `/?p=31228` (WordPress' plain permalinks), `/index.php?id=31228`."""


_INDEX: Final = re.compile(r"(?:index|default|home|main)\.[a-z]{3,5}")


def _lists(path: str) -> bool:
    """Whether an address is a site's first page, or a list's name stands in it and no article's slug or number at its end. A default
    document (`index.html`) says nothing."""
    steps = [step for step in path.split("/") if step and not _INDEX.fullmatch(step)]
    if not steps:
        return True
    if steps[-1].count("-") + steps[-1].count("_") >= _SLUG or _NUMBER.search(steps[-1]):
        return False
    return not set(_LETTERS.findall(path)).isdisjoint(phrases("address", "listing"))


def plainest(facts: PageFacts) -> tuple[Reason, str]:
    """The reason for refusing a page with text, and the evidence for it: structured data first, then text, then address."""
    row = dict(zip(PAGE_NAMES, facts.row(), strict=True))
    og = (facts.document.meta("og:type") or "").lower()
    tests = (
        (Reason.PROFILE, og == "profile" or bool(facts.types["ProfilePage"]), "og:type or structured data say profile"),
        (Reason.FORUM, _names(facts, FORUM_TYPES), "structured data say discussion"),
        (
            Reason.PRODUCT,
            "product" in og or _names(facts, PRODUCT_TYPES) or row["selling"] >= 3,
            "structured data or the text sell something",
        ),
        (Reason.FORUM, row["address_forum"] > 0 or row["discussing"] >= 4, "address or text are a discussion's"),
        (
            Reason.DOCUMENTATION,
            row["address_documentation"] > 0 or row["codes"] >= 0.1,
            "address or code say documentation",
        ),
        (
            Reason.LISTING,
            facts.headlines >= 8 or _names(facts, LISTING_TYPES) or row["address_listing"] > 0,
            f"{facts.headlines} linked headlines",
        ),
        (
            Reason.LISTING,
            not address_path(facts.document.url).strip("/") and bool(facts.document.url),
            "the site's first page",
        ),
    )
    return next(((reason, evidence) for reason, holds, evidence in tests if holds), (Reason.SERVICE, _NO_SIGN))


def _names(facts: PageFacts, names: frozenset[str]) -> bool:
    return any(facts.types[name] for name in names)


# ------------------------------------------------------------------------------------------------ kinds

_LIVE: Final = re.compile(
    r"\blive(?:blog|[ -]blog|[ -]updates?)\b|\bliveticker\b|\ben (?:vivo|direct)\b|\bao vivo\b", re.IGNORECASE
)
_INTERVIEW: Final = re.compile(
    r"\binterviews?\b|\bq\s?&\s?a\b|\bentrevista\b|\bentretien\b|\bintervista\b|インタビュー|인터뷰", re.IGNORECASE
)
_GALLERY: Final = re.compile(
    r"\b(?:gallery|photos|pictures|pics|slideshow|bilder|fotos|fotostrecke|galería|galerie)\b|フォト|화보",
    re.IGNORECASE,
)
_LIST: Final = re.compile(
    r"^(?:the |top |die |las? |los |les |i )*\d{1,3}\b(?! ?(?:year|jahre|años|ans|%|million|people|dead))\s\D|\branked\b",
    re.IGNORECASE,
)


def _kind(facts: PageFacts) -> Kind:
    """By the structured data first, then by title and shape."""
    types = {name for node in main_nodes(facts.document)[:3] for name in types_of(node)}
    title, n = facts.title, len(facts.kept) or 1
    images = sum(1 for _ in facts.document.root.iter("figure"))
    items = sum(block.tag in ("h", "li") for block in facts.kept)
    tests = (
        (Kind.LIVE_BLOG, "LiveBlogPosting" in types or (bool(_LIVE.search(title)) and facts.kept_words > 300)),
        (Kind.REVIEW, bool(types & REVIEW_TYPES) or is_review_title(title)),
        (
            Kind.GALLERY,
            bool(types & {"ImageGallery", "MediaGallery"}) or (bool(_GALLERY.search(title)) and images >= 5),
        ),
        (Kind.INTERVIEW, bool(_INTERVIEW.search(title))),
        (Kind.LIST, bool(_LIST.search(title)) and items / n >= 0.15),
        (Kind.VIDEO, types == {"VideoObject"} or (facts.document.meta("og:type") or "").startswith("video")),
    )
    return next((kind for kind, holds in tests if holds), Kind.ARTICLE)
