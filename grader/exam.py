"""What one exercise asks: cases, the scripts that put them to a submission, and the right answers.

Everything here is the same for every submission, so it is made once and shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from grader import cases
from grader.conventions import Convention, Spelling, Way
from grader.conventions.spelling import functions_called
from grader.model import Case, Exercise, Expected
from grader.ops import expect
from grader.sandbox import EncodedBatch, encode
from grader.steps import Batch, Run, Script

__all__ = ["Exam", "prepare"]


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
    def results(self) -> tuple[str, ...]:
        """The course's names of all that the function returns."""
        return tuple(self.spelling.results.values())

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
    spelling = convention.spellings[exercise.op]
    domain = way.domain(exercise.domain)
    drawn = cases.sample(exercise.op, cases=exercise.cases, seed=seed, domain=domain)
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
