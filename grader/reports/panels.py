"""One plane of an array as an SVG drawing: numbers in cells, some of them marked.

Colour never says anything alone: what is wrong has a filled corner, what is missing a dashed border, and
padding is hatched, so that a page printed in black says the same. Drawings have neither ids nor styles of
their own; the page's style sheet gives their classes colours, for light and for dark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from grader.reports.safe import one_line

__all__ = ["Panel", "draw", "short"]

Pair = tuple[int, int]

_HEIGHT = 28  # of a cell, px
_NARROWEST = 30  # of a cell, px
_LETTER = 7.4  # a digit at the style sheet's size, px
_RIM = 3  # room for the thickest outline, px
_GUTTER = 17  # room for the indices, px
_MOST_LETTERS = 5  # of a number
_EXPONENT = re.compile(r"e\+?(-?)0*")  # e+07 is as well said e7


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What is drawn. Cells are named (row, column), padding counted.

    Attributes:
        caption: under the drawing.
        label: the same for those who cannot see it, in full.
        rows: those that are drawn.
        columns: those that are drawn.
        texts: what stands in the cells; only these have a solid border.
        numbered: how many rows and columns have a number beside them.
        pad: how many come before those, (rows, columns).
        padding: cells that are padding.
        wrong: cells that are wrong.
        missing: cells that should be there.
        read: cells that are tinted, and outlined where they touch.
    """

    caption: str
    label: str
    rows: range
    columns: range
    texts: Mapping[Pair, str]
    numbered: Pair
    pad: Pair = (0, 0)
    padding: Collection[Pair] = frozenset()
    wrong: Collection[Pair] = frozenset()
    missing: Collection[Pair] = frozenset()
    read: tuple[range, range] = field(default=(range(0), range(0)))

    @property
    def width(self) -> int:
        """Of a cell, px; panels beside each other look best with the same."""
        longest = max((len(text) for text in self.texts.values()), default=1)
        return max(_NARROWEST, round(longest * _LETTER) + 9)


