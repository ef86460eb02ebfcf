"""What a page says about its article beside the text: title, description, people, labels, language, image, address, rights.

Every statement is kept as a claim with its origin; each decision says why it went as it did. Pure; never raises.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from aggregator.document import Document, JsonNode, main_nodes, text_of, types_of
from aggregator.models import Claim, Field, Hint, Paywall, Picture, SiteRules, Source

from .authors import Decision as AuthorsDecision
from .authors import decide_authors
from .canonical import read_amp, read_canonical
from .labels import read_section, read_tags
from .language import detect_language, normalize_language, same_language
from .markup import element_text
from .pictures import read_image
from .summary import Candidate as Description
from .summary import decide_description
from .title import Decision as TitleDecision
from .title import clean_line, decide_title, site_names_of, title_key

_ROBOTS: Final = ("robots", "googlebot", "googlebot-news", "bingbot", "news")
_DIRECTIVES: Final = ("noindex", "noarchive", "nosnippet", "noai", "noimageai", "tdm-reservation")
_SAMPLE: Final = 2_000  # characters of the page's paragraphs that tell its language
_TIERS: Final = {
    "free": Paywall.FREE,
    "metered": Paywall.METERED,
    "premium": Paywall.METERED,
    "paid": Paywall.METERED,
    "locked": Paywall.STUB,
}
_TIER_METAS: Final = ("article:content_tier", "og:article:content_tier", "content_tier", "cxenseparse:content_tier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page states about its article. `claims` holds every statement; those that won are marked `chosen`."""

    title: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()  # people, as printed; no desks, sites or agencies
    agency: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None  # BCP 47
    image: Picture | None = None  # the lead image
    canonical: str | None = None  # absolute, checked
    site_name: str | None = None
    paywall_claim: Paywall = Paywall.UNKNOWN
    directives: tuple[str, ...] = ()  # opt-outs of the page's meta tags, lower-case
    claims: tuple[Claim, ...] = ()
    og_type: str | None = None  # lower-case
    amp_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What every reader here needs."""

    document: Document
    nodes: tuple[JsonNode, ...]
    site_names: frozenset[str]
    hints: tuple[Hint, ...]
    rules: SiteRules


def read_metadata(
    document: Document, *, hints: tuple[Hint, ...] = (), source: Source | None = None, text: str | None = None
) -> Metadata:
    """Read and decide all metadata of a page. Never raises.

    `hints` are what feeds, sitemaps and section pages said; the selectors of `source.rules` win over everything. `text` is the
    article's text where it is already known: it tells the language better than the page's paragraphs.
    """
    page = _Page(
        document=document,
        nodes=main_nodes(document),
        site_names=site_names_of(document, extra=[source.name] if source else ()),
        hints=hints,
        rules=source.rules if source else SiteRules(),
    )
    title, names = _title(page), _people(page)
    descriptions = decide_description(
        document, nodes=page.nodes, title=title.value, site_names=page.site_names, hints=hints
    )
    section = read_section(document, nodes=page.nodes, title=title.value, site_names=page.site_names)
    language = _language(page, source, text or _sample(document))
    canonical = read_canonical(document, nodes=page.nodes)
    paywall = _paywall(page)
    return Metadata(
        title=title.value,
        description=descriptions[0].value if descriptions else None,
        authors=names.authors,
        agency=names.agency,
        section=section[0] if section else None,
        tags=read_tags(document, nodes=page.nodes, site_names=page.site_names, hints=hints),
        language=next((claim.value for claim in language if claim.chosen), None),
        image=read_image(document, nodes=page.nodes, hints=hints),
        canonical=canonical[0] if canonical else None,
        site_name=_site_name(page),
        paywall_claim=Paywall(paywall[0].value) if paywall else Paywall.UNKNOWN,
        directives=read_directives(document),
        claims=(
            *_title_claims(title),
            *_description_claims(descriptions),
            *_author_claims(names),
            *language,
            *_single("section", section),
            *_single("canonical", canonical),
            *paywall,
        ),
        og_type=(document.meta("og:type") or "").strip().lower() or None,
        amp_url=read_amp(document),
    )


def read_directives(document: Document) -> tuple[str, ...]:
    """The opt-outs that the page's meta tags state, such as `noarchive`, `noai`, `tdm-reservation`.

    Sources: the robots meta tag as search engines document it (`none` means noindex), noai and noimageai, and the W3C TDM
    reservation protocol (content `1`). HTTP headers are not looked at here.
    """
    words = {
        word.strip() for meta in document.metas if meta.name in _ROBOTS for word in meta.content.lower().split(",")[:40]
    }
    if "none" in words:
        words.add("noindex")
    if "max-snippet:0" in words:
        words.add("nosnippet")
    if (document.meta("tdm-reservation") or "").strip() == "1":
        words.add("tdm-reservation")
    return tuple(word for word in _DIRECTIVES if word in words)


# ------------------------------------------------------------------------------------------------ decisions


def _title(page: _Page) -> TitleDecision:
    return decide_title(
        page.document,
        nodes=page.nodes,
        site_names=page.site_names,
        selected=next(_selected(page.document, page.rules.title), None),
        hints=page.hints,
    )


def _people(page: _Page) -> AuthorsDecision:
    return decide_authors(
        page.document,
        nodes=page.nodes,
        site_names=page.site_names,
        selected=tuple(_selected(page.document, page.rules.author)),
        hints=page.hints,
    )


def _selected(document: Document, selectors: Iterable[str]) -> Iterator[str]:
    """The texts that the first selector with a hit finds; a selector that is not CSS finds nothing."""
    for selector in selectors:
        compiled = _compiled(selector)
        found = cast("list[HtmlElement]", compiled(document.root)) if compiled else []
        texts = [text for element in found[:20] if (text := element.get("content") or element_text(element, 400))]
        if texts:
            yield from texts
            return


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> CSSSelector | None:
    try:
        return CSSSelector(selector, translator="html")
    except SelectorError:
        return None


def _site_name(page: _Page) -> str | None:
    stated = page.document.meta("og:site_name", "application-name")
    if stated:
        return clean_line(stated) or None
    sites = (text_of(node.get("name")) for node in page.document.json_ld if "WebSite" in types_of(node))
    publishers = (text_of(node.get("publisher")) for node in page.nodes)
    return next((name for name in (*sites, *publishers) if name), None)


def _sample(document: Document) -> str:
    """The first texts of the page's paragraphs; its title where it has none."""
    parts: list[str] = []
    size = 0
    for paragraph in document.root.iter("p"):
        # Short paragraphs are labels, and labels are in the template's language.
        text = "".join(paragraph.itertext())
        if len(text) > 60:
            parts.append(text)
            size += len(text)
        if size > _SAMPLE:
            break
    return " ".join(parts) or document.meta("og:title") or document.root.findtext(".//title") or ""


