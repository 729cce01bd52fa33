"""What a command costs: CPU time and memory of its process, and CPU time of every process that came from it.

Linux alone: it reads /proc, and adopts processes whose parents ended before them, as bubblewrap's do, so that
their CPU time is counted. That of a process which was killed together with its parent is lost; see `counted`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Spent", "adopt_orphans", "as_a_user", "orphans", "spend"]

_PR_SET_CHILD_SUBREAPER = 36
_LOOK = 0.01  # s between two looks at the memory
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one command used.

    Attributes:
        own: CPU time of its own process, s; in steps of 10 ms.
        cpu: CPU time of its process and of all its descendants, s.
        wall: s.
        peak: the largest resident memory of its own process, bytes.
    """

    own: float
    cpu: float
    wall: float
    peak: int


def spend(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    accept: Sequence[int] = (0,),
) -> Spent:
    """Run a command to its end, and that of all its descendants.

    Args:
        command: program and arguments; what it prints is dropped.
        environment: instead of this process's.
        accept: exit codes that it may end with.

    Raises:
        RuntimeError: it ended with another exit code; the text is what it wrote to its error stream.
    """
    adopt_orphans()
    before, started = _cpu_of_children(), time.monotonic()
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=complaints, env=environment)
        peak = _watch(process.pid)
        wall, own = time.monotonic() - started, _own_cpu(process.pid)
        if process.wait() not in accept:
            complaints.seek(0)
            line = " ".join(map(str, command))
            raise RuntimeError(f"{line} ended with exit code {process.returncode}: {complaints.read()}")
    _reap_orphans()
    return Spent(own=own, cpu=_cpu_of_children() - before, wall=wall, peak=peak)


def as_a_user() -> dict[str, str]:
    """This process's environment without what the benchmarks set for themselves."""
    return {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}


def adopt_orphans() -> None:
    """Become the parent of all descendants whose parents end before them."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "orphaned processes cannot be adopted")


def _reap_orphans() -> None:
    """Wait for what the command left behind, which is ending: its CPU time counts when it is gone."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def orphans() -> list[int]:
    """Which children this process still has; those that ended are waited for."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return []
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(pid: int) -> int:
    """Look at a process until it ends, and leave it to be waited for; returns its peak of memory, bytes."""
    peak = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        peak = max(peak, _high_water_mark(pid))
        time.sleep(_LOOK)
    return peak


def _high_water_mark(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0  # it ended a moment ago


def _own_cpu(pid: int) -> float:
    """CPU time of a process that has ended and was not waited for, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
