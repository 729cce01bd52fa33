"""What the words for classes search: which keywords a constructor takes, and what an object holds.

All of it asks the student's own objects, in the student's process: what they answer decides what happens
to them, and nothing else.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, Callable  # noqa: UP035 - evaluated, by Python 3.8 too

__all__ = ["Asked", "assign", "find", "keywords"]

DEEPEST = 2  # levels of objects in objects that are looked into
MOST_OBJECTS = 50
LONGEST_NAME = 100

Asked = Callable[[Any], bool]
"""Whether a class is the submission's own."""


# --- constructors ------------------------------------------------------------------------------------


def keywords(function: Any, given: int, offers: Sequence[str], optional: Sequence[str]) -> dict[str, str]:
    """Say which parameter takes which offer; the rule is in `grader.steps.Make`.

    Args:
        function: a class, or a function.
        given: how many arguments are passed by position, before the offers.
    """
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except Exception:  # it has none that can be told
        return {name: name for name in offers}
    named = [each for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    positional = [each for each in named if each.kind is each.POSITIONAL_OR_KEYWORD]
    free = [each for each in named if each not in positional[:given]]
    taken = {each.name: each.name for each in free if each.name in offers}
    for each in free:
        left = [name for name in offers if name not in taken.values()]
        alike = [name for name in left if name[:1] == each.name[:1].lower()]
        if each.name not in taken and len(alike) == 1 and _is_open(each, alike[0], optional):
            taken[each.name] = alike[0]
    left = [name for name in offers if name not in taken.values()]
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return dict(taken, **{name: name for name in left if name not in taken})
    unnamed = [each.name for each in free if each.name not in taken and _is_open(each)]
    for name in optional:
        if name in left and len(left) > len(unnamed):
            left.remove(name)
    return dict(taken, **dict(zip(unnamed, left)))  # noqa: B905 - Python 3.8


def _is_open(parameter: Any, offer: str = "", optional: Sequence[str] = ()) -> bool:
    """Whether a parameter of another name may take an offer: an optional one may have any default."""
    return offer in optional or parameter.default is parameter.empty or parameter.default is None


# --- objects -----------------------------------------------------------------------------------------


def find(thing: Any, names: Sequence[str], is_own: Asked) -> tuple[str, Any]:
    """Find an attribute: (dotted path, value), or ("", None); the rule is in `grader.steps.Find`."""
    there = []
    for path, held in _held(thing, is_own):
        for name in names:
            value = getattr(held, name, None)
            if value is not None:
                there.append((path + name, value))
                break
    return next((found for found in there if _is_something(found[1])), there[0] if there else ("", None))


def _is_something(value: Any) -> bool:
    import numpy

    try:
        return bool(numpy.any(value))
    except Exception:
        return True


def assign(thing: Any, names: Sequence[str], copy: Callable[[], Any], is_own: Asked) -> list[str]:
    """Set an attribute wherever it is there; gives the dotted paths. The rule is in `grader.steps.Put`."""
    done = []
    for path, held in list(_held(thing, is_own)):
        for name in names:
            if name in _own(held):
                setattr(held, name, copy())
                done.append(path + name)
                break
    return done


def _held(thing: Any, is_own: Asked) -> Iterator[tuple[str, Any]]:
    """An object and those of the submission's classes that it holds, outer ones first, each once."""
    level, seen = [("", thing)], {id(thing)}
    for _ in range(DEEPEST + 1):
        below = []
        for path, held in level:
            yield path, held
            for name, value in _own(held).items():
                if id(value) not in seen and len(seen) < MOST_OBJECTS and is_own(type(value)):
                    seen.add(id(value))
                    below.append((f"{path}{name}.", value))
        level = below


def _own(thing: Any) -> dict[str, Any]:
    """The attributes that an object itself has; none of one that keeps them elsewhere."""
    try:
        there = object.__getattribute__(thing, "__dict__")
    except Exception:
        return {}
    names = list(there) if type(there) is dict else []
    return {name: there[name] for name in names if type(name) is str and _is_plain(name)}


def _is_plain(name: str) -> bool:
    return len(name) <= LONGEST_NAME and name.isidentifier()
