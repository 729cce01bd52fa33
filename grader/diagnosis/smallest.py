"""The smallest case on which a submission fails as it failed in the exam: to be shown, never to be marked.

The submission itself is asked, in its sandbox. First the smallest cases that there are, those with the fewest
numbers first; where a mistake has been named, only those in which it must show. Where the smallest
that is found, or what the exam has, still holds more than a few numbers, Hypothesis searches further.

A case is shown only if it fails in the same way: with the same verdict, in the results that were wrong in the
exam, at the same line, and with what the named mistake makes of it. And it fails when it is the only one that
is asked, in a process of its own, as it will when somebody pastes the snippet.

The budget is a number of runs. Times that were measured decide only whether to search at all: a function or
an import that is slow is left alone, and a search that takes half a minute is stopped.
"""

from __future__ import annotations

import functools
import math
import operator
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from grader import cases
from grader.cases.search import search
from grader.cases.strata import EVERYTHING, SINGLE
from grader.checks import judge, same_shape
from grader.diagnosis.imitation import reply_to
from grader.diagnosis.suspects import Cause, also_explains
from grader.exam import Exam
from grader.model import Case, Outcome, Verdict
from grader.snippet import passes
from grader.steps import Array, Ending, Limits, NotAnArray, Reply
from grader.wrong_versions import apply

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["LIMITS", "Respondent", "Shown", "find_smaller"]

LOOKED_AT = (
    Verdict.WRONG_SHAPE,
    Verdict.WRONG_DTYPE,
    Verdict.WRONG_VALUE,
    Verdict.CHANGED_INPUT,
    Verdict.RAISED,
)
"""What is looked for. What hangs or dies is not called again; what is unfinished has nothing to show."""

ANSWERED = (Ending.RETURNED, Ending.RAISED, Ending.MALFORMED)

LIMITS = Limits(seconds=0.5, give_up_after=1, answer=1 << 20)
"""Of each batch: small cases take milliseconds, and have small results."""

SLOWEST = 0.02
"""CPU seconds that the fastest call of the exam may have taken: about what a small case will take, and of all
the calls the one that depends least on how busy the machine is."""

CLEARLY = 0.01
"""How much of the gap between wrong and right in the exam's case must be there in a smaller one."""

FEW = 28
"""Numbers in a case, results included, from which on it is small enough not to be searched further."""

RUNGS_KNOWN = (1, 12)
"""How many cases are put in the first batch, and in the next, if it is known in which the mistake shows."""

RUNGS_UNKNOWN = (1, 40, 120)
"""How many, if it is not."""

CONFIRMED = 3
"""How many cases of a batch are asked once more, each alone, until one fails there as well."""

MOST_RUNS = 100
"""How often Hypothesis may ask the submission."""

MOST_EXAMPLES = 200
"""How many cases Hypothesis may draw before the first that fails."""

BRAKE = 30.0
"""Seconds after which nothing more is asked: far beyond what is needed, unless somebody sleeps."""

SLOW_TO_LOAD, SLOWEST_TO_LOAD = 0.05, 0.5
"""CPU seconds of loading the submission, above which Hypothesis is left out, and nothing is asked at all."""


