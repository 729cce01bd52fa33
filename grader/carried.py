"""Errors carried forward: a backward function that is wrong only because its forward is.

Such a function is the gradient of *some* forward, namely the student's own. That shows without any
reference: along a direction v in one input,

    <dout, (F(x + h v) - F(x - h v)) / 2h>  =  <dx, v>.

Where a known mistake makes what the student's forward returned, F is that mistake, worked out here: a
forward that sees that its cases do not count could make up a function whose gradient is easily had.
Elsewhere F is the student's own, asked in the sandbox on both sides of each input of the wrong cases.
Then the backward is asked for an upstream gradient of the shape that F has. Directions and upstream
gradients follow from the seed and from what was handed in: the same each time, and nothing that can be
written into a submission. Along a direction known beforehand a gradient could be made up without a backward.

The identity alone would reward a pair of functions that return zeros. So it counts only behind a
forward that is one, see `carries`, and only if its output does depend on the input.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks import same_shape
from grader.conventions import Spelling
from grader.diagnosis.suspects import Cause
from grader.exam import Exam
from grader.model import Case, ExerciseResult, Outcome, Verdict
from grader.ops import OPS, Gradient
from grader.steps import Array, Batch, BatchReply, Call, Ending, NotAnArray, Reply, Run, Script
from grader.wrong_versions import apply
from reference.mistakes import MISTAKES

__all__ = ["ENOUGH_RIGHT", "carries", "carry_forward", "known_forward"]

TOLERANCE = 1e-5
"""Relative; above the error of a central difference, below that of any misconception."""

MOST_OUTPUTS = 1 << 14
"""Numbers in a forward's output, far more than cases have: all upstream gradients are in memory together."""


ENOUGH_RIGHT = 1 / 3
"""Of a backward function's cases: where fewer are right, only a known mistake is carried forward."""

Runner = Callable[[Batch], BatchReply]
Forward = Callable[[Case], Array | None]
"""A case -> the output of a forward function in the course's layout; None where there is none."""


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
    return (
        forward.score.earned < forward.score.total
        and Verdict.CORRECT in forward.cases
        and (known or right >= ENOUGH_RIGHT)
    )


def known_forward(forward: ExerciseResult, spelling: Spelling) -> Forward | None:
    """What a forward function is, where a known mistake, or two at once, make its output what it is.

    Args:
        spelling: of the forward operation.
    """
    output, name = next(iter(spelling.results.items()))
    library = {mistake.id: mistake for mistake in MISTAKES.get(forward.op, ())}
    made = [finding.mistake for finding in forward.findings if name in finding.results]
    if not made or not all(each in library for each in made):
        return None
    function = Cause(tuple(library[each] for each in made), (name,)).function()

    def known(case: Case) -> Array | None:
        (made,) = apply(function, [replace(case, op=forward.op, outputs=(output,))])
        try:
            return spelling.layout(name, made.values[output])
        except (KeyError, ValueError, IndexError):  # it raised, or made something that has no such axes
            return None

    return known


def carry_forward(
    exam: Exam, outcomes: Sequence[Outcome], run: Runner, known: Forward | None = None, *, key: str = ""
) -> tuple[Outcome, ...]:
    """Mark those wrong outcomes that are consistent with the student's forward, beside what is marked.

    Args:
        exam: of a backward exercise, asked with the student's own cache.
        run: makes a batch in the submission's sandbox.
        known: what the student's forward is; None to ask it.
        key: what directions follow from: the run's seed, and the submission's digest.
    """
    gradient = OPS[exam.cases[0].op].gradient
    suspects = [outcome for outcome in outcomes if _may_be_consistent(outcome)]
    if gradient is None or not suspects:
        return tuple(outcomes)
    chance = _chance(exam, key)
    probes = [probe for outcome in suspects for probe in _probes(exam, outcome, gradient, chance)]
    slopes = _slopes(exam, probes, gradient, run) if known is None else _known(probes, gradient, known)
    agreement = _agreement(exam, probes, slopes, gradient, run)
    alive = {name for (_, name), found in agreement.items() if found is Agreement.YES}
    carried = {
        outcome.case
        for outcome in suspects
        if all(name in alive and agreement.get((outcome.case, name)) for name in outcome.wrong)
    }
    return tuple(replace(outcome, carried=outcome.carried or outcome.case in carried) for outcome in outcomes)


def _may_be_consistent(outcome: Outcome) -> bool:
    """Whether results came back, wrong ones; what changes from call to call is no function's gradient."""
    wrong = outcome.verdict in (Verdict.WRONG_VALUE, Verdict.WRONG_SHAPE) and bool(outcome.wrong)
    return wrong and not outcome.again and not outcome.carried


