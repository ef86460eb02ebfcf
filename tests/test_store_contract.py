"""The contract of `Store`, held by every implementation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.store import open_store
from aggregator.store.base import Store
from tests.store_contract import NOW, StoreContract


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each implementation in turn."""
    path = tmp_path / "news.db" if request.param == "file" else ":memory:"
    with open_store(path, now=NOW) as opened:
        yield opened


class TestSqlite(StoreContract):
    """SQLite, in a file and in memory."""
