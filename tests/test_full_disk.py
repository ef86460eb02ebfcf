"""A disk that is full while the file is made: an error in words, and no half file."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.store import open_store

from .store_contract import NOW, make_article, make_unit


@pytest.fixture(params=[200, 300, 400, 500, 600])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with so many kB; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={request.param}k", "tmpfs", place], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_file_is_made_whole_or_not_at_all(small_disk: Path) -> None:
    path = small_disk / "news.db"
    said = ""
    try:
        open_store(path, now=NOW).close()
    except StoreError as error:
        said = str(error)
    assert "full" in said or path.exists()
    assert [found.name for found in small_disk.iterdir() if not found.name.endswith(".lock")] in ([], ["news.db"])
    subprocess.run(["mount", "-o", "remount,size=9m", small_disk], check=True)
    with open_store(path, now=NOW) as store:
        number = store.start_run(now=NOW, command="test", version="0")
        assert store.put(make_unit(make_article()), run=number, now=NOW).outcome == "new"
