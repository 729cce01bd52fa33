"""CPU time of a submission's own functions: called one after the other, with nothing between them.

The cases, their order and what is called for each are the grader's own; the clock runs only inside the calls.

    python -m benchmarks.own FILE [EXERCISE...]
"""

from __future__ import annotations

import runpy
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.samples import ASSIGNMENT, CONV_AND_POOL
from grader import assignment
from grader.cli import SEED
from grader.plan import Plan
from grader.steps import Call, Input, Let, Run, Saved, Step, Value

__all__ = ["own_seconds"]


def own_seconds(path: Path, exercises: Sequence[str]) -> float:
    """CPU time that the functions in a file use for all that the grader asks of them, s."""
    course = assignment.select(assignment.read(assignment.find(ASSIGNMENT)), exercises)
    plan = Plan(course, seed=SEED)
    functions = runpy.run_path(str(path))
    total = 0.0
    for exercise in course.exercises:
        batch = plan.exam(exercise, plan.ways(exercise)[0]).batch
        total += sum(_seconds(functions, batch.runs[index]) for index in batch.order)
    return total


def _seconds(functions: Mapping[str, Any], run: Run) -> float:
    known = {name: array.copy() for name, array in run.inputs.items()}
    return sum(_step(functions, step, known) for step in run.script.steps)


def _step(functions: Mapping[str, Any], step: Step, known: dict[str, Any]) -> float:
    """Do one step; returns the CPU time of its call, s."""
    match step:
        case Let(save, value):
            known[save] = _value(value, known)
            return 0.0
        case Call(save, name, args, kwargs) if not kwargs:
            function, given = functions[name], [_value(value, known) for value in args]
            begun = time.process_time()
            result = function(*given)
            seconds = time.process_time() - begun
            known.update(zip(save, result if len(save) > 1 else [result], strict=True))
            return seconds
    raise ValueError(f"{step!r} is not among the steps of convolution and pooling")


def _value(value: Value, known: Mapping[str, Any]) -> Any:
    match value:
        case Input(name) | Saved(name):
            return known[name]
        case Mapping():
            return {name: _value(element, known) for name, element in value.items()}
        case tuple():
            return tuple(_value(element, known) for element in value)
    return value


if __name__ == "__main__":
    print(own_seconds(Path(sys.argv[1]), sys.argv[2:] or CONV_AND_POOL))
