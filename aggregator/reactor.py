"""One event loop a process, with Twisted's reactor running on it."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

RESOLVERS = 32  # threads that look names up: with Twisted's ten, a few names that hang hold up all other hosts


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end. May be called again in the same process; not from a coroutine."""
    return _loop().run_until_complete(main)


def shut_down() -> None:
    """End the reactor's threads, so that the process can. Nothing happens where no reactor runs."""
    if "twisted.internet.reactor" in sys.modules:
        _reactor().fireSystemEvent("shutdown")


def _loop() -> asyncio.AbstractEventLoop:
    """The loop that the reactor was installed on; the first call installs it."""
    if "twisted.internet.reactor" not in sys.modules:
        from twisted.internet import asyncioreactor

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
        _reactor().suggestThreadPoolSize(RESOLVERS)
        _reactor().startRunning(installSignalHandlers=False)
    found: asyncio.AbstractEventLoop = _reactor()._asyncioEventloop  # noqa: SLF001 (Twisted has no public name for it)
    return found


def _reactor() -> Any:
    from twisted.internet import reactor

    return reactor
