"""How much a reader may see. What may not be shown is removed before anything is rendered."""

from __future__ import annotations

import enum
from dataclasses import replace

from grader.model import ExerciseResult, Finding, RunResult, SubmissionResult

__all__ = ["Feedback", "limit", "limit_submission"]


class Feedback(enum.Enum):
    """Each level includes those before it."""

    VERDICT = "verdict"  # points, and how each exercise ended
    STRATUM = "stratum"  # also where the points were lost, and how many cases failed
    DIAGNOSIS = "diagnosis"  # also what is wrong, in words
    EXAMPLE = "example"  # also the smallest failing case, with its numbers

    def includes(self, other: Feedback) -> bool:
        """Whether what `other` shows is shown at this level too."""
        levels = list(Feedback)
        return levels.index(other) <= levels.index(self)


def limit(run: RunResult, feedback: Feedback) -> RunResult:
    """Remove from a run all that its reader may not see, so that no renderer can leak it."""
    if feedback is Feedback.EXAMPLE:
        return run
    return replace(run, submissions=tuple(limit_submission(each, feedback) for each in run.submissions))


def limit_submission(result: SubmissionResult, feedback: Feedback) -> SubmissionResult:
    """Remove from one submission's result all that its reader may not see.

    Its status, message and notes stay at every level: they are about the files that were handed in,
    not about the cases.
    """
    return replace(result, exercises=tuple(_limit_exercise(each, feedback) for each in result.exercises))


def _limit_exercise(exercise: ExerciseResult, feedback: Feedback) -> ExerciseResult:
    if not feedback.includes(Feedback.STRATUM):
        exercise = replace(exercise, strata=(), cases={})
    if not feedback.includes(Feedback.DIAGNOSIS):
        return replace(exercise, findings=(), notes=())
    return replace(exercise, findings=tuple(_limit_finding(each, feedback) for each in exercise.findings))


def _limit_finding(finding: Finding, feedback: Feedback) -> Finding:
    return finding if feedback.includes(Feedback.EXAMPLE) else replace(finding, example=None)
