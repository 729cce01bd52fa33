"""Attributes of a case, in a lecturer's words: "pad > 0", "windows overlap", "the image is not square".

One table serves all operations; of signals some of its rows say nothing, and others stand in their place.
An attribute of what an operation does not have, such as the padding of a pool, is the same for all of its
cases and so never tells two of them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from grader.model import Case
from grader.steps import Array
from reference.windows import sliding_windows

__all__ = ["Attribute", "Facts", "attributes", "facts", "is_one_window", "of_signals"]


# --- a case in numbers ---------------------------------------------------------------------------


class Facts(NamedTuple):
    """What attributes are made of. Sizes in pixels; what an operation does not have is at its default.

    A signal is as high as it is wide, and so are its kernel and its output.

    Attributes:
        n: images.
        c: channels.
        f: filters.
        h: height of the image; `w` its width, `oh` and `ow` those of the output, `kh` and `kw` of the kernel.
        factor: of upsampling or downsampling.
        thin: of downsampling alone.
        quarters: whether all inputs are multiples of 1/4.
        lowest: the smallest value in the image; `highest` the largest.
        least_maximum: the smallest of the windows' maxima.
    """

    n: int
    c: int
    h: int
    w: int
    oh: int
    ow: int
    kh: int = 1
    kw: int = 1
    f: int = 0
    stride: int = 1
    pad: int = 0
    factor: int = 1
    thin: int = 1
    groups: int = 0
    test: bool = False
    average: bool = False
    running: bool = False
    eps: float = 1e-5
    momentum: float = 0.9
    single: bool = False
    quarters: bool = True
    lowest: float = 0.0
    highest: float = 0.0
    least_maximum: float = 0.0

    @property
    def rows_left(self) -> int:
        """Rows below, padding included, that no window reaches."""
        return (self.h + 2 * self.pad - self.kh) % (self.stride * self.thin)

    @property
    def cols_left(self) -> int:
        """Columns at the right, padding included, that no window reaches."""
        return (self.w + 2 * self.pad - self.kw) % (self.stride * self.thin)

    @property
    def overlap(self) -> bool:
        """Whether some pixel lies in two windows."""
        return (self.kh > self.stride and self.oh > 1) or (self.kw > self.stride and self.ow > 1)

    @property
    def gaps(self) -> bool:
        """Whether some pixel lies between windows."""
        return (self.kh < self.stride and self.oh > 1) or (self.kw < self.stride and self.ow > 1)

    @property
    def group(self) -> int:
        """Channels that are normalised together."""
        return self.c // self.groups if self.groups else 1


def facts(case: Case) -> Facts:
    """Measure a case."""
    x, params = _images(case), case.params
    n, c, h, w = x.shape
    return Facts(
        n=n,
        c=c,
        h=h,
        w=w,
        factor=params.get("factor", 1),
        thin=params["factor"] if case.op.startswith("downsample") else 1,
        groups=params.get("groups", 0),
        test=params.get("mode") == "test",
        average=params.get("mode") == "average",
        running="running_mean" in case.arrays,
        eps=params.get("eps", 1e-5),
        momentum=params.get("momentum", 0.9),
        single=case.single,
        quarters=not any((4 * array % 1).any() for array in case.arrays.values()),
        lowest=float(x.min()),
        highest=float(x.max()),
        **_sliding(case),
    )


def _images(case: Case) -> Array:
    """The images of a case; a window alone is one image, and so is a shape."""
    x = case.arrays.get("x")
    return np.zeros((1, 1, *case.params["shape"])) if x is None else _four(x, case)


def _four(array: Array, case: Case) -> Array:
    """An array with four axes: signals have their length both ways, a bare window is one of one."""
    if of_signals(case):
        return np.broadcast_to(array[:, :, None], (*array.shape[:2], array.shape[2], array.shape[2]))
    return array.reshape((1,) * (4 - array.ndim) + array.shape)


def of_signals(case: Case) -> bool:
    """Whether an operation is one on signals, not on images."""
    return "1d" in case.op or case.op.startswith("flatten")


def is_one_window(case: Case) -> bool:
    """Whether an operation is one on a single window, which no kernel slides over."""
    x = case.arrays.get("x")
    return not of_signals(case) and "stride" not in case.params and (x is None or x.ndim < 4)


def _sliding(case: Case) -> Mapping[str, Any]:
    """Facts about what slides over the image; where nothing does, each pixel is a window of its own."""
    x, params = _images(case), case.params
    h, w = x.shape[2:]
    if is_one_window(case):
        return {"oh": 1, "ow": 1, "kh": h, "kw": w}
    pad = params.get("pad", 0)
    filters = _four(case.arrays["w"], case) if "w" in case.arrays else None
    if "factor" in params:
        return _resampled(case, (h, w), filters)
    if "stride" not in params:
        return {"oh": h + 2 * pad, "ow": w + 2 * pad, "pad": pad}
    stride = params["stride"]
    kh, kw = params["window"] if filters is None else filters.shape[2:]
    oh, ow = (h + 2 * pad - kh) // stride + 1, (w + 2 * pad - kw) // stride + 1
    found = {"oh": oh, "ow": ow, "kh": kh, "kw": kw, "stride": stride, "pad": pad}
    if filters is not None:
        return found | {"f": len(filters)}
    windows = sliding_windows(np.ascontiguousarray(x), (kh, kw), (stride, stride), (oh, ow))
    return found | {"least_maximum": float(windows.max(axis=(2, 3)).min())}


def _resampled(case: Case, size: tuple[int, int], filters: Array | None) -> Mapping[str, Any]:
    """Facts about an image that is up- or downsampled, and then perhaps convolved."""
    factor = case.params["factor"]
    if case.op.startswith("downsample"):
        oh, ow = (-(-side // factor) for side in size)
        return {"oh": oh, "ow": ow}
    oh, ow = (factor * (side - 1) + 1 for side in size)
    if filters is None:
        return {"oh": oh, "ow": ow}
    kh, kw = filters.shape[2:]
    return {"oh": oh - kh + 1, "ow": ow - kw + 1, "kh": kh, "kw": kw, "f": len(filters)}


# --- the table -----------------------------------------------------------------------------------


class Attribute(NamedTuple):
    """Something that is true of some cases.

    Attributes:
        clause: reads well after "when" or "where".
    """

    clause: str
    holds: Callable[[Facts], bool]


Row = tuple[str, str, Callable[[Facts], bool]]
"""A clause, its opposite, and when the first is true."""

PLAIN: tuple[Row, ...] = (
    ("pad > 0", "pad = 0", lambda at: at.pad > 0),
    ("stride > 1", "stride = 1", lambda at: at.stride > 1),
    ("the factor is larger than 1", "the factor is 1", lambda at: at.factor > 1),
    ("windows overlap", "windows do not overlap", lambda at: at.overlap),
    ("windows leave gaps", "windows leave no gaps", lambda at: at.gaps),
    (
        "some pixels are left over",
        "no pixels are left over",
        lambda at: at.rows_left + at.cols_left > 0,
    ),
    ("the image is not square", "the image is square", lambda at: at.h != at.w),
    ("the {kernel} is not square", "the {kernel} is square", lambda at: at.kh != at.kw),
    ("the output is not square", "the output is square", lambda at: at.oh != at.ow),
    ("there is more than one channel", "there is one channel", lambda at: at.c > 1),
    ("there is more than one filter", "there is one filter", lambda at: at.f > 1),
    ("there is more than one group", "there is one group", lambda at: at.groups > 1),
    ("there is more than one image", "there is one image", lambda at: at.n > 1),
    ("the mode is average", "the mode is max", lambda at: at.average),
    ("the layer is in test mode", "the layer is in training mode", lambda at: at.test),
    ("running averages are given", "no running averages are given", lambda at: at.running),
    ("the inputs are in single precision", "the inputs are in double precision", lambda at: at.single),
)
"""What a lecturer names first."""

SIZES: tuple[Row, ...] = (
    ("pad > 1", "pad < 2", lambda at: at.pad > 1),
    ("pad = 1", "pad is not 1", lambda at: at.pad == 1),
    ("stride > 2", "stride < 3", lambda at: at.stride > 2),
    ("stride = 2", "stride is not 2", lambda at: at.stride == 2),
    ("the factor is larger than 2", "the factor is at most 2", lambda at: at.factor > 2),
    ("there is more than one window", "there is only one window", lambda at: at.oh * at.ow > 1),
    ("the {kernel} is 1 × 1", "the {kernel} is larger than 1 × 1", lambda at: at.kh == at.kw == 1),
    (
        "the {kernel} covers the whole image",
        "the {kernel} is smaller than the image",
        lambda at: at.kh >= at.h and at.kw >= at.w,
    ),
    (
        "the {kernel} is as large as the stride",
        "the {kernel} is not as large as the stride",
        lambda at: at.kh == at.kw == at.stride,
    ),
    ("the image is higher than wide", "the image is no higher than wide", lambda at: at.h > at.w),
    ("the image is wider than high", "the image is no wider than high", lambda at: at.w > at.h),
    ("the {kernel} is higher than wide", "the {kernel} is no higher than wide", lambda at: at.kh > at.kw),
    ("the {kernel} is wider than high", "the {kernel} is no wider than high", lambda at: at.kw > at.kh),
    ("the output is higher than wide", "the output is no higher than wide", lambda at: at.oh > at.ow),
    ("the output is wider than high", "the output is no wider than high", lambda at: at.ow > at.oh),
    (
        "there are not as many filters as channels",
        "there are as many filters as channels",
        lambda at: at.c != at.f,
    ),
    (
        "there are more channels than filters",
        "there are no more channels than filters",
        lambda at: at.c > at.f,
    ),
    (
        "there are more filters than channels",
        "there are no more filters than channels",
        lambda at: at.f > at.c,
    ),
    (
        "every channel is a group of its own",
        "a group has more than one channel",
        lambda at: at.group == 1,
    ),
    (
        "the number of groups lies between 1 and C",
        "the number of groups is 1 or C",
        lambda at: at.groups > 1 and at.group > 1,
    ),
    (
        "whole windows lie in the padding",
        "no window lies in the padding",
        lambda at: 0 < min(at.kh, at.kw) <= at.pad,
    ),
)
"""What takes a second look at the sizes."""

PARTICULAR: tuple[Row, ...] = (
    ("rows are left over below", "no rows are left over", lambda at: at.rows_left > 0),
    ("columns are left over at the right", "no columns are left over", lambda at: at.cols_left > 0),
    ("pad > 2", "pad < 3", lambda at: at.pad > 2),
    ("pad = 2", "pad is not 2", lambda at: at.pad == 2),
    ("stride and pad differ", "stride and pad are equal", lambda at: at.stride != at.pad),
    (
        "the output is not as large as the image",
        "the output is as large as the image",
        lambda at: (at.oh, at.ow) != (at.h, at.w),
    ),
    ("the {kernel} is 2 × 2", "the {kernel} is not 2 × 2", lambda at: at.kh == at.kw == 2),
    ("the {kernel} is 3 × 3", "the {kernel} is not 3 × 3", lambda at: at.kh == at.kw == 3),
    (
        "a side of the {kernel} is even",
        "both sides of the {kernel} are odd",
        lambda at: at.kh * at.kw % 2 == 0,
    ),
    ("the image is one pixel high", "the image is more than one pixel high", lambda at: at.h == 1),
    ("the image is one pixel wide", "the image is more than one pixel wide", lambda at: at.w == 1),
    ("the output is one pixel high", "the output is more than one pixel high", lambda at: at.oh == 1),
    ("the output is one pixel wide", "the output is more than one pixel wide", lambda at: at.ow == 1),
    (
        "an axis of the output has length 1",
        "every axis of the output is longer than 1",
        lambda at: 1 in (at.n, at.f or at.c, at.oh, at.ow),
    ),
    ("there are three channels", "there are not three channels", lambda at: at.c == 3),
    (
        "there are not as many images as channels",
        "there are as many images as channels",
        lambda at: at.n != at.c,
    ),
    (
        "a side of the image is longer than 8 pixels",
        "no side of the image is longer than 8 pixels",
        lambda at: max(at.h, at.w) > 8,
    ),
    (
        "a side of the image is longer than 16 pixels",
        "no side of the image is longer than 16 pixels",
        lambda at: max(at.h, at.w) > 16,
    ),
)
"""What only some mistakes depend on."""

VALUES: tuple[Row, ...] = (
    ("eps is not 1e-5", "eps is 1e-5", lambda at: at.eps != 1e-5),
    ("momentum is not 0.9", "momentum is 0.9", lambda at: at.momentum != 0.9),
    ("all inputs are negative", "some input is positive", lambda at: at.highest < 0),
    ("some input is negative", "no input is negative", lambda at: at.lowest < 0),
    (
        "all values in some window are negative",
        "every window has a positive value",
        lambda at: at.least_maximum < 0,
    ),
    (
        "all values in some window are below -1",
        "every window has a value above -1",
        lambda at: at.least_maximum < -1,
    ),
    (
        "the inputs are not multiples of 1/4",
        "the inputs are multiples of 1/4",
        lambda at: not at.quarters,
    ),
    (
        "some input is larger than 10 in size",
        "no input is larger than 10 in size",
        lambda at: max(at.highest, -at.lowest) > 10,
    ),
)
"""What lies in the numbers."""


OF_SIGNALS: tuple[Row, ...] = (
    ("the {kernel} has length 1", "the {kernel} is longer than 1", lambda at: at.kw == 1),
    ("the {kernel} has length 2", "the {kernel} has another length than 2", lambda at: at.kw == 2),
    ("the {kernel} has length 3", "the {kernel} has another length than 3", lambda at: at.kw == 3),
    ("the {kernel} has an even length", "the {kernel} has an odd length", lambda at: at.kw % 2 == 0),
    ("the signal is one sample long", "the signal is longer than one sample", lambda at: at.w == 1),
    ("the output is one sample long", "the output is longer than one sample", lambda at: at.ow == 1),
    ("the signal is longer than 8 samples", "the signal has at most 8 samples", lambda at: at.w > 8),
    ("the signal is longer than 16 samples", "the signal has at most 16 samples", lambda at: at.w > 16),
)
"""What stands for the rows about two sides."""

TWO_SIDED = re.compile(r"square|high|wide|\brows\b|×|\bsides?\b|\bcolumns\b")


def _of_signals(rows: tuple[Row, ...]) -> Iterator[Row]:
    """The rows that say something of signals, in their words."""
    for clause, opposite, holds in rows:
        if not TWO_SIDED.search(clause):
            yield _in_samples(clause), _in_samples(opposite), holds


def _in_samples(clause: str) -> str:
    return clause.replace("image", "signal").replace("pixel", "sample")


def attributes(kernel: str, *, signals: bool = False) -> Iterator[Attribute]:
    """All attributes, the plainest first, and of two alike the looser.

    Args:
        kernel: what the operation calls that which slides over the image.
        signals: whether there are signals in place of images.
    """
    tables = PLAIN, SIZES, PARTICULAR, VALUES
    rows = [row for table in tables for row in (_of_signals(table) if signals else table)]
    for clause, opposite, holds in (*rows, *(OF_SIGNALS if signals else ())):
        yield Attribute(clause.format(kernel=kernel), holds)
        yield Attribute(opposite.format(kernel=kernel), _negated(holds))


def _negated(holds: Callable[[Facts], bool]) -> Callable[[Facts], bool]:
    return lambda at: not holds(at)
