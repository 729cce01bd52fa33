"""Wrong upsampling of signals, forward.

Formula: out[n, c, k·i] = x[n, c, i], zero elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import upsample1d

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("upsample1d")


@mistake
def puts_zeros_behind_the_last(x: Array, *, factor: int) -> Array:
    """Zeros are put after the last sample, too, so that the result is too long.

    Zeros go between neighbouring samples only. The result has k·(W − 1) + 1 samples: out[n, c, k·i] is x[n,
    c, i], and all others are zero.
    """
    out = np.zeros((*x.shape[:2], factor * x.shape[2]), x.dtype)
    out[:, :, ::factor] = x
    return out


@mistake
def cuts_off_with_a_negative_end(x: Array, *, factor: int) -> Array:
    """The surplus is cut off with a slice that counts from the end, which is empty at a factor of 1.

    In Python −0 is 0, and a slice that ends at 0 is empty: end it at k·(W − 1) + 1, or make the result of
    that length.
    """
    out = np.zeros((*x.shape[:2], factor * x.shape[2]), x.dtype)
    out[:, :, ::factor] = x
    return out[:, :, : -(factor - 1)]


@mistake
def repeats_the_samples(x: Array, *, factor: int) -> Array:
    """Each sample is repeated instead of being followed by zeros.

    The result has k·(W − 1) + 1 samples: out[n, c, k·i] is x[n, c, i], and all others are zero.
    """
    return np.repeat(x, factor, axis=2)[:, :, : factor * (x.shape[2] - 1) + 1]


@mistake
def repeats_the_samples_to_the_end(x: Array, *, factor: int) -> Array:
    """Each sample, the last one too, is repeated as often as the factor says.

    The result has k·(W − 1) + 1 samples: out[n, c, k·i] is x[n, c, i], and all others are zero.
    """
    return np.repeat(x, factor, axis=2)


@mistake
def puts_as_many_zeros_as_the_factor(x: Array, *, factor: int, of: Resample = upsample1d) -> Array:
    """As many zeros as the factor says are put between neighbouring samples: one too many.

    Sample i goes to position k·i, so that k − 1 zeros lie between it and the next.
    """
    return of(x, factor=factor + 1)


@mistake
def begins_with_the_zeros(x: Array, *, factor: int) -> Array:
    """Zeros are put before each sample, so that the first one does not stay in its place.

    Sample 0 stays at position 0, and the last sample is the last of the result. The result has k·(W − 1) + 1
    samples: out[n, c, k·i] is x[n, c, i], and all others are zero.
    """
    out = np.zeros((*x.shape[:2], factor * x.shape[2]), x.dtype)
    out[:, :, factor - 1 :: factor] = x
    return out


@mistake
def keeps_the_size(x: Array, *, factor: int) -> Array:
    """The signal is returned as it is.

    The result has k·(W − 1) + 1 samples: out[n, c, k·i] is x[n, c, i], and all others are zero.
    """
    return x.copy()


@mistake
def downsamples(x: Array, *, factor: int) -> Array:
    """Only every factor-th sample is kept, which is downsampling.

    The result has k·(W − 1) + 1 samples: out[n, c, k·i] is x[n, c, i], and all others are zero.
    """
    return x[:, :, ::factor].copy()


@mistake
def factor_is_always_two(x: Array, *, factor: int, of: Resample = upsample1d) -> Array:
    """One zero is put between neighbouring samples, whatever the factor is.

    The factor k is an argument of the constructor: k − 1 zeros lie between neighbours.
    """
    return of(x, factor=2)


@mistake
def fills_the_first_signal_only(x: Array, *, factor: int, of: Resample = upsample1d) -> Array:
    """Only the first signal of the batch is filled in; the others stay zero.

    All signals of the batch are upsampled: they are the first axis of A.
    """
    out = of(x, factor=factor)
    out[1:] = 0
    return out


@mistake
def fills_the_first_channel_only(x: Array, *, factor: int, of: Resample = upsample1d) -> Array:
    """Only the first channel is filled in; the others stay zero.

    All channels are upsampled: they are the second axis of A.
    """
    out = of(x, factor=factor)
    out[:, 1:] = 0
    return out


@mistake
def returns_zeros(x: Array, *, factor: int, of: Resample = upsample1d) -> Array:
    """The result has the right shape, but nothing is ever stored in it.

    The result has k·(W − 1) + 1 samples: out[n, c, k·i] is x[n, c, i], and all others are zero.
    """
    return np.zeros_like(of(x, factor=factor))


@mistake
def fills_with_ones(x: Array, *, factor: int) -> Array:
    """Ones are put between the samples instead of zeros.

    The result has k·(W − 1) + 1 samples: out[n, c, k·i] is x[n, c, i], and all others are zero.
    """
    out = np.ones((*x.shape[:2], factor * (x.shape[2] - 1) + 1), x.dtype)
    out[:, :, ::factor] = x
    return out


@mistake
def stores_integers(x: Array, *, factor: int, of: Resample = upsample1d) -> Array:
    """The result is an array of integers, so that all fractions are cut off.

    np.zeros gives float64 unless told otherwise.
    """
    return of(x, factor=factor).astype(np.int64).astype(x.dtype)


@mistake
def stores_single_precision(x: Array, *, factor: int, of: Resample = upsample1d) -> Array:
    """The result is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless told otherwise; float32 keeps only about seven digits.
    """
    return of(x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
