"""Convolution of signals: what its strata try, and its cases."""

from __future__ import annotations

from typing import NamedTuple

from grader.cases.draw import Draw, Drawn, Family, Values, between
from grader.cases.strata import (
    BASIC,
    BATCH,
    CHANNELS,
    LEFTOVER,
    LONG,
    PADDING,
    REAL,
    SINGLE,
    STRIDE,
    Table,
    ordered,
)
from grader.cases.windows import MOST_OUT
from grader.model import Domain

__all__ = ["FAMILIES"]


class Line(NamedTuple):
    """Where among convolutions of signals a case lies. Sizes in samples; the defaults are the simplest.

    Attributes:
        pad: None stands for the family's usual padding.
        out: output size; a drawn number is added if `grow`.
        leftover: samples at the end that no window covers.
    """

    kernel: int = 3
    stride: int = 1
    pad: int | None = None
    out: int = 2
    leftover: int = 0
    n: int = 1
    c: int = 1
    f: int = 1
    grow: bool = True

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such inputs occur."""
        return (
            (domain.pad is None or self.pad is None or self.pad in domain.pad)
            and (domain.stride is None or self.stride in domain.stride)
            and (domain.leftover or not self.leftover)
        )

    @property
    def width(self) -> int:
        """Input size that gives `out` and leaves `leftover`."""
        return self.stride * (self.out - 1) + self.kernel - 2 * (self.pad or 0) + self.leftover


_CONV: Table = {
    BASIC: (
        Line(),
        Line(kernel=2),
        Line(kernel=1),
        Line(out=1, grow=False),  # without padding, the kernel covers the whole signal
        Line(kernel=4),
        Line(out=LONG),
    ),
    STRIDE: (
        Line(stride=2),
        Line(stride=3),
        Line(kernel=2, stride=2),
        Line(kernel=2, stride=3),
        Line(kernel=1, stride=2, out=3),
    ),
    LEFTOVER: (
        Line(stride=2, leftover=1),
        Line(stride=3, leftover=2),
        Line(stride=3, leftover=1),
    ),
    CHANNELS: (Line(c=2), Line(f=2), Line(c=3, f=2), Line(c=2, f=4), Line(c=4, f=3)),
    BATCH: (Line(n=2), Line(n=3), Line(n=4)),
    REAL: (Line(), Line(kernel=2), Line(kernel=4)),
    SINGLE: (Line(), Line(kernel=2), Line(kernel=4)),
}

_PAD: Table = {
    PADDING: (
        Line(pad=1),
        Line(pad=2),
        Line(kernel=2, pad=1),
        Line(kernel=2, pad=3, out=6),  # whole windows lie in the padding
        Line(kernel=1, pad=1, out=4),
    ),
}

# As with images, pad = 1 is the usual case of a backward function, and pad = 0 has a line of its own.
_NO_PAD: Table = {
    PADDING: (
        Line(pad=0),
        Line(pad=2),
        Line(kernel=2, pad=0),
        Line(kernel=2, pad=3, out=6),
        Line(kernel=1, pad=0),
    ),
}


def _any_line(draw: Draw, domain: Domain) -> Line:
    stride = between(draw, 1, 3, domain.stride)
    return Line(
        kernel=draw(1, 4),
        stride=stride,
        pad=between(draw, 0, 3, domain.pad),
        out=draw(1, MOST_OUT.get(stride, 3)),
        leftover=draw(0, stride - 1) if domain.leftover else 0,
        n=draw(1, 4),
        c=draw(1, 5),
        f=draw(1, 5),
    )


def _place(draw: Draw, corner: Line | None, domain: Domain, usual_pad: int) -> Line:
    """Place a case: around a corner, or anywhere; with a sample at least, where padding alone would do."""
    at = corner or _any_line(draw, domain)
    if at.pad is None:
        pads = domain.pad
        at = at._replace(pad=usual_pad if pads is None or usual_pad in pads else min(pads))
    if corner is not None and corner.grow:
        at = at._replace(out=at.out + draw(0, 4 if at.stride == 1 else 2))
    least = 1 - (-(1 + 2 * (at.pad or 0) - at.kernel - at.leftover) // at.stride)
    return at._replace(out=max(at.out, least))


def _conv1d(draw: Draw, stratum: str, corner: Line | None, domain: Domain) -> Drawn:
    at = _place(draw, corner, domain, usual_pad=0)
    values = Values(draw, stratum)
    arrays = {
        "x": values.any(at.n, at.c, at.width),
        "w": values.any(at.f, at.c, at.kernel),
        "b": values.nonzero(at.f),
    }
    return Drawn(arrays, {"stride": at.stride, "pad": at.pad}, ("out",))


def _conv1d_backward(draw: Draw, stratum: str, corner: Line | None, domain: Domain) -> Drawn:
    at = _place(draw, corner, domain, usual_pad=1)
    values = Values(draw, stratum)
    arrays = {
        "dout": values.any(at.n, at.f, at.out),
        "x": values.any(at.n, at.c, at.width),
        "w": values.any(at.f, at.c, at.kernel),
        "b": values.nonzero(at.f),
    }
    return Drawn(arrays, {"stride": at.stride, "pad": at.pad}, ("dx", "dw", "db"))


_DOMAIN = frozenset({"pad", "stride", "leftover"})

FAMILIES = {
    "conv1d": Family(corners=ordered(_CONV, _PAD), build=_conv1d, domain=_DOMAIN),
    "conv1d_backward": Family(corners=ordered(_CONV, _NO_PAD), build=_conv1d_backward, domain=_DOMAIN),
}
