"""What `dates check` says about the dates of a source."""

from dataclasses import replace

import pytest

from aggregator.dates.habits import SourceDates, odd

FINE = SourceDates(
    source="stage",
    articles=10,
    undated=0,
    day_only=1,
    future=0,
    no_zone=0,
    midnight=1,
    unsure=0,
    same_minute=1,
    lag_days=0.2,
    newest="2024-04-19T10:00:00Z",
)


def test_nothing_is_said_of_good_dates() -> None:
    assert odd(FINE) == ()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (replace(FINE, future=1), "dated after they were seen"),
        (replace(FINE, undated=6), "60% have no date"),
        (replace(FINE, day_only=10), "100% have a day and no time"),
        (replace(FINE, no_zone=9), "set `zone` for this source"),
        (replace(FINE, midnight=8), "midnight sharp"),
        (replace(FINE, same_minute=8), "8 are of one and the same minute"),
        (replace(FINE, lag_days=300.0), "over 300 days old"),
    ],
)
def test_each_habit_is_told_in_a_sentence(facts: SourceDates, words: str) -> None:
    assert [words in sentence for sentence in odd(facts)] == [True]


def test_a_few_articles_show_no_habit_but_a_date_to_come_is_told_at_once() -> None:
    few = replace(FINE, articles=4, undated=4, future=0, lag_days=None)
    assert odd(few) == ()
    assert len(odd(replace(few, future=1))) == 1
