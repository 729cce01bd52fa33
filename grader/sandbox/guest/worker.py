"""The worker: it takes one submission and its batches, forks a leaf for each batch, and measures.

It never runs a line of a student's code. CPU time is read from the kernel's clock of the other
process, so what happens inside cannot slow it or turn it back, and every limit ends in SIGKILL.

The sandbox's first process forks a worker for each submission, and itself reads nothing of any: no
worker's memory holds what another submission said or answered.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

import numpy
import numpy.random

from . import confinement, landlock, standins, supervision, wire
from .forked import ForkedLeaf
from .seccomp import Filter

__all__ = ["main"]

FLUSH_AT = 1 << 16


class _Stream:
    """Exact reads from, and gathered writes to, the grader."""

    def __init__(self, source: int, sink: int) -> None:
        self._source, self._sink = source, sink
        self._waiting: list[bytes] = []
        self._size = 0

    def read(self, size: int) -> Any:
        """Read exactly so many bytes; the end of the stream ends the process, and the one above it."""
        data = bytearray(size)
        view = memoryview(data)
        done = 0
        while done < size:
            count = os.readv(self._source, [view[done:]])
            if not count:
                os._exit(1)
            done += count
        return view

    def send(self, frame: bytes) -> None:
        self._waiting.append(frame)
        self._size += len(frame)
        if self._size >= FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        data = memoryview(b"".join(self._waiting))
        self._waiting, self._size = [], 0
        while data:
            data = data[os.write(self._sink, data) :]


class Worker:
    """The loop around one submission."""

    def __init__(self, stream: _Stream, filter_: Filter | None) -> None:
        """Args: the stream to the grader; the system-call filter of the leaves, if they get one."""
        self.stream, self.filter = stream, filter_
        self.pid = os.getpid()
        self.program: dict[str, Any] = {}
        self.compiled = b""
        self._limits: dict[str, Any] = {}
        self._nonce = bytes(16)
        self._forget()

    def serve(self) -> None:
        """Do what the grader sends until it is through with the submission."""
        while True:
            self.stream.flush()
            frame = _next(self.stream)
            if frame.kind == wire.END:
                return
            if frame.kind == wire.PROGRAM:
                self.program, self.compiled = frame.meta(), b""
            elif frame.kind == wire.LIMITS:
                self._limits, self._nonce = frame.meta(), frame.nonce
            elif frame.kind == wire.BATCH:
                self._do(frame)

    def _do(self, batch: wire.Frame) -> None:
        self._forget()
        head = batch.meta()
        supervision.supervise(
            head, self._limits, lambda: ForkedLeaf(self, batch, head, self._limits), self._report
        )
        output = self._output[-self._limits["output"] :] if self._limits["output"] else b""
        self._report(wire.DONE, 0, {"output": output.decode("utf-8", "replace")}, b"", self._seconds)

    def _report(self, kind: int, number: int, meta: Any, blob: Any = b"", seconds: float = 0.0) -> None:
        blobs = [blob] if len(blob) else []
        self.stream.send(wire.pack(kind, number, self._nonce, meta, blobs, seconds=seconds))

    def inputs(self, index: int) -> Any:
        """Have the grader send the arrays of one run."""
        self._report(wire.INPUTS, index, {})
        self.stream.flush()
        return _next(self.stream).blob

    def keep(self, leaf: ForkedLeaf) -> None:
        """Keep what a leaf printed and used."""
        self._output += leaf.output
        self._seconds += leaf.seconds

    def _forget(self) -> None:
        self._output, self._seconds = b"", 0.0


# --- the sandbox's first process -------------------------------------------------------------------


def main() -> None:
    """Confine this process, then have one worker after the other. Never returns."""
    stream = _Stream(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.environ.pop("PWD", None)  # bubblewrap's own
    config = _next(stream).meta()
    hello, filter_ = _configure(config)
    standins.forget(__package__.partition(".")[0])
    gc.collect()
    gc.freeze()
    while True:
        _have_worker(stream, hello, filter_)
        if not config["seccomp"] or any(map(_holds_something, config["scratch"])):
            os._exit(0)  # what a submission left behind goes with the sandbox


def _next(stream: _Stream) -> wire.Frame:
    return wire.read_frame(stream.read, text=1 << 30, blob=1 << 40)


def _configure(config: dict[str, Any]) -> tuple[dict[str, Any], Filter | None]:
    """Confine this process as far as it can be and still fork; returns what to tell the grader."""
    said: dict[str, Any] = {"python": sys.version.split()[0], "numpy": numpy.__version__, "error": ""}
    filter_ = None
    try:
        if config["seccomp"]:
            filter_ = Filter()
        if config["landlock"]:
            said["abi"] = landlock.abi()
            confinement.drop_capabilities()
            os.chdir("/")
            landlock.restrict(config["read"], config["write"], config["names"])
        if filter_ is not None:
            filter_.deny()
    except Exception as error:
        said["error"] = f"{type(error).__name__}: {error}"
    return said, filter_


def _have_worker(stream: _Stream, hello: dict[str, Any], filter_: Filter | None) -> None:
    """Fork a worker and wait for its end; where it ends otherwise than through with its work, follow it."""
    here = os.getpid()
    pid = os.fork()
    if not pid:
        try:
            confinement.die_with_parent(here)
            stream.send(wire.pack(wire.HELLO, 0, bytes(16), hello))
            Worker(stream, filter_).serve()
            os._exit(0)
        finally:
            os._exit(70)
    if os.waitpid(pid, 0)[1]:
        os._exit(70)


def _holds_something(folder: str) -> bool:
    with os.scandir(folder) as entries:
        return any(True for _ in entries)
