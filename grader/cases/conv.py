"""Padding and convolution: what their strata try, and their cases."""

from __future__ import annotations

from typing import NamedTuple

from grader.cases.draw import Draw, Drawn, Family, Values, between
from grader.cases.strata import (
    BASIC,
    BATCH,
    CHANNELS,
    LEFTOVER,
    LONG,
    NO_PADDING,
    PADDING,
    REAL,
    RECTANGULAR_IMAGE,
    RECTANGULAR_KERNEL,
    SINGLE,
    STRIDE,
    Size,
    Table,
    ordered,
)
from grader.cases.windows import Corner, windows
from grader.model import Domain

__all__ = ["FAMILIES"]

# --- padding ---------------------------------------------------------------------------------------


class Frame(NamedTuple):
    """A batch of images that is to be padded; the defaults are the simplest."""

    pad: int = 1
    size: Size = (2, 2)
    n: int = 1
    c: int = 1

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such inputs occur."""
        return (domain.pad is None or self.pad in domain.pad) and not (
            domain.square and self.size[0] != self.size[1]
        )


_PADDING: Table = {
    BASIC: (Frame(), Frame(size=(3, 3)), Frame(size=(1, 1))),
    PADDING: (Frame(pad=2), Frame(pad=0), Frame(pad=3), Frame(pad=2, size=(1, 1))),
    RECTANGULAR_IMAGE: (Frame(size=(4, 2)), Frame(size=(2, 5)), Frame(size=(1, 3)), Frame(size=(LONG, 2))),
    CHANNELS: (Frame(c=2), Frame(c=3), Frame(c=4)),
    BATCH: (Frame(n=2), Frame(n=3), Frame(n=5)),
    REAL: (Frame(), Frame(size=(3, 3))),
    SINGLE: (Frame(), Frame(size=(3, 3))),
}


def _zero_pad(draw: Draw, stratum: str, corner: Frame | None, domain: Domain) -> Drawn:
    at = corner or Frame(
        pad=between(draw, 0, 3, domain.pad), size=(draw(1, 5), draw(1, 5)), n=draw(1, 4), c=draw(1, 4)
    )
    rows, cols = at.size
    x = Values(draw, stratum).nonzero(at.n, at.c, rows, rows if domain.square else cols)
    return Drawn({"x": x}, {"pad": at.pad}, ("out",))


# --- convolution -----------------------------------------------------------------------------------

_CONV: Table = {
    BASIC: (
        Corner(),
        Corner(kernel=(2, 2)),
        Corner(kernel=(1, 1)),
        Corner(out=(1, 1), grow=False),  # without padding, the kernel covers the whole image
        Corner(kernel=(4, 4)),
    ),
    STRIDE: (
        Corner(stride=2),
        Corner(stride=3),
        Corner(kernel=(2, 2), stride=2),
        Corner(kernel=(2, 2), stride=3),
        Corner(kernel=(1, 1), stride=2, out=(3, 3)),
    ),
    LEFTOVER: (
        Corner(stride=2, leftover=(1, 1)),
        Corner(stride=3, leftover=(2, 2)),
        Corner(stride=3, leftover=(1, 0)),
    ),
    RECTANGULAR_IMAGE: (
        Corner(out=(4, 2)),
        Corner(out=(2, 4)),
        Corner(out=(2, LONG)),
        Corner(out=(1, 3)),
        Corner(out=(5, 2)),
    ),
    RECTANGULAR_KERNEL: (  # on a square image
        Corner(kernel=(3, 2), out=(2, 3)),
        Corner(kernel=(2, 3), out=(4, 3)),
        Corner(kernel=(1, 3), out=(5, 3)),
        Corner(kernel=(3, 1), out=(1, 3)),
        Corner(kernel=(2, 4), out=(3, 1)),
    ),
    CHANNELS: (Corner(c=2), Corner(f=2), Corner(c=3, f=2), Corner(c=2, f=4), Corner(c=4, f=3)),
    BATCH: (Corner(n=2), Corner(n=3), Corner(n=4)),
    REAL: (Corner(), Corner(kernel=(2, 2)), Corner(kernel=(4, 4))),
    SINGLE: (Corner(), Corner(kernel=(2, 2)), Corner(kernel=(4, 4))),
}

_PAD: Table = {
    PADDING: (
        Corner(pad=1),
        Corner(pad=2),
        Corner(kernel=(2, 2), pad=1),
        Corner(kernel=(2, 2), pad=3, out=(6, 6)),  # whole windows lie in the padding
        Corner(kernel=(1, 1), pad=1, out=(4, 4)),
    ),
}

_NO_PAD: Table = {
    PADDING: (
        Corner(pad=0),
        Corner(pad=2),
        Corner(kernel=(2, 2), pad=0),
        Corner(kernel=(2, 2), pad=3, out=(6, 6)),
        Corner(kernel=(1, 1), pad=0),
    ),
}


class Unpadded(Corner):
    """A convolution without padding that is asked for as such."""

    def lies_in(self, domain: Domain) -> bool:
        """Whether a course asks for it; the paddings that it promises say nothing about it."""
        return domain.unpadded and Corner.lies_in(self._replace(pad=None), domain)


# A course whose template makes students crop with [pad:-pad] promises pad >= 1; it may ask for pad = 0 apart.
_ALONE: Table = {
    NO_PADDING: (
        Unpadded(pad=0),
        Unpadded(kernel=(2, 2), pad=0),
        Unpadded(kernel=(2, 2), stride=2, pad=0),
        Unpadded(kernel=(1, 1), pad=0),
    ),
}

CONV2D = ordered(_CONV, _PAD)
# Courses show backward with pad = 1, and half of the students crop with [pad:-pad]:
# so pad = 1 is the simplest there, and pad = 0 has a line of its own.
CONV2D_BACKWARD = ordered(_CONV, _NO_PAD, _ALONE)


def _conv2d(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = windows(draw, corner, domain, usual_pad=0)
    values = Values(draw, stratum)
    arrays = {
        "x": values.any(at.n, at.c, *at.image),
        "w": values.any(at.f, at.c, *at.kernel),
        "b": values.nonzero(at.f) if domain.bias else values.zeros(at.f),
    }
    return Drawn(arrays, {"stride": at.stride, "pad": at.pad}, ("out",))


def _conv2d_backward(draw: Draw, stratum: str, corner: Corner | None, domain: Domain) -> Drawn:
    at = windows(draw, corner, domain, usual_pad=1)
    values = Values(draw, stratum)
    arrays = {
        "dout": values.any(at.n, at.f, *at.out),
        "x": values.any(at.n, at.c, *at.image),
        "w": values.any(at.f, at.c, *at.kernel),
        "b": values.nonzero(at.f) if domain.bias else values.zeros(at.f),
    }
    outputs = ("dx", "dw", "db") if domain.bias else ("dx", "dw")
    return Drawn(arrays, {"stride": at.stride, "pad": at.pad}, outputs)


_DOMAIN = frozenset({"pad", "stride", "leftover", "square", "square_kernel", "bias"})

FAMILIES = {
    "zero_pad": Family(corners=ordered(_PADDING), build=_zero_pad, domain=frozenset({"pad", "square"})),
    "conv2d": Family(corners=CONV2D, build=_conv2d, domain=_DOMAIN),
    "conv2d_backward": Family(corners=CONV2D_BACKWARD, build=_conv2d_backward, domain=_DOMAIN | {"unpadded"}),
}
