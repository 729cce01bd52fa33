"""What an exercise asks: everything once, one of each stratum twice, the answers in the course's layout."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader import cases, conventions
from grader.exam import Exam, prepare
from grader.model import Domain, Exercise
from grader.ops import expect
from grader.steps import Call

CONVENTION = conventions.find("cs231n", Path())


def exam_of(
    op: str, name: str, *, count: int = 30, seed: int = 5, way: int = 0, domain: Domain | None = None
) -> Exam:
    exercise = Exercise(name=name, op=op, points=Fraction(1), cases=count, domain=domain or Domain())
    return prepare(exercise, CONVENTION, CONVENTION.spellings[op].ways[way], seed=seed)


NAMES = {
    "conv2d": "conv_forward_naive",
    "conv2d_backward": "conv_backward_naive",
    "max_pool2d": "max_pool_forward_naive",
    "max_pool2d_backward": "max_pool_backward_naive",
    "spatial_batchnorm": "spatial_batchnorm_forward",
    "spatial_batchnorm_backward": "spatial_batchnorm_backward",
    "spatial_groupnorm": "spatial_groupnorm_forward",
    "spatial_groupnorm_backward": "spatial_groupnorm_backward",
}


@pytest.mark.parametrize("op", NAMES)
def test_every_case_has_a_script_and_an_answer_for_each_thing_it_returns(op: str) -> None:
    exam = exam_of(op, NAMES[op])
    assert len(exam.cases) == len(exam.scripts) == len(exam.answers) == len(exam.batch.runs)
    for script, answers in zip(exam.scripts, exam.answers, strict=True):
        assert tuple(answers) == script.returns
        last = [step for step in script.steps if isinstance(step, Call)][-1]
        assert last.function == NAMES[op]


@pytest.mark.parametrize("op", NAMES)
def test_the_cases_are_the_sample_of_the_seed(op: str) -> None:
    exam = exam_of(op, NAMES[op])
    drawn = cases.sample(op, cases=30, seed=5)
    for case, same in zip(exam.cases, drawn, strict=True):
        assert all(np.array_equal(case.arrays[name], same.arrays[name]) for name in same.arrays)


def test_the_domain_of_the_exercise_is_kept() -> None:
    exam = exam_of("conv2d", "conv_forward_naive", domain=Domain(pad=(2,), leftover=False))
    assert {case.params["pad"] for case in exam.cases} == {2}
    assert "leftover pixels" not in {case.stratum for case in exam.cases}


@pytest.mark.parametrize("op", NAMES)
def test_all_are_asked_once_and_then_one_of_each_stratum_again_backwards(op: str) -> None:
    exam = exam_of(op, NAMES[op])
    once, again = exam.batch.order[: len(exam.cases)], exam.batch.order[len(exam.cases) :]
    assert once == tuple(range(len(exam.cases)))
    assert list(again) == sorted(again, reverse=True)
    asked = [exam.cases[number].stratum for number in again]
    assert sorted(asked) == sorted(cases.strata_of(op))


def test_the_cases_of_a_stratum_share_their_fate() -> None:
    exam = exam_of("conv2d", "conv_forward_naive")
    groups = {(case.stratum, run.group) for case, run in zip(exam.cases, exam.batch.runs, strict=True)}
    assert len(groups) == len({stratum for stratum, _ in groups}) == len({group for _, group in groups})


@pytest.mark.parametrize(
    ("op", "way", "functions"),
    [
        ("conv2d", 0, ("conv_forward_naive",)),
        ("conv2d_backward", 0, ("conv_forward_naive", "conv_backward_naive")),
        ("conv2d_backward", 1, ("conv_backward_naive",)),
    ],
)
def test_functions_that_must_be_there(op: str, way: int, functions: tuple[str, ...]) -> None:
    assert exam_of(op, NAMES[op], way=way).batch.functions == functions


def test_answers_are_in_the_layout_of_the_course_bounds_too() -> None:
    exam = exam_of("spatial_groupnorm_backward", "spatial_groupnorm_backward")
    for case, answers in zip(exam.cases, exam.answers, strict=True):
        channels = case.arrays["x"].shape[1]
        plain = expect(case)
        assert answers["dgamma"].value.shape == answers["dgamma"].bound.shape == (1, channels, 1, 1)
        assert answers["dx"].value.shape == case.arrays["x"].shape
        assert np.array_equal(answers["dgamma"].value.ravel(), plain["dgamma"].value)


def test_results_are_named_as_the_course_names_them() -> None:
    assert exam_of("conv2d_backward", "conv_backward_naive").results == ("dx", "dw", "db")


def test_an_exam_is_encoded_once() -> None:
    exam = exam_of("conv2d", "conv_forward_naive")
    assert exam.encoded is exam.encoded
    assert exam.encoded.order == exam.batch.order


def test_another_seed_asks_something_else() -> None:
    one, other = (exam_of("conv2d", "conv_forward_naive", seed=seed) for seed in (1, 2))
    assert not np.array_equal(one.answers[0]["out"].value, other.answers[0]["out"].value)
