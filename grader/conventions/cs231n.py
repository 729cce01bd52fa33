"""Stanford's cs231n, assignment 2: functions in ``layers.py``, images as (N, C, H, W).

A forward function returns (out, cache); the cache may be anything, and goes to the backward function
unseen. Sizes always divide: a filter or a window never leaves pixels over.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.conventions.spelling import Convention, Spelling, Way, forward_of
from grader.model import Case, Domain
from grader.steps import Array, Call, Input, Item, Let, Saved, Step, Value

__all__ = ["CONVENTION"]


# --- convolution and pooling ---------------------------------------------------------------------


def _conv_param(case: Case) -> Let:
    return Let("conv_param", {"stride": case.params["stride"], "pad": case.params["pad"]})


def _pool_param(case: Case) -> Let:
    height, width = case.params["window"]
    return Let("pool_param", {"pool_height": height, "pool_width": width, "stride": case.params["stride"]})


CONV_ARGS = (Input("x"), Input("w"), Input("b"), Saved("conv_param"))
POOL_ARGS = (Input("x"), Saved("pool_param"))


def _conv_forward(case: Case, function: str) -> tuple[Step, ...]:
    return (_conv_param(case), Call(("out", "cache"), function, CONV_ARGS))


def _pool_forward(case: Case, function: str) -> tuple[Step, ...]:
    return (_pool_param(case), Call(("out", "cache"), function, POOL_ARGS))


def _backward(function: str, *gradients: str) -> Call:
    return Call(gradients, function, (Input("dout"), Saved("cache")))


def _conv_backward(case: Case, function: str) -> tuple[Step, ...]:
    return (*_conv_forward(case, forward_of(function)), _backward(function, "dx", "dw", "db"))


def _pool_backward(case: Case, function: str) -> tuple[Step, ...]:
    return (*_pool_forward(case, forward_of(function)), _backward(function, "dx"))


def _conv_backward_alone(case: Case, function: str) -> tuple[Step, ...]:
    return (_conv_param(case), Let("cache", CONV_ARGS), _backward(function, "dx", "dw", "db"))


def _pool_backward_alone(case: Case, function: str) -> tuple[Step, ...]:
    return (_pool_param(case), Let("cache", POOL_ARGS), _backward(function, "dx"))


# --- normalisation ---------------------------------------------------------------------------------


def _bn_param(case: Case) -> Let:
    param: dict[str, Value] = {"mode": "train", **case.params}
    running = {name: Input(name) for name in ("running_mean", "running_var") if name in case.arrays}
    return Let("bn_param", param | running)


def _batchnorm_forward(case: Case, function: str) -> tuple[Step, ...]:
    args = (Input("x"), Input("gamma"), Input("beta"), Saved("bn_param"))
    learnt = tuple(
        Item(name, "bn_param", name) for name in ("running_mean", "running_var") if name in case.outputs
    )
    return (_bn_param(case), Call(("out", "cache"), function, args), *learnt)


def _batchnorm_backward(case: Case, function: str) -> tuple[Step, ...]:
    return (
        *_batchnorm_forward(case, forward_of(function)),
        _backward(function, "dx", "dgamma", "dbeta"),
    )


def _groupnorm_forward(case: Case, function: str) -> tuple[Step, ...]:
    args = (Input("x"), Input("gamma"), Input("beta"), case.params["groups"], Saved("gn_param"))
    return (Let("gn_param", {"eps": case.params.get("eps", 1e-5)}), Call(("out", "cache"), function, args))


def _groupnorm_backward(case: Case, function: str) -> tuple[Step, ...]:
    return (
        *_groupnorm_forward(case, forward_of(function)),
        _backward(function, "dx", "dgamma", "dbeta"),
    )


def _per_channel(array: Array) -> Array:
    """(C,) -> (1, C, 1, 1), the shape of group normalisation's gamma and beta since 2018."""
    return array.reshape(1, -1, 1, 1)


def _groupnorm_inputs(case: Case) -> Mapping[str, Array]:
    shaped = {name: _per_channel(case.arrays[name]) for name in ("gamma", "beta")}
    return {**case.arrays, **shaped}


def _groupnorm_layout(name: str, array: Array) -> Array:
    """Arrays of other shapes are a mistake's own, and stay as they are."""
    return _per_channel(array) if name in ("dgamma", "dbeta") and array.ndim == 1 else array


FLAT_GAMMA = "it takes gamma and beta of shape (C,), as the course had them at first; graded that way"


# --- the convention --------------------------------------------------------------------------------


def _named(*outputs: str) -> Mapping[str, str]:
    return {output: output for output in outputs}


_FORWARD = _named("out")
_LEARNING = _named("out", "running_mean", "running_var")
_NORM_GRADIENTS = _named("dx", "dgamma", "dbeta")

_CONV_CACHE = (
    "it was given (x, w, b, conv_param) as its cache, since the forward function's could not be relied on"
)
_POOL_CACHE = "it was given (x, pool_param) as its cache, since the forward function's could not be relied on"

_max_pool = Spelling(ways=(Way(steps=_pool_forward),), results=_FORWARD, watch=("x",))
_max_pool_backward = Spelling(
    ways=(
        Way(steps=_pool_backward),
        Way(steps=_pool_backward_alone, note=_POOL_CACHE, instead_of_forward=True),
    ),
    results=_named("dx"),
    watch=("dout",),
    forward=forward_of,
)

CONVENTION = Convention(
    domain=Domain(leftover=False),
    spellings={
        "conv2d": Spelling(ways=(Way(steps=_conv_forward),), results=_FORWARD, watch=("x", "w", "b")),
        "conv2d_backward": Spelling(
            ways=(
                Way(steps=_conv_backward),
                Way(steps=_conv_backward_alone, note=_CONV_CACHE, instead_of_forward=True),
            ),
            results=_named("dx", "dw", "db"),
            watch=("dout",),
            forward=forward_of,
        ),
        "max_pool2d": _max_pool,
        "max_pool2d_backward": _max_pool_backward,
        "avg_pool2d": _max_pool,
        "avg_pool2d_backward": _max_pool_backward,
        "spatial_batchnorm": Spelling(
            ways=(Way(steps=_batchnorm_forward),), results=_LEARNING, watch=("x", "gamma", "beta")
        ),
        "spatial_batchnorm_backward": Spelling(
            ways=(Way(steps=_batchnorm_backward),),
            results=_NORM_GRADIENTS,
            watch=("dout",),
            forward=forward_of,
        ),
        "spatial_groupnorm": Spelling(
            ways=(
                Way(steps=_groupnorm_forward, inputs=_groupnorm_inputs),
                Way(steps=_groupnorm_forward, note=FLAT_GAMMA),
            ),
            results=_FORWARD,
            watch=("x", "gamma", "beta"),
        ),
        "spatial_groupnorm_backward": Spelling(
            ways=(
                Way(steps=_groupnorm_backward, inputs=_groupnorm_inputs),
                Way(steps=_groupnorm_backward, note=FLAT_GAMMA),
            ),
            results=_NORM_GRADIENTS,
            layout=_groupnorm_layout,
            watch=("dout",),
            loose=frozenset({"dgamma", "dbeta"}),
            forward=forward_of,
        ),
    },
)
