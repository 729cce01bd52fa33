"""Which known mistake produces what a submission returned: the library's wrong versions, tried one by one.

A mistake is named only where its output equals the submission's in every case that was answered, wrong or
right, shapes and exceptions included. Results are compared apart, since dx, dw and db may be wrong each in
its own way. Where no mistake alone explains wrong numbers, pairs are tried, one on top of the other; and at
last mistakes that differ only in whether they raise: one student's sum over a window that leaves the image
is another's exception.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.checks import same_shape
from grader.exam import Exam
from grader.model import Case, Outcome, Verdict
from grader.ops import OPS, Function
from grader.steps import Array, Call, Ending, Make, NotAnArray, Reply
from grader.wrong_versions import Made, apply
from reference.mistakes import MISTAKES, MisfitError, Mistake

__all__ = ["Cause", "also_explains", "identify"]

MOST_PAIRS = 1200
"""How many pairs are tried, the likeliest first; of 227 pairs that were found, the last was the 1054th."""

SAMPLED = 5
"""Cases of each kind in which it is looked for what each half of a pair does alone."""

SLACK = 64.0
"""Times the error bound of the right result: a wrong one may be larger, and so may its rounding."""

DOUBLE_SLACK, SINGLE_SLACK = 1e-9, 1e-5
"""Relative to the largest value, likewise."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What explains some of the results.

    Attributes:
        mistakes: one, or two that were made at once.
        results: the results that they explain, by the course's names.
    """

    mistakes: tuple[Mistake, ...]
    results: tuple[str, ...]

    def function(self) -> Function:
        """A wrong version of the operation that makes them, with nothing kept from earlier calls."""
        return _function(self.mistakes)


@dataclass(frozen=True, slots=True, eq=False)
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
class _Suspect:
    """A suspect, and what still speaks for it.

    Attributes:
        explains: the results that it has explained in every case so far.
        refuted_by: the case after which nothing spoke for it any more.
    """

    mistakes: tuple[Mistake, ...]
    explains: frozenset[str]
    refuted_by: _Evidence | None = None


def identify(
    exam: Exam, outcomes: Sequence[Outcome], replies: Sequence[Reply], *, forward_right: bool = False
) -> tuple[Cause, ...]:
    """Name the mistakes behind an exercise's wrong results.

    Args:
        replies: to the exam's batch, in its order.
        forward_right: whether a backward's forward has been found right.

    Returns:
        As few causes as cover what can be explained; none where nothing matches.
    """
    library = MISTAKES.get(exam.exercise.op, ())
    evidence = _gather(exam, outcomes, replies)
    wrong = _wrong_results(exam, evidence, forward_right=forward_right)
    if not library or not wrong:
        return ()
    return _Inquiry(exam, library, evidence, wrong).conclude()


def also_explains(causes: Sequence[Cause], exam: Exam, outcome: Outcome, reply: Reply) -> bool:
    """Whether what explains some results of an exam also makes them what they are in one more failing case.

    Args:
        causes: at least one.
        exam: the one that asks this case.
    """
    evidence = _evidence(exam, outcome, reply)
    if evidence is None:
        return False
    inquiry = _Inquiry(exam, (), [evidence], exam.results)
    meant, explained = set[str](), set[str]()
    for cause in causes:
        (made,) = apply(cause.function(), [evidence.case])
        meant |= evidence.wrong & set(cause.results)
        explained |= inquiry._agreeing(evidence, made, frozenset(cause.results))
    return bool(meant) and meant <= explained


def _gather(exam: Exam, outcomes: Sequence[Outcome], replies: Sequence[Reply]) -> list[_Evidence]:
    """What can be compared: failing cases first, small ones first among them."""
    found = [_evidence(exam, outcome, replies[outcome.case]) for outcome in outcomes]
    return sorted(
        (each for each in found if each is not None),
        key=lambda each: (not each.wrong, each.got is None, each.case.size),
    )


def _evidence(exam: Exam, outcome: Outcome, reply: Reply) -> _Evidence | None:
    """What can be compared of one case, if anything."""
    if outcome.carried or outcome.again or reply.ending not in (Ending.RETURNED, Ending.RAISED):
        return None
    if reply.ending is Ending.RAISED and reply.step < exam.scripts[outcome.case].graded:
        return None  # one before it raised, such as the forward
    got = reply.values if reply.ending is Ending.RETURNED else None
    wrong = frozenset(outcome.wrong if got is not None else exam.results)
    if outcome.verdict is Verdict.CHANGED_INPUT:
        wrong = frozenset(exam.answers[outcome.case])
    if outcome.verdict is Verdict.CORRECT:
        wrong = frozenset()
    error = reply.error.type if reply.error else ""
    return _Evidence(exam.cases[outcome.case], got, error, frozenset(reply.changed), wrong)


def _is_asked_of_an_object(exam: Exam) -> bool:
    """Whether it is a backward of the object whose forward was called before."""
    steps = exam.scripts[0].steps
    return (
        any(isinstance(step, Make) for step in steps) and len([s for s in steps if isinstance(s, Call)]) > 1
    )


def _wrong_results(exam: Exam, evidence: Iterable[_Evidence], *, forward_right: bool) -> tuple[str, ...]:
    """Results that came back wrong somewhere, in the course's order; none if nothing ever came back.

    Without those that are no array somewhere, since no mistake makes that.
    """
    returned = [each for each in evidence if each.got is not None]
    if not returned:
        return ()
    wrong = set().union(*(each.wrong for each in returned))
    if not wrong and _is_asked_of_an_object(exam) and not forward_right:
        return ()  # what it remembers is its forward's doing, and so may be what raises
    if not wrong:  # right wherever it did not raise
        wrong = set().union(*(each.wrong for each in evidence))
    wrong -= {
        name
        for each in returned
        for name in each.wrong
        if each.got is not None and isinstance(each.got[name], NotAnArray)
    }
    return tuple(name for name in exam.results if name in wrong)


class _Inquiry:
    """One exercise of one submission against the library."""

    def __init__(
        self, exam: Exam, library: Sequence[Mistake], evidence: Sequence[_Evidence], wrong: tuple[str, ...]
    ) -> None:
        self._exam, self._library, self._wrong = exam, library, wrong
        self._evidence = list(evidence)
        self._output = {name: output for output, name in exam.spelling.results.items()}
        self._watched = set(exam.spelling.watch)
        self._wrong_numbers = sum(bool(each.wrong and each.got is not None) for each in evidence)
        self._refuses = any(case.refusal for case in exam.cases)
        self._bounds: dict[tuple[int, str], float] = {}

    def conclude(self) -> tuple[Cause, ...]:
        """Try each mistake alone, then pairs."""
        alone = [self._try(mistake) for mistake in self._library]
        found = self._cover([suspect for suspect in alone if suspect.explains], self._wrong)
        left = self._left(found)
        if left and self._wrong_numbers:  # exceptions alone would fit many a pair
            pair = self._pair(left)
            found += (Cause(pair.mistakes, left),) if pair else ()
        if left := self._left(found):
            lenient = [self._try(mistake, lenient=True) for mistake in self._library]
            found += self._cover([suspect for suspect in lenient if suspect.explains], left)
        return found

    def _left(self, found: Iterable[Cause]) -> tuple[str, ...]:
        """Wrong results that nothing explains yet."""
        explained = {name for cause in found for name in cause.results}
        return tuple(name for name in self._wrong if name not in explained)

    def _cover(self, suspects: Sequence[_Suspect], wrong: tuple[str, ...]) -> tuple[Cause, ...]:
        """As few mistakes as explain the results, but first those that leave the right ones right.

        Of a submission that leaves two of three gradients at zero it is false that it leaves all three there,
        although that explains both; two sentences are true.
        """
        left, found = set(wrong), []
        spares = {id(suspect): self._spares(suspect) for suspect in suspects}
        while left:
            telling = [suspect for suspect in suspects if suspect.explains & left]
            if not telling:
                break
            best = max(telling, key=lambda suspect: (spares[id(suspect)], len(suspect.explains & left)))
            names = tuple(name for name in wrong if name in best.explains & left)
            found.append(Cause(best.mistakes, names))
            left -= best.explains
        return tuple(found)

    def _spares(self, suspect: _Suspect) -> bool:
        """Whether a mistake also makes the other results what they are."""
        returned = (each.wrong for each in self._evidence if each.got is not None)
        others = frozenset(self._output).difference(*returned)
        return all(
            others <= self._agreeing(each, made, others) for each, made in self._made_by(suspect.mistakes)
        )

    # --- one suspect -----------------------------------------------------------------------------

    def _try(self, *mistakes: Mistake, lenient: bool = False, least: int = 1) -> _Suspect:
        """Hold a suspect against the evidence until nothing speaks for it any more.

        Args:
            mistakes: one, or two, the first on top of the second.
            lenient: pass over wrong cases in which one of the two raised, if these are not the most.
            least: how many results it must explain to be worth anything.
        """
        suspect = _Suspect(mistakes, frozenset(self._wrong))
        passed = compared = 0
        for each, made in self._made_by(mistakes):
            if lenient and each.wrong and (each.got is None) != (made.raised is not None):
                passed += 1
                if passed > self._wrong_numbers:
                    break
                continue
            compared += bool(each.wrong and each.got is not None)
            suspect.explains = self._agreeing(each, made, suspect.explains)
            if len(suspect.explains) < least:
                suspect.explains, suspect.refuted_by = frozenset(), each
                break
        if passed > compared:
            suspect.explains = frozenset()
        return suspect

    def _made_by(self, mistakes: tuple[Mistake, ...]) -> Iterator[tuple[_Evidence, Made]]:
        """What the mistakes make of each case: telling cases first, or in order where one remembers."""
        if not any(mistake.remembers for mistake in mistakes):
            yield from zip(self._evidence, self._apply(mistakes, self._evidence), strict=True)
            return
        known = {each.case.number: each for each in self._evidence}
        for place, made in enumerate(apply(_function(mistakes), self._exam.cases)):
            if place in known:
                yield known[place], made

    def _apply(self, mistakes: tuple[Mistake, ...], evidence: Sequence[_Evidence]) -> Iterator[Made]:
        asked = (each.case for each in evidence)
        if len(mistakes) == 1:
            return self._exam.record.apply(mistakes[0], asked)
        return apply(_function(mistakes), asked)

    def _agreeing(self, each: _Evidence, made: Made, names: frozenset[str]) -> frozenset[str]:
        """The results among `names` that a suspect makes as the submission did."""
        if each.got is None:
            return names if self._raises_likewise(each, made) else frozenset()
        changed = self._watched & set(map(self._exam.spelling.called, made.changed))
        if made.raised is not None or each.changed != changed:
            return frozenset()
        return frozenset(name for name in names if self._same(each, made, name))

    def _raises_likewise(self, each: _Evidence, made: Made) -> bool:
        """Where no wrong number speaks for a suspect, an exception must be of the same type, too.

        Not so of an operation that has inputs to refuse, since it may refuse them by any. Where raising was
        wrong although there is no result, as by NotImplementedError, a suspect that raises does it rightly.
        """
        if made.raised is None or (each.case.refusal and each.wrong):
            return False
        return self._wrong_numbers > 0 or self._refuses or each.error in _kinds(made.raised)

    def _same(self, each: _Evidence, made: Made, name: str) -> bool:
        answers = self._exam.answers[each.case.number]
        if name not in answers and not each.case.refusal:
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
            got.reshape(mine.shape), mine, self._bound(each.case.number, name), each.case.single
        )

    def _bound(self, case: int, name: str) -> float:
        """The largest error bound of a right result; it is asked for once for each suspect."""
        if (case, name) not in self._bounds:
            answer = self._exam.answers[case].get(name)
            self._bounds[case, name] = float(np.max(answer.bound, initial=0.0)) if answer else 0.0
        return self._bounds[case, name]

    # --- two suspects ------------------------------------------------------------------------------

    def _pair(self, wrong: tuple[str, ...]) -> _Suspect | None:
        """Two mistakes, one on top of the other: first those whose effects add up to what is seen."""
        evidence = sorted(self._evidence, key=lambda each: each.wrong.isdisjoint(wrong))
        inquiry = _Inquiry(self._exam, self._library, evidence, wrong)
        for upper, lower in itertools.islice(inquiry._likely_pairs(), MOST_PAIRS):
            suspect = inquiry._try(upper, lower, least=len(wrong))
            if suspect.explains:
                return suspect
            if suspect.refuted_by:
                inquiry._ask_first(suspect.refuted_by)
        return None

    def _ask_first(self, telling: _Evidence) -> None:
        """Hold suspects against this case before all others: what refutes one pair will refute others."""
        self._evidence.remove(telling)
        self._evidence.insert(0, telling)

    def _likely_pairs(self) -> Iterator[tuple[Mistake, Mistake]]:
        """Those to try, upper and lower: the more cases are as one of the two makes them, the earlier."""
        sample = _sample(self._evidence)
        right = list(apply(OPS[self._exam.exercise.op].reference, [each.case for each in sample]))
        effects = [self._effect(mistake, sample, right) for mistake in self._library]
        wrong = sum(1 << place for place, each in enumerate(sample) if each.wrong)
        ranked = sorted(
            (effect.adds_up_with(another, wrong), one, other)
            for (one, effect), (other, another) in itertools.combinations(enumerate(effects), 2)
        )
        for _, one, other in ranked:
            first, second = self._library[one], self._library[other]
            for upper, lower in ((first, second), (second, first)):
                if upper.composes:
                    yield upper, lower

    def _effect(self, mistake: Mistake, sample: Sequence[_Evidence], right: Sequence[Made]) -> _Effect:
        """What a mistake does alone to each case of a sample."""
        if mistake.remembers:
            everywhere = (1 << len(sample)) - 1  # what it does depends on what it was asked before
            return _Effect(shows=everywhere, fits=everywhere)
        names = frozenset(self._wrong)
        shows = fits = 0
        made = self._apply((mistake,), sample)
        for place, (each, correct, one) in enumerate(zip(sample, right, made, strict=True)):
            shows |= self._differs(one, correct, each.case) << place
            fits |= (names & each.wrong <= self._agreeing(each, one, names)) << place
        return _Effect(shows, fits)

    def _differs(self, made: Made, right: Made, case: Case) -> bool:
        """Whether a mistake shows in a case, in the results that are looked at."""
        if made.raised is not None or right.raised is not None:
            return (made.raised is None) != (right.raised is None)
        if self._watched & set(map(self._exam.spelling.called, made.changed)):
            return True
        outputs = [self._output[name] for name in self._wrong if self._output[name] in right.values]
        return not all(
            name in made.values
            and made.values[name].shape == right.values[name].shape
            and _close(made.values[name], right.values[name], 0, case.single)
            for name in outputs
        )


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a mistake does alone to the cases of a sample, a bit each.

    Attributes:
        shows: it makes something wrong.
        fits: it makes what the submission made.
    """

    shows: int
    fits: int

    def adds_up_with(self, other: _Effect, wrong: int) -> tuple[int, int]:
        """How ill two explain what is seen, to sort by: cases against, then cases for them, negated.

        A wrong case should show one of them, and a case that shows one alone should be as that one makes it.
        One may bring out the other, so none of this is certain.
        """
        mine, its = self.shows & ~other.shows, other.shows & ~self.shows
        against = (wrong & ~(self.shows | other.shows)) | (mine & ~self.fits) | (its & ~other.fits)
        return against.bit_count(), -((mine & self.fits) | (its & other.fits)).bit_count()


