"""Other right algorithms for each operation, as students and textbooks have them.

They differ from the reference in the order in which they add up, in what they multiply before they add, and
in how they come by a variance: so they show how large an error rounding alone makes. Each has the
signature of the operation's reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.doctor import right_algorithms_1d
from grader.ops import Function
from grader.steps import Array

__all__ = ["ALGORITHMS"]


# --- sums and windows ------------------------------------------------------------------------------


def _one_by_one(terms: Array) -> Array:
    """Add up the last axis from left to right, where `np.sum` adds pairs of halves."""
    total: Array = np.cumsum(terms, axis=-1, dtype=terms.dtype)[..., -1]
    return total


def _padded(x: Array, pad: int) -> Array:
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
    windows = _windows(_padded(x, pad), w.shape[2:], stride)
    n, _, rows, cols = windows.shape[:4]
    out = np.zeros((n, len(w), rows, cols), x.dtype)
    for image, f, i, j in np.ndindex(out.shape):
        out[image, f, i, j] = np.sum(windows[image, :, i, j] * w[f]) + b[f]
    return out


def _conv2d_einsum(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    windows = _windows(_padded(x, pad), w.shape[2:], stride)
    out: Array = np.einsum("nchwuv,fcuv->nfhw", windows, w) + b[:, None, None]
    return out


def _conv2d_from_the_bias_backwards(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    windows = np.moveaxis(_windows(_padded(x, pad), w.shape[2:], stride), 1, 3)
    products = windows[:, None] * w[:, None, None]
    terms = products.reshape(*products.shape[:4], -1)[..., ::-1]
    first = np.broadcast_to(b[:, None, None, None], (*terms.shape[:-1], 1))
    return _one_by_one(np.concatenate((first, terms), axis=-1))


def _conv2d_backward_in_loops(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, backwards: bool = False
) -> tuple[Array, Array, Array]:
    padded = _padded(x, pad)
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros(len(w), w.dtype)
    places = [
        (n, f, *at)
        for n in range(len(x))
        for f in range(len(w))
        for at in _positions(dout.shape[2:], w.shape[2:], stride)
    ]
    for n, f, i, j, rows, cols in reversed(places) if backwards else places:
        dpadded[n, :, rows, cols] += w[f] * dout[n, f, i, j]
        dw[f] += padded[n, :, rows, cols] * dout[n, f, i, j]
        db[f] += dout[n, f, i, j]
    return dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


def _conv2d_backward_backwards(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int
) -> tuple[Array, Array, Array]:
    return _conv2d_backward_in_loops(dout, x, w, stride=stride, pad=pad, backwards=True)


def _conv2d_backward_einsum(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int
) -> tuple[Array, Array, Array]:
    padded = _padded(x, pad)
    windows = _windows(padded, w.shape[2:], stride)
    dpadded = np.zeros_like(padded)
    for i, j, rows, cols in _positions(dout.shape[2:], w.shape[2:], stride):
        dpadded[:, :, rows, cols] += np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], w)
    dx = dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]
    return dx, np.einsum("nfij,ncijuv->fcuv", dout, windows), np.einsum("nfij->f", dout)


def _mask_where_none_is_larger(x: Array) -> Array:
    smaller = x.reshape(-1, 1) < x.reshape(1, -1)
    return np.asarray(~smaller.any(axis=1).reshape(x.shape))


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


def _in_its_mode(largest: Function, mean: Function) -> Function:
    """A pool of two modes."""

    def function(*arrays: Array, mode: str, **params: Any) -> Array:
        out: Array = (largest if mode == "max" else mean)(*arrays, **params)
        return out

    return function


def _avg_pool2d_backward_backwards(dout: Array, x: Array, *, window: tuple[int, int], stride: int) -> Array:
    return _avg_pool2d_backward_in_loops(dout, x, window=window, stride=stride, backwards=True)


# --- a single window ---------------------------------------------------------------------------


def _step_one_by_one(x: Array, w: Array, b: Array) -> Array:
    products = np.moveaxis(x * w, 0, -1).ravel()
    return np.asarray(_one_by_one(np.append(products, b)))


def _step_from_the_bias_backwards(x: Array, w: Array, b: Array) -> Array:
    return np.asarray(_one_by_one(np.append(b, np.moveaxis(x * w, 0, -1).ravel()[::-1])))


def _step_with_the_bias_shared(x: Array, w: Array, b: Array) -> Array:
    """What the notebook of 2017 makes of a bias that was divided by the number of products."""
    return np.asarray(np.sum(x * w + b / x.dtype.type(x.size)))


def _shares_by_a_reciprocal(dz: Array, *, shape: tuple[int, int]) -> Array:
    return np.ones(shape) * (1 / (shape[0] * shape[1])) * dz


def _shares_side_by_side(dz: Array, *, shape: tuple[int, int]) -> Array:
    return np.full(shape, dz / shape[0] / shape[1])


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


# --- one filter, zero padding ------------------------------------------------------------------


def _correlate2d_in_loops(x: Array, w: Array, *, stride: int = 1) -> Array:
    rows, cols = ((side - kernel) // stride + 1 for side, kernel in zip(x.shape, w.shape, strict=True))
    out = np.zeros((rows, cols), x.dtype)
    for i, j in np.ndindex(rows, cols):
        for u, v in np.ndindex(*w.shape):
            out[i, j] += x[i * stride + u, j * stride + v] * w[u, v]
    return out


def _zero_pad_row_by_row(x: Array, *, pad: int) -> Array:
    n, c, rows, cols = x.shape
    out = np.zeros((n, c, rows + 2 * pad, cols + 2 * pad), x.dtype)
    for row in range(rows):
        out[:, :, row + pad, pad : pad + cols] = x[:, :, row]
    return out


# --- sizes and counts --------------------------------------------------------------------------


def _output_size_by_walking(size: int, kernel: int, *, stride: int = 1, pad: int = 0) -> int:
    positions = len(range(-pad, size + pad - kernel + 1, stride))
    if not positions:
        raise ValueError("there is no position")
    return positions


def _conv_shape_by_walking(
    shape: tuple[int, int, int], filters: int, kernel: int, *, stride: int = 1, pad: int = 0
) -> tuple[int, int, int]:
    rows, cols = (_output_size_by_walking(side, kernel, stride=stride, pad=pad) for side in shape[1:])
    return filters, rows, cols


def _weights_and_biases(weights: tuple[int, ...], biases: tuple[int, ...], *, bias: bool) -> int:
    return math.prod(weights) + (math.prod(biases) if bias else 0)


def _fc_params_by_shapes(n_in: int, n_out: int, *, bias: bool = True) -> int:
    return _weights_and_biases((n_in, n_out), (n_out,), bias=bias)


def _conv_params_by_shapes(kernel: int, c_in: int, c_out: int, *, bias: bool = True) -> int:
    return _weights_and_biases((c_out, c_in, kernel, kernel), (c_out,), bias=bias)


def _local_params_by_shapes(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], *, bias: bool = True
) -> int:
    outputs = (c_out, *out_size)
    return _weights_and_biases((*outputs, c_in, kernel, kernel), outputs, bias=bias)


def _multiply_adds_by_outputs(kernel: int, c_in: int, c_out: int, out_size: tuple[int, int]) -> int:
    return math.prod((c_out, *out_size)) * kernel**2 * c_in


def _strided_conv_cost_by_shapes(
    shape: tuple[int, int, int], kernel: int, *, stride: int
) -> tuple[int, int, int, int]:
    c, rows, cols = _conv_shape_by_walking(shape, shape[0], kernel, stride=stride)
    work = _multiply_adds_by_outputs(kernel, c, c, (rows, cols))
    return rows, cols, _conv_params_by_shapes(kernel, c, c), work


def _receptive_field_from_behind(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    size = 1
    for kernel, stride in reversed(layers):
        size = (size - 1) * stride + kernel
    return size, math.prod(stride for _, stride in layers)


# --- by operation ----------------------------------------------------------------------------------

TWO_PASSES, ONE_PASS = "the variance in two passes", "the variance as E[x²] - E[x]²"
IN_LOOPS, BACKWARDS = "loops", "loops that run backwards"
BY_SHAPES = "by the shapes of weights and biases"

ALGORITHMS: Mapping[str, Mapping[str, Function]] = {
    "correlate2d": {IN_LOOPS: _correlate2d_in_loops},
    "zero_pad": {"row by row": _zero_pad_row_by_row},
    "output_size": {"walking": _output_size_by_walking},
    "conv_shape": {"walking": _conv_shape_by_walking},
    "fc_params": {BY_SHAPES: _fc_params_by_shapes},
    "locally_connected_params": {BY_SHAPES: _local_params_by_shapes},
    "conv_params": {BY_SHAPES: _conv_params_by_shapes},
    "conv_multiply_adds": {"output by output": _multiply_adds_by_outputs},
    "strided_conv_cost": {BY_SHAPES: _strided_conv_cost_by_shapes},
    "receptive_field": {"from behind": _receptive_field_from_behind},
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
    "pool2d": {
        "np.mean": _in_its_mode(_max_pool2d_windows, _avg_pool2d_mean),
        "a sum of shares": _in_its_mode(_max_pool2d_windows, _avg_pool2d_shares),
    },
    "pool2d_backward": {
        IN_LOOPS: _in_its_mode(_max_pool2d_backward_in_loops, _avg_pool2d_backward_in_loops),
        BACKWARDS: _in_its_mode(_max_pool2d_backward_backwards, _avg_pool2d_backward_backwards),
    },
    "conv_single_step": {
        IN_LOOPS: _step_one_by_one,
        "from the bias on, the last product first": _step_from_the_bias_backwards,
        "a bias that is shared by the products": _step_with_the_bias_shared,
    },
    "mask_from_window": {"no value is larger": _mask_where_none_is_larger},
    "distribute_value": {
        "a reciprocal": _shares_by_a_reciprocal,
        "one side after the other": _shares_side_by_side,
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
    **right_algorithms_1d.ALGORITHMS,
}
"""By operation, then by what tells the algorithm from the reference."""
