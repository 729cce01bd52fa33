"""Sizes and counts: what their strata try, and their cases, which are hyperparameters alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from grader.cases.draw import Draw, Drawn, Family, between
from grader.cases.strata import (
    BASIC,
    CHANNELS,
    GAPS,
    LEFTOVER,
    OVERLAP,
    PADDING,
    RECTANGULAR_IMAGE,
    STRIDE,
    Size,
    Table,
)
from grader.model import Domain

__all__ = ["FAMILIES"]

COVERS = "filter covers the image"
REFUSAL = "filter does not fit"
NO_BIAS = "no bias"
RECTANGULAR_OUTPUT = "rectangular output"
SEVERAL_LAYERS = "several layers"

DOES_NOT_FIT = "the filter does not fit"

# --- layers ----------------------------------------------------------------------------------------


class Layer(NamedTuple):
    """Where among layers with a square window a case lies. Sizes in pixels; the defaults are the simplest.

    Attributes:
        out: output size; the same drawn number is added to both sides if `grow`.
        leftover: pixels below and to the right that no window covers.
        c: channels; a drawn number is added if there is more than one.
        f: filters, to which a number is added.
        too_large: by how many pixels the window exceeds the padded image; then there is no output.
    """

    kernel: int = 3
    stride: int = 1
    pad: int = 0
    out: Size = (3, 3)
    leftover: Size = (0, 0)
    c: int = 1
    f: int = 1
    bias: bool = True
    grow: bool = True
    too_large: int = 0

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such inputs occur."""
        return (
            (domain.pad is None or self.pad in domain.pad)
            and (domain.stride is None or self.stride in domain.stride)
            and (domain.leftover or not any(self.leftover))
            and (domain.overlap or self.stride >= self.kernel)
            and not (domain.square and (self.out[0] != self.out[1] or self.leftover[0] != self.leftover[1]))
        )

    @property
    def image(self) -> Size:
        """Input size that gives `out` and leaves `leftover`, or in which the window does not fit."""
        bare = self.kernel - 2 * self.pad
        if self.too_large:
            return bare - self.too_large, bare - self.too_large
        rows, cols = (
            self.stride * (out - 1) + bare + rest for out, rest in zip(self.out, self.leftover, strict=True)
        )
        return rows, cols


