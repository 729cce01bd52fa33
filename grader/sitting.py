"""One submission sits its exams: each is asked in the way that suits it, judged, scored and explained."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from grader import submission
from grader.attempt import Attempt, is_full, limits_of
from grader.carried import ENOUGH_RIGHT, carries, carry_forward, known_forward
from grader.checks import judge, where_raised
from grader.conventions import Way
from grader.diagnosis import explain, sentence
from grader.diagnosis.smallest import LIMITS, Respondent
from grader.errors import in_words
from grader.exam import Exam
from grader.executors import Room
from grader.model import (
    Exercise,
    ExerciseResult,
    Finding,
    Outcome,
    Score,
    Status,
    Submission,
    Verdict,
)
from grader.plan import Plan
from grader.retrial import Retrial
from grader.sandbox import EncodedBatch, encode
from grader.scoring import counts, verdict_of
from grader.speed import measure, never_timed
from grader.steps import (
    Batch,
    BatchReply,
    Ending,
    LoadReport,
    Reply,
    Source,
)

__all__ = ["Sitting"]


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
        forward_right = is_full(self._forward(exercise, before))
        for way in self._plan.ways(exercise):
            if way.instead_of_forward and forward_right and not way.cache_is_fixed:
                continue
            if way.without and not (attempts and attempts[-1].took_none(way.without)):
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
        retrial = Retrial(
            plan=self._plan,
            student=self._student,
            room=self._room,
            attempts=self._attempts,
            result=self._result,
        )
        return retrial.reconsider(results)

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
            return Attempt(
                exam, reply, _missing(exam, reply, self._left_out(exam, reply), self._plan.assignment.names)
            )
        return Attempt(exam, reply, judge(exam, reply.replies))

    def _left_out(self, exam: Exam, reply: BatchReply) -> str:
        """Why a function that a notebook's cell defines is not there, if the cell was left out."""
        for cell, source in self._cells_with(exam.exercise.definition):
            for note in reply.load.notes:
                if source.is_notebook and note.startswith(f"cell {cell} does not compile"):
                    return note
        return ""

    def _run(self, exam: Exam, batch: EncodedBatch) -> BatchReply:
        reply = self._room.run(batch, limits_of(exam))
        self.notes |= dict.fromkeys((*reply.load.notes, *reply.notes))
        return reply

    def _forward(self, exercise: Exercise, before: Sequence[ExerciseResult]) -> ExerciseResult | None:
        """The result of the forward function that goes with a backward one."""
        name = self._plan.forward_name(exercise)
        return next((result for result in before if result.name == name), None)

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
            notes=attempt.notes,
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


def _missing(exam: Exam, reply: BatchReply, left_out: str, graded: Collection[str]) -> tuple[Outcome, ...]:
    """One outcome for each case of a function that is not there.

    Args:
        left_out: why its cell is not, or "".
        graded: the names under which functions are graded: what has one of them is meant to be that.
    """
    name = exam.exercise.definition
    if name in reply.missing and left_out:
        message = f"there is no {name}: {left_out}"
    elif name in reply.missing:
        others = [other for other in reply.load.names if other not in graded and _is_slip(name, other)]
        close = difflib.get_close_matches(name, others, n=1, cutoff=0.8)
        kind = "function" if name == exam.exercise.name else "class"
        message = f"there is no {kind} {name}" + (f"; did you mean {close[0]} to be it?" if close else "")
    else:
        message = f"it cannot be called without {' and '.join(reply.missing)}, which is missing"
    return tuple(
        Outcome(case=case.number, stratum=case.stratum, verdict=Verdict.MISSING, message=message)
        for case in exam.cases
    )


def _is_slip(name: str, other: str) -> bool:
    """Whether a name can be a slip for another: no word of it is a different one, and no digit.

    Another exercise's function, which may not be graded this time, has most of the letters, too.

    >>> _is_slip("conv_forward", "conv_foward"), _is_slip("conv_forward", "forward_conv_naive")
    (True, True)
    >>> _is_slip("conv_forward", "conv_backward"), _is_slip("Conv1d", "Conv2d")
    (False, False)
    """
    words, others = Counter(name.lower().split("_")), Counter(other.lower().split("_"))
    rest, other_rest = ("".join((a - b).elements()) for a, b in ((words, others), (others, words)))
    same_digits = re.sub(r"\D", "", rest) == re.sub(r"\D", "", other_rest)
    like = difflib.SequenceMatcher(None, rest, other_rest).ratio() > 0.7
    return not (rest and other_rest) or (like and same_digits)


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
