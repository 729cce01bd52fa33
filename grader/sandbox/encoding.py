"""From `grader.steps` to frames and back."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from grader.sandbox.guest import wire
from grader.steps import (
    Array,
    Attribute,
    Batch,
    Call,
    Constant,
    Ending,
    Find,
    Found,
    Input,
    Item,
    Let,
    Limits,
    LoadReport,
    Make,
    NotAnArray,
    Program,
    Put,
    Raised,
    Reply,
    Run,
    Saved,
    Script,
    Step,
    Value,
)

__all__ = ["EncodedBatch", "decode_load", "decode_reply", "encode", "encode_limits", "encode_program"]

_NO_NONCE = bytes(16)
_LONGEST_TEXT = 500
SHORT = 4096
"""Bytes of an answer up to which it is remembered."""


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """A batch as bytes, to be sent to any number of sandboxes.

    Attributes:
        data: one whole frame.
        order: as in Batch.
        returns: for each run, the names that come back.
        offsets: where among all arrays each run's begin, and where the last one's end.
    """

    data: bytes
    order: tuple[int, ...]
    returns: tuple[tuple[str, ...], ...]
    offsets: tuple[int, ...]

    def head(self) -> dict[str, Any]:
        """What a supervisor must know: functions, order, groups, size; and a leaf: scripts and runs."""
        head: dict[str, Any] = wire.frame_at(memoryview(self.data)).meta()
        return head

    def without_inputs(self) -> bytes:
        """The frame without its arrays, for a worker that asks for those of one run after the other."""
        return wire.pack(wire.BATCH, 0, _NO_NONCE, wire.frame_at(memoryview(self.data)).text)

    def inputs(self, index: int) -> bytes:
        """The arrays of one run as a frame. Raises MalformedError where there is no such run."""
        if index >= len(self.returns):
            raise wire.MalformedError(f"run {index} of {len(self.returns)} was asked for")
        blob = wire.frame_at(memoryview(self.data)).blob[slice(*self.offsets[index : index + 2])]
        return wire.pack(wire.INPUTS, index, _NO_NONCE, {}, [blob])


def encode(batch: Batch) -> EncodedBatch:
    """Turn a batch into bytes, once for all submissions.

    Raises:
        TypeError: a value in a script or an array's dtype that cannot be sent; its text shows it.
        ValueError: the order leaves a run out, or names one that is not there.
    """
    if set(batch.order) != set(range(len(batch.runs))):
        raise ValueError(f"order {batch.order} should name each of {len(batch.runs)} runs")
    scripts: dict[str, int] = {}
    runs: list[Any] = []
    arrays: list[bytes] = []
    offsets = [0]
    for run in batch.runs:
        described, blobs = _inputs(run)
        runs.append([scripts.setdefault(_script(run.script), len(scripts)), offsets[-1], described])
        arrays += blobs
        offsets.append(offsets[-1] + sum(wire.padded(len(blob)) for blob in blobs))
    head = {
        "functions": list(batch.functions),
        "order": list(batch.order),
        "groups": [run.group for run in batch.runs],
        "size": offsets[-1],
        "scripts": [json.loads(text) for text in scripts],
        "runs": runs,
    }
    data = wire.pack(wire.BATCH, 0, _NO_NONCE, head, arrays)
    returns = tuple(run.script.returns for run in batch.runs)
    return EncodedBatch(data, batch.order, returns, tuple(offsets))


def _script(script: Script) -> str:
    """A script as text: the runs of an exercise share a few, which differ in hyperparameters."""
    meta = {
        "steps": [_step(step) for step in script.steps],
        "returns": list(script.returns),
        "watch": list(script.watch),
    }
    return json.dumps(meta)


def _inputs(run: Run) -> tuple[dict[str, Any], list[bytes]]:
    """A run's arrays: what they are, and their bytes."""
    arrays = {name: _native(name, array) for name, array in run.inputs.items()}
    described = {name: [_code(array), list(array.shape)] for name, array in arrays.items()}
    return described, [array.tobytes() for array in arrays.values()]


def _native(name: str, array: Array) -> Array:
    native = np.asarray(array, dtype=array.dtype.newbyteorder("="), order="C")
    if _code(native) not in wire.CODES or native.ndim > wire.MAX_DIMENSIONS:
        raise TypeError(f"input {name!r} is an array of {array.dtype}, {array.ndim} axes: it cannot be sent")
    return native


def _code(array: Array) -> str:
    return f"{array.dtype.kind}{array.dtype.itemsize}"


