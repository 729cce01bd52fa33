"""A sandbox in name only, for where nothing can be isolated: no worker stands between."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from subprocess import Popen
from typing import Any

from grader.errors import SandboxError
from grader.sandbox.collected import Collected
from grader.sandbox.encoding import EncodedBatch, encode_limits, encode_program
from grader.sandbox.guest import supervision, wire
from grader.sandbox.guest.supervision import Answer, ended
from grader.sandbox.sandbox import Sandbox
from grader.steps import BatchReply, Limits, Program

__all__ = ["DirectSandbox"]

_START = 60.0  # s that a process may take to start on a machine that is busy
_SOON = 5.0  # s that a process may take to be gone


class DirectSandbox(Sandbox):
    """A sandbox in name only: one process per batch, which nothing isolates, and which is started anew."""

    def __init__(self, spawn: Callable[[], Popen[bytes]], learn: Callable[[dict[str, Any]], None]) -> None:
        """Start nothing yet."""
        self._spawn, self._learn = spawn, learn
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
        collected = Collected(batch, bytes(16), limits)
        leaves: list[ProcessLeaf] = []

        def open_leaf() -> ProcessLeaf:
            self._leaf = ProcessLeaf(self._spawn(), self._learn, self._program, batch, limits)
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


class ProcessLeaf:
    """A process with three pipes; nothing here needs more than threads, so it works on any system."""

    ahead = 1

    def __init__(
        self,
        process: Popen[bytes],
        learn: Callable[[dict[str, Any]], None],
        program: bytes,
        batch: EncodedBatch,
        limits: Limits,
    ) -> None:
        """Take over a process that was just started, and send it what to do. Raises SandboxError."""
        self._process, self._limits = process, asdict(limits)
        self._step, self._late, self.output = 0, False, ""
        self._printed = b""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            with self._deadline(_START):
                learn(self._receive(wire.HELLO).meta())
            self._send(program, encode_limits(limits, bytes(16)), batch.data)
        except (EOFError, wire.MalformedError):
            self.close()
            raise SandboxError(f"The process for submissions did not start: {self.output}") from None

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def load(self, token: bytes) -> Answer:
        """Wait for the submission to be loaded."""
        self._send(token)
        return self._await(wire.LOADED, token, self._limits["load_seconds"])

    def ask(self, questions: Sequence[tuple[int, int, bytes]]) -> None:
        """Ask for a run: with `ahead` at 1, never for more."""
        self._step = 0
        self._send(*[wire.REQUEST.pack(*question) for question in questions])

    def answer(self, _place: int, token: bytes) -> Answer:
        """Wait for the run that was asked for."""
        return self._await(wire.REPLY, token, self._limits["seconds"])

    def close(self) -> None:
        """Kill the process, and keep what it printed."""
        self._process.kill()
        self._process.wait(_SOON)
        self._listener.join(_SOON)
        self.output = self._printed.decode("utf-8", "replace")
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _await(self, kind: int, token: bytes, seconds: float) -> Answer:
        patience = seconds * self._limits["patience"]
        try:
            with self._deadline(patience):
                frame = self._receive(kind)
            if frame.nonce != token:
                raise wire.MalformedError("an answer to something that was not asked")
            meta = wire.check_load(frame.meta()) if kind == wire.LOADED else {}
        except wire.MalformedError as error:
            return self._lost("KILLED", f"malformed answer: {error}")
        except EOFError:
            if self._late:
                return self._lost("TIMED_OUT", f"did not finish within {patience:g} s")
            return self._lost("KILLED", f"the process ended with status {self._process.wait(_SOON)}")
        return Answer(meta, frame.text, frame.blob, frame.seconds, not frame.spent)

    def _lost(self, ending: str, text: str) -> Answer:
        self._process.kill()
        return ended(ending, text, step=self._step)

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Any:
        timer = threading.Timer(seconds, self._expire)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._late = True
        self._process.kill()

    def _receive(self, kind: int) -> wire.Frame:
        while True:
            frame = wire.read_frame(self._read, text=wire.ANSWER_TEXT, blob=self._limits["answer"] + 4096)
            if frame.kind == kind:
                return frame
            if frame.kind != wire.STEP:
                raise wire.MalformedError("an answer to something that was not asked")
            self._step = frame.number

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _send(self, *frames: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # waiting for the answer finds out how it died
            for frame in frames:
                self._process.stdin.write(frame)
            self._process.stdin.flush()

    def _listen(self) -> None:
        """Read what is printed, so that nobody waits for it to be read, and keep the last of it."""
        assert self._process.stderr is not None
        keep = self._limits["output"]
        while data := self._process.stderr.read1(1 << 16):  # type: ignore[attr-defined]
            self._printed = (self._printed + data)[-keep:] if keep else b""
