"""DeepLearning.AI, course 4, week 1, "Convolution model: Step by Step": a notebook, images as (m, H, W, C).

Function names, parameters and their order have been the same since 2017; parameters get renamed, so calls are
by position. Kernels and windows are square, sizes are rounded down, and the caches are part of the contract:
(A_prev, W, b, hparameters) of a convolution, (A_prev, hparameters) of a pool.

The template of the backward convolution makes students crop with [pad:-pad], which is impossible at pad = 0:
an assignment promises pad >= 1 there, and may ask for pad = 0 on a line of its own (`unpadded`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from grader.conventions.spelling import Convention, Inputs, Spelling, Way, forward_of
from grader.model import Case, Domain
from grader.steps import Array, Call, Input, Let, Saved, Step, Value

__all__ = ["CONVENTION"]


# --- axes ------------------------------------------------------------------------------------------


def _channels_last(array: Array) -> Array:
    """(N, C, H, W) -> (m, H, W, C), or (C, KH, KW) -> (f, f, C)."""
    return np.moveaxis(array, -3, -1)


def _filters(array: Array) -> Array:
    """(F, C, KH, KW) -> (f, f, C_prev, C)."""
    return array.transpose(2, 3, 1, 0)


def _biases(array: Array) -> Array:
    """(F,) -> (1, 1, 1, C)."""
    return array.reshape(1, 1, 1, -1)


_LAYOUTS: Mapping[str, Callable[[Array], Array]] = {
    "X_pad": _channels_last,
    "Z": _channels_last,
    "A": _channels_last,
    "dA_prev": _channels_last,
    "dW": _filters,
}


def _layout(name: str, array: Array) -> Array:
    """Arrays of other shapes are a mistake's own, and stay as they are."""
    if name == "db":
        return _biases(array) if array.ndim == 1 else _filters(array) if array.ndim == 4 else array
    layout = _LAYOUTS[name]
    fits = array.ndim == 4 or (array.ndim == 3 and layout is _channels_last)
    return layout(array) if fits else array


def _renamed(names: Mapping[str, str]) -> Callable[[Case], Inputs]:
    """The case's arrays under the course's names: images, filters and biases in its layout."""

    def inputs(case: Case) -> Inputs:
        return {given: _INPUTS[name](case.arrays[name]) for name, given in names.items()}

    return inputs


_INPUTS: Mapping[str, Callable[[Array], Array]] = {
    "x": _channels_last,
    "dout": _channels_last,
    "w": _filters,
    "b": _biases,
}


# --- words -----------------------------------------------------------------------------------------

FORMULAS = (
    (r"\(N, ([CF]), ([^,()]+), ([^,()]+)\)", r"(m, \2, \3, \1)"),
    (r"\(F, C, KH, KW\)", "(KH, KW, C, F)"),
    (r"\(OH, OW, N, C\)", "(OH, OW, m, C)"),
    (r"\b(d?x(?:pad)?|d?out)\[n, ([cf]), ([^\]]+)\]", r"\1[n, \3, \2]"),
    (r"\b(d?x(?:pad)?|d?out)\[n, ([cf])\]", r"\1[n, :, :, \2]"),
    (r"\b(d?w)\[f, c, ([^\]]+)\]", r"\1[\2, c, f]"),
    (r"\b(d?w)\[f, c\]", r"\1[:, :, c, f]"),
    (r"\b(d?w)\[f\]", r"\1[:, :, :, f]"),
    (r"\b([xw])\[c, u, v\]", r"\1[u, v, c]"),
    (r"\bN, C, (O?H), (O?W)\b", r"m, \1, \2, C"),
    (r"third axis is the kernel's height, the fourth", "first axis is the kernel's height, the second"),
    (r"third axis is the height, the fourth", "second axis is the height, the third"),
    (
        r"along the third axis( of the image)?, columns along the fourth",
        r"along the second axis\1, columns along the third",
    ),
    (r"last two axes of w\b", "first two axes of w"),
    (r"The filters' first two axes", "The filters' last two axes"),
    (r"the first two axes of dx\b", "the first and the last axis of dx"),
    (r"(axes to pad|padded axes|Height and width) are the last two", r"\1 are the two middle"),
    (r"are the two middle(?! entries)", "are the two in the middle"),
)
"""Shapes, indices and the order of axes in canonical layout, and the same with channels last."""

SINGLE = re.compile(
    r"\b(?:x|w|out)(?=\[| has\b| = )|(?<=\bof )[xw]\b|(?<=\bin )x\b|(?<=where )x\b|(?<=Σ )x\b|(?<=· )w\b"
)
"""The letters of formulas where they are that, and no times sign."""


