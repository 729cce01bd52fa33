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


def _window_terms(output: str) -> Callable[[Arrays, Params], Mapping[str, int]]:
    def terms(_: Arrays, params: Params) -> Mapping[str, int]:
        return {output: params["window"][0] * params["window"][1] + 1}

    return terms


def _mode_terms(arrays: Arrays, params: Params) -> Mapping[str, int]:
    """A maximum is exact."""
    return {"out": 0} if params["mode"] == "max" else _window_terms("out")(arrays, params)


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
        terms=_window_terms("out"),
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
