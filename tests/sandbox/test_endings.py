"""Every way in which a run can end, and that nothing before or after it is lost."""

from __future__ import annotations

import pytest

from grader.steps import Ending, Limits, Run

from .stage import Stage, call


def endings(stage: Stage, text: str, *runs: Run, **options: object) -> list[str]:
    return [reply.ending.name for reply in stage.play(text, *runs, **options).replies]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "ending", "text"),
    [
        ("raise ValueError('no')", Ending.RAISED, ""),
        ("raise SystemExit(0)", Ending.RAISED, ""),
        ("exit(1)", Ending.RAISED, ""),
        ("raise KeyboardInterrupt", Ending.RAISED, ""),
        ("return f()", Ending.RAISED, ""),
        ("while True: pass", Ending.TIMED_OUT, "did not finish within"),
        ("import time; time.sleep(20)", Ending.TIMED_OUT, "did not finish within 0.9 s"),
        ("return bytearray(8 << 30)", Ending.OUT_OF_MEMORY, ""),
        ("return np.ones(1 << 30)", Ending.OUT_OF_MEMORY, "Unable to allocate 8.00 GiB"),
        ("os._exit(0)", Ending.KILLED, "status 0"),
        ("os.abort()", Ending.KILLED, "SIGABRT"),
        ("import ctypes; ctypes.string_at(0)", Ending.KILLED, "SIGSEGV"),
        ("import signal; os.kill(os.getpid(), signal.SIGKILL)", Ending.KILLED, "SIGKILL"),
    ],
)
def test_each_ending_and_nothing_else_is_lost(stage: Stage, body: str, ending: Ending, text: str) -> None:
    source = f"import os\nimport numpy as np\ndef f():\n    {body}\ndef g(i): return i\n"
    runs = [call("g", 0), call("g", 1), call(group=1), call("g", 2), call("g", 3)]
    replies = stage.play(source, *runs).replies
    others = [int(reply.values["y"]) for reply in (*replies[:2], *replies[3:])]  # type: ignore[arg-type]
    assert others == [0, 1, 2, 3]
    assert replies[2].ending is ending, replies[2]
    if stage.level != "direct":
        assert text in replies[2].text


def test_stopping_itself_is_a_time_out(stage: Stage) -> None:
    text = "import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGSTOP)\n"
    assert endings(stage, text, call()) == ["TIMED_OUT"]


@pytest.mark.parametrize(
    ("text", "ending"), [("while True: pass", Ending.TIMED_OUT), ("import os; os._exit(3)", Ending.KILLED)]
)
def test_a_module_that_never_loads(stage: Stage, text: str, ending: Ending) -> None:
    played = stage.play(text, call(), limits=Limits(load_seconds=0.3, patience=2))
    assert played.load.ending is ending
    assert [reply.ending for reply in played.replies] == [Ending.NOT_RUN]


def test_a_time_out_takes_its_group_along_and_three_of_them_the_rest(stage: Stage) -> None:
    text = "def f(i):\n    while i < 0: pass\n    return i\n"
    limits = Limits(seconds=0.15, patience=2)
    runs = [call("f", i, group=g) for i, g in ((1, 0), (-1, 0), (2, 0), (3, 1), (-1, 1), (-1, 2), (4, 3))]
    replies = stage.play(text, *runs, limits=limits).replies
    assert [(reply.ending.name, reply.skipped) for reply in replies] == [
        ("RETURNED", False),
        ("TIMED_OUT", False),
        ("TIMED_OUT", True),
        ("RETURNED", False),
        ("TIMED_OUT", False),
        ("TIMED_OUT", False),
        ("TIMED_OUT", True),
    ]


def test_a_limit_counts_each_run_for_itself(one: Stage) -> None:
    text = (
        "import time\ndef f():\n    end = time.process_time() + .1\n    while time.process_time() < end: 1\n"
    )
    assert endings(one, text, *[call() for _ in range(6)], limits=Limits(seconds=0.4)) == ["RETURNED"] * 6
