"""What one exercise asks: cases, the scripts that put them to a submission, and the right answers.

Everything here is the same for every submission, so it is made once and shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from grader import cases
from grader.conventions import Convention, Spelling, Way
from grader.conventions.spelling import functions_called
from grader.model import Case, Exercise, Expected
from grader.ops import expect
from grader.sandbox import EncodedBatch, encode
from grader.steps import Batch, Run, Script
from grader.wrong_versions import Record

__all__ = ["Exam", "prepare"]


@dataclass(frozen=True, kw_only=True)
class Exam:
    """One exercise, asked in one way.

    Attributes:
        scripts: one for each case.
        answers: for each case the right results, under the course's names and in its layout.
        again: whether one case of each stratum is asked twice.
    """

    exercise: Exercise
    spelling: Spelling
    way: Way
    cases: tuple[Case, ...]
    scripts: tuple[Script, ...]
    answers: tuple[Mapping[str, Expected], ...]
    again: bool = True

    @property
    def largest_answer(self) -> int:
        """Bytes of the largest case's right results."""
        return max(sum(each.value.nbytes for each in answers.values()) for answers in self.answers)

    @property
    def results(self) -> tuple[str, ...]:
        """The course's names of all that the function returns."""
        return tuple(self.spelling.results.values())

    @cached_property
    def accepted(self) -> dict[int, list[Mapping[str, Any]]]:
        """For each case the last values that were found right: many submissions answer alike."""
        return {case.number: [] for case in self.cases}

    @cached_property
    def record(self) -> Record:
        """What known mistakes make of the cases."""
        return Record()

    @cached_property
    def batch(self) -> Batch:
        """All cases, and then one of each stratum again, backwards: each must get the same answer."""
        strata = list(dict.fromkeys(case.stratum for case in self.cases))
        firsts = [next(case.number for case in self.cases if case.stratum == name) for name in strata]
        return Batch(
            functions=functions_called(self.scripts[0].steps),
            runs=tuple(
                Run(script=script, inputs=self.way.inputs(case), group=strata.index(case.stratum))
                for case, script in zip(self.cases, self.scripts, strict=True)
            ),
            order=(*range(len(self.cases)), *(reversed(firsts) if self.again else ())),
        )

    @cached_property
    def encoded(self) -> EncodedBatch:
        """The batch as it goes to the sandbox."""
        return encode(self.batch)

    def asking(self, drawn: Iterable[Case], *, again: bool = False) -> Exam:
        """The same exercise with other cases."""
        numbered = tuple(replace(case, number=number) for number, case in enumerate(drawn))
        return replace(
            self,
            cases=numbered,
            scripts=tuple(self.spelling.script(self.way, case, self.exercise.name) for case in numbered),
            answers=tuple(_answers(self.spelling, case) for case in numbered),
            again=again,
        )

    def only(self, numbers: Iterable[int]) -> Exam:
        """The same exercise with these of the cases alone, in this order, each asked once."""
        chosen = list(numbers)
        return replace(
            self,
            cases=tuple(replace(self.cases[number], number=place) for place, number in enumerate(chosen)),
            scripts=tuple(self.scripts[number] for number in chosen),
            answers=tuple(self.answers[number] for number in chosen),
            again=False,
        )

    def count_of_numbers(self, case: int) -> int:
        """How many numbers there are to read in a case: those that go in, and those that should come out."""
        return self.cases[case].size + sum(each.value.size for each in self.answers[case].values())

    def effort(self, case: int) -> float:
        """What it takes to read a case: a number is a number, and a stride of 2 is as good as two."""
        params = (np.ravel(value) for value in self.cases[case].params.values())
        return self.count_of_numbers(case) + sum(
            float(np.abs(each).sum()) for each in params if each.dtype.kind == "i"
        )

    @cached_property
    def smallest(self) -> Exam:
        """The same exercise with the smallest cases that there are, those that are read soonest first."""
        ladder = self.asking(cases.small(self.exercise.op, self.exercise.domain))
        return ladder.only(sorted(range(len(ladder.cases)), key=ladder.effort))


def prepare(exercise: Exercise, convention: Convention, way: Way, *, seed: int) -> Exam:
    """Draw an exercise's cases, spell them, and work out the answers."""
    spelling = convention.spellings[exercise.op]
    blank = Exam(exercise=exercise, spelling=spelling, way=way, cases=(), scripts=(), answers=())
    domain = way.domain(exercise.domain)
    drawn = cases.sample(exercise.op, cases=exercise.cases, seed=seed, domain=domain)
    return blank.asking(drawn, again=True)


def _answers(spelling: Spelling, case: Case) -> Mapping[str, Expected]:
    """The right results of a case in the course's names and layout."""
    return {
        (name := spelling.results[output]): Expected(
            spelling.layout(name, expected.value), spelling.layout(name, expected.bound)
        )
        for output, expected in expect(case).items()
    }
