"""The quality of a record: more where the statements of a page agree, never outside 0 to 1."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import extract
from aggregator.models import Claim, Dated
from aggregator.quality import quality

DATE = Dated(instant=datetime(2024, 4, 19, tzinfo=UTC), precision="day", zone="stated", origin="meta", confidence=1.0)
TITLE = Claim(field="title", value="The Salt Road comes home", raw="", origin="json-ld", chosen=True)
SAME = Claim(field="title", value="The salt road comes home!", raw="", origin="h1")
OTHER = Claim(field="title", value="Something else", raw="", origin="og")
AUTHOR = Claim(field="author", value="Ana Brandt", raw="", origin="json-ld", chosen=True)
TONGUE = Claim(field="language", value="en", raw="", origin="html", chosen=True)


def of(
    *claims: Claim, certainty: float = 1.0, words: int = 500, date: Dated | None = DATE, described: bool = True
) -> float:
    return quality(certainty=certainty, words=words, claims=claims, publication=date, has_description=described)


ALL = (TITLE, SAME, AUTHOR, replace(AUTHOR, chosen=False), TONGUE, replace(TONGUE, chosen=False))


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (of(TITLE, OTHER), of(TITLE)),
        (of(TITLE), of(TITLE, SAME)),
        (of(*ALL, certainty=0.6), of(*ALL)),
        (of(*ALL, words=30), of(*ALL)),
        (of(*ALL, date=None), of(*ALL)),
        (of(*ALL, date=replace(DATE, confidence=0.5)), of(*ALL)),
        (of(*ALL, described=False), of(*ALL)),
        (of(), of(AUTHOR)),
    ],
)
def test_what_agrees_less_has_less(worse: float, better: float) -> None:
    assert worse < better


def test_everything_agrees() -> None:
    assert of(*ALL) == 1.0


@given(
    st.floats(0, 1), st.integers(0, 10**6), st.lists(st.sampled_from([TITLE, SAME, OTHER, AUTHOR, TONGUE]), max_size=9)
)
def test_quality_is_from_0_to_1(certainty: float, words: int, claims: list[Claim]) -> None:
    assert 0 <= of(*claims, certainty=certainty, words=words) <= 1


def test_page_whose_parts_contradict_each_other_is_worth_less() -> None:
    text = "".join(
        f"<p>The crew of the ship came home to the harbour on day {n}, and nobody had expected them.</p>"
        for n in range(9)
    )
    head = "<html lang=en><head><title>{0}</title><meta property='og:title' content='{1}'>"
    date = "<meta property='article:published_time' content='2024-04-19T08:00:00Z'></head>"
    page = head + date + "<body><article><h1>{0}</h1>{2}</article></body></html>"
    agrees = extract(page.format("The crew comes home", "The crew comes home", text))
    differs = extract(page.format("The crew comes home", "Mayor opens the new hall", text))
    assert differs.quality < agrees.quality
