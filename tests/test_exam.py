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


# --- other cases -------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", NAMES)
def test_other_cases_are_asked_in_the_same_way_each_once(op: str) -> None:
    exam = exam_of(op, NAMES[op])
    other = exam.asking(reversed(exam.cases))
    assert [case.number for case in other.cases] == list(range(len(exam.cases)))
    assert other.batch.order == tuple(range(len(exam.cases)))
    assert other.scripts[0] == exam.scripts[-1]
    assert all(
        np.array_equal(other.answers[0][name].value, exam.answers[-1][name].value)
        for name in exam.answers[-1]
    )


@pytest.mark.parametrize("op", NAMES)
def test_some_of_the_cases_are_the_same_cases(op: str) -> None:
    exam = exam_of(op, NAMES[op])
    some = exam.only([7, 3])
    assert [case.number for case in some.cases] == [0, 1]
    assert some.cases[0].arrays is exam.cases[7].arrays
    assert some.scripts == (exam.scripts[7], exam.scripts[3])
    assert some.answers == (exam.answers[7], exam.answers[3])
    assert some.batch.order == (0, 1)
    assert some.batch.functions == exam.batch.functions


def test_what_is_to_be_read_are_inputs_results_and_steps() -> None:
    exam = exam_of("conv2d", "conv_forward_naive")
    for number, case in enumerate(exam.cases):
        inputs = sum(array.size for array in case.arrays.values())
        assert exam.count_of_numbers(number) == inputs + exam.answers[number]["out"].value.size
        assert (
            exam.effort(number) == exam.count_of_numbers(number) + case.params["stride"] + case.params["pad"]
        )
    pool = exam_of("max_pool2d", "max_pool_forward_naive")
    window, stride = pool.cases[0].params["window"], pool.cases[0].params["stride"]
    assert pool.effort(0) == pool.count_of_numbers(0) + sum(window) + stride


@pytest.mark.parametrize("op", NAMES)
def test_the_smallest_cases_come_first_and_are_in_the_domain(op: str) -> None:
    smallest = exam_of(op, NAMES[op], domain=Domain(leftover=False, stride=(2,))).smallest
    efforts = [smallest.effort(number) for number in range(len(smallest.cases))]
    assert efforts == sorted(efforts)
    assert efforts[0] < 16
    assert {case.params.get("stride", 2) for case in smallest.cases} == {2}
