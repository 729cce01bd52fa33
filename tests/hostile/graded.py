"""The corpus, graded as a class as an instructor would grade it, and what is there afterwards."""

from __future__ import annotations

import ctypes
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from grader import attempt
from grader.diagnosis import smallest, suspects
from grader.model import Assignment, RunResult, SubmissionResult
from grader.plan import Plan
from grader.session import GradingOptions, Session
from grader.steps import Limits

from .entry import Entry
from .world import ROOT, world

__all__ = ["Graded", "grade", "processes"]

EXERCISES = ("max_pool_forward_naive", "max_pool_backward_naive")
"""The one that most attacks stand in, and one after it; what they do hangs on no other."""
SEED = 987_654_321  # not the public one: no answer can be known by heart
LATER = 0.6  # s after the end in which what outlives a submission shows itself
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Graded:
    """A class that was graded.

    Attributes:
        reached: names of the submissions that reached a canary.
        left: processes that were not there before, after a moment's patience.
        changed: files of the grader's own that are not what they were.
    """

    run: RunResult
    out: Path
    students: Path
    reached: frozenset[str]
    left: frozenset[int]
    changed: tuple[str, ...]

    def of(self, entry: Entry) -> SubmissionResult:
        """An entry's result, by where it was found."""
        tops = {
            path.replace("@NAME@", entry.name).split("/")[0] for path in (*entry.files, *(entry.links or {}))
        }
        (found,) = (each for each in self.run.submissions if each.path.split("/")[0] in tops)
        return found


def hasty(assignment: Assignment) -> Assignment:
    """The same exercises with few cases and little time: the corpus is large, and hostile."""
    chosen = (exercise for exercise in assignment.exercises if exercise.name in EXERCISES)
    return replace(
        assignment, exercises=tuple(replace(exercise, cases=12, seconds=0.6) for exercise in chosen)
    )


@contextmanager
def grade(entries: Sequence[Entry], level: str, folder: Path, *, jobs: int = 2) -> Iterator[Graded]:
    """Grade entries as one class at a level of isolation; "none" isolates nothing."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans become ours, and are seen
    choices = GradingOptions(
        assignment="cs231n_a2", seed=SEED, only=EXERCISES, sandbox="auto" if level == "none" else level,
        python=None, unsafe=level == "none",
    )  # fmt: skip
    before, files = processes(), digests()
    with world(folder / "world") as place, pytest.MonkeyPatch.context() as patch:
        for entry in entries:
            place.put(entry)
        patch.setattr(attempt, "Limits", partial(Limits, load_seconds=1.0, give_up_after=1, patience=5.0))
        for module, bound in (  # what is said of a mistake changes no mark here
            (suspects, "MOST_PAIRS"),
            (smallest, "MOST_RUNS"),
            (smallest, "MOST_EXAMPLES"),
        ):
            patch.setattr(module, bound, 1)
        patch.setattr(smallest, "RUNGS_UNKNOWN", (1,))
        out = folder / "grades"
        with Session([place.students], choices) as session:
            session.plan = Plan(hasty(session.plan.assignment), seed=SEED)
            run = session.run_all(out, jobs=jobs, force=True)
        time.sleep(LATER)
        changed = tuple(name for name, digest in digests().items() if files.get(name) != digest)
        reached = frozenset(place.reached(run.submissions))
        left = frozenset(processes() - before)
        yield Graded(run, out, place.students, reached, left, changed)


def digests() -> dict[str, bytes]:
    """Contents of the grader's own files."""
    files = [path for name in ("grader", "reference") for path in (ROOT / name).rglob("*.py")]
    return {str(path): hashlib.sha256(path.read_bytes()).digest() for path in files}


def processes() -> set[int]:
    """Ids of this process's descendants; zombies do not count, and are collected."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            children.setdefault(int(parent), []).append(int(folder.name))
    found, waiting = set(), [os.getpid()]
    while waiting:
        new = children.get(waiting.pop(), [])
        found.update(new)
        waiting += new
    return found
