"""Peak memory of the grader's own process while it grades a large class.

    python -m benchmarks.memory [--few N] [--many N]

A few submissions and many of the same kinds are graded, right ones and wrong ones in turn: the peak has a
limit, and what a submission adds to it is its result, which is kept for the reports.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import samples
from benchmarks.processes import as_a_user, spend

__all__ = ["GOLDENS", "LIMIT", "peak"]

LIMIT = 250 << 20
"""Bytes that the grader's process may use with 500 submissions."""

GOLDENS = (
    "linear_map_matrix",
    "crops_with_minus_pad",
    "flat_helper_star_import",
    "misspelt_function",
    "db_keeps_its_dimensions",
    "pads_the_wrong_axes",
    "not_implemented_yet",
    "kernel_flipped_in_both",
    "im2col_package",
    "integer_buffer",
)
"""Quick ones: no function of theirs loops over pixels or runs into a limit."""


def peak(number: int, folder: Path, *, jobs: int) -> int:
    """Grade so many submissions, all exercises; returns the peak of the grader's memory, bytes."""
    submissions = samples.copy(GOLDENS, number, folder / f"{number} submissions")
    line = samples.grade(submissions, folder / f"grades of {number}", jobs=jobs)
    return spend(line, environment=as_a_user()).peak


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--few", type=int, default=50)
    options.add_argument("--many", type=int, default=500)
    options.add_argument("--jobs", type=int, default=2)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        few = peak(chosen.few, Path(name), jobs=chosen.jobs)
        many = peak(chosen.many, Path(name), jobs=chosen.jobs)
    for number, size in ((chosen.few, few), (chosen.many, many)):
        print(f"{number:4} submissions: at most {size / 2**20:.0f} MiB")
    each = (many - few) / (chosen.many - chosen.few)
    verdict = "holds" if many < LIMIT else "DOES NOT HOLD"
    print(f"{each / 1024:.0f} KiB more for each submission; limit {LIMIT >> 20} MiB: {verdict}")


if __name__ == "__main__":
    main()
