"""GitHub Classroom's own reporter: the payload that it reads from a step's output.

It computes the points in two ways, and both must agree: its table counts tests that pass, divides by
the number of tests and multiplies by ``max_score``; its annotation adds up the tests' scores. So there
is one test for each point.

Source: classroom-resources/autograding-grading-reporter, ``src/``; version 3 is the payload of
classroom-resources/autograding-python-grader.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from grader.model import RunResult, Status, SubmissionResult
from grader.reports.adjustments import all_adjustments
from grader.reports.feedback import Feedback, limit
from grader.reports.github import append
from grader.reports.safe import one_line
from grader.reports.whole_points import WholePoints, only_submission, whole_points

__all__ = ["render", "write_output"]

_MOST_TESTS = 200  # keeps the payload below the 128 KiB that one environment variable may have
_MESSAGE = 500  # characters


def render(run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> str:
    """Write the payload as JSON. `grader.reports.whole_points` says how points become whole.

    An exercise that could not be graded has no test: it costs nothing. A submission that was not graded
    has one test, with the status error and worth nothing, so that the job fails loudly.

    Raises:
        GraderError: the run has none or several submissions.
    """
    run = limit(run, feedback)
    result = only_submission(run)
    tests = list(_tests(result, _bounded(whole_points(run), run.info.title)))
    payload = {
        "version": 3,
        "status": _status(result, tests),
        "max_score": sum(test["max_score"] for test in tests),
        "tests": [{key: test[key] for key in test if key != "max_score"} for test in tests],
    }
    if message := _overall(result):
        payload["message"] = message
    return json.dumps(payload, ensure_ascii=True, indent=1) + "\n"


def write_output(
    run: RunResult, environment: Mapping[str, str], feedback: Feedback = Feedback.EXAMPLE
) -> None:
    """Set the step's output ``result`` to the payload in base 64; outside of GitHub Actions do nothing.

    Raises:
        GraderError: the run has none or several submissions, or the file cannot be written.
    """
    encoded = base64.b64encode(json.dumps(json.loads(render(run, feedback))).encode("ascii"))
    append("GITHUB_OUTPUT", f"result={encoded.decode('ascii')}\n", environment)


def _bounded(parts: tuple[WholePoints, ...], title: str) -> tuple[WholePoints, ...]:
    """Turn an assignment with too many points for a test each into one of so many parts, rounded down."""
    earned, possible = sum(part.earned for part in parts), sum(part.possible for part in parts)
    if possible <= _MOST_TESTS:
        return parts
    return (WholePoints(title, math.floor(earned * _MOST_TESTS / possible), _MOST_TESTS, None),)


def _tests(result: SubmissionResult, parts: tuple[WholePoints, ...]) -> Iterator[dict[str, Any]]:
    count = sum(max(1, part.possible) for part in parts)
    number = 0
    for part in parts:
        for point in range(max(1, part.possible)):
            number += 1
            yield {
                **_test(result, part, point),
                "task_id": number,
                "duration": round(result.seconds / count, 3),  # nobody knows how long one point takes
            }


def _test(result: SubmissionResult, part: WholePoints, point: int) -> dict[str, Any]:
    worth = 1 if part.possible else 0
    passed = point < part.earned or (not worth and result.status is Status.GRADED)
    first_lost = not passed and point == part.earned
    of = f" ({point + 1} of {part.possible})" if part.possible > 1 else ""
    test = {
        "name": one_line(part.name) + of,
        "status": "pass" if passed else "error" if result.status is Status.NOT_GRADED else "fail",
        "score": worth if passed else 0,
        "max_score": worth,
        "test_code": "",
        "filename": _place(part)[0] if first_lost else "",
        "line_no": _place(part)[1] if first_lost else 0,
    }
    return test | ({"message": _message(result, part)} if first_lost else {})


def _place(part: WholePoints) -> tuple[str, int]:
    findings = part.exercise.findings if part.exercise else ()
    return (one_line(findings[0].path), findings[0].line) if findings else ("", 0)


def _message(result: SubmissionResult, part: WholePoints) -> str:
    if part.exercise is None:
        return _overall(result)
    findings = [f"{finding.text} {finding.hint}" for finding in part.exercise.findings[:1]]
    return one_line(f"{part.exercise.verdict.value}. {' '.join(findings)}", _MESSAGE)


def _overall(result: SubmissionResult) -> str:
    return one_line("; ".join(filter(None, (*all_adjustments(result), result.message))), _MESSAGE)


def _status(result: SubmissionResult, tests: list[dict[str, Any]]) -> str:
    if result.status is Status.NOT_GRADED:
        return "error"
    return "pass" if all(test["status"] == "pass" for test in tests) else "fail"
