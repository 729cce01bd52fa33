"""The inputs that submissions are tried on: one family of cases for each operation.

What a stratum tries stands beside its family, as a table: its corners are visited in turn, and around each of
them sizes and values are drawn. In "everything together" all sizes are drawn, each free to differ
from the others, since a square sample cannot tell height from width.

A family is written once, against `Draw`, a source of integers. `strategy` hands it to Hypothesis,
which searches and shrinks. `sample` hands it a stream that depends on the seed alone: marks follow
neither Hypothesis' version nor its heuristics, and are the same on every machine.

Cases are constructed, never filtered: the output size comes first and the input size follows from
it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.cases import convolution, normalisation, pooling, resampling, signals
from grader.cases.draw import Draw, Family
from grader.cases.strata import EVERYTHING, PADDING
from grader.model import Case, Domain

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["FAMILIES", "Draw", "Family", "sample", "strata_of", "strategy"]

FAMILIES: Mapping[str, Family] = (
    convolution.FAMILIES | signals.FAMILIES | resampling.FAMILIES | pooling.FAMILIES | normalisation.FAMILIES
)


def _corners(op: str, stratum: str, domain: Domain) -> tuple[Any, ...]:
    """The corners of a stratum that lie in the domain; for "everything together" the one that is drawn."""
    if stratum == EVERYTHING:
        return (None,)
    if stratum == PADDING and domain.pad == (0,):
        return ()  # where nothing is ever padded
    corners = FAMILIES[op].corners[stratum]
    return tuple(at for at in corners if at.lies_in(domain))


def strata_of(op: str, domain: Domain | None = None) -> tuple[str, ...]:
    """The strata that a course's domain leaves to an operation, simplest first."""
    return tuple(name for name in FAMILIES[op].strata if _corners(op, name, domain or Domain()))


def _case(draw: Draw, op: str, stratum: str, turn: int, domain: Domain) -> Case:
    corners = _corners(op, stratum, domain)
    arrays, params, outputs = FAMILIES[op].build(draw, stratum, corners[turn % len(corners)], domain)
    for array in arrays.values():
        array.setflags(write=False)
    return Case(op=op, stratum=stratum, number=turn, arrays=arrays, params=params, outputs=outputs)


def _stream(*seed: object) -> Draw:
    """Integers that follow from the seed alone: only `random()` is promised to stay the same for ever."""
    source = random.Random(" ".join(map(str, seed)))
    return lambda low, high: low + int(source.random() * (high - low + 1))


def sample(op: str, *, cases: int, seed: int, domain: Domain | None = None) -> tuple[Case, ...]:
    """Draw the cases that everybody is graded on.

    Every stratum gets the same share and "everything together" three, each at least one case.

    Args:
        op: operation, a key of `FAMILIES`.
        cases: about how many, all strata together.
        seed: the same seed gives the same cases, whatever else is drawn.
        domain: what the course promises.
    """
    domain = domain or Domain()
    strata = strata_of(op, domain)
    share = max(1, cases // (len(strata) + 2))
    rest = max(1, cases - share * (len(strata) - 1))
    drawn = [
        _case(_stream(seed, op, stratum, turn), op, stratum, turn, domain)
        for stratum in strata
        for turn in range(rest if stratum == EVERYTHING else share)
    ]
    return tuple(replace(case, number=number) for number, case in enumerate(drawn))


def strategy(op: str, stratum: str, domain: Domain | None = None) -> SearchStrategy[Case]:
    """The cases of one stratum as a Hypothesis strategy; shrinks towards its first corner and small sizes."""
    from hypothesis import strategies as st

    @st.composite
    def cases(draw: DrawFn) -> Case:
        turn = draw(st.integers(0, 2 * len(_corners(op, stratum, domain or Domain())) - 1))
        return _case(lambda low, high: draw(st.integers(low, high)), op, stratum, turn, domain or Domain())

    return cases()
