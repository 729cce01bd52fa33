"""What a mistake is: a wrong version of an operation, and the sentence that explains it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

__all__ = ["Collection", "Function", "MisfitError", "Mistake"]

Function = Callable[..., Any]


class MisfitError(IndexError, ValueError):
    """An array has no place for something: which of the two NumPy raises depends on how a loop is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One misconception about an operation.

    Attributes:
        id: ``operation.name``, such as ``conv2d.flips_the_kernel``.
        sentence: names the mistake to the student, without giving the line of code.
        hint: points at the concept and the formula.
        function: the wrong version; same signature as the right one. Most are the right one with one thing
            changed on the way in or out: such a function takes the right one as `of`, so that two
            mistakes can be made at once. One that keeps something from call to call takes a dict, `memory`.
        form_of: the id of the mistake that this is another form of: the misconception is the same, and so are
            the words, but some results differ.
    """

    id: str
    sentence: str
    hint: str
    function: Function
    form_of: str = ""

    def fresh(self, of: Function | None = None) -> Function:
        """The wrong version, with nothing kept from earlier calls.

        Args:
            of: another wrong version, which it is to build on instead of the right one.

        Raises:
            ValueError: `of` was given, and it builds on nothing.
        """
        if of is not None and not self.composes:
            raise ValueError(f"{self.id} builds on no other version of the operation")
        given: dict[str, Any] = {"memory": {}} if self.remembers else {}
        return partial(self.function, **(given if of is None else given | {"of": of}))

    @property
    def composes(self) -> bool:
        """Whether it can be made on top of another mistake."""
        return "of" in _parameters(self.function)

    @property
    def remembers(self) -> bool:
        """Whether what it does depends on earlier calls."""
        return "memory" in _parameters(self.function)


@cache
def _parameters(function: Function) -> Set[str]:
    """Names of a function's parameters; suspects are asked for theirs over and over."""
    return frozenset(inspect.signature(function).parameters)


class Collection:
    """The mistakes of one operation, in the order in which they are written down.

    Used as a decorator. The docstring's first paragraph is the sentence, its second the hint.
    """

    def __init__(self, op: str) -> None:
        self.op = op
        self._mistakes: list[Mistake] = []

    def __call__(self, function: Function) -> Function:
        """Add a wrong version; the function itself stays as it is.

        Raises:
            ValueError: its docstring is not two paragraphs.
        """
        sentence, hint = _words(function)
        self._mistakes.append(
            Mistake(id=f"{self.op}.{function.__name__}", sentence=sentence, hint=hint, function=function)
        )
        return function

    def form_of(self, other: Function) -> Callable[[Function], Function]:
        """Add another form of a mistake, which has its words; its docstring says where the results differ.

        Raises:
            StopIteration: the other one is not among the mistakes.
        """
        main = next(mistake for mistake in self._mistakes if mistake.function is other)

        def add(function: Function) -> Function:
            id = f"{self.op}.{function.__name__}"
            self._mistakes.append(replace(main, id=id, function=function, form_of=main.id))
            return function

        return add

    def adopt(self, mistake: Mistake, function: Function, *, sentence: str = "", hint: str = "") -> None:
        """Add a mistake that another operation has, too, in its words where no others are given.

        Args:
            mistake: the other operation's; its name is kept.
            function: the wrong version of this operation.
        """
        self._mistakes.append(
            Mistake(
                id=f"{self.op}.{mistake.id.partition('.')[2]}",
                sentence=sentence or mistake.sentence,
                hint=hint or mistake.hint,
                function=function,
            )
        )

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All of them."""
        return tuple(self._mistakes)


def _words(function: Function) -> tuple[str, str]:
    """The sentence and the hint. Raises ValueError: the docstring is not two paragraphs."""
    paragraphs = [" ".join(part.split()) for part in (inspect.getdoc(function) or "").split("\n\n")]
    if len(paragraphs) != 2:
        raise ValueError(f"{function.__name__}: the docstring must be a sentence and, below it, a hint")
    sentence, hint = paragraphs
    return sentence, hint