def _language(page: _Page, source: Source | None, text: str) -> tuple[Claim, ...]:
    """The first statement that the text does not contradict; else what the text is in."""
    stated = [
        (origin, raw, tag)
        for origin, raw in _stated_languages(page, source)
        if raw and (tag := normalize_language(raw))
    ]
    detected = detect_language(text)
    winner = next((tag for _, _, tag in stated if detected is None or same_language(tag, detected)), detected)
    claims: list[Claim] = []
    for origin, raw, tag in [*stated, *([("text", detected, detected)] if detected else [])]:
        chosen = tag == winner and not any(claim.chosen for claim in claims)
        reason = _language_reason(tag, detected, chosen=chosen)
        claims.append(Claim(field="language", value=tag, raw=raw[:500], origin=origin, chosen=chosen, reason=reason))
    return tuple(claims)


def _language_reason(tag: str, detected: str | None, *, chosen: bool) -> str:
    if detected is None:
        return "the text does not tell" if chosen else "another statement came first"
    if not same_language(tag, detected):
        return f"the text is in {detected}"
    return "agrees with the text" if chosen else "another statement came first"


def _stated_languages(page: _Page, source: Source | None) -> Iterator[tuple[str, str | None]]:
    root = page.document.root
    for node in page.nodes[:1]:
        yield "json-ld:inLanguage", text_of(node.get("inLanguage"))
    yield (
        "html:lang",
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
    )
    yield "meta:og:locale", page.document.meta("og:locale")
    yield "meta:content-language", page.document.meta("content-language", "language", "dc.language")
    for hint in page.hints:
        yield hint.origin, hint.language
    if source and source.language:
        yield "source", source.language


def _paywall(page: _Page) -> tuple[Claim, ...]:
    """What the page says about its paywall (schema.org isAccessibleForFree; the content tier of the article's meta tags)."""
    found: list[tuple[str, str, Paywall]] = []
    tier = page.document.meta(*_TIER_METAS)
    if tier and (value := _TIERS.get(tier.strip().lower())):
        found.append(("meta:article:content_tier", tier, value))
    for node in page.nodes[:2]:
        free = node.get("isAccessibleForFree", node.get("isAccessibleForfree"))
        if isinstance(free, bool | str) and str(free).strip():
            is_free = str(free).strip().lower().rsplit("/", 1)[-1] not in {"false", "no", "0"}
            found.append(("json-ld:isAccessibleForFree", str(free), Paywall.FREE if is_free else Paywall.METERED))
    return tuple(
        Claim(
            field="paywall",
            value=value,
            raw=raw[:500],
            origin=origin,
            chosen=number == 0,
            reason="" if number else "stated first",
        )
        for number, (origin, raw, value) in enumerate(found)
    )


# ------------------------------------------------------------------------------------------------ claims


def _title_claims(decision: TitleDecision) -> Iterator[Claim]:
    winner = title_key(decision.value or "")
    for number, one in enumerate(decision.candidates):
        same = title_key(one.value) == winner
        reason = decision.reason if number == 0 else "says the same" if same else "fewer or less trusted places say so"
        yield Claim(field="title", value=one.value, raw=one.raw, origin=one.origin, chosen=number == 0, reason=reason)


def _description_claims(candidates: tuple[Description, ...]) -> Iterator[Claim]:
    for number, one in enumerate(candidates):
        reason = (
            "the best place that is not cut"
            if number == 0 and not one.cut
            else "cut"
            if one.cut
            else "another place comes first"
        )
        yield Claim(
            field="description", value=one.value, raw=one.raw, origin=one.origin, chosen=number == 0, reason=reason
        )


def _author_claims(decision: AuthorsDecision) -> Iterator[Claim]:
    for number, byline in enumerate(decision.bylines):
        chosen = number == 0 and bool(decision.authors)
        value = ", ".join(byline.names.people) or byline.names.agency or ""
        reason = decision.reason if chosen else "another place comes first" if decision.authors else "names no person"
        yield Claim(field="author", value=value, raw=byline.raw, origin=byline.origin, chosen=chosen, reason=reason)


def _single(field: Field, found: tuple[str, str] | None) -> Iterator[Claim]:
    if found:
        yield Claim(
            field=field,
            value=found[0],
            raw=found[0][:500],
            origin=found[1],
            chosen=True,
            reason="the first that is plausible",
        )
