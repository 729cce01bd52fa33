"""What grading costs beside the CPU time of the submission's own functions.

    python -m benchmarks.overhead [--number N] [--rounds R] [--profile]

A submission with loops and one without are graded in copies, four exercises each (convolution and pooling,
100 cases an exercise). What a submission costs is the difference between a run of N copies and a run of one,
over N - 1: the run's own start, its exams and its reports are shown apart, as `fixed`. All figures are CPU
time of all processes and medians over the rounds; own functions and grading take turns, so that a busy
machine slows both alike.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import samples
from benchmarks.processes import Spent, as_a_user, spend

__all__ = ["Costs", "costs"]

GOLDENS = ("seven_loops", "sliding_windows_einsum")
LIMIT = 2.0
"""At most so many times the CPU time of its own functions should grading a submission of loops take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What one submission costs, CPU s.

    Attributes:
        functions: the submission's own functions.
        whole: everything that grading one more submission takes, `functions` among it.
        grader: of this, the grader's own process.
        fixed: what a run takes beside its submissions, such as starting a sandbox; not in `whole`.
    """

    functions: float
    whole: float
    grader: float
    fixed: float

    @property
    def sandbox(self) -> float:
        """What is left: processes, loading the submission, passing arrays on."""
        return self.whole - self.functions - self.grader

    @property
    def ratio(self) -> float:
        """Of everything to the submission's own functions."""
        return self.whole / self.functions


def costs(golden: str, *, number: int, folder: Path) -> Costs:
    """Measure one submission, once.

    Args:
        golden: name of a golden submission.
        number: copies that are graded.
        folder: empty, for the copies and the reports.
    """
    many = samples.copy([golden], number, folder / "many")
    one = samples.copy([golden], 1, folder / "one")
    functions = _functions(golden)
    single = _grade(one, folder / "grades of one")
    several = _grade(many, folder / "grades of many")
    functions = (
        functions + _functions(golden)
    ) / 2  # before and after: the machine may have changed its pace
    whole = _each(single.cpu, several.cpu, number)
    return Costs(
        functions=functions,
        whole=whole,
        grader=_each(single.own, several.own, number),
        fixed=single.cpu - whole,
    )


def _each(one: float, many: float, number: int) -> float:
    return (many - one) / (number - 1)


def _grade(submissions: Path, out: Path, *, jobs: int = 1) -> Spent:
    line = samples.grade(
        submissions, out, jobs=jobs, only=samples.CONV_AND_POOL, command="benchmarks.counted"
    )
    return spend(line, environment=as_a_user())


def _functions(golden: str) -> float:
    line = [sys.executable, "-m", "benchmarks.own", str(samples.source(golden)), *samples.CONV_AND_POOL]
    return float(subprocess.run(line, stdout=subprocess.PIPE, check=True).stdout)


# --- what is printed ---------------------------------------------------------------------------------


def _table(golden: str, rounds: Sequence[Costs]) -> Iterator[str]:
    yield f"{golden}, CPU ms a submission (medians of {len(rounds)})"
    for name in ("functions", "sandbox", "grader", "whole", "fixed"):
        yield f"  {name:<10}{1000 * median(getattr(each, name) for each in rounds):8.1f}"
    yield f"  ratio     {median(each.ratio for each in rounds):8.2f}  (at most {LIMIT:g} for loops)"


def _throughput(number: int, folder: Path) -> Iterator[str]:
    """Wall-clock time of both kinds of submission together, and what two at a time gain."""
    submissions = samples.copy(GOLDENS, number, folder / "both")
    for jobs in (1, 2):
        spent = _grade(submissions, folder / f"grades with {jobs}", jobs=jobs)
        yield (
            f"{number} submissions, half of them loops, {jobs} at a time: {spent.wall:.1f} s, "
            f"{number / spent.wall:.2f} a second, {spent.cpu / spent.wall:.2f} processors used"
        )


def _profile(number: int, folder: Path) -> None:
    submissions = samples.copy(GOLDENS, number, folder / "profiled")
    line = [sys.executable, "-m", "benchmarks.stages", str(submissions), *samples.CONV_AND_POOL]
    subprocess.run(line, check=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--number", type=int, default=20, help="copies of each submission, at least 2")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--profile", action="store_true", help="show where the grader's own time goes, too")
    chosen = options.parse_args()
    measured: dict[str, list[Costs]] = {golden: [] for golden in GOLDENS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place in range(chosen.rounds):
            for golden, rounds in measured.items():
                rounds.append(costs(golden, number=chosen.number, folder=folder / f"{golden} {place}"))
        for golden, rounds in measured.items():
            print("\n".join(_table(golden, rounds)))
        print("\n".join(_throughput(chosen.number, folder)))
        if chosen.profile:
            _profile(chosen.number, folder)


if __name__ == "__main__":
    main()
