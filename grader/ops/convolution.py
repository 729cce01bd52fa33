"""Padding, convolution and its gradients."""

from __future__ import annotations

from collections.abc import Mapping

from grader.ops.op import Arrays, Gradient, Op, Params
from reference.conv import conv2d, conv2d_backward, zero_pad

__all__ = ["OPS"]


def _conv2d_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    return {"out": arrays["w"][0].size + 1}


def _conv2d_backward_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    per_filter = arrays["dout"].size // arrays["w"].shape[0]
    return {"dx": arrays["w"].size // arrays["w"].shape[1], "dw": per_filter, "db": per_filter}


OPS = {
    "zero_pad": Op(reference=zero_pad, inputs=("x",), outputs=("out",)),
    "conv2d": Op(
        reference=conv2d,
        inputs=("x", "w", "b"),
        outputs=("out",),
        terms=_conv2d_terms,
    ),
    "conv2d_backward": Op(
        reference=conv2d_backward,
        inputs=("dout", "x", "w"),
        outputs=("dx", "dw", "db"),
        terms=_conv2d_backward_terms,
        gradient=Gradient(forward="conv2d", of={"dx": "x", "dw": "w", "db": "b"}),
    ),
}
