"""The words for classes: what a constructor takes, and where weights and gradients are."""

from __future__ import annotations

import numpy as np
import pytest

from grader.steps import Array, Call, Constant, Ending, Find, Input, Limits, Make, Put, Reply, Run, Script

from .stage import Stage

W, X = np.array([1.5, -2.0]), np.array([3.0, 4.0])

MAKE = Make(
    "layer",
    "Layer",
    (3,),
    {"stride": 2, "padding": 1, "weight_init_fn": Constant("W")},
    optional=("padding",),
)
STEPS = (
    MAKE,
    Put("layer", ("W", "weight"), "W"),
    Call(("Z",), "layer.forward", (Input("A"),)),
    Find("dLdW", "layer", ("dLdW", "dW")),
)


def asked(stage: Stage, text: str, *, limits: Limits = Limits()) -> Reply:  # noqa: B008
    script = Script(steps=STEPS, returns=("Z", "dLdW"), watch=("A",))
    played = stage.play(text, Run(script=script, inputs={"W": W, "A": X}), limits=limits)
    assert played.load.error is None, played.load
    return played.replies[0]


def array(reply: Reply, name: str) -> Array:
    value = reply.values[name]
    assert isinstance(value, np.ndarray), value
    return value


def layer(parameters: str, body: str) -> str:
    return (
        f"class Layer:\n    def __init__(self, size, {parameters}):\n        {body}\n"
        "    def forward(self, A):\n        self.dLdW = self.W * 2\n        return A * self.W * self.s\n"
    )


TAKEN = {
    "stride, padding=0, weight_init_fn=None": (2, {"stride", "padding", "weight_init_fn"}),
    "stride, weight_init_fn=None": (2, {"stride", "weight_init_fn"}),
    "s, p=0, w=None": (2, {"s", "p", "w"}),
    "step, init=None": (2, {"step", "init"}),
    "stride, pad, init": (2, {"stride", "pad", "init"}),
    "stride, dilation=1, groups=1": (2, {"stride"}),
    "stride, *, weight_init_fn, padding=0": (2, {"stride", "padding", "weight_init_fn"}),
    "**named": (2, {"stride", "padding", "weight_init_fn"}),
}


@pytest.mark.parametrize("parameters", TAKEN)
def test_a_constructor_gets_what_it_takes(stage: Stage, parameters: str) -> None:
    stride, names = TAKEN[parameters]
    first = parameters.split(",")[0].strip()
    body = "self.s, self.W = named['stride'], 0" if "**" in parameters else f"self.s, self.W = {first}, 0"
    reply = asked(stage, layer(parameters, body))
    assert reply.ending is Ending.RETURNED, reply
    assert {pair.partition("=")[0] for pair in reply.found[0]} == names
    assert np.array_equal(array(reply, "Z"), X * W * stride)
    assert np.array_equal(array(reply, "dLdW"), 2 * W)


def test_weights_that_were_asked_for_are_left_alone(one: Stage) -> None:
    """Else a class that keeps them in another form would be broken by the grader."""
    text = layer("stride, padding=0, weight_init_fn=None", "self.s, self.W = stride, -weight_init_fn(1, 2)")
    reply = asked(one, text)
    assert np.array_equal(array(reply, "Z"), -X * W * 2)
    assert 1 not in reply.found


INNER = """
class Inner:
    def __init__(self):
        self.weight = None
        self.dLdW = 0 * {start}

class Middle:
    def __init__(self):
        self.inner = Inner()

class Layer:
    dLdW = None
    def __init__(self, size, stride):
        self.middle, self.me = Middle(), self
    def forward(self, A):
        self.middle.inner.dLdW = self.middle.inner.weight + 1
        return A
"""


def test_what_sits_two_levels_down_is_found_once(stage: Stage) -> None:
    reply = asked(stage, INNER.format(start=1))
    assert reply.found[1] == ("middle.inner.weight",)
    assert reply.found[3] == ("middle.inner.dLdW",)
    assert np.array_equal(array(reply, "dLdW"), W + 1)


def test_what_is_nothing_but_zeros_comes_last(one: Stage) -> None:
    text = INNER.format(start=1).replace("    dLdW = None\n", "    dLdW = 0.0\n")
    assert asked(one, text).found[3] == ("middle.inner.dLdW",)


def test_what_is_nowhere_is_none(one: Stage) -> None:
    reply = asked(one, "class Layer:\n    def __init__(self, size): pass\n    def forward(self, A): return A")
    assert reply.ending is Ending.RETURNED
    assert getattr(reply.values["dLdW"], "kind", "") == "None"
    assert reply.found[3] == ()


def test_a_layer_without_forward_is_called(stage: Stage) -> None:
    reply = asked(
        stage, "class Layer:\n    def __init__(self, size): pass\n    def __call__(self, A): return A"
    )
    assert reply.found[2] == ("__call__",)
    assert np.array_equal(array(reply, "Z"), X)


HOSTILE = {
    "a __getattr__ that has everything": "def __getattr__(self, name): return lambda *a: [1.0, 2.0]",
    "a __dict__ that is none": "__dict__ = property(lambda self: 5)",
    "a __dict__ that raises": "__dict__ = property(lambda self: 1 / 0)",
    "slots": "__slots__ = ('W', 's')",
    "a property that raises": "dLdW = property(lambda self: 1 / 0)",
    "a property that exits": "dLdW = property(lambda self: exit())",
    "a __class__ of another": "__class__ = property(lambda self: int)",
    "a __setattr__ that raises": "def __setattr__(self, name, value): raise KeyError(name)",
    "a name that is none": (
        "def __init__(self, size=0):\n"
        "        self.__dict__.update({'W': 1, 'a b; import os': Layer(), 5: 1} if size else {'W': 2})"
    ),
    "a signature that raises": "__signature__ = property(lambda self: 1 / 0)",
    "a signature that lies": "__signature__ = 5",
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_tricks_harm_their_own_submission_alone(stage: Stage, trick: str) -> None:
    body = HOSTILE[trick]
    init = "" if "__init__" in body else "    def __init__(self, size, **more): pass\n"
    text = f"class Layer:\n    {body}\n{init}    def forward(self, A): return A"
    reply = asked(stage, text)
    assert reply.ending in (Ending.RETURNED, Ending.RAISED), reply
    for names in reply.found.values():
        assert all(part.isidentifier() for name in names for part in name.replace("=", ".").split("."))


def test_an_object_that_holds_ever_more_is_given_up(one: Stage) -> None:
    text = (
        "class Layer:\n    def __init__(self, size=0):\n"
        "        if size is not None: self.__dict__.update({f'x{i}': Layer(None) for i in range(10**4)})\n"
        "    def forward(self, A): return A"
    )
    assert asked(one, text, limits=Limits(seconds=5)).ending is Ending.RETURNED
