"""The front door for pages: every date that a page states about itself, as claims, and the decision over them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from aggregator.document import Document
from aggregator.models import Claim, Dated, Hint, Mention, Source

from .decide import Bounds, Candidate, decide
from .machine import header_claims, machine_claims, picture_claims
from .mentions import mentions_in
from .places import Where
from .reading import Setting
from .seen import day_hangs, needs_text, seen_claims
from .strings import setting_of
from .visible import headline_of, home_of
from .zones import country_zone, zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """What is known about a page's dates. `reason` says in one sentence why this publication date, or why none."""

    published: Dated | None
    modified: Dated | None
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]
    reason: str


def read_dates(  # noqa: PLR0913 - the room's front door: every keyword is one place that may state a date
    document: Document,
    *,
    text: str = "",
    title: str | None = None,
    hints: tuple[Hint, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    url: str | None = None,
    source: Source | None = None,
    fetched_at: datetime | None = None,
    now: datetime | None = None,
) -> DateReading:
    """When the page was published and changed, all claims with their fate, and the dates that `text` mentions. Never raises.

    `text` is the cleaned article (paragraphs separated by blank lines), `hints` what the page that led here said, `headers` those of
    the answer (lower-case names). `fetched_at` bounds the dates and resolves relative and
    year-less ones; where it is not known, `now` bounds them and those are not read.
    """
    moment = fetched_at or now
    url = url or document.url
    setting = _setting(document, url, source, fetched_at)
    where = Where(document=document, title=title, setting=setting, source=source)
    candidates = list(machine_claims(where, hints, url))
    if needs_text(candidates) or day_hangs(candidates, setting):
        headline = headline_of(document, title)
        candidates += seen_claims(replace(where, headline=headline, home=home_of(headline)), candidates)
    candidates += header_claims(headers, setting)
    if any(c.read and c.read.alternative for c in candidates):
        candidates += picture_claims(document)
    zone = zone_of(source.zone) if source else None
    bounds = Bounds(latest=moment, zone=zone, usual_zone=country_zone(setting.region))
    decision = decide(_distinct(candidates), bounds)
    mentions = (
        mentions_in(text, fetched_at=moment, published=decision.published, lang=setting.lang) if text and moment else ()
    )
    return DateReading(
        published=decision.published,
        modified=decision.modified,
        mentions=mentions,
        claims=decision.claims,
        reason=decision.reason,
    )


def _setting(document: Document, url: str | None, source: Source | None, moment: datetime | None) -> Setting:
    lang = document.root.get("lang") or document.meta("og:locale", "content-language", "language")
    if (not lang or len(lang) < 4) and (path := _URL_LOCALE.search(url or "")):
        lang = path[1]
    if source and source.language and not lang:
        lang = source.language
    return setting_of(
        lang=(lang or "")[:12],
        tld=_host(url).rpartition(".")[2],
        fetched_at=moment,
        day_first=source.rules.day_first if source else None,
    )


_URL_LOCALE: Final = re.compile(r"^https?://[^/]{1,100}/([a-z]{2}-[a-zA-Z]{2})/")


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One of each, the strongest, at most 80: a page has no use for more, and each is stored."""
    seen: dict[tuple[str, str, str], Candidate] = {}
    for one in candidates:
        key = (one.role, one.origin, one.raw)
        if key not in seen or one.rank > seen[key].rank:
            seen[key] = one
    return list(seen.values())[:80]
