"""Wrong upsampling of images, forward.

Formula: out[n, c, k·i, k·j] = x[n, c, i, j], zero elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import upsample2d

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("upsample2d")


@mistake
def puts_zeros_behind_the_last(x: Array, *, factor: int) -> Array:
    """Zeros are put after the last pixel, too, so that the result is too large.

    Zeros go between neighbouring pixels only. The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n,
    c, k·i, k·j] is x[n, c, i, j], and all other pixels are zero.
    """
    out = np.zeros((*x.shape[:2], *(factor * side for side in x.shape[2:])), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out


@mistake
def cuts_off_with_a_negative_end(x: Array, *, factor: int) -> Array:
    """The surplus is cut off with a slice that counts from the end, which is empty at a factor of 1.

    In Python −0 is 0, and a slice that ends at 0 is empty: end rows at k·(H − 1) + 1 and columns at k·(W − 1)
    + 1.
    """
    out = np.zeros((*x.shape[:2], *(factor * side for side in x.shape[2:])), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out[:, :, : -(factor - 1), : -(factor - 1)]


@mistake
def repeats_the_pixels(x: Array, *, factor: int) -> Array:
    """Each pixel is repeated instead of being followed by zeros.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    return np.repeat(np.repeat(x, factor, axis=2), factor, axis=3)[
        :, :, : factor * (x.shape[2] - 1) + 1, : factor * (x.shape[3] - 1) + 1
    ]


@mistake
def repeats_the_pixels_to_the_end(x: Array, *, factor: int) -> Array:
    """Each pixel, the last one too, is repeated as often as the factor says.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    return np.repeat(np.repeat(x, factor, axis=2), factor, axis=3)


@mistake
def puts_as_many_zeros_as_the_factor(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """As many zeros as the factor says are put between neighbouring pixels: one too many.

    Pixel (i, j) goes to position (k·i, k·j), so that k − 1 zeros lie between it and the next.
    """
    return of(x, factor=factor + 1)


@mistake
def begins_with_the_zeros(x: Array, *, factor: int) -> Array:
    """Zeros are put before each pixel, so that the first one does not stay in its place.

    Pixel (0, 0) stays where it is, and the last pixel is the last of the result. The result is k·(H − 1) + 1
    high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all other pixels are zero.
    """
    out = np.zeros((*x.shape[:2], *(factor * side for side in x.shape[2:])), x.dtype)
    out[:, :, factor - 1 :: factor, factor - 1 :: factor] = x
    return out


@mistake
def keeps_the_size(x: Array, *, factor: int) -> Array:
    """The image is returned as it is.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    return x.copy()


@mistake
def upsamples_rows_only(x: Array, *, factor: int) -> Array:
    """Zeros are put between the rows, but not between the columns.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    out = np.zeros((*x.shape[:2], factor * (x.shape[2] - 1) + 1, x.shape[3]), x.dtype)
    out[:, :, ::factor] = x
    return out


@mistake
def upsamples_columns_only(x: Array, *, factor: int) -> Array:
    """Zeros are put between the columns, but not between the rows.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    out = np.zeros((*x.shape[:3], factor * (x.shape[3] - 1) + 1), x.dtype)
    out[..., ::factor] = x
    return out


@mistake
def takes_the_width_from_the_height(x: Array, *, factor: int) -> Array:
    """The result is as wide as it is high.

    Each axis has a size of its own: k·(H − 1) + 1 rows and k·(W − 1) + 1 columns.
    """
    out = np.zeros((*x.shape[:2], *[factor * (x.shape[2] - 1) + 1] * 2), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out


@mistake
def leaves_no_room_for_the_width(x: Array, *, factor: int) -> Array:
    """The result is made as wide as it is high, so that there is no place for some pixels.

    Each axis has a size of its own: k·(H − 1) + 1 rows and k·(W − 1) + 1 columns.
    """
    out = np.zeros((*x.shape[:2], *[factor * (x.shape[2] - 1) + 1] * 2), x.dtype)
    for i, j in np.ndindex(*x.shape[2:]):
        out[:, :, i * factor, j * factor] = x[:, :, i, j]
    return out


@mistake
def takes_the_height_from_the_width(x: Array, *, factor: int) -> Array:
    """The result is as high as it is wide.

    Each axis has a size of its own: k·(H − 1) + 1 rows and k·(W − 1) + 1 columns.
    """
    out = np.zeros((*x.shape[:2], *[factor * (x.shape[3] - 1) + 1] * 2), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out


@mistake
def swaps_rows_and_columns(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """Rows and columns of the result are swapped.

    Images are (N, C, H, W): height comes before width, in the input and in the result.
    """
    return of(x, factor=factor).swapaxes(2, 3).copy()


@mistake
def allocates_the_result_turned(x: Array, *, factor: int) -> Array:
    """The array of zeros is made with height and width swapped.

    Images are (N, C, H, W), height before width: the result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide.
    """
    height, width = (factor * (side - 1) + 1 for side in x.shape[2:])
    out = np.zeros((*x.shape[:2], width, height), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out


@mistake
def downsamples(x: Array, *, factor: int) -> Array:
    """Only every factor-th pixel is kept, which is downsampling.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    return x[:, :, ::factor, ::factor].copy()


@mistake
def factor_is_always_two(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """One zero is put between neighbouring pixels, whatever the factor is.

    The factor k is an argument of the constructor: k − 1 zeros lie between neighbours.
    """
    return of(x, factor=2)


@mistake
def fills_the_first_image_only(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """Only the first image of the batch is filled in; the others stay zero.

    All images of the batch are upsampled: they are the first axis of A.
    """
    out = of(x, factor=factor)
    out[1:] = 0
    return out


@mistake
def fills_the_first_channel_only(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """Only the first channel is filled in; the others stay zero.

    All channels are upsampled: they are the second axis of A.
    """
    out = of(x, factor=factor)
    out[:, 1:] = 0
    return out


@mistake
def returns_zeros(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """The result has the right shape, but nothing is ever stored in it.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    return np.zeros_like(of(x, factor=factor))


@mistake
def fills_with_ones(x: Array, *, factor: int) -> Array:
    """Ones are put between the pixels instead of zeros.

    The result is k·(H − 1) + 1 high and k·(W − 1) + 1 wide: out[n, c, k·i, k·j] is x[n, c, i, j], and all
    other pixels are zero.
    """
    out = np.ones((*x.shape[:2], *(factor * (side - 1) + 1 for side in x.shape[2:])), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out


@mistake
def stores_integers(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """The result is an array of integers, so that all fractions are cut off.

    np.zeros gives float64 unless told otherwise.
    """
    return of(x, factor=factor).astype(np.int64).astype(x.dtype)


@mistake
def stores_single_precision(x: Array, *, factor: int, of: Resample = upsample2d) -> Array:
    """The result is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless told otherwise; float32 keeps only about seven digits.
    """
    return of(x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