def short(value: Any) -> str:
    """Say a number in at most five characters, as exactly as they allow.

    >>> [short(value) for value in (0.25, -1.75, 2.0, -1 / 3, 1234.5, -0.00012, 1e-300)]
    ['0.25', '-1.75', '2', '-0.33', '1234', '-1e-4', '≈0']
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return one_line(str(value), _MOST_LETTERS)
    try:
        number = float(value) or 0.0  # also for -0.0
    except OverflowError:
        return "huge" if value > 0 else "-huge"
    for form in (".5g", ".4g", ".3g", ".2g", ".1g", ".0e"):
        text = _EXPONENT.sub(r"e\1", format(number, form))
        if len(text) <= _MOST_LETTERS:
            return text
    return "≈0" if abs(number) < 1 else "huge" if number > 0 else "-huge"


# --- drawing ---------------------------------------------------------------------------------------


def draw(panel: Panel, width: int) -> Element:
    """Draw a panel, its cells `width` px wide."""
    place = _Place(panel.rows, panel.columns, width)
    right, bottom = place.corner(panel.rows.stop, panel.columns.stop)
    size = {"width": str(right + _RIM), "height": str(bottom + _RIM)}
    box = f"0 0 {right + _RIM} {bottom + _RIM}"
    svg = Element("svg", size | {"viewBox": box, "role": "img", "aria-label": one_line(panel.label)})
    for name, cells, shape in _layers(panel, place):
        if path := "".join(map(shape, cells)):
            SubElement(svg, "path", {"class": name, "d": path})
    for cell, text in panel.texts.items():
        if place.shows(cell):
            _write(svg, text, *place.middle(cell), kind=_kind(panel, cell))
    for (x, y), number in _indices(panel, place):
        _write(svg, str(number), x, y, kind="index")
    return svg


@dataclass(frozen=True, slots=True)
class _Place:
    """Where cells lie in the drawing, px."""

    rows: range
    columns: range
    width: int

    def shows(self, cell: Pair) -> bool:
        return cell[0] in self.rows and cell[1] in self.columns

    def corner(self, row: int, column: int) -> Pair:
        """Upper left corner of a cell."""
        x = _GUTTER + (column - self.columns.start) * self.width
        return x, _GUTTER + (row - self.rows.start) * _HEIGHT

    def middle(self, cell: Pair) -> tuple[float, float]:
        x, y = self.corner(*cell)
        return x + self.width / 2, y + _HEIGHT / 2

    def square(self, cell: Pair) -> str:
        x, y = self.corner(*cell)
        return f"M{x} {y}h{self.width}v{_HEIGHT}h{-self.width}z"

    def inset(self, cell: Pair) -> str:
        """A square that does not touch its neighbours: dashes over dashes make a line."""
        x, y = self.corner(*cell)
        return f"M{x + 3} {y + 3}h{self.width - 6}v{_HEIGHT - 6}h{6 - self.width}z"

    def hatching(self, cell: Pair) -> str:
        """Three strokes from lower left to upper right."""
        x, y = self.corner(*cell)
        w, h = self.width, _HEIGHT
        half = f"M{x} {y + h // 2}L{x + w // 2} {y}M{x + w // 2} {y + h}L{x + w} {y + h // 2}"
        return f"{half}M{x} {y + h}L{x + w} {y}"

    def flag(self, cell: Pair) -> str:
        """A triangle in the upper right corner."""
        x, y = self.corner(cell[0], cell[1] + 1)
        return f"M{x} {y}h-10l10 10z"

    def outline(self, block: tuple[range, range]) -> str:
        """The border of a block, open where the drawing cuts it off."""
        (left, top), (right, bottom) = (
            self.corner(max(block[0].start, self.rows.start), max(block[1].start, self.columns.start)),
            self.corner(min(block[0].stop, self.rows.stop), min(block[1].stop, self.columns.stop)),
        )
        if left >= right or top >= bottom:
            return ""
        sides = (
            (block[0].start >= self.rows.start, f"M{left} {top}H{right}"),
            (block[1].stop <= self.columns.stop, f"M{right} {top}V{bottom}"),
            (block[0].stop <= self.rows.stop, f"M{right} {bottom}H{left}"),
            (block[1].start >= self.columns.start, f"M{left} {bottom}V{top}"),
        )
        if all(there for there, _ in sides):
            return f"M{left} {top}H{right}V{bottom}H{left}z"
        return "".join(path for there, path in sides if there)


_Layer = tuple[str, Collection[Any], Callable[[Any], str]]


def _layers(panel: Panel, place: _Place) -> Iterator[_Layer]:
    """Yield what lies on top of what: class, cells, and how one is drawn."""

    def shown(cells: Collection[Pair]) -> list[Pair]:
        return [cell for cell in sorted(cells) if place.shows(cell)]

    read = [(i, j) for i in place.rows if i in panel.read[0] for j in place.columns if j in panel.read[1]]
    solid = shown(panel.texts)
    yield "cell", [cell for cell in solid if cell not in panel.padding], place.square
    yield "padding", shown(panel.padding), place.square
    yield "read", read, place.square
    yield "hatching", shown(panel.padding), place.hatching
    yield "rim", solid, place.square
    yield "wrong", shown(panel.wrong), place.square
    yield "missing", shown(panel.missing), place.inset
    yield "outline", list(_blocks(*panel.read)), place.outline
    yield "flag", shown(panel.wrong), place.flag


def _blocks(rows: range, columns: range) -> Iterator[tuple[range, range]]:
    """Yield rectangles of neighbouring cells: one, or one for each row, column or cell between gaps."""
    for row_block in _runs(rows):
        for column_block in _runs(columns):
            yield row_block, column_block


def _runs(cells: range) -> Iterator[range]:
    if len(cells) > 1 and cells.step == 1:
        yield cells
    else:
        yield from (range(cell, cell + 1) for cell in cells)


def _kind(panel: Panel, cell: Pair) -> str:
    if cell in panel.padding:
        return "zero"
    return "bad" if cell in panel.wrong else ""


def _indices(panel: Panel, place: _Place) -> Iterator[tuple[tuple[float, float], int]]:
    """Yield the numbers of rows and columns, as one writes them in Python; padding has none."""
    for row in panel.rows:
        if 0 <= row - panel.pad[0] < panel.numbered[0]:
            yield (_GUTTER / 2 - 1, place.corner(row, 0)[1] + _HEIGHT / 2), row - panel.pad[0]
    for column in panel.columns:
        if 0 <= column - panel.pad[1] < panel.numbered[1]:
            yield (place.corner(0, column)[0] + place.width / 2, _GUTTER / 2), column - panel.pad[1]


def _write(svg: Element, text: str, x: float, y: float, *, kind: str) -> None:
    attributes = {"x": f"{x:g}", "y": f"{y:g}"}
    SubElement(svg, "text", attributes | ({"class": kind} if kind else {})).text = one_line(text)
