"""What the failing cases have in common: the shortest condition that is true of them and of no other.

Attributes are tried alone, then in pairs, "A and B" as well as "A or B". One that is the same for all cases
says nothing and drops out; of two that these cases cannot tell apart, the plainer one stays.

Among many conditions some fit by chance, so one must say more than it costs. That k of n cases fail is
log₂ C(n, k) bits. A condition leaves fewer, and costs what naming its attributes takes: the r-th plainest of
m has a share of 1/r, as by Zipf's law, hence log₂ (r · (1 + 1/2 + ... + 1/m)) bits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.diagnosis.attributes import attributes, facts, is_one_window, of_signals
from grader.diagnosis.size_attributes import size_attributes, sizes
from grader.model import Case

__all__ = ["Pattern", "pattern"]

LEAST_WORTH = 5.0
"""Bits by which two attributes, or an inexact one, must beat chance: it does so once in 2⁵ times, or less."""

LEAST_SHARE = 0.5
"""Of what there is to say about which cases fail, the share that an inexact condition must tell."""

START = re.compile(r"there is |windows |the \w+ (is|are) ")
"""Beginnings that the second of two clauses need not repeat."""

Flags = NDArray[np.bool_]
Integers = NDArray[np.int_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A condition, and how well it tells failing cases from passing ones.

    Attributes:
        condition: a clause that reads well after "when" or "where".
        hits: failing cases that meet it.
        failing: all failing cases.
        others: passing cases that meet it.
        passing: all passing cases.
    """

    condition: str
    hits: int
    failing: int
    others: int
    passing: int

    @property
    def exact(self) -> bool:
        """Whether the condition is true of the failing cases and of no other."""
        return self.hits == self.failing and self.others == 0

    @property
    def text(self) -> str:
        """The condition, with its counts unless it is exact."""
        if self.exact:
            return self.condition
        extent, hits = "mostly", f"{self.hits} of {self.failing}"
        if self.hits == self.failing:
            extent, hits = "only", f"all {self.failing}"
        others = f"{self.others or 'none'} of {self.passing}"
        return f"{extent} where {self.condition}: {hits} failing cases, and {others} that pass"


def pattern(cases: Sequence[Case], failing: Collection[int]) -> Pattern | None:
    """Find the shortest condition that is true of exactly the failing cases, or the best that nearly is.

    One attribute is preferred to two, and a plain one to an intricate one.

    Args:
        cases: of one operation; those that were not run are left out.
        failing: numbers of those that fail.

    Returns:
        None if all fail or none, or if no condition tells failing cases from passing ones.

    Raises:
        ValueError: a failing number is that of no case.
    """
    numbers = [case.number for case in cases]
    if unknown := sorted(set(failing) - set(numbers)):
        raise ValueError(f"failing case {unknown[0]} is not among the {len(cases)} cases")
    fails = np.isin(numbers, list(failing))
    if fails.all() or not fails.any():
        return None
    clauses, met = _telling(cases)
    return _Conditions(clauses, met, fails).best() if clauses else None


def _telling(cases: Sequence[Case]) -> tuple[list[str], Flags]:
    """The attributes in which the cases differ, the plainest first; for each of them, which cases have it."""
    found: dict[tuple[bool, ...], str] = {}
    for clause, met in _attributes(cases):
        found.setdefault(met, _about(cases[0], clause))
    telling = {met: clause for met, clause in found.items() if any(met) and not all(met)}
    return list(telling.values()), np.array(list(telling), dtype=np.bool_)


def _attributes(cases: Sequence[Case]) -> Iterator[tuple[str, tuple[bool, ...]]]:
    """All attributes of an operation's cases, the plainest first; for each of them, which cases have it."""
    first = cases[0]
    if not first.arrays:
        given = [sizes(case) for case in cases]
        yield from ((clause, tuple(map(holds, given))) for clause, holds in size_attributes())
        return
    measured = [facts(case) for case in cases]
    kernel = "window" if "window" in first.params or is_one_window(first) else "kernel"
    for clause, holds in attributes(kernel, signals=of_signals(first)):
        if all(word in _parts(first) for word in ("stride", "window", "kernel") if word in clause):
            yield clause, tuple(map(holds, measured))


