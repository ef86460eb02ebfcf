"""Which blocks are the article's own.

Features come from `features.py` and `context.py`, points from `scorecard.py`; here is the decision.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, groupby, takewhile
from typing import Final

from aggregator.models import Block

from .apart import apart_rule, drop_apart
from .blocks import FROM_DATA, FROM_STATE, IN_BODY, OUT_OF_BODY, REMOVED
from .context import CONTEXT_NAMES, Context, sigmoid
from .features import BLOCK_NAMES, PATH_NAMES, PHRASES, Measured, path_features
from .lexicon import MARK_NAMES, TEXT_NAMES, load_weights, mark_features, text_features
from .scorecard import Cards, Points, constant, load_cards, total
from .standfirst import standfirst_blocks

MENU_POINTS: Final = -6.0
"""Points of links in lists of links, navigation and footers, which are not looked at closer.

1 in 200 words of the true texts of the training pages is in such a block.
"""

_HOPELESS: Final = -4.5
"""Points at the first look below which nothing is looked at again (odds of 1 in 90)."""

_TOLD: Final = 4  # features that an explanation names
_GIVEN_CERTAINTY: Final = 0.9  # a person's rules and the structured data are not judged
_FELLOW: Final = 2.0  # points below the threshold that a block may have which stands like the text
_HEADING: Final = -2.0  # points that a heading above a part of the text needs
_ITEM: Final = -1.0  # ... an item between two parts of it
_CARD: Final = 4  # containers around a heading in which its card may be
_CARD_BLOCKS: Final = 6  # of a card: headline, teaser, label, author, date, "read more"
_HEADLINE: Final = 4  # words of a headline; names of products have fewer
_FEW: Final = 3  # blocks of the text that have to stand so
_MOST: Final = 0.65  # of the blocks that stand so have to be text
_LINKED: Final = 0.8  # share of a block's characters that are links, from which it is one
_LABEL: Final = 6  # words of a link that is a label, not a sentence
_RELATED: Final = PHRASES.index("related") + 1  # the class of phrases that announce other stories
_OWN: Final = re.compile(r"#[^.#@:!]*\d[^.#@:!]*|\d+")  # of one entry of a list: `#card-09d48d`, the 7 of `item-7`
_LONGEST_CLOCK: Final = 20  # characters of a time of day with its zone
CLOCK: Final = re.compile(
    r"(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d(?:[:.][0-5]\d)?(?:\s?[ap]\.?m\.?)?|\s?[ap]\.?m\.?)(?:\s(?:Uhr|h|UTC|[A-Z]{1,4}T))?",
    re.IGNORECASE,
)

_PLACE: Final = re.compile(r"\W{0,3}(\d{1,3})(?:[.):]|\s*[–—-]\s)")  # of a ranking
# Classes that the networks' own embed codes have.
_POST: Final = re.compile(
    r"[.#](?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|bluesky-embed|mastodon-embed|fb-(?:post|video)|text-post-media"
    r"|reddit-(?:embed-bq|card)|vk-post)(?![\w-])"
)
_SHARED_BY: Final = re.compile(
    r"^\W*(?:a (?:post|reel|video|photo) shared by|(?:ein )?beitrag geteilt von|une publication partagée par|una publicación compartida)",
    re.IGNORECASE,
)

STANDFIRST: Final = "standfirst"
"""The rule of the sub-headline that is the record's description."""

_GIVEN: Final = frozenset({IN_BODY, FROM_DATA, FROM_STATE})
_SITE_RULES: Final = frozenset({IN_BODY, OUT_OF_BODY, REMOVED})

PATH_CARDS: Final = PATH_NAMES + MARK_NAMES
BLOCK_CARDS: Final = BLOCK_NAMES + TEXT_NAMES


@lru_cache(maxsize=20_000)
def _path_points(path: tuple[str, ...]) -> tuple[float, float]:
    """Points of a block's place in the tree, at the first and the second look."""
    cards = load_cards("path", PATH_CARDS)
    bins = cards.bins((*path_features(path), *mark_features(path, load_weights("marks"))))
    return total(cards.first, bins), total(cards.second, bins)


