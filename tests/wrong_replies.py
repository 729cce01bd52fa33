"""What a submission would answer that makes a known mistake: without a sandbox, in a course's own words."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from grader.conventions.cs231n import CONVENTION
from grader.exam import Exam, prepare
from grader.model import Exercise
from grader.power import replies_of

__all__ = ["exam_of", "replies_of"]


@cache
def exam_of(op: str, seed: int) -> Exam:
    """An exercise of cs231n, as an assignment asks it."""
    exercise = Exercise(name=op, op=op, points=Fraction(10), domain=CONVENTION.domain)
    return prepare(exercise, CONVENTION, CONVENTION.spellings[op].ways[0], seed=seed)
