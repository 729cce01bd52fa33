"""Whether a function that raised is one that its student has not written yet, told from its text.

Courses hand out functions to be completed. What is left of that is ``None`` where an expression belongs, or
nothing at all between comments, so that the last line returns a name that was never given a value.
"""

from __future__ import annotations

import ast
import functools
from typing import Any

__all__ = ["is_unfinished"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
TRIVIAL = ("int", "len", "print", "str")
ENDS = ("return", "assert")


@functools.lru_cache(maxsize=256)  # an unfinished function raises the same in every case
def is_unfinished(kind: str, message: str, text: str, line: int) -> bool:
    """Say whether an exception comes of work that is not begun, or stops at a place left open.

    Args:
        kind: type of the exception.
        message: its text.
        text: of the file or cell.
        line: at which it was raised there.
    """
    try:
        function = _around(ast.parse(text), line)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if function is None:
        return False
    nodes: list[Any] = list(ast.walk(function))
    holes = [node.lineno for node in nodes if _is_hole(node)]
    if line in holes or (holes and "NoneType" in message):
        return True
    code = text.splitlines()[line - 1].lstrip()
    return (
        kind in ("NameError", "UnboundLocalError") and code.startswith(ENDS) and not _does_anything(function)
    )


def _around(tree: Any, line: int) -> Any:
    """The innermost function that holds a line."""
    found = [
        node for node in ast.walk(tree) if isinstance(node, FUNCTIONS) and node.lineno <= line <= _end(node)
    ]
    return max(found, key=lambda node: node.lineno, default=None)


def _end(node: Any) -> int:
    return int(node.end_lineno)


def _is_hole(node: Any) -> bool:
    """``x = None``, ``x += None`` and ``range(None)``."""
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        return _is_none(node.value)
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") == "range" and any(map(_is_none, node.args))
    return False


def _is_none(value: Any) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _does_anything(function: Any) -> bool:
    """Whether there is a loop, a call or a formula: unpacking what was handed in is no work."""
    computed = [
        node for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None
    ]
    return any(isinstance(node, ast.BinOp) for each in computed for node in ast.walk(each)) or any(
        isinstance(node, LOOPS)
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") not in TRIVIAL)
        for statement in function.body
        for node in ast.walk(statement)
    )
