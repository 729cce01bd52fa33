"""Which statements of a notebook define something, or give what is defined the names that it needs."""

from __future__ import annotations
import __future__

import ast
import symtable
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

__all__ = ["definitions", "future_flags"]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ALWAYS = (ast.Import, ast.ImportFrom, *_DEFINITIONS)
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


def definitions(cells: Mapping[int, list[Any]], roots: Collection[str]) -> dict[int, list[Any]]:
    """Keep imports, functions, classes, simple values, and what else gives the graded functions their names.

    A table that a function looks up may come out of a call. Other calls are left out: they are the tests
    and the training that a notebook has beside its functions.

    Args:
        cells: the statements of each, by its number.
        roots: names of the graded functions and classes; without any, all of the notebook's count.
    """
    statements = [statement for body in cells.values() for statement in body]
    fixed = {name for statement in statements for name in _fixed(statement)}
    givers: dict[str, list[Any]] = {}
    for statement in statements:
        for name in _given(statement, fixed):
            givers.setdefault(name, []).append(statement)
    needed = {id(giver) for name in _reached(roots or fixed, givers) for giver in givers.get(name, ())}
    return {
        number: [each for each in body if _defines(each) or id(each) in needed]
        for number, body in cells.items()
    }


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
    return all(isinstance(node, _SIMPLE) for node in _nodes(value))


# --- what gives a name its value ---------------------------------------------------------------------


def _reached(roots: Collection[str], givers: dict[str, list[Any]]) -> set[str]:
    """The names on which others depend, and those others."""
    reached: set[str] = set()
    left = list(roots)
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left += [used for giver in givers.get(name, ()) for used in _used(giver)]
    return reached


def _fixed(statement: Any) -> set[str]:
    """Names that an import or a definition gives a meaning: a call of a method of theirs gives none."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    return {statement.name} if isinstance(statement, _DEFINITIONS) else set()


def _given(statement: Any, fixed: Collection[str]) -> set[str]:
    """Names that a statement gives a value or changes; of a definition, its own."""
    called = {name for node in _nodes(statement) for name in _called(node)}
    return {name for node in _nodes(statement) for name in _stored(node)} | (called - set(fixed))


def _stored(node: Any) -> Iterator[str]:
    """The names that a definition, an assignment or a loop gives a meaning, or of which it sets a part."""
    if isinstance(node, _ALWAYS):
        yield from _fixed(node)
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        yield from _base(node)


def _called(node: Any) -> Iterator[str]:
    """The name of which a method is called for its effect, as in ``TABLE.append(1)``."""
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        yield from _base(call.func)


def _base(node: Any) -> Iterator[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _nodes(statement: Any) -> Iterator[Any]:
    """A node and all below it, but for what is inside of functions and classes.

    Without recursion: a sum of a thousand terms is a thousand nodes deep.
    """
    left = [statement]
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, (*_DEFINITIONS, ast.Lambda)):
            left += ast.iter_child_nodes(node)


def _used(statement: Any) -> set[str]:
    """Names of the module that a statement looks up, at once or, in a function, when it is called."""
    if not hasattr(ast, "unparse"):  # Python 3.8: those of a function's own count, too
        return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    try:
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return set()
    outer = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    return outer | {name for inner in table.get_children() for name in _globals(inner)}


def _globals(table: Any) -> Iterator[str]:
    yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
    for inner in table.get_children():
        yield from _globals(inner)


# --- flags -------------------------------------------------------------------------------------------


def future_flags(body: Iterable[Any]) -> int:
    """The compiler flags of the ``from __future__ import`` statements in a cell."""
    flags = 0
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for name in statement.names:
                flags |= getattr(getattr(__future__, name.name, None), "compiler_flag", 0)
    return flags
