"""The order of the stages: a submission goes in, a result comes out.

Nothing here runs a student's code; the sandbox does, and what it answers is judged here.
"""

from __future__ import annotations

import difflib
import re
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from threading import Lock

import grader
from grader import conventions, submission
from grader.carried import carry_forward
from grader.checks import judge, where_raised
from grader.conventions import Way
from grader.diagnosis import explain
from grader.errors import GraderError
from grader.exam import Exam, prepare
from grader.executors import Room
from grader.model import (
    Assignment,
    Exercise,
    ExerciseResult,
    Finding,
    Outcome,
    RunInfo,
    Score,
    Status,
    StratumResult,
    Submission,
    SubmissionResult,
    Verdict,
)
from grader.sandbox import EncodedBatch, Launcher, encode
from grader.scoring import counts, score_strata, verdict_of
from grader.steps import Batch, BatchReply, Call, Ending, Limits, LoadReport, Make
from grader.submission import Place

__all__ = ["Plan", "grade", "grade_place", "info", "read"]


class Plan:
    """What every submission of a run is asked: exams are prepared when first needed, and shared."""

    def __init__(self, assignment: Assignment, *, seed: int) -> None:
        self.assignment, self.seed = assignment, seed
        self.convention = conventions.find(assignment.convention, assignment.folder)
        self._exams: dict[tuple[str, int], Exam] = {}
        self._lock = Lock()

    def ways(self, exercise: Exercise) -> tuple[Way, ...]:
        """The ways in which an exercise's function may be called, the usual one first."""
        return self.convention.spellings[exercise.op].ways

    def exam(self, exercise: Exercise, way: Way) -> Exam:
        """What an exercise asks in one of its ways."""
        key = exercise.name, self.ways(exercise).index(way)
        with self._lock:
            if key not in self._exams:
                self._exams[key] = prepare(exercise, self.convention, way, seed=self.seed)
            return self._exams[key]

    def prepare(self) -> None:
        """Prepare each exercise's usual exam, so that no submission's own time is spent on it."""
        for exercise in self.assignment.exercises:
            self.exam(exercise, self.ways(exercise)[0])


def info(plan: Plan, launcher: Launcher) -> RunInfo:
    """Which grader, on what, grades which assignment."""
    return RunInfo(
        version=grader.__version__,
        python=launcher.python,
        numpy=launcher.numpy,
        sandbox=launcher.level,
        seed=plan.seed,
        assignment=plan.assignment.name,
        title=plan.assignment.title,
        digest=plan.assignment.digest,
        points=plan.assignment.points,
    )


# --- one submission --------------------------------------------------------------------------------


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
        return replace(blank, message=_fault(error))


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
        return replace(blank, status=Status.NOT_GRADED, message=_fault(error))


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
    status, message = sitting.load_fault or (Status.GRADED, "")
    return replace(
        blank,
        status=status,
        message=message,
        exercises=() if sitting.load_fault else tuple(results),
        notes=tuple(dict.fromkeys((*student.notes, *sitting.notes))),
        seconds=time.monotonic() - started,
    )


def _fault(error: Exception) -> str:
    """What to say of a submission that could not be graded."""
    if isinstance(error, GraderError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"a fault of the grader, please report it: {type(error).__name__}: {error} "
        f"({Path(place.filename).name}, line {place.lineno})"
    )


