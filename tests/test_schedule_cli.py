"""`aggregator schedule`: units and lines that systemd and cron understand, and a crontab that keeps what was in it."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.timers import Job, block_of, cron_line, service, timer, with_block, without_block

from .cli_run import Run, run

__all__ = ["run"]

JOB = Job(
    name="news-crawl",
    folder="/srv/news",
    command=("/srv/news/.venv/bin/python", "-m", "aggregator", "crawl", "-q"),
    minutes=15,
    writes=("/srv/news/data",),
)
ODD = replace(JOB, folder="/srv/100% new's", command=("/srv/100% new's/python", "-m", "x"), system=True)
OTHERS = "MAILTO=me@example.org\n0 5 * * * backup\n"


@pytest.mark.parametrize(
    ("minutes", "cron", "calendar"),
    [
        (5, "*/5 * * * *", "*:0/5"),
        (60, "0 */1 * * *", "0/1:00"),
        (360, "0 */6 * * *", "0/6:00"),
        (1440, "0 0 * * *", "0:00"),
    ],
)
def test_a_period_is_told_to_both(minutes: int, cron: str, calendar: str) -> None:
    job = replace(JOB, minutes=minutes)
    assert cron_line(job).startswith(f"{cron}  cd /srv/news && ")
    assert f"OnCalendar={calendar}\n" in timer(job)


def test_paths_with_blanks_quotes_and_percent_signs_survive() -> None:
    assert cron_line(ODD).endswith("cd '/srv/100\\% new'\"'\"'s' && '/srv/100\\% new'\"'\"'s/python' -m x")
    assert "WorkingDirectory=/srv/100%% new's\n" in service(ODD)
    assert 'ExecStart="/srv/100%% new\'s/python" -m x\n' in service(ODD)


def test_a_service_of_the_system_may_write_to_the_data_only() -> None:
    assert "ProtectSystem=strict" in service(replace(JOB, system=True))
    assert "ReadWritePaths=/srv/news/data\n" in service(replace(JOB, system=True))
    assert "Protect" not in service(JOB)
    assert "SuccessExitStatus=1 5\n" in service(JOB)


LINES = st.lists(
    st.sampled_from(["# begin news-crawl", "# end news-crawl", "# begin other", "0 5 * * * backup", "", "A=b"]),
    max_size=8,
).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(LINES)
def test_whatever_the_crontab_the_job_is_in_it_once_and_goes_without_a_trace(crontab: str) -> None:
    clean = without_block(crontab, JOB.name)
    once = with_block(crontab, JOB)
    assert with_block(once, JOB) == once
    assert without_block(once, JOB.name) == clean
    assert once.count(cron_line(JOB)) == 1


def test_a_crontab_keeps_its_other_lines() -> None:
    once = with_block(OTHERS.rstrip("\n"), JOB)
    assert once.startswith(OTHERS)
    assert block_of(once, JOB.name) == cron_line(JOB)
    assert without_block(once, JOB.name) == OTHERS
    assert without_block("# begin news-crawl\n" + OTHERS, JOB.name) == "# begin news-crawl\n" + OTHERS


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`crontab` and `systemctl` that keep what they are told in a folder; the user is no root."""
    place = tmp_path / "programs"
    place.mkdir()
    scripts = {
        "crontab": '[ "$1" = -l ] || exec cat > "$0.kept"\n[ -f "$0.kept" ] || { echo "no crontab for me" >&2; exit 1; }\ncat "$0.kept"',
        "systemctl": 'echo "$@" >> "$0.told"; [ ! -f "$0.broken" ] || { echo "no bus" >&2; exit 1; }',
    }
    for name, text in scripts.items():
        (place / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return place


def test_cron_is_installed_shown_and_removed(run: Run, programs: Path) -> None:
    kept = programs / "crontab.kept"
    kept.write_text(OTHERS, encoding="utf-8")
    assert "*/5 * * * *" in run("schedule", "install", "--with", "cron", "--every", 5).out
    assert run("schedule", "install", "--with", "cron").status == 0
    assert run("schedule", "show", "--with", "cron").out.startswith("*/15 * * * *  cd ")
    assert run("schedule", "remove", "--with", "cron").out == "news-crawl: removed\n"
    assert kept.read_text(encoding="utf-8") == OTHERS
    assert run("schedule", "remove", "--with", "cron").err == "nothing is installed as news-crawl\n"


def test_an_empty_crontab_is_no_failure(run: Run, programs: Path) -> None:
    assert run("schedule", "show", "--with", "cron").err == "nothing is installed as news-crawl\n"
    assert run("schedule", "install", "--with", "cron").status == 0
    assert (programs / "crontab.kept").read_text(encoding="utf-8").startswith("# begin news-crawl\n")


def test_the_installed_line_runs(run: Run, programs: Path) -> None:
    line = run("schedule", "install", "--with", "cron", "--print").out.strip()
    done = subprocess.run(
        ["/bin/sh", "-c", line.split("  ", 1)[1] + " --help"], capture_output=True, text=True, check=True
    )
    assert "Crawl the sources that are due" in done.stdout
    assert not (programs / "crontab.kept").exists()


def test_a_service_may_write_its_run_log(
    run: Run, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the run log is among those that a hardened service may write to."""
    (tmp_path / "aggregator.toml").write_text('run_log = "logs/runs.jsonl"')
    monkeypatch.setattr("os.geteuid", lambda: 0)
    shown = run("schedule", "install", "--with", "systemd", "--print").out
    assert f"ReadWritePaths={tmp_path / 'data'} {tmp_path / 'logs'}" in shown
    assert not (programs / "systemctl.told").exists()


def test_systemd_is_installed_shown_and_removed(run: Run, programs: Path, tmp_path: Path) -> None:
    units = tmp_path / "config" / "systemd" / "user"
    assert run("schedule", "install", "--with", "systemd", "--db", "store/news.db").status == 0
    assert sorted(path.name for path in units.iterdir()) == ["news-crawl.service", "news-crawl.timer"]
    assert (tmp_path / "store").is_dir()
    shown = run("schedule", "show", "--with", "systemd").out
    assert f"--db {tmp_path / 'store' / 'news.db'}" in shown
    assert run("schedule", "remove", "--with", "systemd").out == "news-crawl: removed\n"
    assert list(units.iterdir()) == []
    told = (programs / "systemctl.told").read_text(encoding="utf-8").splitlines()
    assert told[1] == "--user enable --now news-crawl.timer"
    assert told[-2] == "--user disable --now news-crawl.timer"


def test_what_systemd_says_is_passed_on(run: Run, programs: Path) -> None:
    (programs / "systemctl.broken").touch()
    assert "failed: no bus" in run("schedule", "install", "--with", "systemd").sentence(2)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("--every", 7, "no part of an hour"), ("--every", 90, "no part"), ("--name", "../x", "letters")],
)
def test_what_cannot_be_scheduled_is_refused(run: Run, programs: Path, option: str, value: object, words: str) -> None:
    assert words in run("schedule", "install", "--print", option, value).sentence(2)
    assert list(programs.glob("*.told")) == []
