"""Convolution of signals, transposed convolution, and their gradients."""

from __future__ import annotations

from collections.abc import Mapping

from grader.ops.op import Arrays, Function, Gradient, Op, Params
from reference.conv1d import conv1d, conv1d_backward
from reference.conv_transpose import (
    conv_transpose1d,
    conv_transpose1d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
)

__all__ = ["OPS"]


def _terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    return {"out": arrays["w"][0].size + 1}


def _backward_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    per_filter = arrays["dout"].size // arrays["w"].shape[0]
    return {"dx": arrays["w"].size // arrays["w"].shape[1] + 1, "dw": per_filter + 1, "db": per_filter + 1}


def _forward(reference: Function) -> Op:
    return Op(reference=reference, inputs=("x", "w", "b"), outputs=("out",), terms=_terms)


def _backward(reference: Function, forward: str) -> Op:
    return Op(
        reference=reference,
        inputs=("dout", "x", "w"),
        outputs=("dx", "dw", "db"),
        terms=_backward_terms,
        gradient=Gradient(forward=forward, of={"dx": "x", "dw": "w", "db": "b"}),
    )


OPS = {
    "conv1d": _forward(conv1d),
    "conv1d_backward": _backward(conv1d_backward, "conv1d"),
    "conv_transpose1d": _forward(conv_transpose1d),
    "conv_transpose1d_backward": _backward(conv_transpose1d_backward, "conv_transpose1d"),
    "conv_transpose2d": _forward(conv_transpose2d),
    "conv_transpose2d_backward": _backward(conv_transpose2d_backward, "conv_transpose2d"),
}
