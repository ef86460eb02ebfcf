"""What a review is about, and its verdict. Pure.

First what schema.org markup states (Review: itemReviewed, reviewRating), then what the text says in as many words or stars.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from aggregator._project import load_table
from aggregator.document import Document, JsonNode, main_nodes, text_of, types_of
from aggregator.models import Block, Review

REVIEW_TYPES: Final = frozenset({"Review", "CriticReview", "ReviewNewsArticle"})
_NUMBER: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_STARS: Final = re.compile(r"(?<![★☆⭐✭✩⯨])((?:★|⭐️?|✭){1,10})(½|⯨)?((?:☆|✩){0,9})(?![★⭐])")
_LINE: Final = 80  # characters of a line that can be a verdict by itself
_QUOTED: Final = re.compile(r"[“\"„«‘'「『]([^“”\"„«»‘’「」『』]{2,80})[”\"“»’'」』](?!\w)")
_SCALES: Final = (4, 5, 6, 10, 20, 100)  # that critics use
_CUT: Final = " \t:–—-|,.'\"‘’“”"


def read_review(document: Document, *, title: str, blocks: Sequence[Block]) -> Review | None:
    """The work and the rating of a review. None where the page states neither; call it for pages that are reviews."""
    stated = next((review for node in _nodes(document) if (review := _from_node(node))), None)
    if stated and stated.work and stated.rating is not None:
        return stated
    work = stated.work if stated else None
    verdict = stated if stated and stated.rating is not None else _from_text(blocks)
    work, origin = (work, "json-ld:Review.itemReviewed") if work else (_work_in(title), "title")
    if verdict is None:
        kind = stated.work_type if stated else None
        return Review(work=work, work_type=kind, origin=origin) if work else None
    return Review(
        work=work,
        work_type=stated.work_type if stated else None,
        rating=verdict.rating,
        best=verdict.best,
        worst=verdict.worst,
        raw=verdict.raw,
        origin=verdict.origin,
    )


# ------------------------------------------------------------------------------------------------ structured data


def _nodes(document: Document) -> Iterator[JsonNode]:
    """Reviews by the page itself, not those of its readers: a node of its own, or the one review inside another node."""
    main = main_nodes(document)[:3]
    for node in (*main, *document.json_ld[:40]):
        if types_of(node) & REVIEW_TYPES or (node in main and "reviewRating" in node):
            yield node
    for node in (*main, *document.json_ld[:40]):
        inner = node.get("review")
        if isinstance(inner, list):
            inner = inner[0] if len(inner) == 1 else None
        if isinstance(inner, Mapping):
            yield {"itemReviewed": node if not types_of(node) & REVIEW_TYPES and "name" in node else None, **inner}


def _from_node(node: JsonNode) -> Review | None:
    item = _first(node.get("itemReviewed"))
    work = text_of(item)
    kinds = sorted(types_of(item)) if isinstance(item, Mapping) else []
    rating = _first(node.get("reviewRating"))
    values = rating if isinstance(rating, Mapping) else {}
    value, best, worst = (_number(values.get(key)) for key in ("ratingValue", "bestRating", "worstRating"))
    if not work and value is None:
        return None
    if value is not None and best is None:
        best = 5.0 if value <= 5 else None  # schema.org: bestRating is 5 where it is not stated
    return Review(
        work=work,
        work_type=kinds[0] if kinds else None,
        rating=value,
        best=best,
        worst=worst,
        raw=str(values.get("ratingValue", ""))[:40],
        origin="json-ld:Review.reviewRating" if value is not None else "json-ld:Review.itemReviewed",
    )


def _first(value: object) -> object:
    return next(iter(value), None) if isinstance(value, list) else value


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _NUMBER.search(str(value)[:40])
    number = float(match[0].replace(",", ".")) if match else None
    return number if number is not None and 0 <= number <= 100 else None


# ------------------------------------------------------------------------------------------------ the text


def _from_text(blocks: Sequence[Block]) -> Review | None:
    """The last line in or right around the text that is a verdict and nothing else: "Rating: 3.5/5", "★★★★☆"."""
    kept = [i for i, block in enumerate(blocks) if block.keep]
    around = blocks[max(0, kept[0] - 12) : kept[-1] + 6] if kept else ()
    lines = [line for block in around for line in block.text.split("\n") if len(line) <= _LINE]
    return next((review for line in reversed(lines) if (review := verdict_in(line))), None)


def verdict_in(line: str) -> Review | None:
    """The rating that a line states; a bare fraction counts only behind a word such as "Rating"."""
    stars = _STARS.search(line)
    if stars and (len(stars[1]) > 1 or stars[2] or stars[3]):
        full = len(stars[1].replace("️", ""))
        shown = full + bool(stars[2]) + len(stars[3])
        # Without empty stars nobody knows of how many; most critics have five.
        return _verdict(full + (0.5 if stars[2] else 0.0), shown if stars[3] else max(shown, 5), stars[0])
    match = _labelled().search(line)
    if match is None:
        return None
    value, best = (_amount(match[name]) for name in ("value", "best"))
    return _verdict(value, best, match[0]) if value is not None and best in _SCALES else None


def _verdict(value: float, best: float, raw: str) -> Review | None:
    if value > best:
        return None
    return Review(work=None, rating=value, best=float(best), raw=raw.strip()[:40], origin="text")


def _amount(text: str) -> float | None:
    """A number in digits or as an English word."""
    word = text.lower()
    words: Sequence[str] = load_table("metadata.toml")["rating"]["numbers"]
    if word in words:
        return float(words.index(word))
    return _number(text)


@cache
def _labelled() -> re.Pattern[str]:
    table = load_table("metadata.toml")["rating"]
    label, stars, out_of = ("|".join(map(re.escape, table[name])) for name in ("label", "stars", "out_of"))
    number = rf"(?:\d{{1,3}}(?:[.,]\d{{1,2}})?|{'|'.join(table['numbers'])})"
    pair = rf"(?P<value>{number})\s*(?:{stars})?\s*(?:/|{out_of})\s*(?P<best>{number})(?![\d/])"
    begins = rf"(?:^|[|•·;])\W*(?:(?:[\w'’ ]{{0,24}}\b)?(?:{label})\s*[:：–—-]?\s*|(?=[^:]{{0,24}}(?:{stars})))"
    return re.compile(rf"{begins}{pair}", re.IGNORECASE)


# ------------------------------------------------------------------------------------------------ the title


@cache
def _review_word() -> re.Pattern[str]:
    """The word that calls a headline a review's: at the end of a part of it, and not in "a global review" or "unter Kritik"."""
    table = load_table("metadata.toml")["rating"]
    words, barred = ("|".join(map(re.escape, table[name])) for name in ("review", "no_review_behind"))
    ends = r"(?=\s*(?:$|[:：|–—]|\s-\s)|\s+of\s+[“\"‘'«])"
    return re.compile(rf"(?<!\w)(?P<barred>(?:{barred})\s+)?(?:{words}){ends}", re.IGNORECASE)


def is_review_title(title: str) -> bool:
    """Whether a headline calls itself a review's."""
    match = _review_word().search(title)
    return match is not None and match["barred"] is None


def _work_in(title: str) -> str | None:
    """The work that a review's headline names: what is in quotation marks, else what stands before or behind "review"."""
    word = _review_word().search(title)
    if word is None or word["barred"]:
        return None
    quoted = _QUOTED.search(title)
    if quoted:
        return quoted[1].strip(_CUT) or None
    before, after = title[: word.start()].strip(_CUT), title[word.end() :].strip(_CUT)
    name = before or re.split(r"\s[–—|-]\s|: ", after, maxsplit=1)[0].strip(_CUT)
    return name if name and len(name) <= 80 and len(name.split()) <= 8 else None
