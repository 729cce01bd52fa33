"""How much an exercise's cases see: every known mistake is put to them, in the course's own words.

No sandbox is needed, since the mistakes are ours: what a wrong version answers is judged as a submission's
reply is. A mistake is killed if it loses points. One that
keeps all of them is looked for in a much larger sample of what the course promises: if it shows there, the
cases are too few or the points are in the wrong place; if it does not, no case could have told.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from grader import cases
from grader.cases.strata import EVERYTHING
from grader.checks import judge, same_shape
from grader.conventions import Convention
from grader.diagnosis.imitation import reply_to
from grader.doctor.checkup import Fate, Power, Trial
from grader.exam import Exam, prepare
from grader.model import Domain, Exercise, Expected, Outcome, Verdict
from grader.ops import OPS
from grader.snippet import call_text
from grader.steps import Array, Ending, NotAnArray, Reply
from grader.wrong_versions import Made, apply
from reference.mistakes import MISTAKES, Mistake

__all__ = ["Asked", "error_in_bounds", "measure"]

LARGE = 200
"""Cases of the large sample, at each seed."""

LARGE_SEEDS = 2
"""How many large samples, at different seeds."""

MORE_SEEDS = 4
"""Other seeds at which mistakes are tried: what is found at one seed alone is found by luck."""


def measure(exercise: Exercise, convention: Convention, *, seed: int) -> Power:
    """Put every known mistake to an exercise's cases."""
    return _Measurement(exercise, convention, seed).power()


def error_in_bounds(exam: Exam, place: int, reply: Reply) -> float:
    """The largest error in a reply, as a multiple of the bound; infinite where it cannot be measured."""
    if exam.cases[place].refusal and reply.ending is Ending.RAISED:
        return 0.0
    if reply.ending is not Ending.RETURNED or reply.changed or exam.cases[place].refusal:
        return math.inf
    return max(
        _in_bounds(reply.values[name], expected, loose=name in exam.spelling.loose)
        for name, expected in exam.answers[place].items()
    )


def _in_bounds(got: Array | NotAnArray, expected: Expected, *, loose: bool) -> float:
    if isinstance(got, NotAnArray) or not same_shape(got, expected.value, loose=loose):
        return math.inf
    if expected.whole and got.dtype.kind not in "iu":
        return math.inf  # whatever its value
    with np.errstate(all="ignore"):
        error = np.abs(got.reshape(expected.value.shape).astype(np.float64) - expected.value)
        times = np.divide(error, expected.bound, out=np.zeros_like(error), where=error != 0)
    largest = float(np.max(times, initial=0.0))
    return math.inf if math.isnan(largest) else largest


# --- a sample, case by case ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that a mistake gets wrong, and what came back."""

    place: int
    outcome: Outcome
    reply: Reply


