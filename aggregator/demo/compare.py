"""Stored articles beside the newsroom's truth. Pure: the caller reads the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from .records import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One row of the view `articles`: `body` has paragraphs separated by blank lines or line ends, `published` is aware."""

    url: str
    title: str
    body: str
    published: datetime | None


def differences(truths: Iterable[Truth], seen: Iterable[Seen]) -> tuple[str, ...]:
    """One sentence for each way in which the stored articles differ from the truth; empty when they agree.

    Of the addresses that carry the same story one must be there, and only one. Dates are compared to the day of the
    site's zone, since some pages print no more than that.
    """
    rows = {row.url: row for row in seen}
    wanted: dict[str, list[Truth]] = {}
    for truth in truths:
        if truth.outcome in {"new", "duplicate"}:
            wanted.setdefault(truth.story or truth.url, []).append(truth)
    known = {truth.url for group in wanted.values() for truth in group}
    extra = tuple(f"{url}: stored, but it is no article" for url in rows if url not in known)
    return tuple(line for group in wanted.values() for line in _group(group, rows)) + extra


def _group(group: list[Truth], rows: dict[str, Seen]) -> Iterator[str]:
    present = [truth for truth in group if truth.url in rows]
    if len(present) != 1:
        yield f"{group[0].url}: stored {len(present)} times instead of once"
    for truth in present:
        yield from _article(truth, rows[truth.url])


def _article(truth: Truth, row: Seen) -> Iterator[str]:
    if row.title != truth.title:
        yield f"{truth.url}: title {row.title!r} instead of {truth.title!r}"
    lines = tuple(line.strip() for line in row.body.splitlines() if line.strip())
    yield from (f"{truth.url}: lost {line!r}" for line in truth.paragraphs if line not in lines)
    yield from (f"{truth.url}: kept {line!r}" for line in lines if line not in truth.paragraphs)
    if row.published is None or row.published.astimezone(truth.published.tzinfo).date() != truth.published.date():
        yield f"{truth.url}: published {row.published} instead of {truth.published}"
