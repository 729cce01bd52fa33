from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from grader.model import RunResult, Score, Verdict
from grader.reports.summary import exercise_names, percent, summarise

from .runs import ALICE, FINDING, missing, of, right, submission, wrong


def test_counts_add_up(run: RunResult) -> None:
    summary = summarise(run)
    assert (summary.graded, summary.unreadable, summary.not_graded, summary.full) == (2, 1, 1, 1)
    assert summary.graded + summary.unreadable + summary.not_graded == len(run.submissions)
    assert sum(each.count for each in summary.histogram) == summary.graded
    for each in summary.exercises:
        assert each.right + sum(count for _, count in each.verdicts) == each.graded == summary.graded


def test_mean_and_median_are_exact(run: RunResult) -> None:
    summary = summarise(run)
    assert (summary.mean, summary.median) == (Fraction(35 + 55, 2), Fraction(45))


def test_an_exercise_in_figures(run: RunResult) -> None:
    backward = summarise(run).exercises[1]
    assert (backward.name, backward.right) == ("conv_backward_naive", 1)
    assert (backward.points, backward.mean) == (Fraction(25), Fraction(20))
    assert backward.verdicts == ((Verdict.WRONG_VALUE, 1),)


def test_full_marks_have_a_bin_of_their_own() -> None:
    nearly = replace(right(), score=Score(Fraction(1999, 100), Fraction(20)))
    bins = summarise(of(submission("a", nearly), submission("b", right()))).histogram
    assert [(each.label, each.count) for each in bins[-2:]] == [("90–99", 1), ("100", 1)]
    assert len(bins) == 11


def test_percent_leaves_out_what_could_not_be_graded() -> None:
    half = replace(right(), score=Score(Fraction(10), Fraction(10), Fraction(10)))
    assert percent(submission("a", half)) == 100
    assert percent(submission("a")) == 0


def test_a_mistake_is_listed_if_several_students_made_it() -> None:
    other = replace(FINDING, mistake="", pattern="")
    twice_in_one = wrong("conv_backward_naive", FINDING, FINDING, other)
    run = of(submission("a", wrong()), submission("b", twice_in_one), submission("c", missing()))
    (mistake,) = summarise(run).mistakes
    assert (mistake.exercise, mistake.count, mistake.pattern) == ("conv_backward_naive", 2, "pad = 0")
    assert summarise(of(ALICE)).mistakes == ()


def test_a_class_of_none() -> None:
    summary = summarise(of())
    assert (summary.mean, summary.median, summary.exercises) == (None, None, ())
    assert exercise_names(of()) == ()
