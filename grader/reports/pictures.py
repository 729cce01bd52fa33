"""A failing case as a picture: the input with its padding and window, what came back, what should have.

Shown are the plane of the result that holds the first wrong cell and, where it can be told, the cells of
the inputs that this cell comes from. An example that holds no arrays to compare has no picture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from grader.model import Example
from grader.reports.axes import SAME, Axes, rearranged
from grader.reports.grid import array_shape, differing, flat
from grader.reports.origins import NO_WINDOW, Origin, Source, origin_of
from grader.reports.panels import Panel, draw, short
from grader.reports.safe import one_line

__all__ = ["picture"]

Pair = tuple[int, int]
Shape = tuple[int, ...]

MOST_ROWS = MOST_COLUMNS = 8
"""How much of a plane is drawn, around the cell in question."""

MOST_PLANES = 3
"""How many channels of an input are drawn; how many there are is said."""

_EMPTY = "an empty array of shape "
_WORDS_FOR_CELLS = 6  # as many wrong cells are named to those who cannot see them


def picture(op: str, example: Example) -> str:
    """Draw an example as HTML with SVG in it, or return "" where there is nothing to draw.

    Args:
        op: name of the operation that the example is a case of.
        example: as it is, or as it was read from ``results.json``.
    """
    in_order = rearranged(op, example)
    if in_order is None:
        return ""
    example, axes = in_order
    comparison = next(_comparisons(example), None)
    if comparison is None:
        return ""
    origin = None
    if comparison.first is not None and comparison.in_expected(comparison.first):
        cell = comparison.index(comparison.first)
        origin = origin_of(op, example, comparison.name, comparison.shapes[1], cell)
    inputs = [_inputs_of(source, example, axes) for source in origin.sources] if origin else []
    results = _results(comparison, axes.get(comparison.name, SAME))
    return _html(inputs, results, _notes(comparison, origin))


# --- comparing ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """The plane of a result that has the first wrong cell: as returned and as expected.

    Attributes:
        name: the result's, or "".
        shapes: of the whole result, (returned, expected).
        plane: its index, all axes but the last two.
        planes: how many planes there are.
        planes_wrong: how many of them differ.
        returned: numbers by (row, column).
        expected: numbers by (row, column).
        wrong: cells that came back otherwise than they should, or should not have come back.
        missing: cells that did not come back.
    """

    name: str
    shapes: tuple[Shape, Shape]
    plane: Shape
    planes: int
    planes_wrong: int
    returned: Mapping[Pair, Any]
    expected: Mapping[Pair, Any]
    wrong: frozenset[Pair]
    missing: frozenset[Pair]

    @property
    def same_shape(self) -> bool:
        return self.shapes[0] == self.shapes[1]

    @property
    def comparable(self) -> bool:
        """Whether cells belong to each other: not so where one has more axes than the other."""
        return len(self.shapes[0]) == len(self.shapes[1])

    @property
    def first(self) -> Pair | None:
        """The first wrong cell; of a result that is too small, the first that is missing."""
        return min(self.missing or self.wrong, default=None)

    def in_expected(self, cell: Pair) -> bool:
        return cell in self.expected

    def index(self, cell: Pair) -> Shape:
        """The cell's index in the whole result."""
        last = cell[1:] if len(self.shapes[1]) == 1 else cell
        return (*self.plane, *last)


def _comparisons(example: Example) -> Iterator[_Comparison]:
    """Yield the results that can be compared and are not as they should be."""
    for name, got, expected in _pairs(example):
        shapes = _shape(got), _shape(expected)
        if shapes[1] and prod(shapes[1]) and shapes[0] is not None:
            found = _compare(name, got, expected, (shapes[0], shapes[1]))
            if found:
                yield found


def _pairs(example: Example) -> Iterator[tuple[str, Any, Any]]:
    got, expected = example.got, example.expected
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        yield from ((str(name), got[name], expected[name]) for name in expected if name in got)
    else:
        yield "", got, expected


def _shape(value: Any) -> Shape | None:
    """The shape of an array with at least one axis, also of one that an example describes as empty."""
    if isinstance(value, str) and value.startswith(_EMPTY):
        return _shape_in(value.removeprefix(_EMPTY))
    return array_shape(value) or None


def _shape_in(text: str) -> Shape | None:
    """Read ``(1, 1, 0, 2)``."""
    sides = text.strip("()").replace(",", " ").split()
    if not sides or not all(side.isascii() and side.isdigit() and len(side) < 6 for side in sides):
        return None
    shape = tuple(map(int, sides))
    return shape if 0 in shape else None


