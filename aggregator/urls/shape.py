"""What an address alone tells of the page behind it."""

import re
from collections import Counter
from typing import Final

from aggregator._project import load_table
from aggregator.models import SiteRules

from .parts import Parts, parse

_TABLE: Final = load_table("urls.toml")["listing"]
_LISTING: Final = frozenset(_TABLE["names"])
_FRONTS: Final = frozenset(_TABLE["fronts"])
_FILE: Final = re.compile(_TABLE["files"], re.IGNORECASE)
_PAGE_FILE: Final = re.compile(r"\.(?:s?html?|php|aspx?|jsp|story|article|do|nhn|cms|ece)$", re.IGNORECASE)
_DATE: Final = re.compile(
    r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/-]?(?:0?[1-9]|[12]\d|3[01])(?!\d))?(?=[/_-]|$)"
)
_ARCHIVE: Final = re.compile(
    r"/(?:19|20)\d\d(?:[/-](?:\d\d?|[a-z]{3})){0,2}/?"
)  # the whole path: a day's or month's list
_SECTION: Final = re.compile(r"/[^\W\d_]{1,14}")  # the whole path: one word
_ID: Final = re.compile(r"\d{5,}")
_ID_KEY: Final = re.compile(
    r"(?:^|&)(?:[a-z_]*id|idx|aid|no|num|seq|p|story|article|newsid|articleno|idxno)=[^&]*\d{2}", re.IGNORECASE
)
_HEX_ID: Final = re.compile(r"(?=[0-9a-f]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|[a-z]{0,3}\d{4,}", re.IGNORECASE)
_WORDS: Final = re.compile(r"[-_]+")

_DEEPEST: Final = 16
_REPEATS: Final = 3
_LONGEST: Final = 1024


def looks_like_article(url: str, *, rules: SiteRules | None = None) -> bool | None:
    """Whether an article (True) or a list, file or service page (False) stands behind an address; None when it cannot be told.

    The site's own patterns decide where given: `not_article_url`, then `article_url`. Otherwise: a long slug, a number, or a date with
    a slug is an article; the front page, tags, categories, authors, search, accounts, dates alone and files are not.
    """
    parts = parse(url)
    if parts is None:
        return False
    told = _by_rules(url, rules) if rules else None
    return _by_shape(parts) if told is None else told


def _by_rules(url: str, rules: SiteRules) -> bool | None:
    if any(re.search(pattern, url) for pattern in rules.not_article_url):
        return False
    if rules.article_url:
        return any(re.search(pattern, url) for pattern in rules.article_url)
    return None


def _by_shape(parts: Parts) -> bool | None:
    path = parts.path.lower().rstrip("/")
    segments = path.split("/")[1:]
    last = segments[-1] if segments else ""
    if _FILE.search(last) or _is_listing(segments):
        return False
    if parts.query and _ID_KEY.search(parts.query):
        return True
    if not segments or last in _FRONTS or _ARCHIVE.fullmatch(path) or _SECTION.fullmatch(path):
        return False
    return True if article_path(path) else None


def _is_listing(segments: list[str]) -> bool:
    """One of the last two parts names a list. A numbered slug of four words, or one of six, is a headline all the same."""
    if _LISTING.isdisjoint(segments[-2:]):
        return False
    words = _words(segments[-1])
    return not (words >= 6 or (words >= 4 and _ID.search(segments[-1])))


def article_path(path: str) -> bool:
    """Whether a path ends as articles' do: in a slug of three words or more, in a number, or in a slug or page under a date."""
    path = path.lower()
    last = _PAGE_FILE.sub("", path.rpartition("/")[2])
    if not last:
        return False
    if _words(last) >= 3 or _HEX_ID.fullmatch(last) or _ID.search(last):
        return True
    return _DATE.search(path) is not None and not _ARCHIVE.fullmatch(path)


def _words(slug: str) -> int:
    return sum(1 for word in _WORDS.split(slug) if word)


def path_depth(url: str) -> int:
    """Number of parts of the path; 0 for a front page or a bad address."""
    return len(_segments(url))


def repeats_path(url: str) -> bool:
    """Whether one part of the path stands in it more than three times, as links relative to the wrong folder make it."""
    return max(Counter(_segments(url)).values(), default=0) > _REPEATS


def could_be_trap(url: str) -> bool:
    """Whether an address looks endless: more than 1,024 characters, deeper than 16 parts, or one part more than three times."""
    return len(url) > _LONGEST or path_depth(url) > _DEEPEST or repeats_path(url)


def _segments(url: str) -> list[str]:
    parts = parse(url)
    return [part for part in parts.path.split("/") if part] if parts else []
