from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.model import ExerciseResult, Score, Verdict
from grader.reports import marks

from .runs import ALICE, CAROL, DAVE, INFO, missing, right, wrong

ZERO, TEN = Fraction(0), Fraction(10)


@pytest.mark.parametrize(
    ("exercise", "mark"),
    [
        (right(), marks.ALL),
        (wrong(), marks.SOME),
        (missing(), marks.BLANK),
        (replace(missing(), verdict=Verdict.UNIMPLEMENTED), marks.BLANK),
        (replace(wrong(), score=Score(ZERO, TEN)), marks.NOTHING),
        (replace(wrong(), score=Score(TEN, TEN), carried_forward=True), marks.CARRIED),
        (replace(wrong(), score=Score(TEN, TEN)), marks.ALL),
        (replace(wrong(), score=Score()), marks.NOTHING),
        (replace(right(), score=Score()), marks.ALL),
        (replace(right(), score=Score(TEN, TEN, TEN)), marks.UNKNOWN),
        (replace(right(), verdict=Verdict.NOT_RUN, score=Score()), marks.UNKNOWN),
    ],
)
def test_mark_of(exercise: ExerciseResult, mark: marks.Mark) -> None:
    assert marks.mark_of(exercise) is mark


def test_marks_differ_in_every_way_a_reader_may_have() -> None:
    for attribute in ("glyph", "ascii", "name", "meaning"):
        assert len({getattr(mark, attribute) for mark in marks.MARKS}) == len(marks.MARKS)
    assert all(mark.ascii.isascii() and len(mark.ascii) == len(mark.glyph) == 1 for mark in marks.MARKS)


def test_total_of() -> None:
    assert marks.total_of(ALICE, INFO) == Score(Fraction(35), Fraction(55))
    assert marks.total_of(CAROL, INFO) == Score(ZERO, INFO.points)
    assert marks.total_of(DAVE, INFO) is None


def test_points_are_never_rounded_to_all_or_none() -> None:
    assert marks.points_text(Score(Fraction("99.97"), Fraction(100))) == "99.9 / 100"
    assert marks.points_text(Score(Fraction("0.01"), Fraction(100))) == "0.1 / 100"
    assert marks.points_text(Score(TEN, TEN, TEN)) == "10 / 10 (10 not graded)"


def test_verdict_text() -> None:
    assert marks.verdict_text(wrong()) == "wrong value"
    assert marks.verdict_text(replace(wrong(), carried_forward=True)) == "wrong value, error carried forward"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("pad = 0", "when pad = 0"),
        ("only where pad = 0: all 9", "only where pad = 0: all 9"),
        ("mostly where pad = 0: 8 of 9", "mostly where pad = 0: 8 of 9"),
    ],
)
def test_when_it_fails_reads_as_a_sentence(pattern: str, said: str) -> None:
    assert marks.failing(pattern) == said
