"""Wrong transposed convolutions of signals, forward, as CMU's course 11-785 has them.

Formula: out[n, f, i] = b[f] + Σ_{c,u} xup[n, c, i + u] · w[f, c, u], where xup has factor − 1 zeros between
the samples of x.

What is wrong with the upsampling is written down here. The rest are mistakes of convolution, made on the
upsampled signal: `ON_THE_UPSAMPLED` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reference.arrays import Array
from reference.conv1d import conv1d
from reference.conv_transpose import conv_transpose1d
from reference.mistakes import conv1d as mistakes_of_conv1d
from reference.mistakes.mistake import Collection, Function, Mistake
from reference.resample import upsample1d

__all__ = ["MISTAKES", "ON_THE_UPSAMPLED", "after_upsampling"]

Transposed = Callable[..., Array]

mistake = Collection("conv_transpose1d")


@mistake
def forgets_to_upsample(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The signal is convolved as it is: it is not upsampled first.

    First k − 1 zeros go between neighbouring samples, then the filters slide over the longer signal.
    """
    return conv1d(x, w, b)


@mistake
def upsamples_the_result(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The result of the convolution is upsampled, instead of the signal before it.

    First k − 1 zeros go between neighbouring samples, then the filters slide over the longer signal.
    """
    return upsample1d(conv1d(x, w, b), factor=factor)


@mistake
def downsamples_the_signal(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The signal is downsampled instead of upsampled.

    A transposed convolution makes the signal longer: xup[n, c, k·i] is x[n, c, i], and all other samples are
    zero.
    """
    return conv1d(np.ascontiguousarray(x[:, :, ::factor]), w, b)


@mistake
def downsamples_the_result(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The result is downsampled by the factor.

    After the upsampling comes a convolution with stride 1, and nothing after it.
    """
    return conv_transpose1d(x, w, b, factor=factor)[:, :, ::factor]


@mistake
def puts_zeros_behind_the_last_sample(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Zeros are put after the last sample, too, so that the output is too long.

    Zeros go between neighbouring samples only: the upsampled signal has k·(W − 1) + 1 samples.
    """
    up = np.zeros((*x.shape[:2], factor * x.shape[2]), x.dtype)
    up[:, :, ::factor] = x
    return conv1d(up, w, b)


@mistake
def repeats_the_samples(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Each sample is repeated instead of being followed by zeros.

    xup[n, c, k·i] is x[n, c, i], and all other samples are zero.
    """
    up = np.repeat(x, factor, axis=2)[:, :, : factor * (x.shape[2] - 1) + 1]
    return conv1d(np.ascontiguousarray(up), w, b)


@mistake
def puts_as_many_zeros_as_the_factor(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """As many zeros as the factor says are put between neighbouring samples: one too many.

    Sample i goes to position k·i, so that k − 1 zeros lie between it and the next.
    """
    return conv1d(upsample1d(x, factor=factor + 1), w, b)


@mistake
def pads_the_upsampled_signal(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The upsampled signal is padded by K − 1, as other libraries do in their transposed convolution.

    In this course the filters slide over the upsampled signal as it is, without padding.
    """
    return conv1d(upsample1d(x, factor=factor), w, b, pad=w.shape[2] - 1)


@mistake
def is_that_of_the_libraries(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Each sample adds a whole kernel to the output, as in other libraries' transposed convolution.

    Other libraries flip the kernel and pad by K − 1. In this course the filters slide over the upsampled
    signal as it is.
    """
    return conv1d(upsample1d(x, factor=factor), np.ascontiguousarray(w[:, :, ::-1]), b, pad=w.shape[2] - 1)


ON_THE_UPSAMPLED = (
    "flips_the_kernel",
    "averages_the_products",
    "uses_the_first_channel_only",
    "keeps_the_last_channel_only",
    "filter_has_one_channel_for_all",
    "multiplies_every_pair_of_channels",
    "uses_the_first_filter_for_all",
    "computes_the_first_filter_only",
    "loops_over_the_channels_for_the_filters",
    "swaps_filters_and_channels",
    "reads_the_first_image_every_time",
    "returns_after_the_first_image",
    "sums_over_the_batch",
    "leaves_out_the_bias",
    "adds_the_bias_to_each_product",
    "adds_the_bias_for_each_channel",
    "uses_the_first_bias_for_all",
    "adds_the_sum_of_the_biases",
    "subtracts_the_bias",
    "leaves_out_the_last_position",
    "stores_integers",
    "stores_single_precision",
    "applies_relu",
)
"""Mistakes of a convolution with stride 1 and no padding that show after an upsampling, too."""

WORDS: Mapping[str, str] = {
    "dxpad without its padding": "every k-th row and column of dxup",
    "xpad": "xup",
    "padded signal": "upsampled signal",
    "i·s": "i",
    "j·s": "j",
    "⌊(W + 2P − K) / s⌋": "k·(W − 1) + 1 − K",
    "⌊(H + 2P − KH) / s⌋ + 1": "k·(H − 1) + 2 − KH",
}


def after_upsampling(hint: str) -> str:
    """Say of an upsampled input, at stride 1, what is said of a padded one at stride s."""
    for padded, upsampled in WORDS.items():
        hint = hint.replace(padded, upsampled)
    return hint


def _on_the_upsampled(wrong: Mistake) -> Function:
    def function(x: Array, w: Array, b: Array, *, factor: int) -> Any:
        return wrong.fresh()(upsample1d(x, factor=factor), w, b, stride=1, pad=0)

    return function


for _wrong in mistakes_of_conv1d.MISTAKES:
    if _wrong.id.partition(".")[2] in ON_THE_UPSAMPLED:
        mistake.adopt(_wrong, _on_the_upsampled(_wrong), hint=after_upsampling(_wrong.hint))

MISTAKES = mistake.mistakes
