"""Cases whose right answer is an exception, and results that are whole numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wrong_replies import exam_of

from grader.checks import judge
from grader.diagnosis import explain
from grader.diagnosis.imitation import reply_to
from grader.diagnosis.suspects import identify
from grader.exam import Exam
from grader.model import Outcome, Submission, Verdict
from grader.scoring import score_strata
from grader.snippet import repro
from grader.steps import Ending, Reply
from grader.wrong_versions import apply
from reference.shapes import output_size

REFUSAL = "filter does not fit"
Function = Callable[..., Any]


def exam() -> Exam:
    return exam_of("output_size", 1)


def replies_of(function: Function, *, code: str = "") -> list[Reply]:
    """What comes back of a function of the reference's signature, whose exceptions are from a line `code`."""
    asked = exam()
    replies = [reply_to(asked, place, made) for place, made in enumerate(apply(function, asked.cases))]
    told = [
        replace(reply, error=replace(reply.error, code=code)) if reply.error else reply for reply in replies
    ]
    return [told[place] for place in asked.batch.order]


def refused(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.stratum == REFUSAL]


def others(outcomes: Sequence[Outcome]) -> set[Verdict]:
    return {outcome.verdict for outcome in outcomes if outcome.stratum != REFUSAL}


def verdicts(function: Function, *, code: str = "") -> tuple[set[Verdict], set[Verdict]]:
    """Those where there is no result, and those where there is one."""
    outcomes = judge(exam(), replies_of(function, code=code))
    return {outcome.verdict for outcome in refused(outcomes)}, others(outcomes)


def fits(size: int, kernel: int, pad: int) -> bool:
    return kernel <= size + 2 * pad


def where_it_does_not_fit(answer: Callable[[], Any]) -> Function:
    """Right where the filter fits; elsewhere whatever `answer` does."""

    def function(size: int, kernel: int, *, stride: int, pad: int) -> Any:
        return output_size(size, kernel, stride=stride, pad=pad) if fits(size, kernel, pad) else answer()

    return function


def raising(error: type[Exception]) -> Callable[[], Any]:
    def answer() -> Any:
        raise error("no room")

    return answer


# --- refusing ------------------------------------------------------------------------------------


def test_the_refused_cases_are_those_in_which_nothing_fits() -> None:
    for case in exam().cases:
        at = case.params
        assert (
            bool(case.refusal) == (case.stratum == REFUSAL) == (not fits(at["size"], at["kernel"], at["pad"]))
        )
    assert {case.params["stride"] for case in exam().cases if case.refusal} >= {1, 2, 3}
    assert {case.params["pad"] for case in exam().cases if case.refusal} >= {0, 1, 2}


@pytest.mark.parametrize("error", [ValueError, AssertionError, ZeroDivisionError, NameError, RuntimeError])
def test_any_exception_refuses(error: type[Exception]) -> None:
    assert verdicts(where_it_does_not_fit(raising(error))) == ({Verdict.CORRECT}, {Verdict.CORRECT})


def test_an_assert_that_is_always_false_refuses_where_it_is_only_reached_there() -> None:
    function = where_it_does_not_fit(raising(AssertionError))
    assert verdicts(function, code="assert False, 'no room'") == ({Verdict.CORRECT}, {Verdict.CORRECT})


def test_unfinished_work_refuses_nothing() -> None:
    function = where_it_does_not_fit(raising(NotImplementedError))
    assert verdicts(function) == ({Verdict.UNIMPLEMENTED}, {Verdict.CORRECT})
    replies = replies_of(function)
    assert identify(exam(), judge(exam(), replies), replies) == ()


ALWAYS: list[tuple[str, Callable[[], Any], Verdict]] = [
    ("raises", raising(NameError), Verdict.RAISED),
    ("is to be written", raising(NotImplementedError), Verdict.UNIMPLEMENTED),
    ("gives None", lambda: None, Verdict.UNIMPLEMENTED),
]