def judge(measured: Measured, why: dict[int, str] | None = None) -> list[float]:
    """Points of each block: above the threshold it belongs to the article. `why` takes up which features decided, by block."""
    cards, context_cards = load_cards("block", BLOCK_CARDS), load_cards("context", CONTEXT_NAMES)
    weights = load_weights("text")
    points = [MENU_POINTS] * len(measured.blocks)
    doubtful: list[tuple[int, tuple[int, ...]]] = []  # what the second look could still turn
    for i, block in enumerate(measured.blocks):
        if not measured.menu[i]:
            bins = cards.bins((*measured.row(i), *text_features(block.text, weights)))
            points[i] = total(cards.first, bins) + _path_points(block.path)[0]
            if points[i] > _HOPELESS:
                doubtful.append((i, bins))
            elif why is not None:
                why[i] = told(points[i], _parts(cards, cards.first, bins))
    context = Context(measured, points)
    judged = list(points)
    for i, bins in doubtful:
        around = context_cards.bins(context.row(i))
        path_points = _path_points(measured.blocks[i].path)[1]
        judged[i] = total(cards.second, bins) + total(context_cards.second, around) + path_points
        if why is not None:
            parts = _parts(cards, cards.second, bins) + _parts(context_cards, context_cards.second, around)
            why[i] = told(judged[i], [*parts, ("path", path_points)])
    return judged


def _parts(cards: Cards, points: Points, bins: Sequence[int]) -> list[tuple[str, float]]:
    """What each feature gave a block."""
    return [(name, row[at]) for name, row, at in zip(cards.names, points, bins, strict=True)]


def told(points: float, parts: Sequence[tuple[str, float]]) -> str:
    """A block's points and the features that took the most away: `-3.1 points: text_sum -1.2, in_box1 -0.8`."""
    against = sorted((value, name) for name, value in parts if value < 0)[:_TOLD]
    return f"{points:.1f} points: {', '.join(f'{name} {value:.1f}' for value, name in against)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A page's blocks after the decision. `certainty` is the word F1 that the model expects of it, 0 to 1."""

    blocks: tuple[Block, ...]
    certainty: float


def select(
    blocks: Sequence[Block], *, title: str | None, description: str | None, article_body: str | None = None
) -> tuple[Block, ...]:
    """The blocks of `choose`."""
    return choose(blocks, title=title, description=description, article_body=article_body).blocks


def choose(
    blocks: Sequence[Block],
    *,
    title: str | None,
    description: str | None,
    article_body: str | None = None,
    explain: bool = False,
) -> Selection:
    """The same blocks, each with `keep` and, where it is not kept, the `rule` that says why.

    `article_body` is the text that the page's structured data claim; it is evidence among others. What a person's rules for
    the site decided (`site:...`) stays. Never raises; blocks that are not kept stay in the list. With `explain` each of these says what
    spoke most against it (`why`).
    """
    measured = Measured(blocks, title=title, description=description, article_body=article_body)
    given = [block.rule in _GIVEN for block in blocks]
    why: dict[int, str] | None = {} if explain else None
    points = [] if any(given) else judge(measured, why)
    keep = _decide(measured, points) if points else given
    standfirst = standfirst_blocks(measured, keep, description)
    if any(given):
        marked = [
            replace(block, keep=kept, rule=_given_rule(block, kept=kept))
            for block, kept in zip(blocks, keep, strict=True)
        ]
    else:
        marked = [_marked(measured, i, kept=kept) for i, kept in enumerate(keep)]
    marked = [
        replace(block, keep=False, rule=STANDFIRST) if i in standfirst else block for i, block in enumerate(marked)
    ]
    certainty = _expected_f1(measured, points, keep) if points else _GIVEN_CERTAINTY
    return Selection(blocks=tuple(_with_reasons(marked, why) if why else marked), certainty=certainty)


def _expected_f1(measured: Measured, points: Sequence[float], keep: Sequence[bool]) -> float:
    """Word F1 of the choice if each block is the article's with the probability that its points stand for."""
    chosen = all_text = hits = 0.0
    for facts, value, kept in zip(measured.facts, points, keep, strict=True):
        words = sigmoid(value) * facts.words
        all_text += words
        if kept:
            chosen += facts.words
            hits += words
    return round(2 * hits / (chosen + all_text), 3) if chosen else 0.0


