"""Wrong gradients of the upsampling of signals.

Formula: dx[n, c, i] = dout[n, c, k·i].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import upsample1d_backward

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("upsample1d_backward")


@mistake
def returns_dout(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is returned as it is.

    dx[n, c, i] is dout[n, c, k·i]; the zeros between do not depend on the input.
    """
    return dout.copy()


@mistake
def upsamples_again(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is upsampled instead of downsampled.

    The gradient has the size of the forward pass's input. dx[n, c, i] is dout[n, c, k·i]; the zeros between
    do not depend on the input.
    """
    dx = np.zeros((*dout.shape[:2], factor * (dout.shape[2] - 1) + 1), dout.dtype)
    dx[:, :, ::factor] = dout
    return dx


@mistake
def keeps_the_first_samples(dout: Array, x: Array, *, factor: int) -> Array:
    """The first samples of the upstream gradient are kept instead of every factor-th.

    dx[n, c, i] is dout[n, c, k·i]; the zeros between do not depend on the input.
    """
    return dout[:, :, : x.shape[2]].copy()


@mistake
def sums_over_the_gaps(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradients of the inserted zeros are added to that of the sample before them.

    dx[n, c, i] is dout[n, c, k·i]; the zeros between do not depend on the input.
    """
    return np.add.reduceat(dout, range(0, dout.shape[2], factor), axis=2)


@mistake
def factor_is_always_two(dout: Array, x: Array, *, factor: int) -> Array:
    """Every second value of the upstream gradient is kept, whatever the factor is.

    The factor k is an argument of the constructor. dx[n, c, i] is dout[n, c, k·i]; the zeros between do not
    depend on the input.
    """
    return dout[:, :, ::2].copy()


@mistake
def rounds_the_size_down(dout: Array, x: Array, *, factor: int) -> Array:
    """The size of the upstream gradient is divided by the factor and rounded down.

    The gradient has the size of the forward pass's input. dx[n, c, i] is dout[n, c, k·i]; the zeros between
    do not depend on the input.
    """
    return dout[:, :, ::factor][:, :, : dout.shape[2] // factor].copy()


@mistake
def begins_behind_the_first(dout: Array, x: Array, *, factor: int) -> Array:
    """The last value of each block of the upstream gradient is kept instead of the first.

    dx[n, c, i] is dout[n, c, k·i]; the zeros between do not depend on the input.
    """
    return dout[:, :, factor - 1 :: factor].copy()


@mistake
def multiplies_by_the_input(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample1d_backward
) -> Array:
    """The upstream gradient is multiplied by the input.

    Upsampling only moves values, so the gradient only moves, too. dx[n, c, i] is dout[n, c, k·i]; the zeros
    between do not depend on the input.
    """
    return of(dout, x, factor=factor) * x


@mistake
def divides_by_the_factor(dout: Array, x: Array, *, factor: int, of: Resample = upsample1d_backward) -> Array:
    """The gradient is divided by the factor.

    Upsampling only moves values, so the gradient only moves, too. dx[n, c, i] is dout[n, c, k·i]; the zeros
    between do not depend on the input.
    """
    return of(dout, x, factor=factor) / x.dtype.type(factor)


@mistake
def fills_the_first_signal_only(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample1d_backward
) -> Array:
    """Only the first signal of the batch has a gradient; the others are zero.

    All signals of the batch were upsampled, and each has a gradient.
    """
    dx = of(dout, x, factor=factor)
    dx[1:] = 0
    return dx


@mistake
def leaves_dx_at_zero(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradient has the right shape, but nothing is ever stored in it.

    dx[n, c, i] is dout[n, c, k·i]; the zeros between do not depend on the input.
    """
    return np.zeros_like(x)


@mistake
def stores_single_precision(
    dout: Array, x: Array, *, factor: int, of: Resample = upsample1d_backward
) -> Array:
    """The gradient is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless told otherwise; float32 keeps only about seven digits.
    """
    return of(dout, x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
