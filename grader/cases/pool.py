"""Pooling: what its strata try, and its cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.cases.draw import Draw, Drawn, Family, Values
from grader.cases.strata import (
    AVERAGE,
    BASIC,
    BATCH,
    CHANNELS,
    EVERYTHING,
    GAPS,
    LEFTOVER,
    LONG,
    NEGATIVE,
    OVERLAP,
    REAL,
    RECTANGULAR_IMAGE,
    RECTANGULAR_WINDOW,
    SINGLE,
    Table,
    ordered,
)
from grader.cases.windows import Corner, windows
from grader.model import Domain

__all__ = ["FAMILIES"]

Build = Callable[[Draw, str, Any, Domain], Drawn]

TILES = Corner(kernel=(2, 2), stride=2, pad=0)
DENSE = Corner(kernel=(2, 2), stride=1, pad=0, dense=True)

_POOL: Table = {
    BASIC: (
        TILES,
        Corner(kernel=(3, 3), stride=3, pad=0),
        Corner(kernel=(1, 1), stride=1, pad=0),
        Corner(kernel=(4, 4), stride=4, pad=0, out=(1, 1), grow=False),  # the window covers the whole image
    ),
    OVERLAP: (
        Corner(kernel=(2, 2), stride=1, pad=0),
        Corner(kernel=(3, 3), stride=2, pad=0),
        Corner(kernel=(3, 3), stride=1, pad=0),
        Corner(kernel=(4, 4), stride=3, pad=0),
    ),
    GAPS: (
        Corner(kernel=(2, 2), stride=3, pad=0),
        Corner(kernel=(1, 1), stride=2, pad=0),
        Corner(kernel=(2, 2), stride=4, pad=0),
    ),
    LEFTOVER: (
        TILES._replace(leftover=(1, 1)),
        Corner(kernel=(3, 3), stride=3, pad=0, leftover=(2, 2)),
        Corner(kernel=(2, 2), stride=3, pad=0, leftover=(0, 1)),
    ),
    RECTANGULAR_IMAGE: (
        TILES._replace(out=(4, 2)),
        TILES._replace(out=(2, 4)),
        TILES._replace(out=(2, LONG // 2)),
        TILES._replace(out=(1, 3)),
    ),
    RECTANGULAR_WINDOW: (
        Corner(kernel=(2, 3), stride=3, pad=0),
        Corner(kernel=(3, 2), stride=3, pad=0),
        Corner(kernel=(1, 2), stride=2, pad=0),
        Corner(kernel=(4, 2), stride=4, pad=0),
    ),
    CHANNELS: (TILES._replace(c=2), TILES._replace(c=3), TILES._replace(c=4)),
    BATCH: (TILES._replace(n=2), TILES._replace(n=3), TILES._replace(n=4)),
    NEGATIVE: (TILES, Corner(kernel=(3, 3), stride=3, pad=0)),
    REAL: (TILES, Corner(kernel=(3, 3), stride=3, pad=0)),
    SINGLE: (TILES, Corner(kernel=(3, 3), stride=3, pad=0)),
}

_DENSE: Table = {
    BASIC: (DENSE, DENSE._replace(kernel=(3, 3)), DENSE._replace(kernel=(3, 3), out=(1, 1), grow=False)),
    RECTANGULAR_IMAGE: (
        DENSE._replace(out=(4, 2)),
        DENSE._replace(out=(2, 4)),
        DENSE._replace(out=(2, LONG)),
        DENSE._replace(out=(1, 3)),
    ),
    RECTANGULAR_WINDOW: (
        DENSE._replace(kernel=(2, 3)),
        DENSE._replace(kernel=(3, 2)),
        DENSE._replace(kernel=(1, 2)),
        DENSE._replace(kernel=(4, 2)),
    ),
    CHANNELS: (DENSE._replace(c=2), DENSE._replace(c=3), DENSE._replace(c=4)),
    BATCH: (DENSE._replace(n=2), DENSE._replace(n=3), DENSE._replace(n=4)),
    NEGATIVE: (DENSE, DENSE._replace(kernel=(3, 3))),
    REAL: (DENSE, DENSE._replace(kernel=(3, 3))),
    SINGLE: (DENSE, DENSE._replace(kernel=(3, 3))),
}

_WITH_DENSE: Table = {stratum: (*corners, *_DENSE.get(stratum, ())) for stratum, corners in _POOL.items()}
# The second mode of a pool that has two: whoever wrote only the first keeps the points of all other strata.
_AVERAGE: Table = {
    AVERAGE: (
        TILES,
        Corner(kernel=(3, 3), stride=3, pad=0),
        Corner(kernel=(4, 4), stride=4, pad=0, out=(1, 1)),
        Corner(kernel=(1, 1), stride=1, pad=0),
    )
}


POOL2D = ordered(_WITH_DENSE)
POOL2D_MODES = ordered(_WITH_DENSE, _AVERAGE)


def _sign(stratum: str) -> int:
    """A maximum that starts at zero shows where a whole window is negative: a difficulty of its own."""
    return {NEGATIVE: -1, EVERYTHING: 0}.get(stratum, 1)


def _pool2d(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = windows(draw, corner, domain, usual_pad=None)
    x = Values(draw, stratum).distinct(at.n, at.c, *at.image, sign=_sign(stratum))
    return Drawn({"x": x}, {"window": at.kernel, "stride": at.stride}, ("out",))


def _pool2d_backward(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = windows(draw, corner, domain, usual_pad=None)
    values = Values(draw, stratum)
    arrays = {
        "dout": values.nonzero(at.n, at.c, *at.out),
        "x": values.distinct(at.n, at.c, *at.image, sign=_sign(stratum)),
    }
    return Drawn(arrays, {"window": at.kernel, "stride": at.stride}, ("dx",))


MODES = ("max", "average")


def _in_some_mode(build: Build) -> Build:
    """Make cases of a pool that is told its mode; where everything comes together, the mode is the corner."""

    def built(draw: Draw, stratum: str, corner: Any, domain: Domain) -> Drawn:
        if stratum == EVERYTHING:
            mode, corner = corner, None
        else:
            mode = "average" if stratum == AVERAGE else "max"
        drawn = build(draw, stratum, corner, domain)
        return drawn._replace(params={**drawn.params, "mode": mode})

    return built


_DOMAIN = frozenset({"stride", "leftover", "overlap", "square", "square_kernel"})

FAMILIES = {
    "max_pool2d": Family(corners=POOL2D, build=_pool2d, domain=_DOMAIN),
    "max_pool2d_backward": Family(corners=POOL2D, build=_pool2d_backward, domain=_DOMAIN),
    "avg_pool2d": Family(corners=POOL2D, build=_pool2d, domain=_DOMAIN),
    "avg_pool2d_backward": Family(corners=POOL2D, build=_pool2d_backward, domain=_DOMAIN),
    "pool2d": Family(corners=POOL2D_MODES, build=_in_some_mode(_pool2d), domain=_DOMAIN, everything=MODES),
    "pool2d_backward": Family(
        corners=POOL2D_MODES, build=_in_some_mode(_pool2d_backward), domain=_DOMAIN, everything=MODES
    ),
}
