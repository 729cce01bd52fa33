"""Steps as Python: what is printed is what was run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.model import Expected
from grader.snippet import call_text, home_module, passes, repro
from grader.steps import (
    Array,
    Attribute,
    Call,
    Constant,
    Find,
    Input,
    Item,
    Let,
    Make,
    Put,
    Saved,
    Script,
    Source,
    Step,
    Value,
)

ARGS: tuple[Value, ...] = (Input("x"), Input("w"), Input("b"), Saved("conv_param"))
PARAM = Let("conv_param", {"stride": 2, "pad": 1})
FORWARD = Call(("out", "cache"), "conv_forward", ARGS)
BACKWARD = Call(("dx", "dw", "db"), "conv_backward", (Input("dout"), Saved("cache")))


def exactly(value: Any) -> Expected:
    return Expected(np.asarray(value), np.zeros(np.shape(value)))


def script(*steps: Step, returns: tuple[str, ...] = ("out",)) -> Script:
    return Script(steps=steps, returns=returns)


# --- the call ------------------------------------------------------------------------------------

CALLS: list[tuple[Script, str]] = [
    (script(PARAM, FORWARD), "conv_forward(x, w, b, {'stride': 2, 'pad': 1})"),
    (
        script(PARAM, FORWARD, BACKWARD),
        "conv_backward(dout, cache) after out, cache = conv_forward(x, w, b, {'stride': 2, 'pad': 1})",
    ),
    (
        script(PARAM, Let("cache", ARGS), BACKWARD),
        "conv_backward(dout, (x, w, b, {'stride': 2, 'pad': 1}))",
    ),
    (script(Call(("y",), "f", ((Input("x"),),))), "f((x,))"),
    (
        script(Call(("y",), "f", (), {"mode": "train", "scale": 0.1, "on": None})),
        "f(mode='train', scale=0.1, on=None)",
    ),
    (
        script(
            Call(("layer",), "Conv2d", (2, 3), {"init": Constant("W")}),
            Call(("out",), "layer.forward", (Input("A"),)),
        ),
        "layer.forward(A) after layer = Conv2d(2, 3, init=lambda *shape: W.copy())",
    ),
    (
        script(FORWARD, Item("x2", "cache", 0), Attribute("shape", "out", "shape")),
        "conv_forward(x, w, b, conv_param)",
    ),
]


@pytest.mark.parametrize(("steps", "text"), CALLS, ids=[text for _, text in CALLS])
def test_a_call_reads_as_a_student_would_write_it(steps: Script, text: str) -> None:
    assert call_text(steps) == text


# --- the snippet ---------------------------------------------------------------------------------


def test_a_snippet_is_shown_to_the_letter() -> None:
    text = repro(
        script(PARAM, Call(("out",), "f", (Input("x"), Saved("conv_param")))),
        {"x": np.array([[1.0, 0.25]]), "unused": np.zeros(3)},
        {"out": exactly([[3.0]])},
        module="layers",
        functions=("f",),
    )
    assert text == (
        "import numpy as np\n"
        "from layers import f\n"
        "\n"
        "x = np.array([[1.0, 0.25]])\n"
        "conv_param = {'stride': 2, 'pad': 1}\n"
        "out = f(x, conv_param)\n"
        "\n"
        "expected = np.array([[3.0]])\n"
        "assert out.shape == expected.shape, out.shape\n"
        "assert np.allclose(out, expected, rtol=1e-9, atol=1e-12), out"
    )


def test_in_a_notebook_nothing_is_imported() -> None:
    text = repro(script(FORWARD), {}, {}, module="", functions=("conv_forward",))
    assert "import conv_forward" not in text
    assert "from " not in text


LAYERS = """
import numpy as np

def f(x, scale=1):
    return x * scale

class Layer:
    def __init__(self, size, init):
        self.W = init(size, size)
    def forward(self, x):
        self.seen = {"last": x}
        return x @ self.W
