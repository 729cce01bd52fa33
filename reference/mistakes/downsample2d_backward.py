"""Wrong gradients of the downsampling of images.

Formula: dx[n, c, k·i, k·j] = dout[n, c, i, j], zero elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import downsample2d_backward

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("downsample2d_backward")


@mistake
def rebuilds_the_size(dout: Array, x: Array, *, factor: int) -> Array:
    """The size is rebuilt from the upstream gradient, and what lay behind the last place kept is lost.

    Several sizes give the same result: remember the size in the forward pass, since the upstream
    gradient does not tell it.
    """
    dx = np.zeros((*dout.shape[:2], *(factor * (side - 1) + 1 for side in dout.shape[2:])), dout.dtype)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def multiplies_the_size(dout: Array, x: Array, *, factor: int) -> Array:
    """The size is taken for the factor times that of the upstream gradient.

    Several sizes give the same result: remember the size in the forward pass, since the upstream
    gradient does not tell it.
    """
    dx = np.zeros((*dout.shape[:2], *(factor * side for side in dout.shape[2:])), dout.dtype)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def returns_dout(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is returned as it is.

    dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the shape that the forward pass was
    given.
    """
    return dout.copy()


@mistake
def downsamples_again(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is downsampled once more.

    The way back gets larger again. dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the
    shape that the forward pass was given.
    """
    return dout[:, :, ::factor, ::factor].copy()


@mistake
def remembers_the_height_for_both(dout: Array, x: Array, *, factor: int) -> Array:
    """The height that was remembered stands for the width, too.

    Height and width are remembered apart: an image need not be square.
    """
    dx = np.zeros((*x.shape[:3], x.shape[2]), x.dtype)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def remembers_the_width_for_both(dout: Array, x: Array, *, factor: int) -> Array:
    """The width that was remembered stands for the height, too.

    Height and width are remembered apart: an image need not be square.
    """
    dx = np.zeros((*x.shape[:2], *[x.shape[3]] * 2), x.dtype)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def swaps_height_and_width(dout: Array, x: Array, *, factor: int) -> Array:
    """The zeros are allocated with height and width swapped.

    The gradient has the shape of what the forward pass was given, the height before the width.
    """
    dx = np.zeros((*x.shape[:2], x.shape[3], x.shape[2]), x.dtype)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def spreads_rows_only(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is spread over the rows, but not over the columns.

    dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the shape that the forward pass was
    given.
    """
    dx = np.zeros_like(x)
    dx[:, :, ::factor, : dout.shape[3]] = dout
    return dx


@mistake
def spreads_columns_only(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is spread over the columns, but not over the rows.

    dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the shape that the forward pass was
    given.
    """
    dx = np.zeros_like(x)
    dx[:, :, : dout.shape[2], ::factor] = dout
    return dx


@mistake
def repeats_dout(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is repeated over all pixels that were left out.

    What was left out has no part in the result, so its gradient is zero. dx[n, c, k·i, k·j] is dout[n,
    c, i, j], and zero elsewhere, in the shape that the forward pass was given.
    """
    return np.repeat(np.repeat(dout, factor, axis=2), factor, axis=3)[:, :, : x.shape[2], : x.shape[3]]


@mistake
def fills_the_first_places(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient lies at the first places, and not at every factor-th.

    dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the shape that the forward pass was
    given.
    """
    dx = np.zeros_like(x)
    dx[:, :, : dout.shape[2], : dout.shape[3]] = dout
    return dx


@mistake
def factor_is_always_two(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is spread over every second place, whatever the factor is.

    The factor k is an argument of the constructor. dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero
    elsewhere, in the shape that the forward pass was given.
    """
    dx = np.zeros_like(x)
    dx[:, :, ::2, ::2] = dout
    return dx


@mistake
def multiplies_by_the_input(
    dout: Array, x: Array, *, factor: int, of: Resample = downsample2d_backward
) -> Array:
    """The upstream gradient is multiplied by the input.

    Values are only moved, so that their gradients are moved, too. dx[n, c, k·i, k·j] is dout[n, c, i,
    j], and zero elsewhere, in the shape that the forward pass was given.
    """
    return of(dout, x, factor=factor) * x


@mistake
def adds_to_the_input(dout: Array, x: Array, *, factor: int, of: Resample = downsample2d_backward) -> Array:
    """The upstream gradient is added to a copy of the input, and not to zeros.

    dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the shape that the forward pass was
    given.
    """
    return x + of(dout, x, factor=factor)


@mistake
def leaves_ones(dout: Array, x: Array, *, factor: int) -> Array:
    """Ones stand where pixels were left out, and not zeros.

    dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the shape that the forward pass was
    given.
    """
    dx = np.ones_like(x)
    dx[:, :, ::factor, ::factor] = dout
    return dx


@mistake
def fills_the_first_image_only(
    dout: Array, x: Array, *, factor: int, of: Resample = downsample2d_backward
) -> Array:
    """Only the first image of the batch has a gradient, and the others are zero.

    All images of the batch were downsampled, and each has a gradient.
    """
    dx = of(dout, x, factor=factor)
    dx[1:] = 0
    return dx


@mistake
def leaves_dx_at_zero(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradient has the right shape, but nothing is ever stored in it.

    dx[n, c, k·i, k·j] is dout[n, c, i, j], and zero elsewhere, in the shape that the forward pass was
    given.
    """
    return np.zeros_like(x)


@mistake
def stores_integers(dout: Array, x: Array, *, factor: int, of: Resample = downsample2d_backward) -> Array:
    """The gradient holds whole numbers, so that all decimals are cut off.

    np.zeros gives floating-point numbers unless it is told otherwise.
    """
    return of(dout, x, factor=factor).astype(np.int64).astype(x.dtype)


@mistake
def stores_single_precision(
    dout: Array, x: Array, *, factor: int, of: Resample = downsample2d_backward
) -> Array:
    """The gradient is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless it is told otherwise; half of the digits are lost in float32.
    """
    return of(dout, x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
