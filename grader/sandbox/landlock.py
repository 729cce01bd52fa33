"""Landlock: the paths that the worker and a student's process may still read where nothing can be mounted."""

from __future__ import annotations

from pathlib import Path

from grader.sandbox.interpreter import GUEST, Interpreter

__all__ = ["OLDEST_ABI", "readable", "writable"]

OLDEST_ABI = 3  # the first that covers truncate: Linux 6.2
_PACKAGES = ("site-packages", "dist-packages")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/full")


def readable(interpreter: Interpreter) -> list[str]:
    """Files and whole folders: Python without its packages, NumPy, the system's libraries."""
    found = [interpreter.executable, *interpreter.packages, GUEST, Path("/etc/alternatives")]
    for folder in interpreter.stdlib:
        found += _children(folder)
    for folder in map(Path, ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib64")):
        if folder.is_dir():
            found += [child for child in _children(folder) if not child.name.startswith("python")]
    found += [
        child
        for child in _children(interpreter.base / "lib")
        if ".so" in child.name or ".dylib" in child.name
    ]
    return [str(path) for path in found]


def writable() -> list[str]:
    """Devices that may be written, too."""
    return list(_DEVICES)


def _children(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [child for child in sorted(folder.iterdir()) if child.name not in _PACKAGES]
