"""Section and home pages: which links lead to articles, told from menus, tags and service pages."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urldefrag, urlsplit

from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document, parse_document
from aggregator.models import Hint, HintOrigin, Reason, SiteRules
from aggregator.urls import same_site

from .filters import address_fits, section_fits
from .listing import Listing, plain_text

MAX_SECTIONS: Final = 100
MAX_LINKS: Final = 3000  # of the page's own site; a front page has 100 to 600
_LEVELS: Final = 12  # how far up the surroundings of a link are looked at
_ENOUGH: Final = 4  # points from which a link counts as an article's; see `_score`

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5"})
_CARDS: Final = frozenset({"article", "li", "tr"})
_MENU_TAGS: Final = frozenset({"nav", "footer", "form", "menu"})
_TABLE: Final = load_table("sections.toml")
_MENU_NAMES: Final = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(_TABLE['menu']['names'])})(?:[\s_-]|$)", re.IGNORECASE)
_NEXT_WORDS: Final = frozenset(_TABLE["next"]["words"])
_SERVICE: Final = frozenset(_TABLE["service"]["names"])
_OTHER: Final = _SERVICE | frozenset(_TABLE["lists"]["names"])

# The shape of an address. Signs that publishers of all countries share; no site's own.
_DATED: Final = re.compile(r"/(?:19|20)\d\d[/-]?(?:\d\d|[a-z]{3})\b")
_NUMBERED: Final = re.compile(r"\d{5,}|-\d{4,}")
_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|zip|mp[34]|css|js|xml|rss|ics|exe|apk)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedLink:
    """A link of the page's own site. `points` tell how sure it is that an article is there; `rank_links` explains them."""

    url: str
    text: str
    points: int
    published: str | None = None  # raw, from a <time> in the same card

    @property
    def is_article(self) -> bool:
        """Whether the points are enough."""
        return self.points >= _ENOUGH


def read_section_page(body: bytes, *, url: str, rules: SiteRules, content_type: str | None = None) -> Listing:
    """Parse a page and read it as a section; never raises."""
    if not body.strip():
        return Listing(kind="section", problem=Reason.EMPTY_BODY)
    return read_section(parse_document(body, url=url, content_type=content_type), url=url, rules=rules)


def read_section(document: Document, *, url: str, rules: SiteRules, origin: HintOrigin = "section") -> Listing:
    """Article links of a section or home page, in page order, and its next page; never raises.

    A source's `article_url` patterns decide alone where they are given; else links with enough points count (see `rank_links`).
    """
    links = rank_links(document, url=url, rules=rules)
    wanted = (link for link in links if link.is_article and section_fits(link.url, (), rules) is not False)
    entries = tuple(
        Hint(origin=origin, origin_url=url, url=link.url, title=plain_text(link.text), published=link.published)
        for link in wanted
    )
    return Listing(
        kind="section",
        entries=entries,
        problem=None if entries else Reason.EMPTY_LISTING,
        title=plain_text(document.root.findtext(".//title")),
        language=plain_text(document.root.get("lang"), limit=35),
        next_url=_next_page(document, url),
        sections=tuple(link.url for link in links if not link.is_article and _may_list(link.url))[:MAX_SECTIONS],
    )


def rank_links(document: Document, *, url: str, rules: SiteRules) -> tuple[RankedLink, ...]:
    """Every link of the page's own site once, in page order, with its points.

    Points: up to 3 for a long text (headlines are sentences, menus are words), 2 for a heading around or inside it, 1 for a card
    with a date, 1 for at least three such links in containers of one kind, up to 3 for an address shaped like an article's;
    minus 4 inside menus, footers and forms, minus 4 for an address of a service or listing page. Several links to one address
    (picture, headline, "read more") count as the best of them.
    """
    found = list(_found_links(document, url))
    kinds = Counter(link.kind for link in found if len(link.text) >= _LONG)
    best: dict[str, RankedLink] = {}
    for link in found:
        ranked = RankedLink(url=link.url, text=link.text, points=_points(link, kinds, rules), published=link.published)
        best[link.url] = _better(best.get(link.url), ranked)
    return tuple(best.values())


def _better(one: RankedLink | None, other: RankedLink) -> RankedLink:
    if one is None:
        return other
    text = max(one.text, other.text, key=len)
    return replace(one, text=text, points=max(one.points, other.points), published=one.published or other.published)


# ------------------------------------------------------------------------------------------------ links and their surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    url: str
    text: str
    heading: bool
    menu: bool
    published: str | None
    kind: str  # tags and first classes of the nearest containers


