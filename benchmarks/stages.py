"""Where the CPU time of the grader's own process goes: submissions graded under a profiler, in one thread.

    python -m benchmarks.stages FOLDER [EXERCISE...]

Prints the share of each stage, then the functions that take the most by themselves. The profiler reads the
thread's CPU clock, so waiting for a sandbox costs nothing; it makes many short calls look dearer than they
are: read shares, not seconds.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import samples
from grader import carried, checks, diagnosis, exam, reports, scoring, session, submission
from grader.cli import cli
from grader.gradebook import store
from grader.reports import terminal
from grader.sandbox import Launcher, Sandbox, encoding, selftest

__all__ = ["STAGES", "profiled", "shares"]

STAGES: Mapping[str, tuple[Callable[..., Any], ...]] = {
    "choosing and trying the sandbox": (selftest.open_launcher,),
    "finding submissions": (submission.find_submissions,),
    "reading submissions": (submission.load, submission.program),
    "preparing exams": (exam.prepare, vars(exam.Exam)["encoded"].func),
    "starting sandboxes": (Launcher.start,),
    "ending sandboxes": (Sandbox.close,),
    "sending and receiving": (Sandbox.give, Sandbox.run),
    "    of which decoding replies": (encoding.decode_reply,),
    "checks": (checks.judge,),
    "errors carried forward": (carried.carry_forward,),
    "diagnosis": (diagnosis.explain,),
    "scores": (scoring.score_strata,),
    "keeping results": (store.Store.put,),
    "reports": (reports.write, terminal.table),
}
"""The functions that a stage consists of; an indented stage is part of the one above it."""


def profiled(folder: Path, only: Sequence[str]) -> pstats.Stats:
    """Grade a folder of submissions with ``grade run``, but in this thread, under a profiler."""
    profile = cProfile.Profile(time.thread_time)
    setattr(session, "map_local", _map_in_this_thread)  # noqa: B010 - the profiler sees one thread
    with tempfile.TemporaryDirectory() as out, profile:
        cli(samples.grade(folder, Path(out), jobs=1, only=only)[3:], standalone_mode=False)
    return pstats.Stats(profile)


def _map_in_this_thread(
    work: Callable[..., Any], tasks: Iterable[Any], launcher: Launcher, *, jobs: int
) -> Iterator[Any]:
    for task in tasks:
        with launcher.start() as sandbox:
            yield work(task, sandbox)


def shares(stats: pstats.Stats) -> Mapping[str, float]:
    """Each stage's part of the whole."""
    entries: Mapping[tuple[str, int, str], tuple[Any, ...]] = stats.stats  # type: ignore[attr-defined]
    total = sum(entry[2] for entry in entries.values())
    spent = {key: entry[3] for key, entry in entries.items()}
    return {
        stage: sum(spent.get(_key(function), 0.0) for function in functions) / total
        for stage, functions in STAGES.items()
    }


def _key(function: Callable[..., Any]) -> tuple[str, int, str]:
    code = function.__code__
    return code.co_filename, code.co_firstlineno, code.co_name


def main() -> None:
    stats = profiled(Path(sys.argv[1]), sys.argv[2:])
    found = shares(stats)
    for stage, share in found.items():
        print(f"{share:6.1%}  {stage}", file=sys.stderr)
    rest = 1 - sum(share for stage, share in found.items() if not stage.startswith(" "))
    print(f"{rest:6.1%}  imports and everything else", file=sys.stderr)
    stats.stream = sys.stderr  # type: ignore[attr-defined]
    stats.sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