def _parts(case: Case) -> set[str]:
    """What an operation has of which attributes speak; padding has no kernel, upsampling no window either."""
    slides = {"window"} if "stride" in case.params or "w" in case.arrays or is_one_window(case) else set()
    return slides | ({"kernel"} if "w" in case.arrays else set()) | set(case.params)


def _about(case: Case, clause: str) -> str:
    """Of a single window say "the window" where others have an image."""
    return clause.replace("the image", "the window") if is_one_window(case) else clause


# --- all conditions at once ----------------------------------------------------------------------


class _Conditions:
    """Each attribute alone, each two of them joined by "and", and by "or", in this order.

    Args:
        clauses: m attributes, the plainest first.
        met: (m, n), which of the n cases have an attribute.
        fails: (n,), which of them fail.
    """

    def __init__(self, clauses: Sequence[str], met: Flags, fails: Flags) -> None:
        self._clauses = clauses
        self._pairs = np.stack(np.triu_indices(len(clauses), 1))
        one, other = met[self._pairs]
        met = np.concatenate([met, one & other, one | other])
        self._met, self._hits = met.sum(axis=1), met[:, fails].sum(axis=1)
        self._failing, self._cases = int(fails.sum()), len(fails)

    def best(self) -> Pattern | None:
        """An exact attribute; else what is worth most: a pair that is exact, or what nearly is.

        So no second attribute is named for the sake of a single case, of which many others are true as well.
        """
        alone = len(self._clauses)
        exact = (self._hits == self._failing) & (self._met == self._failing)
        if exact[:alone].any():
            return self._pattern(int(exact.argmax()))
        worth = np.where(exact | self._near(), self._gain() - self._cost(), -np.inf)
        place = int(worth.argmax())
        return self._pattern(place) if worth[place] >= LEAST_WORTH else None

    def _gain(self) -> Floats:
        """Bits that it saves to say first which cases meet a condition, and then which of each kind fail."""
        n, k, met, hits = self._cases, self._failing, self._met, self._hits
        gain: Floats = _log2_comb(n, k) - _log2_comb(met, hits) - _log2_comb(n - met, k - hits)
        return gain

    def _cost(self) -> Floats:
        """Bits that it takes to name each condition."""
        places = np.arange(1, len(self._clauses) + 1)
        cost = np.log2(places * np.sum(1 / places))
        one, other = cost[self._pairs]
        return np.concatenate([cost, one + other, one + other])

    def _near(self) -> Flags:
        """Which conditions tell failing cases from most others; "mostly where A or B" says too little."""
        likelier = self._hits * self._cases > self._met * self._failing
        near: Flags = likelier & (self._gain() >= LEAST_SHARE * _log2_comb(self._cases, self._failing))
        near[len(self._clauses) + self._pairs.shape[1] :] = False
        return near

    def _pattern(self, place: int) -> Pattern:
        hits, met = int(self._hits[place]), int(self._met[place])
        return Pattern(
            condition=self._clause(place),
            hits=hits,
            failing=self._failing,
            others=met - hits,
            passing=self._cases - self._failing,
        )

    def _clause(self, place: int) -> str:
        alone, pairs = len(self._clauses), self._pairs.shape[1]
        if place < alone:
            return self._clauses[place]
        one, other = (self._clauses[each] for each in self._pairs[:, (place - alone) % pairs])
        return _joined(one, "and" if place < alone + pairs else "or", other)


def _joined(one: str, word: str, other: str) -> str:
    """Say two clauses as one sentence: "there is one image or one filter"."""
    start = START.match(one)
    return f"{one} {word} {other.removeprefix(start[0] if start else '')}"


def _log2_comb(n: int | Integers, k: int | Integers) -> Floats:
    """log₂ C(n, k), element by element."""
    factorials = np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, np.max(n) + 1)))])
    found: Floats = factorials[n] - factorials[k] - factorials[n - k]
    return found
