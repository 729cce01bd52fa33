"""Padding, convolution and its gradients."""

from __future__ import annotations

from collections.abc import Mapping

from grader.ops.op import Arrays, Function, Gradient, Op, Params
from reference.conv import conv2d, conv2d_backward, zero_pad

__all__ = ["OPS", "backward", "forward"]


def forward(reference: Function) -> Op:
    """A convolution of any kind, from x, w and b."""
    return Op(reference=reference, inputs=("x", "w", "b"), outputs=("out",), terms=_terms)


def backward(reference: Function, of: str) -> Op:
    """The gradients of one; `of` is the forward operation."""
    return Op(
        reference=reference,
        inputs=("dout", "x", "w"),
        outputs=("dx", "dw", "db"),
        terms=_backward_terms,
        gradient=Gradient(forward=of, of={"dx": "x", "dw": "w", "db": "b"}),
    )


def _terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    return {"out": arrays["w"][0].size + 1}


def _backward_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    """One more than are summed: right algorithms come close to the bound where there are few."""
    per_filter = arrays["dout"].size // arrays["w"].shape[0]
    return {"dx": arrays["w"].size // arrays["w"].shape[1] + 1, "dw": per_filter + 1, "db": per_filter + 1}


OPS = {
    "zero_pad": Op(reference=zero_pad, inputs=("x",), outputs=("out",)),
    "conv2d": forward(conv2d),
    "conv2d_backward": backward(conv2d_backward, of="conv2d"),
}
