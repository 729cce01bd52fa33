"""Classroom 50's ``result.json``, version 1.

Its runner starts a grader in the student's checkout, with the submission's names and addresses in the
environment, and reads ``result.json`` there. It accepts no field that it does not know, and whole points
only: `grader.reports.whole_points` says how ours become whole.

Source: Classroom 50, ``schemas/result-v1.schema.json`` and its documentation of custom autograders.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.model import RunResult, Score, Status, SubmissionResult
from grader.reports import put
from grader.reports.adjustments import all_adjustments, override_text
from grader.reports.feedback import Feedback, limit
from grader.reports.github import append
from grader.reports.github import render as render_markdown
from grader.reports.marks import points_text, total_of
from grader.reports.safe import one_line
from grader.reports.whole_points import WholePoints, only_submission, whole_points

__all__ = ["render", "write_result"]

_BODY_LIMIT = 120_000  # bytes; a release on GitHub takes 125 000 characters


def render(
    run: RunResult,
    feedback: Feedback = Feedback.EXAMPLE,
    *,
    environment: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> str:
    """Write ``result.json``.

    Args:
        run: with one submission.
        feedback: what the student may see.
        environment: as the runner sets it; the process's own if left out. What it lacks is empty, but for
            the tag, which must begin with ``submit/``.
        now: when it was graded; the present if left out. The runner overwrites it, as well as the owner.

    Raises:
        GraderError: the run has none or several submissions.
    """
    run = limit(run, feedback)
    given = os.environ if environment is None else environment
    parts = whole_points(run)
    content = {
        **_origin(given, only_submission(run).id),
        "datetime": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(part.earned for part in parts),
        "max-score": sum(part.possible for part in parts),
        "tests": [_test(part, only_submission(run)) for part in parts],
    }
    return json.dumps(content, ensure_ascii=True, indent=1) + "\n"


def write_result(
    run: RunResult,
    checkout: Path,
    environment: Mapping[str, str],
    feedback: Feedback = Feedback.EXAMPLE,
) -> None:
    """Write ``result.json`` and ``release-body.md`` into the checkout, and the step's status and summary.

    Where it was not graded, no result is written, only the step's status.

    Raises:
        GraderError: the run has none or several submissions, or a file cannot be written.
    """
    result = only_submission(run)
    if result.status is Status.NOT_GRADED and not result.override:
        append("GITHUB_OUTPUT", f"status=error\nsummary={one_line(result.message)}\n", environment)
        return
    put(checkout / "result.json", [render(run, feedback, environment=environment).encode()])
    put(checkout / "release-body.md", [render_markdown(run, feedback, most=_BODY_LIMIT).encode()])
    score = total_of(result, run.info) or Score()
    append("GITHUB_OUTPUT", f"status={_status(score)}\nsummary={points_text(score)}\n", environment)


def _status(score: Score) -> str:
    if score.ungraded:
        return "error"
    return "success" if score.earned >= score.possible else "failure"


def _origin(environment: Mapping[str, str], id: str) -> dict[str, str]:
    def given(name: str, default: str = "") -> str:
        return one_line(environment.get(name) or default)

    tag = given("SUBMISSION_TAG", "submit/unknown")
    return {
        "schema": "classroom50/result/v1",
        "classroom": given("CLASSROOM"),
        "assignment": given("ASSIGNMENT"),
        "assignment_type": "group" if given("ASSIGNMENT_TYPE") == "group" else "individual",
        "owner": given("OWNER", id),
        "submission": tag if tag.startswith("submit/") else f"submit/{tag}",
        "commit": given("COMMIT_URL"),
        "release": given("RELEASE_URL"),
        "review": given("REVIEW_URL"),
    }


def _test(part: WholePoints, result: SubmissionResult) -> dict[str, Any]:
    return {
        "test-name": one_line(part.name),
        "passed": part.full,
        "score": part.earned,
        "max-score": part.possible,
        "verdict": part.exercise.verdict.value if part.exercise else result.status.value,
        "message": _message(part, result),
    }


def _message(part: WholePoints, result: SubmissionResult) -> str:
    if part.exercise is None:
        return one_line("; ".join(all_adjustments(result)))
    by_hand = [override_text(part.exercise.override)] if part.exercise.override else []
    return one_line("; ".join(by_hand + [finding.text for finding in part.exercise.findings[:1]]))