class Asked:
    """An exam whose cases are put one by one, so that one may stop at the first that tells."""

    def __init__(self, exam: Exam) -> None:
        self.exam = exam
        strata = [case.stratum for case in exam.cases]
        self._turns = [strata[:place].count(stratum) for place, stratum in enumerate(strata)]

    @cached_property
    def _alone(self) -> Sequence[Exam]:
        """For each case an exam that asks nothing else."""
        return [self.exam.only([place]) for place in range(len(self.exam.cases))]

    @cached_property
    def _right(self) -> Sequence[Made]:
        """What the reference makes of each case: what is the same needs no judging."""
        return list(apply(OPS[self.exam.exercise.op].reference, self.exam.cases))

    def failures(self, mistake: Mistake, order: Iterable[int] | None = None) -> Iterator[Failure]:
        """The cases that a mistake gets wrong, as they are come upon.

        Args:
            order: places, in which to ask; as in the exam if it is left out, and also where a mistake
                remembers what it was asked before.
        """
        places = range(len(self.exam.cases)) if order is None or mistake.remembers else list(order)
        asked = (self.exam.cases[place] for place in places)
        for place, made in zip(places, apply(mistake.fresh(), asked), strict=True):
            if made.is_identical(self._right[place]):
                continue
            reply = reply_to(self.exam, place, made)
            (outcome,) = judge(self._alone[place], [reply])
            if outcome.verdict is not Verdict.CORRECT:
                yield Failure(place, outcome, reply)

    def round_of(self, place: int) -> int:
        """In which round a case is asked, from 1: a round is one of each stratum, and several of the last."""
        case = self.exam.cases[place]
        at_once = cases.shares_of_everything(case.op) if case.stratum == EVERYTHING else 1
        return self._turns[place] // at_once + 1

    @cached_property
    def by_rounds(self) -> Sequence[int]:
        """Places, round by round."""
        return sorted(range(len(self.exam.cases)), key=lambda place: (self.round_of(place), place))

    def beyond(self, other: Asked) -> Sequence[int]:
        """Places, round by round, of cases that a smaller sample at the same seed does not have."""
        asked = Counter(case.stratum for case in other.exam.cases)
        return [
            place for place in self.by_rounds if self._turns[place] >= asked[self.exam.cases[place].stratum]
        ]

    def rounds_until(self, mistake: Mistake, worthless: Set[str]) -> int | None:
        """How many rounds are asked until a mistake loses points; None if it never does."""
        rounds = (
            self.round_of(failure.place)
            for failure in self.failures(mistake, self.by_rounds)
            if failure.outcome.stratum not in worthless
        )
        return min(rounds, default=None) if mistake.remembers else next(rounds, None)

    def size(self, rounds: int) -> int:
        """How many cases an exercise asks for to have so many rounds."""
        exercise = self.exam.exercise
        return rounds * cases.shares(exercise.op, exercise.domain)


# --- all mistakes of an exercise -----------------------------------------------------------------