def _with_reasons(blocks: Sequence[Block], why: dict[int, str]) -> Iterator[Block]:
    for i, block in enumerate(blocks):
        yield block if block.keep or i not in why else replace(block, why=why[i])


def _given_rule(block: Block, *, kept: bool) -> str:
    """Where a person's rules or the structured data name the text, that is the text, and all else is outside."""
    return "" if kept else block.rule or "outside"


def _decide(measured: Measured, points: Sequence[float]) -> list[bool]:
    """Above the threshold, but not the headline itself, no block twice, and no far-off island."""
    threshold = constant("threshold")
    keep = [
        value > threshold and block.rule not in _SITE_RULES
        for value, block in zip(points, measured.blocks, strict=True)
    ]
    _take_fellows(measured, points, keep)
    _take_between(measured, points, keep)
    _take_stamps(measured, keep)
    _take_posts(measured, keep)
    _take_places(measured, keep)
    _drop_announced(measured, keep)
    _drop_cards(measured, keep)
    _drop_headline(measured, keep)
    _drop_above(measured, keep)
    _drop_copies(measured, keep)
    drop_apart(measured, keep)
    _drop_loose_ends(measured, keep)
    return keep


def _take_fellows(measured: Measured, points: Sequence[float], keep: list[bool]) -> None:
    """What stands in the same markup as most of the text and is nearly as good belongs to it: an entry, a paragraph, a stamp."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, block in enumerate(measured.blocks):
        if not measured.menu[i]:
            alike[_shape(block.path)].append(i)
    least = constant("threshold") - _FELLOW
    for places in alike.values():
        kept = sum(keep[i] for i in places)
        if kept >= _FEW and kept < len(places) and kept >= _MOST * len(places):
            for i in places:
                facts = measured.facts[i]
                plain = not facts.phrase and facts.density < 0.5 and not measured.blocks[i].rule
                keep[i] = keep[i] or (plain and points[i] > least)


def _take_between(measured: Measured, points: Sequence[float], keep: list[bool]) -> None:
    """A heading above a part of the text, and an item between two parts of it, need fewer points: few words tell little of
    themselves. Of those with so many points that the training pages have, eight in ten (headings) and seven in ten (items) are
    the text's."""
    prose = [i for i, facts in enumerate(measured.facts) if keep[i] and facts.prose]
    for i in range(prose[-1] - 1, prose[0], -1) if prose else ():
        facts, block = measured.facts[i], measured.blocks[i]
        if keep[i] or not keep[i + 1] or block.rule or facts.phrase or facts.density >= 0.5:
            continue
        if block.tag == "h" or (block.tag == "li" and keep[i - 1]):
            keep[i] = points[i] > (_HEADING if block.tag == "h" else _ITEM)


