"""Raw pages taken out of the archive: they are gone, and no other page moves."""

import gzip
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from aggregator.archive import Archive, iter_pages, read_page, segments
from aggregator.cli.crawl import crawl_into
from aggregator.erasure import blank, erase_pages
from aggregator.errors import StoreError
from aggregator.models import ArchiveRef, Unit
from aggregator.store import open_reader, open_store

from .cli_run import Run, run
from .store_contract import NOW, make_article, make_unit
from .test_archive import PAGE, numbered
from .test_spiders import config_for, outcomes, redirect, source
from .web import Web, article, reply

__all__ = ["run"]

URL = "https://stage.example/news/1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def filled(folder: Path, count: int) -> list[ArchiveRef]:
    """An archive of so many pages in one segment."""
    with Archive(folder) as archive:
        return [archive.append(numbered(number)) for number in range(count)]


def test_an_erased_page_is_gone_and_the_others_are_where_they_were(folder: Path) -> None:
    refs = filled(folder, 3)
    body = read_page(folder, refs[1]).body
    assert erase_pages(folder, [refs[1]]) == 1
    assert [page.url[-1] for page in iter_pages(folder)] == ["0", "2"]
    assert read_page(folder, refs[2]).url.endswith("2")
    assert body not in gzip.decompress(segments(folder)[0].read_bytes())
    with pytest.raises(StoreError):
        read_page(folder, refs[1])


def test_a_segment_with_an_erased_page_is_valid_for_others(folder: Path) -> None:
    refs = filled(folder, 2)
    erase_pages(folder, refs[:1])
    with segments(folder)[0].open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "warcinfo", "response", "metadata"]


def test_a_segment_without_pages_is_deleted(folder: Path) -> None:
    refs = filled(folder, 2)
    assert erase_pages(folder, refs) == 2
    assert segments(folder) == ()


def test_what_is_not_there_is_left_alone(folder: Path) -> None:
    refs = filled(folder, 2)
    before = segments(folder)[0].read_bytes()
    strange = (
        ArchiveRef(segment="none.warc.gz", offset=0, length=9),
        ArchiveRef(segment=refs[0].segment, offset=refs[0].offset + 1, length=refs[0].length),
        ArchiveRef(segment=refs[0].segment, offset=0, length=refs[0].offset),
        ArchiveRef(segment="../" + refs[0].segment, offset=10**9, length=9),
    )
    assert erase_pages(folder, strange) == 0
    assert segments(folder)[0].read_bytes() == before


def test_erasing_again_finds_nothing(folder: Path) -> None:
    refs = filled(folder, 2)
    assert (erase_pages(folder, refs[:1]), erase_pages(folder, refs[:1])) == (1, 0)


@pytest.mark.parametrize("length", [400, 401, 5_000, 700_000])
def test_a_blank_is_a_whole_member_of_just_its_length(length: int) -> None:
    assert len(blank(length)) == length
    assert b"a page was erased here" in gzip.decompress(blank(length))


def test_a_segment_that_cannot_be_written_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = filled(folder, 2)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("aggregator.erasure.os.fsync", full)
    with pytest.raises(StoreError, match="cannot be erased: No space"):
        erase_pages(folder, refs[:1])


# ------------------------------------------------------------------------------------------------ from the command line


@pytest.fixture
def kept(tmp_path: Path, folder: Path) -> Path:
    """A database of two articles with their raw pages, the first with two of them."""
    path = tmp_path / "news.db"
    with open_store(path, now=NOW) as store, Archive(folder) as archive:
        number = store.start_run(now=NOW, command="test", version="0")
        for day, article in enumerate((1, 1, 2)):
            secret = f"Secret {article} {'of the harbour' * article}, told on day {day}. " * 20
            made = make_article(article, text=secret)
            ref = archive.append(PAGE)
            unit = make_unit(made, relation="revision" if day == 1 else "new", of=1 if day == 1 else None)
            store.put(_with(unit, ref), run=number, now=NOW + timedelta(days=day))
    return path


def _with(unit: Unit, ref: ArchiveRef) -> Unit:
    return replace(unit, archive=ref)


def test_remove_erases_the_raw_pages_and_the_text_in_the_file(run: Run, kept: Path, folder: Path) -> None:
    done = run("remove", URL, "--reason", "asked for", "--db", kept)
    assert done.out == f"{URL}: article 1 is removed; 2 raw pages erased; it will not be asked for again\n"
    assert len(list(iter_pages(folder))) == 1
    assert b"Secret 1" not in kept.read_bytes()
    assert b"Secret 2" in kept.read_bytes()


def test_remove_says_which_raw_pages_it_did_not_find(run: Run, kept: Path, folder: Path) -> None:
    for path in segments(folder):
        path.unlink()
    done = run("remove", URL, "--reason", "asked for", "--db", kept)
    assert (done.status, "erased" in done.out) == (0, False)
    assert done.err.startswith("warning: 2 of 2 raw pages are not in ")


def test_an_archive_named_for_the_database_is_found(run: Run, kept: Path, folder: Path) -> None:
    folder.rename(kept.with_name("news-archive"))
    assert "2 raw pages erased" in run("remove", URL, "--reason", "asked for", "--db", kept).out


def test_purge_erases_the_raw_pages(run: Run, kept: Path, folder: Path) -> None:
    done = run("purge", "--older-than", 30, "--db", kept)
    assert done.out == "the texts of 2 articles are dropped; 3 raw pages erased\n"
    assert segments(folder) == ()
    assert b"Secret" not in kept.read_bytes()
    assert run("purge", "--older-than", 30, "--db", kept).out == "the texts of 0 articles are dropped\n"


def test_no_line_of_a_removed_text_is_kept_as_boilerplate(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    line = "The harbour will be closed on all mornings of the week, says the mayor of the town. " * 2
    with open_store(path, now=NOW) as store:
        number = store.start_run(now=NOW, command="test", version="0")
        for article in (1, 2):
            store.put(make_unit(make_article(article, text=line)), run=number, now=NOW)
    assert line.strip().encode() in path.read_bytes()
    for article in (1, 2):
        run("remove", f"https://stage.example/news/{article}", "--reason", "x", "--db", path)
    assert b"all mornings" not in path.read_bytes()


KILLED = """
import os, sys
from aggregator import erasure
real = erasure.erase_pages
def erase(folder, refs):
    real(folder, refs)
    os.kill(os.getpid(), 9)
erasure.erase_pages = erase
from aggregator.cli import cli
cli(["remove", sys.argv[1], "--reason", "x", "--db", sys.argv[2]])
"""


def test_a_removal_that_was_cut_off_is_done_by_the_next(run: Run, kept: Path, folder: Path) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, URL, kept], check=False).returncode == -9
    with open_reader(kept) as reader:
        assert reader.article_by_url(URL) is not None
    assert "article 1 is removed;" in run("remove", URL, "--reason", "asked for", "--db", kept).out
    assert len(list(iter_pages(folder))) == 1


@pytest.mark.crawl
def test_a_removed_page_that_comes_back_by_a_redirect_is_not_kept_raw(tmp_path: Path, folder: Path) -> None:
    config = config_for(tmp_path, archive=str(folder))
    with Web({"/a": reply(article()), "/b": redirect("/a")}) as web:
        with open_store(config.db, now=NOW) as store:
            store.remove(f"{web.base}/a", reason="asked for", now=NOW)
        crawl_into(config, (source(web, "/b"),))
        assert outcomes(config, web.base)["/b"] == ("skipped", "tombstone")
    assert list(iter_pages(folder)) == []
