"""Upsampling, downsampling and flattening: values are moved, so that results must be exact."""

from __future__ import annotations

from grader.ops.op import Function, Gradient, Op
from reference import resample

__all__ = ["OPS"]


def _forward(reference: Function) -> Op:
    return Op(reference=reference, inputs=("x",), outputs=("out",))


def _backward(reference: Function, forward: str) -> Op:
    return Op(
        reference=reference,
        inputs=("dout", "x"),
        outputs=("dx",),
        gradient=Gradient(forward=forward, of={"dx": "x"}),
    )


OPS = {
    "upsample1d": _forward(resample.upsample1d),
    "upsample1d_backward": _backward(resample.upsample1d_backward, "upsample1d"),
    "upsample2d": _forward(resample.upsample2d),
    "upsample2d_backward": _backward(resample.upsample2d_backward, "upsample2d"),
    "downsample1d": _forward(resample.downsample1d),
    "downsample1d_backward": _backward(resample.downsample1d_backward, "downsample1d"),
    "downsample2d": _forward(resample.downsample2d),
    "downsample2d_backward": _backward(resample.downsample2d_backward, "downsample2d"),
    "flatten": _forward(resample.flatten),
    "flatten_backward": _backward(resample.flatten_backward, "flatten"),
}
