"""What a cluster costs beside grading: a run of very many submissions that take no time.

    python -m benchmarks.cluster [--number N] [--workers W]

The way is that of ``grade --cluster local``: every submission is read from disk, sent as a task of its own to
one of the workers, and its result is put into the store as it comes. Only the grading is left out: a worker
answers with a result that was worked out before.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from benchmarks import samples
from grader import assignment
from grader.cluster import open_cluster
from grader.cluster.kit import unpack_submission
from grader.gradebook.results import submission_to_json
from grader.gradebook.store import Store, key_of
from grader.model import Submission, SubmissionResult
from grader.pipeline import read
from grader.plan import Plan, info
from grader.session import GradingOptions, Session
from grader.submission import Place

__all__ = ["Cost", "answer", "simulate"]

ANSWER = "CNN_GRADER_BENCHMARK_ANSWER"
"""Names the file with the result that every worker gives."""

EVERY = 10_000
"""Submissions between two lines of figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run used so far.

    Attributes:
        done: submissions.
        wall: s.
        cpu: of the process that holds client, scheduler and store, s.
        memory: of that process now, bytes.
        store: size of the store, bytes.
    """

    done: int
    wall: float
    cpu: float
    memory: int
    store: int


def answer(run: str, data: bytes) -> bytes:
    """Give the one result, as a worker that graded would; the submission is unpacked, too."""
    unpack_submission(data)
    return _answer()


@cache
def _answer() -> bytes:
    return Path(os.environ[ANSWER]).read_bytes()


def simulate(number: int, workers: int) -> Iterator[Cost]:
    """Run so many submissions through a cluster; costs come now and then, and at the end."""
    plan = Plan(assignment.read(assignment.find(samples.ASSIGNMENT)), seed=1)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        os.environ[ANSWER] = str(home / "answer.json")
        (home / "answer.json").write_bytes(_graded(home))
        with (
            Store(home / "grades.db") as store,
            open_cluster("local", plan, sandbox="auto", python="", workers=workers) as cluster,
        ):
            run = info(plan, cluster)

            def find(place: Place) -> Submission | SubmissionResult:
                found = read(plan, place)
                return replace(found, digest=f"{found.digest}/{place.id}")

            def keep(student: Submission, result: SubmissionResult) -> None:
                store.put(key_of(student, run), result)

            file = samples.source("seven_loops")
            places = (Place(id=f"s{n}", path=f"s{n}", root=file) for n in range(number))
            began, cpu = time.monotonic(), time.process_time()
            for done, _ in enumerate(cluster.grade_all(places, find, keep, print, work=answer), 1):
                if done % EVERY == 0 or done == number:
                    yield Cost(
                        done=done,
                        wall=time.monotonic() - began,
                        cpu=time.process_time() - cpu,
                        memory=_resident(),
                        store=sum(path.stat().st_size for path in home.glob("grades.db*")),
                    )


def _graded(home: Path) -> bytes:
    """The result of a submission that was graded for real, as workers send it."""
    submissions = samples.copy(["pool_starts_at_zero"], 1, home / "class")
    choices = GradingOptions(
        assignment=samples.ASSIGNMENT, seed=1, only=(), sandbox="auto", python=None, unsafe=False
    )
    with Session([submissions], choices) as session:
        result = session.run_all(home / "out", jobs=1, force=True).submissions[0]
    return json.dumps(submission_to_json(result)).encode("ascii")


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--number", type=int, default=10_000)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    for cost in simulate(chosen.number, chosen.workers):
        print(
            f"{cost.done:>8} done in {cost.wall:5.0f} s, {cost.done / cost.wall:5.0f}/s; a task:"
            f" {1000 * cost.wall / cost.done:5.2f} ms, {1000 * cost.cpu / cost.done:5.2f} ms of CPU time"
            f" in client, scheduler and store; memory {cost.memory / 2**20:4.0f} MiB,"
            f" store {cost.store / 2**20:5.0f} MiB",
            flush=True,
        )


if __name__ == "__main__":
    main()
