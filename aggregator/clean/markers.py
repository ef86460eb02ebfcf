"""Lines that announce something else than the article: other stories, appeals, adverts, credits.

The phrases are data (`data/boilerplate.toml`, each with its source); this module only compares. A line is a marker because it
equals, begins or ends with a phrase in the way its row demands, never because a phrase occurs somewhere in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal
from unicodedata import normalize

from aggregator._project import load_table

Announces = Literal["related", "call", "advert", "credit", "byline", "comments", "meta"]
Match = Literal["equals", "prefix", "label", "headline", "starts", "ends", "pattern"]

MAX_MARKER: Final = 300
"""Longer lines are never markers: the longest consent and newsletter lines of the stored pages stay below."""

_PATTERN_CHARS: Final = 120  # bylines, dates and counters are short
_HEADLINE_WORDS: Final = 30  # a label's headline is no longer than this
_DECORATION: Final = " \t-–—•·‣◦●○■□▪▫◆◇▶►▸▷▲△▼▽◀◄☞☛➡➜➤→⇒»«›‹>*#※★☆✔✓|~=_+(（[【〔<＜《「『\"'“”‘’"
_CLOSING: Final = " \t.:;,!?…·-–—•»›>→⇒▶►|*#)）]】〕＞》」』\"'“”‘’↓↑~=_+"
_BETWEEN: Final = " \t:|>»›→⇒▶►-–—•)]】」』\"'"
_SEPARATORS: Final = ":|>»›→⇒▶►]】」』"
_SENTENCE_END: Final = tuple(".。।۔")

# What is taken out or made equal before lines are compared: bidi marks and zero-width characters, tatweel, Arabic vowel
# signs; typographic quotes and dashes; Arabic and Persian forms of yeh and kaf; the Turkish i (research: boilerplate markers by language).
_DROPPED: Final = [0x00AD, 0x0640, 0x061C, 0x0670, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)]
_DROPPED_MARKS: Final = [*range(0x2060, 0x206A), *range(0x064B, 0x0660), *range(0x06D6, 0x06EE), *range(0xFE00, 0xFE10)]
_SAME: Final = dict(zip("‘’ʼ`´“”„–—―−يىكİı", "'''''\"\"\"----ییکIi", strict=True))
_CIRCLED_C: Final = {0x24B8: "©", 0x24D2: "©"}  # NFKC would make them a plain "c"
_FOLD: Final[dict[int, str | None]] = {
    **dict.fromkeys([*_DROPPED, *_DROPPED_MARKS]),
    **{ord(old): new for old, new in _SAME.items()},
}


@dataclass(frozen=True, slots=True)
class Marker:
    """A line that matched: the rule's id, what it announces, the rule's language, and the text behind the phrase."""

    id: str
    announces: Announces
    language: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    announces: Announces
    language: str
    match: Match
    phrase: str


@dataclass(frozen=True, slots=True)
class _Table:
    heads: dict[str, tuple[_Rule, ...]]  # by the first two characters of the phrase, the longest phrase first
    tails: dict[str, tuple[_Rule, ...]]  # by the last two
    patterns: tuple[tuple[re.Pattern[str], _Rule], ...]


def plain(line: str) -> str:
    """A line as it is compared, but with its case: NFKC, single blanks, one form of quotes and dashes, no marks."""
    if line.isascii():
        return " ".join(line.replace("`", "'").split())
    return " ".join(normalize("NFKC", line.translate(_CIRCLED_C)).translate(_FOLD).split())


def compare_key(line: str) -> str:
    """A line as it is compared: `plain` without case. Two lines with one key say the same."""
    return plain(line).casefold()


def marker(line: str) -> Marker | None:
    """The marker that a line is, or None. The longest phrase wins; `rest` keeps the line's own spelling."""
    if len(line) > MAX_MARKER:
        return None
    whole = plain(line)
    shown = whole.lstrip(_DECORATION)
    if not shown or len(shown) > MAX_MARKER:
        return None
    key = shown.casefold()
    return _at_head(line, shown, key) or _at_tail(key) or _by_pattern(whole)


def announces_related(line: str) -> str | None:
    """The id of the rule by which a line announces other stories, or None."""
    found = marker(line)
    return found.id if found and found.announces == "related" else None


def marker_languages() -> frozenset[str]:
    """The languages that the table covers, as BCP 47 tags."""
    return frozenset(row["language"] for row in load_table("boilerplate.toml")["marker"]) - {"any"}


# ------------------------------------------------------------------------------------------------ comparing


