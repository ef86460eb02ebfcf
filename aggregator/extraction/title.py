"""The article's title: candidates from markup, structured data and the place that led here, decided by their agreement. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from typing import Final
from unicodedata import normalize
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document, JsonNode, text_of, types_of
from aggregator.models import Hint

from .markup import element_text, is_outside, leads_home
from .names import compact

_SPACE: Final = re.compile(r"\s+")
_TAGS: Final = re.compile(r"</?(?:[a-zA-Z][a-zA-Z0-9]{0,10})(?:\s[^<>]{0,200})?/?>")
_WORD: Final = re.compile(r"\w+")
_INVISIBLE: Final = re.compile("[\u200b\u200e\u200f\u2028\u2029\ufeff\u00ad]")
# Between the title and the site's name. A hyphen needs blanks around it; bars and dots may do without one of them.
_SEPARATOR: Final = re.compile(
    r"\s+[-–—:•·∙/»«›‹>|｜~]+\s+|\s*[|｜»«›]+\s*|\s+::\s+|(?<=\S)\s[–—]\s*|[:：]\s+|\s*[_＿]\s*|\s+[-–—](?=\S)"
)
_CUT: Final = re.compile(r"\s*(?:\.{3,}|…|\[…\]|\[\.\.\.\])\s*$")
_PUBLISHER_TYPES: Final = frozenset({"WebSite", "NewsMediaOrganization", "Organization"})
MAX_TITLE: Final = 400  # characters; a longer "title" is a text that somebody put in the wrong place

# How far each place is trusted, and what the figure says: pages whose other candidates disagree were counted on a development corpus.
_TRUST: Final = {
    "rule": 100.0,
    "h1": 4.5,  # what readers see, before what the page tells search engines and networks, though all of these agree
    "h1:itemprop": 4.8,
    "heading": 0.5,
    "json-ld": 1.0,
    "meta:og:title": 0.95,
    "meta:twitter:title": 0.5,
    "title": 0.55,
    "meta": 0.4,
    "hint": 0.45,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One title that a page, or the place that led to it, states."""

    value: str  # cleaned, site name cut
    raw: str
    origin: str
    trust: float
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All candidates, the winner first, and why it won."""

    candidates: tuple[Candidate, ...] = ()
    reason: str = ""

    @property
    def value(self) -> str | None:
        """The winner's text."""
        return self.candidates[0].value if self.candidates else None


def decide_title(
    document: Document,
    *,
    nodes: tuple[JsonNode, ...],
    site_names: frozenset[str],
    selected: str | None = None,
    hints: tuple[Hint, ...] = (),
) -> Decision:
    """The title that most of the page's own statements agree on.

    `nodes` are the page's main JSON-LD nodes, `site_names` as of `site_names_of`, `selected` what the source's own selector found.
    """
    found = [
        Candidate(value=clean_line(raw), raw=raw[:500], origin=origin, trust=_TRUST[kind], order=order)
        for order, (kind, origin, raw) in enumerate(_statements(document, nodes, selected, hints))
    ]
    usable = [candidate for candidate in found if is_title(candidate.value, site_names)]
    keys = frozenset(title_key(candidate.value) for candidate in usable)
    stripped = [replace(candidate, value=without_site(candidate.value, site_names, keys)) for candidate in usable]
    return _vote([candidate for candidate in stripped if is_title(candidate.value, site_names)])


def title_key(text: str) -> str:
    """What two spellings of one title share: no case, marks or blanks."""
    return " ".join(_WORD.findall(normalize("NFKC", text).casefold()))


def clean_line(text: str) -> str:
    """One line of plain text: entities resolved (twice encoded ones too), tags and invisible characters gone, blanks single."""
    if "&" in text:
        text = unescape(unescape(text))
    if "<" in text:
        text = _TAGS.sub("", text)
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def is_title(text: str, site_names: frozenset[str]) -> bool:
    """Whether a text can be an article's title: not empty, not a page of text, not the site's name, not a placeholder."""
    key = title_key(text)
    return bool(key) and len(text) <= MAX_TITLE and compact(text) not in site_names and key not in _empty_titles()


