"""Which of two copies is the original: by what they credit, else by when they were published. Pure."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from aggregator.models import Article, Candidate

EDGE: Final = 300  # characters at either end of a text where its source is named
EARLIER: Final = timedelta(minutes=1)
SHORTEST: Final = 3  # letters of a name that can be found in a host

_CREDIT: Final = re.compile(
    r"(?:originally|first|previously)\s+(?:appeared|published|ran|posted)\s+(?:on|in|at|by)\s+(?P<name>[^\n.,;:()|]{2,60}(?:\.[a-z]{2,6})?)"
    r"|(?:zuerst|ursprünglich) (?:erschienen|veröffentlicht) (?:bei|auf|in) (?P<de>[^\n.,;:()|]{2,60})"
    r"|(?:publié|paru) (?:initialement|à l'origine) (?:sur|dans|par) (?P<fr>[^\n.,;:()|]{2,60})"
    r"|publicad[oa] (?:originalmente|por primera vez) (?:en|por) (?P<es>[^\n.,;:()|]{2,60})",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(r"[\W_]+")


def why_original(article: Article, stored: Candidate) -> str:
    """Why the incoming one of two copies is the original; empty when the stored one is. Never raises.

    A stated credit decides ("originally appeared on ...", or the agency that a text is from, at that agency's own address); without one,
    of two articles whose instants are both known, the earlier one is the original.
    """
    mine, theirs = _credits(article.text, article.agency), _credits(stored.text, stored.agency)
    if any(_is_at(name, stored.url) for name in mine):
        return ""
    credited = next((name for name in theirs if _is_at(name, article.url)), "")
    if credited:
        return f"it credits {credited}"
    if mine and not theirs:
        return ""
    return "it was published later" if _is_earlier(article, stored) else ""


def _credits(text: str, agency: str | None) -> list[str]:
    return [*_names(text[:EDGE]), *_names(text[-EDGE:]), *([agency] if agency else [])]


def _names(text: str) -> Iterator[str]:
    for match in _CREDIT.finditer(text):
        yield next(group for group in match.groups() if group).strip()


def _is_at(name: str, url: str) -> bool:
    """Whether a name is that of the outlet at an address: `The Daily Star` at thedailystar.net, `AP News` at apnews.com."""
    letters = _squeezed(name)
    labels = _labels(url)
    return any(letters in (label, f"the{label}") or f"the{letters}" == label for label in labels) if letters else False


@lru_cache(maxsize=1024)
def _squeezed(name: str) -> str:
    squeezed = _LETTERS.sub("", name.casefold().removesuffix(" website").partition(".")[0])
    return squeezed if len(squeezed) >= SHORTEST else ""


def _labels(url: str) -> list[str]:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return []
    return [label.replace("-", "") for label in host.split(".")[:-1]]


def _is_earlier(article: Article, stored: Candidate) -> bool:
    when = article.publication
    if when is None or stored.published is None or not stored.exact:
        return False
    if when.precision not in ("second", "minute") or when.zone == "unknown":
        return False
    return when.instant + EARLIER <= stored.published
