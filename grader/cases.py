"""The inputs that submissions are tried on: one family of cases for each operation.

What a stratum tries stands in `grader.strata`: its corners are visited in turn, and around each of
them sizes and values are drawn. In "everything together" all sizes are drawn, each free to differ
from the others, since a square sample cannot tell height from width.

A family is written once, against `Draw`, a source of integers. `strategy` hands it to Hypothesis,
which searches and shrinks. `sample` hands it a stream that depends on the seed alone: marks follow
neither Hypothesis' version nor its heuristics, and are the same on every machine.

Cases are constructed, never filtered: the output size comes first and the input size follows from
it. Values are multiples of 1/4 in [-2, 2]: their sums are exact in any order, and they expose a
buffer that truncates to integers. They come from a drawn seed, because drawn one by one Hypothesis
repeats one fill value in most cells, and a nearly constant kernel looks the same flipped.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from grader.model import Case, Domain
from grader.steps import Array
from grader.strata import (
    BATCHNORM,
    BATCHNORM_BACKWARD,
    CONV2D,
    CONV2D_BACKWARD,
    EVERYTHING,
    GROUPNORM,
    NEGATIVE,
    POOL2D,
    REAL,
    RUNNING,
    SINGLE,
    TEST_TIME,
    Corner,
    Images,
)

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["FAMILIES", "Draw", "Family", "sample", "strata_of", "strategy"]

Draw = Callable[[int, int], int]
"""Draws an integer between two bounds, both included; what is simpler is nearer to the lower one."""


# --- values ------------------------------------------------------------------------------------


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

    def distinct(self, *shape: int, sign: int = 0) -> Array:
        """No two nearer than 1/20: no maximum is tied, no variance is zero. With a sign, all of that sign."""
        ranks = self._random.permutation(int(np.prod(shape))).reshape(shape)
        within = self._random.uniform(0.1, 0.9, size=shape) if self._real else 0.0
        lowest = {1: 1, 0: -(ranks.size // 2), -1: -ranks.size}[sign]
        return ((ranks + lowest - within) / 4).astype(self._dtype)

    def positive(self, *shape: int) -> Array:
        """Multiples of 1/4 in [1/4, 2], such as variances."""
        return (self._random.randint(1, 9, size=shape) / 4).astype(self._dtype)


# --- families ----------------------------------------------------------------------------------


class Drawn(NamedTuple):
    """A case before it has a name: arrays and hyperparameters in canonical layout, outputs to judge."""

    arrays: Mapping[str, Array]
    params: Mapping[str, Any]
    outputs: tuple[str, ...]


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


def _between(draw: Draw, low: int, high: int, promised: tuple[int, ...] | None) -> int:
    """A number from low to high, or one of those that the course promises."""
    return draw(low, high) if promised is None else promised[draw(0, len(promised) - 1)]


MOST_OUT = {1: 6, 2: 4}
"""The largest output side for a stride, 3 for those above: images stay below 13 pixels, since there are right
functions whose time grows with the fourth power of the side."""


def _any_windows(draw: Draw, domain: Domain, *, padded: bool) -> Corner:
    """Draw all sizes, each free to differ from the others."""
    kernel = (draw(1, 4), draw(1, 4))
    stride = _between(draw, 1, 3, domain.stride)
    if not domain.overlap and domain.stride is None:
        stride = max(stride, *kernel)
    if not domain.overlap:
        kernel = (min(kernel[0], stride), min(kernel[1], stride))
    pad = _between(draw, 0, 3, domain.pad) if padded else 0
    most = MOST_OUT.get(stride, 3)
    corner = Corner(
        kernel=kernel,
        stride=stride,
        pad=pad,
        out=(draw(1, most), draw(1, most)),
        leftover=(draw(0, stride - 1), draw(0, stride - 1)) if domain.leftover else (0, 0),
        n=draw(1, 4),
        c=draw(1, 5),
        f=draw(1, 5),
    )
    if domain.square:
        rows = corner.kernel[0], corner.out[0], corner.leftover[0]
        corner = corner._replace(kernel=rows[:1] * 2, out=rows[1:2] * 2, leftover=rows[2:] * 2)
    return corner


def _wide_enough(corner: Corner) -> Corner:
    """Enlarge the output where padding alone would give it, so that the image has a pixel at least."""
    pad = corner.pad or 0
    rows, cols = (
        max(out, 1 - (-(1 + 2 * pad - kernel - rest) // corner.stride))
        for out, kernel, rest in zip(corner.out, corner.kernel, corner.leftover, strict=True)
    )
    return corner._replace(out=(rows, cols))


def _windows(draw: Draw, corner: Corner | None, domain: Domain, *, usual_pad: int | None) -> Corner:
    """Place a case: around a corner, or anywhere. `usual_pad` is None where there is no padding."""
    if corner is None:
        return _wide_enough(_any_windows(draw, domain, padded=usual_pad is not None))
    if corner.pad is None:
        pads = domain.pad
        corner = corner._replace(pad=usual_pad if pads is None or usual_pad in pads else min(pads))
    more = draw(0, 4 if corner.stride == 1 else 2) if corner.grow else 0
    return _wide_enough(corner._replace(out=(corner.out[0] + more, corner.out[1] + more)))


def _conv2d(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = _windows(draw, corner, domain, usual_pad=0)
    values = Values(draw, stratum)
    arrays = {
        "x": values.any(at.n, at.c, *at.image),
        "w": values.any(at.f, at.c, *at.kernel),
        "b": values.nonzero(at.f),
    }
    return Drawn(arrays, {"stride": at.stride, "pad": at.pad}, ("out",))


def _conv2d_backward(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = _windows(draw, corner, domain, usual_pad=1)
    values = Values(draw, stratum)
    arrays = {
        "dout": values.any(at.n, at.f, *at.out),
        "x": values.any(at.n, at.c, *at.image),
        "w": values.any(at.f, at.c, *at.kernel),
        "b": values.nonzero(at.f),
    }
    return Drawn(arrays, {"stride": at.stride, "pad": at.pad}, ("dx", "dw", "db"))


def _sign(stratum: str) -> int:
    """A maximum that starts at zero shows where a whole window is negative: a difficulty of its own."""
    return {NEGATIVE: -1, EVERYTHING: 0}.get(stratum, 1)


def _pool2d(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = _windows(draw, corner, domain, usual_pad=None)
    x = Values(draw, stratum).distinct(at.n, at.c, *at.image, sign=_sign(stratum))
    return Drawn({"x": x}, {"window": at.kernel, "stride": at.stride}, ("out",))


def _pool2d_backward(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = _windows(draw, corner, domain, usual_pad=None)
    values = Values(draw, stratum)
    arrays = {
        "dout": values.nonzero(at.n, at.c, *at.out),
        "x": values.distinct(at.n, at.c, *at.image, sign=_sign(stratum)),
    }
    return Drawn(arrays, {"window": at.kernel, "stride": at.stride}, ("dx",))


def _images(draw: Draw, corner: Images | None, *, grouped: bool) -> Images:
    if corner is not None:
        return corner
    groups = draw(1, 3) if grouped else 1
    return Images(n=draw(1, 4), c=groups * draw(1, 3), size=(draw(1, 4), draw(2, 5)), groups=groups)


def _normalised(values: Values, at: Images) -> dict[str, Array]:
    return {
        "x": values.distinct(at.n, at.c, *at.size),
        "gamma": values.nonzero(at.c),
        "beta": values.nonzero(at.c),
    }


def _spatial_batchnorm(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=False)
    values = Values(draw, stratum)
    arrays = _normalised(values, at)
    params: dict[str, Any] = {"mode": "train"}
    if stratum == EVERYTHING:
        params["eps"] = (1e-5, 1e-3, 0.25)[draw(0, 2)]
        params["mode"] = ("train", "test")[draw(0, 1)]
    if stratum == TEST_TIME:
        params["mode"] = "test"
    if stratum in (RUNNING, TEST_TIME, EVERYTHING):
        params["momentum"] = (0.9, 0.5, 0.75)[draw(0, 2)]
        arrays |= {"running_mean": values.nonzero(at.c), "running_var": values.positive(at.c)}
    running = ("running_mean", "running_var") if "running_mean" in arrays else ()
    return Drawn(arrays, params, ("out", *running))


def _spatial_batchnorm_backward(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=False)
    values = Values(draw, stratum)
    arrays = {"dout": values.any(at.n, at.c, *at.size)} | _normalised(values, at)
    return Drawn(arrays, {}, ("dx", "dgamma", "dbeta"))


def _spatial_groupnorm(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=True)
    arrays = _normalised(Values(draw, stratum), at)
    return Drawn(arrays, {"groups": at.groups}, ("out",))


def _spatial_groupnorm_backward(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=True)
    values = Values(draw, stratum)
    arrays = {"dout": values.any(at.n, at.c, *at.size)} | _normalised(values, at)
    return Drawn(arrays, {"groups": at.groups}, ("dx", "dgamma", "dbeta"))


_CONV_DOMAIN = frozenset({"pad", "stride", "leftover", "square"})
_POOL_DOMAIN = frozenset({"stride", "leftover", "overlap", "square"})

FAMILIES: Mapping[str, Family] = {
    "conv2d": Family(corners=CONV2D, build=_conv2d, domain=_CONV_DOMAIN),
    "conv2d_backward": Family(
        corners=CONV2D_BACKWARD,
        build=_conv2d_backward,
        domain=_CONV_DOMAIN,
    ),
    "max_pool2d": Family(corners=POOL2D, build=_pool2d, domain=_POOL_DOMAIN),
    "max_pool2d_backward": Family(corners=POOL2D, build=_pool2d_backward, domain=_POOL_DOMAIN),
    "avg_pool2d": Family(corners=POOL2D, build=_pool2d, domain=_POOL_DOMAIN),
    "avg_pool2d_backward": Family(corners=POOL2D, build=_pool2d_backward, domain=_POOL_DOMAIN),
    "spatial_batchnorm": Family(corners=BATCHNORM, build=_spatial_batchnorm),
    "spatial_batchnorm_backward": Family(
        corners=BATCHNORM_BACKWARD,
        build=_spatial_batchnorm_backward,
    ),
    "spatial_groupnorm": Family(corners=GROUPNORM, build=_spatial_groupnorm),
    "spatial_groupnorm_backward": Family(corners=GROUPNORM, build=_spatial_groupnorm_backward),
}


# --- drawing -----------------------------------------------------------------------------------


def _corners(op: str, stratum: str, domain: Domain) -> tuple[Any, ...]:
    """The corners of a stratum that lie in the domain; for "everything together" the one that is drawn."""
    if stratum == EVERYTHING:
        return (None,)
    corners = FAMILIES[op].corners[stratum]
    return tuple(at for at in corners if not isinstance(at, Corner) or at.lies_in(domain))


def strata_of(op: str, domain: Domain | None = None) -> tuple[str, ...]:
    """The strata that a course's domain leaves to an operation, simplest first."""
    return tuple(name for name in FAMILIES[op].strata if _corners(op, name, domain or Domain()))


