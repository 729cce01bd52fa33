"""Wrong average pools, backward.

Formula: dx[n, c, i·s + u, j·s + v] += dout[n, c, i, j] / (KH · KW) for all i, j, u, v.

There are two ways to write the right side in a loop, and they part where a wrong window is cut short by the
border of the image: a number goes into as many pixels as there are, a block of KH · KW equal numbers raises.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.pool import avg_pool2d, avg_pool2d_backward, max_pool2d_backward
from reference.shapes import as_pair

__all__ = ["MISTAKES"]

Backward = Callable[..., Array]
Pair = tuple[int, int]
Place = Callable[[int, int], tuple[slice, slice]]
"""Says which rows and columns the window at output (i, j) covers."""

mistake = Collection("avg_pool2d_backward")

NUMBER = (1, 1)
"""The block of a loop that adds one number to all pixels of a window."""


def _span(start: int, size: int) -> slice:
    return slice(start, start + size)


def _windows(window: Pair, stride: int | Pair) -> Place:
    """Give each window its right place."""
    (kh, kw), (sh, sw) = window, as_pair("stride", stride, least=1)
    return lambda i, j: (_span(i * sh, kh), _span(j * sw, kw))


def _spread(dx: Array, dout: Array, window: Pair, place: Place, block: Pair) -> Array:
    """Add its share of the gradient to each pixel of each window, a block at a time."""
    share = (dout / (window[0] * window[1]))[..., None, None]
    for i, j in np.ndindex(dout.shape[2:]):
        rows, cols = place(i, j)
        dx[:, :, rows, cols] += np.broadcast_to(share[:, :, i, j], (*dx.shape[:2], *block))
    return dx


# --- the share of a pixel ------------------------------------------------------------------------


@mistake
def does_not_divide(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Every pixel of a window gets the whole upstream gradient instead of an equal share.

    Each of the KH · KW pixels has the weight 1 / (KH · KW) in the mean, so it gets that share of dout[i, j].
    """
    return of(dout, x, window=window, stride=stride) * (window[0] * window[1])


