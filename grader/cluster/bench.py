"""A worker's side of a run: its plan, made once, and its sandboxes, kept from task to task.

Nothing of a submission is run, imported or unpickled in the worker's own process: it is text until the
sandbox has it.
"""

from __future__ import annotations

import json
import tempfile
import threading
from functools import cached_property
from pathlib import Path

from grader.cluster.facts import Facts, compare, facts, open_on_worker
from grader.cluster.kit import Kit, unpack, unpack_submission
from grader.errors import GraderError, SandboxError
from grader.executors import Cancelled, Rooms
from grader.gradebook import results
from grader.pipeline import grade
from grader.plan import Plan
from grader.sandbox import Launcher

__all__ = ["Bench", "BenchClosedError", "find_bench"]


class BenchClosedError(Exception):
    """The worker is leaving the run: another one should do the task."""


class Bench:
    """Grades one run's submissions in this process. Threads may share it."""

    def __init__(self, run: str, kit: Kit, expected: Facts, *, worker: str, folder: Path) -> None:
        """Prepare nothing yet: the first task does, in a thread of its own.

        Args:
            run: the run's name.
            kit: what the run's client sent.
            expected: the facts on which the workers agreed when the run began.
            worker: this one's address, to be named in errors.
            folder: the worker's own, in which the kit's files are put while the bench is open.
        """
        self._run, self._kit, self._expected, self._worker = run, kit, expected, worker
        self._folder = folder
        self._lock = threading.Lock()
        _BENCHES[run] = self

    def grade(self, data: bytes) -> bytes:
        """Grade a packed submission, and give its result as `results` writes it.

        Raises:
            BenchClosedError: the bench was closed meanwhile.
            GraderError: this worker cannot grade; names it.
        """
        with self._lock:
            plan, rooms = self._plan, self._rooms
        try:
            with rooms.enter() as room:
                result = grade(plan, unpack_submission(data), room)
        except Cancelled:
            raise BenchClosedError from None
        return json.dumps(results.submission_to_json(result), allow_nan=False).encode("ascii")

    def close(self) -> None:
        """Give up what is under way; no sandbox and no file is left."""
        _BENCHES.pop(self._run, None)
        with self._lock:
            opened = vars(self)
            if "_rooms" in opened:
                self._rooms.close()
            if "_launcher" in opened:
                self._launcher.close()
            if "_home" in opened:
                self._home.cleanup()

    @cached_property
    def _home(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="cnn-grader-", dir=self._folder)

    @cached_property
    def _plan(self) -> Plan:
        try:
            return unpack(self._kit, Path(self._home.name))
        except GraderError as error:
            raise GraderError(f"Worker {self._worker}: {error}") from None

    @cached_property
    def _launcher(self) -> Launcher:
        try:
            launcher = open_on_worker(self._kit.sandbox, self._kit.python)
        except SandboxError as error:
            raise GraderError(f"Worker {self._worker}: {error}") from None
        launcher.close()  # the spare one would end with the thread that started it
        return launcher

    @cached_property
    def _rooms(self) -> Rooms:
        compare(self._worker, facts(self._launcher), self._expected, "when the run began")
        return Rooms(self._launcher)


_BENCHES: dict[str, Bench] = {}
"""This process's, by run: tasks are plain data, and find theirs here."""


def find_bench(run: str) -> Bench:
    """Give this process's bench for a run. Raises BenchClosedError if there is none any more."""
    try:
        return _BENCHES[run]
    except KeyError:
        raise BenchClosedError from None
