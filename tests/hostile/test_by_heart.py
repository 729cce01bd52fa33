"""What a known seed is worth: everybody can find out what it asks, and what is right there.

No sandbox can help against answers that were brought along. What helps is a seed for marks that nobody knows,
as docs/isolation.md says.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from grader import assignment
from grader.exam import Exam
from grader.model import Assignment, Submission, SubmissionResult
from grader.pipeline import grade
from grader.plan import Plan
from grader.sandbox import Launcher, open_launcher
from grader.steps import Source

from .entry import POOL
from .graded import EXERCISES

KNOWN, UNKNOWN = 20261124, 4_071_989  # the first is the default of every command


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    opened = open_launcher("auto", allow_none=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pooling() -> Assignment:
    return assignment.select(assignment.read(assignment.find("cs231n_a2")), EXERCISES[:1])


def by_heart(exam: Exam) -> str:
    """A submission that knows the answers to an exam and nothing else."""
    answers = {
        case.arrays["x"].tobytes().hex(): (answer["out"].value.tobytes().hex(), answer["out"].value.shape)
        for case, answer in zip(exam.cases, exam.answers, strict=True)
    }
    return (
        f"import numpy as np\nANSWERS = {answers!r}\n"
        "def max_pool_forward_naive(x, pool_param):\n"
        "    answer, shape = ANSWERS.get(x.tobytes().hex(), ('', (0,)))\n"
        "    return np.frombuffer(bytes.fromhex(answer)).reshape(shape).astype(x.dtype), None\n"
    )


def graded(course: Assignment, launcher: Launcher, text: str, *, seed: int) -> SubmissionResult:
    student = Submission(id="a", path=str(Path("a")), sources=(Source("layers.py", (text,)),))
    with launcher.start() as sandbox:
        return grade(Plan(course, seed=seed), student, sandbox)


def test_answers_by_heart_are_right_at_the_seed_that_they_are_of(
    pooling: Assignment, launcher: Launcher
) -> None:
    plan = Plan(pooling, seed=KNOWN)
    (exercise,) = pooling.exercises
    text = by_heart(plan.exam(exercise, plan.ways(exercise)[0]))
    assert graded(pooling, launcher, text, seed=KNOWN).score.earned == Fraction(POOL)
    assert graded(pooling, launcher, text, seed=UNKNOWN).score.earned == 0
