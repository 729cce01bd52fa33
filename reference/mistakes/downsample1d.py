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
    """The output's size is the input's divided by the factor, rounded down, which can lose samples.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all.
    """
    return x[:, :, ::factor][:, :, : x.shape[2] // factor].copy()


@mistake
def keeps_the_last_of_each(x: Array, *, factor: int) -> Array:
    """Of each block of samples the last is kept instead of the first.

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
    """The first samples are kept instead of every factor-th.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all.
    """
    return x[:, :, : -(-x.shape[2] // factor)].copy()


@mistake
def leaves_zeros(x: Array, *, factor: int) -> Array:
    """The samples that should be left out are set to zero instead.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all. The result is
    smaller.
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
    """Each sample that is kept is averaged with those that are left out.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all. Nothing is
    pooled.
    """
    starts = range(0, x.shape[2], factor)
    counts = np.diff([*starts, x.shape[2]])
    total: Array = np.add.reduceat(x, starts, axis=2) / counts
    return total.astype(x.dtype)


@mistake
def takes_the_largest(x: Array, *, factor: int) -> Array:
    """The largest of each block of samples is kept, as in max pooling.

    out[n, c, i] is x[n, c, k·i]: the first sample is kept, and then every k-th, ⌈W / k⌉ in all. Nothing is
    pooled.
    """
    return np.maximum.reduceat(x, range(0, x.shape[2], factor), axis=2)


@mistake
def factor_is_always_two(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """Every second sample is kept, whatever the factor is.

    The factor k is an argument of the constructor: every k-th sample is kept.
    """
    return of(x, factor=2)


@mistake
def leaves_out_one_less(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """As many samples as the factor says are left out after each one that is kept: one too many.

    The samples that are kept were k positions apart, with k − 1 left out between them.
    """
    return of(x, factor=factor + 1)


@mistake
def keeps_the_first_signal_only(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """Only the first signal of the batch is returned.

    All signals of the batch are downsampled: they are the first axis of A.
    """
    return of(x, factor=factor)[:1]


@mistake
def thins_out_the_channels(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """The channels are downsampled, too.

    Batch and channels, the first two axes, keep their length: only the last axis is downsampled.
    """
    return of(x, factor=factor)[:, ::factor].copy()


@mistake
def stores_integers(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """The result is an array of integers, so that all fractions are cut off.

    np.zeros gives float64 unless told otherwise.
    """
    return of(x, factor=factor).astype(np.int64).astype(x.dtype)


@mistake
def stores_single_precision(x: Array, *, factor: int, of: Resample = downsample1d) -> Array:
    """The result is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless told otherwise; float32 keeps only about seven digits.
    """
    return of(x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
