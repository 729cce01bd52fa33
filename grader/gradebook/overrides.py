"""Points that a person sets: ``overrides.csv``, applied after everything else.

Columns: id, exercise, points, reason. Without an exercise, the points are the submission's total.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from grader.errors import GraderError, did_you_mean
from grader.gradebook.results import submission_score
from grader.gradebook.tables import Row, read_table
from grader.model import ExerciseResult, Override, RunResult, SubmissionResult

__all__ = ["COLUMNS", "FILENAME", "Change", "apply", "check", "read", "withdraw"]

FILENAME = "overrides.csv"
COLUMNS = ("id", "exercise", "points", "reason")

_DECIMAL = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)
_RATIO = re.compile(r"\d{1,6}/\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row: what a person wants to count.

    Attributes:
        exercise: "" for the submission's total.
        where: file and line, to begin a message with.
    """

    id: str
    exercise: str
    points: Fraction
    reason: str
    where: str


def read(path: Path) -> tuple[Change, ...]:
    """Read the rows of an ``overrides.csv``.

    Raises:
        GraderError: the file or one of its rows cannot be used; the text names file and line.
    """
    changes = tuple(map(_change, read_table(path, COLUMNS)))
    seen: dict[tuple[str, str], Change] = {}
    for change in changes:
        first = seen.setdefault((change.id.removeprefix("'"), change.exercise), change)  # ' as in grades.csv
        if first is not change:
            of = f"{change.exercise} of {change.id!r}" if change.exercise else f"the total of {change.id!r}"
            raise GraderError(
                f"{change.where}: sets {of} again, as line {first.where.rpartition(' ')[2]} does; "
                "take one of the two away."
            )
    return changes


def _change(row: Row) -> Change:
    if not row.cells["id"]:
        raise GraderError(f"{row.where}: has no id; write the submission's, as in grades.csv.")
    if not row.cells["reason"]:
        raise GraderError(f"{row.where}: has no reason; write one, it is shown beside the points.")
    return Change(
        id=row.cells["id"],
        exercise=row.cells["exercise"],
        points=_points(row),
        reason=row.cells["reason"],
        where=row.where,
    )


def _points(row: Row) -> Fraction:
    text = row.cells["points"]
    if _DECIMAL.fullmatch(text):
        return Fraction(text.replace(",", "."))
    if _RATIO.fullmatch(text) and not text.endswith("/" + "0" * len(text.partition("/")[2])):
        return Fraction(text)
    if re.fullmatch(r"[-−]\s*\d.*", text):
        raise GraderError(f"{row.where}: points are {text!r}, but cannot be less than 0.")
    raise GraderError(
        f"{row.where}: points are {text!r}, but should be a number such as 12, 12.5 or 25/2; "
        "they replace what was there."
    )


def check(changes: Iterable[Change], ids: Sequence[str], exercises: Sequence[str]) -> None:
    """See that what changes name is there, before anything is graded.

    Args:
        changes: rows of an ``overrides.csv``.
        ids: of the submissions that will be graded.
        exercises: names of those that will be.

    Raises:
        GraderError: a change names something else.
    """
    for change in changes:
        _known_id(change, ids)
        if change.exercise and change.exercise not in exercises:
            hint = did_you_mean(change.exercise, exercises)
            raise GraderError(f"{change.where}: this run has no exercise {change.exercise!r}{hint}")


# --- applying ----------------------------------------------------------------------------------------


def withdraw(run: RunResult) -> RunResult:
    """Give the run as it was before anything was set by hand."""
    return replace(run, submissions=tuple(map(_withdrawn, run.submissions)))


def _withdrawn(result: SubmissionResult) -> SubmissionResult:
    exercises = tuple(
        replace(each, override=None, score=each.override.was) if each.override else each
        for each in result.exercises
    )
    return replace(result, override=None, exercises=exercises)


def apply(run: RunResult, changes: Iterable[Change]) -> RunResult:
    """Set points in a run; what was set in it before is withdrawn.

    Raises:
        GraderError: a change names no submission of the run, or no exercise of the submission.
    """
    run = withdraw(run)
    of: dict[str, list[Change]] = {}
    ids = [result.id for result in run.submissions]
    for change in changes:
        of.setdefault(_known_id(change, ids), []).append(change)
    return replace(
        run,
        submissions=tuple(
            _changed(each, of[each.id], run.info.points) if each.id in of else each
            for each in run.submissions
        ),
    )


def _known_id(change: Change, ids: Sequence[str]) -> str:
    """Find the id that is meant; grades.csv puts a ' before one that looks like a formula."""
    for id in (change.id, change.id.removeprefix("'")):
        if id in ids:
            return id
    raise GraderError(
        f"{change.where}: no submission of this run has the id {change.id!r}{did_you_mean(change.id, ids)}"
    )


def _changed(result: SubmissionResult, changes: Sequence[Change], points: Fraction) -> SubmissionResult:
    """Set exercises first, so that a total that is set has the last word."""
    by_exercise = {change.exercise: change for change in changes}
    total = by_exercise.pop("", None)
    result = _with_exercises(result, by_exercise)
    if total is None:
        return result
    was = submission_score(result, points)
    return replace(result, override=Override(points=total.points, reason=total.reason, was=was))


def _with_exercises(result: SubmissionResult, changes: Mapping[str, Change]) -> SubmissionResult:
    names = [exercise.name for exercise in result.exercises]
    for name, change in changes.items():
        if name not in names:
            raise GraderError(f"{change.where}: {_no_exercise(result, name, names)}")
    return replace(
        result,
        exercises=tuple(
            _set(each, changes[each.name]) if each.name in changes else each for each in result.exercises
        ),
    )


def _set(exercise: ExerciseResult, change: Change) -> ExerciseResult:
    override = Override(points=change.points, reason=change.reason, was=exercise.score)
    return replace(exercise, override=override, score=override.score)


def _no_exercise(result: SubmissionResult, name: str, names: Sequence[str]) -> str:
    if not names:
        return (
            f"{result.id!r} is {result.status.value}, so it has no points for {name!r}; "
            "leave the exercise empty to set its total."
        )
    hint = did_you_mean(name, names)
    return f"{result.id!r} has no exercise {name!r}{hint}\nIts exercises: {', '.join(names)}."
