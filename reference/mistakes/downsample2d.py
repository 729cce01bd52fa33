"""Wrong downsampling of images, forward.

Formula: out[n, c, i, j] = x[n, c, k·i, k·j].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.resample import downsample2d

__all__ = ["MISTAKES"]

Resample = Callable[..., Array]

mistake = Collection("downsample2d")


@mistake
def rounds_the_size_down(x: Array, *, factor: int) -> Array:
    """The output's size is the input's divided by the factor, rounded down, which can lose pixels.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all.
    """
    return x[:, :, ::factor, ::factor][:, :, : x.shape[2] // factor, : x.shape[3] // factor].copy()


@mistake
def keeps_the_last_of_each(x: Array, *, factor: int) -> Array:
    """Of each block of pixels the last is kept instead of the first.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all.
    """
    return x[:, :, factor - 1 :: factor, factor - 1 :: factor].copy()


@mistake
def keeps_the_size(x: Array, *, factor: int) -> Array:
    """The image is returned as it is.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all.
    """
    return x.copy()


@mistake
def keeps_the_first_pixels(x: Array, *, factor: int) -> Array:
    """The first pixels are kept instead of every factor-th.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all.
    """
    return x[:, :, : -(-x.shape[2] // factor), : -(-x.shape[3] // factor)].copy()


@mistake
def leaves_zeros(x: Array, *, factor: int) -> Array:
    """The pixels that should be left out are set to zero instead.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all. The result is smaller.
    """
    out = np.zeros_like(x)
    out[:, :, ::factor, ::factor] = x[:, :, ::factor, ::factor]
    return out


@mistake
def upsamples(x: Array, *, factor: int) -> Array:
    """Zeros are put between the pixels, which is upsampling.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all.
    """
    size = (factor * (side - 1) + 1 for side in x.shape[2:])
    out = np.zeros((*x.shape[:2], *size), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out


@mistake
def downsamples_rows_only(x: Array, *, factor: int) -> Array:
    """Only the rows are downsampled; all columns are kept.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all.
    """
    return x[:, :, ::factor].copy()


@mistake
def downsamples_columns_only(x: Array, *, factor: int) -> Array:
    """Only the columns are downsampled; all rows are kept.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all.
    """
    return x[..., ::factor].copy()


@mistake
def takes_the_width_from_the_height(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """The result has as many columns as rows.

    Each axis has a size of its own: ⌈H / k⌉ rows and ⌈W / k⌉ columns.
    """
    out = np.zeros((*x.shape[:2], *[-(-x.shape[2] // factor)] * 2), x.dtype)
    kept = of(x, factor=factor)[..., : out.shape[3]]
    out[..., : kept.shape[3]] = kept
    return out


@mistake
def swaps_rows_and_columns(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """Rows and columns of the result are swapped.

    Images are (N, C, H, W): height comes before width, in the input and in the result.
    """
    return of(x, factor=factor).swapaxes(2, 3).copy()


@mistake
def averages_what_is_left_out(x: Array, *, factor: int) -> Array:
    """Each pixel that is kept is averaged with those that are left out.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all. Nothing is pooled.
    """
    out = x
    for axis in (2, 3):
        starts = range(0, x.shape[axis], factor)
        counts = np.diff([*starts, x.shape[axis]])
        out = np.add.reduceat(out, starts, axis=axis) / (counts[:, None] if axis == 2 else counts)
    return out.astype(x.dtype)


@mistake
def takes_the_largest(x: Array, *, factor: int) -> Array:
    """The largest of each block of pixels is kept, as in max pooling.

    out[n, c, i, j] is x[n, c, k·i, k·j]: the first row and column are kept, and then every k-th, ⌈H / k⌉ and
    ⌈W / k⌉ in all. Nothing is pooled.
    """
    rows = np.maximum.reduceat(x, range(0, x.shape[2], factor), axis=2)
    return np.maximum.reduceat(rows, range(0, x.shape[3], factor), axis=3)


@mistake
def factor_is_always_two(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """Every second pixel is kept, whatever the factor is.

    The factor k is an argument of the constructor: every k-th pixel is kept.
    """
    return of(x, factor=2)


@mistake
def leaves_out_one_less(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """As many pixels as the factor says are left out after each one that is kept: one too many.

    The pixels that are kept were k positions apart, with k − 1 left out between them.
    """
    return of(x, factor=factor + 1)


@mistake
def keeps_the_first_image_only(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """Only the first image of the batch is returned.

    All images of the batch are downsampled: they are the first axis of A.
    """
    return of(x, factor=factor)[:1]


@mistake
def thins_out_the_channels(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """The channels are downsampled, too.

    Batch and channels, the first two axes, keep their length: only the axes after them are downsampled.
    """
    return of(x, factor=factor)[:, ::factor].copy()


@mistake
def stores_integers(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """The result is an array of integers, so that all fractions are cut off.

    np.zeros gives float64 unless told otherwise.
    """
    return of(x, factor=factor).astype(np.int64).astype(x.dtype)


@mistake
def stores_single_precision(x: Array, *, factor: int, of: Resample = downsample2d) -> Array:
    """The result is in single precision, whatever the precision of the input is.

    np.zeros gives float64 unless told otherwise; float32 keeps only about seven digits.
    """
    return of(x, factor=factor).astype(np.float32)


MISTAKES = mistake.mistakes
