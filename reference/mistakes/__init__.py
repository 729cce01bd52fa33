"""The library of mistakes: for each operation the wrong versions of it that students write.

One file for each operation, one function for each misconception. `MISTAKES` maps the operation's name to
its mistakes; two that agree on every input of the operation are one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping

from reference.mistakes.mistake import Collection, Function, MisfitError, Mistake

__all__ = ["MISTAKES", "Collection", "Function", "MisfitError", "Mistake"]


MACHINERY = ("mistake", "modes")
"""Files beside those of the operations: what mistakes are made with."""


class _Library(Mapping[str, tuple[Mistake, ...]]):
    """The files beside this one, each read when somebody asks for its operation: reading all takes 0.1 s."""

    def __init__(self) -> None:
        self._ops = [file.name for file in pkgutil.iter_modules(__path__) if file.name not in MACHINERY]

    def __getitem__(self, op: str) -> tuple[Mistake, ...]:
        if op not in self._ops:
            raise KeyError(op)
        mistakes: tuple[Mistake, ...] = importlib.import_module(f"{__name__}.{op}").MISTAKES
        return mistakes

    def __iter__(self) -> Iterator[str]:
        return iter(self._ops)

    def __len__(self) -> int:
        return len(self._ops)


MISTAKES: Mapping[str, tuple[Mistake, ...]] = _Library()
