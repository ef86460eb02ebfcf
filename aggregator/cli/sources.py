"""`aggregator sources`: list, check and edit the sources."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from aggregator.config import Config
from aggregator.errors import ExitStatus, UsageError
from aggregator.models import Page, Source

from .options import config_option, net_options, read_config, read_input, sources_option
from .output import dump_json, plain, plain_lines, say, table
from .source_edit import editable_list, write_list
from .source_list import read_source_list, source_list_text

if TYPE_CHECKING:
    from aggregator.crawl import Fetched

    from .source_check import Check, Fetch

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def fetcher(config: Config, kind: Literal["page", "feed", "sitemap"] = "feed") -> "Fetch":
    """Fetch through all guards of a crawl: robots.txt, private addresses, limits, pauses."""

    def fetch(urls: Sequence[str]) -> "Sequence[Fetched]":
        from aggregator import reactor
        from aggregator.crawl import fetch_pages

        from .crawl import set_up_logging

        set_up_logging(verbose=False)
        return reactor.run(fetch_pages(urls, config=config, kind=kind))

    return fetch


@click.group("sources")
def sources_command() -> None:
    """List, check and edit the sources.

    The list is --sources FILE, or sources.toml in the current folder, or the list that ships. The first edit copies the
    list that ships to sources.toml in the current folder.
    """


@sources_command.command("list")
@sources_option
@config_option
@json_option
def list_command(config_file: Path | None, as_json: bool, **options: Any) -> None:
    """Print the sources."""
    sources = read_source_list(read_config(config_file, **options))
    if as_json:
        click.echo(dump_json([_record(source) for source in sources]))
        return
    rows = [
        (s.id, s.name, s.language or "", s.country or "", len(s.feeds), len(s.sitemaps), "" if s.enabled else "off")
        for s in sources
    ]
    click.echo(table(("id", "name", "language", "country", "feeds", "sitemaps", ""), rows, right=(4, 5)))


@sources_command.command("show", short_help="Print the entries of sources.")
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@sources_option
@config_option
@json_option
def show_command(names: tuple[str, ...], config_file: Path | None, as_json: bool, **options: Any) -> None:
    """Print the entries of sources as they could stand in a source list."""
    from aggregator.sources import dump_source

    sources = _selected(read_config(config_file, **options), names)
    if as_json:
        click.echo(dump_json([_record(source) for source in sources]))
    else:
        click.echo("\n\n".join(plain_lines(dump_source(source)) for source in sources))


@sources_command.command("add", short_help="Find the feeds of a site, and add an entry for it.")
@click.argument("url", metavar="URL")
@click.option("--id", "identifier", metavar="ID", help="The new source's id. [default: from the host]")
@click.option("--name", metavar="NAME", help="Its name. [default: what the site calls itself]")
@click.option("--print", "only_print", is_flag=True, help="Print the entry, do not add it.")
@sources_option
@net_options
@config_option
def add_command(
    url: str, identifier: str | None, name: str | None, only_print: bool, config_file: Path | None, **options: Any
) -> None:
    """Find the feeds and news sitemaps of a site, and add an entry for it.

    URL is a home page, a section page or a feed. Feeds that the page names are tried; those that parse go into the entry.
    """
    from aggregator.sources import add_sources, dump_source, load_sources

    from .source_add import propose

    if not url.startswith(("http://", "https://")):
        raise UsageError("an address begins with http:// or https://", subject=plain(url))
    config = read_config(config_file, **options)
    text, path = editable_list(config)
    known = load_sources(text, origin=str(path))
    source = propose(url, fetcher(config), taken={one.id for one in known}, name=name, identifier=identifier)
    twin = next((one for one in known if not _listings(one).isdisjoint(_listings(source))), None)
    if twin and not only_print:
        hint = f"`aggregator sources show {plain(twin.id)}`; --print shows what was found"
        raise UsageError(f"the list reads it already, as {plain(twin.id)}", subject=plain(url), hint=hint)
    changed = add_sources(text, (source,), origin=str(path))
    click.echo(plain_lines(dump_source(source)))
    if not source.feeds and not source.sitemaps:
        say("no feed was found; the page itself will be read as a section page")
    if not only_print:
        write_list(path, changed)
        say(f"added to {path}; look at it, then try `aggregator crawl {source.id} --dry-run`")


def _listings(source: Source) -> frozenset[str]:
    """What a source reads, whatever the spelling of the addresses."""
    from aggregator.urls import url_key

    return frozenset(url_key(url) for url in (*source.feeds, *source.sitemaps, *source.sections))


@sources_command.command("check", short_help="Fetch every listing, and say whether it works.")
@click.argument("names", metavar="[ID]...", nargs=-1)
@sources_option
@net_options
@config_option
@json_option
def check_command(names: tuple[str, ...], config_file: Path | None, as_json: bool, **options: Any) -> None:
    """Fetch every feed, sitemap and section page, and say whether it works.

    Each one parses, is stale since a day, gives HTML instead of XML, is blocked by robots.txt, or does not answer. Exit
    status 0: all parse and are fresh; 1: some do not; 3: none could be fetched.
    """
    from .source_check import check_sources

    config = read_config(config_file, **options)
    sources = _selected(config, names)
    checks = check_sources(sources, fetcher(config), now=datetime.now(UTC))
    if as_json:
        click.echo(dump_json([asdict(check) for check in checks]))
    else:
        click.echo(table(("source", "kind", "says", "address"), [(c.source, c.kind, c.says, c.url) for c in checks]))
        for check in checks:
            for warning in check.warnings:
                say(f"{check.source}: {plain(check.url)}: {plain(warning)}")
    raise SystemExit(_status(checks))


def _status(checks: "Sequence[Check]") -> int:
    if all(check.verdict == "parses" for check in checks):
        return ExitStatus.FINE
    fetched = any(check.verdict in {"parses", "stale", "broken"} for check in checks)
    return ExitStatus.SOME_FAILED if fetched else ExitStatus.NOTHING_FETCHED


@sources_command.command("enable")
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@sources_option
@config_option
def enable_command(names: tuple[str, ...], config_file: Path | None, **options: Any) -> None:
    """Switch sources on."""
    _switch(read_config(config_file, **options), names, enabled=True)


@sources_command.command("disable", short_help="Switch sources off.")
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@sources_option
@config_option
def disable_command(names: tuple[str, ...], config_file: Path | None, **options: Any) -> None:
    """Switch sources off: `aggregator crawl` leaves them out unless they are named."""
    _switch(read_config(config_file, **options), names, enabled=False)


def _switch(config: Config, names: Sequence[str], *, enabled: bool) -> None:
    from aggregator.sources import enable_source

    text, path = editable_list(config)
    before = text
    for name in names:
        text = enable_source(text, name, enabled=enabled, origin=str(path))
    state = "on" if enabled else "off"
    if text == before:
        say(f"{', '.join(names)}: already {state}")
        return
    write_list(path, text)
    say(f"{', '.join(names)}: switched {state} in {path}")


@sources_command.command("import", short_help="Add the feeds of an OPML file.")
@click.argument("file", metavar="OPML", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@sources_option
@config_option
def import_command(file: Path, config_file: Path | None, **options: Any) -> None:
    """Add the feeds of an OPML file, as feed readers write it. Feeds that the list has already are passed over."""
    from dataclasses import replace

    from aggregator.sources import add_sources, load_sources, read_opml

    text, path = editable_list(read_config(config_file, **options))
    present = load_sources(text, origin=str(path))
    have = {feed for source in present for feed in source.feeds}
    found = read_opml(read_input(str(file)), origin=str(file), taken=(source.id for source in present))
    new = (replace(s, feeds=tuple(feed for feed in s.feeds if feed not in have)) for s in found)
    added = tuple(source for source in new if source.feeds)
    if not added:
        say("nothing to add: the list has all of these feeds")
        return
    write_list(path, add_sources(text, added, origin=str(path)))
    say(f"{len(added)} sources with {sum(len(s.feeds) for s in added)} feeds added to {path}")


@sources_command.command("export", short_help="Write the feeds as an OPML file.")
@click.argument("file", metavar="[OPML]", type=click.Path(path_type=Path, dir_okay=False), required=False)
@sources_option
@config_option
def export_command(file: Path | None, config_file: Path | None, **options: Any) -> None:
    """Write the sources' feeds as an OPML file (standard output without a name)."""
    from aggregator.sources import write_opml

    text = write_opml(read_source_list(read_config(config_file, **options)), title="News sources")
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the file cannot be written: {error.strerror}", subject=str(file)) from error


