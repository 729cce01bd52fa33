"""The words of a script, carried out: let, call, item, attribute; for classes make, put, find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import searching
from .values import kind_of, plain

__all__ = ["Malformed", "Performance"]


class Malformed(Exception):  # noqa: N818 - an ending, not an error
    """A call returned other than the tuple that its names ask for; the text says what came."""


class Performance:
    """One run of a script: fresh inputs, saved values, and the results copied as soon as they are there."""

    def __init__(
        self,
        script: dict[str, Any],
        inputs: dict[str, Any],
        module: Any,
        *,
        limit: int,
        is_own: searching.Asked,
    ) -> None:
        """Take what is to be done.

        Args:
            script: the steps.
            inputs: the arrays, read-only.
            module: the student's.
            limit: how many bytes may be sent back.
            is_own: whether a class is the submission's.
        """
        self._script = script
        self._originals = inputs
        self._copies: dict[str, Any] = {}
        self._saved: dict[str, Any] = {}
        self._module = module
        self._limit = limit
        self._returns = frozenset(script["returns"])
        self._results: dict[str, tuple[Any, bytes]] = {}
        self._is_own = is_own
        self._constants: set[str] = set()
        self._step = 0
        self.found: dict[int, list[str]] = {}

    def play(self, at: Callable[[int], None]) -> None:
        """Do every step, and tell `at` its index before each. Raises what the student's code raises."""
        for index, step in enumerate(self._script["steps"]):
            at(index)
            self._step = index
            _WORDS[step[0]](self, *step[1:])

    def results(self) -> dict[str, tuple[Any, bytes]]:
        """What is to be sent back, by name, in the script's order."""
        return {name: self._results[name] for name in self._script["returns"]}

    def changed(self) -> list[str]:
        """The watched inputs that are not any more what they were."""
        return [name for name in self._script["watch"] if name in self._copies and self._differs(name)]

    def _differs(self, name: str) -> bool:
        copy, original = self._copies[name], self._originals[name]
        same_form = copy.shape == original.shape and copy.dtype == original.dtype
        return not (same_form and copy.tobytes() == original.tobytes())

    # --- the words ---

    def let(self, save: str, value: Any) -> None:
        """``save = value``."""
        self._save(save, self._value(value))

    def call(self, save: list[str], function: str, args: list[Any], kwargs: dict[str, Any]) -> None:
        """``save = function(*args, **kwargs)``. Raises Malformed where several names are to be unpacked."""
        called = self._function(function)
        positional = [self._value(value) for value in args]
        named = {name: self._value(value) for name, value in kwargs.items()}
        result = called(*positional, **named)
        if len(save) == 1:
            self._save(save[0], result)
        elif save:
            self._unpack(save, result)

    def item(self, save: str, of: str, key: Any) -> None:
        """``save = of[key]``."""
        self._save(save, self._saved[of][key])

    def attribute(self, save: str, of: str, name: str) -> None:
        """``save = of.name``."""
        self._save(save, getattr(self._saved[of], name))

    def make(
        self, save: str, function: str, args: list[Any], offers: dict[str, Any], optional: list[str]
    ) -> None:
        """``save = function(*args, **kwargs)``, with those of the offers that it takes."""
        called = self._function(function)
        taken = searching.keywords(called, len(args), list(offers), optional)
        self._find([f"{parameter}={offer}" for parameter, offer in taken.items()])
        positional = [self._value(value) for value in args]
        named = {parameter: self._value(offers[offer]) for parameter, offer in taken.items()}
        self._save(save, called(*positional, **named))

    def put(self, of: str, names: list[str], name: str) -> None:
        """``of.name = input``, unless a constant of that input was called."""
        if name not in self._constants:
            copy = self._originals[name].copy
            self._find(searching.assign(self._saved[of], names, copy, self._is_own))

    def find(self, save: str, of: str, names: list[str]) -> None:
        """``save = of.name``, or that of an object that it holds."""
        path, value = searching.find(self._saved[of], names, self._is_own)
        self._find([path] if path else [])
        self._save(save, value)

    # --- what the words need ---

    def _find(self, names: list[str]) -> None:
        self.found[self._step] = names

    def _function(self, dotted: str) -> Any:
        head, _, rest = dotted.partition(".")
        found = self._saved[head] if rest and head in self._saved else getattr(self._module, head)
        for name in rest.split(".") if rest else ():
            if name == "forward" and not hasattr(found, name) and callable(found):
                self._find(["__call__"])
                return found
            found = getattr(found, name)
        return found

    def _unpack(self, names: list[str], result: Any) -> None:
        if not issubclass(type(result), (tuple, list)) or len(result) != len(names):
            raise Malformed(kind_of(result))
        for index, name in enumerate(names):
            self._save(name, result[index])

    def _save(self, name: str, value: Any) -> None:
        self._saved[name] = value
        if name in self._returns:
            self._results.pop(name, None)
            room = self._limit - sum(len(data) for _, data in self._results.values())
            self._results[name] = plain(value, limit=room)

    def _value(self, value: Any) -> Any:
        if type(value) is not list:
            return value
        tag, content = value
        return _VALUES[tag](self, content)

    def _input(self, name: str) -> Any:
        if name not in self._copies:
            self._copies[name] = self._originals[name].copy()
        return self._copies[name]

    def _get_saved(self, name: str) -> Any:
        return self._saved[name]

    def _constant(self, name: str) -> Callable[..., Any]:
        original = self._originals[name]

        def constant(*args: Any, **kwargs: Any) -> Any:
            self._constants.add(name)
            return original.copy()

        return constant

    def _tuple(self, values: list[Any]) -> tuple[Any, ...]:
        return tuple([self._value(value) for value in values])

    def _dict(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in values.items()}


_WORDS: dict[str, Callable[..., None]] = {
    "let": Performance.let,
    "call": Performance.call,
    "item": Performance.item,
    "attribute": Performance.attribute,
    "make": Performance.make,
    "put": Performance.put,
    "find": Performance.find,
}
_VALUES: dict[str, Callable[[Performance, Any], Any]] = {
    "input": Performance._input,
    "saved": Performance._get_saved,
    "constant": Performance._constant,
    "tuple": Performance._tuple,
    "dict": Performance._dict,
}
