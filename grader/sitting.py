"""One submission sits its exams: each is asked in the way that suits it, judged, scored and explained."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from grader import submission
from grader.carried import ENOUGH_RIGHT, carries, carry_forward, known_forward
from grader.checks import judge, where_raised
from grader.conventions import Way
from grader.diagnosis import blame, explain, sentence
from grader.diagnosis.smallest import LIMITS, Respondent
from grader.errors import GraderError, in_words
from grader.exam import Exam
from grader.executors import Room
from grader.gradebook.results import format_points
from grader.independence import called_by
from grader.model import (
    Exercise,
    ExerciseResult,
    Finding,
    Outcome,
    Score,
    Status,
    StratumResult,
    Submission,
    Verdict,
)
from grader.plan import Plan
from grader.sandbox import EncodedBatch, encode
from grader.scoring import counts, score_strata, verdict_of
from grader.speed import Pace, measure, never_timed
from grader.steps import (
    Batch,
    BatchReply,
    Call,
    Ending,
    Limits,
    LoadReport,
    Make,
    Reply,
    Source,
)

__all__ = ["Attempt", "Sitting"]

ROOM, SMALLEST_ROOM = 8, 1 << 20
"""How much a call may answer: so many times what the right results take, and at least a MiB.

All answers to an exam are in memory together; at the sandbox's own limit, a submission that answers every
call with large arrays would take the grader's.
"""


@dataclass(frozen=True)
class Attempt:
    """An exam that was taken in one way, judged.

    Attributes:
        forward_right: whether the forward function that goes with a backward one has all its points.
    """

    exam: Exam
    reply: BatchReply
    outcomes: tuple[Outcome, ...]
    pace: Pace | None = None
    forward_right: bool = False

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
    def right(self) -> int:
        """How many cases are right."""
        return sum(outcome.verdict is Verdict.CORRECT for outcome in self.outcomes)

    @property
    def timed_out(self) -> bool:
        """Whether some case was stopped: asking it all again could take as long."""
        return any(outcome.verdict is Verdict.TIMED_OUT for outcome in self.outcomes)

    @property
    def load_seconds(self) -> float:
        """CPU time beside that of the calls; 0 where it was not measured."""
        return max(0.0, self.reply.seconds - sum(each.seconds for each in self.reply.replies))

    @property
    def rank(self) -> tuple[object, ...]:
        """Of two attempts the one with more points, then more right cases, then its own function called."""
        right = -1 if self.exam.way.on_evidence else self.right
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
        self._attempts: dict[str, tuple[Attempt, ...]] = {}
        self._program = submission.program(student, plan.assignment)

    def take(self, exercise: Exercise, before: Sequence[ExerciseResult]) -> ExerciseResult:
        """Grade one exercise, in the way that suits the submission best.

        Args:
            before: results of the exercises before it, among them a backward function's forward.
        """
        attempts: list[Attempt] = []
        forward_right = _full(self._forward(exercise, before))
        for way in self._plan.ways(exercise):
            if way.instead_of_forward and forward_right and not way.cache_is_fixed:
                continue
            if way.without and not (attempts and _took_none(attempts[-1], way.without)):
                continue
            attempt = replace(self._attempt(exercise, way), forward_right=forward_right)
            if self.load_fault:
                break
            if not way.instead_of_forward:
                attempt = self._carried(attempt, before)
            attempts.append(attempt)
            if attempt.full:
                break
        if not attempts or self.load_fault:
            return self._result(exercise, None)
        best, *others = sorted(attempts, key=lambda attempt: attempt.rank, reverse=True)
        attempt = self._timed(best)
        self._attempts[exercise.name] = (attempt, *others)
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
            result if _full(result) else self._reconsidered(exercise, result, tuple(wrong))
            for exercise, result in zip(self._plan.assignment.exercises, results, strict=True)
        ]

    def _reconsidered(
        self, exercise: Exercise, result: ExerciseResult, wrong: tuple[str, ...]
    ) -> ExerciseResult:
        """The result with what right versions of the wrong functions that it calls make of it."""
        own = self._forward_name(exercise).partition(".")[0]
        helpers = self._plan.helpers(exercise)
        asked = [name for name in wrong if name in helpers and name != own]
        called = called_by(exercise.definition, self._student.sources, asked)
        attempts = self._attempts.get(exercise.name, ())
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
        if self._plan.assignment.independent:
            note = f"graded with a right {names} in place of the submission's, which is where a mistake lies"
            better = self._result(exercise, again)
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
            own = explain(again.exam, again.outcomes, again.reply.replies, self._student, "")
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
        parts = self._plan.right_parts(first.exam.exercise, names)
        if parts is None:
            return None
        self._room.give(replace(self._program, parts=parts))
        reply = self._room.run(first.exam.encoded, _limits(first.exam))
        if reply.missing or not reply.replies:
            return None
        return replace(first, reply=reply, outcomes=judge(first.exam, reply.replies))

    def _timed(self, attempt: Attempt) -> Attempt:
        """Time a function that is right somewhere, where the exercise has a speed limit."""
        limit = attempt.exam.exercise.speed
        if limit is None:
            return attempt
        if not any(outcome.verdict is Verdict.CORRECT for outcome in attempt.outcomes):
            return replace(attempt, pace=never_timed(attempt.exam, attempt.outcomes))
        pace = measure(attempt.exam, limit, self._program, self._room, seed=self._plan.seed)
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
        reply = self._room.run(batch, _limits(exam))
        self.notes |= dict.fromkeys((*reply.load.notes, *reply.notes))
        return reply

    def _forward(self, exercise: Exercise, before: Sequence[ExerciseResult]) -> ExerciseResult | None:
        """The result of the forward function that goes with a backward one."""
        name = self._forward_name(exercise)
        return next((result for result in before if result.name == name), None)

    def _forward_name(self, exercise: Exercise) -> str:
        spelling = self._plan.convention.spellings[exercise.op]
        return spelling.forward(exercise.name) if spelling.forward else ""

    def _carried(self, attempt: Attempt, before: Sequence[ExerciseResult]) -> Attempt:
        """Let errors be carried forward, behind a forward function that is wrong but is one."""
        forward = self._forward(attempt.exam.exercise, before)
        if forward is None or attempt.full or attempt.reply.missing:
            return attempt
        spelling = self._plan.convention.spellings[forward.op]
        right = attempt.right / len(attempt.outcomes)
        outcomes, run = attempt.outcomes, partial(self._probe, attempt.exam)
        carry = partial(carry_forward, attempt.exam, key=f"{self._plan.seed} {self._student.digest}")
        if not carries(forward, next(iter(spelling.results.values())), right=right):
            return attempt
        if known := known_forward(forward, spelling):
            outcomes = carry(outcomes, run, known)
        if right >= ENOUGH_RIGHT:
            outcomes = carry(outcomes, run)
        return replace(attempt, outcomes=outcomes)

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
        tell = partial(
            explain,
            attempt.exam,
            attempt.outcomes,
            attempt.reply.replies,
            self._student,
            self._home(exercise.definition),
            forward_right=attempt.forward_right,
            own_names=self._own_names,
        )
        try:
            found = tell(Respondent(self._ask_more, attempt.load_seconds))
        except Exception as error:
            found = self._without_search(tell, in_words(error))
        timed = attempt.pace.outcome if attempt.pace is not None else None
        if timed and (timed.verdict is Verdict.TOO_SLOW or (timed.message and not found)):
            found += (Finding(text=sentence(timed.message)),)
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
        """The file that defines a function, under its name or the submission's own."""
        name = self._own_names.get(function, function)
        return next((source.path for _, source in self._cells_with(name)), "")

    @cached_property
    def _own_names(self) -> Mapping[str, str]:
        """What the submission calls the functions that it has under the name of another year only."""
        names = self._plan.assignment.names.items()
        return {
            name: other
            for other, name in names
            if other != name and not any(self._cells_with(name)) and any(self._cells_with(other))
        }

    def _cells_with(self, function: str) -> Iterator[tuple[int, Source]]:
        """The cells, counted from 1, in which a function is defined; a file is a single one."""
        pattern = re.compile(rf"^[ \t]*(?:def|class)\s+{re.escape(function)}\b", re.MULTILINE)
        for source in self._student.sources:
            for cell, text in enumerate(source.cells, start=1):
                if pattern.search(text):
                    yield cell, source


def _limits(exam: Exam) -> Limits:
    return Limits(seconds=exam.exercise.seconds, answer=max(SMALLEST_ROOM, ROOM * exam.largest))


def _took_none(attempt: Attempt, offer: str) -> bool:
    """Whether the constructor was seen to take no parameter of that meaning."""
    steps = attempt.exam.scripts[0].steps if attempt.exam.scripts else ()
    made = [place for place, step in enumerate(steps) if isinstance(step, Make) and offer in step.offers]
    taken = [reply.found[place] for reply in attempt.reply.replies for place in made if place in reply.found]
    return bool(taken) and not any(pair.endswith(f"={offer}") for pair in taken[0])


def _full(result: ExerciseResult | None) -> bool:
    return result is not None and result.score.earned == result.score.total


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
