"""Every mistake in the library is caught by the course's own cases, and named as itself.

Each is tried with one of ten seeds; GRADER_TEST_ALL_SEEDS=1 tries each with all ten.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from wrong_replies import COURSES, convention_of, exam_of, replies_of

from grader.cases import sample
from grader.checks import judge
from grader.commission import Committed, commit
from grader.model import Case, Verdict
from grader.ops import OPS
from grader.suspects import identify
from reference.mistakes import MISTAKES, Mistake

SEEDS = range(10)
PART = 12
"""One mistake in so many is tried."""
NOT_TAUGHT = {"avg_pool2d", "avg_pool2d_backward"}
"""They are spelled as max pools are, whose mistakes are tried."""

TAUGHT = [op for op in MISTAKES if any(op in course.spellings for course in COURSES) and op not in NOT_TAUGHT]
"""The operations of the courses, each in the words of the first that has it."""


@cache
def promised(op: str) -> tuple[Case, ...]:
    """Cases of what the course promises, with another seed than marks have; rounding tells nothing."""
    drawn = sample(op, cases=200, seed=77, domain=convention_of(op).domain)
    return tuple(case for case in drawn if not case.single)


def made(function: object, op: str) -> tuple[Committed, ...]:
    return tuple(commit(function, promised(op)))  # type: ignore[arg-type]


@cache
def made_by(mistake: Mistake) -> tuple[Committed, ...]:
    return made(mistake.fresh(), op_of(mistake))


@cache
def made_right(op: str) -> tuple[Committed, ...]:
    return made(OPS[op].reference, op)


def op_of(mistake: Mistake) -> str:
    return mistake.id.partition(".")[0]


def same(ones: tuple[Committed, ...], others: tuple[Committed, ...], op: str) -> bool:
    """Whether no case that the course promises, and nothing that it looks at, tells two apart."""
    spelling = convention_of(op).spellings[op]
    watched = {name for name in OPS[op].inputs if spelling.called(name) in spelling.watch}
    return all(_alike(one, other, watched) for one, other in zip(ones, others, strict=True))


def _alike(one: Committed, other: Committed, watched: set[str]) -> bool:
    if one.raised is not None or other.raised is not None:
        return one.raised is not None and other.raised is not None
    return set(one.changed) & watched == set(other.changed) & watched and all(
        value.shape == other.values[name].shape
        and value.dtype == other.values[name].dtype
        and np.allclose(value, other.values[name], rtol=1e-6, atol=1e-9, equal_nan=True)
        for name, value in one.values.items()
    )


def named(op: str, function: object, seed: int) -> tuple[bool, tuple[tuple[Mistake, ...], ...]]:
    """Whether a wrong version is caught, and as what."""
    exam = exam_of(op, seed)
    replies = replies_of(exam, function)  # type: ignore[arg-type]
    outcomes = judge(exam, replies)
    caught = any(outcome.verdict is not Verdict.CORRECT for outcome in outcomes)
    return caught, tuple(each.mistakes for each in identify(exam, outcomes, replies))


def trials() -> Iterator[tuple[str, int, Mistake]]:
    """Every mistake at every seed takes an hour: unless asked for, a part of them, each at one seed."""
    everything = bool(os.environ.get("GRADER_TEST_ALL_SEEDS"))
    for op in TAUGHT:
        for place, mistake in enumerate(MISTAKES[op]):
            if everything or place % PART == 0:
                for seed in SEEDS if everything else [place // PART % len(SEEDS)]:
                    yield op, seed, mistake


@pytest.mark.parametrize(
    ("op", "seed", "mistake"),
    list(trials()),
    ids=lambda part: part.id if isinstance(part, Mistake) else str(part),
)
def test_each_is_caught_and_named(op: str, seed: int, mistake: Mistake) -> None:
    caught, explanations = named(op, mistake.fresh(), seed)
    if not caught:
        assert same(made_by(mistake), made_right(op), op), "it survives, and could be caught"
        pytest.skip("it does not show inside what the course promises")
    assert len(explanations) == 1
    assert len(explanations[0]) == 1
    (found,) = explanations[0]
    assert found is mistake or same(made_by(found), made_by(mistake), op)


@pytest.mark.parametrize("op", TAUGHT)
def test_what_is_right_is_no_mistake(op: str) -> None:
    assert named(op, OPS[op].reference, 0) == (False, ())


# --- two at once -------------------------------------------------------------------------------------


def test_most_pairs_are_named_as_such() -> None:
    """A pair counts if both show: if it is told from the right function and from every mistake alone."""
    dice = random.Random(20261124)
    right = wrong = 0
    while right + wrong < 25:
        op = dice.choice(list(TAUGHT)[:8])
        upper, lower = dice.sample(MISTAKES[op], 2)
        if not upper.composes:
            continue
        both = made(upper.fresh(of=lower.fresh()), op)
        if (
            all(each.raised is not None for each in both)
            or same(both, made_right(op), op)
            or any(same(both, made_by(mistake), op) for mistake in MISTAKES[op])
        ):
            continue
        _, explanations = named(op, upper.fresh(of=lower.fresh()), seed=dice.choice(SEEDS))
        found = tuple(dict.fromkeys(mistake for each in explanations for mistake in each))
        if _is_the_pair(found, upper, lower, both, op):
            right += 1
        else:
            wrong += 1
    assert right >= 0.8 * (right + wrong)


def _is_the_pair(
    found: tuple[Mistake, ...], upper: Mistake, lower: Mistake, both: tuple[Committed, ...], op: str
) -> bool:
    """Whether they are the two, or two that nothing tells from them."""
    if set(found) == {upper, lower}:
        return True
    if len(found) != 2:
        return False
    orders = [(one, other) for one, other in (found, found[::-1]) if one.composes]
    return any(same(made(one.fresh(of=other.fresh()), op), both, op) for one, other in orders)
