"""What every submission of a run is asked, made once and shared."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import Protocol

import grader
from grader import conventions, submission
from grader.conventions import Way
from grader.exam import Exam, prepare
from grader.independence import right_parts
from grader.model import Assignment, Exercise, RunInfo
from grader.steps import Parts, Source

__all__ = ["Plan", "info"]


class Plan:
    """An assignment with its exams, which are prepared when first needed."""

    def __init__(self, assignment: Assignment, *, seed: int) -> None:
        self.assignment, self.seed = assignment, seed
        self.convention = conventions.find(assignment.convention, assignment.folder)
        self._exams: dict[tuple[str, int], Exam] = {}
        self._parts: dict[tuple[str, tuple[str, ...]], Parts | None] = {}
        self._lock = Lock()

    def ways(self, exercise: Exercise) -> tuple[Way, ...]:
        """The ways in which an exercise's function may be called, the usual one first."""
        return self.convention.spellings[exercise.op].ways

    def exam(self, exercise: Exercise, way: Way) -> Exam:
        """What an exercise asks in one of its ways."""
        key = exercise.name, self.ways(exercise).index(way)
        with self._lock:
            if key not in self._exams:
                self._exams[key] = prepare(exercise, self.convention, way, seed=self.seed)
            return self._exams[key]

    def forward_name(self, exercise: Exercise) -> str:
        """The exercise that a backward one is the gradient of; "" for any other."""
        spelling = self.convention.spellings[exercise.op]
        return spelling.forward(exercise.name) if spelling.forward else ""

    def helpers(self, exercise: Exercise) -> tuple[str, ...]:
        """Functions and classes that an exercise may have right ones of in place of the submission's.

        An exercise builds upon those before it. Were it upon those after it, two that do nothing but call
        each other would both be right; and so would one that calls another which asks the same of it.
        """
        definitions = self.assignment.definitions
        before = definitions[: definitions.index(exercise.definition)]
        same = {
            other.definition
            for other in self.assignment.exercises
            if (other.op, other.domain) == (exercise.op, exercise.domain)
        }
        return tuple(name for name in before if name not in same)

    def right_parts(self, exercise: Exercise, names: tuple[str, ...]) -> Parts | None:
        """Right versions of what an exercise calls, from the assignment's solution.

        With them comes nothing that answers this exercise or one after it: what a submission finds in its
        process it may keep until it is asked again.
        """
        key = exercise.definition, names
        with self._lock:
            if key not in self._parts:
                without = set(self.assignment.definitions) - set(self.helpers(exercise))
                self._parts[key] = right_parts(self._solution, names, without=without)
            return self._parts[key]

    @cached_property
    def _solution(self) -> tuple[Source, ...]:
        folder = self.assignment.folder / "solution"
        if not folder.is_dir():
            return ()
        return submission.load(submission.find_one(folder), self.assignment).sources

    def prepare(self) -> None:
        """Prepare each exercise's usual exam, so that no submission's own time is spent on it."""
        for exercise in self.assignment.exercises:
            self.exam(exercise, self.ways(exercise)[0])


class Ground(Protocol):
    """What submissions run on: a launcher's sandboxes, or a cluster's."""

    @property
    def level(self) -> str: ...
    @property
    def python(self) -> str: ...
    @property
    def numpy(self) -> str: ...


def info(plan: Plan, ground: Ground) -> RunInfo:
    """Which grader, on what, grades which assignment."""
    return RunInfo(
        version=grader.__version__,
        python=ground.python,
        numpy=ground.numpy,
        sandbox=ground.level,
        seed=plan.seed,
        assignment=plan.assignment.name,
        title=plan.assignment.title,
        digest=plan.assignment.digest,
        points=plan.assignment.points,
    )
