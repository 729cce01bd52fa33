"""From whatever a student's function returned to plain numbers, trusting none of its methods.

Types are looked up with `type()`, never with `__class__`; methods are those of `numpy.ndarray`
itself, never the subclass's own. So an array that claims to be equal to everything arrives as the
numbers it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy import array, dtype, frombuffer, generic, ndarray, stack

from .wire import CODES, MAX_DIMENSIONS

__all__ = ["TooLargeError", "kind_of", "plain"]


LONGEST_NAME = 80
MOST_ELEMENTS = 1 << 20  # in nested lists
_get_dtype, _get_shape, _get_size = ndarray.dtype.__get__, ndarray.shape.__get__, ndarray.size.__get__
_SCALARS = {CODES[code].type: CODES[code] for code in CODES}


class TooLargeError(Exception):
    """An answer of more bytes than may be sent back; its text says both."""


class _NotPlainError(Exception):
    pass


def plain(value: Any, *, limit: int) -> tuple[Any, bytes]:
    """Copy a result's numbers.

    Args:
        value: an array of any subclass, a NumPy or Python number, or nested lists of numbers.
        limit: bytes that it may have.

    Returns:
        ([code, dims], bytes), or (what it is instead, b"").

    Raises:
        TooLargeError: more than `limit` bytes.
    """
    try:
        base = _as_array(value, limit)
        code = _code(base)
    except _NotPlainError as error:
        return str(error), b""
    return [code, list(base.shape)], base.astype(CODES[code], order="C", copy=False).tobytes()


def _code(base: Any) -> str:
    kind, size = base.dtype.kind, base.dtype.itemsize
    if kind == "O":
        raise _NotPlainError("an array of objects")
    if kind == "f" and size > 8:
        size = 8  # long double: its numbers count, its type is the machine's own
    code = f"{kind}{size}"
    if code not in CODES or base.ndim > MAX_DIMENSIONS:
        raise _NotPlainError(
            f"an array of {base.dtype!s:.60}" if code not in CODES else _dimensions(base.ndim)
        )
    return code


def _dimensions(count: int) -> str:
    return f"an array of {count} dimensions"


def _as_array(value: Any, limit: int) -> Any:
    kind = type(value)
    if issubclass(kind, ndarray):
        return _base(value, limit)
    if issubclass(kind, (generic, int, float, complex)):
        return _scalar(value, kind)
    if kind is list and value:
        return _nested(value, [0])
    raise _NotPlainError(kind_of(value))


def _base(value: Any, limit: int) -> Any:
    size = _get_size(value) * _get_dtype(value).itemsize
    if size > limit:
        raise TooLargeError(f"an array of {size} bytes; at most {limit} may be returned")
    return ndarray.view(value, ndarray)


def _scalar(value: Any, kind: type) -> Any:
    for ancestor in type.mro(kind):
        if ancestor in _SCALARS:
            return frombuffer(generic.tobytes(value), _SCALARS[ancestor]).reshape(())
    if issubclass(kind, generic):
        raise _NotPlainError(kind_of(value))
    return _number(value, kind)


def _number(value: Any, kind: type) -> Any:
    if kind is bool:
        return array(value)
    if issubclass(kind, int):
        number = int.__int__(value)
        if not -(1 << 63) <= number < 1 << 63:
            raise _NotPlainError("an int of more than 64 bits")
        return array(number, dtype("i8"))
    if issubclass(kind, float):
        return array(float.__float__(value))
    return array(complex.__complex__(value) if hasattr(complex, "__complex__") else value + 0j)


def _nested(value: Sequence[Any], count: list[int], depth: int = 1) -> Any:
    """Stack a list's elements, which must have one shape; a list is at most MAX_DIMENSIONS deep."""
    count[0] += len(value)
    if count[0] > MOST_ELEMENTS or depth > MAX_DIMENSIONS:
        raise _NotPlainError("a list too large to compare")
    rows = []
    for element in value:
        if type(element) is list and element:
            rows.append(_nested(element, count, depth + 1))
        else:
            rows.append(_element(element))
    if len({row.shape for row in rows}) > 1:
        raise _NotPlainError("a list of uneven lengths")
    if sum(row.nbytes for row in rows) > MOST_ELEMENTS * 16:
        raise _NotPlainError("a list too large to compare")
    return stack(rows)


def _element(element: Any) -> Any:
    try:
        base = _as_array(element, MOST_ELEMENTS * 16)
        _code(base)
    except (_NotPlainError, TooLargeError) as error:
        raise _NotPlainError(f"a list with {error}") from None
    return base


def kind_of(value: Any) -> str:
    """Say what a value is, in a few words: ``None``, ``a tuple of 2``, ``an array of shape (2, 3)``."""
    kind = type(value)
    if value is None or value is NotImplemented or value is Ellipsis:
        return repr(value)
    if issubclass(kind, ndarray):
        return f"an array of shape {_get_shape(value)}"
    if kind in (tuple, list, dict, set):
        return f"a {kind.__name__} of {len(value)}"
    if kind.__module__.endswith("standins"):
        return f"a stand-in for {object.__getattribute__(value, '_root')}"
    name = str(type.__dict__["__name__"].__get__(kind))[:LONGEST_NAME]
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}"
