"""Wrong gradients of convolutions of signals.

Formulas: dxpad[n, c, i·s + u] += Σ_f w[f, c, u] · dout[n, f, i]; dw[f, c, u] = Σ_{n,i} dout[n, f, i] ·
xpad[n, c, i·s + u]; db[f] = Σ_{n,i} dout[n, f, i].

What is wrong with padding, stride and the way through the downsampling is written down here. The rest are
mistakes of images made on an image one pixel high: `ON_ONE_ROW` says which, and what the hint is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reference.arrays import Array
from reference.conv1d import conv1d_backward
from reference.mistakes import conv2d_backward
from reference.mistakes.conv1d import in_samples
from reference.mistakes.mistake import Collection, Function, Mistake

__all__ = ["MISTAKES"]

Gradients = tuple[Array, Array, Array]
Backward = Callable[..., Gradients]

mistake = Collection("conv1d_backward")


def _padded(x: Array, pad: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (pad, pad)))


def _uncropped(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The right gradients, but for dx, which keeps its padding."""
    return conv1d_backward(dout, _padded(x, pad), w, stride=stride, pad=0)


def _dense(dout: Array, size: int, stride: int) -> Array:
    """The upstream gradient as it is in front of the downsampling."""
    dense = np.zeros((*dout.shape[:2], size), dout.dtype)
    dense[:, :, ::stride] = dout
    return dense


def _dense_size(x: Array, w: Array, pad: int) -> int:
    return int(x.shape[2] + 2 * pad - w.shape[2] + 1)


# --- padding -------------------------------------------------------------------------------------


