"""How a course spells an operation: which calls to make, and how arrays look there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from grader.model import Case, Domain
from grader.steps import Array, Call, Make, Put, Script, Step

__all__ = ["Convention", "Inputs", "Spelling", "Way", "forward_of", "functions_called"]

Inputs = Mapping[str, Array]
"""The case's arrays under the course's names and in its layout."""


def same_inputs(case: Case) -> Inputs:
    """The case's arrays as they are."""
    return case.arrays


def same_layout(_: str, array: Array) -> Array:
    """The array as it is."""
    return array


def same_domain(domain: Domain) -> Domain:
    """The domain as it is."""
    return domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in which a function may be called; a course has several where its years or habits differ.

    Attributes:
        steps: (case, function's name) -> the steps; they name the arrays of `inputs`.
        inputs: the case's arrays in the course's layout.
        note: what the report says where this way, and not the first, is the one that worked.
        instead_of_forward: only for a backward function whose forward is missing or wrong in this
            submission: the reference's cache in place of the student's.
        cache_is_fixed: the course says what is in that cache, so a right forward, too, may have another.
        on_evidence: its note says something of the function, so it must earn points that the ways before
            it do not: a wrong function may come to a right case or two by chance.
        without: only for a class whose constructor did not take this offer of a `Make` in the way before.
        domain: (what the exercise promises) -> what this way can be asked.
    """

    steps: Callable[[Case, str], tuple[Step, ...]]
    inputs: Callable[[Case], Inputs] = same_inputs
    note: str = ""
    instead_of_forward: bool = False
    cache_is_fixed: bool = False
    on_evidence: bool = False
    without: str = ""
    domain: Callable[[Domain], Domain] = same_domain

    def __post_init__(self) -> None:
        """Raises: TypeError: something is not what it should be, as in what a lecturer writes by hand."""
        for name in ("steps", "inputs", "domain"):
            given = getattr(self, name)
            _check(callable(given), f"{name} of a Way should be a function", given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How a course spells one operation.

    Attributes:
        ways: the usual one first.
        results: the course's name for each of the operation's outputs.
        layout: (the course's name, array in canonical layout) -> the array in the course's layout;
            applied to expected values, never to what a student returned.
        watch: inputs that the function must leave as they are.
        loose: results whose axes of length 1 may be left out or added.
        forward: the name of the forward function that a backward function goes with.
        names: the course's names for the operation's inputs, where they differ.
        terms: what is said about a mistake, in canonical layout and names -> the same in the course's.
    """

    ways: tuple[Way, ...]
    results: Mapping[str, str]
    layout: Callable[[str, Array], Array] = same_layout
    watch: tuple[str, ...] = ()
    loose: frozenset[str] = frozenset()
    forward: Callable[[str], str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    terms: Callable[[str], str] = str

    def __post_init__(self) -> None:
        """Raises: TypeError: something is not what it should be, as in what a lecturer writes by hand."""
        ways_are = isinstance(self.ways, tuple) and bool(self.ways) and _all(self.ways, Way)
        _check(ways_are, "ways of a Spelling should be a tuple of one Way or more", self.ways)
        for name in ("results", "names"):
            table = getattr(self, name)
            are_texts = isinstance(table, Mapping) and _all((*table, *table.values()), str)
            _check(are_texts, f"{name} of a Spelling should be a dict of texts", table)
        for name in ("layout", "terms"):
            given = getattr(self, name)
            _check(callable(given), f"{name} of a Spelling should be a function", given)

    def called(self, name: str) -> str:
        """The course's name for one of the operation's inputs."""
        return self.names.get(name, name)

    def script(self, way: Way, case: Case, function: str) -> Script:
        """All that is done for one case of the exercise called `function`."""
        returns = tuple(self.results[output] for output in case.outputs)
        return Script(steps=way.steps(case, function), returns=returns, watch=self.watch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """A course's way of spelling the operations that its students write.

    Attributes:
        spellings: by operation.
        domain: what the course promises of every operation's inputs.
    """

    spellings: Mapping[str, Spelling]
    domain: Domain = field(default_factory=Domain)

    def __post_init__(self) -> None:
        """Raises: TypeError: something is not what it should be, as in what a lecturer writes by hand."""
        are_named = isinstance(self.spellings, Mapping) and _all(self.spellings, str)
        _check(are_named, "spellings should be a dict: operation's name -> spell(...)", self.spellings)
        for op, spelling in self.spellings.items():
            _check(isinstance(spelling, Spelling), f"{op!r} should be spell(...) or a Spelling", spelling)
        _check(isinstance(self.domain, Domain), "domain should be Domain(...)", self.domain)


def _all(items: Iterable[object], kind: type) -> bool:
    return all(isinstance(item, kind) for item in items)


def _check(holds: bool, should: str, given: object) -> None:
    if not holds:
        raise TypeError(f"{should}, and is of type {type(given).__name__}")


def forward_of(function: str) -> str:
    """The forward function that goes with a backward one: conv_backward_naive -> conv_forward_naive."""
    return function.replace("backward", "forward")


def functions_called(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Names of the submission's own functions and classes that the steps call, each once."""
    saved: set[str] = set()
    called: dict[str, None] = {}
    for step in steps:
        if isinstance(step, Put):
            continue
        if isinstance(step, Call | Make):
            head = step.function.partition(".")[0]
            if head not in saved:
                called[head] = None
        saved.update(step.save if isinstance(step, Call) else (step.save,))
    return tuple(called)