def _drawn_layer(draw: Draw, corner: Layer | None, domain: Domain) -> Layer:
    """Place a layer: around a corner, or anywhere."""
    layer = _any_layer(draw, domain) if corner is None else _grown(draw, corner)
    if layer.too_large:
        return layer
    least = tuple(
        1 - (-(1 + 2 * layer.pad - layer.kernel - rest) // layer.stride) for rest in layer.leftover
    )  # so that the image has a pixel at least, and not padding alone
    return layer._replace(out=(max(layer.out[0], least[0]), max(layer.out[1], least[1])))


def _grown(draw: Draw, corner: Layer) -> Layer:
    if corner.too_large:
        return corner._replace(kernel=corner.kernel + draw(0, 8))
    more = draw(0, 12) if corner.grow else 0
    return corner._replace(
        out=(corner.out[0] + more, corner.out[1] + more),
        c=corner.c + draw(0, 12) if corner.c > 1 else 1,
        f=corner.f + draw(0, 12),
    )


def _any_layer(draw: Draw, domain: Domain) -> Layer:
    kernel = draw(1, 7)
    stride = between(draw, 1, 4, domain.stride)
    if not domain.overlap:
        kernel = min(kernel, stride)
    rows = draw(1, 20), draw(0, stride - 1)
    cols = rows if domain.square else (draw(1, 20), draw(0, stride - 1))
    return Layer(
        kernel=kernel,
        stride=stride,
        pad=between(draw, 0, 4, domain.pad),
        out=(rows[0], cols[0]),
        leftover=(rows[1], cols[1]) if domain.leftover else (0, 0),
        c=draw(1, 16),
        f=draw(1, 16),
        bias=bool(draw(0, 1)),
    )


_BASIC = (Layer(), Layer(kernel=5), Layer(kernel=2), Layer(kernel=1))

_PADDING = (
    Layer(pad=1),
    Layer(pad=2),
    Layer(kernel=5, pad=2),
    Layer(kernel=2, pad=3, out=(6, 6)),
    Layer(kernel=1, pad=1),
)

_STRIDE = (
    Layer(stride=2),
    Layer(stride=3),
    Layer(kernel=2, stride=3),
    Layer(kernel=5, stride=4),
    Layer(kernel=2, stride=2),
)

_LEFTOVER = (
    Layer(stride=2, leftover=(1, 1)),
    Layer(stride=3, leftover=(2, 2)),
    Layer(stride=3, leftover=(1, 1)),
    Layer(kernel=5, stride=4, leftover=(3, 3)),
    Layer(stride=4, leftover=(2, 2)),
)

_RECTANGULAR = (Layer(out=(4, 2)), Layer(out=(2, 5)), Layer(out=(1, 3)), Layer(out=(6, 1)))

_CHANNELS = (Layer(c=3), Layer(c=2, f=4), Layer(c=4, f=2), Layer(c=3, f=8))

_OUTPUT_SIZE: Table = {
    BASIC: _BASIC,
    PADDING: _PADDING,
    STRIDE: _STRIDE,
    LEFTOVER: _LEFTOVER,
    COVERS: (
        Layer(out=(1, 1), grow=False),
        Layer(kernel=5, pad=1, out=(1, 1), grow=False),
        Layer(kernel=5, pad=2, out=(2, 2), grow=False),
        Layer(kernel=4, stride=3, out=(1, 1), grow=False),
        Layer(kernel=7, stride=2, pad=3, out=(1, 1), leftover=(1, 1), grow=False),
    ),
    REFUSAL: (
        Layer(too_large=1),
        Layer(kernel=5, pad=1, too_large=1),
        Layer(kernel=4, stride=2, too_large=1),
        Layer(kernel=5, stride=3, too_large=2),
        Layer(kernel=7, too_large=4),
        Layer(kernel=9, stride=2, pad=2, too_large=3),
    ),
}


def _output_size(draw: Draw, _: str, corner: Layer | None, domain: Domain) -> Drawn:
    at = _drawn_layer(draw, corner, domain)
    params = {"size": at.image[0], "kernel": at.kernel, "stride": at.stride, "pad": at.pad}
    return Drawn({}, params, ("out",), refusal=DOES_NOT_FIT if at.too_large else "")


_CONV_SHAPE: Table = {
    BASIC: _BASIC,
    PADDING: _PADDING,
    STRIDE: _STRIDE,
    LEFTOVER: (*_LEFTOVER[:2], Layer(stride=3, leftover=(1, 0)), Layer(stride=2, leftover=(0, 1))),
    RECTANGULAR_IMAGE: _RECTANGULAR,
    CHANNELS: _CHANNELS,
}


def _conv_shape(draw: Draw, _: str, corner: Layer | None, domain: Domain) -> Drawn:
    at = _drawn_layer(draw, corner, domain)
    params = {
        "shape": (at.c, *at.image),
        "filters": at.f,
        "kernel": at.kernel,
        "stride": at.stride,
        "pad": at.pad,
    }
    return Drawn({}, params, ("channels", "height", "width"))


# --- counts ------------------------------------------------------------------------------------------


def _window(at: Layer) -> dict[str, Any]:
    return {"kernel": at.kernel, "c_in": at.c, "c_out": at.f}


def _without_bias(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    return tuple(layer._replace(bias=False) for layer in layers)


_PARAMS: Table = {BASIC: _BASIC, CHANNELS: _CHANNELS, NO_BIAS: _without_bias(_BASIC[:3])}

_LOCAL_PARAMS: Table = {
    BASIC: _BASIC,
    RECTANGULAR_OUTPUT: _RECTANGULAR,
    CHANNELS: _CHANNELS,
    NO_BIAS: _without_bias(_BASIC[:3]),
}

_MULTIPLY_ADDS: Table = {BASIC: _BASIC, RECTANGULAR_OUTPUT: _RECTANGULAR, CHANNELS: _CHANNELS}


def _counted(params: Callable[[Layer], Mapping[str, Any]]) -> Callable[[Draw, str, Any, Domain], Drawn]:
    def build(draw: Draw, _: str, corner: Layer | None, domain: Domain) -> Drawn:
        return Drawn({}, params(_drawn_layer(draw, corner, domain)), ("out",))

    return build


class Widths(NamedTuple):
    """How many numbers go into a fully connected layer and come out; drawn numbers are added."""

    n_in: int = 2
    n_out: int = 1
    bias: bool = True

    def lies_in(self, _: Domain) -> bool:
        """Nothing that a course can promise bears on it."""
        return True


_WIDTHS = (Widths(), Widths(n_out=10), Widths(n_in=3072, n_out=10), Widths(n_in=1, n_out=2))

_FC_PARAMS: Table = {BASIC: _WIDTHS, NO_BIAS: tuple(each._replace(bias=False) for each in _WIDTHS)}


def _fc_params(draw: Draw, _: str, corner: Widths | None, __: Domain) -> Drawn:
    at = corner or Widths(draw(1, 200), draw(1, 200), bool(draw(0, 1)))
    params = {"n_in": at.n_in + draw(0, 20), "n_out": at.n_out + draw(0, 20), "bias": at.bias}
    return Drawn({}, params, ("out",))


_COST: Table = {
    BASIC: (Layer(kernel=2, stride=2), Layer(kernel=3, stride=3), Layer(kernel=1, stride=1)),
    OVERLAP: (Layer(stride=2), Layer(kernel=2, stride=1), Layer(kernel=5, stride=3)),
    GAPS: (Layer(kernel=2, stride=3), Layer(kernel=1, stride=2)),
    LEFTOVER: (
        Layer(kernel=2, stride=2, leftover=(1, 1)),
        Layer(kernel=3, stride=3, leftover=(2, 1)),
        Layer(kernel=3, stride=2, leftover=(0, 1)),
    ),
    RECTANGULAR_IMAGE: tuple(layer._replace(kernel=2, stride=2) for layer in _RECTANGULAR),
    CHANNELS: (Layer(kernel=2, stride=2, c=2), Layer(kernel=3, stride=3, c=3)),
}


def _strided_conv_cost(draw: Draw, _: str, corner: Layer | None, domain: Domain) -> Drawn:
    at = _drawn_layer(draw, corner, domain)._replace(pad=0)
    params = {"shape": (at.c, *at.image), "kernel": at.kernel, "stride": at.stride}
    return Drawn({}, params, ("height", "width", "params", "multiply_adds"))


# --- networks ----------------------------------------------------------------------------------------


class Layers(NamedTuple):
    """Layers of a network, (kernel, stride) each; a drawn number is added to the first kernel."""

    each: tuple[tuple[int, int], ...]

    def lies_in(self, domain: Domain) -> bool:
        """Whether the course promises that such strides occur."""
        return domain.stride is None or all(stride in domain.stride for _, stride in self.each)


_LAYERS: Table = {
    BASIC: (Layers(((3, 1),)), Layers(((1, 1),)), Layers(((5, 1),))),
    SEVERAL_LAYERS: (
        Layers(((3, 1), (3, 1))),
        Layers(((3, 1), (5, 1))),
        Layers(((3, 1), (3, 1), (3, 1))),
        Layers(((5, 1), (1, 1), (2, 1), (3, 1))),
    ),
    STRIDE: (
        Layers(((3, 2), (3, 1))),
        Layers(((3, 1), (2, 2), (3, 1))),
        Layers(((3, 2),)),
        Layers(((2, 2), (3, 3), (2, 1))),
        Layers(((7, 2), (3, 2), (3, 1), (3, 2))),
    ),
}


def _receptive_field(draw: Draw, _: str, corner: Layers | None, domain: Domain) -> Drawn:
    if corner is None:
        count = draw(1, 6)
        layers = tuple((draw(1, 7), between(draw, 1, 3, domain.stride)) for _ in range(count))
    else:
        (kernel, stride), *others = corner.each
        layers = ((kernel + draw(0, 4), stride), *others)
    return Drawn({}, {"layers": layers}, ("out",))


FAMILIES = {
    "output_size": Family(
        corners=_OUTPUT_SIZE, build=_output_size, domain=frozenset({"pad", "stride", "leftover"})
    ),
    "conv_shape": Family(
        corners=_CONV_SHAPE, build=_conv_shape, domain=frozenset({"pad", "stride", "leftover", "square"})
    ),
    "fc_params": Family(corners=_FC_PARAMS, build=_fc_params),
    "locally_connected_params": Family(
        corners=_LOCAL_PARAMS,
        build=_counted(lambda at: {**_window(at), "out_size": at.out, "bias": at.bias}),
        domain=frozenset({"square"}),
    ),
    "conv_params": Family(corners=_PARAMS, build=_counted(lambda at: {**_window(at), "bias": at.bias})),
    "conv_multiply_adds": Family(
        corners=_MULTIPLY_ADDS,
        build=_counted(lambda at: {**_window(at), "out_size": at.out}),
        domain=frozenset({"square"}),
    ),
    "strided_conv_cost": Family(
        corners=_COST,
        build=_strided_conv_cost,
        domain=frozenset({"stride", "leftover", "overlap", "square"}),
    ),
    "receptive_field": Family(corners=_LAYERS, build=_receptive_field, domain=frozenset({"stride"})),
}
