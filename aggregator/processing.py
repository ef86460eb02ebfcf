"""One page in, one article or one rejection out: the pure stages in order.

The same function serves the crawl, the one-off command, reprocessing and the benchmarks.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from .clean import CleanedBlocks, clean_blocks
from .dates import DateReading, moment_of, read_dates
from .document import Document, parse_document
from .extraction import (
    Refusal,
    Selection,
    article_body,
    body_claims,
    choose,
    classify,
    data_blocks,
    pictures_in,
    read_blocks,
    read_entries,
    read_review,
    with_byline,
)
from .extraction.metadata import Metadata, read_metadata
from .identity import fingerprint
from .joining import join
from .models import (
    Article,
    Block,
    Context,
    Dated,
    Entry,
    Kind,
    Page,
    Reason,
    Rejection,
    Review,
    SiteRules,
    Source,
    count_words,
)
from .quality import quality
from .sources import section_fits
from .urls import tidy_url

EXTRACTOR: Final = "3"
"""Version of the rules; goes up when the same page gives another result. Stored with every article."""

_HTML = ("html", "xml", "text/plain")
_MARKUP: Final = re.compile(
    rb"<[!?a-zA-Z]"
)  # stray NULs in markup are the site's fault, and passed over as browsers do


def process(page: Page, *, context: Context | None = None, now: datetime | None = None) -> Article | Rejection:
    """Decode, parse once, extract, clean, date and fingerprint a page.

    Pure: the same page, context and `now` (default: when it was fetched) give the same result. Never raises for anything a page holds.
    """
    context = context or Context()
    reason = _unreadable(page)
    if reason is not None:
        return _reject(page, reason, page.header("content-type") or "")
    now = now or page.fetched_at
    kind = "text/html; charset=utf-8" if page.rendered else page.header("content-type")
    document = parse_document(page.rendered or page.body, url=page.final_url or None, content_type=kind)
    first = _read(page, document, context, now)
    if not page.parts or isinstance(first, Rejection):
        return first
    rest = (process(replace(part, parts=(), hints=page.hints), context=context, now=now) for part in page.parts)
    return join(first, tuple(part for part in rest if isinstance(part, Article)))


def _read(page: Page, document: Document, context: Context, now: datetime) -> Article | Rejection:
    source = context.source.as_of(page.fetched_at) if context.source else None
    rules = source.rules if source else None
    meta = read_metadata(document, hints=page.hints, source=source)
    directives = _directives(page, document, meta)
    if directives and context.policy == "obey" and _opts_out(directives):
        return _reject(page, Reason.OPTED_OUT, ", ".join(directives), title=meta.title, directives=directives)
    body = article_body(document)
    selection, kind = _decided(document, meta, rules, body=body, explain=context.explain)
    if not isinstance(kind, Kind):
        return _reject(page, kind.reason, kind.detail, title=meta.title, directives=directives)
    if not _wanted(rules, page, meta):
        return _reject(page, Reason.FILTERED, meta.section or "", title=meta.title, directives=directives)
    meta = meta if meta.authors else with_byline(meta, document, selection.blocks)
    facts = _Facts(page=page, document=document, meta=meta, kind=kind, body=body, selection=selection, source=source)
    article = _article(facts, context, now)
    if not article.text:
        return _reject(page, Reason.NO_TEXT, "", title=meta.title, directives=directives)
    return replace(article, directives=directives)


_NO_TEXT: Final = frozenset({Reason.SCRIPT_PAGE, Reason.NO_TEXT, Reason.EMPTY})


def needs_browser(page: Page, result: Article | Rejection) -> bool:
    """Whether scripts may bring the text that a page has not shown."""
    refused = isinstance(result, Rejection) and result.reason in _NO_TEXT
    return refused and not page.rendered and b"<script" in page.body.lower()


def _decided(
    document: Document, meta: Metadata, rules: SiteRules | None, *, body: str | None, explain: bool
) -> tuple[Selection, Kind | Refusal]:
    """Which blocks are the article, and what the page is; once more with the text of the page's data where it shows none."""

    def decide(blocks: tuple[Block, ...]) -> tuple[Selection, Kind | Refusal]:
        selection = choose(blocks, title=meta.title, description=meta.description, article_body=body, explain=explain)
        return selection, classify(document, meta, selection.blocks)

    blocks = read_blocks(document, rules=rules)
    first = decide(blocks)
    if isinstance(first[1], Kind) or first[1].reason not in _NO_TEXT:
        return first
    more = data_blocks(document)
    again = decide(blocks + more) if more else first
    return again if isinstance(again[1], Kind) else first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the first stages found."""

    page: Page
    document: Document
    meta: Metadata
    kind: Kind
    body: str | None  # articleBody
    selection: Selection
    source: Source | None


def _cleaned(facts: _Facts, context: Context) -> CleanedBlocks:
    return clean_blocks(
        facts.selection.blocks,
        title=facts.meta.title or "",
        language=facts.meta.language,
        segments=context.segments,
        strip_lines=facts.source.rules.strip_lines if facts.source else (),
        authors=facts.meta.authors,
    )


def _dated(facts: _Facts, context: Context, text: str, now: datetime) -> DateReading:
    page = facts.page
    return read_dates(
        facts.document,
        text=text,
        title=facts.meta.title,
        hints=page.hints,
        headers=page.headers,
        url=page.final_url,
        source=facts.source,
        fetched_at=page.fetched_at if context.fetch_time_known else None,
        now=now,
    )


def _article(facts: _Facts, context: Context, now: datetime) -> Article:
    page, meta = facts.page, facts.meta
    cleaned = _cleaned(facts, context)
    dates = _dated(facts, context, cleaned.text, now)
    title = meta.title or _first_line(cleaned.text)
    lead = meta.image
    claims = (
        *meta.claims,
        *body_claims(facts.body, facts.selection.blocks, cleaned.text, shown="browser" if page.rendered else "page"),
        *dates.claims,
    )
    return Article(
        url=meta.canonical or tidy_url(page.final_url or page.url),
        title=title,
        text=cleaned.text,
        description=meta.description,
        authors=meta.authors,
        agency=meta.agency,
        section=meta.section,
        tags=meta.tags,
        language=meta.language,
        image=lead.url if lead else None,
        image_caption=lead.caption if lead else None,
        image_credit=lead.credit if lead else None,
        pictures=pictures_in(facts.document, facts.selection.blocks, lead),
        review=_review(facts, title),
        entries=_entries(facts, cleaned.text, dates.published),
        kind=facts.kind,
        paywall=meta.paywall_claim,
        publication=dates.published,
        modification=dates.modified,
        mentions=dates.mentions,
        related=cleaned.related,
        removed=cleaned.removed,
        claims=claims,
        quality=quality(
            certainty=facts.selection.certainty,
            words=count_words(cleaned.text),
            claims=claims,
            publication=dates.published,
            has_description=meta.description is not None,
        ),
        requested_url=page.url,
        final_url=page.final_url,
        source=page.source,
        fetched_at=page.fetched_at,
        fingerprint=fingerprint(title, cleaned.text, meta.language),
        extractor=EXTRACTOR,
    )


def _review(facts: _Facts, title: str) -> Review | None:
    return (
        read_review(facts.document, title=title, blocks=facts.selection.blocks) if facts.kind is Kind.REVIEW else None
    )


def _entries(facts: _Facts, text: str, published: Dated | None) -> tuple[Entry, ...]:
    """The entries of a live blog, each with its part of the text up to the next one."""
    if facts.kind is not Kind.LIVE_BLOG:
        return ()
    paragraphs = text.split("\n\n")
    found = read_entries(facts.document, paragraphs)
    ends = (*(entry.paragraph for entry in found[1:]), len(paragraphs))[: len(found)]
    return tuple(
        Entry(
            paragraph=entry.paragraph,
            text="\n\n".join(paragraphs[entry.paragraph : end]),
            title=entry.title,
            raw=entry.raw,
            posted=moment_of(entry.raw, near=published, lang=facts.meta.language, fetched_at=facts.page.fetched_at),
        )
        for entry, end in zip(found, ends, strict=True)
    )


def _directives(page: Page, document: Document, meta: Metadata) -> tuple[str, ...]:
    """All opt-outs. What the page's headers or tags say of tdm-reservation comes before its host's file (W3C TDMRep)."""
    says_itself = page.header("tdm-reservation") is not None or document.meta("tdm-reservation") is not None
    by_host = {"tdm-reservation"} if page.reserved and not says_itself else ()
    return tuple(sorted({*meta.directives, *header_directives(page.headers), *by_host}))


def header_directives(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Opt-outs in the answer's headers: X-Robots-Tag (for every robot) and tdm-reservation (W3C TDMRep section 6)."""
    found: list[str] = []
    for name, value in headers:
        if name == "x-robots-tag":
            words = {word.strip().lower() for word in value.split(",")}
            found += sorted(words & {"noarchive", "noindex", "nosnippet", "noai", "noimageai", "none"})
        if name == "tdm-reservation" and value.strip() == "1":
            found.append("tdm-reservation")
    return tuple(found)


