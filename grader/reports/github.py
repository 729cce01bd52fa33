"""GitHub Actions: annotations beside the student's lines, and the job's summary in Markdown.

Source: GitHub's "Workflow commands for GitHub Actions" and the runner's own limits: ten annotations
of a kind for each step, one MiB of summary for each step.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from grader.errors import GraderError
from grader.model import (
    ExerciseResult,
    Finding,
    RunInfo,
    RunResult,
    Status,
    SubmissionResult,
    Verdict,
)
from grader.reports.adjustments import adjustments, override_text
from grader.reports.feedback import Feedback, limit
from grader.reports.marks import failing, mark_of, points_text, total_of, verdict_text
from grader.reports.safe import one_line, printable
from grader.reports.sentences import about, example_text, of

__all__ = ["SUMMARY_LIMIT", "append", "commands_stopped", "render", "workflow_commands", "write_summary"]

SUMMARY_LIMIT = 1 << 20  # bytes
_MOST = 10  # annotations of a kind that GitHub keeps for a step
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_CUT = "\n*The rest is left out: the summary would be too long.*\n"


# --- annotations -------------------------------------------------------------------------------------


def workflow_commands(run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> str:
    """Write workflow commands, a line each: what is wrong beside the student's line, then the points.

    An exercise without points is an error, one with some of its points a warning, and so is one that
    could not be graded. A CI job grades its own checkout, so paths inside the submission are paths
    inside the repository.
    """
    run = limit(run, feedback)
    return "".join(f"{line}\n" for result in run.submissions for line in _annotations(result, run.info))


def _annotations(result: SubmissionResult, info: RunInfo) -> Iterator[str]:
    found = [each for exercise in result.exercises for each in _of_exercise(exercise)]
    if result.status is not Status.GRADED:
        found.insert(0, ("error", _properties(result.status.value.capitalize()), result.message))
    for kind in ("error", "warning"):
        yield from _at_most([entry for entry in found if entry[0] == kind])
    total = total_of(result, info)
    points = f"Points: {points_text(total) if total else 'none given'}"
    yield _command("notice", _properties(info.title), "\n".join((points, *adjustments(result))))


def _of_exercise(exercise: ExerciseResult) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield kind, properties and text of what is said about an exercise."""
    score = exercise.score
    all_points = 0 < score.possible <= score.earned and not score.ungraded
    if all_points or (exercise.verdict is Verdict.CORRECT and not exercise.override):
        return
    kind = "warning" if score.earned or score.ungraded else "error"
    title = f"{exercise.name}: {verdict_text(exercise)}, {points_text(score)}"
    finding = exercise.findings[0] if exercise.findings else None
    by_hand = f"{override_text(exercise.override)}\n" if exercise.override else ""
    yield kind, _properties(title, finding), by_hand + _sentences(finding)


def _sentences(finding: Finding | None) -> str:
    if finding is None:
        return "See the job's summary."
    pattern = f"Fails {failing(finding.pattern)}." if finding.pattern else ""
    return "\n".join(part for part in (finding.text, pattern, finding.hint) if part)


def _properties(title: str, finding: Finding | None = None) -> dict[str, str]:
    place = {"file": finding.path} if finding and finding.path else {}
    line = {"line": str(finding.line)} if finding and place and finding.line else {}
    return place | line | {"title": title}


def _at_most(entries: list[tuple[str, dict[str, str], str]]) -> Iterator[str]:
    """Yield as many commands as GitHub shows; the last says how many it stands for."""
    shown = entries if len(entries) <= _MOST else entries[: _MOST - 1]
    for kind, properties, text in shown:
        yield _command(kind, properties, text)
    if len(entries) > len(shown):
        left = len(entries) - len(shown)
        yield _command(entries[0][0], _properties(f"{left} more"), "They are in the job's summary.")


