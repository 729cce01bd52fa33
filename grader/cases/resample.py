"""Upsampling, downsampling and flattening: what their strata try, and their cases."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from grader.cases.draw import Draw, Drawn, Family, Values
from grader.cases.lattice import Lattice, of_one_axis, place
from grader.cases.strata import (
    BASIC,
    BATCH,
    CHANNELS,
    FACTOR,
    LEFTOVER,
    LONG,
    REAL,
    RECTANGULAR_IMAGE,
    SINGLE,
    Table,
    ordered,
)
from grader.model import Domain

__all__ = ["FAMILIES"]

# --- up and down -----------------------------------------------------------------------------------

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


# --- cases -----------------------------------------------------------------------------------------


def _resample(axes: int, *, up: bool, backward: bool) -> Family:
    """A family of up- or downsampling."""

    def build(draw: Draw, stratum: str, corner: Lattice | None, domain: Domain) -> Drawn:
        at = place(draw, corner, axes, domain)
        values = Values(draw, stratum)
        sides, out = (at.few, at.many) if up else (at.full, at.few)
        x = values.nonzero(at.n, at.c, *sides)
        if not backward:
            return Drawn({"x": x}, {"factor": at.factor}, ("out",))
        return Drawn({"dout": values.nonzero(at.n, at.c, *out), "x": x}, {"factor": at.factor}, ("dx",))

    tables = (_LATTICE,) if up else (_LATTICE, _LEFTOVER)
    corners = ordered(*(tables if axes == 2 else map(of_one_axis, tables)))
    domain = {"square"} if axes == 2 else set()
    return Family(corners=corners, build=build, domain=frozenset(domain if up else {*domain, "leftover"}))


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
    "flatten": _flatten(backward=False),
    "flatten_backward": _flatten(backward=True),
}
