"""`aggregator config`: the settings and where each comes from."""

from pathlib import Path
from typing import Any

import click

from .options import config_option, db_option, net_options, read_settings, sources_option
from .output import dump_json, table


@click.group("config")
def config_command() -> None:
    """Show the settings and where each comes from.

    Later ones win: the program's defaults, the settings file (aggregator.toml, or --config FILE, or AGGREGATOR_CONFIG),
    the environment (AGGREGATOR_<NAME>), the options of the command.
    """


@config_command.command("show")
@config_option
@db_option
@sources_option
@net_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(config_file: Path | None, as_json: bool, **options: Any) -> None:
    """Print each setting with its value and its origin."""
    _, settings = read_settings(config_file, **options)
    if as_json:
        click.echo(dump_json({s.name: {"value": s.value, "origin": s.origin} for s in settings}))
        return
    rows = [(s.name, ",".join(s.value) if isinstance(s.value, tuple) else s.value, s.origin) for s in settings]
    click.echo(table(("setting", "value", "from"), rows))
