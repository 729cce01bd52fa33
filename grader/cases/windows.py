"""Windows that slide over images: the settings of convolutions and pools, and how a case is placed in one."""

from __future__ import annotations

from typing import NamedTuple

from grader.cases.draw import Draw, between
from grader.cases.strata import Size
from grader.model import Domain

__all__ = ["MOST_OUT", "Corner", "windows"]


class Corner(NamedTuple):
    """Where among convolutions or pools a case lies. Sizes in pixels; the defaults are the simplest.

    Attributes:
        pad: None stands for the family's usual padding.
        out: output size; the same drawn number is added to both sides if `grow`.
        leftover: pixels below and to the right that no window covers.
        dense: asked only where the course promises that the stride is always 1, in place of corners that
            have another.
    """

    kernel: Size = (3, 3)
    stride: int = 1
    pad: int | None = None
    out: Size = (2, 2)
    leftover: Size = (0, 0)
    n: int = 1
    c: int = 1
    f: int = 1
    grow: bool = True
    dense: bool = False

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such inputs occur."""
        return (
            (not self.dense or domain.stride == (1,))
            and (domain.pad is None or self.pad is None or self.pad in domain.pad)
            and (domain.stride is None or self.stride in domain.stride)
            and (domain.leftover or not any(self.leftover))
            and (domain.overlap or self.stride >= max(self.kernel))
            and not (domain.square_kernel and self.kernel[0] != self.kernel[1])
            and not (domain.square and any(a != b for a, b in (self.kernel, self.out, self.leftover)))
        )

    @property
    def image(self) -> Size:
        """Input size that gives `out` and leaves `leftover`."""
        pad = self.pad or 0
        rows, cols = (
            self.stride * (out - 1) + kernel - 2 * pad + rest
            for out, kernel, rest in zip(self.out, self.kernel, self.leftover, strict=True)
        )
        return rows, cols


MOST_OUT = {1: 8, 2: 5}
"""The largest output side for a stride, 3 for those above. No image drawn so has a side of more than 13, as
there are right functions whose time grows with the fourth power of it."""

MOST_GROWN = {1: 4, 2: 3}
"""By how much a corner's output may grow for a stride, 2 for those above."""


def _any_windows(draw: Draw, domain: Domain, *, padded: bool) -> Corner:
    """Draw all sizes, each free to differ from the others."""
    kernel = (draw(1, 4), draw(1, 4))
    stride = between(draw, 1, 3, domain.stride)
    if not domain.overlap and domain.stride is None:
        stride = max(stride, *kernel)
    if not domain.overlap:
        kernel = (min(kernel[0], stride), min(kernel[1], stride))
    pad = between(draw, 0, 3, domain.pad) if padded else 0
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
    if domain.square_kernel:
        corner = corner._replace(kernel=corner.kernel[:1] * 2)
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


def windows(draw: Draw, corner: Corner | None, domain: Domain, *, usual_pad: int | None) -> Corner:
    """Place a case: around a corner, or anywhere. `usual_pad` is None where there is no padding."""
    if corner is None:
        return _wide_enough(_any_windows(draw, domain, padded=usual_pad is not None))
    if corner.pad is None:
        pads = domain.pad
        corner = corner._replace(pad=usual_pad if pads is None or usual_pad in pads else min(pads))
    more = draw(0, MOST_GROWN.get(corner.stride, 2)) if corner.grow else 0
    return _wide_enough(corner._replace(out=(corner.out[0] + more, corner.out[1] + more)))
