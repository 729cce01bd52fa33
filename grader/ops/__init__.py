"""The table of operations: name, reference, outputs, error bounds.

Adding an operation is one reference function, one family of cases, one row here, its mistakes, and a
spelling in each course that has it.

A value is right when it lies within the error that *some* honest order of summation could make
(Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1): for a sum of n products,

    |got - exact| <= gamma(n) * sum |terms|,   gamma(n) = n u / (1 - n u),

where sum |terms| is the same operation on absolute values. So a correct algorithm is never blamed for
its order of summation, and an error of one part in a million always shows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from grader.model import Case, Expected
from grader.ops import (
    convolution,
    filtering,
    normalisation,
    pooling,
    resampling,
    signals,
    single_window,
    sizes,
)
from grader.ops.op import Function, Gradient, Op
from grader.steps import Array

__all__ = ["OPS", "Function", "Gradient", "Op", "expect"]

OPS: Mapping[str, Op] = (
    convolution.OPS
    | signals.OPS
    | resampling.OPS
    | pooling.OPS
    | normalisation.OPS
    | filtering.OPS
    | single_window.OPS
    | sizes.OPS
)

DOUBLE, SINGLE = 2.0**-53, 2.0**-24
"""Unit roundoff u of the two precisions."""


def gamma(n: int, u: float) -> float:
    """The relative error that a sum of n terms can gather, n u / (1 - n u)."""
    return n * u / (1 - n * u)


def expect(case: Case) -> Mapping[str, Expected]:
    """What a correct function returns for a case, in canonical layout.

    In double precision the expected value is itself rounded: hence twice the bound. Against a student's
    single precision it is as good as exact.

    Returns:
        By output; nothing for a case that is to be refused.
    """
    if case.refusal:
        return {}
    op = OPS[case.op]
    arrays = {name: array.astype(np.float64) for name, array in case.arrays.items()}
    values = op.compute(arrays, case.params)
    rounding = op.rounding(arrays, case.params)
    return {
        name: Expected(np.asarray(values[name]), _bound(*rounding[name], single=case.single))
        for name in case.outputs
    }


def _bound(terms: int, magnitude: Array, *, single: bool) -> Array:
    smallest = np.finfo(np.float32 if single else np.float64).smallest_subnormal
    factor = gamma(terms, SINGLE) if single else 2 * gamma(terms, DOUBLE)
    return np.asarray(factor * magnitude + terms * float(smallest))
