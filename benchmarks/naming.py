"""What it costs to look for the mistake behind a wrong exercise, where the library has none that fits.

    python -m benchmarks.naming [--assignment NAME]

For each exercise two functions that no known mistake explains: one whose numbers are all a little off, and
one that is right or raises. CPU time of naming and of the pattern, of the first in a class and of the next:
what mistakes make of the cases is worked out once for a class. The limit is 2 s; where a mistake fits it is
less.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from grader import assignment
from grader.checks import judge
from grader.diagnosis.imitation import replies_of
from grader.diagnosis.patterns import pattern
from grader.diagnosis.suspects import identify
from grader.exam import Exam
from grader.model import Verdict
from grader.ops import OPS, Function
from grader.plan import Plan

__all__ = ["KINDS", "seconds"]


def off(right: Function) -> Function:
    """Its floating-point results with something added that depends on the place."""

    def function(*args: Any, **params: Any) -> Any:
        results = right(*args, **params)
        return tuple(map(_bent, results)) if isinstance(results, tuple) else _bent(results)

    return function


def _bent(value: Any) -> Any:
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    return value + 0.1 * np.cos(np.arange(value.size)).reshape(value.shape)


def raising(right: Function) -> Function:
    """Right, or an exception where the first array has an even number of elements."""

    def function(*args: Any, **params: Any) -> Any:
        if args and np.size(args[0]) % 2 == 0:
            raise LookupError
        return right(*args, **params)

    return function


KINDS: Mapping[str, Callable[[Function], Function]] = {"off": off, "raising": raising}


def seconds(exam: Exam, function: Function, times: int = 2) -> Iterator[float]:
    """CPU time of finding out what is wrong, the first time and again."""
    replies = replies_of(exam, function)
    outcomes = judge(exam, replies)
    asked = [exam.cases[outcome.case] for outcome in outcomes]
    failing = {place for place, each in enumerate(outcomes) if each.verdict is not Verdict.CORRECT}
    for _ in range(times):
        begun = time.process_time()
        identify(exam, outcomes, replies, forward_right=True)
        pattern(asked, failing)
        yield time.process_time() - begun


def main() -> None:
    """Print a line for each exercise."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--assignment", default="cs231n_a2")
    chosen = assignment.read(assignment.find(options.parse_args().assignment))
    for exercise in chosen.exercises:
        line = f"{exercise.name:32}"
        for name, kind in KINDS.items():
            plan = Plan(chosen, seed=0)  # anew: nothing is known of its cases
            exam = plan.exam(exercise, plan.ways(exercise)[0])
            first, again = seconds(exam, kind(OPS[exercise.op].reference))
            line += f"  {name} {first:.2f} s, again {again:.2f} s"
        print(line, flush=True)


if __name__ == "__main__":
    main()
