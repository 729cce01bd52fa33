"""An exam as one submission took it: what came back, and how that was judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from grader.exam import Exam
from grader.model import ExerciseResult, Outcome, Score, StratumResult, Verdict
from grader.scoring import score_strata
from grader.speed import Pace
from grader.steps import BatchReply, Ending, Limits, Make

__all__ = ["Attempt", "is_full", "limits_of"]

ANSWER_FACTOR, SMALLEST_ANSWER = 8, 1 << 20
"""How much a call may answer: so many times what the right results take, and at least a MiB.

All answers to an exam are in memory together; at the sandbox's own limit, a submission that answers every
call with large arrays would take the grader's.
"""

CARRIED = (
    "error carried forward: it is the right gradient of the submission's own forward function, "
    "which is where the mistake lies"
)


@dataclass(frozen=True)
class Attempt:
    """An exam that was taken in one way, judged.

    Attributes:
        forward_right: whether the forward function that goes with a backward one has all its points.
    """

    exam: Exam
    reply: BatchReply
    outcomes: tuple[Outcome, ...]
    pace: Pace | None = None
    forward_right: bool = False

    @cached_property
    def judged(self) -> tuple[Outcome, ...]:
        """The outcomes of the cases, and of timing where that was asked for."""
        return self.outcomes if self.pace is None else (*self.outcomes, self.pace.outcome)

    @cached_property
    def strata(self) -> tuple[StratumResult, ...]:
        """The lines of partial credit."""
        return score_strata(self.exam.exercise, self.judged)

    @cached_property
    def earned(self) -> Score:
        """The points of it."""
        return sum((each.score for each in self.strata), Score())

    @property
    def full(self) -> bool:
        """Whether no point is missing."""
        return self.earned.earned == self.earned.total

    @property
    def right(self) -> int:
        """How many cases are right."""
        return sum(outcome.verdict is Verdict.CORRECT for outcome in self.outcomes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say about how it was taken."""
        notes = [self.exam.way.note] if self.exam.way.note else []
        if self.pace is not None and self.pace.note:
            notes.append(self.pace.note)
        if any(outcome.carried for outcome in self.outcomes):
            notes.append(CARRIED)
        return tuple(notes)

    @property
    def timed_out(self) -> bool:
        """Whether some case was stopped: asking it all again could take as long."""
        return any(outcome.verdict is Verdict.TIMED_OUT for outcome in self.outcomes)

    @property
    def load_seconds(self) -> float:
        """CPU time beside that of the calls; 0 where it was not measured."""
        return max(0.0, self.reply.seconds - sum(each.seconds for each in self.reply.replies))

    @property
    def rank(self) -> tuple[object, ...]:
        """Of two attempts the one with more points, then more right cases, then its own function called."""
        right = -1 if self.exam.way.on_evidence else self.right
        return self.earned.earned, right, any(self._reached(place) for place in range(len(self.outcomes)))

    def _reached(self, place: int) -> bool:
        """Whether a case got as far as the function that is graded."""
        if not self.reply.replies or self.reply.missing:
            return False
        reply = self.reply.replies[place]
        return reply.ending is Ending.RETURNED or reply.step >= self.exam.scripts[place].graded

    def took_none(self, offer: str) -> bool:
        """Whether the constructor was seen to take no parameter of that meaning."""
        steps = self.exam.scripts[0].steps if self.exam.scripts else ()
        made = [place for place, step in enumerate(steps) if isinstance(step, Make) and offer in step.offers]
        taken = [reply.found[place] for reply in self.reply.replies for place in made if place in reply.found]
        return bool(taken) and not any(pair.endswith(f"={offer}") for pair in taken[0])


def limits_of(exam: Exam) -> Limits:
    """What a submission that takes an exam may use."""
    return Limits(
        seconds=exam.exercise.seconds, answer=max(SMALLEST_ANSWER, ANSWER_FACTOR * exam.largest_answer)
    )


def is_full(result: ExerciseResult | None) -> bool:
    """Whether an exercise has all its points."""
    return result is not None and result.score.earned == result.score.total
