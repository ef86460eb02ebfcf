"""The command line: parses, prints, sets exit statuses. Heavy modules are imported only inside commands."""

import sys
from importlib import import_module

import click

from aggregator import __version__
from aggregator.errors import AggregatorError, ExitStatus

from .output import plain

COMMANDS = {
    "backup": "store",
    "clean": "clean",
    "config": "config",
    "crawl": "crawl",
    "demo": "demo",
    "doctor": "store",
    "export": "analyst",
    "fetch": "fetch",
    "migrate": "store",
    "search": "analyst",
    "sources": "sources",
    "stats": "analyst",
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the sentences of HELP, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, HELP[name]) for name in self.list_commands(ctx)])


HELP = {
    "backup": "Copy the database, also while a crawl runs.",
    "clean": "Clean text that somebody else extracted.",
    "config": "Show the settings and where each comes from.",
    "crawl": "Crawl the sources that are due, once.",
    "demo": "Crawl a small news web that comes with the program.",
    "doctor": "Check the database and its surroundings.",
    "export": "Write the articles as CSV, JSON lines or Parquet.",
    "fetch": "Fetch one page, now, and show its article.",
    "migrate": "Bring a database file up to date.",
    "search": "Search title, description and text.",
    "sources": "List, check and edit the sources.",
    "stats": "Show what the database holds.",
}


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="aggregator")
def cli() -> None:
    """Turn entertainment-news web pages into a clean, deduplicated, correctly dated SQLite file.

    Exit statuses: 0 all fine, 1 some sources or pages failed, 2 bad usage or configuration, 3 nothing could be fetched,
    4 the database cannot be used, 5 another run is active, 130 interrupted.
    """


def main() -> None:
    """Run the command line; every error that is ours becomes one sentence on stderr and its exit status."""
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        status = ExitStatus.INTERRUPTED
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except AggregatorError as error:
        click.echo(f"error: {plain(str(error))}", err=True)
        status = error.exit_status
    except BrokenPipeError:  # `aggregator search ... | head`
        sys.stderr.close()
        status = ExitStatus.FINE
    finally:
        _end_threads()
    sys.exit(status if isinstance(status, int) else ExitStatus.FINE)


def _end_threads() -> None:
    """Let the reactor's threads go, if there was a crawl; the process could not end otherwise."""
    if "aggregator.reactor" in sys.modules:
        from aggregator.reactor import shut_down

        shut_down()
