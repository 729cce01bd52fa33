"""Hypothesis as a search for the simplest case on which something holds."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from grader.model import Case

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["search"]

_ONE_AT_A_TIME = Lock()


def search(strategy: SearchStrategy[Case], holds: Callable[[Case], bool], *, examples: int) -> None:
    """Ask about drawn cases until `holds` is true of one, then about ever simpler ones.

    The order depends on the answers alone. Nothing is returned: `holds` sees every case.

    Args:
        strategy: draws the cases.
        holds: must give the same answer whenever it is asked the same.
        examples: how many cases are drawn until there is one for which it holds.

    Raises:
        Exception: what `holds` raised; Hypothesis would take it for an answer.
    """
    import hypothesis

    raised: list[Exception] = []

    def condition(case: Case) -> bool:
        try:
            return not raised and holds(case)
        except Exception as error:
            raised.append(error)
            return False

    settings = hypothesis.settings(
        max_examples=examples,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        database=None,
        deadline=None,
        derandomize=True,
        verbosity=hypothesis.Verbosity.quiet,
    )
    with _ONE_AT_A_TIME, _left_alone():
        try:
            hypothesis.find(strategy, condition, settings=settings)
        except hypothesis.errors.NoSuchExample:
            pass
        except hypothesis.errors.Flaky:
            if not raised:
                raise
    if raised:
        raise raised[0]


@contextmanager
def _left_alone() -> Iterator[None]:
    """Keep Hypothesis from looking for numbers to try in the source of whatever happens to be imported.

    Newer versions do so with packages that are not in site-packages. It takes time and leaves a folder
    behind, and what is found would depend on what was imported before.
    """
    providers = importlib.import_module("hypothesis.internal.conjecture.providers")
    look = getattr(providers, "_get_local_constants", None)
    if look is None:
        yield
        return
    setattr(providers, "_get_local_constants", providers.Constants)  # noqa: B010
    try:
        yield
    finally:
        setattr(providers, "_get_local_constants", look)  # noqa: B010
