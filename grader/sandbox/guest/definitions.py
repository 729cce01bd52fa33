"""Which statements of a notebook's cell define something, and which imports are prepared for failure."""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterable
from typing import Any

__all__ = ["definitions", "future_flags", "is_guarded"]

_ALWAYS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SIMPLE = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.Lambda,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.expr_context,
)
_CATCHES = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


def definitions(body: Iterable[Any]) -> list[Any]:
    """Keep imports, functions, classes, and assignments of simple values to names."""
    return [statement for statement in body if _defines(statement)]


def _defines(statement: Any) -> bool:
    if isinstance(statement, _ALWAYS):
        return True
    if isinstance(statement, ast.Try):
        parts = statement.body + statement.orelse + statement.finalbody
        return all(_defines(part) for part in parts)  # its handlers run only if it fails
    if isinstance(statement, ast.If):
        parts = statement.body + statement.orelse
        return _is_simple(statement.test) and all(_defines(part) for part in parts)
    if isinstance(statement, ast.Assign):
        return all(_is_target(target) for target in statement.targets) and _is_simple(statement.value)
    if isinstance(statement, ast.AnnAssign):
        return _is_target(statement.target) and statement.value is not None and _is_simple(statement.value)
    return False


def _is_target(target: Any) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(_is_target(element) for element in target.elts)
    return isinstance(target, ast.Name)


def _is_simple(value: Any) -> bool:
    if isinstance(value, ast.Lambda):
        return True
    return isinstance(value, _SIMPLE) and all(_is_simple(part) for part in ast.iter_child_nodes(value))


def future_flags(body: Iterable[Any]) -> int:
    """The compiler flags of the ``from __future__ import`` statements in a cell."""
    flags = 0
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for name in statement.names:
                flags |= getattr(getattr(__future__, name.name, None), "compiler_flag", 0)
    return flags


def is_guarded(text: str, line: int) -> bool:
    """Whether the import in this line stands in a ``try`` whose handlers take an ImportError."""
    return any(
        isinstance(node, ast.Try)
        and node.body[0].lineno <= line < node.handlers[0].lineno
        and any(_catches(handler.type) for handler in node.handlers)
        for node in ast.walk(ast.parse(text))
        if not isinstance(node, ast.Try) or node.handlers
    )


def _catches(kind: Any) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(_catches(element) for element in kind.elts)
    return kind is None or (isinstance(kind, ast.Name) and kind.id in _CATCHES)