def _terms(**names: str) -> Callable[[str], str]:
    """Say with channels last, and with the course's names, what is said about a mistake.

    Args:
        names: the course's name of x, w, out and dout; that of a gradient or of a padded image follows.
    """
    gradients = {f"d{name}": f"d{given}" for name, given in names.items() if len(name) == 1}
    padded = {f"{name}pad": f"{given}_pad" for name, given in (names | gradients).items() if name[-1] == "x"}
    words = gradients | padded | {name: given for name, given in names.items() if name == "dout"}
    letters = {name: given for name, given in names.items() if name not in words}

    def terms(text: str) -> str:
        for formula, ours in FORMULAS:
            text = re.sub(formula, ours, text)
        text = re.sub(r"\bd?(?:x|w|out)(?:pad)?\b", lambda found: words.get(found[0], found[0]), text)
        return SINGLE.sub(lambda found: letters.get(found[0], found[0]), text)

    return terms


# --- steps -----------------------------------------------------------------------------------------


def _hparameters(case: Case) -> Let:
    """The course's dictionary: {"stride", "pad"} of a convolution, {"f", "stride"} of a pool."""
    params: dict[str, Value] = {"stride": case.params["stride"]}
    if "window" in case.params:
        return Let("hparameters", {"f": case.params["window"][0]} | params)
    return Let("hparameters", params | {"pad": case.params["pad"]})


CONV_ARGS = (Input("A_prev"), Input("W"), Input("b"), Saved("hparameters"))
POOL_ARGS = (Input("A_prev"), Saved("hparameters"))


def _zero_pad(case: Case, function: str) -> tuple[Step, ...]:
    return (Call(("X_pad",), function, (Input("X"), case.params["pad"])),)


def _conv_single_step(_: Case, function: str) -> tuple[Step, ...]:
    return (Call(("Z",), function, (Input("a_slice_prev"), Input("W"), Input("b"))),)


def _conv_forward(case: Case, function: str) -> tuple[Step, ...]:
    return (_hparameters(case), Call(("Z", "cache"), function, CONV_ARGS))


def _conv_backward(case: Case, function: str) -> tuple[Step, ...]:
    return (*_conv_forward(case, forward_of(function)), _pull_conv(function))


def _conv_backward_alone(case: Case, function: str) -> tuple[Step, ...]:
    return (_hparameters(case), Let("cache", CONV_ARGS), _pull_conv(function))


def _pull_conv(function: str) -> Call:
    return Call(("dA_prev", "dW", "db"), function, (Input("dZ"), Saved("cache")))


def _pool_forward(case: Case, function: str) -> tuple[Step, ...]:
    return (_hparameters(case), Call(("A", "cache"), function, (*POOL_ARGS, case.params["mode"])))


def _pool_backward(case: Case, function: str) -> tuple[Step, ...]:
    return (*_pool_forward(case, forward_of(function)), _pull_pool(case, function))


def _pool_backward_alone(case: Case, function: str) -> tuple[Step, ...]:
    return (_hparameters(case), Let("cache", POOL_ARGS), _pull_pool(case, function))


def _pull_pool(case: Case, function: str) -> Call:
    return Call(("dA_prev",), function, (Input("dA"), Saved("cache"), case.params["mode"]))


def _create_mask(_: Case, function: str) -> tuple[Step, ...]:
    return (Call(("mask",), function, (Input("x"),)),)


def _distribute_value(case: Case, function: str) -> tuple[Step, ...]:
    """The number is handed over as one: what it is to be spread over comes out of a loop over an array."""
    return (Call(("a",), function, (float(case.arrays["dz"]), case.params["shape"])),)


# --- inputs ----------------------------------------------------------------------------------------


def _step_inputs(case: Case) -> Inputs:
    x, w, b = (case.arrays[name] for name in ("x", "w", "b"))
    return {"a_slice_prev": _channels_last(x), "W": _channels_last(w), "b": b.reshape(1, 1, 1)}


PAD_NAMES = {"x": "X"}
STEP_NAMES = {"x": "a_slice_prev", "w": "W"}
CONV_NAMES = {"x": "A_prev", "w": "W", "b": "b"}
CONV_BACKWARD_NAMES = {"dout": "dZ", **CONV_NAMES}
POOL_NAMES = {"x": "A_prev"}
POOL_BACKWARD_NAMES = {"dout": "dA", **POOL_NAMES}


