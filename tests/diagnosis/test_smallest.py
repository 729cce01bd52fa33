"""The smallest failing case: small, easy to read, wrong in the same way, and found in few runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wrong_replies import exam_of, replies_of

from grader.checks import judge
from grader.diagnosis import explain, smallest, suspects
from grader.diagnosis.smallest import CONFIRMED, MOST_RUNS, RUNGS_UNKNOWN, Respondent, Shown, find_smaller
from grader.diagnosis.suspects import identify
from grader.errors import SandboxError
from grader.exam import Exam
from grader.executors import Cancelled
from grader.model import Outcome, Submission, Verdict
from grader.ops import Function
from grader.scoring import verdict_of
from grader.steps import Array, Ending, Reply
from reference.conv import conv2d
from reference.mistakes import MISTAKES, Mistake

TAUGHT = (
    "conv2d",
    "conv2d_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "spatial_batchnorm",
    "spatial_batchnorm_backward",
    "spatial_groupnorm",
    "spatial_groupnorm_backward",
)
Run = Callable[[Exam], Sequence[Reply]]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _not_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is two mistakes, and to see that takes a second each time."""
    monkeypatch.setattr(suspects, "MOST_PAIRS", 0)


class Asked:
    """A submission that can be asked, and what it was asked."""

    def __init__(self, function: Function, edit: Callable[[Reply], Reply] = lambda reply: reply) -> None:
        self._function, self._edit = function, edit
        self.exams: list[Exam] = []

    def __call__(self, exam: Exam) -> Sequence[Reply]:
        self.exams.append(exam)
        return [self._edit(reply) for reply in replies_of(exam, self._function)]


@dataclass(frozen=True)
class Searched:
    """What an exam showed, and what was found then."""

    sampled: Shown
    found: Shown | None


def searched(op: str, function: Function, run: Run, seed: int = 1, **changed: Any) -> Searched | None:
    """Look for a smaller case than the exam has; None if it is right in the exam.

    Args:
        changed: fields that are changed in each reply to the exam.
    """
    exam = exam_of(op, seed)
    replies = [replace(reply, **changed) for reply in replies_of(exam, function)]
    outcomes = judge(exam, replies)
    verdict = verdict_of(outcomes)
    if verdict is Verdict.CORRECT:
        return None
    failing = [outcome for outcome in outcomes if outcome.verdict is verdict]
    shown = min(
        (Shown(exam, outcome, replies[outcome.case]) for outcome in failing),
        key=lambda each: each.numbers,
    )
    named = identify(exam, outcomes, replies)
    return Searched(shown, find_smaller(shown, outcomes, replies, named, Respondent(run)))


def found(function: Function, run: Run | None = None, **changed: Any) -> Shown | None:
    """What is found for a wrong convolution."""
    result = searched("conv2d", function, run or Asked(function), **changed)
    assert result is not None
    return result.found


