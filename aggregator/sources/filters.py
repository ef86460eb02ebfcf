"""What a source's own rules say about an address, before it is fetched and after."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from aggregator.models import Hint, SiteRules

_WORD: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=512)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


def address_fits(url: str, rules: SiteRules) -> bool:
    """Whether the address patterns take an address: one of `article_url` (if any) and none of `not_article_url`."""
    if any(pattern.search(url) for pattern in _compiled(rules.not_article_url)):
        return False
    return not rules.article_url or any(pattern.search(url) for pattern in _compiled(rules.article_url))


def section_fits(url: str, names: Iterable[str | None], rules: SiteRules) -> bool | None:
    """Whether an article is in one of the wanted sections, by its address and by section or tag names given for it.

    None: nothing told it (no names, and no wanted section in the path). True when no section is asked for.
    """
    if not rules.sections:
        return True
    wanted = {_key(section) for section in rules.sections}
    if wanted & {_key(part) for part in _path_parts(url)}:
        return True
    given = {_key(name) for name in names if name}
    return bool(wanted & given) if given else None


def hint_fits(hint: Hint, rules: SiteRules) -> bool:
    """Whether a listed address is worth a request: the patterns take it, and its section is wanted or not known yet."""
    return address_fits(hint.url, rules) and section_fits(hint.url, hint.tags, rules) is not False


def _path_parts(url: str) -> list[str]:
    """Parts of the path but the last, which is the article's own name."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return []
    return path.split("/")[:-1]


def _key(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold()))
