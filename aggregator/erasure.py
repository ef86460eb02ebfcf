"""Taking raw pages out of the archive, so that a removed or purged text is not left on the disk."""

import os
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .archive import blank_record, has_pages, read_page, segment_path, sync_folder
from .errors import StoreError
from .models import ArchiveRef

_HEADER: Final = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"  # RFC 1952: deflate, with a comment, no time, any system


def erase_pages(folder: str | Path, refs: Iterable[ArchiveRef]) -> int:
    """Put a record of the same length that says nothing in the place of each page; returns how many pages were there.

    No other page moves. A segment that holds no page any more is deleted. A second call finds nothing, so that one that was
    cut off is repeated. Raises StoreError when a segment cannot be written.
    """
    by_segment: defaultdict[str, list[ArchiveRef]] = defaultdict(list)
    for ref in refs:
        by_segment[ref.segment].append(ref)
    return sum(_erase(Path(folder), segment, found) for segment, found in sorted(by_segment.items()))


def _erase(folder: Path, segment: str, refs: list[ArchiveRef]) -> int:
    present = [ref for ref in refs if _is_there(folder, ref)]
    if not present:
        return 0
    path = segment_path(folder, segment)
    try:
        with path.open("r+b") as file:
            for ref in present:
                file.seek(ref.offset)
                file.write(blank(ref.length))
            file.flush()
            os.fsync(file.fileno())
        if not has_pages(path):
            path.unlink()
            sync_folder(folder)
    except OSError as error:
        raise StoreError(f"a raw page cannot be erased: {error.strerror}", subject=str(path)) from error
    return len(present)


def _is_there(folder: Path, ref: ArchiveRef) -> bool:
    """Whether a page lies there: the files may be of another archive, or gone, or the page erased before."""
    try:
        read_page(folder, ref)
    except StoreError:
        return False
    return True


def blank(length: int) -> bytes:
    """A gzip member of just so many bytes that holds a record without content; its header's comment fills the room."""
    record = blank_record()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(record) + packer.flush()
    end = packed + zlib.crc32(record).to_bytes(4, "little") + len(record).to_bytes(4, "little")
    room = length - len(_HEADER) - 1 - len(end)
    if room < 0:  # pragma: no cover (a page has at least two records with headers of their own)
        raise StoreError("a raw page is too short to be erased", subject=f"{length} bytes")
    return _HEADER + b" " * room + b"\0" + end
