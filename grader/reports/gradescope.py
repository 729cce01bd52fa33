"""Gradescope's ``results.json``: a test for each exercise, with its points and what is said of it.

Gradescope starts ``run_autograder`` in a container and reads ``/autograder/results/results.json``. All texts
are plain, so that nothing that a student writes is markup.

Source: Gradescope's "Autograder Specifications".
"""

from __future__ import annotations

import json
from typing import Any

from grader.model import ExerciseResult, RunResult, Score, SubmissionResult
from grader.reports.adjustments import adjustments
from grader.reports.feedback import Feedback, limit
from grader.reports.marks import total_of, verdict_text
from grader.reports.safe import one_line, printable
from grader.reports.sentences import about, example_text, of
from grader.reports.whole_points import only_submission

__all__ = ["render"]


def render(run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> str:
    """Write ``results.json``.

    The total is given, too, since a person's decision or lateness may make it another than the sum. Of a
    submission that was not graded there is none: Gradescope then says that the autograder failed, and
    nobody gets 0 for it.

    Raises:
        GraderError: the run has none or several submissions.
    """
    run = limit(run, feedback)
    result = only_submission(run)
    total = total_of(result, run.info)
    content: dict[str, Any] = {
        **({"score": float(total.earned)} if total else {}),
        "output": _text(result.message, *result.notes, *adjustments(result), _ungraded(total)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_test(number, each) for number, each in enumerate(result.exercises, 1)] if total else [],
        "extra_data": _extra(result, run),
    }
    return json.dumps(content, ensure_ascii=True, indent=1) + "\n"


def _test(number: int, exercise: ExerciseResult) -> dict[str, Any]:
    score = exercise.score
    return {
        "number": str(number),
        "name": one_line(exercise.name),
        "score": float(score.earned),
        "max_score": float(score.total),
        "status": "passed" if score.earned >= score.total else "failed",
        "output": _text(verdict_text(exercise), _ungraded(score), *about(exercise), *_findings(exercise)),
    }


def _findings(exercise: ExerciseResult) -> list[str]:
    texts: list[str] = []
    for finding in exercise.findings:
        texts += of(finding)
        if finding.example:
            texts += [example_text(finding.example), f"Run it yourself:\n\n{finding.example.repro}"]
    return texts


def _ungraded(score: Score | None) -> str:
    if score is None or not score.ungraded:
        return ""
    return f"{float(score.ungraded):g} points could not be graded, through no fault of yours: ask for them."


def _text(*paragraphs: str) -> str:
    return printable("\n\n".join(text for text in paragraphs if text))


def _extra(result: SubmissionResult, run: RunResult) -> dict[str, Any]:
    """What tells later which grader gave these points, for what; students do not see it."""
    info = run.info
    return {
        "grader": info.version,
        "assignment": info.assignment,
        "assignment_digest": info.digest,
        "seed": info.seed,
        "sandbox": info.sandbox,
        "status": result.status.value,
    }