def _found_links(document: Document, url: str) -> Iterator[_Link]:
    own = urldefrag(url)[0]
    dates: dict[HtmlElement, str | None] = {}
    count = 0
    for anchor in document.root.iter("a"):
        target = urldefrag(document.resolve((anchor.get("href") or "").strip()) or "")[0]
        if not target or target == own or not same_site(target, url):
            continue
        count += 1
        if count > MAX_LINKS:
            return
        yield _link(anchor, target, dates)


def _link(anchor: HtmlElement, target: str, dates: dict[HtmlElement, str | None]) -> _Link:
    around = [parent for parent, _ in zip(anchor.iterancestors(), range(_LEVELS), strict=False)]
    card = next((parent for parent in around[:6] if parent.tag in _CARDS), None)
    if card is not None and card not in dates:
        dates[card] = _date_of(card)
    return _Link(
        url=target,
        text=_text_of(anchor),
        heading=any(element.tag in _HEADINGS for element in (*around[:4], *anchor.iter())),
        menu=_in_menu(around, inside_card=card is not None and card.tag == "article"),
        published=dates[card] if card is not None else None,
        kind=">".join(f"{p.tag}.{(p.get('class') or '').partition(' ')[0]}" for p in around[:3]),
    )


def _date_of(card: HtmlElement) -> str | None:
    moment = card.find(".//time")
    return plain_text(moment.get("datetime"), limit=100) if moment is not None else None


def _text_of(anchor: HtmlElement) -> str:
    """What a reader sees of a link; the picture's text where there is nothing else."""
    text = " ".join("".join(anchor.itertext()).split())
    if text:
        return text[:300]
    image = anchor.find(".//img")
    return " ".join((image.get("alt") or "").split())[:300] if image is not None else ""


def _in_menu(around: list[HtmlElement], *, inside_card: bool) -> bool:
    for element in around:
        if element.tag in {"body", "main"} or (inside_card and element.tag == "article"):
            return False
        if _is_menu(element, inside_card=inside_card):
            return True
    return False


def _is_menu(element: HtmlElement, *, inside_card: bool) -> bool:
    if element.tag in _MENU_TAGS or element.get("role") in {"navigation", "menu"}:
        return True
    if element.tag == "header" and not inside_card:
        return True
    return bool(_MENU_NAMES.search(element.get("class") or "") or _MENU_NAMES.search(element.get("id") or ""))


# ------------------------------------------------------------------------------------------------ points

_LONG: Final = 20  # characters of a headline; dense scripts say more in fewer (see `_length`)


def _points(link: _Link, kinds: Counter[str], rules: SiteRules) -> int:
    if not address_fits(link.url, rules):
        return -_ENOUGH
    if rules.article_url:
        return 2 * _ENOUGH
    length = _length(link.text)
    points = 3 if length >= 2 * _LONG else 2 if length >= _LONG else 1 if length >= 12 else 0 if link.heading else -1
    points += 2 if link.heading else 0
    points += 1 if link.published else 0
    points += 1 if kinds[link.kind] >= 3 else 0
    return points + address_points(link.url) - (4 if link.menu else 0)


def _length(text: str) -> int:
    """Characters, where one of Han, kana or Hangul counts as two and a half."""
    dense = sum(1 for c in text if "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3")
    return len(text) + dense + dense // 2


def address_points(url: str) -> int:
    """How much an address looks like an article's: -4 (surely not) to 3 (date or number, and words)."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    names = [name for name in path.lower().split("/") if name]
    if not names or _FILE.search(path) or not _OTHER.isdisjoint(names):
        return -4
    words = len(re.split(r"[-_+ ]", names[-1]))
    points = 2 if words >= 4 else 1 if words >= 2 else 0
    points += 1 if _DATED.search(path.lower()) or _NUMBERED.search(path) else 0
    return points if points or len(names) > 2 or parts.query else -1


def _may_list(url: str) -> bool:
    """Whether an address may be another list of the site: no file, no service page."""
    path = unquote(urlsplit(url).path).lower()
    return not _FILE.search(path) and _SERVICE.isdisjoint(path.split("/"))


# ------------------------------------------------------------------------------------------------ next page


def _next_page(document: Document, url: str) -> str | None:
    """The listing's next page: rel=next, else a link whose whole text says so."""
    stated = [e for e in document.root.iter("link", "a") if "next" in (e.get("rel") or "").lower().split()]
    worded = (a for a in document.root.iter("a") if len(a) < 3 and _text_of(a).lower() in _NEXT_WORDS)
    for element in (*stated, *worded):
        target = document.resolve(element.get("href") or "")
        if target and same_site(target, url) and urldefrag(target)[0] != urldefrag(url)[0]:
            return target
    return None
