"""Stored pages that a source's rules are tested against: `fixtures/<source id>/<name>/{page.html, expected.json}`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aggregator.errors import UsageError
from aggregator.models import Article, Context, Page, Rejection, Source

FOLDER = "fixtures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One fixture: what differs, as (key, expected, got); empty when all is well."""

    source: str
    name: str
    differences: tuple[tuple[str, Any, Any], ...]


def run_fixtures(source: Source, beside: Path) -> Iterator[Tested]:
    """Test one source's rules on each of its stored pages. Keys that `expected.json` leaves out are not compared."""
    for folder in sorted((beside / FOLDER / source.id).glob("*/")):
        expected = _read_expected(folder / "expected.json")
        got = summarize(_process(_stored_page(folder, expected), source))
        skipped = {"url", "fetched_at"}
        differences = ((key, value, got.get(key)) for key, value in expected.items() if key not in skipped)
        wrong = tuple(difference for difference in differences if difference[1] != difference[2])
        yield Tested(source=source.id, name=folder.name, differences=wrong)


def save_fixture(page: Page, source: Source, beside: Path) -> tuple[Path, dict[str, Any]]:
    """Store a page with what the rules make of it now; a person looks at it and corrects it. Returns folder and record."""
    folder = beside / FOLDER / source.id / _fixture_name(page.final_url)
    record = {"url": page.final_url, "fetched_at": page.fetched_at.isoformat(), **summarize(_process(page, source))}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "page.html").write_bytes(page.body)
        text = json.dumps(record, ensure_ascii=False, indent=2)
        (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the fixture cannot be written: {error.strerror}", subject=str(folder)) from error
    return folder, record


def summarize(result: Article | Rejection) -> dict[str, Any]:
    """The fields that a fixture holds."""
    if isinstance(result, Rejection):
        return {"rejected": str(result.reason)}
    return {
        "title": result.title,
        "description": result.description,
        "authors": list(result.authors),
        "published": result.published.isoformat() if result.published else None,
        "text": list(result.paragraphs),
    }


def _process(page: Page, source: Source) -> Article | Rejection:
    from aggregator.processing import process

    return process(page, context=Context(source=source), now=page.fetched_at)


def _read_expected(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"this fixture cannot be read: {error}", subject=str(path)) from error
    if not isinstance(data, dict) or not isinstance(data.get("url"), str):
        raise UsageError("a fixture needs an object with the page's 'url'", subject=str(path))
    return data


def _stored_page(folder: Path, expected: dict[str, Any]) -> Page:
    try:
        body = (folder / "page.html").read_bytes()
        fetched_at = datetime.fromisoformat(expected.get("fetched_at", "2026-01-01T00:00:00+00:00"))
    except (OSError, TypeError, ValueError) as error:
        raise UsageError(f"this fixture cannot be read: {error}", subject=str(folder)) from error
    return _page(expected["url"], body, fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC))


def _page(url: str, body: bytes, fetched_at: datetime) -> Page:
    headers = (("content-type", "text/html"),)
    return Page(url=url, final_url=url, status=200, headers=headers, body=body, fetched_at=fetched_at)


def page_from_file(path: Path, url: str) -> Page:
    """A saved page. Raises UsageError."""
    try:
        return _page(url, path.read_bytes(), datetime.now(UTC).replace(microsecond=0))
    except OSError as error:
        raise UsageError(f"the page cannot be read: {error.strerror}", subject=str(path)) from error


def _fixture_name(url: str) -> str:
    """A folder name from an address: never longer than 60 characters, never anything but letters, digits and hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", urlsplit(url).path.lower()).strip("-")
    return slug[:60].strip("-") or "page"