@mistake
def crops_with_minus_pad(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The padding is cropped from dx with a slice that ends at minus padding, which is empty at padding 0.

    In Python −0 is 0, and a slice that ends at 0 is empty: end it at P + W, the padding plus the length of
    the signal.
    """
    dx, dw, db = _uncropped(dout, x, w, stride=stride, pad=pad)
    return dx[:, :, pad:-pad], dw, db


@mistake
def keeps_the_padding(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The padding is not cropped from dx, which is then longer than the signal.

    dx has the shape of x: of dxpad it is the W samples from P on.
    """
    return _uncropped(dout, x, w, stride=stride, pad=pad)


@mistake
def pads_dx_again(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The gradient of the padded signal is padded once more instead of being cropped.

    The forward pass adds the padding, so the backward pass crops it: dx is the W samples of dxpad from P on.
    """
    dx, dw, db = _uncropped(dout, x, w, stride=stride, pad=pad)
    return _padded(dx, pad), dw, db


@mistake
def crops_at_the_start_only(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The padding is cropped from the start of dx, but not from its end.

    dx has the shape of x: of dxpad it is the W samples from P on.
    """
    dx, dw, db = _uncropped(dout, x, w, stride=stride, pad=pad)
    return dx[:, :, pad:], dw, db


@mistake
def crops_at_the_end_only(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The right number of samples is cropped from dx, but all of them at its end.

    Sample 0 of the signal is sample P of the padded signal: dx is the W samples of dxpad from P on.
    """
    dx, dw, db = _uncropped(dout, x, w, stride=stride, pad=pad)
    return dx[:, :, : x.shape[2]], dw, db


@mistake
def crops_one_sample(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """One sample is cropped from each end of dx, whatever padding says.

    P zeros were added at each end of the signal, so P samples are cropped from each end of dxpad.
    """
    dx, dw, db = _uncropped(dout, x, w, stride=stride, pad=pad)
    return dx[:, :, 1:-1], dw, db


@mistake
def crops_the_channels(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The channels of dx are cropped, and not its samples.

    Signals are stored as (N, C, W): the axis that was padded is the last one.
    """
    dx, dw, db = _uncropped(dout, x, w, stride=stride, pad=pad)
    return dx[:, pad : dx.shape[1] - pad], dw, db


@mistake
def crops_the_batch(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The first axis of dx is cropped, so that signals are lost and the padding stays.

    Signals are stored as (N, C, W): the axis that was padded is the last one.
    """
    dx, dw, db = _uncropped(dout, x, w, stride=stride, pad=pad)
    return dx[pad : max(pad, len(dx) - pad)], dw, db


@mistake
def ignores_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv1d_backward
) -> Gradients:
    """The gradients are computed as if the signal had not been padded.

    The windows of the forward pass lie in the padded signal; so do those of the backward pass.
    """
    return of(dout, x, w, stride=stride, pad=0)


@mistake
def pads_twice(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv1d_backward
) -> Gradients:
    """The padded signal that the forward pass kept is padded once more.

    dw reads xpad[n, c, i·s + u], the signal as the filters saw it, with P zeros on each side.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    xpad, k = _padded(x, 2 * pad), w.shape[2]
    windows = np.stack([xpad[:, :, i * stride : i * stride + k] for i in range(dout.shape[2])])
    return dx, np.einsum("nfi,incu->fcu", dout, windows).astype(w.dtype), db


@mistake
def reads_dw_from_the_unpadded_signal(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """For dw the windows are cut out of the signal without its padding.

    dw[f, c, u] sums dout[n, f, i] · xpad[n, c, i·s + u]: the windows lie in the padded signal.
    """
    dx, dw, db = conv1d_backward(dout, x, w, stride=stride, pad=pad)
    wrong, k = np.zeros_like(dw), w.shape[2]
    for i in range(dout.shape[2]):
        window = x[:, None, :, i * stride : i * stride + k]
        wrong += (window * dout[:, :, None, None, i]).sum(axis=0)
    return dx, wrong, db


# --- stride --------------------------------------------------------------------------------------


@mistake
def ignores_stride(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv1d_backward
) -> Gradients:
    """The upstream gradient is not upsampled by the stride before it goes back through the convolution.

    The backward pass begins with the downsampling: dout[n, f, i] goes to position i·s of the result at stride
    1, and all other positions get zero.
    """
    return of(_kept(dout, _dense_size(x, w, pad)), x, w, stride=1, pad=pad)


def _kept(dout: Array, size: int) -> Array:
    """The upstream gradient at the first places of a longer one."""
    kept = np.zeros((*dout.shape[:2], size), dout.dtype)
    kept[:, :, : dout.shape[2]] = dout
    return kept


@mistake
def forgets_the_leftover_samples(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The length before the downsampling is computed from dout, without the samples that were left over.

    Several lengths give the same dout: remember the length in the forward pass, and make an array of zeros of
    that length.
    """
    reached = stride * (dout.shape[2] - 1) + w.shape[2]
    xpad = _padded(x, pad)
    dx, dw, db = conv1d_backward(dout, np.ascontiguousarray(xpad[:, :, :reached]), w, stride=stride, pad=0)
    return dx[:, :, pad : dx.shape[2] - pad], dw, db


@mistake
def size_is_stride_times_the_output(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The length before the downsampling is taken to be the stride times that of dout.

    Several lengths give the same dout: remember the length in the forward pass, and make an array of zeros of
    that length.
    """
    xpad, k = _padded(x, pad), w.shape[2]
    dense = _dense(dout, stride * dout.shape[2], stride)
    dx, dw = np.zeros((*xpad.shape[:2], dense.shape[2] + k - 1), x.dtype), np.zeros_like(w)
    for i in range(dense.shape[2]):
        here = dense[:, :, i]
        dx[:, :, i : i + k] += np.einsum("nf,fcu->ncu", here, w)
        dw += (xpad[:, None, :, i : i + k] * here[:, :, None, None]).sum(axis=0)
    return dx[:, :, pad : dx.shape[2] - pad], dw, dout.sum(axis=(0, 2))


@mistake
def repeats_dout_by_the_stride(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The upstream gradient is repeated at all positions that the downsampling left out.

    Positions that were left out do not affect the result, so their gradient is zero.
    """
    size = _dense_size(x, w, pad)
    dense = np.ascontiguousarray(np.repeat(dout, stride, axis=2)[:, :, :size])
    return conv1d_backward(_kept(dense, size), x, w, stride=1, pad=pad)


@mistake
def swaps_stride_and_pad(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """Stride and padding are swapped.

    stride comes before padding among the constructor's arguments; pass them by name.
    """
    return conv1d_backward(dout, x, w, stride=pad, pad=stride)


# --- the bias ------------------------------------------------------------------------------------


def _with_db(db: Array, dout: Array, x: Array, w: Array, stride: int, pad: int) -> Gradients:
    dx, dw, _ = conv1d_backward(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_samples_apart_in_db(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """For db the upstream gradient is summed over the signals, but not over the samples.

    The bias of filter f was added to every sample: db[f] = Σ_{n,i} dout[n, f, i], of shape (F,).
    """
    return _with_db(dout.sum(axis=0), dout, x, w, stride, pad)


@mistake
def keeps_the_signals_apart_in_db(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """For db the upstream gradient is summed over the samples, but not over the signals.

    All signals of the batch share the bias: db[f] = Σ_{n,i} dout[n, f, i], of shape (F,).
    """
    return _with_db(dout.sum(axis=2), dout, x, w, stride, pad)


@mistake
def keeps_all_axes_of_db(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """The gradient db keeps the summed axes, with length one.

    db has the shape of b, (F,), and not (1, F, 1).
    """
    return _with_db(dout.sum(axis=(0, 2), keepdims=True), dout, x, w, stride, pad)


@mistake
def sums_db_as_if_channels_came_last(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """For db the first two axes are summed, as if the filters came last.

    Results are stored as (N, F, W): the filters are axis 1, and db[f] sums over axes 0 and 2.
    """
    return _with_db(dout.sum(axis=(0, 1)), dout, x, w, stride, pad)


# --- of images, too ------------------------------------------------------------------------------

DX = (
    "Filters and overlapping windows add up, starting from zeros: for every i and u, "
    "dxpad[n, c, i·s + u] += Σ_f w[f, c, u] · dout[n, f, i]."
)
FLIP = (
    "Weight w[u] is multiplied by sample i·s + u. Adding windows to dx uses the kernel as it is; a "
    "convolution over the padded dout flips it along its last axis, and no other."
)
DW = "Signals and positions add up: dw[f, c, u] = Σ_{n,i} dout[n, f, i] · xpad[n, c, i·s + u]."
DB = "Bias f is added at every position of every signal: db[f] = Σ_{n,i} dout[n, f, i], of shape (F,)."
BATCH = "Each signal has a gradient of its own in dx, and dw and db sum over all signals."
FILTERS = "Each filter has its own dw and db, and dx sums over all filters: w is (F, C, K), dout (N, F, OW)."
RESHAPE = "A reshape keeps the order in memory; to move an axis, transpose. dout is (N, F, OW)."
NUMBERS = "Gradients need the input's type, float64: np.zeros gives that unless told otherwise."
ORDER = "dx, dw and db have the shapes of x, w and b; the method returns dx and keeps the other two."

ON_ONE_ROW: Mapping[str, str] = {
    "assigns_dx": DX,
    "assigns_windows_of_dx": DX,
    "keeps_the_last_filter_in_dx": DX,
    "keeps_the_first_filter_in_dx": DX,
    "takes_the_first_filter_for_all_in_dx": DX,
    "keeps_the_last_image_in_dx": BATCH,
    "keeps_the_first_image_in_dx": BATCH,
    "carries_dx_over_to_the_next_image": BATCH,
    "sums_dx_over_the_batch": BATCH,
    "averages_dx_over_the_batch": DX,
    "averages_dx_over_the_filters": DX,
    "shares_dx_among_windows": DX,
    "assigns_dw": DW,
    "keeps_the_last_image_in_dw": DW,
    "keeps_the_last_position_in_dw": DW,
    "keeps_the_first_image_in_dw": DW,
    "reads_the_first_image_for_all_in_dw": DW,
    "multiplies_sums_over_the_batch_in_dw": DW,
    "averages_dw_over_the_batch": DW,
    "averages_dw_over_images_and_positions": DW,
    "averages_dw_over_positions": DW,
    "sums_dw_over_the_window": DW,
    "sums_dw_over_the_channels": DW,
    "keeps_the_last_image_in_db": DB,
    "assigns_db": DB,
    "keeps_the_last_position_in_db": DB,
    "keeps_the_first_image_in_db": DB,
    "averages_db_over_the_batch": DB,
    "averages_db": DB,
    "averages_db_over_positions": DB,
    "counts_db_once_per_image": DB,
    "counts_db_once_per_position": DB,
    "counts_db_once_per_channel": DB,
    "sums_db_over_the_filters_too": DB,
    "returns_one_number_for_db": DB,
    "returns_db_as_a_column": DB,
    "sums_db_over_filters_instead_of_images": DB,
    "stops_after_the_first_image": BATCH,
    "visits_the_last_image_only": BATCH,
    "visits_the_first_filter_only": FILTERS,
    "loops_over_as_many_filters_as_channels": FILTERS,
    "loops_over_as_many_channels_as_filters": FILTERS,
    "fills_the_first_channel_of_dx_only": DX,
    "fills_the_first_channel_of_dw_only": DW,
    "reads_the_first_channel_for_all_in_dw": DW,
    "takes_the_first_channel_for_all_in_dx": DX,
    "takes_the_filter_index_for_the_channel_in_dw": DW,
    "mixes_images_and_filters": RESHAPE,
    "mixes_images_and_filters_in_db": RESHAPE,
    "flips_the_kernel_in_dx": FLIP,
    "turns_filters_and_channels_in_dx": FLIP,
    "turns_the_channels_in_dx": FLIP,
    "turns_the_filters_in_dx": FLIP,
    "flips_dw": DW,
    "turns_dout_in_dw": DW,
    "multiplies_by_pixels_in_dx": DX,
    "multiplies_by_weights_in_dw": DW,
    "leaves_the_weights_out_of_dx": DX,
    "leaves_the_pixels_out_of_dw": DW,
    "leaves_dout_out_of_dx": DX,
    "leaves_dout_out_of_dw": DW,
    "leaves_dout_out_of_db": DB,
    "sums_the_kernel_in_dx": DX,
    "sums_the_channels_in_dx": DX,
    "starts_dx_from_the_image": DX,
    "starts_dw_from_the_weights": DW,
    "starts_db_from_ones": DB,
    "reads_dw_from_the_gradient_of_the_image": DW,
    "gathers_dx_in_the_padded_image": DX,
    "leaves_dx_at_zero": DX,
    "leaves_dw_at_zero": DW,
    "leaves_db_at_zero": DB,
    "leaves_all_at_zero": DX,
    "returns_db_before_dw": ORDER,
    "returns_dw_before_dx": ORDER,
    "computes_in_single_precision": NUMBERS,
}
"""Mistakes of images that are made with signals alike, and their hints."""


def _on_one_row(wrong: Mistake) -> Function:
    """A mistake of images, made on the padded signal as on an image one pixel high."""

    def function(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> tuple[Any, Any, Any]:
        row = _padded(x, pad)[:, :, None]
        dx, dw, db = wrong.fresh()(dout[:, :, None], row, w[:, :, None], stride=stride, pad=0)
        dx, dw = (np.squeeze(each, 2) if each.ndim == 4 else each for each in (dx, dw))
        if dx.shape == (*x.shape[:2], row.shape[3]):
            dx = dx[:, :, pad : pad + x.shape[2]]
        return dx, dw, db

    return function


for _wrong in conv2d_backward.MISTAKES:
    if (_name := _wrong.id.partition(".")[2]) in ON_ONE_ROW:
        mistake.adopt(
            _wrong, _on_one_row(_wrong), sentence=in_samples(_wrong.sentence), hint=ON_ONE_ROW[_name]
        )

MISTAKES = mistake.mistakes
