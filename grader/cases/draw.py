"""What cases are drawn from: a source of integers, arrays of values, and families of cases.

Values are multiples of 1/4 in [-2, 2]: their sums are exact in any order, and they expose a
buffer that truncates to integers. They come from a drawn seed, because drawn one by one Hypothesis
repeats one fill value in most cells, and a nearly constant kernel looks the same flipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from grader.cases.strata import EVERYTHING, REAL, SINGLE
from grader.model import Domain
from grader.steps import Array

__all__ = ["Draw", "Drawn", "Family", "Values", "between"]

Draw = Callable[[int, int], int]
"""Draws an integer between two bounds, both included; what is simpler is nearer to the lower one."""


class Values:
    """Arrays from a drawn seed.

    NumPy promises that the legacy generator's stream never changes; only its integer and uniform
    draws are used, so that no logarithm of some platform's own decides the last bit.
    """

    def __init__(self, draw: Draw, stratum: str) -> None:
        self._random = np.random.RandomState(draw(0, 2**32 - 1))
        self._real = stratum in (REAL, SINGLE) or (stratum == EVERYTHING and draw(0, 3) == 3)
        self._dtype = np.float32 if stratum == SINGLE else np.float64

    def any(self, *shape: int) -> Array:
        """Multiples of 1/4 in [-2, 2], or any numbers there where the stratum asks for real values."""
        if self._real:
            return (4 * self._random.random_sample(shape) - 2).astype(self._dtype)
        return (self._random.randint(-8, 9, size=shape) / 4).astype(self._dtype)

    def nonzero(self, *shape: int) -> Array:
        """Never nearer to 0 than 1/4: a bias or a scale that is left out must show."""
        sign = 2 * self._random.randint(0, 2, size=shape) - 1
        return (sign * (np.abs(self.any(*shape)) + 0.25)).astype(self._dtype)

    def zeros(self, *shape: int) -> Array:
        """Nothing, in the stratum's precision."""
        return np.zeros(shape, self._dtype)

    def distinct(self, *shape: int, sign: int = 0) -> Array:
        """No two nearer than 1/20: no maximum is tied, no variance is zero. With a sign, all of that sign."""
        ranks = self._random.permutation(int(np.prod(shape))).reshape(shape)
        within = self._random.uniform(0.1, 0.9, size=shape) if self._real else 0.0
        lowest = {1: 1, 0: -(ranks.size // 2), -1: -ranks.size}[sign]
        return ((ranks + lowest - within) / 4).astype(self._dtype)

    def positive(self, *shape: int) -> Array:
        """Multiples of 1/4 in [1/4, 2], such as variances."""
        return (self._random.randint(1, 9, size=shape) / 4).astype(self._dtype)


class Drawn(NamedTuple):
    """A case before it has a name: arrays and hyperparameters in canonical layout, outputs to judge.

    `refusal` says why there is no result, where there is none.
    """

    arrays: Mapping[str, Array]
    params: Mapping[str, Any]
    outputs: tuple[str, ...]
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """All cases of one operation.

    Attributes:
        corners: what each stratum tries; "everything together" has none, it is drawn.
        build: makes a case of a stratum at a corner; None asks for any.
        domain: names of the `Domain` fields that bear on the operation.
    """

    corners: Mapping[str, tuple[Any, ...]]
    build: Callable[[Draw, str, Any, Domain], Drawn]
    domain: frozenset[str] = frozenset()

    @property
    def strata(self) -> tuple[str, ...]:
        """All strata, simplest first."""
        return (*self.corners, EVERYTHING)


def between(draw: Draw, low: int, high: int, promised: tuple[int, ...] | None) -> int:
    """A number from low to high, or one of those that the course promises."""
    return draw(low, high) if promised is None else promised[draw(0, len(promised) - 1)]
