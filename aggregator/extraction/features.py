"""What is known of each block: numbers for the decision in `select.py`. All of them are worked out here, in one place."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final

from aggregator._project import load_table
from aggregator.counting import count_words
from aggregator.models import Block

_LETTERS: Final = re.compile(r"[a-z]+")
_STOPS: Final = re.compile(r"[.!?。！？؟۔…।](?=[\s\"'”’»）)\]」』]|$)|[。！？]")
_DIGITS: Final = re.compile(r"\d")
_TOKENS: Final = re.compile(r"\w+")
_END: Final = re.compile(r"[.!?。！？؟۔…।:][\"'”’»）)\]」』]*$")
_CONTAINERS: Final = 8  # of a block that are looked at
_FAR: Final = 10  # "no such ancestor"

_TAGS: Final = ("p", "h", "li", "quote", "caption", "row", "pre")
ANCESTORS: Final = (
    "article",
    "main",
    "aside",
    "footer",
    "header",
    "nav",
    "form",
    "section",
    "figure",
    "blockquote",
    "table",
    "ul",
    "ol",
    "a",
    "strong",
)

CLASSES: Final = (
    "body",
    "related",
    "share",
    "nav",
    "comment",
    "byline",
    "date",
    "tags",
    "newsletter",
    "ad",
    "bio",
    "caption",
    "footer",
    "header",
    "aside",
    "list",
    "quote",
)


@cache
def _class_words() -> dict[str, tuple[int, ...]]:
    """Word -> the classes (places in `CLASSES`) that it speaks for."""
    table = load_table("blocks.toml")["class_tokens"]
    words = {word for name in CLASSES for word in table[name]}
    return {word: tuple(place for place, name in enumerate(CLASSES) if word in table[name]) for word in words}


@lru_cache(maxsize=20_000)
def _token_facts(token: str) -> tuple[str, frozenset[int]]:
    """A path token's tag, and the classes that its words speak for."""
    words = _class_words()
    tag = re.split(r"[.#@:!]", token, maxsplit=1)[0]
    return tag, frozenset(place for word in _LETTERS.findall(token[len(tag) :]) for place in words.get(word, ()))


def path_features(path: tuple[str, ...]) -> tuple[int, ...]:
    """How many levels up each class of `CLASSES` and each tag of `ANCESTORS` is (10: nowhere). In the order of `PATH_NAMES`."""
    classes, tags = [_FAR] * len(CLASSES), dict.fromkeys(ANCESTORS, _FAR)
    for level, token in enumerate(path):
        tag, places = _token_facts(token)
        for place in places:
            if classes[place] == _FAR:
                classes[place] = level
        if tags.get(tag) == _FAR:
            tags[tag] = level
    return (*classes, *tags.values())


@lru_cache(maxsize=20_000)
def in_menu(path: tuple[str, ...]) -> bool:
    """Whether a part is inside navigation or a footer."""
    return any(_token_facts(token)[0] in ("nav", "footer") for token in path)


def vocabulary(text: str | None) -> frozenset[str]:
    """The distinct words of a text, lower-case."""
    return frozenset(_TOKENS.findall((text or "").lower()))


def overlap(words: frozenset[str], other: frozenset[str]) -> float:
    """Share of common words among those of both (Jaccard), 0 to 1."""
    return len(words & other) / len(words | other) if words and other else 0.0


PHRASES: Final = ("related", "share", "newsletter", "legal", "comment", "byline", "date", "tags")


@cache
def _openings() -> dict[str, tuple[tuple[int, tuple[str, ...]], ...]]:
    """First letter -> the phrases of each class that begin with it; the class counts from 1."""
    table = load_table("blocks.toml")["phrases"]
    found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for place, name in enumerate(PHRASES, 1):
        for phrase in table[name]:
            found[phrase[0]][place].append(phrase)
    return {
        letter: tuple((place, tuple(phrases)) for place, phrases in classes.items())
        for letter, classes in found.items()
    }


def phrase_class(text: str) -> int:
    """The class (from 1) whose phrase a text begins with; 0 for none."""
    start = text[:40].lower().lstrip("-–—•·»›→*#|:[(▶►✓ ")
    for place, phrases in _openings().get(start[:1], ()):
        if start.startswith(phrases):
            return place
    return 0


