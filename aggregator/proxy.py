"""A proxy on the loopback for a browser: it connects to permitted addresses only, and to nothing after a number of bytes.

HTTP/1.1 as far as a browser needs it: CONNECT (RFC 9110 section 9.3.6) for https, absolute-form requests (RFC 9112 section 3.2.2) for http.
The names are looked up here, so what is judged is what is connected to.
"""

import asyncio
import socket
from base64 import b64encode
from hmac import compare_digest
from secrets import token_hex
from typing import Final
from urllib.parse import urlsplit

from .networks import AddressGuard

_HEAD: Final = 32 * 1024  # bytes of a request's head
_PIECE: Final = 64 * 1024
_PATIENCE: Final = 10.0  # seconds for a head to come, and for a connection to stand


_REFUSED: Final = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_WHO: Final = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=aggregator\r\nContent-Length: 0\r\n\r\n"


class _RefusedError(Exception):
    """Nothing that may be connected to."""


class GuardedProxy:
    """One browser's way out. `begin` starts the count of bytes anew."""

    def __init__(self, guard: AddressGuard, *, most: int) -> None:
        """Take the guard, and the bytes that may come between two calls of `begin`."""
        self._guard = guard
        self._most = most
        self._left = most
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()
        self.secret = token_hex(16)
        self.address = ""

    async def start(self) -> None:
        """Listen on a free port of the loopback."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD)
            self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening and let go of all connections."""
        if self._server is not None:
            self._server.close()
            for task in tuple(self._busy):
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)
            self._server = None

    def begin(self) -> None:
        """A new page: count from the start."""
        self._left = self._most

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (a coroutine that runs is in a task)
        self._busy.add(task)
        try:
            await self._answer(reader, writer)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
            pass  # a connection that breaks is the browser's business
        finally:
            self._busy.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await self._head(reader, writer)
        try:
            far_reader, far_writer = await self._far(head)
        except (_RefusedError, OSError, TimeoutError):
            writer.write(_REFUSED)
            return
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        sending = asyncio.ensure_future(self._pipe(reader, far_writer))
        try:
            await self._pipe(far_reader, writer)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            far_writer.close()

    async def _head(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """The head of a request that brings the secret; a browser is asked for it once."""
        for _ in range(2):
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
            if self._knows(head):
                return head
            writer.write(_WHO)
            await writer.drain()
        raise EOFError

    async def _far(self, head: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection that a request asks for."""
        first, _, headers = head.partition(b"\r\n")
        method, target, version = first.decode("latin-1").split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            return await self._connect(host.strip("[]"), int(port))
        return await self._request(method, target, version, headers)

    def _knows(self, headers: bytes) -> bool:
        """Whether a request brings the secret: other programs of the machine have no use of this proxy."""
        token = b64encode(f"aggregator:{self.secret}".encode())
        lines = (line.partition(b":") for line in headers.split(b"\r\n"))
        values = [
            value.strip().removeprefix(b"Basic ") for name, _, value in lines if name.lower() == b"proxy-authorization"
        ]
        return any(compare_digest(value, token) for value in values)

    async def _request(
        self, method: str, target: str, version: str, headers: bytes
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Pass on a plain request; one a connection."""
        parts = urlsplit(target)
        if parts.scheme != "http" or not parts.hostname:
            raise _RefusedError
        reader, writer = await self._connect(parts.hostname, parts.port or 80)
        kept = [
            line for line in headers.split(b"\r\n") if line and not line.lower().startswith((b"proxy-", b"connection:"))
        ]
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        first = f"{method} {path} {version}".encode("latin-1")
        writer.write(b"\r\n".join([first, *kept, b"Connection: close", b"", b""]))
        return reader, writer

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the first address of a name that is permitted."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        address = next((str(place[0]) for *_, place in found if self._guard.permits(str(place[0]))), None)
        if address is None or self._left <= 0:
            raise _RefusedError
        async with asyncio.timeout(_PATIENCE):
            return await asyncio.open_connection(address, port, limit=_PIECE)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on until they end or are used up; the other direction may go on."""
        while self._left > 0 and (piece := await reader.read(_PIECE)):
            self._left -= len(piece)
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
