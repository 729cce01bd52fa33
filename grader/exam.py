"""What one exercise asks: cases, the scripts that put them to a submission, and the right answers.

Everything here is the same for every submission, so it is made once and shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader import cases
from grader.conventions import Convention, Spelling, Way
from grader.conventions.spelling import functions_called
from grader.model import Case, Exercise, Expected
from grader.ops import expect
from grader.sandbox import EncodedBatch, encode
from grader.steps import Batch, Run, Script

__all__ = ["Exam", "ask", "prepare"]


@dataclass(frozen=True, kw_only=True)
class Exam:
    """One exercise, asked in one way.

    Attributes:
        scripts: one for each case.
        answers: for each case the right results, under the course's names and in its layout.
    """

    exercise: Exercise
    spelling: Spelling
    way: Way
    cases: tuple[Case, ...]
    scripts: tuple[Script, ...]
    answers: tuple[Mapping[str, Expected], ...]

    @property
    def largest(self) -> int:
        """Bytes of the largest case's right results."""
        return max(sum(each.value.nbytes for each in answers.values()) for answers in self.answers)

    @property
    def results(self) -> tuple[str, ...]:
        """The course's names of all that the function returns."""
        return tuple(self.spelling.results.values())

    @cached_property
    def right(self) -> dict[int, list[Mapping[str, Any]]]:
        """For each case the last values that were found right: many submissions answer alike."""
        return {case.number: [] for case in self.cases}

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
            order=(*range(len(self.cases)), *reversed(firsts)),
        )

    @cached_property
    def encoded(self) -> EncodedBatch:
        """The batch as it goes to the sandbox."""
        return encode(self.batch)


def prepare(exercise: Exercise, convention: Convention, way: Way, *, seed: int) -> Exam:
    """Draw an exercise's cases, spell them, and work out the answers."""
    drawn = cases.sample(exercise.op, cases=exercise.cases, seed=seed, domain=exercise.domain)
    return ask(exercise, convention.spellings[exercise.op], way, drawn)


def ask(exercise: Exercise, spelling: Spelling, way: Way, drawn: tuple[Case, ...]) -> Exam:
    """Spell cases, numbered from 0, and work out the answers."""
    return Exam(
        exercise=exercise,
        spelling=spelling,
        way=way,
        cases=drawn,
        scripts=tuple(spelling.script(way, case, exercise.name) for case in drawn),
        answers=tuple(_answers(spelling, case) for case in drawn),
    )


def _answers(spelling: Spelling, case: Case) -> Mapping[str, Expected]:
    """The right results of a case in the course's names and layout."""
    return {
        (name := spelling.results[output]): Expected(
            spelling.layout(name, expected.value), spelling.layout(name, expected.bound)
        )
        for output, expected in expect(case).items()
    }