class Facts:
    """What one block says by itself."""

    __slots__ = ("block", "density", "linked", "phrase", "prose", "short", "stops", "title_overlap", "words")

    def __init__(self, block: Block, title: frozenset[str]) -> None:
        text = block.text
        self.block = block
        self.words = count_words(text)
        self.density = block.link_chars / len(text)
        self.linked = self.words * self.density
        self.stops = self.words >= 3 and _STOPS.search(text) is not None
        self.prose = self.words - self.linked if self.stops and self.words >= 8 and block.rule != "hidden" else 0.0
        self.phrase = phrase_class(text)
        self.short = self.words <= 12
        self.title_overlap = overlap(vocabulary(text), title) if self.words <= 40 else 0.0


class Sums:
    """Words, linked words and prose of one set of blocks."""

    __slots__ = ("count", "linked", "prose", "words")

    def __init__(self) -> None:
        self.count, self.words, self.linked, self.prose = 0, 0, 0.0, 0.0

    def add(self, facts: Facts) -> None:
        """Counts a block in."""
        self.count += 1
        self.words += facts.words
        self.linked += facts.linked
        self.prose += facts.prose

    @property
    def density(self) -> float:
        """Share of the words that are links."""
        return self.linked / self.words if self.words else 0.0


def until(values: Iterable[float]) -> list[float]:
    """Sums up to each place: the sum of places i to j is `found[j + 1] - found[i]`."""
    return [0.0, *accumulate(values)]


PATH_NAMES: Final = (*(f"class_{name}" for name in CLASSES), *(f"in_{name}" for name in ANCESTORS))
_OWN: Final = (
    "words",
    "link_density",
    "links",
    "ends",
    "digits",
    "tag",
    "level",
    "hidden",
    "phrase",
    "title_overlap",
)
_PLACED: Final = (
    "place",
    "words_before",
    "from_headline",
    "prose_before",
    "prose_after",
    "copies",
    "is_description",
    "in_json_ld",
)
_BOXED: Final = (
    "group_size",
    "group_density",
    "group_words",
    "group_prose",
    "box1_prose",
    "box2_prose",
    "box3_prose",
    "box4_prose",
    "main_level",
    "box1_density",
    "box2_density",
    "like_prose",
    "like_count",
    "like_density",
    "like_words",
)
_AROUND: Final = (
    "prev_words",
    "prev_density",
    "next_words",
    "next_density",
    "window_prose",
    "heading_phrase",
    "since_heading",
    "phrase_above",
    "since_phrase",
)
BLOCK_NAMES: Final = _OWN + _PLACED + _BOXED + _AROUND


def _spans(blocks: Sequence[Block]) -> tuple[dict[int, int], dict[int, int]]:
    """Where the first and the last block of each container stand; all between them are in it, too."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, block in enumerate(blocks):
        last.update(dict.fromkeys(block.within[:_CONTAINERS], i))
    for i in range(len(blocks) - 1, -1, -1):
        first.update(dict.fromkeys(blocks[i].within[:_CONTAINERS], i))
    return first, last


_COPIED: Final = 0.75
"""Of the page's prose: what has more than this above it is no headline."""


