"""Ordinary runs: what goes in, what comes out, and that every run is alike."""

from __future__ import annotations

import numpy as np
import pytest

from grader.sandbox import encode
from grader.steps import (
    Attribute,
    Batch,
    Call,
    Constant,
    Ending,
    Input,
    Item,
    Let,
    Limits,
    NotAnArray,
    Run,
    Saved,
    Script,
)

from .stage import QUICK, Stage, call


def test_returns_what_the_function_returns(stage: Stage) -> None:
    x = np.arange(6.0).reshape(2, 3)
    reply = stage.reply("def f(x): return x * 2", call(x=x))
    assert reply.ending is Ending.RETURNED
    assert reply.values["y"].tolist() == (x * 2).tolist()  # type: ignore[union-attr]


def test_the_four_words(stage: Stage) -> None:
    text = """
    class Layer:
        def __init__(self, size, init):
            self.W = init(size, size)
        def forward(self, x, scale=1):
            self.seen = {"last": x}
            return x @ self.W * scale, "cache"
    """
    script = Script(
        steps=(
            Call(("layer",), "Layer", (2,), {"init": Constant("W")}),
            Let("options", {"scale": 3}),
            Item("scale", "options", "scale"),
            Call(("out", "cache"), "layer.forward", (Input("x"),), {"scale": Saved("scale")}),
            Attribute("seen", "layer", "seen"),
            Item("last", "seen", "last"),
        ),
        returns=("last", "out", "cache"),
    )
    inputs = {"x": np.eye(2), "W": np.array([[1.0, 2.0], [3.0, 4.0]])}
    reply = stage.reply(text, Run(script=script, inputs=inputs))
    assert list(reply.values) == ["last", "out", "cache"]
    assert reply.values["out"].tolist() == [[3.0, 6.0], [9.0, 12.0]]  # type: ignore[union-attr]
    assert reply.values["cache"] == NotAnArray("a str")


def test_values_of_all_kinds_arrive(one: Stage) -> None:
    script = Script(
        steps=(Call(("y",), "f", ((1, -2.5, True, None, "s", (Input("x"),)), {"k": {"deep": 1e-300}})),),
        returns=("y",),
    )
    text = """
    def f(values, options):
        i, x, b, n, s, (a,) = values
        return (type(i), type(x), type(b), n, s, type(values)) == (int, float, bool, None, "s", tuple) \\
            and options == {"k": {"deep": 1e-300}} and a.flags.writeable and a.flags.c_contiguous
    """
    assert one.value(text, Run(script=script, inputs={"x": np.ones((3, 2)).T})) == np.True_


def test_replies_come_in_the_order_that_was_asked_for(stage: Stage) -> None:
    runs = [call("f", i) for i in range(4)]
    played = stage.play("def f(i): return i", *runs, order=(3, 0, 1, 2, 3, 3))
    assert [int(reply.values["y"]) for reply in played.replies] == [3, 0, 1, 2, 3, 3]  # type: ignore[arg-type]


def test_an_order_that_leaves_a_run_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"order \(0,\) should name each of 2 runs"):
        encode(Batch(functions=(), runs=(call(), call()), order=(0,)))


def test_a_value_that_cannot_be_sent_is_refused() -> None:
    with pytest.raises(TypeError, match=r"\{1\} of type set cannot be a value in a script"):
        encode(Batch(functions=(), runs=(call("f", {1}),), order=(0,)))


def test_the_step_that_was_being_done_is_known(stage: Stage) -> None:
    script = Script(
        steps=(Let("a", 1), Call(("b",), "g", (Saved("a"),)), Call(("c",), "f", (Saved("b"),))),
        returns=("c",),
    )
    source = "import os\ndef g(x): return x\ndef f(x): {}\n"
    for body in ("raise ValueError", "os._exit(1)", "return 1"):
        reply = stage.reply(source.format(body), Run(script=script, inputs={}))
        assert reply.step == 2


def test_cpu_time_is_measured_from_outside(isolated: Stage) -> None:
    text = """
    import time
    end = time.process_time
    def f():
        begun = end()
        time.process_time = time.perf_counter = time.clock_gettime = lambda *a: 0.0
        while end() < begun + 0.1: pass
    """
    assert 0.1 <= isolated.reply(text).seconds < 0.4


