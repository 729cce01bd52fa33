"""Wrong gradients of transposed convolutions of signals, as CMU's course 11-785 has them.

The way back: the gradient of a convolution with stride 1 of the upsampled signal, and of it every factor-th
sample. Mistakes of the convolution's gradient are taken over: `OF_THE_CONVOLUTION` says which.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.arrays import Array
from reference.conv1d import conv1d_backward
from reference.conv_transpose import conv_transpose1d_backward
from reference.mistakes import conv1d_backward as mistakes_of_conv1d
from reference.mistakes.conv_transpose1d import after_upsampling
from reference.mistakes.mistake import Collection, Function, Mistake
from reference.resample import upsample1d

__all__ = ["MISTAKES", "OF_THE_CONVOLUTION"]

Gradients = tuple[Array, Array, Array]

mistake = Collection("conv_transpose1d_backward")


def _of_the_upsampled(dout: Array, x: Array, w: Array, factor: int) -> Gradients:
    return conv1d_backward(dout, upsample1d(x, factor=factor), w)


@mistake
def returns_the_gradient_of_the_upsampled(dout: Array, x: Array, w: Array, *, factor: int) -> Gradients:
    """The gradient of the upsampled signal is returned without downsampling it, and is too long.

    dx[n, c, i] is the gradient of the upsampled signal at position k·i.
    """
    return _of_the_upsampled(dout, x, w, factor)


@mistake
def keeps_the_first_samples(dout: Array, x: Array, w: Array, *, factor: int) -> Gradients:
    """The first samples of the upsampled signal's gradient are kept instead of every factor-th.

    dx[n, c, i] is the gradient of the upsampled signal at position k·i.
    """
    dup, dw, db = _of_the_upsampled(dout, x, w, factor)
    return dup[:, :, : x.shape[2]], dw, db


@mistake
def sums_over_the_gaps(dout: Array, x: Array, w: Array, *, factor: int) -> Gradients:
    """The gradients of the zeros between two samples are added to that of the sample before them.

    The inserted zeros do not depend on the input: dx[n, c, i] is the upsampled signal's gradient at position
    k·i alone.
    """
    dup, dw, db = _of_the_upsampled(dout, x, w, factor)
    return np.add.reduceat(dup, range(0, dup.shape[2], factor), axis=2), dw, db


@mistake
def upsamples_the_gradient(dout: Array, x: Array, w: Array, *, factor: int) -> Gradients:
    """The gradient is upsampled once more instead of downsampled.

    The backward pass of an upsampling keeps every k-th sample: the gradient gets smaller.
    """
    dup, dw, db = _of_the_upsampled(dout, x, w, factor)
    return upsample1d(dup, factor=factor), dw, db


@mistake
def thins_out_dout(dout: Array, x: Array, w: Array, *, factor: int) -> Gradients:
    """The upstream gradient is downsampled before it goes back through the convolution.

    The last step is undone first: back through the convolution, then through the upsampling.
    """
    kept = np.zeros_like(dout)
    kept[:, :, ::factor] = dout[:, :, ::factor]
    return conv_transpose1d_backward(kept, x, w, factor=factor)


@mistake
def reads_dw_from_the_signal_itself(dout: Array, x: Array, w: Array, *, factor: int) -> Gradients:
    """For dw the windows are cut from the signal as it was before the upsampling.

    The filters saw the upsampled signal: dw[f, c, u] sums dout[n, f, i] · xup[n, c, i + u].
    """
    dx, dw, db = conv_transpose1d_backward(dout, x, w, factor=factor)
    wrong, k = np.zeros_like(dw), w.shape[2]
    for i in range(dout.shape[2]):
        wrong += (x[:, None, :, i : i + k] * dout[:, :, None, None, i]).sum(axis=0)
    return dx, wrong, db


OF_THE_CONVOLUTION = (
    "assigns_dx",
    "assigns_windows_of_dx",
    "keeps_the_last_filter_in_dx",
    "takes_the_first_filter_for_all_in_dx",
    "keeps_the_last_image_in_dx",
    "keeps_the_first_image_in_dx",
    "averages_dx_over_the_batch",
    "assigns_dw",
    "keeps_the_last_image_in_dw",
    "keeps_the_last_position_in_dw",
    "averages_dw_over_the_batch",
    "sums_dw_over_the_window",
    "sums_dw_over_the_channels",
    "keeps_the_last_image_in_db",
    "assigns_db",
    "averages_db_over_the_batch",
    "averages_db",
    "counts_db_once_per_channel",
    "sums_db_over_the_filters_too",
    "returns_one_number_for_db",
    "visits_the_first_filter_only",
    "flips_the_kernel_in_dx",
    "turns_filters_and_channels_in_dx",
    "turns_the_channels_in_dx",
    "turns_the_filters_in_dx",
    "flips_dw",
    "multiplies_by_weights_in_dw",
    "leaves_dx_at_zero",
    "leaves_dw_at_zero",
    "leaves_db_at_zero",
    "leaves_all_at_zero",
    "computes_in_single_precision",
)
"""Mistakes of a convolution's gradient that show before an upsampling, too."""


def _of_the_convolution(wrong: Mistake) -> Function:
    def function(dout: Array, x: Array, w: Array, *, factor: int) -> tuple[Any, Any, Any]:
        dup, dw, db = wrong.fresh()(dout, upsample1d(x, factor=factor), w, stride=1, pad=0)
        return dup[:, :, ::factor], dw, db

    return function


for _wrong in mistakes_of_conv1d.MISTAKES:
    if _wrong.id.partition(".")[2] in OF_THE_CONVOLUTION:
        mistake.adopt(_wrong, _of_the_convolution(_wrong), hint=after_upsampling(_wrong.hint))

MISTAKES = mistake.mistakes
