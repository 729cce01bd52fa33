"""The steps of a case as Python: the call as a student would write it, and a snippet that reproduces it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from grader.steps import Array, Attribute, Call, Constant, Input, Item, Let, Saved, Script, Step, Value

__all__ = ["call_text", "repro"]


def call_text(script: Script) -> str:
    """The graded call, hyperparameters written out: ``conv_forward(x, w, b, {'stride': 2})``.

    Where it takes what another call returned, that call follows: ``conv_backward(dout, cache) after
    out, cache = conv_forward(x, w, b, {'stride': 2})``.
    """
    known = {step.save: step.value for step in script.steps if isinstance(step, Let)}
    *before, last = [step for step in script.steps if isinstance(step, Call)]
    text = _call(last, known)
    for step in before:
        text += f" after {', '.join(step.save)} = {_call(step, known)}"
    return text


def _call(step: Call, known: Mapping[str, Value]) -> str:
    args = [_value(value, known) for value in step.args]
    args += [f"{name}={_value(value, known)}" for name, value in step.kwargs.items()]
    return f"{step.function}({', '.join(args)})"


def _value(value: Value, known: Mapping[str, Value]) -> str:
    match value:
        case Input(name):
            return name
        case Saved(name):
            return _value(known[name], known) if name in known else name
        case Constant(name):
            return f"lambda *shape: {name}.copy()"
        case tuple():
            parts = ", ".join(_value(part, known) for part in value)
            return f"({parts},)" if len(value) == 1 else f"({parts})"
        case Mapping():
            return "{" + ", ".join(f"{key!r}: {_value(part, known)}" for key, part in value.items()) + "}"
        case _:
            return repr(value)


def _step(step: Step) -> str:
    match step:
        case Let(save, value):
            return f"{save} = {_value(value, {})}"
        case Call():
            return f"{', '.join(step.save)} = {_call(step, {})}"
        case Item(save, of, key):
            return f"{save} = {of}[{key!r}]"
        case Attribute(save, of, name):
            return f"{save} = {of}.{name}"


def repro(
    script: Script,
    inputs: Mapping[str, Array],
    expected: Mapping[str, Array],
    *,
    module: str,
    functions: tuple[str, ...],
) -> str:
    """A snippet that runs beside the student's file and ends in asserts on the expected values.

    Args:
        module: to import `functions` from; empty for a notebook, where they are defined already.
    """
    lines = ["import numpy as np"]
    if module:
        lines.append(f"from {module} import {', '.join(functions)}")
    needed = {name for step in script.steps for value in _values(step) for name in _arrays_in(value)}
    lines += ["", *(f"{name} = {_array(inputs[name])}" for name in inputs if name in needed)]
    lines += [*map(_step, script.steps), ""]
    close = "1e-4" if any(array.dtype == np.float32 for array in inputs.values()) else "1e-9"
    for name, value in expected.items():
        lines.append(f"expected = {_array(value)}")
        if value.ndim:  # a single number may have any type, and none has a shape to speak of
            lines.append(f"assert {name}.shape == expected.shape, {name}.shape")
        lines.append(f"assert np.allclose({name}, expected, rtol={close}, atol={close}), {name}")
    return "\n".join(lines)


def _values(step: Step) -> tuple[Value, ...]:
    match step:
        case Let():
            return (step.value,)
        case Call():
            return (*step.args, *step.kwargs.values())
        case _:
            return ()


def _arrays_in(value: Value) -> set[str]:
    """Names of the case's arrays that a value needs."""
    match value:
        case Input(name) | Constant(name):
            return {name}
        case tuple():
            return {name for part in value for name in _arrays_in(part)}
        case Mapping():
            return {name for part in value.values() for name in _arrays_in(part)}
        case _:
            return set()


def _array(array: Array) -> str:
    """An array as an expression; exact, since Python prints the shortest text that reads back the same."""
    plain = array.dtype in (np.float64, np.bool_)  # what Python's own numbers and truth values become
    dtype = "" if plain else f", dtype=np.{array.dtype}"
    if array.size == 0:
        return f"np.zeros({array.shape}{dtype})"
    return f"np.array({array.tolist()}{dtype})"