@dataclass(frozen=True, slots=True)
class Respondent:
    """A submission that can be asked more.

    Attributes:
        ask: puts an exam to it, in a process of its own; one reply for each entry of its batch's order.
        load_seconds: CPU time that it takes to load, each time.
    """

    ask: Callable[[Exam], Sequence[Reply]]
    load_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A failing case, what came back for it, and how that was judged.

    Attributes:
        exam: one that asks the case.
        outcome: the case's number in that exam is `outcome.case`.
    """

    exam: Exam
    outcome: Outcome
    reply: Reply

    @property
    def case(self) -> Case:
        """The case."""
        return self.exam.cases[self.outcome.case]

    @property
    def numbers(self) -> int:
        """How many numbers there are to read."""
        return self.exam.count_of_numbers(self.outcome.case)

    @property
    def effort(self) -> float:
        """What it takes to read it."""
        return self.exam.effort(self.outcome.case)

    @property
    def gap(self) -> float:
        """How far wrong values are from the right ones, against the largest of these or 1; at most 1."""
        expected = self.exam.answers[self.outcome.case]
        gaps = [_gap(self.reply.values[name], expected[name].value) for name in self.outcome.wrong]
        return max(gaps, default=1.0)


def find_smaller(
    sampled: Shown,
    outcomes: Sequence[Outcome],
    replies: Sequence[Reply],
    causes: Sequence[Cause],
    respondent: Respondent,
) -> Shown | None:
    """Look for a smaller case that fails in the same way, or one as small with plainer numbers.

    Args:
        sampled: the smallest failing case of the exam.
        outcomes: of the whole exam.
        replies: likewise.
        causes: the mistakes that were named, if any.
        respondent: the submission; it answers within `LIMITS`.

    Returns:
        None if there is none, or if the submission is one that is better not called again.
    """
    if not _may_be_called_again(sampled, outcomes, replies) or respondent.load_seconds > SLOWEST_TO_LOAD:
        return None
    wrong = frozenset(
        name for outcome in outcomes if outcome.verdict is sampled.outcome.verdict for name in outcome.wrong
    )
    failing = [sampled.exam.cases[each.case] for each in outcomes if each.verdict is not Verdict.CORRECT]
    return _Search(sampled, failing, wrong, causes, respondent).result()


def _may_be_called_again(sampled: Shown, outcomes: Iterable[Outcome], replies: Iterable[Reply]) -> bool:
    """Whether it returned at once whenever it was called, and what it returns depends on nothing else."""
    replies = list(replies)
    return (
        sampled.outcome.verdict in LOOKED_AT
        and not sampled.outcome.again
        and not any(outcome.carried for outcome in outcomes)
        and all(reply.ending in ANSWERED for reply in replies)
        and min(reply.seconds for reply in replies) <= SLOWEST
    )


class _Search:
    """For one exercise of one submission.

    Args:
        failing: the failing cases of the exam.
        wrong: the results that may be wrong.
    """

    def __init__(
        self,
        sampled: Shown,
        failing: Sequence[Case],
        wrong: frozenset[str],
        causes: Sequence[Cause],
        respondent: Respondent,
    ) -> None:
        self._sampled, self._failing, self._wrong = sampled, failing, wrong
        self._causes, self._respondent = causes, respondent
        self._gap = sampled.gap
        self._single = all(case.single for case in failing)
        self._stop = time.monotonic() + BRAKE

    def result(self) -> Shown | None:
        """The best that is found."""
        found = self._on_the_ladder()
        best = found or self._sampled
        if best.numbers > FEW and self._respondent.load_seconds <= SLOW_TO_LOAD:
            found = self._by_hypothesis(best.effort) or found
        return found

    # --- does it fail in the same way? -------------------------------------------------------------

    def _ask(self, exam: Exam) -> list[Shown]:
        """Put an exam's cases to the submission; those that fail in the same way come back."""
        if time.monotonic() > self._stop:
            return []
        replies = self._respondent.ask(exam)
        if len(replies) != len(exam.cases):  # it does not even load this time
            return []
        judged = zip(judge(exam, replies), replies, strict=True)
        shown = [Shown(exam, outcome, reply) for outcome, reply in judged]
        return [each for each in shown if self._is_the_same(each)]

    def _is_the_same(self, shown: Shown) -> bool:
        return (
            self._alike(shown)
            and _where(shown.reply) == _where(self._sampled.reply)
            and (not self._causes or also_explains(self._causes, shown.exam, shown.outcome, shown.reply))
        )

    def _alike(self, shown: Shown) -> bool:
        return (
            shown.outcome.verdict is self._sampled.outcome.verdict
            and bool(shown.outcome.wrong) == bool(self._sampled.outcome.wrong)
            and self._wrong.issuperset(shown.outcome.wrong)
            and shown.gap >= CLEARLY * self._gap
            and _shows_when_pasted(shown)
        )

    def _must_show(self, exam: Exam, number: int) -> bool:
        """Whether what was named makes a case fail in this way; where nothing was named, any case may."""
        if not self._causes:
            return True
        foreseen = self._foresee(exam, number)
        return self._alike(foreseen) and _where(foreseen.reply) == _where(self._foreseen.reply)

    @cached_property
    def _foreseen(self) -> Shown:
        return self._foresee(self._sampled.exam, self._sampled.outcome.case)

    def _foresee(self, exam: Exam, number: int) -> Shown:
        """What comes of a case where the named mistakes are made, and no other."""
        alone = exam.only([number])
        reply = _predicted(alone, self._causes)
        (outcome,) = judge(alone, [reply])
        return Shown(alone, outcome, reply)

    # --- the smallest there are --------------------------------------------------------------------

    def _on_the_ladder(self) -> Shown | None:
        """The first of the smallest cases that fails; alone, too."""
        ladder = self._sampled.exam.smallest
        if self._single:
            ladder = ladder.asking(map(_in_single_precision, ladder.cases))
        most = self._sampled.effort
        places = (
            place
            for place in range(len(ladder.cases))
            if ladder.effort(place) <= most and self._must_show(ladder, place)
        )
        for length in RUNGS_KNOWN if self._causes else RUNGS_UNKNOWN:
            rung = ladder.only(islice(places, length))
            failing = self._ask(rung) if rung.cases else []
            if len(rung.cases) == 1 and failing:
                return failing[0]
            if failing:
                return self._confirmed(failing)
        return None

    def _confirmed(self, failing: Sequence[Shown]) -> Shown | None:
        """The first that fails in a process of its own; none if what it returns depends on earlier calls."""
        for shown in failing[:CONFIRMED]:
            for alone in self._ask(shown.exam.only([shown.outcome.case])):
                return alone
        return None

    # --- beyond ------------------------------------------------------------------------------------

    def _by_hypothesis(self, most: float) -> Shown | None:
        """Of what Hypothesis comes upon, what takes the least effort to read, if that is less than `most`."""
        answered: dict[bytes, Shown | None] = {}

        def fails(case: Case) -> bool:
            exam = self._sampled.exam.asking([case])
            key = exam.encoded.data
            if key not in answered and len(answered) < MOST_RUNS:
                if not self._must_show(exam, 0):
                    return False
                answered[key] = next(iter(self._ask(exam)), None)
            return answered.get(key) is not None

        search(self._strategy(), fails, examples=MOST_EXAMPLES)
        failing = [shown for shown in answered.values() if shown is not None and shown.effort < most]
        return min(failing, key=lambda shown: shown.effort, default=None)

    def _strategy(self) -> SearchStrategy[Case]:
        """Cases of "everything together", where all sizes can shrink, or of the strata in which it fails."""
        exercise = self._sampled.exam.exercise
        strata = list(dict.fromkeys(case.stratum for case in self._failing))
        searched = [
            cases.strategy(exercise.op, name, exercise.domain, readable=True)
            for name in ([EVERYTHING] if EVERYTHING in strata else strata)
        ]
        found = functools.reduce(operator.or_, searched)
        return found.map(_in_single_precision) if self._single else found