@pytest.mark.parametrize(("answer", "verdict"), [row[1:] for row in ALWAYS], ids=[row[0] for row in ALWAYS])
def test_what_it_always_does_is_no_refusal(answer: Callable[[], Any], verdict: Verdict) -> None:
    def function(*_: int, **__: int) -> Any:
        return answer()

    assert verdicts(function) == ({verdict}, {verdict})
    outcomes = judge(exam(), replies_of(function))
    assert sum(each.score.earned for each in score_strata(exam().exercise, outcomes)) == Fraction(0)


def test_a_refusal_counts_of_a_function_that_is_wrong_elsewhere() -> None:
    def one_too_small(*args: int, **params: int) -> int:
        return output_size(*args, **params) - 1

    assert verdicts(one_too_small) == ({Verdict.CORRECT}, {Verdict.WRONG_VALUE})


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (-3, "-3"), (0.5, "0.5"), (None, "None"), (np.zeros(2), r"an array of shape \(2,\)")],
    ids=str,
)
def test_a_value_where_there_is_none_is_wrong(value: Any, said: str) -> None:
    outcomes = judge(exam(), replies_of(where_it_does_not_fit(lambda: value)))
    assert others(outcomes) == {Verdict.CORRECT}
    for outcome in refused(outcomes):
        assert outcome.verdict is Verdict.WRONG_VALUE
        assert outcome.wrong == ("size",)
        pattern = f"it returned {said}, but the filter does not fit: it should raise an error"
        assert re.fullmatch(pattern, outcome.message)


def test_refusing_the_second_time_alone_is_wrong() -> None:
    replies = replies_of(output_size)
    place = next(place for place, case in enumerate(exam().cases) if case.refusal)
    replies[place] = Reply(ending=Ending.RETURNED, values={"size": np.asarray(0)})
    assert judge(exam(), replies)[place].verdict is Verdict.WRONG_VALUE


def test_where_there_is_a_result_an_exception_is_one_as_before() -> None:
    def function(stride: int, **params: int) -> int:
        if stride == 2:
            raise ValueError("not yet")
        return output_size(stride=stride, **params)

    none, some = verdicts(function)
    assert none == {Verdict.CORRECT}
    assert some == {Verdict.CORRECT, Verdict.RAISED}


# --- telling mistakes apart ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda: 0, "gives_zero_where_nothing_fits"),
        (lambda: None, None),
        (lambda: 7, None),
    ],
    ids=["zero", "None", "seven"],
)
def test_mistakes_are_compared_where_they_should_have_refused(
    answer: Callable[[], Any], name: str | None
) -> None:
    replies = replies_of(where_it_does_not_fit(answer))
    found = identify(exam(), judge(exam(), replies), replies)
    assert [each.mistakes[0].id for each in found] == ([f"output_size.{name}"] if name else [])


def test_a_mistake_is_named_whatever_it_raises() -> None:
    def function(size: int, kernel: int, **params: int) -> int:
        if kernel > size:
            raise RuntimeError("too large")
        return output_size(size, kernel, **params)

    replies = replies_of(function)
    (found,) = identify(exam(), judge(exam(), replies), replies)
    assert found.mistakes[0].id == "output_size.measures_the_kernel_against_the_bare_image"


# --- saying so ---------------------------------------------------------------------------------------


def finding_of(function: Function) -> Any:
    replies = replies_of(function)
    outcomes = judge(exam(), replies)
    student = Submission(id="s", path="s")
    return explain(exam(), outcomes, replies, student, "exercises.py")[0]


def test_the_example_says_that_an_error_was_expected() -> None:
    finding = finding_of(where_it_does_not_fit(lambda: 0))
    assert finding.pattern == "the filter does not fit"
    assert finding.example.expected == "an error: the filter does not fit"
    assert finding.example.got == 0
    assert re.fullmatch(r"output_size\(\d+, \d+(, \d+)*\)", finding.example.call)


def test_a_float_is_shown_as_one() -> None:
    def function(*args: int, **params: int) -> float:
        return float(output_size(*args, **params))

    example = finding_of(function).example
    assert isinstance(example.got, str)
    assert float(example.got) == example.expected


