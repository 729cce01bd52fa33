"""Frames between the grader and its sandbox, and between the sandbox's two processes.

A frame is a header, a bounded JSON text, and raw arrays one after the other, each padded to eight
bytes. There is no pickle, no eval and no header that the receiver has to believe: every length is
checked against a cap before anything is read, and every array against the bytes that are there.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from numpy import dtype, ndarray

__all__ = [
    "ANSWER_TEXT",
    "BATCH",
    "CODES",
    "CONFIG",
    "DONE",
    "END",
    "HEADER",
    "HELLO",
    "INPUTS",
    "LIMITS",
    "LOADED",
    "MAX_DIMENSIONS",
    "PROGRAM",
    "REPLY",
    "REQUEST",
    "STEP",
    "Frame",
    "MalformedError",
    "arrays",
    "check_load",
    "check_reply",
    "frame_at",
    "pack",
    "padded",
    "read_frame",
    "read_text",
    "trusted_arrays",
]

MAGIC = b"cnn1"
# magic, kind, spent, number, nonce, seconds, text bytes, array bytes
HEADER = struct.Struct("<4sB?2xI4x16sdQQ")
CONFIG, HELLO, PROGRAM, LIMITS, BATCH, INPUTS, LOADED, REPLY, DONE, STEP, END = range(11)
_encode = json.JSONEncoder(separators=(",", ":")).encode
REQUEST = struct.Struct("<II16s")  # place in the batch's order, index of the run, token: what a leaf is asked

ANSWER_TEXT = 1 << 18  # bytes of JSON that a student's process may send in one frame
LONGEST_WORD = 4096  # characters in each word of an exception's description
MAX_DIMENSIONS = 32
CODES = {
    code: dtype(code)
    for code in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}
MOST_FOUND, LONGEST_FOUND = 64, 400  # steps that search, and what each found
LEAF_ENDINGS = ("RETURNED", "RAISED", "MALFORMED", "OUT_OF_MEMORY")


class MalformedError(Exception):
    """A frame that is not what it should be; its text says what was found."""


class Frame(NamedTuple):
    """One message.

    Attributes:
        spent: of a student's process: it is of no further use.
        seconds: CPU time where it applies.
        text: JSON.
        blob: the arrays' bytes.
    """

    kind: int
    spent: bool
    number: int
    nonce: bytes
    seconds: float
    text: bytes
    blob: Any

    def meta(self) -> Any:
        """The JSON text, parsed. Raises MalformedError."""
        return read_text(self.text)


def read_text(text: bytes) -> Any:
    """Parse a frame's text. Raises MalformedError."""
    try:
        return json.loads(str(text, "ascii"))
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"text that is not JSON: {error}") from None


def padded(size: int) -> int:
    """`size` rounded up to the next multiple of eight."""
    return (size + 7) & ~7


def pack(
    kind: int,
    number: int,
    nonce: bytes,
    meta: Any,
    blobs: Sequence[Any] = (),
    *,
    seconds: float = 0.0,
    spent: bool = False,
) -> bytes:
    """Make a frame of anything that JSON can hold and of buffers, which are joined, each padded."""
    text = meta if isinstance(meta, bytes) else _encode(meta).encode("ascii")
    parts: list[Any] = [b"", text, b" " * (padded(len(text)) - len(text))]
    size = 0
    for blob in blobs:
        length = len(blob)
        parts.append(blob)
        if length & 7:
            parts.append(bytes(padded(length) - length))
        size += padded(length)
    parts[0] = HEADER.pack(MAGIC, kind, spent, number, nonce, seconds, padded(len(text)), size)
    return b"".join(parts)


def read_frame(read: Callable[[int], Any], *, text: int, blob: int) -> Frame:
    """Read one frame with `read`, which returns exactly as many bytes as it is asked for.

    Raises:
        MalformedError: not a frame, or longer than `text` bytes of JSON or `blob` bytes of arrays.
    """
    magic, kind, spent, number, nonce, seconds, text_size, blob_size = HEADER.unpack(read(HEADER.size))
    if magic != MAGIC:
        raise MalformedError(f"a frame that begins with {magic!r}")
    if text_size > text or blob_size > blob:
        raise MalformedError(f"a frame of {text_size} + {blob_size} bytes; at most {text} + {blob} may come")
    body = read(text_size + blob_size)
    if not blob_size:
        return Frame(kind, spent, number, nonce, seconds, body, b"")
    return Frame(kind, spent, number, nonce, seconds, body[:text_size], memoryview(body)[text_size:])


def frame_at(buffer: Any) -> Frame:
    """Read a whole frame out of a buffer, without copying its arrays."""
    _, kind, spent, number, nonce, seconds, text_size, blob_size = HEADER.unpack_from(buffer)
    middle = HEADER.size + text_size
    text = bytes(buffer[HEADER.size : middle])
    return Frame(kind, spent, number, nonce, seconds, text, buffer[middle : middle + blob_size])


def arrays(described: dict[str, Any], blob: Any, offset: int = 0) -> tuple[dict[str, Any], int]:
    """Read named arrays off a blob.

    Args:
        described: name -> [code, dims], in the order in which the arrays lie in the blob; a str
            stands for something that is no array, and is kept.
        blob: the bytes.
        offset: where the first array begins.

    Returns:
        name -> read-only array or str; and where in the blob they end.

    Raises:
        MalformedError: unknown code, impossible shape, or too few bytes.
    """
    found: dict[str, Any] = {}
    for name, description in described.items():
        if isinstance(description, str):
            found[name] = description
        else:
            found[name], offset = _array(description, blob, offset)
    return found, offset