def test_quick_runs_are_told_together_unless_each_is_to_be_timed(isolated: Stage) -> None:
    """The clock of a running process lags behind: some have no time in any case."""

    def timeless(*, apart: bool) -> int:
        played = isolated.play("def f(): return [1]", *[call()] * 60, limits=Limits(apart=apart))
        return sum(reply.seconds == 0 for reply in played.replies)

    assert timeless(apart=False) > 30 > timeless(apart=True)


LOOKS_AROUND = """
import sys
def around():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "_blob"):
        frame = frame.f_back
    return sum(bytes(frame.f_locals["self"]._blob))
begun = around()
def f(x): return [begun, around()]
"""


def test_no_input_of_a_run_that_is_timed_is_there_before_it(isolated: Stage) -> None:
    def seen(*, apart: bool) -> list[list[int]]:
        runs = [call(x=np.full(8, number, np.uint8)) for number in (1, 2, 3)]
        played = isolated.play(LOOKS_AROUND, *runs, order=(2, 0, 1), limits=Limits(apart=apart))
        return [reply.values["y"].tolist() for reply in played.replies]  # type: ignore[union-attr]

    assert seen(apart=False) == [[48, 48]] * 3
    assert seen(apart=True) == [[0, 24], [0, 32], [0, 48]]


def test_inputs_of_runs_that_are_timed_arrive_whole_also_behind_one_that_died(isolated: Stage) -> None:
    text = "import os\ndef f(x, y): return x.sum() + y.sum() if x[0] else os._exit(3)"
    runs = [call(x=np.full(40_000, place % 3.0), y=np.ones((place, 7))) for place in range(6)]
    replies = isolated.play(text, *runs, limits=Limits(apart=True)).replies
    assert [reply.ending is Ending.KILLED for reply in replies] == [True, False, False] * 2
    got = [int(reply.values["y"]) for reply in replies if reply.values]  # type: ignore[arg-type]
    assert got == [40_007, 80_014, 40_028, 80_035]


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        ("None", "None"),
        ("(1, 2)", "a tuple of 2"),
        ("np.ones((2, 3))", "an array of shape (2, 3)"),
        ("7", "an int"),
    ],
)
def test_a_call_that_should_give_three_and_does_not(stage: Stage, result: str, kind: str) -> None:
    script = Script(steps=(Call(("a", "b", "c"), "f"),), returns=("a",))
    reply = stage.reply(f"import numpy as np\ndef f(): return {result}", Run(script=script, inputs={}))
    assert (reply.ending, reply.text) == (Ending.MALFORMED, kind)


def test_a_list_may_stand_for_a_tuple(one: Stage) -> None:
    script = Script(steps=(Call(("a", "b"), "f"),), returns=("b",))
    reply = one.reply("def f(): return [1, 2]", Run(script=script, inputs={}))
    assert reply.values["b"] == 2


def test_watched_inputs_are_compared_byte_by_byte(stage: Stage) -> None:
    x = np.array([1.0, np.nan])
    run = Run(
        script=Script(
            steps=(Call((), "f", (Input("x"), Input("w"), Input("v"))),), returns=(), watch=("x", "w", "v")
        ),
        inputs={"x": x, "w": x, "v": x},
    )
    assert stage.reply("def f(x, w, v): w[0] += 1", run).changed == ("w",)
    assert stage.reply("def f(x, w, v): v.shape = (2, 1)", run).changed == ("v",)
    assert stage.reply("def f(x, w, v): pass", run).changed == ()


def test_every_run_gets_its_own_inputs(one: Stage) -> None:
    x = np.zeros(2)
    replies = one.play("def f(x):\n    x += 1\n    return x", call(x=x), call(x=x)).replies
    assert [reply.values["y"].tolist() for reply in replies] == [[1, 1], [1, 1]]  # type: ignore[union-attr]


def test_results_are_copied_at_once(one: Stage) -> None:
    text = "import numpy as np\nkept = np.zeros(1)\ndef f(): return kept\ndef g(): kept[0] = 9\n"
    script = Script(steps=(Call(("y",), "f"), Call(("z",), "g")), returns=("y",))
    assert one.value(text, Run(script=script, inputs={})).tolist() == [0.0]