def wrong_where(condition: Callable[..., bool]) -> Function:
    """A convolution that is far off where a condition holds, which is no known mistake."""

    def function(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
        out = conv2d(x, w, b, stride=stride, pad=pad)
        return 3 * out + 17.25 if condition(x=x, w=w, stride=stride, pad=pad) else out

    return function


def shape(shown: Shown | None, name: str = "x") -> tuple[int, ...]:
    assert shown is not None
    return shown.case.arrays[name].shape


# --- the library's mistakes --------------------------------------------------------------------------


def trials() -> list[tuple[str, int, Mistake]]:
    """One mistake in sixteen, each at one of two seeds; with GRADER_TEST_ALL_SEEDS all at ten."""
    every = [(op, mistake) for op in TAUGHT for mistake in MISTAKES[op]]
    if os.environ.get("GRADER_TEST_ALL_SEEDS"):
        return [(op, seed, mistake) for op, mistake in every for seed in range(10)]
    return [(op, place % 2, mistake) for place, (op, mistake) in enumerate(every[3::16])]


def test_the_smallest_case_of_a_mistake_has_few_numbers() -> None:
    sizes, larger = [], []
    for op, seed, mistake in trials():
        result = searched(op, mistake.fresh(), Asked(mistake.fresh()), seed)
        if result is None:
            continue
        best = result.found or result.sampled
        sizes.append(best.case.arrays["x"].size)
        if best.effort > result.sampled.effort:
            larger.append(mistake.id)
    assert len(sizes) >= 40
    assert larger == []
    assert np.median(sizes) <= 4
    assert np.mean(sizes) <= 4  # 16 is what is asked for
    assert max(sizes) <= 64


@pytest.mark.parametrize("op", TAUGHT)
def test_what_is_found_is_easy_to_read_and_is_the_mistake_that_was_named(op: str) -> None:
    for mistake in MISTAKES[op][::12]:
        result = searched(op, mistake.fresh(), Asked(mistake.fresh()), seed=3)
        if result is None or result.found is None:
            continue
        best = result.found
        numbers = np.concatenate([array.ravel() for array in best.case.arrays.values()])
        assert np.all(10 * numbers == np.round(10 * numbers))
        assert np.all(np.abs(numbers) < 100)
        assert best.outcome.verdict is result.sampled.outcome.verdict
        (again,) = replies_of(best.exam, mistake.fresh())
        (outcome,) = judge(best.exam, [again])
        assert outcome == best.outcome


@pytest.mark.parametrize("name", ["stores_single_precision", "stores_integers"])
def test_where_whole_numbers_do_not_tell_there_are_others(name: str) -> None:
    (mistake,) = (each for each in MISTAKES["conv2d"] if each.id == f"conv2d.{name}")
    best = found(mistake.fresh())
    assert best is not None
    numbers = np.concatenate([array.ravel() for array in best.case.arrays.values()])
    assert np.any(numbers != np.round(numbers))
    assert best.case.arrays["x"].size == 1


def test_what_fails_in_single_precision_alone_is_shown_in_it() -> None:
    best = found(wrong_where(lambda x, **_: x.dtype == np.float32))
    assert best is not None
    assert best.case.single
    assert best.numbers == 4


# --- in the same way ---------------------------------------------------------------------------------


def test_a_wrong_value_does_not_become_an_exception() -> None:
    def function(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
        if x.size < 3:
            raise IndexError("too small")
        return conv2d(x, w, b, stride=stride, pad=pad) + 17

    best = found(function)
    assert best is not None
    assert best.outcome.verdict is Verdict.WRONG_VALUE
    assert best.case.arrays["x"].size == 3


def test_an_exception_stays_the_same_exception() -> None:
    def function(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
        raise IndexError("out") if x.shape[2] > 2 else ValueError("other")

    best = found(function)
    assert best is not None
    assert best.reply.error is not None
    assert best.reply.error.type == "IndexError"
    assert shape(best) == (1, 1, 3, 1)


def at_line(line: int) -> Callable[[Reply], Reply]:
    def edit(reply: Reply) -> Reply:
        assert reply.error is not None
        return replace(reply, error=replace(reply.error, path="layers.py", line=line))

    return edit


def test_an_exception_stays_at_its_line() -> None:
    def function(*_: Array, **__: int) -> Array:
        raise IndexError("out")

    assert found(function, Asked(function)) is not None
    assert found(function, Asked(function, at_line(7))) is None


def test_a_mistake_that_was_named_is_shown_and_no_other() -> None:
    """Small cases come back wrong in another way, which the mistake does not explain."""
    (flips,) = (each for each in MISTAKES["conv2d"] if each.id == "conv2d.flips_the_kernel")

    def both(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
        out: Array = flips.function(x, w, b, stride=stride, pad=pad)
        return out + 40 if x.size < 5 else out

    assert shape(found(flips.fresh()))[2:] in ((2, 1), (1, 2))
    best = found(flips.fresh(), Asked(both))
    assert best is None or best.case.arrays["x"].size >= 5


def test_a_slight_difference_is_not_shown_for_a_clear_one() -> None:
    def function(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
        out = conv2d(x, w, b, stride=stride, pad=pad)
        return out * (1 + 1e-6) if x.size < 3 else out + 17.25 + out

    best = found(function)
    assert shape(best) in ((1, 1, 3, 1), (1, 1, 1, 3), (1, 3, 1, 1), (3, 1, 1, 1))


# --- beyond the smallest cases -----------------------------------------------------------------------


def large(x: Array, stride: int, **_: object) -> bool:
    """Three things at once, and two of them far from the smallest."""
    return bool(len(x) > 2 and x.shape[1] > 2 and stride > 1)


def test_hypothesis_finds_what_the_smallest_cases_do_not_show() -> None:
    best = found(wrong_where(large))
    assert best is not None
    assert shape(best) == (3, 3, 1, 1)
    assert shape(best, "w") == (1, 3, 1, 1)
    assert best.case.params == {"stride": 2, "pad": 0}


def test_what_is_found_is_the_same_in_every_process_and_leaves_nothing_behind(tmp_path: Path) -> None:
    def digest() -> str:
        best = found(wrong_where(large))
        assert best is not None
        return best.exam.encoded.data.hex()

    text = (
        f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests'), str(ROOT / 'tests/diagnosis')]!r}\n"
        "from test_smallest import found, large, wrong_where\n"
        "print(found(wrong_where(large)).exam.encoded.data.hex())"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, cwd=tmp_path, timeout=120, check=True
    )
    assert done.stdout.split() == [digest()] == [digest()]
    assert list(tmp_path.iterdir()) == []


def test_searches_at_the_same_time_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: shape(found(wrong_where(large))), range(2)))
    assert both == [(3, 3, 1, 1)] * 2


@pytest.mark.parametrize("error", [SandboxError("lost"), KeyError("ours"), Cancelled()])
def test_what_goes_wrong_while_hypothesis_searches_is_raised_as_it_is(error: BaseException) -> None:
    function = wrong_where(large)

    def run(exam: Exam) -> Sequence[Reply]:
        if len(exam.cases) == 1 and exam.cases[0].arrays["x"].shape[1] > 2:
            raise error
        return replies_of(exam, function)

    with pytest.raises(type(error)):
        found(function, run)


# --- the budget --------------------------------------------------------------------------------------

MOST = len(RUNGS_UNKNOWN) + CONFIRMED + MOST_RUNS


def test_one_run_is_enough_for_a_mistake_that_was_named() -> None:
    (bias,) = (each for each in MISTAKES["conv2d"] if each.id == "conv2d.leaves_out_the_bias")
    run = Asked(bias.fresh())
    assert found(bias.fresh(), run) is not None
    assert [len(exam.cases) for exam in run.exams] == [1]


def test_one_that_fails_at_random_ends_the_search() -> None:
    dice = np.random.RandomState(1)
    run = Asked(wrong_where(lambda **_: dice.random_sample() < 0.1))
    found(wrong_where(lambda **_: dice.random_sample() < 0.5), run)
    assert 0 < len(run.exams) <= MOST


def test_one_that_never_fails_again_ends_the_search_and_nothing_is_found() -> None:
    run = Asked(conv2d)
    assert found(wrong_where(lambda stride, **_: stride > 2), run) is None
    assert MOST_RUNS < len(run.exams) <= MOST


def test_one_that_fails_only_after_other_calls_is_not_shown_alone() -> None:
    def run(exam: Exam) -> Sequence[Reply]:
        calls: list[None] = []

        def later(**_: object) -> bool:
            calls.append(None)
            return len(calls) > 1

        return replies_of(exam, wrong_where(later))

    assert found(wrong_where(lambda **_: True), run) is None


def test_after_too_long_nothing_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smallest, "BRAKE", -1.0)
    run = Asked(wrong_where(large))
    assert found(wrong_where(large), run) is None
    assert run.exams == []


def never(exam: Exam) -> Sequence[Reply]:
    raise AssertionError("it must not be called again")


def test_what_is_slow_is_not_called_again() -> None:
    assert found(wrong_where(lambda **_: True), never, seconds=smallest.SLOWEST * 1.01) is None


@pytest.mark.parametrize(("seconds", "asked"), [(0.6, False), (0.1, True)])
def test_what_is_slow_to_load_is_not_searched_far(seconds: float, asked: bool) -> None:
    shown, replies, outcomes = in_the_exam(large)
    run = Asked(wrong_where(large))
    assert find_smaller(shown, outcomes, replies, (), Respondent(run, seconds)) is None
    assert (0 < len(run.exams) <= len(RUNGS_UNKNOWN)) is asked


@pytest.mark.parametrize(
    "ending", [Ending.TIMED_OUT, Ending.KILLED, Ending.OUT_OF_MEMORY, Ending.NOT_RUN], ids=str
)
def test_what_hung_or_died_once_is_not_called_again(ending: Ending) -> None:
    shown, replies, outcomes = in_the_exam()
    replies[-1] = Reply(ending=ending)
    assert find_smaller(shown, outcomes, replies, (), Respondent(never)) is None


def always(**_: object) -> bool:
    return True


def in_the_exam(
    condition: Callable[..., bool] = always,
) -> tuple[Shown, list[Reply], tuple[Outcome, ...]]:
    exam = exam_of("conv2d", 1)
    replies = list(replies_of(exam, wrong_where(condition)))
    outcomes = judge(exam, replies)
    first = next(outcome for outcome in outcomes if outcome.verdict is not Verdict.CORRECT)
    return Shown(exam, first, replies[first.case]), replies, outcomes


def test_errors_carried_forward_and_second_calls_are_left_as_they_are() -> None:
    shown, replies, outcomes = in_the_exam()
    carried = (replace(outcomes[0], carried=True), *outcomes[1:])
    assert find_smaller(shown, carried, replies, (), Respondent(never)) is None
    again = Shown(shown.exam, replace(shown.outcome, again=True), shown.reply)
    assert find_smaller(again, outcomes, replies, (), Respondent(never)) is None


# --- what is told ------------------------------------------------------------------------------------


def test_the_case_that_is_found_is_told_and_the_counts_are_the_exams() -> None:
    exam = exam_of("conv2d", 1)
    function = wrong_where(lambda stride, **_: stride > 1)
    replies = replies_of(exam, function)
    outcomes = judge(exam, replies)
    student = Submission(id="s", path="layers.py")
    (before,) = explain(exam, outcomes, replies, student, "layers.py")
    (after,) = explain(exam, outcomes, replies, student, "layers.py", Respondent(Asked(function)))
    failing = sum(outcome.verdict is not Verdict.CORRECT for outcome in outcomes)
    assert after.text == f"out[0, 0, 0, 0] is 32.25, but should be 5. {failing} of 100 cases fail."
    assert after.pattern == before.pattern
    assert after.example is not None
    assert after.example.inputs == {"x": [[[[1.0]]]], "w": [[[[2.0]]]], "b": [3.0]}
    assert (after.example.got, after.example.expected) == ([[[[32.25]]]], [[[[5.0]]]])
    assert after.example.call == "conv2d(x, w, b, {'stride': 2, 'pad': 0})"
    assert "conv_param = {'stride': 2, 'pad': 0}" in after.example.repro
