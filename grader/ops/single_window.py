"""What happens at a single window."""

from __future__ import annotations

from collections.abc import Mapping

from grader.ops.op import Arrays, Op, Params
from reference.single_window import conv_single_step, distribute_value, mask_from_window

__all__ = ["OPS"]


def _step_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    return {"out": arrays["w"].size + 1}


def _share_terms(_: Arrays, __: Params) -> Mapping[str, int]:
    return {"a": 2}  # a quotient, or a product with a reciprocal


OPS = {
    "conv_single_step": Op(
        reference=conv_single_step, inputs=("x", "w", "b"), outputs=("out",), terms=_step_terms
    ),
    "mask_from_window": Op(reference=mask_from_window, inputs=("x",), outputs=("mask",)),
    "distribute_value": Op(reference=distribute_value, inputs=("dz",), outputs=("a",), terms=_share_terms),
}
