"""Whole bodies only: content decoding with a limit, where a stream that was cut off is an error and not an article.

Scrapy's own middleware returns what a cut gzip stream gave. Encodings: RFC 9110 section 8.4.1 (gzip, deflate), RFC 7932 (br).
"""

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import brotli
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Request, Response, TextResponse
from scrapy.responsetypes import responsetypes

from aggregator.models import Reason

from .refusals import Refused

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

ACCEPT = b"gzip, deflate, br"
_MAGIC = b"\x1f\x8b\x08"
_MEMBERS = 64  # more gzip members than this in one answer are a trap
_FHCRC, _FEXTRA, _FNAME, _FCOMMENT = 2, 4, 8, 16  # RFC 1952 section 2.3.1


def decode_body(body: bytes, encodings: tuple[str, ...], *, limit: int, cut: bool = False) -> bytes:
    """Undo the content encodings, last one first.

    Raises Refused: TRUNCATED for a stream that ends early (unless `cut`: we stopped reading ourselves), TOO_LARGE past `limit` bytes,
    BAD_RESPONSE for an encoding nobody asked for. A body that is not encoded after all comes back as it is.
    """
    for name in reversed(encodings):
        decoder = _DECODERS.get(name)
        if decoder:
            body = decoder(body, limit, cut)
        elif not _is_plain(body):
            raise Refused(Reason.BAD_RESPONSE, f"content encoding {name}")
    return body


def _is_plain(body: bytes) -> bool:
    """Whether the bytes are markup already: some servers write a charset, a media type or `none` into this header."""
    return body[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"<", b"{", b"[")


def _gzip(body: bytes, limit: int, cut: bool) -> bytes:
    """Members one after the other; a wrong checksum is forgiven when the stream itself is whole (some servers get it wrong)."""
    for _ in range(2):  # some servers compress twice under one label
        if not body.startswith(_MAGIC):
            return body
        body = _members(body, limit, cut=cut)
    return body


def _members(body: bytes, limit: int, *, cut: bool) -> bytes:
    out = b""
    for _ in range(_MEMBERS):
        if not body.startswith(_MAGIC):
            return out
        piece, body = _inflate(body[_header_size(body) :], -zlib.MAX_WBITS, limit - len(out), cut=cut)
        out, body = out + piece, body[8:]  # CRC and length (RFC 1952 section 2.3.1) are passed over
    raise Refused(Reason.BAD_RESPONSE, f"more than {_MEMBERS} gzip members")


def _header_size(body: bytes) -> int:
    flags, size = (body[3], 10) if len(body) > 3 else (0, len(body))
    if flags & _FEXTRA and len(body) >= size + 2:
        size += 2 + int.from_bytes(body[size : size + 2], "little")
    for flag in (_FNAME, _FCOMMENT):
        if flags & flag:
            size = body.find(b"\0", size) + 1 or len(body)
    return size + (2 if flags & _FHCRC else 0)


def _inflate(data: bytes, wbits: int, limit: int, *, cut: bool) -> tuple[bytes, bytes]:
    """The decoded bytes, and what stands behind the stream."""
    stream = zlib.decompressobj(wbits)
    try:
        out = stream.decompress(data, limit + 1)
    except zlib.error as error:
        raise Refused(Reason.BAD_RESPONSE, f"damaged compression: {error}") from error
    if len(out) > limit:
        raise Refused(Reason.TOO_LARGE, f"more than {limit} bytes after decompression")
    if not stream.eof and not cut:
        raise Refused(Reason.TRUNCATED, "the compressed stream ends early")
    return out, stream.unused_data


def _deflate(body: bytes, limit: int, cut: bool) -> bytes:
    """zlib format as the RFC says, or raw as some servers do (RFC 9110 section 8.4.1.2, note)."""
    if not body:
        return body
    wrapped = body[0] & 0x0F == 8 and len(body) > 1 and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate(body, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, limit, cut=cut)[0]


def _brotli(body: bytes, limit: int, cut: bool) -> bytes:
    stream = brotli.Decompressor()
    try:
        out: bytes = stream.process(body, output_buffer_limit=limit + 1)
        while len(out) <= limit and not stream.can_accept_more_data():
            out += stream.process(b"", output_buffer_limit=limit + 1 - len(out))
    except brotli.error as error:
        raise Refused(Reason.BAD_RESPONSE, f"damaged compression: {error}") from error
    if len(out) > limit:
        raise Refused(Reason.TOO_LARGE, f"more than {limit} bytes after decompression")
    if not stream.is_finished() and not cut:
        raise Refused(Reason.TRUNCATED, "the compressed stream ends early")
    return out


def _identity(body: bytes, limit: int, cut: bool) -> bytes:  # noqa: ARG001
    return body


_DECODERS: dict[str, Callable[[bytes, int, bool], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "identity": _identity,
    "": _identity,
}


class WholeBodyMiddleware:
    """Decodes bodies with the limits of DOWNLOAD_MAXSIZE (or the request's own)."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "WholeBodyMiddleware":
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say which encodings are understood."""
        request.headers.setdefault(b"Accept-Encoding", ACCEPT)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response with its body decoded. A cut one is asked for again; raises Refused when it stays cut, or is too large."""
        try:
            return self._decoded(request, response)
        except Refused as error:
            spider = cast("Spider", self._crawler.spider)
            again = error.reason is Reason.TRUNCATED and get_retry_request(request, spider=spider, reason="truncated")
            if not again:
                raise
            return again

    def _decoded(self, request: Request, response: Response) -> Response:
        labels = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1").lower()
        if not labels or not response.body:
            return response
        encodings = tuple(label.strip() for label in labels.split(","))
        limit = int(request.meta.get("download_maxsize", self._limit))
        body = decode_body(response.body, encodings, limit=limit, cut="download_stopped" in response.flags)
        headers = response.headers.copy()
        del headers[b"Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body[:1024])
        extra = {"encoding": None} if issubclass(kind, TextResponse) else {}
        return response.replace(cls=kind, headers=headers, body=body, **extra)
