"""Texts as words and shingles, the same for every spelling of the same text. Scripts without spaces are taken by the character."""

import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import Final
from zlib import crc32

SIZE: Final = 3  # words in a shingle; longer ones lose lightly edited copies, shorter ones meet by chance
UNSPACED_SIZE: Final = 5  # characters in a shingle where no spaces are written: two or three words

# Thai, Lao, Myanmar, Khmer, kana, Han and its extensions: written without spaces between words.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Vowel signs of Indic scripts, Arabic signs and accents of their own are no `\w`, but parts of words; U+0964 and U+0965 end sentences.
_MARKS: Final = "\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_UNSPACED_RUN: Final = re.compile(f"[{_UNSPACED}]+")
_SPECIAL: Final = re.compile(f"[{_UNSPACED}{_MARKS}]")
_SPECIAL_WORD: Final = re.compile(f"[{_UNSPACED}]|(?:[^\\W_{_UNSPACED}]|[{_MARKS}])+")
_WORD: Final = re.compile("[^\\W_]+")
_ASCII_WORD: Final = re.compile("[A-Za-z0-9]+")
_INVISIBLE: Final = re.compile("['\u2019\u2018\u02bc\u0640\u200b\u200c\u200d\u00ad\ufeff]+")
# What is left when a text lost its structure on the way: tags, and the addresses of links.
_MARKUP: Final = re.compile(r"</?[A-Za-z][^<>]{0,300}>|\]?\(?\bhttps?://[!-'*-;=?-~]{1,500}")
_MISREAD: Final = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}"
)

# Odd multipliers, from the fields of PCG, xorshift* and Murmur.
_A, _B, _C = 0x5851F42D4C957F2D, 0x2545F4914F6CDD1D, 0x1B873593CC9E2D51
_MASK: Final = (1 << 63) - 1


def words(text: str) -> list[str]:
    """Words in reading order without case; one character each where no spaces are written. Never raises."""
    return cut(plain(text).casefold())


def plain(text: str) -> str:
    """The text as it was meant: without apostrophes, invisible characters, tags, entities and addresses of links.

    UTF-8 that was read as windows-1252 is put right, so that a badly converted copy has the words of its original.
    """
    if "<" in text or "://" in text:
        text = _MARKUP.sub(" ", text)
    if "&" in text:
        text = unescape(text)
    if text.isascii():
        return text.replace("'", "")
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", _MISREAD.sub(_reread, text)))


def cut(text: str) -> list[str]:
    """The words of a plain text as written."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return (_SPECIAL_WORD if _SPECIAL.search(text) else _WORD).findall(text)


def _reread(match: re.Match[str]) -> str:
    """UTF-8 read as windows-1252 in its right characters; anything else as it was."""
    try:
        return b"".join(map(_byte, match[0])).decode("utf-8")
    except UnicodeError:
        return match[0]


def _byte(character: str) -> bytes:
    """The five bytes that windows-1252 leaves open are read as the control characters of latin-1 (WHATWG Encoding)."""
    return character.encode("latin-1" if character < "\u0100" else "cp1252")


def shingle_size(text: str, tokens: list[str]) -> int:
    """How many tokens of a text make a shingle: characters of an unspaced script say less than words."""
    if text.isascii():
        return SIZE
    unspaced = sum(map(len, _UNSPACED_RUN.findall(text)))
    return UNSPACED_SIZE if 2 * unspaced > len(tokens) else SIZE


def shingles(tokens: list[str], size: int) -> list[int]:
    """63-bit hashes of every `size` neighbouring tokens, in reading order; the same in every process. A shorter text is one shingle.

    A collision is harmless: it makes two texts a shingle more alike, and a text has hundreds.
    """
    if not tokens:
        return []
    tokens = tokens + [""] * (size - len(tokens))
    if size == SIZE:
        first, second, third = zip(*map(_at_places, tokens), strict=True)
        return [(a + b + c) & _MASK for a, b, c in zip(first, second[1:], third[2:], strict=False)]
    hashes = list(map(_hash, tokens))
    return [_mixed(hashes[start : start + size]) for start in range(len(hashes) - size + 1)]


@lru_cache(maxsize=1 << 15)  # most words of a text are common ones
def _at_places(word: str) -> tuple[int, int, int]:
    """What a word adds to the hash of a shingle of three in which it is the first, the second or the third."""
    value = _hash(word)
    return value * _A & _MASK, value * _B & _MASK, value * _C & _MASK


def _hash(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _mixed(hashes: list[int]) -> int:
    mixed = 0
    for value in hashes:
        mixed = (mixed * _A + value * _B) & _MASK
    return mixed
