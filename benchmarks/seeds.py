"""Do marks and mistakes depend on the seed? Neither may, whichever cases are drawn.

Right functions must keep full marks, wrong ones must never get them. No mistake may be named that the
submission does not make, and those that it makes must be named.

    python -m benchmarks.seeds [--assignment NAME ...] [--seeds N] [--first SEED] [--right] [--python PATH]

Grades the golden submissions of the assignments, or those only that have full marks, at so many seeds (30),
and prints what is not as it should be: ``assignment, seed: submission: exercise: what``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from grader import assignment, submission
from grader.doctor.goldens import Golden, mistakes_named, read_goldens
from grader.executors import map_local
from grader.model import ExerciseResult, SubmissionResult
from grader.pipeline import grade_place
from grader.plan import Plan
from grader.sandbox import open_launcher

__all__ = ["surprises", "unlike"]

SLOW = ("timed out", "out of memory")
"""Verdicts of submissions that use up their limits, which no seed changes."""


def surprises(
    name: str,
    seeds: Iterable[int],
    *,
    only: Callable[[str, Golden], bool] = lambda id, golden: not is_slow(golden),
    python: Path | None = None,
) -> Iterator[str]:
    """Grade golden submissions at several seeds and say what is not as it should be.

    Args:
        name: of the assignment.
        seeds: of the samples of cases.
        only: which submissions, by their id and what is expected of them; all but the slow ones.
        python: the interpreter that runs them; this one if None.
    """
    course = assignment.read(assignment.find(name))
    goldens = read_goldens(course)
    places = [
        place
        for place in submission.find_submissions([course.folder / "submissions"], course)
        if only(place.id, goldens[place.id])
    ]
    with closing(open_launcher(python=python)) as launcher:
        for seed in seeds:
            plan = Plan(course, seed=seed)
            with closing(map_local(partial(grade_place, plan), places, launcher, jobs=2)) as ready:
                for result in ready:
                    yield from (f"{name}, seed {seed}: {line}" for line in unlike(goldens[result.id], result))


def is_right(golden: Golden) -> bool:
    """Whether every exercise of a submission is right, or not said to be otherwise."""
    return golden.status == "graded" and not golden.exercises


def is_slow(golden: Golden) -> bool:
    """Whether a submission uses up its limits."""
    return any(entry.get("verdict") in SLOW for entry in golden.exercises.values())


def unlike(golden: Golden, result: SubmissionResult) -> Iterator[str]:
    """Say where a result is not what every seed must give."""
    if result.status.value != golden.status:
        yield f"{result.id}: {result.status.value}: {result.message}"
    for exercise in result.exercises:
        for what in _unlike(golden.exercises.get(exercise.name, {}), exercise):
            yield f"{result.id}: {exercise.name}: {what}"


def _unlike(expected: Mapping[str, Any], got: ExerciseResult) -> Iterator[str]:
    full = got.score.earned == got.score.total
    if full != ("score" not in expected):
        yield f"{got.score.earned} of {got.score.total} points, {got.verdict.value}"
    named, wanted = mistakes_named(got), expected.get("mistakes", [])
    if named != wanted:
        yield f"mistakes {named}, should be {wanted}"
    if full and got.findings:
        yield f"it is right, and yet: {got.findings[0].text}"


def main() -> None:
    """Print surprises as they come; exit with 1 if there is any."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument(
        "--assignment", nargs="+", metavar="NAME", default=[folder.name for folder in assignment.available()]
    )
    options.add_argument("--seeds", type=int, default=30)
    options.add_argument("--first", type=int, default=1, metavar="SEED")
    options.add_argument("--right", action="store_true", help="only submissions with full marks")
    options.add_argument("--python", type=Path, help="run them with another interpreter")
    chosen = options.parse_args()
    found = 0
    for name in chosen.assignment:
        for seed in range(chosen.first, chosen.first + chosen.seeds):
            lines = list(surprises(name, [seed], only=_chosen(chosen.right), python=chosen.python))
            found += len(lines)
            print(f"{name}, seed {seed}: {len(lines)} surprises", *lines, sep="\n  ", flush=True)
    sys.exit(bool(found))


def _chosen(right: bool) -> Callable[[str, Golden], bool]:
    return lambda id, golden: is_right(golden) if right else not is_slow(golden)


if __name__ == "__main__":
    main()
