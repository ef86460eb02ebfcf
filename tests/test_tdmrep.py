"""What a host reserves for itself by `/.well-known/tdmrep.json`."""

import json
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli.crawl import crawl_into
from aggregator.models import Page
from aggregator.processing import process
from aggregator.store.queries import open_reader
from aggregator.tdmrep import MOST_BYTES, PATH, Reservation, is_reserved, read_tdmrep

from .store_contract import NOW
from .test_spiders import config_for, source
from .web import Web, article, reply

ALL = [{"location": "/", "tdm-reservation": 1}]


def rules(*pairs: tuple[str, int]) -> tuple[Reservation, ...]:
    """Rules as a file has them."""
    found = [{"location": location, "tdm-reservation": value} for location, value in pairs]
    return read_tdmrep(200, json.dumps(found).encode())


@pytest.mark.parametrize(
    ("location", "path", "fits"),
    [
        ("/", "/a", True),
        ("/news/", "/news/a", True),
        ("/news/", "/newsletter", False),
        ("/*.html", "/a/b.html?x=1", True),
        ("/*.html$", "/a/b.html", True),
        ("/*.html$", "/a/b.html?x=1", False),
        ("/a*b*c$", "/a-b-c-b-c", True),
        ("/a$", "/ab", False),
        ("*", "/anything", True),
        ("/news/*/film", "/news/film", False),
        ("", "/", True),
    ],
)
def test_a_location_is_a_pattern_of_paths(location: str, path: str, fits: bool) -> None:
    """A location fits paths that begin with it; a star is anything, a dollar the end."""
    assert is_reserved(rules((location, 1)), f"https://a.example{path}") == fits


def test_the_first_rule_that_fits_decides() -> None:
    """Later rules do not count where an earlier one fits."""
    found = rules(("/free/", 0), ("/", 1))
    assert not is_reserved(found, "https://a.example/free/a")
    assert is_reserved(found, "https://a.example/other")
    assert is_reserved(found, "https://a.example")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, json.dumps(ALL).encode()),
        (200, b"<html>not found</html>"),
        (200, b'{"location": "/", "tdm-reservation": 1}'),
        (
            200,
            b'[{"location": 7, "tdm-reservation": 1}, {"tdm-reservation": 1}, null, {"location": "/", "tdm-reservation": true}]',
        ),
        (200, b"[" * 100_000),
        (200, b" " * MOST_BYTES + b"[]"),
        (200, b"\xff\xfe"),
        (200, b""),
    ],
)
def test_what_is_no_such_file_reserves_nothing(status: int, body: bytes) -> None:
    """Another status, another kind of file and hostile ones are no rules."""
    assert read_tdmrep(status, body) == ()


@given(st.binary(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_reading_never_raises(body: bytes, location: str, path: str) -> None:
    """Whatever a host sends, and whatever the address is."""
    read_tdmrep(200, body)
    is_reserved((Reservation(location=location, reserved=True),), f"https://a.example/{path}")


def test_a_pattern_of_stars_takes_no_time() -> None:
    """A pattern that would make a regular expression go back and forth ends at once."""
    assert not is_reserved(rules(("/" + "*a" * 2000 + "b$", 1)), "https://a.example/" + "a" * 5000)


@pytest.mark.parametrize(
    ("policy", "headers", "outcome", "directives"),
    [
        ("obey", {}, "rejected", None),
        ("obey", {"tdm-reservation": "0"}, "new", []),
        ("mark", {}, "new", ["tdm-reservation"]),
        ("ignore", {}, "new", []),
    ],
)
def test_a_crawl_reads_the_file_of_its_hosts(
    tmp_path: Path,
    policy: Literal["obey", "mark", "ignore"],
    headers: dict[str, str],
    outcome: str,
    directives: list[str] | None,
) -> None:
    """A reserved page is refused, marked or taken by policy; its own header comes before the file; the file is asked for once."""
    page = reply(article(), **headers)
    with Web({"/a": page, "/b": page, PATH: reply(json.dumps(ALL), kind="application/json")}) as web:
        done = crawl_into(config_for(tmp_path, policy=policy), (source(web, "/a"),))
        asked = [asked.path for asked in web.asked].count(PATH)
    (result,) = done.results
    assert asked == (policy != "ignore")
    assert (result.new, dict(result.rejected)) == ((1, {}) if outcome == "new" else (0, {"opted_out": 1}))
    with open_reader(tmp_path / "news.db") as reader:
        found = [json.loads(row[0]) for row in reader.ask("SELECT directives FROM article")]
    assert found == ([] if directives is None else [directives])


def test_robots_txt_holds_for_the_file_too(tmp_path: Path) -> None:
    """Where robots.txt forbids the file it is not asked for."""
    robots = reply("User-agent: *\nDisallow: /.well-known/\n", kind="text/plain")
    with Web({"/robots.txt": robots, "/a": reply(article()), PATH: reply(json.dumps(ALL))}) as web:
        done = crawl_into(config_for(tmp_path), (source(web, "/a"),))
        assert PATH not in [asked.path for asked in web.asked]
    assert done.results[0].new == 1


def test_a_meta_tag_comes_before_the_file() -> None:
    """A page that says 0 in its head is free, whatever the file of its host says."""
    head = '<meta name="tdm-reservation" content="0">'
    for text, refused in ((article(head=head), False), (article(), True)):
        page = Page(
            url="https://a.example/a",
            final_url="https://a.example/a",
            status=200,
            headers=(),
            body=text.encode(),
            fetched_at=NOW,
            reserved=True,
        )
        assert (getattr(process(page), "reason", None) == "opted_out") == refused
