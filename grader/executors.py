"""Where submissions are graded: so many at a time on this machine.

A thread for each, with a sandbox that serves its tasks one after the other: the work is done in the sandbox's
own processes.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from grader.errors import SandboxError
from grader.sandbox import EncodedBatch, Launcher, Sandbox
from grader.steps import BatchReply, Limits, Program

__all__ = ["Cancelled", "Room", "Rooms", "map_local"]

Task = TypeVar("Task")
Result = TypeVar("Result")


class Room(Protocol):
    """Where one submission is run."""

    def give(self, program: Program) -> None:
        """Say which submission the batches that follow are about."""

    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        """Do a batch in a fresh process with the submission loaded. Raises SandboxError."""


class Cancelled(BaseException):
    """The run is being stopped: the task under way is given up. No `except Exception` may hold it up."""


def map_local(
    work: Callable[[Task, Room], Result], tasks: Sequence[Task], launcher: Launcher, *, jobs: int
) -> Generator[Result, None, None]:
    """Do each task in a room; results come as they are ready.

    A room costs nothing until it is used: its sandbox starts with the first `give`.
    Close the iterator if it is left early; tasks under way are then given up and their processes killed.

    Args:
        work: done in one of several threads; meets Cancelled in its room when the run is stopped.
        launcher: the caller's to close.
        jobs: tasks at a time.

    Raises:
        Exception: what `work` raised; the other tasks under way are given up.
    """
    pool = _Pool(work, tasks, launcher)
    try:
        pool.start(min(jobs, len(tasks)))
        for _ in tasks:
            yield pool.next()
        pool.finish()
    finally:
        pool.stop()


class Rooms:
    """The rooms of several threads, and every sandbox that is open in them."""

    def __init__(self, launcher: Launcher) -> None:
        """Open nothing yet; the launcher is the caller's to close."""
        self._launcher = launcher
        self._lock = threading.Lock()
        self._open: set[Sandbox] = set()
        self._rooms: list[_Room] = []
        self._here = threading.local()
        self._stopping = threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether tasks are to be given up."""
        return self._stopping.is_set()

    @contextlib.contextmanager
    def enter(self) -> Iterator[Room]:
        """Give the calling thread its room. Its sandbox stays for the thread's next task."""
        room = getattr(self._here, "room", None)
        if room is None:
            room = self._here.room = _Room(self)
            with self._lock:
                self._rooms.append(room)
        with room.occupied:
            yield room

    def close(self) -> None:
        """Give up what is under way, and come back when no sandbox is left."""
        self.kill()
        for room in list(self._rooms):
            while not room.occupied.acquire(timeout=0.1):
                self.kill()
            room.close()
            room.occupied.release()

    def kill(self) -> None:
        """Have every task meet Cancelled, now or when it next runs a batch."""
        self._stopping.set()
        with self._lock:
            for sandbox in self._open:
                _kill(sandbox.pid)

    def open_sandbox(self) -> Sandbox:
        """Start one, from the thread that will use it: a sandbox dies with the thread that started it."""
        with self._lock:
            sandbox = self._launcher.start()
            self._open.add(sandbox)
            return sandbox

    def close_sandbox(self, sandbox: Sandbox) -> None:
        """Close one for good."""
        sandbox.close()
        with self._lock:
            self._open.discard(sandbox)


class _Pool(Generic[Task, Result]):
    """The tasks, and the threads that do them."""

    def __init__(
        self, work: Callable[[Task, Room], Result], tasks: Sequence[Task], launcher: Launcher
    ) -> None:
        self._work, self._rooms = work, Rooms(launcher)
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            self._tasks.put(task)
        self._results: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def start(self, threads: int) -> None:
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def next(self) -> Result:
        result = self._results.get()
        if isinstance(result, BaseException):
            raise result
        return result

    def finish(self) -> None:
        """Come back when each thread has closed its sandbox; no task is left."""
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Give up what is under way, and come back when no thread and no process is left."""
        while any(thread.is_alive() for thread in self._threads):
            self._rooms.kill()
            for thread in self._threads:
                thread.join(0.1)

    def _serve(self) -> None:
        room = _Room(self._rooms)
        try:
            while not self._rooms.stopping:
                self._results.put(self._work(self._tasks.get_nowait(), room))
        except (Cancelled, queue.Empty):
            pass
        except BaseException as error:
            self._results.put(error)
        finally:
            room.close()


class _Room:
    """One thread's sandbox, started when it is first needed."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._sandbox: Sandbox | None = None
        self.occupied = threading.Lock()

    def give(self, program: Program) -> None:
        with _refusals_as_errors():
            sandbox = self._take()
            sandbox.give(program)
            sandbox.wait()
        self._check()

    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        self._check()
        with _refusals_as_errors():
            reply = self._take().run(batch, limits)
        self._check()
        return reply

    def close(self) -> None:
        if self._sandbox is not None:
            self._rooms.close_sandbox(self._sandbox)

    def _take(self) -> Sandbox:
        if self._sandbox is None:
            self._check()
            self._sandbox = self._rooms.open_sandbox()
        return self._sandbox

    def _check(self) -> None:
        if self._rooms.stopping:
            raise Cancelled


@contextlib.contextmanager
def _refusals_as_errors() -> Iterator[None]:
    """Turn what the machine refuses (processes, memory, open files) into a SandboxError."""
    try:
        yield
    except OSError as error:
        raise SandboxError(f"The sandbox did not start: {error.strerror or error}.") from error


def _kill(pid: int) -> None:
    """Kill a sandbox's process group, or its process where it has no group of its own."""
    if not pid:
        return
    for kill in (os.killpg, os.kill) if hasattr(os, "killpg") else (os.kill,):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            return
