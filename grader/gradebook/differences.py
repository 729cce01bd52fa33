"""Two runs of one assignment side by side: whose marks move, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.errors import GraderError
from grader.gradebook.results import format_points, submission_score
from grader.model import (
    ExerciseResult,
    Override,
    RunInfo,
    RunResult,
    Score,
    Status,
    StratumResult,
    SubmissionResult,
)

__all__ = ["Difference", "DifferentAssignmentsError", "ExerciseMove", "Move", "Setting", "compare"]


class DifferentAssignmentsError(GraderError):
    """Two runs that have nothing to compare."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something about the runs themselves that is not the same, such as the seed."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseMove:
    """An exercise whose points or verdict changed.

    Attributes:
        old: points; None if there was no such exercise.
        new: likewise.
        reasons: what changed, a phrase each.
    """

    name: str
    old: Fraction | None
    new: Fraction | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A submission of which something changed that its mark depends on.

    Attributes:
        old: points; None if there was no such submission, or it was not graded.
        new: likewise.
        reasons: what changed about the submission as a whole, a phrase each.
        exercises: those that changed.
    """

    id: str
    old: Fraction | None
    new: Fraction | None
    reasons: tuple[str, ...]
    exercises: tuple[ExerciseMove, ...] = ()

    @property
    def by(self) -> Fraction | None:
        """How far the points moved; None where there were or are none."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What two runs differ in.

    Attributes:
        points: what the assignment is worth in the new run.
        settings: of the runs; they are the reason where a submission itself has not changed.
        moves: in the order of the ids.
        same: how many submissions are in both and have the same marks.
    """

    assignment: str
    title: str
    points: Fraction
    settings: tuple[Setting, ...]
    moves: tuple[Move, ...]
    same: int


def compare(old: RunResult, new: RunResult) -> Difference:
    """Find what moved from one run to another.

    Raises:
        DifferentAssignmentsError: they are of two; the text goes on after the names of the runs.
    """
    if old.info.assignment != new.info.assignment:
        raise DifferentAssignmentsError(
            f"the first holds marks of {old.info.assignment}, the second of {new.info.assignment}: "
            "only two runs of one assignment can be compared."
        )
    before = {each.id: each for each in old.submissions}
    after = {each.id: each for each in new.submissions}
    found = [
        _move(id, before.get(id), after.get(id), old.info.points, new.info.points)
        for id in sorted(before.keys() | after.keys())
    ]
    return Difference(
        assignment=new.info.assignment,
        title=new.info.title,
        points=new.info.points,
        settings=tuple(_settings(old.info, new.info)),
        moves=tuple(move for move in found if move is not None),
        same=found.count(None),
    )


def _settings(old: RunInfo, new: RunInfo) -> Iterator[Setting]:
    """Yield what decides marks beside the submissions, where it is not the same."""
    named = {
        "grader": (old.version, new.version),
        "assignment": (old.digest, new.digest),
        "worth": (format_points(old.points, old.points), format_points(new.points, new.points)),
        "seed": (str(old.seed), str(new.seed)),
        "Python": (old.python, new.python),
        "NumPy": (old.numpy, new.numpy),
        "isolation": (old.sandbox, new.sandbox),
    }
    yield from (Setting(name, *values) for name, values in named.items() if values[0] != values[1])


# --- a submission --------------------------------------------------------------------------------------


def _move(
    id: str,
    old: SubmissionResult | None,
    new: SubmissionResult | None,
    old_points: Fraction,
    new_points: Fraction,
) -> Move | None:
    """Say what changed about one submission, or None."""
    before, after = _earned(old, old_points), _earned(new, new_points)
    if old is None or new is None:
        reason = "removed: not in the second run" if new is None else "added: not in the first run"
        return Move(id=id, old=before, new=after, reasons=(reason,))
    exercises = tuple(_exercises(old, new))
    decided = tuple(_decided(old, new))
    if before == after and not exercises and not decided:
        return None
    files = () if old.digest == new.digest else ("its files changed",)
    return Move(id=id, old=before, new=after, reasons=(*files, *decided), exercises=exercises)


def _earned(result: SubmissionResult | None, points: Fraction) -> Fraction | None:
    if result is None or (result.status is Status.NOT_GRADED and not result.override):
        return None
    return submission_score(result, points).earned


def _decided(old: SubmissionResult, new: SubmissionResult) -> Iterator[str]:
    """Yield what changed above the exercises."""
    if old.status is not new.status:
        why = f": {new.message}" if new.message else ""
        yield f"was {old.status.value}, is {new.status.value}{why}"
    late = [result.lateness.text if result.lateness else "none" for result in (old, new)]
    if late[0] != late[1]:
        yield f"lateness: {late[0]} → {late[1]}"
    yield from _set_by_hand(old.override, new.override, "total ")


def _set_by_hand(old: Override | None, new: Override | None, what: str = "") -> Iterator[str]:
    """Yield how what is set by hand changed; what it stands in place of is no part of that."""
    before, after = ((each.points, each.reason) if each else None for each in (old, new))
    if before == after:
        return
    if new is None:
        yield f"{what}no longer set by hand"
    else:
        points = format_points(new.points, new.was.total)
        yield f"{what}set by hand to {points}: {new.reason}"


# --- an exercise ---------------------------------------------------------------------------------------


def _exercises(old: SubmissionResult, new: SubmissionResult) -> Iterator[ExerciseMove]:
    before = {each.name: each for each in old.exercises}
    after = {each.name: each for each in new.exercises}
    if not before or not after:
        return  # the status says why
    for name in dict.fromkeys([*before, *after]):
        first, second = before.get(name), after.get(name)
        reasons = tuple(_reasons(first, second))
        if not reasons and first and second and first.score.earned != second.score.earned:
            reasons = ("the same work, counted otherwise",)
        if reasons:
            yield ExerciseMove(
                name=name,
                old=first.score.earned if first else None,
                new=second.score.earned if second else None,
                reasons=reasons,
            )


def _reasons(old: ExerciseResult | None, new: ExerciseResult | None) -> Iterator[str]:
    """Yield what changed about an exercise; nothing where its points and its verdict are the same."""
    if old is None or new is None:
        yield "no longer an exercise of this run" if new is None else "a new exercise of this run"
        return
    if old.verdict is not new.verdict:
        yield f"{old.verdict.value} → {new.verdict.value}"
    if old.carried_forward != new.carried_forward:
        yield "error carried forward" if new.carried_forward else "error no longer carried forward"
    yield from _strata(old, new)
    yield from _set_by_hand(old.override, new.override)
    if old.score.total != new.score.total:
        yield f"worth {_worth(old.score)} → {_worth(new.score)}"
    if old.score.ungraded != new.score.ungraded:
        yield "some of it could not be graded" if new.score.ungraded else "all of it could be graded"


def _worth(score: Score) -> str:
    return format_points(score.total, score.total)


def _strata(old: ExerciseResult, new: ExerciseResult) -> Iterator[str]:
    before, after = ({each.name: each for each in result.strata} for result in (old, new))
    changed = {
        name: _share(after.get(name)) - _share(before.get(name)) for name in dict.fromkeys([*before, *after])
    }
    for word, sign in (("gained", 1), ("lost", -1)):
        names = [name for name, by in changed.items() if by * sign > 0]
        if names:
            yield f"{word} {', '.join(names)}"


def _share(stratum: StratumResult | None) -> Fraction:
    """Give a stratum's points; of one that counts nothing, whether it is right."""
    if stratum is None:
        return Fraction(0)
    return stratum.score.earned if stratum.score.total else Fraction(not stratum.failed)
