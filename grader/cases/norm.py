"""Normalisation: what its strata try, and its cases."""

from __future__ import annotations

from typing import Any, NamedTuple

from grader.cases.draw import Draw, Drawn, Family, Values
from grader.cases.strata import (
    BASIC,
    BATCH,
    CHANNELS,
    EVERYTHING,
    GROUPS,
    LONG,
    REAL,
    RECTANGULAR_IMAGE,
    RUNNING,
    SINGLE,
    TEST_TIME,
    Size,
    Table,
    ordered,
)
from grader.model import Domain
from grader.steps import Array

__all__ = ["FAMILIES"]


class Images(NamedTuple):
    """A batch that is to be normalised; the defaults are the simplest. `groups` divides `c`."""

    n: int = 1
    c: int = 1
    size: Size = (2, 2)
    groups: int = 1

    def lies_in(self, _: Domain) -> bool:
        """Nothing that a course can promise bears on it."""
        return True


_BATCHNORM: Table = {
    BASIC: (Images(), Images(size=(3, 3)), Images(size=(4, 4))),
    RECTANGULAR_IMAGE: (
        Images(size=(4, 2)),
        Images(size=(2, 5)),
        Images(size=(1, 6)),
        Images(size=(LONG, 2)),
    ),
    CHANNELS: (Images(c=2), Images(c=3), Images(c=4)),
    BATCH: (Images(n=2), Images(n=3), Images(n=5)),
    RUNNING: (Images(n=2, c=2), Images(n=3, c=1), Images(n=1, c=3)),
    TEST_TIME: (Images(n=2, c=2), Images(n=1, c=3), Images(n=3, c=1)),
    REAL: (Images(size=(3, 3)), Images(size=(4, 4))),
    SINGLE: (Images(size=(3, 3)), Images(size=(4, 4))),
}

_GROUPNORM: Table = {
    BASIC: (Images(), Images(size=(3, 3)), Images(size=(4, 4))),
    RECTANGULAR_IMAGE: (
        Images(size=(4, 2)),
        Images(size=(2, 5)),
        Images(size=(1, 6)),
        Images(size=(LONG, 2)),
    ),
    CHANNELS: (Images(c=2), Images(c=3), Images(c=4)),
    GROUPS: (
        Images(c=4, groups=2),
        Images(c=6, groups=3),
        Images(c=6, groups=2),
        Images(c=3, groups=3),
    ),
    BATCH: (Images(n=2), Images(n=3), Images(n=5)),
    REAL: (Images(size=(3, 3)), Images(size=(4, 4))),
    SINGLE: (Images(size=(3, 3)), Images(size=(4, 4))),
}

BATCHNORM = ordered(_BATCHNORM)
BATCHNORM_BACKWARD = {
    name: corners for name, corners in BATCHNORM.items() if name not in (RUNNING, TEST_TIME)
}
GROUPNORM = ordered(_GROUPNORM)


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


def _eps(draw: Draw, stratum: str) -> dict[str, Any]:
    """A setting that a course fixes by its default, and that a function must still heed."""
    return {"eps": (1e-5, 1e-3, 0.25)[draw(0, 2)]} if stratum == EVERYTHING else {}


def _spatial_batchnorm(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=False)
    values = Values(draw, stratum)
    arrays = _normalised(values, at)
    params: dict[str, Any] = {"mode": "train"} | _eps(draw, stratum)
    if stratum == EVERYTHING:
        params["mode"] = ("train", "test")[draw(0, 1)]
    if stratum == TEST_TIME:
        params["mode"] = "test"
    if stratum in (RUNNING, TEST_TIME, EVERYTHING):
        params["momentum"] = (0.75, 0.25, 0.625, 0.9)[draw(0, 3)]  # 0.5 is its own complement: it hides much
        arrays |= {"running_mean": values.nonzero(at.c), "running_var": values.positive(at.c)}
    running = ("running_mean", "running_var") if "running_mean" in arrays else ()
    return Drawn(arrays, params, ("out", *running))


def _spatial_batchnorm_backward(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=False)
    values = Values(draw, stratum)
    arrays = {"dout": values.any(at.n, at.c, *at.size)} | _normalised(values, at)
    return Drawn(arrays, _eps(draw, stratum), ("dx", "dgamma", "dbeta"))


def _spatial_groupnorm(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=True)
    arrays = _normalised(Values(draw, stratum), at)
    return Drawn(arrays, {"groups": at.groups} | _eps(draw, stratum), ("out",))


def _spatial_groupnorm_backward(draw: Draw, stratum: str, corner: Images | None, _: Domain) -> Drawn:
    at = _images(draw, corner, grouped=True)
    values = Values(draw, stratum)
    arrays = {"dout": values.any(at.n, at.c, *at.size)} | _normalised(values, at)
    return Drawn(arrays, {"groups": at.groups} | _eps(draw, stratum), ("dx", "dgamma", "dbeta"))


FAMILIES = {
    "spatial_batchnorm": Family(corners=BATCHNORM, build=_spatial_batchnorm),
    "spatial_batchnorm_backward": Family(corners=BATCHNORM_BACKWARD, build=_spatial_batchnorm_backward),
    "spatial_groupnorm": Family(corners=GROUPNORM, build=_spatial_groupnorm),
    "spatial_groupnorm_backward": Family(corners=GROUPNORM, build=_spatial_groupnorm_backward),
}
