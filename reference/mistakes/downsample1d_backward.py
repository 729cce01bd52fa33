"""Wrong gradients of the downsampling of signals.

Formula: dx[n, c, k·i] = dout[n, c, i], zero elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import downsample1d_backward

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("downsample1d_backward")


@mistake
def rebuilds_the_size(dout: Array, x: Array, *, factor: int) -> Array:
    """The size is computed from the upstream gradient, without what lay after the last kept sample.

    Several input sizes give the same output size: remember the input's size in the forward pass.
    """
    dx = np.zeros((*dout.shape[:2], factor * (dout.shape[2] - 1) + 1), dout.dtype)
    dx[:, :, ::factor] = dout
    return dx


@mistake
def multiplies_the_size(dout: Array, x: Array, *, factor: int) -> Array:
    """The size is taken to be the factor times that of the upstream gradient.

    Several input sizes give the same output size: remember the input's size in the forward pass.
    """
    dx = np.zeros((*dout.shape[:2], factor * dout.shape[2]), dout.dtype)
    dx[:, :, ::factor] = dout
    return dx


@mistake
def returns_dout(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is returned as it is.

    dx[n, c, k·i] is dout[n, c, i]; all else is zero, in the shape of the forward pass's input.
    """
    return dout.copy()


@mistake
def downsamples_again(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is downsampled instead of upsampled.

    dx[n, c, k·i] is dout[n, c, i]; all else is zero, in the shape of the forward pass's input.
    """
    return dout[:, :, ::factor].copy()


@mistake
def repeats_dout(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is repeated for all samples that were left out.

    The samples that were left out do not affect the result, so their gradient is zero: dx[n, c, k·i] is
    dout[n, c, i]; all else is zero, in the shape of the forward pass's input.
    """
    return np.repeat(dout, factor, axis=2)[:, :, : x.shape[2]]


@mistake
def fills_the_first_places(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is stored at neighbouring positions, not a factor apart.

    dx[n, c, k·i] is dout[n, c, i]; all else is zero, in the shape of the forward pass's input.
    """
    dx = np.zeros_like(x)
    dx[:, :, : dout.shape[2]] = dout
    return dx


@mistake
def factor_is_always_two(dout: Array, x: Array, *, factor: int) -> Array:
    """The upstream gradient is stored at every second position, whatever the factor is.

    The factor k is an argument of the constructor. dx[n, c, k·i] is dout[n, c, i]; all else is zero, in the
    shape of the forward pass's input.
    """
    dx = np.zeros_like(x)
    dx[:, :, ::2] = dout
    return dx


@mistake
def multiplies_by_the_input(
    dout: Array, x: Array, *, factor: int, of: Resample = downsample1d_backward
) -> Array:
    """The upstream gradient is multiplied by the input.

    Downsampling only moves values, so the gradient only moves, too. dx[n, c, k·i] is dout[n, c, i]; all else
    is zero, in the shape of the forward pass's input.
    """
    return of(dout, x, factor=factor) * x


@mistake
def adds_to_the_input(dout: Array, x: Array, *, factor: int, of: Resample = downsample1d_backward) -> Array:
    """The upstream gradient is added to a copy of the input instead of to zeros.

    dx[n, c, k·i] is dout[n, c, i]; all else is zero, in the shape of the forward pass's input.
    """
    return x + of(dout, x, factor=factor)


@mistake
def leaves_ones(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradient of samples that were left out is one instead of zero.

    dx[n, c, k·i] is dout[n, c, i]; all else is zero, in the shape of the forward pass's input.
    """
    dx = np.ones_like(x)
    dx[:, :, ::factor] = dout
    return dx


@mistake
def fills_the_first_signal_only(
    dout: Array, x: Array, *, factor: int, of: Resample = downsample1d_backward
) -> Array:
    """Only the first signal of the batch has a gradient; the others are zero.

    All signals of the batch were downsampled, and each has a gradient.
    """
    dx = of(dout, x, factor=factor)
    dx[1:] = 0
    return dx


@mistake
def leaves_dx_at_zero(dout: Array, x: Array, *, factor: int) -> Array:
    """The gradient has the right shape, but nothing is ever stored in it.

    dx[n, c, k·i] is dout[n, c, i]; all else is zero, in the shape of the forward pass's input.
    """
    return np.zeros_like(x)


@mistake
def stores_integers(dout: Array, x: Array, *, factor: int, of: Resample = downsample1d_backward) -> Array:
    """The gradient is an array of integers, so that all fractions are cut off.

    np.zeros gives float64 unless told otherwise.
    """
    return of(dout, x, factor=factor).astype(np.int64).astype(x.dtype)


@mistake
def stores_single_precision(
    dout: Array, x: Array, *, factor: int, of: Resample = downsample1d_backward
) -> Array:
    """The gradient is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless told otherwise; float32 keeps only about seven digits.
    """
    return of(dout, x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