def _step(step: Step) -> list[Any]:
    match step:
        case Let(save, value):
            return ["let", save, _value(value)]
        case Call(save_all, function, args, kwargs):
            named = {name: _value(value) for name, value in kwargs.items()}
            return ["call", list(save_all), function, [_value(value) for value in args], named]
        case Item(save, of, key):
            return ["item", save, of, key]
        case Attribute(save, of, name):
            return ["attribute", save, of, name]
        case Make(save, function, args, offers, optional):
            offered = {name: _value(value) for name, value in offers.items()}
            return ["make", save, function, [_value(value) for value in args], offered, list(optional)]
        case Put(of, names, name):
            return ["put", of, list(names), name]
        case Find(save, of, names):
            return ["find", save, of, list(names)]
    raise TypeError(f"{step!r} is none of the steps")


def _value(value: Value) -> Any:
    match value:
        case Input(name):
            return ["input", name]
        case Saved(name):
            return ["saved", name]
        case Constant(name):
            return ["constant", name]
        case tuple():
            return ["tuple", [_value(element) for element in value]]
        case Mapping():
            return ["dict", {str(name): _value(element) for name, element in value.items()}]
        case np.generic():
            return value.item()
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"{value!r} of type {type(value).__name__} cannot be a value in a script")


def encode_program(program: Program) -> bytes:
    """Turn a submission's text into a frame."""
    meta = {
        "entry": list(program.entry),
        "sources": [[source.path, list(source.cells)] for source in program.sources],
        "definitions_only": program.definitions_only,
        "allow": list(program.allow),
        "other_names": dict(program.other_names),
        "parts": [list(program.parts.names), program.parts.text] if program.parts else None,
    }
    return wire.pack(wire.PROGRAM, 0, _NO_NONCE, meta)


def encode_limits(limits: Limits, nonce: bytes) -> bytes:
    """Turn limits into a frame, whose nonce the batch's answers must carry."""
    return wire.pack(wire.LIMITS, 0, nonce, asdict(limits))


# --- back ---------------------------------------------------------------------------------------------


def decode_load(meta: Any) -> tuple[LoadReport, tuple[str, ...]]:
    """Read how loading went, and which functions are missing. Raises MalformedError."""
    if isinstance(meta, dict) and meta.get("ending") in ("TIMED_OUT", "KILLED"):
        return LoadReport(ending=Ending[meta["ending"]], text=str(meta.get("text", ""))), ()
    meta = wire.check_load(meta)
    report = LoadReport(
        ending=Ending[meta["ending"]],
        error=_raised(meta["error"]),
        text=meta["text"],
        names=tuple(meta["names"]),
        notes=tuple(meta["notes"]),
    )
    return report, tuple(meta["missing"]) if report.ending is Ending.RETURNED else ()


def decode_reply(frame: wire.Frame, returns: tuple[str, ...]) -> tuple[Reply, tuple[str, ...]]:
    """Read what one run gave, and what it said was odd. Raises MalformedError.

    Most submissions answer alike, to the last bit: such answers share their values.
    """
    read = _read_again if len(frame.text) + len(frame.blob) <= SHORT else _read_reply
    reply, notes = read(bytes(frame.text), bytes(frame.blob), returns)
    return replace(reply, seconds=frame.seconds), notes


def _read_reply(text: bytes, blob: bytes, returns: tuple[str, ...]) -> tuple[Reply, tuple[str, ...]]:
    meta = wire.read_text(text)
    if isinstance(meta, dict) and meta.get("ending") in ("TIMED_OUT", "KILLED", "OUT_OF_MEMORY"):
        return _lost(meta), ()
    meta = wire.check_reply(meta, blob, returns)
    reply = Reply(
        ending=Ending[meta["ending"]],
        step=meta["step"],
        values={name: _read(value) for name, value in meta["values"].items()},
        changed=tuple(meta["changed"]),
        error=_raised(meta["error"]),
        text=meta["text"],
        found=_found(meta["found"]),
    )
    return reply, tuple(meta["notes"])


_read_again = functools.lru_cache(maxsize=4096)(_read_reply)


def _found(found: Mapping[str, list[str]]) -> Found:
    return {int(step): tuple(names) for step, names in found.items()}


def _lost(meta: Mapping[str, Any]) -> Reply:
    step = meta.get("step", 0)
    return Reply(
        ending=Ending[meta["ending"]],
        step=step if isinstance(step, int) else 0,
        text=str(meta.get("text", ""))[:_LONGEST_TEXT],
        skipped=meta.get("skipped") is True,
    )


def _read(value: Any) -> Array | NotAnArray:
    return NotAnArray(value[:200]) if isinstance(value, str) else value


def _raised(error: Any) -> Raised | None:
    if error is None:
        return None
    return Raised(**{field.name: error[field.name] for field in fields(Raised)})