"""

DOUBLE = script(Call(("out",), "f", (Input("x"),), {"scale": 2}))


def run(folder: Path, text: str, layers: str = LAYERS) -> str:
    """What is wrong with a snippet that runs beside the student's file, or ""."""
    (folder / "layers.py").write_text(layers)
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, cwd=folder, timeout=60, check=False
    )
    found = re.search(r"^\w+Error.*", done.stderr, re.MULTILINE | re.DOTALL)
    assert (found is None) == (done.returncode == 0), done.stderr
    return found[0].strip() if found else ""


def snippet(steps: Script, inputs: dict[str, Array], *functions: str, **expected: Any) -> str:
    wanted = {name: exactly(value) for name, value in expected.items()}
    return repro(steps, inputs, wanted, module="layers", functions=functions or ("f",))


ARRAYS: list[tuple[str, Array]] = [
    ("quarters", np.array([[0.25, -1.5]])),
    ("real", np.random.RandomState(0).uniform(-1, 1, size=(2, 3))),
    ("single precision", np.array([0.1, 1 / 3], dtype=np.float32)),
    ("no axes", np.array(0.1)),
    ("nothing in it", np.zeros((0, 3))),
    ("whole numbers", np.arange(3)),
]


@pytest.mark.parametrize("x", [array for _, array in ARRAYS], ids=[name for name, _ in ARRAYS])
def test_a_snippet_passes_for_what_is_right_and_keeps_every_bit(tmp_path: Path, x: Array) -> None:
    text = snippet(DOUBLE, {"x": x}, out=x * 2)
    assert run(tmp_path, text) == ""
    exact = f"{text}\nassert out.dtype == '{x.dtype}' and out.tolist() == {(x * 2).tolist()!r}, out"
    assert run(tmp_path, exact) == ""


@pytest.mark.parametrize("returned", [1.5, np.float64(1.5), np.full((1, 1, 1), 1.5)])
def test_a_number_may_come_as_any(returned: object) -> None:
    script = Script(steps=(Call(("Z",), "step", ()),), returns=("Z",))
    text = repro(script, {}, {"Z": exactly(1.5)}, module="", functions=())
    exec(text, {"step": lambda: returned})
    with pytest.raises(AssertionError):
        exec(text, {"step": lambda: 2.5})


def test_a_mask_is_written_as_every_numpy_reads_it() -> None:
    script = Script(steps=(Call(("mask",), "mark", ()),), returns=("mask",))
    text = repro(script, {}, {"mask": exactly([[True, False]])}, module="", functions=())
    assert "expected = np.array([[True, False]])\n" in text
    exec(text, {"mark": lambda: np.array([[1, 0]])})
    with pytest.raises(AssertionError):
        exec(text, {"mark": lambda: np.array([[0, 1]])})


@pytest.mark.parametrize(("dtype", "passes"), [(np.float32, True), (np.float64, False)])
def test_rounding_to_single_precision_passes_where_the_input_has_no_more(
    tmp_path: Path, dtype: type[Any], passes: bool
) -> None:
    x = np.array([1 / 3, 0.1], dtype=dtype)
    rounded = (x.astype(np.float64) * 2).astype(np.float32) * np.float32(1 + 1e-6)
    assert (run(tmp_path, snippet(DOUBLE, {"x": x}, out=rounded)) == "") is passes


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        (np.array([2.0, 2.00001]), "AssertionError: [2. 2.]"),
        (np.array([[2.0, 2.0]]), "AssertionError: (2,)"),
    ],
    ids=["value", "shape"],
)
def test_a_snippet_fails_for_what_is_wrong(tmp_path: Path, expected: Array, error: str) -> None:
    assert run(tmp_path, snippet(DOUBLE, {"x": np.ones(2)}, out=expected)) == error