@sources_command.command("test")
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--save", "target", metavar="URL|FILE", help="Store this page as a new fixture of the one source named.")
@click.option("--url", metavar="URL", help="The address of a page that is saved from a file.")
@sources_option
@net_options
@config_option
@json_option
def test_command(
    names: tuple[str, ...],
    target: str | None,
    url: str | None,
    config_file: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Test the sources' rules on stored pages.

    They stand beside the source list, in fixtures/<source id>/<name>/: page.html and expected.json. Exit status 1: a page
    gives something else than expected.
    """
    from .source_fixtures import run_fixtures

    config = read_config(config_file, **options)
    beside = Path(config.sources or ".").parent
    if target is not None:
        _save_fixture(config, names, target, url, beside)
        return
    chosen = _selected(config, names) if names else read_source_list(config)
    tested = [result for source in chosen for result in run_fixtures(source, beside)]
    if as_json:
        click.echo(dump_json([asdict(result) for result in tested]))
    for result in () if as_json else tested:
        click.echo(f"{result.source}/{result.name}: {'differs' if result.differences else 'fine'}")
        for key, expected, got in result.differences:
            click.echo(f"  {plain(key)}\n    expected {plain(repr(expected))}\n    got      {plain(repr(got))}")
    if not tested:
        say(f"there are no fixtures in {beside / 'fixtures'}; --save makes one")
    raise SystemExit(ExitStatus.SOME_FAILED if any(r.differences for r in tested) else ExitStatus.FINE)


def _save_fixture(config: Config, names: Sequence[str], target: str, url: str | None, beside: Path) -> None:
    from .source_fixtures import save_fixture

    if len(names) != 1:
        raise UsageError("--save needs exactly one source, the one whose rules the page tests")
    folder, record = save_fixture(_saved_page(config, target, url), _selected(config, names)[0], beside)
    click.echo(plain_lines(dump_json(record)))
    say(f"stored in {folder}; correct expected.json where it is wrong")


def _saved_page(config: Config, target: str, url: str | None) -> Page:
    from .source_add import page_of
    from .source_fixtures import page_from_file

    if target.startswith(("http://", "https://")):
        return page_of(fetcher(config, "page")((target,))[0])
    if url is None:
        raise UsageError("a page from a file needs its address", hint="give it with --url")
    return page_from_file(Path(target), url)


def _selected(config: Config, names: Sequence[str]) -> tuple[Source, ...]:
    from aggregator.sources import load_sources, select_sources

    text, origin = source_list_text(config)
    return select_sources(load_sources(text, origin=origin), names)


def _record(source: Source) -> dict[str, Any]:
    from aggregator.sources import source_table

    return {"enabled": source.enabled, **source_table(source)}
