"""Independence of errors: what calls what, right parts cut out of a solution, and who is to blame."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from grader.assignment import find, read, select
from grader.independence import called_by, right_parts
from grader.model import Assignment, ExerciseResult, Submission
from grader.pipeline import grade
from grader.plan import Plan
from grader.sandbox import Sandbox, open_launcher
from grader.steps import Source

NAMES = ("zero_pad", "conv_forward", "other")

TEXT = """
import numpy as np

def zero_pad(x):
    return np.pad(x, WIDTH)

WIDTH = 1
shown = zero_pad(np.zeros(3))

def between(x):
    return zero_pad(x)

def conv_forward(x):
    # other(x) is only spoken of
    return between(x)

class Layer:
    def forward(self, x):
        return conv_forward(x)
"""


def source(text: str, path: str = "layers.py") -> Source:
    return Source(path, (text,))


# --- what calls what -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("zero_pad", ()),
        ("between", ("zero_pad",)),
        ("conv_forward", ("zero_pad",)),
        ("Layer", ("zero_pad", "conv_forward")),
        ("nothing_of_it", ()),
    ],
)
def test_what_is_called_by_way_of_others_counts_and_comments_do_not(
    name: str, called: tuple[str, ...]
) -> None:
    assert called_by(name, [source(TEXT)], NAMES) == called


def test_cells_and_files_make_one_text() -> None:
    cells = Source(
        "a.ipynb", ("def conv_forward(x):\n    return zero_pad(x)", "def zero_pad(x):\n    return x")
    )
    assert called_by("conv_forward", [cells], NAMES) == ("zero_pad",)
    apart = [source("def zero_pad(x): pass", "a.py"), source("def conv_forward(x):\n    zero_pad(x)", "b.py")]
    assert called_by("conv_forward", apart, NAMES) == ("zero_pad",)


def test_those_that_call_each_other_come_to_an_end() -> None:
    text = "def zero_pad(x):\n    conv_forward(x)\n\ndef conv_forward(x):\n    zero_pad(x)\n"
    assert called_by("conv_forward", [source(text)], NAMES) == ("zero_pad",)


# --- right parts -----------------------------------------------------------------------------------


def test_parts_bring_what_they_need_and_never_what_is_graded() -> None:
    parts = right_parts([source(TEXT)], ["between"], without=["conv_forward"])
    assert parts is not None
    assert parts.names == ("between",)
    defined = {node.name for node in ast.parse(parts.text).body if isinstance(node, ast.FunctionDef)}
    assert defined == {"between", "zero_pad"}
    assert "import numpy as np" in parts.text
    assert "WIDTH = 1" in parts.text
    assert "shown" not in parts.text


@pytest.mark.parametrize(("names", "without"), [(["Layer"], "conv_forward"), (["missing"], "zero_pad")])
def test_there_are_none_that_need_what_is_graded_or_that_the_solution_lacks(
    names: list[str], without: str
) -> None:
    assert right_parts([source(TEXT)], names, without=[without]) is None


def test_imports_between_a_solutions_own_files_are_left_out() -> None:
    files = [
        source("import math\n\ndef helper(x):\n    return math.sqrt(x)\n", "pkg/a.py"),
        source("from .a import *\nfrom a import helper\n\ndef f(x):\n    return helper(x)\n", "pkg/b.py"),
    ]
    parts = right_parts(files, ["f"], without=["g"])
    assert parts is not None
    names: dict[str, object] = {}
    exec(parts.text, names)
    assert names["f"](4.0) == 2.0  # type: ignore[operator]


# --- who is to blame ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(open_launcher()) as launcher, launcher.start() as room:
        yield room


SUBMISSION = """
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), constant_values=1)

