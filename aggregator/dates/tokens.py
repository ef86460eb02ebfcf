"""A text as a row of tokens, and as its shape: one letter a token, on which the patterns of `shapes` are written."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from .tables import words

_CJK_MARKS: Final = "年月日號号時时分秒點点년월일시분초"


class _Simple(dict[int, str]):
    """One plain character for each: ASCII digits for all decimal digits, `-` for dashes, `|` for signs. Keeps the length."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(char: str) -> str:
    if "!" <= char <= "~":
        return " " if char == "\\" else char
    return "'" if char in "‘’ʼ′`´" else _plain_wide(char)


def _plain_wide(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) == 1 and " " < folded <= "~":
        return folded
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind[0] in "LM":
        return char
    if kind == "Pd" or char == "\u2212":
        return "-"
    return " " if kind[0] in "ZC" else "|"


_SIMPLE: Final = _Simple()


def simplify(text: str) -> str:
    """The text in composed form with plain digits, dashes, quotes and spaces; nothing but letters, marks and ASCII is left."""
    if text.isascii():
        return text.replace("\\", " ")
    return unicodedata.normalize("NFC", text).translate(_SIMPLE)


@dataclass(frozen=True, slots=True)
class Tokens:
    """`words[i]` is the lower-case text of token i (digits for numbers), `shape[i]` its letter, `spans[i]` where it stands.

    Shape letters: n = 1-2 digits, x = 3, Y = a year, q = other 4 digits, 8 = 8 digits, e = other numbers; M month, D weekday,
    A am/pm, z zone name, i "at", U "o'clock", h t s = hour, minute, second; y m d = CJK year, month, day; E era, k month prefix,
    o filler, p "published", u "updated", w any other word; punctuation stands for itself.
    """

    text: str
    shape: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def number(self, index: int) -> int:
        """The value of a numeric token."""
        return int(self.words[index])

    def slice(self, start: int, end: int) -> str:
        """The text from token `start` to before token `end`."""
        return self.text[self.spans[start][0] : self.spans[end - 1][1]] if end > start else ""


_NUMBER: Final = r"\d{1,40}"
_MARK: Final = rf"(?<=\d)[{_CJK_MARKS}]|(?<=\d )[{_CJK_MARKS}]|(?<=和)元(?=年)"
_MERIDIEM: Final = r"(?:(?<![A-Za-z])[AaPp]\.\s?[Mm]\b\.?|(?<![A-Za-z])[Aa][Mm]\b\.?|(?<![A-Za-z])[Pp][Mm]\b\.?)"
_WORD: Final = r"[A-Z\x80-\U0010ffff]{2,}(?![a-z])|[A-Z]?[a-z\x80-\U0010ffff]+|[A-Z]"
_ASCII_TOKEN: Final = re.compile(rf"{_NUMBER}|{_MERIDIEM}|{_WORD}|[^\s]")


@cache
def _full_token() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in words().spaced)
    eras = "|".join(name for name, kind in words().kinds.items() if kind == "E")
    han = "上午|下午|午前|午後|오전|오후"
    return re.compile(rf"{_NUMBER}|{_MARK}|{_MERIDIEM}|{eras}|{han}|(?:{names})(?![^\W\d])|{_WORD}|[^\s]")


def _digits(word: str) -> str:
    if len(word) != 4:
        return {1: "n", 2: "n", 3: "x", 8: "8"}.get(len(word), "e")
    year = int(word)
    return "Y" if 1900 <= year <= 2100 or 2443 <= year <= 2643 else "q"


def _kind(word: str, original: str) -> str:
    if "0" <= word[0] <= "9":
        return _digits(word)
    if not word[0].isalpha():
        return word if word.isascii() else "w"
    if original in _zones():
        return "z"
    return words().kinds.get(word, "w")


@cache
def _zones() -> frozenset[str]:
    from .zones import zone_names

    return zone_names()


def tokenize(text: str) -> Tokens:
    """The tokens of a text that `simplify` made. White space is no token."""
    pattern = _ASCII_TOKEN if text.isascii() else _full_token()
    shape: list[str] = []
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        original = match[0]
        word = original.lower()
        if word[0] in "ap" and original[-1] in "mM." and word.replace(".", "").replace(" ", "") in ("am", "pm"):
            word = word[0] + "m"
        elif word == "元":
            word = "1"
        found.append(word)
        shape.append(_kind(word, original))
        spans.append(match.span())
    return Tokens(text, "".join(shape), tuple(found), tuple(spans))
