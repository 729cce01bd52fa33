"""What Dask is given: a plugin that opens a bench on each worker, and the task that grades on it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from distributed import Reschedule, WorkerPlugin

from grader.cluster.bench import Bench, BenchClosedError, find_bench
from grader.cluster.facts import Facts, ask
from grader.cluster.kit import Kit

__all__ = ["BenchPlugin", "ask_worker", "grade_on_worker"]


class BenchPlugin(WorkerPlugin):  # type: ignore[misc] # distributed's types are left out
    """Opens a bench on each worker that is there or joins later, and closes it when either leaves the run."""

    def __init__(self, run: str, kit: Kit, expected: Facts) -> None:
        """Take what benches need; see `Bench`."""
        self.name = run
        self._kit, self._expected = kit, expected

    def setup(self, worker: Any) -> None:
        """Open a bench; light, since the worker does nothing else meanwhile."""
        Bench(
            self.name,
            self._kit,
            self._expected,
            worker=worker.address,
            folder=Path(worker.local_directory),
        )

    async def teardown(self, worker: Any) -> None:
        """Close it: what is under way is given up."""
        try:
            bench = find_bench(self.name)
        except BenchClosedError:
            return
        await asyncio.to_thread(bench.close)


async def ask_worker(sandbox: str, python: str) -> Facts:
    """Say what decides marks on the worker that runs this. Raises SandboxError."""
    return await asyncio.to_thread(ask, sandbox, python)


def grade_on_worker(run: str, data: bytes) -> bytes:
    """Grade a packed submission on this worker's bench; where that is being closed, on another's.

    Raises:
        GraderError: this worker cannot grade; names it.
    """
    try:
        return find_bench(run).grade(data)
    except BenchClosedError:
        raise Reschedule from None
