"""What is named, and what is not: a name must be borne out by every answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from wrong_replies import exam_of, replies_of

from grader.checks import judge
from grader.diagnosis.suspects import identify
from grader.steps import Ending, Raised, Reply
from reference.conv import conv2d, conv2d_backward
from reference.mistakes import MISTAKES

Function = Callable[..., Any]


def named(op: str, function: Function, change: Callable[[list[Reply]], None] = lambda _: None) -> list[str]:
    """The mistakes that a function is named for, pairs joined by a plus, each with its results."""
    exam = exam_of(op, 1)
    replies = list(replies_of(exam, function))
    change(replies)
    return [
        f"{' + '.join(mistake.id.partition('.')[2] for mistake in each.mistakes)}: {' '.join(each.results)}"
        for each in identify(exam, judge(exam, replies), replies)
    ]


def mistake(id: str) -> Function:
    op = id.partition(".")[0]
    return next(each for each in MISTAKES[op] if each.id == id).fresh()


def test_one_answer_that_does_not_fit_takes_the_name_away() -> None:
    def change(replies: list[Reply]) -> None:
        wrong = replies[7].values["out"]
        assert isinstance(wrong, np.ndarray)
        replies[7] = replace(replies[7], values={"out": wrong + 1e-3})

    assert named("conv2d", mistake("conv2d.leaves_out_the_bias")) == ["leaves_out_the_bias: out"]
    assert named("conv2d", mistake("conv2d.leaves_out_the_bias"), change) == []


def test_rounding_takes_no_name_away() -> None:
    def rounded(*args: Any, **params: Any) -> Any:
        return mistake("conv2d.leaves_out_the_bias")(*args, **params) * (1 + 2.0**-51)

    assert named("conv2d", rounded) == ["leaves_out_the_bias: out"]


def test_results_are_explained_apart() -> None:
    def function(dout: Any, x: Any, w: Any, **params: Any) -> Any:
        _, dw, db = conv2d_backward(dout, x, w, **params)
        return mistake("conv2d_backward.crops_with_minus_pad")(dout, x, w, **params)[0], dw, 2 * db + 1

    assert named("conv2d_backward", function) == ["crops_with_minus_pad: dx"]


def test_no_mistake_is_named_that_would_spoil_what_is_right() -> None:
    """All three gradients at zero explains two that are; it is not true of the third."""

    def function(dout: Any, x: Any, w: Any, **params: Any) -> Any:
        dx, dw, db = conv2d_backward(dout, x, w, **params)
        return dx, 0 * dw, 0 * db

    assert named("conv2d_backward", function) == ["leaves_dw_at_zero: dw", "leaves_db_at_zero: db"]


def test_what_leaves_right_results_right_goes_before_what_does_not() -> None:
    """Both put dw where it is, and raise in the same cases; only one of the two leaves dx right."""
    assert named("conv2d_backward", mistake("conv2d_backward.pads_x_by_one_for_dw")) == [
        "pads_x_by_one_for_dw: dw"
    ]


def test_two_at_once_are_a_pair() -> None:
    def function(x: Any, w: Any, b: Any, **params: Any) -> Any:
        return conv2d(x, w[..., ::-1, ::-1].copy(), np.zeros_like(b), **params)

    (found,) = named("conv2d", function)
    assert set(found.removesuffix(": out").split(" + ")) == {"flips_the_kernel", "leaves_out_the_bias"}


def test_what_no_mistake_explains_has_no_name() -> None:
    assert named("conv2d", lambda x, w, b, **params: conv2d(x, w, b, **params) * 1.01) == []


def test_nothing_is_named_where_nothing_ever_came_back() -> None:
    def function(*_: Any, **__: Any) -> Any:
        raise NameError("name 'W_out' is not defined")

    assert named("conv2d", function) == []


@pytest.mark.parametrize("error", [IndexError, NameError])
def test_exceptions_alone_name_a_mistake_only_if_they_are_its_own(error: type[Exception]) -> None:
    """Right wherever it returns, and it raises exactly where a known mistake does."""
    known = mistake("conv2d.reads_the_size_of_the_second_channel")

    def function(*args: Any, **params: Any) -> Any:
        try:
            return known(*args, **params)
        except IndexError:
            raise error from None

    expected = ["reads_the_size_of_the_second_channel: out"] if error is IndexError else []
    assert named("conv2d", function) == expected


def test_exceptions_alone_name_no_pair() -> None:
    """Right wherever it returns; it raises where either of two known mistakes does, as much else would."""

    def function(*args: Any, **params: Any) -> Any:
        for name in ("strides_at_the_start_of_the_window_only", "takes_the_kernel_as_wide_as_high"):
            mistake(f"conv2d_backward.{name}")(*args, **params)
        return conv2d_backward(*args, **params)

    assert named("conv2d_backward", function) == []


@pytest.mark.parametrize(
    ("op", "name"),
    [("conv2d", "swaps_rows_and_columns_of_the_output"), ("max_pool2d", "swaps_the_outputs_sides")],
)
@pytest.mark.parametrize(("error", "says"), [(IndexError, True), (ValueError, True), (TypeError, False)])
def test_what_does_not_fit_is_named_by_either_exception(
    op: str, name: str, error: type[Exception], says: bool
) -> None:
    """A loop past the end of the output meets an empty window first, or the output's last cell."""

    def function(*args: Any, **params: Any) -> Any:
        try:
            return mistake(f"{op}.{name}")(*args, **params)
        except (IndexError, ValueError):
            raise error from None

    assert named(op, function) == ([f"{name}: out"] if says else [])


