"""What happens at a single window: a step of a convolution, and how a pool's gradient goes back through one.

Courses have students write these first, and then convolution and pooling as loops around them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reference.arrays import Array, require_axes, require_floats, require_shape
from reference.shapes import ShapeError

__all__ = ["conv_single_step", "distribute_value", "mask_from_window"]


def conv_single_step(x: Array, w: Array, b: Array) -> Array:
    """Apply one filter to one window.

    out = b + Σ_{c,u,v} x[c, u, v] · w[c, u, v]

    Args:
        x: the pixels under the filter, (C, KH, KW).
        w: the filter, (C, KH, KW).
        b: its bias, a single number, ().

    Returns:
        One value of the feature map, ().

    Raises:
        ShapeError: x has not three axes, w has not its shape, or b is not a single number.
        TypeError: the arrays are not all float32 or all float64.
    """
    require_floats(x=x, w=w, b=b)
    require_axes("x", x, "C, KH, KW")
    require_shape("w", w, x.shape, "that of the window")
    require_shape("b", b, (), "a single number")
    return np.asarray(np.vdot(x, w) + b)


def mask_from_window(x: Array) -> NDArray[np.bool_]:
    """Mark where the maximum of a window is.

    mask[u, v] = (x[u, v] = max x)

    Args:
        x: a window, (KH, KW). Of several equal maxima each is marked; courses differ in that.

    Returns:
        (KH, KW), True at the maximum.

    Raises:
        ShapeError: x has not two axes, or no values.
        TypeError: x is neither float32 nor float64.
    """
    require_floats(x=x)
    require_axes("x", x, "KH, KW")
    if not x.size:
        raise ShapeError(f"x must have a maximum; got {x.shape}")
    return np.asarray(x == x.max())


def distribute_value(dz: Array, *, shape: tuple[int, int]) -> Array:
    """Spread a gradient evenly over a window, as the mean of the window asks.

    a[u, v] = dz / (KH · KW)

    Args:
        dz: gradient of the mean, a single number, ().
        shape: of the window, (KH, KW) in pixels, >= 1.

    Returns:
        (KH, KW), of dz's type.

    Raises:
        ShapeError: dz is not a single number, or the window has no pixels.
        TypeError: dz is neither float32 nor float64.
    """
    require_floats(dz=dz)
    require_shape("dz", dz, (), "a single number")
    if len(shape) != 2 or min(shape) < 1:
        raise ShapeError(f"shape must be two sides of at least one pixel; got {shape}")
    return np.full(shape, dz / (shape[0] * shape[1]), dz.dtype)
