"""Which arrays the reference takes, and what it says about the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.shapes import ShapeError

__all__ = ["Array", "require_axes", "require_floats", "require_shape"]

Array = NDArray[np.floating[Any]]

_PRECISIONS = (np.dtype(np.float64), np.dtype(np.float32))


def require_floats(**arrays: Array) -> None:
    """Require arrays of one precision, float32 or float64.

    Integers are refused because a result of theirs would be truncated or silently be of another type.

    Raises:
        TypeError: naming the array, and what it is.
    """
    first = next(iter(arrays))
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} must be an array of float32 or float64; got a {type(array).__name__}")
        if array.dtype not in _PRECISIONS:
            raise TypeError(
                f"{name} must be float32 or float64; got {array.dtype}: convert it, "
                f"such as by {name}.astype(np.float64)"
            )
        if array.dtype != arrays[first].dtype:
            raise TypeError(
                f"{first} is {arrays[first].dtype} but {name} is {array.dtype}; convert one, so that it is "
                "clear which precision is meant"
            )


def require_axes(name: str, array: Array, axes: str) -> None:
    """Require as many axes as `axes` has names, such as "N, C, H, W".

    Raises:
        ShapeError: showing the shape.
    """
    if array.ndim != axes.count(",") + 1:
        raise ShapeError(f"{name} must have shape ({axes}); got {array.shape}")


def require_shape(name: str, array: Array, shape: tuple[int, ...], why: str) -> None:
    """Require exactly `shape`; `why` says where it comes from.

    Raises:
        ShapeError: showing both shapes.
    """
    if array.shape != shape:
        raise ShapeError(f"{name} must have shape {shape}, {why}; got {array.shape}")