def _sample(evidence: Sequence[_Evidence]) -> list[_Evidence]:
    """Some of the cases, of evidence with failing ones first, and small ones first among them.

    In the smallest failing cases often one of two mistakes shows alone, but they are much alike, so there are
    others from everywhere.
    """
    wrong = [each for each in evidence if each.wrong]
    right = [each for each in evidence if not each.wrong]
    small, rest = wrong[:SAMPLED], wrong[SAMPLED:]
    return [*small, *_spread(rest), *_spread(right)]


def _spread(evidence: Sequence[_Evidence]) -> list[_Evidence]:
    return list(evidence[:: -(-len(evidence) // SAMPLED) or 1])


def _function(mistakes: tuple[Mistake, ...]) -> Function:
    if len(mistakes) == 1:
        return mistakes[0].fresh()
    upper, lower = mistakes
    return upper.fresh(of=lower.fresh())


def _kinds(raised: Exception) -> frozenset[str]:
    """Names of the types that a submission's exception may be of; the library's own stand for two each."""
    kind = type(raised)
    return frozenset(each.__name__ for each in (kind, *(kind.__bases__ if kind is MisfitError else ())))


def _close(got: Array, made: Array, bound: float, single: bool) -> bool:
    """Whether two results are the same but for rounding; the type counts, too, in double precision."""
    if got.dtype.kind == "c":
        return False  # no mistake returns complex numbers
    truth = got.dtype == np.bool_ or made.dtype == np.bool_
    if not single and not truth and got.dtype != made.dtype:
        return False
    slack = SINGLE_SLACK if single or got.dtype.itemsize < 8 else DOUBLE_SLACK
    with np.errstate(all="ignore"):
        got, made = got.astype(np.float64, copy=False), made.astype(np.float64, copy=False)
        gaps = np.abs(got - made)
        widest, largest = gaps.max(initial=0.0), np.abs(made).max(initial=0.0)
        if np.isfinite(widest) and np.isfinite(largest):  # nearly always, and quicker than what follows
            return bool(widest <= SLACK * bound + slack * largest)
        largest = np.abs(made[np.isfinite(made)]).max(initial=0.0)
        near = gaps <= SLACK * bound + slack * largest
        return bool((near | (got == made) | (np.isnan(got) & np.isnan(made))).all())