def _command(kind: str, properties: Mapping[str, str], text: str) -> str:
    fields = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {fields}::{_data(printable(text, 4000))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


@contextmanager
def commands_stopped(stream: TextIO) -> Iterator[None]:
    """Have the runner take nothing for a command that is printed meanwhile, whatever students wrote."""
    token = secrets.token_hex(16)
    stream.write(f"::stop-commands::{token}\n")
    try:
        yield
    finally:
        stream.write(f"\n::{token}::\n")
        stream.flush()


# --- the job's summary -------------------------------------------------------------------------------


def render(run: RunResult, feedback: Feedback = Feedback.EXAMPLE, *, most: int = SUMMARY_LIMIT) -> str:
    """Write the job's summary in GitHub's Markdown, at most so many bytes long.

    Students' text has every punctuation character escaped where it stands in a sentence, and is
    fenced by more backticks than it holds where it stands in a block: it can make neither Markdown nor
    HTML.
    """
    run = limit(run, feedback)
    text, left = "", most - len(_CUT.encode())
    for part in _parts(run):
        left -= len(part.encode())
        if left < 0:
            return text + _CUT
        text += part
    return text


def _parts(run: RunResult) -> Iterator[str]:
    if run.info.sandbox == "none":
        yield "> [!CAUTION]\n> Not isolated: these marks can have been forged.\n\n"
    for result in run.submissions:
        total = total_of(result, run.info)
        yield f"## {_inline(run.info.title)}: {points_text(total) if total else 'not graded'}\n\n"
        if len(run.submissions) > 1:
            yield f"{_inline(result.id)}\n\n"
        yield from _paragraphs(result)
        yield _points_table(result.exercises)
        for exercise in result.exercises:
            yield from _exercise_parts(exercise)


def _paragraphs(result: SubmissionResult) -> Iterator[str]:
    for text in (result.message, *result.notes, *adjustments(result)):
        if text:
            yield f"{_inline(text)}\n\n"


def _points_table(exercises: tuple[ExerciseResult, ...]) -> str:
    if not exercises:
        return ""
    rows = (
        (mark_of(each).glyph, _inline(each.name), verdict_text(each), points_text(each.score))
        for each in exercises
    )
    lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"| | Exercise | Verdict | Points |\n| --- | --- | --- | ---: |\n{lines}\n"


def _exercise_parts(exercise: ExerciseResult) -> Iterator[str]:
    general = list(about(exercise))
    if general or exercise.findings:
        yield f"### {_inline(exercise.name)}\n\n"
    for text in general:
        yield f"{_inline(text)}\n\n"
    for finding in exercise.findings:
        yield from _finding_parts(finding)


def _finding_parts(finding: Finding) -> Iterator[str]:
    first, *others = of(finding)
    yield f"**{_inline(first)}**\n\n"
    for text in others:
        yield f"{_inline(text)}\n\n"
    if finding.example:
        yield _block(example_text(finding.example))
        yield f"<details><summary>Run it yourself</summary>\n\n{_block(finding.example.repro)}</details>\n\n"


def _inline(text: str) -> str:
    """Escape all ASCII punctuation, which CommonMark allows anywhere in a sentence."""
    return _PUNCTUATION.sub(lambda match: "\\" + match[0], one_line(text, 2000))


def _block(text: str) -> str:
    text = printable(text)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}\n\n"


# --- where the runner wants it -----------------------------------------------------------------------


def write_summary(
    run: RunResult, environment: Mapping[str, str], feedback: Feedback = Feedback.EXAMPLE
) -> None:
    """Add the summary to the file that GITHUB_STEP_SUMMARY names; without it do nothing.

    Raises:
        GraderError: the file cannot be written.
    """
    append("GITHUB_STEP_SUMMARY", render(run, feedback), environment)


def append(variable: str, text: str, environment: Mapping[str, str]) -> None:
    """Add text to the file that a variable of the runner names; without it do nothing.

    Raises:
        GraderError: the file cannot be written.
    """
    name = environment.get(variable)
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise GraderError(f"{variable}={name}: cannot be written: {error.strerror or error}") from error
