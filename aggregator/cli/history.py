"""`aggregator diff`, `revisions`, `stories`, `remove` and `purge`: what became of an article, and which event it belongs to."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import click

from aggregator.errors import ExitStatus, UsageError
from aggregator.models import Nature

from .analyst import open_db, parse_since
from .options import archive_folder, config_option, db_option, read_config
from .output import dump_json, plain, plain_lines, say, table
from .records import VERSION

if TYPE_CHECKING:
    from aggregator.identity.difference import Piece
    from aggregator.models import ArchiveRef
    from aggregator.store.reports import RevisionRow, StoryArticle, StoryRow, Version

_MARKS: Final = {"same": ("", ""), "out": ("[-", "-]"), "in": ("{+", "+}")}
"""As `git diff --word-diff` marks them, so that it can be read without colours, too."""
_COLOURS: Final = {"out": "red", "in": "green"}
_CONTEXT: Final = 80
"""Characters that are shown before and after a change."""


@click.command("diff")
@click.argument("url")
@click.option("--all", "every", is_flag=True, help="All changes from the first version on. [default: the latest]")
@click.option("--full", is_flag=True, help="The whole text, not only what stands around a change.")
@click.option("--json", "as_json", is_flag=True, help="Print all versions as JSON.")
@db_option
@config_option
def diff_command(url: str, every: bool, full: bool, as_json: bool, db: str | None, config_file: Path | None) -> None:
    """Show what an outlet changed in an article: [-taken out-] and {+put in+}, coloured on a terminal.

    Exit status 0: there is a change, or only one version; 1: no such article is stored.
    """
    from aggregator.store.reports import versions

    with open_db(config_file, db) as reader:
        article = reader.article_id(url)
        found = versions(reader, article) if article is not None else ()
    if not found:
        say(f"error: {plain(url)}: no such article is stored")
        raise SystemExit(ExitStatus.SOME_FAILED)
    if as_json:
        record = {"version": VERSION, "type": "versions", "url": url, "article": article}
        click.echo(dump_json({**record, "versions": [asdict(one) for one in found]}))
    elif len(found) == 1:
        say(f"one version, of {found[0].seen_at}: {plain(found[0].title)}")
    else:
        pairs = list(pairwise(found))
        click.echo("\n\n".join(_change(old, new, full=full) for old, new in (pairs if every else pairs[-1:])))


def _change(old: "Version", new: "Version", *, full: bool) -> str:
    """One step from a version to the next."""
    from aggregator.identity.difference import difference

    head = f"version {old.number} of {old.seen_at} -> {new.number} of {new.seen_at}"
    again = f", again as version {new.returns_to}" if new.returns_to else ""
    told = f"{new.nature} ({new.change})" if new.nature else new.change
    lines = [click.style(f"{head}: {plain(told or '')}{again}", bold=True)]
    for name in ("title", "description", "published_at"):
        before, after = getattr(old, name) or "", getattr(new, name) or ""
        if before != after:
            lines.append(f"{name}: {_told(difference(before, after), full=True)}")
    if old.body != new.body:
        lines += ["", _told(difference(old.body, new.body), full=full)]
    return "\n".join(lines)


def _told(pieces: "tuple[Piece, ...]", *, full: bool) -> str:
    last = len(pieces) - 1
    return "".join(
        _shown(piece, cut=not full and piece.kind == "same", first=i == 0, last=i == last)
        for i, piece in enumerate(pieces)
    )


def _shown(piece: "Piece", *, cut: bool, first: bool, last: bool) -> str:
    text = _around(piece.text, first=first, last=last) if cut else piece.text
    before, after = _MARKS[piece.kind]
    marked = f"{before}{plain_lines(text)}{after}"
    colour = _COLOURS.get(piece.kind)
    return click.style(marked, fg=colour) if colour else marked


def _around(text: str, *, first: bool, last: bool) -> str:
    """The begin and end of what both have, as far as it stands beside a change."""
    if len(text) <= 2 * _CONTEXT + 3:
        return text
    head, tail = text[:_CONTEXT], text[-_CONTEXT:]
    head = "" if first else head.rpartition(" ")[0] or head  # at a blank, where the script has any
    tail = "" if last else tail.partition(" ")[2] or tail
    return f"{head} … {tail}"


@click.command("revisions")
@click.option("--since", metavar="DATE", help="Only changes that were seen from this day on.")
@click.option("--nature", type=click.Choice(get_args(Nature)), help="Only changes of this sort.")
@click.option("--source", metavar="ID", help="Only articles of this source.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@db_option
@config_option
def revisions_command(
    since: str | None,
    nature: str | None,
    source: str | None,
    limit: int,
    as_json: bool,
    db: str | None,
    config_file: Path | None,
) -> None:
    """Show what outlets changed in their articles, the latest first.

    `aggregator diff URL` shows one change word by word.
    """
    from aggregator.store.reports import revisions

    with open_db(config_file, db) as reader:
        found = revisions(reader, since=parse_since(since), nature=nature, source=source, limit=limit)
    if as_json:
        click.echo(dump_json({"version": VERSION, "type": "revisions", "revisions": [asdict(row) for row in found]}))
    elif found:
        rows = (
            (row.replaced_at[:16], row.nature or row.kind, row.source or "", _words(row), row.title_now)
            for row in found
        )
        click.echo(table(("seen", "nature", "source", "words", "headline"), rows))
    else:
        say("No changes.")


def _words(row: "RevisionRow") -> str:
    """How many words came and went."""
    if row.words_added is None or row.words_removed is None:
        return ""
    back = f", back to {row.returns_to}" if row.returns_to else ""
    return f"+{row.words_added} -{row.words_removed}{back}"


@click.command("stories")
@click.argument("story", type=int, required=False)
@click.option("--since", metavar="DATE", help="Only stories that an article joined from this day on.")
@click.option("--outlets", type=click.IntRange(min=1), default=2, show_default=True, help="Least outlets that tell it.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most stories.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@db_option
@config_option
def stories_command(
    story: int | None,
    since: str | None,
    outlets: int,
    limit: int,
    as_json: bool,
    db: str | None,
    config_file: Path | None,
) -> None:
    """Show the events that several outlets told, those with most outlets first; with a number, the articles of one story."""
    from aggregator.store.reports import stories, story_articles

    with open_db(config_file, db) as reader:
        if story is not None:
            _print_articles(story, story_articles(reader, story), as_json=as_json)
            return
        found = stories(reader, since=parse_since(since), least=outlets, limit=limit)
    if as_json:
        click.echo(dump_json({"version": VERSION, "type": "stories", "stories": [asdict(row) for row in found]}))
    elif found:
        click.echo(table(("story", "outlets", "articles", "last seen", "headline"), _rows(found), right=(0, 1, 2)))
    else:
        say(f"No story is told by {outlets} outlets or more." if outlets > 1 else "No stories.")


def _rows(found: "tuple[StoryRow, ...]") -> Iterator[tuple[object, ...]]:
    for row in found:
        yield row.story_id, row.sources, row.articles, row.last_seen_at[:16], row.title


def _print_articles(story: int, found: "tuple[StoryArticle, ...]", *, as_json: bool) -> None:
    if not found:
        raise UsageError(f"there is no story {story}", hint="`aggregator stories` lists them")
    if as_json:
        record = {"version": VERSION, "type": "story", "story_id": story}
        click.echo(dump_json({**record, "articles": [asdict(row) for row in found]}))
        return
    rows = [
        (row.published_at or "no date", row.source or "", "copy" if row.copy_of else "", row.title) for row in found
    ]
    click.echo(table(("published", "source", "", "headline"), rows))


@click.command("remove")
@click.argument("url")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for the record: who asked for it, say.")
@db_option
@config_option
def remove_command(url: str, reason: str, db: str | None, config_file: Path | None) -> None:
    """Take an article out of the database for good: its address is never asked for again.

    The reason is kept in the table tombstone, and the article's raw pages in the archive are erased. A copy of it takes the place of
    the original. Backups that were made before are files of their own.
    """
    from aggregator.store import open_store
    from aggregator.store.upkeep import existing

    config, now = read_config(config_file, db=db), datetime.now(UTC)
    path = existing(config.db)
    if not url.startswith(("http://", "https://")):
        raise UsageError("this is no address", subject=plain(url), hint="it begins with http:// or https://")
    if not reason.strip():
        raise UsageError("the reason is empty", subject="--reason")
    with open_store(path, now=now) as store:
        pages = _erase(archive_folder(config), store.raw_pages(url))
        article = store.remove(url, reason=reason.strip(), now=now)
    done = "no article was stored under it" if article is None else f"article {article} is removed"
    click.echo(f"{plain(url)}: {done}{pages}; it will not be asked for again")


def _erase(folder: Path, refs: "tuple[ArchiveRef, ...]") -> str:
    """Erase raw pages, before the database forgets where they lie; what to say of it."""
    from aggregator.erasure import erase_pages

    erased = erase_pages(folder, refs)
    if erased < len(refs):
        say(f"warning: {len(refs) - erased} of {len(refs)} raw pages are not in {plain(str(folder))}")
    return f"; {erased} raw page{'s' if erased > 1 else ''} erased" if erased else ""


@click.command("purge")
@click.option(
    "--older-than", "days", type=click.IntRange(min=30), required=True, metavar="DAYS", help="Age in days; 30 at least."
)
@db_option
@config_option
def purge_command(days: int, db: str | None, config_file: Path | None) -> None:
    """Drop the texts of articles that are older than so many days, and keep the facts.

    Address, title, description, dates, authors and links stay, and the article is not stored again; its text becomes `…`, earlier texts
    the lines that were taken out and the raw pages in the archive go. The file keeps its size and uses the room again; a file of the
    archive goes when no page is left in it.
    """
    from aggregator.store import open_store
    from aggregator.store.upkeep import existing

    config, now = read_config(config_file, db=db), datetime.now(UTC)
    before = now - timedelta(days=days)
    with open_store(existing(config.db), now=now) as store:
        pages = _erase(archive_folder(config), store.raw_pages_before(before))
        count = store.drop_texts(before=before, now=now)
    click.echo(f"the texts of {count} articles are dropped{pages}")
