"""From outcomes to points: exact, by stratum, and never a point for what was not seen to be right.

A stratum's points are earned when every one of its cases is right. Points behind cases that could not
be run through no fault of the student's are neither earned nor lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from grader.model import Exercise, Outcome, Score, StratumResult, Verdict

__all__ = ["counts", "score_strata", "verdict_of"]


def score_strata(exercise: Exercise, outcomes: Sequence[Outcome]) -> tuple[StratumResult, ...]:
    """Score each stratum of an exercise, in the order in which the outcomes name them."""
    by_stratum: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_stratum.setdefault(outcome.stratum, []).append(outcome)
    worth = _points(exercise, tuple(by_stratum))
    return tuple(_stratum(name, worth[name], found) for name, found in by_stratum.items())


def _points(exercise: Exercise, strata: tuple[str, ...]) -> Mapping[str, Fraction]:
    """Share an exercise's points among its strata, by weight."""
    weights = {name: exercise.strata.get(name, Fraction(0)) for name in strata}
    total = sum(weights.values(), Fraction(0))
    if not total:
        return dict.fromkeys(strata, exercise.points / len(strata))
    return {name: exercise.points * weight / total for name, weight in weights.items()}


def _stratum(name: str, points: Fraction, outcomes: Sequence[Outcome]) -> StratumResult:
    not_run = sum(outcome.verdict is Verdict.NOT_RUN for outcome in outcomes)
    failed = sum(not _earns(outcome) for outcome in outcomes) - not_run
    if failed:
        part = outcomes[0].part if len(outcomes) == 1 else Fraction(0)
        score = Score(earned=points * part, possible=points)
    elif not_run:
        score = Score(ungraded=points)
    else:
        score = Score(earned=points, possible=points)
    return _shared(name, score, failed, len(outcomes))


@lru_cache(maxsize=10_000)
def _shared(name: str, score: Score, failed: int, cases: int) -> StratumResult:
    """One object for all submissions that have the same result: they are most of what a class keeps."""
    return StratumResult(name=name, score=score, failed=failed, cases=cases)


def _earns(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.CORRECT or outcome.carried


def counts(outcomes: Sequence[Outcome]) -> Mapping[Verdict, int]:
    """How many cases ended in which verdict, in the order of the verdicts."""
    found = Counter(outcome.verdict for outcome in outcomes)
    return {verdict: found[verdict] for verdict in Verdict if found[verdict]}


def verdict_of(outcomes: Sequence[Outcome]) -> Verdict:
    """The verdict that most of an exercise's failing cases share; the most telling of equals."""
    failing = {
        verdict: count
        for verdict, count in counts([outcome for outcome in outcomes if not _earns(outcome)]).items()
        if verdict is not Verdict.NOT_RUN
    }
    if failing:
        return max(failing, key=lambda verdict: failing[verdict])
    if any(outcome.verdict is Verdict.NOT_RUN for outcome in outcomes):
        return Verdict.NOT_RUN
    return Verdict.CORRECT
