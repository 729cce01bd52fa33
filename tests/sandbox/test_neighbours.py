"""Submissions that follow each other in one sandbox: nothing of one reaches the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.sandbox import Launcher, Sandbox, collected, encode
from grader.steps import Batch, Ending, Limits

from .stage import ISOLATED, call, opened, program

WHO = """
    import os
    import numpy as np

    def f():
        return np.array([os.getpid(), os.getppid()])
"""
LITTER = """
    import numpy as np

    def f():
        with open("{folder}/left_behind", "w") as file:
            file.write("the answer is 42")
        return np.ones(1)
"""
LOOK = """
    import os
    import numpy as np

    def f():
        return np.array(os.path.exists("{folder}/left_behind"))
"""
DIE = """
    import os

    def f():
        os._exit(1)
"""
SECRET = "4f1c0c9e7d"
TELL = f"""
    import numpy as np
    secret = "{SECRET}" + "-" * 64

    def f():
        return np.frombuffer(secret.encode() * 1000, np.uint8).astype(float)
"""
SEARCH = f"""
    import gc
    import numpy as np
    sought = "{SECRET[:5]}", "{SECRET[5:]}"

    def f():
        word = "".join(sought)
        coded = np.frombuffer(word.encode(), np.uint8).astype(float).tobytes()
        kept = [np.empty(1 << size, np.uint8) for size in range(4, 22) for _ in range(20)]
        held = [each.tobytes() for each in kept] + [
            each for each in gc.get_objects() if isinstance(each, (str, bytes, bytearray))
        ]
        texts = [each.encode("utf-8", "replace") if isinstance(each, str) else bytes(each) for each in held]
        return np.array(any(word.encode() in text or coded in text for text in texts))
"""


@pytest.fixture(params=ISOLATED)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    with opened(request.param) as launcher:
        yield launcher


def answer(sandbox: Sandbox, text: str) -> Any:
    """What a submission's ``f()`` returns; how it ended, if it did not."""
    sandbox.give(program(text))
    run = call("f")
    reply = sandbox.run(encode(Batch(functions=("f",), runs=(run,), order=(0,))), Limits(seconds=5)).replies[
        0
    ]
    return reply.values["y"] if reply.ending is Ending.RETURNED else reply.ending


def test_each_meets_processes_of_its_own(launcher: Launcher) -> None:
    """In one sandbox, neither the process that runs a submission nor its parent has run another."""
    with launcher.start() as sandbox:
        first, second = answer(sandbox, WHO), answer(sandbox, WHO)
        assert sandbox.pid
    assert not set(first) & set(second)


def test_the_sandbox_stays(launcher: Launcher) -> None:
    with launcher.start() as sandbox:
        sandbox.wait()
        started = sandbox.pid
        assert answer(sandbox, DIE) is Ending.KILLED
        assert answer(sandbox, WHO)[0] > 0
        assert sandbox.pid == started


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_files_do_not_stay(folder: str) -> None:
    """Only bubblewrap lets a submission write anything; what it wrote goes with its sandbox."""
    with opened("bubblewrap") as launcher, launcher.start() as sandbox:
        sandbox.wait()
        started = sandbox.pid
        if answer(sandbox, LITTER.format(folder=folder)) is Ending.RAISED:
            pytest.skip("this bubblewrap cannot bound a folder's size, so none can be written to")
        assert answer(sandbox, LOOK.format(folder=folder)) == 0
        assert sandbox.pid not in (0, started)


def test_a_file_would_be_seen_by_the_same_submission() -> None:
    """What the test above looks for is there to be found."""
    text = LITTER.format(folder="/tmp") + LOOK.format(folder="/tmp").replace("def f", "def g")
    with opened("bubblewrap") as launcher, launcher.start() as sandbox:
        if answer(sandbox, LITTER.format(folder="/tmp")) is Ending.RAISED:
            pytest.skip("this bubblewrap cannot bound a folder's size, so none can be written to")
        sandbox.give(program(text))
        batches = [encode(Batch(functions=(name,), runs=(call(name),), order=(0,))) for name in "fg"]
        replies = [sandbox.run(batch, Limits(seconds=5)).replies[0] for batch in batches]
    assert replies[1].values["y"] == 1


def test_memory_holds_nothing_of_the_one_before(launcher: Launcher) -> None:
    """Neither its text nor what it answered, which may be the right answer."""
    with launcher.start() as sandbox:
        told = answer(sandbox, TELL)
        assert SECRET in bytes(told.astype(np.uint8)).decode()
        assert answer(sandbox, SEARCH) == 0


def test_the_search_finds_what_a_worker_holds(launcher: Launcher) -> None:
    """Were a worker to serve two submissions, the second would read the first."""
    with launcher.start() as sandbox:
        answer(sandbox, TELL)
        vars(sandbox)["_used"] = False
        assert answer(sandbox, SEARCH) == 1


def test_a_fault_of_ours_does_not_leave_answers_for_the_next(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("ours")

    with launcher.start() as sandbox:
        with monkeypatch.context() as patch:
            patch.setattr(collected, "decode_reply", fail)
            with pytest.raises(ZeroDivisionError):
                answer(sandbox, DIE)
        assert answer(sandbox, WHO)[0] > 0
