"""A spelling written as Python: the lines that a student would write to call the function.

    spell("out = function(x, w, b, stride, pad)")
    spell("Z, _ = function(A_prev, W, b, {'stride': stride, 'pad': pad})", names=..., images="NHWC")
    spell('''
        out, cache = forward(x, w, b, {'stride': stride, 'pad': pad})
        dx, dw, db = function(dout, cache)
    ''')

The lines are read, never run: each becomes one of the four words of `grader.steps`.

- ``function`` is the exercise's function or class; ``forward`` the forward function that goes with it. Any
  other name that is called is a function of the submission's, or something that a line before has saved.
- An argument is one of the operation's arrays or hyperparameters by its name, something saved, a number, a
  text, a tuple or a dict of these, or any expression of them, such as ``w.shape[0]`` or ``window[0]``.
  ``constant(w)`` is a function of any arguments that returns a copy of w, for initialisers.
- Results are what the last call and the lines after it save; ``_`` and names that begin with it are none.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.conventions.spelling import Inputs, Spelling, Way, forward_of
from grader.errors import did_you_mean
from grader.model import Case
from grader.steps import Array, Attribute, Call, Constant, Input, Item, Let, Saved, Step, Value

__all__ = ["spell"]

FUNCTION, FORWARD, CONSTANT = "function", "forward", "constant"

IMAGES = frozenset({"x", "out", "dout", "dx"})
FILTERS = frozenset({"w", "dw"})
PER_FILTER = frozenset({"b", "db", "gamma", "beta", "dgamma", "dbeta"})

INPUTS = frozenset({"x", "w", "b", "dout", "gamma", "beta", "running_mean", "running_var"})
"""Canonical names of arrays that go in."""

BUILTINS = {"len": len, "int": int, "float": float, "max": max, "min": min, "tuple": tuple}

Names = Mapping[str, str]
NOTHING: Mapping[str, Any] = MappingProxyType({})


def spell(
    text: str,
    *,
    names: Names = NOTHING,
    defaults: Mapping[str, Any] = NOTHING,
    images: str = "NCHW",
    filters: str = "FCHW",
    bias: str = "F",
    loose: tuple[str, ...] = (),
) -> Spelling:
    """Spell an operation as the lines that call it.

    Args:
        text: the lines, see above.
        names: the course's names of arrays and results, where they are not the canonical ones:
            ``{"A_prev": "x", "Z": "out"}``.
        defaults: hyperparameters that a call leaves out at its end, where they have these values.
        images: order of the axes of images and of their gradients: ``"NHWC"``.
        filters: order of the axes of filters and of their gradients, F for filters: ``"HWCF"``.
        bias: axes of what there is one of for each filter or channel, 1 for an axis of length 1: ``"111F"``.
        loose: results whose axes of length 1 may be left out or added.

    Raises:
        ValueError: the text cannot be read, an order of axes is none, or what is loose is no result.
    """
    layout = _Layout(
        images=_order(images, "NCHW", "images"),
        filters=_order(filters, "FCHW", "filters"),
        bias=_order(bias, "F", "bias"),
    )
    wording = _Wording(lines=_read(text), names=dict(names), defaults=dict(defaults), layout=layout)
    known = (*wording.results, *names, *sorted(IMAGES | FILTERS | PER_FILTER))
    if unknown := [name for name in loose if name not in known]:
        raise ValueError(f"loose: {unknown[0]!r} is no result; there are {', '.join(wording.results)}")
    return wording.spelling(frozenset(loose))


# --- axes ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Order:
    """How axes are put into another order; `shape` has a 1 for each new axis, None for an old one."""

    axes: tuple[int, ...]
    shape: tuple[int | None, ...]

    def apply(self, array: Array) -> Array:
        """Move the axes; an array with another number of them stays as it is."""
        if array.ndim != len(self.axes):
            return array
        moved = array.transpose(self.axes)
        sides = iter(moved.shape)
        return moved.reshape([next(sides) if side is None else side for side in self.shape])


def _order(given: str, canonical: str, argument: str) -> _Order:
    letters = given.replace("1", "")
    if sorted(letters) != sorted(canonical):
        raise ValueError(
            f"{argument}={given!r} should have each of the letters {', '.join(canonical)} once, "
            "in any order, and 1 for an axis of length 1"
        )
    return _Order(
        tuple(canonical.index(letter) for letter in letters),
        tuple(1 if letter == "1" else None for letter in given),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How a course's arrays lie."""

    images: _Order
    filters: _Order
    bias: _Order

    def apply(self, name: str, array: Array) -> Array:
        """Lay out an array, told by its canonical name."""
        for kind, order in ((IMAGES, self.images), (FILTERS, self.filters), (PER_FILTER, self.bias)):
            if name in kind:
                return order.apply(array)
        return array