@mistake
def divides_by_the_sum_of_the_sides(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is divided by the window's height plus its width.

    A window has KH · KW pixels, the product of its sides; only for 2 × 2 is KH + KW the same number.
    """
    return of(dout, x, window=window, stride=stride) * (window[0] * window[1]) / (window[0] + window[1])


@mistake
def divides_by_one_side(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is divided by the window's height, not by the number of its pixels.

    A window of KH rows and KW columns has KH · KW pixels, and all of them share dout[i, j].
    """
    return of(dout, x, window=window, stride=stride) * window[1]


@mistake
def divides_twice(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is divided by the number of pixels in the window twice.

    Each pixel's share is dout[i, j] / (KH · KW): the shares of a window add up to dout[i, j].
    """
    return of(dout, x, window=window, stride=stride) / (window[0] * window[1])


@mistake
def divides_by_the_stride(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is divided by the square of the stride.

    The stride says how far apart windows are, not how large they are: a pixel's share is 1 / (KH · KW).
    """
    return of(dout, x, window=window, stride=stride) * (window[0] * window[1]) / stride**2


@mistake
def divides_by_four(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is divided by four, whatever the size of the window.

    Four is the number of pixels of a 2 × 2 window; in general a pixel's share is 1 / (KH · KW).
    """
    return of(dout, x, window=window, stride=stride) * (window[0] * window[1]) / 4


@mistake
def divides_by_the_output_size(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is divided by the number of positions in the output.

    dout[i, j] is shared among the pixels of one window, KH · KW of them, however many windows there are.
    """
    positions: int = dout.shape[2] * dout.shape[3]
    return of(dout, x, window=window, stride=stride) * (window[0] * window[1]) / positions


@mistake
def divides_by_the_image_size(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is divided by the number of pixels in the whole image.

    dout[i, j] is shared among the pixels of one window, KH · KW of them, however large the image is.
    """
    pixels: int = x.shape[2] * x.shape[3]
    return of(dout, x, window=window, stride=stride) * (window[0] * window[1]) / pixels


@mistake
def rounds_the_share_down(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The share of each pixel is rounded down to a whole number.

    The share is a true division, dout[i, j] / (KH · KW); floor division, //, drops the fraction.
    """
    pixels = window[0] * window[1]
    return of(dout // pixels * pixels, x, window=window, stride=stride)


@mistake
def divides_by_the_gradient(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Every pixel of a window gets one over the upstream gradient instead of a share of it.

    It is the upstream gradient that is divided: each pixel gets dout[i, j] / (KH · KW).
    """
    return of(1 / dout, x, window=window, stride=stride) * (window[0] * window[1])


@mistake
def divides_by_the_number_of_windows(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """A pixel that lies in several windows gets the mean of its shares, not their sum.

    A pixel affects the loss through every window that it lies in, and by the chain rule these shares add up.
    """
    times = np.rint(
        avg_pool2d_backward(np.ones_like(dout), x, window=window, stride=stride) * (window[0] * window[1])
    )
    return of(dout, x, window=window, stride=stride) / np.maximum(times, 1)


@mistake
def sends_it_to_the_maximum(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The upstream gradient goes to the maximum of each window, as in max pooling.

    Every pixel counts in a mean: each of the KH · KW pixels of the window gets dout[i, j] / (KH · KW).
    """
    return max_pool2d_backward(dout, x, window=window, stride=stride)


@mistake
def spreads_the_mean_of_the_image(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The window's own mean is shared among its pixels, not the upstream gradient.

    The gradient of a mean does not depend on the pixels' values: each pixel gets dout[i, j] / (KH · KW).
    """
    return of(avg_pool2d(x, window=window, stride=stride), x, window=window, stride=stride)


@mistake
def adds_the_mean_of_the_image(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Every pixel of a window gets the window's own mean; the upstream gradient is not used.

    The gradient of a mean does not depend on the pixels' values: each pixel gets dout[i, j] / (KH · KW).
    """
    means = avg_pool2d(x, window=window, stride=stride)
    return avg_pool2d_backward(means * (window[0] * window[1]), x, window=window, stride=stride)


@mistake
def multiplies_by_the_mean_of_the_image(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Every pixel of a window gets the upstream gradient times the mean of the window.

    The gradient of a mean does not depend on the pixels' values: it is 1 / (KH · KW) for each, times dout[i,
    j].
    """
    sums = avg_pool2d(x, window=window, stride=stride) * (window[0] * window[1])
    return of(dout * sums, x, window=window, stride=stride)


@mistake
def multiplies_by_the_image(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The share of each pixel is multiplied by the pixel itself.

    The gradient of a mean does not depend on the pixels' values: it is 1 / (KH · KW) for each, times dout[i,
    j].
    """
    return of(dout, x, window=window, stride=stride) * x


# --- the sum over windows ------------------------------------------------------------------------


@mistake
def assigns_instead_of_adding(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Each window overwrites the gradient of the windows before it instead of adding to it.

    A pixel that lies in several windows gets the sum of its shares: dx[...] += dout[i, j] / (KH · KW).
    """
    dx, place = np.zeros_like(x), _windows(window, stride)
    for i, j in np.ndindex(dout.shape[2:]):
        rows, cols = place(i, j)
        dx[:, :, rows, cols] = dout[:, :, i, j, None, None] / (window[0] * window[1])
    return dx


@mistake
def starts_from_the_image(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient is added to a copy of the image instead of to zeros.

    dx has the image's shape but starts from zeros: it is the sum of shares of dout and nothing else.
    """
    return x + of(dout, x, window=window, stride=stride)


@mistake
def adds_to_the_image(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient is added into the image itself, which is overwritten.

    dx is a new array with the image's shape, filled with zeros; a second name for an array is not a copy.
    """
    x += of(dout, x, window=window, stride=stride)
    return x


@mistake
def divides_the_upstream_gradient_in_place(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient is right, but the upstream gradient is overwritten on the way.

    The upstream gradient belongs to the caller: an operation in place, such as /=, changes the caller's
    array; one that makes a new array does not.
    """
    dx = of(dout, x, window=window, stride=stride)
    dout /= window[0] * window[1]
    return dx


@mistake
def stores_single_precision(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient is an array of 32-bit floats, which keep only about seven digits.

    The gradient has the image's own type: 64-bit floats, as here, keep about sixteen digits.
    """
    return of(dout, x, window=window, stride=stride).astype(np.float32)


@mistake
def returns_zeros(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient has the right shape, but only zeros in it: no share is ever stored.

    Each share is added to dx at the pixels of its window, dx[n, c, i·s + u, j·s + v], before the loops
    go on.
    """
    return np.zeros_like(of(dout, x, window=window, stride=stride))


# --- stride --------------------------------------------------------------------------------------


@mistake
def ignores_stride(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Neighbouring windows start one pixel apart, whatever stride says.

    The window of dout[i, j] starts at pixel (i·s, j·s), as in the forward pass: the position in the
    output times the stride.
    """
    return _spread(np.zeros_like(x), dout, window, _windows(window, 1), window)


@mistake
def does_not_upsample(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The gradient is that of a pool with stride one, and too small.

    The windows of neighbouring values of dout start s pixels apart, at (i·s, j·s), and dx has the image's
    shape.
    """
    (kh, kw), (n, c, oh, ow) = window, dout.shape
    dx = np.zeros((n, c, oh + kh - 1, ow + kw - 1), x.dtype)
    return _spread(dx, dout, window, _windows(window, 1), window)


@mistake
def starts_windows_side_by_side(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window's size is used as the stride, so that windows always lie side by side.

    The window of dout[i, j] starts at (i·s, j·s), not at (i·KH, j·KW); the two agree only if the stride is
    the window's size.
    """
    return _spread(np.zeros_like(x), dout, window, _windows(window, window), window)


@mistake
def starts_windows_side_by_side_up_to_the_border(
    dout: Array, x: Array, *, window: Pair, stride: int
) -> Array:
    """The window's size is used as the stride, and what lies beyond the border is dropped.

    The window of dout[i, j] starts at (i·s, j·s), not at (i·KH, j·KW); the two agree only if the stride is
    the window's size.
    """
    return _spread(np.zeros_like(x), dout, window, _windows(window, window), NUMBER)


@mistake
def ends_windows_without_stride(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The start of a window is multiplied by the stride but its end is not, so that windows shrink.

    A window of KH rows that starts at i·s ends at i·s + KH: its end follows from its own start.
    """
    return _spread(np.zeros_like(x), dout, window, _ends_without_stride(window, stride), NUMBER)


@mistake
def ends_windows_without_stride_and_fits_nothing(
    dout: Array, x: Array, *, window: Pair, stride: int
) -> Array:
    """The end of a window is not multiplied by the stride, so that the block of shares does not fit.

    A window of KH rows that starts at i·s ends at i·s + KH: its end follows from its own start.
    """
    return _spread(np.zeros_like(x), dout, window, _ends_without_stride(window, stride), window)


def _ends_without_stride(window: Pair, stride: int) -> Place:
    kh, kw = window
    return lambda i, j: (slice(i * stride, i + kh), slice(j * stride, j + kw))


@mistake
def ends_windows_at_the_next_start(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Each window ends where the next one starts, so that it is as large as the stride.

    A window covers rows i·s to i·s + KH − 1: its size is its own, and only its start follows from the
    stride.
    """
    return _spread(np.zeros_like(x), dout, window, _windows((stride, stride), stride), NUMBER)


@mistake
def strides_down_only(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window moves down by the stride, but to the right by one pixel.

    Both coordinates are multiplied by the stride: the window of dout[i, j] starts at (i·s, j·s).
    """
    return _spread(np.zeros_like(x), dout, window, _windows(window, (stride, 1)), window)


@mistake
def strides_across_only(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window moves to the right by the stride, but down by one pixel.

    Both coordinates are multiplied by the stride: the window of dout[i, j] starts at (i·s, j·s).
    """
    return _spread(np.zeros_like(x), dout, window, _windows(window, (1, stride)), window)


@mistake
def stride_is_always_two(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window moves by two pixels, whatever stride says.

    The stride is a hyperparameter s, the same as in the forward pass: the window of dout[i, j] starts
    at (i·s, j·s).
    """
    return _spread(np.zeros_like(x), dout, window, _windows(window, 2), window)


@mistake
def reads_the_gradient_at_the_pixel(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The upstream gradient is read at the position of the pixel, not at its own position (i, j).

    dout has the output's coordinates (i, j), dx the image's (i·s, j·s): the two are the same only for a
    stride of 1.
    """
    _, _, oh, ow = dout.shape
    rows, cols = np.arange(oh) * stride, np.arange(ow) * stride
    return of(dout[:, :, rows[:, None], cols], x, window=window, stride=stride)


@mistake
def skips_through_the_gradient_by_the_stride(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The loops go through the upstream gradient in steps of the stride and skip the values between.

    The stride moves the window on the image; every one of the OH · OW values of dout has a window.
    """
    kept = np.zeros_like(dout)
    kept[:, :, ::stride, ::stride] = dout[:, :, ::stride, ::stride]
    return of(kept, x, window=window, stride=stride)


@mistake
def takes_output_positions_for_pixels(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The loops go through dout in steps of the stride and use its positions as pixel positions.

    Output and image have coordinates of their own: dout[i, j] exists for every i < OH and j < OW, and its
    window starts at pixel (i·s, j·s).
    """
    kept = np.zeros_like(dout)
    kept[:, :, ::stride, ::stride] = dout[:, :, ::stride, ::stride]
    return _spread(np.zeros_like(x), kept, window, _windows(window, 1), window)


# --- the window ----------------------------------------------------------------------------------


@mistake
def reaches_one_pixel_of_each_window(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Only the first pixel of each window gets its share.

    Each of the KH · KW pixels of the window gets dout[i, j] / (KH · KW): rows i·s + u, columns j·s + v.
    """
    return _spread(np.zeros_like(x), dout, window, _windows((1, 1), stride), NUMBER)


@mistake
def reaches_the_whole_image(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Every value of the upstream gradient is added to all pixels of the image, not to its own window alone.

    dout[i, j] goes to the pixels of its own window: rows i·s to i·s + KH − 1, columns j·s to j·s + KW − 1.
    """
    everything = slice(None), slice(None)
    return _spread(np.zeros_like(x), dout, window, lambda *_: everything, NUMBER)


@mistake
def window_starts_at_the_corner_of_the_image(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Every window begins at the first pixel of the image and only its end moves.

    The window of dout[i, j] has a start and an end: rows i·s to i·s + KH − 1, columns j·s to j·s + KW −
    1.
    """
    kh, kw = window
    return _spread(
        np.zeros_like(x), dout, window, lambda i, j: (slice(i * stride + kh), slice(j * stride + kw)), NUMBER
    )


@mistake
def window_is_always_two(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window is two pixels high and wide, whatever size it should have.

    The window's size is a hyperparameter, the same as in the forward pass: it decides which pixels get a
    share and how large it is.
    """
    return _spread(np.zeros_like(x), dout, (2, 2), _windows((2, 2), stride), (2, 2))


@mistake
def reaches_two_by_two_pixels(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The share is right, but it is added to two by two pixels, whatever the size of the window.

    Every pixel of window (i, j) gets its share of dout[i, j]: the KH rows from i·s on and the KW columns from
    j·s on.
    """
    return _spread(np.zeros_like(x), dout, window, _windows((2, 2), stride), NUMBER)


@mistake
def window_is_as_wide_as_high(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window's height is used for its width, too.

    A window has KH rows and KW columns; both decide which pixels get a share and how large it is.
    """
    square = window[0], window[0]
    return _spread(np.zeros_like(x), dout, square, _windows(square, stride), square)


@mistake
def window_is_as_high_as_wide(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window's width is used for its height, too.

    A window has KH rows and KW columns; both decide which pixels get a share and how large it is.
    """
    square = window[1], window[1]
    return _spread(np.zeros_like(x), dout, square, _windows(square, stride), square)


@mistake
def swaps_the_sides_of_the_window(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The window's height and width are swapped.

    A window has KH rows and KW columns: rows are counted along the third axis, columns along the fourth.
    """
    turned = window[1], window[0]
    return _spread(np.zeros_like(x), dout, turned, _windows(turned, stride), turned)


@mistake
def window_lacks_a_row_and_a_column(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Each window ends one row and one column too early.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    short = window[0] - 1, window[1] - 1
    return _spread(np.zeros_like(x), dout, window, _windows(short, stride), NUMBER)


@mistake
def window_has_a_row_and_a_column_too_many(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Each window ends one row and one column too late.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    long = window[0] + 1, window[1] + 1
    return _spread(np.zeros_like(x), dout, window, _windows(long, stride), NUMBER)


@mistake
def writes_on_the_diagonal(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The first column of a window is computed from the row index, so that only the diagonal is reached.

    The window of dout[i, j] starts in row i·s and in column j·s: rows follow from i, columns from j.
    """
    kh, kw = window
    return _spread(
        np.zeros_like(x), dout, window, lambda i, _: (_span(i * stride, kh), _span(i * stride, kw)), window
    )


@mistake
def swaps_rows_and_columns(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The row index moves the window to the right, and the column index moves it down.

    The window of dout[i, j] starts in row i·s and in column j·s: i counts rows, j counts columns.
    """
    kh, kw = window
    return _spread(
        np.zeros_like(x), dout, window, lambda i, j: (_span(j * stride, kh), _span(i * stride, kw)), window
    )


# --- channels and images -------------------------------------------------------------------------


@mistake
def reaches_all_channels(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient of one channel is added to all channels of the image.

    Pooling works on each channel alone: dx[n, c] depends on dout[n, c] and on no other channel.
    """
    dx = of(dout, x, window=window, stride=stride)
    return np.broadcast_to(dx.sum(axis=1, keepdims=True), dx.shape).copy()


@mistake
def reaches_all_images(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient of one image is added to all images of the batch.

    Each image is pooled alone: dx[n] depends on dout[n] and on no other image of the batch.
    """
    dx = of(dout, x, window=window, stride=stride)
    return np.broadcast_to(dx.sum(axis=0, keepdims=True), dx.shape).copy()


@mistake
def fills_the_last_image_only(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Only the last image of the batch gets a gradient; that of the others stays zero.

    All that is done for one image, from its windows to its gradient, belongs inside the loop over the batch.
    """
    dx = of(dout, x, window=window, stride=stride)
    dx[:-1] = 0
    return dx


@mistake
def fills_the_first_image_only(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Only the first image of the batch gets a gradient; that of the others stays zero.

    The loop over the batch goes through all N images; the gradient is returned after the loop.
    """
    dx = of(dout, x, window=window, stride=stride)
    dx[1:] = 0
    return dx


@mistake
def fills_the_first_channel_only(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Only the first channel gets a gradient; that of the others stays zero.

    The loop over the channels goes through all C of them: each channel is pooled alone.
    """
    dx = of(dout, x, window=window, stride=stride)
    dx[:, 1:] = 0
    return dx


@mistake
def returns_after_the_first_channel(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Only the first channel of the first image has a gradient; all else stays zero.

    Every value of dout contributes to dx: return it after all loops have ended. A return inside a loop ends
    the function.
    """
    kept = np.zeros_like(dout)
    kept[0, 0] = dout[0, 0]
    return of(kept, x, window=window, stride=stride)


@mistake
def returns_after_the_first_row(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Only the first row of windows of the first image and channel passes its gradient back.

    Every value of dout contributes to dx: return it after all loops have ended. A return inside a loop ends
    the function.
    """
    kept = np.zeros_like(dout)
    kept[0, 0, 0] = dout[0, 0, 0]
    return of(kept, x, window=window, stride=stride)


@mistake
def returns_after_the_first_value(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Only the very first window passes its gradient back; all else stays zero.

    Every value of dout contributes to dx: return it after all loops have ended. A return inside a loop ends
    the function.
    """
    kept = np.zeros_like(dout)
    kept[0, 0, 0, 0] = dout[0, 0, 0, 0]
    return of(kept, x, window=window, stride=stride)


@mistake
def reads_the_first_image_only(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Every image gets the gradient that belongs to the first one.

    dx[n] depends on dout[n]: the index of the image is the same on both sides.
    """
    return np.repeat(of(dout[:1], x[:1], window=window, stride=stride), len(x), axis=0)


@mistake
def reads_the_first_channel_only(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """Every channel gets the gradient that belongs to the first one.

    dx[n, c] depends on dout[n, c]: the index of the channel is the same on both sides.
    """
    return np.repeat(of(dout[:, :1], x[:, :1], window=window, stride=stride), x.shape[1], axis=1)


@mistake
def takes_the_last_channels_gradient(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """All channels get the upstream gradient of the last one.

    Pooling works on each channel alone: dx[n, c] depends on dout[n, c].
    """
    return of(dout[:, [-1] * dout.shape[1]], x, window=window, stride=stride)


@mistake
def takes_the_last_images_gradient(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """All images get the upstream gradient of the last one.

    Each image of a batch is pooled alone: dx[n] depends on dout[n].
    """
    return of(dout[[-1] * len(dout)], x, window=window, stride=stride)


@mistake
def subtracts_the_gradient(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient has the wrong sign.

    The upstream gradient is added as it is; a minus sign belongs to the optimiser's step.
    """
    return -of(dout, x, window=window, stride=stride)


# --- sizes and loops -----------------------------------------------------------------------------


@mistake
def size_from_the_output(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The gradient ends with the last window, so that leftover pixels are missing.

    dx has the shape of the image, which cannot be computed from dout: pixels that no window covers get zero.
    """
    (kh, kw), (oh, ow) = window, dout.shape[2:]
    dx = of(dout, x, window=window, stride=stride)
    return dx[:, :, : (oh - 1) * stride + kh, : (ow - 1) * stride + kw].copy()


@mistake
def size_is_output_times_stride(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The gradient is as large as the output times the stride, not as the image.

    dx has the shape of the image, which cannot be computed from dout: H is OH · s only if windows lie side by
    side and no pixels are left over.
    """
    n, c, oh, ow = dout.shape
    dx = np.zeros((n, c, oh * stride, ow * stride), x.dtype)
    return _spread(dx, dout, window, _windows(window, stride), NUMBER)


@mistake
def repeats_each_value_over_a_window(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """Each value of the upstream gradient is repeated over a tile, and the tiles are laid side by side.

    Windows start s pixels apart, at (i·s, j·s): they can overlap or leave gaps, and pixels that none covers
    get zero.
    """
    kh, kw = window
    return np.repeat(np.repeat(dout / (kh * kw), kh, axis=2), kw, axis=3)


@mistake
def allocates_the_gradient_turned(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The gradient array is made with height and width swapped.

    dx has the image's shape, N, C, H, W: height before width.
    """
    n, c, height, width = x.shape
    dx = np.zeros((n, c, width, height), x.dtype)
    return _spread(dx, dout, window, _windows(window, stride), window)


@mistake
def gradient_is_as_wide_as_high(dout: Array, x: Array, *, window: Pair, stride: int) -> Array:
    """The gradient array is made as wide as the image is high.

    dx has the image's shape, N, C, H, W: each axis has a size of its own.
    """
    n, c, height, _ = x.shape
    dx = np.zeros((n, c, height, height), x.dtype)
    return _spread(dx, dout, window, _windows(window, stride), window)


@mistake
def loops_over_the_rows_twice(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The loop over the output's columns runs over the number of rows.

    Each axis has a size of its own: i runs over the OH rows of dout and j over its OW columns.
    """
    _, _, oh, ow = dout.shape
    if oh > ow:
        raise IndexError(f"index {ow} is out of bounds for axis 3 with size {ow}")
    seen = np.where(np.arange(ow) < oh, dout, 0).astype(dout.dtype)
    return of(seen, x, window=window, stride=stride)


@mistake
def leaves_out_the_last_row_and_column(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The loops end one position early and miss the last row and column of the upstream gradient.

    dout has OH · OW values, and the loops over rows and columns go through all of them.
    """
    seen = dout.copy()
    seen[:, :, -1:] = seen[:, :, :, -1:] = 0
    return of(seen, x, window=window, stride=stride)


@mistake
def loops_end_a_window_early(
    dout: Array, x: Array, *, window: Pair, stride: int, of: Backward = avg_pool2d_backward
) -> Array:
    """The loops over the upstream gradient end a whole window early.

    The size of the window is already part of the output's size: the loops go through all OH rows and OW
    columns of dout.
    """
    seen = dout.copy()
    seen[:, :, max(0, dout.shape[2] - window[0]) :] = 0
    seen[:, :, :, max(0, dout.shape[3] - window[1]) :] = 0
    return of(seen, x, window=window, stride=stride)


MISTAKES = mistake.mistakes
