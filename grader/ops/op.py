"""What an operation is: a reference, and how far from it a correct result may lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.steps import Array

__all__ = ["Arrays", "Function", "Gradient", "Op", "Params"]

Arrays = Mapping[str, Array]
Params = Mapping[str, Any]
Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient:
    """How a backward operation belongs to its forward one.

    Attributes:
        forward: the forward operation.
        of: for each gradient, the forward's input that it is the gradient of.
        upstream: the input that holds the gradient of the output.
        step: step of a central difference of the forward. Along one input alone convolution is linear
            and any step is exact; a maximum stays where it is while the step is small against the
            distance of two values.
        params: hyperparameters of the forward that the backward's cases do not name.
    """

    forward: str
    of: Mapping[str, str]
    upstream: str = "dout"
    step: float = 1.0
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """An operation with its reference.

    Attributes:
        reference: the right function; a mistake has the same signature.
        inputs: arrays that it takes by position; the case's hyperparameters go in by keyword.
        outputs: what it returns, in order; None stands for one that a case does not have.
        optional: arrays that it takes by keyword where a case has them.
        terms: (arrays, params) -> for each output how many terms are summed; None where values are only
            moved and nothing is rounded.
        magnitude: (arrays, params) -> for each output the sum of the absolute values of its terms; None for
            a sum of products, where it is the operation itself on absolute values.
    """

    reference: Function
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    terms: Callable[[Arrays, Params], Mapping[str, int]] | None = None
    magnitude: Callable[[Arrays, Params], Mapping[str, Array]] | None = None
    gradient: Gradient | None = None
    optional: tuple[str, ...] = ()

    def apply(self, function: Function, arrays: Arrays, params: Params) -> Mapping[str, Any]:
        """What a function of the reference's signature returns, by output."""
        given = [arrays[name] for name in self.inputs]
        more = {name: arrays[name] for name in self.optional if name in arrays}
        returned = function(*given, **params, **more)
        results = (returned,) if len(self.outputs) == 1 else returned
        return {
            name: result for name, result in zip(self.outputs, results, strict=True) if result is not None
        }

    def compute(self, arrays: Arrays, params: Params) -> Mapping[str, Array]:
        """What the reference returns."""
        return self.apply(self.reference, arrays, params)

    def rounding(self, arrays: Arrays, params: Params) -> Mapping[str, tuple[int, Array]]:
        """For each output the number of its terms, and the sum of their absolute values."""
        if self.terms is None:
            return {name: (0, np.abs(value)) for name, value in self.compute(arrays, params).items()}
        if self.magnitude is None:
            absolute = {name: np.asarray(np.abs(array)) for name, array in arrays.items()}
            magnitudes = self.compute(absolute, params)
        else:
            magnitudes = self.magnitude(arrays, params)
        terms = self.terms(arrays, params)
        return {name: (terms[name], magnitude) for name, magnitude in magnitudes.items()}
