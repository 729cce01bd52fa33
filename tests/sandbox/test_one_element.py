"""An array of one element where a number is meant: taken as NumPy took it until 2.4, and nothing else is."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import numpy as np
import pytest

from grader.sandbox.guest import one_element
from grader.steps import Ending

from .stage import Stage, call

OLD = np.lib.NumpyVersion(np.__version__) < "2.4.0"
NUMBER = "b = np.full((1, 1, 1), 1.5)"
SEVERAL = "b = np.full((1, 1, 2), 1.5)"


def run(body: str) -> tuple[Any, dict[str, None]]:
    """What a function's rewritten body returns as `y`, and the notes that were made."""
    tree = ast.parse("def f():\n" + textwrap.indent(textwrap.dedent(body), "    ") + "\n    return y\n")
    notes: dict[str, None] = {}
    there: dict[str, Any] = {"np": np, **one_element.names(notes)}
    exec(compile(one_element.forgiving(tree), "submission", "exec"), there)
    return there["f"](), notes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("y = float(b)", 1.5),
        ("y = int(b)", 1),
        ("y = complex(b)", 1.5 + 0j),
        ("convert = float; y = convert(2)", 2.0),
        ("z = np.zeros((2, 2)); z[0, 1] = b; y = z.tolist()", [[0, 1.5], [0, 0]]),
        ("z = np.ones((2, 2)); z[0, 1] += b; y = z.tolist()", [[1, 2.5], [1, 1]]),
        ("z = np.ones((2, 2)); z[0][1] -= 2 * b; y = z.tolist()", [[1, -2], [1, 1]]),
        ("z = np.ones(3); z[-1] *= b; y = z.tolist()", [1, 1, 1.5]),
    ],
)
def test_its_element_is_taken(body: str, expected: object) -> None:
    y, notes = run(f"{NUMBER}\n{body}")
    assert y == expected
    if not OLD:
        assert list(notes) == ([] if "convert" in body else [one_element.NOTE])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("z = np.zeros((2, 2)); z.itemset((0, 1), 3); y = z.tolist()", [[0, 3], [0, 0]]),
        ("z = np.zeros((2, 2)); z.itemset(2, 3); y = z.tolist()", [[0, 0], [3, 0]]),
        ("z = np.zeros((1, 1)); z.itemset(3); y = z.tolist()", [[3]]),
    ],
)
def test_itemset_stores_an_element(body: str, expected: object) -> None:
    y, notes = run(body)
    assert y == expected
    assert list(notes) == ([] if hasattr(np.ndarray, "itemset") else [one_element.ITEMSET_NOTE])


def test_another_class_keeps_its_itemset() -> None:
    y, notes = run(
        "class A:\n    def itemset(self, *args): self.args = args\nz = A(); z.itemset(1, 2); y = z.args"
    )
    assert (y, notes) == ((1, 2), {})


@pytest.mark.parametrize(
    "body",
    [
        "z = np.zeros((2, 2)); z.itemset(7, 1.0); y = z",
        "y = float(b)",
        "z = np.zeros((2, 2)); z[0, 1] = b; y = z",
        "z = np.zeros((2, 2)); z[0, 1] += b; y = z",
        "y = float('one')",
        "y = float([1.0])",
        "z = np.zeros((2, 2)); z[5, 5] = 1; y = z",
        "z = np.zeros((2, 2)); z[0, 1] = [1.0, 2.0]; y = z",
    ],
)
def test_what_any_numpy_refuses_is_refused(body: str) -> None:
    with pytest.raises((TypeError, ValueError, IndexError)):
        run(f"{SEVERAL}\n{body}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("z = np.zeros((2, 3)); z[:, 1:3] = 4; y = z.tolist()", [[0, 4, 4], [0, 4, 4]]),
        ("z = np.arange(6); z[1:5:2] += 10; y = z.tolist()", [0, 11, 2, 13, 4, 5]),
        ("z = np.zeros((2, 2, 2)); z[..., -1] = 1; y = z.sum()", 4),
        ("z = np.zeros((2, 2)); z[z == 0] += 1; y = z.sum()", 4),
        ("z = np.zeros((1, 2)); z[None, 0] = 3; y = z.tolist()", [[3, 3]]),
        ("z = {}; z['a', 1] = 2; z['a', 1] **= 3; y = z", {("a", 1): 8}),
        ("z = [1, 2, 3]; z[1:] = [7]; y = z", [1, 7]),
        ("z = [[1], [2]]; z[0] += [5]; y = z", [[1, 5], [2]]),
        ("z = [0]; z[0] = b; y = z[0].shape", (1, 1, 1)),
        ("z = np.zeros(1, object); z[0] = b; y = z[0].shape", (1, 1, 1)),
        ("z, w = [0], [0]; z[0] = w[0] = 3; z[0], w[0] = w[0] + 1, 2; y = (z, w)", ([4], [2])),
        ("z = [1]; z[0] //= 2; z[0] |= 4; y = z", [4]),
        ("y = 0\nfor k in range(3): y = int(k) + float('2')", 4.0),
    ],
)
def test_all_else_is_done_as_it_stands(body: str, expected: object) -> None:
    y, notes = run(f"{NUMBER}\n{body}")
    assert y == expected
    assert not notes


# --- in the sandbox ------------------------------------------------------------------------------

LAYERS = """
import numpy as np
from helper import step
count = []
def f(x):
    z = np.zeros((2, 2))
    for i in range(2):
        z[i, 1] = step(x, np.ones((1, 1, 1)))
    count.append(1)
    return z
"""
HELPER = """
import numpy as np
def step(x, b):
    return float(np.sum(x) + b) + np.zeros((1, 1, 1))
"""


def test_a_submission_is_run_as_an_older_numpy_runs_it(one: Stage) -> None:
    runs = [call("f", x=np.full((2, 2), value)) for value in (0.5, 1.5)]
    played = one.play({"layers.py": LAYERS, "helper.py": HELPER}, *runs, order=(0, 1, 0))
    assert [reply.ending for reply in played.replies] == [Ending.RETURNED] * 3
    assert [reply.values["y"][0, 1] for reply in played.replies] == [3, 7, 3]  # type: ignore[index]
    if not OLD:
        assert played.notes.count(one_element.NOTE) == 1


def test_itemset_is_there_in_a_submission(one: Stage) -> None:
    text = "import numpy as np\ndef f(x):\n    z = np.zeros((2, 2))\n    z.itemset((1, 0), x)\n    return z"
    reply = one.reply(text, call("f", x=np.array(2.5)))
    assert reply.values["y"].tolist() == [[0, 0], [2.5, 0]]  # type: ignore[union-attr]


def test_a_cell_of_a_notebook_is(one: Stage) -> None:
    cells = ("import numpy as np", "def f(x):\n    z = np.zeros(2)\n    z[0] = x[None]\n    return z")
    reply = one.reply({"layers.ipynb": cells}, call("f", x=np.array([2.5])))
    assert reply.values["y"].tolist() == [2.5, 0]  # type: ignore[union-attr]


def test_what_stays_wrong_raises_where_it_did(one: Stage) -> None:
    text = "import numpy as np\ndef f(x):\n    z = np.zeros((2, 2))\n    z[0, 1] = x\n    return z"
    played = one.play(text, call("f", x=np.ones(3)))
    error = played.replies[0].error
    assert error is not None
    assert (error.type, error.line, error.code) == ("ValueError", 4, "z[0, 1] = x")
    assert played.notes == ()
