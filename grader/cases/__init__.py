"""The inputs that submissions are tried on: one family of cases for each operation.

What a stratum tries stands beside its family, as a table: its corners are visited in turn, and around each of
them sizes and values are drawn. In "everything together" all sizes are drawn, each free to differ
from the others, since a square sample cannot tell height from width.

A family is written once, against `Draw`, a source of integers. `strategy` hands it to Hypothesis,
which searches and shrinks. `sample` hands it a stream that depends on the seed alone: marks follow
neither Hypothesis' version nor its heuristics, and are the same on every machine. `small` hands it the
lowest integers that there are, and then a few that are a little higher.

Cases are constructed, never filtered: the output size comes first and the input size follows from
it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.cases import (
    conv,
    conv1d,
    conv_transpose,
    filtering,
    norm,
    pool,
    resample,
    shapes,
    single_window,
)
from grader.cases.draw import Draw, Family, Readable, Style
from grader.cases.strata import BASIC, EVERYTHING, PADDING, REAL, SPEED
from grader.cases.windows import Corner
from grader.cases.workload import parse
from grader.model import Case, Domain

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = [
    "FAMILIES",
    "Draw",
    "Family",
    "check_workload",
    "sample",
    "shares",
    "shares_of_everything",
    "small",
    "strata_of",
    "strategy",
    "workload",
]

FAMILIES: Mapping[str, Family] = (
    conv.FAMILIES
    | conv1d.FAMILIES
    | conv_transpose.FAMILIES
    | resample.FAMILIES
    | pool.FAMILIES
    | norm.FAMILIES
    | filtering.FAMILIES
    | single_window.FAMILIES
    | shapes.FAMILIES
)


def _corners(op: str, stratum: str, domain: Domain) -> tuple[Any, ...]:
    """The corners of a stratum that lie in the domain; "everything together" is drawn from all of it."""
    if stratum == EVERYTHING:
        return FAMILIES[op].everything
    if stratum == PADDING and domain.pad == (0,):
        return ()  # where nothing is ever padded
    corners = FAMILIES[op].corners[stratum]
    return tuple(at for at in corners if at.lies_in(domain))


def strata_of(op: str, domain: Domain | None = None) -> tuple[str, ...]:
    """The strata that a course's domain leaves to an operation, simplest first."""
    return tuple(name for name in FAMILIES[op].strata if _corners(op, name, domain or Domain()))


def _case(draw: Draw, op: str, stratum: str, turn: int, domain: Domain) -> Case:
    corners = _corners(op, stratum, domain)
    drawn = FAMILIES[op].build(draw, stratum, corners[turn % len(corners)], domain)
    for array in drawn.arrays.values():
        array.setflags(write=False)
    return Case(op=op, stratum=stratum, number=turn, **drawn._asdict())


def _stream(*seed: object) -> Draw:
    """Integers that follow from the seed alone: only `random()` is promised to stay the same for ever."""
    source = random.Random(" ".join(map(str, seed)))
    return lambda low, high: low + int(source.random() * (high - low + 1))


