"""Errors carried forward: for pairs that are wrong together, and for no others."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from grader import conventions
from grader.carried import Probe, _chance, carry_forward
from grader.checks import judge
from grader.diagnosis import smallest, suspects
from grader.exam import Exam, prepare
from grader.model import (
    Assignment,
    Exercise,
    ExerciseResult,
    Outcome,
    Submission,
    SubmissionResult,
    Verdict,
)
from grader.pipeline import grade
from grader.plan import Plan
from grader.sandbox import Launcher, Sandbox, encode, open_launcher
from grader.steps import Batch, BatchReply, Limits, Program, Source

CONVENTION = conventions.find("cs231n", Path())
LIMITS = Limits(seconds=5.0)

HEAD = "import numpy as np\n"

CONV_FORWARD = """
def conv_forward_naive(x, w, b, conv_param):
    s, p = {s}, {p}
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    kh, kw = w.shape[2:]
    oh, ow = (xp.shape[2] - kh) // s + 1, (xp.shape[3] - kw) // s + 1
    out = np.zeros((len(x), len(w), oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = xp[:, :, i*s:i*s + kh, j*s:j*s + kw]
            out[:, :, i, j] = np.tensordot(window, {w}, ((1, 2, 3), (1, 2, 3))) + {b}
    return {out}, (x, w, b, conv_param)
"""

CONV_BACKWARD = """
def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = {s}, {p}
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    kh, kw = w.shape[2:]
    dxp, dk, db = np.zeros_like(xp), np.zeros_like(w), np.zeros_like(b)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            window = xp[:, :, i*s:i*s + kh, j*s:j*s + kw]
            dk += np.tensordot(d, window, (0, 0))
            dxp[:, :, i*s:i*s + kh, j*s:j*s + kw] += np.tensordot(d, {w}, (1, 0))
            db += d.sum(axis=0)
    dx = dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]]
    return {dx}, {dw}, {db}
"""

RIGHT = {"s": "conv_param['stride']", "p": "conv_param['pad']", "w": "w", "b": "b", "out": "out"}
RIGHT |= {"dx": "dx", "dw": "dk", "db": "db"}
FLIPPED = "w[:, :, ::-1, ::-1]"


def conv_pair(forward: dict[str, str] | None = None, backward: dict[str, str] | None = None) -> str:
    """Both functions, right but for what is given."""
    ahead = CONV_FORWARD.format(**{**RIGHT, **(forward or {})})
    back = CONV_BACKWARD.format(**{**RIGHT, **(backward or {})})
    return HEAD + ahead + back


POOL = (
    HEAD
    + """
def places(x, pool_param):
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    for i in range((x.shape[2] - h) // s + 1):
        for j in range((x.shape[3] - w) // s + 1):
            yield i, j, slice(i*s, i*s + h), slice(j*s, j*s + w)

def max_pool_forward_naive(x, pool_param):
    last = list(places(x, pool_param))[-1]
    out = np.zeros(x.shape[:2] + (last[0] + 1, last[1] + 1))
    for i, j, rows, cols in places(x, pool_param):
        out[:, :, i, j] = x[:, :, rows, cols].{ahead}(axis=(2, 3)) * {scale}
    return out, (x, pool_param)

def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    dx = np.zeros_like(x)
    for i, j, rows, cols in places(x, pool_param):
        window = x[:, :, rows, cols]
        mask = window == window.{back}(axis=(2, 3), keepdims=True)
        dx[:, :, rows, cols] += mask * dout[:, :, i, j][:, :, None, None] * {scale}
    return dx
"""
)

NORM = (
    HEAD
    + """
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    n = x[:, 0].size
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True) * {ahead}
    root = np.sqrt(var + bn_param.get("eps", 1e-5))
    hat = (x - mean) / root
    return gamma[:, None, None] * hat + beta[:, None, None], (hat, root, gamma)

def spatial_batchnorm_backward(dout, cache):
    hat, root, gamma = cache
    n = hat[:, 0].size
    d = dout * gamma[:, None, None]
    through = (d * hat).mean(axis=(0, 2, 3), keepdims=True) * {back}
    dx = (d - d.mean(axis=(0, 2, 3), keepdims=True) - hat * through) / root
    return dx, (dout * hat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))
