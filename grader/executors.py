"""Where submissions are graded: so many at a time on this machine.

A thread a sandbox: the work is done in the sandboxes' own processes, and the next one starts while the
present one is busy, since starting Python and importing NumPy takes longer than many a submission.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from grader.sandbox import Launcher, Sandbox

__all__ = ["map_local"]

Task = TypeVar("Task")
Result = TypeVar("Result")


def map_local(
    work: Callable[[Task, Sandbox], Result], tasks: Sequence[Task], launcher: Launcher, *, jobs: int
) -> Iterator[Result]:
    """Do each task in a sandbox of its own; results come as they are ready.

    Args:
        work: done in one of several threads.
        jobs: sandboxes at a time.

    Raises:
        Exception: what `work` or starting a sandbox raised; the tasks under way are ended.
    """
    pool = _Pool(work, tasks, launcher)
    pool.start(min(jobs, len(tasks)))
    try:
        for _ in tasks:
            yield pool.next()
    finally:
        pool.stop()


class _Pool(Generic[Task, Result]):
    def __init__(
        self, work: Callable[[Task, Sandbox], Result], tasks: Sequence[Task], launcher: Launcher
    ) -> None:
        self._work, self._launcher = work, launcher
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            self._tasks.put(task)
        self._results: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
        self._stopping = threading.Event()
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

    def stop(self) -> None:
        """End quietly: what is under way is finished or given up, and no process is left."""
        self._stopping.set()
        self._launcher.close()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        try:
            self._serve_all()
        except BaseException as error:
            self._results.put(error)

    def _serve_all(self) -> None:
        """Do tasks one after the other; the sandbox for the next one starts before this one is used.

        A sandbox dies with the thread that started it, so this thread starts its own.
        """
        spare: Sandbox | None = None
        try:
            while not self._stopping.is_set() and (task := self._take()) is not None:
                sandbox = spare or self._launcher.start()
                spare = None if self._tasks.empty() else self._launcher.start()
                with sandbox:
                    result = self._work(task, sandbox)
                if not self._stopping.is_set():
                    self._results.put(result)
        finally:
            if spare is not None:
                spare.close()

    def _take(self) -> Task | None:
        try:
            return self._tasks.get_nowait()
        except queue.Empty:
            return None
