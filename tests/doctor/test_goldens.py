"""What golden submissions should earn: read with care, and every difference said."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.doctor.goldens import Golden, differences, read_goldens
from grader.errors import AssignmentError
from grader.model import Assignment, Exercise, ExerciseResult, Score, Status, SubmissionResult, Verdict

RIGHT = ExerciseResult(name="f", op="conv2d", verdict=Verdict.CORRECT, score=Score(Fraction(5), Fraction(5)))
RESULT = SubmissionResult(id="a", path="a", digest="", status=Status.GRADED, exercises=(RIGHT,))


@pytest.mark.parametrize(
    ("golden", "said"),
    [
        (Golden("graded", Fraction(5), {}), []),
        (Golden("unreadable", Fraction(5), {}), ["status is graded, should be unreadable"]),
        (Golden("graded", Fraction(14, 3), {}), ["score is 5, should be 14/3"]),
        (
            Golden("graded", Fraction(5), {"f": {"verdict": "wrong value", "score": "4"}}),
            ["f: verdict is correct, should be wrong value", "f: score is 5, should be 4"],
        ),
        (
            Golden("graded", Fraction(5), {"f": {"carried_forward": True}}),
            ["f: carried_forward is False, should be True"],
        ),
        (
            Golden("graded", Fraction(5), {"f": {"failed": ["stride"]}}),
            ["f: failed is [], should be ['stride']"],
        ),
        (
            Golden("graded", Fraction(5), {"f": {"mistakes": ["flips_the_kernel"]}}),
            ["f: mistakes is [], should be ['flips_the_kernel']"],
        ),
    ],
)
def test_differences_are_said(golden: Golden, said: list[str]) -> None:
    assert differences(golden, RESULT) == said


def goldens(folder: Path, text: str) -> Mapping[str, Golden]:
    (folder / "submissions").mkdir()
    (folder / "submissions" / "expected.toml").write_text(text, encoding="utf-8")
    exercise = Exercise(name="f", op="conv2d", points=Fraction(5))
    return read_goldens(
        Assignment(name="course", folder=folder, title="", convention="cs231n", exercises=(exercise,))
    )


def test_what_is_said_is_read(tmp_path: Path) -> None:
    text = '[a]\nabout = "why"\nstatus = "graded"\nscore = "14/3"\nf = { verdict = "wrong value", score = 2 }'
    entry: dict[str, Any] = {"verdict": "wrong value", "score": 2}
    assert goldens(tmp_path, text) == {"a": Golden("graded", Fraction(14, 3), {"f": entry})}


def test_a_byte_order_mark_and_decimals_are_read(tmp_path: Path) -> None:
    text = '\ufeff[a]\nstatus = "graded"\nscore = 1.1'
    assert goldens(tmp_path, text)["a"].score == Fraction("1.1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a", "course/submissions/expected.toml is not valid TOML"),
        ("a = 1", "course/submissions/expected.toml [a]: should be a table, one for each submission."),
        ('[a]\nstatus = "graded"', "[a]: key 'score' is missing."),
        ('[a]\nscore = "1"', "[a]: key 'status' is missing."),
        ('[a]\nstatus = "grated"\nscore = "1"', "[a]: unknown status 'grated'; did you mean 'graded'?"),
        ('[a]\nstatus = "graded"\nscore = "one"', '[a]: score = "one", but should be points, such as'),
        ('[a]\nstatus = "graded"\nscore = "1/0"', '[a]: score = "1/0", but should be points, such as'),
        ('[a]\nstatus = "graded"\nscore = "1e99999999"', '[a]: score = "1e99999999", but should be points'),
        ('[a]\nstatus = "graded"\nscore = 1e999', "[a]: score = 1E+999, but should be points, such as"),
        ('[a]\nstatus = "graded"\nscore = -1', "[a]: score = -1, but should be points, such as"),
        (f'[a]\nstatus = "graded"\nscore = {"9" * 5000}', "expected.toml is not valid TOML: Exceeds the"),
        ('[a]\nstatuss = "graded"\nscore = 1', "[a]: unknown key 'statuss'; did you mean 'status'?"),
        ('[a]\nstatus = ["graded"]\nscore = 1', "Known statuses: graded, not graded, unreadable."),
        ('[a]\nstatus = "graded"\nscore = "1"\ng = {}', "[a]: unknown key 'g'"),
        ('[a]\nstatus = "graded"\nscore = "1"\nf = 1', "[a] f: should be a table, such as"),
        ('[a]\nstatus = "graded"\nscore = "1"\nf = { points = 1 }', "[a] f: unknown key 'points'"),
        ('[a]\nstatus = "graded"\nscore = "1"\nf = { verdict = "wrong" }', "[a] f: unknown verdict 'wrong'"),
        ('[a]\nstatus = "graded"\nscore = "1"\nf = { score = "x" }', '[a] f: score = "x", but should be'),
        (
            '[a]\nstatus = "graded"\nscore = "1"\nf = { failed = [1, "x"] }',
            '[a] f: failed = [1, "x"], but should be a list of names.',
        ),
        (
            '[a]\nstatus = "graded"\nscore = "1"\nf = { carried_forward = 1 }',
            "[a] f: carried_forward = 1, but should be true or false.",
        ),
        (
            '[a]\nstatus = "graded"\nscore = "1"\nf = { failed = "x" }',
            '[a] f: failed = "x", but should be a list',
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AssignmentError) as caught:
        goldens(tmp_path, text)
    assert said in str(caught.value)
