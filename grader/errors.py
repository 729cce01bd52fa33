"""The errors that a user can fix. A traceback therefore always means a fault of the grader."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

__all__ = [
    "AssignmentError",
    "GraderError",
    "NotGradedError",
    "SandboxError",
    "SubmissionError",
    "did_you_mean",
    "in_words",
    "unknown",
]


class GraderError(Exception):
    """Something that the person who runs the grader can put right; its text says how."""


class AssignmentError(GraderError):
    """An assignment folder that cannot be used."""


class SubmissionError(GraderError):
    """A submission that cannot be read; it is the student's to put right, and earns nothing."""


class SandboxError(GraderError):
    """No isolation can be had on this machine, or a sandbox could not be started."""


class NotGradedError(GraderError):
    """One submission could not be graded through no fault of the student's; the others go on."""


def unknown(kind: str, name: str, known: Iterable[str], *, where: str) -> AssignmentError:
    """Build the error for a name we do not know.

    >>> print(unknown("convention", "cs231", ["mytorch", "cs231n"], where="a2.toml [conv_forward]"))
    a2.toml [conv_forward]: unknown convention 'cs231'; did you mean 'cs231n'?
    Known conventions: cs231n, mytorch.
    """
    known = sorted(known)
    text = f"{where}: unknown {kind} {name!r}{did_you_mean(name, known)}"
    plural = f"{kind}es" if kind.endswith("s") else f"{kind}s"
    return AssignmentError(f"{text}\nKnown {plural}: {', '.join(known)}.")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """How a sentence about an unknown name ends: with the known one that is most like it, if any is."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else "."


def in_words(error: Exception) -> str:
    """What to say of an error: of one that a user can fix its own text, of any other that it is our fault."""
    if isinstance(error, GraderError):
        return str(error)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    what = f"a fault of the grader, please report it: {type(error).__name__}: {error}"
    return (
        f"{what} ({Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno})" if trace else what
    )
