from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.model import RunResult, Score
from grader.reports.classroom50 import render, write_result

from .runs import BOB, CAROL, DAVE, HOSTILE, attacked_by, of, submission, wrong

ENVIRONMENT = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "cnn",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-11-24",
    "COMMIT_URL": "https://example.org/commit",
    "RELEASE_URL": "https://example.org/release",
    "REVIEW_URL": "https://example.org/review",
}
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_the_output_is_the_stored_file(one: RunResult) -> None:
    assert json.loads(render(one, environment=ENVIRONMENT, now=NOW)) == {
        "schema": "classroom50/result/v1",
        "classroom": "dl",
        "assignment": "cnn",
        "assignment_type": "individual",
        "owner": "ada",
        "submission": "submit/2026-11-24",
        "commit": "https://example.org/commit",
        "release": "https://example.org/release",
        "review": "https://example.org/review",
        "datetime": "2026-11-24T10:00:00Z",
        "score": 35,
        "max-score": 55,
        "tests": [
            {
                "test-name": "conv_forward_naive",
                "passed": True,
                "score": 20,
                "max-score": 20,
                "verdict": "correct",
                "message": "",
            },
            {
                "test-name": "conv_backward_naive",
                "passed": False,
                "score": 15,
                "max-score": 25,
                "verdict": "wrong value",
                "message": "dx is empty when pad = 0.",
            },
            {
                "test-name": "max_pool_forward_naive",
                "passed": False,
                "score": 0,
                "max-score": 10,
                "verdict": "missing",
                "message": "There is no function max_pool_forward_naive.",
            },
        ],
    }


def test_the_score_is_the_sum_of_the_tests_and_whole() -> None:
    thirds = replace(wrong(), score=Score(Fraction(25, 3), Fraction(25)))
    run = of(submission("a", replace(thirds, name="a"), replace(thirds, name="b"), replace(thirds, name="c")))
    content = json.loads(render(run, environment=ENVIRONMENT))
    assert content["score"] == 25 == sum(test["score"] for test in content["tests"])
    assert all(type(test["score"]) is int for test in content["tests"])


def test_without_the_runner_the_fields_are_there_and_valid() -> None:
    content = json.loads(render(of(BOB), environment={"SUBMISSION_TAG": "v1"}))
    assert (content["owner"], content["assignment_type"]) == ("bob", "individual")
    assert content["submission"] == "submit/v1"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", content["datetime"])


def test_unreadable_has_no_points() -> None:
    content = json.loads(render(of(CAROL), environment=ENVIRONMENT))
    assert (content["score"], content["max-score"]) == (0, 55)
    assert content["tests"][0]["verdict"] == "unreadable"


@pytest.mark.parametrize(
    ("result", "written", "output"),
    [
        (BOB, True, "status=success\nsummary=55 / 55\n"),
        (submission("a", wrong()), True, "status=failure\nsummary=15 / 25\n"),
        (CAROL, True, "status=failure\nsummary=0 / 55\n"),
        (
            submission("a", replace(wrong(), score=Score(ungraded=Fraction(25)))),
            True,
            "status=error\nsummary=0 / 0 (25 not graded)\n",
        ),
        (DAVE, False, "status=error\nsummary=The sandbox could not be started.\n"),
    ],
    ids=["all points", "some points", "unreadable", "partly graded", "not graded"],
)
def test_what_the_runner_gets(result, written: bool, output: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    environment = ENVIRONMENT | {"GITHUB_OUTPUT": str(tmp_path / "output")}
    write_result(of(result), tmp_path, environment)
    assert (tmp_path / "output").read_text() == output
    assert (tmp_path / "result.json").exists() == (tmp_path / "release-body.md").exists() == written


def test_a_checkout_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    checkout = tmp_path / "a file"
    checkout.touch()
    with pytest.raises(GraderError, match=r"result\.json: cannot be written: .*/a file is no folder$"):
        write_result(of(BOB), checkout, ENVIRONMENT)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, tmp_path: Path) -> None:
    run = of(attacked_by(text).submissions[0])
    content = json.loads(render(run, environment=ENVIRONMENT | {"OWNER": text}, now=NOW))
    assert content.keys() == json.loads(render(of(BOB), environment=ENVIRONMENT)).keys()
    assert all(test[key].isprintable() for test in content["tests"] for key in ("test-name", "message"))
    dave = replace(DAVE, message=text)
    write_result(of(dave), tmp_path, {"GITHUB_OUTPUT": str(tmp_path / "output")})
    lines = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    assert [line.split("=")[0] for line in lines] == ["status", "summary"]
