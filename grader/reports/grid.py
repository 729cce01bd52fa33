"""Arrays of an example as aligned numbers, with a star where they differ from what was expected."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.reports.safe import one_line, printable

__all__ = ["Cell", "Line", "array_shape", "differing", "flat", "grid", "named_values", "plain"]

_DIGITS = (4, 6, 9, 12, 17)  # significant digits; the fewest that tell all the differing numbers apart
_NOISE = 1e-9  # relative; what rounding alone explains gets no star beside a larger difference


@dataclass(frozen=True, slots=True)
class Cell:
    """Some text of a line; `differs` where it is a number that is not as expected."""

    text: str
    differs: bool = False


Line = tuple[Cell, ...]


def named_values(value: Any) -> tuple[tuple[str, Any], ...]:
    """Split a mapping that holds arrays into its named parts; anything else is one part without a name."""
    if isinstance(value, Mapping) and any(array_shape(part) for part in value.values()):
        return tuple((str(name), part) for name, part in value.items())
    return (("", value),)


def array_shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of nested lists, or None for anything else, ragged lists among it.

    Lists end at the first empty one: ``[[], []]`` has shape (2, 0).
    """
    if not isinstance(value, list | tuple):
        return None
    shapes = {array_shape(item) if isinstance(item, list | tuple) else () for item in value}
    if len(shapes) > 1 or None in shapes:
        return None
    return (len(value), *(shapes.pop() or () if shapes else ()))


def grid(value: Any, against: Any = None) -> tuple[Line, ...]:
    """Lay out a value as lines of cells: numbers right-aligned, one block for each image plane.

    Args:
        value: nested lists, a number, or text.
        against: what was expected; where it has the same shape, cells that differ are starred.
    """
    shape = array_shape(value)
    if shape is None:
        return tuple((Cell(line),) for line in _text(value, against))
    if 0 in shape:
        return ((Cell("(no values)"),),)
    cells = _cells(value, against if array_shape(against) == shape else None)
    return tuple(_blocks(cells, shape))


def plain(lines: tuple[Line, ...]) -> str:
    """Join lines into text."""
    return "\n".join("".join(cell.text for cell in line).rstrip() for line in lines)


def _text(value: Any, against: Any) -> list[str]:
    if isinstance(value, bool | int | float):
        digits = _digits([value], [against]) if _is_number(against) else _DIGITS[1]
        return [_number(value, digits)]
    if isinstance(value, str):
        return printable(value).splitlines() or [""]
    return [one_line(str(value), 2000)]


def _cells(value: Any, against: Any) -> list[Cell]:
    got = list(flat(value))
    expected = list(flat(against)) if against is not None else got
    wrong = differing(got, expected)
    digits = _digits(
        [a for a, bad in zip(got, wrong, strict=True) if bad],
        [b for b, bad in zip(expected, wrong, strict=True) if bad],
    )
    texts = [_number(item, digits) + ("*" if bad else " ") for item, bad in zip(got, wrong, strict=True)]
    width = max(map(len, texts))
    return [Cell(text.rjust(width), bad) for text, bad in zip(texts, wrong, strict=True)]


def flat(value: Any) -> Iterator[Any]:
    """Yield the items of nested lists in row-major order."""
    if not isinstance(value, list | tuple):
        yield value
        return
    for item in value:
        yield from flat(item)


def differing(got: list[Any], expected: list[Any]) -> list[bool]:
    """Mark what is clearly different; only where nothing is, what is different in the last digits."""
    clear = [not _close(a, b) for a, b in zip(got, expected, strict=True)]
    return clear if any(clear) else [not _same(a, b) for a, b in zip(got, expected, strict=True)]


def _same(got: Any, expected: Any) -> bool:
    both_nan = got != got and expected != expected
    return both_nan or bool(got == expected)


def _close(got: Any, expected: Any) -> bool:
    if _is_number(got) and _is_number(expected):
        return _same(got, expected) or math.isclose(got, expected, rel_tol=_NOISE, abs_tol=_NOISE)
    return _same(got, expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _digits(got: list[Any], expected: list[Any]) -> int:
    """Choose how many digits show that each number differs from the one it is compared with."""
    for digits in _DIGITS[:-1]:
        if all(_number(a, digits) != _number(b, digits) for a, b in zip(got, expected, strict=True)):
            return digits
    return _DIGITS[-1]


def _number(value: Any, digits: int) -> str:
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return one_line(str(value), 60)


def _blocks(cells: list[Cell], shape: tuple[int, ...]) -> Iterator[Line]:
    """Yield rows of the last axis; before each plane of an array with several, say which it is."""
    columns, rows = shape[-1], shape[-2] if len(shape) > 1 else 1
    planes = len(cells) // (rows * columns)
    for plane in range(planes):
        if planes > 1:
            yield (Cell(_plane_name(plane, shape[:-2])),)
        for row in range(rows):
            start = (plane * rows + row) * columns
            yield _spaced(cells[start : start + columns])


def _spaced(cells: list[Cell]) -> Line:
    """Put blanks between numbers, as cells of their own so that a mark covers the number alone."""
    line: list[Cell] = []
    for cell in cells:
        number = cell.text.lstrip()
        blanks = " " * (bool(line) + len(cell.text) - len(number))
        line += [Cell(blanks), Cell(number, cell.differs)] if blanks else [Cell(number, cell.differs)]
    return tuple(line)


def _plane_name(plane: int, leading: tuple[int, ...]) -> str:
    index: list[int] = []
    for size in reversed(leading):
        plane, position = divmod(plane, size)
        index.insert(0, position)
    return f"[{', '.join(map(str, index))}]"
