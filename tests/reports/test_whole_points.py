from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import GraderError
from grader.model import ExerciseResult, RunResult, Score, Verdict
from grader.reports.whole_points import only_submission, whole_points

from .runs import ALICE, CAROL, DAVE, of, right, submission, wrong


def worth(name: str, earned: Fraction | int, possible: Fraction | int, ungraded: int = 0) -> ExerciseResult:
    score = Score(Fraction(earned), Fraction(possible), Fraction(ungraded))
    return replace(right(name), score=score, verdict=Verdict.WRONG_VALUE)


def whole(*exercises: ExerciseResult) -> list[tuple[int, int]]:
    return [(each.earned, each.possible) for each in whole_points(of(submission("a", *exercises)))]


def test_whole_points_stay_as_they_are() -> None:
    assert [(each.name, each.earned, each.possible) for each in whole_points(of(ALICE))] == [
        ("conv_forward_naive", 20, 20),
        ("conv_backward_naive", 15, 25),
        ("max_pool_forward_naive", 0, 10),
    ]


def test_only_the_total_is_rounded_down() -> None:
    third = Fraction(20, 3)
    assert whole(worth("a", third, 20), worth("b", third, 20), worth("c", third, 20)) == [
        (7, 20),
        (7, 20),
        (6, 20),
    ]


def test_no_exercise_is_filled_up_by_rounding() -> None:
    nearly = Fraction("9.9")
    assert whole(worth("a", nearly, 10), worth("b", nearly, 10)) == [(9, 10), (9, 10)]


def test_half_points_are_doubled() -> None:
    assert whole(worth("a", Fraction("2.5"), Fraction("2.5")), worth("b", 1, 5)) == [(5, 5), (2, 10)]


def test_what_could_not_be_graded_costs_nothing() -> None:
    assert whole(worth("a", 3, 5), worth("b", 0, 0, ungraded=10)) == [(3, 5)]
    assert whole(worth("a", Fraction(5, 2), Fraction(5, 2), ungraded=5)) == [(5, 5)]
    assert whole(worth("a", 7, Fraction(15, 2), ungraded=1), worth("b", 1, 1)) == [(14, 15), (2, 2)]


def test_a_submission_without_exercises_is_one_entry() -> None:
    assert [(p.earned, p.possible, p.exercise) for p in whole_points(of(CAROL))] == [(0, 55, None)]
    assert [(p.earned, p.possible, p.exercise) for p in whole_points(of(DAVE))] == [(0, 0, None)]


def test_a_class_is_refused(run: RunResult) -> None:
    with pytest.raises(GraderError, match="those of one submission, and this run has 4: grade one folder"):
        only_submission(run)


@given(
    st.lists(st.tuples(st.integers(1, 12), st.fractions(0, 1, max_denominator=10)), min_size=1, max_size=6)
)
def test_points_neither_appear_nor_vanish(drawn: list[tuple[int, Fraction]]) -> None:
    exercises = [worth(f"e{i}", points * share, points) for i, (points, share) in enumerate(drawn)]
    parts = whole(*exercises)
    exact = sum(each.score.earned for each in exercises)
    lost = exact - sum(earned for earned, _ in parts)
    assert lost >= 0
    for (earned, possible), exercise in zip(parts, exercises, strict=True):
        assert (earned == possible) == (exercise.score.earned == exercise.score.possible)
        assert abs(earned - exercise.score.earned) < 1
    pairs = zip(parts, exercises, strict=True)
    assert lost < 1 or all(e >= x.score.earned or e == p - 1 for (e, p), x in pairs), "a point was not given"


def test_wrong_is_not_full() -> None:
    (part,) = whole_points(of(submission("a", wrong())))
    assert not part.full
