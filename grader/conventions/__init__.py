"""One file a course: how it spells the operations. ``find`` gets one by name."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from grader.conventions.course import place_of, read_course, try_out
from grader.conventions.spelling import Convention, Spelling, Way
from grader.conventions.wording import spell
from grader.errors import AssignmentError, unknown
from grader.model import Domain

__all__ = [
    "Convention",
    "Domain",
    "Spelling",
    "Way",
    "find",
    "is_file",
    "known",
    "place_of",
    "spell",
    "try_out",
]

VOCABULARY = frozenset({"spelling", "wording", "course"})
"""The files beside this one that are no course's."""


def known() -> tuple[str, ...]:
    """Names of the conventions that come with the grader."""
    return tuple(sorted({module.name for module in pkgutil.iter_modules(__path__)} - VOCABULARY))


def is_file(name: str) -> bool:
    """Whether a convention is a lecturer's own file beside ``assignment.toml``, and not one by name."""
    return name.endswith(".py")


def find(name: str, folder: Path) -> Convention:
    """Get a convention by name, or from a lecturer's own file.

    Args:
        name: of a convention that comes with the grader, or of a ``.py`` file beside ``assignment.toml``.
        folder: the assignment's.

    Raises:
        AssignmentError: there is no convention of that name, or the file is wrong.
    """
    if is_file(name):
        if Path(name).name != name or not (folder / name).is_file():
            raise AssignmentError(
                f"{folder / 'assignment.toml'}: convention = {name!r} should be a file beside it, "
                f"or one of {', '.join(known())}."
            )
        return read_course(folder / name)
    if name not in known():
        raise unknown("convention", name, known(), where=f"{folder / 'assignment.toml'}")
    convention = importlib.import_module(f"{__name__}.{name}").CONVENTION
    if not isinstance(convention, Convention):
        raise AssignmentError(f"grader/conventions/{name}.py: CONVENTION must be a Convention")
    return convention
