"""Which assignment a submission belongs to, told from the names of the functions in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader import assignment, submission
from grader.errors import GraderError
from grader.model import Assignment
from grader.submission.layouts import defined

__all__ = ["recognise"]

LOOKED_AT = 20
"""How many submissions are read to find out."""


def recognise(paths: Sequence[Path]) -> Assignment:
    """Find the assignment whose functions the submissions define most of.

    Raises:
        GraderError: no assignment's functions are there, or two assignments' alike.
    """
    known = [assignment.read(folder) for folder in assignment.available()]
    found = {each.name: _share(each, paths) for each in known}
    best = max(found.values(), default=0.0)
    names = [name for name, share in found.items() if share == best]
    if not best:
        raise GraderError(
            f"{paths[0]}: no function of a known assignment was found.\n"
            f"Known assignments: {', '.join(found) or 'none'}. Name one with --assignment, "
            f"and see `grade list` for the functions that it expects."
        )
    if len(names) > 1:
        raise GraderError(f"{paths[0]}: it could be {' or '.join(names)}. Say which with --assignment.")
    return next(each for each in known if each.name == names[0])


def _share(candidate: Assignment, paths: Sequence[Path]) -> float:
    """The largest part of an assignment's functions that one submission defines."""
    names, wanted = candidate.names, len(candidate.definitions)
    best = 0.0
    for place in submission.find_submissions(paths, candidate)[:LOOKED_AT]:
        try:
            sources = submission.load(place, candidate).sources
        except GraderError:
            continue  # grading it says why; it must not keep the class from being graded
        text = "\n".join(cell for source in sources for cell in source.cells)
        best = max(best, len(defined(text, names)) / wanted)
        if best == 1.0:
            break
    return best
