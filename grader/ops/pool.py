"""Pooling and its gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from grader.ops.op import Arrays, Gradient, Op, Params
from grader.steps import Array
from reference.pool import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    pool2d,
    pool2d_backward,
)

__all__ = ["OPS"]


def _max_pool2d_backward_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"dx": max_pool2d_backward(np.abs(arrays["dout"]), arrays["x"], **params)}


def _pool2d_backward_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"dx": pool2d_backward(np.abs(arrays["dout"]), arrays["x"], **params)}


# A mean may also be had from running sums over the image, as the difference of four: its error is that of the
# largest of them, the sum over the whole image.


def _avg_pool2d_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    out = avg_pool2d(arrays["x"], **params)
    whole = np.abs(arrays["x"]).sum(axis=(2, 3), keepdims=True)
    return {"out": np.broadcast_to(4 * whole / (params["window"][0] * params["window"][1]), out.shape)}


def _avg_pool2d_terms(arrays: Arrays, params: Params) -> Mapping[str, int]:
    return {"out": sum(arrays["x"].shape[2:]) + 4}


def _window_terms(output: str) -> Callable[[Arrays, Params], Mapping[str, int]]:
    def terms(_: Arrays, params: Params) -> Mapping[str, int]:
        return {output: params["window"][0] * params["window"][1] + 1}

    return terms


def _mode_terms(arrays: Arrays, params: Params) -> Mapping[str, int]:
    """A maximum is exact."""
    return {"out": 0} if params["mode"] == "max" else _avg_pool2d_terms(arrays, params)


def _mode_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    window, stride = params["window"], params["stride"]
    if params["mode"] == "max":
        return {"out": np.abs(max_pool2d(arrays["x"], window=window, stride=stride))}
    return _avg_pool2d_magnitude(arrays, {"window": window, "stride": stride})


OPS = {
    "max_pool2d": Op(
        reference=max_pool2d,
        inputs=("x",),
        outputs=("out",),
    ),
    "max_pool2d_backward": Op(
        reference=max_pool2d_backward,
        inputs=("dout", "x"),
        outputs=("dx",),
        magnitude=_max_pool2d_backward_magnitude,
        terms=_window_terms("dx"),
        gradient=Gradient(forward="max_pool2d", of={"dx": "x"}, step=2.0**-10),
    ),
    "avg_pool2d": Op(
        reference=avg_pool2d,
        inputs=("x",),
        outputs=("out",),
        terms=_avg_pool2d_terms,
        magnitude=_avg_pool2d_magnitude,
    ),
    "avg_pool2d_backward": Op(
        reference=avg_pool2d_backward,
        inputs=("dout", "x"),
        outputs=("dx",),
        terms=_window_terms("dx"),
        gradient=Gradient(forward="avg_pool2d", of={"dx": "x"}),
    ),
    "pool2d": Op(
        reference=pool2d,
        inputs=("x",),
        outputs=("out",),
        terms=_mode_terms,
        magnitude=_mode_magnitude,
    ),
    "pool2d_backward": Op(
        reference=pool2d_backward,
        inputs=("dout", "x"),
        outputs=("dx",),
        magnitude=_pool2d_backward_magnitude,
        terms=_window_terms("dx"),
        gradient=Gradient(forward="pool2d", of={"dx": "x"}, step=2.0**-10),
    ),
}
