"""Wrong masks of a window's maximum.

Formula: mask[u, v] = (x[u, v] = max x). Values are distinct, so a single cell is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.single_window import mask_from_window

__all__ = ["MISTAKES"]

Mask = NDArray[Any]
Masking = Callable[..., Mask]

mistake = Collection("mask_from_window")


# --- what is compared ----------------------------------------------------------------------------


@mistake
def mask_is_the_maximum_itself(x: Array) -> Mask:
    """The result is the largest value of the window, a number, and not a mask.

    A mask has the window's shape and says of each cell whether the maximum is there: compare x with its
    maximum.
    """
    return np.asarray(x.max())


@mistake
def keeps_the_values(x: Array) -> Mask:
    """The mask holds the maximum itself where it is, instead of a truth value.

    The mask says where the maximum is, True or 1 there and False or 0 elsewhere: a gradient is multiplied
    by it.
    """
    return np.where(x == x.max(), x, 0)


@mistake
def marks_all_but_the_maximum(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """Every cell is marked but the one with the maximum.

    The gradient of a maximum goes to the cell that has it: the mask is True there and False elsewhere.
    """
    return np.logical_not(of(x))


@mistake
def marks_the_minimum(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The smallest value of the window is marked, not the largest.

    mask[u, v] is True where x[u, v] = max x.
    """
    return of(-x)


@mistake
def marks_the_largest_magnitude(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The value that is farthest from zero is marked, whatever its sign.

    The maximum compares the values as they are: 1 is larger than −5.
    """
    return np.asarray(np.abs(x) == np.abs(x).max())


@mistake
def marks_each_columns_maximum(x: Array) -> Mask:
    """The maximum of every column is marked, not that of the whole window.

    The maximum is taken over both axes: one cell of the window has it.
    """
    return np.asarray(x == x.max(axis=0, keepdims=True))


@mistake
def marks_each_rows_maximum(x: Array) -> Mask:
    """The maximum of every row is marked, not that of the whole window.

    The maximum is taken over both axes: one cell of the window has it.
    """
    return np.asarray(x == x.max(axis=1, keepdims=True))


@mistake
def compares_with_the_columns_maxima_as_rows(x: Array) -> Mask:
    """Each value is compared with the maximum of another row or column.

    The maximum is taken over both axes: it is one number, and every value is compared with it.
    """
    return np.asarray(x == x.max(axis=1))


@mistake
def marks_positive_values(x: Array) -> Mask:
    """All positive values are marked.

    mask[u, v] is True where x[u, v] = max x, whatever the signs: a maximum may be negative.
    """
    return np.asarray(x > 0)


@mistake
def marks_what_lies_above_the_mean(x: Array) -> Mask:
    """All values above the mean of the window are marked.

    mask[u, v] is True where x[u, v] = max x, and there alone.
    """
    return np.asarray(x >= x.mean())


@mistake
def maximum_starts_at_zero(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The search for the maximum starts at zero, so that nothing is marked where all values are negative.

    The maximum of negative numbers is negative: a search starts at −∞ or at the window's first value.
    """
    return of(x) & (x >= 0)


@mistake
def marks_what_is_less_than_the_maximum(x: Array) -> Mask:
    """The values up to the maximum are marked, which are all of them.

    mask[u, v] is True where x[u, v] equals the maximum, not where it is no larger.
    """
    return np.asarray(x <= x.max())


@mistake
def marks_what_is_larger_than_the_maximum(x: Array) -> Mask:
    """The values above the maximum are marked, of which there are none.

    mask[u, v] is True where x[u, v] equals the maximum.
    """
    return np.asarray(x > x.max())


@mistake
def compares_with_the_place(x: Array) -> Mask:
    """The values are compared with the place of the maximum, not with the maximum.

    argmax says where the maximum is, max what it is: x is compared with the latter.
    """
    return np.asarray(x == x.argmax())


# --- what is marked ------------------------------------------------------------------------------


@mistake
def gives_the_place(x: Array) -> Mask:
    """The result is the place of the maximum, counted through the window, and not a mask.

    A mask has the window's shape, with True where the maximum is: compare x with its maximum.
    """
    return np.asarray(x.argmax())


@mistake
def gives_row_and_column(x: Array) -> Mask:
    """The result is the row and the column of the maximum, and not a mask.

    A mask has the window's shape, with True where the maximum is: compare x with its maximum.
    """
    return np.array(np.unravel_index(x.argmax(), x.shape))


@mistake
def exchanges_row_and_column(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """Row and column of the mark are exchanged.

    The mask has the axes of the window: cell (u, v) of the mask is about x[u, v].
    """
    return of(x).T.copy()


@mistake
def flattens_the_mask(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The mask is one long row, without the shape of the window.

    The mask has the shape of the window, so that the two can be laid on each other.
    """
    return of(x).ravel()


@mistake
def uses_the_place_as_a_row(x: Array) -> Mask:
    """A whole row is marked: the maximum's place in the window is used as if it were a row.

    argmax counts through the whole window; divided by the width it gives row and column.
    """
    mask = np.zeros(x.shape, np.bool_)
    mask[x.argmax()] = True
    return mask


@mistake
def marks_the_first_cell(x: Array) -> Mask:
    """The first cell is marked, wherever the maximum is.

    mask[u, v] is True where x[u, v] = max x.
    """
    mask = np.zeros(x.shape, np.bool_)
    mask[0, 0] = True
    return mask


@mistake
def marks_the_row_and_the_column(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The whole row and the whole column of the maximum are marked.

    Only the cell that has the maximum is True: both its row and its column must be right.
    """
    rows, cols = np.nonzero(of(x))
    mask = np.zeros(x.shape, np.bool_)
    mask[rows], mask[:, cols] = True, True
    return mask


@mistake
def returns_the_window(x: Array) -> Mask:
    """The window itself comes back, not a mask.

    A mask says of each cell whether the maximum is there, True or False: compare x with its maximum.
    """
    return x.copy()


@mistake
def subtracts_the_maximum(x: Array) -> Mask:
    """The maximum is subtracted from the window, which makes a zero where it is and marks nothing.

    A mask is True or 1 where the maximum is and False or 0 elsewhere: compare x with its maximum.
    """
    return np.asarray(x - x.max())


@mistake
def divides_by_the_maximum(x: Array) -> Mask:
    """The window is divided by its maximum, which makes a one where it is but other numbers elsewhere.

    A mask is True or 1 where the maximum is and False or 0 elsewhere: compare x with its maximum.
    """
    return np.asarray(x / x.max())


@mistake
def sets_the_maximum_in_the_window(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The mask is written into the window, whose values are lost.

    The window is a view of the image, which is needed afterwards: the mask is a new array.
    """
    mask = of(x)
    x[...] = mask
    return mask


MISTAKES = mistake.mistakes
