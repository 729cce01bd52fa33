"""Wrong convolutions, forward.

Formula: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad[n, c, i·s + u, j·s + v] · w[f, c, u, v].
"""

from __future__ import annotations

from collections.abc import Callable

from reference.arrays import Array
from reference.conv import conv2d
from reference.mistakes.mistake import Collection

__all__ = ["MISTAKES"]

Conv2d = Callable[..., Array]

mistake = Collection("conv2d")


# --- padding -------------------------------------------------------------------------------------


@mistake
def pad_is_always_one(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The image is padded by one pixel on every side, whatever pad says.

    pad is a hyperparameter: P zeros go on each side, so the padded image is H + 2P high and W + 2P wide.
    """
    return of(x, w, b, stride=stride, pad=1)


# --- the kernel ----------------------------------------------------------------------------------


@mistake
def flips_the_kernel(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The kernel is turned by 180 degrees before it slides over the image.

    In deep learning the kernel is used as it is (cross-correlation): pixel (i·s + u, j·s + v) meets w[u, v].
    """
    return of(x, w[..., ::-1, ::-1], b, stride=stride, pad=pad)


MISTAKES = mistake.mistakes
