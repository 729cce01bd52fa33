"""Speed limits: functions far from the limit on either side, through a real sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import pytest

from grader import cases, speed
from grader.cases.strata import SPEED
from grader.model import (
    Assignment,
    Domain,
    Exercise,
    ExerciseResult,
    Outcome,
    Score,
    SpeedLimit,
    Submission,
    Verdict,
)
from grader.pipeline import grade
from grader.plan import Plan
from grader.sandbox import Sandbox, open_launcher
from grader.scoring import score_strata
from grader.steps import Limits, Source

ROOT = Path(__file__).resolve().parent.parent

FAST = """
import numpy as np

def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    views = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], (2, 3))[:, :, ::s, ::s]
    out = np.tensordot(views, w, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2) + b[:, None, None]
    return np.ascontiguousarray(out), None
"""
SLOW = FAST.replace("conv_forward_naive", "conv") + (
    "def conv_forward_naive(*args):\n    for _ in range(60):\n        out = conv(*args)\n    return out\n"
)
QUADRATIC = FAST.replace(
    "    return np",
    "    pixels = x[0, 0].ravel()\n    for pixel in pixels:\n        np.sin(pixels * pixel)\n    return np",
)
WRONG_WHERE_LARGE = FAST + (
    "right = conv_forward_naive\n"
    "def conv_forward_naive(x, *rest):\n"
    "    out, cache = right(x, *rest)\n"
    "    return (out if x.size < 10000 else out + 1), cache\n"
)
ENDLESS_WHERE_LARGE = WRONG_WHERE_LARGE.replace("out, cache", "while x.size > 10000: pass\n    out, cache")
REMEMBERS = SLOW.replace("conv_forward_naive", "slow") + (
    "known = {}\n"
    "def conv_forward_naive(x, w, b, conv_param):\n"
    "    key = x.tobytes() + w.tobytes() + b.tobytes() + str(conv_param).encode()\n"
    "    known[key] = known.get(key) or slow(x, w, b, conv_param)\n"
    "    return known[key][0].copy(), None\n"
)
MAKES_UP_THE_REST = FAST.replace("conv_forward_naive", "conv") + (
    "last = []\n"
    "def conv_forward_naive(x, *rest):\n"
    "    last[:] = last if x.size > 10000 and last and last[0][0].size > 5000 else [conv(x, *rest)]\n"
    "    return last[0][0].copy(), None\n"
)
WORKS_AHEAD = (
    SLOW.replace("conv_forward_naive", "slow")
    + """
import sys

def inputs():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "_blob"):
        frame = frame.f_back
    leaf = frame.f_locals["self"]
    for _, offset, described in leaf._head["runs"]:
        found = []
        for _, shape in described.values():
            found.append(np.ndarray(shape, float, leaf._blob, offset))
            offset += found[-1].nbytes
        yield found

known = {}
for x, w, b in inputs():
    known[x.tobytes()] = slow(x, w, b, {"stride": 1, "pad": 1})

def conv_forward_naive(x, w, b, conv_param):
    if x.size > 5000:
        return known.get(x.tobytes()) or slow(x, w, b, conv_param)
    return slow(x, w, b, conv_param)
