"""A byline as people and agencies: "By Ann Lee and Bo Chen, Reuters" -> two names, one agency. Pure; words in data/metadata.toml."""

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Final
from unicodedata import normalize

from aggregator._project import load_table

MAX_RAW: Final = 400  # characters of a byline that are read
MAX_PEOPLE: Final = 12

_SPACE: Final = re.compile(r"\s+")
_MARKUP: Final = re.compile(r"<[^<>]{0,300}>")
_NOISE: Final = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\w+|(?<!\w)@\w+|[(\[（【][^()\[\]（）【】]{0,120}[)\]）】]|[\u200b-\u200f\u202a-\u202e\ufeff©®™]"
)
# What ends a byline: a bar, a bullet, a date, a time, a role after a dash.
_BREAK: Final = re.compile(r"\s*[|｜•·∙●▪►»\n\t]+\s*|\s+[-–—]+\s+|\s*[;；]\s*|\s+/\s+|\s*[／]\s*")
_COMMA: Final = re.compile(r"\s*[,，、]\s*")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_NO_NAME: Final = re.compile(r"[\d:!?%$€£#]")
_DIGITS: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[^\W\d_]")
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CJK_ROLE: Final = re.compile(r"^(?:取材・文|文・取材|文|撰文|作者|記者|记者|執筆|글|編集|취재)\s*[:：/＝=／・]?\s*")
# Dates and clock times, and a "by" behind them: "January 18, 2017 10:44 am PST by Ann Lee".
_DATE: Final = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag),?\s+)?"
    r"(?:(?<!\w)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|januar|january|february|märz|march|april|mai|june|juni|juli|july|august"
    r"|september|october|oktober|november|december|dezember)\.?\s+)?\d[\d:./,年月日時分-]*\s*(?:st|nd|rd|th|am|pm|uhr|min)?\b\.?"
    r"(?:\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|okt|dez)\w*)?(?:\s+(?:[ECMP][SD]?T|GMT|UTC|BST|CET|IST|AEST)\b)?",
    re.IGNORECASE,
)
_LATE_BY: Final = re.compile(r"(?<=\S)\s+(?:by|By|BY|Oleh|oleh)\s+(?=[^\W\d_])")
_KOREAN_OUTLET: Final = re.compile(r"^[^=\s]{2,12}=(?=[\uac00-\ud7a3]{2,5}$)")  # "outlet=name"
_ABBREVIATED: Final = re.compile(r"\s(?:\w|Jr|Sr|jr|sr)$")
_KEEP_LOWER: Final = frozenset(
    {
        "de",
        "da",
        "di",
        "del",
        "della",
        "der",
        "den",
        "van",
        "von",
        "vom",
        "zu",
        "zur",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "dos",
        "das",
        "do",
        "ter",
        "ten",
        "af",
        "av",
        "y",
        "e",
        "du",
        "des",
        "st",
        "dr",
        "lo",
        "ur",
        "ul",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The people a byline names, in order, and the first agency."""

    people: tuple[str, ...] = ()
    agency: str | None = None

    def __bool__(self) -> bool:
        return bool(self.people or self.agency)


def read_names(raw: str, *, site_names: frozenset[str] = frozenset(), strict: bool = False) -> Names:
    """The names in a byline as printed.

    `site_names` (no blanks, lower case) are never people. `strict` is for text of unknown worth: a name then needs two words
    with capitals (or Han, kana or Hangul), so that a sentence never passes.
    """
    text = _NOISE.sub(" ", _MARKUP.sub(" ", unescape(raw[:MAX_RAW])))
    people: list[str] = []
    agency: str | None = None
    if strict:
        text = _LATE_BY.sub(" | ", _DATE.sub(" | ", text))
    parts = _parts(normalize("NFC", text))
    alone = strict and len(parts) == 1 and _lead_pattern().match(text) is not None
    for part in parts:
        if part.rstrip().endswith("："):
            continue  # a label
        name = _without_trail(_bare(part)) if strict else _for_pattern().sub(r"\1", _bare(part))
        if is_agency(name):
            agency = agency or name
        elif is_person(name, site_names=site_names, strict=strict and not (alone and " " not in name)):
            people.append(_cased(name))
    return Names(people=unique(people)[:MAX_PEOPLE], agency=agency)


def unique(names: list[str]) -> tuple[str, ...]:
    """Names without those that differ only in case, accents' coding or dots."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name_key(name), name)
    return tuple(seen.values())


def name_key(name: str) -> str:
    """What two spellings of a name share."""
    return _SPACE.sub(" ", normalize("NFKC", name).casefold().replace(".", " ")).strip()


def is_agency(name: str) -> bool:
    """Whether a name is a news agency's."""
    return name.casefold().strip(" .*-") in _words("agency")


def is_person(name: str, *, site_names: frozenset[str] = frozenset(), strict: bool = False) -> bool:
    """Whether a cleaned text can be one person's name (or pen name)."""
    words = name.split()
    if not words or len(name) > 60 or len(words) > 6 or not _LETTER.search(name):
        return False
    if _is_organisation(name, words, site_names) or _has_role(words):
        return False
    if _CJK.search(name):
        return 2 <= len(name) <= 24
    if strict:
        return (
            len(words) >= 2
            and not _NO_NAME.search(name)
            and _is_capital(words[0])
            and _is_capital(words[-1])
            and all(map(_is_name_word, words))
        )
    return len(name) > 1 and len(_DIGITS.findall(name)) < 5


# ------------------------------------------------------------------------------------------------ steps


def _parts(text: str) -> list[str]:
    """The pieces between bars, commas and "and"; a family name before a comma goes back behind the given name."""
    pieces: list[str] = []
    for piece in _BREAK.split(text):
        section = _without_lead(_SPACE.sub(" ", piece).strip())
        commas = _COMMA.split(section)
        if len(commas) == 2 and all(len(piece.split()) == 1 for piece in commas) and _may_be_inverted(commas):
            commas = [" ".join(reversed(commas))]
        for name in commas:
            pieces += [name] if _family_pattern().fullmatch(name.strip()) else _and_pattern().split(name)
    return [piece for piece in pieces if piece.strip()]


def _may_be_inverted(pieces: list[str]) -> bool:
    return all(
        piece[:1].isupper() and not _CJK.search(piece) and not _has_role([piece]) and not is_agency(piece)
        for piece in pieces
    )


def _without_lead(text: str) -> str:
    """Without "By", "Text:", "Von" and the like, twice at most ("Text: Von ...")."""
    for _ in range(2):
        match = _lead_pattern().match(text)
        if not match:
            break
        text = text[match.end() :]
    return text


def _bare(part: str) -> str:
    """One name without roles behind it, honorific tails and punctuation around it."""
    part = _CJK_ROLE.sub("", _without_lead(part.strip()))
    for tail in _words("tail"):
        if part.endswith(tail) and (_CJK.search(tail) or part.endswith(" " + tail)):
            part = part[: -len(tail)]
            break
    part = _KOREAN_OUTLET.sub("", part.strip())
    name = part.strip(" \u00a0.:,;-–—_*'\"“”„«»‘’<>/\\|~+=").strip()
    return name + "." if _ABBREVIATED.search(name) and name + "." in part else name


def _without_trail(name: str) -> str:
    """A name of two words or more without the role or stamp that runs on behind it: "Ann Lee Updated", "Ann Lee Senior Reporter"."""
    words = name.split()
    for number, word in enumerate(words):
        if number >= 2 and _has_role([word]):
            return name if word.casefold() in _words("group") else " ".join(words[:number])
    return name


def _has_role(words: list[str]) -> bool:
    roles = _words("role")
    return any(word.casefold().strip(".,:;()'’") in roles for word in words) or " ".join(words).casefold() in roles


def _is_organisation(name: str, words: list[str], site_names: frozenset[str]) -> bool:
    """Whether a name is the site's, begins with the site's (CBC News), is a host name, or has a word such as Media."""
    folded = [compact(word) for word in words]
    if compact(name) in site_names or (len(words) > 1 and len(folded[0]) > 2 and folded[0] in site_names):
        return True
    known = _words("organisation")
    if name.casefold() in known or any(word.casefold() in known for word in words):
        return True
    return _looks_like_site(name) or name.endswith(tuple(_words("ending")))


def compact(text: str) -> str:
    """Letters and digits only, without case and accents: what the spellings of a site's name share."""
    folded = text.casefold()
    return _NOT_ALNUM.sub("", folded if folded.isascii() else normalize("NFKD", folded))


def _looks_like_site(name: str) -> bool:
    head, dot, tail = name.rpartition(".")
    return bool(dot and head) and " " not in name and tail.isalpha() and tail.islower() and 2 <= len(tail) <= 10


def _is_capital(word: str) -> bool:
    return not word[:1].islower()


def _is_name_word(word: str) -> bool:
    bare = word.strip("'’\".-")
    return (
        not bare
        or bare[:1].isupper()
        or bare.casefold() in _KEEP_LOWER
        or (not bare[:1].isascii() and not bare[:1].islower())
        or "'" in word[:3]
        or "’" in word[:3]
    )


def _cased(name: str) -> str:
    """ANN LEE -> Ann Lee; ann lee -> Ann Lee. Names with both cases, and single words, stay as they are."""
    words = name.split()
    if len(words) < 2 or not (name.isupper() or name.islower()) or any(len(word) > 2 and "." in word for word in words):
        return " ".join(words)
    lowered = (word.lower() for word in words)
    return " ".join(
        word if word in _KEEP_LOWER and number else _capitalized(word) if len(word.strip(".")) > 1 else word.upper()
        for number, word in enumerate(lowered)
    )


def _capitalized(word: str) -> str:
    return "-".join("'".join(piece[:1].upper() + piece[1:] for piece in part.split("'")) for part in word.split("-"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(load_table("metadata.toml")["byline"][name])


@cache
def _lead_pattern() -> re.Pattern[str]:
    words = sorted((re.escape(word.rstrip(":")) for word in _words("lead")), key=len, reverse=True)
    latin = [word for word in words if not _CJK.search(word)]
    wide = [word for word in words if _CJK.search(word)]
    return re.compile(
        rf"\s*(?:(?:{'|'.join(latin)})(?:\s*[:：]\s*|\s+|$)|(?:{'|'.join(wide)})\s*[:：/／|｜＝=・]\s*)", re.IGNORECASE
    )


@cache
def _family_pattern() -> re.Pattern[str]:
    """Two or three names and one more behind a short "and": one person with a double family name."""
    words = "|".join(sorted(map(re.escape, _words("family"))))
    return re.compile(rf"(?:(?!(?:{words})\s)[^\W\d_]\S+\s+){{2,3}}(?:{words})\s+[^\W\d_]\S+")


@cache
def _for_pattern() -> re.Pattern[str]:
    """Two names or more, and the outlet that they wrote for."""
    words = "|".join(sorted(map(re.escape, _words("for"))))
    return re.compile(rf"^(\S+(?:\s+\S+){{1,3}}?)\s+(?:{words})\s+\S.*$", re.IGNORECASE)


@cache
def _and_pattern() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _words("and")), key=len, reverse=True))
    return re.compile(rf"\s+(?:{words}|&|\+)\s+|\s*＆\s*|\s*/\s*")