@dataclass(frozen=True)
class Attempt:
    """An exam that was taken in one way, judged."""

    exam: Exam
    reply: BatchReply
    outcomes: tuple[Outcome, ...]

    @cached_property
    def strata(self) -> tuple[StratumResult, ...]:
        """The lines of partial credit."""
        return score_strata(self.exam.exercise, self.outcomes)

    @cached_property
    def earned(self) -> Score:
        """The points of it."""
        return sum((each.score for each in self.strata), Score())

    @property
    def full(self) -> bool:
        """Whether no point is missing."""
        return self.earned.earned == self.earned.total

    @property
    def rank(self) -> tuple[object, ...]:
        """Of two attempts the one with more points, then more right cases, then its own function called."""
        right = sum(outcome.verdict is Verdict.CORRECT for outcome in self.outcomes)
        return self.earned.earned, right, any(self._reached(place) for place in range(len(self.outcomes)))

    def _reached(self, place: int) -> bool:
        """Whether a case got as far as the function that is graded."""
        if not self.reply.replies or self.reply.missing:
            return False
        steps = self.exam.scripts[place].steps
        last = max(index for index, step in enumerate(steps) if isinstance(step, Call))
        reply = self.reply.replies[place]
        return reply.ending is Ending.RETURNED or reply.step >= last


class Sitting:
    """One submission sits its exams."""

    def __init__(self, plan: Plan, student: Submission, room: Room) -> None:
        self._plan, self._student, self._room = plan, student, room
        self.load_fault: tuple[Status, str] | None = None
        self.notes: dict[str, None] = {}

    def take(self, exercise: Exercise, before: Sequence[ExerciseResult]) -> ExerciseResult:
        """Grade one exercise, in the way that suits the submission best.

        Args:
            before: results of the exercises before it, among them a backward function's forward.
        """
        attempts: list[Attempt] = []
        for way in self._plan.ways(exercise):
            if way.instead_of_forward and _full(self._forward(exercise, before)):
                continue
            if way.without and not (attempts and _took_none(attempts[-1], way.without)):
                continue
            attempt = self._attempt(exercise, way)
            if self.load_fault:
                break
            if not way.instead_of_forward:
                attempt = self._carried(attempt, before)
            attempts.append(attempt)
            if attempt.full:
                break
        return self._result(exercise, max(attempts, key=lambda attempt: attempt.rank) if attempts else None)

    # --- asking ------------------------------------------------------------------------------------

    def _attempt(self, exercise: Exercise, way: Way) -> Attempt:
        exam = self._plan.exam(exercise, way)
        reply = self._run(exam, exam.encoded)
        self.load_fault = _load_fault(reply.load, self._student)
        if self.load_fault or reply.missing:
            return Attempt(exam, reply, _missing(exam, reply))
        return Attempt(exam, reply, judge(exam, reply.replies))

    def _run(self, exam: Exam, batch: EncodedBatch) -> BatchReply:
        reply = self._room.run(batch, Limits(seconds=exam.exercise.seconds))
        self.notes |= dict.fromkeys((*reply.load.notes, *reply.notes))
        return reply

    def _forward(self, exercise: Exercise, before: Sequence[ExerciseResult]) -> ExerciseResult | None:
        """The result of the forward function that goes with a backward one."""
        spelling = self._plan.convention.spellings[exercise.op]
        name = spelling.forward(exercise.name) if spelling.forward else ""
        return next((result for result in before if result.name == name), None)

    def _carried(self, attempt: Attempt, before: Sequence[ExerciseResult]) -> Attempt:
        """Let errors be carried forward, behind a forward function that is wrong but is one."""
        forward = self._forward(attempt.exam.exercise, before)
        if attempt.full or attempt.reply.missing or not _carries(forward):
            return attempt
        run = partial(self._probe, attempt.exam)
        return replace(attempt, outcomes=carry_forward(attempt.exam, attempt.outcomes, run))

    def _probe(self, exam: Exam, batch: Batch) -> BatchReply:
        return self._run(exam, encode(batch))

    # --- telling -----------------------------------------------------------------------------------

    def _result(self, exercise: Exercise, attempt: Attempt | None) -> ExerciseResult:
        if attempt is None:
            return ExerciseResult(name=exercise.name, op=exercise.op, verdict=Verdict.NOT_RUN, score=Score())
        outcomes = attempt.outcomes
        return ExerciseResult(
            name=exercise.name,
            op=exercise.op,
            verdict=verdict_of(outcomes),
            score=attempt.earned,
            carried_forward=any(outcome.carried for outcome in outcomes),
            cases=counts(outcomes),
            strata=attempt.strata,
            findings=self._findings(exercise, attempt),
            notes=_notes(attempt),
        )

    def _findings(self, exercise: Exercise, attempt: Attempt) -> tuple[Finding, ...]:
        """What to say about it; a fault in the explanation must not take the marks away."""
        home = self._home(exercise.definition)
        try:
            return explain(attempt.exam, attempt.outcomes, attempt.reply.replies, self._student, home)
        except Exception as error:
            return (Finding(text=f"It could not be explained: {_fault(error)}."),)

    def _home(self, function: str) -> str:
        """The file that defines a function."""
        pattern = re.compile(rf"^\s*(?:def|class)\s+{re.escape(function)}\b", re.MULTILINE)
        homes = [each.path for each in self._student.sources if any(map(pattern.search, each.cells))]
        return homes[0] if homes else ""


