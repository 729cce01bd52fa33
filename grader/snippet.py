"""The steps of a case as Python: the call as a student would write it, and a snippet that reproduces it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Set

import numpy as np

from grader.model import Expected
from grader.steps import (
    Array,
    Attribute,
    Call,
    Constant,
    Find,
    Found,
    Input,
    Item,
    Let,
    Make,
    Put,
    Saved,
    Script,
    Source,
    Step,
    Value,
)

__all__ = ["NO_OTHER_NAMES", "call_text", "home_module", "passes", "repro"]

NOTHING_FOUND: Found = {}
NO_OTHER_NAMES: Mapping[str, str] = {}


def call_text(script: Script, found: Found = NOTHING_FOUND) -> str:
    """The graded call, hyperparameters written out: ``conv_forward(x, w, b, {'stride': 2})``.

    Where it takes what another call returned, that call follows: ``conv_backward(dout, cache) after
    out, cache = conv_forward(x, w, b, {'stride': 2})``. So does the call that made the object.

    Args:
        found: how the steps that search were carried out.
    """
    known = {step.save: step.value for step in script.steps if isinstance(step, Let)}
    plain = [_plain(step, found.get(place)) for place, step in enumerate(script.steps)]
    *before, last = [step for step in plain if isinstance(step, Call)]
    text = _call(last, known)
    for step in reversed(before):
        text += f" after {', '.join(step.save)} = {_call(step, known)}"
    return text


def _plain(step: Step, found: tuple[str, ...] | None) -> Step:
    """A step without its search: as it was carried out, or as the course has it where that is not known."""
    match step:
        case Make(save, function, args, offers):
            names = dict(pair.split("=") for pair in found if "=" in pair) if found is not None else None
            taken = {name: name for name in offers} if names is None else names
            kwargs = {name: offers[offer] for name, offer in taken.items() if offer in offers}
            return Call((save,), function, args, kwargs)
        case Call(save_all, function, args, kwargs) if found == ("__call__",):
            return Call(save_all, function.rpartition(".")[0], args, kwargs)
        case Find(save, of, names_):
            return Attribute(save, of, found[0] if found else names_[0])
    return step


def _call(step: Call, known: Mapping[str, Value]) -> str:
    args = [_value(value, known) for value in step.args]
    args += [f"{name}={_value(value, known)}" for name, value in step.kwargs.items()]
    return f"{step.function.removesuffix('.__call__')}({', '.join(args)})"


def _value(value: Value, known: Mapping[str, Value]) -> str:
    match value:
        case Input(name):
            return name
        case Saved(name):
            return _value(known[name], known) if name in known else name
        case Constant(name):
            return f"lambda *shape: {name}.copy()"
        case tuple():
            parts = ", ".join(_value(part, known) for part in value)
            return f"({parts},)" if len(value) == 1 else f"({parts})"
        case Mapping():
            return "{" + ", ".join(f"{key!r}: {_value(part, known)}" for key, part in value.items()) + "}"
        case _:
            return repr(value)


def _lines(step: Step, found: tuple[str, ...] | None) -> list[str]:
    if isinstance(step, Put):
        return [f"{step.of}.{path} = {step.input}.copy()" for path in found or ()]
    return [_step(_plain(step, found))]


def _step(step: Step) -> str:
    match step:
        case Let(save, value):
            return f"{save} = {_value(value, {})}"
        case Call():
            return f"{', '.join(step.save)} = {_call(step, {})}"
        case Item(save, of, key):
            return f"{save} = {of}[{key!r}]"
        case Attribute(save, of, name):
            return f"{save} = {of}.{name}"
    raise TypeError(f"{step!r} searches")


def repro(
    script: Script,
    inputs: Mapping[str, Array],
    expected: Mapping[str, Expected],
    *,
    module: str,
    functions: tuple[str, ...],
    folders: int = 0,
    own_names: Mapping[str, str] = NO_OTHER_NAMES,
    refusal: str = "",
    kept: tuple[str, ...] = (),
    loose: Set[str] = frozenset(),
    typed: Set[str] = frozenset(),
    found: Found = NOTHING_FOUND,
) -> str:
    """A snippet that runs beside the student's file and ends in asserts on the expected values.

    Args:
        module: to import `functions` from; empty for a notebook, where they are defined already.
        folders: how many folders above the file its imports reach; see `home_module`.
        own_names: what the submission calls those of the functions that it calls otherwise.
        refusal: why the call should raise an error instead; "" where it should not.
        kept: inputs that must be the same afterwards, to be asserted, too.
        loose: results whose axes of length 1 may be left out or added.
        typed: results that must hold floating-point numbers, to be asserted, too: equal numbers do not tell.
        found: how the steps that search were carried out.
    """
    needed = {name for step in script.steps for value in _values(step) for name in _arrays_in(value)}
    needs_numpy = needed or not (refusal or all(map(_is_whole, expected.values())))
    lines = ["import numpy as np"] if needs_numpy else []
    if folders:
        above = ", ".join(f'"{"/".join([".."] * up)}"' for up in range(1, folders + 1))
        lines = ["import sys", *lines, f"sys.path[:0] = [{above}]"]
    if module:
        names = [f"{own_names[name]} as {name}" if name in own_names else name for name in functions]
        lines.append(f"from {module} import {', '.join(names)}")
    else:
        lines += [f"{name} = {own_names[name]}" for name in functions if name in own_names]
    lines += ["", *(f"{name} = {_array(inputs[name])}" for name in inputs if name in needed)]
    lines += [f"{name}_before = {name}.copy()" for name in kept]
    steps = [line for place, step in enumerate(script.steps) for line in _lines(step, found.get(place))]
    if refusal:
        return "\n".join([*lines, *_refused(steps, script.returns[0], refusal)]).strip()
    lines += [*steps, ""]
    single = any(array.dtype == np.float32 for array in inputs.values())
    for name, each in expected.items():
        lines += _compared(name, each, single=single, loose=name in loose)
        if name in typed and each.value.dtype.kind == "f":
            lines.append(f'assert np.asarray({name}).dtype.kind == "f", {name}')
    lines += [f"assert np.array_equal({name}, {name}_before), {name}" for name in kept]
    return "\n".join(lines).strip()


IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\.*)(\w*)", re.MULTILINE)


def home_module(path: str, sources: Iterable[Source]) -> tuple[str, int]:
    """What a snippet beside a file imports it as, and how many folders above the file it is looked for.

    A file that imports its siblings by themselves is a module of its own. One that imports them relatively,
    or by the name of a folder that it lies in, is to be imported as part of that package.

    Args:
        path: of the file, such as ``mytorch/nn/Conv1d.py``; that of a notebook has no module.
        sources: of the submission; those in the same folder are read.
    """
    if not path.endswith(".py"):
        return "", 0
    *folders, file = path.split("/")
    siblings = [source for source in sources if source.path.split("/")[:-1] == folders]
    reach = 0
    for dots, name in (found for each in siblings for cell in each.cells for found in IMPORT.findall(cell)):
        reach = max(reach, len(dots), len(folders) - folders.index(name) if name in folders else 0)
    package = folders[len(folders) - reach :] if reach <= len(folders) else []
    return ".".join([*package, file.removesuffix(".py")]), len(package)


def _is_whole(expected: Expected) -> bool:
    return expected.value.dtype.kind == "i" and expected.value.ndim == 0


def _compared(name: str, expected: Expected, *, single: bool, loose: bool) -> Iterator[str]:
    """Lines that end in an assert on one result."""
    value = expected.value
    if _is_whole(expected):
        yield f"assert {name} == {value} and not isinstance({name}, float), {name}"
        return
    rtol, atol = _tolerances(expected, single=single)
    yield f"expected = {_array(value)}"
    if loose:
        yield f"{name} = {name}.reshape(expected.shape)"
    elif value.ndim:  # a single number may have any type, and none has a shape to speak of
        yield f"assert {name}.shape == expected.shape, {name}.shape"
    near = f"rtol={_power(rtol)}, atol={_power(atol)}"
    yield f"assert np.allclose({name}, expected, {near}), {name}"


def _refused(steps: list[str], result: str, refusal: str) -> Iterator[str]:
    """Lines that end in an assert, unless the call raises an error."""
    yield "try:"
    yield from (f"    {line}" for line in steps)
    yield "except Exception as error:"
    yield '    print("refused, as it should be:", repr(error))'
    yield "else:"
    yield f'    raise AssertionError(f"{refusal}, but it returned {{{result}}}")'


def passes(got: Array, expected: Expected, *, single: bool) -> bool:
    """Whether a snippet lets a result of the right shape pass."""
    rtol, atol = _tolerances(expected, single=single)
    with np.errstate(all="ignore"):
        return np.allclose(got.reshape(expected.value.shape), expected.value, rtol=rtol, atol=atol)


def _tolerances(expected: Expected, *, single: bool) -> tuple[float, float]:
    """Relative and absolute; simple numbers, within which every correct algorithm stays."""
    bound = float(np.max(expected.bound, initial=0.0))
    above = 10.0 ** math.ceil(math.log10(bound)) if bound else 0.0
    return (1e-4, max(1e-4, above)) if single else (1e-9, max(1e-12, above))


def _power(number: float) -> str:
    """A power of ten as one writes it, 1e-9."""
    return f"{number:.0e}".replace("e-0", "e-")


def _values(step: Step) -> tuple[Value, ...]:
    match step:
        case Let():
            return (step.value,)
        case Call():
            return (*step.args, *step.kwargs.values())
        case Make():
            return (*step.args, *step.offers.values())
        case Put():
            return (Input(step.input),)
        case _:
            return ()


def _arrays_in(value: Value) -> set[str]:
    """Names of the case's arrays that a value needs."""
    match value:
        case Input(name) | Constant(name):
            return {name}
        case tuple():
            return {name for part in value for name in _arrays_in(part)}
        case Mapping():
            return {name for part in value.values() for name in _arrays_in(part)}
        case _:
            return set()


def _array(array: Array) -> str:
    """An array as an expression; exact, since Python prints the shortest text that reads back the same."""
    plain = array.dtype in (np.float64, np.bool_)  # what Python's own numbers and truth values become
    dtype = "" if plain else f", dtype=np.{array.dtype}"
    if array.size == 0:
        return f"np.zeros({array.shape}{dtype})"
    return f"np.array({array.tolist()}{dtype})"
