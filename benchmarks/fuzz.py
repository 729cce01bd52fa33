"""Is there a file that the readers neither read nor refuse in words? A search that is led by coverage.

    pip install atheris
    python -m benchmarks.fuzz py|ipynb|zip|toml [--seconds S] [--folder FOLDER]

Files are mutated from the golden submissions and assignments, in the direction of lines of the grader that
no earlier file has reached. One that raises anything but the grader's own errors, or takes more than ten
seconds, stops the search and is kept in FOLDER; the exit code is then not 0. What this or Hypothesis finds
becomes a test in `tests/test_fuzz.py`.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import atheris

READ_BY = ["grader", "zipfile", "tomllib"]
with atheris.instrument_imports(include=READ_BY, enable_loader_override=False):
    from grader import assignment
    from grader.errors import AssignmentError
    from grader.reports.safe import printable
    from grader.submission import find_one, find_submissions, load, program

__all__ = ["READERS", "main"]

COURSE = assignment.read(assignment.find("cs231n_a2"))
PATIENCE = 10
"""Seconds that a file may take."""

LARGEST = 1 << 16
"""Bytes of a file; the readers' own limits on size have tests of their own."""


def _handed_in(content: bytes, suffix: str) -> None:
    """Load it as `grade` does, alone and as one of a class."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"alice{suffix}"
        path.write_bytes(content)
        found = load(find_one(path), COURSE)
        if bool(found.error) == bool(found.sources) or printable(found.error) != found.error:
            raise AssertionError(f"neither read nor refused: {found.error!r}")
        if found.sources:
            program(found, COURSE)
        for place in find_submissions([Path(folder)], COURSE):
            load(place, COURSE)


def _written_as_assignment(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "assignment.toml").write_bytes(content)
        try:
            assignment.read(Path(folder))
        except AssignmentError as error:
            if "assignment.toml" not in str(error):
                raise AssertionError(f"the error does not say where: {error}") from error


READERS: Mapping[str, Callable[[bytes], None]] = {
    "py": lambda content: _handed_in(content, ".py"),
    "ipynb": lambda content: _handed_in(content, ".ipynb"),
    "zip": lambda content: _handed_in(content, ".zip"),
    "toml": _written_as_assignment,
}


def _examples(kind: str) -> Iterator[bytes]:
    """Files to begin with, which are right or nearly so."""
    for folder in assignment.available():
        if kind == "toml":
            yield (folder / "assignment.toml").read_bytes()
        for path in sorted((folder / "submissions").rglob(f"*.{kind}")):
            if path.is_file():
                yield path.read_bytes()
    if kind == "zip":
        with io.BytesIO() as file:
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr(
                    "alice/layers.py", "def conv_forward_naive(x, w, b, conv_param):\n    pass\n"
                )
                archive.writestr("bob/in.ipynb", '{"nbformat": 4, "cells": []}')
            yield file.getvalue()


def main() -> None:
    """Search until the time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=READERS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path(), help="where a file that was found is kept")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for place, content in enumerate(_examples(chosen.kind)):
            if len(content) <= LARGEST:
                (Path(name) / f"{place}").write_bytes(content)
        options = {
            "max_total_time": chosen.seconds,
            "timeout": PATIENCE,
            "max_len": LARGEST,
            "artifact_prefix": f"{chosen.folder.resolve()}/",
            "print_final_stats": 1,
        }
        line = [sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), name]
        atheris.Setup(line, READERS[chosen.kind], enable_python_coverage=True)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
