"""Frames: what was packed comes back, and anything else is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.sandbox.encoding import decode_load, decode_reply
from grader.sandbox.guest import wire

NONCE = bytes(range(16))
GOOD: dict[str, Any] = {
    "ending": "RETURNED",
    "step": 1,
    "values": {"y": ["f8", [2]]},
    "changed": ["x"],
    "error": None,
    "text": "",
    "notes": [],
}
BLOB = np.array([1.0, 2.0]).tobytes()


def reader(data: bytes) -> Callable[[int], bytes]:
    rest = memoryview(data)

    def read(size: int) -> bytes:
        nonlocal rest
        taken, rest = bytes(rest[:size]), rest[size:]
        return taken

    return read


@given(
    arrays=st.lists(
        npst.arrays(st.sampled_from(["f8", "i4", "b1", "u1", "f2"]), npst.array_shapes()), max_size=4
    )
)
def test_arrays_come_back(arrays: list[Any]) -> None:
    described = {
        str(number): [f"{array.dtype.kind}{array.dtype.itemsize}", list(array.shape)]
        for number, array in enumerate(arrays)
    }
    data = wire.pack(3, 7, NONCE, described, [array.tobytes() for array in arrays], seconds=0.5)
    frame = wire.read_frame(reader(data), text=1 << 16, blob=1 << 20)
    assert (frame.kind, frame.number, frame.nonce, frame.seconds) == (3, 7, NONCE, 0.5)
    found, used = wire.arrays(frame.meta(), frame.blob)
    assert used == len(frame.blob)
    for number, array in enumerate(arrays):
        assert found[str(number)].tobytes() == array.tobytes()
        assert found[str(number)].shape == array.shape
        assert not found[str(number)].size or not found[str(number)].flags.writeable


@pytest.mark.parametrize(
    ("description", "said"),
    [
        (["O", [1]], "an array described as"),
        (["f8", [-1]], "an array described as"),
        (["f8", [True]], "an array described as"),
        (["f8", [1 << 60]], "an array described as"),
        (["f8", [1] * 33], "an array described as"),
        (["f8"], "an array described as"),
        (["f8", 3], "an array described as"),
        (17, "an array described as"),
        (["f8", [3]], "an array of 24 bytes where 16 are left"),
        (["f8", [1 << 40, 1 << 40]], "bytes where 16 are left"),
    ],
)
def test_an_array_that_is_none(description: object, said: str) -> None:
    with pytest.raises(wire.MalformedError, match=said):
        wire.arrays({"y": description}, BLOB)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ending": "CORRECT"}, "a reply that ended as 'CORRECT'"),
        ({"ending": "NOT_RUN"}, "a reply that ended as 'NOT_RUN'"),
        ({"ending": "RAISED"}, "values"),
        ({"values": {}}, r"values \[\], but should be \['y'\]"),
        ({"values": {"z": ["f8", [2]]}}, r"values \['z'\]"),
        ({"values": {"y": ["f8", [1]]}}, "16 bytes of arrays where 8 were described"),
        ({"step": "1"}, "without its step"),
        ({"step": -1}, "without its step"),
        ({"text": None}, "without its step and text"),
        ({"error": {}}, "without its error"),
        ({"changed": [1]}, "whose changed is"),
        ({"notes": "x"}, "whose notes is"),
    ],
)
def test_a_reply_that_is_none(change: dict[str, Any], said: str) -> None:
    with pytest.raises(wire.MalformedError, match=said):
        wire.check_reply({**GOOD, **change}, BLOB, ("y",))


def test_a_reply_that_is_one() -> None:
    reply, notes = decode_reply(
        wire.Frame(wire.REPLY, False, 0, NONCE, 0.25, json.dumps(GOOD).encode(), BLOB), ("y",)
    )
    assert (reply.ending.name, reply.step, reply.changed, reply.seconds) == ("RETURNED", 1, ("x",), 0.25)
    assert notes == ()


@pytest.mark.parametrize("text", [b"[", b"[" * 100_000, b"\xff", b"1" * 5000, b"null", b"{}"])
def test_text_that_is_no_reply(text: bytes) -> None:
    with pytest.raises(wire.MalformedError):
        decode_reply(wire.Frame(wire.REPLY, False, 0, NONCE, 0.0, text, b""), ())


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"type": 1},
        {"type": "E", "message": "x" * 5000, "path": "", "code": "", "function": "", "line": 1, "cell": 0},
    ],
)
def test_an_exception_that_is_none(error: dict[str, Any]) -> None:
    meta = {**GOOD, "ending": "RAISED", "values": {}, "error": error}
    with pytest.raises(wire.MalformedError, match="an exception described in other than words"):
        decode_reply(wire.Frame(wire.REPLY, False, 0, NONCE, 0.0, json.dumps(meta).encode(), b""), ())


@pytest.mark.parametrize(
    "change",
    [{"line": 1 << 31}, {"line": -1}, {"cell": -1}, {"path": "/etc/passwd"}, {"path": "a/../../b.py"}],
)
def test_an_exception_that_points_nowhere(change: dict[str, Any]) -> None:
    """CI runners are told the file and the line."""
    words = dict.fromkeys(("type", "message", "code", "function"), "")
    error = {**words, "path": "a/b.py", "line": 1, "cell": 0, "unfinished": False, **change}
    meta = {**GOOD, "ending": "RAISED", "values": {}, "error": error}
    with pytest.raises(wire.MalformedError, match=r"an exception (without its line|in no file)"):
        decode_reply(wire.Frame(wire.REPLY, False, 0, NONCE, 0.0, json.dumps(meta).encode(), b""), ())


LOADED = {**GOOD, "names": [], "missing": []}


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        {"ending": "RETURNED"},
        {**LOADED, "names": [1]},
        {**LOADED, "ending": "RAISED", "error": {}},
    ],
)
def test_a_load_report_that_is_none(meta: Any) -> None:
    """The worker looks as closely as the grader: it costs the submission, not the sandbox."""
    with pytest.raises(wire.MalformedError):
        decode_load(meta)
    with pytest.raises(wire.MalformedError):
        wire.check_load(meta)


@pytest.mark.parametrize("dims", [[0, 1 << 47, 1 << 47], [1] * 32 + [0], [0, -1], [0, True]])
def test_an_empty_array_of_no_shape(dims: list[int]) -> None:
    with pytest.raises(wire.MalformedError, match="an array"):
        wire.arrays({"y": ["f8", dims]}, b"")


def test_a_frame_that_is_too_long() -> None:
    data = wire.pack(1, 0, NONCE, "x" * 100, [b"y" * 100])
    with pytest.raises(wire.MalformedError, match=r"a frame of 104 \+ 104 bytes; at most 50 \+ 200 may come"):
        wire.read_frame(reader(data), text=50, blob=200)


def test_a_frame_of_somebody_else() -> None:
    with pytest.raises(wire.MalformedError, match="a frame that begins with b'HTTP'"):
        wire.read_frame(reader(b"HTTP" + bytes(100)), text=50, blob=200)
