"""What moved between two runs: a table on the terminal, and JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.gradebook.differences import Difference, ExerciseMove, Move
from grader.gradebook.results import format_points
from grader.reports.safe import one_line

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["FORMAT_VERSION", "render", "show"]

# 1: the first.
FORMAT_VERSION = 1
_ID_WIDTH = 40
_DIGEST_WIDTH = 19  # "sha256:" and enough to tell two apart


# --- terminal ----------------------------------------------------------------------------------------


def show(difference: Difference, console: Console) -> None:
    """Print what the runs differ in, a row for each submission that moved, and how many did not."""
    from rich.table import Table
    from rich.text import Text

    for setting in difference.settings:
        old, new = (one_line(value, _DIGEST_WIDTH) for value in (setting.old, setting.new))
        console.print(Text(f"{setting.name}: {old} → {new}"), soft_wrap=True)
    if difference.settings and difference.moves:
        console.print()
    if difference.moves:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("student", overflow="fold", max_width=_ID_WIDTH)
        for name in ("old", "new", "by"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("why", overflow="fold")
        for move in difference.moves:
            cells = _cells(move, difference.points)
            table.add_row(*(Text(cell) for cell in cells), Text("\n".join(_why(move, difference.points))))
        console.print(table)
        console.print()
    console.print(Text(_tally(difference), "bold"))


def _cells(move: Move, worth: Fraction) -> tuple[str, str, str, str]:
    by = "" if move.by is None else _signed(move.by, worth)
    return one_line(move.id, _ID_WIDTH), _points(move.old, worth), _points(move.new, worth), by


def _points(points: Fraction | None, worth: Fraction) -> str:
    return "none" if points is None else format_points(points, worth)


def _signed(by: Fraction, worth: Fraction) -> str:
    return f"{'+' if by > 0 else '−' if by < 0 else ''}{format_points(abs(by), worth)}"


def _why(move: Move, worth: Fraction) -> Iterator[str]:
    yield from (one_line(reason) for reason in move.reasons)
    for exercise in move.exercises:
        reasons = "; ".join(map(one_line, exercise.reasons))
        yield f"{one_line(exercise.name, 60)}{_by(exercise, worth)}: {reasons}"


def _by(exercise: ExerciseMove, worth: Fraction) -> str:
    if exercise.old is None or exercise.new is None:
        return ""
    return f" {_signed(exercise.new - exercise.old, worth)}"


def _tally(difference: Difference) -> str:
    moved = [move.by for move in difference.moves]
    parts = {
        "up": sum(by is not None and by > 0 for by in moved),
        "down": sum(by is not None and by < 0 for by in moved),
        "changed without a change of the total": moved.count(Fraction(0)),
        "added, removed or without points in one run": moved.count(None),
    }
    said = [f"{count} {word}" for word, count in parts.items() if count]
    return ", ".join([*said, f"{difference.same} the same"]) + "."


# --- JSON --------------------------------------------------------------------------------------------


def render(difference: Difference) -> str:
    """Write the same as JSON, exact but for points, which are floats as in ``results.json``."""
    content = {
        "format": FORMAT_VERSION,
        "assignment": {
            "name": difference.assignment,
            "title": difference.title,
            "max_score": float(difference.points),
        },
        "settings": [{"name": each.name, "old": each.old, "new": each.new} for each in difference.settings],
        "moves": [_move_to_json(move) for move in difference.moves],
        "same": difference.same,
    }
    return json.dumps(content, ensure_ascii=True, indent=1) + "\n"


def _move_to_json(move: Move) -> dict[str, Any]:
    return {
        "id": move.id,
        "old": _float(move.old),
        "new": _float(move.new),
        "by": _float(move.by),
        "reasons": list(move.reasons),
        "exercises": [
            {
                "name": each.name,
                "old": _float(each.old),
                "new": _float(each.new),
                "reasons": list(each.reasons),
            }
            for each in move.exercises
        ],
    }


def _float(points: Fraction | None) -> float | None:
    return None if points is None else float(points)