def site_names_of(document: Document, *, extra: Iterable[str] = ()) -> frozenset[str]:
    """The site's names without blanks and case: what the page says of itself, its host, and `extra`."""
    names = [
        document.meta("og:site_name"),
        document.meta("application-name"),
        document.meta("apple-mobile-web-app-title"),
        document.meta("twitter:site"),
        document.meta("al:ios:app_name"),
        *extra,
    ]
    names += [text_of(node.get("publisher")) for node in document.json_ld]
    names += [text_of(node.get("name")) for node in document.json_ld if types_of(node) & _PUBLISHER_TYPES]
    names += [element_text(heading, 80) for heading in document.root.iter("h1") if leads_home(heading, document)]
    found = {compact(name) for name in names if name and len(name) <= 80}
    return frozenset(found | set(_host_names(document.url or document.meta("og:url") or ""))) - {""}


def without_site(title: str, site_names: frozenset[str], others: frozenset[str]) -> str:
    """A title without the site's name and section around it.

    A part is cut where it is a name of the site, or where what is left is, word for word, another candidate of `others`.
    """
    for _ in range(4):
        shorter = _shorter(title, site_names, others)
        if shorter is None:
            return title
        title = shorter
    return title


def _shorter(title: str, site_names: frozenset[str], others: frozenset[str]) -> str | None:
    for match in _SEPARATOR.finditer(title):
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        if not head or not tail:
            continue
        if title_key(head) in others or (_is_site(tail, site_names) and len(head) >= 3):
            return head
        if title_key(tail) in others or (_is_site(head, site_names) and len(tail) >= 3):
            return tail
    return None


def _is_site(part: str, site_names: frozenset[str]) -> bool:
    name = compact(part)
    if name in site_names:
        return True
    without_article = name.removeprefix("the").removesuffix("com")
    return len(without_article) > 2 and any(
        without_article == site.removeprefix("the").removesuffix("com") for site in site_names
    )


def _host_names(url: str) -> Iterator[str]:
    """`www.the-news.co.uk` -> thenewscouk, thenews, and each label that is no suffix."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return
    labels = host.split(".")
    yield compact(host)
    for label in labels[:-1]:
        if len(label) > 3 or len(labels) == 2:
            yield label.replace("-", "")


@cache
def _empty_titles() -> frozenset[str]:
    return frozenset(title_key(word) for word in load_table("metadata.toml")["title"]["empty"])


# ------------------------------------------------------------------------------------------------ candidates


def _statements(
    document: Document, nodes: tuple[JsonNode, ...], selected: str | None, hints: tuple[Hint, ...]
) -> Iterator[tuple[str, str, str]]:
    """(kind of trust, origin, raw text) of each title in the order of its usual worth."""
    if selected:
        yield "rule", "rule", selected
    yield from _headings(document)
    for node in nodes[:2]:
        if text := text_of(node.get("headline")) or text_of(node.get("name")):
            yield "json-ld", "json-ld:headline" if "headline" in node else "json-ld:name", text
    yield from _heads(document)
    for hint in hints:
        if hint.title:
            yield "hint", hint.origin, hint.title


def _heads(document: Document) -> Iterator[tuple[str, str, str]]:
    """The titles that the page's head states."""
    for name in ("og:title", "twitter:title"):
        if text := document.meta(name):
            yield f"meta:{name}", f"meta:{name}", text
    if text := document.root.findtext("head/title") or document.root.findtext(".//title"):
        yield "title", "title", text
    for name in ("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title", "headline"):
        if text := document.meta(name):
            yield "meta", f"meta:{name}", text