def _at_head(line: str, shown: str, key: str) -> Marker | None:
    heads = _table().heads
    for rule in (*heads.get(key[:2], ()), *heads.get(key[:1], ())):
        if key.startswith(rule.phrase):
            rest = _cut(shown, len(rule.phrase))
            if _fits(rule, rest):
                return Marker(rule.id, rule.announces, rule.language, _as_printed(line, _unbracketed(rest)))
    return None


def _at_tail(key: str) -> Marker | None:
    bare = key.rstrip(_CLOSING)
    for rule in _table().tails.get(bare[-2:], ()):
        if bare.endswith(rule.phrase):
            return Marker(rule.id, rule.announces, rule.language)
    return None


def _by_pattern(shown: str) -> Marker | None:
    if len(shown) > _PATTERN_CHARS:
        return None
    for pattern, rule in _table().patterns:
        if pattern.fullmatch(shown):
            return Marker(rule.id, rule.announces, rule.language)
    return None


def _fits(rule: _Rule, rest: str) -> bool:
    """Whether what follows the phrase is what the rule's kind of match allows."""
    alone = not rest.strip(_CLOSING)
    match rule.match:
        case "equals":
            return alone
        case "prefix":
            return not alone and _separated(rule.phrase, rest)
        case "label":
            return alone or _separated(rule.phrase, rest)
        case "headline":
            return alone or _separated(rule.phrase, rest) or (_word_ends(rule.phrase, rest) and _headline(rest))
        case _:
            return alone or _word_ends(rule.phrase, rest)


def _separated(phrase: str, rest: str) -> bool:
    """A colon, bar or arrow follows; or a dash between blanks, but not after a single word ("More - much more - than")."""
    bare = rest.lstrip()
    return bare[:1] in _SEPARATORS or (" " in phrase and rest.startswith(" ") and bare[:2] == "- ")


def _word_ends(phrase: str, rest: str) -> bool:
    """Whether the phrase ends where a word ends. Digits, signs, Han, kana and Thai need no blank behind them."""
    last = phrase[-1]
    spaced = last.isalpha() and not ("\u0e00" <= last <= "\u0eff" or "\u3040" <= last <= "\u9fff")
    return not (spaced and rest[:1].isalnum())


def _headline(rest: str) -> bool:
    """A text that begins like a headline (no lower-case letter) and does not end like a sentence."""
    bare = rest.lstrip(_BETWEEN)
    words = bare.split()
    return not bare[:1].islower() and len(words) <= _HEADLINE_WORDS and not bare.rstrip("\"') ").endswith(_SENTENCE_END)


def _cut(shown: str, folded: int) -> str:
    """What follows the first `folded` characters of the case-folded text. Folding may lengthen: each character is counted."""
    at = 0
    while folded > 0 and at < len(shown):
        folded -= len(shown[at].casefold())
        at += 1
    return shown[at:]


def _unbracketed(rest: str) -> str:
    """The text behind the phrase, without separators and without the bracket that was opened before the phrase."""
    bare = rest.lstrip(_BETWEEN) if rest.strip(_CLOSING) else ""
    return bare if "[" in bare else bare.rstrip(" ]")


def _as_printed(line: str, rest: str) -> str:
    """The end of the line that `rest` stands for, in the line's own spelling."""
    if rest in line:
        return rest
    starts = (at for at, char in enumerate(line) if plain(char) == rest[0] and plain(line[at:]) == rest)
    return line[next(starts, len(line)) :].strip() or rest


# ------------------------------------------------------------------------------------------------ the table


def _rules() -> Iterator[_Rule]:
    for row in load_table("boilerplate.toml")["marker"]:
        yield from _row(row)


def _row(row: dict[str, Any]) -> Iterator[_Rule]:
    for phrase in row["phrases"]:
        text = phrase if row["match"] == "pattern" else compare_key(phrase)
        yield _Rule(row["id"], row["announces"], row["language"], row["match"], text)


@cache
def _table() -> _Table:
    heads: dict[str, list[_Rule]] = {}
    tails: dict[str, list[_Rule]] = {}
    patterns: list[tuple[re.Pattern[str], _Rule]] = []
    for rule in _rules():
        if rule.match == "pattern":
            patterns.append((re.compile(rule.phrase), rule))
        elif rule.match == "ends":
            tails.setdefault(rule.phrase[-2:], []).append(rule)
        else:
            heads.setdefault(rule.phrase[:2], []).append(rule)
    return _Table(_longest_first(heads), _longest_first(tails), tuple(patterns))


def _longest_first(index: dict[str, list[_Rule]]) -> dict[str, tuple[_Rule, ...]]:
    return {key: tuple(sorted(rules, key=lambda rule: -len(rule.phrase))) for key, rules in index.items()}
