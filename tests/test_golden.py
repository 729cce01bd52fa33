"""Submissions with known marks, graded for real, at each level of isolation that works here.

Those of an assignment are graded once for all tests of this module. What each should earn, and why, stands
beside them in ``expected.toml``.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import seeds
from grader.assignment import available, read
from grader.errors import SandboxError
from grader.goldens import Golden, differences, read_goldens
from grader.model import Assignment, RunResult, Score, Status
from grader.pipeline import Plan
from grader.recognition import recognise
from grader.sandbox import open_launcher
from grader.session import Choices, Session

LEVELS = ("bubblewrap", "landlock")
CHOICES = Choices(assignment=None, seed=20261124, only=(), sandbox="auto", python=None, unsafe=False)

FOLDERS = {folder.name: folder for folder in available() if (folder / "submissions").is_dir()}
"""Assignments that have golden submissions."""


def choices(folder: Path) -> Choices:
    return replace(CHOICES, assignment=str(folder))


# --- the goldens are as expected ---------------------------------------------------------------


def hasty(assignment: Assignment) -> Assignment:
    """The same with less time for each call, which changes no mark: those that hang would take a minute."""
    return replace(
        assignment, exercises=tuple(replace(exercise, seconds=2.0) for exercise in assignment.exercises)
    )


@pytest.fixture(scope="module", params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    """Of an assignment with goldens."""
    return FOLDERS[request.param]


@pytest.fixture(scope="module")
def goldens(folder: Path) -> dict[str, Golden]:
    """What each should earn."""
    return read_goldens(read(folder))


@pytest.fixture(scope="module", params=LEVELS)
def graded(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> RunResult:
    """All goldens of an assignment, graded once at each level."""
    level: str = request.param
    try:
        open_launcher(level).close()
    except SandboxError as error:
        pytest.skip(str(error))
    with Session([folder / "submissions"], replace(choices(folder), sandbox=level)) as session:
        session.plan = Plan(hasty(session.plan.assignment), seed=CHOICES.seed)
        return session.run_all(tmp_path_factory.mktemp(level), jobs=2, force=True)


def test_every_golden_is_found_and_no_other(graded: RunResult, goldens: dict[str, Golden]) -> None:
    assert [result.id for result in graded.submissions] == sorted(goldens)


def test_every_golden_earns_what_it_should(graded: RunResult, goldens: dict[str, Golden]) -> None:
    wrong = {
        result.id: found
        for result in graded.submissions
        if (found := differences(goldens[result.id], result))
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


@pytest.mark.parametrize(("part", "earned"), [("solution", 100), ("starter", 0)])
def test_the_solution_earns_all_and_the_starter_nothing(folder: Path, part: str, earned: int) -> None:
    path = folder / part
    with Session([path], choices(folder)) as session:
        result = session.run_one(path).submissions[0]
    assert result.status is Status.GRADED
    assert result.score == Score(Fraction(earned), Fraction(100))


def test_assignments_are_found_by_the_names_of_their_functions(folder: Path) -> None:
    assert recognise([folder / "submissions"]).name == folder.name
    assert recognise([folder / "solution"]).name == folder.name


def test_marks_do_not_depend_on_the_seed() -> None:
    """Right submissions keep full marks, wrong ones do not get them; `benchmarks.seeds` has more seeds."""
    ids = ["seven_loops", "im2col_package", "crops_with_minus_pad", "pool_size_from_division"]
    assert seeds.surprises(range(1, 4), ids) == []
