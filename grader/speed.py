"""How fast a function is: its CPU time over the reference's, on one input and machine, taken in turns.

Both run in sandboxes of the same kind and are timed from outside them, so that a busy machine slows both
alike. A function that seems too slow is timed once more before it loses points. Each call that is timed has
an input of its own, and must be right: what was remembered or made up takes no time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from statistics import median

import reference
from grader import cases
from grader.cases.strata import SPEED
from grader.checks import judge
from grader.exam import Exam
from grader.executors import Room
from grader.model import Case, Outcome, Speed, SpeedLimit, Verdict
from grader.ops import OPS, Op
from grader.sandbox import encode
from grader.steps import Batch, Call, Ending, Input, Limits, Program, Run, Script, Source

__all__ = ["Pace", "measure", "never_timed"]

TURNS = 5
ENOUGH = 3  # turns after which a function far below its limit need not be timed any more
FAR = 1.5
"""So many times below or above the limit no noise that was seen can turn the verdict."""
TIMED = 0.03  # s that the calls of one turn should take together
MOST_CALLS = 8
SEEDS = 1 << 32
STEEP = 1.4
"""The power of the number of pixels from which on a growth of time is worth a word; 1 is enough."""
SHORTEST, PATIENCE = 0.5, 30.0  # s of CPU time for one call at least; and as a multiple of it in real time


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What timing showed.

    Attributes:
        outcome: as of a case in the stratum "speed".
        speed: None where nothing could be measured.
        note: a sentence for the report, or "".
    """

    outcome: Outcome
    speed: Speed | None = None
    note: str = ""


def measure(exam: Exam, limit: SpeedLimit, program: Program, room: Room, *, seed: int) -> Pace:
    """Time an exercise's function against the reference.

    Args:
        exam: the exercise, asked in the way that suits the submission.
        limit: how fast it must be.
        program: the submission.
        room: where it is run, by turns with the reference; has the submission again in the end.
        seed: decides the values in the input that is timed.
    """
    try:
        return _Race(exam, limit, program, room, seed).run()
    finally:
        room.give(program)


def never_timed(exam: Exam, outcomes: Sequence[Outcome]) -> Pace:
    """What is said of a function that is right nowhere: why it is not timed is why it is wrong."""
    verdict = next(outcome.verdict for outcome in outcomes)
    message = "it is not timed, since it is right nowhere"
    return Pace(outcome=Outcome(case=len(exam.cases), stratum=SPEED, verdict=verdict, message=message))


