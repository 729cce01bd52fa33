"""The terminal: a table of a class, and one student's result in words.

Whatever a student controls is printed as plain text: it is never taken for Rich's markup, and its
control characters are spelled out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.gradebook.results import format_points
from grader.model import (
    Example,
    ExerciseResult,
    Finding,
    RunInfo,
    RunResult,
    Status,
    SubmissionResult,
    Verdict,
)
from grader.reports.adjustments import adjustments, all_adjustments, is_adjusted, override_text
from grader.reports.feedback import Feedback, limit_submission
from grader.reports.grid import Line, array_shape, grid, named_values, plain
from grader.reports.marks import MARKS, UNKNOWN, Mark, failing, mark_of, points_text, total_of, verdict_text
from grader.reports.progress import progress
from grader.reports.safe import leading, one_line, printable
from grader.reports.summary import exercise_names, summarise

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.gradebook.sheets import Filled

__all__ = ["explain", "filled", "progress", "table"]

_STYLES = {
    "all": "green",
    "carried": "green",
    "some": "yellow",
    "nothing": "bold red",
    "blank": "red",
    "unknown": "magenta",
}
_GAP = 2  # columns between the cells of the class table
_INDENT = 2
_ID_WIDTH = 40
_MOST_NAMED = 10


# --- a class ---------------------------------------------------------------------------------------


def table(run: RunResult, console: Console) -> None:
    """Print one row a submission, what the glyphs mean, the class in figures, and what was not graded.

    Where the terminal is too narrow for each exercise's points, their glyphs alone are shown; where it
    is too narrow for those, the totals alone.
    """
    names = exercise_names(run)
    points = _level_of_detail(run, names, console.width)
    console.print(_class_table(run, names if points is not None else (), bool(points), console))
    if names and points is not None:
        _print_legend(run, names, console)
    _print_figures(run, console)
    _print_adjustments(run, console)
    _print_problems(run, console)
    if run.info.sandbox == "none":
        _say(
            console, "Not isolated: these marks can have been forged, and files read or changed.", "bold red"
        )


def _level_of_detail(run: RunResult, names: tuple[str, ...], width: int) -> bool | None:
    """Return True if each exercise's points fit, False if its glyph does, None if neither does."""
    free = width - _fixed_width(run)
    if sum(_points_width(run, name) + len("✓ ") + _GAP for name in names) <= free:
        return True
    glyphs = sum(len(str(number)) + _GAP for number in range(1, len(names) + 1))
    return False if glyphs <= free else None


def _fixed_width(run: RunResult) -> int:
    """Add up the columns of the longest id and the longest total."""
    ids = max((len(leading(each.id, _ID_WIDTH)) for each in run.submissions), default=0)
    totals = max((len(_total(each, run.info)) for each in run.submissions), default=0)
    return max(ids, len("student")) + max(totals, len("points")) + _GAP


def _points_width(run: RunResult, name: str) -> int:
    exercises = (exercise for each in run.submissions for exercise in each.exercises)
    return max(len(_earned(exercise)) for exercise in exercises if exercise.name == name)


def _class_table(run: RunResult, names: tuple[str, ...], points: bool, console: Console) -> Table:
    from rich.table import Table

    grid_of_marks = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    grid_of_marks.add_column("student", overflow="fold", max_width=_ID_WIDTH)
    for number in range(len(names)):
        grid_of_marks.add_column(str(number + 1), justify="right", no_wrap=True)
    grid_of_marks.add_column("points", justify="right", no_wrap=True)
    for result in run.submissions:
        exercises = {each.name: each for each in result.exercises}
        cells = [_mark_cell(exercises.get(name), points, console) for name in names]
        grid_of_marks.add_row(_text(leading(result.id, _ID_WIDTH)), *cells, _text(_total(result, run.info)))
    return grid_of_marks


def _mark_cell(exercise: ExerciseResult | None, points: bool, console: Console) -> Text:
    if exercise is None:
        return _text("")
    cell = _glyph(mark_of(exercise), console)
    if points:
        cell.append(f" {_earned(exercise)}", "default not bold")
    return cell


def _earned(exercise: ExerciseResult) -> str:
    by_hand = "*" if exercise.override else ""
    return format_points(exercise.score.earned, exercise.score.possible) + by_hand


def _total(result: SubmissionResult, info: RunInfo) -> str:
    total = total_of(result, info)
    if total is None or (result.status is Status.UNREADABLE and not result.override):
        return result.status.value
    marks = ("?" if total.ungraded else "") + ("*" if is_adjusted(result) else "")
    return format_points(total.earned, total.possible) + marks


