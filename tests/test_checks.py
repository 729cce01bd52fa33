"""Judging: a verdict and a sentence for everything that can come back, and no point without evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wrong_replies

from grader import conventions
from grader.checks import describe_mismatch, judge, where_raised, within
from grader.exam import Exam, prepare
from grader.model import Exercise, Expected, Outcome, Verdict
from grader.steps import Array, Ending, NotAnArray, Raised, Reply

FORWARD = ("conv2d", "conv_forward_naive", 0)
BACKWARD = ("conv2d_backward", "conv_backward_naive", 0)
ALONE = ("conv2d_backward", "conv_backward_naive", 1)
GROUPS = ("spatial_groupnorm_backward", "spatial_groupnorm_backward", 0)
LEARNING = ("spatial_batchnorm", "spatial_batchnorm_forward", 0)


@cache
def exam_of(op: str, name: str, way: int) -> Exam:
    convention = conventions.find("cs231n", Path())
    exercise = Exercise(name=name, op=op, points=Fraction(20), cases=30, seconds=2.5)
    return prepare(exercise, convention, convention.spellings[op].ways[way], seed=7)


def values(exam: Exam, case: int) -> dict[str, Array]:
    """The right results of a case, as a float64 submission would return them."""
    return {name: expected.value.copy() for name, expected in exam.answers[case].items()}


def right(exam: Exam) -> list[Reply]:
    return [Reply(ending=Ending.RETURNED, values=values(exam, case)) for case in exam.batch.order]


def first_of(exam: Exam, stratum: str) -> int:
    return next(case.number for case in exam.cases if case.stratum == stratum)


def judged(exam: Exam, reply: Reply, case: int = 0, *, again: bool = False) -> Outcome:
    """The outcome of a case that got this reply and not the right one, all others being right."""
    places = [place for place, number in enumerate(exam.batch.order) if number == case]
    replies = right(exam)
    replies[places[-1 if again else 0]] = reply
    outcomes = judge(exam, replies)
    others = [outcome.verdict for outcome in outcomes if outcome.case != case]
    assert set(others) == {Verdict.CORRECT}, "one case's reply decides no other's"
    return outcomes[case]


def returned(exam: Exam, case: int = 0, **changed: Any) -> Reply:
    return Reply(ending=Ending.RETURNED, values={**values(exam, case), **changed})


# --- everything right ----------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [FORWARD, BACKWARD, ALONE, GROUPS, LEARNING], ids=lambda asked: asked[1])
def test_right_results_are_correct_case_by_case(asked: tuple[str, str, int]) -> None:
    exam = exam_of(*asked)
    outcomes = judge(exam, right(exam))
    assert [outcome.case for outcome in outcomes] == [case.number for case in exam.cases]
    assert [outcome.stratum for outcome in outcomes] == [case.stratum for case in exam.cases]
    assert {(each.verdict, each.message, each.wrong) for each in outcomes} == {(Verdict.CORRECT, "", ())}


def test_running_averages_are_judged_where_they_are_learnt() -> None:
    exam = exam_of(*LEARNING)
    case = first_of(exam, "running averages")
    wrong = values(exam, case)["running_var"] + 1e-6
    outcome = judged(exam, returned(exam, case, running_var=wrong), case)
    assert (outcome.verdict, outcome.wrong) == (Verdict.WRONG_VALUE, ("running_var",))


# --- what came back is wrong ---------------------------------------------------------------------

Change = Callable[[Array], Array | NotAnArray]


def with_cell(value: float) -> Change:
    def change(out: Array) -> Array:
        changed = out.copy()
        changed.flat[0] = value
        return changed

    return change


def nan_everywhere(out: Array) -> Array:
    return np.full_like(out, np.nan)


WRONG: list[tuple[str, Change, Verdict, str]] = [
    (
        "NaN",
        with_cell(np.nan),
        Verdict.WRONG_VALUE,
        r"out\[0, 0, 0, 0\] is nan, but should be \S+; 1 of \d+ val",
    ),
    (
        "NaN everywhere",
        nan_everywhere,
        Verdict.WRONG_VALUE,
        r"out\[0, 0, 0, 0\] is nan, .*; (\d+) of \1 values differ",
    ),
    ("inf", with_cell(np.inf), Verdict.WRONG_VALUE, r"out\[0, 0, 0, 0\] is inf, but should be"),
    ("minus inf", with_cell(-np.inf), Verdict.WRONG_VALUE, r"out\[0, 0, 0, 0\] is -inf, but should be"),
    ("another number", with_cell(99), Verdict.WRONG_VALUE, r"out\[0, 0, 0, 0\] is 99, but should be"),
    (
        "one axis less",
        lambda out: out[0],
        Verdict.WRONG_SHAPE,
        r"out has shape \(\d, \d, \d\), but should have \(1,",
    ),
    (
        "one row more",
        lambda out: np.pad(out, ((0, 0), (0, 0), (0, 1), (0, 0))),
        Verdict.WRONG_SHAPE,
        "out has shape",
    ),
    (
        "an axis of one more",
        lambda out: out[..., None],
        Verdict.WRONG_SHAPE,
        r"out has shape \(.*, 1\), but should",
    ),
    (
        "one number",
        lambda out: out[0, 0, 0, 0:1].reshape(()),
        Verdict.WRONG_SHAPE,
        r"out has shape \(\), but should have",
    ),
    ("nothing in it", lambda out: out[:0], Verdict.WRONG_SHAPE, r"out has shape \(0, .*\), but should have"),
    (
        "integers",
        lambda out: np.round(out).astype(int),
        Verdict.WRONG_DTYPE,
        "out holds int64, but should hold float",
    ),
    (
        "truths",
        lambda out: out > 0,
        Verdict.WRONG_DTYPE,
        "out holds bool, but should hold floating-point numbers",
    ),
    (
        "complex",
        lambda out: out + 0j,
        Verdict.WRONG_DTYPE,
        "out holds complex128, but should hold floating-point",
    ),
    ("None", lambda _: NotAnArray("None"), Verdict.UNIMPLEMENTED, "it returned None for out"),
    (
        "text",
        lambda _: NotAnArray("a str"),
        Verdict.WRONG_SHAPE,
        r"out is a str, but should be an array of shape \(1,",
    ),
    (
        "objects",
        lambda _: NotAnArray("an array of objects"),
        Verdict.WRONG_SHAPE,
        "out is an array of objects, but",
    ),
]


@pytest.mark.parametrize(
    ("change", "verdict", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
@pytest.mark.parametrize("again", [False, True], ids=["first call", "second call"])
def test_a_wrong_result_is_told(change: Change, verdict: Verdict, message: str, again: bool) -> None:
    exam = exam_of(*FORWARD)
    outcome = judged(exam, returned(exam, out=change(values(exam, 0)["out"])), again=again)
    assert outcome.verdict is verdict
    assert outcome.wrong == ("out",)
    begin = "the same call was right at first and not when it was made again: " if again else ""
    assert re.match(begin + message, outcome.message), outcome.message


@pytest.mark.parametrize(
    ("stratum", "axes", "verdict"),
    [
        ("rectangular image", (0, 1, 3, 2), Verdict.WRONG_SHAPE),
        ("channels", (0, 2, 3, 1), Verdict.WRONG_SHAPE),
        ("basic", (0, 1, 3, 2), Verdict.WRONG_VALUE),  # square: only the values can tell
    ],
)
def test_a_transposed_result_is_wrong(stratum: str, axes: tuple[int, ...], verdict: Verdict) -> None:
    exam = exam_of(*FORWARD)
    case = next(each.number for each in exam.cases if each.stratum == stratum and _tells(exam, each.number))
    out = values(exam, case)["out"].transpose(axes)
    assert judged(exam, returned(exam, case, out=out), case).verdict is verdict


def _tells(exam: Exam, case: int) -> bool:
    return values(exam, case)["out"].shape[1] != 1 or values(exam, case)["out"].shape[2:] != (1, 1)


# --- precision -----------------------------------------------------------------------------------


def test_single_precision_for_double_is_called_too_coarse() -> None:
    exam = exam_of(*FORWARD)
    case = first_of(exam, "real values")
    outcome = judged(exam, returned(exam, case, out=values(exam, case)["out"].astype(np.float32)), case)
    assert outcome.verdict is Verdict.WRONG_DTYPE
    assert outcome.message == (
        "out holds float32, which is too coarse: it should hold float64, as the input does"
    )


def test_half_precision_is_too_coarse_and_a_wrong_value_in_it_is_a_wrong_value() -> None:
    exam = exam_of(*FORWARD)
    case = first_of(exam, "real values")
    coarse = values(exam, case)["out"].astype(np.float16)
    assert judged(exam, returned(exam, case, out=coarse), case).verdict is Verdict.WRONG_DTYPE
    assert judged(exam, returned(exam, case, out=coarse + 1), case).verdict is Verdict.WRONG_VALUE


def test_a_wrong_value_in_single_precision_is_a_wrong_value() -> None:
    exam = exam_of(*FORWARD)
    case = first_of(exam, "real values")
    wrong = (values(exam, case)["out"] + 0.01).astype(np.float32)
    assert judged(exam, returned(exam, case, out=wrong), case).verdict is Verdict.WRONG_VALUE


def test_single_precision_costs_nothing_where_nothing_is_lost() -> None:
    """Quarters are exact in float32; what is right is not blamed for its type."""
    exam = exam_of(*FORWARD)
    out = values(exam, 0)["out"].astype(np.float32)
    assert judged(exam, returned(exam, out=out)).verdict is Verdict.CORRECT


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_for_single_precision_both_are_right(dtype: type[np.floating[Any]]) -> None:
    exam = exam_of(*FORWARD)
    case = first_of(exam, "single precision")
    out = values(exam, case)["out"].astype(dtype)
    assert judged(exam, returned(exam, case, out=out), case).verdict is Verdict.CORRECT


def test_half_precision_for_single_is_a_wrong_value() -> None:
    exam = exam_of(*FORWARD)
    case = first_of(exam, "single precision")
    out = values(exam, case)["out"].astype(np.float16)
    outcome = judged(exam, returned(exam, case, out=out), case)
    assert outcome.verdict is Verdict.WRONG_VALUE
    assert "coarse" not in outcome.message


# --- several results -----------------------------------------------------------------------------


def test_the_first_wrong_result_speaks_and_all_are_named() -> None:
    exam = exam_of(*BACKWARD)
    right_dw = values(exam, 0)["dw"]
    outcome = judged(exam, returned(exam, dw=right_dw + 1, db=NotAnArray("a str")))
    assert outcome.wrong == ("dw", "db")
    assert outcome.verdict is Verdict.WRONG_VALUE
    assert outcome.message.startswith("dw[0, 0, 0, 0] is ")


def test_none_beside_right_results_is_a_wrong_shape() -> None:
    exam = exam_of(*BACKWARD)
    outcome = judged(exam, returned(exam, db=NotAnArray("None")))
    assert (outcome.verdict, outcome.wrong) == (Verdict.WRONG_SHAPE, ("db",))
    assert outcome.message.startswith("db is None, but should be an array of shape (1,)")


def test_none_for_everything_is_unfinished() -> None:
    exam = exam_of(*BACKWARD)
    nothing = NotAnArray("None")
    outcome = judged(exam, returned(exam, dx=nothing, dw=nothing, db=nothing))
    assert (outcome.verdict, outcome.wrong) == (Verdict.UNIMPLEMENTED, ("dx", "dw", "db"))
    assert outcome.message == "it returned None for dx and dw and db"


@pytest.mark.parametrize("shape", [(-1,), (1, -1, 1, 1), (-1, 1)], ids=str)
def test_axes_of_one_may_be_left_out_where_courses_differ(shape: tuple[int, ...]) -> None:
    exam = exam_of(*GROUPS)
    case = first_of(exam, "channels")
    loose = values(exam, case)["dgamma"].reshape(shape)
    assert judged(exam, returned(exam, case, dgamma=loose), case).verdict is Verdict.CORRECT


def test_they_may_not_be_left_out_elsewhere() -> None:
    exam = exam_of(*BACKWARD)
    outcome = judged(exam, returned(exam, db=values(exam, 0)["db"].reshape(-1, 1)))
    assert outcome.message == "db has shape (1, 1), but should have (1,)"


# --- overwritten inputs --------------------------------------------------------------------------


@pytest.mark.parametrize(("changed", "names"), [(("x",), "x was"), (("x", "w"), "x and w were")])
def test_an_overwritten_input_is_told_behind_a_right_result(changed: tuple[str, ...], names: str) -> None:
    exam = exam_of(*FORWARD)
    outcome = judged(exam, replace(returned(exam), changed=changed))
    assert outcome.verdict is Verdict.CHANGED_INPUT
    assert outcome.message == f"the result is right, but {names} overwritten in place"


def test_behind_a_wrong_result_the_result_is_told() -> None:
    exam = exam_of(*FORWARD)
    reply = replace(returned(exam, out=values(exam, 0)["out"] + 1), changed=("x",))
    assert judged(exam, reply).verdict is Verdict.WRONG_VALUE


# --- it did not return ---------------------------------------------------------------------------


def fault(kind: str, message: str, **where: Any) -> Raised:
    return Raised(type=kind, message=message, **where)


def raised(step: int, kind: str = "IndexError", message: str = "out of bounds", **where: Any) -> Reply:
    return Reply(ending=Ending.RAISED, step=step, error=fault(kind, message, **where))


PLACE: Mapping[str, Any] = {"path": "layers.py", "line": 12, "code": "out[n, f] = 0"}

ENDED: list[tuple[str, Reply, Verdict, str]] = [
    (
        "raised",
        raised(2, **PLACE),
        Verdict.RAISED,
        "it raised IndexError: out of bounds (layers.py, line 12: out[n, f] = 0)",
    ),
    ("raised nowhere", raised(2), Verdict.RAISED, "it raised IndexError: out of bounds"),
    ("raised nothing said", raised(2, message=""), Verdict.RAISED, "it raised IndexError"),
    (
        "raised in forward",
        raised(1, **PLACE),
        Verdict.RAISED,
        "conv_forward_naive, which is called first, raised IndexError: out of bounds "
        "(layers.py, line 12: out[n, f] = 0)",
    ),
    ("raised between calls", raised(0), Verdict.RAISED, "it raised IndexError: out of bounds"),
    (
        "not implemented",
        raised(2, "NotImplementedError", ""),
        Verdict.UNIMPLEMENTED,
        "it raises NotImplementedError",
    ),
    (
        "assert False",
        raised(
            2, "AssertionError", "write this", path="layers.py", line=3, code="assert False, 'write this'"
        ),
        Verdict.UNIMPLEMENTED,
        "it raises AssertionError: write this (layers.py, line 3: assert False, 'write this')",
    ),
    (
        "assert of its own",
        raised(2, "AssertionError", "", code="assert falsehood == 1", path="a.py"),
        Verdict.RAISED,
        "it raised AssertionError (a.py: assert falsehood == 1)",
    ),
    (
        "forward not implemented",
        raised(1, "NotImplementedError", ""),
        Verdict.RAISED,
        "conv_forward_naive, which is called first, raised NotImplementedError",
    ),
    (
        "returned None",
        Reply(ending=Ending.MALFORMED, step=2, text="None"),
        Verdict.UNIMPLEMENTED,
        "conv_backward_naive returned None, but should return dx, dw, db",
    ),
    (
        "a tuple of two",
        Reply(ending=Ending.MALFORMED, step=2, text="a tuple of 2"),
        Verdict.WRONG_SHAPE,
        "conv_backward_naive returned a tuple of 2, but should return dx, dw, db",
    ),
    (
        "forward alone",
        Reply(ending=Ending.MALFORMED, step=1, text="an array of shape (1, 1)"),
        Verdict.WRONG_SHAPE,
        "conv_forward_naive returned an array of shape (1, 1), but should return out, cache",
    ),
    (
        "timed out",
        Reply(ending=Ending.TIMED_OUT, step=2),
        Verdict.TIMED_OUT,
        "it did not return within 2.5 s",
    ),
    (
        "skipped",
        Reply(ending=Ending.TIMED_OUT, skipped=True),
        Verdict.TIMED_OUT,
        "it was not called any more, since it had timed out before",
    ),
    (
        "memory",
        Reply(ending=Ending.OUT_OF_MEMORY),
        Verdict.OUT_OF_MEMORY,
        "it asked for more memory than there is",
    ),
    (
        "memory, said",
        Reply(ending=Ending.OUT_OF_MEMORY, text="74 GiB asked for"),
        Verdict.OUT_OF_MEMORY,
        "74 GiB asked for",
    ),
    ("killed", Reply(ending=Ending.KILLED), Verdict.KILLED, "it ended the whole process"),
    ("killed, said", Reply(ending=Ending.KILLED, text="signal 11"), Verdict.KILLED, "signal 11"),
    ("not run", Reply(ending=Ending.NOT_RUN), Verdict.NOT_RUN, "it was not run"),
    ("raised, without a word", Reply(ending=Ending.RAISED, step=2), Verdict.NOT_RUN, "it was not run"),
]


@pytest.mark.parametrize(
    ("reply", "verdict", "message"), [row[1:] for row in ENDED], ids=[row[0] for row in ENDED]
)
def test_every_other_ending_is_told(reply: Reply, verdict: Verdict, message: str) -> None:
    outcome = judged(exam_of(*BACKWARD), reply)
    assert (outcome.verdict, outcome.message, outcome.wrong) == (verdict, message, ())


def test_every_ending_has_a_row() -> None:
    assert {row[1].ending for row in ENDED} == set(Ending) - {Ending.RETURNED}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (fault("E", "m"), ""),
        (fault("E", "m", path="a.py"), "a.py"),
        (fault("E", "m", path="a.py", line=3), "a.py, line 3"),
        (
            fault("E", "m", path="a.ipynb", line=3, cell=2, code="x = 1"),
            "a.ipynb, code cell 2, line 3: x = 1",
        ),
    ],
)
def test_a_place_is_said_as_far_as_it_is_known(error: Raised, text: str) -> None:
    assert where_raised(error) == text


# --- the second call -----------------------------------------------------------------------------


def test_a_second_call_that_could_not_be_made_leaves_the_case_undecided() -> None:
    outcome = judged(exam_of(*FORWARD), Reply(ending=Ending.NOT_RUN, text="the sandbox was lost"), again=True)
    assert (outcome.verdict, outcome.message) == (Verdict.NOT_RUN, "the sandbox was lost")


def test_a_second_call_mends_nothing() -> None:
    exam = exam_of(*FORWARD)
    replies = right(exam)
    replies[0] = returned(exam, out=nan_everywhere(values(exam, 0)["out"]))
    assert judge(exam, replies)[0].verdict is Verdict.WRONG_VALUE


@pytest.mark.parametrize(
    ("take", "text"),
    [(-1, "(.*) replies to a batch of"), (0, "0 replies"), (None, "")],
    ids=["fewer", "none", "all"],
)
def test_there_is_an_outcome_for_every_reply_or_none_at_all(take: int | None, text: str) -> None:
    exam = exam_of(*FORWARD)
    if take is None:
        assert len(judge(exam, right(exam)[:take])) == len(exam.cases)
        return
    with pytest.raises(ValueError, match=text):
        judge(exam, right(exam)[:take])


def test_more_replies_than_asked_are_refused() -> None:
    exam = exam_of(*FORWARD)
    asked = len(exam.batch.order)
    with pytest.raises(ValueError, match=f"{asked + 1} replies to a batch of {asked}"):
        judge(exam, [*right(exam), right(exam)[0]])


# --- numbers and bounds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "fine"),
    [
        (1.0, True),
        (1.5, True),
        (0.5, True),
        (1.5000001, False),
        (np.nan, False),
        (np.inf, False),
        (-np.inf, False),
    ],
)
def test_within_is_inside_the_bound_its_edge_included(got: float, fine: bool) -> None:
    assert within(np.array([got]), Expected(np.array([1.0]), np.array([0.5]))).tolist() == [fine]


def test_the_largest_numbers_overflow_into_wrong() -> None:
    expected = Expected(np.array([-1e308]), np.array([1.0]))
    assert not within(np.array([1e308]), expected).any()


MISMATCHES: list[tuple[Array, Array, str]] = [
    (np.array([[1.0, 9.0]]), np.array([[1.0, 5.0]]), "out[0, 1] is 9, but should be 5; 1 of 2 values differ"),
    (np.array([9.0]), np.array([5.0]), "out[0] is 9, but should be 5"),
    (np.array(9.0), np.array(5.0), "out is 9, but should be 5"),
    (np.array([1 / 3]), np.array([0.3333334]), "out[0] is 0.3333333, but should be 0.3333334"),
    (np.array([1.0 + 1e-12]), np.array([1.0]), "out[0] is 1.000000000001, but should be 1"),
    (np.array([-0.25]), np.array([1e-20]), "out[0] is -0.25, but should be 1e-20"),
]


@pytest.mark.parametrize(("got", "expected", "text"), MISMATCHES, ids=[row[2] for row in MISMATCHES])
def test_a_mismatch_shows_two_numbers_that_can_be_told_apart(got: Array, expected: Array, text: str) -> None:
    assert describe_mismatch("out", got, expected, got != expected) == text


@pytest.mark.parametrize("ending", [Ending.MALFORMED, Ending.KILLED, Ending.TIMED_OUT])
def test_a_process_that_says_it_was_at_a_step_that_is_not_there(ending: Ending) -> None:
    """It says so itself, so it may lie; that must cost it the case, and be no fault of the grader's."""
    outcome = judged(exam_of(*FORWARD), Reply(ending=ending, step=60_000, text="a str"))
    assert outcome.verdict not in (Verdict.CORRECT, Verdict.NOT_RUN)


