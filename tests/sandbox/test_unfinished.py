"""What is not written yet is told from what is written and wrong."""

from __future__ import annotations

import textwrap

import pytest

from grader.sandbox.guest.unfinished import is_unfinished


def told(body: str) -> bool:
    """Whether the exception that a function's body raises comes of unfinished work."""
    text = "def f(x, cache=(1, 2)):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    there: dict[str, object] = {}
    exec(compile(text, "cell", "exec"), there)
    with pytest.raises(Exception) as caught:
        there["f"]([1.0, 2.0])  # type: ignore[operator]
    trace = caught.tb
    while trace.tb_next is not None and trace.tb_next.tb_frame.f_code.co_filename == "cell":
        trace = trace.tb_next
    return is_unfinished(type(caught.value).__name__, str(caught.value), text, trace.tb_lineno)


@pytest.mark.parametrize(
    "body",
    [
        "(m, n) = None",
        "for i in range(None):\n    pass",
        "dW = [0.0]\ndW[0] += None\nreturn dW",
        "a = None\nreturn a[0]",
        "z = None\nassert(z.shape == (1, 2))",
        "m, n = 1, 2\nfor i in range(m):\n    a = None\n    x[0] += a * 2",
        "# z = np.zeros(3)\nreturn z",
        '"""What to do."""\n# a = None\n# YOUR CODE STARTS HERE\n\n# YOUR CODE ENDS HERE\nreturn a, cache',
        "(m, n) = cache\nk = int(m)\nassert(z == 1)\nreturn z",
    ],
)
def test_a_template_with_places_left_open_is_unfinished(body: str) -> None:
    assert told(body)


@pytest.mark.parametrize(
    "body",
    [
        "return x[5]",
        "z = sum(x)\nreturn zz",
        "for i in x:\n    z = i\nreturn out",
        "z = [0.0]\nz[0] += x['a']\nreturn z",
        "best = None\nreturn x[9]",
        "def helper():\n    pass\nreturn helper() + 1",
        "z = y\nreturn z",
        "z = [i for i in x]\nreturn zs",
    ],
)
def test_what_is_written_and_wrong_is_not(body: str) -> None:
    assert not told(body)


def test_text_that_cannot_be_read_is_not() -> None:
    assert not is_unfinished("TypeError", "'NoneType' object is not iterable", "def f(:\n    x = None", 2)
    assert not is_unfinished("TypeError", "'NoneType' object is not iterable", "x = None\n", 1)