def _print_legend(run: RunResult, names: tuple[str, ...], console: Console) -> None:
    used = {mark_of(exercise) for each in run.submissions for exercise in each.exercises}
    console.print()
    for mark in MARKS:
        if mark in used:
            console.print(_glyph(mark, console).append(f"  {mark.meaning}", "default not bold"))
    if UNKNOWN in used:
        _say(console, "A total with ? leaves those points out.")
    console.print()
    for summary, number in zip(summarise(run).exercises, range(1, len(names) + 1), strict=True):
        right = f"{summary.right} of {summary.graded} right"
        worth = format_points(summary.points, summary.points)
        _say(console, f"{number:>2}  {one_line(summary.name)}: {worth} points, {right}")


def _print_figures(run: RunResult, console: Console) -> None:
    summary, most = summarise(run), run.info.points
    console.print()
    counts = [f"{summary.graded} graded"]
    counts += [f"{summary.unreadable} unreadable"] if summary.unreadable else []
    counts += [f"{summary.not_graded} not graded"] if summary.not_graded else []
    _say(console, f"{len(run.submissions)} submissions: {', '.join(counts)}.", "bold")
    if summary.mean is not None and summary.median is not None:
        mean, median = (format_points(each, most) for each in (summary.mean, summary.median))
        worth = format_points(most, most)
        _say(console, f"Mean {mean}, median {median} of {worth}; {summary.full} with full marks.")


def _print_adjustments(run: RunResult, console: Console) -> None:
    """List what else than the grader's own findings went into the points."""
    untimed = [each for each in run.submissions if each.lateness and not each.lateness.submitted]
    adjusted = [
        (each.id, text)
        for each in run.submissions
        for text in all_adjustments(replace(each, lateness=None) if each in untimed else each)
    ]
    if adjusted:
        console.print()
        _say(console, "* Set by hand, or changed for lateness:", "bold")
    for id, text in adjusted:
        _say(console, f"{leading(id)}: {one_line(text)}", indent=_INDENT)
    if untimed:
        console.print()
        ids = ", ".join(one_line(each.id, _ID_WIDTH) for each in untimed[:_MOST_NAMED])
        more = f" and {len(untimed) - _MOST_NAMED} more" if len(untimed) > _MOST_NAMED else ""
        _say(console, f"Time of submission unknown, so nothing was taken off: {ids}{more}.")


def _print_problems(run: RunResult, console: Console) -> None:
    """List what has no marks of its own, each with its reason."""
    fixes = {
        Status.UNREADABLE: "Unreadable, 0 points until the student hands in again:",
        Status.NOT_GRADED: "Not graded, through no fault of the student's; run the same command again:",
    }
    for status, heading in fixes.items():
        problems = [each for each in run.submissions if each.status is status and not each.override]
        if problems:
            console.print()
            _say(console, heading, "bold")
        for each in problems:
            _say(console, f"{leading(each.id)}: {one_line(each.message)}", indent=_INDENT)


# --- a sheet -----------------------------------------------------------------------------------------


def filled(sheet: Filled, path: Path, console: Console) -> None:
    """Print what was written into an LMS's sheet, and who is left."""
    _say(
        console,
        f"{one_line(str(path))}: {sheet.filled} score{'' if sheet.filled == 1 else 's'} "
        f"in the column {one_line(sheet.column)!r}, "
        f"read as {sheet.format}.",
        "bold",
    )
    for note in sheet.notes:
        _say(console, one_line(note))
    for heading, names in (
        ("In the sheet without a submission, left as they were:", sheet.without_submission),
        ("Submissions without a row, whose scores are not in the sheet:", sheet.without_row),
    ):
        if names:
            _say(console, heading, "bold")
        for name in names:
            _say(console, one_line(name), indent=_INDENT)


# --- one student -------------------------------------------------------------------------------------


def explain(result: SubmissionResult, console: Console, feedback: Feedback = Feedback.EXAMPLE) -> None:
    """Print one student's result in words: a line for each exercise, what is wrong, and what to do next."""
    result = limit_submission(result, feedback)
    if result.message:
        _say(console, f"{result.status.value.capitalize()}: {printable(result.message)}", "bold")
    for note in result.notes:
        _say(console, printable(note), "dim")
    width = max((len(one_line(each.name, 60)) for each in result.exercises), default=0)
    for exercise in result.exercises:
        _explain_exercise(exercise, width, console)
    _print_end(result, console)


def _explain_exercise(exercise: ExerciseResult, width: int, console: Console) -> None:
    line = _glyph(mark_of(exercise), console)
    line.append(f" {one_line(exercise.name, 60):<{width}}", "default bold")
    line.append(f"  {points_text(exercise.score)}  {verdict_text(exercise)}", "default not bold")
    console.print(line, soft_wrap=False)
    if exercise.override:
        _say(console, _sentence(override_text(exercise.override)), "bold", indent=_INDENT)
    if exercise.verdict is not Verdict.CORRECT:
        _print_strata(exercise, console)
    for note in exercise.notes:
        _say(console, printable(note), indent=_INDENT)
    for finding in exercise.findings:
        _explain_finding(finding, console)
    if exercise.findings:
        console.print()