def _headings(document: Document) -> Iterator[tuple[str, str, str]]:
    """The page's first-level headings; where there is none, the element marked as headline."""
    found = False
    headings = [
        heading for heading in document.root.iter("h1") if not is_outside(heading) and not leads_home(heading, document)
    ]
    for heading in headings[:8]:
        if text := element_text(heading, MAX_TITLE + 1):
            found = True
            yield ("h1:itemprop" if _is_headline(heading) else "h1"), "h1", text
    if not found:
        for heading in document.root.iter("h2", "h3"):
            if (
                _looks_like_title(heading)
                and not is_outside(heading)
                and (text := element_text(heading, MAX_TITLE + 1))
            ):
                yield "heading", str(heading.tag), text
                return


def _is_headline(element: HtmlElement) -> bool:
    return "headline" in (element.get("itemprop") or "").lower()


def _looks_like_title(element: HtmlElement) -> bool:
    tokens = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('id') or ''}".lower()
    return "title" in tokens or "headline" in tokens


# ------------------------------------------------------------------------------------------------ decision


def _vote(candidates: list[Candidate]) -> Decision:
    """The text with the most trust behind it; among several first-level headings only the first counts in full."""
    if not candidates:
        return Decision()
    weights = _weights(candidates)
    support: dict[str, float] = {}
    for candidate, weight in zip(candidates, weights, strict=True):
        key = title_key(candidate.value)
        support[key] = support.get(key, 0.0) + weight
    keys = sorted(support, key=len, reverse=True)
    for candidate, weight in zip(candidates, weights, strict=True):
        for key in keys:
            # A cut title speaks for the whole one, one with a kicker before it for the one without.
            if _is_cut_of(candidate.value, key) or _has_kicker(candidate, key):
                support[key] += weight
                support[title_key(candidate.value)] -= weight
                break
    ranked = sorted(candidates, key=lambda one: (-support[title_key(one.value)], one.order))
    first = ranked[0]
    agreeing = [one for one in candidates if title_key(one.value) == title_key(first.value)]
    best = max(agreeing, key=lambda one: (one.trust, -one.order))
    reason = f"{len(agreeing)} of {len(candidates)} candidates agree" if len(agreeing) > 1 else "most trusted candidate"
    reason = "the source's own selector" if best.origin == "rule" else reason
    return Decision(candidates=(best, *(one for one in ranked if one is not best)), reason=reason)


def _weights(candidates: list[Candidate]) -> list[float]:
    """A candidate's trust; none for a repetition, little for a heading that has next to nothing in common with the rest."""
    seen: set[tuple[str, str]] = set()
    weights = []
    for candidate in candidates:
        pair = (candidate.origin, title_key(candidate.value))
        weight = candidate.trust * (_kinship(candidate, candidates) if candidate.origin == "h1" else 1.0)
        weights.append(0.0 if pair in seen else weight)
        seen.add(pair)
    return weights


def _kinship(heading: Candidate, candidates: list[Candidate]) -> float:
    """How much a heading shares with the best of the other places: 1 from a third of its words on."""
    others = [candidate for candidate in candidates if candidate.origin != "h1"]
    if not others:
        return 1.0
    shared = max(_overlap(title_key(heading.value), title_key(other.value)) for other in others)
    return 0.1 if shared < 0.1 else 0.5 + shared / 2 if shared > 0.3 else 0.3


def _overlap(one: str, other: str) -> float:
    """Share of the words of the shorter text that the other has; pairs of characters where there are no blanks."""
    first, second = _units(one), _units(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def _units(key: str) -> set[str]:
    words = set(key.split())
    return words if len(words) > 3 or key.isascii() else {key[at : at + 2] for at in range(len(key) - 1)}


def _is_cut_of(text: str, key: str) -> bool:
    if not _CUT.search(text):
        return False
    start = title_key(_CUT.sub("", text))
    return len(start) > 15 and key != title_key(text) and key.startswith(start)


def _has_kicker(candidate: Candidate, key: str) -> bool:
    """Whether a heading is a short label and then the whole of another candidate."""
    own = title_key(candidate.value)
    label = len(own) - len(key)
    return candidate.origin == "h1" and len(key) > 15 and 0 < label <= 40 and own.endswith(key)
