"""Golden submissions at many seeds: what is not as it should be is said, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from benchmarks.seeds import unlike
from grader.doctor.goldens import Golden
from grader.model import ExerciseResult, Finding, Score, Status, SubmissionResult, Verdict

RIGHT = ExerciseResult(
    name="f", op="conv2d", verdict=Verdict.CORRECT, score=Score(Fraction(4), Fraction(4)), findings=()
)
WRONG = replace(
    RIGHT,
    verdict=Verdict.WRONG_VALUE,
    score=Score(Fraction(1), Fraction(4)),
    findings=(Finding(text="It is wrong.", mistake="conv2d.flips_the_kernel"),),
)
FLIPS = {"verdict": "wrong value", "score": "1", "mistakes": ["flips_the_kernel"]}


def said(exercise: ExerciseResult, expected: dict[str, Any], status: str = "graded") -> list[str]:
    result = SubmissionResult(id="a", path="a", digest="", status=Status.GRADED, exercises=(exercise,))
    return list(unlike(Golden(status, Fraction(4), {"f": expected} if expected else {}), result))


def test_nothing_is_said_of_what_is_as_it_should_be() -> None:
    assert said(RIGHT, {}) == []
    assert said(WRONG, FLIPS) == []


def test_other_strata_may_fail_at_another_seed() -> None:
    assert said(WRONG, FLIPS | {"score": "3", "verdict": "raised"}) == []


@pytest.mark.parametrize(
    ("exercise", "expected", "text"),
    [
        (WRONG, {}, "a: f: 1 of 4 points, wrong value"),
        (RIGHT, {"score": "1"}, "a: f: 4 of 4 points, correct"),
        (WRONG, {"score": "1"}, "a: f: mistakes ['flips_the_kernel'], should be []"),
        (replace(WRONG, findings=()), FLIPS, "a: f: mistakes [], should be ['flips_the_kernel']"),
        (replace(RIGHT, findings=(Finding(text="Why?"),)), {}, "a: f: it is right, and yet: Why?"),
    ],
)
def test_what_is_not_is_said(exercise: ExerciseResult, expected: dict[str, Any], text: str) -> None:
    assert text in said(exercise, expected)


def test_another_status_is_said() -> None:
    assert said(RIGHT, {}, status="unreadable") == ["a: graded: "]
