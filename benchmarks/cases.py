"""How many cases does it take to see every known mistake?

    python -m benchmarks.cases [--assignment NAME] [--seeds N]

For each exercise: the fewest cases, in whole rounds, with which every mistake that can be seen at all
loses points at each of N seeds, and the three that need most. The default number of cases follows from this.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

from grader.assignment import available, find, read
from grader.conventions import Convention
from grader.conventions import find as find_convention
from grader.doctor.power import Asked
from grader.exam import prepare
from grader.model import Exercise
from reference.mistakes import MISTAKES

__all__ = ["needs"]

MOST = 400
"""Cases that are asked for; what these do not see at any seed, no number of them would."""


def needs(exercise: Exercise, convention: Convention, seeds: int) -> Iterator[tuple[int, str]]:
    """How many cases each mistake needs, at the seed where it needs most, and its id."""
    way = convention.spellings[exercise.op].ways[0]
    asked = [
        Asked(prepare(replace(exercise, cases=MOST), convention, way, seed=seed)) for seed in range(seeds)
    ]
    worthless = {name for name, points in exercise.strata.items() if not points}
    for mistake in MISTAKES.get(exercise.op, ()):
        rounds = [each.rounds_until(mistake, worthless) for each in asked]
        seen = [number for number in rounds if number is not None]
        if seen:
            most = asked[0].size(max(seen)) if len(seen) == seeds else MOST
            yield most, mistake.id.partition(".")[2]


def main() -> None:
    """Print a line for each exercise, the neediest mistakes last."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--assignment", help="all, if it is left out")
    options.add_argument("--seeds", type=int, default=10)
    chosen = options.parse_args()
    for folder in [find(chosen.assignment)] if chosen.assignment else available():
        assignment = read(folder)
        convention = find_convention(assignment.convention, folder)
        for exercise in assignment.exercises:
            found = sorted(needs(exercise, convention, chosen.seeds))
            worst = ", ".join(f"{name} {number}" for number, name in found[-3:])
            most = found[-1][0] if found else 0
            print(f"{assignment.name} {exercise.name:28}{most:4} of {exercise.cases:3}   {worst}", flush=True)


if __name__ == "__main__":
    main()
