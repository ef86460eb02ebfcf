"""Raw pages in WARC segments: they come back as they were, whatever happens to the process that writes them."""

import gzip
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from aggregator.archive import Archive, iter_pages, read_page, segments
from aggregator.errors import StoreError, StoreFull
from aggregator.models import ArchiveRef, Hint, Page

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
PAGE = Page(
    url="https://stage.example/a",
    final_url="https://stage.example/b",
    status=200,
    headers=(
        ("content-type", "text/html; charset=utf-8"),
        ("content-encoding", "br"),
        ("x-note", "é\nü"),
        ("x-note", "2"),
    ),
    body="<p>눈물".encode() * 1000,
    fetched_at=NOW,
    source="stage",
    hints=(
        Hint(origin="feed", origin_url="https://stage.example/feed", url="u", title="T", authors=("A",), tags=("t",)),
    ),
    elapsed_ms=12,
    redirects=("https://stage.example/r",),
)


def numbered(number: int) -> Page:
    """A page of its own."""
    return replace(PAGE, url=f"https://stage.example/{number}", body=os.urandom(2000))


def test_page_comes_back_as_it_was(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        refs = [
            archive.append(page)
            for page in (PAGE, replace(PAGE, status=404, headers=(), body=b"", source=None, hints=()))
        ]
        assert archive.read(refs[0]) == PAGE
    assert read_page(tmp_path, refs[0]) == PAGE
    assert read_page(tmp_path, refs[1]).status == 404
    assert [page.status for page in iter_pages(tmp_path)] == [200, 404]


@given(
    st.builds(
        Page,
        url=st.text(min_size=1, max_size=30),
        final_url=st.text(max_size=30),
        status=st.integers(100, 599),
        headers=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=4).map(tuple),
        body=st.binary(max_size=200),
        fetched_at=st.datetimes(
            min_value=datetime(1999, 1, 1),  # noqa: DTZ001 (hypothesis wants it so)
            timezones=st.just(UTC),
        ),
    )
)
def test_any_page_comes_back(tmp_path_factory: pytest.TempPathFactory, page: Page) -> None:
    """Whatever a server sends as header or address."""
    folder = tmp_path_factory.mktemp("archive")
    with Archive(folder) as archive:
        ref = archive.append(page)
    assert read_page(folder, ref) == page


def test_segments_are_valid_warc_for_others(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.append(PAGE)
    [path] = segments(tmp_path)
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [record[0] for record in records] == ["warcinfo", "response", "metadata"]
    assert records[1][1:] == (PAGE.final_url, PAGE.body)


def test_segment_is_renamed_when_it_is_finished_and_readable_before(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    ref = archive.append(PAGE)
    archive.sync()
    archive.sync()
    assert [path.suffix for path in segments(tmp_path / "new")] == [".open"]
    assert read_page(tmp_path / "new", ref) == PAGE
    archive.close()
    archive.close()
    assert [path.name for path in segments(tmp_path / "new")] == [ref.segment]
    assert read_page(tmp_path / "new", ref) == PAGE


def test_segments_are_rotated_by_size(tmp_path: Path) -> None:
    with Archive(tmp_path, segment_bytes=4000) as archive:
        refs = [archive.append(numbered(n)) for n in range(6)]
    assert len({ref.segment for ref in refs}) == len(segments(tmp_path)) == 3
    assert [page.url for page in iter_pages(tmp_path)] == [numbered(n).url for n in range(6)]


def test_two_archives_in_one_folder_write_to_segments_of_their_own(tmp_path: Path) -> None:
    with Archive(tmp_path) as one:
        first = one.append(PAGE)
        with Archive(tmp_path) as other:
            second = other.append(numbered(2))
        assert [path.name.endswith(".open") for path in segments(tmp_path)] == [True, False]
        third = one.append(numbered(3))
    assert (first.segment == third.segment, first.segment == second.segment) == (True, False)
    assert len(list(iter_pages(tmp_path))) == 3


KILLED = """
import sys
from aggregator.archive import Archive
from tests.test_archive import numbered

archive = Archive(sys.argv[1])
for number in range(100000):
    archive.append(numbered(number))
    if number % 20 == 19:
        print(number + 1, flush=True)
"""


def test_kill_costs_no_page_that_was_appended(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        written = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    assert len(list(iter_pages(tmp_path))) >= written
    with Archive(tmp_path) as archive:
        archive.append(PAGE)
    assert [path.suffix for path in segments(tmp_path)] == [".gz", ".gz"]
    assert len(list(iter_pages(tmp_path))) >= written + 1


@pytest.mark.parametrize("cut", [1, 40, 900])
def test_half_record_at_the_end_is_cut_off_by_the_next_run(tmp_path: Path, cut: int) -> None:
    archive = Archive(tmp_path)
    kept = archive.append(numbered(1))
    lost = archive.append(numbered(2))
    archive.close()
    path = tmp_path / kept.segment
    left = path.rename(path.with_name(path.name + ".open"))
    os.truncate(left, lost.offset + cut)
    assert [page.url for page in iter_pages(tmp_path)] == [numbered(1).url]
    Archive(tmp_path)
    assert (path.stat().st_size, [page.url for page in iter_pages(tmp_path)]) == (lost.offset, [numbered(1).url])


def test_leftover_that_is_no_gzip_becomes_empty(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz.open").write_bytes(b"no gzip")
    Archive(tmp_path)
    assert (tmp_path / "x.warc.gz").read_bytes() == b""


def test_damaged_segment_is_said_to_be_damaged(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.append(numbered(1))
        ref = archive.append(numbered(2))
    os.truncate(tmp_path / ref.segment, ref.offset + 300)
    with pytest.raises(StoreError, match="damaged"):
        list(iter_pages(tmp_path))


@pytest.mark.parametrize("ref", [ArchiveRef(segment="none.warc.gz", offset=0, length=9), None])
def test_page_that_is_not_there_is_an_error(tmp_path: Path, ref: ArchiveRef | None) -> None:
    with Archive(tmp_path) as archive:
        real = archive.append(PAGE)
    with pytest.raises(StoreError):
        read_page(tmp_path, ref or replace(real, offset=0, length=real.offset))


def test_record_that_is_no_page_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(b"no record"))
    with pytest.raises(StoreError, match="damaged"):
        list(iter_pages(tmp_path))


def test_record_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.archive._MAX_PAGE", 10_000)
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(bytes(100_000)))
    with pytest.raises(StoreError, match="too large"):
        list(iter_pages(tmp_path))


def test_reference_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "secret").write_text("x")
    with pytest.raises(StoreError, match="cannot be read"):
        read_page(tmp_path / "archive", ArchiveRef(segment="../secret", offset=0, length=1))


def test_full_disk_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)
    first = archive.append(PAGE)
    real = os.write

    def write(fd: int, data: bytes) -> int:
        if len(data) < 100:
            raise OSError(28, "No space left on device")
        return real(fd, data[: len(data) - 50])

    with monkeypatch.context() as patch:
        patch.setattr("aggregator.archive.os.write", write)
        with pytest.raises(StoreFull, match="No space left"):
            archive.append(numbered(2))
    second = archive.append(numbered(3))
    archive.close()
    assert second.offset == first.offset + first.length
    assert [page.url for page in iter_pages(tmp_path)] == [PAGE.url, numbered(3).url]


def test_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    archive = Archive(tmp_path / "file" / "archive")
    with pytest.raises(StoreFull, match="cannot be written"):
        archive.append(PAGE)
