"""Do marks and mistakes depend on the seed? Neither may, whichever cases are drawn.

Right functions must keep full marks, wrong ones must never get them. No mistake may be named that the
submission does not make, and those that it makes must be named.

``python -m benchmarks.seeds [SEEDS]`` grades the golden submissions of cs231n_a2 at so many seeds (30) and
prints what is not as it should be: ``seed: submission: exercise: what``.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from grader import assignment, submission
from grader.executors import map_local
from grader.goldens import Golden, mistakes_named, read_goldens
from grader.model import ExerciseResult, SubmissionResult
from grader.pipeline import grade_place
from grader.plan import Plan
from grader.sandbox import Launcher, open_launcher

__all__ = ["surprises", "unlike"]

FOLDER = Path(__file__).resolve().parent.parent / "assignments" / "cs231n_a2"
SLOW = {"endless_loop", "sleeps_on_overlap", "asks_for_too_much_memory"}
"""They use up their time limits, which no seed changes."""


def surprises(seeds: Iterable[int], ids: Collection[str] = ()) -> list[str]:
    """Grade golden submissions at several seeds and say what is not as it should be.

    Args:
        seeds: of the samples of cases.
        ids: of submissions; all but the slow ones if there are none.
    """
    launcher = open_launcher()
    try:
        return [line for seed in seeds for line in _at(seed, ids, launcher)]
    finally:
        launcher.close()


def _at(seed: int, ids: Collection[str], launcher: Launcher) -> Iterator[str]:
    plan = Plan(assignment.read(FOLDER), seed=seed)
    places = [
        place
        for place in submission.find_submissions([FOLDER / "submissions"], plan.assignment)
        if (place.id in ids if ids else place.id not in SLOW)
    ]
    goldens = read_goldens(plan.assignment)
    with closing(map_local(partial(grade_place, plan), places, launcher, jobs=2)) as ready:
        for result in ready:
            yield from (f"seed {seed}: {line}" for line in unlike(goldens[result.id], result))


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
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    found = 0
    for seed in range(1, count + 1):
        lines = surprises([seed])
        found += len(lines)
        print(f"seed {seed}: {len(lines)} surprises", *lines, sep="\n  ", flush=True)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
