"""What a person types, as full-text queries: any text is a valid query, and none can reach SQL or FTS5 syntax."""

import re
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from .forms import search_form

_TOKEN: Final = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_MAX_TERMS: Final = 30
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query in the language of each index; an article is found by either. `unwanted` is what article_forms must not have."""

    words: str  # for article_fts
    forms: str  # for article_forms
    unwanted: str | None
    first: str  # the first wanted term as typed, for the snippet


def parse_query(text: str) -> Plan | None:
    """Words are all wanted, `"..."` is a phrase, `-word` is left out, `word*` finds beginnings. None: nothing is asked for."""
    terms = [found.groups() for found in list(_TOKEN.finditer(_printable(text)))[:_MAX_TERMS]]
    wanted = [_Term(phrase, word) for minus, phrase, word in terms if not minus and _WORD.search(phrase or word or "")]
    unwanted = [_Term(phrase, word) for minus, phrase, word in terms if minus and _WORD.search(phrase or word or "")]
    if not wanted:
        return None
    return Plan(
        words=_match([term.words for term in wanted], [term.words for term in unwanted]),
        forms=_match([term.forms for term in wanted], [term.forms for term in unwanted]),
        unwanted=" OR ".join(term.forms for term in unwanted) or None,
        first=wanted[0].text,
    )


class _Term:
    """One word or phrase, as an FTS5 string for each index."""

    def __init__(self, phrase: str | None, word: str | None) -> None:
        text = phrase if phrase is not None else word or ""
        star = "*" if phrase is None and len(text) > 2 and text.endswith("*") else ""
        self.text = text.rstrip("*")
        self.words = _any_of([quote(spelling) + star for spelling in _spellings(self.text)])
        self.forms = quote(search_form(self.text)) + star


_EXCLUDED: Final = (
    "\u0958\u0959\u095a\u095b\u095c\u095d\u095e\u095f\u09dc\u09dd\u09df\u0a33\u0a36\u0a59\u0a5a\u0a5b\u0a5e\u0b5c\u0b5d"
)
"""Indic letters with a dot below that NFC takes apart (Unicode, CompositionExclusions.txt); keyboards and pages have them whole, too."""


def _spellings(text: str) -> list[str]:
    """The same characters in every form that Unicode has for them: some are one or two, and pages and keyboards differ."""
    if text.isascii():
        return [text]
    composed = normalize("NFC", text)
    whole = composed
    for letter in _EXCLUDED:
        whole = whole.replace(normalize("NFD", letter), letter)
    return list(dict.fromkeys((text, composed, normalize("NFD", text), whole)))


def _any_of(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _match(wanted: list[str], unwanted: list[str]) -> str:
    query = " AND ".join(wanted)
    return f"({query}) NOT ({' OR '.join(unwanted)})" if unwanted else query


def _printable(text: str) -> str:
    """Without half surrogates and NUL, which SQLite cannot take."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def quote(text: str) -> str:
    """Text as an FTS5 string: only its words count."""
    return '"' + text.replace('"', " ") + '"'
