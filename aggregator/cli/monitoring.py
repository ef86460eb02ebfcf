"""Telling others how a crawl went: a ping address as healthchecks.io takes it, and a file of one JSON line a run."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from aggregator.config import Config
from aggregator.errors import AggregatorError, Busy, ExitStatus, UsageError

from .output import cause, dump_json_line, plain, say
from .records import VERSION

PING_SECONDS: Final = 10.0
"""healthchecks.io advises a time limit of ten seconds (its documentation, "Shell scripts")."""
LAST_SECONDS: Final = 2.0
"""The same for a crawl that was told to stop, which ends within ten seconds."""
PING_BYTES: Final = 100_000
"""What healthchecks.io keeps of a body."""


def masked(address: str) -> str:
    """An address without what makes it a secret: its host."""
    host = urlsplit(address).hostname or ""
    return f"{urlsplit(address).scheme}://{plain(host)}/..." if address else ""


def check_ping(address: str) -> None:
    """Raises UsageError for a ping address that cannot be one."""
    try:
        good = urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).hostname)
    except ValueError:
        good = False
    if address and not good:
        raise UsageError("the ping address must begin with http:// or https:// and a host", subject="ping")


class Monitor:
    """Tells of one crawl. What cannot be told is a warning on stderr; the crawl and its exit status do not depend on it."""

    def __init__(self, config: Config, *, on: bool = True) -> None:
        check_ping(config.ping)
        self._ping = config.ping if on else ""
        self._log = config.run_log if on else ""
        self._started = datetime.now(UTC)

    def begin(self) -> None:
        """A crawl begins."""
        self._send("/start", b"", PING_SECONDS)

    def end(self, record: Mapping[str, Any]) -> None:
        """A crawl ended with this record (`run_record`)."""
        times = {"started_at": _moment(self._started), "finished_at": _moment(datetime.now(UTC))}
        line = dump_json_line({**times, **record})
        self._append(line)
        seconds = LAST_SECONDS if record["status"] == ExitStatus.INTERRUPTED else PING_SECONDS
        self._send("" if record["status"] == ExitStatus.FINE else "/fail", line.encode()[:PING_BYTES], seconds)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Tell of an error that ends the crawl, and let it pass. That another run is active is none: that run tells how it went."""
        try:
            yield
        except Busy:
            raise
        except Exception as error:
            status = error.exit_status if isinstance(error, AggregatorError) else ExitStatus.SOME_FAILED
            told = str(error) if isinstance(error, AggregatorError) else f"{type(error).__name__}: {error}"
            self.end({"version": VERSION, "type": "crawl", "status": status, "error": plain(told)})
            raise

    def _append(self, line: str) -> None:
        if not self._log:
            return
        try:
            path = Path(self._log)
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(file, f"{line}\n".encode())  # one write: lines of two runs never mix
            finally:
                os.close(file)
        except OSError as error:
            say(f"warning: the run log {plain(self._log)} cannot be written: {cause(error)}")

    def _send(self, ending: str, body: bytes, seconds: float) -> None:
        if not self._ping:
            return
        from http.client import HTTPException
        from urllib.request import Request, urlopen

        request = Request(self._ping.rstrip("/") + ending, data=body, method="POST")  # noqa: S310 (check_ping)
        request.add_header("Content-Type", "application/json")
        try:
            with urlopen(request, timeout=seconds) as answer:  # noqa: S310
                answer.read(1)
        except (OSError, HTTPException, ValueError) as error:
            why = cause(error) if isinstance(error, OSError) else str(error)
            say(f"warning: the ping to {masked(self._ping)} did not arrive: {plain(why)}")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