def _print_strata(exercise: ExerciseResult, console: Console) -> None:
    """Say where it fails, unless there is nothing that could."""
    failed = [f"{each.name} {each.failed} of {each.cases}" for each in exercise.strata if each.failed]
    if failed and exercise.verdict not in (Verdict.MISSING, Verdict.UNIMPLEMENTED):
        everywhere = all(each.failed == each.cases for each in exercise.strata)
        said = "in all cases" if everywhere else ", ".join(failed)
        _say(console, f"Fails: {said}.", "dim", indent=_INDENT)


def _explain_finding(finding: Finding, console: Console) -> None:
    console.print()
    _say(console, printable(finding.text), "bold", indent=_INDENT)
    if finding.pattern:
        _say(console, f"Fails {one_line(failing(finding.pattern))}.", indent=_INDENT)
    if finding.path:
        line = f", line {finding.line}" if finding.line else ""
        _say(console, f"See {one_line(finding.path)}{line}.", indent=_INDENT)
    if finding.hint:
        _say(console, f"Hint: {printable(finding.hint)}", indent=_INDENT)
    if finding.example:
        _show_example(finding.example, console)


def _show_example(example: Example, console: Console) -> None:
    console.print()
    _say(console, "Smallest failing case:", "dim", indent=_INDENT)
    _verbatim(console, printable(example.call))
    for name, value in example.inputs.items():
        _show_values(one_line(str(name)), value, None, console)
    for title, value, against in (
        ("got", example.got, example.expected),
        ("expected", example.expected, None),
    ):
        _show_values(title, value, against, console)
    if example.repro:
        console.print()
        _say(console, "To try it, run this beside your file:", "dim", indent=_INDENT)
        _verbatim(console, printable(example.repro))


def _show_values(title: str, value: Any, against: Any, console: Console) -> None:
    for name, part in named_values(value):
        other = against.get(name) if name and isinstance(against, Mapping) else against
        _show_value(f"{title} {one_line(name)}".strip(), part, other, console)


def _show_value(title: str, value: Any, against: Any, console: Console) -> None:
    shape, lines = array_shape(value), grid(value, against)
    if shape is None and len(lines) == 1:
        _verbatim(console, f"{title}: {plain(lines)}")
        return
    stars = "  (* differs)" if any(cell.differs for line in lines for cell in line) else ""
    _verbatim(console, f"{title} {shape or ''}".rstrip() + stars)
    for line in lines:
        console.print(_drawn(line), no_wrap=True, overflow="ellipsis", crop=True)


def _drawn(line: Line) -> Text:
    text = _text(" " * (3 * _INDENT))
    for cell in line:
        text.append(cell.text, "bold red" if cell.differs else "")
    return text


def _sentence(text: str) -> str:
    return printable(text[:1].upper() + text[1:])


def _print_end(result: SubmissionResult, console: Console) -> None:
    for text in adjustments(result):
        _say(console, _sentence(text), "bold")
    if result.override:
        _say(console, f"Total: {points_text(result.score)}", "bold")
    elif result.status is Status.NOT_GRADED:
        _say(console, "This is no fault of yours and costs you nothing. Run it again.")
    elif result.status is Status.UNREADABLE:
        _say(console, "Nothing could be graded: 0 points until this is put right.")
    else:
        if not (result.exercises and result.exercises[-1].findings):
            console.print()
        _say(console, f"Total: {points_text(result.score)}", "bold")
        _say(console, _next_step(result))


def _next_step(result: SubmissionResult) -> str:
    """Tell a student what to do first: exercises build on those before them."""
    for exercise in result.exercises:
        lost = exercise.score.possible - exercise.score.earned
        if lost > 0 and not exercise.override:
            worth = format_points(lost, exercise.score.possible)
            return (
                f"Next: {one_line(exercise.name, 60)}, worth {worth} more. Change it, save, and check again."
            )
    if result.score.ungraded:
        return "What could be graded has all its points. The rest was not graded: check again."
    if result.score.earned < result.score.possible:
        return "Nothing left to do: what is missing was taken off as it says above."
    return "All points. Nothing left to do."


# --- plain text ----------------------------------------------------------------------------------------


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style)


def _glyph(mark: Mark, console: Console) -> Text:
    return _text(mark.ascii if console.options.ascii_only else mark.glyph, _STYLES[mark.name])


def _say(console: Console, text: str, style: str = "", *, indent: int = 0) -> None:
    """Print a paragraph, wrapped to the terminal."""
    from rich.padding import Padding

    console.print(Padding(_text(text, style), (0, 0, 0, indent), expand=False))


def _verbatim(console: Console, text: str) -> None:
    """Print lines as they are, so that they can be copied."""
    for line in text.splitlines():
        console.print(_text(" " * (2 * _INDENT) + line), soft_wrap=True)
