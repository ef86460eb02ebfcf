"""Worker processes for everything that reads foreign bytes: a page that stalls or kills its worker costs only itself.

Pebble restarts a worker that ran out of time or died, and tells which task did it; workers are recycled because glibc keeps lxml's heap.
"""

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import Callable
from multiprocessing import forkserver, resource_tracker
from typing import ParamSpec, TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from .models import Reason

P = ParamSpec("P")
T = TypeVar("T")

TASKS_PER_WORKER = 400
MEMORY = 2 * 1024**3  # address space of a worker, in bytes


class WorkFailed(Exception):
    """A task that gave no result: `reason` is EXTRACTION_TIMEOUT, EXTRACTION_CRASH, or INTERRUPTED."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class WorkerPool:
    """Runs pure functions in worker processes, each with a time limit. Arguments and results are pickled."""

    def __init__(self, *, workers: int, timeout: float) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["aggregator.processing"])
        self._timeout = timeout
        self._started = False
        self._pool = ProcessPool(
            max_workers=max(1, workers), max_tasks=TASKS_PER_WORKER, initializer=_prepare_worker, context=context
        )

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a module-level function in a worker. Raises WorkFailed when it takes too long, fails, or takes its worker down."""
        if not self._started:
            _start_server()
            self._started = True
        future = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=self._timeout)
        try:
            return cast("T", await asyncio.wrap_future(future))
        except TimeoutError:
            raise WorkFailed(Reason.EXTRACTION_TIMEOUT, f"more than {self._timeout:g} s") from None
        except ProcessExpired as error:
            if (
                abs(error.exitcode) == signal.SIGTERM
            ):  # a service manager ends the whole group; the page is not to blame
                raise WorkFailed(Reason.INTERRUPTED, "the worker was told to end") from error
            raise WorkFailed(Reason.EXTRACTION_CRASH, f"the worker ended with {error.exitcode}") from error
        except Exception as error:  # whatever a worker raises is about its own task
            raise WorkFailed(Reason.EXTRACTION_CRASH, f"{type(error).__name__}: {error}"[:200]) from error

    def close(self) -> None:
        """End the workers at once."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join(timeout=5)


def _start_server() -> None:
    """Start the process that the workers are forked from. Ctrl-C, which goes to all of a terminal's processes, is not for it: while
    it imports what the workers need, it would end it."""
    resource_tracker.ensure_running()  # shields itself, and then lifts the block that others set
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare_worker() -> None:
    """Leave Ctrl-C to the parent, and bound the memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
