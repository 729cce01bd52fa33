"""Other right algorithms for each operation, as students and textbooks have them.

They differ from the reference in the order in which they add up, in what they multiply before they add, and
in how they come by a variance: so they show how large an error honest rounding makes. Each has the
signature of the operation's reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader import honest_signals
from grader.ops import Function
from grader.steps import Array

__all__ = ["HONEST"]


# --- sums and windows ------------------------------------------------------------------------------


def _one_by_one(terms: Array) -> Array:
    """Add up the last axis from left to right, where `np.sum` adds pairs of halves."""
    total: Array = np.cumsum(terms, axis=-1, dtype=terms.dtype)[..., -1]
    return total


def _framed(x: Array, pad: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def _windows(x: Array, size: tuple[int, ...], stride: int) -> Array:
    """(N, C, OH, OW, KH, KW)."""
    view = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))
    return view[:, :, ::stride, ::stride]


def _positions(
    out: tuple[int, ...], size: tuple[int, ...], stride: int
) -> Iterator[tuple[int, int, slice, slice]]:
    """Where the windows lie, in row-major order: place in the output, rows and columns."""
    for i, j in np.ndindex(*out):
        yield i, j, slice(i * stride, i * stride + size[0]), slice(j * stride, j * stride + size[1])


# --- convolution -------------------------------------------------------------------------------


def _conv2d_window_by_window(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    windows = _windows(_framed(x, pad), w.shape[2:], stride)
    n, _, rows, cols = windows.shape[:4]
    out = np.zeros((n, len(w), rows, cols), x.dtype)
    for image, f, i, j in np.ndindex(out.shape):
        out[image, f, i, j] = np.sum(windows[image, :, i, j] * w[f]) + b[f]
    return out


def _conv2d_einsum(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    windows = _windows(_framed(x, pad), w.shape[2:], stride)
    out: Array = np.einsum("nchwuv,fcuv->nfhw", windows, w) + b[:, None, None]
    return out


def _conv2d_from_the_bias_backwards(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    windows = np.moveaxis(_windows(_framed(x, pad), w.shape[2:], stride), 1, 3)
    products = windows[:, None] * w[:, None, None]
    terms = products.reshape(*products.shape[:4], -1)[..., ::-1]
    first = np.broadcast_to(b[:, None, None, None], (*terms.shape[:-1], 1))
    return _one_by_one(np.concatenate((first, terms), axis=-1))


def _conv2d_backward_in_loops(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, backwards: bool = False
) -> tuple[Array, Array, Array]:
    framed = _framed(x, pad)
    dframed, dw, db = np.zeros_like(framed), np.zeros_like(w), np.zeros(len(w), w.dtype)
    places = [
        (n, f, *at)
        for n in range(len(x))
        for f in range(len(w))
        for at in _positions(dout.shape[2:], w.shape[2:], stride)
    ]
    for n, f, i, j, rows, cols in reversed(places) if backwards else places:
        dframed[n, :, rows, cols] += w[f] * dout[n, f, i, j]
        dw[f] += framed[n, :, rows, cols] * dout[n, f, i, j]
        db[f] += dout[n, f, i, j]
    return dframed[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


def _conv2d_backward_backwards(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int
) -> tuple[Array, Array, Array]:
    return _conv2d_backward_in_loops(dout, x, w, stride=stride, pad=pad, backwards=True)


def _conv2d_backward_einsum(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int
) -> tuple[Array, Array, Array]:
    framed = _framed(x, pad)
    windows = _windows(framed, w.shape[2:], stride)
    dframed = np.zeros_like(framed)
    for i, j, rows, cols in _positions(dout.shape[2:], w.shape[2:], stride):
        dframed[:, :, rows, cols] += np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], w)
    dx = dframed[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]
    return dx, np.einsum("nfij,ncijuv->fcuv", dout, windows), np.einsum("nfij->f", dout)


# --- pooling -----------------------------------------------------------------------------------


def _max_pool2d_windows(x: Array, *, window: tuple[int, int], stride: int) -> Array:
    maxima: Array = _windows(x, window, stride).max(axis=(4, 5))
    return maxima


def _max_pool2d_backward_in_loops(
    dout: Array, x: Array, *, window: tuple[int, int], stride: int, backwards: bool = False
) -> Array:
    dx = np.zeros_like(x)
    places = list(_positions(dout.shape[2:], window, stride))
    for i, j, rows, cols in reversed(places) if backwards else places:
        for n, c in np.ndindex(x.shape[:2]):
            u, v = np.unravel_index(np.argmax(x[n, c, rows, cols]), window)
            dx[n, c, rows.start + u, cols.start + v] += dout[n, c, i, j]
    return dx


def _max_pool2d_backward_backwards(dout: Array, x: Array, *, window: tuple[int, int], stride: int) -> Array:
    return _max_pool2d_backward_in_loops(dout, x, window=window, stride=stride, backwards=True)


def _avg_pool2d_mean(x: Array, *, window: tuple[int, int], stride: int) -> Array:
    means: Array = _windows(x, window, stride).mean(axis=(4, 5))
    return means


def _avg_pool2d_shares(x: Array, *, window: tuple[int, int], stride: int) -> Array:
    windows = _windows(x, window, stride)
    return _one_by_one((windows / (window[0] * window[1])).reshape(*windows.shape[:4], -1))


def _avg_pool2d_from_running_sums(x: Array, *, window: tuple[int, int], stride: int) -> Array:
    kh, kw = window
    sums = np.pad(x.cumsum(axis=2).cumsum(axis=3), ((0, 0), (0, 0), (1, 0), (1, 0)))
    dense = sums[:, :, kh:, kw:] - sums[:, :, :-kh, kw:] - sums[:, :, kh:, :-kw] + sums[:, :, :-kh, :-kw]
    mean: Array = dense[:, :, ::stride, ::stride] / (kh * kw)
    return mean


def _avg_pool2d_backward_in_loops(
    dout: Array, x: Array, *, window: tuple[int, int], stride: int, backwards: bool = False
) -> Array:
    dx = np.zeros_like(x)
    places = list(_positions(dout.shape[2:], window, stride))
    for i, j, rows, cols in reversed(places) if backwards else places:
        dx[:, :, rows, cols] += (dout[:, :, i, j] / (window[0] * window[1]))[:, :, None, None]
    return dx


def _avg_pool2d_backward_backwards(dout: Array, x: Array, *, window: tuple[int, int], stride: int) -> Array:
    return _avg_pool2d_backward_in_loops(dout, x, window=window, stride=stride, backwards=True)


# --- normalisation -----------------------------------------------------------------------------
#
# Written for rows: whatever shares a mean and a variance is one row of a matrix.


def _two_passes(rows: Array) -> tuple[Array, Array]:
    """Mean and variance, added up from left to right, each (rows, 1)."""
    mean = _one_by_one(rows)[:, None] / rows.shape[1]
    return mean, _one_by_one(np.square(rows - mean))[:, None] / rows.shape[1]


def _one_pass(rows: Array) -> tuple[Array, Array]:
    """Likewise, with the variance as E[x²] - E[x]²."""
    mean = rows.mean(axis=1, keepdims=True)
    return mean, np.square(rows).mean(axis=1, keepdims=True) - np.square(mean)


def _by_channel(x: Array) -> Array:
    """(N, C, H, W) -> (C, N·H·W)."""
    return np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)


def _from_channels(rows: Array, like: Array) -> Array:
    n, c, height, width = like.shape
    return np.moveaxis(rows.reshape(c, n, height, width), 0, 1)


def _spatial_batchnorm(moments: Function) -> Function:
    """Normalise with statistics taken in some way, scale and shift folded into one product."""

    def function(
        x: Array,
        gamma: Array,
        beta: Array,
        *,
        mode: str,
        eps: float = 1e-5,
        momentum: float = 0.9,
        running_mean: Array | None = None,
        running_var: Array | None = None,
    ) -> tuple[Array, Array | None, Array | None]:
        rows = _by_channel(x)
        mean, var = moments(rows)
        if mode == "test":
            assert running_mean is not None
            assert running_var is not None
            mean, var = running_mean[:, None], running_var[:, None]
        scale = gamma[:, None] * (var + x.dtype.type(eps)) ** x.dtype.type(-0.5)
        out = _from_channels(rows * scale + (beta[:, None] - mean * scale), x)
        if mode == "test" or running_mean is None or running_var is None:
            return out, running_mean, running_var
        step = 1 - momentum
        return (
            out,
            running_mean - step * (running_mean - mean[:, 0]),
            running_var - step * (running_var - var[:, 0]),
        )

    return function


def _rows_backward(dnormal: Array, rows: Array, eps: float, moments: Function) -> Array:
    """Back through mean and variance one by one, as the graph has them."""
    size = rows.shape[1]
    mean, var = moments(rows)
    deviation = np.sqrt(var + eps)
    dvar = np.sum(dnormal * (rows - mean), axis=1, keepdims=True) * -0.5 / deviation**3
    dmean = -np.sum(dnormal / deviation, axis=1, keepdims=True)
    dmean = dmean - 2 * dvar * np.mean(rows - mean, axis=1, keepdims=True)
    dx: Array = dnormal / deviation + dvar * 2 * (rows - mean) / size + dmean / size
    return dx


def _rows_backward_at_once(dnormal: Array, rows: Array, eps: float, moments: Function) -> Array:
    """The formula in which all terms stand over one denominator."""
    size = rows.shape[1]
    mean, var = moments(rows)
    normal = (rows - mean) / np.sqrt(var + eps)
    through_mean = _one_by_one(dnormal)[:, None]
    through_var = normal * _one_by_one(dnormal * normal)[:, None]
    dx: Array = (size * dnormal - through_mean - through_var) / (size * np.sqrt(var + eps))
    return dx


def _spatial_batchnorm_backward(moments: Function, back: Function) -> Function:
    def function(
        dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, **_: Any
    ) -> tuple[Array, Array, Array]:
        rows, drows = _by_channel(x), _by_channel(dout)
        mean, var = moments(rows)
        dx = _from_channels(back(drows * gamma[:, None], rows, eps, moments), x)
        dgamma = _one_by_one(drows * (rows - mean) / np.sqrt(var + eps))
        return dx, dgamma, _one_by_one(drows)

    return function


def _spatial_groupnorm(moments: Function) -> Function:
    def function(x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5) -> Array:
        rows = x.reshape(len(x) * groups, -1)
        mean, var = moments(rows)
        normal = ((rows - mean) / np.sqrt(var + eps)).reshape(x.shape)
        out: Array = normal * gamma[:, None, None] + beta[:, None, None]
        return out

    return function


def _spatial_groupnorm_backward(moments: Function, back: Function) -> Function:
    def function(
        dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
    ) -> tuple[Array, Array, Array]:
        rows = x.reshape(len(x) * groups, -1)
        mean, var = moments(rows)
        normal = ((rows - mean) / np.sqrt(var + eps)).reshape(x.shape)
        dnormal = (dout * gamma[:, None, None]).reshape(rows.shape)
        dx = back(dnormal, rows, eps, moments).reshape(x.shape)
        return dx, _one_by_one(_by_channel(dout * normal)), _one_by_one(_by_channel(dout))

    return function


# --- by operation ----------------------------------------------------------------------------------

TWO_PASSES, ONE_PASS = "the variance in two passes", "the variance as E[x²] - E[x]²"
IN_LOOPS, BACKWARDS = "loops", "loops that run backwards"

HONEST: Mapping[str, Mapping[str, Function]] = {
    "conv2d": {
        "window by window": _conv2d_window_by_window,
        "einsum": _conv2d_einsum,
        "from the bias on, the last product first": _conv2d_from_the_bias_backwards,
    },
    "conv2d_backward": {
        IN_LOOPS: _conv2d_backward_in_loops,
        BACKWARDS: _conv2d_backward_backwards,
        "einsum": _conv2d_backward_einsum,
    },
    "max_pool2d": {"all windows at once": _max_pool2d_windows},
    "max_pool2d_backward": {
        IN_LOOPS: _max_pool2d_backward_in_loops,
        BACKWARDS: _max_pool2d_backward_backwards,
    },
    "avg_pool2d": {
        "np.mean": _avg_pool2d_mean,
        "a sum of shares": _avg_pool2d_shares,
        "differences of running sums": _avg_pool2d_from_running_sums,
    },
    "avg_pool2d_backward": {
        IN_LOOPS: _avg_pool2d_backward_in_loops,
        BACKWARDS: _avg_pool2d_backward_backwards,
    },
    "spatial_batchnorm": {
        TWO_PASSES: _spatial_batchnorm(_two_passes),
        ONE_PASS: _spatial_batchnorm(_one_pass),
    },
    "spatial_batchnorm_backward": {
        TWO_PASSES: _spatial_batchnorm_backward(_two_passes, _rows_backward),
        ONE_PASS: _spatial_batchnorm_backward(_one_pass, _rows_backward_at_once),
    },
    "spatial_groupnorm": {
        TWO_PASSES: _spatial_groupnorm(_two_passes),
        ONE_PASS: _spatial_groupnorm(_one_pass),
    },
    "spatial_groupnorm_backward": {
        TWO_PASSES: _spatial_groupnorm_backward(_two_passes, _rows_backward),
        ONE_PASS: _spatial_groupnorm_backward(_one_pass, _rows_backward_at_once),
    },
    **honest_signals.HONEST,
}
"""By operation, then by what tells the algorithm from the reference."""
