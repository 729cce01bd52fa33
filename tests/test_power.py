"""Mistakes of the library are caught by each course's own cases, and named as themselves.

One in twelve is tried, at one of two seeds; GRADER_TEST_ALL_SEEDS=1 tries every one at all ten, which takes
half an hour on two processors.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from wrong_replies import COURSES, exam_of, replies_of

from grader import wrong_versions
from grader.cases import sample
from grader.checks import judge
from grader.diagnosis.imitation import replies_to
from grader.diagnosis.suspects import identify
from grader.model import Case, Verdict
from grader.ops import OPS
from grader.wrong_versions import Made, apply
from reference.mistakes import MISTAKES, Mistake

EVERYTHING = bool(os.environ.get("GRADER_TEST_ALL_SEEDS"))
SEEDS = range(10 if EVERYTHING else 2)
"""What mistakes make of an exam is worked out once: with few seeds, each exam serves several of them."""
PART = 12
"""One mistake in so many is tried, each course's own, unless everything is."""
PAIRS = 100 if EVERYTHING else 10
PROMISED = 200 if EVERYTHING else 80
"""Cases that tell whether two mistakes are the same, of what a course promises."""
if EVERYTHING:
    wrong_versions.MOST_RECORDED = 128 << 20  # each mistake is held against each case of each seed
TAUGHT = [(course, op) for course, taught in COURSES.items() for op in MISTAKES if op in taught.spellings]


@cache
def promised(op: str, course: str) -> tuple[Case, ...]:
    """Cases of what the course promises, with another seed than marks have; rounding tells nothing."""
    drawn = sample(op, cases=PROMISED, seed=77, domain=COURSES[course].domain)
    return tuple(case for case in drawn if not case.single)


def made(function: object, op: str, course: str) -> tuple[Made, ...]:
    return tuple(apply(function, promised(op, course)))  # type: ignore[arg-type]


@cache
def made_by(mistake: Mistake, course: str) -> tuple[Made, ...]:
    return made(mistake.fresh(), op_of(mistake), course)


@cache
def made_right(op: str, course: str) -> tuple[Made, ...]:
    return made(OPS[op].reference, op, course)


def op_of(mistake: Mistake) -> str:
    return mistake.id.partition(".")[0]


def same(ones: tuple[Made, ...], others: tuple[Made, ...], op: str, course: str) -> bool:
    """Whether no case that the course promises, and nothing that it looks at, tells two apart."""
    spelling = COURSES[course].spellings[op]
    watched = {name for name in OPS[op].inputs if spelling.called(name) in spelling.watch}
    return all(_alike(one, other, watched) for one, other in zip(ones, others, strict=True))


def _alike(one: Made, other: Made, watched: set[str]) -> bool:
    if one.raised is not None or other.raised is not None:
        return one.raised is not None and other.raised is not None
    return set(one.changed) & watched == set(other.changed) & watched and all(
        value.shape == other.values[name].shape
        and value.dtype == other.values[name].dtype
        and np.allclose(value, other.values[name], rtol=1e-6, atol=1e-9, equal_nan=True)
        for name, value in one.values.items()
    )


def named(op: str, wrong: object, seed: int, course: str) -> tuple[bool, tuple[tuple[Mistake, ...], ...]]:
    """Whether a wrong version is caught, and as what it is named where its forward is right.

    What a mistake makes of an exam is on the exam's record, where it is looked up each time it is a suspect.
    """
    exam = exam_of(op, seed, course)
    if isinstance(wrong, Mistake) and not wrong.remembers:
        replies = replies_to(exam, exam.record.apply(wrong, exam.cases))
    else:
        function = wrong.fresh() if isinstance(wrong, Mistake) else wrong
        replies = replies_of(exam, function)  # type: ignore[arg-type]
    outcomes = judge(exam, replies)
    caught = any(outcome.verdict is not Verdict.CORRECT for outcome in outcomes)
    found = identify(exam, outcomes, replies, forward_right=True)
    return caught, tuple(each.mistakes for each in found)


def trials() -> Iterator[tuple[str, str, int, Mistake]]:
    """Every mistake at every seed takes an hour: unless asked for, a part of them, each at one seed."""
    offset = {course: place for place, course in enumerate(COURSES)}
    for course, op in TAUGHT:
        for place, mistake in enumerate(MISTAKES[op]):
            if EVERYTHING or place % PART == offset[course]:
                for seed in SEEDS if EVERYTHING else [place // PART % len(SEEDS)]:
                    yield course, op, seed, mistake


@pytest.mark.parametrize(
    ("course", "op", "seed", "mistake"),
    list(trials()),
    ids=lambda part: part.id if isinstance(part, Mistake) else str(part),
)
def test_each_is_caught_and_named(course: str, op: str, seed: int, mistake: Mistake) -> None:
    caught, explanations = named(op, mistake, seed, course)
    if not caught:
        assert same(made_by(mistake, course), made_right(op, course), op, course), (
            "it survives, and could be caught"
        )
        pytest.skip("it does not show inside what the course promises")
    assert len(explanations) == 1
    assert len(explanations[0]) == 1
    (found,) = explanations[0]
    assert _are_one(found, mistake) or same(made_by(found, course), made_by(mistake, course), op, course)


def _are_one(one: Mistake, other: Mistake) -> bool:
    """Whether they are one misconception, and tell the student the same."""
    return (one.form_of or one.id) == (other.form_of or other.id)


@pytest.mark.parametrize(("course", "op"), TAUGHT)
def test_what_is_right_is_no_mistake(course: str, op: str) -> None:
    assert named(op, OPS[op].reference, 0, course) == (False, ())


# --- two at once -------------------------------------------------------------------------------------


def test_most_pairs_are_named_as_such() -> None:
    """A pair counts if both show: if it is told from the right function and from every mistake alone."""
    dice = random.Random(20261124)
    course = "cs231n"
    right = wrong = 0
    while right + wrong < PAIRS:
        op = dice.choice(list(COURSES[course].spellings))
        upper, lower = dice.sample(MISTAKES[op], 2)
        if not upper.composes:
            continue
        both = made(upper.fresh(of=lower.fresh()), op, course)
        if (
            all(each.raised is not None for each in both)
            or same(both, made_right(op, course), op, course)
            or any(same(both, made_by(mistake, course), op, course) for mistake in MISTAKES[op])
        ):
            continue
        _, explanations = named(op, upper.fresh(of=lower.fresh()), dice.choice(SEEDS), course)
        found = tuple(dict.fromkeys(mistake for each in explanations for mistake in each))
        if _is_the_pair(found, upper, lower, both, op, course):
            right += 1
        else:
            wrong += 1
    assert right >= 0.8 * PAIRS, f"{right} of {PAIRS}"


def _is_the_pair(
    found: tuple[Mistake, ...],
    upper: Mistake,
    lower: Mistake,
    both: tuple[Made, ...],
    op: str,
    course: str,
) -> bool:
    """Whether they are the two, or two that nothing tells from them."""
    if set(found) == {upper, lower}:
        return True
    if len(found) != 2:
        return False
    orders = [(one, other) for one, other in (found, found[::-1]) if one.composes]
    return any(same(made(one.fresh(of=other.fresh()), op, course), both, op, course) for one, other in orders)
