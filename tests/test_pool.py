"""Worker processes: a task that stalls or kills its worker costs only itself."""

import asyncio
import os
import signal
import time

import pytest

from aggregator.models import Reason
from aggregator.pool import WorkerPool, WorkFailed


def double(number: int) -> int:
    return 2 * number


def stall() -> None:
    time.sleep(60)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


class Odd(Exception):
    """An exception that nobody expects."""


def fail() -> None:
    raise LookupError("nothing here")


def fail_oddly() -> None:
    raise Odd("unheard of")


def hoard() -> int:
    return len(bytearray(8 * 1024**3))


def test_a_task_gives_its_result_and_the_others_go_on_whatever_one_does() -> None:
    async def work() -> list[int | WorkFailed]:
        tasks = [
            pool.run(double, 4),
            pool.run(stall),
            pool.run(die),
            pool.run(fail),
            pool.run(hoard),
            pool.run(double, 5),
        ]
        return await asyncio.gather(*tasks, return_exceptions=True)  # type: ignore[return-value]

    pool = WorkerPool(workers=2, timeout=1.0)
    try:
        first, stalled, died, failed, hoarded, last = asyncio.run(work())
    finally:
        pool.close()
    assert (first, last) == (8, 10)
    assert isinstance(stalled, WorkFailed)
    assert (stalled.reason, stalled.detail) == (Reason.EXTRACTION_TIMEOUT, "more than 1 s")
    assert isinstance(died, WorkFailed)
    assert died.reason is Reason.EXTRACTION_CRASH
    assert isinstance(failed, WorkFailed)
    assert failed.detail == "LookupError: nothing here"
    assert isinstance(hoarded, WorkFailed)
    assert hoarded.reason is Reason.EXTRACTION_CRASH


def test_workers_start_again_after_many_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.pool.TASKS_PER_WORKER", 2)

    async def work() -> list[int]:
        return [await pool.run(os.getpid) for _ in range(6)]

    pool = WorkerPool(workers=1, timeout=20.0)
    try:
        pids = asyncio.run(work())
    finally:
        pool.close()
    assert len(set(pids)) >= 2


def test_what_a_worker_raises_or_is_told_is_never_taken_for_a_fault_of_the_crawl() -> None:
    async def work() -> list[int | WorkFailed]:
        return await asyncio.gather(pool.run(end), pool.run(fail_oddly), return_exceptions=True)  # type: ignore[return-value]

    pool = WorkerPool(workers=2, timeout=20.0)
    try:
        ended, odd = asyncio.run(work())
    finally:
        pool.close()
    assert isinstance(ended, WorkFailed)
    assert ended.reason is Reason.INTERRUPTED, "a service manager ends the whole group: the page is not to blame"
    assert isinstance(odd, WorkFailed)
    assert (odd.reason, odd.detail) == (Reason.EXTRACTION_CRASH, "Odd: unheard of")


def mask() -> set[int]:
    """Signals that are held back from the worker."""
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, ()))


def test_ctrl_c_does_not_reach_the_process_that_workers_are_forked_from() -> None:
    """It goes to all processes of a terminal; the parent alone answers it."""
    pool = WorkerPool(workers=1, timeout=30)
    try:
        assert signal.SIGINT in asyncio.run(pool.run(mask))
    finally:
        pool.close()
    assert signal.SIGINT not in mask()
