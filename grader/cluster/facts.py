"""What decides marks on a machine, and whether all machines of a cluster agree on it."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

import grader
import reference
from grader.errors import GraderError
from grader.sandbox import Launcher, open_launcher

__all__ = [
    "NUMPY",
    "PYTHON",
    "SANDBOX",
    "Facts",
    "agreed",
    "ask",
    "code",
    "compare",
    "facts",
    "open_on_worker",
]

Facts = Mapping[str, str]
"""Each by the words in which a difference is told."""

GRADER, CODE = "cnn-grader", "the grader's source code"
PYTHON, NUMPY, SANDBOX = "submissions' Python", "submissions' NumPy", "the sandbox"


def code() -> str:
    """Digest of the source that grades: two checkouts may have one version and give different marks."""
    digest = hashlib.sha256()
    for package in (grader, reference):
        home = Path(str(package.__file__)).parent
        for file in sorted(home.rglob("*.py")):
            content = file.read_bytes()
            digest.update(f"{home.name}/{file.relative_to(home).as_posix()}:{len(content)}:".encode())
            digest.update(content)
    return digest.hexdigest()[:12]


def open_on_worker(sandbox: str, python: str) -> Launcher:
    """Open the sandbox on this machine. Raises SandboxError."""
    return open_launcher(sandbox, python=Path(python) if python else None)


def facts(launcher: Launcher) -> Facts:
    """What decides marks on this machine."""
    return {
        GRADER: grader.__version__,
        CODE: code(),
        "the grader's Python": platform.python_version(),
        "the grader's NumPy": np.__version__,
        PYTHON: launcher.python,
        NUMPY: launcher.numpy,
        SANDBOX: launcher.level,
    }


def ask(sandbox: str, python: str) -> Facts:
    """Open a sandbox for a moment, and say what decides marks on this machine. Raises SandboxError."""
    with closing(open_on_worker(sandbox, python)) as launcher:
        return facts(launcher)


def agreed(found: Mapping[str, Facts]) -> Facts:
    """Give the facts on which all workers agree with each other and with this machine's grader.

    Args:
        found: by the worker's address; not empty.

    Raises:
        GraderError: one differs; names it, and says what is different there.
    """
    here = {GRADER: grader.__version__, CODE: code()}
    usual = {name: _usual(found, name) for name in next(iter(found.values()))}
    for worker, there in found.items():
        compare(worker, there, here, "here")
        compare(worker, there, usual, "on the other workers")
    return usual


def _usual(found: Mapping[str, Facts], name: str) -> str:
    return Counter(there.get(name, "") for there in found.values()).most_common(1)[0][0]


def compare(worker: str, there: Facts, expected: Facts, where: str) -> None:
    """Refuse a worker that differs from what is expected.

    Args:
        worker: its address.
        there: its own facts.
        expected: those that it should have.
        where: to whom it is compared, such as "here".

    Raises:
        GraderError: names the worker, and says what is different there.
    """
    different = [
        f"{name} is {there.get(name) or 'unknown'} there, but {value} {where}"
        for name, value in expected.items()
        if there.get(name) != value
    ]
    if different:
        raise GraderError(
            f"Worker {worker} does not fit: {'; '.join(different)}.\n"
            "Marks could depend on who grades: install the same on every worker and here."
        )
