"""Every mistake in the library is one: it shows, it differs from all others, and it says what it is."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import os
import re
import warnings
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from grader.cases import sample
from grader.model import Case
from grader.ops import OPS
from grader.wrong_versions import Made, apply
from reference.mistakes import MISTAKES, Collection, Mistake

ALL = [mistake for mistakes in MISTAKES.values() for mistake in mistakes]
# To apply all of them to many cases takes minutes: unless asked for, a part is. The doctor applies all.
EVERYTHING = bool(os.environ.get("GRADER_TEST_ALL_SEEDS"))
SEEDS = range(2 if EVERYTHING else 1)
APPLIED = ALL if EVERYTHING else ALL[::6]
COMPARED = [op for op in MISTAKES if EVERYTHING or len(MISTAKES[op]) <= 60]


@cache
def cases(op: str) -> tuple[Case, ...]:
    """Cases over the whole domain of an operation, more than any assignment asks."""
    return tuple(case for seed in SEEDS for case in sample(op, cases=150, seed=seed))


@cache
def results(mistake: Mistake | str) -> tuple[Made, ...]:
    """What a mistake makes of each case; an operation's name stands for its reference."""
    if isinstance(mistake, str):
        return tuple(apply(OPS[mistake].reference, cases(mistake)))
    return tuple(apply(mistake.fresh(), cases(op_of(mistake))))


def op_of(mistake: Mistake) -> str:
    return mistake.id.partition(".")[0]


def told_apart(ones: Sequence[Made], others: Sequence[Made]) -> bool:
    """Whether two differ in some case."""
    return any(not alike(one, other) for one, other in zip(ones, others, strict=True))


def alike(one: Made, other: Made) -> bool:
    if one.raised is not None or other.raised is not None:
        return one.raised is not None and other.raised is not None
    if one.values.keys() != other.values.keys() or one.changed != other.changed:
        return False
    return all(same(value, other.values[name]) for name, value in one.values.items())


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return (
        one.shape == other.shape
        and one.dtype == other.dtype
        and np.allclose(one, other, rtol=1e-6, atol=1e-9, equal_nan=True)
    )


@pytest.mark.parametrize("mistake", APPLIED, ids=lambda mistake: mistake.id)
def test_it_shows(mistake: Mistake) -> None:
    """And not in single precision alone, where little is asked."""
    asked = [
        (case, right)
        for case, right in zip(cases(op_of(mistake)), results(op_of(mistake)), strict=True)
        if not case.single
    ]
    made = apply(mistake.fresh(), (case for case, _ in asked))
    assert any(not alike(right, wrong) for (_, right), wrong in zip(asked, made, strict=True))


@pytest.mark.parametrize("mistake", APPLIED, ids=lambda mistake: mistake.id)
def test_it_warns_of_nothing(mistake: Mistake) -> None:
    """A mean of no pixels or a division by zero is the student's: whoever grades need not hear of it."""
    op, wrong = OPS[op_of(mistake)], mistake.fresh()
    with warnings.catch_warnings(record=True) as said, np.errstate(all="warn"):
        warnings.simplefilter("always")
        for case in cases(op_of(mistake))[::5]:
            with contextlib.suppress(Exception):
                op.apply(wrong, {name: array.copy() for name, array in case.arrays.items()}, case.params)
    assert [str(warning.message) for warning in said] == []


@pytest.mark.parametrize("op", COMPARED)
def test_no_two_are_the_same(op: str) -> None:
    """Mistakes that no case can tell apart are one mistake."""
    twins = [
        f"{one.id} = {other.id}"
        for one, other in itertools.combinations(MISTAKES[op], 2)
        if not told_apart(results(one), results(other))
    ]
    assert not twins


@pytest.mark.parametrize("op", MISTAKES)
def test_each_says_what_it_is(op: str) -> None:
    """One sentence for the student, without code; a hint that points at the concept."""
    for mistake in MISTAKES[op]:
        assert re.fullmatch(r"[A-Z][^.]*(\.[^.\s][^.]*)*\.", mistake.sentence), mistake.id
        assert 20 <= len(mistake.sentence) <= 160, mistake.id
        assert not re.search(r"[`=\[\]]|\brange\b|np\.", mistake.sentence), f"{mistake.id} gives code"
        assert re.fullmatch(r"[A-Za-z].*\.", mistake.hint), mistake.id
        assert 30 <= len(mistake.hint) <= 260, mistake.id


@pytest.mark.parametrize("op", MISTAKES)
def test_each_has_the_signature_of_the_right_function(op: str) -> None:
    def names(function: object) -> list[str]:
        return [name for name in inspect.signature(function).parameters if name not in ("of", "memory")]  # type: ignore[arg-type]

    right = names(OPS[op].reference)
    assert [mistake.id for mistake in MISTAKES[op] if names(mistake.function) != right] == []


@pytest.mark.parametrize("op", MISTAKES)
def test_names_are_unique_and_sentences_too(op: str) -> None:
    assert len({mistake.id for mistake in MISTAKES[op]}) == len(MISTAKES[op])
    kinds = [mistake for mistake in MISTAKES[op] if not mistake.form_of]
    assert len({mistake.sentence for mistake in kinds}) == len(kinds)


# --- mistakes as such -----------------------------------------------------------------------------


def test_two_are_made_at_once() -> None:
    twice = Collection("double")

    @twice
    def adds_one(x: int, *, of: object = lambda x: 2 * x) -> int:
        """One is added.

        The double of x is 2x.
        """
        return of(x) + 1  # type: ignore[operator, no-any-return]

    (mistake,) = twice.mistakes
    assert mistake.id == "double.adds_one"
    assert (mistake.sentence, mistake.hint) == ("One is added.", "The double of x is 2x.")
    assert mistake.fresh()(3) == 7
    assert mistake.fresh(of=lambda x: 10 * x)(3) == 31


def test_another_form_of_a_mistake_has_its_words() -> None:
    halves = Collection("half")

    @halves
    def rounds_up(x: int) -> int:
        """It is rounded up.

        Half of x is x / 2.
        """
        return -(-x // 2)

    @halves.form_of(rounds_up)
    def rounds_away_from_zero(x: int) -> int:
        """Where x is negative."""
        return (abs(x) + 1) // 2 * (1 if x > 0 else -1)

    one, other = halves.mistakes
    assert (other.id, other.form_of) == ("half.rounds_away_from_zero", one.id)
    assert (other.sentence, other.hint) == ("It is rounded up.", "Half of x is x / 2.")
    assert (one.fresh()(-3), other.fresh()(-3)) == (-1, -2)


def test_a_mistake_that_builds_on_nothing_says_so() -> None:
    mistake = Mistake(id="double.zero", sentence="", hint="", function=lambda x: 0)
    assert not mistake.composes
    with pytest.raises(ValueError, match=r"double\.zero builds on no other version"):
        mistake.fresh(of=abs)


def test_memory_is_fresh_each_time() -> None:
    def counts(x: int, *, memory: dict[str, int]) -> int:
        memory["calls"] = memory.get("calls", 0) + 1
        return memory["calls"]

    mistake = Mistake(id="double.counts", sentence="", hint="", function=counts)
    one, other = mistake.fresh(), mistake.fresh()
    assert [one(0), one(0), other(0)] == [1, 2, 1]


def test_a_docstring_must_have_both_parts() -> None:
    def silent(x: int) -> int:
        """Only a sentence."""
        return x

    with pytest.raises(ValueError, match="silent: the docstring must be a sentence and, below it, a hint"):
        Collection("double")(silent)
