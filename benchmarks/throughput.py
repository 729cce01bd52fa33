"""How fast submissions are graded, and what that costs beside the CPU time of their own functions.

    python -m benchmarks.throughput [--number N] [--rounds R] [--profile]

A submission with loops and one without are graded in copies, four exercises each (convolution and pooling,
100 cases an exercise). What a submission costs is the difference between a run of N copies and a run of one,
over N - 1: the run's own start, its exams and its reports are shown apart, as `fixed`. These figures are CPU
time of all processes and medians over the rounds; own functions and grading take turns, on one processor: two
that share a core slow each other, and a busy machine slows both alike.

Then both kinds together, on all processors: submissions a second with one and two at a time, and with twice
as many, which should take twice as long in the same memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


def _throughput(number: int, rounds: int, folder: Path) -> Iterator[str]:
    """Wall-clock time of both kinds together: what two at a time gain, and what twice as many cost.

    Medians of the rounds, in which all take turns. Twice as many is held against a run of the single number
    before it and one after it, since the machine may have changed its pace.
    """
    once, twice = (
        samples.copy(GOLDENS, count, folder / f"{count} of both") for count in (number, 2 * number)
    )
    spent = [
        [
            _grade(place, folder / f"{round_}: {turn}", jobs=jobs)
            for turn, (jobs, place) in enumerate(((1, once), (2, once), (2, twice), (2, once)))
        ]
        for round_ in range(rounds)
    ]
    before, twofold, after = ([runs[turn] for runs in spent] for turn in (1, 2, 3))
    alone = [runs[0] for runs in spent]
    for jobs, count, found in (
        (1, number, alone),
        (2, number, before + after),
        (2, 2 * number, twofold),
    ):
        wall = median(each.wall for each in found)
        used = median(each.cpu / each.wall for each in found)
        yield (
            f"{count} submissions, half of them loops, {jobs} at a time: {wall:.1f} s, "
            f"{count / wall:.2f} a second, {used:.2f} processors used, "
            f"peak {max(each.peak for each in found) >> 20} MiB"
        )
    turns = list(zip(before, twofold, after, strict=True))
    time = median(2 * two.wall / (one.wall + again.wall) for one, two, again in turns)
    memory = median(2 * two.peak / (one.peak + again.peak) for one, two, again in turns)
    yield f"twice as many: {time:.2f} times as long, {memory:.2f} times the memory"


@contextmanager
def _on_one_processor() -> Iterator[None]:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


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
                with _on_one_processor():
                    rounds.append(costs(golden, number=chosen.number, folder=folder / f"{golden} {place}"))
        for golden, rounds in measured.items():
            print("\n".join(_table(golden, rounds)))
        print("\n".join(_throughput(chosen.number, chosen.rounds, folder)))
        if chosen.profile:
            _profile(chosen.number, folder)


if __name__ == "__main__":
    main()
