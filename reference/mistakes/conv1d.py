"""Wrong convolutions of signals, forward.

Formula: out[n, f, i] = b[f] + Σ_{c,u} xpad[n, c, i·s + u] · w[f, c, u], with ⌊(W + 2P − K) / s⌋ + 1 samples.

What is wrong with padding and stride is written down here. The rest are mistakes of images made on an image
one pixel high: `ON_ONE_ROW` says which, and what the hint is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reference.arrays import Array
from reference.conv1d import conv1d
from reference.mistakes import conv2d
from reference.mistakes.mistake import Collection, Function, Mistake

__all__ = ["MISTAKES", "in_samples"]

Conv1d = Callable[..., Array]

mistake = Collection("conv1d")


def _size(x: Array, w: Array, stride: int, pad: int) -> int:
    """Samples of the output; may be none or fewer."""
    return int((x.shape[2] + 2 * pad - w.shape[2]) // stride + 1)


def _pad(x: Array, before: int, behind: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (before, behind)))


def _fit(of: Conv1d, x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """Convolve, but where the kernel is just too large return an empty output, as the usual loop does."""
    size = _size(x, w, stride, pad)
    if size > 0:
        return of(x, w, b, stride=stride, pad=pad)
    return np.zeros((len(x), len(w), size), x.dtype)


def _slide(
    xpad: Array, w: Array, b: Array, size: int, begin: Callable[[int], int], end: Callable[[int], int]
) -> Array:
    """Fill a buffer of zeros, position by position; a slice that is cut short raises, as in a loop."""
    out = np.zeros((len(xpad), len(w), size), xpad.dtype)
    for i in range(size):
        window = xpad[:, None, :, begin(i) : end(i)]
        out[:, :, i] = (window * w).sum(axis=(2, 3)) + b
    return out


# --- padding -------------------------------------------------------------------------------------


@mistake
def ignores_pad(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The signal is not padded at all, whatever padding says.

    P zeros go before and after each signal; the output then has ⌊(W + 2P − K) / s⌋ + 1 samples.
    """
    return _fit(of, x, w, b, stride=stride, pad=0)


