"""Spelled as Python: lines become steps, names and layouts, or an error that shows the line."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from grader.cases import sample
from grader.conventions import cs231n, spell
from grader.model import Case
from grader.steps import Attribute, Call, Constant, Input, Item, Let, Saved, Step


def case_of(op: str, number: int = 0) -> Case:
    return sample(op, cases=40, seed=3)[number]


def steps(text: str, op: str = "conv2d", function: str = "conv", number: int = 0, **more: Any) -> list[Step]:
    return list(spell(text, **more).ways[0].steps(case_of(op, number), function))


CONV = case_of("conv2d").params


# --- the four words ------------------------------------------------------------------------------


def test_arguments_are_arrays_and_hyperparameters_by_position_or_name() -> None:
    (call,) = steps("out = function(x, w, stride, padding=pad)")
    args = (Input("x"), Input("w"), CONV["stride"])
    assert call == Call(("out",), "conv", args, {"padding": CONV["pad"]})


def test_what_is_saved_can_be_taken_again() -> None:
    found = steps(
        "param = {'stride': stride, 'pad': (pad, pad)}\nout, cache = function(x, param, 2, 'max', None)"
    )
    assert found == [
        Let("param", {"stride": CONV["stride"], "pad": (CONV["pad"], CONV["pad"])}),
        Call(("out", "cache"), "conv", (Input("x"), Saved("param"), 2, "max", None)),
    ]


def test_classes_items_and_attributes() -> None:
    text = """
        layer = function(w.shape[0], constant(w))
        out = layer(x)
        _ = layer.forward(x)
        first = out[0]
        dw = layer.dW
    """
    assert steps(text, function="Conv.forward") == [
        Call(("layer",), "Conv", (case_of("conv2d").arrays["w"].shape[0], Constant("w"))),
        Call(("out",), "layer.__call__", (Input("x"),)),
        Call(("_",), "layer.forward", (Input("x"),)),
        Item("first", "out", 0),
        Attribute("dw", "layer", "dW"),
    ]


def test_the_forward_function_has_the_backwards_name_but_for_one_word() -> None:
    found = steps("out, cache = forward(x)\ndx = function(dout, cache)", "conv2d_backward", "conv_backward")
    assert [step.function for step in found if isinstance(step, Call)] == ["conv_forward", "conv_backward"]


def test_another_function_of_the_submission_can_be_called() -> None:
    (first, _) = steps("p = pad_images(x, 1)\nout = function(p)")
    assert isinstance(first, Call)
    assert first.function == "pad_images"


@pytest.mark.parametrize(
    ("stride", "pad", "left"), [(1, 0, ()), (2, 0, (2,)), (1, 1, (1, 1)), (2, 1, (2, 1))], ids=str
)
def test_defaults_are_left_out_at_the_end(stride: int, pad: int, left: tuple[int, ...]) -> None:
    spelling = spell("out = function(x, w, b, stride, pad)", defaults={"stride": 1, "pad": 0})
    drawn = sample("conv2d", cases=400, seed=0)
    case = next(case for case in drawn if case.params == {"stride": stride, "pad": pad})
    (call,) = spelling.ways[0].steps(case, "conv")
    assert isinstance(call, Call)
    assert call.args[3:] == left


def test_a_course_written_by_hand_could_be_written_so() -> None:
    """The steps of cs231n, which are written out, and those of two lines."""
    written = {
        "conv2d": "conv_param = {'stride': stride, 'pad': pad}\nout, cache = function(x, w, b, conv_param)",
        "max_pool2d": "pool_param = {'pool_height': window[0], 'pool_width': window[1], 'stride': stride}\n"
        "out, cache = function(x, pool_param)",
    }
    for op, text in written.items():
        by_hand = cs231n.CONVENTION.spellings[op].ways[0]
        for case in sample(op, cases=20, seed=0):
            assert spell(text).ways[0].steps(case, "f") == by_hand.steps(case, "f")


# --- results, names, layouts -----------------------------------------------------------------------


def test_results_are_what_the_last_call_and_later_lines_save() -> None:
    text = "out, cache = forward(x)\ndx, _ = function(dout, cache)\ndw = cache['dw']"
    assert spell(text).results == {"dx": "dx", "dw": "dw"}
    assert spell("Z, _ = function(A, W)", names={"Z": "out", "A": "x"}).results == {"out": "Z"}


def test_arrays_have_the_courses_names_and_axes() -> None:
    spelling = spell(
        "Z = function(A, W, b)",
        names={"Z": "out", "A": "x", "W": "w"},
        images="NHWC",
        filters="HWCF",
        bias="111F",
    )
    case = sample("conv2d", cases=60, seed=3)[-1]
    x, w, b = (case.arrays[name] for name in ("x", "w", "b"))
    inputs = spelling.ways[0].inputs(case)
    assert list(inputs) == ["A", "W", "b"]
    assert np.array_equal(inputs["A"], x.transpose(0, 2, 3, 1))
    assert np.array_equal(inputs["W"], w.transpose(2, 3, 1, 0))
    assert np.array_equal(inputs["b"], b.reshape(1, 1, 1, -1))
    assert np.array_equal(spelling.layout("Z", x), x.transpose(0, 2, 3, 1))
    assert spelling.layout("Z", np.zeros((2, 3))).shape == (2, 3), "the odd shape of a mistake stays"


def test_arrays_that_the_last_call_takes_must_stay_as_they_are() -> None:
    assert spell("out, c = forward(x, w)\ndx = function(dout, c, stride)").watch == ("dout",)
    assert spell("Z = function(A, w)", names={"A": "x", "Z": "out"}).watch == ("A", "w")


# --- what cannot be read -----------------------------------------------------------------------------

UNREADABLE: list[tuple[str, dict[str, Any], str]] = [
    ("out = function(x", {}, r"'out = function\(x' is not Python: '\(' was never closed"),
    ("out = 3", {}, r"'out = 3' calls nothing; write 'out = function\(x, w, b\)' or the like"),
    ("function(x)", {}, r"'function\(x\)' should be 'name = \.\.\.', or .*"),
    ("layer.w = w", {}, r"'layer\.w = w' should be 'name = \.\.\.', or .*"),
    ("a, b = x", {}, r"'a, b = x' should be .*"),
    (
        "out = function(x)",
        {"images": "NHCX"},
        r"images='NHCX' should have each of the letters N, C, H, W once.*",
    ),
    ("out = function(x)", {"filters": "HWC"}, r"filters='HWC' should have each of the letters F, C, H, W .*"),
]


@pytest.mark.parametrize(("text", "more", "message"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_what_cannot_be_read_is_shown(text: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spell(text, **more)


UNKNOWN: list[tuple[str, str]] = [
    (
        "out = function(x, strid)",
        r"'out = function\(x, strid\)': there is no 'strid' here; did you mean 'stride'\? There are x, .*",
    ),
    ("out = function(x, windw[0])", r".*there is no 'windw' here.*"),
    ("out = function(x, x[0])", r".*x\[0\] is an array; only whole arrays go in, by their names"),
    ("out = function(x, w.shape[9])", r".*w\.shape\[9\] raises IndexError: .*"),
    ("out = function(x, {stride: 1})", r".*a dict's keys should be texts in quotes, not stride"),
    ("out = function(x, **stride)", r".*write arguments out, without \*\*"),
    ("out = function(x, lambda: 1)", r".*a function cannot be given to a student's function"),
    ("out = (lambda: 1)(x)", r".*is no name that could be called"),
]


@pytest.mark.parametrize(("text", "message"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_what_is_not_there_is_told(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        steps(text)
    assert re.match(message, str(caught.value))
