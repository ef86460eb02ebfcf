"""A web of one host for tests: raw bytes by path, so that every oddity of the wire can be sent. Loopback only."""

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self

PARAGRAPHS = (
    "The band Marrow Lane will play its first concert in six years at the harbour hall, the singer said on Thursday.",
    "Tickets go on sale next week, and the group expects to add a second evening if the first sells out as quickly as in 2019.",
    "The new record was made in a farmhouse without a telephone, where the four musicians cooked, argued and wrote for a month.",
    "A film crew kept them company, and its documentary about the making of the songs opens in cinemas in the autumn.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as the host saw it; header names are lower-case."""

    path: str
    headers: dict[str, str]
    at: float  # monotonic
    body: bytes = b""


Answer = bytes | Callable[[Asked], bytes]


class Web:
    """Answers on 127.0.0.`number`; each connection carries one request. A list gives its answers in turn, the last one for ever."""

    def __init__(self, answers: Mapping[str, Answer | list[bytes]], *, number: int = 1) -> None:
        self.answers: dict[str, Answer | list[bytes]] = {"/robots.txt": reply(b"", status="404 Not Found"), **answers}
        self.asked: list[Asked] = []
        self._socket = socket.create_server((f"127.0.0.{number}", 0))
        self.base = "http://{}:{}".format(*self._socket.getsockname())

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def paths(self) -> list[str]:
        """What was asked for, robots.txt and tdmrep.json left out."""
        return [asked.path for asked in self.asked if asked.path not in ("/robots.txt", "/.well-known/tdmrep.json")]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                asked = _read(connection)
                self.asked.append(asked)
                connection.sendall(self._answer(asked))
            except OSError:
                return

    def _answer(self, asked: Asked) -> bytes:
        path = asked.path if asked.path in self.answers else asked.path.partition("?")[0]
        answer = self.answers.get(path, reply(b"nothing here", status="404 Not Found"))
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        return answer if isinstance(answer, bytes) else answer(asked)


def _read(connection: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise OSError("no request")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Asked(path=first.split(" ")[1], headers=headers, at=monotonic(), body=body)


def reply(body: bytes | str, *, status: str = "200 OK", kind: str = "text/html", **headers: str) -> bytes:
    """A whole answer; `_` in a header's name stands for `-`."""
    data = body if isinstance(body, bytes) else body.encode()
    head = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"}
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + data


def article(title: str = "Marrow Lane announce a concert", *, words: str = "", head: str = "") -> str:
    """A page with an article; `words` make its paragraphs different from another's."""
    text = "".join(f"<p>{words} {paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}'
        '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-03-05T10:00:00Z">'
        f"</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def feed(*links: str, extra: str = "") -> bytes:
    """An RSS feed of these addresses."""
    items = "".join(f"<item><title>Item {n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    xml = f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{extra}{items}</channel></rss>'
    return xml.encode()