class _Race:
    """One function against the reference."""

    def __init__(self, exam: Exam, limit: SpeedLimit, program: Program, room: Room, seed: int) -> None:
        self._limit, self._program, self._room, self._seed = limit, program, room, seed
        self._exercise, self._op = exam.exercise, OPS[exam.exercise.op]
        self._drawn = 0
        self._exam = exam.asking((self._case(),), again=True)
        self._place = len(exam.cases)
        self._behind_forward = sum(isinstance(step, Call) for step in self._exam.scripts[0].steps) > 1

    def _case(self, halvings: int = 0) -> Case:
        """The workload with values that it did not have before."""
        seed = (self._seed + self._drawn) % SEEDS
        self._drawn += 1
        exercise = self._exercise
        return cases.workload(exercise.op, self._limit.like, exercise.domain, seed=seed, halvings=halvings)

    def run(self) -> Pace:
        try:
            return self._run()
        except _WrongError as error:
            return self._wrong(error.outcome)

    def _run(self) -> Pace:
        reference_clock = _Clock(
            self._room, _program(self._op), self._reference_batch, limit=SHORTEST * PATIENCE
        )
        if (best := reference_clock.first()) is None:
            return self._unmeasured("the reference could not be timed in the sandbox")
        seconds = max(SHORTEST, FAR * self._limit.none * best)
        self._room.give(self._program)
        reply = self._room.run(self._exam.encoded, Limits(seconds=seconds, patience=PATIENCE, apart=True))
        if not reply.replies:
            return self._unmeasured("it could not be loaded once more to be timed")
        if reply.replies[0].ending is Ending.TIMED_OUT:
            text = f"it was stopped after {_times(seconds / best)} the reference's time"
            return self._too_slow(f"{text} on {self._limit.like}; the limit is {self._limit.ratio:g}", None)
        (outcome,) = judge(self._exam, reply.replies)
        if outcome.verdict is not Verdict.CORRECT:
            return self._wrong(outcome)
        return self._verdict(self._clock(seconds, reply.replies[0].seconds), reference_clock)

    def _clock(self, limit: float, about: float, halvings: int = 0) -> _Clock:
        def ask(calls: int) -> Exam:
            return self._exam.asking([self._case(halvings) for _ in range(calls)])

        return _Clock(self._room, self._program, ask, limit=limit, about=about)

    def _verdict(self, own: _Clock, reference_clock: _Clock) -> Pace:
        ratio = self._ratio(own, reference_clock)
        if ratio > self._limit.ratio:
            ratio = min(ratio, self._ratio(own, reference_clock))
        limit, like = self._limit.ratio, self._limit.like
        said = f"{_times(ratio)} the reference's time on {like}; the limit is {limit:g}"
        if ratio > self._limit.ratio:
            return self._too_slow(f"it takes {said}{self._growth(own)}", ratio)
        speed = Speed(round(ratio, 2), self._limit.ratio)
        return Pace(outcome=self._outcome(Verdict.CORRECT, ""), speed=speed, note=f"speed: {said}")

    def _ratio(self, own: _Clock, reference_clock: _Clock) -> float:
        """The median over some turns: each of them times both, one after the other."""
        ratios: list[float] = []
        for _ in range(TURNS):
            ratios.append(own.seconds() / reference_clock.seconds())
            if len(ratios) >= ENOUGH and max(ratios) * FAR < self._limit.ratio:
                break
            if len(ratios) >= ENOUGH and min(ratios) > self._limit.none * FAR:
                break
        return median(ratios)

    # --- verdicts --------------------------------------------------------------------------------

    def _outcome(self, verdict: Verdict, message: str, part: Fraction = Fraction(0)) -> Outcome:
        case = self._exam.cases[0]
        return Outcome(case=self._place, stratum=case.stratum, verdict=verdict, message=message, part=part)

    def _wrong(self, outcome: Outcome) -> Pace:
        said = f"it is not right on the input that is timed: {outcome.message}"
        return Pace(outcome=replace(outcome, case=self._place, message=said))

    def _unmeasured(self, why: str) -> Pace:
        return Pace(outcome=self._outcome(Verdict.NOT_RUN, why))

    def _too_slow(self, message: str, ratio: float | None) -> Pace:
        limit = self._limit
        part, speed = Fraction(0), None
        if ratio is not None:
            speed = Speed(round(ratio, 2), limit.ratio)
            if ratio < limit.none:
                part = Fraction(round(100 * (limit.none - ratio) / (limit.none - limit.ratio)), 100)
        outcome = self._outcome(Verdict.TOO_SLOW, message, min(part, Fraction(99, 100)))
        return Pace(outcome=outcome, speed=speed)

    # --- growth ------------------------------------------------------------------------------------

    def _growth(self, own: _Clock) -> str:
        """How the time grows with the image: more than in proportion is worth a word."""
        points = [(_pixels(self._exam.cases[0]), own.seconds())]
        for halvings in (1, 2):
            clock = self._clock(own.limit, points[-1][1] / 4, halvings)
            points.append((_pixels(self._case(halvings)), clock.seconds()))
        power = _slope([(math.log(pixels), math.log(seconds)) for pixels, seconds in points])
        if power is None or power < STEEP:
            return ""
        return f". Its time grows with the number of pixels to the power of {power:.1f}, where 1 is enough"

    # --- the reference -------------------------------------------------------------------------------

    def _reference_batch(self, calls: int) -> Batch:
        """The reference's calls; a backward one goes behind its forward one where the submission's does."""
        case, op = self._exam.cases[0], self._op
        steps: list[Call] = []
        if op.gradient and self._behind_forward:
            forward = OPS[op.gradient.forward]
            steps.append(_call(forward, case, ("forward",)))
        steps.append(_call(op, case, op.outputs))
        script = Script(steps=tuple(steps), returns=op.outputs)
        functions = tuple(dict.fromkeys(step.function for step in steps))
        return Batch(functions=functions, runs=(Run(script=script, inputs=case.arrays),), order=(0,) * calls)


