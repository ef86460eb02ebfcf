"""Raw pages as they came, in WARC segments beside the database, so that better rules can read them again.

A page is two records, each a gzip member of its own: the `response` (behind it a `conversion` where a browser had to show the page), and
`metadata` (JSON) with what WARC has no place for: the
source, the hints that led there, redirects, and the headers as they were. A segment is `<name>.warc.gz.open` while it is
written and loses `.open` when it is finished; a reader takes either. What a kill leaves is finished by the next run.
"""

import fcntl
import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self
from urllib.parse import quote

from .errors import StoreError, StoreFull
from .models import ArchiveRef, Hint, Page

SEGMENT_BYTES: Final = 100 * 1024 * 1024  # a size that copies and batch jobs like
LEVEL: Final = 2  # of gzip: 300 kB of HTML cost 1.8 ms and shrink to 67 kB; level 6 takes 4.0 ms for 58 kB
_OPEN: Final = ".open"
_ENDING: Final = ".warc.gz"
_RENAMED: Final = ("content-encoding", "transfer-encoding", "content-length")  # no longer true of the unpacked body
_TOKEN: Final = re.compile("[!-9;-~]+")  # a header's name
_MAX_PAGE: Final = 64 * 1024 * 1024  # bytes of one page unpacked; more is no page of ours


class Archive:
    """A folder of segments. One process appends to one segment of its own; any number read."""

    def __init__(self, folder: str | Path, *, segment_bytes: int = SEGMENT_BYTES, level: int = LEVEL) -> None:
        """The folder is made with the first page; segments that a killed run left are finished."""
        self.folder = Path(folder)
        self._segment_bytes = segment_bytes
        self._level = level
        self._fd: int | None = None
        self._name = ""
        self._size = 0
        self._dirty = False
        with _guard(self.folder):
            _finish_leftovers(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, page: Page) -> ArchiveRef:
        """Add a page. It survives a kill at once, and a power cut after `sync`. Raises StoreFull when there is no room."""
        data = pack_page(page, level=self._level)
        with _guard(self.folder):
            if self._fd is not None and self._size >= self._segment_bytes:
                self.close()
            if self._fd is None:
                self._start(page.fetched_at)
            self._write(data)
        ref = ArchiveRef(segment=self._name, offset=self._size, length=len(data))
        self._size += len(data)
        self._dirty = True
        return ref

    def sync(self) -> None:
        """Everything appended is on the disk when this returns. Called before the store commits what refers to it."""
        if self._fd is not None and self._dirty:
            with _guard(self.folder):
                os.fsync(self._fd)
            self._dirty = False

    def close(self) -> None:
        """Finish the segment: sync it and give it its final name."""
        if self._fd is None:
            return
        self.sync()
        with _guard(self.folder):
            _rename(self.folder / (self._name + _OPEN))
            os.close(self._fd)
        self._fd = None

    def read(self, ref: ArchiveRef) -> Page:
        """The page at a place. Raises StoreError when it is not there."""
        return read_page(self.folder, ref)

    def _start(self, moment: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        number = 0
        while True:
            self._name = f"{stamp}-{os.getpid()}-{number:04}{_ENDING}"
            number += 1
            if (self.folder / self._name).exists():
                continue
            try:
                self._fd = os.open(
                    self.folder / (self._name + _OPEN), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644
                )
            except FileExistsError:
                continue
            break
        fcntl.flock(self._fd, fcntl.LOCK_EX)  # tells a later run that this segment is still written to
        sync_folder(self.folder)
        self._size = 0
        self._write(_info_record(self._name, moment))
        self._size = os.fstat(self._fd).st_size

    def _write(self, data: bytes) -> None:
        """All bytes or none: what a full disk leaves of a record is cut off again."""
        if self._fd is None:  # pragma: no cover (the caller has opened it)
            return
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError:
            os.ftruncate(self._fd, self._size)
            os.lseek(self._fd, self._size, os.SEEK_SET)
            raise


class _guard:  # noqa: N801 (used as a context manager)
    """The one door at which the disk's errors become ours."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            message = f"the archive cannot be written: {error.strerror}"
            raise StoreFull(message, subject=str(self._folder), hint="make room, or set archive = off") from error


# ------------------------------------------------------------------------------------------------ records


def pack_page(page: Page, *, level: int = LEVEL) -> bytes:
    """A page as its gzipped WARC records."""
    from warcio.statusandheaders import StatusAndHeaders

    date = {"WARC-Date": page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    uri = _uri(page.final_url or page.url)
    http = StatusAndHeaders(f"{page.status} -", _http_headers(page), protocol="HTTP/1.1")
    response, number = _record(uri, "response", page.body, http_headers=http, warc_headers_dict=date)
    about = json.dumps(_about(page)).encode()
    link = date | {"WARC-Concurrent-To": number}
    metadata, _ = _record(uri, "metadata", about, warc_content_type="application/json", warc_headers_dict=link)
    rendered = _rendered(uri, page, date | {"WARC-Refers-To": number}, level) if page.rendered else b""
    return _gzip(response, level) + rendered + _gzip(metadata, level)


def _rendered(uri: str, page: Page, headers: dict[str, str], level: int) -> bytes:
    """What a browser made of the page (WARC 1.1, section 6.7)."""
    kind = "text/html; charset=utf-8"
    record, _ = _record(uri, "conversion", page.rendered, warc_content_type=kind, warc_headers_dict=headers)
    return _gzip(record, level)


def _record(uri: str, kind: str, payload: bytes, **parts: Any) -> tuple[bytes, str]:
    """A WARC record and its id."""
    out = BytesIO()
    writer = _writer(out)
    record = writer.create_warc_record(uri, kind, payload=BytesIO(payload), length=len(payload), **parts)
    writer.write_record(record)
    return out.getvalue(), str(record.rec_headers.get_header("WARC-Record-ID"))


def _http_headers(page: Page) -> list[tuple[str, str]]:
    """Headers as WARC can hold them; the metadata record has them as they were."""
    names = ((f"x-archive-orig-{name}" if name in _RENAMED else name, value) for name, value in page.headers)
    return [(name, _one_line(value)) for name, value in names if _TOKEN.fullmatch(name)]


def _uri(url: str) -> str:
    """The address with everything escaped that is not ASCII or would end it."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")


