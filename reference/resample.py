"""Upsampling with zeros, downsampling, and flattening: values are moved, none is computed.

A convolution of stride s is one of stride 1 whose result is downsampled by s; a transposed convolution, as
CMU's course 11-785 has it, upsamples its input and convolves that with stride 1.
"""

from __future__ import annotations

import math

import numpy as np

from reference.arrays import Array, require_axes, require_floats, require_shape
from reference.shapes import ShapeError

__all__ = [
    "downsample1d",
    "downsample1d_backward",
    "downsample2d",
    "downsample2d_backward",
    "flatten",
    "flatten_backward",
    "upsample1d",
    "upsample1d_backward",
    "upsample2d",
    "upsample2d_backward",
]

SIGNALS, IMAGES = "N, C, W", "N, C, H, W"


def upsample1d(x: Array, *, factor: int) -> Array:
    """Put factor − 1 zeros between neighbouring samples, and none at the ends.

    out[n, c, k·i] = x[n, c, i], all other samples are 0.

    Args:
        x: signals, (N, C, W).
        factor: k, >= 1.

    Returns:
        (N, C, k·(W − 1) + 1).

    Raises:
        ShapeError: x has not three axes or no sample, or factor is below 1.
        TypeError: x is neither float32 nor float64.
    """
    _check(x, SIGNALS, factor)
    return _spread(x, factor)


def upsample2d(x: Array, *, factor: int) -> Array:
    """Put factor − 1 rows and columns of zeros between neighbouring pixels; as `upsample1d`, on both axes.

    Args:
        x: images, (N, C, H, W).
        factor: k, >= 1.

    Returns:
        (N, C, k·(H − 1) + 1, k·(W − 1) + 1).

    Raises:
        ShapeError: x has not four axes or no pixel, or factor is below 1.
        TypeError: x is neither float32 nor float64.
    """
    _check(x, IMAGES, factor)
    return _spread(x, factor)


def upsample1d_backward(dout: Array, x: Array, *, factor: int) -> Array:
    """Pull a gradient back through `upsample1d`: dx[n, c, i] = dout[n, c, k·i].

    Args:
        dout: upstream gradient, (N, C, k·(W − 1) + 1).
        x: signals that the forward pass had, (N, C, W); only their shape matters.
        factor: k.

    Returns:
        dx, (N, C, W).

    Raises:
        ShapeError: as in `upsample1d`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.
    """
    return _spread_backward(dout, x, factor, SIGNALS)


def upsample2d_backward(dout: Array, x: Array, *, factor: int) -> Array:
    """Pull a gradient back through `upsample2d`: dx[n, c, i, j] = dout[n, c, k·i, k·j].

    Arguments, result and exceptions as in `upsample1d_backward`, with images for signals.
    """
    return _spread_backward(dout, x, factor, IMAGES)


def downsample1d(x: Array, *, factor: int) -> Array:
    """Keep every factor-th sample: out[n, c, i] = x[n, c, k·i].

    Args:
        x: signals, (N, C, W).
        factor: k, >= 1.

    Returns:
        (N, C, ⌈W / k⌉).

    Raises:
        ShapeError: x has not three axes or no sample, or factor is below 1.
        TypeError: x is neither float32 nor float64.
    """
    _check(x, SIGNALS, factor)
    return _thin(x, factor).copy()


def downsample2d(x: Array, *, factor: int) -> Array:
    """Keep every factor-th row and column: out[n, c, i, j] = x[n, c, k·i, k·j].

    Args:
        x: images, (N, C, H, W).
        factor: k, >= 1.

    Returns:
        (N, C, ⌈H / k⌉, ⌈W / k⌉).

    Raises:
        ShapeError: x has not four axes or no pixel, or factor is below 1.
        TypeError: x is neither float32 nor float64.
    """
    _check(x, IMAGES, factor)
    return _thin(x, factor).copy()


def downsample1d_backward(dout: Array, x: Array, *, factor: int) -> Array:
    """Pull a gradient back through `downsample1d`: zeros of x's shape with dx[n, c, k·i] = dout[n, c, i].

    Args:
        dout: upstream gradient, (N, C, ⌈W / k⌉).
        x: signals that the forward pass had, (N, C, W); only their shape matters, and dout alone does not
            tell it.
        factor: k.

    Returns:
        dx, (N, C, W).

    Raises:
        ShapeError: as in `downsample1d`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.
    """
    return _thin_backward(dout, x, factor, SIGNALS)


def downsample2d_backward(dout: Array, x: Array, *, factor: int) -> Array:
    """Pull a gradient back through `downsample2d`: zeros of x's shape, dx[n, c, k·i, k·j] = dout[n, c, i, j].

    Arguments, result and exceptions as in `downsample1d_backward`, with images for signals.
    """
    return _thin_backward(dout, x, factor, IMAGES)


def flatten(x: Array) -> Array:
    """Put the channels of each signal one behind the other: out[n, c·W + i] = x[n, c, i].

    Args:
        x: signals, (N, C, W).

    Returns:
        A new array, (N, C·W).

    Raises:
        ShapeError: x has not three axes.
        TypeError: x is neither float32 nor float64.
    """
    require_floats(x=x)
    require_axes("x", x, SIGNALS)
    return x.reshape(len(x), math.prod(x.shape[1:])).copy()


def flatten_backward(dout: Array, x: Array) -> Array:
    """Pull a gradient back through `flatten`: dx[n, c, i] = dout[n, c·W + i].

    Args:
        dout: upstream gradient, (N, C·W).
        x: signals that the forward pass had, (N, C, W); only their shape matters.

    Returns:
        dx, (N, C, W).

    Raises:
        ShapeError: as in `flatten`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.
    """
    require_floats(dout=dout, x=x)
    require_axes("x", x, SIGNALS)
    require_shape("dout", dout, (len(x), math.prod(x.shape[1:])), "that of the output")
    return dout.reshape(x.shape).copy()


def _check(x: Array, axes: str, factor: int) -> None:
    require_floats(x=x)
    require_axes("x", x, axes)
    if factor < 1:
        raise ShapeError(f"factor must be 1 or more; got {factor}")
    if 0 in x.shape[2:]:
        raise ShapeError(f"x must have a pixel at least; got {x.shape}")


def _every(axes: int, factor: int) -> tuple[slice, ...]:
    """An index: every factor-th place of all axes but batch and channels."""
    return (slice(None), slice(None), *[slice(None, None, factor)] * (axes - 2))


def _spread(x: Array, factor: int) -> Array:
    out = np.zeros((*x.shape[:2], *(factor * (side - 1) + 1 for side in x.shape[2:])), x.dtype)
    out[_every(x.ndim, factor)] = x
    return out


def _thin(x: Array, factor: int) -> Array:
    return x[_every(x.ndim, factor)]


def _spread_backward(dout: Array, x: Array, factor: int, axes: str) -> Array:
    require_floats(dout=dout, x=x)
    _check(x, axes, factor)
    sides = (factor * (side - 1) + 1 for side in x.shape[2:])
    require_shape("dout", dout, (*x.shape[:2], *sides), "that of the output")
    return _thin(dout, factor).copy()


def _thin_backward(dout: Array, x: Array, factor: int, axes: str) -> Array:
    require_floats(dout=dout, x=x)
    _check(x, axes, factor)
    require_shape("dout", dout, _thin(x, factor).shape, "that of the output")
    dx = np.zeros_like(x)
    dx[_every(x.ndim, factor)] = dout
    return dx