class _Measurement:
    """One exercise's cases against the library, and larger samples where these do not tell."""

    def __init__(self, exercise: Exercise, convention: Convention, seed: int) -> None:
        self._exercise, self._convention = exercise, convention
        self._worthless = _without_points(exercise)
        self._seeds = (seed, *[other for other in range(MORE_SEEDS + 1) if other != seed][:MORE_SEEDS])
        self._asked = self._ask(exercise, seed)

    def power(self) -> Power:
        """Try each mistake; then find out how few cases would have done."""
        trials = tuple(self._try(mistake) for mistake in MISTAKES.get(self._exercise.op, ()))
        killed = [trial for trial in trials if trial.fate is Fate.KILLED]
        enough, luck = self._enough(killed)
        return Power(
            trials=trials,
            cases=len(self._asked.exam.cases),
            cover=_cover([set(trial.failed) for trial in killed]),
            enough=enough,
            seeds=self._seeds,
            luck=luck,
        )

    def _ask(self, exercise: Exercise, seed: int) -> Asked:
        way = self._convention.spellings[exercise.op].ways[0]
        return Asked(prepare(exercise, self._convention, way, seed=seed))

    # --- one mistake -----------------------------------------------------------------------------

    def _try(self, mistake: Mistake) -> Trial:
        failures = list(self._asked.failures(mistake))
        if counted := [each for each in failures if each.outcome.stratum not in self._worthless]:
            failed = tuple(each.place for each in counted)
            stratum = counted[0].outcome.stratum
            return Trial(
                mistake=mistake,
                fate=Fate.KILLED,
                failed=failed,
                stratum=stratum,
                error=max(
                    (error_in_bounds(self._asked.exam, each.place, each.reply) for each in counted),
                    default=0.0,
                ),
            )
        if failures:
            return _worth_nothing(mistake, failures[0].outcome.stratum)
        return self._in_large_samples(mistake) or self._outside(mistake)

    def _in_large_samples(self, mistake: Mistake) -> Trial | None:
        """What would find it inside what the course promises; None if nothing does."""
        for seed, asked in zip(self._seeds, self._large, strict=False):
            own = seed == self._seeds[0]
            failures = list(asked.failures(mistake, asked.beyond(self._asked) if own else asked.by_rounds))
            counted = [each for each in failures if each.outcome.stratum not in self._worthless]
            if counted:
                first = min(counted, key=lambda each: asked.round_of(each.place))
                return _too_few(mistake, asked, first, other_seed=not own)
            if failures:
                return _worth_nothing(mistake, failures[0].outcome.stratum)
        return None

    @cached_property
    def _large(self) -> Sequence[Asked]:
        larger = replace(self._exercise, cases=max(LARGE, self._exercise.cases))
        return [self._ask(larger, seed) for seed in self._seeds[:LARGE_SEEDS]]

    def _outside(self, mistake: Mistake) -> Trial:
        trial = Trial(mistake=mistake, fate=Fate.OUTSIDE)
        if failure := next(self._without_promises.failures(mistake, self._without_promises.by_rounds), None):
            return replace(trial, stratum=failure.outcome.stratum)
        made = apply(mistake.fresh(), self._asked.exam.cases)
        changed = dict.fromkeys(name for each in made for name in each.changed)
        return replace(trial, advice=f"overwrites {' and '.join(changed)}" if changed else "")

    @cached_property
    def _without_promises(self) -> Asked:
        """A large sample of all that the operation allows."""
        anything = replace(self._exercise, cases=max(LARGE, self._exercise.cases), domain=Domain())
        return self._ask(anything, self._seeds[0])

    # --- how few cases would do ------------------------------------------------------------------

    def _enough(self, killed: Sequence[Trial]) -> tuple[int | None, tuple[Mistake, ...]]:
        """The fewest cases, in whole rounds, that see all at every seed; and what other seeds miss."""
        rounds = [min(map(self._asked.round_of, trial.failed)) for trial in killed]
        missed: dict[str, Mistake] = {}
        for seed in self._seeds[1:]:
            asked = self._ask(self._exercise, seed)
            for trial in killed:
                if (count := asked.rounds_until(trial.mistake, self._worthless)) is None:
                    missed[trial.mistake.id] = trial.mistake
                else:
                    rounds.append(count)
        enough = min(self._asked.size(max(rounds)), len(self._asked.exam.cases)) if rounds else None
        return (None if missed else enough), tuple(missed.values())


def _without_points(exercise: Exercise) -> Set[str]:
    """Strata that are shown and not counted; none where none counts, since then each weighs the same."""
    listed = exercise.strata
    return {name for name, points in listed.items() if not points} if any(listed.values()) else set()


def _worth_nothing(mistake: Mistake, stratum: str) -> Trial:
    advice = f'It shows only in "{stratum}", which has no points. Give it some.'
    return Trial(mistake=mistake, fate=Fate.SURVIVED, stratum=stratum, advice=advice)


def _too_few(mistake: Mistake, asked: Asked, failure: Failure, *, other_seed: bool) -> Trial:
    exam, stratum = asked.exam, failure.outcome.stratum
    shapes = ", ".join(f"{name} {array.shape}" for name, array in exam.cases[failure.place].arrays.items())
    call = call_text(exam.scripts[failure.place])
    size = asked.size(asked.round_of(failure.place))
    finds = (
        f"Ask more cases: none of {len(exam.cases)} at this seed finds it, but another seed does,"
        if other_seed
        else f"cases = {size} finds it,"
    )
    advice = f'{finds} in "{stratum}": {call}, where {shapes}.'
    return Trial(mistake=mistake, fate=Fate.SURVIVED, stratum=stratum, advice=advice)


def _cover(kills: Sequence[Set[int]]) -> tuple[int, ...]:
    """Places of a few cases that see every mistake, greedily: always the one that sees most that is left."""
    left, chosen = list(kills), []
    while left:
        tally = Counter(place for kill in left for place in kill)
        best = max(tally, key=lambda place: (tally[place], -place))
        chosen.append(best)
        left = [kill for kill in left if best not in kill]
    return tuple(chosen)
