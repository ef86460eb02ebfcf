"""One event loop a process, with Twisted's reactor running on it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end. May be called again in the same process; not from a coroutine."""
    return _loop().run_until_complete(main)


def shut_down() -> None:
    """End the reactor's threads, so that the process can."""
    from twisted.internet import reactor

    with suppress(Exception):  # the process ends either way
        reactor.fireSystemEvent("shutdown")  # type: ignore[attr-defined]


def _loop() -> asyncio.AbstractEventLoop:
    """The loop that the reactor was installed on; the first call installs it."""
    from twisted.internet import asyncioreactor
    from twisted.internet.error import ReactorAlreadyInstalledError

    try:
        loop = asyncio.new_event_loop()
        asyncioreactor.install(loop)
    except ReactorAlreadyInstalledError:
        loop.close()
    else:
        asyncio.set_event_loop(loop)
        from twisted.internet import reactor

        reactor.startRunning(installSignalHandlers=False)  # type: ignore[attr-defined]
    from twisted.internet import reactor

    found: asyncio.AbstractEventLoop = reactor._asyncioEventloop  # type: ignore[attr-defined]  # noqa: SLF001
    return found