# --- truth values ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.bool_, np.int64, np.uint8, np.float32, np.float64])
def test_a_mask_may_hold_zeros_and_ones_of_any_kind(dtype: type[np.generic]) -> None:
    exam = wrong_replies.exam_of("mask_from_window", 0)
    for case in range(len(exam.cases)):
        mask = exam.answers[case]["mask"].value
        assert mask.dtype == np.bool_
        reply = Reply(ending=Ending.RETURNED, values={"mask": mask.astype(dtype)})
        assert judged(exam, reply, case).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("got", "verdict", "message"),
    [
        (np.array([[True, True]]), Verdict.WRONG_VALUE, "mask[0, 1] is True, but should be False; 1 of 2"),
        (np.array([[1.0, np.nan]]), Verdict.WRONG_VALUE, "mask[0, 1] is nan, but should be False; 1 of 2"),
        (np.array([[3, 0]]), Verdict.WRONG_VALUE, "mask[0, 0] is 3, but should be True; 1 of 2"),
        (np.array([[1j, 0]]), Verdict.WRONG_DTYPE, "mask holds complex128, but should hold truth values"),
    ],
)
def test_what_is_no_such_mask_is_wrong(got: Array, verdict: Verdict, message: str) -> None:
    exam = wrong_replies.exam_of("mask_from_window", 0)
    answer = Expected(np.array([[True, False]]), np.zeros((1, 2)))
    exam = replace(exam, answers=({"mask": answer}, *exam.answers[1:]))
    outcome = judged(exam, Reply(ending=Ending.RETURNED, values={"mask": got}), 0)
    assert outcome.verdict is verdict
    assert outcome.message.startswith(message)
