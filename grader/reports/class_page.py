"""``index.html``: the whole class on one page that needs no other file, no script and no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.gradebook.results import format_points
from grader.model import Example, ExerciseResult, RunResult, Score, SubmissionResult
from grader.reports.adjustments import adjustments, is_adjusted, override_text
from grader.reports.feedback import Feedback, limit
from grader.reports.grid import array_shape, grid, named_values
from grader.reports.marks import MARKS, failing, mark_of, points_text, total_of, verdict_text
from grader.reports.pictures import picture
from grader.reports.safe import printable
from grader.reports.summary import exercise_names, summarise

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["pieces"]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A submission as the page shows it.

    Attributes:
        anchor: the section's id in the page; made of the student's, so that a link to it stays good.
        total: None if the submission was not graded.
        share: of all the assignment's points, in percent.
        exercises: by name; None for one that it lacks.
    """

    result: SubmissionResult
    anchor: str
    total: Score | None
    share: float
    exercises: Mapping[str, ExerciseResult | None]


def pieces(run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> Iterator[str]:
    """Write the page: the class in figures, a table of all submissions, then each with its findings.

    Whatever comes out of a result is made printable and escaped by the template engine itself, so no
    expression of the template can forget it; and the page forbids scripts and foreign files.
    """
    run = limit(run, feedback)
    return _template().generate(
        info=run.info,
        names=exercise_names(run),
        summary=summarise(run),
        entries=tuple(_entries(run)),
        marks=MARKS,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "mark": mark_of,
        "verdict": verdict_text,
        "points": points_text,
        "number": _number,
        "numbers": _numbers,
        "shape": _shape,
        "named": named_values,
        "failing": failing,
        "adjustments": adjustments,
        "by_hand": override_text,
    }
    environment.tests["adjusted"] = is_adjusted
    environment.globals |= {"style": _style(), "picture_of": _picture_of}
    return environment.get_template("class_page.html.jinja")


def _style() -> Markup:
    from markupsafe import Markup

    return Markup((_FOLDER / "class_page.css").read_text(encoding="utf-8"))


def _printable(value: Any) -> Any:
    """Make every text printable on its way into the page, but for what is HTML already."""
    return printable(value) if type(value) is str else value


def _entries(run: RunResult) -> Iterator[_Entry]:
    names = exercise_names(run)
    taken: set[str] = set()
    for result in run.submissions:
        anchor = _anchor(result.id, taken)
        taken.add(anchor)
        total = total_of(result, run.info)
        exercises = dict.fromkeys(names) | {each.name: each for each in result.exercises}
        yield _Entry(result=result, anchor=anchor, total=total, share=_share(total), exercises=exercises)


def _anchor(id: str, taken: set[str]) -> str:
    wanted = "of-" + re.sub(r"[^A-Za-z0-9._]+", "-", id)
    anchor, number = wanted, 2
    while anchor in taken:
        anchor, number = f"{wanted}-{number}", number + 1
    return anchor


def _share(total: Score | None) -> float:
    return min(100.0, float(100 * total.earned / total.total)) if total and total.total else 0.0


def _number(points: Fraction | None, total: Fraction) -> str:
    return "–" if points is None else format_points(points, total)


def _shape(value: Any) -> str:
    shape = array_shape(value)
    return "" if shape is None else str(shape)


def _numbers(value: Any, against: Any = None) -> Markup:
    """Draw an array as lines of numbers, those that differ marked."""
    from markupsafe import Markup

    mark = Markup("<mark>{}</mark>")
    lines = (
        Markup("").join(mark.format(cell.text) if cell.differs else cell.text for cell in line)
        for line in grid(value, against)
    )
    return Markup("\n").join(lines)


def _picture_of(example: Example, op: str) -> Markup:
    from markupsafe import Markup

    return Markup(picture(op, example))