def _took_none(attempt: Attempt, offer: str) -> bool:
    """Whether the constructor was seen to take no parameter of that meaning."""
    steps = attempt.exam.scripts[0].steps if attempt.exam.scripts else ()
    made = [place for place, step in enumerate(steps) if isinstance(step, Make) and offer in step.offers]
    taken = [reply.found[place] for reply in attempt.reply.replies for place in made if place in reply.found]
    return bool(taken) and not any(pair.endswith(f"={offer}") for pair in taken[0])


def _full(result: ExerciseResult | None) -> bool:
    return result is not None and result.score.earned == result.score.total


def _carries(forward: ExerciseResult | None) -> bool:
    """Whether a forward function is wrong, and yet enough of one for a gradient of it to be worth points.

    It is if it is right in some case: a convolution that flips its kernel is where the kernel is 1 by 1,
    and a sum over everything, whose gradient is as easily made up, never is.
    """
    return forward is not None and not _full(forward) and Verdict.CORRECT in forward.cases


def _notes(attempt: Attempt) -> tuple[str, ...]:
    notes = [attempt.exam.way.note] if attempt.exam.way.note else []
    if any(outcome.carried for outcome in attempt.outcomes):
        notes.append(
            "error carried forward: it is the right gradient of the submission's own forward function, "
            "which is where the mistake lies"
        )
    return tuple(notes)


def _missing(exam: Exam, reply: BatchReply) -> tuple[Outcome, ...]:
    """One outcome for each case of a function that is not there."""
    name = exam.exercise.definition
    if name in reply.missing:
        close = difflib.get_close_matches(name, reply.load.names, n=1, cutoff=0.8)
        kind = "function" if name == exam.exercise.name else "class"
        message = f"there is no {kind} {name}" + (f"; did you mean {close[0]} to be it?" if close else "")
    else:
        message = f"it cannot be called without {' and '.join(reply.missing)}, which is missing"
    return tuple(
        Outcome(case=case.number, stratum=case.stratum, verdict=Verdict.MISSING, message=message)
        for case in exam.cases
    )


def _load_fault(load: LoadReport, student: Submission) -> tuple[Status, str] | None:
    """Why nothing of a submission could be run, if so."""
    files = ", ".join(source.path for source in student.sources[:3])
    match load.ending:
        case Ending.RETURNED:
            return None
        case Ending.NOT_RUN:
            return Status.NOT_GRADED, load.text or "the sandbox did not answer"
        case Ending.RAISED if load.error is not None:
            what = f"{load.error.type}: {load.error.message}"
            return Status.UNREADABLE, f"it does not load: {where_raised(load.error) or files}: {what}"
        case Ending.TIMED_OUT:
            return (
                Status.UNREADABLE,
                f"it does not load: {files} was still being imported when its time was up",
            )
        case _:
            return Status.UNREADABLE, f"it does not load: {files}: {load.text or load.ending.value}"
