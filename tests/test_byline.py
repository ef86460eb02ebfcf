"""Bylines that nothing marks: found in a line above the text, or behind "by" below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import extract
from aggregator.extraction.byline import read_byline
from aggregator.models import Block

SENTENCE = (
    "The harbour was quiet when the crew of the Salt Road came home, and nobody in the town had expected them so early."
)
TEXT = tuple(Block(tag="p", text=f"{SENTENCE} Day {n}.") for n in range(4))


def line(text: str, rule: str = "outside", tag: str = "p") -> Block:
    return Block(tag=tag, text=text, keep=False, rule=rule)  # type: ignore[arg-type]


def names(*above: Block, below: tuple[Block, ...] = ()) -> tuple[str, ...]:
    found = read_byline((*above, *TEXT, *below), site_names=frozenset({"lanternpost"}))
    return found[0].people if found else ()


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("by: Ann Lee, Dec 17, 2025", ("Ann Lee",)),
        ("By Ann Lee and Bo Chen, Senior Writers", ("Ann Lee", "Bo Chen")),
        ("Posted by Ann Lee on 2025-12-18 in Film", ("Ann Lee",)),
        ("May 18, 2023 By Ann Lee In Film", ("Ann Lee",)),
        ("Dec. 19, 2025 · Ann Lee", ("Ann Lee",)),
        ("Ann Lee | Senior Writer | July 2, 2025", ("Ann Lee",)),
        ("This story was written by Ann Lee, Head of Film", ("Ann Lee",)),
        ("Top 10 Films of 2025", ()),
        ("Best Films of July 2, 2025: Our Guide", ()),
        ("Reviewed by Ann Lee", ()),
        ("By Lantern Post", ()),
        ("By the sea", ()),
        ("July 2, 2025", ()),
    ],
)
def test_line_above_the_text(text: str, people: tuple[str, ...]) -> None:
    assert names(line(text)) == people


def test_headings_captions_and_other_stories_are_no_bylines() -> None:
    others = (line("By Ann Lee", tag="h"), line("By Ann Lee", tag="caption"), line("By Ann Lee", rule="class:related"))
    assert [names(one) for one in others] == [(), (), ()]


def test_below_the_text_only_by_counts() -> None:
    assert names(below=(line("By Ann Lee"),)) == ("Ann Lee",)
    assert names(below=(line("Ann Lee | July 2, 2025"),)) == ()


@given(st.text(max_size=160))
def test_no_line_is_too_strange(text: str) -> None:
    assert all(1 < len(name.split()) < 5 for name in names(line(text or "x")))


def test_article_says_where_its_author_is_from() -> None:
    body = "".join(f"<p>{block.text}</p>" for block in TEXT)
    page = f"<title>The crew comes home</title><body><h1>The crew comes home</h1><p>Dec. 19, 2025 · Ann Lee</p>{body}"
    article = extract(page, url="https://lanternpost.example/film/the-crew-comes-home")
    assert article.authors == ("Ann Lee",)
    assert [claim.origin for claim in article.claims if claim.field == "author"] == ["byline:line"]
