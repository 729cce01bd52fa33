"""CMU's mytorch: mistakes of its operations are caught and named, constructors of every year are met."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

from grader.cases import strata_of
from grader.conventions.mytorch import CONVENTION, NO_PADDING
from grader.exam import Exam, prepare
from grader.model import Domain, Exercise
from grader.snippet import call_text

DENSE = Domain(stride=(1,), pad=(0,), square_kernel=True)
ONLY_HERE = [
    op for op in CONVENTION.spellings if "pool" not in op and op not in ("conv2d", "conv2d_backward")
]


@cache
def exam_of(op: str, way: int = 0, name: str = "Layer") -> Exam:
    method = "backward" if op.endswith("backward") else "forward"
    exercise = Exercise(name=f"{name}.{method}", op=op, points=Fraction(1), domain=CONVENTION.domain)
    return prepare(exercise, CONVENTION, CONVENTION.spellings[op].ways[way], seed=5)


def test_a_gradient_is_called_by_the_courses_name() -> None:
    terms = CONVENTION.spellings["conv1d_backward"].terms
    assert terms("dx and dw: out[n] is left out of dout.") == "dLdA and dLdW: Z[n] is left out of dLdZ."


CALLS = {
    "Conv1d_stride1": ("conv1d", "Conv1d_stride1(1, 1, 3, weight_init_fn=lambda *shape: W.copy(), bias_init"),
    "Conv2d": ("conv2d", "Conv2d(1, 1, 3, stride=1, padding=0, weight_init_fn=lambda *shape: W.copy(), bias"),
    "ConvTranspose2d": ("conv_transpose2d", "ConvTranspose2d(1, 1, 2, upsampling_factor=2, weight_init_fn"),
    "MaxPool2d": ("max_pool2d", "MaxPool2d(kernel=2, stride=2)"),
    "MeanPool2d_stride1": ("avg_pool2d", "MeanPool2d_stride1(kernel=2)"),
    "Downsample1d": ("downsample1d", "Downsample1d(downsampling_factor=2)"),
    "Flatten": ("flatten", "Flatten()"),
}


@pytest.mark.parametrize("name", CALLS)
def test_classes_are_made_as_the_course_makes_them(name: str) -> None:
    op, made = CALLS[name]
    text = call_text(exam_of(op, name=name).scripts[0])
    assert text.startswith(f"layer.forward(A) after layer = {made}")


def test_without_padding_only_zero_is_asked_and_it_is_said() -> None:
    for op in ("conv1d", "conv1d_backward", "conv2d", "conv2d_backward"):
        ways = CONVENTION.spellings[op].ways
        assert [way.note for way in ways] == ["", NO_PADDING]
        exam = exam_of(op, way=1)
        assert {case.params["pad"] for case in exam.cases} == {0}
        assert "padding" not in {case.stratum for case in exam.cases}
        assert "padding=" not in call_text(exam.scripts[0])
        assert {case.params["stride"] for case in exam.cases} == {1, 2, 3}


@pytest.mark.parametrize("op", ["conv1d", "conv2d", "max_pool2d", "avg_pool2d"])
def test_with_stride_one_alone_most_is_still_asked(op: str) -> None:
    for each in (op, f"{op}_backward"):
        strata = set(strata_of(each, DENSE))
        assert {"basic", "channels", "batch", "real values", "everything together"} <= strata
        assert not strata & {"stride", "padding", "leftover pixels", "gaps between windows"}
        assert ("rectangular image" in strata) == ("2d" in op)