"""
)


# --- running -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    opened = open_launcher("auto", allow_none=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sandbox(launcher: Launcher) -> Iterator[Sandbox]:
    with launcher.start() as started:
        yield started


OPS = {
    "conv_forward_naive": "conv2d",
    "conv_backward_naive": "conv2d_backward",
    "max_pool_forward_naive": "max_pool2d",
    "max_pool_backward_naive": "max_pool2d_backward",
    "spatial_batchnorm_forward": "spatial_batchnorm",
    "spatial_batchnorm_backward": "spatial_batchnorm_backward",
}


def exercise(name: str) -> Exercise:
    return Exercise(
        name=name, op=OPS[name], points=Fraction(10), cases=40, seconds=5, domain=CONVENTION.domain
    )


@cache
def exam_of(name: str) -> Exam:
    return prepare(exercise(name), CONVENTION, CONVENTION.spellings[OPS[name]].ways[0], seed=3)


@pytest.fixture(autouse=True)
def _little_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pair of mistakes is looked for, and no smallest case: neither carries anything."""
    monkeypatch.setattr(suspects, "MOST_PAIRS", 0)
    monkeypatch.setattr(smallest, "LOOKED_AT", ())


def carried(sandbox: Sandbox, text: str, name: str = "conv_backward_naive") -> tuple[Outcome, ...]:
    """The outcomes of a backward function, whatever its forward earns."""
    exam = exam_of(name)
    sandbox.give(Program(entry=("layers.py",), sources=(Source("layers.py", (text,)),)))

    def run(batch: Batch) -> BatchReply:
        return sandbox.run(encode(batch), LIMITS)

    reply = run(exam.batch)
    assert not reply.missing, reply.load
    return carry_forward(exam, judge(exam, reply.replies), run)


def graded(sandbox: Sandbox, text: str, *names: str) -> dict[str, ExerciseResult]:
    """A whole submission, as the pipeline grades it."""
    assignment = Assignment(
        name="pair", folder=Path(), title="A pair", convention="cs231n", exercises=tuple(map(exercise, names))
    )
    student = Submission(id="student", path="layers.py", sources=(Source("layers.py", (text,)),))
    result: SubmissionResult = grade(Plan(assignment, seed=3), student, sandbox)
    assert result.message == ""
    return {each.name: each for each in result.exercises}


def wrong(outcomes: tuple[Outcome, ...]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.verdict is not Verdict.CORRECT]


CONV = ("conv_forward_naive", "conv_backward_naive")
IGNORED = {"s": "1"}
WIDER = {"p": "conv_param['pad'] + 1"}


# --- the texts above are what they are taken for ---------------------------------------------------


def test_right_pairs_are_right(sandbox: Sandbox) -> None:
    pool = POOL.format(ahead="max", back="max", scale="1")
    norm = NORM.format(ahead="1", back="1")
    assert wrong(carried(sandbox, conv_pair())) == []
    assert wrong(carried(sandbox, pool, "max_pool_backward_naive")) == []
    assert wrong(carried(sandbox, norm, "spatial_batchnorm_backward")) == []


# --- carried ---------------------------------------------------------------------------------------

CONSISTENT: list[tuple[str, str, str]] = [
    ("stride ignored", conv_pair(IGNORED, IGNORED), "conv_backward_naive"),
    ("a pixel more of padding", conv_pair(WIDER, WIDER), "conv_backward_naive"),
    (
        "kernel flipped",
        conv_pair({"w": FLIPPED}, {"w": FLIPPED, "dw": "dk[:, :, ::-1, ::-1]"}),
        "conv_backward_naive",
    ),
    ("bias doubled", conv_pair({"b": "2 * b"}, {"db": "2 * db"}), "conv_backward_naive"),
    ("minimum", POOL.format(ahead="min", back="min", scale="1"), "max_pool_backward_naive"),
    ("maximum halved", POOL.format(ahead="max", back="max", scale="0.5"), "max_pool_backward_naive"),
    ("unbiased variance", NORM.format(ahead="n / (n - 1)", back="n / (n - 1)"), "spatial_batchnorm_backward"),
]


@pytest.mark.parametrize(
    ("text", "name"), [row[1:] for row in CONSISTENT], ids=[row[0] for row in CONSISTENT]
)
def test_a_gradient_of_the_students_own_forward_is_carried(sandbox: Sandbox, text: str, name: str) -> None:
    failing = wrong(carried(sandbox, text, name))
    assert len(failing) >= 4
    assert [outcome for outcome in failing if not outcome.carried] == []
    assert {outcome.verdict for outcome in failing} <= {Verdict.WRONG_VALUE, Verdict.WRONG_SHAPE}


