"""Upsampling, downsampling, transposed convolution and flattening: what their strata try, and their cases.

One table serves signals and images: sizes are tuples with a number for each spatial axis.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from grader.cases.draw import Draw, Drawn, Family, Values
from grader.cases.strata import (
    BASIC,
    BATCH,
    CHANNELS,
    FACTOR,
    LEFTOVER,
    LONG,
    REAL,
    RECTANGULAR_IMAGE,
    RECTANGULAR_KERNEL,
    SINGLE,
    Table,
    ordered,
)
from grader.model import Domain

__all__ = ["FAMILIES"]

Sides = tuple[int, ...]


class Lattice(NamedTuple):
    """Where a case lies. Sizes in pixels or samples; the defaults are the simplest.

    Attributes:
        few: how many places lie `factor` apart on each axis: what upsampling takes, and downsampling gives.
        leftover: pixels behind the last of these places, which only downsampling has.
        kernel: of a transposed convolution; cut to what fits.
        grow: whether the same drawn number is added to all of `few`.
    """

    few: Sides = (3, 3)
    factor: int = 2
    leftover: Sides = (0, 0)
    kernel: Sides = (2, 2)
    n: int = 1
    c: int = 1
    f: int = 1
    grow: bool = True

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such inputs occur."""
        return (
            (domain.leftover or not any(self.leftover))
            and not (domain.square_kernel and len(set(self.kernel)) > 1)
            and not (domain.square and any(len(set(each)) > 1 for each in (self.few, self.leftover)))
        )

    @property
    def many(self) -> Sides:
        """What upsampling gives, and downsampling takes but for what is left over."""
        return tuple(self.factor * (side - 1) + 1 for side in self.few)

    @property
    def full(self) -> Sides:
        """What downsampling takes."""
        return tuple(side + rest for side, rest in zip(self.many, self.leftover, strict=True))

    @property
    def out(self) -> Sides:
        """What a transposed convolution gives."""
        return tuple(side - kernel + 1 for side, kernel in zip(self.many, self.kernel, strict=True))


# --- the strata ------------------------------------------------------------------------------------


def _of_one_axis(table: Table) -> Table:
    """The same corners for signals."""
    return {
        stratum: tuple(
            at._replace(few=at.few[1:], leftover=at.leftover[1:], kernel=at.kernel[1:]) for at in corners
        )
        for stratum, corners in table.items()
        if stratum not in (RECTANGULAR_IMAGE, RECTANGULAR_KERNEL)
    }


