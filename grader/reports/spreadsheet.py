"""``grades.csv``: one row a submission, for a spreadsheet program or an LMS."""

from __future__ import annotations

import csv
import io

from grader.gradebook.results import decimal_points
from grader.model import ExerciseResult, RunInfo, RunResult, SubmissionResult, Verdict
from grader.reports.adjustments import all_adjustments
from grader.reports.feedback import Feedback, limit
from grader.reports.marks import total_of, verdict_text
from grader.reports.safe import one_line
from grader.reports.summary import exercise_names

__all__ = ["neutral", "render"]

# Excel takes a file without it for the local code page and garbles every name that is not ASCII.
# Scripts that read the file with Python open it as "utf-8-sig".
_BYTE_ORDER_MARK = "\ufeff"
# Excel folds full-width forms before it looks for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> str:
    """Write id, score, max_score, ungraded, status, one column of points per exercise, and a message.

    A submission that was not graded has no score: its cells are empty, not 0. Points have up to four
    decimals, rounded down, so that no column shows full marks where something is missing.
    """
    run = limit(run, feedback)
    names = exercise_names(run)
    text = io.StringIO(newline="")
    text.write(_BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(
        ["id", "score", "max_score", "ungraded", "status", *(neutral(name) for name in names), "message"]
    )
    writer.writerows(_row(each, run.info, names) for each in run.submissions)
    return text.getvalue()


def neutral(text: str) -> str:
    """Keep a spreadsheet program from taking text for a formula.

    >>> neutral("=HYPERLINK(...)")
    "'=HYPERLINK(...)"
    """
    formula = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return one_line(f"'{text}" if formula else text, 2000)


def _row(result: SubmissionResult, info: RunInfo, names: tuple[str, ...]) -> list[str]:
    total = total_of(result, info)
    earned = {each.name: decimal_points(each.score.earned) for each in result.exercises} if total else {}
    return [
        neutral(result.id),
        decimal_points(total.earned) if total else "",
        decimal_points(info.points),
        decimal_points(total.ungraded) if total else "",
        result.status.value,
        *(earned.get(name, "") for name in names),
        neutral(_message(result)),
    ]


def _message(result: SubmissionResult) -> str:
    """Say what was set by hand or taken off for lateness, and why there is no score or where points went."""
    wrong = (each for each in result.exercises if each.verdict is not Verdict.CORRECT)
    found = [result.message] if result.message else map(_loss, wrong)
    return "; ".join((*all_adjustments(result), *found))


def _loss(exercise: ExerciseResult) -> str:
    patterns = [finding.pattern for finding in exercise.findings if finding.pattern]
    where = f" ({patterns[0]})" if patterns else ""
    return f"{exercise.name}: {verdict_text(exercise)}{where}"
