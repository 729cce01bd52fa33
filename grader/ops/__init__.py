"""The table of operations: name, reference, outputs, error bounds.

Adding an operation is one reference function, one family of cases, one row here, its mistakes, and a
spelling in each course that has it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from grader.model import Case, Expected
from grader.ops import (
    conv,
    conv1d,
    conv_transpose,
    filtering,
    norm,
    pool,
    resample,
    shapes,
    single_window,
)
from grader.ops.error_bounds import error_bound
from grader.ops.op import Function, Gradient, Op

__all__ = ["OPS", "Function", "Gradient", "Op", "expect"]

OPS: Mapping[str, Op] = (
    conv.OPS
    | conv1d.OPS
    | conv_transpose.OPS
    | resample.OPS
    | pool.OPS
    | norm.OPS
    | filtering.OPS
    | single_window.OPS
    | shapes.OPS
)


def expect(case: Case) -> Mapping[str, Expected]:
    """What a correct function returns for a case, in canonical layout.

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
        name: Expected(np.asarray(values[name]), error_bound(*rounding[name], single=case.single))
        for name in case.outputs
    }