def test_the_four_words_run_as_they_are_printed(tmp_path: Path) -> None:
    steps = script(
        Let("size", 2),
        Call(("layer",), "Layer", (Saved("size"), Constant("W"))),
        Call(("out",), "layer.forward", (Input("x"),)),
        Attribute("seen", "layer", "seen"),
        Item("last", "seen", "last"),
    )
    inputs = {"x": np.eye(2), "W": np.array([[1.0, 2.0], [3.0, 4.0]])}
    assert run(tmp_path, snippet(steps, inputs, "Layer", out=inputs["W"], last=np.eye(2))) == ""
    assert run(tmp_path, snippet(steps, inputs, "Layer", last=np.ones((2, 2)))).startswith("AssertionError")


def test_inputs_in_dictionaries_are_defined(tmp_path: Path) -> None:
    steps = script(
        Let("param", {"scale": Input("s")}),
        Item("s2", "param", "scale"),
        Call(("out",), "f", (Input("x"), Saved("s2"))),
    )
    inputs = {"x": np.ones(2), "s": np.array([3.0])}
    assert run(tmp_path, snippet(steps, inputs, out=[3.0, 3.0])) == ""


def test_inputs_given_by_keyword_are_defined(tmp_path: Path) -> None:
    steps = script(Call(("out",), "f", (), {"x": Input("x"), "scale": 3}))
    assert run(tmp_path, snippet(steps, {"x": np.ones(2)}, out=[3.0, 3.0])) == ""


# --- what its asserts let pass -----------------------------------------------------------------------

EARLIER = """
import numpy as np

def f(x, scale=1):
    x += 1
    return (x - 1) * scale
"""


def test_an_input_that_is_overwritten_is_told_where_it_must_be_kept(tmp_path: Path) -> None:
    text = {
        kept: repro(
            DOUBLE,
            {"x": np.ones(2)},
            {"out": exactly([2.0, 2.0])},
            module="layers",
            functions=("f",),
            kept=kept,
        )
        for kept in ((), ("x",))
    }
    assert run(tmp_path, text["x",]) == ""
    assert run(tmp_path, text[()], EARLIER) == ""
    assert run(tmp_path, text["x",], EARLIER) == "AssertionError: [2. 2.]"


def test_a_loose_result_may_have_fewer_axes(tmp_path: Path) -> None:
    for loose, said in ((frozenset({"out"}), ""), (frozenset(), "AssertionError: (2,)")):
        text = repro(
            DOUBLE,
            {"x": np.ones(2)},
            {"out": exactly([[2.0], [2.0]])},
            module="layers",
            functions=("f",),
            loose=loose,
        )
        assert run(tmp_path, text) == said


@pytest.mark.parametrize("returned", [np.full(2, 1 + 0j), np.ones(2, int), np.ones(2, bool)])
def test_numbers_that_are_equal_fail_where_their_type_is_what_is_wrong(returned: object) -> None:
    script = Script(steps=(Call(("out",), "f", ()),), returns=("out",))
    right = {"out": exactly([1.0, 1.0])}
    text = repro(script, {}, right, module="", functions=(), typed=frozenset({"out"}))
    exec(text, {"f": lambda: np.ones(2)})
    with pytest.raises(AssertionError):
        exec(text, {"f": lambda: returned})


@pytest.mark.parametrize(
    ("bound", "near"), [(0.0, "1e-12"), (3e-14, "1e-12"), (3e-11, "1e-10"), (2e-3, "1e-2")]
)
def test_what_the_grader_lets_pass_a_snippet_lets_pass(bound: float, near: str) -> None:
    expected = Expected(np.zeros(2), np.array([0.0, bound]))
    text = repro(DOUBLE, {"x": np.ones(2)}, {"out": expected}, module="layers", functions=("f",))
    assert f"rtol=1e-9, atol={near})" in text
    assert passes(np.array([0.0, bound]), expected, single=False)
    assert not passes(np.array([0.0, 11 * max(bound, 1e-12)]), expected, single=False)


def test_nan_never_passes() -> None:
    assert not passes(np.array([np.nan]), exactly([1.0]), single=False)


