"""When a value is right: within the error that *some* order of summation of a correct algorithm could make.

Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1: for a sum of n products,

    |got - exact| <= gamma(n) * sum |terms|,   gamma(n) = n u / (1 - n u),

where sum |terms| is the same operation on absolute values. So a correct algorithm is never blamed for
its order of summation, and in double precision an error of one part in a million of the sum always shows.
"""

from __future__ import annotations

import numpy as np

from grader.steps import Array

__all__ = ["DOUBLE", "SINGLE", "error_bound", "gamma"]

DOUBLE, SINGLE = 2.0**-53, 2.0**-24
"""Unit roundoff u of the two precisions."""


def gamma(n: int, u: float) -> float:
    """The relative error that a sum of n terms can gather, n u / (1 - n u)."""
    return n * u / (1 - n * u)


def error_bound(terms: int, magnitude: Array, *, single: bool) -> Array:
    """How far from an expected value a correct result may lie.

    In double precision the expected value is itself rounded: hence twice the bound. Against a student's
    single precision it is as good as exact.

    Args:
        terms: how many products are summed.
        magnitude: the sum of their absolute values.
        single: whether the student computes in single precision.
    """
    smallest = np.finfo(np.float32 if single else np.float64).smallest_subnormal
    factor = gamma(terms, SINGLE) if single else 2 * gamma(terms, DOUBLE)
    return np.asarray(factor * magnitude + terms * float(smallest))
