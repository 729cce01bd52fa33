"""Submissions to measure with: copies of the golden ones, and the command that grades them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["ASSIGNMENT", "CONV_AND_POOL", "copy", "grade", "source"]

ASSIGNMENT = "cs231n_a2"
CONV_AND_POOL = (
    "conv_forward_naive",
    "conv_backward_naive",
    "max_pool_forward_naive",
    "max_pool_backward_naive",
)
_GOLDEN = Path(__file__).resolve().parent.parent / "assignments" / ASSIGNMENT / "submissions"


def source(golden: str) -> Path:
    """The file that holds a golden submission's functions."""
    return _GOLDEN / golden / "layers.py"


def copy(goldens: Sequence[str], number: int, folder: Path) -> Path:
    """Fill a folder with so many submissions, the golden ones in turn.

    Each is a little different, or the grader would grade one of a kind and reuse its result.
    """
    for place in range(number):
        golden = goldens[place % len(goldens)]
        student = folder / f"{place:03}_{golden}"
        shutil.copytree(_GOLDEN / golden, student)
        for file in student.rglob("layers.py"):
            with file.open("a", encoding="utf-8") as text:
                text.write(f"\n# student {place}\n")
    return folder


def grade(
    submissions: Path,
    out: Path,
    *,
    jobs: int,
    only: Sequence[str] = (),
    command: str = "grader",
    assignment: str | Path = ASSIGNMENT,
) -> list[str]:
    """The command line that grades a folder of them; `command` is the module to run."""
    line = [sys.executable, "-m", command, "run", str(submissions)]
    line += ["--assignment", str(assignment), "--out", str(out), "--jobs", str(jobs)]
    return [*line, *(part for name in only for part in ("--only", name))]
