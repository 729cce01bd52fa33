"""What was set by hand or taken off for lateness is shown wherever points are."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from rich.console import Console

from grader.gradebook import results
from grader.model import ExerciseResult, Lateness, Override, RunResult, Score, SubmissionResult
from grader.reports import FORMATS, Feedback, classroom, classroom50, github, spreadsheet, terminal
from grader.reports.adjustments import adjustments, all_adjustments, is_adjusted, override_text
from grader.reports.marks import ALL, NOTHING, SOME, mark_of, total_of
from grader.reports.summary import percent, summarise
from grader.reports.whole_points import whole_points

from .runs import ALICE, BOB, CAROL, DAVE, HOSTILE, INFO, of, right, wrong


def by_hand(exercise: ExerciseResult, points: int, reason: str = "Only a typo.") -> ExerciseResult:
    override = Override(points=Fraction(points), reason=reason, was=exercise.score)
    return replace(exercise, override=override, score=override.score)


def with_total(result: SubmissionResult, points: int, reason: str = "Agreed.") -> SubmissionResult:
    was = results.submission_score(result, INFO.points)
    return replace(result, override=Override(points=Fraction(points), reason=reason, was=was))


LATE = Lateness(due="d", submitted="s", text="2 days late: -20%", penalty=Fraction(11))
UNTIMED = Lateness(due="d", submitted="", text="time of submission unknown: x", penalty=Fraction(0))
SET = replace(ALICE, exercises=(ALICE.exercises[0], by_hand(ALICE.exercises[1], 22), ALICE.exercises[2]))
SET_AND_LATE = replace(SET, lateness=LATE)  # 42 - 11 = 31 of 55
DECIDED = with_total(SET_AND_LATE, 40)


def said(result: SubmissionResult, feedback: Feedback = Feedback.EXAMPLE) -> str:
    file = io.StringIO()
    terminal.explain(result, Console(file=file, width=100), feedback)
    return file.getvalue()


def table(run: RunResult) -> str:
    file = io.StringIO()
    terminal.table(run, Console(file=file, width=100))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


# --- in words ------------------------------------------------------------------------------------------


def test_sentences_come_in_the_order_in_which_things_are_applied() -> None:
    assert all_adjustments(DECIDED) == (
        "conv_backward_naive set by hand to 22, was 15: Only a typo.",
        "2 days late: -20%",
        "total set by hand to 40, was 31: Agreed.",
    )
    assert adjustments(ALICE) == ()


def test_extra_credit_and_what_was_not_graded_are_said() -> None:
    assert override_text(Override(points=Fraction(60), reason="r", was=Score(ungraded=Fraction(55)))) == (
        "set by hand to 60, extra credit, was not graded: r"
    )


def test_an_unknown_time_is_no_adjustment() -> None:
    assert not is_adjusted(replace(ALICE, lateness=UNTIMED))
    assert all(map(is_adjusted, (SET, replace(ALICE, lateness=LATE), with_total(ALICE, 1))))


@pytest.mark.parametrize(("points", "mark"), [(0, NOTHING), (5, SOME), (20, ALL), (25, ALL)])
def test_the_glyph_of_what_is_set_goes_by_its_points_alone(points: int, mark: object) -> None:
    assert mark_of(by_hand(right(), points)) is mark


# --- every format --------------------------------------------------------------------------------------


def without_markup(text: str) -> str:
    return text.replace("\\", "").replace("&#39;", "'").replace("%25", "%")


@pytest.mark.parametrize("feedback", Feedback)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_what_was_decided(name: str, feedback: Feedback) -> None:
    text = without_markup(FORMATS[name].render(of(DECIDED), feedback))
    for part in ("Only a typo.", "2 days late: -20%", "Agreed."):
        assert part in text, f"{name} does not show {part}"


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_speaks_of_what_was_not_decided(name: str) -> None:
    assert "by hand" not in FORMATS[name].render(of(ALICE))


def test_annotations_show_it() -> None:
    text = without_markup(github.workflow_commands(of(DECIDED)))
    assert "::warning" in text and "set by hand to 22, was 15: Only a typo." in text
    assert "::Points: 40 / 55%0A2 days late: -20%%0Atotal set by hand to 40, was 31: Agreed.".replace(
        "%0A", "\n"
    ) in text.replace("%0A", "\n")


def test_a_right_exercise_that_is_set_down_is_annotated() -> None:
    down = replace(BOB, exercises=(by_hand(right(), 0, "Copied."),))
    assert "::error title=conv_forward_naive" in github.workflow_commands(of(down))


@pytest.mark.parametrize("text", HOSTILE)
def test_reasons_are_as_harmless_as_everything_else(text: str) -> None:
    hostile = with_total(replace(SET, exercises=(by_hand(right(), 3, text),)), 4, text)
    run = of(hostile)
    for shown in (table(run), said(hostile)):
        assert set("\x00\x07\x1b\r\u202e") & set(shown) == set()
    assert "<script>alert" not in FORMATS["html"].render(run)
    assert "\n::" not in github.workflow_commands(run).replace("\n::error", "").replace("\n::notice", "")


# --- points --------------------------------------------------------------------------------------------


def test_golden_table() -> None:
    run = of(DECIDED, BOB, with_total(CAROL, 30), replace(DAVE, lateness=UNTIMED))
    head, _, tail = table(run).partition("\n\n")
    assert (
        head
        == """\