_LATTICE: Table = {
    BASIC: (Lattice(), Lattice(few=(2, 2)), Lattice(few=(1, 1), grow=False), Lattice(few=(4, 4))),
    FACTOR: (Lattice(factor=1), Lattice(factor=3), Lattice(factor=4), Lattice(factor=5, few=(2, 2))),
    RECTANGULAR_IMAGE: (
        Lattice(few=(4, 2)),
        Lattice(few=(2, 4)),
        Lattice(few=(1, 3)),
        Lattice(few=(3, 1), grow=False),
        Lattice(few=(2, LONG // 2)),
    ),
    CHANNELS: (Lattice(c=2), Lattice(c=3), Lattice(c=4)),
    BATCH: (Lattice(n=2), Lattice(n=3), Lattice(n=4)),
    REAL: (Lattice(), Lattice(factor=3)),
    SINGLE: (Lattice(), Lattice(factor=3)),
}

_LEFTOVER: Table = {
    LEFTOVER: (
        Lattice(leftover=(1, 1)),
        Lattice(factor=3, leftover=(2, 2)),
        Lattice(factor=3, leftover=(0, 1)),
        Lattice(factor=4, leftover=(2, 3)),
    ),
}

_TRANSPOSED: Table = {
    BASIC: (
        Lattice(),
        Lattice(kernel=(3, 3)),
        Lattice(kernel=(1, 1)),
        Lattice(kernel=(3, 3), few=(2, 2), grow=False),  # the kernel covers the whole upsampled image
        Lattice(kernel=(4, 4)),
    ),
    FACTOR: (
        Lattice(factor=1),
        Lattice(factor=3),
        Lattice(factor=3, kernel=(3, 3)),
        Lattice(factor=4, kernel=(3, 3), few=(2, 2)),
        Lattice(factor=1, kernel=(3, 3)),
    ),
    RECTANGULAR_IMAGE: (
        Lattice(few=(4, 2)),
        Lattice(few=(2, 4)),
        Lattice(few=(1, 3), kernel=(1, 1)),
        Lattice(few=(2, LONG // 2)),
    ),
    RECTANGULAR_KERNEL: (
        Lattice(kernel=(3, 2)),
        Lattice(kernel=(2, 3)),
        Lattice(kernel=(1, 3)),
        Lattice(kernel=(4, 2)),
    ),
    CHANNELS: (
        Lattice(c=2),
        Lattice(f=2),
        Lattice(c=3, f=2),
        Lattice(c=2, f=4),
        Lattice(c=4, f=3),
    ),
    BATCH: (Lattice(n=2), Lattice(n=3), Lattice(n=4)),
    REAL: (Lattice(), Lattice(kernel=(3, 3))),
    SINGLE: (Lattice(), Lattice(kernel=(3, 3))),
}


# --- cases -----------------------------------------------------------------------------------------


def _any(draw: Draw, axes: int, domain: Domain) -> Lattice:
    """Draw all sizes, each free to differ from the others."""

    def sides(low: int, high: int, *, alike: bool) -> Sides:
        return (draw(low, high),) * axes if alike else tuple(draw(low, high) for _ in range(axes))

    factor = draw(1, 4)
    few = sides(1, {1: 7, 2: 5}.get(factor, 4), alike=domain.square)
    leftover = sides(0, factor - 1, alike=domain.square) if domain.leftover else (0,) * axes
    kernel = sides(1, 4, alike=domain.square or domain.square_kernel)
    at = Lattice(few, factor, leftover, kernel, n=draw(1, 4), c=draw(1, 5), f=draw(1, 5))
    fitting = tuple(map(min, at.kernel, at.many))
    return at._replace(kernel=(min(fitting),) * axes if len(set(kernel)) == 1 else fitting)


def _place(draw: Draw, corner: Lattice | None, axes: int, domain: Domain) -> Lattice:
    if corner is None:
        return _any(draw, axes, domain)
    more = draw(0, 2) if corner.grow else 0
    return corner._replace(few=tuple(side + more for side in corner.few))


def _resample(axes: int, *, up: bool, backward: bool) -> Family:
    """A family of up- or downsampling."""

    def build(draw: Draw, stratum: str, corner: Lattice | None, domain: Domain) -> Drawn:
        at = _place(draw, corner, axes, domain)
        values = Values(draw, stratum)
        sides, out = (at.few, at.many) if up else (at.full, at.few)
        x = values.nonzero(at.n, at.c, *sides)
        if not backward:
            return Drawn({"x": x}, {"factor": at.factor}, ("out",))
        return Drawn({"dout": values.nonzero(at.n, at.c, *out), "x": x}, {"factor": at.factor}, ("dx",))

    tables = (_LATTICE,) if up else (_LATTICE, _LEFTOVER)
    corners = ordered(*(tables if axes == 2 else map(_of_one_axis, tables)))
    domain = {"square"} if axes == 2 else set()
    return Family(corners=corners, build=build, domain=frozenset(domain if up else {*domain, "leftover"}))


def _transposed(axes: int, *, backward: bool) -> Family:
    """A family of transposed convolution."""

    def build(draw: Draw, stratum: str, corner: Lattice | None, domain: Domain) -> Drawn:
        at = _place(draw, corner, axes, domain)
        values = Values(draw, stratum)
        arrays = {"dout": values.any(at.n, at.f, *at.out)} if backward else {}
        arrays |= {
            "x": values.any(at.n, at.c, *at.few),
            "w": values.any(at.f, at.c, *at.kernel),
            "b": values.nonzero(at.f),
        }
        return Drawn(arrays, {"factor": at.factor}, ("dx", "dw", "db") if backward else ("out",))

    corners = ordered(_TRANSPOSED if axes == 2 else _of_one_axis(_TRANSPOSED))
    domain = frozenset({"square", "square_kernel"} if axes == 2 else ())
    return Family(corners=corners, build=build, domain=domain)


# --- flattening ------------------------------------------------------------------------------------


class Stack(NamedTuple):
    """A batch of signals that is to be flattened; the defaults are the simplest."""

    width: int = 4
    n: int = 1
    c: int = 2

    def lies_in(self, _: Domain) -> bool:
        """Nothing that a course can promise bears on it."""
        return True


_FLATTEN: Table = {
    BASIC: (Stack(), Stack(width=3), Stack(width=1), Stack(width=LONG)),
    CHANNELS: (Stack(c=1), Stack(c=3), Stack(c=4)),
    BATCH: (Stack(n=2), Stack(n=3), Stack(n=5)),
    REAL: (Stack(), Stack(width=3)),
    SINGLE: (Stack(), Stack(width=3)),
}


def _flatten(*, backward: bool) -> Family:
    def build(draw: Draw, stratum: str, corner: Stack | None, _: Domain) -> Drawn:
        at = corner or Stack(width=draw(1, 6), n=draw(1, 4), c=draw(1, 5))
        values = Values(draw, stratum)
        x = values.nonzero(at.n, at.c, at.width)
        if not backward:
            return Drawn({"x": x}, {}, ("out",))
        return Drawn({"dout": values.nonzero(at.n, int(np.prod(x.shape[1:]))), "x": x}, {}, ("dx",))

    return Family(corners=ordered(_FLATTEN), build=build)


FAMILIES = {
    "upsample1d": _resample(1, up=True, backward=False),
    "upsample1d_backward": _resample(1, up=True, backward=True),
    "upsample2d": _resample(2, up=True, backward=False),
    "upsample2d_backward": _resample(2, up=True, backward=True),
    "downsample1d": _resample(1, up=False, backward=False),
    "downsample1d_backward": _resample(1, up=False, backward=True),
    "downsample2d": _resample(2, up=False, backward=False),
    "downsample2d_backward": _resample(2, up=False, backward=True),
    "conv_transpose1d": _transposed(1, backward=False),
    "conv_transpose1d_backward": _transposed(1, backward=True),
    "conv_transpose2d": _transposed(2, backward=False),
    "conv_transpose2d_backward": _transposed(2, backward=True),
    "flatten": _flatten(backward=False),
    "flatten_backward": _flatten(backward=True),
}
