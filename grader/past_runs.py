"""What the commands do with an earlier run: report it again, compare it with another, fill in a sheet."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from grader import reports, session
from grader.errors import GraderError
from grader.gradebook import decisions, overrides, results, sheets, store
from grader.gradebook.differences import Difference, DifferentAssignmentsError, compare
from grader.reports import terminal

__all__ = ["Columns", "difference", "export", "report", "results_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the user says about an LMS's sheet; left out is what its heading says.

    Attributes:
        format: a key of `sheets.FORMATS`.
        scores: name of the column to fill in.
        ids: name of the column that tells the student.
    """

    format: str | None = None
    scores: str = ""
    ids: str = ""


def report(
    folder: Path,
    formats: Iterable[str],
    feedback: str,
    overrides_path: Path | None,
    *,
    unasked: bool = True,
) -> None:
    """Write the reports of an earlier run again, with what is set by hand now.

    Args:
        folder: that `grade` wrote.
        formats: to write; ``results.json``, too, if points have changed.
        feedback: how much to show.
        overrides_path: the file that the user named.
        unasked: whether ``overrides.csv`` of the folder is used if none is named.

    Raises:
        GraderError: there was no run, or what is set by hand cannot be applied to it.
    """
    run = results.read(results_in(folder))
    path = overrides_path or (decisions.beside(folder) if unasked else None)
    decided = decisions.read(path)
    again = decisions.apply(run, decided, lambda _: None)
    if path is not None:
        Console(stderr=True).print(
            decisions.sentence(decided), markup=False, highlight=False, style="dim", soft_wrap=True
        )
    session.report(again, folder, formats if again == run else ("json", *formats), feedback)


def difference(old: Path, new: Path) -> Difference:
    """Compare two runs, each a folder that `grade` wrote or its results.json.

    Raises:
        GraderError: there is no such run, or they are of two assignments.
    """
    try:
        return compare(results.read(results_in(old)), results.read(results_in(new)))
    except DifferentAssignmentsError as error:
        raise GraderError(f"{old} and {new}: {error}") from error


def export(folder: Path, sheet: Path, out: Path | None, wanted: Columns) -> None:
    """Fill in an LMS's sheet with the scores of an earlier run, and say whom it has no score for.

    Args:
        folder: that `grade` wrote.
        sheet: as the LMS gave it; it is never changed.
        out: the new file; beside the results if left out.
        wanted: what the user says about the sheet.

    Raises:
        GraderError: the sheet is not clear, the new file would replace it, or what is set by hand has
            changed since the results were written.
    """
    run = results.read(results_in(folder))
    path = decisions.beside(folder)
    if path and decisions.apply(run, decisions.read(path), lambda _: None) != run:
        raise GraderError(f"{path}: results.json does not have this; run `grade report {folder}` first.")
    target = out or (folder if folder.is_dir() else folder.parent) / f"{sheet.stem}.filled{sheet.suffix}"
    _check_target(target, sheet, results_in(folder))
    if not sheet.is_file():
        raise GraderError(f"{sheet}: is no file; give the CSV that your LMS gave you.")
    try:
        content = sheet.read_bytes()
    except OSError as error:
        raise GraderError(f"{sheet}: cannot be read: {error.strerror}.") from error
    try:
        filled = sheets.fill(content, run, format=wanted.format, column=wanted.scores, id_column=wanted.ids)
    except GraderError as error:
        raise GraderError(f"{sheet} {error}") from error
    reports.put(target, [filled.content])
    terminal.filled(filled, target, Console())


def _check_target(target: Path, sheet: Path, results_path: Path) -> None:
    """Let the new file replace nothing that cannot be made again."""
    kept = {
        sheet: "the sheet itself",
        results_path: "the file of the results",
        results_path.with_name(store.FILENAME): "where the grader keeps its results",
        results_path.with_name(overrides.FILENAME): "what you set by hand",
    }
    for path, what in kept.items():
        if os.path.realpath(target) == os.path.realpath(path):
            raise GraderError(f"{target} is {what}, which stays as it is: name another with --out.")


def results_in(path: Path) -> Path:
    """Find the results in a folder that `grade` wrote; a file is taken as it is.

    Raises:
        GraderError: there are none.
    """
    if path.is_file():
        return path
    if not (path / results.FILENAME).is_file():
        raise GraderError(f"{path}: there is no results.json in it; give the folder that `grade` wrote.")
    return path / results.FILENAME
