"""Quality may rise and must not sink."""

from benchmarks.floors import load_floors, newsroom_scores, raised, sunk


def test_the_newsroom_comes_out_as_well_as_ever() -> None:
    floors = load_floors()
    assert floors["newsroom"]["F1"] > 0.98, "a floor is pinned"
    assert sunk(floors, {"newsroom": newsroom_scores()}) == ()


def test_a_score_under_its_floor_is_named() -> None:
    assert sunk({"a": {"F1": 0.9, "title": 0.5}}, {"a": {"F1": 0.89, "title": 0.6}}) == (
        "a: F1 is 0.89, its floor is 0.9",
    )
    assert sunk({"a": {"F1": 0.9}}, {"a": {"F1": 0.899}}) == ()
    assert sunk({"a": {"F1": 0.9}}, {"b": {"F1": 0.1}}) == ()


def test_pinning_raises_floors_and_never_lowers_one() -> None:
    assert raised({"a": {"F1": 0.9, "title": 0.5}}, {"a": {"F1": 0.8, "title": 0.6}, "b": {"F1": 0.1}}) == {
        "a": {"F1": 0.9, "title": 0.6},
        "b": {"F1": 0.1},
    }