def _compare(name: str, got: Any, expected: Any, shapes: tuple[Shape, Shape]) -> _Comparison | None:
    if shapes[0] == shapes[1]:
        return _compare_values(name, list(flat(got)), list(flat(expected)), shapes)
    returned = _plane(list(flat(got)), shapes[0], 0) if prod(shapes[0]) else {}
    wanted = _plane(list(flat(expected)), shapes[1], 0)
    comparable = len(shapes[0]) == len(shapes[1])
    if not returned and not comparable:
        return None
    return _Comparison(
        name=name,
        shapes=shapes,
        plane=(0,) * (len(shapes[1]) - 2),
        planes=prod(shapes[1][:-2]),
        planes_wrong=0,
        returned=returned,
        expected=wanted,
        wrong=frozenset(returned.keys() - wanted.keys()) if comparable else frozenset(),
        missing=frozenset(wanted.keys() - returned.keys()) if comparable else frozenset(),
    )


def _compare_values(
    name: str, got: list[Any], expected: list[Any], shapes: tuple[Shape, Shape]
) -> _Comparison | None:
    shape = shapes[1]
    wrong = differing(got, expected)
    if not any(wrong):
        return None
    area = prod(shape[-2:])
    planes = sorted({number // area for number, bad in enumerate(wrong) if bad})
    bad = _plane(wrong, shape, planes[0])
    return _Comparison(
        name=name,
        shapes=shapes,
        plane=_unravelled(planes[0], shape[:-2]),
        planes=len(got) // area,
        planes_wrong=len(planes),
        returned=_plane(got, shape, planes[0]),
        expected=_plane(expected, shape, planes[0]),
        wrong=frozenset(cell for cell, is_bad in bad.items() if is_bad),
        missing=frozenset(),
    )


def _plane(items: list[Any], shape: Shape, number: int) -> dict[Pair, Any]:
    """One plane's items by (row, column); an array of one axis is one row."""
    rows, columns = _size(shape)
    start = number * rows * columns
    return {(i, j): items[start + i * columns + j] for i in range(rows) for j in range(columns)}


def _size(shape: Shape) -> Pair:
    rows, columns = (1, 1, *shape)[-2:]
    return rows, columns


def _unravelled(number: int, shape: Shape) -> Shape:
    index: list[int] = []
    for side in reversed(shape):
        number, place = divmod(number, side)
        index.insert(0, place)
    return tuple(index)


# --- panels ------------------------------------------------------------------------------------------


def _results(found: _Comparison, axes: Axes) -> list[Panel]:
    """What came back, and beside it, cut alike, what should have."""
    both = found.returned.keys() | found.expected.keys()
    drawn = [both, both] if found.comparable else [found.returned.keys(), found.expected.keys()]
    returned = _result(found, "returned", found.returned, drawn[0], axes)
    expected = _result(found, "expected", found.expected, drawn[1], axes)
    marked = replace(
        returned,
        wrong=found.wrong,
        missing=found.missing,
        label=_label(returned, found.wrong, found.missing),
    )
    return [marked, expected]


def _result(
    found: _Comparison, title: str, values: Mapping[Pair, Any], cells: Collection[Pair], axes: Axes
) -> Panel:
    """One plane without its marks; `cells` decide how large the drawing is."""
    size = max(row for row, _ in cells) + 1, max(column for _, column in cells) + 1
    at = found.first or (0, 0)
    rows, columns = _cut(size[0], MOST_ROWS, at[0]), _cut(size[1], MOST_COLUMNS, at[1])
    caption = f"{title} {found.name}".strip() + (axes.index(found.plane) if found.planes > 1 else "")
    caption += _part(rows, columns, size)
    if not found.same_shape:
        caption += f", shape {axes.shape(found.shapes[title == 'expected'])}"
    panel = Panel(
        caption=caption,
        label=caption,
        rows=rows,
        columns=columns,
        texts={cell: short(value) for cell, value in values.items()},
        numbered=size if len(found.shapes[title == "expected"]) > 1 else (0, size[1]),
    )
    if found.first and (found.first in values or found.missing):
        panel = replace(panel, read=(range(at[0], at[0] + 1), range(at[1], at[1] + 1)))
    return replace(panel, label=_label(panel))


def _inputs_of(source: Source, example: Example, axes: Mapping[str, Axes]) -> tuple[list[Panel], str]:
    """The planes of one input, and how many more there are in words."""
    value = example.inputs[source.name]
    shape = array_shape(value) or ()
    order = axes.get(source.name, SAME)
    panels = [_input(source, value, plane, shape, order) for plane in source.planes[:MOST_PLANES]]
    more = len(source.planes) - len(panels)
    kind = source.kind if more > 1 else source.kind[:-1]
    return panels, f"and {more} more {kind}" if more else ""


def _input(source: Source, value: Any, plane: Shape, shape: Shape, axes: Axes) -> Panel:
    for place in plane:
        value = value[place]
    size = _size(shape[len(plane) :])
    image = _plane(list(flat(value)), size, 0)
    (above, left), (height, width) = source.pad, size
    padded = height + 2 * above, width + 2 * left
    rows = _cut(padded[0], MOST_ROWS, _middle(source.rows))
    columns = _cut(padded[1], MOST_COLUMNS, _middle(source.columns))
    inside = {(i + above, j + left): short(number) for (i, j), number in image.items()}
    padding = frozenset((i, j) for i in rows for j in columns) - inside.keys()
    panel = Panel(
        caption=f"{source.name}{axes.index(plane)}{_padded(source.pad)}{_part(rows, columns, padded)}",
        label="",
        rows=rows,
        columns=columns,
        texts=inside | dict.fromkeys(padding, "0"),
        numbered=size if len(plane) < len(shape) else (0, 0),
        pad=source.pad,
        padding=padding,
        read=(source.rows, source.columns),
    )
    return replace(panel, label=_label(panel))


def _cut(size: int, most: int, at: int) -> range:
    """As many rows or columns as are drawn, with `at` near the middle."""
    start = min(max(0, at - most // 2), max(0, size - most))
    return range(start, min(size, start + most))


def _middle(cells: range) -> int:
    return cells[len(cells) // 2] if cells else 0


# --- words -------------------------------------------------------------------------------------------


def _index(plane: Shape) -> str:
    return f"[{', '.join(map(str, plane))}]" if plane else ""


def _padded(pad: Pair) -> str:
    if pad == (0, 0):
        return ""
    return f", padded by {pad[0]}" if pad[0] == pad[1] else f", padded by {pad[0]} and {pad[1]}"


def _part(rows: range, columns: range, size: Pair) -> str:
    """What is said of a drawing that is cut; "" of one that is whole."""
    if (len(rows), len(columns)) == size:
        return ""
    return f" ({len(rows)} × {len(columns)} of {size[0]} × {size[1]} cells)"


def _label(panel: Panel, wrong: Collection[Pair] = (), missing: Collection[Pair] = ()) -> str:
    """Say in words what a panel shows; the numbers themselves stand beside the picture as text."""
    parts = [f"{panel.caption}, {len(panel.rows)} by {len(panel.columns)} cells"]
    for cells, what in ((wrong, "wrong"), (missing, "missing")):
        if cells:
            named = ", ".join(_index(cell) for cell in sorted(cells)[:_WORDS_FOR_CELLS])
            more = len(cells) - _WORDS_FOR_CELLS
            parts.append(f"{what} at {named}" + (f" and {more} more" if more > 0 else ""))
    if all(panel.read):
        rows, columns = map(_span, panel.read)
        counted = ", padding counted" if panel.padding else ""
        parts.append(f"outlined: row {rows}, column {columns}{counted}")
    return "; ".join(parts)


def _span(cells: range) -> str:
    step = f" in steps of {cells.step}" if cells.step > 1 and len(cells) > 1 else ""
    return f"{cells[0]} to {cells[-1]}{step}" if len(cells) > 1 else str(cells[0])


def _notes(found: _Comparison, origin: Origin | None) -> str:
    return " ".join(_sentences(found, origin))


def _sentences(found: _Comparison, origin: Origin | None) -> Iterator[str]:
    """Explain the marks that this picture has."""
    kind = "missing" if found.missing else "wrong"
    if origin and origin.text != NO_WINDOW:
        yield f"Outlined: the first {kind} cell, and {origin.text}."
    elif origin:
        yield f"Outlined: the first {kind} cell, which no window holds."
    elif found.first:
        yield f"Outlined: the first {kind} cell."
    if found.wrong:
        yield "◥ is wrong." if found.same_shape else "◥ is too much."
    if found.missing:
        yield "Dashed cells are missing."
    if origin and any(source.pad != (0, 0) for source in origin.sources):
        yield "Hatched cells are padding."
    if found.planes_wrong > 1:
        yield f"{found.planes_wrong} of {found.planes} planes differ; this is the first that does."
    if found.same_shape and all(short(found.returned[c]) == short(found.expected[c]) for c in found.wrong):
        yield "The numbers differ by less than the digits in the cells show."


# --- HTML --------------------------------------------------------------------------------------------


def _html(inputs: list[tuple[list[Panel], str]], results: list[Panel], notes: str) -> str:
    """Each input in a group of its own, and the two results in one, so that they stay side by side."""
    groups = [*inputs, (results, "")]
    width = max(panel.width for panels, _ in groups for panel in panels)
    root = Element("div", {"class": "picture"})
    row = SubElement(root, "div", {"class": "panels"})
    for panels, more in groups:
        group = SubElement(row, "div", {"class": "group"})
        for panel in panels:
            figure = SubElement(group, "figure")
            figure.append(draw(panel, width))
            SubElement(figure, "figcaption").text = one_line(panel.caption)
        if more:
            SubElement(group, "p", {"class": "more"}).text = one_line(more)
    if notes:
        SubElement(root, "p", {"class": "key"}).text = one_line(notes)
    return tostring(root, encoding="unicode")
