"""A sandbox that is kept: its worker forks a process for each batch, and ends with its submission."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from grader.errors import SandboxError
from grader.sandbox.collected import Collected
from grader.sandbox.encoding import EncodedBatch, encode_limits, encode_program
from grader.sandbox.guest import wire
from grader.sandbox.process import ChildProcess, GoneError, SilentError
from grader.sandbox.sandbox import Sandbox
from grader.steps import BatchReply, Limits, Program

__all__ = ["WorkerSandbox"]

_SLACK = 10.0  # s that a worker may be silent beyond what it may be waiting for
_NEXT = 10.0  # s that it may take to have the next worker
_MARGIN = 1 << 12
_END = wire.pack(wire.END, 0, bytes(16), {})


class WorkerSandbox(Sandbox):
    """A sandbox with a worker in it, which forks a process for each batch.

    Starting Python and importing NumPy takes longer than many a submission,
    so the sandbox stays for the next one; only if a submission left files in it, it starts anew.
    """

    def __init__(self, spawn: Callable[[], ChildProcess], learn: Callable[[dict[str, Any]], None]) -> None:
        """Start; `learn` is told what the worker says of itself when that is first needed."""
        self._spawn, self._learn = spawn, learn
        self._program = b""
        self._process: ChildProcess | None = spawn()
        self._ready = self._used = False

    @property
    def pid(self) -> int:
        """Id of the process that holds the sandbox; 0 if there is none."""
        return self._process.pid if self._process is not None else 0

    def give(self, program: Program) -> None:
        """Say which submission the batches that follow are about. Raises SandboxError."""
        self._program = encode_program(program)
        if self._used and self._process is not None:
            self._end_worker(self._process)
        if self._ready and self._process is not None:
            self._send_program(self._process)

    def _end_worker(self, process: ChildProcess) -> None:
        """Have the next submission meet another worker, or another sandbox where that cannot be."""
        self._ready = self._used = False
        process.patience(_NEXT)
        try:
            process.send(_END)
            self._greet(process)
        except (GoneError, SilentError, wire.MalformedError):
            self.close()

    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        """Do a batch in a fresh process with the submission loaded; see `Sandbox.run`."""
        if not self._program:
            raise ValueError("give the sandbox a submission before running a batch in it")
        process = self._get_ready()
        nonce = os.urandom(16)
        collected = Collected(batch, nonce, limits)
        process.patience(_SLACK + limits.patience * max(limits.seconds, limits.load_seconds))
        try:
            process.send(encode_limits(limits, nonce))
            process.send(batch.without_inputs() if limits.apart else batch.data)
            while not collected.done:
                frame = wire.read_frame(process.read, text=1 << 20, blob=limits.answer + _MARGIN)
                if frame.kind == wire.INPUTS and frame.nonce == nonce:
                    process.send(batch.inputs(frame.number))
                else:
                    collected.take(frame)
        except (GoneError, SilentError, wire.MalformedError) as error:
            self.close()
            return collected.broken(_loss(error))
        except BaseException:
            self.close()  # what it has yet to say would be taken for an answer of the next submission's
            raise
        return collected.reply()

    def close(self) -> None:
        """Kill everything in it and wait until it is gone. The next `run` starts it anew."""
        if self._process is not None:
            self._process.close()
        self._process, self._ready, self._used = None, False, False

    def wait(self) -> None:
        """Come back when the sandbox is ready. Raises SandboxError if it does not start."""
        self._get_ready()

    def _get_ready(self) -> ChildProcess:
        if self._process is None:
            self._process = self._spawn()
        if not self._ready:
            try:
                self._greet(self._process)
                self._send_program(self._process)
            except (GoneError, SilentError, wire.MalformedError) as error:
                self.close()
                raise SandboxError(f"The sandbox did not start: {_loss(error)}") from None
        return self._process

    def _greet(self, process: ChildProcess) -> None:
        self._learn(wire.read_frame(process.read, text=1 << 16, blob=0).meta())
        self._ready = True

    def _send_program(self, process: ChildProcess) -> None:
        if self._program:
            process.send(self._program)
            self._used = True


def _loss(error: Exception) -> str:
    if isinstance(error, GoneError):
        return str(error) or "its process ended without a word"
    return "it did not answer" if isinstance(error, SilentError) else f"malformed answer: {error}"
