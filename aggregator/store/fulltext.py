"""What a person types, as full-text queries: any text is a valid query, and none can reach SQL or FTS5 syntax."""

import re
from dataclasses import dataclass
from typing import Final

from .forms import DENSE, fold_arabic, has_arabic, spaced

_TOKEN: Final = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_MAX_TERMS: Final = 30
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing to find or to leave out, as FTS5 queries of the two indexes; None: the index cannot have it.

    With both, either may find it.
    """

    words: str | None  # for article_fts
    forms: str | None  # for article_forms
    wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a query is answered: `match` is asked of article_fts as a whole, `terms` one by one."""

    match: str | None
    terms: tuple[Term, ...]
    unwanted: tuple[Term, ...]


def parse_query(text: str) -> Plan:
    """Words are all wanted, `"..."` is a phrase, `-word` is left out, `word*` finds beginnings. Never raises."""
    terms = [term for found in list(_TOKEN.finditer(_printable(text)))[:_MAX_TERMS] for term in _terms(found)]
    plain = [term.words for term in terms if term.wanted and term.forms is None and term.words]
    return Plan(
        match=" AND ".join(plain) or None,
        terms=tuple(term for term in terms if term.wanted and term.forms is not None),
        unwanted=tuple(term for term in terms if not term.wanted),
    )


def _printable(text: str) -> str:
    """Without half surrogates and NUL, which SQLite cannot take."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def _terms(found: re.Match[str]) -> list[Term]:
    minus, phrase, word = found.groups()
    wanted = not minus
    text = phrase if phrase is not None else word
    if DENSE.search(text):
        return _dense_terms(text, wanted=wanted)
    if has_arabic(text):
        return [_arabic_term(part, wanted=wanted) for part in text.split()]
    if not _WORD.search(text):
        return []
    star = "*" if phrase is None and len(text) > 2 and text.endswith("*") else ""
    return [Term(words=quote(text.rstrip("*")) + star, forms=None, wanted=wanted)]


def _dense_terms(text: str, *, wanted: bool) -> list[Term]:
    """Runs of a script without spaces are phrases of characters; what stands between them is words."""
    dense = [Term(words=None, forms=quote(spaced(run)), wanted=wanted) for run in DENSE.findall(text)]
    rest = [part for part in DENSE.split(text) if _WORD.search(part)]
    return dense + [Term(words=quote(part), forms=None, wanted=wanted) for part in rest]


def _arabic_term(word: str, *, wanted: bool) -> Term:
    folded = quote(fold_arabic(word))
    return Term(words=f"({quote(word)} OR {folded})", forms=folded, wanted=wanted)


def quote(text: str) -> str:
    """Text as an FTS5 string: only its words count."""
    return '"' + text.replace('"', " ") + '"'
