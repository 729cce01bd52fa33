"""What a submission would answer that makes a known mistake: without a sandbox, in a course's own words."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from grader.conventions import Convention, cs231n, deeplearning_ai, mytorch, plain
from grader.exam import Exam, prepare
from grader.model import Exercise
from grader.power import replies_of

__all__ = ["convention_of", "exam_of", "replies_of"]

COURSES = (cs231n.CONVENTION, deeplearning_ai.CONVENTION, plain.CONVENTION)


def convention_of(op: str) -> Convention:
    """The first course that has an operation."""
    return next(course for course in (*COURSES, mytorch.CONVENTION) if op in course.spellings)


@cache
def exam_of(op: str, seed: int) -> Exam:
    """An exercise of the operation's course, as an assignment asks it."""
    course = convention_of(op)
    exercise = Exercise(name=op, op=op, points=Fraction(10), domain=course.domain)
    return prepare(exercise, course, course.spellings[op].ways[0], seed=seed)
