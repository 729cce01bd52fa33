"""Where a cell of a result comes from: the cells of the inputs under its window, if they can be told.

An example holds the call as text and the arrays. What the text does not say, and what does not fit the
arrays' shapes, is not guessed: then there is no origin.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.model import Example
from grader.reports.grid import array_shape

__all__ = ["NO_WINDOW", "Origin", "Source", "hyperparameters", "origin_of"]

Shape = tuple[int, ...]
Pair = tuple[int, int]

NO_WINDOW = ""
"""The text where no window holds a cell, as happens between windows and beside the last one."""

_LONGEST_CALL = 5_000  # characters
_LARGEST = 1_000  # pixels: a larger stride, padding or window is not drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The part that one input has in a cell of a result.

    Attributes:
        name: the input's, as in the example.
        planes: indices of the images, or of the single numbers, that are read, in order.
        kind: what several of them are called: channels, filters or images.
        rows: which are read, counted in the padded image; nothing where all that is drawn is read.
        columns: as `rows`.
        pad: zeros around the image, (above and below, left and right).
    """

    name: str
    planes: tuple[Shape, ...]
    kind: str = "channels"
    rows: range = range(0)
    columns: range = range(0)
    pad: Pair = (0, 0)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a cell of a result is made of.

    Attributes:
        text: what is outlined in the sources, to follow "the first wrong cell and"; `NO_WINDOW` if nothing.
    """

    sources: tuple[Source, ...]
    text: str


def origin_of(op: str, example: Example, name: str, shape: Shape, cell: Shape) -> Origin | None:
    """Say which cells of the inputs a cell of a result is made of; None if that cannot be told.

    Args:
        op: the operation's name.
        example: the case.
        name: of the result, or "" where it is the only one.
        shape: that the result should have.
        cell: index into the result, of the cell that is asked for.
    """
    find = _FINDERS.get(op)
    inputs = {_ours(key): key for key in example.inputs}
    shapes = {low: array_shape(example.inputs[key]) for low, key in inputs.items()}
    known = {low: found for low, found in shapes.items() if found and 0 not in found}
    if (
        find is None
        or len(cell) != len(shape)
        or not all(0 <= i < n for i, n in zip(cell, shape, strict=True))
    ):
        return None
    question = _Question(inputs, known, hyperparameters(example.call), _ours(name), shape, cell)
    return find(question)


_COURSES = {
    **{"a": "x", "dldz": "dout", "dlda": "dx", "dldw": "dw", "dldb": "db"},
    **{"a_prev": "x", "dz": "dout", "da": "dout", "da_prev": "dx"},
}
"""Courses' names of arrays for which there are others here. Their axes are in canonical order by now."""


def _ours(name: str) -> str:
    return _COURSES.get(name.casefold(), name.casefold())


@dataclass(frozen=True, slots=True)
class _Question:
    """An `origin_of` with the example taken apart; inputs by our names, in lower case."""

    names: Mapping[str, str]
    shapes: Mapping[str, Shape]
    params: Mapping[str, Pair]
    result: str
    shape: Shape
    cell: Shape

    def images(self, name: str) -> Shape:
        """Shape of an input that has four axes; () if there is no such input."""
        shape = self.shapes.get(name, ())
        return shape if len(shape) == 4 else ()


# --- hyperparameters -------------------------------------------------------------------------------

_SPELLINGS = {
    "stride": "stride",
    "strides": "stride",
    "pad": "pad",
    "padding": "pad",
    "window": "window",
    "kernel_size": "window",
    "pool_size": "window",
    "kernel": "window",
    "pool_height": "height",
    "pool_width": "width",
    "f": "window",
}


_DENSE = re.compile(r"= \w+_stride1\(")
"""A class that has neither stride nor padding."""


def hyperparameters(call: str) -> Mapping[str, Pair]:
    """Read stride, pad and window out of a call's keywords and dicts, each as (vertical, horizontal).

    One that is said twice, and differently, is left out.

    >>> hyperparameters("f(x, {'pool_height': 1, 'pool_width': 2, 'stride': 3})")
    {'stride': (3, 3), 'window': (1, 2)}
    """
    said: dict[str, set[Pair]] = {}
    for key, value in _settings(call):
        pair = _pair(value)
        if key in _SPELLINGS and pair:
            said.setdefault(_SPELLINGS[key], set()).add(pair)
    found = {name: pairs.pop() for name, pairs in said.items() if len(pairs) == 1}
    if _DENSE.search(call[:_LONGEST_CALL]):
        found = {"stride": (1, 1), "pad": (0, 0)} | found
    height, width = found.pop("height", None), found.pop("width", None)
    if height and width and "window" not in said:
        found["window"] = (height[0], width[1])
    return {name: pair for name, pair in found.items() if name == "pad" or min(pair) > 0}