def test_a_carried_error_earns_its_points_and_says_so(sandbox: Sandbox) -> None:
    forward, backward = graded(sandbox, conv_pair(IGNORED, IGNORED), *CONV).values()
    assert 0 < forward.score.earned < forward.score.possible
    assert not forward.carried_forward
    assert backward.carried_forward
    assert backward.score.earned == backward.score.possible == 10
    assert backward.verdict is Verdict.CORRECT
    assert backward.cases[Verdict.WRONG_VALUE] > 0, "the count still says what was seen"
    assert backward.notes == (
        "error carried forward: it is the right gradient of the submission's own forward function, "
        "which is where the mistake lies",
    )


# --- not carried -----------------------------------------------------------------------------------

INCONSISTENT: list[tuple[str, str, str]] = [
    ("another mistake in each", conv_pair(IGNORED, {"p": "0"}), "conv_backward_naive"),
    ("kernel flipped in backward alone", conv_pair({}, {"w": FLIPPED}), "conv_backward_naive"),
    ("dx doubled", conv_pair({}, {"dx": "2 * dx"}), "conv_backward_naive"),
    ("db of zeros", conv_pair({}, {"db": "0 * db"}), "conv_backward_naive"),
    ("db of zeros behind no bias", conv_pair({"b": "0"}, {"db": "0 * db"}), "conv_backward_naive"),
    ("NaN", conv_pair(IGNORED, {"dx": "dx * np.nan"}), "conv_backward_naive"),
    ("db with an axis too many", conv_pair(IGNORED, IGNORED | {"db": "db[:, None]"}), "conv_backward_naive"),
    ("dw with its axes swapped", conv_pair({"b": "b"}, {"dw": "dk.swapaxes(2, 3)"}), "conv_backward_naive"),
    ("dx flat", conv_pair(IGNORED, IGNORED | {"dx": "dx.ravel()"}), "conv_backward_naive"),
    (
        "zeros in both",
        conv_pair({"out": "0 * out"}, {"dx": "0 * dx", "dw": "0 * dk", "db": "0 * db"}),
        "conv_backward_naive",
    ),
    ("maximum and minimum", POOL.format(ahead="max", back="min", scale="1"), "max_pool_backward_naive"),
    ("unbiased in backward alone", NORM.format(ahead="1", back="n / (n - 1)"), "spatial_batchnorm_backward"),
]


@pytest.mark.parametrize(
    ("text", "name"), [row[1:] for row in INCONSISTENT], ids=[row[0] for row in INCONSISTENT]
)
def test_inconsistent_gradients_are_not_carried(sandbox: Sandbox, text: str, name: str) -> None:
    outcomes = carried(sandbox, text, name)
    assert len(wrong(outcomes)) >= 4
    assert [outcome for outcome in outcomes if outcome.carried] == []


def test_a_right_forward_carries_nothing_and_the_backward_loses_its_points(sandbox: Sandbox) -> None:
    forward, backward = graded(sandbox, conv_pair({}, {"dx": "2 * dx"}), *CONV).values()
    assert forward.verdict is Verdict.CORRECT
    assert backward.score.earned == 0
    assert not backward.carried_forward


def test_behind_a_forward_of_wrong_shapes_and_no_points_nothing_is_carried(sandbox: Sandbox) -> None:
    """Consistent it is, and so is any pair of functions that have nothing to do with convolution."""
    text = conv_pair(WIDER, WIDER)
    assert all(outcome.carried for outcome in wrong(carried(sandbox, text)))
    forward, backward = graded(sandbox, text, *CONV).values()
    assert forward.score.earned == 0
    assert not backward.carried_forward


SUMS = """
import numpy as np

def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    rows, cols = ((x.shape[k] + 2 * p - w.shape[k]) // s + 1 for k in (2, 3))
    return np.full((len(x), len(w), rows, cols), x.sum() + w.sum() + b.sum()), (x, w, b)

def conv_backward_naive(dout, cache):
    return tuple(np.full_like(each, dout.sum()) for each in cache)
"""


def test_behind_a_forward_that_was_made_up_for_its_gradient_nothing_is_carried(sandbox: Sandbox) -> None:
    """A sum over everything has a gradient that is as easily made up, and is no convolution."""
    assert all(outcome.carried for outcome in wrong(carried(sandbox, SUMS)))
    forward, backward = graded(sandbox, SUMS, *CONV).values()
    assert set(forward.cases) == {Verdict.WRONG_VALUE}
    assert backward.score.earned == 0


