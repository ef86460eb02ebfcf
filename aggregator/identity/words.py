"""Texts as words and shingles, the same for every spelling of the same text. Scripts without spaces are taken by the character."""

import re
import unicodedata
from typing import Final
from zlib import crc32

SIZE: Final = 3  # words in a shingle; longer ones lose lightly edited copies, shorter ones meet by chance

# Kana, Han and its extensions, Thai, Lao, Myanmar, Khmer: written without spaces between words.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Vowel signs of Indic scripts are no `\w`, but parts of words; U+0964 and U+0965 end sentences.
_SPACED: Final = "[^\\W_" + _UNSPACED + "]|[\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff]"
_WORD: Final = re.compile(f"[{_UNSPACED}]|(?:{_SPACED})+")
_ASCII_WORD: Final = re.compile("[a-z0-9]+")
_APOSTROPHES: Final = str.maketrans("", "", "'\u2019\u2018\u02bc\u0640\u200b\u200c\u200d\u00ad\ufeff")

_A, _B, _C = (
    0x5851F42D4C957F2D,
    0x2545F4914F6CDD1D,
    0x1B873593CC9E2D51,
)  # odd 61-bit multipliers (PCG, xorshift*, mixed)
_MASK: Final = (1 << 63) - 1


def words(text: str) -> list[str]:
    """Words in lower case, without apostrophes and invisible characters; one character each where no spaces are written."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower().replace("'", ""))
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return _ASCII_WORD.findall(folded) if folded.isascii() else _WORD.findall(folded)


def shingles(tokens: list[str]) -> list[int]:
    """63-bit hashes of every SIZE neighbouring words, in reading order; the same in every process. A shorter text is one shingle."""
    if not tokens:
        return []
    tokens = tokens + [""] * (SIZE - len(tokens))
    hashes = [crc32(token.encode("utf-8", "surrogatepass")) for token in tokens]
    return [(a * _A + b * _B + c * _C) & _MASK for a, b, c in zip(hashes, hashes[1:], hashes[2:], strict=False)]
