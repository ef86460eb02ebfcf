"""The newsroom's sites and stories: read from the files beside this module, dated from `now`. No network here."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from tomllib import loads
from typing import Any
from zoneinfo import ZoneInfo

from .records import EXPECTED, Edition, Piece, Site, Story, Truth
from .wording import entry_clock

SHOWN = 4
"""How many related stories a page shows at a time."""


@cache
def load_sites() -> tuple[Site, ...]:
    """All sites, in the order of their files."""
    folder = files(__package__) / "sites"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(_site(loads((folder / name).read_text(encoding="utf-8"))) for name in names)


def edition(site: Site, base: str, *, now: datetime, later: datetime | None = None) -> Edition:
    """A site at the first visit, or at the second when `later` is given. Both instants are aware; stories lie before them."""
    visible = (piece for piece in site.pieces if piece.visit == 1 or later)
    stories = (_story(piece, site, base, now=now, later=later) for piece in visible)
    return Edition(site=site, base=base, stories=tuple(sorted(stories, key=lambda s: s.published, reverse=True)))


def related_pool(issue: Edition, story: Story) -> tuple[tuple[str, str], ...]:
    """(title, address) of everything that the related list of a story may show: the site's other stories and headlines."""
    others = [(s.title, s.url) for s in issue.stories if s is not story and has_page(s)]
    older = [(title, f"{issue.base}/older/{n}") for n, title in enumerate(issue.site.headlines)]
    return tuple(link for pair in zip_longest(older, others) for link in pair if link)


def related(pool: tuple[tuple[str, str], ...], turn: int) -> tuple[tuple[str, str], ...]:
    """What the list shows at the `turn`-th request: it moves on by one each time."""
    start = turn % len(pool)
    return (pool + pool)[start : start + SHOWN]


def has_page(story: Story) -> bool:
    """Whether there is a page about the story that readers may be sent to."""
    return story.piece.role not in {"missing", "forbidden", "script_link", "soft_404"}


def truth(issue: Edition) -> tuple[Truth, ...]:
    """What a good crawl of the site stores."""
    return tuple(_truth(issue, story) for story in issue.stories)


def _printed(story: Story) -> tuple[str, ...]:
    """The paragraphs as the page prints them: a live blog's entries have their time above them, which is part of what they tell."""
    if story.piece.role != "live_blog":
        return story.paragraphs
    entries = enumerate(story.paragraphs)
    return tuple(line for n, text in entries for line in (entry_clock(story.published, n), text))


def _truth(issue: Edition, story: Story) -> Truth:
    outcome, reason, kind = EXPECTED[story.piece.role]
    return Truth(
        source=issue.site.id,
        url=story.url,
        listed_url=story.listed_url,
        title=story.title,
        paragraphs=_printed(story),
        published=story.published,
        modified=story.modified if story.modified != story.published else None,
        language=story.language,
        authors=story.piece.authors,
        related_titles=tuple(title for title, _ in related_pool(issue, story)),
        outcome="duplicate" if story.piece.copy_of else outcome,
        reason=reason,
        kind=kind,
        story=story.piece.story,
        change=story.change,
    )


def _story(piece: Piece, site: Site, base: str, *, now: datetime, later: datetime | None) -> Story:
    zone = ZoneInfo(site.zone)
    published = _published(piece, now=now, later=later).astimezone(zone)
    edited = later if piece.edited_text else None
    url = piece.path if piece.role == "script_link" else base + piece.path
    return Story(
        piece=piece,
        url=url,
        listed_url=base + piece.listed_path if piece.listed_path else url,
        title=(edited and piece.edited_title) or piece.title,
        paragraphs=_paragraphs(piece, edited=edited is not None),
        published=published,
        modified=edited.replace(microsecond=0).astimezone(zone) if edited else published,
        language=piece.language or site.language,
        more=piece.more or site.more,
        change="updated" if edited else "new" if piece.visit > 1 else None,
    )


def _published(piece: Piece, *, now: datetime, later: datetime | None) -> datetime:
    """A full minute, in UTC, since hours counted on a wall clock would jump where summer time begins."""
    arrival = later if later and piece.visit > 1 else now
    return arrival.astimezone(UTC).replace(second=0, microsecond=0) - timedelta(hours=piece.hours_ago)


def _paragraphs(piece: Piece, *, edited: bool) -> tuple[str, ...]:
    text = _original(piece.copy_of).text if piece.copy_of else piece.text
    if piece.swap:
        text = text.replace(piece.swap[0], piece.swap[1])
    separator = "\n" if piece.role == "ranking" else "\n\n"
    parts = [part.strip() for part in text.split(separator) if part.strip()]
    if edited:
        parts[piece.edited_paragraph] = piece.edited_text
    return tuple(parts)


def _original(path: str) -> Piece:
    return next(piece for piece in load_sites()[0].pieces if piece.path == path)


def _site(table: dict[str, Any]) -> Site:
    pieces = tuple(_piece(entry) for entry in table.pop("article"))
    return Site(pieces=pieces, **_tuples(table))


def _piece(table: dict[str, Any]) -> Piece:
    return Piece(**_tuples(table))


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