# --- classes ---------------------------------------------------------------------------------------

OF_A_CLASS = Script(
    steps=(
        Make("layer", "Conv", (1, 2), {"stride": 3, "padding": 0, "init": Constant("W")}),
        Put("layer", ("W",), "W"),
        Call(("Z",), "layer.forward", (Input("A"),)),
        Call(("dLdA",), "layer.backward", (Input("A"),)),
        Find("dLdW", "layer", ("dLdW",)),
    ),
    returns=("dLdA", "dLdW"),
)


def test_a_class_is_called_as_the_course_has_it_where_nothing_else_is_known() -> None:
    assert call_text(OF_A_CLASS) == (
        "layer.backward(A) after Z = layer.forward(A) "
        "after layer = Conv(1, 2, stride=3, padding=0, init=lambda *shape: W.copy())"
    )


def test_searches_print_as_they_ended() -> None:
    found = {0: ("s=stride",), 1: ("inner.W",), 2: ("__call__",), 4: ("inner.dLdW",)}
    assert call_text(OF_A_CLASS, found) == (
        "layer.backward(A) after Z = layer(A) after layer = Conv(1, 2, s=3)"
    )
    text = repro(
        OF_A_CLASS,
        {"A": np.ones(2), "W": np.ones(1)},
        {"dLdW": exactly(np.ones(1))},
        module="conv",
        functions=("Conv",),
        found=found,
    )
    assert [line for line in text.splitlines() if "layer" in line] == [
        "layer = Conv(1, 2, s=3)",
        "layer.inner.W = W.copy()",
        "Z = layer(A)",
        "dLdA = layer.backward(A)",
        "dLdW = layer.inner.dLdW",
    ]


# --- where the file lies -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "home"),
    [
        ("from resampling import *", ("Conv1d", 0)),
        ("from .resampling import *", ("nn.Conv1d", 1)),
        ("from ..flatten import Flatten", ("mytorch.nn.Conv1d", 2)),
        ("from nn.resampling import *", ("nn.Conv1d", 1)),
        ("from mytorch.nn.resampling import *", ("mytorch.nn.Conv1d", 2)),
        ("import mytorch.nn.resampling as rs", ("mytorch.nn.Conv1d", 2)),
        ("from ....far import *", ("Conv1d", 0)),
    ],
)
def test_a_file_is_imported_as_its_imports_need_it(line: str, home: tuple[str, int]) -> None:
    def file(path: str, text: str) -> Source:
        return Source(path=path, cells=(text,))

    path = "handin/mytorch/nn/Conv1d.py"
    elsewhere = file("handin/test.py", "from handin.mytorch.nn import Conv1d")
    assert home_module(path, [elsewhere, file(path, f"import numpy as np\n{line}\n")]) == home
    assert home_module(path, [elsewhere, file("handin/mytorch/nn/pool.py", line), file(path, "")]) == home


def test_a_package_is_found_from_the_files_folder() -> None:
    steps = Script(steps=(Call(("out",), "f", ()),), returns=("out",))
    text = repro(steps, {}, {"out": exactly(1.5)}, module="mytorch.nn.Conv1d", functions=("f",), folders=2)
    assert 'sys.path[:0] = ["..", "../.."]\nfrom mytorch.nn.Conv1d import f\n' in text
    assert text.startswith("import sys\n")


def test_what_a_submission_calls_otherwise_is_imported_under_the_name_that_is_used() -> None:
    steps = Script(steps=(Call(("out",), "Conv1d", ()),), returns=("out",))
    wanted, names = {"out": exactly(1.5)}, {"Conv1d": "Conv1D"}
    text = repro(steps, {}, wanted, module="conv", functions=("Conv1d", "g"), own_names=names)
    assert "\nfrom conv import Conv1D as Conv1d, g\n" in text
    assert "\nConv1d = Conv1D\n" in repro(
        steps, {}, wanted, module="", functions=("Conv1d",), own_names=names
    )