def _opts_out(directives: tuple[str, ...]) -> bool:
    """Collecting is refused by these. noarchive forbids only the raw copy; noindex, nosnippet and noimageai speak to search engines and
    picture models, and are noted."""
    return not {"noai", "tdm-reservation"}.isdisjoint(directives)


def _unreadable(page: Page) -> Reason | None:
    """Why the answer is no page at all, told by its type and its first bytes."""
    if not page.body.strip():
        return Reason.EMPTY
    kind = (page.header("content-type") or "").partition(";")[0].strip().lower()
    stated = kind and not any(word in kind for word in _HTML)
    start = page.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    binary = b"\0" in start.rstrip(b"\0") and not _MARKUP.match(start) and not _utf16(page.body)
    return Reason.NOT_HTML if stated or binary or page.body.startswith(b"%PDF-") else None


def _utf16(body: bytes) -> bool:
    return body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<\0" in body[:64] or b"\0<" in body[:64]


def _wanted(rules: SiteRules | None, page: Page, meta: Metadata) -> bool:
    """Whether the source's section filter lets the page in, by its section, its tags, the feed's categories, or its address."""
    if not rules or not rules.sections:
        return True
    names = (meta.section, *meta.tags, *(tag for hint in page.hints for tag in hint.tags))
    return section_fits(page.final_url or page.url, names, rules) is True


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0][:200]


def _reject(
    page: Page, reason: Reason, detail: str, *, title: str | None = None, directives: tuple[str, ...] = ()
) -> Rejection:
    return Rejection(
        url=page.url,
        reason=reason,
        detail=detail[:200],
        final_url=page.final_url,
        source=page.source,
        fetched_at=page.fetched_at,
        title=title,
        directives=directives,
    )
