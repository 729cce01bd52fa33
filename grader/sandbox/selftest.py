"""Choosing a level of isolation by trying it: the whole real thing once, with code that must fail.

Version numbers and kernel files mislead; a socket that opens does not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from grader.errors import SandboxError
from grader.sandbox import landlock
from grader.sandbox.encoding import EncodedBatch, encode
from grader.sandbox.interpreter import Interpreter, find_interpreter
from grader.sandbox.launcher import FORKS, Launcher
from grader.steps import Batch, BatchReply, Call, Input, Let, Limits, Program, Run, Script, Source

__all__ = ["LEVELS", "judge", "make_batch", "make_program", "open_launcher", "with_fix"]

LEVELS = ("auto", "bubblewrap", "landlock", "none")

_PROGRAM = """
import os, socket
import numpy as np

def convolve(x, w):
    return np.array([(x[i:i + len(w)] * w).sum() for i in range(len(x) - len(w) + 1)])

def works(act):
    try:
        act()
    except OSError:
        return False
    return True

def start_process():
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)

def escapes(path):
    return np.array([
        works(lambda: socket.socket(socket.AF_UNIX).close()),
        works(start_process),
        works(lambda: os.close(os.open(path, os.O_RDONLY))),
        works(lambda: os.close(os.open(path, os.O_WRONLY))),
        works(lambda: os.kill(os.getppid(), 0)),
    ])
"""
_ESCAPES = (
    "open a socket",
    "start a process",
    "read the grader's files",
    "write the grader's files",
    "signal its parent",
)
_FIXES = (
    ("No permissions to create new namespace", "Docker's default profile forbids user namespaces."),
    ("setting up uid map", "Ubuntu restricts user namespaces."),
    ("RTM_NEWADDR", "Ubuntu restricts user namespaces."),
    ("No space left on device", "No user namespaces are left, or none are allowed at this depth."),
    ("Landlock ABI 0", "The kernel has no Landlock, or a container's profile forbids it."),
)
_REMEDIES = {
    "Docker's default profile forbids user namespaces.": "Use Landlock"
    " (--sandbox landlock, Linux 6.2 or newer),"
    " or start the container with --security-opt seccomp=unconfined.",
    "Ubuntu restricts user namespaces.": "Allow them: sudo sysctl -w"
    " kernel.apparmor_restrict_unprivileged_userns=0, or use Landlock (--sandbox landlock).",
    "No user namespaces are left, or none are allowed at this depth.": "Raise user.max_user_namespaces,"
    " or use Landlock (--sandbox landlock).",
    "The kernel has no Landlock, or a container's profile forbids it.": "Use Linux 6.2 or newer,"
    " or install bubblewrap.",
}


def open_launcher(
    level: str = "auto", *, python: Path | None = None, allow_none: bool = False, forks: bool = FORKS
) -> Launcher:
    """Find the best isolation that works here, and prove it before any submission is touched.

    Args:
        level: auto (bubblewrap, else landlock), bubblewrap, landlock, or none: a student's own work only.
        python: the interpreter for submissions; None for the running one.
        allow_none: whether `level` may be none.
        forks: at level none, whether the worker may fork; without, each batch has a new process.

    Raises:
        SandboxError: no such level, or it does not work here; its text names the cause and the fix. There
            is no silent falling back to less.
    """
    if level not in LEVELS:
        raise SandboxError(f"unknown sandbox level {level!r}; known levels: {', '.join(LEVELS)}.")
    if level == "none" and not allow_none:
        raise SandboxError(
            "Without a sandbox, submissions could do anything that you can. Say --unsafe to mean it."
        )
    interpreter = find_interpreter(python)
    if level == "none":
        return _try(level, interpreter, disable_userns=False, forks=forks)
    if level != "auto":
        return _proven(level, interpreter)
    causes = []
    for candidate in ("bubblewrap", "landlock"):
        try:
            return _proven(candidate, interpreter)
        except SandboxError as error:
            causes.append(f"- {candidate}: {error}".replace("\n", "\n    "))
    raise SandboxError("\n".join(["No sandbox works on this machine, so nothing was run.", *causes]))


def _proven(level: str, interpreter: Interpreter) -> Launcher:
    if level != "bubblewrap":
        return _try(level, interpreter, disable_userns=False)
    try:
        return _try(level, interpreter, disable_userns=True)
    except SandboxError as first:
        try:
            return _try(level, interpreter, disable_userns=False)
        except SandboxError:
            raise first from None


def _try(level: str, interpreter: Interpreter, *, disable_userns: bool, forks: bool = FORKS) -> Launcher:
    launcher = Launcher(level, interpreter, disable_userns=disable_userns, forks=forks)
    sandbox = launcher.start()
    try:
        sandbox.wait()
        _check_abi(launcher)
        sandbox.give(make_program())
        reply = sandbox.run(make_batch(level), Limits(seconds=5, load_seconds=10, output=1000))
        judge(level, reply)
    except SandboxError as error:
        sandbox.close()
        raise SandboxError(with_fix(str(error))) from None
    launcher.keep(sandbox)
    return launcher


def _check_abi(launcher: Launcher) -> None:
    if launcher.level == "landlock" and launcher.abi < landlock.OLDEST_ABI:
        raise SandboxError(f"Landlock ABI {launcher.abi}, but {landlock.OLDEST_ABI} (Linux 6.2) is needed.")


def make_program() -> Program:
    """The submission that tries what no submission may."""
    return Program(entry=("selftest.py",), sources=(Source("selftest.py", (_PROGRAM,)),))


def make_batch(level: str) -> EncodedBatch:
    """A small convolution and, unless the level promises nothing, the escapes."""
    x, w = np.arange(5.0), np.array([1.0, 2.0])
    convolve = Script(steps=(Call(("y",), "convolve", (Input("x"), Input("w"))),), returns=("y",))
    tried = Call(("y",), "escapes", (__file__,)) if level != "none" else Let("y", 0)
    escapes = Script(steps=(tried,), returns=("y",))
    runs = (Run(script=convolve, inputs={"x": x, "w": w}), Run(script=escapes, inputs={}))
    return encode(Batch(functions=("convolve", "escapes"), runs=runs, order=(0, 1)))


def judge(level: str, reply: BatchReply) -> None:
    """Refuse a level at which the self-test could not compute, or could do what it must not.

    Raises:
        SandboxError: its text says which.
    """
    convolved, escaped = reply.replies
    value = convolved.values.get("y")
    if not (isinstance(value, np.ndarray) and value.tolist() == [2.0, 5.0, 8.0, 11.0]):
        said = convolved.text or reply.load.text or str(reply.load.error or convolved.error)
        raise SandboxError(f"The sandbox ({level}) cannot compute: {convolved.ending.value}, {said}")
    if level == "none":
        return
    doors = escaped.values.get("y")
    if not (isinstance(doors, np.ndarray) and doors.shape == (len(_ESCAPES),) and doors.dtype == np.bool_):
        raise SandboxError(
            f"The sandbox ({level}) did not finish its self-test: {escaped.ending.value}, {escaped.text}"
        )
    if doors.any():
        opened = ", ".join(name for name, door in zip(_ESCAPES, doors, strict=True) if door)
        raise SandboxError(f"The sandbox ({level}) does not hold: a submission could {opened}.")


def with_fix(text: str) -> str:
    """Add to an error the cause that it betrays, and what to do about it."""
    for sign, cause in _FIXES:
        if sign in text:
            return f"{text}\n{cause} {_REMEDIES[cause]}"
    return text