def _call(op: Op, case: Case, save: tuple[str, ...]) -> Call:
    args = tuple(Input(name) for name in op.inputs)
    return Call(save, op.reference.__name__, args, dict(case.params))


def _program(op: Op) -> Program:
    """The reference as a submission: its files, and one that has the functions to call."""
    package = Path(reference.__file__).parent
    files = [
        Source(f"reference/{file.name}", (file.read_text("utf-8"),)) for file in sorted(package.glob("*.py"))
    ]
    ops = [op, *([OPS[op.gradient.forward]] if op.gradient else [])]
    lines = [f"from {each.reference.__module__} import {each.reference.__name__}\n" for each in ops]
    entry = Source("timed.py", ("".join(lines),))
    return Program(entry=(entry.path,), sources=(entry, *files))


class _WrongError(Exception):
    """A call that was timed was not right; holds its outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome


class _Clock:
    """CPU time of one call, measured in a process of its own each time, as the sandbox's clock has it.

    Attributes:
        limit: s that one call may take.
    """

    def __init__(
        self,
        room: Room,
        program: Program,
        ask: Callable[[int], Exam | Batch],
        *,
        limit: float,
        about: float = 0.0,
    ) -> None:
        """Time nothing yet.

        Args:
            room: where it runs.
            program: whose function is timed.
            ask: makes a batch of so many calls; what it makes as an exam is judged.
            limit: s that one call may take.
            about: s that one takes, as far as is known; 0 if it is not.
        """
        self._room, self._program, self._ask, self.limit = room, program, ask, limit
        self._about = about

    def first(self) -> float | None:
        """Time it for the first time, s; None where it does not run."""
        seconds = self._time(calls=2)
        self._about = seconds or 0.0
        return seconds

    def seconds(self) -> float:
        """Time it, s: a call that takes long, or the mean of several behind one that does not count.

        Raises:
            _WrongError: a call was not right.
        """
        calls = max(1, min(MOST_CALLS, round(TIMED / max(self._about, 1e-6))))
        return self._time(calls) or self.limit

    def _time(self, calls: int) -> float | None:
        warm = calls > 1
        asked = self._ask(calls + warm)
        batch = asked.batch if isinstance(asked, Exam) else asked
        self._room.give(self._program)
        limits = Limits(seconds=self.limit, patience=PATIENCE, apart=True)
        replies = self._room.run(encode(batch), limits).replies
        timed = replies[warm:]
        if not timed or any(each.ending is Ending.TIMED_OUT for each in timed):
            return None
        if isinstance(asked, Exam):
            for outcome in judge(asked, replies):
                if outcome.verdict is not Verdict.CORRECT:
                    raise _WrongError(outcome)
        elif any(each.ending is not Ending.RETURNED for each in timed):
            return None
        return sum(each.seconds for each in timed) / len(timed)


def _pixels(case: Case) -> int:
    return math.prod(case.arrays["x"].shape[2:])


def _slope(points: Sequence[tuple[float, float]]) -> float | None:
    """The slope of the line that fits points best; None where they do not differ."""
    across = [x for x, _ in points]
    middle = sum(across) / len(points)
    spread = sum((x - middle) ** 2 for x in across)
    return sum((x - middle) * y for x, y in points) / spread if spread else None


def _times(ratio: float) -> str:
    """Say a ratio as whoever reads `Speed.ratio` would, which has two decimals."""
    kept = round(ratio, 2)
    return f"{kept:.1f} times" if kept < 100 else f"{kept:.0f} times"
