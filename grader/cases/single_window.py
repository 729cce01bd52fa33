"""A single window: what the strata of its operations try, and their cases."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from grader.cases.draw import Draw, Drawn, Family, Values
from grader.cases.strata import (
    BASIC,
    CHANNELS,
    NEGATIVE,
    REAL,
    RECTANGULAR_WINDOW,
    SINGLE,
    Size,
    Table,
    ordered,
)
from grader.model import Domain

__all__ = ["FAMILIES"]


class Window(NamedTuple):
    """One window; the defaults are the simplest."""

    size: Size = (2, 2)
    c: int = 1

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such inputs occur."""
        return self.size[0] == self.size[1] or not (domain.square or domain.square_kernel)


class Shape(Window):
    """The shape that a number is spread over; courses say of it that its two sides may differ."""

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such shapes occur."""
        return self.size[0] == self.size[1] or not domain.square


_SQUARE = (Window(), Window(size=(3, 3)), Window(size=(1, 1)), Window(size=(4, 4)))
_RECTANGULAR = (
    Window(size=(2, 3)),
    Window(size=(4, 2)),
    Window(size=(1, 3)),
    Window(size=(3, 1)),
    Window(size=(3, 4)),
)

_STEP: Table = {
    BASIC: _SQUARE,
    CHANNELS: (Window(c=2), Window(c=3), Window(size=(3, 3), c=4)),
    RECTANGULAR_WINDOW: _RECTANGULAR,
    REAL: (Window(), Window(size=(3, 3))),
    SINGLE: (Window(), Window(size=(3, 3))),
}
_MASK: Table = {
    BASIC: _SQUARE,
    RECTANGULAR_WINDOW: _RECTANGULAR,
    NEGATIVE: (Window(), Window(size=(3, 3))),
    REAL: (Window(), Window(size=(3, 3))),
    SINGLE: (Window(), Window(size=(3, 3))),
}
_SHARES: Table = {
    BASIC: tuple(Shape(at.size) for at in _SQUARE),
    RECTANGULAR_WINDOW: tuple(Shape(at.size) for at in _RECTANGULAR),
    REAL: (Shape(), Shape(size=(3, 3))),
}


def _any_window(draw: Draw, corner: Window | None, *, square: bool) -> Window:
    """The corner's, or one whose sizes are free to differ."""
    if corner is not None:
        return corner
    rows, cols, c = draw(1, 5), draw(1, 5), draw(1, 5)
    return Window((rows, rows if square else cols), c)


def _conv_single_step(draw: Draw, stratum: str, corner: Window | None, domain: Domain) -> Drawn:
    at = _any_window(draw, corner, square=domain.square or domain.square_kernel)
    values = Values(draw, stratum)
    arrays = {
        "x": values.nonzero(at.c, *at.size),
        "w": values.nonzero(at.c, *at.size),
        "b": np.asarray(values.nonzero()),
    }
    return Drawn(arrays, {}, ("out",))


def _mask_from_window(draw: Draw, stratum: str, corner: Window | None, domain: Domain) -> Drawn:
    at = _any_window(draw, corner, square=domain.square or domain.square_kernel)
    x = Values(draw, stratum).distinct(*at.size, sign=-1 if stratum == NEGATIVE else 0)
    return Drawn({"x": x}, {}, ("mask",))


def _distribute_value(draw: Draw, stratum: str, corner: Window | None, domain: Domain) -> Drawn:
    at = _any_window(draw, corner, square=domain.square)
    return Drawn({"dz": np.asarray(Values(draw, stratum).nonzero())}, {"shape": at.size}, ("a",))


_DOMAIN = frozenset({"square", "square_kernel"})

FAMILIES = {
    "conv_single_step": Family(corners=ordered(_STEP), build=_conv_single_step, domain=_DOMAIN),
    "mask_from_window": Family(corners=ordered(_MASK), build=_mask_from_window, domain=_DOMAIN),
    "distribute_value": Family(
        corners=ordered(_SHARES), build=_distribute_value, domain=frozenset({"square"})
    ),
}