student     1      2     3      points
alice    ✓ 20  ~ 22*   – 0         40*
bob      ✓ 20   ✓ 25  ✓ 10          55
carol                              30*
dave                        not graded"""
    )
    assert (
        """
* Set by hand, or changed for lateness:
  alice: conv_backward_naive set by hand to 22, was 15: Only a typo.
  alice: 2 days late: -20%
  alice: total set by hand to 40, was 31: Agreed.
  carol: total set by hand to 30, was 0: Agreed.

Time of submission unknown, so nothing was taken off: dave.
"""
        in tail
    )
    assert "Unreadable" not in tail, "it was decided by hand"


def test_the_explanation_ends_with_the_total_that_counts() -> None:
    text = said(DECIDED)
    parts = (
        "  Set by hand to 22, was 15: Only a typo.",
        "2 days late: -20%",
        "Total set by hand to 40, was 31: Agreed.",
        "Total: 40 / 55",
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_who_lost_points_for_lateness_alone_is_not_sent_to_work() -> None:
    text = said(replace(BOB, lateness=LATE))
    assert "Total: 44 / 55" in text
    assert "Nothing left to do: what is missing was taken off as it says above." in text


def test_a_total_for_who_was_not_graded() -> None:
    dave = with_total(DAVE, 12)
    assert total_of(dave, INFO) == Score(Fraction(12), Fraction(55))
    assert "Total: 12 / 55" in said(dave)
    row = list(csv.reader(io.StringIO(spreadsheet.render(of(dave)))))[1]
    assert row[1] == "12"


def test_extra_credit_is_not_more_than_full_marks_in_the_figures() -> None:
    more = with_total(BOB, 60)
    assert percent(more) == 100
    summary = summarise(of(more))
    assert (summary.full, summary.histogram[-1].count) == (1, 1)
    assert "width: 100.0%" in FORMATS["html"].render(of(more))


def payload(result: SubmissionResult) -> Any:
    return json.loads(classroom.render(of(result)))


@pytest.mark.parametrize(
    ("result", "points"),
    [
        (SET, [(20, 20), (22, 25), (0, 10)]),
        (SET_AND_LATE, [(31, 55)]),
        (DECIDED, [(40, 55)]),
        (with_total(BOB, 60), [(55, 55)]),
        (with_total(CAROL, 7), [(7, 55)]),
        (with_total(DAVE, 7), [(7, 55)]),
        (replace(ALICE, lateness=UNTIMED), [(20, 20), (15, 25), (0, 10)]),
        (replace(BOB, exercises=(by_hand(right(), 25), wrong())), [(20, 20), (15, 25)]),
    ],
)
def test_whole_points_add_up_to_what_counts(result: SubmissionResult, points: list[tuple[int, int]]) -> None:
    assert [(part.earned, part.possible) for part in whole_points(of(result))] == points
    tests = payload(result)["tests"]
    assert sum(test["score"] for test in tests) == sum(earned for earned, _ in points)
    content = json.loads(classroom50.render(of(result), environment={}))
    assert content["score"] == sum(earned for earned, _ in points)