def _take_stamps(measured: Measured, keep: list[bool]) -> None:
    """Clock times in the same markup, each above a paragraph of the text, are the entries' times of a live blog."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, block in enumerate(measured.blocks[:-1]):
        if keep[i + 1] and len(block.text) <= _LONGEST_CLOCK and CLOCK.fullmatch(block.text):
            alike[_shape(block.path)].append(i)
    for places in alike.values():
        if len(places) >= _FEW:
            for i in places:
                keep[i] = keep[i] or not measured.blocks[i].rule


def _take_posts(measured: Measured, keep: list[bool]) -> None:
    """A post of a network that stands in the text is a quote: what it says and who said it. One without words is a picture."""
    prose = [i for i, facts in enumerate(measured.facts) if keep[i] and facts.prose]
    places = [i for i, block in enumerate(measured.blocks) if _is_post(block.path)]
    if not prose or not places:
        return
    last = prose[-1]
    for _, members in groupby(places, key=lambda i: measured.blocks[i].group):
        post = list(members)
        if post[0] < prose[0] or not all(keep[i] for i in range(last + 1, post[0])):
            continue
        lines = [i for i in post if measured.facts[i].density < _LINKED and not measured.blocks[i].rule]
        speaks = any(not _SHARED_BY.match(measured.blocks[i].text) for i in lines)
        for i in post:
            keep[i] = speaks and i in lines
        last = max(last, post[-1]) if speaks else last


def _take_places(measured: Measured, keep: list[bool]) -> None:
    """A heading that counts on where those of the text have come to is a place of the same ranking."""
    numbers: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, block in enumerate(measured.blocks):
        place = _PLACE.match(block.text) if block.tag == "h" and not block.rule else None
        if place:
            said, known = int(place[1]), numbers[_shape(block.path)]
            keep[i] = keep[i] or (len(known) >= _FEW and abs(said - known[-1]) == 1)
            if keep[i]:
                known.append(said)


@lru_cache(maxsize=20_000)
def _is_post(path: tuple[str, ...]) -> bool:
    return any(_POST.search(token) for token in path[:4])


def _drop_announced(measured: Measured, keep: list[bool]) -> None:
    """A list without a sentence below a line that announces other stories is none of the text's: where the text does not go on
    behind it, or where most of its items are no text."""
    last = max((i for i, facts in enumerate(measured.facts) if keep[i] and facts.prose), default=-1)
    for i, facts in enumerate(measured.facts[:-1]):
        if facts.phrase == _RELATED and facts.short and not keep[i]:
            items = _fellows_from(measured, i + 1)
            few = i > last or 2 * sum(keep[j] for j in items) < len(items)
            if few and not any(measured.facts[j].stops for j in items):
                for j in items:
                    keep[j] = False


def _drop_cards(measured: Measured, keep: list[bool]) -> None:
    """Teasers of other stories: three or more linked headlines in one markup, two or more of them in a box with a text.

    No such headline is kept, or they are the end of the text and no ranking.
    """
    heads: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, block in enumerate(measured.blocks):
        if block.tag == "h" and not measured.menu[i]:
            heads[_shape(block.path)].append(i)
    for places in heads.values():
        if len(places) >= _FEW and _are_others(measured, keep, places):
            cards = [card for i in places if (card := _card(measured, keep, i))]
            for j in chain(places, *cards) if len(cards) >= _FEW - 1 else ():
                keep[j] = False


def _are_others(measured: Measured, keep: Sequence[bool], heads: Sequence[int]) -> bool:
    """Whether headings of one markup are other stories' headlines: all links, of some length, and none of the text."""
    facts = [measured.facts[i] for i in heads]
    links = all(one.density >= _LINKED for one in facts) and sum(one.words for one in facts) >= _HEADLINE * len(facts)
    return links and (not any(keep[i] for i in heads) or _is_end(measured, keep, heads))


def _is_end(measured: Measured, keep: Sequence[bool], heads: Sequence[int]) -> bool:
    """Whether nothing but the cards of these headings stands behind the first of them, and none of them has a number."""
    behind = {j for i in heads for j in _card(measured, keep, i)} | set(heads)
    rest = (j for j in range(heads[0], len(keep)) if keep[j] and j not in behind)
    return not any(_PLACE.match(measured.blocks[i].text) for i in heads) and not any(
        measured.facts[j].prose for j in rest
    )


def _card(measured: Measured, keep: Sequence[bool], head: int) -> list[int]:
    """The kept texts in the innermost container that a heading shares with the first of them below it, where it holds no other heading
    and not more than a teaser."""
    below = next((j for j in range(head + 1, min(head + _CARD_BLOCKS, len(keep))) if keep[j]), None)
    if below is None:
        return []
    shared = set(measured.blocks[below].within[:_CARD])
    box = next((number for number in measured.blocks[head].within[:_CARD] if number in shared), None)
    if box is None:
        return []
    inside = range(measured.first[box], measured.last[box] + 1)
    others = any(measured.blocks[j].tag == "h" and j != head for j in inside)
    return [] if others or len(inside) > _CARD_BLOCKS else [j for j in inside if keep[j]]


def _fellows_from(measured: Measured, start: int) -> list[int]:
    """The blocks from a place on that stand in the list or container of the first of them."""
    group = measured.blocks[start].group
    return list(takewhile(lambda j: measured.blocks[j].group == group, range(start, len(measured.blocks))))


@lru_cache(maxsize=20_000)
def _shape(path: tuple[str, ...]) -> tuple[str, ...]:
    """A place in the tree without numbers and numbered identifiers, so that entries of a list have the same."""
    return tuple(_OWN.sub("", token) for token in path)


