"""What a wrong version of an operation makes of cases, and a record of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from grader.model import Case
from grader.ops import OPS, Function
from grader.steps import Array
from reference.mistakes import Mistake

__all__ = ["Made", "Record", "apply"]

MOST_RECORDED = 4 << 20
"""Bytes that a record keeps: an assignment has a record for each exercise."""

OVERHEAD = 1 << 10
"""Bytes that one entry takes beside its numbers, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of one case, in canonical layout.

    Attributes:
        values: by output, those that the case asks for; empty if it raised.
        changed: inputs that were overwritten.
        raised: the exception, if there was one.
    """

    values: Mapping[str, Array] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    raised: Exception | None = None

    def is_identical(self, other: Made) -> bool:
        """Whether another returned the same to the last bit; never true where either raised."""
        if self.raised or other.raised or self.changed != other.changed:
            return False
        mine, its = self.values, other.values
        return mine.keys() == its.keys() and all(_identical(mine[name], its[name]) for name in mine)


def apply(function: Function, cases: Iterable[Case]) -> Iterator[Made]:
    """Apply a function of an operation's signature to cases, one after the other, as they are asked for."""
    for case in cases:
        with np.errstate(all="ignore"):
            yield _apply(function, case)


class Record:
    """What known mistakes make of certain cases, each worked out once: many submissions are held against it.

    Only of mistakes that do not depend on earlier calls.
    """

    def __init__(self) -> None:
        """Begin an empty record."""
        self._made: dict[tuple[str, int], Made] = {}
        self._bytes = 0

    def apply(self, mistake: Mistake, cases: Iterable[Case]) -> Iterator[Made]:
        """Apply a mistake to cases, as they are asked for; their numbers tell the cases apart."""
        function = mistake.fresh()
        for case in cases:
            key = mistake.id, case.number
            made = self._made.get(key)
            if made is None:
                (made,) = apply(function, [case])
                self._keep(key, made)
            yield made

    def _keep(self, key: tuple[str, int], made: Made) -> None:
        self._bytes += OVERHEAD + sum(value.nbytes for value in made.values.values())
        if self._bytes <= MOST_RECORDED:
            self._made[key] = made


def _apply(function: Function, case: Case) -> Made:
    op = OPS[case.op]
    arrays = {name: array.copy() for name, array in case.arrays.items()}
    try:
        returned = op.apply(function, arrays, case.params)
    except Exception as error:
        return Made(raised=error.with_traceback(None))  # whose frames would hold all their arrays
    changed = tuple(
        name for name, array in case.arrays.items() if not _same(arrays[name], array) and name in op.inputs
    )
    return Made(
        values={name: np.asarray(returned[name]) for name in case.outputs if name in returned},
        changed=changed,
    )


def _identical(one: Array, other: Array) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def _same(one: Array, other: Array) -> bool:
    """Whether an input still has its values; its bytes are compared first, which is quick."""
    if one.shape != other.shape:
        return False
    return one.tobytes() == other.tobytes() or np.array_equal(one, other, equal_nan=True)
