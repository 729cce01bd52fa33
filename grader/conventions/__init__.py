"""One file a course: how it spells the operations. ``find`` gets one by name."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from grader.conventions.spelling import Convention, Spelling, Way
from grader.errors import AssignmentError, unknown

__all__ = ["Convention", "Spelling", "Way", "find", "known"]


def known() -> tuple[str, ...]:
    """Names of the conventions that come with the grader."""
    return tuple(
        sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "spelling")
    )


def find(name: str, folder: Path) -> Convention:
    """Get a convention by name.

    Args:
        name: of a convention that comes with the grader.
        folder: the assignment's; for messages.

    Raises:
        AssignmentError: there is no convention of that name.
    """
    if name not in known():
        raise unknown("convention", name, known(), where=f"{folder / 'assignment.toml'}")
    convention = importlib.import_module(f"{__name__}.{name}").CONVENTION
    if not isinstance(convention, Convention):
        raise AssignmentError(f"grader/conventions/{name}.py: CONVENTION must be a Convention")
    return convention
