"""One sandbox: submissions are given to it one after the other, batches are run in it, nothing is left."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from subprocess import Popen
from types import TracebackType
from typing import Any, Self

from grader.errors import SandboxError
from grader.sandbox.direct import ProcessLeaf
from grader.sandbox.encoding import EncodedBatch, decode_load, decode_reply, encode_limits, encode_program
from grader.sandbox.guest import supervision, wire
from grader.sandbox.process import ChildProcess, GoneError, SilentError
from grader.steps import BatchReply, Ending, Limits, LoadReport, Program, Reply

__all__ = ["DirectSandbox", "Sandbox"]

_SLACK = 10.0  # s that a worker may be silent beyond what it may be waiting for
_NEXT = 10.0  # s that it may take to have the next worker
_MARGIN = 1 << 12
_MOST_NOTES, _LONGEST_NOTE = 100, 300
_END = wire.pack(wire.END, 0, bytes(16), {})


class Sandbox:
    """Where submissions run, each in processes that know of no other. A context manager.

    `close` leaves no process behind. Starting Python and importing NumPy takes longer than many a submission,
    so the sandbox stays for the next one; only if a submission left files in it, it starts anew.
    """

    def __init__(self, spawn: Callable[[], ChildProcess], learn: Callable[[dict[str, Any]], None]) -> None:
        """Start; `learn` is told what the worker says of itself when that is first needed."""
        self._spawn, self._learn = spawn, learn
        self._program = b""
        self._process: ChildProcess | None = spawn()
        self._ready = self._used = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        """Do a batch in a fresh process with the submission loaded.

        Raises:
            SandboxError: the sandbox does not start. Whatever happens later is in the reply: runs that
            were lost with the sandbox itself are NOT_RUN.
        """
        if not self._program:
            raise ValueError("give the sandbox a submission before running a batch in it")
        process = self._get_ready()
        nonce = os.urandom(16)
        collected = _Collected(batch, nonce, limits)
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


class DirectSandbox(Sandbox):
    """A sandbox in name only: one process per batch, which nothing isolates, and which is started anew."""

    def __init__(self, spawn: Callable[[], Popen[bytes]], learn: Callable[[dict[str, Any]], None]) -> None:
        """Start nothing yet."""
        self._spawn_leaf, self._learn = spawn, learn
        self._program = b""
        self._leaf: ProcessLeaf | None = None

    @property
    def pid(self) -> int:
        """Id of the process of the batch that was run last; 0 if there is none."""
        return self._leaf.pid if self._leaf is not None else 0

    def give(self, program: Program) -> None:
        """Say which submission the batches that follow are about."""
        self._program = encode_program(program)

    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        """Do a batch, with wall-clock limits alone. Raises SandboxError if no process can be started."""
        collected = _Collected(batch, bytes(16), limits)
        leaves: list[ProcessLeaf] = []

        def open_leaf() -> ProcessLeaf:
            self._leaf = ProcessLeaf(self._spawn_leaf(), self._learn, self._program, batch, limits)
            leaves.append(self._leaf)
            return self._leaf

        supervision.supervise(batch.head(), asdict(limits), open_leaf, collected.report)
        output = "".join(leaf.output for leaf in leaves)
        collected.report(wire.DONE, 0, {"output": output[-limits.output :]}, b"", 0.0)
        return collected.reply()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._leaf is not None:
            self._leaf.close()
            self._leaf = None

    def wait(self) -> None:
        """Nothing to wait for: each batch has a process of its own."""


class _Collected:
    """A batch's frames as they come in, checked and turned into what they say."""

    def __init__(self, batch: EncodedBatch, nonce: bytes, limits: Limits) -> None:
        self._batch, self._nonce, self._limits = batch, nonce, limits
        self._load = LoadReport(
            ending=Ending.NOT_RUN, text="the sandbox was lost before the submission was loaded"
        )
        self._loaded = False
        self._missing: tuple[str, ...] = ()
        self._replies: list[Reply] = []
        self._notes: dict[str, None] = {}
        self._last: dict[str, Any] = {}
        self._seconds = 0.0
        self.done = False

    def take(self, frame: wire.Frame) -> None:
        """Take the next frame. Raises MalformedError if it is not the one that must come now."""
        if frame.nonce != self._nonce:
            raise wire.MalformedError("an answer to another question")
        if not self._loaded:
            self._expect(frame, wire.LOADED, 0)
            self._load, self._missing = decode_load(frame.meta())
            self._loaded = True
        elif frame.kind == wire.DONE:
            self._last, self._seconds, self.done = frame.meta(), frame.seconds, True
            self._expect_all()
        else:
            self._expect(frame, wire.REPLY, len(self._replies))
            index = self._batch.order[len(self._replies)]
            self._replies.append(self._decoded(frame, self._batch.returns[index]))

    def _decoded(self, frame: wire.Frame, returns: tuple[str, ...]) -> Reply:
        """What a run gave; an answer that is none costs that run, and nothing else."""
        try:
            reply, notes = decode_reply(frame, returns)
        except wire.MalformedError as error:
            return Reply(ending=Ending.KILLED, text=f"malformed answer: {error}", seconds=frame.seconds)
        if notes:
            self._notes |= dict.fromkeys(note[:_LONGEST_NOTE] for note in notes[:_MOST_NOTES])
        return reply

    def report(self, kind: int, number: int, meta: Any, blob: Any, seconds: float) -> None:
        """Take what a supervision in this process says, as if it had come in a frame."""
        text = meta if isinstance(meta, bytes) else json.dumps(meta).encode("ascii")
        self.take(wire.Frame(kind, False, number, self._nonce, seconds, text, blob))

    def _expect(self, frame: wire.Frame, kind: int, number: int) -> None:
        if (frame.kind, frame.number) != (kind, number) or number >= len(self._batch.order):
            raise wire.MalformedError(f"frame {frame.kind}.{frame.number} where {kind}.{number} was expected")

    def _expect_all(self) -> None:
        runs = self._load.ending is Ending.RETURNED and not self._missing
        if len(self._replies) != (len(self._batch.order) if runs else 0):
            raise wire.MalformedError(f"{len(self._replies)} replies to {len(self._batch.order)} runs")

    def reply(self) -> BatchReply:
        """All of it."""
        return self._complete(self._rest("the submission could not be loaded"))

    def broken(self, why: str) -> BatchReply:
        """What was there before the sandbox was lost; the rest is NOT_RUN, which costs nobody anything."""
        return self._complete(self._rest(f"the sandbox was lost: {why}"))

    def _rest(self, text: str) -> list[Reply]:
        return [Reply(ending=Ending.NOT_RUN, text=text)] * (len(self._batch.order) - len(self._replies))

    def _complete(self, rest: list[Reply]) -> BatchReply:
        return BatchReply(
            load=self._load,
            missing=self._missing,
            replies=(*self._replies, *rest),
            output=str(self._last.get("output", "")),
            notes=tuple(note for note in self._notes if note not in self._load.notes)[:_MOST_NOTES],
            seconds=self._seconds,
        )
