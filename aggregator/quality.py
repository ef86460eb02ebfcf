"""How far an analyst may rely on a record: how far the statements about each of its fields agree. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from .models import Claim, Dated, Field

_WEIGHTS: Final = {"text": 0.4, "title": 0.2, "date": 0.2, "authors": 0.1, "language": 0.05, "description": 0.05}
_ALONE: Final = 0.7  # of a statement that nothing else on the page bears out
_FULL: Final = 120  # words from which a text is no longer short


def quality(
    *, certainty: float, words: int, claims: Sequence[Claim], publication: Dated | None, has_description: bool
) -> float:
    """0 to 1. `certainty` is how sure the choice of the text is (`Selection.certainty`), `words` its length.

    The weighted mean of: the text's certainty, less for short texts; the share of the page's statements that agree with the title
    and with the authors; the date's confidence; whether a stated language is the text's; whether there is a description. A field
    that nothing states has 0, one that a single place states 0.7.
    """
    parts = {
        "text": certainty * min(1.0, words / _FULL),
        "title": _agreement(claims, "title"),
        "date": publication.confidence if publication else 0.0,
        "authors": _agreement(claims, "author"),
        "language": _agreement(claims, "language"),
        "description": float(has_description),
    }
    return round(sum(weight * parts[name] for name, weight in _WEIGHTS.items()), 2)


def _agreement(claims: Iterable[Claim], field: Field) -> float:
    """The share of a field's statements that say what the winner says."""
    values = [(claim.value, claim.chosen) for claim in claims if claim.field == field]
    winner = next((_key(value) for value, chosen in values if chosen), None)
    if winner is None:
        return 0.0
    if len(values) == 1:
        return _ALONE
    return sum(_alike(_key(value), winner) for value, _ in values) / len(values)


def _alike(value: str, winner: str) -> bool:
    """The same but for signs, or one a part of the other: a title with the site's name, one of two authors."""
    return value == winner or (len(value) > 1 and (value in winner or winner in value))


def _key(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
