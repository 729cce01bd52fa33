"""Sandboxes: chosen once, proven by a self-test, started one per submission."""

from __future__ import annotations

import os
import py_compile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.errors import SandboxError
from grader.sandbox import bubblewrap, landlock
from grader.sandbox.encoding import (
    EncodedBatch,
    decode_load,
    decode_reply,
    encode_limits,
    encode_program,
)
from grader.sandbox.guest import wire
from grader.sandbox.interpreter import GUEST, Interpreter
from grader.sandbox.process import ChildProcess, GoneError, SilentError
from grader.steps import BatchReply, Ending, Limits, LoadReport, Program, Reply

__all__ = ["ENVIRONMENT", "Launcher", "Sandbox"]

ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_START = 60.0  # s that a sandbox may take to start on a machine that is busy
_SLACK = 10.0  # s that a worker may be silent beyond what it may be waiting for
_MARGIN = 1 << 12

WARNINGS = {
    "bubblewrap": "",
    "landlock": "Sandbox: Landlock. Compared to bubblewrap, submissions have no private /tmp to write to,"
    " and see that other files and users exist.",
    "none": "Sandbox: NONE. Submissions can read, change and send whatever you can.",
}


class Launcher:
    """Starts sandboxes of one kind.

    Attributes:
        level: bubblewrap, landlock or none.
        warning: what is missing compared to bubblewrap, in one line, or "".
        python: version of the interpreter that submissions run on; known once one sandbox has started.
        numpy: version of the NumPy that they see.
    """

    def __init__(self, level: str, interpreter: Interpreter, *, disable_userns: bool = True) -> None:
        """Prepare, but start nothing; `grader.sandbox.open_launcher` also proves that it holds."""
        self.level = level
        self.warning = WARNINGS[level]
        self.python = self.numpy = ""
        self.abi = 0
        self._command = _command(level, interpreter, disable_userns=disable_userns)
        self._config = wire.pack(wire.CONFIG, 0, bytes(16), _config(level, interpreter))
        self._spare: Sandbox | None = None
        _compile_guest()

    def start(self) -> Sandbox:
        """Start a sandbox and return at once; it gets ready while the caller does something else.

        Call this from a thread that outlives the sandbox: the kernel ends it together with the thread
        that started it, so that nothing is left when the grader dies.
        """
        spare, self._spare = self._spare, None
        return spare or Sandbox(self._spawn, self._learn)

    def keep(self, sandbox: Sandbox) -> None:
        """Have the next `start` return this one, which no submission has been in."""
        self._spare = sandbox

    def close(self) -> None:
        """End what was started ahead. Sandboxes that were handed out are their users' to close."""
        if self._spare is not None:
            self._spare.close()
            self._spare = None

    def _spawn(self) -> ChildProcess:
        process = ChildProcess(self._command, ENVIRONMENT)
        process.patience(_START)
        process.send(self._config)
        return process

    def _learn(self, hello: dict[str, Any]) -> None:
        if hello.get("error"):
            raise SandboxError(f"The sandbox ({self.level}) could not confine itself: {hello['error']}")
        self.python, self.numpy = str(hello.get("python", "")), str(hello.get("numpy", ""))
        self.abi = int(hello.get("abi", 0))


def _command(level: str, interpreter: Interpreter, *, disable_userns: bool) -> list[str]:
    if level == "bubblewrap":
        bwrap = bubblewrap.find_bwrap()
        if bwrap is None:
            raise SandboxError("bubblewrap is not installed.\nInstall it: apt-get install bubblewrap")
        prefix = bubblewrap.command(bwrap, interpreter, ENVIRONMENT, disable_userns=disable_userns)
        return [*prefix, *_python(interpreter, [bubblewrap.WORKER, bubblewrap.NUMPY])]
    return _python(interpreter, [str(GUEST.parent), str(interpreter.numpy.parent)])


