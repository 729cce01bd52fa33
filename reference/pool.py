"""Max and average pooling in NumPy.

Both go through the offsets of a window ("taps"), not through the windows: a tap holds what every window has
at one offset, so KH · KW whole-array operations do what a loop over images, channels and positions would.
Windows may overlap, may leave gaps between them (stride > window), and leave out pixels that are too few for
one more window. There is no padding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reference.arrays import Array, require_axes, require_floats, require_shape
from reference.shapes import as_pair, output_size
from reference.windows import sliding_windows, taps

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "pool2d",
    "pool2d_backward",
]


def max_pool2d(x: Array, *, window: int | tuple[int, int], stride: int | tuple[int, int]) -> Array:
    """Take the maximum of every window.

    out[n, c, i, j] = max_{u,v} x[n, c, i·SH + u, j·SW + v]

    Args:
        x: images, (N, C, H, W).
        window: (KH, KW) in pixels, or one number for both, >= 1.
        stride: step of the window in pixels, (SH, SW) or one number for both, >= 1.

    Returns:
        (N, C, OH, OW), with OH and OW given by `output_size`. A NaN in a window is its maximum.

    Raises:
        ShapeError: x has not four axes, or the window does not fit in the image.
        TypeError: x is neither float32 nor float64.
    """
    require_floats(x=x)
    first, *others = taps(_windows(x, window, stride))
    out = first.copy()
    for tap in others:
        np.maximum(out, tap, out=out)
    return out


def max_pool2d_backward(
    dout: Array, x: Array, *, window: int | tuple[int, int], stride: int | tuple[int, int]
) -> Array:
    """Pull the gradient of a loss back through `max_pool2d`.

    dx[n, c, i·SH + u*, j·SW + v*] += dout[n, c, i, j], where (u*, v*) is the offset of the window's maximum.

    Where several offsets share the maximum, the first in row-major order takes all of the gradient. That is
    one subgradient of several; a course may have settled on another.

    Args:
        dout: upstream gradient, (N, C, OH, OW).
        x: images that the forward pass had, (N, C, H, W).
        window: as in `max_pool2d`.
        stride: as in `max_pool2d`.

    Returns:
        dx, (N, C, H, W). A window whose maximum is NaN gives no gradient.

    Raises:
        ShapeError: as in `max_pool2d`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.
    """
    require_floats(dout=dout, x=x)
    out = max_pool2d(x, window=window, stride=stride)
    require_shape("dout", dout, out.shape, "that of the output")
    dx = np.zeros(x.shape, x.dtype)
    pending = np.ones(out.shape, np.bool_)  # windows whose maximum has not come by yet
    bits = dout.view(f"i{dout.itemsize}")
    dtaps = taps(_windows(dx, window, stride))
    for tap, dtap in zip(taps(_windows(x, window, stride)), dtaps, strict=True):
        found = (tap == out) & pending
        dtap += (bits * found).view(dout.dtype)  # np.where(found, dout, 0), at an eighth of its time
        pending ^= found
    return dx


def avg_pool2d(x: Array, *, window: int | tuple[int, int], stride: int | tuple[int, int]) -> Array:
    """Take the mean of every window.

    out[n, c, i, j] = Σ_{u,v} x[n, c, i·SH + u, j·SW + v] / (KH · KW)

    Args:
        x: images, (N, C, H, W).
        window: (KH, KW) in pixels, or one number for both, >= 1.
        stride: step of the window in pixels, (SH, SW) or one number for both, >= 1.

    Returns:
        (N, C, OH, OW), with OH and OW given by `output_size`.

    Raises:
        ShapeError: x has not four axes, or the window does not fit in the image.
        TypeError: x is neither float32 nor float64.
    """
    require_floats(x=x)
    first, *others = taps(_windows(x, window, stride))
    out = first.copy()
    for tap in others:
        out += tap
    out /= 1 + len(others)
    return out


def avg_pool2d_backward(
    dout: Array, x: Array, *, window: int | tuple[int, int], stride: int | tuple[int, int]
) -> Array:
    """Pull the gradient of a loss back through `avg_pool2d`.

    dx[n, c, i·SH + u, j·SW + v] += dout[n, c, i, j] / (KH · KW)   for all i, j, u, v

    Args:
        dout: upstream gradient, (N, C, OH, OW).
        x: images that the forward pass had, (N, C, H, W); only their shape matters.
        window: as in `avg_pool2d`.
        stride: as in `avg_pool2d`.

    Returns:
        dx, (N, C, H, W).

    Raises:
        ShapeError: as in `avg_pool2d`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.
    """
    require_floats(dout=dout, x=x)
    require_axes("x", x, "N, C, H, W")
    dx = np.zeros(x.shape, x.dtype)
    dwindows = _windows(dx, window, stride)
    n, c, kh, kw, oh, ow = dwindows.shape
    require_shape("dout", dout, (n, c, oh, ow), "that of the output")
    share = dout / (kh * kw)
    for dtap in taps(dwindows):
        dtap += share
    return dx


def pool2d(x: Array, *, window: int | tuple[int, int], stride: int | tuple[int, int], mode: str) -> Array:
    """Take the maximum or the mean of every window.

    Args:
        x: images, (N, C, H, W).
        window: as in `max_pool2d`.
        stride: as in `max_pool2d`.
        mode: "max" for `max_pool2d`, "average" for `avg_pool2d`.

    Returns:
        (N, C, OH, OW), with OH and OW given by `output_size`.

    Raises:
        ShapeError: as in `max_pool2d`.
        TypeError: x is neither float32 nor float64.
        ValueError: there is no such mode.
    """
    forward, _ = _of_mode(mode)
    return forward(x, window=window, stride=stride)


def pool2d_backward(
    dout: Array, x: Array, *, window: int | tuple[int, int], stride: int | tuple[int, int], mode: str
) -> Array:
    """Pull the gradient of a loss back through `pool2d`.

    Args:
        dout: upstream gradient, (N, C, OH, OW).
        x: images that the forward pass had, (N, C, H, W).
        window: as in `pool2d`.
        stride: as in `pool2d`.
        mode: "max" for `max_pool2d_backward`, "average" for `avg_pool2d_backward`.

    Returns:
        dx, (N, C, H, W).

    Raises:
        ShapeError: as in `max_pool2d_backward`.
        TypeError: the arrays are not all float32 or all float64.
        ValueError: there is no such mode.
    """
    _, backward = _of_mode(mode)
    return backward(dout, x, window=window, stride=stride)


_MODES: Mapping[str, tuple[Callable[..., Array], Callable[..., Array]]] = {
    "max": (max_pool2d, max_pool2d_backward),
    "average": (avg_pool2d, avg_pool2d_backward),
}


def _of_mode(mode: str) -> tuple[Callable[..., Array], Callable[..., Array]]:
    """The forward and the backward function of a mode."""
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(map(repr, _MODES))}; got {mode!r}")
    return _MODES[mode]


def _windows(x: Array, window: int | tuple[int, int], stride: int | tuple[int, int]) -> Array:
    """Check the sizes, and view x as its windows; of an x that is not contiguous, a copy."""
    require_axes("x", x, "N, C, H, W")
    (kh, kw), (sh, sw) = as_pair("window", window, least=1), as_pair("stride", stride, least=1)
    out_size = output_size(x.shape[2], kh, stride=sh), output_size(x.shape[3], kw, stride=sw)
    return sliding_windows(np.ascontiguousarray(x), (kh, kw), (sh, sw), out_size)
