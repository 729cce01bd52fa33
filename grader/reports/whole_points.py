"""The one submission that a CI job grades, and its points in whole numbers.

GitHub Classroom and Classroom 50 count in whole points. The rules by which ours become whole:

- if exercises are worth fractions of a point, all is multiplied by the smallest number that makes
  every exercise's worth whole; else a point stays a point;
- the total is rounded down;
- what rounding each exercise down has lost of that total goes, a point each, to the exercises that
  lost most, but none is filled up by it: full marks in whole numbers are full marks;
- there are no more points than all: extra credit is left out;
- where the total is not the sum of the exercises, for a person set it or lateness costs points, there is
  one entry for the submission as a whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from grader.errors import GraderError
from grader.model import ExerciseResult, RunResult, Score, Status, SubmissionResult
from grader.reports.marks import total_of

__all__ = ["WholePoints", "only_submission", "whole_points"]


@dataclass(frozen=True, slots=True)
class WholePoints:
    """An exercise's points as others count them; `exercise` is None for a submission as a whole."""

    name: str
    earned: int
    possible: int
    exercise: ExerciseResult | None

    @property
    def full(self) -> bool:
        """Whether no point is missing."""
        return self.earned == self.possible


def only_submission(run: RunResult) -> SubmissionResult:
    """Return the run's one submission.

    Raises:
        GraderError: there are none or several.
    """
    if len(run.submissions) != 1:
        raise GraderError(
            f"results for a CI job are those of one submission, and this run has {len(run.submissions)}: "
            "grade one folder at a time, or write another format."
        )
    return run.submissions[0]


def whole_points(run: RunResult) -> tuple[WholePoints, ...]:
    """Count the submission's points in whole numbers, an entry for each exercise that could be graded.

    Where no exercise could be looked at there is one entry for the submission as a whole: worth all
    points if it is unreadable, none if it was not graded. So is there where the total is not their sum.
    """
    result = only_submission(run)
    if result.override or (result.lateness and result.lateness.penalty != 0):
        return (_as_one(total_of(result, run.info) or Score(), run.info.title),)
    if result.status is not Status.GRADED or not result.exercises:
        total = total_of(result, run.info) or Score()
        return (WholePoints(run.info.title, 0, math.ceil(total.possible), None),)
    factor = math.lcm(*(each.score.total.denominator for each in result.exercises))
    graded = [each for each in result.exercises if each.score.possible or not each.score.ungraded]
    return tuple(
        WholePoints(each.name, earned, _possible(each, factor), each)
        for each, earned in zip(graded, _shares(graded, factor), strict=True)
    )


def _as_one(total: Score, title: str) -> WholePoints:
    factor = total.possible.denominator
    possible = math.ceil(total.possible * factor)
    return WholePoints(title, min(math.floor(total.earned * factor), possible), possible, None)


def _possible(exercise: ExerciseResult, factor: int) -> int:
    return math.ceil(exercise.score.possible * factor)


def _shares(exercises: list[ExerciseResult], factor: int) -> list[int]:
    """Round each exercise's points so that they add up to the total rounded down."""
    exact = [
        Fraction(_possible(each, factor))
        if each.score.earned >= each.score.possible
        else each.score.earned * factor
        for each in exercises
    ]
    shares = [math.floor(points) for points in exact]
    left = math.floor(sum(exact)) - sum(shares)
    for i in sorted(range(len(exact)), key=lambda i: shares[i] - exact[i]):
        if left and exact[i] > shares[i] and shares[i] + 1 < _possible(exercises[i], factor):
            shares[i] += 1
            left -= 1
    return shares
