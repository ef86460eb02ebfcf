"""`aggregator schedule`: let systemd or cron start the crawl."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from aggregator.errors import UsageError

from .options import config_option, db_option, read_config
from .output import plain, say

if TYPE_CHECKING:
    from aggregator.timers import Job

Kind = Literal["systemd", "cron"]
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")


def _checked(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError("letters, digits, - and _ only", subject="--name")
    return name


def _common(function: Any) -> Any:
    """Options of all three."""
    function = click.option(
        "--name", default="news-crawl", show_default=True, callback=_checked, help="Name of the units or the entry."
    )(function)
    return click.option(
        "--with",
        "kind",
        type=click.Choice(["systemd", "cron"]),
        help="Who starts it. [default: systemd where it runs, else cron]",
    )(function)


@click.group("schedule")
def schedule_command() -> None:
    """Let systemd or cron start the crawl."""


@schedule_command.command("install")
@click.option(
    "--every", type=click.IntRange(min=1), default=15, show_default=True, metavar="MINUTES", help="How often."
)
@click.option("--print", "only_print", is_flag=True, help="Print what would be written; change nothing.")
@_common
@db_option
@config_option
def install_command(  # a crontab and systemd know no period that does not divide an hour or a day
    every: int, only_print: bool, kind: Kind | None, name: str, db: str | None, config_file: Path | None
) -> None:
    """Start `aggregator crawl -q` from this folder again and again.

    What is due is decided at each run. As root it is a service of the system, else one of the user.
    Installing again replaces what was there under the same name.
    """
    from aggregator.timers import cron_line

    kind = kind or _usual()
    job = _job(every=every, name=name, db=db, config_file=config_file)
    files = _units(job)
    if only_print:
        texts = [f"# {path}\n{text}" for path, text in files.items()] if kind == "systemd" else [cron_line(job) + "\n"]
        click.echo("\n".join(texts), nl=False)
    elif kind == "cron":
        from aggregator.timers import with_block

        _write_crontab(with_block(_crontab(), job))
        click.echo(f"installed in the crontab: {cron_line(job)}")
    else:
        _install_units(files, job)


def _job(*, every: int, name: str, db: str | None, config_file: Path | None) -> "Job":
    from aggregator.timers import Job, fits

    if not fits(every):
        raise UsageError(
            f"{every} minutes are no part of an hour or a day", subject="--every", hint="take 5, 15, 30, 60 or 360"
        )
    config = read_config(config_file, db=db)
    path = Path(config.db).absolute()
    options = (("--db", db and str(path)), ("--config", config_file and str(config_file.absolute())))
    given = [word for option, value in options if value for word in (option, value)]
    command = (sys.executable, "-m", "aggregator", "crawl", "-q", *given)
    archive = [Path(config.archive).absolute()] if config.archive not in ("", "off") else []
    log = [Path(config.run_log).absolute().parent] if config.run_log else []
    folders = dict.fromkeys((path.parent, *archive, *log))
    return Job(
        name=name,
        folder=str(Path.cwd()),
        command=command,
        minutes=every,
        writes=tuple(map(str, folders)),
        system=os.geteuid() == 0,
    )


def _usual() -> Kind:
    return "systemd" if Path("/run/systemd/system").is_dir() and shutil.which("systemctl") else "cron"


# ------------------------------------------------------------------------------------------------ systemd


def _folder_of_units() -> Path:
    if os.geteuid() == 0:
        return Path("/etc/systemd/system")
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _unit_paths(name: str) -> tuple[Path, Path]:
    folder = _folder_of_units()
    return folder / f"{name}.service", folder / f"{name}.timer"


def _units(job: "Job") -> dict[Path, str]:
    from aggregator.timers import service, timer

    return dict(zip(_unit_paths(job.name), (service(job), timer(job)), strict=True))


def _install_units(files: dict[Path, str], job: "Job") -> None:
    try:
        for folder in job.writes:  # systemd starts no service whose folders are missing
            Path(folder).mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the unit cannot be written: {error.strerror}", subject=str(_folder_of_units())) from error
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", f"{job.name}.timer")
    click.echo(f"installed: {', '.join(map(str, files))}")
    if os.geteuid() != 0:
        say("note: a user's timers run while that user is logged in; `loginctl enable-linger` lets them run always")


def _systemctl(*arguments: str) -> str:
    return _call("systemctl", *([] if os.geteuid() == 0 else ["--user"]), *arguments)


def _call(program: str, *arguments: str, text: str | None = None) -> str:
    """What a program prints. Raises UsageError with what it said when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 (our own words, no shell)
            [program, *arguments], input=text, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"`{program}` cannot be run: {plain(str(error))}", hint="--with names another") from error
    if done.returncode:
        said = plain(done.stderr.strip() or f"status {done.returncode}")
        raise UsageError(f"`{program} {' '.join(arguments)}` failed: {said}")
    return done.stdout


# ------------------------------------------------------------------------------------------------ cron


def _crontab() -> str:
    try:
        return _call("crontab", "-l")
    except UsageError as error:
        if "no crontab for" in str(error):  # what every cron says of an empty one
            return ""
        raise


def _write_crontab(text: str) -> None:
    _call("crontab", "-", text=text)


# ------------------------------------------------------------------------------------------------ show, remove


@schedule_command.command("show")
@_common
def show_command(kind: Kind | None, name: str) -> None:
    """Print what is installed, and when it runs next."""
    if (kind or _usual()) == "cron":
        from aggregator.timers import block_of

        found = block_of(_crontab(), name)
    else:
        found = "\n".join(
            f"# {path}\n{path.read_text(encoding='utf-8')}" for path in _unit_paths(name) if path.is_file()
        )
        found += _systemctl("list-timers", "--all", f"{name}.timer") if found else ""
    if found:
        click.echo(found.rstrip("\n"))
    else:
        say(f"nothing is installed as {plain(name)}")


@schedule_command.command("remove")
@_common
def remove_schedule_command(kind: Kind | None, name: str) -> None:
    """Take the schedule away. A run that is active goes on; the database stays."""
    removed = _remove_entry(name) if (kind or _usual()) == "cron" else _remove_units(name)
    click.echo(f"{name}: removed") if removed else say(f"nothing is installed as {name}")


def _remove_entry(name: str) -> bool:
    from aggregator.timers import without_block

    before = _crontab()
    after = without_block(before, name)
    if after != before:
        _write_crontab(after)
    return after != before


def _remove_units(name: str) -> bool:
    paths = [path for path in _unit_paths(name) if path.is_file()]
    if not paths:
        return False
    _systemctl("disable", "--now", f"{name}.timer")
    for path in paths:
        path.unlink()
    _systemctl("daemon-reload")
    return True
