"""results.json: exact there and back, whole or not at all, and clear about what it is not."""

import dataclasses
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import GraderError
from grader.gradebook import results
from grader.model import (
    Example,
    ExerciseResult,
    Finding,
    RunInfo,
    RunResult,
    Score,
    Speed,
    Status,
    StratumResult,
    SubmissionResult,
    Verdict,
)

EXAMPLE = Example(
    call="conv_backward_naive(dout, cache)",
    inputs={"dout": [[[[1.0]]]], "conv_param": {"stride": 1, "pad": 0}},
    got={"dx": [], "shape": [1, 1, 0, 0]},
    expected=[[[[0.25]]]],
    repro="assert True",
)
FINDING = Finding(
    text="dx is empty when pad = 0.",
    mistake="conv2d_backward.crops_with_minus_pad",
    pattern="pad = 0",
    hint="Look at [pad:-pad].",
    example=EXAMPLE,
    path="cs231n/layers.py",
    line=12,
)
EXERCISE = ExerciseResult(
    name="conv_backward_naive",
    op="conv2d_backward",
    verdict=Verdict.WRONG_VALUE,
    score=Score(Fraction(50, 3), Fraction(45, 2), Fraction(5, 2)),
    carried_forward=True,
    cases={Verdict.WRONG_VALUE: 43, Verdict.CORRECT: 57},
    strata=(
        StratumResult(name="padding", score=Score(Fraction(0), Fraction(2)), failed=12, cases=12),
        StratumResult(name="stride", score=Score(ungraded=Fraction(1, 3)), failed=0, cases=9),
    ),
    speed=Speed(3.1, 50.0),
    findings=(FINDING, Finding(text="Something else.")),
    notes=("np.float was removed in NumPy 1.24; supplied",),
)
GRADED = SubmissionResult(
    id="alice",
    path="alice",
    digest="sha256:1",
    status=Status.GRADED,
    exercises=(EXERCISE,),
    seconds=1.7,
    notes=("one cell was left out",),
)
INFO = RunInfo(
    version="0.1.0",
    python="3.11.7",
    numpy="2.4.6",
    sandbox="bubblewrap",
    seed=20261124,
    assignment="cs231n_a2",
    title="Convolutional networks",
    digest="sha256:2",
    points=Fraction(100),
)


def submission(status: Status, message: str) -> SubmissionResult:
    return SubmissionResult(id="bob", path="bob.py", digest="", status=status, message=message)


RUN = RunResult(
    INFO,
    (
        GRADED,
        submission(Status.UNREADABLE, "a saved web page, not a notebook"),
        submission(Status.NOT_GRADED, "the sandbox could not be started"),
    ),
)


# --- what is written -----------------------------------------------------------------------------------


def test_a_run_has_exactly_the_keys_of_the_contract() -> None:
    data = results.to_json(RUN)
    entry = data["submissions"][0]
    exercise = entry["exercises"][0]
    finding = exercise["findings"][0]

    assert list(data) == ["format", "grader", "assignment", "submissions"]
    assert data["format"] == 1
    assert list(data["grader"]) == ["version", "python", "numpy", "sandbox", "seed"]
    assert data["assignment"] == {
        "name": "cs231n_a2",
        "title": "Convolutional networks",
        "digest": "sha256:2",
        "max_score": 100.0,
    }
    points = ["score", "max_score", "ungraded"]
    assert list(entry) == [
        *("id", "path", "digest", "status", "message", *points, "seconds", "notes"),
        *("late", "override", "exercises"),
    ]
    assert list(exercise) == [
        *(
            "name",
            "op",
            "verdict",
            *points,
            "carried_forward",
            "cases",
            "strata",
            "speed",
            "findings",
            "notes",
            "override",
        )
    ]
    assert list(exercise["strata"][0]) == ["name", *points, "failed", "cases"]
    assert list(finding) == ["mistake", "pattern", "text", "hint", "path", "line", "example"]
    assert list(finding["example"]) == ["call", "inputs", "got", "expected", "repro"]