class Measured:
    """A page's blocks with the sums over their containers, lists and look-alikes, from which `row` makes features."""

    def __init__(
        self, blocks: Sequence[Block], *, title: str | None, description: str | None, article_body: str | None
    ) -> None:
        words = vocabulary(title)
        self.blocks = blocks
        self.facts = [Facts(block, words) for block in blocks]
        self.words_until = until(facts.words for facts in self.facts)
        self.linked_until = until(facts.linked for facts in self.facts)
        self.prose_until = until(facts.prose for facts in self.facts)
        self.first, self.last = _spans(blocks)
        self._boxes: dict[int, tuple[float, float]] = {}
        self.groups: dict[int, Sums] = defaultdict(Sums)
        self.likes: dict[tuple[str, ...], Sums] = defaultdict(Sums)
        self.copies = Counter(block.text for block in blocks)
        self.description = (description or "").strip().lower()[:60]
        self.article_body = " ".join((article_body or "").split())
        # The last heading's and the last phrase's class above each block, and how far they are.
        self.above: list[tuple[int, int, int, int]] = []
        self._sum()
        # Links in lists of links, navigation and footers: no need to look closer.
        self.menu = [self._is_menu(facts) for facts in self.facts]
        self.headline = self._headline()

    def _sum(self) -> None:
        heading, since, phrase, ago = 0, 99, 0, 99
        for facts in self.facts:
            block = facts.block
            self.above.append((heading, since, phrase, ago))
            self.groups[block.group].add(facts)
            self.likes[block.path[:2]].add(facts)
            heading, since = (facts.phrase, 0) if block.tag == "h" else (heading, min(since + 1, 99))
            phrase, ago = (facts.phrase, 0) if facts.phrase and facts.short else (phrase, min(ago + 1, 99))

    def _headline(self) -> int:
        """Where the page's headline stands: the block most like the title, a first-level heading before others; else -1.

        One with most of the page's prose above it is a copy: dialogs for sharing and comments repeat the headline.
        """
        latest = _COPIED * self.prose_until[-1]
        scores = [
            facts.title_overlap + (facts.block.level == 1) * 0.3 if before <= latest else 0.0
            for facts, before in zip(self.facts, self.prose_until, strict=False)
        ]
        best = max(range(len(scores)), key=lambda i: (scores[i], -i), default=-1)
        return best if best >= 0 and self.facts[best].title_overlap >= 0.5 else -1

    def _is_menu(self, facts: Facts) -> bool:
        if facts.density < 0.8 or facts.words > 30:
            return False
        group = self.groups[facts.block.group]
        return in_menu(facts.block.path) or (group.count >= 4 and group.density >= 0.8)

    def row(self, i: int) -> tuple[float, ...]:
        """The features of block i in the order of `BLOCK_NAMES`."""
        return (*self._own(i), *self._placed(i), *self._boxed(i), *self._around(i))

    def _own(self, i: int) -> tuple[float, ...]:
        facts = self.facts[i]
        block, text = facts.block, facts.block.text
        start = text[:120]
        return (
            facts.words,
            facts.density,
            len(block.links),
            1.0 if _END.search(text[-8:]) else 0.0,
            len(_DIGITS.findall(start)) / len(start),
            _TAGS.index(block.tag),
            block.level,
            1.0 if block.rule == "hidden" else 0.0,
            facts.phrase,
            facts.title_overlap,
        )

    def _placed(self, i: int) -> tuple[float, ...]:
        """Where a block stands on the page, and whether the page's own data name its text."""
        text, prose, all_prose = self.facts[i].block.text, self.prose_until, self.prose_until[-1]
        return (
            i / len(self.facts),
            self.words_until[i] / (self.words_until[-1] or 1),
            max(-20, min(60, i - self.headline)) if self.headline >= 0 else 99,
            prose[i] / (all_prose or 1.0),
            (all_prose - prose[i + 1]) / (all_prose or 1.0),
            min(self.copies[text], 4),
            1.0 if len(self.description) > 40 and text[:60].lower() == self.description else 0.0,
            -1.0 if not self.article_body else float(" ".join(text[:60].split()) in self.article_body),
        )

    def box(self, number: int) -> tuple[float, float]:
        """Share of the page's prose that a container holds, and share of its words that are links."""
        if number not in self._boxes:
            start, end = self.first[number], self.last[number] + 1
            words = self.words_until[end] - self.words_until[start]
            linked = self.linked_until[end] - self.linked_until[start]
            prose = self.prose_until[end] - self.prose_until[start]
            self._boxes[number] = prose / (self.prose_until[-1] or 1.0), linked / words if words else 0.0
        return self._boxes[number]

    def _boxed(self, i: int) -> tuple[float, ...]:
        """How much of the page's prose the containers of a block hold, and the blocks that stand like it."""
        block, prose = self.facts[i].block, self.prose_until[-1] or 1.0
        group, like = self.groups[block.group], self.likes[block.path[:2]]
        boxes = [self.box(number) for number in block.within[:_CONTAINERS]] or [(1.0, 0.0)]
        one, two, three, four = (boxes[min(level, len(boxes) - 1)] for level in (1, 2, 3, 4))
        return (
            group.count,
            group.density,
            group.words / group.count,
            group.prose / prose,
            one[0],
            two[0],
            three[0],
            four[0],
            next((level for level, box in enumerate(boxes) if box[0] >= 1 / 2), 9),
            one[1],
            two[1],
            like.prose / prose,
            like.count,
            like.density,
            like.words / like.count,
        )

    def _around(self, i: int) -> tuple[float, ...]:
        """The neighbours."""
        facts, prose = self.facts, self.prose_until
        before = facts[i - 1] if i else None
        after = facts[i + 1] if i + 1 < len(facts) else None
        return (
            before.words if before else -1,
            before.density if before else -1,
            after.words if after else -1,
            after.density if after else -1,
            prose[min(i + 5, len(facts))] - prose[max(0, i - 4)] - facts[i].prose,
            *self.above[i],
        )