def _one_line(text: str) -> str:
    """Header text cannot hold line ends or half surrogates."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _about(page: Page) -> dict[str, Any]:
    return {
        "url": page.url,
        "final_url": page.final_url,
        "status": page.status,
        "headers": page.headers,
        "fetched_at": page.fetched_at.isoformat(),
        "source": page.source,
        "hints": [asdict(hint) for hint in page.hints],
        "elapsed_ms": page.elapsed_ms,
        "redirects": page.redirects,
    }


def _writer(out: BytesIO) -> Any:
    """warcio's writer without the digest of the whole block: the payload's says the same at half the cost."""
    from warcio.warcwriter import WARCWriter

    class Writer(WARCWriter):  # type: ignore[misc]
        def ensure_digest(self, record: Any, block: bool = True, payload: bool = True) -> None:  # noqa: ARG002
            super().ensure_digest(record, block=False, payload=payload)

    return Writer(out, gzip=False, warc_version="WARC/1.1")


def _gzip(data: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(data) + packer.flush()


def _info_record(name: str, moment: datetime) -> bytes:
    out = BytesIO()
    writer = _writer(out)
    record = writer.create_warcinfo_record(name, {"software": "news-aggregator", "format": "WARC File Format 1.1"})
    record.rec_headers.replace_header("WARC-Date", moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    writer.write_record(record)
    return _gzip(out.getvalue(), 1)


def blank_record() -> bytes:
    """A record that holds nothing, for the place of an erased page. Readers pass over it."""
    out = BytesIO()
    writer = _writer(out)
    record = writer.create_warcinfo_record("erased", {"description": "a page was erased here"})
    writer.write_record(record)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ reading


def read_page(folder: str | Path, ref: ArchiveRef) -> Page:
    """The page at a place in a folder of segments. Raises StoreError when it is not there or damaged."""
    subject = f"{ref.segment} at {ref.offset}"
    try:
        with segment_path(Path(folder), ref.segment).open("rb") as file:
            file.seek(ref.offset)
            data = file.read(ref.length)
    except OSError as error:
        raise StoreError(f"the raw page cannot be read: {error.strerror}", subject=subject) from error
    pages = list(_pages(BytesIO(data), subject))
    if len(pages) != 1:
        raise StoreError("the raw page is not where it should be", subject=subject)
    return pages[0]


def iter_pages(folder: str | Path) -> Iterator[Page]:
    """All pages of a folder, oldest segment first. A segment that a kill cut off ends with its last whole page."""
    for path in segments(folder):
        with path.open("rb") as file:
            yield from _pages(file, path.name)


def segments(folder: str | Path) -> tuple[Path, ...]:
    """The segment files of a folder by age, also the one that is being written."""
    found = (path for path in Path(folder).glob(f"*{_ENDING}*") if path.name.endswith((_ENDING, _ENDING + _OPEN)))
    return tuple(sorted(found))


def has_pages(path: Path) -> bool:
    """Whether a segment holds a page. One that cannot be read is taken to."""
    try:
        with path.open("rb") as file:
            return next(_pages(file, path.name), None) is not None
    except StoreError:
        return True


def segment_path(folder: Path, segment: str) -> Path:
    """The file of a segment, finished or not."""
    path = folder / Path(segment).name
    return path if path.exists() else path.with_name(path.name + _OPEN)


def _pages(file: BinaryIO, subject: str) -> Iterator[Page]:
    """Pages of an open file; the end of a segment that is still open may be missing."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    body = rendered = b""
    try:
        for member, _ in _members(file):
            record = next(ArchiveIterator(BytesIO(member), no_record_parse=True))
            if record.rec_type == "response":
                body, rendered = (
                    record.raw_stream.read().partition(b"\r\n\r\n")[2],
                    b"",
                )  # an empty line ends the HTTP headers
            elif record.rec_type == "conversion":
                rendered = record.raw_stream.read()
            elif record.rec_type == "metadata":
                yield replace(_page(json.loads(record.raw_stream.read()), body), rendered=rendered)
    except EOFError as error:
        if not subject.endswith(_OPEN):
            raise StoreError("the archive is damaged: its end is missing", subject=subject) from error
    except (ArchiveLoadFailed, zlib.error, StopIteration, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the archive is damaged: {error}", subject=subject) from error


def _members(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Each gzip member unpacked, with the offset of its end. Raises EOFError if the last is not whole, zlib.error if one is bad."""
    parts, position = [], 0
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    while chunk := file.read(1 << 16):
        while chunk:
            parts.append(unpacker.decompress(chunk))
            if sum(map(len, parts)) > _MAX_PAGE:
                raise zlib.error("a record is too large")
            position += len(chunk) - len(unpacker.unused_data)
            chunk = unpacker.unused_data
            if unpacker.eof:
                yield b"".join(parts), position
                parts, unpacker = [], zlib.decompressobj(zlib.MAX_WBITS + 16)
    if parts:
        raise EOFError


def _page(about: dict[str, Any], body: bytes) -> Page:
    hints = tuple(
        Hint(**(hint | {"authors": tuple(hint["authors"]), "tags": tuple(hint["tags"])})) for hint in about.pop("hints")
    )
    headers = tuple((name, value) for name, value in about.pop("headers"))
    fetched = datetime.fromisoformat(about.pop("fetched_at"))
    redirects = tuple(about.pop("redirects"))
    return Page(**about, body=body, headers=headers, hints=hints, fetched_at=fetched, redirects=redirects)


# ------------------------------------------------------------------------------------------------ after a kill


def _finish_leftovers(folder: Path) -> None:
    """Cut half records off the segments that a killed run left open, and give them their final names."""
    for path in folder.glob(f"*{_ENDING}{_OPEN}"):
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(fd, whole_members(path))
            os.fsync(fd)
            _rename(path)
        except BlockingIOError:  # a run that is still at it
            continue
        finally:
            os.close(fd)


def whole_members(path: Path) -> int:
    """Bytes of a gzip file up to the end of its last whole member."""
    end = 0
    with path.open("rb") as file, suppress(EOFError, zlib.error):
        for _, end in _members(file):  # noqa: B007 (the last one counts)
            pass
    return end


def _rename(path: Path) -> None:
    path.rename(path.with_name(path.name.removesuffix(_OPEN)))
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Names are on the disk only when their folder is."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
