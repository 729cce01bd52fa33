"""How far apart the rounding of right algorithms and mistakes are, measured in error bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable

from grader.diagnosis.imitation import reply_to
from grader.doctor.checkup import Fate, Margin, Trial
from grader.doctor.power import error_in_bounds
from grader.doctor.right_algorithms import ALGORITHMS
from grader.exam import Exam
from grader.ops import Function
from grader.wrong_versions import apply

__all__ = ["measure_margin"]


def measure_margin(exam: Exam, trials: Iterable[Trial]) -> Margin:
    """Compare the largest error of the right algorithms with the smallest of the mistakes that are caught."""
    rounding = {name: _largest(exam, right) for name, right in ALGORITHMS.get(exam.exercise.op, {}).items()}
    errors = {trial.name: trial.error for trial in trials if trial.fate is Fate.KILLED}
    algorithm = max(rounding, key=lambda name: rounding[name], default="")
    mistake = min(errors, key=lambda name: errors[name], default="")
    smallest = errors.get(mistake, math.inf)
    return Margin(
        largest=rounding.get(algorithm),
        algorithm=algorithm,
        smallest=None if math.isinf(smallest) else smallest,
        mistake="" if math.isinf(smallest) else mistake,
    )


def _largest(exam: Exam, function: Function) -> float:
    return max(
        error_in_bounds(exam, place, reply_to(exam, place, made))
        for place, made in enumerate(apply(function, exam.cases))
    )
