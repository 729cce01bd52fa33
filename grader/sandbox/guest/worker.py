"""The sandbox's first process: it takes submissions and batches, forks a leaf for each, and measures.

It never runs a line of a student's code. CPU time is read from the kernel's clock of the other
process, so what happens inside cannot slow it or turn it back, and every limit ends in SIGKILL.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

import numpy
import numpy.random

from . import confinement, landlock, supervision, wire
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
        """Read exactly so many bytes; the end of the stream ends the process."""
        data = bytearray(size)
        view = memoryview(data)
        done = 0
        while done < size:
            count = os.readv(self._source, [view[done:]])
            if not count:
                os._exit(0)
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
    """The loop around it all."""

    def __init__(self) -> None:
        """Take over the standard streams, so that nothing else writes to them."""
        self.stream = _Stream(os.dup(0), os.dup(1))
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.environ.pop("PWD", None)  # bubblewrap's own
        self.pid = os.getpid()
        self.program: dict[str, Any] = {}
        self.filter: Filter | None = None
        self._limits: dict[str, Any] = {}
        self._nonce = bytes(16)
        self._forget()

    def serve(self) -> None:
        """Do what the grader sends until it closes the stream. Never returns."""
        self._configure(self._next().meta())
        while True:
            self.stream.flush()
            frame = self._next()
            if frame.kind == wire.PROGRAM:
                self.program = frame.meta()
            elif frame.kind == wire.LIMITS:
                self._limits, self._nonce = frame.meta(), frame.nonce
            elif frame.kind == wire.BATCH:
                self._do(frame)

    def _next(self) -> wire.Frame:
        return wire.read_frame(self.stream.read, text=1 << 30, blob=1 << 40)

    def _configure(self, config: dict[str, Any]) -> None:
        """Confine this process as far as it can be and still fork; tell the grader who is there."""
        said: dict[str, Any] = {"python": sys.version.split()[0], "numpy": numpy.__version__, "error": ""}
        try:
            if config["seccomp"]:
                self.filter = Filter()
            if config["landlock"]:
                said["abi"] = landlock.abi()
                confinement.drop_capabilities()
                os.chdir("/")
                landlock.restrict(config["read"], config["write"], config["names"])
        except Exception as error:
            said["error"] = f"{type(error).__name__}: {error}"
        self._report(wire.HELLO, 0, said)
        gc.collect()
        gc.freeze()

    def _do(self, batch: wire.Frame) -> None:
        self._forget()
        head = batch.meta()
        supervision.supervise(
            head, self._limits, lambda: ForkedLeaf(self, batch, head, self._limits), self._report
        )
        output = self._output[-self._limits["output"] :] if self._limits["output"] else b""
        meta = {"output": output.decode("utf-8", "replace"), "notes": list(self._notes)[:100]}
        self._report(wire.DONE, 0, meta, b"", self._seconds)

    def _report(self, kind: int, number: int, meta: Any, blob: Any = b"", seconds: float = 0.0) -> None:
        blobs = [blob] if len(blob) else []
        self.stream.send(wire.pack(kind, number, self._nonce, meta, blobs, seconds=seconds))

    def note(self, notes: list[str]) -> None:
        """Keep what a leaf said was odd."""
        self._notes.update(dict.fromkeys(note[:300] for note in notes[:50]))

    def keep(self, leaf: ForkedLeaf) -> None:
        """Keep what a leaf printed and used."""
        self._output += leaf.output
        self._seconds += leaf.seconds

    def _forget(self) -> None:
        self._output, self._seconds = b"", 0.0
        self._notes: dict[str, None] = {}


def main() -> None:
    """Run the worker. Never returns."""
    Worker().serve()
