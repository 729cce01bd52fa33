"""Submissions with known marks, graded for real, as they are where there is no bubblewrap.

Those of an assignment are graded once for all tests of this module. What each should earn, and why, stands
beside them in ``expected.toml``. They are a part: `grade doctor` grades all, and the solution and the
starter, at the best level there is.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import seeds
from grader.assignment import available, read
from grader.doctor.goldens import EXPECTED_FILE, differences, read_goldens
from grader.errors import SandboxError
from grader.model import Assignment, RunResult, Status
from grader.plan import Plan
from grader.recognition import recognise
from grader.sandbox import open_launcher
from grader.session import GradingOptions, Session
from grader.submission import find_submissions

LEVEL = "landlock"
PART = 9
"""One in so many is graded."""
OPTIONS = GradingOptions(assignment=None, seed=20261124, only=(), sandbox=LEVEL, python=None, unsafe=False)
"""The assignment is found from the functions' names."""

GOLDENS = {folder: read_goldens(read(folder)) for folder in available()}


# --- the goldens are as expected ---------------------------------------------------------------


def hasty(assignment: Assignment) -> Assignment:
    """The same with less time for each call, which changes no mark: those that hang would take a minute."""
    return replace(
        assignment, exercises=tuple(replace(exercise, seconds=2.0) for exercise in assignment.exercises)
    )


@pytest.fixture(scope="module", params=GOLDENS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Each assignment that comes with the grader."""
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def graded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Goldens of an assignment, graded once."""
    try:
        open_launcher(LEVEL).close()
    except SandboxError as error:
        pytest.skip(str(error))
    out = tmp_path_factory.mktemp("out")
    submissions = some_of(folder / "submissions", out / "class", every=PART)
    with Session([submissions], OPTIONS) as session:
        session.plan = Plan(hasty(session.plan.assignment), seed=OPTIONS.seed)
        return session.run_all(out, jobs=2, force=True)


def some_of(submissions: Path, copy: Path, *, every: int) -> Path:
    """A class of one submission in so many."""
    copy.mkdir()
    for path in sorted(submissions.iterdir())[::every]:
        if path.is_dir():
            shutil.copytree(path, copy / path.name)
        elif path.name != EXPECTED_FILE:
            shutil.copy(path, copy)
    return copy


def test_every_golden_is_found_and_no_other(folder: Path) -> None:
    places = find_submissions([folder / "submissions"], read(folder))
    assert sorted(place.id for place in places) == sorted(GOLDENS[folder])


def test_some_are_graded_for_their_assignment(folder: Path, graded: RunResult) -> None:
    assert graded.info.assignment == folder.name
    assert len(graded.submissions) >= 4


def test_each_is_taken_for_its_own_assignment(folder: Path) -> None:
    """Also where a student hands in part of it."""
    graded = [id for id, golden in GOLDENS[folder].items() if golden.score > 0]
    places = [path for path in (folder / "submissions").iterdir() if path.stem in graded]
    assert len(places) == len(graded)
    assert {recognise([path]).name for path in places} == {folder.name}


def test_there_are_enough(folder: Path) -> None:
    assert len(GOLDENS[folder]) >= 20


def test_every_golden_earns_what_it_should(folder: Path, graded: RunResult) -> None:
    wrong = {
        result.id: found
        for result in graded.submissions
        if (found := differences(GOLDENS[folder][result.id], result))
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


def test_assignments_are_found_by_the_names_of_their_functions(folder: Path) -> None:
    assert recognise([folder / "submissions"]).name == folder.name
    assert recognise([folder / "solution"]).name == folder.name


def test_marks_do_not_depend_on_the_seed() -> None:
    """Right submissions keep full marks, wrong ones do not get them; `benchmarks.seeds` has more seeds."""
    ids = ("seven_loops", "im2col_package", "crops_with_minus_pad", "pool_size_from_division")
    assert list(seeds.surprises("cs231n_a2", range(1, 4), only=lambda id, _: id in ids)) == []
