"""The language of a text, told by its script and its commonest words. Pure; tables in data/languages.toml."""

import re
from collections import Counter
from functools import cache
from typing import Final

from aggregator._project import load_table

_SAMPLE: Final = 2_500  # characters; enough for a verdict, little enough to be cheap
_LETTERS: Final = 800  # characters that tell the script
_WORDS: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LETTER: Final = re.compile(r"[^\W\d_]")
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z])")

# Codes that were retired, macro languages and everyday mistakes, to what is meant (BCP 47 registry, "Preferred-Value").
_PREFERRED: Final = {
    "iw": "he",
    "in": "id",
    "no": "nb",
    "fil": "tl",
    "cn": "zh",
    "jp": "ja",
    "kr": "ko",
    "ua": "uk",
    "cz": "cs",
    "gr": "el",
}


def detect_language(text: str) -> str | None:
    """The BCP 47 language of a text, such as "de"; None where the text is too short or fits no known language well."""
    sample = text[:_SAMPLE]
    script = _script(sample)
    if script is None:
        return None
    languages = _languages()[script]
    return languages[0] if len(languages) == 1 else _by_words(sample, languages)


def normalize_language(value: str | None) -> str | None:
    """A language tag of a page as BCP 47: `en_us` -> `en-US`, `DE` -> `de`, `pt_BR.utf8` -> `pt-BR`. None for anything else."""
    match = _TAG.match((value or "").strip())
    if not match:
        return None
    language = match[1].lower()
    parts = [_PREFERRED.get(language, language)]
    parts += [match[2].title()] if match[2] else []
    parts += [match[3].upper()] if match[3] else []
    return "-".join(parts)


def same_language(one: str, other: str) -> bool:
    """Whether two BCP 47 tags name the same language, whatever the region; close written forms count as the same."""
    first, second = (_CLOSE.get(tag.split("-")[0], tag.split("-")[0]) for tag in (one, other))
    return first == second


# Languages that common words hardly tell apart: a page that claims one is not corrected to the other.
_CLOSE: Final = {
    "ms": "id",
    "nn": "nb",
    "da": "nb",
    "sk": "cs",
    "sr": "hr",
    "bs": "hr",
    "gl": "pt",
    "af": "nl",
    "az": "tr",
    "mr": "hi",
    "ne": "hi",
    "yue": "zh",
}


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    return {row["name"]: tuple(row["languages"]) for row in load_table("languages.toml")["script"]}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    rows = load_table("languages.toml")["script"]
    return {row["name"]: re.compile(f"[{_range(row['ranges'])}]") for row in rows}


def _range(ranges: list[str]) -> str:
    return "".join("-".join(chr(int(end, 16)) for end in pair.split("-")) for pair in ranges)


def _script(sample: str) -> str | None:
    """The script that most of the letters are in. Some kana among Han characters is Japanese."""
    head = sample[:_LETTERS]
    patterns = _patterns()
    if len(patterns["latin"].findall(head)) * 4 > len(_LETTER.findall(head)) * 3:
        return "latin"  # the commonest case needs no further count
    counts = {name: len(pattern.findall(head)) for name, pattern in patterns.items()}
    if counts["kana"] * 10 > counts["han"] and counts["kana"]:
        counts["kana"] += counts["han"]
    # A Han, kana or Hangul character says about as much as two letters.
    for name in ("kana", "han", "hangul"):
        counts[name] *= 2
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 4 else None


@cache
def _index() -> dict[str, tuple[str, ...]]:
    """Word -> the languages that use it much."""
    index: dict[str, list[str]] = {}
    for language, words in load_table("languages.toml")["words"].items():
        for word in set(words.split()):
            index.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in index.items()}


def _by_words(sample: str, languages: tuple[str, ...]) -> str | None:
    words = _WORDS.findall(sample.lower())
    index = _index()
    hits: Counter[str] = Counter()
    for word in words:
        for language in index.get(word, ()):
            hits[language] += 1
    ranked = [(count, language) for language, count in hits.most_common() if language in languages]
    # Prose has one common word in three (English) to one in fifteen (Turkish, Finnish: their endings do that work).
    if not ranked or ranked[0][0] < 3 or ranked[0][0] * 20 < len(words):
        return None
    tied = [language for count, language in ranked if count == ranked[0][0]]
    # Of near relatives that the words do not tell apart, the one with more readers, which stands first in the table.
    first = min(tied, key=languages.index)
    return first if all(same_language(first, other) for other in tied) else None
