"""What is said of an exception in a student's code: its type, its text, and where it was raised."""

from __future__ import annotations

import linecache
from typing import Any

from .unfinished import is_unfinished

__all__ = ["describe"]

LONGEST_TEXT = 500


def describe(error: BaseException, trace: Any, places: dict[str, tuple[str, int]]) -> dict[str, Any]:
    """Describe an exception, trusting none of its methods.

    Args:
        error: the exception.
        trace: its traceback; the innermost frame in the student's own files is the one that is named.
        places: the student's files.

    Returns:
        type, message, path, line, cell, code, function and unfinished, as in `grader.steps.Raised`.
    """
    name, line, function = _innermost(trace, places)
    if isinstance(error, SyntaxError) and error.filename in places:
        name, line, function = str(error.filename), error.lineno or 0, ""
    path, cell = places.get(name, ("", 0))
    kind, message = _type_name(error), _text(error)
    return {
        "type": kind,
        "message": message,
        "path": path,
        "line": line,
        "cell": cell,
        "code": linecache.getline(name, line).strip()[:LONGEST_TEXT] if name else "",
        "function": function,
        "unfinished": bool(function) and is_unfinished(kind, message, _whole(name), line),
    }


def _whole(name: str) -> str:
    return "".join(linecache.getlines(name))


def _innermost(trace: Any, places: dict[str, tuple[str, int]]) -> tuple[str, int, str]:
    found = ("", 0, "")
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename in places:
            function = "" if code.co_name == "<module>" else code.co_name
            found = (code.co_filename, trace.tb_lineno or 0, function[:LONGEST_TEXT])
        trace = trace.tb_next
    return found


def _type_name(error: BaseException) -> str:
    return str(type.__dict__["__name__"].__get__(type(error)))[:LONGEST_TEXT]


def _text(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)[:LONGEST_TEXT]
    try:
        text = str(error)
    except BaseException:  # SystemExit, too
        return "(its text cannot be shown: str() of the exception raises)"
    return str.__str__(text)[:LONGEST_TEXT]
