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

    A mask has the window's shape and marks where the maximum is: compare x with its maximum.
    """
    return np.asarray(x.max())


@mistake
def keeps_the_values(x: Array) -> Mask:
    """The mask holds the maximum itself where it is, instead of True.

    The mask is True or 1 where the maximum is and False or 0 elsewhere: a gradient is multiplied by it.
    """
    return np.where(x == x.max(), x, 0)


@mistake
def marks_all_but_the_maximum(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """Every cell is marked except that of the maximum.

    The gradient of a maximum goes to where the maximum is: the mask is True there and False elsewhere.
    """
    return np.logical_not(of(x))


@mistake
def marks_the_minimum(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The smallest value of the window is marked instead of the largest.

    mask[u, v] is True where x[u, v] = max x.
    """
    return of(-x)


@mistake
def marks_the_largest_magnitude(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The value with the largest absolute value is marked, not the maximum.

    The maximum compares the values as they are: 1 is larger than −5.
    """
    return np.asarray(np.abs(x) == np.abs(x).max())


@mistake
def marks_each_columns_maximum(x: Array) -> Mask:
    """The maximum of every column is marked instead of that of the whole window.

    The maximum is taken over both axes: only one cell of the window is marked, unless several are equal.
    """
    return np.asarray(x == x.max(axis=0, keepdims=True))


@mistake
def marks_each_rows_maximum(x: Array) -> Mask:
    """The maximum of every row is marked instead of that of the whole window.

    The maximum is taken over both axes: only one cell of the window is marked, unless several are equal.
    """
    return np.asarray(x == x.max(axis=1, keepdims=True))


@mistake
def compares_with_the_columns_maxima_as_rows(x: Array) -> Mask:
    """Values are compared with the maxima of rows, which broadcasting lines up with the columns.

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
    """All values that are not below the mean of the window are marked.

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
    """All values up to the maximum are marked, which are all that there are.

    mask[u, v] is True where x[u, v] equals the maximum, not where it is less than or equal to it.
    """
    return np.asarray(x <= x.max())


@mistake
def marks_what_is_larger_than_the_maximum(x: Array) -> Mask:
    """Values above the maximum are marked: there are none.

    mask[u, v] is True where x[u, v] equals the maximum.
    """
    return np.asarray(x > x.max())


@mistake
def compares_with_the_place(x: Array) -> Mask:
    """The values are compared with the index of the maximum instead of the maximum.

    np.argmax gives the index of the maximum, np.max its value: compare x with the value.
    """
    return np.asarray(x == x.argmax())


# --- what is marked ------------------------------------------------------------------------------


@mistake
def gives_the_place(x: Array) -> Mask:
    """The result is the flat index of the maximum in the window, and not a mask.

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
    """The row and the column of the mark are swapped.

    The mask has the axes of the window: mask[u, v] marks x[u, v].
    """
    return of(x).T.copy()


@mistake
def flattens_the_mask(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The mask is flattened to one row, without the shape of the window.

    The mask has the shape of the window: mask[u, v] marks x[u, v].
    """
    return of(x).ravel()


@mistake
def uses_the_place_as_a_row(x: Array) -> Mask:
    """A whole row is marked: the flat index of the maximum is used as a row.

    argmax gives a flat index k, which counts through the window: the row is k // KW and the column k % KW.
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

    Only the cell of the maximum is True: both its row and its column must match.
    """
    rows, cols = np.nonzero(of(x))
    mask = np.zeros(x.shape, np.bool_)
    mask[rows], mask[:, cols] = True, True
    return mask


@mistake
def returns_the_window(x: Array) -> Mask:
    """The window itself is returned, not a mask.

    A mask is True or 1 where the maximum is and False or 0 elsewhere: compare x with its maximum.
    """
    return x.copy()


@mistake
def subtracts_the_maximum(x: Array) -> Mask:
    """The maximum is subtracted from the window, which gives 0 at the maximum instead of marking it.

    A mask is True or 1 where the maximum is and False or 0 elsewhere: compare x with its maximum.
    """
    return np.asarray(x - x.max())


@mistake
def divides_by_the_maximum(x: Array) -> Mask:
    """The window is divided by its maximum, which gives 1 at the maximum but other numbers elsewhere.

    A mask is True or 1 where the maximum is and False or 0 elsewhere: compare x with its maximum.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # the maximum may be zero
        return np.asarray(x / x.max())


@mistake
def sets_the_maximum_in_the_window(x: Array, *, of: Masking = mask_from_window) -> Mask:
    """The mask is written into the window, whose values are lost.

    The window is a view of the image, which is still needed: the mask is a new array.
    """
    mask = of(x)
    x[...] = mask
    return mask


MISTAKES = mistake.mistakes
