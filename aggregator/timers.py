"""The texts of a schedule: systemd units and lines of a crontab. Pure; nothing is written here.

systemd.service(5), systemd.timer(5), systemd.exec(5) and crontab(5) say what the entries mean.
"""

import re
import shlex
from dataclasses import dataclass
from typing import Final

MOST_MINUTES: Final = 24 * 60
"""A schedule runs at least once a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A crawl on a schedule. `command` is started in `folder`, every `minutes`; `writes` are the folders that it may write to;
    `name` is that of the units and of the block in the crontab. `system`: for the whole machine, not for one user."""

    name: str
    folder: str
    command: tuple[str, ...]
    minutes: int
    writes: tuple[str, ...]
    system: bool = False


def fits(minutes: int) -> bool:
    """True for a period that both can tell: a part of an hour, or whole hours that are a part of a day."""
    if minutes < 60:
        return minutes > 0 and 60 % minutes == 0
    return minutes % 60 == 0 and MOST_MINUTES % minutes == 0


# ------------------------------------------------------------------------------------------------ systemd


def service(job: Job) -> str:
    """The unit that runs once. 1 (some sources failed) and 5 (the previous run is active) are no failures of the unit."""
    lines = [
        "[Unit]",
        "Description=Crawl entertainment news",
        *(("Wants=network-online.target", "After=network-online.target") if job.system else ()),
        "",
        "[Service]",
        "Type=oneshot",
        f"WorkingDirectory={_percent(job.folder)}",
        f"ExecStart={' '.join(map(_word, job.command))}",
        "SuccessExitStatus=1 5",
        "TimeoutStopSec=15",
        "NoNewPrivileges=yes",
        *(_hardened(job) if job.system else ()),
    ]
    return "\n".join(lines) + "\n"


def _hardened(job: Job) -> tuple[str, ...]:
    """What a service of the system may not do; a user's own manager cannot set these everywhere."""
    paths = " ".join(_word(path) for path in job.writes)
    return ("ProtectSystem=strict", "ProtectKernelTunables=yes", f"ReadWritePaths={paths}")


def timer(job: Job) -> str:
    """The unit that starts the other. Persistent: a run that was missed while the machine was off is made up for."""
    lines = [
        "[Unit]",
        f"Description=Crawl entertainment news every {job.minutes} minutes",
        "",
        "[Timer]",
        f"OnCalendar={_calendar(job.minutes)}",
        f"RandomizedDelaySec={min(120, job.minutes * 6)}",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def _calendar(minutes: int) -> str:
    if minutes < 60:
        return f"*:0/{minutes}"
    return f"0/{minutes // 60}:00" if minutes < MOST_MINUTES else "0:00"  # a step must fit into the day


def _word(text: str) -> str:
    r"""One word of a command line of systemd: `%` and `$` doubled, quoted where there are blanks, quotes or `\`."""
    escaped = _percent(text).replace("$", "$$").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if any(c in " \t'\"\\;" for c in text) else escaped


def _percent(text: str) -> str:
    return text.replace("%", "%%")


# ------------------------------------------------------------------------------------------------ cron


def cron_line(job: Job) -> str:
    r"""The line of a crontab: quiet unless something fails, so that cron sends mail only then. cron ends a command at a bare `%`."""
    command = f"cd {shlex.quote(job.folder)} && {shlex.join(job.command)}".replace("%", "\\%")
    return f"{_cron_times(job.minutes)}  {command}"


def _cron_times(minutes: int) -> str:
    if minutes < 60:
        return f"*/{minutes} * * * *"
    return f"0 */{minutes // 60} * * *" if minutes < MOST_MINUTES else "0 0 * * *"


def with_block(crontab: str, job: Job) -> str:
    """A crontab with the job in it, once, between two comments; every other line stays as it is."""
    rest = without_block(crontab, job.name)
    before = rest if not rest or rest.endswith("\n") else rest + "\n"
    begin, end = _edges(job.name)
    return f"{before}{begin}\n{cron_line(job)}\n{end}\n"


def without_block(crontab: str, name: str) -> str:
    """The crontab without the job of this name, however often it is in it."""
    found = _block(name)
    while found.search(crontab):
        crontab = found.sub("", crontab)
    return crontab


def block_of(crontab: str, name: str) -> str:
    """The lines of the job of this name, "" for none."""
    found = _block(name).search(crontab)
    return found[1].rstrip("\n") if found else ""


def _block(name: str) -> re.Pattern[str]:
    """From the last begin before an end: a begin that somebody left alone takes no foreign lines with it."""
    begin, end = map(re.escape, _edges(name))
    return re.compile(rf"^{begin}\n((?:(?!{begin}$|{end}$).*\n)*){end}(?:\n|\Z)", re.MULTILINE)


def _edges(name: str) -> tuple[str, str]:
    return f"# begin {name}", f"# end {name}"
