"""Wrong average pools, forward.

Formula: out[n, c, i, j] = Σ_{u,v} x[n, c, i·s + u, j·s + v] / (KH · KW), with OH = ⌊(H − KH) / s⌋ + 1.

Where a wrong window reaches over the border of the image, the border cuts it short, as it does in the loops
of a course: the mean is of the pixels that are left, and of none it is NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.pool import avg_pool2d, max_pool2d
from reference.shapes import as_pair
from reference.windows import sliding_windows

__all__ = ["MISTAKES"]

AvgPool2d = Callable[..., Array]
Pair = tuple[int, int]
Place = Callable[[int, int], tuple[slice, slice]]
"""Says which rows and columns the window at output (i, j) covers."""

mistake = Collection("avg_pool2d")


def _size(x: Array, window: Pair, stride: int | Pair) -> Pair:
    """Count the positions of the window, (OH, OW)."""
    (height, width), (kh, kw), (sh, sw) = x.shape[2:], window, as_pair("stride", stride, least=1)
    return (height - kh) // sh + 1, (width - kw) // sw + 1


def _span(start: int, size: int) -> slice:
    return slice(start, start + size)


def _windows(window: Pair, stride: int | Pair) -> Place:
    """Give each window its right place."""
    (kh, kw), (sh, sw) = window, as_pair("stride", stride, least=1)
    return lambda i, j: (_span(i * sh, kh), _span(j * sw, kw))


def _means(x: Array, size: Pair, place: Place) -> Array:
    """Fill an output of this size with the mean of each window; that of a window without pixels is nan."""
    out = np.zeros((*x.shape[:2], *size), x.dtype)
    with np.errstate(invalid="ignore"):
        for i, j in np.ndindex(size):
            rows, cols = place(i, j)
            pixels = x[:, :, rows, cols]
            out[:, :, i, j] = pixels.sum(axis=(2, 3)) / (pixels.shape[2] * pixels.shape[3])
    return out


# --- the mean ------------------------------------------------------------------------------------


@mistake
def takes_the_maximum(x: Array, *, window: Pair, stride: int) -> Array:
    """The result is the maximum of every window, not its mean.

    Average pooling takes the mean, Σ x / (KH · KW) over the window; the maximum belongs to max pooling.
    """
    return max_pool2d(x, window=window, stride=stride)


@mistake
def takes_the_median(x: Array, *, window: Pair, stride: int) -> Array:
    """The result is the median of every window, not its mean.

    The mean adds up all pixels of the window and divides by their number, Σ x / (KH · KW); the median is the
    value in the middle.
    """
    windows = sliding_windows(
        np.ascontiguousarray(x), window, as_pair("stride", stride, least=1), _size(x, window, stride)
    )
    n, c, kh, kw, oh, ow = windows.shape
    ordered = np.sort(windows.reshape(n, c, kh * kw, oh, ow), axis=2)
    return np.asarray((ordered[:, :, (kh * kw - 1) // 2] + ordered[:, :, kh * kw // 2]) / 2, x.dtype)


@mistake
def sums_the_window(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The pixels of a window are added up, but the sum is not divided by their number.

    A mean is the sum over the window divided by the number of its pixels, KH · KW.
    """
    return of(x, window=window, stride=stride) * (window[0] * window[1])


