"""Which known mistake produces what a submission returned: the library's wrong versions, tried one by one.

A mistake is named only where its output equals the submission's in every case that was answered, wrong or
right, shapes and exceptions included. Results are compared apart, since dx, dw and db may be wrong each in
its own way. Where no mistake alone explains a result, pairs are tried, one on top of the other; and at last
mistakes that differ only in whether they raise: one student's sum over a window that leaves the image is
another's exception.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.checks import same_shape
from grader.commission import Committed, commit
from grader.exam import Exam
from grader.model import Case, Outcome, Verdict
from grader.ops import Function
from grader.steps import Array, Call, Ending, Make, NotAnArray, Reply
from reference.mistakes import MISTAKES, Mistake

__all__ = ["Explanation", "identify"]

MOST_FIRSTS = 5
"""How many mistakes that show alone in some case are tried as one half of a pair."""

MOST_PAIRS = 500
"""How many other pairs are tried, in the library's order."""

MOST_SHOWN = 24
"""Failing cases that are looked at for signs of one half of a pair."""

SLACK = 64.0
"""Times the error bound of the right result: a wrong one may be larger, and so may its rounding."""

DOUBLE_SLACK, SINGLE_SLACK = 1e-9, 1e-5
"""Relative to the largest value, likewise."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What explains some of the results.

    Attributes:
        mistakes: one, or two that were made at once.
        results: the results that they explain, by the course's names.
    """

    mistakes: tuple[Mistake, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a submission made of one case.

    Attributes:
        got: None where it raised.
        error: the type of exception that it raised, or "".
        changed: watched inputs that it overwrote.
        wrong: the results that are wrong; all of them where it raised.
    """

    case: Case
    got: Mapping[str, Array | NotAnArray] | None
    error: str
    changed: frozenset[str]
    wrong: frozenset[str]


@dataclass(slots=True)
class _Trial:
    """A suspect, and what still speaks for it: the results that it has explained in every case so far."""

    mistakes: tuple[Mistake, ...]
    explains: frozenset[str]


def identify(exam: Exam, outcomes: Sequence[Outcome], replies: Sequence[Reply]) -> tuple[Explanation, ...]:
    """Name the mistakes behind an exercise's wrong results.

    Args:
        replies: to the exam's batch, in its order.

    Returns:
        As few explanations as cover what can be explained; none where nothing matches.
    """
    library = MISTAKES.get(exam.exercise.op, ())
    evidence = _gather(exam, outcomes, replies)
    wrong = _wrong_results(exam, evidence)
    if not library or not wrong:
        return ()
    return _Inquiry(exam, library, evidence, wrong).conclude()


def _gather(exam: Exam, outcomes: Sequence[Outcome], replies: Sequence[Reply]) -> list[_Evidence]:
    """What can be compared: failing cases first, small ones first among them."""
    found = []
    for outcome in outcomes:
        reply = replies[outcome.case]
        if outcome.carried or outcome.again or reply.ending not in (Ending.RETURNED, Ending.RAISED):
            continue
        if reply.ending is Ending.RAISED and not _reached(exam, outcome.case, reply):
            continue
        got = reply.values if reply.ending is Ending.RETURNED else None
        wrong = frozenset(outcome.wrong if got is not None else exam.results)
        if outcome.verdict is Verdict.CHANGED_INPUT:
            wrong = frozenset(exam.answers[outcome.case])
        if outcome.verdict is Verdict.CORRECT:
            wrong = frozenset()
        error = reply.error.type if reply.error else ""
        found.append(_Evidence(exam.cases[outcome.case], got, error, frozenset(reply.changed), wrong))
    return sorted(found, key=lambda each: (not each.wrong, each.got is None, each.case.size))


def _is_asked_of_an_object(exam: Exam) -> bool:
    """Whether it is a backward of the object whose forward was called before."""
    steps = exam.scripts[0].steps
    return (
        any(isinstance(step, Make) for step in steps) and len([s for s in steps if isinstance(s, Call)]) > 1
    )


def _reached(exam: Exam, case: int, reply: Reply) -> bool:
    """Whether it was the graded call that raised, and not one before it, such as the forward's."""
    return not any(isinstance(step, Call) for step in exam.scripts[case].steps[reply.step + 1 :])


def _wrong_results(exam: Exam, evidence: Iterable[_Evidence]) -> tuple[str, ...]:
    """Results that came back wrong somewhere, in the course's order; none if nothing ever came back."""
    returned = [each for each in evidence if each.got is not None]
    if not returned:
        return ()
    wrong = set().union(*(each.wrong for each in returned))
    if not wrong and _is_asked_of_an_object(exam):
        return ()  # what it remembers is its forward's doing, and so may be what raises
    if not wrong:  # right wherever it did not raise
        wrong = set().union(*(each.wrong for each in evidence))
    return tuple(name for name in exam.results if name in wrong)


class _Inquiry:
    """One exercise of one submission against the library."""

    def __init__(
        self, exam: Exam, library: Sequence[Mistake], evidence: Sequence[_Evidence], wrong: tuple[str, ...]
    ) -> None:
        self._exam, self._library, self._evidence, self._wrong = exam, library, evidence, wrong
        self._output = {name: output for output, name in exam.spelling.results.items()}
        self._watched = set(exam.spelling.watch)
        self._only_raises = not any(each.wrong and each.got is not None for each in evidence)

    def conclude(self) -> tuple[Explanation, ...]:
        """Try each mistake alone, then pairs."""
        alone = [self._try(mistake) for mistake in self._library]
        found = self._cover([trial for trial in alone if trial.explains], self._wrong)
        if left := self._left(found):
            pair = self._pair(left)
            found += (Explanation(pair.mistakes, left),) if pair else ()
        if left := self._left(found):
            lenient = [self._try(mistake, lenient=True) for mistake in self._library]
            found += self._cover([trial for trial in lenient if trial.explains], left)
        return found

    def _left(self, found: Iterable[Explanation]) -> tuple[str, ...]:
        """Wrong results that nothing explains yet."""
        explained = {name for explanation in found for name in explanation.results}
        return tuple(name for name in self._wrong if name not in explained)

    def _cover(self, trials: Sequence[_Trial], wrong: tuple[str, ...]) -> tuple[Explanation, ...]:
        """As few mistakes as explain the results; of several the one that leaves the right ones right."""
        left, found = set(wrong), []
        while left:
            best = max(
                trials, key=lambda trial: (len(trial.explains & left), self._spares(trial)), default=None
            )
            if best is None or not best.explains & left:
                break
            names = tuple(name for name in wrong if name in best.explains & left)
            found.append(Explanation(best.mistakes, names))
            left -= best.explains
        return tuple(found)

    def _spares(self, trial: _Trial) -> bool:
        """Whether a mistake also makes the other results what they are."""
        others = frozenset(self._output) - frozenset(self._wrong)
        return all(
            others <= self._agreeing(each, made, others) for each, made in self._committed(trial.mistakes)
        )

    # --- one suspect -----------------------------------------------------------------------------

    def _try(self, *mistakes: Mistake, lenient: bool = False) -> _Trial:
        """Hold a suspect against the evidence until nothing speaks for it any more.

        A lenient trial passes over wrong cases in which one of the two raised, if these are not the most.
        """
        trial = _Trial(mistakes, frozenset(self._wrong))
        passed = compared = 0
        for each, made in self._committed(mistakes):
            if lenient and each.wrong and (each.got is None) != (made.raised is not None):
                passed += 1
                continue
            compared += bool(each.wrong and each.got is not None)
            trial.explains = self._agreeing(each, made, trial.explains)
            if not trial.explains:
                break
        if passed > compared:
            trial.explains = frozenset()
        return trial

    def _committed(self, mistakes: tuple[Mistake, ...]) -> Iterator[tuple[_Evidence, Committed]]:
        """What the mistakes make of each case: telling cases first, or in order where one remembers."""
        function = _function(mistakes)
        if not any(mistake.remembers for mistake in mistakes):
            yield from zip(
                self._evidence, commit(function, (each.case for each in self._evidence)), strict=True
            )
            return
        known = {each.case.number: each for each in self._evidence}
        for place, made in enumerate(commit(function, self._exam.cases)):
            if place in known:
                yield known[place], made

    def _agreeing(self, each: _Evidence, made: Committed, names: frozenset[str]) -> frozenset[str]:
        """The results among `names` that a suspect makes as the submission did."""
        if each.got is None:
            return names if self._raises_likewise(each, made) else frozenset()
        changed = self._watched & set(map(self._exam.spelling.called, made.changed))
        if made.raised is not None or each.changed != changed:
            return frozenset()
        return frozenset(name for name in names if self._same(each, made, name))

    def _raises_likewise(self, each: _Evidence, made: Committed) -> bool:
        """Where no wrong number speaks for a suspect, an exception must be of the same type, too."""
        if made.raised is None:
            return False
        return not self._only_raises or type(made.raised).__name__ == each.error

    def _same(self, each: _Evidence, made: Committed, name: str) -> bool:
        answers = self._exam.answers[each.case.number]
        if name not in answers:
            return True  # the case does not ask for it
        assert each.got is not None
        got, output = each.got[name], self._output[name]
        if isinstance(got, NotAnArray) or output not in made.values:
            return False
        try:
            mine = self._exam.spelling.layout(name, made.values[output])
        except (ValueError, IndexError):
            return False
        loose = name in self._exam.spelling.loose
        return same_shape(got, mine, loose=loose) and _close(
            got.reshape(mine.shape), mine, float(np.max(answers[name].bound, initial=0.0)), each.case.single
        )

    # --- two suspects ------------------------------------------------------------------------------

    def _pair(self, wrong: tuple[str, ...]) -> _Trial | None:
        """Two mistakes, one on top of the other; first those of which one shows alone in some case."""
        inquiry = _Inquiry(self._exam, self._library, self._evidence, wrong)
        shown = [(inquiry._shows(mistake), mistake) for mistake in self._library]
        ranked = sorted(shown, key=lambda each: -each[0])[:MOST_FIRSTS]
        likely = [mistake for count, mistake in ranked if count]
        tried = itertools.chain(
            itertools.product(likely, self._library),
            itertools.islice(itertools.combinations(self._library, 2), MOST_PAIRS),
        )
        for first, second in tried:
            for upper, lower in ((first, second), (second, first)):
                if upper.composes and upper is not lower:
                    trial = inquiry._try(upper, lower)
                    if trial.explains == frozenset(wrong):
                        return trial
        return None

    def _shows(self, mistake: Mistake) -> int:
        """In how many of the first failing cases a mistake alone makes what the submission did."""
        failing = [each for each in self._evidence if each.wrong and each.got is not None][:MOST_SHOWN]
        names = frozenset(self._wrong)
        made = commit(mistake.fresh(), [each.case for each in failing])
        return sum(
            names & each.wrong <= self._agreeing(each, one, names)
            for each, one in zip(failing, made, strict=True)
        )


def _function(mistakes: tuple[Mistake, ...]) -> Function:
    if len(mistakes) == 1:
        return mistakes[0].fresh()
    upper, lower = mistakes
    return upper.fresh(of=lower.fresh())


def _close(got: Array, made: Array, bound: float, single: bool) -> bool:
    """Whether two results are the same but for rounding; the type counts, too, in double precision."""
    if not single and got.dtype != made.dtype:
        return False
    coarse = single or got.dtype.itemsize < 8
    with np.errstate(all="ignore"):
        largest = float(np.max(np.abs(made[np.isfinite(made)]), initial=0.0))
        room = SLACK * bound + (SINGLE_SLACK if coarse else DOUBLE_SLACK) * largest
        near = np.abs(got.astype(np.float64) - made.astype(np.float64)) <= room
        return bool((near | (got == made) | (np.isnan(got) & np.isnan(made))).all())