def test_verdicts_are_words_in_the_order_of_the_model_and_an_unknown_mistake_is_null() -> None:
    exercise = results.submission_to_json(GRADED)["exercises"][0]

    assert exercise["verdict"] == "wrong value"
    assert list(exercise["cases"].items()) == [("correct", 57), ("wrong value", 43)]
    assert exercise["findings"][1] == {
        "mistake": None,
        "pattern": "",
        "text": "Something else.",
        "hint": "",
        "path": "",
        "line": 0,
        "example": None,
    }


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (RUN.submissions[0], (50 / 3, 22.5, 2.5)),
        (RUN.submissions[1], (0.0, 100.0, 0.0)),
        (RUN.submissions[2], (None, 0.0, 100.0)),
        (dataclasses.replace(GRADED, status=Status.NOT_GRADED), (None, 22.5, 2.5)),
    ],
    ids=["graded", "unreadable: none of the points", "not graded: no score", "not graded half-way: no score"],
)
def test_a_submissions_points(result: SubmissionResult, expected: tuple[float | None, float, float]) -> None:
    entry = results.submission_to_json(result, points=INFO.points)

    assert (entry["score"], entry["max_score"], entry["ungraded"]) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        ([1.5, [math.inf]], [1.5, ["inf"]]),
        ((1, 2), [1, 2]),
        ({1: None}, {"1": None}),
        (np.array([[1.0, np.nan]]), [[1.0, "nan"]]),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        ("an array of objects", "an array of objects"),
    ],
    ids=repr,
)
def test_values_of_examples_are_said_in_plain_json(value: Any, expected: Any) -> None:
    finding = dataclasses.replace(FINDING, example=dataclasses.replace(EXAMPLE, got=value))
    result = dataclasses.replace(GRADED, exercises=(dataclasses.replace(EXERCISE, findings=(finding,)),))

    entry = results.submission_to_json(result)
    json.dumps(entry, allow_nan=False)

    assert entry["exercises"][0]["findings"][0]["example"]["got"] == expected


def test_a_value_that_json_has_no_word_for_is_our_fault_and_loud() -> None:
    finding = dataclasses.replace(FINDING, example=dataclasses.replace(EXAMPLE, got=object))
    result = dataclasses.replace(GRADED, exercises=(dataclasses.replace(EXERCISE, findings=(finding,)),))

    with pytest.raises(TypeError, match="of type type, which JSON has no word for"):
        results.submission_to_json(result)


# --- there and back ------------------------------------------------------------------------------------


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("".join(results.pieces(RUN)), "ascii")

    assert results.read(tmp_path / "results.json") == RUN


def test_text_of_any_kind_survives_and_the_file_is_plain_ascii(tmp_path: Path) -> None:
    hostile = "nul \0 escape \x1b[2J bidi \u202e </script> \n::error::"
    run = RunResult(INFO, (submission(Status.UNREADABLE, hostile),))

    (tmp_path / "results.json").write_text("".join(results.pieces(run)), "ascii")

    (tmp_path / "results.json").read_bytes().decode("ascii")
    assert results.read(tmp_path / "results.json") == run


@given(
    numerator=st.integers(0, 4_095_000),
    decimals=st.sampled_from([1, 10, 100, 1000]),
    strata=st.integers(1, 40),
)
def test_shares_of_points_survive_exactly(numerator: int, decimals: int, strata: int) -> None:
    share = Fraction(numerator, 1000 * decimals) / strata
    if share.denominator > 10**6:
        share = share.limit_denominator(10**6)
    exercise = dataclasses.replace(EXERCISE, score=Score(share, share, share))
    result = dataclasses.replace(GRADED, exercises=(exercise,))

    assert results.submission_from_json(results.submission_to_json(result)) == result


@given(points=st.fractions(min_value=0, max_value=10**9))
def test_points_beyond_that_are_at_least_written_the_same_again(points: Fraction) -> None:
    exercise = dataclasses.replace(EXERCISE, score=Score(points, points))
    once = results.submission_to_json(dataclasses.replace(GRADED, exercises=(exercise,)))

    assert results.submission_to_json(results.submission_from_json(once)) == once


def test_the_file_is_a_head_and_a_line_for_each_submission() -> None:
    text = "".join(results.pieces(RUN))

    assert json.loads(text) == results.to_json(RUN)
    lines = [json.loads(line.rstrip(",")) for line in text.splitlines() if line.startswith('{"id"')]
    assert lines == results.to_json(RUN)["submissions"]


def test_a_run_of_nothing_is_a_head_alone() -> None:
    run = dataclasses.replace(RUN, submissions=())

    assert json.loads("".join(results.pieces(run))) == results.to_json(run)


# --- what cannot be read -------------------------------------------------------------------------------


POINTS = {"score": 0, "max_score": 1, "ungraded": 0}
LATE = {"due": "", "submitted": "", "text": "", "penalty": 0}


def without(*keys: str | int) -> str:
    data = results.to_json(RUN)
    inner: Any = data
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    return json.dumps(data)


def changed(value: Any, *keys: str | int) -> str:
    data = results.to_json(RUN)
    inner: Any = data
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    return json.dumps(data)