"""
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(open_launcher()) as launcher, launcher.start() as room:
        yield room


def course(tmp_path: Path, limit: SpeedLimit) -> Assignment:
    exercise = Exercise(
        name="conv_forward_naive",
        op="conv2d",
        points=Fraction(12),
        cases=12,
        speed=limit,
        strata=MappingProxyType({"basic": Fraction(8), SPEED: Fraction(4)}),
    )
    return Assignment(
        name="a", folder=tmp_path, title="a", convention="cs231n", exercises=(exercise,), files=("**/*.py",)
    )


def graded(text: str, tmp_path: Path, room: Sandbox, limit: SpeedLimit) -> ExerciseResult:
    student = Submission(id="a", path="a", sources=(Source("layers.py", (text,)),))
    result = grade(Plan(course(tmp_path, limit), seed=1), student, room)
    assert not result.message
    return result.exercises[0]


LIMIT = SpeedLimit(ratio=25, none=25, like="n8c4h24f4")


def test_a_fast_function_has_all_points_and_its_ratio_is_said(tmp_path: Path, sandbox: Sandbox) -> None:
    result = graded(FAST, tmp_path, sandbox, LIMIT)
    assert (result.verdict, float(result.score.earned)) == (Verdict.CORRECT, 12)
    assert result.speed is not None
    assert 0.2 < result.speed.ratio < 25
    assert result.strata[-1].name == "speed"
    (note,) = result.notes
    assert note == f"speed: {result.speed.ratio:.1f} times the reference's time on n8c4h24f4; the limit is 25"


def test_a_slow_one_loses_the_points_for_speed_alone(tmp_path: Path, sandbox: Sandbox) -> None:
    result = graded(SLOW, tmp_path, sandbox, LIMIT)
    assert result.verdict is Verdict.TOO_SLOW
    assert result.score == Score(Fraction(8), Fraction(12))
    assert result.cases[Verdict.TOO_SLOW] == 1
    assert "the limit is 25." in result.findings[-1].text


def test_what_is_remembered_of_an_input_makes_nothing_faster(tmp_path: Path, sandbox: Sandbox) -> None:
    result = graded(REMEMBERS, tmp_path, sandbox, LIMIT)
    assert (result.verdict, float(result.score.earned)) == (Verdict.TOO_SLOW, 8)


def test_nothing_can_be_worked_out_before_it_is_timed(tmp_path: Path, sandbox: Sandbox) -> None:
    """While a submission is loaded, which is not timed, the inputs are not there yet."""
    result = graded(WORKS_AHEAD, tmp_path, sandbox, LIMIT)
    assert (result.verdict, float(result.score.earned)) == (Verdict.TOO_SLOW, 8)


def test_working_ahead_pays_where_the_inputs_are_sent_at_once(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same submission: what it tries works, and would be seen."""
    monkeypatch.setattr(speed, "Limits", lambda **given: Limits(**{**given, "apart": False}))
    result = graded(WORKS_AHEAD, tmp_path, sandbox, LIMIT)
    assert (result.verdict, float(result.score.earned)) == (Verdict.CORRECT, 12)


def test_each_call_that_is_timed_must_be_right(tmp_path: Path, sandbox: Sandbox) -> None:
    """It is twice, on the input that is asked twice."""
    result = graded(MAKES_UP_THE_REST, tmp_path, sandbox, LIMIT)
    assert (result.verdict, float(result.score.earned)) == (Verdict.WRONG_VALUE, 8)
    assert result.findings[0].text.startswith("It is not right on the input that is timed: out[")


def test_time_that_grows_with_the_square_of_the_pixels_is_named(tmp_path: Path, sandbox: Sandbox) -> None:
    result = graded(QUADRATIC, tmp_path, sandbox, SpeedLimit(ratio=2, none=2, like="n1c1h64f1"))
    assert "Its time grows with the number of pixels to the power of " in result.findings[-1].text


def test_between_two_limits_points_fall(tmp_path: Path, sandbox: Sandbox) -> None:
    result = graded(SLOW, tmp_path, sandbox, SpeedLimit(ratio=1, none=5000, like="n8c4h24f4"))
    assert result.verdict is Verdict.TOO_SLOW
    assert 11 < result.score.earned < 12


def test_a_wrong_result_on_the_timed_input_is_no_speed(tmp_path: Path, sandbox: Sandbox) -> None:
    result = graded(WRONG_WHERE_LARGE, tmp_path, sandbox, LIMIT)
    assert (result.verdict, float(result.score.earned)) == (Verdict.WRONG_VALUE, 8)
    assert result.speed is None


def test_one_that_never_returns_is_stopped(tmp_path: Path, sandbox: Sandbox) -> None:
    result = graded(ENDLESS_WHERE_LARGE, tmp_path, sandbox, SpeedLimit(ratio=2, none=2, like="n8c4h24f4"))
    assert (result.verdict, float(result.score.earned)) == (Verdict.TOO_SLOW, 8)
    assert result.findings[-1].text.startswith("It was stopped after ")


def test_what_is_right_nowhere_is_not_timed(tmp_path: Path, sandbox: Sandbox) -> None:
    text = "def conv_forward_naive(x, w, b, conv_param):\n    raise NotImplementedError\n"
    result = graded(text, tmp_path, sandbox, LIMIT)
    assert (result.verdict, float(result.score.earned)) == (Verdict.UNIMPLEMENTED, 0)
    assert result.speed is None


