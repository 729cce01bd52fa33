"""Wrong responses of one filter on one image.

Formula: out[i, j] = Σ x[i·s + u, j·s + v] · w[u, v].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reference.arrays import Array
from reference.filtering import correlate2d
from reference.mistakes.mistake import Collection

__all__ = ["MISTAKES"]

Right = Callable[..., Array]

mistake = Collection("correlate2d")

# --- the filter ---------------------------------------------------------------------------------------


@mistake
def flips_the_filter(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The filter is rotated by 180 degrees before it slides over the image.

    In deep learning the filter is used as it is (cross-correlation): pixel (i·s + u, j·s + v) meets w[u, v].
    """
    return of(x, np.ascontiguousarray(w[::-1, ::-1]), stride=stride)


@mistake
def flips_the_filters_rows(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The filter is flipped upside down.

    Row u of the filter meets row i·s + u of the image.
    """
    return of(x, np.ascontiguousarray(w[::-1]), stride=stride)


@mistake
def flips_the_filters_columns(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The filter is flipped from left to right.

    Column v of the filter meets column j·s + v of the image.
    """
    return of(x, np.ascontiguousarray(w[:, ::-1]), stride=stride)


@mistake
def transposes_the_filter(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """Rows and columns of the filter are swapped.

    Pixel (i·s + u, j·s + v) meets w[u, v]: rows meet rows, and columns meet columns.
    """
    return of(x, np.ascontiguousarray(w.T), stride=stride)


@mistake
def averages_the_products(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The products are averaged instead of summed.

    A filter's response is the sum of the products under it: Σ x · w.
    """
    return np.asarray(of(x, w, stride=stride) / x.dtype.type(w.size))


@mistake
def takes_the_largest_product(x: Array, w: Array, *, stride: int = 1) -> Array:
    """The largest product is taken instead of the sum of all.

    A filter's response is the sum of the products under it: Σ x · w.
    """
    windows = sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.asarray((windows * w).max(axis=(2, 3)))


@mistake
def adds_pixels_and_weights(x: Array, w: Array, *, stride: int = 1) -> Array:
    """Pixels and weights are added to each other instead of multiplied.

    Each weight multiplies the pixel under it: Σ x[i·s + u, j·s + v] · w[u, v].
    """
    windows = sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.asarray((windows + w).sum(axis=(2, 3)))


@mistake
def multiplies_the_matrices(x: Array, w: Array, *, stride: int = 1) -> Array:
    """The window and the filter are multiplied as matrices.

    Each weight multiplies the one pixel under it, and all products are added up.
    """
    if w.shape[0] != w.shape[1]:
        raise ValueError(f"shapes {w.shape} and {w.shape} not aligned")
    windows = sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.asarray((windows @ w).sum(axis=(2, 3)))


@mistake
def clips_at_zero(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """Negative responses are set to zero.

    A filter's response may be negative: Σ x · w as it is. A ReLU is a layer of its own.
    """
    return np.maximum(of(x, w, stride=stride), 0)


@mistake
def takes_absolute_values(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The absolute value of each response is returned.

    The sign of a response says which way an edge goes: Σ x · w as it is.
    """
    return np.abs(of(x, w, stride=stride))


# --- the positions ------------------------------------------------------------------------------------


@mistake
def stops_one_position_early(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The last row and column of positions are left out.

    A filter fits at H − F + 1 positions from top to bottom, the last included.
    """
    return of(x, w, stride=1)[:-1:stride, :-1:stride]


@mistake
def leaves_the_last_positions_at_zero(
    x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d
) -> Array:
    """The output has the right size, but its last row and column stay zero.

    A filter fits at H − F + 1 positions from top to bottom, the last included.
    """
    out = of(x, w, stride=stride)
    out[-1:], out[:, -1:] = 0, 0
    return out


@mistake
def keeps_the_images_size(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The output is as large as the image, with zeros where the filter does not fit.

    Without padding a filter fits at ⌊(H − F) / S⌋ + 1 positions: the output is smaller than the image.
    """
    out, found = np.zeros_like(x), of(x, w, stride=stride)
    out[: found.shape[0], : found.shape[1]] = found
    return out


@mistake
def pads_to_keep_the_size(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The image is padded with zeros, so that the output is as large as the image.

    Nothing is padded here: the output has ⌊(H − F) / S⌋ + 1 rows.
    """
    rows, cols = w.shape
    padded = np.pad(x, ((rows // 2, (rows - 1) // 2), (cols // 2, (cols - 1) // 2)))
    return of(padded, w, stride=stride)


@mistake
def swaps_rows_and_columns(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The output's rows and columns are swapped.

    out[i, j] belongs to the window that starts at row i·s and column j·s.
    """
    return np.ascontiguousarray(of(x, w, stride=stride).T)


@mistake
def reads_the_diagonal(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The window's column is computed from the row index, so that only windows on the diagonal are read.

    Each index moves one axis: the window of out[i, j] starts at row i·s and column j·s.
    """
    rows, cols = of(x, w, stride=stride).shape
    out = np.zeros((rows, cols), x.dtype)
    for i in range(rows):
        corner = x[i * stride : i * stride + w.shape[0], i * stride : i * stride + w.shape[1]]
        out[i] = np.sum(corner * w)
    return out


@mistake
def takes_the_width_from_the_height(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The output is made as wide as it is high.

    The number of columns follows from the width: ⌊(W − F) / S⌋ + 1.
    """
    found = of(x, w, stride=stride)
    out = np.zeros((found.shape[0], found.shape[0]), x.dtype)
    if found.shape[1] < found.shape[0]:
        raise ValueError("operands could not be broadcast together")
    out[:] = found[:, : found.shape[0]]
    return out


@mistake
def takes_the_filter_to_be_square(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The filter is taken to be as wide as it is high.

    A window is as wide as the filter: columns j·s to j·s + KW.
    """
    if w.shape[0] != w.shape[1]:
        raise ValueError("operands could not be broadcast together")
    return of(x, w, stride=stride)


# --- the stride ---------------------------------------------------------------------------------------


@mistake
def ignores_the_stride(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The window moves by one pixel, whatever stride says.

    The window of out[i, j] starts at row i·s and column j·s: the output has ⌊(H − F) / S⌋ + 1 rows.
    """
    return of(x, w, stride=1)


@mistake
def starts_windows_without_the_stride(
    x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d
) -> Array:
    """The output has the right size, but windows start one pixel apart.

    The window of out[i, j] starts at row i·s and column j·s, not at row i and column j.
    """
    rows, cols = of(x, w, stride=stride).shape
    return of(x, w, stride=1)[:rows, :cols]


@mistake
def strides_rows_alone(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The window moves down by the stride, but to the right by one pixel.

    The window moves by s pixels on both axes.
    """
    return of(x, w, stride=1)[::stride]


@mistake
def strides_columns_alone(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The window moves to the right by the stride, but down by one pixel.

    The window moves by s pixels on both axes.
    """
    return of(x, w, stride=1)[:, ::stride]


@mistake
def skips_pixels_of_the_image(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The image is downsampled by the stride before the filter slides over it.

    The stride moves the window; the pixels within a window are neighbours.
    """
    return of(np.ascontiguousarray(x[::stride, ::stride]), w, stride=1)


@mistake
def steps_by_the_filter(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The window moves by its own size, whatever stride says.

    Filter size and stride are two hyperparameters: the window of out[i, j] starts at row i·s and column j·s.
    """
    return of(x, w, stride=1)[:: w.shape[0], :: w.shape[1]]


@mistake
def rounds_the_size_up(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The output has one more row and column where pixels are left over.

    Pixels too few for one more step are left over: the output has ⌊(H − F) / S⌋ + 1 rows.
    """
    more = [-(side - kernel) % stride for side, kernel in zip(x.shape, w.shape, strict=True)]
    return of(np.pad(x, ((0, more[0]), (0, more[1]))), w, stride=stride)


@mistake
def refuses_leftover_pixels(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """An image that leaves pixels over after its last window is refused.

    Pixels too few for one more step are simply left over: the output has ⌊(H − F) / S⌋ + 1 rows.
    """
    if any((side - kernel) % stride for side, kernel in zip(x.shape, w.shape, strict=True)):
        raise ValueError("the stride does not divide")
    return of(x, w, stride=stride)


# --- numbers ------------------------------------------------------------------------------------------


@mistake
def holds_whole_numbers(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The output is an array of integers, so that all fractions are cut off.

    Responses are real numbers: the output needs the image's own type, float64.
    """
    return of(x, w, stride=stride).astype(np.int64)


@mistake
def stores_single_precision(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The output is stored in single precision.

    The image is in float64 and so are the responses; float32 keeps only about seven digits.
    """
    return of(x, w, stride=stride).astype(np.float32)


@mistake
def overwrites_the_image(x: Array, w: Array, *, stride: int = 1, of: Right = correlate2d) -> Array:
    """The responses are written into the image itself.

    The output is an array of its own: later windows still need the image as it was.
    """
    found = of(x, w, stride=stride)
    x[: found.shape[0], : found.shape[1]] = found
    return found


MISTAKES = mistake.mistakes
