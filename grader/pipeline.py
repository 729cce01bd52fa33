"""The order of the stages: a submission goes in, a result comes out.

Nothing here runs a student's code; the sandbox does, and what it answers is judged here.
"""

from __future__ import annotations

import difflib
import re
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from threading import Lock

import grader
from grader import conventions, submission
from grader.carried import carry_forward
from grader.checks import judge, where_raised
from grader.conventions import Way
from grader.diagnosis import explain, sentence
from grader.errors import GraderError
from grader.exam import Exam, prepare
from grader.executors import Room
from grader.independence import called_by, right_parts
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
from grader.results import format_points
from grader.sandbox import EncodedBatch, Launcher, encode
from grader.scoring import counts, score_strata, verdict_of
from grader.smallest import LIMITS, Respondent
from grader.speed import Pace, measure, never_timed
from grader.steps import (
    Batch,
    BatchReply,
    Call,
    Ending,
    Limits,
    LoadReport,
    Make,
    Parts,
    Reply,
    Source,
)
from grader.submission import Place

__all__ = ["Plan", "grade", "grade_place", "info", "read"]


ROOM, SMALLEST_ROOM = 8, 1 << 20
"""How much a call may answer: so many times what the right results take, and at least a MiB.

All answers to an exam are in memory together; at the sandbox's own limit, a submission that answers every
call with large arrays would take the grader's.
"""


ENOUGH_RIGHT = 1 / 3
"""Of a backward function's cases: where fewer are right, only a known mistake is carried forward."""


