"""One element: what NumPy took for a number until 2.4, and stored until 2.0, for code that was right then.

``float(b)`` of a b of shape (1, 1, 1), and storing such an array in one element, raise since, and
``a.itemset(i, x)`` is gone. None of it can be mended in NumPy, so the student's code is: calls of `float` and
its like, of `itemset`, and what is stored under an index, go through functions that do as NumPy does and,
where it refuses, as it did.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from numpy import ndarray, unravel_index

__all__ = ["forgiving", "names", "refused"]

NOTE = (
    "NumPy 2.4 and later refuse an array of one element where a number is meant; "
    "it was run as earlier NumPy runs it"
)
ITEMSET_NOTE = "ndarray.itemset was removed in NumPy 2.0; supplied"
REFUSALS = (
    "'numpy.ndarray' object has no attribute 'itemset'",
    "only 0-dimensional arrays can be converted to Python scalars",
    "setting an array element with a sequence",
)
CONVERT, STORE, CHANGE, SLICE, ITEMSET = (
    f"__one_element_{word}__" for word in ("convert", "store", "change", "slice", "itemset")
)
NUMBERS = ("float", "int", "complex")


def refused(error: dict[str, Any] | None) -> bool:
    """Whether an exception, as `faults` describes it, may be NumPy's refusal."""
    return (
        error is not None
        and error["type"] in ("AttributeError", "TypeError", "ValueError")
        and error["message"].startswith(REFUSALS)
    )


def forgiving(tree: Any) -> Any:
    """Let a module's code go through the functions of `names`; every line stays where it is."""
    return ast.fix_missing_locations(_Forgiving().visit(tree))


# --- the functions ---------------------------------------------------------------------------------


def names(notes: dict[str, None]) -> dict[str, Any]:
    """What rewritten code calls; a note is made where an array's element is taken."""

    def element(value: Any) -> Any:
        notes[NOTE] = None
        return ndarray.reshape(value, ())[()]

    def convert(number: Any, value: Any) -> Any:
        try:
            return number(value)
        except TypeError:
            if number not in (float, int, complex) or not _is_one_element(value):
                raise
            return number(element(value))

    def store(value: Any, target: Any, index: Any) -> None:
        try:
            target[index] = value
        except (TypeError, ValueError):
            if not isinstance(target, ndarray) or not _is_one_element(value):
                raise
            target[index] = element(value)

    def change(target: Any, index: Any, how: str, value: Any) -> None:
        store(_OPERATORS[how](target[index], value), target, index)

    def itemset(target: Any, *args: Any) -> None:
        if not isinstance(target, ndarray) or hasattr(target, "itemset"):
            target.itemset(*args)
            return
        *index, value = args
        where = index[0] if index else 0
        notes[ITEMSET_NOTE] = None
        place = where if isinstance(where, tuple) else unravel_index(where, target.shape)
        target[place] = value

    return {CONVERT: convert, STORE: store, CHANGE: change, SLICE: slice, ITEMSET: itemset}


def _is_one_element(value: Any) -> bool:
    return isinstance(value, ndarray) and value.ndim > 0 and value.size == 1


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.iadd,
    "Sub": operator.isub,
    "Mult": operator.imul,
    "Div": operator.itruediv,
    "FloorDiv": operator.ifloordiv,
    "Mod": operator.imod,
    "Pow": operator.ipow,
    "MatMult": operator.imatmul,
}


# --- the code --------------------------------------------------------------------------------------


class _Forgiving(ast.NodeTransformer):
    """``float(b)``, ``a.itemset(i, b)``, ``a[i] = b`` and ``a[i] += b`` as calls."""

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "itemset" and not node.keywords:
            return _call(node, ITEMSET, node.func.value, *node.args)
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            return node
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return _call(node, CONVERT, node.func, node.args[0]) if called in NUMBERS else node

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Subscript):
            return node
        stored = _call(node, STORE, node.value, target.value, _index(target.slice))
        return ast.copy_location(ast.Expr(stored), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        how = type(node.op).__name__
        if not isinstance(node.target, ast.Subscript) or how not in _OPERATORS:
            return node
        target = node.target
        changed = _call(node, CHANGE, target.value, _index(target.slice), ast.Constant(how), node.value)
        return ast.copy_location(ast.Expr(changed), node)


def _call(place: Any, name: str, *args: Any) -> Any:
    return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), list(args), []), place)


def _index(index: Any) -> Any:
    """What stands between brackets, as an expression."""
    kind = type(index).__name__
    if kind == "Index":  # Python 3.8
        return index.value
    if kind == "ExtSlice":  # likewise
        return ast.Tuple([_index(part) for part in index.dims], ast.Load())
    if isinstance(index, ast.Tuple):
        return ast.Tuple([_index(part) for part in index.elts], ast.Load())
    if isinstance(index, ast.Slice):
        ends = [end or ast.Constant(None) for end in (index.lower, index.upper, index.step)]
        return ast.Call(ast.Name(SLICE, ast.Load()), ends, [])
    return index
