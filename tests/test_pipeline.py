"""From files to a result: the order of the stages, and what comes out when one of them fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from grader import assignment, carried, sitting, submission
from grader.diagnosis import explanation
from grader.errors import SandboxError
from grader.executors import map_local
from grader.model import (
    Assignment,
    Example,
    ExerciseResult,
    Finding,
    Score,
    Status,
    Submission,
    SubmissionResult,
    Verdict,
)
from grader.pipeline import grade, grade_place
from grader.plan import Plan
from grader.sandbox import EncodedBatch, Launcher, open_launcher
from grader.steps import BatchReply, Limits, Program, Source

FOLDER = Path(__file__).resolve().parent.parent / "assignments" / "cs231n_a2"
SUBMISSIONS = FOLDER / "submissions"
NAMES = ("max_pool_forward_naive", "max_pool_backward_naive")


@pytest.fixture(scope="module")
def pooling() -> Assignment:
    """Two exercises with few cases."""
    whole = assignment.select(assignment.read(FOLDER), NAMES)
    return replace(whole, exercises=tuple(replace(exercise, cases=22) for exercise in whole.exercises))


@pytest.fixture(scope="module")
def plan(pooling: Assignment) -> Plan:
    return Plan(pooling, seed=1)


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    launcher = open_launcher()
    yield launcher
    launcher.close()


def grade_text(plan: Plan, launcher: Launcher, text: str) -> SubmissionResult:
    student = Submission(id="a", path="a", sources=(Source("layers.py", (text,)),))
    with launcher.start() as sandbox:
        return grade(plan, student, sandbox)


class BrokenRoom:
    """One in which something goes wrong."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def give(self, program: Program) -> None:
        raise self._error

    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        raise self._error


@pytest.mark.parametrize("id", ["seven_loops", "flat_helper_star_import"])
def test_a_right_submission_has_full_marks(plan: Plan, launcher: Launcher, id: str) -> None:
    place = submission.find_one(SUBMISSIONS / id)
    with launcher.start() as sandbox:
        result = grade_place(plan, place, sandbox)
    assert result.status is Status.GRADED
    assert [(each.name, each.verdict) for each in result.exercises] == [
        (name, Verdict.CORRECT) for name in NAMES
    ]
    assert result.score == Score(Fraction(25), Fraction(25))


def test_a_function_that_is_not_there_is_missing_and_its_neighbour_counts(
    plan: Plan, launcher: Launcher
) -> None:
    text = (
        (SUBMISSIONS / "seven_loops" / "layers.py")
        .read_text()
        .replace("max_pool_backward_naive", "max_pool_backwards_naive")
    )
    forward, backward = grade_text(plan, launcher, text).exercises
    assert forward.verdict is Verdict.CORRECT
    assert backward.verdict is Verdict.MISSING
    assert "did you mean max_pool_backwards_naive to be it?" in backward.findings[0].text


@pytest.mark.parametrize("only", [NAMES, [NAMES[1]]], ids=["with the others", "alone"])
def test_another_exercises_function_is_not_taken_for_a_misspelt_one(
    pooling: Assignment, launcher: Launcher, only: list[str]
) -> None:
    forward, backward = NAMES
    text = f"def {forward}(x, pool_param):\n    return x, None\n"
    result = grade_text(Plan(assignment.select(pooling, only), seed=1), launcher, text)
    assert result.exercises[-1].findings[0].text == f"There is no function {backward}."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:\n", "it does not load: layers.py, line 1: def f(:: SyntaxError: "),
        ("import os\nos._exit(0)\n", "it does not load: layers.py: "),
    ],
)
def test_what_does_not_load_is_unreadable_and_says_where(
    plan: Plan, launcher: Launcher, text: str, said: str
) -> None:
    result = grade_text(plan, launcher, text)
    assert result.status is Status.UNREADABLE
    assert said in result.message
    assert result.exercises == ()


