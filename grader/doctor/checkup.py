"""What a check-up of an assignment finds: how good its cases, bounds and submissions are. Frozen nouns."""

from __future__ import annotations

import enum
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from grader.model import Assignment, Exercise
from reference.mistakes import Mistake

__all__ = [
    "Checkup",
    "ExerciseCheckup",
    "Fate",
    "Margin",
    "Power",
    "SubmissionCheckup",
    "Trial",
    "share_text",
]


class Fate(enum.Enum):
    """What became of a mistake when an exercise's own cases were put to it."""

    KILLED = "killed"  # it loses points
    SURVIVED = "survived"  # it keeps all points, and need not
    OUTSIDE = "outside"  # it shows nowhere in what the course promises, or in nothing that is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One mistake of the library against an exercise.

    Attributes:
        failed: places of the cases that it gets wrong and that count, from 0.
        stratum: of the first of them; where there is none, the stratum in which it would show, or "".
        advice: for a survivor, what the author can do about it; for one outside, what it does unseen, or "".
        error: the largest among those cases, as a multiple of the bound; infinite where a shape or an
            exception gives it away.
    """

    mistake: Mistake
    fate: Fate
    failed: tuple[int, ...] = ()
    stratum: str = ""
    advice: str = ""
    error: float = 0.0

    @property
    def name(self) -> str:
        """The mistake's, without the operation's."""
        return self.mistake.id.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """How much an exercise's cases see.

    Attributes:
        cases: how many are asked.
        cover: places of a few cases that see all that is seen, greedily chosen: the most telling first.
        enough: the smallest number of cases tried that sees as much, at every seed tried; None if none does.
        seeds: the seeds tried for that; the run's own is the first.
        luck: mistakes that lose points at the run's own seed, and at some other seed do not.
    """

    trials: tuple[Trial, ...]
    cases: int
    cover: tuple[int, ...] = ()
    enough: int | None = None
    seeds: tuple[int, ...] = ()
    luck: tuple[Mistake, ...] = ()

    def having(self, fate: Fate) -> tuple[Trial, ...]:
        """Those mistakes with this fate, in the library's order."""
        return tuple(trial for trial in self.trials if trial.fate is fate)

    @property
    def killed(self) -> int:
        """How many lose points."""
        return len(self.having(Fate.KILLED))

    @property
    def counted(self) -> int:
        """How many could lose points."""
        return self.killed + len(self.having(Fate.SURVIVED))

    @property
    def first_seen(self) -> Mapping[str, int]:
        """How many mistakes each stratum is the first to see, in the order in which strata are asked."""
        return Counter(trial.stratum for trial in sorted(self.having(Fate.KILLED), key=lambda it: it.failed))

    @property
    def asked_until_seen(self) -> tuple[int, int]:
        """How many cases are asked in order until half of what is seen was seen, and until all was."""
        counts = sorted(trial.failed[0] + 1 for trial in self.having(Fate.KILLED))
        return (statistics.median_low(counts), counts[-1]) if counts else (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How far apart the rounding of right algorithms and mistakes are. Errors as multiples of the bound.

    Attributes:
        largest: the largest error of a right algorithm; None if no other algorithm is known.
        algorithm: which one makes it.
        smallest: the smallest of the mistakes' own largest errors; None where any difference is too large.
        mistake: which one makes it.
    """

    largest: float | None = None
    algorithm: str = ""
    smallest: float | None = None
    mistake: str = ""

    @property
    def refuses_right_algorithm(self) -> bool:
        """Whether a right algorithm is marked as wrong."""
        return self.largest is not None and not self.largest <= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseCheckup:
    """One exercise, examined without a sandbox."""

    exercise: Exercise
    power: Power
    margin: Margin

    @property
    def sees_nothing(self) -> bool:
        """Whether no known mistake could lose points, which no score shows."""
        return bool(self.power.trials) and not self.power.counted


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionCheckup:
    """One of the assignment's own submissions, graded for real.

    Attributes:
        role: "solution", "starter" or "golden".
        id: empty for the solution and the starter.
        faults: where it is not as it should be, a sentence each.
        points: earned and possible, as text.
        seconds: that grading it took.
    """

    role: str
    id: str = ""
    faults: tuple[str, ...] = ()
    points: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """All that was found about an assignment.

    Attributes:
        notes: what could not be looked at, a sentence each.
    """

    assignment: Assignment
    seed: int
    exercises: tuple[ExerciseCheckup, ...]
    submissions: tuple[SubmissionCheckup, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is off, a few words each; empty if all is well."""
        survivors = sum(len(each.power.having(Fate.SURVIVED)) for each in self.exercises)
        refusing = [each.exercise.name for each in self.exercises if each.margin.refuses_right_algorithm]
        off = Counter(each.role for each in self.submissions if each.faults)
        found = [f"{_counted(survivors, 'mistake keeps', 'mistakes keep')} all points"] if survivors else []
        found += [f"{each.exercise.name} shows no mistake" for each in self.exercises if each.sees_nothing]
        found += [f"{name} refuses a right algorithm" for name in refusing]
        found += ["the solution does not earn full marks"] if off["solution"] else []
        found += ["the starter is more than a start"] if off["starter"] else []
        if golden := off["golden"]:
            found.append(
                f"{_counted(golden, 'golden submission is', 'golden submissions are')} not as expected"
            )
        return tuple(found)

    @property
    def score(self) -> tuple[int, int]:
        """The mutation score: how many mistakes lose points, and how many could."""
        return sum(each.power.killed for each in self.exercises), sum(
            each.power.counted for each in self.exercises
        )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def share_text(part: int, whole: int) -> str:
    """A share in percent, never rounded to none or to all.

    >>> share_text(1999, 2000), share_text(2000, 2000), share_text(1, 3000), share_text(0, 0)
    ('99.9%', '100%', '0.1%', '100%')
    """
    if part >= whole:
        return "100%"
    tenths = max(1, 1000 * part // whole) if part else 0
    return f"{tenths / 10:g}%"
