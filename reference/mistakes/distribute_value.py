"""Wrong ways to spread a number over a window.

Formula: a[u, v] = dz / (KH · KW) for all 0 <= u < KH and 0 <= v < KW.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.single_window import distribute_value

__all__ = ["MISTAKES"]

Spread = Callable[..., Array]
Pair = tuple[int, int]

mistake = Collection("distribute_value")


# --- how much ------------------------------------------------------------------------------------


@mistake
def divides_by_the_sum_of_the_sides(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by the window's height plus its width.

    A window has KH · KW cells, the product of its sides; only for 2 × 2 is KH + KW the same number.
    """
    return of(np.asarray(dz * shape[0] * shape[1] / (shape[0] + shape[1])), shape=shape)


@mistake
def does_not_divide(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """Every cell gets the whole number instead of a share of it.

    The number is spread evenly: each of the KH · KW cells gets dz / (KH · KW), which adds up to dz.
    """
    return of(np.asarray(dz * shape[0] * shape[1]), shape=shape)


@mistake
def leaves_out_the_value(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """Every cell gets a share of one: the number that is to be spread is not used.

    Each of the KH · KW cells gets dz / (KH · KW), which adds up to dz.
    """
    return of(np.ones_like(dz), shape=shape)


@mistake
def divides_by_the_value(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The share is one divided by the number that is to be spread.

    The number is what is divided: each of the KH · KW cells gets dz / (KH · KW).
    """
    return of(np.asarray(shape[0] * shape[1] / dz), shape=shape)


@mistake
def divides_the_cells_by_the_value(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number of cells is divided by the number that is to be spread, the wrong way round.

    The number is what is divided: each of the KH · KW cells gets dz / (KH · KW).
    """
    return of(np.asarray((shape[0] * shape[1]) ** 2 / dz), shape=shape)


@mistake
def multiplies_by_the_number_of_cells(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is multiplied by the number of cells instead of divided by it.

    The number is spread evenly: each of the KH · KW cells gets dz / (KH · KW), which adds up to dz.
    """
    return of(np.asarray(dz * (shape[0] * shape[1]) ** 2), shape=shape)


@mistake
def divides_by_the_height(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by the height of the window only.

    A window of KH rows and KW columns has KH · KW cells: the share is dz / (KH · KW).
    """
    return of(np.asarray(dz * shape[1]), shape=shape)


@mistake
def divides_by_the_width(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by the width of the window only.

    A window of KH rows and KW columns has KH · KW cells: the share is dz / (KH · KW).
    """
    return of(np.asarray(dz * shape[0]), shape=shape)


@mistake
def divides_by_the_height_squared(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by the square of the height, as if the window were square.

    A window of KH rows and KW columns has KH · KW cells; the two may differ.
    """
    return of(np.asarray(dz * shape[1] / shape[0]), shape=shape)


@mistake
def divides_by_the_width_squared(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by the square of the width, as if the window were square.

    A window of KH rows and KW columns has KH · KW cells; the two may differ.
    """
    return of(np.asarray(dz * shape[0] / shape[1]), shape=shape)


@mistake
def divides_by_four(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by four, whatever the size of the window.

    Four is the number of cells of a 2 × 2 window; in general there are KH · KW.
    """
    return of(np.asarray(dz * shape[0] * shape[1] / 4), shape=shape)


@mistake
def divides_twice(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by the number of cells twice.

    The share of a cell is dz / (KH · KW): np.mean divides by the number of cells already.
    """
    return of(np.asarray(dz / (shape[0] * shape[1])), shape=shape)


@mistake
def multiplies_by_the_value_twice(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number that is to be spread is multiplied by itself.

    The share of a cell is dz / (KH · KW): an array of ones times the share has it in each cell.
    """
    return of(np.asarray(dz * dz), shape=shape)


@mistake
def multiplies_by_the_share_twice(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The share of a cell is multiplied by itself.

    The share of a cell is dz / (KH · KW): an array of ones times the share has it in each cell.
    """
    return of(np.asarray(dz * dz / (shape[0] * shape[1])), shape=shape)


@mistake
def takes_the_root(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The number is divided by the square root of the number of cells.

    A window of KH rows and KW columns has KH · KW cells: the share is dz / (KH · KW).
    """
    return of(np.asarray(dz * np.sqrt(shape[0] * shape[1])), shape=shape)


@mistake
def adds_the_value_to_the_share(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The share is added to an array of ones instead of multiplied by it.

    Each of the KH · KW cells gets dz / (KH · KW): ones times the share, not ones plus the share.
    """
    return 1 + of(dz, shape=shape)


@mistake
def loses_the_sign(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The sign of the number is dropped.

    A gradient may be negative: each of the KH · KW cells gets dz / (KH · KW), with its sign.
    """
    return of(np.asarray(np.abs(dz)), shape=shape)


@mistake
def rounds_the_share_down(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The share of a cell is rounded down to a whole number.

    The share is a true division, dz / (KH · KW); floor division, //, drops the fraction.
    """
    return np.floor(of(dz, shape=shape))


@mistake
def stores_integers(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The result is an array of integers, so that the fraction of the share is cut off.

    The share has a fraction: the array must be of floating-point numbers.
    """
    return of(dz, shape=shape).astype(np.int64)


@mistake
def stores_single_precision(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The result is an array of 32-bit floats, which keep only about seven digits.

    Python's floats have 64 bits, and so should the array: np.zeros and np.ones give float64 unless told
    otherwise.
    """
    return of(dz, shape=shape).astype(np.float32)


# --- over what -----------------------------------------------------------------------------------


@mistake
def returns_the_share(dz: Array, *, shape: Pair) -> Array:
    """The result is the share of one cell, a single number, instead of an array of the window's shape.

    The result has KH rows and KW columns, with the share dz / (KH · KW) in each cell.
    """
    return np.asarray(dz / (shape[0] * shape[1]))


@mistake
def fills_one_cell(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """Only the first cell has a share, and the others stay zero.

    All KH · KW cells get the same share, dz / (KH · KW).
    """
    a = of(dz, shape=shape)
    a.ravel()[1:] = 0
    return a


@mistake
def fills_the_diagonal(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """Only the cells on the diagonal have a share, and the others stay zero.

    All KH · KW cells get the same share, dz / (KH · KW).
    """
    return of(dz, shape=shape) * np.eye(*shape)


@mistake
def exchanges_height_and_width(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The result's height and width are swapped.

    The result has KH rows and KW columns: height comes first, as in the given shape.
    """
    return of(dz, shape=(shape[1], shape[0]))


@mistake
def makes_a_square_of_the_height(dz: Array, *, shape: Pair) -> Array:
    """The result is as wide as it is high, whatever the given width is.

    The result has KH rows and KW columns; the two may differ.
    """
    return np.full((shape[0], shape[0]), dz / (shape[0] * shape[1]))


@mistake
def flattens_the_result(dz: Array, *, shape: Pair, of: Spread = distribute_value) -> Array:
    """The result is flattened to one row, without the shape of the window.

    The result has KH rows and KW columns, so that it can be added to a window of the gradient.
    """
    return of(dz, shape=shape).ravel()


@mistake
def stays_zero(dz: Array, *, shape: Pair) -> Array:
    """The result has the right shape, but only zeros in it.

    All KH · KW cells get the same share, dz / (KH · KW).
    """
    return np.zeros(shape)


MISTAKES = mistake.mistakes