def test_what_raises_beside_the_functions_costs_only_what_comes_after(plan: Plan, launcher: Launcher) -> None:
    result = grade_text(plan, launcher, "1 / 0\n")
    assert {each.verdict for each in result.exercises} == {Verdict.MISSING}
    assert result.notes == ("layers.py, line 1 raised ZeroDivisionError: division by zero",)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SandboxError("The sandbox did not start: no memory."), "The sandbox did not start: no memory."),
        (
            KeyError("ours"),
            "a fault of the grader, please report it: KeyError: 'ours' (test_pipeline.py, line ",
        ),
    ],
)
def test_what_goes_wrong_with_us_costs_no_points(plan: Plan, error: Exception, said: str) -> None:
    student = Submission(id="a", path="a", sources=(Source("layers.py", ("",)),), digest="sha256:1")
    result = grade(plan, student, BrokenRoom(error))
    assert result.message.startswith(said)
    assert (result.status, result.digest) == (Status.NOT_GRADED, "sha256:1")


def test_a_submission_that_cannot_be_read_by_us_is_not_graded(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Submission:
        raise OSError("Input/output error")

    monkeypatch.setattr(submission, "load", fail)
    place = submission.find_one(SUBMISSIONS / "seven_loops")
    result = grade_place(plan, place, BrokenRoom(AssertionError("it must not be reached")))
    assert result.status is Status.NOT_GRADED
    assert "OSError: Input/output error" in result.message


def test_an_unreadable_submission_needs_no_sandbox(plan: Plan) -> None:
    place = submission.find_one(SUBMISSIONS / "readme_only")
    result = grade_place(plan, place, BrokenRoom(AssertionError("it must not be reached")))
    assert result.status is Status.UNREADABLE
    assert result.message == "no file matches **/layers.py or **/*.ipynb; found README.md."


class SlowRoom:
    """A real sandbox that takes long to be ready."""

    def __init__(self, launcher: Launcher, seconds: float) -> None:
        self.sandbox, self._seconds = launcher.start(), seconds

    def give(self, program: Program) -> None:
        time.sleep(self._seconds)
        self.sandbox.wait()
        self.sandbox.give(program)

    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        return self.sandbox.run(batch, limits)


def test_seconds_do_not_count_waiting(pooling: Assignment, launcher: Launcher) -> None:
    """Neither for a sandbox nor for the exams, which a fresh plan still has to prepare."""
    text = (SUBMISSIONS / "seven_loops" / "layers.py").read_text()
    student = Submission(id="a", path="a", sources=(Source("layers.py", (text,)),))
    room = SlowRoom(launcher, seconds=5)
    with room.sandbox:
        result = grade(Plan(pooling, seed=2), student, room)
    assert 0 < result.seconds < 4


def test_a_file_of_empty_lines_does_not_hold_up_the_grader(plan: Plan, launcher: Launcher) -> None:
    """Looking for a definition from each of them on to the end took hours: this would not end."""
    text = (SUBMISSIONS / "pool_starts_at_zero" / "layers.py").read_text()
    result = grade_text(plan, launcher, text + "\n" * 300_000)
    assert result.score.earned > 0


# --- errors carried forward --------------------------------------------------------------------


def forward(earned: int, *verdicts: Verdict, explained: tuple[str, ...] = ()) -> ExerciseResult:
    return ExerciseResult(
        name="f",
        op="conv2d",
        verdict=Verdict.RAISED,
        score=Score(Fraction(earned), Fraction(10)),
        cases=dict.fromkeys(verdicts, 1),
        findings=(Finding(text="why", mistake="conv2d.some", results=explained),),
    )


SOMEWHERE = (Verdict.CORRECT, Verdict.WRONG_VALUE)


@pytest.mark.parametrize(
    ("result", "right", "carries"),
    [
        (forward(10, Verdict.CORRECT), 0.9, False),
        (forward(4, Verdict.CORRECT, Verdict.RAISED), 0.4, True),
        (forward(4, Verdict.CORRECT, Verdict.RAISED), 0.3, False),
        (forward(0, *SOMEWHERE, explained=("out",)), 0.0, True),
        (forward(0, *SOMEWHERE, explained=("running_mean",)), 0.3, False),
        (forward(0, *SOMEWHERE), 0.3, False),
        (forward(0, Verdict.WRONG_VALUE, explained=("out",)), 0.9, False),
        (forward(0, Verdict.WRONG_VALUE, Verdict.WRONG_SHAPE), 0.9, False),
        (forward(0, Verdict.MISSING), 0.9, False),
    ],
)
def test_errors_come_from_a_forward_that_is_wrong_but_is_one(
    result: ExerciseResult, right: float, carries: bool
) -> None:
    assert carried.carries(result, "out", right=right) is carries


@pytest.mark.parametrize("numbers", [1 << 17, (1 << 17) + 1])
def test_answers_are_as_large_as_the_grader_can_hold_all_of(
    plan: Plan, launcher: Launcher, numbers: int
) -> None:
    text = f"import numpy as np\ndef max_pool_forward_naive(x, p): return np.zeros({numbers}), None"
    pooled = grade_text(plan, launcher, text).exercises[0]
    assert pooled.verdict is Verdict.WRONG_SHAPE
    assert ("at most 1048576 may be returned" in pooled.findings[0].text) is (numbers > 1 << 17)


def test_a_fault_in_the_explanation_costs_no_marks(
    plan: Plan, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    text = (SUBMISSIONS / "pool_starts_at_zero" / "layers.py").read_text()
    before = grade_text(plan, launcher, text)
    monkeypatch.setattr(sitting, "explain", fail)
    after = grade_text(plan, launcher, text)
    assert (after.status, after.score) == (before.status, before.score)
    assert 0 < after.score.earned < after.score.total
    told = after.exercises[0].findings[0].text
    assert told.startswith(
        "It could not be explained: a fault of the grader, please report it: ZeroDivisionError: ours"
    )


# --- a smaller case ----------------------------------------------------------------------------------


def first_example(result: SubmissionResult) -> Example:
    example = result.exercises[0].findings[0].example
    assert example is not None
    return example


def test_the_submission_itself_is_asked_for_a_smaller_case(plan: Plan, launcher: Launcher) -> None:
    text = (SUBMISSIONS / "pool_starts_at_zero" / "layers.py").read_text()
    example = first_example(grade_text(plan, launcher, text))
    assert example.inputs == {"x": [[[[-1.0]]]]}
    assert (example.got, example.expected) == ([[[[0.0]]]], [[[[-1.0]]]])


def test_a_fault_in_looking_for_it_is_told_and_leaves_the_case_of_the_exam(
    plan: Plan, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    text = (SUBMISSIONS / "pool_starts_at_zero" / "layers.py").read_text()
    before = grade_text(plan, launcher, text)
    monkeypatch.setattr(explanation, "find_smaller", fail)
    after = grade_text(plan, launcher, text)
    assert after.score == before.score
    assert after.exercises[0].strata == before.exercises[0].strata
    assert len(str(first_example(after).inputs)) > len(str(first_example(before).inputs))
    finding = after.exercises[0].findings[0]
    assert finding.mistake == "max_pool2d.maximum_starts_at_zero"
    assert (
        "A smaller case could not be looked for: a fault of the grader, please report it: Zero"
        in finding.text
    )


def test_how_many_submissions_at_a_time_makes_no_difference(plan: Plan, launcher: Launcher) -> None:
    names = ("pool_starts_at_zero", "pools_over_all_channels", "first_example_only", "pool_loops_in_steps")
    places = [submission.find_one(SUBMISSIONS / name) for name in names]
    one, two = (
        [
            replace(result, seconds=0.0)
            for result in sorted(
                map_local(partial(grade_place, plan), places, launcher, jobs=jobs), key=lambda each: each.id
            )
        ]
        for jobs in (1, 2)
    )
    assert one == two
    assert all(each.exercises[0].findings[0].example for each in one)
