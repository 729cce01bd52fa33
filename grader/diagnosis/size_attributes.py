"""Attributes of a case that has no arrays, but sizes and counts alone: "stride > 1", "there is no bias".

One table serves all such operations: what one does not have is the same for all of its cases and so never
tells two of them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from grader.model import Case

__all__ = ["Sizes", "size_attributes", "sizes"]


class Sizes(NamedTuple):
    """What attributes are made of. What an operation does not have is at its default.

    Attributes:
        image: height and width of what a filter slides over; one number twice where there is one axis.
        out: height and width of the output, where they are given.
        n_in: what goes into a fully connected layer; `n_out` what comes out.
        layers: (kernel, stride) of each layer of a network.
    """

    image: tuple[int, int] = (1, 1)
    out: tuple[int, int] = (1, 1)
    kernel: int = 1
    stride: int = 1
    pad: int = 0
    c: int = 1
    f: int = 1
    bias: bool = True
    n_in: int = 1
    n_out: int = 1
    layers: tuple[tuple[int, int], ...] = ()
    refused: bool = False

    @property
    def room(self) -> tuple[int, int]:
        """By how many pixels the padded image exceeds the filter, on both axes."""
        rows, cols = (side + 2 * self.pad - self.kernel for side in self.image)
        return rows, cols

    @property
    def left(self) -> bool:
        """Whether pixels are left over below or at the right."""
        return not self.refused and any(room % self.stride for room in self.room)

    @property
    def several(self) -> bool:
        """Whether a layer that is not the first sees more than a pixel."""
        return any(kernel > 1 for kernel, _ in self.layers[1:])


def sizes(case: Case) -> Sizes:
    """Read a case's hyperparameters."""
    given = case.params
    read: dict[str, Any] = {name: given[name] for name in Sizes._fields if name in given}
    if "size" in given:
        read["image"] = (given["size"], given["size"])
    if "shape" in given:
        read["c"], *image = given["shape"]
        read["image"] = tuple(image)
    for name, source in {"out": "out_size", "c": "c_in", "f": "c_out"}.items():
        if source in given:
            read[name] = given[source]
    if "filters" in given:
        read["f"] = given["filters"]
    return Sizes(**read, refused=bool(case.refusal))


Row = tuple[str, str, Callable[[Sizes], bool]]
"""A clause, its opposite, and when the first is true."""

ROWS: tuple[Row, ...] = (
    ("the filter does not fit", "the filter fits", lambda at: at.refused),
    ("pad > 0", "pad = 0", lambda at: at.pad > 0),
    ("stride > 1", "stride = 1", lambda at: at.stride > 1),
    ("some pixels are left over", "no pixels are left over", lambda at: at.left),
    ("there is a bias", "there is no bias", lambda at: at.bias),
    ("there is more than one channel", "there is one channel", lambda at: at.c > 1),
    ("there is more than one filter", "there is one filter", lambda at: at.f > 1),
    ("the image is not square", "the image is square", lambda at: at.image[0] != at.image[1]),
    ("the output is not square", "the output is square", lambda at: at.out[0] != at.out[1]),
    ("there is more than one layer", "there is one layer", lambda at: len(at.layers) > 1),
    (
        "some layer has a stride above 1",
        "every layer has stride 1",
        lambda at: any(stride > 1 for _, stride in at.layers),
    ),
    (
        "a stride above 1 comes before another layer",
        "no stride above 1 comes before another layer",
        lambda at: any(stride > 1 for _, stride in at.layers[:-1]),
    ),
    ("windows overlap", "windows do not overlap", lambda at: at.kernel > at.stride),
    (
        "the filter is exactly as large as the padded image",
        "the filter is not exactly as large as the padded image",
        lambda at: min(at.room) == 0,
    ),
    (
        "the filter is larger than the image without its padding",
        "the filter is no larger than the image without its padding",
        lambda at: at.kernel > min(at.image),
    ),
    ("pad > 1", "pad < 2", lambda at: at.pad > 1),
    ("pad = 1", "pad is not 1", lambda at: at.pad == 1),
    ("stride > 2", "stride < 3", lambda at: at.stride > 2),
    ("stride = 2", "stride is not 2", lambda at: at.stride == 2),
    ("the filter is 1 × 1", "the filter is larger than 1 × 1", lambda at: at.kernel == 1),
    ("the filter's side is even", "the filter's side is odd", lambda at: at.kernel % 2 == 0),
    (
        "the filter is as large as the stride",
        "the filter is not as large as the stride",
        lambda at: at.kernel == at.stride,
    ),
    (
        "there are not as many filters as channels",
        "there are as many filters as channels",
        lambda at: at.c != at.f,
    ),
    (
        "more numbers go in than come out",
        "no more numbers go in than come out",
        lambda at: at.n_in > at.n_out,
    ),
    ("there is more than one input", "there is one input", lambda at: at.n_in > 1),
    (
        "the image is higher than wide",
        "the image is no higher than wide",
        lambda at: at.image[0] > at.image[1],
    ),
    ("the output is higher than wide", "the output is no higher than wide", lambda at: at.out[0] > at.out[1]),
    (
        "a later layer's filter is larger than 1 × 1",
        "no later layer's filter is larger than 1 × 1",
        lambda at: at.several,
    ),
    ("stride and pad differ", "stride and pad are equal", lambda at: at.stride != at.pad),
)
"""The plainest first."""


def size_attributes() -> Iterator[tuple[str, Callable[[Sizes], bool]]]:
    """All attributes with their clauses, which read well after "when" or "where"."""
    for clause, opposite, holds in ROWS:
        yield clause, holds
        yield opposite, _negated(holds)


def _negated(holds: Callable[[Sizes], bool]) -> Callable[[Sizes], bool]:
    return lambda at: not holds(at)