@mistake
def pad_is_always_one(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The signal gets one zero on each side, whatever padding says.

    The padding is an argument: P zeros go on each side, so that the padded signal has W + 2P samples.
    """
    return _fit(of, x, w, b, stride=stride, pad=1)


@mistake
def reads_the_unpadded_signal(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output has the size for a padded signal, but its windows are cut from the unpadded one.

    Position i covers xpad[n, c, i·s + u]: the windows lie in the padded signal, which has W + 2P samples.
    """
    k = w.shape[2]
    return _slide(x, w, b, _size(x, w, stride, pad), lambda i: i * stride, lambda i: i * stride + k)


@mistake
def pads_twice(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """Twice as many zeros as padding says go on each side, and the output grows with them.

    P zeros go on each of the two sides, once: 2P is what the signal gains in all.
    """
    return of(x, w, b, stride=stride, pad=2 * pad)


@mistake
def shares_pad_between_the_sides(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """Half of the padding goes on each side, as if padding were the total of both sides.

    The padding P counts the zeros on one side: the signal grows by 2P.
    """
    return _fit(of, x, w, b, stride=stride, pad=pad // 2)


@mistake
def pads_behind_only(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The zeros are added after the signal only, and none before it.

    Both ends get P zeros, so that sample 0 of the signal is sample P of the padded signal.
    """
    return _fit(of, _pad(x, 0, pad), w, b, stride=stride, pad=0)


@mistake
def pads_before_only(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The zeros are added before the signal only, and none after it.

    Both ends get P zeros: the padded signal has W + 2P samples.
    """
    return _fit(of, _pad(x, pad, 0), w, b, stride=stride, pad=0)


@mistake
def puts_all_zeros_behind(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """The padded signal has the right size, but all of its zeros stand after the signal.

    Both ends get P zeros, so that sample 0 of the signal is sample P of the padded signal.
    """
    return of(_pad(x, 0, 2 * pad), w, b, stride=stride, pad=0)


@mistake
def pads_the_channels(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The zeros go around the channels, and the signal keeps its length.

    Signals are stored as (N, C, W): the axis to pad is the last one.
    """
    xpad, k = np.pad(x, ((0, 0), (pad, pad), (0, 0))), w.shape[2]
    return _slide(xpad, w, b, _size(x, w, stride, 0), lambda i: i * stride, lambda i: i * stride + k)


@mistake
def pads_every_axis(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """All three axes are padded, so that the batch and the channels get zeros too.

    Only the last axis grows: (N, C, W) becomes (N, C, W + 2P).
    """
    xpad, k = np.pad(x, pad), w.shape[2]
    return _slide(xpad, w, b, _size(x, w, stride, pad), lambda i: i * stride, lambda i: i * stride + k)


@mistake
def pads_with_the_edge(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The padding repeats the signal's first and last samples instead of being zero.

    This is zero padding: the first P and the last P samples of xpad are 0.
    """
    return of(np.pad(x, ((0, 0), (0, 0), (pad, pad)), mode="edge"), w, b, stride=stride, pad=0)


@mistake
def pads_with_the_number_pad(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """The padding holds its own width, the number of padded samples, instead of zeros.

    This is zero padding: np.pad takes how many values to add as one argument, and which value as another.
    """
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad)), constant_values=pad)
    return of(xpad, w, b, stride=stride, pad=0)


@mistake
def pads_the_result(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The result of the convolution is padded, instead of the signal before it.

    First the signal is padded to W + 2P samples, then the filters slide over the padded signal.
    """
    return _pad(_fit(of, x, w, b, stride=stride, pad=0), pad, pad)


@mistake
def pads_the_result_at_stride_one(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """The result at stride 1 is padded, instead of the signal before the convolution.

    First the signal is padded to W + 2P samples, then the filters slide over the padded signal.
    """
    return _pad(_fit(of, x, w, b, stride=1, pad=0), pad, pad)[:, :, ::stride]


@mistake
def pads_by_the_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The stride says how many zeros are added at each end, instead of the padding.

    The padding P and the stride s are two hyperparameters: P zeros go at each end, the window moves by s.
    """
    return of(x, w, b, stride=stride, pad=stride)


# --- stride --------------------------------------------------------------------------------------


@mistake
def ignores_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d) -> Array:
    """The window moves by one sample and the output is as long as at stride 1, whatever stride says.

    The result of stride 1 is downsampled: every s-th sample of it is kept, ⌊(W + 2P − K) / s⌋ + 1 in all.
    """
    return of(x, w, b, stride=1, pad=pad)


@mistake
def windows_ignore_stride(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """The output's size follows the stride, but the window moves by one sample at a time.

    Sample i of the output is sample i·s of the result at stride 1.
    """
    return of(x, w, b, stride=1, pad=pad)[:, :, : _size(x, w, stride, pad)]


@mistake
def thins_out_the_signal(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The padded signal is downsampled before the convolution, instead of the result after it.

    The filters see all samples: a convolution of stride s is one of stride 1 whose result is downsampled.
    """
    xpad = _pad(x, pad, pad)[:, :, ::stride]
    k, size = w.shape[2], xpad.shape[2] - w.shape[2] + 1
    return _slide(xpad, w, b, size, lambda i: i, lambda i: i + k)


@mistake
def upsamples_the_result(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The result at stride 1 is upsampled by the stride instead of downsampled.

    A stride of s keeps every s-th sample: the output gets shorter, ⌊(W + 2P − K) / s⌋ + 1 samples.
    """
    dense = conv1d(x, w, b, stride=1, pad=pad)
    out = np.zeros((*dense.shape[:2], stride * (dense.shape[2] - 1) + 1), x.dtype)
    out[:, :, ::stride] = dense
    return out


@mistake
def stride_is_always_two(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """The window moves by two samples, whatever stride says.

    The stride is an argument: sample i of the output is sample i·s of the result at stride 1.
    """
    return of(x, w, b, stride=2, pad=pad)


@mistake
def window_ends_without_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The start of the window is multiplied by the stride, but its end is not.

    The window of position i starts at sample i·s and ends before sample i·s + K.
    """
    xpad, k = _pad(x, pad, pad), w.shape[2]
    return _slide(xpad, w, b, _size(x, w, stride, pad), lambda i: i * stride, lambda i: i + k)


@mistake
def swaps_stride_and_pad(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """Stride and padding are swapped.

    stride comes before padding among the constructor's arguments; pass them by name.
    """
    return conv1d(x, w, b, stride=pad or 10**6, pad=stride)


# --- size ----------------------------------------------------------------------------------------


@mistake
def forgets_the_one_in_the_size(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """The output lacks its last sample: one is not added to the number of steps.

    A window that can take m steps has m + 1 positions: the output has ⌊(W + 2P − K) / s⌋ + 1 samples.
    """
    dense = of(x, w, b, stride=1, pad=pad)
    return dense[:, :, :-1][:, :, ::stride]


@mistake
def leaves_out_the_last_position(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """The loop stops one position early, so that the output's last sample stays zero.

    Positions run from 0 to ⌊(W + 2P − K) / s⌋, the last included.
    """
    out = of(x, w, b, stride=stride, pad=pad).copy()
    out[:, :, -1] = 0
    return out


@mistake
def rounds_the_size_up(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's size is rounded up, so that a last window reaches beyond the end of the signal.

    Samples after the last whole window are left over: the size ⌊(W + 2P − K) / s⌋ + 1 is rounded down.
    """
    xpad, k = _pad(x, pad, pad), w.shape[2]
    size = -(-(xpad.shape[2] - k) // stride) + 1
    return _slide(xpad, w, b, size, lambda i: i * stride, lambda i: i * stride + k)


@mistake
def refuses_leftover_samples(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv1d = conv1d
) -> Array:
    """A signal that leaves samples over after its last window is refused.

    Samples after the last whole window are simply left over: ⌊(W + 2P − K) / s⌋ + 1 rounds down.
    """
    if (x.shape[2] + 2 * pad - w.shape[2]) % stride:
        raise ValueError("the length does not fit")
    return of(x, w, b, stride=stride, pad=pad)


# --- of images, too ------------------------------------------------------------------------------

SUM = (
    "Each output is a sum over all channels and all weights of the kernel: "
    "out[n, f, i] = b[f] + Σ_{c,u} xpad[n, c, i·s + u] · w[f, c, u]."
)
KERNEL = (
    "The kernel is used as it is (cross-correlation): sample i·s + u of the padded signal meets w[f, c, u]."
)
FILTERS = (
    "Feature map f is computed with filter f, over all C channels, and with bias f: "
    "w is (F, C, K), indexed w[f, c, u]."
)
BATCH = "Signal n of the output is computed from signal n of the input alone, for every n."
BIAS = "There is one bias for each filter, added once to each output: out[n, f, i] = b[f] + Σ_{c,u} xpad · w."
NUMBERS = "The output needs the input's type, float64: np.zeros gives that unless told otherwise."
LOOPS = "Every signal, filter and position has its output: return it after all loops have ended."
RESHAPE = "A reshape keeps the order in memory; to move an axis, transpose."
INPLACE = "The filters belong to the caller, and later windows need them: the products need a new array."

ON_ONE_ROW: Mapping[str, str] = {
    "flips_the_kernel": KERNEL,
    "flips_the_kernel_and_its_channels": KERNEL,
    "keeps_the_last_product_only": SUM,
    "averages_the_products": SUM,
    "sums_on_over_the_feature_map": SUM,
    "sums_on_over_the_whole_output": SUM,
    "uses_the_first_channel_only": SUM,
    "keeps_the_last_channel_only": SUM,
    "filter_has_one_channel_for_all": SUM,
    "image_has_one_channel_for_all": SUM,
    "multiplies_every_pair_of_channels": SUM,
    "filter_index_picks_the_channel": FILTERS,
    "counts_three_channels": SUM,
    "reads_the_size_of_the_second_channel": "A signal may have one channel: take its length from A.shape.",
    "uses_the_first_filter_for_all": FILTERS,
    "computes_the_first_filter_only": FILTERS,
    "image_index_picks_the_filter": FILTERS,
    "loops_over_the_channels_for_the_filters": FILTERS,
    "swaps_filters_and_channels": FILTERS,
    "sums_over_the_filters": FILTERS,
    "reshapes_filters_first_into_images": RESHAPE,
    "reads_the_first_image_every_time": BATCH,
    "reads_the_last_image_every_time": BATCH,
    "returns_after_the_first_image": BATCH,
    "sums_over_the_batch": BATCH,
    "returns_one_image": BATCH,
    "leaves_out_the_bias": BIAS,
    "adds_the_bias_to_each_product": BIAS,
    "adds_the_bias_for_each_channel": BIAS,
    "uses_the_first_bias_for_all": BIAS,
    "image_index_picks_the_bias": BIAS,
    "adds_the_sum_of_the_biases": BIAS,
    "adds_the_biases_along_the_width": BIAS,
    "subtracts_the_bias": BIAS,
    "steps_by_the_kernel": "The window moves by the stride, which need not be the kernel's size.",
    "returns_after_the_first_filter": FILTERS,
    "returns_after_the_first_value": LOOPS,
    "stores_integers": NUMBERS,
    "stores_single_precision": NUMBERS,
    "applies_relu": "A convolution is linear; an activation is a layer of its own.",
    "multiplies_the_filter_in_place": INPLACE,
}
"""Mistakes of images that are made with signals alike, and their hints."""


WORDS = {
    "image": "signal",
    "Image": "Signal",
    "pixel": "sample",
    "Pixel": "Sample",
    "width": "length",
    "rows, columns": "samples",
}


def in_samples(sentence: str) -> str:
    """Say of signals what is said of images."""
    for image, signal in WORDS.items():
        sentence = sentence.replace(image, signal)
    return sentence


def _on_one_row(wrong: Mistake) -> Function:
    """A mistake of images, made on the padded signal as on an image one pixel high."""

    def function(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Any:
        row = _pad(x, pad, pad)[:, :, None]
        out = wrong.fresh()(row, w[:, :, None], b, stride=stride, pad=0)
        return np.squeeze(out, 2)

    return function


for _wrong in conv2d.MISTAKES:
    if (_name := _wrong.id.partition(".")[2]) in ON_ONE_ROW:
        mistake.adopt(
            _wrong, _on_one_row(_wrong), sentence=in_samples(_wrong.sentence), hint=ON_ONE_ROW[_name]
        )

MISTAKES = mistake.mistakes
