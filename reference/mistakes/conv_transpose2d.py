"""Wrong transposed convolutions of images, forward, as CMU's course 11-785 has them.

Formula: out[n, f, i, j] = b[f] + Σ_{c,u,v} xup[n, c, i + u, j + v] · w[f, c, u, v], where xup has factor − 1
rows and columns of zeros between the pixels of x.

What is wrong with the upsampling is written down here. The rest are mistakes of convolution, made on the
upsampled image: `ON_THE_UPSAMPLED` says which.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.arrays import Array
from reference.conv import conv2d
from reference.conv_transpose import conv_transpose2d
from reference.mistakes import conv2d as mistakes_of_conv2d
from reference.mistakes.conv_transpose1d import after_upsampling
from reference.mistakes.mistake import Collection, Function, Mistake
from reference.resample import upsample2d

__all__ = ["MISTAKES", "ON_THE_UPSAMPLED"]

mistake = Collection("conv_transpose2d")


def _every(x: Array, rows: int, cols: int) -> Array:
    """Upsample rows and columns each by a factor of its own."""
    size = rows * (x.shape[2] - 1) + 1, cols * (x.shape[3] - 1) + 1
    up = np.zeros((*x.shape[:2], *size), x.dtype)
    up[:, :, ::rows, ::cols] = x
    return up


@mistake
def forgets_to_upsample(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The image is convolved as it is: it is not upsampled first.

    First k − 1 rows and columns of zeros go between neighbouring pixels, then the filters slide over the
    larger image.
    """
    return conv2d(x, w, b)


@mistake
def upsamples_the_result(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The result of the convolution is upsampled, instead of the image before it.

    First k − 1 rows and columns of zeros go between neighbouring pixels, then the filters slide over the
    larger image.
    """
    return upsample2d(conv2d(x, w, b), factor=factor)


@mistake
def downsamples_the_image(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The image is downsampled instead of upsampled.

    A transposed convolution makes the image larger: xup[n, c, k·i, k·j] is x[n, c, i, j], and all other
    pixels are zero.
    """
    return conv2d(np.ascontiguousarray(x[:, :, ::factor, ::factor]), w, b)


@mistake
def downsamples_the_result(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The result is downsampled by the factor.

    After the upsampling comes a convolution with stride 1, and nothing after it.
    """
    return conv_transpose2d(x, w, b, factor=factor)[:, :, ::factor, ::factor]


@mistake
def upsamples_rows_only(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Zeros are put between the rows, but not between the columns.

    Both axes are upsampled: the larger image has k·(H − 1) + 1 rows and k·(W − 1) + 1 columns.
    """
    return conv2d(_every(x, factor, 1), w, b)


@mistake
def upsamples_columns_only(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Zeros are put between the columns, but not between the rows.

    Both axes are upsampled: the larger image has k·(H − 1) + 1 rows and k·(W − 1) + 1 columns.
    """
    return conv2d(_every(x, 1, factor), w, b)


@mistake
def puts_zeros_behind_the_last_pixels(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Zeros are put after the last row and column, too, so that the output is too large.

    Zeros go between neighbouring pixels only: the upsampled image is k·(H − 1) + 1 high.
    """
    up = np.zeros((*x.shape[:2], factor * x.shape[2], factor * x.shape[3]), x.dtype)
    up[:, :, ::factor, ::factor] = x
    return conv2d(up, w, b)


@mistake
def repeats_the_pixels(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Each pixel is repeated instead of being followed by zeros.

    xup[n, c, k·i, k·j] is x[n, c, i, j], and all other pixels are zero.
    """
    up = np.repeat(np.repeat(x, factor, axis=2), factor, axis=3)
    height, width = (factor * (side - 1) + 1 for side in x.shape[2:])
    return conv2d(np.ascontiguousarray(up[:, :, :height, :width]), w, b)


@mistake
def puts_as_many_zeros_as_the_factor(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """As many zeros as the factor says are put between neighbouring pixels: one too many.

    Pixel (i, j) goes to position (k·i, k·j), so that k − 1 zeros lie between it and the next.
    """
    return conv2d(upsample2d(x, factor=factor + 1), w, b)


@mistake
def takes_the_width_from_the_height(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The upsampled image is made as wide as it is high.

    Each axis has a size of its own: k·(H − 1) + 1 rows and k·(W − 1) + 1 columns.
    """
    up = np.zeros((*x.shape[:2], *[factor * (x.shape[2] - 1) + 1] * 2), x.dtype)
    up[:, :, ::factor, ::factor] = x
    return conv2d(up, w, b)


@mistake
def pads_the_upsampled_image(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """The upsampled image is padded by K − 1, as other libraries do in their transposed convolution.

    In this course the filters slide over the upsampled image as it is, without padding.
    """
    return conv2d(upsample2d(x, factor=factor), w, b, pad=(w.shape[2] - 1, w.shape[3] - 1))


@mistake
def is_that_of_the_libraries(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Each pixel adds a whole kernel to the output, as in other libraries' transposed convolution.

    Other libraries flip the kernel and pad by K − 1. In this course the filters slide over the upsampled
    image as it is.
    """
    turned = np.ascontiguousarray(w[:, :, ::-1, ::-1])
    return conv2d(upsample2d(x, factor=factor), turned, b, pad=(w.shape[2] - 1, w.shape[3] - 1))


ON_THE_UPSAMPLED = (
    "flips_the_kernel",
    "transposes_the_kernel",
    "transposes_the_feature_map",
    "output_width_from_the_height",
    "output_height_from_the_width",
    "reads_the_diagonal_by_the_row",
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


def _on_the_upsampled(wrong: Mistake) -> Function:
    def function(x: Array, w: Array, b: Array, *, factor: int) -> Any:
        return wrong.fresh()(upsample2d(x, factor=factor), w, b, stride=1, pad=0)

    return function


for _wrong in mistakes_of_conv2d.MISTAKES:
    if _wrong.id.partition(".")[2] in ON_THE_UPSAMPLED:
        mistake.adopt(_wrong, _on_the_upsampled(_wrong), hint=after_upsampling(_wrong.hint))

MISTAKES = mistake.mistakes
