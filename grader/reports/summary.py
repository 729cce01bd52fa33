"""What a whole class shows: how many are right, where points were lost, which mistakes are common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from grader.model import ExerciseResult, Finding, RunResult, Status, SubmissionResult, Verdict

__all__ = [
    "Bin",
    "ClassSummary",
    "ExerciseSummary",
    "MistakeSummary",
    "exercise_names",
    "percent",
    "summarise",
]


@dataclass(frozen=True, slots=True)
class Bin:
    """How many submissions have from `low` to below `high` percent; the last bin is full marks alone."""

    low: int
    high: int
    count: int

    @property
    def label(self) -> str:
        """The bin's range, in percent."""
        return "100" if self.low == 100 else f"{self.low}–{self.high - 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseSummary:
    """One exercise over all graded submissions.

    Attributes:
        right: how many have the verdict correct.
        graded: how many there are.
        mean: points, None where nothing was graded.
        verdicts: how many ended otherwise, most frequent first.
    """

    name: str
    points: Fraction
    right: int
    graded: int
    mean: Fraction | None
    verdicts: tuple[tuple[Verdict, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeSummary:
    """A finding that several submissions share.

    Attributes:
        text: as the first of them was told.
    """

    exercise: str
    text: str
    pattern: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSummary:
    """A run in figures. The mean, the median and the histogram are those of the graded submissions.

    Attributes:
        full: how many have all points.
        mean: points.
        median: points.
    """

    graded: int
    unreadable: int
    not_graded: int
    full: int
    mean: Fraction | None
    median: Fraction | None
    histogram: tuple[Bin, ...]
    exercises: tuple[ExerciseSummary, ...]
    mistakes: tuple[MistakeSummary, ...]


def summarise(run: RunResult, *, mistakes: int = 10) -> ClassSummary:
    """Count over a run; list at most so many mistakes, those that several students made first."""
    graded = [each for each in run.submissions if each.status is Status.GRADED]
    statuses = Counter(each.status for each in run.submissions)
    earned = [each.score.earned for each in graded]
    return ClassSummary(
        graded=len(graded),
        unreadable=statuses[Status.UNREADABLE],
        not_graded=statuses[Status.NOT_GRADED],
        full=sum(percent(each) == 100 for each in graded),
        mean=_mean(earned),
        median=Fraction(median(earned)) if earned else None,
        histogram=_histogram(graded),
        exercises=tuple(_exercise(name, graded) for name in exercise_names(run)),
        mistakes=_mistakes(graded)[:mistakes],
    )


def exercise_names(run: RunResult) -> tuple[str, ...]:
    """List the exercises that occur in a run, in the assignment's order."""
    return tuple(dict.fromkeys(exercise.name for each in run.submissions for exercise in each.exercises))


def percent(result: SubmissionResult) -> Fraction:
    """Return the share of a submission's gradable points that it has, extra credit left out."""
    score = result.score
    return min(Fraction(100), 100 * score.earned / score.possible) if score.possible else Fraction(0)


def _mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _histogram(graded: Iterable[SubmissionResult]) -> tuple[Bin, ...]:
    counts = Counter(percent(each) // 10 for each in graded)
    return tuple(Bin(10 * i, 10 * i + 10, counts[i]) for i in range(11))


def _exercise(name: str, graded: Iterable[SubmissionResult]) -> ExerciseSummary:
    results = [exercise for each in graded for exercise in each.exercises if exercise.name == name]
    verdicts = Counter(each.verdict for each in results)
    right = verdicts.pop(Verdict.CORRECT, 0)
    return ExerciseSummary(
        name=name,
        points=max((each.score.total for each in results), default=Fraction(0)),
        right=right,
        graded=len(results),
        mean=_mean([each.score.earned for each in results]),
        verdicts=tuple(verdicts.most_common()),
    )


def _mistakes(graded: Iterable[SubmissionResult]) -> tuple[MistakeSummary, ...]:
    """Count findings by what they have in common: the mistake's id, else the pattern of failing cases."""
    first: dict[tuple[str, str], Finding] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for exercise in (exercise for each in graded for exercise in each.exercises):
        for key, finding in _shared(exercise).items():
            first.setdefault(key, finding)
            counts[key] += 1
    return tuple(
        MistakeSummary(exercise=key[0], text=first[key].text, pattern=first[key].pattern, count=count)
        for key, count in counts.most_common()
        if count > 1
    )


def _shared(exercise: ExerciseResult) -> dict[tuple[str, str], Finding]:
    """Index an exercise's findings by what other students' findings may share; once each."""
    labels = ((finding.mistake or finding.pattern, finding) for finding in exercise.findings)
    return {(exercise.name, label): finding for label, finding in labels if label}
