"""Places that lie a factor apart: sizes of resampling and transposed convolution, and how a case is placed.

One table serves signals and images: sizes are tuples with a number for each spatial axis.
"""

from __future__ import annotations

from typing import NamedTuple

from grader.cases.draw import Draw
from grader.cases.strata import RECTANGULAR_IMAGE, RECTANGULAR_KERNEL, Table
from grader.model import Domain

__all__ = ["Lattice", "of_one_axis", "place"]

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


def of_one_axis(table: Table) -> Table:
    """The same corners for signals."""
    return {
        stratum: tuple(
            at._replace(few=at.few[1:], leftover=at.leftover[1:], kernel=at.kernel[1:]) for at in corners
        )
        for stratum, corners in table.items()
        if stratum not in (RECTANGULAR_IMAGE, RECTANGULAR_KERNEL)
    }


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


def place(draw: Draw, corner: Lattice | None, axes: int, domain: Domain) -> Lattice:
    """Place a case: around a corner, or anywhere."""
    if corner is None:
        return _any(draw, axes, domain)
    more = draw(0, 2) if corner.grow else 0
    return corner._replace(few=tuple(side + more for side in corner.few))
