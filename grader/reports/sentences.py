"""What is said of an exercise, sentence by sentence, for reports that are read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grader.model import Example, ExerciseResult, Finding
from grader.reports.adjustments import override_text
from grader.reports.grid import array_shape, grid, named_values, plain
from grader.reports.marks import failing

__all__ = ["about", "example_text", "of"]


def about(exercise: ExerciseResult) -> Iterator[str]:
    """What holds for the exercise as a whole: a decision, where it fails, and notes."""
    if exercise.override:
        yield override_text(exercise.override)
    if failed := [f"{each.name} {each.failed} of {each.cases}" for each in exercise.strata if each.failed]:
        yield f"Fails: {', '.join(failed)}."
    yield from exercise.notes


def of(finding: Finding) -> Iterator[str]:
    """What was found, first in a sentence, and then whatever helps."""
    yield finding.text
    if finding.pattern:
        yield f"Fails {failing(finding.pattern)}."
    if finding.path:
        yield f"See {finding.path}{f', line {finding.line}' if finding.line else ''}."
    if finding.hint:
        yield f"Hint: {finding.hint}"


def example_text(example: Example) -> str:
    """The call with its inputs, what came back, and what should have, in lines."""
    lines = [example.call]
    for name, value in example.inputs.items():
        lines += _value_lines(name, value, None)
    lines += _value_lines("got", example.got, example.expected)
    lines += _value_lines("expected", example.expected, None)
    return "\n".join(lines)


def _value_lines(title: str, value: Any, against: Any) -> Iterator[str]:
    for name, part in named_values(value):
        other = against.get(name) if name and isinstance(against, Mapping) else against
        shape, text = array_shape(part), plain(grid(part, other))
        heading = f"{title} {name} {shape or ''}".replace("  ", " ").rstrip()
        yield f"{heading}: {text}" if shape is None and "\n" not in text else f"{heading}\n{text}"
