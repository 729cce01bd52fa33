"""What cases are drawn from: a source of integers, arrays of values, and families of cases.

Values are multiples of 1/4 in [-2, 2]: their sums are exact in any order, and they expose a
buffer that truncates to integers. They come from a drawn seed, because drawn one by one Hypothesis
repeats one fill value in most cells, and a nearly constant kernel looks the same flipped. Where a case is
to be read rather than to be graded on, it has whole numbers, or others of few digits: see `Readable`.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from grader.cases.strata import EVERYTHING, REAL, SINGLE
from grader.model import Domain
from grader.steps import Array

__all__ = ["Draw", "Drawn", "Family", "Readable", "Style", "Values", "between"]

Draw = Callable[[int, int], int]
"""Draws an integer between two bounds, both included; what is simpler is nearer to the lower one."""

FEW_SEEDS = 9
"""The largest seed of values that are to be read."""


class Style(enum.Enum):
    """What the numbers of a case that is to be read look like; the plainest first.

    Attributes:
        per: numbers are multiples of one in so many.
        step: they count upwards or downwards; 0 for numbers of both signs in no order.
    """

    COUNTING = 1, 1
    MIXED = 1, 0
    NEGATIVE = 1, -1
    HALVES = 2, 1
    TENTHS = 10, 1  # no multiple of 1/10 but that of 1/2 is exact: for what is wrong by rounding alone

    def __init__(self, per: int, step: int) -> None:
        self.per, self.step = per, step


@dataclass(frozen=True, slots=True)
class Readable:
    """A source of integers that also asks for values of a style."""

    draw: Draw
    style: Style

    def __call__(self, low: int, high: int) -> int:
        """Draw as the source that it wraps."""
        return self.draw(low, high)


_OWN = threading.local()


def _generator(seed: int) -> np.random.RandomState:
    """This thread's generator, begun anew with a seed: to make one takes fifty times as long."""
    if not hasattr(_OWN, "generator"):
        _OWN.generator = np.random.RandomState(0)
    generator: np.random.RandomState = _OWN.generator
    generator.seed(seed)
    return generator


class Values:
    """Arrays from a drawn seed, for one case: the next one ends what this one draws.

    NumPy promises that the legacy generator's stream never changes; only its integer and uniform
    draws are used, so that no logarithm of some platform's own decides the last bit.
    """

    def __init__(self, draw: Draw, stratum: str) -> None:
        self._style = draw.style if isinstance(draw, Readable) else None
        self._per = self._style.per if self._style else 4
        self._counted = 0
        self._random = _generator(draw(0, FEW_SEEDS if self._style else 2**32 - 1))
        self._real = not self._style and (
            stratum in (REAL, SINGLE) or (stratum == EVERYTHING and draw(0, 3) == 3)
        )
        self._dtype = np.float32 if stratum == SINGLE else np.float64

    def any(self, *shape: int) -> Array:
        """Multiples of 1/4 in [-2, 2], or any numbers there where the stratum asks for real values."""
        if self._style and self._style.step:
            return self._count(shape, self._style.step)
        if self._real:
            return (4 * self._random.random_sample(shape) - 2).astype(self._dtype)
        return (self._random.randint(-8, 9, size=shape) / self._per).astype(self._dtype)

    def nonzero(self, *shape: int) -> Array:
        """Never nearer to 0 than 1/4: a bias or a scale that is left out must show."""
        if self._style and self._style.step:
            return self._count(shape, self._style.step)
        sign = 2 * self._random.randint(0, 2, size=shape) - 1
        return (sign * (np.abs(self.any(*shape)) + 1 / self._per)).astype(self._dtype)

    def zeros(self, *shape: int) -> Array:
        """Nothing, in the stratum's precision."""
        return np.zeros(shape, self._dtype)

    def distinct(self, *shape: int, sign: int = 0) -> Array:
        """No two nearer than 1/20: no maximum is tied, no variance is zero. With a sign, all of that sign."""
        if self._style and self._style.step:
            return self._count(shape, sign or self._style.step)
        ranks = self._random.permutation(int(np.prod(shape))).reshape(shape)
        within = self._random.uniform(0.1, 0.9, size=shape) if self._real else 0.0
        lowest = {1: 1, 0: -(ranks.size // 2), -1: -ranks.size}[sign]
        return ((ranks + lowest - within) / self._per).astype(self._dtype)

    def positive(self, *shape: int) -> Array:
        """Multiples of 1/4 in [1/4, 2], such as variances."""
        if self._style and self._style.step:
            return self._count(shape, 1)
        return (self._random.randint(1, 9, size=shape) / self._per).astype(self._dtype)

    def _count(self, shape: tuple[int, ...], step: int) -> Array:
        """Count from 1 in the case's first array, from 2 in its second: 1 · 1 would look like 1 + 0.

        The first is in order, the others are not: a gradient that is linear in x vanishes in normalisation.
        """
        size = int(np.prod(shape))
        order = self._random.permutation(size) if self._counted else np.arange(size)
        self._counted += 1
        return (step * (order + self._counted) / self._per).astype(self._dtype).reshape(shape)


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
        corners: what each stratum tries.
        build: makes a case of a stratum at a corner; None asks for any.
        everything: what "everything together" tries, where more than sizes and values is drawn.
        domain: names of the `Domain` fields that bear on the operation.
    """

    corners: Mapping[str, tuple[Any, ...]]
    build: Callable[[Draw, str, Any, Domain], Drawn]
    domain: frozenset[str] = frozenset()
    everything: tuple[Any, ...] = (None,)

    @property
    def strata(self) -> tuple[str, ...]:
        """All strata, simplest first."""
        return (*self.corners, EVERYTHING)


def between(draw: Draw, low: int, high: int, promised: tuple[int, ...] | None) -> int:
    """A number from low to high, or one of those that the course promises."""
    return draw(low, high) if promised is None else promised[draw(0, len(promised) - 1)]