def test_one_coding_may_raise_where_another_does_not() -> None:
    """Most wrong answers are the mistake's; in one case the submission raised instead."""

    def change(replies: list[Reply]) -> None:
        places = [
            place
            for place, reply in enumerate(replies[: len(exam_of("conv2d", 1).cases)])
            if exam_of("conv2d", 1).cases[place].params["stride"] == 3 and reply.ending is Ending.RETURNED
        ]
        error = Raised(type="ValueError", message="operands could not be broadcast together")
        replies[places[0]] = Reply(ending=Ending.RAISED, step=1, error=error)

    assert named("conv2d", mistake("conv2d.windows_ignore_stride"), change) == ["windows_ignore_stride: out"]


def test_what_was_not_run_says_nothing() -> None:
    def change(replies: list[Reply]) -> None:
        replies[:] = [
            Reply(ending=Ending.NOT_RUN, text="lost") if place % 3 == 0 else reply
            for place, reply in enumerate(replies)
        ]

    assert named("conv2d", mistake("conv2d.flips_the_kernel"), change) == ["flips_the_kernel: out"]


@pytest.mark.parametrize(("forward_right", "names"), [(True, 1), (False, 0)])
def test_what_an_object_raises_is_named_only_behind_a_right_forward(forward_right: bool, names: int) -> None:
    """Its backward raises in some cases and is right in the others: its forward may remember too little."""
    exam = exam_of("conv2d_backward", 1, "mytorch")
    replies = replies_of(exam, mistake("conv2d_backward.swaps_the_loops_over_rows_and_columns"))
    found = identify(exam, judge(exam, replies), replies, forward_right=forward_right)
    assert [each.id for one in found for each in one.mistakes] == [
        "conv2d_backward.swaps_the_loops_over_rows_and_columns"
    ] * names


def test_padding_too_narrow_for_the_kernel_leaves_an_empty_output() -> None:
    """As a loop's buffer without rows does, and as nothing that raises is named for it."""
    x, w, b = np.ones((1, 1, 2, 2)), np.ones((1, 1, 5, 5)), np.ones(1)
    assert mistake("conv2d.pads_by_the_stride")(x, w, b, stride=1, pad=2).shape == (1, 1, 0, 0)
