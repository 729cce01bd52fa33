"""What a submission would answer that makes a known mistake: without a sandbox, in a course's own words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from grader.commission import Committed, commit
from grader.conventions import Spelling
from grader.conventions.cs231n import CONVENTION
from grader.exam import Exam, prepare
from grader.model import Exercise
from grader.ops import Function
from grader.steps import Array, Ending, Raised, Reply

__all__ = ["exam_of", "replies_of"]


@cache
def exam_of(op: str, seed: int) -> Exam:
    """An exercise of cs231n, as an assignment asks it."""
    exercise = Exercise(name=op, op=op, points=Fraction(10), domain=CONVENTION.domain)
    return prepare(exercise, CONVENTION, CONVENTION.spellings[op].ways[0], seed=seed)


def replies_of(exam: Exam, function: Function) -> Sequence[Reply]:
    """What comes back for an exam's batch."""
    replies = [_reply(exam, place, made) for place, made in enumerate(commit(function, exam.cases))]
    return [replies[place] for place in exam.batch.order]


def _reply(exam: Exam, place: int, made: Committed) -> Reply:
    spelling = exam.spelling
    if made.raised is not None:
        error = Raised(type=type(made.raised).__name__, message=str(made.raised))
        return Reply(ending=Ending.RAISED, step=len(exam.scripts[place].steps) - 1, error=error)
    values = {spelling.results[output]: value for output, value in made.values.items()}
    return Reply(
        ending=Ending.RETURNED,
        values={name: _laid_out(spelling, name, value) for name, value in values.items()},
        changed=tuple(name for name in made.changed if name in spelling.watch),
    )


def _laid_out(spelling: Spelling, name: str, value: Array) -> Array:
    return spelling.layout(name, value)