@mistake
def divides_by_one_side(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The sum of a window is divided by the window's height, not by the number of its pixels.

    A window of KH rows and KW columns has KH · KW pixels, and the mean divides by all of them.
    """
    return of(x, window=window, stride=stride) * window[1]


@mistake
def divides_by_the_sum_of_the_sides(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """The sum of a window is divided by its height plus its width.

    A window has KH · KW pixels, the product of its sides; only for 2 × 2 is KH + KW the same number.
    """
    return of(x, window=window, stride=stride) * (window[0] * window[1]) / (window[0] + window[1])


@mistake
def divides_twice(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The mean of a window is divided by the number of its pixels a second time.

    The mean Σ x / (KH · KW) divides once: a function such as np.mean has already done so.
    """
    return of(x, window=window, stride=stride) / (window[0] * window[1])


@mistake
def divides_by_the_stride(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The sum of a window is divided by the square of the stride.

    The stride says how far apart windows are, not how large they are: the mean divides by KH · KW.
    """
    return of(x, window=window, stride=stride) * (window[0] * window[1]) / stride**2


@mistake
def divides_by_four(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The sum of a window is divided by four, whatever the size of the window.

    Four is the number of pixels of a 2 × 2 window; in general the mean divides by KH · KW.
    """
    return of(x, window=window, stride=stride) * (window[0] * window[1]) / 4


@mistake
def divides_by_the_output_size(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The sum of a window is divided by the number of positions in the output.

    The mean is over the pixels of one window, KH · KW of them; OH · OW is how many means there are.
    """
    out = of(x, window=window, stride=stride)
    positions: int = out.shape[2] * out.shape[3]
    return out * (window[0] * window[1]) / positions


@mistake
def divides_by_the_image_size(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The sum of a window is divided by the number of pixels in the whole image.

    The mean is over the pixels of one window, KH · KW of them, however large the image is.
    """
    pixels: int = x.shape[2] * x.shape[3]
    return of(x, window=window, stride=stride) * (window[0] * window[1]) / pixels


@mistake
def rounds_down(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """Every mean is rounded down to a whole number.

    The mean is a true division, Σ x / (KH · KW); floor division, //, drops the fraction.
    """
    return np.floor(of(x, window=window, stride=stride))


@mistake
def stores_integers(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The output is an array of integers, so that the fraction of every mean is cut off.

    A mean is rarely a whole number: the output needs a floating-point type, such as that of the image.
    """
    return of(x, window=window, stride=stride).astype(np.int64)


@mistake
def stores_single_precision(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The output is an array of 32-bit floats, which keep only about seven digits.

    The output has the image's own type: 64-bit floats, as here, keep about sixteen digits.
    """
    return of(x, window=window, stride=stride).astype(np.float32)


# --- stride --------------------------------------------------------------------------------------


@mistake
def starts_windows_one_pixel_apart(x: Array, *, window: Pair, stride: int) -> Array:
    """The output has the right size, but its windows start one pixel apart, whatever stride says.

    The window of output (i, j) starts at pixel (i·s, j·s): the position in the output times the stride.
    """
    return _means(x, _size(x, window, stride), _windows(window, 1))


@mistake
def pools_at_every_pixel(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The stride is not used at all: there is one output for every pixel at which the window fits.

    With a stride s only every s-th position is kept, which leaves ⌊(H − KH) / s⌋ + 1 rows.
    """
    return of(x, window=window, stride=1)


@mistake
def takes_the_stride_for_the_window(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """The stride is used as the window's size, so that windows always lie side by side.

    Window and stride are separate: windows are KH by KW pixels and start s pixels apart.
    """
    return of(x, window=as_pair("stride", stride, least=1), stride=stride)


@mistake
def steps_by_the_window(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The window's size is used as the stride throughout, so that windows always lie side by side.

    Window and stride are separate: windows start s pixels apart, so they overlap if s is smaller than K and
    leave gaps if it is larger.
    """
    return of(x, window=window, stride=window)


@mistake
def starts_windows_side_by_side(x: Array, *, window: Pair, stride: int) -> Array:
    """The output has the right size, but each window starts where the one before ends.

    The window of output (i, j) starts at (i·s, j·s), not at (i·KH, j·KW); the two agree only if the
    stride is the window's size.
    """
    return _means(x, _size(x, window, stride), _windows(window, window))


@mistake
def ends_windows_without_stride(x: Array, *, window: Pair, stride: int) -> Array:
    """The start of a window is multiplied by the stride, but its end is not.

    A window of KH rows that starts at i·s ends at i·s + KH: its end follows from its own start.
    """
    kh, kw = window
    return _means(
        x,
        _size(x, window, stride),
        lambda i, j: (slice(i * stride, i + kh), slice(j * stride, j + kw)),
    )


@mistake
def ends_windows_where_the_first_one_ends(x: Array, *, window: Pair, stride: int) -> Array:
    """A window's start moves with the stride, but its end stays where the first window ends.

    A window of KH rows that starts at i·s ends at i·s + KH: its end follows from its own start.
    """
    kh, kw = window
    return _means(x, _size(x, window, stride), lambda i, j: (slice(i * stride, kh), slice(j * stride, kw)))


@mistake
def stretches_windows_by_the_stride(x: Array, *, window: Pair, stride: int) -> Array:
    """The window's size is multiplied by the stride, as its position is.

    Only the position is multiplied by the stride: the window covers rows i·s to i·s + KH − 1.
    """
    kh, kw = window
    return _means(x, _size(x, window, stride), _windows((kh * stride, kw * stride), stride))


@mistake
def ends_windows_at_the_next_start(x: Array, *, window: Pair, stride: int) -> Array:
    """Each window ends where the next one starts, so that it is as large as the stride.

    A window covers rows i·s to i·s + KH − 1: its size is its own, and only its start follows from the
    stride.
    """
    return _means(x, _size(x, window, stride), _windows((stride, stride), stride))


@mistake
def swaps_window_and_stride(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The window's size and the stride are swapped.

    Windows are KH × KW pixels large and s pixels apart: out[i, j] is the mean of x[i·s + u, j·s + v] over u <
    KH, v < KW.
    """
    return of(x, window=(stride, stride), stride=window)


@mistake
def downsamples_the_image(x: Array, *, window: Pair, stride: int) -> Array:
    """The image is downsampled by the stride before it is pooled, instead of the result afterwards.

    Pooling with stride s is pooling at every pixel and keeping every s-th result: the windows hold
    neighbouring pixels.
    """
    thin = x[:, :, ::stride, ::stride]
    return _means(thin, _size(thin, window, 1), _windows(window, 1))


@mistake
def strides_down_only(x: Array, *, window: Pair, stride: int) -> Array:
    """The window moves down by the stride, but to the right by one pixel.

    Both coordinates are multiplied by the stride: the window of output (i, j) starts at (i·s, j·s).
    """
    return _means(x, _size(x, window, stride), _windows(window, (stride, 1)))


@mistake
def strides_across_only(x: Array, *, window: Pair, stride: int) -> Array:
    """The window moves to the right by the stride, but down by one pixel.

    Both coordinates are multiplied by the stride: the window of output (i, j) starts at (i·s, j·s).
    """
    return _means(x, _size(x, window, stride), _windows(window, (1, stride)))


@mistake
def stride_is_always_two(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The window moves by two pixels, whatever stride says.

    The stride is a hyperparameter s: windows start s pixels apart and there are ⌊(H − KH) / s⌋ + 1 of
    them in a column.
    """
    return of(x, window=window, stride=2)


# --- the window ----------------------------------------------------------------------------------


@mistake
def window_is_always_two(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The window is two pixels high and wide, whatever size it should have.

    The window's size is a hyperparameter: it decides which pixels are averaged, what the sum is divided by,
    and the output's size.
    """
    return of(x, window=(2, 2), stride=stride)


@mistake
def cuts_two_by_two_windows(x: Array, *, window: Pair, stride: int) -> Array:
    """The output's size is right, but every window is cut two by two pixels in size.

    The window of output (i, j) has KH rows from i·s on and KW columns from j·s on, whatever KH and KW are.
    """
    return _means(x, _size(x, window, stride), _windows((2, 2), stride))


@mistake
def window_is_always_three(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The window is three pixels high and wide, whatever size it should have.

    The window's size is a hyperparameter: it decides which pixels are averaged, what the sum is divided by,
    and the output's size.
    """
    return of(x, window=(3, 3), stride=stride)


@mistake
def window_is_as_wide_as_high(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The window's height is used for its width, too.

    A window has KH rows and KW columns; the width decides the columns of each window and of the output.
    """
    return of(x, window=(window[0], window[0]), stride=stride)


@mistake
def window_is_as_high_as_wide(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The window's width is used for its height, too.

    A window has KH rows and KW columns; the height decides the rows of each window and of the output.
    """
    return of(x, window=(window[1], window[1]), stride=stride)


@mistake
def swaps_the_sides_of_the_window(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """The window's height and width are swapped.

    A window has KH rows and KW columns: rows are counted along the third axis of the image, columns along the
    fourth.
    """
    return of(x, window=window[::-1], stride=stride)


@mistake
def window_lacks_a_row_and_a_column(x: Array, *, window: Pair, stride: int) -> Array:
    """Each window ends one row and one column too early.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    return _means(x, _size(x, window, stride), _windows((window[0] - 1, window[1] - 1), stride))


@mistake
def window_has_a_row_and_a_column_too_many(x: Array, *, window: Pair, stride: int) -> Array:
    """Each window ends one row and one column too late.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    return _means(x, _size(x, window, stride), _windows((window[0] + 1, window[1] + 1), stride))


@mistake
def window_starts_at_the_corner_of_the_image(x: Array, *, window: Pair, stride: int) -> Array:
    """Every window begins at the first pixel of the image and only its end moves.

    The window of output (i, j) has a start and an end: rows i·s to i·s + KH − 1, columns j·s to j·s +
    KW − 1.
    """
    kh, kw = window
    return _means(x, _size(x, window, stride), lambda i, j: (slice(i * stride + kh), slice(j * stride + kw)))


@mistake
def window_reaches_the_end_of_the_image(x: Array, *, window: Pair, stride: int) -> Array:
    """Every window reaches down and right to the last pixel of the image.

    The window of output (i, j) has a start and an end: rows i·s to i·s + KH − 1, columns j·s to j·s +
    KW − 1.
    """
    return _means(x, _size(x, window, stride), _windows(x.shape[2:], stride))


@mistake
def reads_the_diagonal(x: Array, *, window: Pair, stride: int) -> Array:
    """The first column of a window is computed from the output's row, so that only the diagonal is read.

    The window of output (i, j) starts in row i·s and in column j·s: rows follow from i, columns from j.
    """
    kh, kw = window
    return _means(x, _size(x, window, stride), lambda i, _: (_span(i * stride, kh), _span(i * stride, kw)))


@mistake
def swaps_rows_and_columns(x: Array, *, window: Pair, stride: int) -> Array:
    """The output's row index moves the window to the right, and its column index moves it down.

    The window of output (i, j) starts in row i·s and in column j·s: i counts rows, j counts columns.
    """
    kh, kw = window
    return _means(x, _size(x, window, stride), lambda i, j: (_span(j * stride, kh), _span(i * stride, kw)))


# --- channels and images -------------------------------------------------------------------------


@mistake
def averages_all_channels(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """Every output is the mean of all channels, so that all channels of the output are the same.

    Pooling works on each channel alone: out[n, c] depends on x[n, c] and on no other channel.
    """
    out = of(x, window=window, stride=stride)
    return np.broadcast_to(out.mean(axis=1, keepdims=True), out.shape).copy()


@mistake
def averages_all_images(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """Every output is the mean of all images of the batch, so that every image gets the same output.

    Each image is pooled alone: out[n] depends on x[n] and on no other image of the batch.
    """
    out = of(x, window=window, stride=stride)
    return np.broadcast_to(out.mean(axis=0, keepdims=True), out.shape).copy()


@mistake
def averages_the_whole_image(x: Array, *, window: Pair, stride: int) -> Array:
    """Every output is the mean of the whole image, not of its own window.

    Output (i, j) depends on its own window alone: rows i·s to i·s + KH − 1, columns j·s to j·s + KW − 1.
    """
    everything = slice(None), slice(None)
    return _means(x, _size(x, window, stride), lambda *_: everything)


@mistake
def reads_the_first_image_only(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The windows of every output are taken from the first image of the batch.

    out[n] depends on x[n]: the index of the image is the same on both sides.
    """
    return np.repeat(of(x[:1], window=window, stride=stride), len(x), axis=0)


@mistake
def reads_the_first_channel_only(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The windows of every output channel are taken from the first channel of the image.

    out[n, c] depends on x[n, c]: the index of the channel is the same on both sides.
    """
    return np.repeat(of(x[:, :1], window=window, stride=stride), x.shape[1], axis=1)


@mistake
def reads_the_last_channel_only(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The windows of every output channel are taken from the last channel of the image.

    out[n, c] depends on x[n, c]: the index of the channel is the same on both sides.
    """
    return np.repeat(of(x[:, -1:], window=window, stride=stride), x.shape[1], axis=1)


@mistake
def reads_the_last_image_only(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The windows of every output are taken from the last image of the batch.

    out[n] depends on x[n]: the index of the image is the same on both sides.
    """
    return np.repeat(of(x[-1:], window=window, stride=stride), len(x), axis=0)


@mistake
def pools_the_first_image_only(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """Only the first image of the batch is pooled; the outputs of the others stay zero.

    The loop over the batch goes through all N images; the result is returned after the loop.
    """
    out = of(x, window=window, stride=stride)
    out[1:] = 0
    return out


@mistake
def pools_the_last_image_only(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """Only the last image of the batch is pooled; the outputs of the others stay zero.

    All that is done for one image, from its windows to its outputs, belongs inside the loop over the batch.
    """
    out = of(x, window=window, stride=stride)
    out[:-1] = 0
    return out


@mistake
def pools_the_first_channel_only(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """Only the first channel is pooled; the others stay zero.

    The loop over the channels goes through all C of them: pooling keeps their number.
    """
    out = of(x, window=window, stride=stride)
    out[:, 1:] = 0
    return out


@mistake
def returns_after_the_first_channel(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """Only the first channel of the first image is pooled; all else stays zero.

    Every image, channel and position has its output: return the result after all loops have ended.
    """
    right = of(x, window=window, stride=stride)
    out = np.zeros_like(right)
    out[0, 0] = right[0, 0]
    return out


@mistake
def returns_after_the_first_row(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """Only the first row of the first image and channel is pooled; all else stays zero.

    Every image, channel and position has its output: return the result after all loops have ended.
    """
    right = of(x, window=window, stride=stride)
    out = np.zeros_like(right)
    out[0, 0, 0] = right[0, 0, 0]
    return out


@mistake
def returns_after_the_first_value(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """Only the very first value of the output is computed; all others stay zero.

    Every image, channel and position has its output: return the result after all loops have ended.
    """
    right = of(x, window=window, stride=stride)
    out = np.zeros_like(right)
    out[0, 0, 0, 0] = right[0, 0, 0, 0]
    return out


# --- the size of the output ----------------------------------------------------------------------


@mistake
def output_lacks_a_row_and_a_column(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """The output is one row and one column too small.

    A window that can take m steps has m + 1 positions: OH is ⌊(H − KH) / s⌋ + 1.
    """
    return of(x, window=window, stride=stride)[:, :, :-1, :-1]


@mistake
def output_width_from_the_height(x: Array, *, window: Pair, stride: int) -> Array:
    """The output's width is computed from the image's height.

    Each axis has a size of its own: OH follows from H and KH, and OW follows from W and KW.
    """
    height, _ = _size(x, window, stride)
    return _means(x, (height, height), _windows(window, stride))


@mistake
def output_height_from_the_width(x: Array, *, window: Pair, stride: int) -> Array:
    """The output's height is computed from the image's width.

    Each axis has a size of its own: OH follows from H and KH, and OW follows from W and KW.
    """
    _, width = _size(x, window, stride)
    return _means(x, (width, width), _windows(window, stride))


@mistake
def swaps_height_and_width(x: Array, *, window: Pair, stride: int) -> Array:
    """The output's height is computed from the image's width, and its width from the image's height.

    The shape of the images is N, C, H, W: height before width, in the image as in the output.
    """
    height, width = x.shape[2:]
    turned = np.empty((1, 1, width, height))
    return _means(x, _size(turned, window, stride), _windows(window, stride))


@mistake
def allocates_the_output_turned(x: Array, *, window: Pair, stride: int) -> Array:
    """The output array is made with height and width swapped, while the loops run over the right sizes.

    The output's shape is N, C, OH, OW: height before width.
    """
    out = avg_pool2d(x, window=window, stride=stride)
    turned = np.zeros((*out.shape[:2], out.shape[3], out.shape[2]), x.dtype)
    for i, j in np.ndindex(out.shape[2:]):
        turned[:, :, i, j] = out[:, :, i, j]
    return turned


@mistake
def loops_over_the_rows_twice(x: Array, *, window: Pair, stride: int) -> Array:
    """The loop over the output's columns runs over the number of rows.

    The output has OH rows and OW columns, and each loop has an end of its own. A square output hides the
    difference.
    """
    out = avg_pool2d(x, window=window, stride=stride)
    left = np.zeros_like(out)
    for i, j in np.ndindex(out.shape[2], out.shape[2]):
        left[:, :, i, j] = out[:, :, i, j]
    return left


@mistake
def loops_over_the_columns_twice(x: Array, *, window: Pair, stride: int) -> Array:
    """The loop over the output's rows runs over the number of columns.

    The output has OH rows and OW columns, and each loop has an end of its own. A square output hides the
    difference.
    """
    out = avg_pool2d(x, window=window, stride=stride)
    left = np.zeros_like(out)
    for i, j in np.ndindex(out.shape[3], out.shape[3]):
        left[:, :, i, j] = out[:, :, i, j]
    return left


@mistake
def averages_leftover_pixels(x: Array, *, window: Pair, stride: int) -> Array:
    """Leftover pixels, too few for one more window, get an output of their own.

    The size rounds down, OH = ⌊(H − KH) / s⌋ + 1: only windows that fit in the image count.
    """
    (kh, kw), (height, width) = window, x.shape[2:]
    size = -((kh - height) // stride) + 1, -((kw - width) // stride) + 1
    return _means(x, size, _windows(window, stride))


@mistake
def adds_one_before_dividing(x: Array, *, window: Pair, stride: int) -> Array:
    """In the output's size, the one is added before the division by the stride, not after it.

    The size is the number of steps plus one: OH = ⌊(H − KH) / s⌋ + 1.
    """
    (kh, kw), (height, width) = window, x.shape[2:]
    size = (height - kh + 1) // stride, (width - kw + 1) // stride
    return _means(x, size, _windows(window, stride))


@mistake
def output_size_without_stride(x: Array, *, window: Pair, stride: int) -> Array:
    """The windows move by the stride, but the output's size is that of stride one.

    The stride divides the number of steps: OH = ⌊(H − KH) / s⌋ + 1.
    """
    return _means(x, _size(x, window, 1), _windows(window, stride))


@mistake
def output_size_is_image_over_stride(x: Array, *, window: Pair, stride: int) -> Array:
    """The output's size is the image's size divided by the stride, whatever the size of the window.

    The window must fit in the image at its last position: OH = ⌊(H − KH) / s⌋ + 1, which is H / s only
    if KH is s.
    """
    height, width = x.shape[2:]
    return _means(x, (height // stride, width // stride), _windows(window, stride))


@mistake
def output_size_is_image_over_window(x: Array, *, window: Pair, stride: int) -> Array:
    """The output's size is the image's size divided by that of the window, whatever stride says.

    How many windows fit follows from the stride: OH = ⌊(H − KH) / s⌋ + 1, which is H / KH only if KH is
    s.
    """
    (kh, kw), (height, width) = window, x.shape[2:]
    return _means(x, (height // kh, width // kw), _windows(window, stride))


# --- loops over the output -----------------------------------------------------------------------


@mistake
def leaves_the_last_row_and_column_zero(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """The loops end one position too early, so that the output's last row and column stay zero.

    The output has OH · OW positions, and the loops over rows and columns go through all of them.
    """
    out = of(x, window=window, stride=stride)
    out[:, :, -1:] = out[:, :, :, -1:] = 0
    return out


@mistake
def loops_end_a_window_early(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The loops over the output end a whole window early, so that its last rows and columns stay zero.

    The size of the window is already part of OH = ⌊(H − KH) / s⌋ + 1; the loops go through all OH rows.
    """
    out = of(x, window=window, stride=stride)
    out[:, :, max(0, out.shape[2] - window[0]) :] = 0
    out[:, :, :, max(0, out.shape[3] - window[1]) :] = 0
    return out


@mistake
def skips_through_the_output_by_the_stride(
    x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d
) -> Array:
    """The loops go through the output in steps of the stride, so that the positions between stay zero.

    The stride moves the window on the image; the output is filled at every one of its OH · OW positions.
    """
    right = of(x, window=window, stride=stride)
    out = np.zeros_like(right)
    out[:, :, ::stride, ::stride] = right[:, :, ::stride, ::stride]
    return out


@mistake
def takes_output_positions_for_pixels(x: Array, *, window: Pair, stride: int) -> Array:
    """The loops go through the output in steps of the stride and use its positions as pixel positions.

    Output and image have coordinates of their own: output (i, j) exists for every i < OH and j < OW, and its
    window starts at pixel (i·s, j·s).
    """
    means = _means(x, _size(x, window, stride), _windows(window, 1))
    out = np.zeros_like(means)
    out[:, :, ::stride, ::stride] = means[:, :, ::stride, ::stride]
    return out


@mistake
def returns_zeros(x: Array, *, window: Pair, stride: int, of: AvgPool2d = avg_pool2d) -> Array:
    """The output has the right shape, but only zeros in it: no mean is ever stored.

    Each mean is stored at its own position of the output, out[n, c, i, j], before the loops go on.
    """
    return np.zeros_like(of(x, window=window, stride=stride))


MISTAKES = mistake.mistakes
