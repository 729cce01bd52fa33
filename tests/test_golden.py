"""Submissions with known marks, graded for real, at each level of isolation that works here.

They are graded once for all tests of this module. What each should earn, and why, stands beside them in
``expected.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from benchmarks import seeds
from grader.errors import SandboxError
from grader.model import Assignment, ExerciseResult, RunResult, Score, Status, SubmissionResult, Verdict
from grader.pipeline import Plan
from grader.sandbox import open_launcher
from grader.session import Choices, Session

FOLDER = Path(__file__).resolve().parent.parent / "assignments" / "cs231n_a2"
SUBMISSIONS = FOLDER / "submissions"
LEVELS = ("bubblewrap", "landlock")
CHOICES = Choices(assignment=str(FOLDER), seed=20261124, only=(), sandbox="auto", python=None, unsafe=False)

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Golden:
    """What a submission should earn.

    Attributes:
        exercises: what is said of each exercise by name; the others are right.
    """

    status: str
    score: Fraction
    exercises: Mapping[str, Table]


def read_goldens() -> dict[str, Golden]:
    tables = tomllib.loads((SUBMISSIONS / "expected.toml").read_text(encoding="utf-8"))
    return {id: golden(table) for id, table in tables.items()}


def golden(table: Table) -> Golden:
    exercises = {name: entry for name, entry in table.items() if isinstance(entry, dict)}
    return Golden(table["status"], Fraction(table["score"]), exercises)


GOLDENS = read_goldens()


# --- what differs ------------------------------------------------------------------------------


def differences(expected: Golden, got: SubmissionResult) -> list[str]:
    """Say where a result is not what it should be."""
    pairs: list[tuple[str, Any, Any]] = [
        ("status", got.status.value, expected.status),
        ("score", got.score.earned, expected.score),
    ]
    for exercise in got.exercises:
        pairs += of_exercise(expected.exercises.get(exercise.name, {}), exercise)
    return [f"{what} is {found}, should be {wanted}" for what, found, wanted in pairs if found != wanted]


def of_exercise(expected: Table, got: ExerciseResult) -> list[tuple[str, Any, Any]]:
    full, name = got.score.total, got.name
    pairs: list[tuple[str, Any, Any]] = [
        ("verdict", got.verdict.value, expected.get("verdict", "correct")),
        ("score", got.score.earned, Fraction(expected.get("score", full))),
        ("carried_forward", got.carried_forward, expected.get("carried_forward", False)),
        ("mistakes", mistakes_named(got), expected.get("mistakes", [])),
    ]
    if "failed" in expected:
        lost = {each.name for each in got.strata if each.score.total and not each.score.earned}
        pairs.append(("failed", sorted(lost), sorted(expected["failed"])))
    return [(f"{name}: {what}", found, wanted) for what, found, wanted in pairs]


def mistakes_named(got: ExerciseResult) -> list[str]:
    """The names of the mistakes that the findings name, without the operation's."""
    return [finding.mistake.removeprefix(f"{got.op}.") for finding in got.findings if finding.mistake]


# --- the goldens are as expected ---------------------------------------------------------------


def hasty(assignment: Assignment) -> Assignment:
    """The same with less time for each call, which changes no mark: those that hang would take a minute."""
    return replace(
        assignment, exercises=tuple(replace(exercise, seconds=2.0) for exercise in assignment.exercises)
    )


@pytest.fixture(scope="module", params=LEVELS)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """All goldens, graded once at each level."""
    level: str = request.param
    try:
        open_launcher(level).close()
    except SandboxError as error:
        pytest.skip(str(error))
    with Session([SUBMISSIONS], replace(CHOICES, sandbox=level)) as session:
        session.plan = Plan(hasty(session.plan.assignment), seed=CHOICES.seed)
        return session.run_all(tmp_path_factory.mktemp(level), jobs=2, force=True)


def test_every_golden_is_found_and_no_other(graded: RunResult) -> None:
    assert [result.id for result in graded.submissions] == sorted(GOLDENS)


def test_every_golden_earns_what_it_should(graded: RunResult) -> None:
    wrong = {
        result.id: found
        for result in graded.submissions
        if (found := differences(GOLDENS[result.id], result))
    }
    assert wrong == {}


def test_every_lost_point_is_explained(graded: RunResult) -> None:
    """Each exercise with points missing has a finding in words; nothing right has one."""
    assert [
        f"{result.id}: {exercise.name}: {exercise.verdict.value}"
        for result in graded.submissions
        for exercise in result.exercises
        if (exercise.score.earned < exercise.score.total) != bool(exercise.findings)
        and not exercise.carried_forward
    ] == []


def test_nothing_is_left_ungraded(graded: RunResult) -> None:
    assert [result.id for result in graded.submissions if result.score.ungraded] == []
    assert [result.id for result in graded.submissions if result.status is Status.NOT_GRADED] == []


@pytest.mark.parametrize(("folder", "earned"), [("solution", 100), ("starter", 0)])
def test_the_solution_earns_all_and_the_starter_nothing(folder: str, earned: int) -> None:
    path = FOLDER / folder
    with Session([path], CHOICES) as session:
        result = session.run_one(path).submissions[0]
    assert result.status is Status.GRADED
    assert result.score == Score(Fraction(earned), Fraction(100))


def test_marks_do_not_depend_on_the_seed() -> None:
    """Right submissions keep full marks, wrong ones do not get them; `benchmarks.seeds` has more seeds."""
    ids = ["seven_loops", "im2col_package", "crops_with_minus_pad", "pool_size_from_division"]
    assert seeds.surprises(range(1, 4), ids) == []


# --- a difference would be seen ----------------------------------------------------------------

RIGHT = ExerciseResult(name="f", op="conv2d", verdict=Verdict.CORRECT, score=Score(Fraction(5), Fraction(5)))
RESULT = SubmissionResult(id="a", path="a", digest="", status=Status.GRADED, exercises=(RIGHT,))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"status": "graded", "score": "5"}, []),
        ({"status": "unreadable", "score": "5"}, ["status is graded, should be unreadable"]),
        ({"status": "graded", "score": "14/3"}, ["score is 5, should be 14/3"]),
        (
            {"status": "graded", "score": "5", "f": {"verdict": "wrong value", "score": "4"}},
            ["f: verdict is correct, should be wrong value", "f: score is 5, should be 4"],
        ),
        (
            {"status": "graded", "score": "5", "f": {"carried_forward": True}},
            ["f: carried_forward is False, should be True"],
        ),
        (
            {"status": "graded", "score": "5", "f": {"failed": ["stride"]}},
            ["f: failed is [], should be ['stride']"],
        ),
    ],
)
def test_differences_are_said(table: Table, said: list[str]) -> None:
    assert differences(golden(table), RESULT) == said