# --- one case ----------------------------------------------------------------------------------------


def _gap(got: Array | NotAnArray, expected: Array) -> float:
    if isinstance(got, NotAnArray) or got.size != expected.size or got.dtype.kind == "c":
        return 1.0
    with np.errstate(all="ignore"):
        gap = float(np.max(np.abs(got.astype(np.float64).ravel() - expected.ravel()), initial=0.0))
    return 1.0 if math.isnan(gap) else min(1.0, gap / float(np.max(np.abs(expected), initial=1.0)))


def _where(reply: Reply) -> tuple[object, ...]:
    """What else must be the same of an answer that is no result: which exception, at which line."""
    error = reply.error
    raised = (error.type, error.path, error.cell, error.line) if error else ()
    returned = re.sub(r"\d+", "", reply.text) if reply.ending is Ending.MALFORMED else ""
    return reply.ending, raised, returned


def _shows_when_pasted(shown: Shown) -> bool:
    """Whether a snippet that compares values tells: an integer that should be a whole number does not."""
    exam, outcome, reply = shown.exam, shown.outcome, shown.reply
    if outcome.verdict not in (Verdict.WRONG_VALUE, Verdict.WRONG_DTYPE):
        return True
    expected = exam.answers[outcome.case]
    results = {name: reply.values[name] for name in outcome.wrong}
    return any(
        isinstance(got, NotAnArray)
        or not same_shape(got, expected[name].value, loose=name in exam.spelling.loose)
        or not passes(got, expected[name], single=shown.case.single)
        for name, got in results.items()
    )


def _predicted(exam: Exam, causes: Iterable[Cause]) -> Reply:
    """What comes back for an exam's only case from who makes these mistakes, and no other."""
    values: dict[str, Array | NotAnArray] = {name: each.value for name, each in exam.answers[0].items()}
    changed: dict[str, None] = {}
    for cause in causes:
        (made,) = apply(cause.function(), exam.cases)
        reply = reply_to(exam, 0, made)
        if reply.ending is not Ending.RETURNED:
            return reply
        values |= {name: value for name, value in reply.values.items() if name in cause.results}
        changed |= dict.fromkeys(reply.changed)
    return Reply(ending=Ending.RETURNED, values=values, changed=tuple(changed))


def _in_single_precision(case: Case) -> Case:
    arrays = {
        name: array.astype(np.float32) if array.dtype == np.float64 else array
        for name, array in case.arrays.items()
    }
    return replace(case, stratum=SINGLE, arrays=arrays)
