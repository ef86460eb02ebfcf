"""What sort of change turned one version of an article into the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.identity import Wording, change_between

PARAGRAPHS = (
    "The film festival opened on Friday with a crowd of 34,000 people on the old square, organisers said.",
    "Director Sana Malik thanked the volunteers who had built the stage in nine days, rain or not.",
    "The jury will name the winners on the last evening, and the audience has a prize of its own to give.",
)
TEXT = "\n\n".join(PARAGRAPHS)
MORE = "On Saturday evening the second film was shown to a full house, and its actors stayed until midnight with everyone there."
NOTICES = (
    "Correction: the name of a venue was wrong.",
    "An earlier version of this article gave another year.",
    "In einer früheren Version stand ein anderer Ort.",
    "Une version précédente donnait un autre lieu.",
    "訂正しました。",
    "تصحیح: تاریخ غلط تھی۔",
)

CASES = [
    ("a number for another", TEXT.replace("34,000", "35,000"), "correction"),
    ("a name for another", TEXT.replace("Sana Malik", "Hina Raza"), "correction"),
    ("a slip of the pen", TEXT.replace("volunteers", "voluntears"), "cosmetic"),
    ("punctuation and case", TEXT.replace(", rain or not", " - Rain or not"), "cosmetic"),
    ("a word for another", TEXT.replace("thanked", "praised"), "update"),
    ("a paragraph more", f"{TEXT}\n\n{MORE}", "update"),
    ("a number in a paragraph that came with more", f"{TEXT.replace('34,000', '35,000')}\n\n{MORE}", "update"),
    ("another report", MORE, "update"),
    *((f"notice: {notice}", f"{TEXT}\n\n{notice}", "correction") for notice in NOTICES),
]


@pytest.mark.parametrize(("name", "text", "nature"), CASES, ids=[case[0] for case in CASES])
def test_the_nature_of_a_changed_text(name: str, text: str, nature: str) -> None:
    """A changed text is a correction, an update or cosmetic, by what changed in it."""
    old = Wording(title="Festival opens", text=TEXT)
    assert change_between(old, Wording(title="Festival opens", text=text)).nature == nature, name


@pytest.mark.parametrize(
    ("title", "nature"),
    [("Crowds at the festival", "headline"), ("Festival Opens!", "cosmetic"), ("Festival opens", "date")],
)
def test_a_text_that_stayed(title: str, nature: str) -> None:
    """With the same text the headline changed, its spelling, or only the date."""
    assert change_between(Wording(title="Festival opens", text=TEXT), Wording(title=title, text=TEXT)).nature == nature


def test_a_live_blog_grows() -> None:
    """A live blog that only gets longer grows; one that is written anew is updated."""
    old = Wording(title="Live", text=TEXT, live=True)
    assert change_between(old, Wording(title="Live", text=f"{MORE}\n\n{TEXT}", live=True)).nature == "growth"
    assert change_between(old, Wording(title="Live", text=MORE, live=True)).nature == "update"


def test_a_notice_that_stood_there_before_corrects_nothing_new() -> None:
    """Only a notice that came with the change makes it a correction."""
    old = f"{TEXT}\n\n{NOTICES[0]}"
    assert change_between(Wording(title="t", text=old), Wording(title="t", text=f"{old}\n\n{MORE}")).nature == "update"


def test_an_earlier_version_is_known_again() -> None:
    """A change that brings back title and text of an earlier version names it, the latest such one."""
    first, second = Wording(title="A", text=TEXT, content="1"), Wording(title="B", text=TEXT, content="1")
    third = Wording(title="B", text=MORE, content="2")
    assert change_between(second, first, [first]).returns_to == 1
    assert change_between(second, first, [first, second, first]).returns_to == 3
    assert change_between(second, third, [first]).returns_to is None
    assert change_between(first, first, [first]).returns_to is None


@pytest.mark.parametrize(("old", "new"), [("ha\n" * 9000, "x\n" + "ha\n" * 8990), ("ha " * 9000, "ho " * 9100)])
def test_a_text_that_repeats_itself_has_an_answer_at_once(old: str, new: str) -> None:
    """What would take a comparison of every line with every other is counted instead."""
    assert change_between(Wording(title="t", text=old), Wording(title="t", text=new)).nature == "update"


def test_words_are_counted_once() -> None:
    """A word that moved is neither added nor removed."""
    change = change_between(
        Wording(title="t", text="one two\n\nthree four"), Wording(title="t", text="three four five\n\none")
    )
    assert (change.added, change.removed) == (1, 1)


@given(st.text(), st.text(), st.booleans())
def test_it_never_raises_and_counts_both_ways(one: str, other: str, live: bool) -> None:
    """Any two texts have a change, and the way back has the counts exchanged."""
    there = change_between(Wording(title="t", text=one, live=live), Wording(title="t", text=other, live=live))
    back = change_between(Wording(title="t", text=other, live=live), Wording(title="t", text=one, live=live))
    assert (there.added, there.removed) == (back.removed, back.added)
