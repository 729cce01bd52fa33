"""CMU's 11-785, homework 2 part 1: classes of a package ``mytorch``.

Images are (N, C, H, W), signals (N, C, W).

An exercise is a class and its method, ``Conv2d.forward``. One fresh object a case: gradients of weights may
add up over calls. A backward is asked of the object whose forward has just been called; it returns dLdA, and
dLdW and dLdb lie on the object, or on the one inside it that convolves. Kernels and windows are square;
leftover pixels are in the contract, since results are computed with stride 1 and then downsampled.

Constructors differ by year and by student. Since 2024 `padding` stands before the functions that make the
weights; some classes do not take these, or take them and do not hand them on. So a `Make` goes by what the
constructor takes, and a `Put` sets the weights where nothing asked for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from grader.conventions.spelling import Convention, Spelling, Way, forward_of
from grader.model import Case, Domain
from grader.steps import Array, Call, Constant, Find, Input, Make, Put, Step, Value

__all__ = ["CONVENTION"]

NAMES = {"x": "A", "w": "W", "b": "b", "dout": "dLdZ"}
FORWARD, BACKWARD = {"out": "Z"}, {"dx": "dLdA"}
LEARNT = {"dw": "dLdW", "db": "dLdb"}
"""The course's names of the results: of a forward, of any backward, and of one that has weights."""

DENSE = "_stride1"
"""What the name of a class ends in that takes no stride."""

NO_PADDING = "its constructor takes no padding, as the course had it before 2024; graded without"

Maker = Callable[[Case, str], tuple[Step, ...]]
"""(case, name of the class) -> the steps that make the object `layer`."""


def _inputs(case: Case) -> Mapping[str, Array]:
    return {NAMES[name]: array for name, array in case.arrays.items()}


# --- objects ---------------------------------------------------------------------------------------


def _weighted(case: Case, cls: str, offers: Mapping[str, Value]) -> tuple[Step, ...]:
    """Make an object with weights: in_channels, out_channels and kernel_size by position."""
    filters, channels, kernel = case.arrays["w"].shape[:3]
    functions = {"weight_init_fn": Constant("W"), "bias_init_fn": Constant("b")}
    return (
        Make("layer", cls, (channels, filters, kernel), {**offers, **functions}, optional=("padding",)),
        Put("layer", ("W", "weight", "weights"), "W"),
        Put("layer", ("b", "bias", "biases"), "b"),
    )


def _conv(case: Case, cls: str) -> tuple[Step, ...]:
    if cls.endswith(DENSE):
        return _weighted(case, cls, {})
    return _weighted(case, cls, {"stride": case.params["stride"], "padding": case.params["pad"]})


def _conv_without_padding(case: Case, cls: str) -> tuple[Step, ...]:
    return _weighted(case, cls, {} if cls.endswith(DENSE) else {"stride": case.params["stride"]})


def _conv_transpose(case: Case, cls: str) -> tuple[Step, ...]:
    return _weighted(case, cls, {"upsampling_factor": case.params["factor"]})


def _pool(case: Case, cls: str) -> tuple[Step, ...]:
    kernel, stride = case.params["window"][0], case.params["stride"]
    return (Make("layer", cls, (), {"kernel": kernel} | ({} if cls.endswith(DENSE) else {"stride": stride})),)


def _upsample(case: Case, cls: str) -> tuple[Step, ...]:
    return (Make("layer", cls, (), {"upsampling_factor": case.params["factor"]}),)


def _downsample(case: Case, cls: str) -> tuple[Step, ...]:
    return (Make("layer", cls, (), {"downsampling_factor": case.params["factor"]}),)


def _flatten(_: Case, cls: str) -> tuple[Step, ...]:
    return (Make("layer", cls),)


# --- calls -----------------------------------------------------------------------------------------


def _class(function: str) -> str:
    return function.partition(".")[0]


def _forward(make: Maker) -> Callable[[Case, str], tuple[Step, ...]]:
    def steps(case: Case, function: str) -> tuple[Step, ...]:
        return (*make(case, _class(function)), Call(("Z",), "layer.forward", (Input("A"),)))

    return steps


def _backward(make: Maker) -> Callable[[Case, str], tuple[Step, ...]]:
    """The forward first, since the object remembers what it was given; then the backward."""

    def steps(case: Case, function: str) -> tuple[Step, ...]:
        learnt = tuple(
            Find(name, "layer", (name, name.replace("dL", "")))
            for output, name in LEARNT.items()
            if output in case.outputs
        )
        called = Call(("dLdA",), "layer.backward", (Input("dLdZ"),))
        return (*_forward(make)(case, function), called, *learnt)

    return steps


def _terms(text: str) -> str:
    """Put the course's names of gradients for ours, and that of the result where it is indexed."""
    for ours, theirs in ({"dout": NAMES["dout"]} | BACKWARD | LEARNT).items():
        text = re.sub(rf"\b{ours}\b", theirs, text)
    return re.sub(r"\bout\[", f"{FORWARD['out']}[", text)


def _never_padded(domain: Domain) -> Domain:
    return replace(domain, pad=(0,))


def _spelling(make: Maker, results: Mapping[str, str], without_padding: Maker | None = None) -> Spelling:
    backward = "dx" in results
    calls = _backward if backward else _forward
    ways = [Way(steps=calls(make), inputs=_inputs)]
    if without_padding:
        ways.append(
            Way(
                steps=calls(without_padding),
                inputs=_inputs,
                note=NO_PADDING,
                without="padding",
                domain=_never_padded,
            )
        )
    return Spelling(
        ways=tuple(ways),
        results=results,
        watch=("dLdZ",) if backward else ("A",),
        forward=forward_of if backward else None,
        names=NAMES,
        terms=_terms,
    )


MOVING: Mapping[str, Maker] = {
    "max_pool2d": _pool,
    "avg_pool2d": _pool,
    "upsample1d": _upsample,
    "upsample2d": _upsample,
    "downsample1d": _downsample,
    "downsample2d": _downsample,
    "flatten": _flatten,
}
"""Operations without weights."""

SPELLINGS = {
    **{op: _spelling(_conv, FORWARD, _conv_without_padding) for op in ("conv1d", "conv2d")},
    **{
        f"{op}_backward": _spelling(_conv, BACKWARD | LEARNT, _conv_without_padding)
        for op in ("conv1d", "conv2d")
    },
    **{op: _spelling(_conv_transpose, FORWARD) for op in ("conv_transpose1d", "conv_transpose2d")},
    **{
        f"{op}_backward": _spelling(_conv_transpose, BACKWARD | LEARNT)
        for op in ("conv_transpose1d", "conv_transpose2d")
    },
    **{op: _spelling(make, FORWARD) for op, make in MOVING.items()},
    **{f"{op}_backward": _spelling(make, BACKWARD) for op, make in MOVING.items()},
}

CONVENTION = Convention(domain=Domain(square_kernel=True), spellings=SPELLINGS)
