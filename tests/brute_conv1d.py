"""Brute force for signals, resampling and transposed convolution: from the definition, element by element."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader.model import Case
from grader.steps import Array

__all__ = ["BRUTE"]

Index = tuple[int, ...]


def _slid_over(case: Case) -> tuple[Array, int]:
    """What the filters slide over, and their step."""
    x, params = case.arrays["x"].astype(np.float64), case.params
    if "factor" in params:
        return _upsampled(x, params["factor"]), 1
    pad = params["pad"]
    return np.pad(x, ((0, 0), (0, 0), (pad, pad))), params["stride"]


def _upsampled(x: Array, factor: int) -> Array:
    out = np.zeros((*x.shape[:2], *(factor * (side - 1) + 1 for side in x.shape[2:])))
    for n, c, *at in np.ndindex(x.shape):
        out[(n, c, *(factor * i for i in at))] = x[(n, c, *at)]
    return out


def _meetings(case: Case) -> Iterator[tuple[Index, Index, Index]]:
    """Each product of a convolution: index into the output, into what is slid over, and into the filters."""
    slid, step = _slid_over(case)
    w = case.arrays["w"]
    sides = [(side - k) // step + 1 for side, k in zip(slid.shape[2:], w.shape[2:], strict=True)]
    for n, f, *at in np.ndindex(len(slid), len(w), *sides):
        for c, *tap in np.ndindex(w.shape[1:]):
            below = tuple(step * i + u for i, u in zip(at, tap, strict=True))
            yield (n, f, *at), (n, c, *below), (f, c, *tap)


def _conv(case: Case) -> Mapping[str, Array]:
    (slid, _), w, b = _slid_over(case), case.arrays["w"].astype(np.float64), case.arrays["b"]
    terms: dict[Index, list[float]] = {}
    for out, pixel, weight in _meetings(case):
        terms.setdefault(out, [float(b[out[1]])]).append(float(slid[pixel] * w[weight]))
    shape = tuple(side + 1 for side in max(terms))
    return {"out": np.array([math.fsum(terms[place]) for place in np.ndindex(shape)]).reshape(shape)}


def _conv_backward(case: Case) -> Mapping[str, Array]:
    (slid, _), w, dout = _slid_over(case), case.arrays["w"].astype(np.float64), case.arrays["dout"]
    dslid, dw = np.zeros_like(slid), np.zeros_like(w)
    for out, pixel, weight in _meetings(case):
        dslid[pixel] += float(dout[out]) * w[weight]
        dw[weight] += float(dout[out]) * slid[pixel]
    db = np.array([math.fsum(dout[:, f].ravel()) for f in range(len(w))])
    return {"dx": _taken_back(dslid, case), "dw": dw, "db": db}


def _taken_back(dslid: Array, case: Case) -> Array:
    """The gradient of what was padded or upsampled."""
    x, params = case.arrays["x"], case.params
    step, first = (params["factor"], 0) if "factor" in params else (1, params["pad"])
    dx = np.zeros(x.shape)
    for n, c, *at in np.ndindex(x.shape):
        dx[(n, c, *at)] = dslid[(n, c, *(first + step * i for i in at))]
    return dx


def _upsample(case: Case) -> Mapping[str, Array]:
    return {"out": _upsampled(case.arrays["x"].astype(np.float64), case.params["factor"])}


def _upsample_backward(case: Case) -> Mapping[str, Array]:
    return {"dx": _taken_back(case.arrays["dout"], case)}


def _downsample(case: Case) -> Mapping[str, Array]:
    x, factor = case.arrays["x"], case.params["factor"]
    out = np.zeros((*x.shape[:2], *(math.ceil(side / factor) for side in x.shape[2:])))
    for n, c, *at in np.ndindex(out.shape):
        out[(n, c, *at)] = x[(n, c, *(factor * i for i in at))]
    return {"out": out}


def _downsample_backward(case: Case) -> Mapping[str, Array]:
    dout, dx = case.arrays["dout"], np.zeros(case.arrays["x"].shape)
    for n, c, *at in np.ndindex(dout.shape):
        dx[(n, c, *(case.params["factor"] * i for i in at))] = dout[(n, c, *at)]
    return {"dx": dx}


def _flatten(case: Case) -> Mapping[str, Array]:
    x = case.arrays["x"]
    return {"out": np.array([[float(value) for channel in signal for value in channel] for signal in x])}


def _flatten_backward(case: Case) -> Mapping[str, Array]:
    dout, x = case.arrays["dout"], case.arrays["x"]
    dx = np.zeros(x.shape)
    for n, c, i in np.ndindex(x.shape):
        dx[n, c, i] = dout[n, c * x.shape[2] + i]
    return {"dx": dx}


def _both(name: str, function: Any) -> dict[str, Any]:
    return {name.format(d): function for d in ("1d", "2d")}


BRUTE = {
    "conv1d": _conv,
    "conv1d_backward": _conv_backward,
    **_both("conv_transpose{}", _conv),
    **_both("conv_transpose{}_backward", _conv_backward),
    **_both("upsample{}", _upsample),
    **_both("upsample{}_backward", _upsample_backward),
    **_both("downsample{}", _downsample),
    **_both("downsample{}_backward", _downsample_backward),
    "flatten": _flatten,
    "flatten_backward": _flatten_backward,
}