def _case(draw: Draw, op: str, stratum: str, turn: int, domain: Domain) -> Case:
    corners = _corners(op, stratum, domain)
    arrays, params, outputs = FAMILIES[op].build(draw, stratum, corners[turn % len(corners)], domain)
    for array in arrays.values():
        array.setflags(write=False)
    return Case(op=op, stratum=stratum, number=turn, arrays=arrays, params=params, outputs=outputs)


def _stream(*seed: object) -> Draw:
    """Integers that follow from the seed alone: only `random()` is promised to stay the same for ever."""
    source = random.Random(" ".join(map(str, seed)))
    return lambda low, high: low + int(source.random() * (high - low + 1))


def sample(op: str, *, cases: int, seed: int, domain: Domain | None = None) -> tuple[Case, ...]:
    """Draw the cases that everybody is graded on.

    Every stratum gets the same share and "everything together" three, each at least one case.

    Args:
        op: operation, a key of `FAMILIES`.
        cases: about how many, all strata together.
        seed: the same seed gives the same cases, whatever else is drawn.
        domain: what the course promises.
    """
    domain = domain or Domain()
    strata = strata_of(op, domain)
    share = max(1, cases // (len(strata) + 2))
    rest = max(1, cases - share * (len(strata) - 1))
    drawn = [
        _case(_stream(seed, op, stratum, turn), op, stratum, turn, domain)
        for stratum in strata
        for turn in range(rest if stratum == EVERYTHING else share)
    ]
    return tuple(replace(case, number=number) for number, case in enumerate(drawn))


def strategy(op: str, stratum: str, domain: Domain | None = None) -> SearchStrategy[Case]:
    """The cases of one stratum as a Hypothesis strategy; shrinks towards its first corner and small sizes."""
    from hypothesis import strategies as st

    @st.composite
    def cases(draw: DrawFn) -> Case:
        turn = draw(st.integers(0, 2 * len(_corners(op, stratum, domain or Domain())) - 1))
        return _case(lambda low, high: draw(st.integers(low, high)), op, stratum, turn, domain or Domain())

    return cases()
