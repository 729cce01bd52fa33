"""Which axis of a course's arrays is which, so that a picture shows rows and columns of an image.

Pictures are drawn in canonical layout, (batch, channels, height, width), and captioned in the course's own.
An example says neither; it is told from the names of its inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.model import Example
from grader.reports.grid import array_shape

__all__ = ["SAME", "Axes", "rearranged"]

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axes:
    """Where a course has the canonical axes of an array.

    Attributes:
        order: for each canonical axis, which one it is in the course's array.
        number: of axes that the course's array has; those that are not in `order` have length 1.
    """

    order: Shape = ()
    number: int = 0

    def canonical(self, value: Any) -> Any:
        """Nested lists in canonical order; what has another number of axes stays as it is."""
        shape = array_shape(value)
        if not self.order or shape is None or len(shape) != self.number or 0 in shape:
            return value
        array = np.array(value, dtype=object)
        return (array.transpose(self.order) if len(self.order) == self.number else array.ravel()).tolist()

    def shape(self, canonical: Shape) -> Shape:
        """The shape of the course's array; of another number of axes it is the course's already."""
        if len(canonical) != len(self.order):
            return canonical
        sides = dict(zip(self.order, canonical, strict=True))
        return tuple(sides.get(axis, 1) for axis in range(self.number))

    def index(self, plane: Shape) -> str:
        """The index of a plane, all canonical axes but the last two: ``[0, 1]``, or ``[0, :, :, 1]``."""
        if not plane:
            return ""
        places = dict(zip(self.order, map(str, plane), strict=False))
        shown = [places.get(axis, ":") for axis in range(self.number)] if self.order else map(str, plane)
        return f"[{', '.join(shown)}]"


SAME = Axes()
IMAGES = Axes((0, 3, 1, 2), 4)
FILTERS = Axes((3, 2, 0, 1), 4)
BIASES = Axes((3,), 4)

CHANNELS_LAST: Mapping[str, Axes] = {
    "X": IMAGES,
    "X_pad": IMAGES,
    "Z": IMAGES,
    "A": IMAGES,
    "A_prev": IMAGES,
    "dZ": IMAGES,
    "dA": IMAGES,
    "W": FILTERS,
    "b": BIASES,
    "dA_prev": IMAGES,
    "dW": FILTERS,
    "db": BIASES,
}
"""The arrays of DeepLearning.AI's course."""


def rearranged(op: str, example: Example) -> tuple[Example, Mapping[str, Axes]] | None:
    """Put an example's arrays in canonical order, and say where its course has the axes of each, by name.

    A result that is the only one has the name "". Names that are not there are in canonical order already.

    Returns:
        None where it cannot be told which of several results the only one is.
    """
    if not {"X", "A_prev"} & example.inputs.keys():
        return example, {}
    axes = {**CHANNELS_LAST, "": IMAGES}
    if op == "conv2d_backward" and not isinstance(example.expected, Mapping):
        fitting = _gradient_of(example)
        if len(fitting) != 1:
            return None
        axes[""] = fitting.pop()
    inputs = {name: axes.get(name, SAME).canonical(value) for name, value in example.inputs.items()}
    got, expected = (_moved(value, axes) for value in (example.got, example.expected))
    return replace(example, inputs=inputs, got=got, expected=expected), axes


def _gradient_of(example: Example) -> set[Axes]:
    """What a gradient without a name may be: that of an input that has its shape."""
    shape = array_shape(example.expected)
    return {
        CHANNELS_LAST[name]
        for name in ("A_prev", "W", "b")
        if shape is not None and array_shape(example.inputs.get(name)) == shape
    }


def _moved(value: Any, axes: Mapping[str, Axes]) -> Any:
    if isinstance(value, Mapping):
        return {name: axes.get(str(name), SAME).canonical(part) for name, part in value.items()}
    return axes[""].canonical(value)