def _drop_headline(measured: Measured, keep: list[bool]) -> None:
    """The headline is the record's title, not a line of its text."""
    i = measured.headline
    if i >= 0 and measured.blocks[i].tag == "h" and measured.facts[i].title_overlap >= 0.8:
        keep[i] = False


def _drop_above(measured: Measured, keep: list[bool]) -> None:
    """Section names above the headline, and a second headline between it and the text that stands outside the text's container."""
    first = next((i for i, facts in enumerate(measured.facts) if keep[i] and facts.prose), -1)
    if measured.headline < 0 or first < 0:
        return
    for i in range(first):
        block = measured.blocks[i]
        above = i < measured.headline and not measured.facts[i].stops
        second = block.tag == "h" and block.group != measured.blocks[first].group
        keep[i] = keep[i] and not above and not second


def _drop_copies(measured: Measured, keep: list[bool]) -> None:
    """Mobile and desktop versions of one part, pull quotes that repeat a sentence: the first one counts."""
    seen: set[str] = set()
    for i, facts in enumerate(measured.facts):
        if keep[i] and facts.words >= 6 and not _is_post(facts.block.path):
            keep[i] = facts.block.text not in seen
            seen.add(facts.block.text)


_SENTENCE: Final = 8  # words; with a full stop they are no headline


def _drop_loose_ends(measured: Measured, keep: list[bool]) -> None:
    """A heading after which nothing of the article comes belongs to what follows it, and so do short links: tags, "Home", a name.
    A whole sentence is a paragraph, whatever element the site puts it in; the last places of a ranking whose places are headings are
    none."""
    numbered = [
        i for i, block in enumerate(measured.blocks) if keep[i] and block.tag == "h" and _PLACE.match(block.text)
    ]
    for i in range(len(keep) - 1, -1, -1):
        if keep[i]:
            facts = measured.facts[i]
            label = facts.density >= _LINKED and facts.words <= _LABEL and not facts.stops
            place = len(numbered) >= _FEW and i in numbered
            heading = measured.blocks[i].tag == "h" and not (facts.stops and facts.words >= _SENTENCE)
            if not (heading or label) or place:
                return
            keep[i] = False


def _marked(measured: Measured, i: int, *, kept: bool) -> Block:
    block = measured.blocks[i]
    if kept:
        return block if block.keep and not block.rule else replace(block, keep=True, rule="")
    return _without(block, block.rule or _rule(measured, i))


def _without(block: Block, rule: str) -> Block:
    """The block as one that is not kept. Most blocks come here, and `dataclasses.replace` takes three times as long."""
    return Block(
        tag=block.tag,
        text=block.text,
        links=block.links,
        link_chars=block.link_chars,
        path=block.path,
        level=block.level,
        group=block.group,
        within=block.within,
        keep=False,
        rule=rule,
    )


_TELLING: Final = (
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
    "aside",
)
_TELLING_TAGS: Final = ("nav", "footer", "aside", "form", "header", "figure")


def _rule(measured: Measured, i: int) -> str:
    """Why a block is not kept, for people: the plainest reason that holds."""
    facts, block = measured.facts[i], measured.blocks[i]
    if i == measured.headline:
        return "headline"
    if measured.menu[i]:
        return "menu"
    if block.tag == "caption":
        return "caption"
    if facts.phrase:
        return f"phrase:{PHRASES[facts.phrase - 1]}"
    return (
        apart_rule(block)
        or _path_rule(block.path)
        or (
            "links"
            if facts.density >= 0.5
            else "copy"
            if measured.copies[block.text] > 1 and facts.words >= 6
            else "outside"
        )
    )


@lru_cache(maxsize=20_000)
def _path_rule(path: tuple[str, ...]) -> str:
    levels = dict(zip(PATH_NAMES, path_features(path), strict=True))
    tag = next((name for name in _TELLING_TAGS if levels[f"in_{name}"] < 10), "")
    level, name = min((levels[f"class_{name}"], name) for name in _TELLING)
    return f"class:{name}" if level <= 3 else f"in:{tag}" if tag else ""
