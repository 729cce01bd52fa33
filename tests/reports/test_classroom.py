from __future__ import annotations

import base64
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.model import RunResult, Score
from grader.reports.classroom import render, write_output

from .runs import BOB, CAROL, DAVE, FINDING, HOSTILE, attacked_by, of, right, submission, wrong


def table_score(payload: dict[str, Any]) -> float:
    """What the reporter's table shows: it counts tests."""
    passed = sum(test["status"] == "pass" for test in payload["tests"])
    return float(passed / len(payload["tests"]) * payload["max_score"])


def annotated_score(payload: dict[str, Any]) -> float:
    """What the reporter's annotation shows: it adds up scores."""
    return float(sum(test["score"] for test in payload["tests"]))


THIRDS = replace(wrong(), score=Score(Fraction(25, 3), Fraction(25)))


@pytest.mark.parametrize(
    ("run", "points", "most", "status"),
    [
        (of(submission("a", right(), wrong())), 35, 45, "fail"),
        (of(BOB), 55, 55, "pass"),
        (of(CAROL), 0, 55, "fail"),
        (of(DAVE), 0, 0, "error"),
        (of(submission("a", THIRDS)), 8, 25, "fail"),
        (of(submission("a", replace(right(), score=Score(Fraction(333), Fraction(1000))))), 66, 200, "fail"),
    ],
)
def test_both_of_the_reporters_sums_agree(run: RunResult, points: int, most: int, status: str) -> None:
    payload = json.loads(render(run))
    assert table_score(payload) == pytest.approx(points)
    assert annotated_score(payload) == points
    assert (payload["max_score"], payload["status"], payload["version"]) == (most, status, 3)
    assert [test["task_id"] for test in payload["tests"]] == list(range(1, len(payload["tests"]) + 1))


def test_the_first_lost_point_says_why(one: RunResult) -> None:
    tests = json.loads(render(one))["tests"]
    (lost,) = [test for test in tests if test["filename"]]
    assert lost == {
        "name": "conv_backward_naive (16 of 25)",
        "status": "fail",
        "score": 0,
        "test_code": "",
        "filename": "layers.py",
        "line_no": 42,
        "message": "wrong value. dx is empty when pad = 0. [0:-0] selects nothing.",
        "task_id": 36,
        "duration": round(1.5 / 55, 3),
    }


def test_not_graded_fails_loudly_and_is_worth_nothing() -> None:
    (test,) = json.loads(render(of(DAVE)))["tests"]
    assert (test["status"], test["score"], test["message"]) == (
        "error",
        0,
        "The sandbox could not be started.",
    )


def test_the_output_fits_into_one_environment_variable(tmp_path: Path) -> None:
    wordy = wrong("w", *[replace(FINDING, text="x" * 5000)])
    run = of(submission("a", *(replace(wordy, name="n" * 300 + str(i)) for i in range(8))))
    write_output(run, {"GITHUB_OUTPUT": str(tmp_path / "output")})
    text = (tmp_path / "output").read_text()
    assert text.startswith("result=") and text.count("\n") == 1
    assert len(text) < 128 * 1024
    assert json.loads(base64.b64decode(text.removeprefix("result="))) == json.loads(render(run))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    run = of(attacked_by(text).submissions[0])
    payload = json.loads(render(run))
    assert payload.keys() == {"version", "status", "max_score", "tests"}
    texts = [value for test in payload["tests"] for value in test.values() if isinstance(value, str)]
    assert all(value.isprintable() and len(value) <= 500 for value in texts)
