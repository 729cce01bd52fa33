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

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between do not depend on the input.
    """
    return dout.copy()


@mistake
def upsamples_again(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is upsampled instead of downsampled.

    The gradient has the size of the forward pass's input. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros
    between do not depend on the input.
    """
    dx = np.zeros((*dout.shape[:2], *(factor * (side - 1) + 1 for side in dout.shape[2:])), dout.dtype)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def keeps_the_first_pixels(dout: Array, x: Array, *, factor: int) -> Array:
    """The first pixels of the upstream gradient are kept instead of every factor-th.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between do not depend on the input.
    """
    return dout[:, :, : x.shape[2], : x.shape[3]].copy()


@mistake
def sums_over_the_gaps(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradients of the inserted zeros are added to that of the pixel before them.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between do not depend on the input.
    """
    rows = np.add.reduceat(dout, range(0, dout.shape[2], factor), axis=2)
    return np.add.reduceat(rows, range(0, dout.shape[3], factor), axis=3)


@mistake
def factor_is_always_two(dout: Array, x: Array, *, factor: int) -> Array:
    """Every second value of the upstream gradient is kept, whatever the factor is.

    The factor k is an argument of the constructor. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between
    do not depend on the input.
    """
    return dout[:, :, ::2, ::2].copy()


@mistake
def thins_out_rows_only(dout: Array, x: Array, *, factor: int) -> Array:
    """Every factor-th row is kept, but all of the columns.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between do not depend on the input.
    """
    return dout[:, :, ::factor].copy()


@mistake
def thins_out_columns_only(dout: Array, x: Array, *, factor: int) -> Array:
    """Every factor-th column is kept, but all of the rows.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between do not depend on the input.
    """
    return dout[..., ::factor].copy()


@mistake
def swaps_rows_and_columns(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """Rows and columns of the gradient are swapped.

    The gradient has the shape of the forward pass's input, height before width.
    """
    return of(dout, x, factor=factor).swapaxes(2, 3).copy()


@mistake
def rounds_the_size_down(dout: Array, x: Array, *, factor: int) -> Array:
    """The size of the upstream gradient is divided by the factor and rounded down.

    The gradient has the size of the forward pass's input. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros
    between do not depend on the input.
    """
    rows, cols = (side // factor for side in dout.shape[2:])
    return dout[:, :, ::factor, ::factor][:, :, :rows, :cols].copy()


@mistake
def begins_behind_the_first(dout: Array, x: Array, *, factor: int) -> Array:
    """The last value of each block of the upstream gradient is kept instead of the first.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between do not depend on the input.
    """
    return dout[:, :, factor - 1 :: factor, factor - 1 :: factor].copy()


@mistake
def multiplies_by_the_input(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """The upstream gradient is multiplied by the input.

    Upsampling only moves values, so the gradient only moves, too. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the
    zeros between do not depend on the input.
    """
    return of(dout, x, factor=factor) * x


@mistake
def divides_by_the_factor(dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward) -> Array:
    """The gradient is divided by the factor.

    Upsampling only moves values, so the gradient only moves, too. dx[n, c, i, j] is dout[n, c, k·i, k·j]; the
    zeros between do not depend on the input.
    """
    return of(dout, x, factor=factor) / x.dtype.type(factor)


@mistake
def fills_the_first_image_only(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """Only the first image of the batch has a gradient; the others are zero.

    All images of the batch were upsampled, and each has a gradient.
    """
    dx = of(dout, x, factor=factor)
    dx[1:] = 0
    return dx


@mistake
def leaves_dx_at_zero(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradient has the right shape, but nothing is ever stored in it.

    dx[n, c, i, j] is dout[n, c, k·i, k·j]; the zeros between do not depend on the input.
    """
    return np.zeros_like(x)


@mistake
def stores_single_precision(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample2d_backward
) -> Array:
    """The gradient is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless told otherwise; float32 keeps only about seven digits.
    """
    return of(dout, x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
