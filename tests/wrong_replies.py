"""What a submission would answer that makes a known mistake: without a sandbox, in a course's own words."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from grader.conventions import cs231n, deeplearning_ai, mytorch, plain
from grader.diagnosis.imitation import replies_of
from grader.exam import Exam, prepare
from grader.model import Exercise

__all__ = ["COURSES", "course_of", "exam_of", "replies_of"]

COURSES = {
    "cs231n": cs231n.CONVENTION,
    "deeplearning_ai": deeplearning_ai.CONVENTION,
    "plain": plain.CONVENTION,
    "mytorch": mytorch.CONVENTION,
}


def course_of(op: str) -> str:
    """The first course that has an operation."""
    return next(name for name, course in COURSES.items() if op in course.spellings)


@lru_cache(maxsize=32)  # each keeps what mistakes make of its cases
def exam_of(op: str, seed: int, course: str = "") -> Exam:
    """An exercise of an operation, as an assignment of a course asks it, or of the first that has it."""
    course = course or course_of(op)
    convention = COURSES[course]
    method = "backward" if op.endswith("backward") else "forward"
    name = f"Layer.{method}" if course == "mytorch" else op
    exercise = Exercise(name=name, op=op, points=Fraction(10), domain=convention.domain)
    return prepare(exercise, convention, convention.spellings[op].ways[0], seed=seed)