def _chance(exam: Exam, key: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{exam.exercise.name} {key}".encode()).digest()
    return np.random.default_rng(list(digest))


class Agreement(enum.Flag):
    """Whether a backward is the gradient of the student's forward, along one input of one case."""

    NO = 0
    NOTHING = enum.auto()  # the output does not depend on the input, and the gradient is 0
    YES = enum.auto()


class Probe:
    """One wrong gradient of one case, and a direction along its input."""

    def __init__(self, case: Case, name: str, along: str, chance: np.random.Generator) -> None:
        self.case, self.name, self.along = case, name, along
        self.direction = chance.uniform(-1, 1, size=case.arrays[along].shape)
        self._upstream = int(chance.integers(1 << 32))

    def moved(self, step: float, **params: Any) -> Case:
        """The case with its input a step along the direction."""
        x = self.case.arrays[self.along].astype(np.float64) + step * self.direction
        case = replace(self.case, arrays={**self.case.arrays, self.along: x})
        return replace(case, params={**case.params, **params})

    def upstream(self, shape: tuple[int, ...]) -> Array:
        """A gradient of an output of that shape."""
        return np.random.RandomState(self._upstream).uniform(-1, 1, size=shape)


def _probes(exam: Exam, outcome: Outcome, gradient: Gradient, chance: np.random.Generator) -> list[Probe]:
    case = exam.cases[outcome.case]
    canonical = {name: output for output, name in exam.spelling.results.items()}
    return [Probe(case, name, gradient.of[canonical[name]], chance) for name in outcome.wrong]


def _forward_script(exam: Exam, case: Case) -> Script:
    """The steps of the exam up to the student's forward; its first result is the output."""
    steps = exam.way.steps(case, exam.exercise.name)
    calls = [place for place, step in enumerate(steps) if isinstance(step, Call)]
    forward = steps[calls[0]]
    assert isinstance(forward, Call)
    return Script(steps=steps[: calls[0] + 1], returns=forward.save[:1])


def _batch(exam: Exam, runs: Sequence[tuple[Script, Mapping[str, Array]]]) -> Batch:
    made = tuple(Run(script=script, inputs=inputs, group=0) for script, inputs in runs)
    return Batch(functions=exam.batch.functions, runs=made, order=tuple(range(len(made))))


Slope = tuple[Array, tuple[int, ...]]
"""The directional difference of the student's forward, and its output's shape."""


def _slopes(exam: Exam, probes: Sequence[Probe], gradient: Gradient, run: Runner) -> list[Slope | None]:
    cases = [probe.moved(sign * gradient.step) for probe in probes for sign in (1, -1)]
    replies = run(
        _batch(exam, [(_forward_script(exam, case), exam.way.inputs(case)) for case in cases])
    ).replies
    pairs = zip(replies[::2], replies[1::2], strict=True)
    return [_slope(ahead, behind, gradient.step) for ahead, behind in pairs]


def _known(probes: Sequence[Probe], gradient: Gradient, known: Forward) -> list[Slope | None]:
    """The slopes of a function that is known, in double precision."""
    slopes = []
    for probe in probes:
        cases = [probe.moved(sign * gradient.step, **gradient.params) for sign in (1, -1)]
        ahead, behind = (known(replace(case, arrays=_double(case.arrays))) for case in cases)
        slopes.append(_difference(ahead, behind, gradient.step))
    return slopes


def _slope(ahead: Reply, behind: Reply, step: float) -> Slope | None:
    if ahead.ending is not Ending.RETURNED or behind.ending is not Ending.RETURNED:
        return None
    a, b = next(iter(ahead.values.values())), next(iter(behind.values.values()))
    return _difference(a, b, step)


def _difference(a: Array | NotAnArray | None, b: Array | NotAnArray | None, step: float) -> Slope | None:
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape:
        return None
    if a.size > MOST_OUTPUTS:
        return None
    return (a.astype(np.float64) - b.astype(np.float64)) / (2 * step), a.shape


def _agreement(
    exam: Exam, probes: Sequence[Probe], slopes: Sequence[Slope | None], gradient: Gradient, run: Runner
) -> Mapping[tuple[int, str], Agreement]:
    """Ask for each probe that could be made whether the two sides of the identity are the same."""
    made = [(probe, slope) for probe, slope in zip(probes, slopes, strict=True) if slope is not None]
    if not made:
        return {}
    runs, upstream = [], exam.spelling.called(gradient.upstream)
    for probe, (_, shape) in made:
        case = replace(probe.case, arrays=_double(probe.case.arrays))
        inputs = {**exam.way.inputs(case), upstream: probe.upstream(shape)}
        runs.append((exam.spelling.script(exam.way, case, exam.exercise.name), inputs))
    replies = run(_batch(exam, runs)).replies
    return {
        (probe.case.number, probe.name): _agree(exam, probe, slope, reply)
        for (probe, slope), reply in zip(made, replies, strict=True)
    }


def _double(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name: array.astype(np.float64) for name, array in arrays.items()}


def _agree(exam: Exam, probe: Probe, slope: Slope, reply: Reply) -> Agreement:
    """Whether both sides of the identity are the same, and the gradient has the shape of what it is of."""
    got = reply.values.get(probe.name)
    if reply.ending is not Ending.RETURNED or not isinstance(got, np.ndarray):
        return Agreement.NO
    direction = exam.spelling.layout(probe.name, probe.direction)
    if not same_shape(got, direction, loose=probe.name in exam.spelling.loose):
        return Agreement.NO
    if got.dtype.kind != "f" or not np.all(np.isfinite(got)):
        return Agreement.NO
    rise, shape = slope
    terms = probe.upstream(shape) * rise
    size = float(np.sum(np.abs(terms)))
    gap = abs(float(np.sum(terms)) - float(np.vdot(got.astype(np.float64), direction)))
    if not gap <= TOLERANCE * size:
        return Agreement.NO
    return Agreement.YES if size else Agreement.NOTHING
