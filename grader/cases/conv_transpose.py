"""Transposed convolution of signals and images: what its strata try, and its cases."""

from __future__ import annotations

from grader.cases.draw import Draw, Drawn, Family, Values
from grader.cases.lattice import Lattice, of_one_axis, place
from grader.cases.strata import (
    BASIC,
    BATCH,
    CHANNELS,
    FACTOR,
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


def _transposed(axes: int, *, backward: bool) -> Family:
    """A family of transposed convolution."""

    def build(draw: Draw, stratum: str, corner: Lattice | None, domain: Domain) -> Drawn:
        at = place(draw, corner, axes, domain)
        values = Values(draw, stratum)
        arrays = {"dout": values.any(at.n, at.f, *at.out)} if backward else {}
        arrays |= {
            "x": values.any(at.n, at.c, *at.few),
            "w": values.any(at.f, at.c, *at.kernel),
            "b": values.nonzero(at.f),
        }
        return Drawn(arrays, {"factor": at.factor}, ("dx", "dw", "db") if backward else ("out",))

    corners = ordered(_TRANSPOSED if axes == 2 else of_one_axis(_TRANSPOSED))
    domain = frozenset({"square", "square_kernel"} if axes == 2 else ())
    return Family(corners=corners, build=build, domain=domain)


FAMILIES = {
    "conv_transpose1d": _transposed(1, backward=False),
    "conv_transpose1d_backward": _transposed(1, backward=True),
    "conv_transpose2d": _transposed(2, backward=False),
    "conv_transpose2d_backward": _transposed(2, backward=True),
}
