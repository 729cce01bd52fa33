"""A wrong function, asked again with right versions of the wrong ones that it calls: is it wrong itself?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader import submission
from grader.attempt import Attempt, is_full, limits_of
from grader.checks import judge
from grader.diagnosis import blame, explain
from grader.errors import GraderError
from grader.executors import Room
from grader.gradebook.results import format_points
from grader.independence import called_by
from grader.model import Exercise, ExerciseResult, Submission
from grader.plan import Plan

__all__ = ["Retrial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrial:
    """One submission's exercises, taken once.

    Attributes:
        attempts: by exercise, the best first.
        result: what an attempt at an exercise comes to.
    """

    plan: Plan
    student: Submission
    room: Room
    attempts: Mapping[str, Sequence[Attempt]]
    result: Callable[[Exercise, Attempt], ExerciseResult]

    def reconsider(self, results: Sequence[ExerciseResult]) -> list[ExerciseResult]:
        """Say where a function is wrong only because it calls a wrong one, or give it the points."""
        wrong = {
            exercise.definition: None
            for exercise, result in zip(self.plan.assignment.exercises, results, strict=True)
            if not is_full(result)
        }
        if len(wrong) < 2:
            return list(results)
        return [
            result if is_full(result) else self._reconsidered(exercise, result, tuple(wrong))
            for exercise, result in zip(self.plan.assignment.exercises, results, strict=True)
        ]

    def _reconsidered(
        self, exercise: Exercise, result: ExerciseResult, wrong: tuple[str, ...]
    ) -> ExerciseResult:
        """The result with what right versions of the wrong functions that it calls make of it."""
        own = self.plan.forward_name(exercise).partition(".")[0]
        helpers = self.plan.helpers(exercise)
        asked = [name for name in wrong if name in helpers and name != own]
        called = called_by(exercise.definition, self.student.sources, asked)
        attempts = self.attempts.get(exercise.name, ())
        if not called or not attempts or any(attempt.timed_out for attempt in attempts):
            return result
        names = " and ".join(called)
        try:
            called, again = self._to_blame(attempts, called)
        except GraderError as error:  # of the solution: no fault of the student's
            return replace(result, notes=(*result.notes, f"no right {names} could be tried: {error}"))
        if again is None:
            return result
        first, names = attempts[0], " and ".join(called)
        if again.earned.earned <= first.earned.earned:
            return self._told(result, first, again, ())
        if self.plan.assignment.independent:
            note = f"graded with a right {names} in place of the submission's, which is where a mistake lies"
            better = self.result(exercise, again)
            return replace(better, notes=(*better.notes, note), carried_forward=True)
        total = again.earned.total
        points = f"{format_points(again.earned.earned, total)} of {format_points(total, total)}"
        note = f"with a right {names} in place of the submission's, it would have {points} points"
        told = self._told(result, first, again, called)
        return replace(told, notes=(*told.notes, note))

    def _told(
        self, result: ExerciseResult, first: Attempt, again: Attempt, names: tuple[str, ...]
    ) -> ExerciseResult:
        """The result, without naming mistakes for its own that are those of the functions that it calls.

        Args:
            first: with the submission's own functions.
            again: with right ones.
            names: of these functions, if it has more points with them.
        """
        if not result.findings:
            return result
        try:
            own = explain(again.exam, again.outcomes, again.reply.replies, self.student, "")
            if not names and not any(finding.mistake for finding in own):
                return result
            findings = blame(result.findings, own, first.exam, () if own else names)
        except Exception:  # a fault in the explanation must not take the marks away
            return result
        return replace(result, findings=findings)

    def _to_blame(
        self, attempts: Sequence[Attempt], names: tuple[str, ...]
    ) -> tuple[tuple[str, ...], Attempt | None]:
        """Which of the functions that it calls are to blame, and what becomes of it with right ones."""
        again = self._best_with(attempts, names)
        if again is not None and again.full and len(names) > 1:
            for name in names:
                alone = self._best_with(attempts, (name,))
                if alone is not None and alone.full:
                    return (name,), alone
        return names, again

    def _best_with(self, attempts: Sequence[Attempt], names: tuple[str, ...]) -> Attempt | None:
        """The best that comes of right versions of some functions, in one of the ways that were tried."""
        again = [self._with_right_parts(attempt, names) for attempt in attempts]
        return max((each for each in again if each is not None), key=lambda each: each.rank, default=None)

    def _with_right_parts(self, first: Attempt, names: tuple[str, ...]) -> Attempt | None:
        """The same exam, taken with right versions of some functions in place of the submission's own."""
        parts = self.plan.right_parts(first.exam.exercise, names)
        if parts is None:
            return None
        self.room.give(replace(submission.program(self.student, self.plan.assignment), parts=parts))
        reply = self.room.run(first.exam.encoded, limits_of(first.exam))
        if reply.missing or not reply.replies:
            return None
        return replace(first, reply=reply, outcomes=judge(first.exam, reply.replies))
