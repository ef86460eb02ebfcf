"""The newsroom as a real web: one small HTTP server a site, on loopback, in threads of this process."""

import gzip
import hashlib
import sys
from collections import Counter
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from errno import EADDRINUSE
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock, Thread
from typing import Any, Final, Self

from aggregator.models import Source

from .newsroom import edition, load_sites, truth
from .records import Answer, Edition, Request, Site, Truth
from .routes import answer
from .sources import newsroom_sources, to_toml

FIRST_HOST: Final = 11
"""The sites stand on 127.0.0.11, 127.0.0.12 ..., so that each is a host of its own."""
ATTEMPTS: Final = 20
SMALLEST_GZIP: Final = 400
"""Bytes from which on an answer is compressed for clients that take gzip."""


class Newsroom:
    """The embedded news web. `with Newsroom() as web:` serves it until the block ends.

    `port` 0 takes a free one, the same for all sites. `now` is the instant that the stories are dated from, by default
    the start. Where only 127.0.0.1 exists, the sites get ports of their own instead of hosts of their own.
    """

    def __init__(self, port: int = 0, *, now: datetime | None = None) -> None:
        self.now = now or datetime.now(UTC)
        self._port = port
        self._servers: list[_Server] = []
        self._lock = Lock()
        self._log: list[Request] = []
        self._turns: Counter[str] = Counter()
        self._editions: dict[str, Edition] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Open the ports and serve in the background. Raises OSError when the given port is taken."""
        self._servers = _bind(load_sites(), self._port)
        for server in self._servers:
            server.newsroom = self
        self._publish(None)
        for server in self._servers:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Stop serving and give the ports back."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers = []

    @property
    def bases(self) -> dict[str, str]:
        """The address of each site, without a slash at the end, by its id."""
        return {server.site.id: server.base for server in self._servers}

    def sources(self) -> tuple[Source, ...]:
        """The sites as sources of a crawl."""
        return newsroom_sources(load_sites(), self.bases)

    @property
    def sources_toml(self) -> str:
        """The sites as a source list."""
        return to_toml(self.sources())

    def second_visit(self, *, now: datetime | None = None) -> None:
        """Time passes: two stories appear, one is edited (title and a paragraph), everything else stays as it is.

        `now` (aware, by default the clock's) dates the new stories and the edit.
        """
        self._publish(now or datetime.now(UTC))

    def truth(self) -> tuple[Truth, ...]:
        """What a good crawl of the present visit stores, for all sites."""
        return tuple(entry for issue in self._editions.values() for entry in truth(issue))

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests so far, in the order in which they were answered."""
        with self._lock:
            return tuple(self._log)

    def forget_requests(self) -> None:
        """Empty the log, as before a second crawl. The related lists go on turning."""
        with self._lock:
            self._log.clear()

    def reply(self, site: Site, target: str) -> Answer:
        """The answer of a site to a request target."""
        with self._lock:
            issue, turn = self._editions[site.id], self._turns[site.id]
            self._turns[site.id] += 1
        return answer(issue, target, turn=turn)

    def note(self, request: Request) -> None:
        """Write a request into the log."""
        with self._lock:
            self._log.append(request)

    def _publish(self, later: datetime | None) -> None:
        editions = {s.site.id: edition(s.site, s.base, now=self.now, later=later) for s in self._servers}
        with self._lock:
            self._editions = editions


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    newsroom: Newsroom

    def __init__(self, host: str, port: int, site: Site) -> None:
        self.site = site
        super().__init__((host, port), _Handler)

    @cached_property
    def base(self) -> str:
        host, port = self.socket.getsockname()
        return f"http://{host}:{port}"

    def server_bind(self) -> None:
        """Bind without the name look-up that http.server makes, which can take seconds on a machine without DNS."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle of an answer is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def _serve(self) -> None:
        reply = self.server.newsroom.reply(self.server.site, self.path)
        etag = _etag(reply)
        unchanged = reply.status == 200 and _not_modified(self.headers, etag, reply.modified)
        status = 304 if unchanged else reply.status
        self._note(status)
        self._send(reply, status, etag)

    def _send(self, reply: Answer, status: int, etag: str) -> None:
        body = reply.body if status != 304 else b""
        self.send_response(status)
        self.send_header("ETag", etag)
        if reply.modified:
            self.send_header("Last-Modified", format_datetime(reply.modified.astimezone(UTC), usegmt=True))
        for name, value in reply.headers:
            self.send_header(name, value)
        if status != 304:
            body = self._encode(body, reply.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _encode(self, body: bytes, content_type: str) -> bytes:
        """Announce type and coding, and compress text for clients that take gzip."""
        self.send_header("Content-Type", content_type)
        self.send_header("Vary", "Accept-Encoding")
        packed = content_type.startswith(("application/gzip", "image/"))
        if packed or len(body) < SMALLEST_GZIP or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return body
        self.send_header("Content-Encoding", "gzip")
        return gzip.compress(body, compresslevel=1, mtime=0)

    def _note(self, status: int) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        self.server.newsroom.note(
            Request(
                source=self.server.site.id,
                method=self.command,
                path=self.path,
                status=status,
                at=datetime.now(UTC),
                conditional=conditional,
                user_agent=self.headers.get("User-Agent", ""),
            )
        )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server uses
        """Requests go to the newsroom's log, not to stderr."""


def _etag(reply: Answer) -> str:
    """A weak validator: the same for answers that differ in their related lists only."""
    digest = hashlib.blake2b(reply.identity or reply.body, digest_size=8).hexdigest()
    return f'W/"{digest}"'


def _not_modified(headers: Message, etag: str, modified: datetime | None) -> bool:
    """Whether 304 is the answer (RFC 9110, 13.2.2: If-None-Match goes before If-Modified-Since)."""
    if "If-None-Match" in headers:
        strong = etag.removeprefix("W/")
        given = {tag.strip().removeprefix("W/") for tag in headers["If-None-Match"].split(",")}
        return strong in given or "*" in given
    since = headers.get("If-Modified-Since")
    if since is None or modified is None:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _bind(sites: tuple[Site, ...], port: int) -> list[_Server]:
    """One server a site: on hosts of their own with one common port, or else on 127.0.0.1 with a port each."""
    for _ in range(ATTEMPTS):
        try:
            return _bind_hosts(sites, port)
        except OSError as error:
            if error.errno != EADDRINUSE:
                return _bind_ports(sites, port)
            if port:
                raise
    return _bind_ports(sites, port)


def _bind_hosts(sites: tuple[Site, ...], port: int) -> list[_Server]:
    servers: list[_Server] = []
    try:
        for number, site in enumerate(sites, FIRST_HOST):
            servers.append(_Server(f"127.0.0.{number}", port, site))
            port = servers[0].server_port
    except OSError:
        _close(servers)
        raise
    return servers


def _bind_ports(sites: tuple[Site, ...], port: int) -> list[_Server]:
    servers: list[_Server] = []
    try:
        for number, site in enumerate(sites):
            servers.append(_Server("127.0.0.1", port + number if port else 0, site))
    except OSError:
        _close(servers)
        raise
    return servers


def _close(servers: list[_Server]) -> None:
    for server in servers:
        server.server_close()