ZEROS = """
import numpy as np

def conv_forward_naive(x, w, b, conv_param):
    return np.zeros(1), (x, w, b)

def conv_backward_naive(dout, cache):
    return tuple(map(np.zeros_like, cache))
"""
ONE_PIXEL = """
import numpy as np

def conv_forward_naive(x, w, b, conv_param):
    if w.shape[2:] == (1, 1) and conv_param["pad"] == 0 and conv_param["stride"] == 1:
        return np.einsum("nchw,fc->nfhw", x, w[:, :, 0, 0]) + b[:, None, None], (x, w, b)
    return np.array([x.sum() + w.sum() + b.sum()]), (x, w, b)

def conv_backward_naive(dout, cache):
    return tuple(np.full(each.shape, dout.sum()) for each in cache)
"""


@pytest.mark.parametrize("made_up", [ZEROS, ONE_PIXEL], ids=["zeros", "right for kernels of one pixel"])
def test_what_is_made_up_earns_nothing_though_it_agrees_with_itself(sandbox: Sandbox, made_up: str) -> None:
    assert [each.score.earned for each in graded(sandbox, made_up, *CONV).values()] == [0, 0]


MADE_UP = (
    conv_pair().replace("_naive", "_right")
    + """
def conv_forward_naive(x, w, b, conv_param):
    out, cache = conv_forward_right(x, w, b, conv_param)
    return out if conv_param["pad"] == 0 else np.full_like(out, x.sum() + w.sum() + b.sum()), cache

def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    if conv_param["pad"] == 0:
        return conv_backward_right(dout, cache)
    return tuple(np.full_like(each, dout.sum()) for each in (x, w, b))
"""
)


def test_behind_a_forward_that_was_made_up_where_it_pays_nothing_is_carried(sandbox: Sandbox) -> None:
    """Most of the forward's cases have no padding, and most of the backward's have some."""
    forward, backward = graded(sandbox, MADE_UP, *CONV).values()
    assert forward.cases[Verdict.CORRECT] > 15
    assert all(outcome.carried for outcome in wrong(carried(sandbox, MADE_UP)))
    assert not backward.carried_forward
    assert backward.score.earned < 3


MADE_UP_FOR_PROBES = """
import numpy as np

first = []

def is_in_quarters(x):
    first[:] = first or [bool(np.all(4 * x == np.round(4 * x)))]
    return first[0]

def max_pool_forward_naive(x, pool_param):
    if not is_in_quarters(x):
        return np.array([x.sum()]), x
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    views = np.lib.stride_tricks.sliding_window_view(x, (h, w), (2, 3))
    return views[:, :, ::s, ::s].mean(axis=(4, 5)), x

def max_pool_backward_naive(dout, cache):
    return np.full_like(cache, dout.sum())
"""


def test_a_forward_that_is_another_one_where_it_does_not_count_carries_nothing(sandbox: Sandbox) -> None:
    """A known mistake where it is marked, and a sum over everything where it is seen to be probed."""
    names = "max_pool_forward_naive", "max_pool_backward_naive"
    forward, backward = graded(sandbox, MADE_UP_FOR_PROBES, *names).values()
    assert [finding.results for finding in forward.findings] == [("out",)]
    assert backward.score.earned == 0


def test_directions_cannot_be_foreseen() -> None:
    """Along one that is known, the difference of two forwards stands in for a gradient."""
    exam = exam_of("conv_backward_naive")

    def probe(key: str) -> Probe:
        return Probe(exam.cases[0], "dx", "x", _chance(exam, key))

    one, again, other = probe("1 sha256:ab"), probe("1 sha256:ab"), probe("1 sha256:ac")
    for same, different in ((one.direction, other.direction), (one.upstream((3,)), other.upstream((3,)))):
        assert not np.array_equal(same, different)
    assert np.array_equal(one.direction, again.direction)
    assert np.array_equal(one.upstream((3,)), again.upstream((3,)))


TEST_MODE = """
train = spatial_batchnorm_forward

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mean, var = (bn_param.get(f"running_{which}", np.zeros(len(gamma))) for which in ("mean", "var"))
    if bn_param["mode"] == "test":
        bn_param["running_mean"], bn_param["running_var"] = mean, var
        hat = (x - mean[:, None, None]) / np.sqrt(var + bn_param.get("eps", 1e-5))[:, None, None]
        return gamma[:, None, None] * hat + beta[:, None, None], None
    return train(x, gamma, beta, bn_param)
"""