def _counted_for_each_product(inputs: Callable[[Case], Inputs]) -> Callable[[Case], Inputs]:
    """Divide the bias by the number of products, so that the right results stay as they are.

    The 2017 notebook adds the bias to each of the f · f · C products before it sums them. A function that
    does so is right on these inputs in every case, and no other is: where there is one product nothing
    changes, and where there are more, a bias that is counted otherwise is too small or too large.
    """

    def divided(case: Case) -> Inputs:
        given = dict(inputs(case))
        products = case.arrays["w"].size // (len(case.arrays["w"]) if case.arrays["w"].ndim == 4 else 1)
        return given | {"b": (given["b"] / products).astype(given["b"].dtype)}

    return divided


# --- the convention --------------------------------------------------------------------------------

IN_2017 = (
    "it adds the bias to each product before it sums them, as the notebook of 2017 did, so the bias counts "
    "f · f · C times; graded that way, with the bias divided by as many"
)
_CONV_CACHE = (
    "it was given (A_prev, W, b, hparameters) as its cache, since the forward function's could not be "
    "relied on"
)
_POOL_CACHE = (
    "it was given (A_prev, hparameters) as its cache, since the forward function's could not be relied on"
)

CONVENTION = Convention(
    domain=Domain(square_kernel=True),
    spellings={
        "zero_pad": Spelling(
            ways=(Way(steps=_zero_pad, inputs=_renamed(PAD_NAMES)),),
            results={"out": "X_pad"},
            layout=_layout,
            watch=("X",),
            names=PAD_NAMES,
            terms=_terms(x="X", out="X_pad"),
        ),
        "conv_single_step": Spelling(
            ways=(
                Way(steps=_conv_single_step, inputs=_step_inputs),
                Way(
                    steps=_conv_single_step,
                    inputs=_counted_for_each_product(_step_inputs),
                    note=IN_2017,
                    on_evidence=True,
                ),
            ),
            results={"out": "Z"},
            layout=_layout,
            watch=("a_slice_prev", "W", "b"),
            names=STEP_NAMES,
            terms=_terms(x="a_slice_prev", w="W", out="Z"),
            loose=frozenset({"Z"}),
        ),
        "conv2d": Spelling(
            ways=(
                Way(steps=_conv_forward, inputs=_renamed(CONV_NAMES)),
                Way(
                    steps=_conv_forward,
                    inputs=_counted_for_each_product(_renamed(CONV_NAMES)),
                    note=IN_2017,
                    on_evidence=True,
                ),
            ),
            results={"out": "Z"},
            layout=_layout,
            watch=("A_prev", "W", "b"),
            names=CONV_NAMES,
            terms=_terms(x="A_prev", w="W", out="Z"),
        ),
        "conv2d_backward": Spelling(
            ways=(
                Way(steps=_conv_backward, inputs=_renamed(CONV_BACKWARD_NAMES)),
                Way(
                    steps=_conv_backward_alone,
                    inputs=_renamed(CONV_BACKWARD_NAMES),
                    note=_CONV_CACHE,
                    instead_of_forward=True,
                    cache_is_fixed=True,
                ),
            ),
            results={"dx": "dA_prev", "dw": "dW", "db": "db"},
            layout=_layout,
            watch=("dZ",),
            forward=forward_of,
            names=CONV_BACKWARD_NAMES,
            terms=_terms(x="A_prev", w="W", out="Z", dout="dZ"),
        ),
        "pool2d": Spelling(
            ways=(Way(steps=_pool_forward, inputs=_renamed(POOL_NAMES)),),
            results={"out": "A"},
            layout=_layout,
            watch=("A_prev",),
            names=POOL_NAMES,
            terms=_terms(x="A_prev", out="A"),
        ),
        "pool2d_backward": Spelling(
            ways=(
                Way(steps=_pool_backward, inputs=_renamed(POOL_BACKWARD_NAMES)),
                Way(
                    steps=_pool_backward_alone,
                    inputs=_renamed(POOL_BACKWARD_NAMES),
                    note=_POOL_CACHE,
                    instead_of_forward=True,
                    cache_is_fixed=True,
                ),
            ),
            results={"dx": "dA_prev"},
            layout=_layout,
            watch=("dA",),
            forward=forward_of,
            names=POOL_BACKWARD_NAMES,
            terms=_terms(x="A_prev", out="A", dout="dA"),
        ),
        "mask_from_window": Spelling(ways=(Way(steps=_create_mask),), results={"mask": "mask"}, watch=("x",)),
        "distribute_value": Spelling(ways=(Way(steps=_distribute_value),), results={"a": "a"}),
    },
)