def sample(op: str, *, cases: int, seed: int, domain: Domain | None = None) -> tuple[Case, ...]:
    """Draw the cases that everybody is graded on.

    Every stratum gets the same share and "everything together" several, each at least one case.

    Args:
        op: operation, a key of `FAMILIES`.
        cases: about how many, all strata together.
        seed: the same seed gives the same cases, whatever else is drawn.
        domain: what the course promises.
    """
    domain = domain or Domain()
    strata = strata_of(op, domain)
    share = max(1, cases // shares(op, domain))
    rest = max(1, cases - share * (len(strata) - 1))
    drawn = [
        _case(_stream(seed, op, stratum, turn), op, stratum, turn, domain)
        for stratum in strata
        for turn in range(rest if stratum == EVERYTHING else share)
    ]
    return tuple(replace(case, number=number) for number, case in enumerate(drawn))


def shares_of_everything(op: str) -> int:
    """How many cases "everything together" has for each of another stratum."""
    return 3 * len(FAMILIES[op].everything)


def shares(op: str, domain: Domain | None = None) -> int:
    """How many cases make a round: one of each stratum, and several of "everything together"."""
    return len(strata_of(op, domain)) - 1 + shares_of_everything(op)


def strategy(
    op: str, stratum: str, domain: Domain | None = None, *, readable: bool = False
) -> SearchStrategy[Case]:
    """The cases of one stratum as a Hypothesis strategy; shrinks towards its first corner and small sizes.

    Args:
        op: operation, a key of `FAMILIES`.
        stratum: one of those that the domain leaves to it.
        domain: what the course promises.
        readable: whether values are whole numbers or others of few digits, rather than those of the sample.
    """
    from hypothesis import strategies as st

    @st.composite
    def cases(draw: DrawFn) -> Case:
        def integers(low: int, high: int) -> int:
            return draw(st.integers(low, high))

        turn = integers(0, 2 * len(_corners(op, stratum, domain or Domain())) - 1)
        source = Readable(integers, draw(st.sampled_from(Style))) if readable else integers
        return _case(source, op, stratum, turn, domain or Domain())

    return cases()


# --- the smallest ----------------------------------------------------------------------------------

RAISES = dict.fromkeys(Style, 2) | {Style.COUNTING: 3}
"""How many steps above the lowest the integers may lie, all in all, that a small case is drawn from."""


def small(op: str, domain: Domain | None = None) -> tuple[Case, ...]:
    """The smallest cases of an operation, with values that are easy to read; no two are the same.

    Each corner of each stratum as small as it comes, and "everything together" as small as can be, a
    little above in all ways, and higher in one way.
    """
    domain = domain or Domain()
    found: dict[tuple[object, ...], Case] = {}
    for style in Style:
        for case in _small(op, style, domain):
            found.setdefault(_contents(case), case)
    return tuple(found.values())


def _small(op: str, style: Style, domain: Domain) -> Iterator[Case]:
    for stratum in strata_of(op, domain):
        if stratum != EVERYTHING:
            for turn in range(len(_corners(op, stratum, domain))):
                yield _case(Readable(_Low(()), style), op, stratum, turn, domain)
    for turn in range(len(FAMILIES[op].everything)):
        yield from _small_of_everything(op, style, domain, turn)


def _small_of_everything(op: str, style: Style, domain: Domain, turn: int) -> Iterator[Case]:
    lowest = _Low(())
    yield _case(Readable(lowest, style), op, EVERYTHING, turn, domain)
    waiting = [*lowest.raised_once_more()]
    for raised in waiting:  # which grows
        low = _Low(raised)
        yield _case(Readable(low, style), op, EVERYTHING, turn, domain)
        if sum(raised) < RAISES[style]:
            waiting += low.raised_once_more()
    if style is Style.COUNTING:
        for raised in lowest.raised_far(RAISES[style] + 1):
            yield _case(Readable(_Low(raised), style), op, EVERYTHING, turn, domain)


class _Low:
    """A source of the lowest integers, but for those that are raised.

    Args:
        raised: by how much, for the first integers that are drawn; the last of them is.
    """

    def __init__(self, raised: tuple[int, ...]) -> None:
        self._raised = raised
        self._room: list[int] = []

    def __call__(self, low: int, high: int) -> int:
        place = len(self._room)
        more = min(self._raised[place], high - low) if place < len(self._raised) else 0
        self._room.append(high - low - more)
        return low + more

    def raised_once_more(self) -> Iterator[tuple[int, ...]]:
        """The same with one integer higher, at the last place that is raised or behind it.

        So each combination is come upon once. To be asked when all has been drawn.
        """
        last = max(len(self._raised) - 1, 0)
        for place in range(last, len(self._room)):
            if self._room[place]:
                more = (*self._raised, *[0] * (place + 1 - len(self._raised)))
                yield (*more[:place], more[place] + 1)

    def raised_far(self, least: int) -> Iterator[tuple[int, ...]]:
        """One integer alone is raised, by `least` or more, up to its highest."""
        for place, room in enumerate(self._room):
            yield from ((*[0] * place, more) for more in range(least, room + 1))


def _contents(case: Case) -> tuple[object, ...]:
    arrays = [(name, array.dtype.str, array.shape, array.tobytes()) for name, array in case.arrays.items()]
    return repr(sorted(case.params.items())), tuple(arrays)


# --- the largest -----------------------------------------------------------------------------------


def check_workload(op: str, like: str, domain: Domain) -> None:
    """Check what `workload` is to be given. Raises ValueError that says what was expected."""
    if not _workload_corner(op, like, domain).lies_in(domain):
        raise ValueError("sizes that the domain allows: see its stride, pad, overlap and square")


def workload(op: str, like: str, domain: Domain, *, seed: int, halvings: int = 0) -> Case:
    """Make the case on which a function's speed is measured.

    Args:
        op: a convolution of images or a pool.
        like: its sizes, as `grader.cases.workload` reads them.
        domain: what the course promises.
        seed: decides the values.
        halvings: how often the image's sides are halved.
    """
    corner = _workload_corner(op, like, domain, halvings)
    drawn = FAMILIES[op].build(_stream(seed, op, SPEED), REAL, corner, domain)
    for array in drawn.arrays.values():
        array.setflags(write=False)
    return Case(
        op=op, stratum=SPEED, number=0, arrays=drawn.arrays, params=drawn.params, outputs=drawn.outputs
    )


def _workload_corner(op: str, like: str, domain: Domain, halvings: int = 0) -> Corner:
    family = FAMILIES[op]
    if not isinstance(family.corners[BASIC][0], Corner):
        raise ValueError(f"an operation with windows over images: the speed of {op!r} cannot be limited")
    corner = parse(like, pads="pad" in family.domain, halvings=halvings)
    return corner if domain.leftover else corner._replace(leftover=(0, 0))