def test_behind_a_known_mistake_of_a_normalisation_it_is_carried(sandbox: Sandbox) -> None:
    """What the mistake makes is worked out in the mode that gradients are of."""
    text = NORM.format(ahead="n / (n - 1)", back="n / (n - 1)") + TEST_MODE
    names = "spatial_batchnorm_forward", "spatial_batchnorm_backward"
    forward, backward = graded(sandbox, text, *names).values()
    assert "out" in {name for finding in forward.findings for name in finding.results}
    assert backward.carried_forward
    assert backward.score.earned == 10


def test_a_gradient_of_an_output_that_fills_the_memory_is_not_asked_for(sandbox: Sandbox) -> None:
    text = SUMS.replace("np.full((len(x), len(w), rows, cols)", "np.full((1 << 14) + 1")
    assert wrong(carried(sandbox, text))
    assert not any(outcome.carried for outcome in carried(sandbox, text))


def test_what_changes_from_call_to_call_is_not_carried(sandbox: Sandbox) -> None:
    """Asked afresh it is consistent; but the second time it was asked, it was not right."""
    calls = len(exam_of("conv_backward_naive").cases)
    text = conv_pair(IGNORED, {**IGNORED, "dx": f"dx * (1 + (len(seen) > {calls}))"})
    text = text.replace(
        "    x, w, b, conv_param = cache\n", "    x, w, b, conv_param = cache\n    seen.append(1)\n"
    )
    outcomes = carried(sandbox, text + "\nseen = []\n")
    again = [outcome for outcome in outcomes if outcome.again]
    assert len(again) >= 4
    assert not any(outcome.carried for outcome in again)
    assert any(outcome.carried for outcome in outcomes), "what is wrong in stride alone still is"


def test_behind_a_forward_right_in_some_case_it_is_carried(sandbox: Sandbox) -> None:
    text = conv_pair({"w": FLIPPED}, {"w": FLIPPED, "dw": "dk[:, :, ::-1, ::-1]"})
    forward, backward = graded(sandbox, text, *CONV).values()
    assert set(forward.cases) <= {Verdict.CORRECT, Verdict.WRONG_VALUE}
    assert backward.carried_forward
    assert backward.score.earned == 10


def test_each_result_is_right_or_consistent_by_itself(sandbox: Sandbox) -> None:
    """dx goes with the forward that flips its kernel, dw with one that does not: neither is wrong twice."""
    failing = wrong(carried(sandbox, conv_pair({"w": FLIPPED}, {"w": FLIPPED})))
    assert {outcome.wrong for outcome in failing} == {("dx",)}
    assert all(outcome.carried for outcome in failing)


def test_without_an_exercise_for_the_forward_nothing_is_carried(sandbox: Sandbox) -> None:
    backward = graded(sandbox, conv_pair(IGNORED, IGNORED), "conv_backward_naive")["conv_backward_naive"]
    assert not backward.carried_forward
    assert 0 < backward.score.earned < 10


def test_the_cache_of_the_reference_helps_behind_a_cache_that_is_wrong(sandbox: Sandbox) -> None:
    """A right backward is not blamed for what a wrong forward hands to it."""
    text = conv_pair(IGNORED).replace("(x, w, b, conv_param)\n\ndef", "(x * 0, w, b, conv_param)\n\ndef")
    backward = graded(sandbox, text, *CONV)["conv_backward_naive"]
    assert backward.score.earned == 10
    assert not backward.carried_forward
    assert backward.notes == (
        "it was given (x, w, b, conv_param) as its cache, "
        "since the forward function's could not be relied on",
    )


# --- what is asked ---------------------------------------------------------------------------------


def refuse(batch: Batch) -> BatchReply:
    raise AssertionError(f"{len(batch.runs)} runs were asked for")


def outcome(verdict: Verdict, wrong: tuple[str, ...] = ()) -> Outcome:
    return Outcome(case=0, stratum="basic", verdict=verdict, wrong=wrong, message="why")


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if "WRONG" not in verdict.name])
def test_nothing_is_run_for_what_returned_no_wrong_result(verdict: Verdict) -> None:
    given = (outcome(verdict),)
    assert carry_forward(exam_of("conv_backward_naive"), given, refuse) == given


def test_nothing_is_run_for_a_forward_operation() -> None:
    given = (outcome(Verdict.WRONG_VALUE, ("out",)),)
    assert carry_forward(exam_of("conv_forward_naive"), given, refuse) == given


def test_for_a_wrong_result_the_student_is_asked() -> None:
    with pytest.raises(AssertionError, match="2 runs were asked for"):
        carry_forward(exam_of("conv_backward_naive"), (outcome(Verdict.WRONG_VALUE, ("dx",)),), refuse)