def test_missing_functions_are_named_and_nothing_is_run(stage: Stage) -> None:
    played = stage.play("print('loaded')\ndef f(): return 1", call(), functions=("f", "g", "h"))
    assert played.missing == ("g", "h")
    assert [reply.ending for reply in played.replies] == [Ending.NOT_RUN]


def test_a_module_that_does_not_compile(stage: Stage) -> None:
    played = stage.play("def f(): return 1\ndef g(:\n", call())
    assert played.load.ending is Ending.RAISED
    assert played.load.error is not None
    assert (played.load.error.type, played.load.error.line, played.load.error.code) == (
        "SyntaxError",
        2,
        "def g(:",
    )
    assert [reply.ending for reply in played.replies] == [Ending.NOT_RUN]


def test_a_statement_that_raises_costs_nothing_but_itself(stage: Stage) -> None:
    played = stage.play("x = 1\n1 / 0\ndef f(): return x\n", call())
    assert played.load.notes == ("layers.py, line 2 raised ZeroDivisionError: division by zero",)
    assert played.replies[0].values["y"] == 1


def test_where_an_exception_was_raised(stage: Stage) -> None:
    text = """
    import numpy as np
    def helper(x):
        return np.reshape(x, (7, 7))
    def f():
        return helper(np.ones(3))
    """
    error = stage.reply(text).error
    assert error is not None
    assert (error.type, error.path, error.line, error.cell, error.function) == (
        "ValueError",
        "layers.py",
        4,
        0,
        "helper",
    )
    assert error.code == "return np.reshape(x, (7, 7))"
    assert "cannot reshape array of size 3 into shape (7,7)" in error.message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("def __str__(self): raise ValueError", "(its text cannot be shown: str() of the exception raises)"),
        ("def __str__(self): raise SystemExit", "(its text cannot be shown: str() of the exception raises)"),
        ("def __str__(self): return 'x' * 10**6", "x" * 500),
        ("def __str__(self): return '\\ud800'", "\ud800"),
    ],
)
def test_an_exception_with_a_hostile_text(stage: Stage, body: str, message: str) -> None:
    error = stage.reply(f"class E(Exception):\n    {body}\ndef f(): raise E").error
    assert error is not None
    assert (error.type, error.message) == ("E", message)


def test_the_last_of_what_was_printed_is_kept(stage: Stage) -> None:
    text = "import sys\ndef f(i):\n    print('run', i)\n    print('oops', file=sys.stderr)\n"
    played = stage.play(text, call("f", 1), call("f", 2), limits=Limits(output=20))
    assert played.output.endswith("oops\n")
    assert len(played.output) == 20


def test_a_flood_of_output_is_drained(stage: Stage) -> None:
    text = "def f():\n    for _ in range(2000): print('x' * 9999)\n    return 1"
    played = stage.play(text, call(), limits=Limits(seconds=5, output=100))
    assert played.replies[0].ending is Ending.RETURNED
    assert played.output == "x" * 99 + "\n"


def test_random_numbers_are_the_same_every_time(stage: Stage) -> None:
    text = """
    import random
    import numpy as np
    def f(): return [random.random(), np.random.rand(), float(hash("a"))]
    """
    played = [stage.play(text, call(), call()).replies for _ in range(2)]
    values = {tuple(reply.values["y"].tolist()) for replies in played for reply in replies}  # type: ignore[union-attr]
    assert len(values) == 1


def test_floating_point_warnings_are_silent(one: Stage) -> None:
    played = one.play("import numpy as np\ndef f(): return np.ones(1) / 0", call())
    assert played.output == ""
    assert np.isinf(played.replies[0].values["y"])  # type: ignore[arg-type]


def test_a_hundred_quick_runs(stage: Stage) -> None:
    runs = [call("f", i) for i in range(100)]
    replies = stage.play("def f(i): return i", *runs).replies
    assert [int(reply.values["y"]) for reply in replies] == list(range(100))  # type: ignore[arg-type]


def test_a_sandbox_takes_one_batch_after_the_other(stage: Stage) -> None:
    from .stage import program

    batch = encode(Batch(functions=("f",), runs=(call(),), order=(0,)))
    with stage.launcher.start() as sandbox:
        for number in (1, 2):
            sandbox.give(program(f"n = {number}\ndef f():\n    global n\n    n += 10\n    return n"))
            for _ in range(2):
                assert sandbox.run(batch, QUICK).replies[0].values["y"] == number + 10
