"""Do marks depend on the seed? Right submissions must keep full marks, wrong functions must never get them.

``python -m benchmarks.seeds [SEEDS]`` grades the golden submissions of cs231n_a2 at so many seeds (30) and
prints what is not as it should be: ``seed, submission, exercise, points``.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from grader import assignment, submission
from grader.executors import map_local
from grader.model import Score, Status, SubmissionResult
from grader.pipeline import Plan, grade_place
from grader.sandbox import Launcher, open_launcher

__all__ = ["surprises"]

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
    with closing(map_local(partial(grade_place, plan), places, launcher, jobs=2)) as ready:
        for result in ready:
            yield from (f"seed {seed}: {line}" for line in _surprises(result))


def _surprises(result: SubmissionResult) -> Iterator[str]:
    """Exercises that have full marks and should not, or should have them and do not."""
    expected = tomllib.loads((FOLDER / "submissions" / "expected.toml").read_text(encoding="utf-8"))[
        result.id
    ]
    if result.status is not Status(expected["status"]):
        yield f"{result.id}: {result.status.value}: {result.message}"
    for exercise in result.exercises:
        wanted = "score" not in expected.get(exercise.name, {})
        if (exercise.score.earned == exercise.score.total) != wanted:
            yield f"{result.id}: {exercise.name}: {_points(exercise.score)}, {exercise.verdict.value}"


def _points(score: Score) -> str:
    return f"{score.earned} of {score.total} points"


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