def _python(interpreter: Interpreter, path: list[str]) -> list[str]:
    """The interpreter without site-packages and user settings, and the worker.

    Not -I: it would take PYTHONHASHSEED away, and the environment is ours anyway.
    """
    first, packages = path
    start = (
        f"import sys; sys.path[0] = {first!r}; sys.path.append({packages!r});"
        "import guest.worker; del sys.path[0]; guest.worker.main()"
    )
    return [str(interpreter.executable), "-s", "-S", "-B", "-X", "utf8", "-c", start]


def _config(level: str, interpreter: Interpreter) -> dict[str, Any]:
    confined = level == "landlock"
    return {
        "seccomp": level != "none",
        "landlock": confined,
        "read": landlock.readable(interpreter) if confined else [],
        "write": landlock.writable() if confined else [],
    }


def _compile_guest() -> None:
    """Leave the worker's bytecode beside it, if that may be written: compiling takes longer than starting."""
    for source in GUEST.glob("*.py"):
        try:
            compiled = py_compile.compile(str(source), doraise=False, quiet=2)
        except OSError:
            return
        del compiled


class Sandbox:
    """Where one submission runs. A context manager; `close` leaves no process behind."""

    def __init__(self, spawn: Callable[[], ChildProcess], learn: Callable[[dict[str, Any]], None]) -> None:
        """Start; `learn` is told what the worker says of itself when that is first needed."""
        self._spawn, self._learn = spawn, learn
        self._program = b""
        self._process: ChildProcess | None = spawn()
        self._ready = False

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
        """Say which submission the batches that follow are about."""
        self._program = encode_program(program)
        if self._ready and self._process is not None:
            self._send_program(self._process)

    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        """Do a batch in a fresh process with the submission loaded.

        Raises:
            SandboxError: the sandbox does not start. Whatever happens later is in the reply: runs that
            were lost with the sandbox itself are NOT_RUN.
        """
        process = self._get_ready()
        nonce = os.urandom(16)
        collected = _Collected(batch, nonce, limits)
        process.patience(_SLACK + limits.patience * max(limits.seconds, limits.load_seconds))
        try:
            process.send(encode_limits(limits, nonce))
            process.send(batch.data)
            while not collected.done:
                collected.take(wire.read_frame(process.read, text=1 << 20, blob=limits.answer + _MARGIN))
        except (GoneError, SilentError, wire.MalformedError) as error:
            self.close()
            return collected.broken(_loss(error))
        return collected.reply()

    def close(self) -> None:
        """Kill everything in it and wait until it is gone. The next `run` starts it anew."""
        if self._process is not None:
            self._process.close()
        self._process, self._ready = None, False

    def wait(self) -> None:
        """Come back when the sandbox is ready. Raises SandboxError if it does not start."""
        self._get_ready()

    def _get_ready(self) -> ChildProcess:
        if self._process is None:
            self._process = self._spawn()
        if not self._ready:
            try:
                hello = wire.read_frame(self._process.read, text=1 << 16, blob=0)
                self._learn(hello.meta())
                self._send_program(self._process)
            except (GoneError, SilentError, wire.MalformedError) as error:
                self.close()
                raise SandboxError(f"The sandbox did not start: {_loss(error)}") from None
            self._ready = True
        return self._process

    def _send_program(self, process: ChildProcess) -> None:
        if self._program:
            process.send(self._program)


def _loss(error: Exception) -> str:
    if isinstance(error, GoneError):
        return str(error) or "its process ended without a word"
    return "it did not answer" if isinstance(error, SilentError) else f"malformed answer: {error}"


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
            self._replies.append(decode_reply(frame, self._batch.returns[index]))

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
        notes = self._last.get("notes", [])
        return BatchReply(
            load=self._load,
            missing=self._missing,
            replies=(*self._replies, *rest),
            output=str(self._last.get("output", "")),
            notes=tuple(str(note) for note in notes if note not in self._load.notes),
            seconds=self._seconds,
        )
