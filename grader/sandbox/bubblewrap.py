"""bubblewrap: a file system of its own, with nothing but Python, NumPy and the worker, and no network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from grader.sandbox.interpreter import GUEST, Interpreter

__all__ = ["NUMPY", "SCRATCH", "WORKER", "command", "find_bwrap", "offers"]

WORKER, NUMPY = "/w", "/np"
SCRATCH = {"/dev/shm": 16 << 20, "/tmp": 64 << 20}
"""Folders that a submission may write to, empty at first, and how many bytes each may hold."""
_USUAL_PATH = "/usr/bin:/usr/local/bin:/bin"
_LIBRARIES = ("/lib", "/lib32", "/lib64", "/libx32")


@cache
def find_bwrap() -> Path | None:
    """Where bubblewrap is, looked for once and not by the caller's PATH; None if it is not installed."""
    found = shutil.which("bwrap", path=_USUAL_PATH)
    return Path(found).resolve() if found else None


@cache
def offers(bwrap: Path) -> str:
    """The help text, which tells the options that this version has."""
    done = subprocess.run([bwrap, "--help"], capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + done.stderr


def command(
    bwrap: Path, interpreter: Interpreter, environment: Mapping[str, str], *, disable_userns: bool
) -> list[str]:
    """Build the call up to and with ``--``; what follows is run inside.

    Args:
        bwrap: the program.
        interpreter: what to make visible.
        environment: all that the worker gets.
        disable_userns: whether to forbid further user namespaces, which Docker may not allow; the
            system-call filter of the student's process forbids them too.
    """
    sized = "--size" in offers(bwrap)
    line = [str(bwrap), "--unshare-all", "--unshare-user"]
    if disable_userns and "--disable-userns" in offers(bwrap):
        line.append("--disable-userns")
    line += ["--uid", "65534", "--gid", "65534", "--hostname", "worker", "--clearenv"]
    line += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    line += [*_system(), *_python(interpreter), *_temporary(sized)]
    line += ["--ro-bind", str(GUEST), f"{WORKER}/guest", "--remount-ro", "/", "--remount-ro", "/dev"]
    for name, value in environment.items():
        line += ["--setenv", name, value]
    return [*line, "--chdir", "/tmp", "--"]


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr/lib", "/usr/lib")
    for folder in ("/usr/lib32", "/usr/lib64", "/usr/libx32"):
        yield from ("--ro-bind-try", folder, folder)
    for library in map(Path, _LIBRARIES):
        if library.is_symlink():
            yield from ("--symlink", str(library.readlink()), str(library))
        elif library.is_dir():
            yield from ("--ro-bind", str(library), str(library))
    yield from ("--ro-bind-try", "/etc/alternatives", "/etc/alternatives")  # links to BLAS in Debian


def _python(interpreter: Interpreter) -> Iterator[str]:
    library = interpreter.base / "lib"
    if library.is_dir() and not library.is_relative_to("/usr/lib"):
        yield from ("--ro-bind", str(library), str(library))
    for folder in interpreter.stdlib:
        if not folder.is_relative_to(library) and not folder.is_relative_to("/usr/lib"):
            yield from ("--ro-bind", str(folder), str(folder))
    yield from ("--ro-bind", str(interpreter.executable), str(interpreter.executable))
    for folder in _package_folders(interpreter):
        yield from ("--tmpfs", str(folder), "--remount-ro", str(folder))
    for package in interpreter.packages:
        yield from ("--ro-bind", str(package), f"{NUMPY}/{package.name}")


def _package_folders(interpreter: Interpreter) -> list[Path]:
    """Folders of installed packages under what is visible, which are covered up."""
    parents = {Path("/usr/lib"), interpreter.base / "lib", *interpreter.stdlib}
    patterns = ("site-packages", "dist-packages", "python*/site-packages", "python*/dist-packages")
    found = {path for parent in parents for pattern in patterns for path in parent.glob(pattern)}
    return sorted(path for path in found if path.is_dir() and not path.is_symlink())


def _temporary(sized: bool) -> Iterator[str]:
    yield from ("--dev", "/dev")
    for folder, size in SCRATCH.items():
        if sized:
            yield from ("--size", str(size), "--tmpfs", folder)
        else:  # without a size limit a tmpfs is memory without a limit
            yield from ("--tmpfs", folder, "--remount-ro", folder)