def test_a_backward_function_is_timed_behind_a_forward_one(tmp_path: Path, sandbox: Sandbox) -> None:
    """Both the submission's and the reference's, so that a slow forward is not hidden, nor counted alone."""
    solution = (ROOT / "assignments/cs231n_a2/solution/layers.py").read_text()
    exercise = Exercise(
        name="max_pool_backward_naive",
        op="max_pool2d_backward",
        points=Fraction(3),
        cases=13,
        speed=SpeedLimit(ratio=200, none=200, like="n4c4h16"),
    )
    assignment = Assignment(
        name="a", folder=tmp_path, title="a", convention="cs231n", exercises=(exercise,), files=("**/*.py",)
    )
    student = Submission(id="a", path="a", sources=(Source("layers.py", (solution,)),))
    (result,) = grade(Plan(assignment, seed=1), student, sandbox).exercises
    assert (result.verdict, float(result.score.earned)) == (Verdict.CORRECT, 3)
    assert result.speed is not None


# --- points and inputs ----------------------------------------------------------------------------------


def test_a_part_of_the_points_for_speed_is_kept() -> None:
    exercise = Exercise(name="f", op="conv2d", points=Fraction(10))
    right = Outcome(case=0, stratum="basic", verdict=Verdict.CORRECT)
    slow = Outcome(case=1, stratum="speed", verdict=Verdict.TOO_SLOW, message="slow", part=Fraction(2, 5))
    basic, speed = score_strata(exercise, (right, slow))
    assert basic.score == Score(Fraction(5), Fraction(5))
    assert (speed.score, speed.failed) == (Score(Fraction(2), Fraction(5)), 1)


def test_a_workload_has_the_sizes_that_it_names() -> None:
    case = cases.workload("conv2d", "n2c3h9w7f5k2s2p1", Domain(), seed=1)
    assert case.arrays["x"].shape == (2, 3, 9, 7)
    assert case.arrays["w"].shape == (5, 3, 2, 2)
    assert dict(case.params) == {"stride": 2, "pad": 1}
    halved = cases.workload("conv2d", "n2c3h9w7f5k2s2p1", Domain(), seed=1, halvings=1)
    assert halved.arrays["x"].shape == (2, 3, 4, 3)


@pytest.mark.parametrize(
    ("op", "like", "said"),
    [
        ("conv2d", "large", 'letters with numbers, such as "n32c16h32k3", not "large"'),
        ("conv2d", "n2n3", "letters with numbers"),
        ("conv2d", "n2z3", "sizes among n, c, h, f, k, s, p, w, not z"),
        ("conv2d", "n0", "sizes from 1 on"),
        ("conv2d", "n9999c9999", "at most 16777216 numbers"),
        ("conv2d", "h2k9", "a kernel that fits the image; 9 is more than 2"),
        ("max_pool2d", "n2f3", "sizes among n, c, h, k, s, w, not f"),
        ("max_pool2d", "p1", "sizes among n, c, h, k, s, w, not p"),
        ("spatial_batchnorm", "n2", "the speed of 'spatial_batchnorm' cannot be limited"),
        ("conv1d", "n2", "the speed of 'conv1d' cannot be limited"),
        ("conv_shape", "n2", "the speed of 'conv_shape' cannot be limited"),
    ],
)
def test_other_workloads_are_refused(op: str, like: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cases.check_workload(op, like, Domain())


def test_a_workload_is_inside_what_the_course_promises() -> None:
    whole = cases.workload("max_pool2d", "h9k2s2", Domain(leftover=False), seed=1)
    assert whole.arrays["x"].shape[2:] == (8, 8)
    assert cases.workload("conv2d_backward", "n2", Domain(bias=False), seed=1).outputs == ("dx", "dw")
    cases.check_workload("max_pool2d", "s1", Domain(stride=(1,)))
    with pytest.raises(ValueError, match="sizes that the domain allows"):
        cases.check_workload("max_pool2d", "s2", Domain(stride=(1,)))


@pytest.mark.parametrize("op", cases.FAMILIES)
def test_what_is_not_refused_can_be_made(op: str) -> None:
    try:
        cases.check_workload(op, "n2", Domain())
    except ValueError:
        return
    assert cases.workload(op, "n2", Domain(), seed=1).arrays


def test_a_ratio_is_said_as_the_one_that_is_kept() -> None:
    """Rounded to two decimals first, 2.1501 is 2.15, which is a little less than its name says."""
    assert [speed._times(ratio) for ratio in (2.1501, 2.16, 99.996)] == [
        "2.1 times",
        "2.2 times",
        "100 times",
    ]
