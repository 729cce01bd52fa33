"""What a reader sees at a glance: one glyph for an exercise's points, and the points of a submission."""

from __future__ import annotations

from dataclasses import dataclass

from grader.gradebook.results import format_points, submission_score
from grader.model import ExerciseResult, RunInfo, Score, Status, SubmissionResult, Verdict

__all__ = [
    "ALL",
    "BLANK",
    "CARRIED",
    "MARKS",
    "NOTHING",
    "SOME",
    "UNKNOWN",
    "Mark",
    "failing",
    "mark_of",
    "points_text",
    "total_of",
    "verdict_text",
]


@dataclass(frozen=True, slots=True)
class Mark:
    """A glyph that says how many of an exercise's points there are, without any colour.

    Attributes:
        glyph: one column wide.
        ascii: the same where only ASCII can be printed.
        name: one word, for style sheets.
        meaning: for legends.
    """

    glyph: str
    ascii: str
    name: str
    meaning: str


ALL = Mark("✓", "+", "all", "all points")
CARRIED = Mark("→", ">", "carried", "all points: the error comes from an earlier exercise")
SOME = Mark("~", "~", "some", "some points")
NOTHING = Mark("✗", "x", "nothing", "no points")
BLANK = Mark("–", "-", "blank", "missing or unimplemented")
UNKNOWN = Mark("?", "?", "unknown", "not graded, costs nothing")
MARKS = (ALL, CARRIED, SOME, NOTHING, BLANK, UNKNOWN)


def mark_of(exercise: ExerciseResult) -> Mark:
    """Choose the glyph for an exercise: by its points, for its verdict stands beside it in words."""
    score = exercise.score
    if exercise.override:
        return ALL if score.earned >= score.possible else SOME if score.earned else NOTHING
    if score.ungraded or exercise.verdict is Verdict.NOT_RUN:
        return UNKNOWN
    if exercise.verdict is Verdict.CORRECT or 0 < score.possible == score.earned:
        return CARRIED if exercise.carried_forward else ALL
    if exercise.verdict in (Verdict.MISSING, Verdict.UNIMPLEMENTED):
        return BLANK
    return SOME if score.earned else NOTHING


def verdict_text(exercise: ExerciseResult) -> str:
    """Say how an exercise ended, and whether it earned its points all the same."""
    return exercise.verdict.value + (", error carried forward" if exercise.carried_forward else "")


def failing(pattern: str) -> str:
    """Say in which cases an exercise fails, to go on after "fails".

    >>> failing("pad = 0")
    'when pad = 0'
    >>> failing("mostly where pad = 0: 8 of 9 failing cases, and none of 91 that pass")
    'mostly where pad = 0: 8 of 9 failing cases, and none of 91 that pass'
    """
    return pattern if pattern.startswith(("only where ", "mostly where ")) else f"when {pattern}"


def total_of(result: SubmissionResult, info: RunInfo) -> Score | None:
    """Add up a submission's points, also where no exercise could be looked at; None if it was not graded."""
    unknown = result.status is Status.NOT_GRADED and not result.override
    return None if unknown else submission_score(result, info.points)


def points_text(score: Score) -> str:
    """Say how many points of how many, what could not be graded apart.

    >>> from fractions import Fraction
    >>> points_text(Score(Fraction(15), Fraction(25), Fraction(5)))
    '15 / 25 (5 not graded)'
    """
    earned, possible = (format_points(each, score.possible) for each in (score.earned, score.possible))
    ungraded = f" ({format_points(score.ungraded, score.total)} not graded)" if score.ungraded else ""
    return f"{earned} / {possible}{ungraded}"
