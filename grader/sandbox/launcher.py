"""Sandboxes of one kind."""

from __future__ import annotations

import contextlib
import os
import py_compile
import sys
from importlib.util import cache_from_source
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from grader.errors import SandboxError
from grader.sandbox import bubblewrap, landlock
from grader.sandbox.direct_sandbox import DirectSandbox
from grader.sandbox.guest import wire
from grader.sandbox.interpreter import GUEST, Interpreter
from grader.sandbox.process import ChildProcess, GoneError
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.worker_sandbox import WorkerSandbox

__all__ = ["ENVIRONMENT", "FORKS", "Launcher"]

FORKS = sys.platform == "linux"  # elsewhere one process per batch: macOS's frameworks break in a fork
ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_START = 60.0  # s that a sandbox may take to start on a machine that is busy

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

    def __init__(
        self, level: str, interpreter: Interpreter, *, disable_userns: bool = True, forks: bool = FORKS
    ) -> None:
        """Prepare, but start nothing; `grader.sandbox.open_launcher` also proves that it holds."""
        self.level = level
        self.warning = WARNINGS[level]
        self.python = self.numpy = ""
        self.abi = 0
        self._forks = forks or level != "none"
        self._command = _command(level, interpreter, disable_userns=disable_userns, forks=self._forks)
        self._config = wire.pack(wire.CONFIG, 0, bytes(16), _config(level, interpreter))
        self._spares: list[Sandbox] = []
        _compile_guest()

    def start(self) -> Sandbox:
        """Start a sandbox and return at once; it gets ready while the caller does something else.

        Call this from a thread that outlives the sandbox: the kernel ends it together with the thread
        that started it, so that nothing is left when the grader dies.
        """
        with contextlib.suppress(IndexError):  # not a test first: another thread may be as quick
            return self._spares.pop()
        if self._forks:
            return WorkerSandbox(self._spawn, self._learn)
        return DirectSandbox(self._spawn_direct, self._learn)

    def keep(self, sandbox: Sandbox) -> None:
        """Have the next `start` return this one, which no submission has been in."""
        self._spares.append(sandbox)

    def close(self) -> None:
        """End what was started ahead. Sandboxes that were handed out are their users' to close."""
        while self._spares:
            self._spares.pop().close()

    def _spawn(self) -> ChildProcess:
        process = ChildProcess(self._command, ENVIRONMENT)
        process.patience(_START)
        with contextlib.suppress(GoneError):  # whoever waits for it to get ready is told why
            process.send(self._config)
        return process

    def _spawn_direct(self) -> Popen[bytes]:
        return Popen(self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=_environment(), close_fds=True)

    def _learn(self, hello: dict[str, Any]) -> None:
        if hello.get("error"):
            raise SandboxError(f"The sandbox ({self.level}) could not confine itself: {hello['error']}")
        self.python, self.numpy = str(hello.get("python", "")), str(hello.get("numpy", ""))
        self.abi = int(hello.get("abi", 0))


def _environment() -> dict[str, str]:
    """Ours, and what Windows cannot start a program without."""
    return {**{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}, **ENVIRONMENT}


def _command(level: str, interpreter: Interpreter, *, disable_userns: bool, forks: bool) -> list[str]:
    if level == "bubblewrap":
        bwrap = bubblewrap.find_bwrap()
        if bwrap is None:
            raise SandboxError("bubblewrap is not installed.\nInstall it: apt-get install bubblewrap")
        prefix = bubblewrap.command(bwrap, interpreter, ENVIRONMENT, disable_userns=disable_userns)
        return [*prefix, *_python(interpreter, bubblewrap.WORKER, bubblewrap.NUMPY, "worker")]
    main = "worker" if forks else "direct"
    return _python(interpreter, str(GUEST.parent), str(interpreter.numpy.parent), main)


def _python(interpreter: Interpreter, guest: str, packages: str, main: str) -> list[str]:
    """The interpreter without site-packages and user settings, and the worker.

    Not -I: it would take PYTHONHASHSEED away, and the environment is ours anyway.
    """
    start = (
        f"import sys; sys.path[0] = {guest!r}; sys.path.append({packages!r});"
        f"import guest.{main}; del sys.path[0], sys.path[-1]; sys.path_importer_cache.clear();"
        f"guest.{main}.main()"
    )
    return [str(interpreter.executable), "-s", "-S", "-B", "-X", "utf8", "-c", start]


def _config(level: str, interpreter: Interpreter) -> dict[str, Any]:
    confined = level == "landlock"
    return {
        "seccomp": level != "none",
        "scratch": list(bubblewrap.SCRATCH) if level == "bubblewrap" else [],
        "landlock": confined,
        "read": landlock.readable(interpreter) if confined else [],
        "write": landlock.writable() if confined else [],
        "names": [str(folder) for folder in interpreter.stdlib] if confined else [],
    }


def _compile_guest() -> None:
    """Leave the worker's bytecode beside it, if that may be written: compiling takes longer than starting."""
    for source in GUEST.glob("*.py"):
        compiled = Path(cache_from_source(str(source)))
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with contextlib.suppress(OSError):
                py_compile.compile(str(source), quiet=2)
