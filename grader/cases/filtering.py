"""One filter on one image: what its strata try, and its cases."""

from __future__ import annotations

from grader.cases.conv import CONV2D
from grader.cases.draw import Draw, Drawn, Family, Values
from grader.cases.strata import (
    BASIC,
    LEFTOVER,
    REAL,
    RECTANGULAR_IMAGE,
    RECTANGULAR_KERNEL,
    SINGLE,
    STRIDE,
    ordered,
)
from grader.cases.windows import Corner, windows
from grader.model import Domain

__all__ = ["FAMILIES"]

_STRATA = (BASIC, STRIDE, LEFTOVER, RECTANGULAR_IMAGE, RECTANGULAR_KERNEL, REAL, SINGLE)

_FILTER = ordered({stratum: CONV2D[stratum] for stratum in _STRATA})
"""Those of a convolution in which neither padding nor channels play a part."""


def _correlate2d(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = windows(draw, corner, domain, usual_pad=None)
    values = Values(draw, stratum)
    arrays = {"x": values.any(*at.image), "w": values.any(*at.kernel)}
    return Drawn(arrays, {"stride": at.stride}, ("out",))


FAMILIES = {
    "correlate2d": Family(
        corners=_FILTER,
        build=_correlate2d,
        domain=frozenset({"stride", "leftover", "square", "square_kernel"}),
    ),
}