class Plan:
    """What every submission of a run is asked: exams are prepared when first needed, and shared."""

    def __init__(self, assignment: Assignment, *, seed: int) -> None:
        self.assignment, self.seed = assignment, seed
        self.convention = conventions.find(assignment.convention, assignment.folder)
        self._exams: dict[tuple[str, int], Exam] = {}
        self._parts: dict[tuple[str, tuple[str, ...]], Parts | None] = {}
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

    def right_parts(self, exercise: Exercise, names: tuple[str, ...]) -> Parts | None:
        """Right versions of what an exercise calls, from the assignment's solution."""
        key = exercise.definition, names
        with self._lock:
            if key not in self._parts:
                self._parts[key] = right_parts(self._solution, names, without=exercise.definition)
            return self._parts[key]

    @cached_property
    def _solution(self) -> tuple[Source, ...]:
        folder = self.assignment.folder / "solution"
        if not folder.is_dir():
            return ()
        return submission.load(submission.find_one(folder), self.assignment).sources

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
    pace: Pace | None = None

    @cached_property
    def judged(self) -> tuple[Outcome, ...]:
        """The outcomes of the cases, and of timing where that was asked for."""
        return self.outcomes if self.pace is None else (*self.outcomes, self.pace.outcome)

    @cached_property
    def strata(self) -> tuple[StratumResult, ...]:
        """The lines of partial credit."""
        return score_strata(self.exam.exercise, self.judged)

    @cached_property
    def earned(self) -> Score:
        """The points of it."""
        return sum((each.score for each in self.strata), Score())

    @property
    def full(self) -> bool:
        """Whether no point is missing."""
        return self.earned.earned == self.earned.total

    @property
    def load_seconds(self) -> float:
        """CPU time beside that of the calls; 0 where it was not measured."""
        return max(0.0, self.reply.seconds - sum(each.seconds for each in self.reply.replies))

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
        self._attempts: dict[str, Attempt] = {}

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
        if not attempts or self.load_fault:
            return self._result(exercise, None)
        attempt = self._timed(max(attempts, key=lambda attempt: attempt.rank))
        self._attempts[exercise.name] = attempt
        return self._result(exercise, attempt)

    def reconsider(self, results: Sequence[ExerciseResult]) -> list[ExerciseResult]:
        """Say where a function is wrong only because it calls a wrong one, or give it the points."""
        wrong = {
            exercise.definition: None
            for exercise, result in zip(self._plan.assignment.exercises, results, strict=True)
            if not _full(result)
        }
        if len(wrong) < 2:
            return list(results)
        return [
            result if _full(result) else self._with_right_parts(exercise, result, tuple(wrong))
            for exercise, result in zip(self._plan.assignment.exercises, results, strict=True)
        ]

    def _with_right_parts(
        self, exercise: Exercise, result: ExerciseResult, wrong: tuple[str, ...]
    ) -> ExerciseResult:
        own = self._forward_name(exercise).partition(".")[0], exercise.definition
        others = [name for name in wrong if name not in own]
        called = called_by(exercise.definition, self._student.sources, others)
        parts = self._plan.right_parts(exercise, called) if called else None
        first = self._attempts.get(exercise.name)
        if parts is None or first is None:
            return result
        program = submission.program(self._student, self._plan.assignment)
        self._room.give(replace(program, parts=parts))
        reply = self._room.run(first.exam.encoded, Limits(seconds=exercise.seconds))
        if reply.missing or not reply.replies:
            return result
        again = Attempt(first.exam, reply, judge(first.exam, reply.replies), first.pace)
        if again.earned.earned <= first.earned.earned:
            return result
        names = " and ".join(called)
        points = format_points(again.earned.earned, again.earned.total)
        of = format_points(again.earned.total, again.earned.total)
        if not self._plan.assignment.independent:
            note = f"with a right {names} in place of the submission's, it would have {points} of {of} points"
            return replace(result, notes=(*result.notes, note))
        note = f"graded with a right {names} in place of the submission's, which is where a mistake lies"
        better = self._result(exercise, again)
        return replace(better, notes=(*better.notes, note), carried_forward=True)

    def _timed(self, attempt: Attempt) -> Attempt:
        """Time a function that is right somewhere, where the exercise has a speed limit."""
        limit = attempt.exam.exercise.speed
        if limit is None:
            return attempt
        if not any(outcome.verdict is Verdict.CORRECT for outcome in attempt.outcomes):
            return replace(attempt, pace=never_timed(attempt.exam, attempt.outcomes))
        program = submission.program(self._student, self._plan.assignment)
        pace = measure(attempt.exam, limit, program, self._room, seed=self._plan.seed)
        return replace(attempt, pace=pace)

    # --- asking ------------------------------------------------------------------------------------

    def _attempt(self, exercise: Exercise, way: Way) -> Attempt:
        exam = self._plan.exam(exercise, way)
        reply = self._run(exam, exam.encoded)
        self.load_fault = _load_fault(reply.load, self._student)
        if self.load_fault or reply.missing:
            return Attempt(exam, reply, _missing(exam, reply, self._left_out(exam, reply)))
        return Attempt(exam, reply, judge(exam, reply.replies))

    def _left_out(self, exam: Exam, reply: BatchReply) -> str:
        """Why a function that a notebook's cell defines is not there, if the cell was left out."""
        for cell, source in self._cells_with(exam.exercise.definition):
            for note in reply.load.notes:
                if source.is_notebook and note.startswith(f"cell {cell} does not compile"):
                    return note
        return ""

    def _run(self, exam: Exam, batch: EncodedBatch) -> BatchReply:
        limits = Limits(seconds=exam.exercise.seconds, answer=max(SMALLEST_ROOM, ROOM * exam.largest))
        reply = self._room.run(batch, limits)
        self.notes |= dict.fromkeys((*reply.load.notes, *reply.notes))
        return reply

    def _forward(self, exercise: Exercise, before: Sequence[ExerciseResult]) -> ExerciseResult | None:
        """The result of the forward function that goes with a backward one."""
        name = self._forward_name(exercise)
        return next((result for result in before if result.name == name), None)

    def _forward_name(self, exercise: Exercise) -> str:
        spelling = self._plan.convention.spellings[exercise.op]
        return spelling.forward(exercise.name) if spelling.forward else ""

    def _carries(self, forward: ExerciseResult, attempt: Attempt) -> bool:
        output = next(iter(self._plan.convention.spellings[forward.op].results.values()))
        right = sum(outcome.verdict is Verdict.CORRECT for outcome in attempt.outcomes)
        return carries(forward, output, right=right / len(attempt.outcomes))

    def _carried(self, attempt: Attempt, before: Sequence[ExerciseResult]) -> Attempt:
        """Let errors be carried forward, behind a forward function that is wrong but is one."""
        forward = self._forward(attempt.exam.exercise, before)
        if forward is None or attempt.full or attempt.reply.missing or not self._carries(forward, attempt):
            return attempt
        run = partial(self._probe, attempt.exam)
        return replace(attempt, outcomes=carry_forward(attempt.exam, attempt.outcomes, run))

    def _probe(self, exam: Exam, batch: Batch) -> BatchReply:
        return self._run(exam, encode(batch))

    # --- telling -----------------------------------------------------------------------------------

    def _result(self, exercise: Exercise, attempt: Attempt | None) -> ExerciseResult:
        if attempt is None:
            return ExerciseResult(name=exercise.name, op=exercise.op, verdict=Verdict.NOT_RUN, score=Score())
        outcomes = attempt.judged
        return ExerciseResult(
            name=exercise.name,
            op=exercise.op,
            verdict=verdict_of(outcomes),
            score=attempt.earned,
            carried_forward=any(outcome.carried for outcome in outcomes),
            cases=counts(outcomes),
            strata=attempt.strata,
            speed=attempt.pace.speed if attempt.pace else None,
            findings=self._findings(exercise, attempt),
            notes=_notes(attempt),
        )

    def _findings(self, exercise: Exercise, attempt: Attempt) -> tuple[Finding, ...]:
        """What to say about it; a fault in the explanation must not take the marks away."""
        home = self._home(exercise.definition)
        tell = partial(explain, attempt.exam, attempt.outcomes, attempt.reply.replies, self._student, home)
        try:
            found = tell(Respondent(self._ask_more, attempt.load_seconds))
        except Exception as error:
            found = self._without_search(tell, _fault(error))
        if attempt.pace is not None and attempt.pace.outcome.verdict is Verdict.TOO_SLOW:
            found += (Finding(text=sentence(attempt.pace.outcome.message)),)
        return found

    def _without_search(self, tell: Callable[[], tuple[Finding, ...]], fault: str) -> tuple[Finding, ...]:
        """What can be said where looking for a smaller case met a fault of ours."""
        try:
            first, *others = tell()
        except Exception:
            return (Finding(text=f"It could not be explained: {fault}."),)
        text = f"{first.text} A smaller case could not be looked for: {fault}."
        return (replace(first, text=text), *others)

    def _ask_more(self, exam: Exam) -> Sequence[Reply]:
        """Ask what does not count."""
        return self._room.run(exam.encoded, LIMITS).replies

    def _home(self, function: str) -> str:
        """The file that defines a function."""
        return next((source.path for _, source in self._cells_with(function)), "")

    def _cells_with(self, function: str) -> Iterator[tuple[int, Source]]:
        """The cells, counted from 1, in which a function is defined; a file is a single one."""
        pattern = re.compile(rf"^[ \t]*(?:def|class)\s+{re.escape(function)}\b", re.MULTILINE)
        for source in self._student.sources:
            for cell, text in enumerate(source.cells, start=1):
                if pattern.search(text):
                    yield cell, source