def _settings(call: str) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of all keywords and dict entries that are written as literals."""
    for part in call[:_LONGEST_CALL].split(" after "):
        try:
            nodes = list(ast.walk(ast.parse(part.strip())))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in nodes:
            for key, value in _entries(node):
                try:
                    yield key, ast.literal_eval(value)
                except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                    continue


def _entries(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Call):
        yield from ((word.arg, word.value) for word in node.keywords if word.arg)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def _pair(value: Any) -> Pair | None:
    """A number for both axes, or one for each."""
    pair = value if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2 or not all(type(side) is int and 0 <= side <= _LARGEST for side in pair):
        return None
    return pair[0], pair[1]


# --- windows ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Windows:
    """How windows lie on an image; all pairs are (vertical, horizontal)."""

    size: Pair
    stride: Pair
    pad: Pair
    image: Pair
    positions: Pair

    def at(self, position: Shape) -> tuple[range, range]:
        """Rows and columns of the padded image under the window of one position."""
        rows, columns = (
            range(p * s, p * s + k) for p, s, k in zip(position, self.stride, self.size, strict=True)
        )
        return rows, columns

    def over(self, pixel: Shape) -> tuple[range, range]:
        """Positions whose windows hold one pixel; of the image without its padding."""
        rows, columns = (
            range(max(0, -(-(i + p - k + 1) // s)), min(n, (i + p) // s + 1))
            for i, p, k, s, n in zip(pixel, self.pad, self.size, self.stride, self.positions, strict=True)
        )
        return rows, columns

    def under(self, positions: tuple[range, range]) -> tuple[range, range]:
        """The smallest rectangle of the padded image that holds the windows of several positions."""
        if not all(positions):
            return range(0), range(0)
        first = self.at(tuple(each[0] for each in positions))
        last = self.at(tuple(each[-1] for each in positions))
        return range(first[0].start, last[0].stop), range(first[1].start, last[1].stop)

    def tap(self, offset: Shape) -> tuple[range, range]:
        """The pixels of the padded image that lie at one offset of some window."""
        rows, columns = (
            range(o, o + n * s, s) for o, n, s in zip(offset, self.positions, self.stride, strict=True)
        )
        return rows, columns


def _windows(size: Pair | None, params: Mapping[str, Pair], image: Shape, out: Shape) -> _Windows | None:
    """The windows, if everything is known and fits together."""
    stride, pad = params.get("stride"), params.get("pad")
    if size is None or stride is None or pad is None or len(image) != 4 or len(out) != 4:
        return None
    padded = [side + 2 * p for side, p in zip(image[2:], pad, strict=True)]
    positions = [(side - k) // s + 1 for side, k, s in zip(padded, size, stride, strict=True)]
    if any(k > side for k, side in zip(size, padded, strict=True)) or tuple(positions) != out[2:]:
        return None
    return _Windows(size, stride, pad, (image[2], image[3]), (out[2], out[3]))


# --- convolution -----------------------------------------------------------------------------------


def _conv(question: _Question, out: Shape) -> _Windows | None:
    """The windows of a convolution whose result has the shape `out`."""
    x, w = question.images("x"), question.images("w")
    if not (x and w and len(out) == 4 and x[1] == w[1] and out[:2] == (x[0], w[0])):
        return None
    return _windows((w[2], w[3]), question.params, x, out)


def _conv2d(question: _Question) -> Origin | None:
    windows = _conv(question, question.shape)
    if windows is None:
        return None
    n, f, *position = question.cell
    rows, columns = windows.at(tuple(position))
    channels = range(question.images("x")[1])
    x = Source(
        name=question.names["x"],
        planes=tuple((n, c) for c in channels),
        rows=rows,
        columns=columns,
        pad=windows.pad,
    )
    w = Source(name=question.names["w"], planes=tuple((f, c) for c in channels))
    biased = question.shapes.get("b") == (question.shape[1],)
    b = (Source(name=question.names["b"], planes=((f,),)),) if biased else ()
    return Origin((x, w, *b), f"the window of {x.name} that it comes from")


def _conv2d_backward(question: _Question) -> Origin | None:
    windows = _conv(question, question.images("dout"))
    of = _gradient_of(question, "x", "w", "b")
    if windows is None or not of or (of == "b" and question.shape != question.images("w")[:1]):
        return None
    return _CONV_GRADIENTS[of](question, windows)


def _gradient_of(question: _Question, *candidates: str) -> str:
    """The input that a result is the gradient of, by its name or else by its shape; "" if unclear."""
    fitting = [name for name in candidates if question.shapes.get(name) == question.shape]
    named = [name for name in fitting if question.result == f"d{name}"]
    return (named or fitting)[0] if len(named or fitting) == 1 else ""


def _dx(question: _Question, windows: _Windows) -> Origin:
    n, c, *pixel = question.cell
    rows, columns = windows.over(tuple(pixel))
    filters = range(question.images("w")[0])
    dout = Source(
        name=question.names["dout"],
        planes=tuple((n, f) for f in filters),
        kind="filters",
        rows=rows,
        columns=columns,
    )
    w = Source(name=question.names["w"], planes=tuple((f, c) for f in filters), kind="filters")
    return Origin((dout, w), _holding(dout))


def _holding(dout: Source) -> str:
    if not (dout.rows and dout.columns):
        return NO_WINDOW
    one = len(dout.rows) == len(dout.columns) == 1
    cells, hold = ("cell", "window holds") if one else ("cells", "windows hold")
    return f"the {cells} of {dout.name} whose {hold} it"


def _dw(question: _Question, windows: _Windows) -> Origin:
    f, c, *offset = question.cell
    rows, columns = windows.tap(tuple(offset))
    images = range(question.images("x")[0])
    x = Source(
        name=question.names["x"],
        planes=tuple((n, c) for n in images),
        kind="images",
        rows=rows,
        columns=columns,
        pad=windows.pad,
    )
    dout = Source(name=question.names["dout"], planes=tuple((n, f) for n in images), kind="images")
    return Origin((x, dout), f"the cells of {x.name} that this weight meets")


def _db(question: _Question, windows: _Windows) -> Origin:
    (f,) = question.cell
    images = range(question.images("x")[0])
    dout = Source(
        name=question.names["dout"],
        planes=tuple((n, f) for n in images),
        kind="images",
        rows=range(windows.positions[0]),
        columns=range(windows.positions[1]),
    )
    return Origin((dout,), f"the cells of {dout.name} that it sums")


_CONV_GRADIENTS = {"x": _dx, "w": _dw, "b": _db}


# --- pooling ---------------------------------------------------------------------------------------


def _pool(question: _Question, image: Shape, out: Shape) -> _Windows | None:
    """The windows of a pooling, which has no padding unless it says so; then it is not zeros."""
    params = {"pad": (0, 0), **question.params}
    if params["pad"] != (0, 0) or image[:2] != out[:2]:
        return None
    return _windows(params.get("window"), params, image, out)


def _pool2d(question: _Question) -> Origin | None:
    windows = _pool(question, question.images("x"), question.shape)
    if windows is None:
        return None
    n, c, *position = question.cell
    rows, columns = windows.at(tuple(position))
    x = Source(name=question.names["x"], planes=((n, c),), rows=rows, columns=columns)
    return Origin((x,), f"the window of {x.name} that it comes from")


def _pool2d_backward(question: _Question) -> Origin | None:
    windows = _pool(question, question.shape, question.images("dout"))
    if windows is None:
        return None
    n, c, *pixel = question.cell
    positions = windows.over(tuple(pixel))
    dout = Source(name=question.names["dout"], planes=((n, c),), rows=positions[0], columns=positions[1])
    if question.images("x") != question.shape:
        return Origin((dout,), _holding(dout))
    rows, columns = windows.under(positions)
    x = Source(name=question.names["x"], planes=((n, c),), rows=rows, columns=columns)
    one = len(dout.rows) == len(dout.columns) == 1
    what = "window that holds it" if one else "windows that hold it"
    text = f"the {what}, in {x.name} and as {'a cell' if one else 'cells'} of {dout.name}"
    return Origin((x, dout), text if dout.rows and dout.columns else NO_WINDOW)


_FINDERS: Mapping[str, Callable[[_Question], Origin | None]] = {
    "conv2d": _conv2d,
    "conv2d_backward": _conv2d_backward,
    "max_pool2d": _pool2d,
    "max_pool2d_backward": _pool2d_backward,
    "avg_pool2d": _pool2d,
    "avg_pool2d_backward": _pool2d_backward,
    "pool2d": _pool2d,
    "pool2d_backward": _pool2d_backward,
}
