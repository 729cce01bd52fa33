"""The order of the stages: a submission goes in, a result comes out.

Nothing here runs a student's code; the sandbox does, and what it answers is judged here.
"""

from __future__ import annotations

import time
from dataclasses import replace

from grader import submission
from grader.errors import in_words
from grader.executors import Room
from grader.model import ExerciseResult, Status, Submission, SubmissionResult
from grader.plan import Plan
from grader.sitting import Sitting
from grader.submission import Place

__all__ = ["grade", "grade_place", "read"]


def grade_place(plan: Plan, place: Place, room: Room) -> SubmissionResult:
    """Read and grade one submission; whatever goes wrong, a result comes out."""
    found = read(plan, place)
    return found if isinstance(found, SubmissionResult) else grade(plan, found, room)


def read(plan: Plan, place: Place) -> Submission | SubmissionResult:
    """Read one submission; where even that fails, the result says why."""
    try:
        return submission.load(place, plan.assignment)
    except Exception as error:
        blank = SubmissionResult(id=place.id, path=place.path, digest="", status=Status.NOT_GRADED)
        return replace(blank, message=in_words(error))


def grade(plan: Plan, student: Submission, room: Room) -> SubmissionResult:
    """Grade a submission that was read; whatever goes wrong, a result comes out."""
    blank = SubmissionResult(
        id=student.id,
        path=student.path,
        digest=student.digest,
        status=Status.UNREADABLE,
        message=student.error,
        notes=student.notes,
    )
    if student.error:
        return blank
    try:
        return _sit(plan, student, room, blank)
    except Exception as error:
        return replace(blank, status=Status.NOT_GRADED, message=in_words(error))


def _sit(plan: Plan, student: Submission, room: Room, blank: SubmissionResult) -> SubmissionResult:
    """Take all exams. Time counts once these are prepared and the sandbox is ready."""
    plan.prepare()
    room.give(submission.program(student, plan.assignment))
    started = time.monotonic()
    sitting = Sitting(plan, student, room)
    results: list[ExerciseResult] = []
    for exercise in plan.assignment.exercises:
        results.append(sitting.take(exercise, results))
        if sitting.load_fault:
            break
    if not sitting.load_fault:
        results = sitting.reconsider(results)
    status, message = sitting.load_fault or (Status.GRADED, "")
    return replace(
        blank,
        status=status,
        message=message,
        exercises=() if sitting.load_fault else tuple(results),
        notes=tuple(dict.fromkeys((*student.notes, *sitting.notes))),
        seconds=time.monotonic() - started,
    )
