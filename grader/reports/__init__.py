"""Results made readable: one module for each format, each a function from a run to text, and their parts.

`FORMATS` lists the formats. `terminal`, `progress`, `changes` and `checkup` are what commands print. The rest
are parts: `sentences` and `marks` put results into words and points, `pictures` draws a case out of `panels`,
`grid` and `axes`, and `safe` makes harmless what students wrote.

What a class makes long is written piece by piece: a large class should take no more memory than a small one.
`write` and `put` write files whole or not at all. Every renderer gets what its reader may see, nothing else.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from grader.errors import GraderError
from grader.model import RunResult
from grader.reports.feedback import Feedback, limit, limit_submission

__all__ = ["FORMATS", "Feedback", "Format", "check_count", "limit", "limit_submission", "put", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write down a run.

    Attributes:
        filename: in the folder that `write` is given.
        module: has ``render(run, feedback) -> str``; imported when it is first used, because Jinja and
            the like take longer to import than most runs need for one submission.
        single: whether it is made for the one submission of a CI job; runs of several are refused.
        long: whether a class makes it long: then the module has ``pieces(run, feedback) -> Iterator[str]``.
    """

    filename: str
    module: str
    single: bool = False
    long: bool = False

    def render(self, run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> str:
        """Return the file's text."""
        return "".join(self.pieces(run, feedback))

    def pieces(self, run: RunResult, feedback: Feedback) -> Iterable[str]:
        """Return the file's text in as many pieces as it comes in."""
        module = importlib.import_module(self.module)
        pieces: Iterable[str] = module.pieces(run, feedback) if self.long else [module.render(run, feedback)]
        return pieces


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "json": Format("results.json", "grader.reports.results_json", long=True),
        "csv": Format("grades.csv", "grader.reports.spreadsheet"),
        "html": Format("index.html", "grader.reports.class_page", long=True),
        "github": Format("summary.md", "grader.reports.github"),
        "classroom": Format("classroom.json", "grader.reports.classroom", single=True),
        "classroom50": Format("result.json", "grader.reports.classroom50", single=True),
        "gradescope": Format("gradescope.json", "grader.reports.gradescope", single=True),
    }
)


def check_count(formats: Iterable[str], count: int) -> None:
    """See, before anything is graded, that each of the formats can hold so many submissions.

    Raises:
        GraderError: one of them is made for one submission, and there are more.
    """
    for name in formats:
        if FORMATS[name].single and count > 1:
            raise GraderError(
                f"--format {name} is made for the one submission of a CI job, and here are {count}: "
                "grade one folder at a time, or leave this format out."
            )


def write(
    run: RunResult, out: Path, formats: Iterable[str], feedback: Feedback = Feedback.EXAMPLE
) -> tuple[Path, ...]:
    """Write a run in several formats into a folder, which is made if need be.

    Each file is there whole or as it was before: it gets its name only when it is complete.

    Args:
        run: what there is to report.
        out: the folder.
        formats: keys of `FORMATS`.
        feedback: what readers may see; ``results.json`` is the instructor's and always whole.

    Returns:
        The paths of the files, in the order of `formats`.

    Raises:
        GraderError: a file cannot be written.
    """
    return tuple(_write(FORMATS[name], run, out, feedback) for name in formats)


def _write(kind: Format, run: RunResult, out: Path, feedback: Feedback) -> Path:
    path = out / kind.filename
    put(path, (piece.encode("utf-8") for piece in kind.pieces(run, feedback)))
    return path


def put(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all; folders on the way are made.

    Raises:
        GraderError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, pieces)
    except OSError as error:
        inside_file = isinstance(error, (FileExistsError, NotADirectoryError))
        reason = f"{path.parent} is no folder" if inside_file else error.strerror or error
        raise GraderError(f"{path}: cannot be written: {reason}") from error


def _replace(path: Path, pieces: Iterable[bytes]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(pieces)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
