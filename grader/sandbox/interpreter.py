"""Which Python and which NumPy submissions run on, and where their files are."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import threading
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import numpy as np

from grader.errors import SandboxError

__all__ = ["GUEST", "Interpreter", "find_interpreter"]

GUEST = Path(__file__).resolve().parent / "guest"
OLDEST_PYTHON, OLDEST_NUMPY = (3, 8), (1, 20)

_PATIENCE = 60.0  # s that an interpreter may take to answer
_LONGEST = 1 << 20  # bytes of an answer

_QUESTION = """
import json, os, sys, sysconfig
found = {"python": list(sys.version_info[:3]), "stdlib": sysconfig.get_path("stdlib"),
         "platstdlib": sysconfig.get_path("platstdlib"),
         "executable": os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable),
         "base": os.path.realpath(sys.base_prefix), "numpy": "", "folder": ""}
try:
    import numpy
    found["numpy"], found["folder"] = numpy.__version__, os.path.dirname(os.path.realpath(numpy.__file__))
except Exception as error:
    found["error"] = str(error)
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python without its site-packages, and the one package that submissions may use.

    Attributes:
        executable: the base interpreter, never a virtual environment's.
        base: its prefix.
        stdlib: the folders of its standard library.
        numpy: folder of the package; its shared libraries may lie beside it, in ``numpy.libs``.
    """

    executable: Path
    base: Path
    stdlib: tuple[Path, ...]
    numpy: Path

    @property
    def packages(self) -> tuple[Path, ...]:
        """Folders of the packages that submissions may use."""
        beside = self.numpy.with_name("numpy.libs")
        return (self.numpy, beside) if beside.is_dir() else (self.numpy,)


def find_interpreter(python: Path | None = None) -> Interpreter:
    """Find out where an interpreter keeps its files; the running one's are known without asking.

    Raises:
        SandboxError: not there, not a Python, too old, or without a NumPy that will do.
    """
    return _own() if python is None else _other(python)


def _own() -> Interpreter:
    base_executable = getattr(sys, "_base_executable", "") or sys.executable
    return Interpreter(
        executable=Path(base_executable).resolve(),
        base=Path(sys.base_prefix).resolve(),
        stdlib=_distinct(sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")),
        numpy=Path(np.__file__).resolve().parent,
    )


def _distinct(*folders: str) -> tuple[Path, ...]:
    """The folders that are there, seen from the base interpreter, each once."""
    based = [
        folder.replace(sys.prefix, sys.base_prefix, 1) if sys.prefix in folder else folder
        for folder in folders
    ]
    return tuple(dict.fromkeys(Path(folder).resolve() for folder in based if Path(folder).is_dir()))


def _other(python: Path) -> Interpreter:
    try:
        return _judged(python, json.loads(_ask(python)))
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise SandboxError(
            f"{python} does not answer as a Python 3 does. Give --python a Python's path."
        ) from None


def _judged(python: Path, found: Any) -> Interpreter:
    """Turn an answer into an interpreter; what is no answer raises whatever it happens to."""
    version, numpy = tuple(found["python"]), found["numpy"]
    if version < OLDEST_PYTHON:
        raise SandboxError(
            f"{python} is Python {'.'.join(map(str, version))}; submissions need 3.8 or newer."
        )
    if not numpy:
        raise SandboxError(
            f"{python} has no NumPy ({found.get('error', 'it cannot be imported')}).\n"
            f"Install it there: {python} -m pip install numpy"
        )
    if tuple(int(part) for part in numpy.split(".")[:2]) < OLDEST_NUMPY:
        raise SandboxError(f"{python} has NumPy {numpy}; submissions need 1.20 or newer.")
    folders = (Path(found["stdlib"]).resolve(), Path(found["platstdlib"]).resolve())
    return Interpreter(
        executable=Path(found["executable"]),
        base=Path(found["base"]),
        stdlib=tuple(dict.fromkeys(folder for folder in folders if folder.is_dir())),
        numpy=Path(found["folder"]),
    )


def _ask(python: Path) -> bytes:
    """What it answers; of a program that is no Python, as much as an answer may have, and no longer."""
    try:
        process = Popen(
            [os.fspath(python), "-I", "-c", _QUESTION], stdout=PIPE, stderr=DEVNULL, stdin=DEVNULL
        )
    except OSError as error:
        raise SandboxError(
            f"{python} cannot be started: {error.strerror}. Give --python a Python's path."
        ) from None
    timer = threading.Timer(_PATIENCE, process.kill)
    timer.start()
    with process:
        assert process.stdout is not None
        answer = process.stdout.read(_LONGEST)
        process.kill()
    timer.cancel()
    return answer
