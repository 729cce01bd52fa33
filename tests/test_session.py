"""What the commands do, one level below the command line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader import assignment
from grader.errors import GraderError
from grader.model import ExerciseResult, RunInfo, RunResult, Score, Status, SubmissionResult, Verdict
from grader.recognition import recognise
from grader.session import GradingOptions, Session, problems
from grader.submission import Place, load

FOLDER = Path(__file__).resolve().parent.parent / "assignments" / "cs231n_a2"
SUBMISSIONS = FOLDER / "submissions"
OPTIONS = GradingOptions(
    assignment="cs231n_a2",
    seed=1,
    only=("max_pool_forward_naive",),
    sandbox="auto",
    python=None,
    unsafe=False,
)

# --- the exit code -----------------------------------------------------------------------------

INFO = RunInfo(
    version="0.1.0",
    python="3.11.7",
    numpy="2.4.6",
    sandbox="bubblewrap",
    seed=1,
    assignment="a",
    title="A",
    digest="sha256:0",
    points=Fraction(10),
)


def run_of(*submissions: SubmissionResult) -> RunResult:
    return RunResult(INFO, submissions)


def result(id: str, earned: int, ungraded: int = 0, status: Status = Status.GRADED) -> SubmissionResult:
    score = Score(Fraction(earned), Fraction(10 - ungraded), Fraction(ungraded))
    exercise = ExerciseResult(name="f", op="conv2d", verdict=Verdict.CORRECT, score=score)
    exercises = (exercise,) if status is Status.GRADED else ()
    return SubmissionResult(id=id, path=id, digest="", status=status, exercises=exercises)


@pytest.mark.parametrize(
    ("run", "percent", "said"),
    [
        (run_of(result("a", 0)), None, ""),
        (run_of(result("a", 10)), 100.0, ""),
        (run_of(result("a", 9), result("b", 10)), 100.0, "1 of 2 have less than 100 percent."),
        (run_of(result("a", 9)), 90.0, ""),
        (run_of(result("a", 0, status=Status.UNREADABLE)), None, ""),
        (run_of(result("a", 0, status=Status.UNREADABLE)), 50.0, "1 of 1 have less than 50 percent."),
        (
            run_of(result("a", 0, status=Status.NOT_GRADED), result("b", 5, ungraded=5)),
            None,
            "2 could not be graded, or not whole: a, b.",
        ),
    ],
)
def test_a_problem_is_said_and_nothing_else_is_one(run: RunResult, percent: float | None, said: str) -> None:
    assert problems(run, percent) == said


# --- keeping results ---------------------------------------------------------------------------


@pytest.fixture
def class_folder(tmp_path: Path) -> Path:
    for id in ("seven_loops", "im2col_package"):
        shutil.copytree(SUBMISSIONS / id, tmp_path / "class" / id)
    return tmp_path / "class"


def test_a_fault_in_one_submission_costs_no_other_and_is_tried_again(
    class_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(place: Place, of: object) -> object:
        if place.id == "seven_loops":
            raise RuntimeError("ours")
        return load(place, of)  # type: ignore[arg-type]

    with Session([class_folder], OPTIONS) as session:
        with monkeypatch.context() as patch:
            patch.setattr("grader.submission.load", fail_once)
            first = session.run_all(tmp_path / "out", jobs=2, force=False)
        second = session.run_all(tmp_path / "out", jobs=2, force=False)
    assert [each.status for each in first.submissions] == [Status.GRADED, Status.NOT_GRADED]
    assert "a fault of the grader, please report it: RuntimeError: ours" in first.submissions[1].message
    assert [each.status for each in second.submissions] == [Status.GRADED] * 2
    assert second.submissions[0] == first.submissions[0]


def test_reuse_starts_no_sandbox_and_prepares_no_exam(class_folder: Path, tmp_path: Path) -> None:
    with Session([class_folder], OPTIONS) as session:
        first = session.run_all(tmp_path / "out", jobs=1, force=False)
    with Session([class_folder], OPTIONS) as session:
        session.launcher.start = session.plan.prepare = _must_not  # type: ignore[method-assign, assignment]
        assert session.run_all(tmp_path / "out", jobs=1, force=False) == first


def _must_not() -> None:
    raise AssertionError("it is not needed")


def test_another_seed_or_choice_of_exercises_is_another_result(class_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for choices in (OPTIONS, replace(OPTIONS, seed=2), replace(OPTIONS, only=("max_pool_backward_naive",))):
        with Session([class_folder / "seven_loops"], choices) as session:
            assert session.run_all(out, jobs=1, force=False).submissions[0].seconds > 0
            assert len(list(session.plan._exams)) == 1, "it was reused"


# --- which assignment --------------------------------------------------------------------------


def test_an_assignment_is_recognised_by_its_functions() -> None:
    assert recognise([SUBMISSIONS / "group_norm_flat_gamma.py"]).name == "cs231n_a2"


def test_nothing_known_is_said_with_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("def softmax(x): pass\n")
    with pytest.raises(
        GraderError, match=r"no function of a known assignment was found\.\nKnown .*cs231n_a2"
    ):
        recognise([tmp_path])


def test_two_that_fit_alike_are_both_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        shutil.copytree(FOLDER, tmp_path / name, ignore=shutil.ignore_patterns("submissions"))
    folders = (tmp_path / "first", tmp_path / "second")
    monkeypatch.setattr(assignment, "available", lambda: folders)
    with pytest.raises(GraderError, match=r"it could be first or second\. Say which with --assignment\."):
        recognise([FOLDER / "solution"])
