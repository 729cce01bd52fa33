"""Small runs built by hand, from which every report is rendered, and what a hostile student may write."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from grader.model import (
    Example,
    ExerciseResult,
    Finding,
    RunInfo,
    RunResult,
    Score,
    Status,
    StratumResult,
    SubmissionResult,
    Verdict,
)

INFO = RunInfo(
    version="0.1.0",
    python="3.11.7",
    numpy="2.4.6",
    sandbox="bubblewrap",
    seed=20261124,
    assignment="cs231n_a2",
    title="Convolutional networks",
    digest="sha256:0",
    points=Fraction(55),
)

# What a student may try in an id, a message, a path or a value.
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "::error::forged",
    "##[error]forged",
    "a|b",
    "`code` ``` fence",
    "\x1b[31mred\x1b[0m",
    "right\u202eleft",
    "lone\ud800surrogate",
    "two\nlines\r::set-output name=x::y",
    "[bold]markup[/bold] [link=https://example.org]x[/link]",
    "![image](https://example.org/x.png) [link](https://example.org)",
    "{{ 7 * 7 }} {% raw %}",
    '" onmouseover="alert(1)',
    "&lt;b&gt; &amp;",
    "＝1+1",
    "nul\x00 bell\x07",
)

EXAMPLE = Example(
    call="conv_backward_naive(dout, cache)",
    inputs={"dout": [[[[2.0]]]], "x": [[[[1.0, -2.0], [0.25, 3.0]]]], "conv_param": {"stride": 1, "pad": 0}},
    got=[[[[2.0, 9.0], [0.0, 4.0]]]],
    expected=[[[[2.0, -6.0], [0.0, 4.0]]]],
    repro="import numpy as np\nfrom layers import conv_backward_naive\nassert SECRET",
)

FINDING = Finding(
    text="dx is empty when pad = 0.",
    mistake="conv2d_backward.crops_with_minus_pad",
    pattern="pad = 0",
    hint="[0:-0] selects nothing.",
    example=EXAMPLE,
    path="layers.py",
    line=42,
)


def stratum(name: str, points: int, *, failed: int = 0, cases: int = 10) -> StratumResult:
    earned = Fraction(0 if failed else points)
    return StratumResult(name=name, score=Score(earned, Fraction(points)), failed=failed, cases=cases)


def right(name: str = "conv_forward_naive", points: int = 20) -> ExerciseResult:
    return ExerciseResult(
        name=name,
        op="conv2d",
        verdict=Verdict.CORRECT,
        score=Score(Fraction(points), Fraction(points)),
        cases={Verdict.CORRECT: 100},
        strata=(stratum("basic", points),),
    )


def wrong(name: str = "conv_backward_naive", *findings: Finding) -> ExerciseResult:
    return ExerciseResult(
        name=name,
        op="conv2d_backward",
        verdict=Verdict.WRONG_VALUE,
        score=Score(Fraction(15), Fraction(25)),
        cases={Verdict.CORRECT: 88, Verdict.WRONG_VALUE: 12},
        strata=(stratum("basic", 15), stratum("padding", 10, failed=12, cases=12)),
        findings=findings or (FINDING,),
        notes=("A note on the exercise.",),
    )


def missing(name: str = "max_pool_forward_naive") -> ExerciseResult:
    return ExerciseResult(
        name=name,
        op="max_pool2d",
        verdict=Verdict.MISSING,
        score=Score(Fraction(0), Fraction(10)),
        cases={Verdict.MISSING: 100},
        findings=(Finding(text="There is no function max_pool_forward_naive."),),
    )


def submission(
    id: str, *exercises: ExerciseResult, status: Status = Status.GRADED, message: str = ""
) -> SubmissionResult:
    return SubmissionResult(
        id=id,
        path=id,
        digest="sha256:1",
        status=status,
        message=message,
        exercises=exercises,
        seconds=1.5,
        notes=("An old copy was skipped.",) if id == "bob" else (),
    )


def of(*submissions: SubmissionResult) -> RunResult:
    return RunResult(INFO, submissions)


ALICE = submission("alice", right(), wrong(), missing())
BOB = submission("bob", right(), right("conv_backward_naive", 25), right("max_pool_forward_naive", 10))
CAROL = submission(
    "carol", status=Status.UNREADABLE, message="layers.ipynb: a saved web page, not a notebook."
)
DAVE = submission("dave", status=Status.NOT_GRADED, message="The sandbox could not be started.")


def attacked_by(text: str) -> RunResult:
    """Put a hostile text wherever a student's text can come to stand."""
    example = Example(
        call=text, inputs={text: text, "x": [text]}, got=text, expected={text: [1, text]}, repro=text
    )
    finding = Finding(text=text, mistake=text, pattern=text, hint=text, example=example, path=text, line=1)
    exercise = replace(wrong("conv_backward_naive", finding), notes=(text,))
    graded = SubmissionResult(
        id=text, path=text, digest="", status=Status.GRADED, exercises=(exercise,), notes=(text,)
    )
    unreadable = submission(text + "2", status=Status.UNREADABLE, message=text)
    return of(graded, unreadable)
