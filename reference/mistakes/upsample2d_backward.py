"""Wrong gradients of the upsampling of images.

Formula: dx[n, c, i, j] = dout[n, c, k·i, k·j].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import upsample2d_backward

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("upsample2d_backward")


@mistake
def returns_dout(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is returned as it is.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on nothing.
    """
    return dout.copy()


@mistake
def upsamples_again(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is upsampled once more.

    The way back gets smaller again. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on
    nothing.
    """
    dx = np.zeros((*dout.shape[:2], *(factor * (side - 1) + 1 for side in dout.shape[2:])), dout.dtype)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def keeps_the_first_pixels(dout: Array, x: Array, *, factor: int) -> Array:
    """The first pixels of the upstream gradient are kept, and not every factor-th.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on nothing.
    """
    return dout[:, :, : x.shape[2], : x.shape[3]].copy()


@mistake
def sums_over_the_gaps(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradients of the zeros are added to that of the pixel before them.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on nothing.
    """
    rows = np.add.reduceat(dout, range(0, dout.shape[2], factor), axis=2)
    return np.add.reduceat(rows, range(0, dout.shape[3], factor), axis=3)


@mistake
def factor_is_always_two(dout: Array, x: Array, *, factor: int) -> Array:
    """Every second value of the upstream gradient is kept, whatever the factor is.

    The factor k is an argument of the constructor. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros
    between depend on nothing.
    """
    return dout[:, :, ::2, ::2].copy()


@mistake
def thins_out_rows_only(dout: Array, x: Array, *, factor: int) -> Array:
    """Every factor-th row is kept, but all of the columns.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on nothing.
    """
    return dout[:, :, ::factor].copy()


@mistake
def thins_out_columns_only(dout: Array, x: Array, *, factor: int) -> Array:
    """Every factor-th column is kept, but all of the rows.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on nothing.
    """
    return dout[..., ::factor].copy()


@mistake
def swaps_rows_and_columns(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """Rows and columns of the gradient are swapped.

    The gradient has the shape of what the forward pass was given, the height before the width.
    """
    return of(dout, x, factor=factor).swapaxes(2, 3).copy()


@mistake
def rounds_the_size_down(dout: Array, x: Array, *, factor: int) -> Array:
    """The size of the upstream gradient is divided by the factor and rounded down.

    The result has the size that the forward pass was given. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the
    zeros between depend on nothing.
    """
    rows, cols = (side // factor for side in dout.shape[2:])
    return dout[:, :, ::factor, ::factor][:, :, :rows, :cols].copy()


@mistake
def begins_behind_the_first(dout: Array, x: Array, *, factor: int) -> Array:
    """The first pixel is left out: those before the next factor are kept.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on nothing. Place 0 is the first.
    """
    return dout[:, :, factor - 1 :: factor, factor - 1 :: factor].copy()


@mistake
def multiplies_by_the_input(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """The upstream gradient is multiplied by the input.

    Values are only moved, so that their gradients are moved, too. dx[n, c, i, j] is dout[n, c, k·i,
    k·j]; the zeros between depend on nothing.
    """
    return of(dout, x, factor=factor) * x


@mistake
def divides_by_the_factor(dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward) -> Array:
    """The gradient is divided by the factor.

    Values are only moved, so that their gradients are moved, too. dx[n, c, i, j] is dout[n, c, k·i,
    k·j]; the zeros between depend on nothing.
    """
    return of(dout, x, factor=factor) / x.dtype.type(factor)


@mistake
def fills_the_first_image_only(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """Only the first image of the batch has a gradient, and the others are zero.

    All images of the batch were upsampled, and each has a gradient.
    """
    dx = of(dout, x, factor=factor)
    dx[1:] = 0
    return dx


@mistake
def leaves_dx_at_zero(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradient has the right shape, but nothing is ever stored in it.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between depend on nothing.
    """
    return np.zeros_like(x)


@mistake
def stores_single_precision(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """The gradient is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless it is told otherwise; half of the digits are lost in float32.
    """
    return of(dout, x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