# --- lines -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """``saves = value``, with its text for messages."""

    saves: tuple[str, ...]
    value: ast.expr
    text: str

    @property
    def call(self) -> ast.Call | None:
        """The call that it makes, if it makes one."""
        return self.value if isinstance(self.value, ast.Call) else None


def _read(text: str) -> tuple[_Line, ...]:
    source = textwrap.dedent(text).strip()
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"{_shown(error.text or source)} is not Python: {error.msg}") from None
    lines = tuple(_line(statement, source) for statement in tree.body)
    if not any(line.call for line in lines):
        raise ValueError(f"{_shown(source)} calls nothing; write 'out = function(x, w, b)' or the like")
    return lines


def _line(statement: ast.stmt, source: str) -> _Line:
    text = ast.get_source_segment(source, statement) or source
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return _Line((name,), value, text)
        case ast.Assign(targets=[ast.Tuple(elts=elements)], value=ast.Call() as value):
            if all(isinstance(element, ast.Name) for element in elements):
                return _Line(tuple(e.id for e in elements if isinstance(e, ast.Name)), value, text)
    raise ValueError(f"{_shown(text)} should be 'name = ...', or 'name, name = ...' of a call")


def _shown(text: str) -> str:
    return repr(" ".join(text.split()))


# --- from lines to steps -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Wording:
    """The lines of one spelling, and what their names mean."""

    lines: tuple[_Line, ...]
    names: Names
    defaults: Mapping[str, Any]
    layout: _Layout

    def spelling(self, loose: frozenset[str]) -> Spelling:
        """The spelling that they make."""
        forward = any(_called(line) == FORWARD for line in self.lines)
        return Spelling(
            ways=(Way(steps=self.steps, inputs=self.inputs),),
            results={self._canonical(name): name for name in self.results},
            layout=lambda name, array: self.layout.apply(self._canonical(name), array),
            watch=tuple(self._watched()),
            loose=loose,
            names={canonical: name for name, canonical in self.names.items()},
            forward=forward_of if forward else None,
        )

    def _canonical(self, name: str) -> str:
        return self.names.get(name, name)

    @property
    def _last(self) -> int:
        """Where the last call is."""
        return max(place for place, line in enumerate(self.lines) if line.call)

    @property
    def results(self) -> Iterator[str]:
        """What the last call and the lines after it save, under the course's names."""
        for line in self.lines[self._last :]:
            yield from (name for name in line.saves if not name.startswith("_"))

    def _watched(self) -> Iterator[str]:
        """Arrays that the last call takes."""
        call = self.lines[self._last].call
        assert call is not None
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            for node in ast.walk(argument):
                if isinstance(node, ast.Name) and self._canonical(node.id) in INPUTS:
                    yield node.id

    def inputs(self, case: Case) -> Inputs:
        """The case's arrays under the course's names and in its layout."""
        called = {canonical: name for name, canonical in self.names.items()}
        return {called.get(name, name): self.layout.apply(name, array) for name, array in case.arrays.items()}

    def steps(self, case: Case, function: str) -> tuple[Step, ...]:
        """The lines for one case.

        Raises:
            ValueError: a line takes what is not there.
        """
        known = _Known(inputs=self.inputs(case), params=case.params, defaults=self.defaults)
        definition = function.partition(".")[0]
        called = {FUNCTION: definition, FORWARD: forward_of(definition)}
        steps = []
        for line in self.lines:
            try:
                steps.append(known.step(line, called))
            except ValueError as error:
                raise ValueError(f"{_shown(line.text)}: {error}") from None
            known.saved.update(line.saves)
        return tuple(steps)