def _took_none(attempt: Attempt, offer: str) -> bool:
    """Whether the constructor was seen to take no parameter of that meaning."""
    steps = attempt.exam.scripts[0].steps if attempt.exam.scripts else ()
    made = [place for place, step in enumerate(steps) if isinstance(step, Make) and offer in step.offers]
    taken = [reply.found[place] for reply in attempt.reply.replies for place in made if place in reply.found]
    return bool(taken) and not any(pair.endswith(f"={offer}") for pair in taken[0])


def _full(result: ExerciseResult | None) -> bool:
    return result is not None and result.score.earned == result.score.total


def carries(forward: ExerciseResult, output: str, *, right: float) -> bool:
    """Whether a forward function is wrong, and yet enough of one for a gradient of it to be worth points.

    It must be right in some case: a convolution that flips its kernel is where the kernel is 1 by 1. That
    alone is not enough. A forward that is right without padding, and with it a sum over everything, has a
    gradient that is easily made up where there is padding, and most of the backward function's cases have
    some. So either its output is what a known mistake makes of every case, or the backward function is
    right in a good part of its own cases without any help.

    Args:
        output: the course's name of what the gradient is of.
        right: share of the backward function's cases that are right by the reference.
    """
    known = any(output in finding.results for finding in forward.findings)
    return not _full(forward) and Verdict.CORRECT in forward.cases and (known or right >= ENOUGH_RIGHT)


def _notes(attempt: Attempt) -> tuple[str, ...]:
    notes = [attempt.exam.way.note] if attempt.exam.way.note else []
    if attempt.pace is not None and attempt.pace.note:
        notes.append(attempt.pace.note)
    if any(outcome.carried for outcome in attempt.outcomes):
        notes.append(
            "error carried forward: it is the right gradient of the submission's own forward function, "
            "which is where the mistake lies"
        )
    return tuple(notes)


def _missing(exam: Exam, reply: BatchReply, left_out: str) -> tuple[Outcome, ...]:
    """One outcome for each case of a function that is not there; `left_out` says why its cell is not."""
    name = exam.exercise.definition
    if name in reply.missing and left_out:
        message = f"there is no {name}: {left_out}"
    elif name in reply.missing:
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
