"""The command line: parses, prints, sets exit statuses. Heavy modules are imported only inside commands."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from aggregator import __version__
from aggregator.errors import AggregatorError, ExitStatus, UsageError

from .output import plain

COMMANDS = {
    "backup": "store",
    "clean": "clean",
    "config": "config",
    "crawl": "crawl",
    "dates": "dates",
    "demo": "demo",
    "diff": "history",
    "doctor": "store",
    "export": "analyst",
    "fetch": "fetch",
    "health": "health",
    "identity": "identity",
    "migrate": "store",
    "purge": "history",
    "remove": "history",
    "reprocess": "reprocess",
    "revisions": "history",
    "schedule": "schedule",
    "search": "analyst",
    "sources": "sources",
    "stats": "analyst",
    "stories": "history",
}
"""Command -> module of this package that has it."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that `--help` and `search` stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{COMMANDS[cmd_name]}"), f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none gets those that come near."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise UsageError(f"there is no command '{plain(args[0])}'", hint=_near(args[0]))
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line; --help prints here."""
        with _output():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _output():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the sentences of HELP, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, HELP[name]) for name in self.list_commands(ctx)])


HELP = {
    "backup": "Copy the database, also while a crawl runs.",
    "clean": "Clean text that somebody else extracted.",
    "config": "Show the settings and where each comes from.",
    "crawl": "Crawl the sources that are due, once.",
    "dates": "Check the dates of the stored articles.",
    "demo": "Crawl a small news web that comes with the program.",
    "diff": "Show what an outlet changed in an article.",
    "doctor": "Check the database and its surroundings.",
    "export": "Write the articles as CSV, JSON lines or Parquet.",
    "fetch": "Fetch one page, now, and show its article.",
    "health": "Compare each source with its own past.",
    "identity": "Overrule what counts as a copy.",
    "migrate": "Bring a database file up to date.",
    "purge": "Drop the texts of old articles, and keep the facts.",
    "remove": "Take an article out for good.",
    "reprocess": "Read the raw pages in the archive again.",
    "revisions": "Show what outlets changed in their articles.",
    "schedule": "Let systemd or cron start the crawl.",
    "search": "Search title, description and text.",
    "sources": "List, check and edit the sources.",
    "stats": "Show what the database holds.",
    "stories": "Show the events that several outlets told.",
}


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="aggregator")
def cli() -> None:
    """Turn entertainment-news web pages into a clean, deduplicated, correctly dated SQLite file.

    Exit statuses: 0 all fine, 1 some sources failed, or a page is no article, 2 bad usage or configuration, 3 nothing could be
    fetched, 4 the database cannot be used, 5 another run is active, 130 interrupted.
    """


def main() -> None:
    """Run the command line; every error that is ours becomes one sentence on stderr and its exit status."""
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # outside a crawl both signals end the command in the same way
    try:
        status = cli.main(prog_name="aggregator", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        status = ExitStatus.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        status = error.exit_code
    except click.ClickException as error:
        click.echo(f"error: {plain(_sentence(error))}", err=True)
        status = error.exit_code
    except AggregatorError as error:
        click.echo(f"error: {plain(str(error))}", err=True)
        status = error.exit_status
    finally:
        _end_threads()
    sys.exit(status if isinstance(status, int) else ExitStatus.FINE)


def _sentence(error: click.ClickException) -> str:
    """What click has to say, in our form: the fault, then where to look."""
    message = " ".join(error.format_message().split()).rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{message} (see `{context.command_path} --help`)" if context else message


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=2)
    return f"did you mean {' or '.join(near)}?" if near else "`aggregator --help` lists them"


@contextmanager
def _output() -> Iterator[None]:
    """Whoever reads the output may stop reading: `aggregator search ... | head` is no failure. A full disk is one."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        if not _output_failed():
            raise
        if isinstance(error, BrokenPipeError):
            raise click.exceptions.Exit(ExitStatus.FINE) from None
        raise UsageError(f"the output cannot be written: {error.strerror}") from error


def _output_failed() -> bool:
    """Whether standard output takes no more. Then it is replaced, so that what is left in it is not tried again at the end."""
    try:
        os.write(sys.stdout.fileno(), b"\n")  # nothing else tells a full disk from an error that came from elsewhere
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def _end_threads() -> None:
    """Let the reactor's threads go, if there was a crawl; the process could not end otherwise."""
    if "aggregator.reactor" in sys.modules:
        from aggregator.reactor import shut_down

        shut_down()
