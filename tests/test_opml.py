"""OPML in and out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import UsageError
from aggregator.models import Source
from aggregator.sources.opml import new_id, read_opml, write_opml

OPML = """<?xml version="1.0" encoding="utf-8"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Film &amp; stage"><outline type="rss" text="Quarry" title="The Quarry" xmlUrl="https://www.quarry.example/film.xml"
 htmlUrl="https://www.quarry.example/" language="en"/>
<outline type="rss" text="Quarry music" XMLURL="https://www.quarry.example/music.xml" htmlUrl="https://www.quarry.example/music"/></outline>
<outline text="Lowland" xmlUrl="https://lowland.example/feed"/><outline text="bad" xmlUrl="file:///etc/hostname"/>
<outline text="Fish & chips" xmlUrl="http://fish.example/f" htmlUrl="javascript:x" language="the English"/></body></opml>"""


def test_feeds_of_one_site_are_one_source() -> None:
    """Sources with their feeds, folders as notes, ids from hosts; outlines without a web address are passed over."""
    assert read_opml(OPML.encode(), origin="my.opml", taken=("lowland-example",)) == (
        Source(
            id="quarry-example",
            name="The Quarry",
            home="https://www.quarry.example/",
            language="en",
            feeds=("https://www.quarry.example/film.xml", "https://www.quarry.example/music.xml"),
            notes="Film & stage",
            evidence="OPML",
        ),
        Source(
            id="lowland-example-2",
            name="Lowland",
            home="https://lowland.example/",
            feeds=("https://lowland.example/feed",),
            evidence="OPML",
        ),
        Source(
            id="fish-example",
            name="Fish & chips",
            home="http://fish.example/",
            feeds=("http://fish.example/f",),
            evidence="OPML",
        ),
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "my.opml: this is not an OPML file"),
        (b"<html></html>", "my.opml: this is not an OPML file"),
        (b"<opml><body><outline text='a'/></body></opml>", "my.opml: the OPML file names no feed"),
    ],
)
def test_what_is_no_opml_is_named(body: bytes, sentence: str) -> None:
    """One sentence for people."""
    with pytest.raises(UsageError) as caught:
        read_opml(body, origin="my.opml")
    assert str(caught.value) == sentence


def test_what_is_written_is_read_back() -> None:
    """Round trip of name, home, language and feeds, with markup in the name."""
    source = Source(
        id="a-example",
        name="Film & 5 < 6 stage",
        home="https://a.example/",
        language="ko",
        feeds=("https://a.example/1?a=1&b=2", "https://a.example/2"),
    )
    plain = Source(id="b-example", name="B", home="https://b.example/", feeds=("https://b.example/f",))
    first, second = read_opml(write_opml((source, plain), title="All").encode(), origin="x")
    assert (first.id, first.name, first.home, first.language, first.feeds) == (
        source.id,
        source.name,
        source.home,
        source.language,
        source.feeds,
    )
    assert second.language is None


@pytest.mark.parametrize(
    ("home", "used", "expected"),
    [
        ("https://www.the-paper.co.uk/x", set(), "the-paper-co-uk"),
        ("https://a.example/", {"a-example", "a-example-2"}, "a-example-3"),
        ("http://127.0.0.1:8000/", set(), "127-0-0-1"),
        ("nonsense", set(), "source"),
        ("https://[bad", set(), "source"),
    ],
)
def test_new_ids_are_free(home: str, used: set[str], expected: str) -> None:
    """From the host, with a number where it is taken."""
    assert new_id(home, used) == expected
    assert expected in used


@given(st.text(alphabet="<>opmlutine xUr='/\"&:h.", max_size=200))
def test_never_fails_otherwise(text: str) -> None:
    """Any file is read or refused."""
    with suppress(UsageError):
        read_opml(f"<opml>{text}".encode(), origin="x")
