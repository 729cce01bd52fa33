"""What a submission would answer that makes a known mistake: without a sandbox, in a course's own words."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

from grader import conventions
from grader.exam import Exam, prepare
from grader.model import Exercise
from grader.power import replies_of

__all__ = ["exam_of", "replies_of"]


@cache
def exam_of(op: str, seed: int, course: str = "cs231n") -> Exam:
    """An exercise of a course, as an assignment asks it."""
    convention = conventions.find(course, Path())
    exercise = Exercise(name=op, op=op, points=Fraction(10), domain=convention.domain)
    return prepare(exercise, convention, convention.spellings[op].ways[0], seed=seed)
