"""The functions that other programs call. All of them are pure: no network, no disk, no database."""

from dataclasses import replace
from datetime import UTC, datetime

from .clean import clean_text as _clean_text
from .dates import ParsedDate, mentions_in
from .dates import parse_date as _parse_date
from .errors import NotAnArticle
from .extraction.language import detect_language
from .models import Article, CleanText, Context, Page, Rejection
from .processing import process

__all__ = ["clean_text", "extract", "parse_date", "process"]


def extract(
    html: bytes | str, *, url: str | None = None, fetched_at: datetime | None = None, context: Context | None = None
) -> Article:
    """The article of a page.

    `html`: bytes as they came over the wire, or text. `url`: the page's address; relative links and some decisions need it.
    `fetched_at`: aware; when the page was fetched, for dates such as "2 hours ago". Without it the current time bounds what a date can be.
    A page that opts out of being collected is read all the same, and `.directives` says so: whether to keep it is the caller's decision.
    Raises NotAnArticle (with `.reason` and `.rejection`) for a page that is none.
    """
    known = replace(context or Context(policy="mark"), fetch_time_known=fetched_at is not None)
    result = process(page_of(html, url=url, fetched_at=fetched_at), context=known)
    if isinstance(result, Rejection):
        raise NotAnArticle(result)
    return result if fetched_at else replace(result, fetched_at=None)


def page_of(html: bytes | str, *, url: str | None = None, fetched_at: datetime | None = None) -> Page:
    """A page that was saved by somebody else, as the record that `process` takes."""
    text = isinstance(html, str)
    return Page(
        url=url or "",
        final_url=url or "",
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),) if text else (),
        body=html.encode("utf-8", "replace") if isinstance(html, str) else html,
        fetched_at=fetched_at or datetime.now(UTC),
    )


def clean_text(text: str, *, fetched_at: datetime | None = None) -> CleanText:
    """Clean text that somebody else extracted: title, description, body, related headlines, removed lines with their rules.

    Dates that the text mentions are resolved against `fetched_at` (default: now), and never claimed as its publication date.
    """
    cleaned = _clean_text(text)
    language = detect_language(cleaned.text)
    return replace(
        cleaned, mentions=mentions_in(cleaned.text, fetched_at=fetched_at or datetime.now(UTC), lang=language)
    )


def parse_date(
    text: str, *, lang: str | None = None, tld: str | None = None, fetched_at: datetime | None = None
) -> ParsedDate | None:
    """Read a date as it stands in a page; None when there is none.

    `lang` (BCP 47) and `tld` (such as `pk`) help with day-month order and zone names; relative and year-less dates need `fetched_at`.
    The result's `.value` is an aware datetime (an instant), a naive datetime (a wall clock), or a date; `.precision` says how exact.
    """
    return _parse_date(text, lang=lang, tld=tld, fetched_at=fetched_at)
