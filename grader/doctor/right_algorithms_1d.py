"""Other right algorithms for signals, resampling and transposed convolution; see `right_algorithms`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.ops import Function
from grader.steps import Array

__all__ = ["ALGORITHMS"]

# --- convolution -------------------------------------------------------------------------------


def _padded(x: Array, pad: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (pad, pad)))


def _conv1d_place_by_place(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    padded, k = _padded(x, pad), w.shape[2]
    out = np.zeros((len(x), len(w), (padded.shape[2] - k) // stride + 1), x.dtype)
    for n, f, i in np.ndindex(out.shape):
        out[n, f, i] = np.sum(padded[n, :, i * stride : i * stride + k] * w[f]) + b[f]
    return out


def _conv1d_dense_and_downsampled(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    windows = np.lib.stride_tricks.sliding_window_view(_padded(x, pad), w.shape[2], axis=2)
    out: Array = (np.einsum("nciu,fcu->nfi", windows, w) + b[:, None])[:, :, ::stride]
    return out


def _conv1d_backward_in_loops(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, backwards: bool = False
) -> tuple[Array, Array, Array]:
    padded, k = _padded(x, pad), w.shape[2]
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros(len(w), w.dtype)
    places = list(np.ndindex(dout.shape))
    for n, f, i in reversed(places) if backwards else places:
        window = slice(i * stride, i * stride + k)
        dpadded[n, :, window] += w[f] * dout[n, f, i]
        dw[f] += padded[n, :, window] * dout[n, f, i]
        db[f] += dout[n, f, i]
    return dpadded[:, :, pad : pad + x.shape[2]], dw, db


def _conv1d_backward_backwards(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int
) -> tuple[Array, Array, Array]:
    return _conv1d_backward_in_loops(dout, x, w, stride=stride, pad=pad, backwards=True)


# --- resampling --------------------------------------------------------------------------------


def _places(x: Array, factor: int) -> tuple[Array, ...]:
    """Where upsampling puts the elements of an array, as an index."""
    places = np.indices(x.shape)
    places[2:] *= factor
    return tuple(places)


def _upsample(x: Array, *, factor: int) -> Array:
    out = np.zeros((*x.shape[:2], *(factor * side - factor + 1 for side in x.shape[2:])), x.dtype)
    np.add.at(out, _places(x, factor), x)
    return out


def _upsample_backward(dout: Array, x: Array, *, factor: int) -> Array:
    taken: Array = dout[_places(x, factor)]
    return taken


def _downsample(x: Array, *, factor: int) -> Array:
    out = x
    for axis in range(2, x.ndim):
        out = np.take(out, range(0, x.shape[axis], factor), axis=axis)
    return out


def _downsample_backward(dout: Array, x: Array, *, factor: int) -> Array:
    dx = np.zeros(x.shape, x.dtype)
    np.add.at(dx, _places(dout, factor), dout)
    return dx


def _flatten(x: Array) -> Array:
    return np.concatenate([x[:, c] for c in range(x.shape[1])], axis=1)


def _flatten_backward(dout: Array, x: Array) -> Array:
    return np.stack(np.split(dout, x.shape[1], axis=1), axis=1)


# --- transposed convolution --------------------------------------------------------------------


def _windows(x: Array, w: Array, factor: int) -> Array:
    """(N, C, *output, *kernel) of the upsampled input."""
    axes = tuple(range(2, x.ndim))
    return np.lib.stride_tricks.sliding_window_view(_upsample(x, factor=factor), w.shape[2:], axis=axes)


def _conv_transpose(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    windows = _windows(x, w, factor)
    inner = (1, *range(x.ndim, windows.ndim))
    out = np.tensordot(windows, w, axes=(inner, tuple(range(1, w.ndim)))) + b
    return np.moveaxis(out, -1, 1)


def _conv_transpose_backward(dout: Array, x: Array, w: Array, *, factor: int) -> tuple[Array, Array, Array]:
    """Each element of dout goes to those elements of x that its window holds."""
    positions = tuple(range(2, x.ndim))
    dw = np.tensordot(dout, _windows(x, w, factor), axes=((0, *positions), (0, *positions)))
    dup = np.zeros_like(_upsample(x, factor=factor))
    for place in np.ndindex(dout.shape[2:]):
        window: tuple[Any, ...] = (
            ...,
            *(slice(at, at + side) for at, side in zip(place, w.shape[2:], strict=True)),
        )
        dup[window] += np.tensordot(dout[(..., *place)], w, axes=1)
    return _downsample(dup, factor=factor), dw, dout.sum(axis=(0, *positions))


# --- by operation ------------------------------------------------------------------------------

ALGORITHMS: Mapping[str, Mapping[str, Function]] = {
    "conv1d": {
        "place by place": _conv1d_place_by_place,
        "with stride 1, then downsampled": _conv1d_dense_and_downsampled,
    },
    "conv1d_backward": {
        "loops": _conv1d_backward_in_loops,
        "loops that run backwards": _conv1d_backward_backwards,
    },
    **{f"upsample{d}": {"index arrays": _upsample} for d in ("1d", "2d")},
    **{f"upsample{d}_backward": {"index arrays": _upsample_backward} for d in ("1d", "2d")},
    **{f"downsample{d}": {"axis by axis": _downsample} for d in ("1d", "2d")},
    **{f"downsample{d}_backward": {"index arrays": _downsample_backward} for d in ("1d", "2d")},
    **{f"conv_transpose{d}": {"tensordot": _conv_transpose} for d in ("1d", "2d")},
    **{f"conv_transpose{d}_backward": {"tensordot": _conv_transpose_backward} for d in ("1d", "2d")},
    "flatten": {"channels put together": _flatten},
    "flatten_backward": {"channels taken apart": _flatten_backward},
}
"""By operation, then by what tells the algorithm from the reference."""
