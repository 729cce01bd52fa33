"""Rooms: a sandbox that starts when it is needed, serves task after task, and of which no process is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from grader.errors import SandboxError
from grader.executors import Room, map_local
from grader.sandbox import EncodedBatch, Launcher, Sandbox, encode, open_launcher
from grader.steps import Batch, BatchReply, Call, Ending, Limits, Program, Run, Script, Source

TEXT = """
import numpy as np

def one():
    return np.ones(1)

def loop():
    while True:
        pass
"""


def program() -> Program:
    return Program(entry=("layers.py",), sources=(Source("layers.py", (TEXT,)),))


def batch(function: str) -> EncodedBatch:
    script = Script(steps=(Call(("y",), function),), returns=("y",))
    return encode(Batch(functions=(function,), runs=(Run(script=script, inputs={}),), order=(0,)))


class CountingLauncher:
    """A real launcher that counts what it starts, and can be told to fail."""

    def __init__(self, launcher: Launcher, failing: tuple[int, ...] = ()) -> None:
        self._launcher, self._failing = launcher, failing
        self.started: list[Sandbox] = []
        self.asked = 0

    def start(self) -> Sandbox:
        self.asked += 1
        if self.asked in self._failing:
            raise SandboxError("The sandbox did not start: no more processes.")
        sandbox = self._launcher.start()
        self.started.append(sandbox)
        return sandbox


@pytest.fixture(scope="module")
def real() -> Iterator[Launcher]:
    launcher = open_launcher()
    yield launcher
    launcher.close()


@pytest.fixture
def launcher(real: Launcher) -> CountingLauncher:
    return CountingLauncher(real)


def run(task: str, room: Room) -> BatchReply | str:
    """Run a function of the program; a task that is none is done without a room."""
    if task.startswith("reuse"):
        return task
    try:
        room.give(program())
        return room.run(batch(task), Limits(seconds=20))
    except SandboxError as error:
        return str(error)


def ended(result: Any) -> Any:
    return result.replies[0].ending if isinstance(result, BatchReply) else result


def done(tasks: list[str], launcher: Any, jobs: int = 1) -> list[Any]:
    with closing(map_local(run, tasks, launcher, jobs=jobs)) as ready:
        return [ended(result) for result in ready]


def test_tasks_share_a_sandbox_and_none_is_left(launcher: CountingLauncher) -> None:
    assert done(["one"] * 3, launcher) == [Ending.RETURNED] * 3
    assert [sandbox.pid for sandbox in launcher.started] == [0]


def test_what_needs_no_sandbox_starts_none(launcher: CountingLauncher) -> None:
    assert done(["reuse"] * 50, launcher, jobs=2) == ["reuse"] * 50
    assert launcher.asked == 0


def test_a_sandbox_that_does_not_start_costs_at_most_its_own_submission(real: Launcher) -> None:
    launcher = CountingLauncher(real, failing=(1,))
    lost = "The sandbox did not start: no more processes."
    assert done(["one", "one", "one"], launcher) == [lost, Ending.RETURNED, Ending.RETURNED]


def test_a_machine_out_of_processes_is_said_as_such(launcher: CountingLauncher) -> None:
    def start() -> Sandbox:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    launcher.start = start  # type: ignore[method-assign]
    assert done(["one"], launcher) == ["The sandbox did not start: Resource temporarily unavailable."]


def test_a_machine_that_refuses_a_second_process_is_said_as_such(launcher: CountingLauncher) -> None:
    """A sandbox that was lost is started anew by the batch that comes next."""

    def work(task: str, room: Room) -> str:
        room.give(program())
        launcher.started[0].close()
        vars(launcher.started[0])["_spawn"] = _refuse
        with pytest.raises(SandboxError) as error:
            room.run(batch(task), Limits())
        return str(error.value)

    with closing(map_local(work, ["one"], launcher, jobs=1)) as ready:  # type: ignore[arg-type]
        assert list(ready) == ["The sandbox did not start: Too many open files."]


def _refuse() -> Any:
    raise OSError(24, "Too many open files")


def test_what_work_raises_ends_the_run_and_every_process(launcher: CountingLauncher) -> None:
    def work(task: str, room: Room) -> Any:
        if task == "fail":
            while not any(sandbox.pid for sandbox in launcher.started):
                time.sleep(0.01)
            raise ZeroDivisionError("ours")
        return run(task, room)

    began = time.monotonic()
    with (
        pytest.raises(ZeroDivisionError, match="ours"),
        closing(map_local(work, ["loop", "fail"], launcher, jobs=2)) as ready,  # type: ignore[arg-type]
    ):
        list(ready)
    assert time.monotonic() - began < 10
    assert [sandbox.pid for sandbox in launcher.started] == [0] * len(launcher.started)


def test_leaving_early_gives_up_what_is_under_way(launcher: CountingLauncher) -> None:
    before = threading.active_count()
    with closing(map_local(run, ["one", *["loop"] * 9], launcher, jobs=2)) as ready:  # type: ignore[arg-type]
        assert ended(next(ready)) is Ending.RETURNED
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert threading.active_count() == before
    assert [sandbox.pid for sandbox in launcher.started] == [0] * len(launcher.started)


def test_jobs_are_done_at_the_same_time(launcher: CountingLauncher) -> None:
    """Each of two tasks waits for the other."""
    barrier = threading.Barrier(2)

    def meet(task: str, room: Room) -> int:
        return barrier.wait(timeout=10)

    with closing(map_local(meet, ["a", "b"], launcher, jobs=2)) as ready:  # type: ignore[arg-type]
        assert sorted(ready) == [0, 1]


def test_no_tasks_are_no_results(launcher: CountingLauncher) -> None:
    assert done([], launcher, jobs=4) == []