def nested(levels: int) -> list[Any]:
    return [nested(levels - 1)] if levels else []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON: Expecting value: line 1 column 1 (char 0)."),
        ("[" * 100_000, "is not JSON: maximum recursion depth exceeded"),
        ("[]", "is not a results.json of this grader: it has no format number."),
        ('{"tests": []}', "is not a results.json of this grader: it has no format number."),
        ('{"format": true}', "is not a results.json of this grader: it has no format number."),
        ('{"format": 2}', "has format 2, and this grader reads up to format 1: upgrade cnn-grader."),
        ('{"format": 0}', "has format 0, which never was one of this grader's."),
        (without("submissions"), "is not a complete results.json: 'submissions' is missing."),
        (
            without("submissions", 0, "exercises", 0, "verdict"),
            "is not a complete results.json: 'verdict' is missing.",
        ),
        (
            changed("fine", "submissions", 0, "status"),
            "is not a complete results.json: 'fine' is not a valid Status.",
        ),
        (
            changed(7, "submissions", 0, "id"),
            "is not a complete results.json: id should be a string, not 7.",
        ),
        (
            changed({"points": -1, "reason": "", "was": POINTS}, "submissions", 0, "override"),
            "is not a complete results.json: points should be a number from 0 to 1e+18, not -1.",
        ),
        (
            changed(LATE | {"penalty": -1}, "submissions", 0, "late"),
            "is not a complete results.json: penalty should be a number from 0 to 1e+18, not -1.",
        ),
        (
            changed(LATE | {"penalty": math.inf}, "submissions", 0, "late"),
            "is not a complete results.json: penalty should be a number from 0 to 1e+18, not inf.",
        ),
        (
            changed(math.nan, "submissions", 0, "seconds"),
            "is not a complete results.json: seconds should be a number from 0 to 1e+18, not nan.",
        ),
        (
            changed(1e308, "submissions", 0, "exercises", 0, "strata", 0, "failed"),
            "is not a complete results.json: failed should be a number from 0 to 1e+18, not 1e+308.",
        ),
        (
            changed(10**400, "submissions", 0, "exercises", 0, "max_score"),
            f"is not a complete results.json: max_score should be a number from 0 to 1e+18, not 1{'0' * 59}.",
        ),
        (
            changed([1], "submissions", 0, "exercises", 0, "score"),
            "is not a complete results.json: score should be a number from 0 to 1e+18, not [1].",
        ),
        (
            changed(1.5, "submissions", 0, "exercises", 0, "strata", 0, "cases"),
            "is not a complete results.json: cases should be a whole number, not 1.5.",
        ),
        (
            changed(nested(60), "submissions", 0, "exercises", 0, "findings", 0, "example", "got"),
            "is not a complete results.json: an example is nested more than 50 levels deep.",
        ),
        (
            changed([[1, 2]], "submissions", 0, "exercises", 0, "findings", 0, "example", "inputs"),
            "is not a complete results.json: inputs should be an object, not [[1, 2]].",
        ),
        (changed("x", "submissions", 0, "late"), "is not a complete results.json: string indices must be"),
        (
            changed(99, "submissions", 0, "exercises", 0, "score"),
            "is not a complete results.json: cannot earn 99 of 45/2 points.",
        ),
    ],
)
def test_what_is_not_ours_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text)

    with pytest.raises(GraderError) as caught:
        results.read(path)

    assert str(caught.value).startswith(f"{path} {message}")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"results\.json cannot be read: No such file or directory\.$"):
        results.read(tmp_path / "results.json")


# --- points for people ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "total", "expected"),
    [
        ("0", "100", "0"),
        ("100", "100", "100"),
        ("85", "100", "85"),
        ("12.5", "20", "12.5"),
        ("20/3", "20", "6.7"),
        ("0.25", "20", "0.3"),
        ("99.96", "100", "99.9"),
        ("99.9999", "100", "99.9"),
        ("0.001", "100", "0.1"),
        ("20/3", "20/3", "6.7"),
        ("6.66", "20/3", "6.6"),
        ("0.25", "0.25", "0.25"),
        ("0.249", "0.25", "0.24"),
        ("0.001", "0.25", "0.01"),
        ("0", "0", "0"),
        ("1000", "1000", "1000"),
    ],
)
def test_points_are_never_rounded_to_all_or_none(points: str, total: str, expected: str) -> None:
    assert results.format_points(Fraction(points), Fraction(total)) == expected


@given(total=st.fractions(Fraction(1, 1000), 1000), share=st.fractions(0, 1))
def test_all_none_and_between_are_always_told_apart(total: Fraction, share: Fraction) -> None:
    points = total * share
    shown, whole = (float(results.format_points(value, total)) for value in (points, total))

    assert (shown == 0) == (points == 0)
    assert (shown == whole) == (points == total)


def test_half_a_character_is_replaced_since_strict_readers_refuse_it(tmp_path: Path) -> None:
    run = RunResult(INFO, (submission(Status.UNREADABLE, "lone \udcff"),))
    (tmp_path / "results.json").write_text("".join(results.pieces(run)), "ascii")
    assert results.read(tmp_path / "results.json").submissions[0].message == "lone \N{REPLACEMENT CHARACTER}"
