"""Search in scripts that a word tokenizer does not serve: what goes into the second full-text index, and what is asked of it.

The first index (`article_fts`) splits at spaces and punctuation and folds accents. That finds nothing in scripts without
spaces (Han, kana, Thai, Lao, Khmer, Myanmar), finds Korean words (and Latin ones before a Korean particle) only with the same
ending, and tells Arabic-script words with vowel signs or another form of a letter from those without. Articles with such text,
and only these, are in the second index (`article_forms`) as well, as a whole: each character of a dense script as a word of its
own, each Arabic-script word folded. A phrase of characters then finds a word of any length, two characters included, which is
the usual length in Chinese and Korean and too short for a trigram index.
"""

import re
from typing import Final
from unicodedata import normalize

_DENSE_RANGES: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
DENSE: Final = re.compile(f"[{_DENSE_RANGES}]+")
_ARABIC_RANGES: Final = "\u0620-\u065f\u066e-\u06d3\u06d5-\u06ff\u0750-\u077f\u200c\u200d"
_ARABIC_WORD: Final = re.compile(f"[{_ARABIC_RANGES}]+")
_NEEDY: Final = re.compile(f"[{_DENSE_RANGES}{_ARABIC_RANGES}]")
_SIGNS: Final = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u06d6-\u06ed\u200c\u200d]")
_LETTERS: Final = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ؤ": "و",
        "ة": "ہ",
        "ه": "ہ",
        "ۀ": "ہ",
        "ۂ": "ہ",
        "ۃ": "ہ",
    }
)


ADD_FORMS: Final = "INSERT INTO article_forms (rowid, title, description, body) VALUES (?, ?, ?, ?)"
FORGET_FORMS: Final = """INSERT INTO article_forms (article_forms, rowid, title, description, body)
VALUES ('delete', ?, ?, ?, ?)"""


def fold_arabic(word: str) -> str:
    """An Arabic-script word without vowel signs, with Arabic and Persian/Urdu forms of a letter made one."""
    return _SIGNS.sub("", word.translate(_LETTERS))


def search_form(text: str) -> str:
    """Text as the second index has it: characters of dense scripts apart, Arabic-script words folded."""
    text = DENSE.sub(lambda run: f" {' '.join(normalize('NFKC', run[0]))} ", text)
    return _ARABIC_WORD.sub(lambda word: fold_arabic(word[0]), text)


def needs_forms(text: str) -> bool:
    """Whether the first index does not serve a text."""
    return not text.isascii() and _NEEDY.search(text) is not None


def extra_forms(title: str, description: str | None, body: str) -> tuple[str, str, str] | None:
    """What the second index gets for an article; None for most (one quick scan)."""
    texts = (title, description or "", body)
    return tuple(map(search_form, texts)) if any(map(needs_forms, texts)) else None  # type: ignore[return-value]