def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    padded = zero_pad(A_prev, p)
    m, h, w, _ = padded.shape
    Z = np.zeros((m, (h - f) // s + 1, (w - f) // s + 1, W.shape[3]))
    for i in range(Z.shape[1]):
        for j in range(Z.shape[2]):
            window = padded[:, i * s : i * s + f, j * s : j * s + f]
            Z[:, i, j] = np.tensordot(window, W, 3) + b.ravel()
    return Z, (A_prev, W, b, hparameters)
"""


def results(text: str, sandbox: Sandbox, *, independent: bool) -> dict[str, ExerciseResult]:
    course: Assignment = read(find("deeplearning_ai_c4w1"))
    course = replace(select(course, ["zero_pad", "conv_forward"]), independent=independent)
    student = Submission(id="a", path="a", sources=(source(text, "a.py"),))
    found = grade(Plan(course, seed=1), student, sandbox)
    assert not found.message
    return {each.name: each for each in found.exercises}


def test_it_is_said_that_the_helper_is_to_blame(sandbox: Sandbox) -> None:
    found = results(SUBMISSION, sandbox, independent=False)["conv_forward"]
    assert found.score.earned < found.score.total
    total = f"{float(found.score.total):g}"
    assert f"with a right zero_pad in place of the submission's, it would have {total} of {total} points" in (
        found.notes
    )


def test_a_helpers_mistake_is_not_named_for_the_one_that_calls_it(sandbox: Sandbox) -> None:
    found = results(SUBMISSION, sandbox, independent=False)
    assert [finding.mistake for finding in found["zero_pad"].findings] == ["zero_pad.pads_with_ones"]
    (finding,) = found["conv_forward"].findings
    assert not finding.mistake
    assert finding.text.startswith(
        "It is right itself: the mistake lies in zero_pad, which it calls. Z[0, 0, 0, 0] is "
    )
    assert finding.example is not None


def test_its_own_mistake_is_named_behind_a_wrong_helper(sandbox: Sandbox) -> None:
    text = SUBMISSION.replace("constant_values=1)", "constant_values=pad * pad / 3)")
    text = text.replace("j * s : j * s + f", "j : j + f").replace("i * s : i * s + f", "i : i + f")
    first, *others = results(text, sandbox, independent=False)["conv_forward"].findings
    assert (first.mistake, others) == ("conv2d.windows_ignore_stride", [])
    assert ", but should be " in first.text


def test_the_points_are_given_where_the_assignment_says_so(sandbox: Sandbox) -> None:
    found = results(SUBMISSION, sandbox, independent=True)
    assert found["conv_forward"].score.earned == found["conv_forward"].score.total
    assert found["conv_forward"].carried_forward
    assert found["zero_pad"].score.earned < found["zero_pad"].score.total


def test_a_function_that_is_wrong_itself_stays_wrong(sandbox: Sandbox) -> None:
    text = SUBMISSION.replace("+ b.ravel()", "- b.ravel()")
    found = results(text, sandbox, independent=True)["conv_forward"]
    assert found.score.earned == 0
    assert not found.notes


def test_a_right_function_that_calls_no_wrong_one_hears_nothing(sandbox: Sandbox) -> None:
    text = SUBMISSION.replace("zero_pad(A_prev, p)", "np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))")
    found = results(text, sandbox, independent=False)["conv_forward"]
    assert found.score.earned == found.score.total
    assert not found.notes


CALL_EACH_OTHER = """
def filter_image(x, w):
    return strided_filter(x, w, 1)

def strided_filter(x, w, s=1):
    return filter_image(x, w)[::s, ::s]

def conv_forward(x, w, b, s=1, p=0):
    return fast_conv_forward(x, w, b, s, p)

def fast_conv_forward(x, w, b, s=1, p=0):
    return conv_forward(x, w, b, s, p)
"""


def test_an_exercise_builds_upon_those_before_it_and_upon_none_that_asks_the_same() -> None:
    course: Assignment = read(find("cnn_basics"))
    by_name = {exercise.name: exercise for exercise in course.exercises}
    plan = Plan(course, seed=1)
    assert plan.helpers(by_name["filter_image"]) == ()
    assert plan.helpers(by_name["strided_filter"]) == ("filter_image", "zero_pad")
    assert "conv_backward" in plan.helpers(by_name["fast_conv_forward"])
    assert "conv_forward" not in plan.helpers(by_name["fast_conv_forward"])


def test_two_that_do_nothing_but_call_each_other_have_no_points(sandbox: Sandbox) -> None:
    names = ["filter_image", "conv_forward", "fast_conv_forward"]
    course = replace(select(read(find("cnn_basics")), names), independent=True)
    student = Submission(id="a", path="a", sources=(source(CALL_EACH_OTHER, "exercises.py"),))
    found = grade(Plan(course, seed=1), student, sandbox)
    assert {each.name: each.score.earned for each in found.exercises} == dict.fromkeys(names, 0)


# --- ways to call ------------------------------------------------------------------------------------

BACKWARD = """
def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    padded = zero_pad(A_prev, p)
    grown, dW = np.zeros_like(padded), np.zeros_like(W)
    for i in range(dZ.shape[1]):
        for j in range(dZ.shape[2]):
            rows, cols = slice(i * s, i * s + f), slice(j * s, j * s + f)
            grown[:, rows, cols] += np.tensordot(dZ[:, i, j], W, (1, 3))
            dW += np.tensordot(padded[:, rows, cols], dZ[:, i, j], (0, 0))
    return grown[:, p:-p, p:-p], dW, dZ.sum(axis=(0, 1, 2), keepdims=True)
"""


def graded(text: str, names: list[str], sandbox: Sandbox) -> dict[str, ExerciseResult]:
    course = select(read(find("deeplearning_ai_c4w1")), names)
    student = Submission(id="a", path="a", sources=(source(text, "a.py"),))
    return {each.name: each for each in grade(Plan(course, seed=1), student, sandbox).exercises}


def test_a_backward_may_rely_on_the_cache_that_the_course_fixes(sandbox: Sandbox) -> None:
    """The forward's output is right here, but it hands on the padded images."""
    text = SUBMISSION.replace("constant_values=1)", "constant_values=0)") + BACKWARD
    text = text.replace("return Z, (A_prev,", "return Z, (padded,")
    found = graded(text, ["conv_forward", "conv_backward"], sandbox)
    assert all(each.score.earned == each.score.total for each in found.values())
    assert "it was given (A_prev, W, b, hparameters) as its cache" in found["conv_backward"].notes[0]


def test_a_right_case_or_two_by_chance_are_not_the_notebook_of_2017(sandbox: Sandbox) -> None:
    text = """
import numpy as np

def conv_single_step(a, W, b):
    return np.mean(a * W) + b.item()
"""
    found = graded(text, ["conv_single_step"], sandbox)["conv_single_step"]
    assert [each.mistake for each in found.findings] == ["conv_single_step.averages_the_products"]
    assert not found.notes


# --- which of several is to blame ----------------------------------------------------------------------

POOL = """
import numpy as np

def create_mask_from_window(x):
    return x == np.min(x)

def distribute_value(dz, shape):
    return np.ones(shape) * dz / shape[0] ** 2

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    s, f = hparameters["stride"], hparameters["f"]
    dA_prev = np.zeros(A_prev.shape)
    for (n, i, j, c), g in np.ndenumerate(dA):
        window = (n, slice(i * s, i * s + f), slice(j * s, j * s + f), c)
        given = create_mask_from_window(A_prev[window]) * g if mode == "max" else distribute_value(g, (f, f))
        dA_prev[window] += given
    return dA_prev
"""


def test_a_helper_that_is_wrong_elsewhere_is_not_blamed(sandbox: Sandbox) -> None:
    """Windows of a pool are square, where the other helper is right."""
    names = ["create_mask_from_window", "distribute_value", "pool_backward"]
    found = graded(POOL, names, sandbox)
    assert all(each.score.earned < each.score.total for each in found.values())
    (finding,) = found["pool_backward"].findings
    assert finding.text.startswith("It is right itself: the mistake lies in create_mask_from_window, which")


def test_a_backward_is_right_itself_behind_a_wrong_forward_and_a_wrong_helper(sandbox: Sandbox) -> None:
    text = SUBMISSION.replace("b.ravel()", "b.ravel()[:0]") + BACKWARD
    found = graded(text, ["zero_pad", "conv_forward", "conv_backward"], sandbox)["conv_backward"]
    assert found.findings[0].text.startswith("It is right itself: the mistake lies in zero_pad, which")
