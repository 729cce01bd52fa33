"""Wrong downsampling of signals, forward.

Formula: out[n, c, i] = x[n, c, k·i].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import downsample1d

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("downsample1d")


@mistake
def rounds_the_size_down(x: Array, *, factor: int) -> Array:
    """The size is divided by the factor and rounded down, so that the last samples may be lost.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all.
    """
    return x[:, :, ::factor][:, :, : x.shape[2] // factor].copy()


@mistake
def keeps_the_last_of_each(x: Array, *, factor: int) -> Array:
    """Of each run of samples the last is kept, and not the first.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all.
    """
    return x[:, :, factor - 1 :: factor].copy()


@mistake
def keeps_the_size(x: Array, *, factor: int) -> Array:
    """The signal is returned as it is.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all.
    """
    return x.copy()


@mistake
def keeps_the_first_samples(x: Array, *, factor: int) -> Array:
    """The first samples are kept, and not every factor-th.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all.
    """
    return x[:, :, : -(-x.shape[2] // factor)].copy()


@mistake
def leaves_zeros(x: Array, *, factor: int) -> Array:
    """What is not kept is set to zero, and not left out.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all. The
    result is smaller.
    """
    out = np.zeros_like(x)
    out[:, :, ::factor] = x[:, :, ::factor]
    return out


@mistake
def upsamples(x: Array, *, factor: int) -> Array:
    """Zeros are put between the samples, which is upsampling.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all.
    """
    out = np.zeros((*x.shape[:2], factor * (x.shape[2] - 1) + 1), x.dtype)
    out[:, :, ::factor] = x
    return out


@mistake
def averages_what_is_left_out(x: Array, *, factor: int) -> Array:
    """The samples that are left out are averaged with the one that is kept.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all. It is no
    pooling.
    """
    starts = range(0, x.shape[2], factor)
    counts = np.diff([*starts, x.shape[2]])
    total: Array = np.add.reduceat(x, starts, axis=2) / counts
    return total.astype(x.dtype)


@mistake
def takes_the_largest(x: Array, *, factor: int) -> Array:
    """The largest of the samples that are left out and the one that is kept is taken.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all. It is no
    pooling.
    """
    return np.maximum.reduceat(x, range(0, x.shape[2], factor), axis=2)


@mistake
def factor_is_always_two(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """Every second sample is kept, whatever the factor is.

    The factor k is an argument of the constructor: every k-th is kept.
    """
    return of(x, factor=2)


@mistake
def leaves_out_one_less(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """As many samples as the factor says are left out after each one that is kept: one too many.

    From one that is kept to the next it is k places, so that k − 1 are left out.
    """
    return of(x, factor=factor + 1)


@mistake
def keeps_the_first_signal_only(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """Only the first signal of the batch is returned.

    All signals of the batch are downsampled, the first axis of A.
    """
    return of(x, factor=factor)[:1]


@mistake
def thins_out_the_channels(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """The channels are thinned out, too.

    Only what lies behind the first two axes, batch and channels, is downsampled.
    """
    return of(x, factor=factor)[:, ::factor].copy()


@mistake
def stores_integers(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """The result holds whole numbers, so that all decimals are cut off.

    np.zeros gives floating-point numbers unless it is told otherwise.
    """
    return of(x, factor=factor).astype(np.int64).astype(x.dtype)


@mistake
def stores_single_precision(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """The result is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless it is told otherwise; half of the digits are lost in float32.
    """
    return of(x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
