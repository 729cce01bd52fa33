# ruff: noqa: B905 - Python 3.8 has no zip(strict=)
"""The few functions of SciPy and scikit-image that convolutions and pools are written with, in NumPy.

They take the place of the real ones, which are not in the sandbox: a right convolution that is summed by
`scipy.signal.correlate2d` is a right convolution. What they do not know, such as another boundary than zeros,
raises TypeError.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy
from numpy.lib.stride_tricks import as_strided

__all__ = ["NAMES", "noted"]


def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """``out[k] = Σ_i in1[i] · in2[k - i]``, along all axes, as `scipy.signal.convolve`.

    Args:
        mode: "full"; "same", the middle part, as large as in1; "valid", where the two overlap altogether.
        method: how it is summed there; here there is one.
    """
    in1, in2 = numpy.asarray(in1), numpy.asarray(in2)
    if in1.ndim != in2.ndim:
        raise ValueError("in1 and in2 should have the same dimensionality")
    full = _full(in1, in2)
    if mode == "full":
        return full
    if mode == "same":
        return _middle(full, in1.shape)
    if mode != "valid":
        raise ValueError("acceptable mode flags are 'valid', 'same', or 'full'")
    sizes = list(zip(in1.shape, in2.shape))
    if not (all(a >= b for a, b in sizes) or all(a <= b for a, b in sizes)):
        raise ValueError("For 'valid' mode, one must be at least as large as the other in every dimension")
    return _middle(full, [max(a, b) - min(a, b) + 1 for a, b in sizes])


def _full(large: Any, small: Any) -> Any:
    """Add the larger up, once for each element of the smaller, at its place."""
    if large.size < small.size:
        large, small = small, large
    shape = [a + b - 1 for a, b in zip(large.shape, small.shape)]
    out = numpy.zeros(shape, numpy.result_type(large, small))
    for place in numpy.ndindex(small.shape):
        out[tuple(slice(i, i + n) for i, n in zip(place, large.shape))] += small[place] * large
    return out


def _middle(full: Any, shape: Any) -> Any:
    starts = [(have - want) // 2 for have, want in zip(full.shape, shape)]
    return full[tuple(slice(i, i + n) for i, n in zip(starts, shape))].copy()


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """``out[k] = Σ_i in1[i + k] · in2[i]``, along all axes, as `scipy.signal.correlate`."""
    in2 = numpy.asarray(in2)
    return convolve(in1, numpy.conj(in2[(slice(None, None, -1),) * in2.ndim]), mode)


def convolve2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: float = 0) -> Any:
    """`convolve` of two matrices, with zeros around them."""
    _check_matrices(in1, in2, boundary, fillvalue)
    return convolve(in1, in2, mode)


def correlate2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: float = 0) -> Any:
    """`correlate` of two matrices, with zeros around them; "same" is elsewhere where in2 has even sides."""
    _check_matrices(in1, in2, boundary, fillvalue)
    if mode != "same":
        return correlate(in1, in2, mode)
    (height, width), (kh, kw) = numpy.shape(in1), numpy.shape(in2)
    return correlate(in1, in2)[kh // 2 : kh // 2 + height, kw // 2 : kw // 2 + width].copy()


def _check_matrices(in1: Any, in2: Any, boundary: str, fillvalue: float) -> None:
    if boundary != "fill" or fillvalue != 0:
        raise TypeError("this replacement of SciPy's function knows zeros as its boundary, and no other")
    if not numpy.ndim(in1) == numpy.ndim(in2) == 2:
        raise ValueError("inputs must both be 2-D arrays")


def fftconvolve(in1: Any, in2: Any, mode: str = "full") -> Any:
    """`convolve`, by sums."""
    return convolve(in1, in2, mode)


def view_as_windows(arr_in: Any, window_shape: Any, step: Any = 1) -> Any:
    """All windows of an array, as a view: first where they begin, then what is in them."""
    window = (window_shape,) * arr_in.ndim if isinstance(window_shape, int) else tuple(window_shape)
    steps = (step,) * arr_in.ndim if isinstance(step, int) else tuple(step)
    if len(window) != arr_in.ndim or any(w > n for w, n in zip(window, arr_in.shape)):
        raise ValueError("`window_shape` is too large, or of other length than the array's shape")
    starts = tuple((n - w) // s + 1 for n, w, s in zip(arr_in.shape, window, steps))
    strides = tuple(each * s for each, s in zip(arr_in.strides, steps)) + arr_in.strides
    return as_strided(arr_in, starts + window, strides)


def view_as_blocks(arr_in: Any, block_shape: Any) -> Any:
    """The blocks that an array is cut into, as a view; its sizes must be multiples of theirs."""
    if any(n % b for n, b in zip(arr_in.shape, block_shape)):
        raise ValueError("'block_shape' is not compatible with 'arr_in'")
    return view_as_windows(arr_in, block_shape, block_shape)


def block_reduce(
    image: Any, block_size: Any = 2, func: Any = numpy.sum, cval: float = 0, func_kwargs: Any = None
) -> Any:
    """Reduce each block to a number, with `cval` where the last ones stick out."""
    block = (block_size,) * image.ndim if isinstance(block_size, int) else tuple(block_size)
    frame = [(0, -n % b) for n, b in zip(image.shape, block)]
    blocks = view_as_blocks(numpy.pad(image, frame, "constant", constant_values=cval), block)
    return func(blocks, axis=tuple(range(image.ndim, blocks.ndim)), **(func_kwargs or {}))


_VIEWS: dict[str, Callable[..., Any]] = {"view_as_windows": view_as_windows, "view_as_blocks": view_as_blocks}
NAMES: dict[str, dict[str, Callable[..., Any]]] = {
    "scipy.signal": {
        each.__name__: each for each in (convolve, correlate, convolve2d, correlate2d, fftconvolve)
    },
    "skimage.util": _VIEWS,
    "skimage.util.shape": _VIEWS,
    "skimage.measure": {"block_reduce": block_reduce},
}
"""Of each module, what there is of it."""


def noted(module: str, function: Callable[..., Any], notes: dict[str, None]) -> Callable[..., Any]:
    """Let a function note that it is not the real one, when it is called."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        notes[f"{module}.{function.__name__} is not there; a replacement in NumPy took its place"] = None
        return function(*args, **kwargs)

    return called
