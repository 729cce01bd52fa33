"""What a worker is told of a run: the assignment's files and the options. All of it is plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from grader import assignment, conventions
from grader.assignment import ASSIGNMENT_FILE
from grader.errors import GraderError
from grader.model import Assignment, Submission
from grader.plan import Plan
from grader.steps import Source

__all__ = ["Kit", "pack", "pack_submission", "unpack", "unpack_submission"]

SOLUTION = "solution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """All that a worker needs to grade as its neighbours do, without a file system that they share.

    Attributes:
        name: the assignment's.
        files: those of its folder that decide marks, by their paths in it.
        only: the exercises that are graded.
        digest: the assignment's, those exercises chosen.
        sandbox: the level of isolation that is asked for.
        python: path of the interpreter for submissions, on each worker; "" for the worker's own.
    """

    name: str
    files: Mapping[str, bytes]
    only: tuple[str, ...]
    digest: str
    seed: int
    sandbox: str
    python: str


def pack(plan: Plan, *, sandbox: str, python: str) -> Kit:
    """Put together what the workers need to grade by this plan.

    Raises:
        GraderError: a file of the assignment cannot be read.
    """
    chosen = plan.assignment
    return Kit(
        name=chosen.name,
        files=_files(chosen),
        only=tuple(exercise.name for exercise in chosen.exercises),
        digest=chosen.digest,
        seed=plan.seed,
        sandbox=sandbox,
        python=python,
    )


def _files(chosen: Assignment) -> dict[str, bytes]:
    """The assignment's own file, a lecturer's own convention, and the solution."""
    paths = [chosen.folder / ASSIGNMENT_FILE]
    if conventions.is_file(chosen.convention):
        paths.append(chosen.folder / chosen.convention)
    paths += [path for path in (chosen.folder / SOLUTION).rglob("*") if _is_source(path)]
    try:
        return {path.relative_to(chosen.folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise GraderError(f"{error.filename} cannot be sent to the workers: {error.strerror}.") from error


def _is_source(path: Path) -> bool:
    return path.is_file() and path.suffix in (".py", ".ipynb", ".zip")


def unpack(kit: Kit, home: Path) -> Plan:
    """Write a kit's files into a folder, and make the plan of them.

    Args:
        home: an empty folder of the worker's.

    Raises:
        GraderError: they cannot be written, or do not make the assignment that was sent.
    """
    folder = home / kit.name
    try:
        for path, content in kit.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    except OSError as error:
        raise GraderError(f"{folder} cannot be written: {error.strerror}.") from error
    found = assignment.select(assignment.read(folder), kit.only)
    if found.digest != kit.digest:
        raise GraderError(f"the assignment is {found.digest} here, but {kit.digest} was sent.")
    return Plan(found, seed=kit.seed)


def pack_submission(student: Submission) -> bytes:
    """Turn a submission into text that can travel: nothing but text is ever made of it again."""
    return json.dumps(asdict(student)).encode("ascii")


def unpack_submission(data: bytes) -> Submission:
    """Turn such a text back into a submission."""
    fields = json.loads(data)
    sources = tuple(Source(source["path"], tuple(source["cells"])) for source in fields.pop("sources"))
    return Submission(**{**fields, "sources": sources, "notes": tuple(fields["notes"])})