HEAD, REFUSES = "def output_size(w, f, s=1, p=0):\n", "    assert f <= w + 2 * p\n"
FILES = {
    "right": f"{HEAD}{REFUSES}    return (w + 2 * p - f) // s + 1\n",
    "bare formula": f"{HEAD}    return (w + 2 * p - f) // s + 1\n",
    "float": f"{HEAD}{REFUSES}    return (w + 2 * p - f) / s + 1\n",
}


@pytest.mark.parametrize(("file", "stratum"), [("bare formula", REFUSAL), ("float", "basic")])
def test_the_snippet_fails_for_the_mistake_alone(tmp_path: Path, file: str, stratum: str) -> None:
    asked = exam()
    case = next(case for case in asked.cases if case.stratum == stratum)
    text = repro(
        asked.scripts[case.number],
        {},
        asked.answers[case.number],
        module="exercises",
        functions=("output_size",),
        refusal=case.refusal,
    )
    (tmp_path / "repro.py").write_text(text)
    for name, code in (("right", 0), (file, 1)):
        (tmp_path / "exercises.py").write_text(FILES[name])
        done = subprocess.run(
            [sys.executable, "repro.py"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        assert (name == "right") or "AssertionError" in done.stderr


# --- whole numbers -----------------------------------------------------------------------------------

VALUES: list[tuple[str, Callable[[int], Any], Verdict, str]] = [
    ("int", lambda right: right, Verdict.CORRECT, ""),
    ("np.int32", lambda right: np.int32(right), Verdict.CORRECT, ""),
    ("np.uint8", lambda right: np.uint8(right), Verdict.CORRECT, ""),
    ("an array of no axes", lambda right: np.array(right), Verdict.CORRECT, ""),
    ("float", float, Verdict.WRONG_DTYPE, r"size is (\d+)\.0, a float, but should be the whole number \1"),
    ("np.float32", np.float32, Verdict.WRONG_DTYPE, r"size is \d+\.0, a float, but should be the whole .*"),
    ("a fraction", lambda right: right + 0.5, Verdict.WRONG_VALUE, r"size is (\d+)\.5, but should be \1"),
    ("one more", lambda right: right + 1, Verdict.WRONG_VALUE, r"size is \d+, but should be \d+"),
    ("nan", lambda _: float("nan"), Verdict.WRONG_VALUE, r"size is nan, but should be \d+"),
    ("True", lambda _: True, Verdict.WRONG_DTYPE, r"size is True, a truth value, but should be the whole .*"),
    ("complex", complex, Verdict.WRONG_DTYPE, r"size is .*j\), of type complex128, but should be the .*"),
    (
        "a list",
        lambda right: [right],
        Verdict.WRONG_SHAPE,
        r"size has shape \(1,\), but should be a whole number",
    ),
]


@pytest.mark.parametrize(
    ("change", "verdict", "message"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES]
)
def test_sizes_are_whole_numbers(change: Callable[[int], Any], verdict: Verdict, message: str) -> None:
    replies = replies_of(output_size)
    right = int(exam().answers[0]["size"].value)
    places = [place for place, case in enumerate(exam().batch.order) if case == 0]
    for place in places:
        replies[place] = Reply(ending=Ending.RETURNED, values={"size": np.asarray(change(right))})
    outcome = judge(exam(), replies)[0]
    assert outcome.verdict is verdict
    assert re.fullmatch(message, outcome.message)


def test_large_numbers_are_told_apart_to_the_last_digit() -> None:
    asked = exam_of("locally_connected_params", 1)
    right = [int(answer["count"].value) for answer in asked.answers]
    place = right.index(max(right))
    replies = [
        Reply(ending=Ending.RETURNED, values={"count": np.asarray(right[case] + (case == place))})
        for case in asked.batch.order
    ]
    assert judge(asked, replies)[place].message == f"count is {max(right) + 1}, but should be {max(right)}"
