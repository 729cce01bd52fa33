"""The strata: what each of them tries, as tables.

A *stratum* is the simplest setting plus one difficulty; it is a line of partial credit. Its *corners*
are visited in turn, so that every seed has them all. "Everything together" has none: it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from grader.model import Domain

__all__ = [
    "BATCHNORM",
    "BATCHNORM_BACKWARD",
    "CONV2D",
    "CONV2D_BACKWARD",
    "EVERYTHING",
    "GROUPNORM",
    "LONG",
    "NEGATIVE",
    "POOL2D",
    "REAL",
    "RUNNING",
    "SINGLE",
    "TEST_TIME",
    "Corner",
    "Images",
]

BASIC = "basic"
PADDING = "padding"
STRIDE = "stride"
OVERLAP = "overlapping windows"
GAPS = "gaps between windows"
LEFTOVER = "leftover pixels"
RECTANGULAR_IMAGE = "rectangular image"
RECTANGULAR_KERNEL = "rectangular kernel"
RECTANGULAR_WINDOW = "rectangular window"
CHANNELS = "channels"
GROUPS = "groups"
BATCH = "batch"
NEGATIVE = "negative values"
RUNNING = "running averages"
TEST_TIME = "test time"
REAL = "real values"
SINGLE = "single precision"
EVERYTHING = "everything together"

ORDER = (
    BASIC,
    PADDING,
    STRIDE,
    OVERLAP,
    GAPS,
    LEFTOVER,
    RECTANGULAR_IMAGE,
    RECTANGULAR_KERNEL,
    RECTANGULAR_WINDOW,
    CHANNELS,
    GROUPS,
    BATCH,
    NEGATIVE,
    RUNNING,
    TEST_TIME,
    REAL,
    SINGLE,
)
"""The order in which reports list them; "everything together" comes last."""

Size = tuple[int, int]
"""Rows, columns."""

Table = Mapping[str, tuple[Any, ...]]
"""The corners of each stratum."""


# --- convolution and pooling ---------------------------------------------------------------------


class Corner(NamedTuple):
    """Where among convolutions or pools a case lies. Sizes in pixels; the defaults are the simplest.

    Attributes:
        pad: None stands for the family's usual padding.
        out: output size; the same drawn number is added to both sides if `grow`.
        leftover: pixels below and to the right that no window covers.
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

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such inputs occur."""
        return (
            (domain.pad is None or self.pad is None or self.pad in domain.pad)
            and (domain.stride is None or self.stride in domain.stride)
            and (domain.leftover or not any(self.leftover))
            and (domain.overlap or self.stride >= max(self.kernel))
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


LONG = 17  # longer than any side in the courses' own examples

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

TILES = Corner(kernel=(2, 2), stride=2, pad=0)

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


# --- normalisation ---------------------------------------------------------------------------------


class Images(NamedTuple):
    """A batch that is to be normalised; the defaults are the simplest. `groups` divides `c`."""

    n: int = 1
    c: int = 1
    size: Size = (2, 2)
    groups: int = 1


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


# --- by operation ----------------------------------------------------------------------------------


def _ordered(*tables: Table) -> Table:
    """Put strata of several tables into one, in the order in which reports list them."""
    merged = {stratum: corners for table in tables for stratum, corners in table.items()}
    return {stratum: merged[stratum] for stratum in ORDER if stratum in merged}


CONV2D = _ordered(_CONV, _PAD)
# Courses show backward with pad = 1, and half of the students crop with [pad:-pad]:
# so pad = 1 is the simplest there, and pad = 0 has a line of its own.
CONV2D_BACKWARD = _ordered(_CONV, _NO_PAD)
POOL2D = _ordered(_POOL)
BATCHNORM = _ordered(_BATCHNORM)
BATCHNORM_BACKWARD = {
    name: corners for name, corners in BATCHNORM.items() if name not in (RUNNING, TEST_TIME)
}
GROUPNORM = _ordered(_GROUPNORM)