def trusted_arrays(described: dict[str, Any], blob: Any, offset: int) -> dict[str, Any]:
    """Read named arrays as `arrays` does, off what the grader itself has sent: nothing is checked."""
    found = {}
    for name, (code, dims) in described.items():
        found[name] = array = ndarray(dims, CODES[code], *([] if 0 in dims else [blob, offset]))
        offset += padded(array.nbytes)
    return found


def _array(description: Any, blob: Any, offset: int) -> tuple[Any, int]:
    kind, dims = _described(description)
    size = kind.itemsize
    for length in dims:
        size *= length
    if offset + size > len(blob):
        raise MalformedError(f"an array of {size} bytes where {len(blob) - offset} are left")
    try:
        if not size:
            return ndarray(dims, kind), offset
        return ndarray(dims, kind, blob, offset), offset + padded(size)
    except ValueError:  # NumPy counts the lengths beside a 0, too
        raise MalformedError(f"an array of shape {dims!r:.80}") from None


def _described(description: Any) -> tuple[Any, list[int]]:
    if not (isinstance(description, list) and len(description) == 2):
        raise MalformedError(f"an array described as {description!r:.80}")
    code, dims = description
    if not (
        isinstance(code, str) and code in CODES and isinstance(dims, list) and len(dims) <= MAX_DIMENSIONS
    ):
        raise MalformedError(f"an array described as {description!r:.80}")
    for length in dims:
        if type(length) is not int or not 0 <= length < 1 << 48:
            raise MalformedError(f"an array described as {description!r:.80}")
    return CODES[code], dims


def check_reply(meta: Any, blob: Any, returns: Sequence[str]) -> dict[str, Any]:
    """Check what a student's process says of one run, and read its arrays.

    Args:
        meta: the frame's JSON: ending, step, values, changed, error, text, notes, found.
        blob: the frame's arrays.
        returns: the names that must be there, no more and no fewer, if the ending is RETURNED.

    Returns:
        The same mapping with its arrays in place.

    Raises:
        MalformedError: anything missing, left over, or of the wrong type.
    """
    if not isinstance(meta, dict):
        raise MalformedError(f"a reply that is {type(meta).__name__}")
    ending, values = meta.get("ending"), meta.get("values")
    if ending not in LEAF_ENDINGS or not isinstance(values, dict):
        raise MalformedError(f"a reply that ended as {ending!r:.80}")
    if list(values) != (list(returns) if ending == "RETURNED" else []):
        raise MalformedError(f"values {list(values)!r:.80}, but should be {list(returns)!r:.80}")
    meta["values"], used = arrays(values, blob)
    if used != len(blob):
        raise MalformedError(f"{len(blob)} bytes of arrays where {used} were described")
    _check_words(meta)
    _check_found(meta)
    return meta


def check_load(meta: Any) -> dict[str, Any]:
    """Check what a student's process says of loading the submission. Raises MalformedError."""
    if not isinstance(meta, dict) or meta.get("ending") not in LEAF_ENDINGS:
        raise MalformedError(f"a load report {meta!r:.80}")
    meta["step"], meta["changed"] = 0, []
    _check_words(meta)
    for key in ("names", "missing"):
        _check_names(meta, key)
    return meta


def _check_names(meta: dict[str, Any], key: str) -> None:
    names = meta.get(key)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MalformedError(f"a reply whose {key} is {names!r:.80}")


def _check_found(meta: dict[str, Any]) -> None:
    """How searches ended: names of Python's, by the number of the step. They are printed as code."""
    found = meta.setdefault("found", {})
    if not isinstance(found, dict) or len(found) > MOST_FOUND:
        raise MalformedError("a reply without what was found")
    for step, names in found.items():
        listed = isinstance(names, list) and len(names) <= MOST_FOUND
        if not listed or not re.fullmatch(r"[0-9]{1,4}", step) or not all(map(_is_path, names)):
            raise MalformedError(f"a reply that found {names!r:.80} in step {step!r:.80}")


def _is_path(name: Any) -> bool:
    """Whether it is ``a``, ``a.b`` or ``a=b``."""
    if not isinstance(name, str) or len(name) > LONGEST_FOUND:
        return False
    return all(part.isidentifier() for part in re.split("[.=]", name))


def _check_words(meta: dict[str, Any]) -> None:
    step, text, error = meta.get("step"), meta.get("text"), meta.get("error")
    if type(step) is not int or not 0 <= step < 1 << 16 or not isinstance(text, str):
        raise MalformedError("a reply without its step and text")
    if (error is None) == (meta["ending"] == "RAISED"):
        raise MalformedError("a reply without its error")
    if error is not None:
        _check_error(error)
    for key in ("changed", "notes"):
        _check_names(meta, key)


def _check_error(error: Any) -> None:
    if not isinstance(error, dict):
        raise MalformedError("a reply without its error")
    for key in ("type", "message", "path", "code", "function"):
        if not (isinstance(error.get(key), str) and len(error[key]) <= LONGEST_WORD):
            raise MalformedError("an exception described in other than words")
    if not all(type(error.get(key)) is int and 0 <= error[key] < 1 << 31 for key in ("line", "cell")):
        raise MalformedError("an exception without its line")
    if error["path"].startswith("/") or ".." in error["path"].split("/"):
        raise MalformedError("an exception in no file of the submission")
    if type(error.get("unfinished")) is not bool:
        raise MalformedError("an exception that does not say whether its function is written")
