from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.model import RunResult, Score, Status
from grader.reports import Feedback
from grader.reports.gradescope import render

from .runs import ALICE, BOB, CAROL, DAVE, HOSTILE, attacked_by, of, submission, wrong

FIELDS = {
    "score": float,
    "output": str,
    "output_format": str,
    "test_output_format": str,
    "test_name_format": str,
    "stdout_visibility": str,
    "tests": list,
    "extra_data": dict,
}
"""Gradescope's own names and types."""


def test_the_output_is_the_stored_file(one: RunResult) -> None:
    content = json.loads(render(one))
    assert {name: type(value) for name, value in content.items()} == FIELDS
    assert content["score"] == 35.0 == sum(test["score"] for test in content["tests"])
    right, wrong, missing = content["tests"]
    assert right == {
        "number": "1",
        "name": "conv_forward_naive",
        "score": 20.0,
        "max_score": 20.0,
        "status": "passed",
        "output": "correct",
    }
    assert (wrong["status"], wrong["score"], wrong["max_score"]) == ("failed", 15.0, 25.0)
    assert wrong["output"].startswith(
        "wrong value\n\nFails: padding 12 of 12.\n\nA note on the exercise.\n\n"
        "dx is empty when pad = 0.\n\nFails when pad = 0.\n\nSee layers.py, line 42.\n\n"
        "Hint: [0:-0] selects nothing.\n\nconv_backward_naive(dout, cache)\n"
    )
    assert "Run it yourself:\n\nimport numpy as np\n" in wrong["output"]
    assert missing["output"] == "missing\n\nThere is no function max_pool_forward_naive."


def test_the_level_limits_what_students_see(one: RunResult) -> None:
    assert [test["output"] for test in json.loads(render(one, Feedback.VERDICT))["tests"]] == [
        "correct",
        "wrong value",
        "missing",
    ]


def test_unreadable_is_worth_nothing_and_says_why() -> None:
    content = json.loads(render(of(CAROL)))
    assert (content["score"], content["tests"]) == (0.0, [])
    assert content["output"] == "layers.ipynb: a saved web page, not a notebook."


def test_what_was_not_graded_has_no_score_so_that_gradescope_sees_a_fault() -> None:
    content = json.loads(render(of(DAVE)))
    assert "score" not in content
    assert content["tests"] == []
    assert content["output"] == "The sandbox could not be started."


def test_what_could_not_be_graded_is_said_and_costs_no_point_of_the_others() -> None:
    half = replace(wrong(), score=Score(Fraction(10), Fraction(10), Fraction(15)), findings=())
    (test,) = json.loads(render(of(submission("a", half))))["tests"]
    assert "15 points could not be graded, through no fault of yours" in test["output"]
    assert test["status"] == "failed"


@pytest.mark.parametrize("result", [ALICE, BOB, CAROL], ids=lambda result: result.id)
def test_it_is_strict_json_of_ascii(result) -> None:  # type: ignore[no-untyped-def]
    text = render(of(result))
    assert text.isascii()
    assert json.loads(text)["extra_data"]["status"] in {status.value for status in Status}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    content = json.loads(render(of(attacked_by(text).submissions[0])))
    assert {name: type(value) for name, value in content.items()} == FIELDS
    assert {content[name] for name in FIELDS if name.endswith("_format")} == {"text"}
    for test in content["tests"]:
        assert test["name"].isprintable()
        assert all(line.isprintable() for line in test["output"].split("\n"))
