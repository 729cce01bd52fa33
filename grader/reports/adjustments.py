"""What was decided about a mark after grading, in words: set by hand, or taken off for lateness.

Every format shows these sentences wherever it shows the points.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.gradebook.results import format_points
from grader.model import ExerciseResult, Override, SubmissionResult
from grader.reports.safe import one_line

__all__ = ["adjustments", "all_adjustments", "is_adjusted", "override_text"]


def override_text(override: Override) -> str:
    """Say what a person set, what stood there before, and why.

    >>> from fractions import Fraction
    >>> from grader.model import Score
    >>> was = Score(Fraction(15), Fraction(20))
    >>> override_text(Override(points=Fraction(18), reason="Right but for a typo.", was=was))
    'set by hand to 18, was 15: Right but for a typo.'
    """
    was, worth = override.was, override.was.total
    before = format_points(was.earned, worth) if was.possible or not was.ungraded else "not graded"
    extra = ", extra credit" if override.points > worth else ""
    return f"set by hand to {format_points(override.points, worth)}{extra}, was {before}: {override.reason}"


def adjustments(result: SubmissionResult) -> tuple[str, ...]:
    """List what was decided about the submission as a whole, in the order in which it was applied."""
    late = [result.lateness.text] if result.lateness else []
    total = [f"total {override_text(result.override)}"] if result.override else []
    return tuple(late + total)


def all_adjustments(result: SubmissionResult) -> tuple[str, ...]:
    """List what was decided about the submission and its exercises, these first."""
    return (*_of_exercises(result.exercises), *adjustments(result))


def _of_exercises(exercises: tuple[ExerciseResult, ...]) -> Iterator[str]:
    for exercise in exercises:
        if exercise.override:
            yield f"{one_line(exercise.name, 60)} {override_text(exercise.override)}"


def is_adjusted(result: SubmissionResult) -> bool:
    """Whether the total is another than the exercises' sum as the grader found it."""
    costs = result.lateness is not None and result.lateness.penalty != 0
    return costs or result.override is not None or any(each.override for each in result.exercises)
