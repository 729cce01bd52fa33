"""Wrong zero padding.

Formula: out[n, c, i + p, j + p] = x[n, c, i, j] and 0 elsewhere, in an array of (N, C, H + 2p, W + 2p).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.conv import zero_pad
from reference.mistakes.mistake import Collection
from reference.shapes import as_pair

__all__ = ["MISTAKES"]

ZeroPad = Callable[..., Array]
Pair = tuple[int, int]

mistake = Collection("zero_pad")

NONE = (0, 0)


def _around(pad: int | Pair) -> tuple[Pair, Pair]:
    """Say how many rows above and below, and how many columns left and right."""
    ph, pw = as_pair("pad", pad, least=0)
    return (ph, ph), (pw, pw)


# --- which axes ----------------------------------------------------------------------------------


@mistake
def pads_every_axis(x: Array, *, pad: int) -> Array:
    """All axes are padded, the batch and the channels too.

    Only rows and columns are padded: the result is (N, C, H + 2P, W + 2P), with as many images and channels
    as before.
    """
    return np.pad(x, pad)


@mistake
def pads_the_channels_too(x: Array, *, pad: int) -> Array:
    """Channels of zeros are added along with rows and columns.

    Only rows and columns are padded: the number of channels stays C, since the filters have that many.
    """
    rows, cols = _around(pad)
    return np.pad(x, (NONE, rows, rows, cols))


@mistake
def pads_the_batch_too(x: Array, *, pad: int) -> Array:
    """Images of zeros are added to the batch along with rows and columns.

    Only rows and columns are padded: the number of images stays N.
    """
    rows, cols = _around(pad)
    return np.pad(x, (rows, NONE, rows, cols))


@mistake
def pads_columns_and_channels(x: Array, *, pad: int) -> Array:
    """The columns and the channels are padded instead of the rows and the columns.

    np.pad takes one pair of widths for each axis, in the order of the axes: those of the batch and of the
    channels are (0, 0).
    """
    _, cols = _around(pad)
    return np.pad(x, (NONE, cols, NONE, cols))


@mistake
def pads_rows_and_channels(x: Array, *, pad: int) -> Array:
    """The rows and the channels are padded instead of the rows and the columns.

    np.pad takes one pair of widths for each axis, in the order of the axes: those of the batch and of the
    channels are (0, 0).
    """
    rows, _ = _around(pad)
    return np.pad(x, (NONE, rows, rows, NONE))


@mistake
def pads_rows_only(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """Rows are added above and below, but no columns left and right.

    The padding surrounds the image on all four sides: the result is H + 2P high and W + 2P wide.
    """
    return of(x, pad=(pad, 0))


@mistake
def pads_columns_only(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """Columns are added left and right, but no rows above and below.

    The padding surrounds the image on all four sides: the result is H + 2P high and W + 2P wide.
    """
    return of(x, pad=(0, pad))


# --- which sides and how much --------------------------------------------------------------------


@mistake
def pads_above_and_left_only(x: Array, *, pad: int) -> Array:
    """Zeros are added above and to the left of the image, but not below and to the right.

    Each axis is padded on both sides: P zeros before and P after make H + 2P rows.
    """
    (above, _), (left, _) = _around(pad)
    return np.pad(x, (NONE, NONE, (above, 0), (left, 0)))


@mistake
def pads_below_and_right_only(x: Array, *, pad: int) -> Array:
    """Zeros are added below and to the right of the image, but not above and to the left.

    Each axis is padded on both sides: P zeros before and P after make H + 2P rows.
    """
    (_, below), (_, right) = _around(pad)
    return np.pad(x, (NONE, NONE, (0, below), (0, right)))


@mistake
def puts_the_image_in_the_corner(x: Array, *, pad: int) -> Array:
    """The result has the right size, but the image lies in its upper left corner.

    The padding surrounds the image, so pixel (i, j) moves to (i + P, j + P).
    """
    (_, height), (_, width) = ((2 * before, 2 * after) for before, after in _around(pad))
    return np.pad(x, (NONE, NONE, (0, height), (0, width)))


@mistake
def result_is_as_wide_as_high(x: Array, *, pad: int) -> Array:
    """The width of the padded image is computed from the image's height.

    Each axis is padded by itself: the result is H + 2P high and W + 2P wide.
    """
    (ph, _), (pw, _) = _around(pad)
    n, c, height, width = x.shape
    out = np.zeros((n, c, height + 2 * ph, height + 2 * pw), x.dtype)
    out[:, :, ph : ph + height, pw : pw + width] = x
    return out


@mistake
def result_is_as_high_as_wide(x: Array, *, pad: int) -> Array:
    """The height of the padded image is computed from the image's width.

    Each axis is padded by itself: the result is H + 2P high and W + 2P wide.
    """
    (ph, _), (pw, _) = _around(pad)
    n, c, height, width = x.shape
    out = np.zeros((n, c, width + 2 * ph, width + 2 * pw), x.dtype)
    out[:, :, ph : ph + height, pw : pw + width] = x
    return out


@mistake
def pads_twice_as_much(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """Twice as many zeros as pad says are added on each side.

    P zeros go on each side; the 2P in H + 2P counts both sides together.
    """
    return of(x, pad=2 * pad)


@mistake
def pads_half_as_much(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The zeros are divided between the two sides instead of being added on each.

    P is the number of zeros on each side, so the image grows by 2P rows and 2P columns.
    """
    return of(x, pad=pad // 2)


@mistake
def pad_is_always_one(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The image is padded by one pixel on every side, whatever pad says.

    pad is a hyperparameter: P zeros go on each side, so the result is H + 2P high and W + 2P wide.
    """
    return of(x, pad=1)


@mistake
def pad_is_always_two(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The image is padded by two pixels on every side, whatever pad says.

    pad is a hyperparameter: P zeros go on each side, so the result is H + 2P high and W + 2P wide.
    """
    return of(x, pad=2)


@mistake
def pad_is_always_three(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The image is padded by three pixels on every side, whatever pad says.

    pad is a hyperparameter: P zeros go on each side, so the result is H + 2P high and W + 2P wide.
    """
    return of(x, pad=3)


@mistake
def returns_the_image(x: Array, *, pad: int) -> Array:
    """The image is returned as it was, without any padding.

    The padded image is a new array, (N, C, H + 2P, W + 2P), and that is the one to return.
    """
    return x


@mistake
def clears_the_border(x: Array, *, pad: int) -> Array:
    """The outer pixels of the image are set to zero, instead of zeros being added around them.

    Padding keeps every pixel and makes the image larger, H + 2P by W + 2P: the zeros lie outside of it.
    """
    out = np.zeros_like(x)
    (height, width), ((above, _), (left, _)) = x.shape[2:], _around(pad)
    inside = slice(above, max(above, height - above)), slice(left, max(left, width - left))
    out[:, :, *inside] = x[:, :, *inside]
    return out


@mistake
def cannot_do_without_padding(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The image is stored in a slice from pad to minus pad, which is empty when pad is 0.

    In Python −0 is 0, and a slice from 0 to 0 is empty. Count from the front: the image fills rows P to P + H
    − 1 of the result, also where P is 0.
    """
    out = np.zeros_like(of(x, pad=pad))
    out[:, :, pad:-pad, pad:-pad] = x
    return out


# --- with what -----------------------------------------------------------------------------------


@mistake
def pads_with_the_number_pad(x: Array, *, pad: int) -> Array:
    """The padding holds the value of pad instead of zeros.

    pad is the width of the padding; its value is 0, so that it adds nothing to a convolution.
    """
    return np.pad(x, (NONE, NONE, *_around(pad)), constant_values=pad)


@mistake
def pads_with_ones(x: Array, *, pad: int) -> Array:
    """The padding holds ones instead of zeros.

    Zero padding adds pixels of value 0, which add nothing to a convolution whatever the weights are.
    """
    return np.pad(x, (NONE, NONE, *_around(pad)), constant_values=1)


@mistake
def repeats_the_edge(x: Array, *, pad: int) -> Array:
    """The padding repeats the outermost pixels of the image instead of holding zeros.

    Zero padding adds pixels of value 0; padding that continues the image is another mode of np.pad.
    """
    return np.pad(x, (NONE, NONE, *_around(pad)), mode="edge")


@mistake
def mirrors_the_image(x: Array, *, pad: int) -> Array:
    """The padding mirrors the image at its outermost pixels instead of holding zeros.

    Zero padding adds pixels of value 0; padding that continues the image is another mode of np.pad.
    """
    return np.pad(x, (NONE, NONE, *_around(pad)), mode="reflect")


@mistake
def wraps_the_image_around(x: Array, *, pad: int) -> Array:
    """The padding continues with the opposite side of the image instead of holding zeros.

    Zero padding adds pixels of value 0; padding that continues the image is another mode of np.pad.
    """
    return np.pad(x, (NONE, NONE, *_around(pad)), mode="wrap")


@mistake
def mirrors_the_image_with_its_edge(x: Array, *, pad: int) -> Array:
    """The padding mirrors the image, outermost pixels included, instead of holding zeros.

    Zero padding adds pixels of value 0; padding that continues the image is another mode of np.pad.
    """
    return np.pad(x, (NONE, NONE, *_around(pad)), mode="symmetric")


@mistake
def pads_with_the_mean(x: Array, *, pad: int) -> Array:
    """The padding holds the means of rows and columns instead of zeros.

    Zero padding adds pixels of value 0, which add nothing to a convolution whatever the weights are.
    """
    return np.pad(x, (NONE, NONE, *_around(pad)), mode="mean")


@mistake
def loses_the_image(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The result has the right size, but only zeros in it: the image is never copied into it.

    The image lies inside of the padding: the result's pixel (i + P, j + P) is the image's pixel (i, j).
    """
    return np.zeros_like(of(x, pad=pad))


@mistake
def stores_integers(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The result is an array of integers, so that the fraction of every pixel is cut off.

    The padded image keeps the type of the image: np.zeros makes floats unless told otherwise, and zeros of an
    integer type cut fractions off.
    """
    return of(x, pad=pad).astype(np.int64)


@mistake
def stores_single_precision(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """The result is an array of 32-bit floats, which keep only about seven digits.

    The padded image keeps the type of the image: 64-bit floats, as here, keep about sixteen digits.
    """
    return of(x, pad=pad).astype(np.float32)


@mistake
def pads_the_first_image_only(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """Only the first image of the batch is in the result; the others are all zeros.

    Every image of the batch is padded: out[n] holds x[n] with its padding, for all N of them.
    """
    out = of(x, pad=pad)
    out[1:] = 0
    return out


@mistake
def exchanges_rows_and_columns(x: Array, *, pad: int, of: ZeroPad = zero_pad) -> Array:
    """Rows and columns of the padded image are swapped.

    The axes keep their order, N, C, H, W: pixel (i, j) moves to (i + P, j + P), not to (j + P, i + P).
    """
    return of(x, pad=pad).swapaxes(2, 3).copy()


MISTAKES = mistake.mistakes
