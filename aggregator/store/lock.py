"""One writer at a time: a lock of the kernel on a file beside the database, which ends with the process that holds it."""

import fcntl
import os
import weakref
from datetime import datetime
from pathlib import Path
from typing import Final

from aggregator.errors import Busy, StoreError

from .files import beside, translate_os
from .times import to_text

_held: Final[weakref.WeakSet["Lock"]] = weakref.WeakSet()


def lock_path(path: Path) -> Path:
    """The lock file of a database, one for all the names that it has."""
    return beside(path, ".lock")


class Lock:
    """Holds `<db>.lock`. A forked child lets go of its copy, so the lock never outlives the process that took it."""

    def __init__(self, path: Path, *, now: datetime, owner: str) -> None:
        """Take the lock at once, or raise Busy with its holder."""
        self._fd: int | None = _open(lock_path(path))
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._close()
            raise Busy(_holder_sentence(path), subject=str(path), hint="wait until it has finished") from None
        _held.add(self)
        try:
            os.truncate(self._fd, 0)
            os.pwrite(self._fd, f"pid {os.getpid()}\nsince {to_text(now)}\ncommand {_one_line(owner)}\n".encode(), 0)
        except OSError as error:
            self._close()
            raise translate_os(error, path) from error

    def release(self) -> None:
        """Let go; the file stays, because removing it would let two processes hold two files of one name."""
        if self._fd is not None:
            os.truncate(self._fd, 0)
        self._close()

    def _close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"the lock file cannot be opened: {error.strerror}", subject=str(path)) from error


def holder(path: Path) -> dict[str, str]:
    """What the lock file of a database says: `pid`, `since` and `command`; empty when nobody wrote there."""
    try:
        lines = lock_path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return {name: value for name, _, value in (line.partition(" ") for line in lines)}


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock now. Leaves no trace."""
    try:
        fd = os.open(lock_path(path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def _holder_sentence(path: Path) -> str:
    said = holder(path)
    if "pid" not in said:
        return "another run holds the store"
    return f"another run holds the store: process {said['pid']} ({said.get('command', '?')}), since {said.get('since', '?')}"


def _one_line(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())[:500]


def _close_in_child() -> None:
    for lock in tuple(_held):
        lock._close()  # noqa: SLF001 (the module's own class)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)