def _called(line: _Line) -> str:
    """The name that a line calls, dots and all; "" if it calls none."""
    return ast.unparse(line.call.func) if line.call else ""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What a line may name."""

    inputs: Inputs
    params: Mapping[str, Any]
    defaults: Mapping[str, Any]
    saved: set[str] = field(default_factory=set)

    def step(self, line: _Line, called: Names) -> Step:
        """One line as one of the four words."""
        match line.value:
            case ast.Call(func=func):
                return self._call(line, self._function(func, called))
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key)) if name in self.saved:
                return Item(line.saves[0], name, key)  # type: ignore[arg-type] # a number or a text, as in Python
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in self.saved:
                return Attribute(line.saves[0], name, attribute)
            case value:
                return Let(line.saves[0], self.value(value))

    def _function(self, func: ast.expr, called: Names) -> str:
        text = ast.unparse(func)
        head, dot, rest = text.partition(".")
        if not all(part.isidentifier() for part in text.split(".")):
            raise ValueError(f"{text!r} is no name that could be called")
        if head in self.saved:
            return f"{head}{dot}{rest}" if dot else f"{head}.__call__"
        return f"{called.get(head, head)}{dot}{rest}"

    def _call(self, line: _Line, function: str) -> Call:
        assert line.call is not None
        if any(keyword.arg is None for keyword in line.call.keywords):
            raise ValueError("write arguments out, without **")
        args = list(line.call.args)
        while args and self._is_default(args[-1]):
            args.pop()
        keywords = {
            keyword.arg: self.value(keyword.value)
            for keyword in line.call.keywords
            if keyword.arg is not None and not self._is_default(keyword.value)
        }
        return Call(line.saves, function, tuple(map(self.value, args)), keywords)

    def _is_default(self, argument: ast.expr) -> bool:
        name = argument.id if isinstance(argument, ast.Name) else ""
        return name in self.defaults and self.params.get(name) == self.defaults[name]

    def value(self, node: ast.expr) -> Value:
        """An argument, or what a name is let be."""
        match node:
            case ast.Name(id=name):
                return self._named(name)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return tuple(map(self.value, elements))
            case ast.Dict(keys=keys, values=values):
                return {_key(key): self.value(value) for key, value in zip(keys, values, strict=True)}
            case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name)]) if (
                called == CONSTANT and name in self.inputs
            ):
                return Constant(name)
            case _:
                return self._evaluated(node)

    def _named(self, name: str) -> Value:
        if name in self.saved:
            return Saved(name)
        if name in self.inputs:
            return Input(name)
        if name in self.params:
            return _plain(self.params[name])
        raise ValueError(self._unknown(name))

    def _evaluated(self, node: ast.expr) -> Value:
        there = {**self.params, **self.inputs}
        if saved := [
            part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id in self.saved
        ]:
            raise ValueError(
                f"{ast.unparse(node)} computes with {saved[0]!r}, which only the student's process has: "
                f"take one item or attribute of it a line, as in 'item = {saved[0]}[0]', or give it to a call"
            )
        try:
            found = eval(ast.unparse(node), {"__builtins__": BUILTINS}, there)
        except NameError as error:
            raise ValueError(self._unknown(error.name or "")) from None
        except Exception as error:
            raise ValueError(f"{ast.unparse(node)} raises {type(error).__name__}: {error}") from None
        if isinstance(found, np.ndarray):
            raise ValueError(f"{ast.unparse(node)} is an array; only whole arrays go in, by their names")
        return _plain(found)

    def _unknown(self, name: str) -> str:
        known = [*self.inputs, *self.params, *self.saved]
        return f"there is no {name!r} here{did_you_mean(name, known)} There are {', '.join(known)}."


def _key(key: ast.expr | None) -> str:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value
    raise ValueError(f"a dict's keys should be texts in quotes, not {ast.unparse(key) if key else '**'}")


def _plain(value: Any) -> Value:
    """A value of Python's own types, as steps have them."""
    match value:
        case np.generic():
            return _plain(value.item())
        case tuple() | list():
            return tuple(map(_plain, value))
        case None | bool() | int() | float() | str():
            return value
    raise ValueError(f"a {type(value).__name__} cannot be given to a student's function")
