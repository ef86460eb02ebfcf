"""`aggregator config`: the settings and where each comes from."""

from pathlib import Path
from typing import Any

import click

from aggregator.config import Setting

from .monitoring import masked
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
        click.echo(dump_json({s.name: {"value": _shown(s), "origin": s.origin} for s in settings}))
        return
    shown = [(s.name, _shown(s), s.origin) for s in settings]
    rows = [(name, ",".join(value) if isinstance(value, tuple) else value, origin) for name, value, origin in shown]
    click.echo(table(("setting", "value", "from"), rows))


def _shown(setting: Setting) -> Any:
    """The value, but for what is a secret."""
    return masked(setting.value) if setting.name == "ping" else setting.value
