"""Points set by hand: read from a table, applied last, and undone without a trace."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from reports.runs import ALICE, BOB, CAROL, DAVE, of

from grader.errors import GraderError
from grader.gradebook import overrides, results
from grader.model import Lateness, RunResult, Score, Status, SubmissionResult

HEAD = "id,exercise,points,reason\n"


def changes(folder: Path, *rows: str) -> tuple[overrides.Change, ...]:
    path = folder / "overrides.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return overrides.read(path)


def applied(folder: Path, *rows: str, run: RunResult | None = None) -> dict[str, SubmissionResult]:
    run = run or of(ALICE, BOB, CAROL, DAVE)
    return {each.id: each for each in overrides.apply(run, changes(folder, *rows)).submissions}


# --- reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("0", Fraction(0)),
        ("12.10", Fraction("12.1")),
        ('"12,5"', Fraction("12.5")),
        ("20/3", Fraction(20, 3)),
    ],
)
def test_points_are_exact(tmp_path: Path, text: str, points: Fraction) -> None:
    assert changes(tmp_path, f"alice,,{text},why")[0].points == points


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["alice,,-1,why"], ", line 2: points are '-1', but cannot be less than 0."),
        (["alice,,\u22121,why"], ", line 2: points are '\u22121', but cannot be less than 0."),
        (["alice,,nan,why"], ", line 2: points are 'nan', but should be a number such as 12, 12.5 or 25/2"),
        (["alice,,inf,why"], ", line 2: points are 'inf', but should be a number"),
        (["alice,,1e9,why"], ", line 2: points are '1e9', but should be a number"),
        (["alice,,1/0,why"], ", line 2: points are '1/0', but should be a number"),
        (
            ["alice,,+5,why"],
            ", line 2: points are '+5', but should be a number such as 12, 12.5 or 25/2;",
        ),
        (["alice,,\u0665,why"], ", line 2: points are '\u0665', but should be a number"),
        (["alice,,,why"], ", line 2: points are '', but should be a number"),
        ([",,1,why"], ", line 2: has no id; write the submission's, as in grades.csv."),
        (["alice,,1,"], ", line 2: has no reason; write one, it is shown beside the points."),
        (
            ["alice,,1,a", "bob,,1,b", "alice,,2,c"],
            ", line 4: sets the total of 'alice' again, as line 2 does; take one of the two away.",
        ),
        (["'=x,,1,a", "=x,,2,b"], ", line 3: sets the total of '=x' again, as line 2 does"),
        (["alice,f,1,a", "alice,f,1,a"], ", line 3: sets f of 'alice' again, as line 2 does"),
    ],
)
def test_a_row_that_cannot_be_used_is_said_with_its_line(tmp_path: Path, rows: list[str], said: str) -> None:
    with pytest.raises(GraderError) as caught:
        changes(tmp_path, *rows)
    assert str(caught.value).startswith(f"{tmp_path / 'overrides.csv'}{said}")


# --- applying ------------------------------------------------------------------------------------------


def test_an_exercise_is_set_and_the_total_follows(tmp_path: Path) -> None:
    alice = applied(tmp_path, "alice,conv_backward_naive,25,Only a typo.")["alice"]
    override = alice.exercises[1].override
    assert override is not None
    assert override.was == ALICE.exercises[1].score
    assert override.reason == "Only a typo."
    assert alice.exercises[1].score == Score(Fraction(25), Fraction(25))
    assert alice.score == Score(Fraction(45), Fraction(55))


def test_a_total_has_the_last_word_over_exercises_and_lateness(tmp_path: Path) -> None:
    late = Lateness(due="d", submitted="s", text="1 day late: -5 points", penalty=Fraction(5))
    run = of(replace(ALICE, lateness=late))
    rows = ["alice,,50,Agreed.", "alice,conv_backward_naive,25,Only a typo."]
    alice = applied(tmp_path, *rows, run=run)["alice"]
    assert alice.override is not None
    assert alice.override.was == Score(Fraction(40), Fraction(55)), "45 less 5"
    assert alice.score == Score(Fraction(50), Fraction(55))


def test_more_points_than_possible_are_extra_credit(tmp_path: Path) -> None:
    alice = applied(tmp_path, "alice,conv_forward_naive,22,Faster than ours.")["alice"]
    assert alice.score == Score(Fraction(37), Fraction(55), by_hand=True)


@pytest.mark.parametrize("student", [CAROL, DAVE])
def test_who_could_not_be_graded_can_be_given_a_total(tmp_path: Path, student: SubmissionResult) -> None:
    run = overrides.apply(of(student), changes(tmp_path, f"{student.id},,40,By hand."))
    (result,) = run.submissions
    assert results.submission_score(result, run.info.points) == Score(Fraction(40), Fraction(55))
    assert result.status is student.status


def test_what_could_not_be_graded_is_settled_by_hand(tmp_path: Path) -> None:
    partly = replace(ALICE.exercises[0], score=Score(Fraction(5), Fraction(10), Fraction(10)))
    run = of(replace(ALICE, exercises=(partly,)))
    alice = applied(tmp_path, "alice,conv_forward_naive,18,By hand.", run=run)["alice"]
    assert alice.score == Score(Fraction(18), Fraction(20), Fraction(0))


def test_applying_again_starts_from_what_the_grader_found(tmp_path: Path) -> None:
    run = of(ALICE, BOB)
    first = overrides.apply(run, changes(tmp_path, "alice,conv_backward_naive,25,a", "bob,,1,b"))
    again = overrides.apply(first, changes(tmp_path, "alice,,3,c"))
    assert again == overrides.apply(run, changes(tmp_path, "alice,,3,c"))
    assert overrides.withdraw(again) == run == overrides.apply(again, ())


def test_what_is_set_survives_results_json(tmp_path: Path) -> None:
    rows = ["alice,conv_backward_naive,80/3,a", "alice,,99,b", "carol,,1,c", "dave,,2,d"]
    run = overrides.apply(of(ALICE, CAROL, DAVE), changes(tmp_path, *rows))
    (tmp_path / "results.json").write_text("".join(results.pieces(run)), "ascii")
    assert results.read(tmp_path / "results.json") == run
    entries = results.to_json(run)["submissions"]
    assert [entry["score"] for entry in entries] == [99, 1, 2]
    assert entries[0]["override"]["reason"] == "b"
    assert entries[0]["exercises"][1]["override"]["was"] == {"score": 15, "max_score": 25, "ungraded": 0}


def test_results_from_before_there_were_overrides_are_read() -> None:
    entry = results.submission_to_json(ALICE)
    del entry["override"], entry["late"]
    for exercise in entry["exercises"]:
        del exercise["override"]
    assert results.submission_from_json(entry) == ALICE


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("alcie,,1,why", "no submission of this run has the id 'alcie'; did you mean 'alice'?"),
        ("zoe,,1,why", "no submission of this run has the id 'zoe'."),
        (
            "alice,conv_forward,1,why",
            "'alice' has no exercise 'conv_forward'; did you mean 'conv_forward_naive'?\n"
            "Its exercises: conv_forward_naive, ",
        ),
        (
            "carol,conv_forward_naive,1,why",
            "'carol' is unreadable, so it has no points for 'conv_forward_naive'; leave the exercise empty",
        ),
    ],
)
def test_what_is_not_there_cannot_be_set(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(GraderError) as caught:
        applied(tmp_path, "bob,,1,why", row)
    assert str(caught.value).startswith(f"{tmp_path / 'overrides.csv'}, line 3: {said}")


def test_an_exercise_can_be_checked_before_anything_is_graded(tmp_path: Path) -> None:
    found = changes(tmp_path, "alice,conv_forward,1,why")
    with pytest.raises(GraderError, match=r"line 2: this run has no exercise 'conv_forward'; did you mean"):
        overrides.check(found, ["alice"], ["conv_forward_naive"])


def test_an_id_is_found_as_grades_csv_writes_it(tmp_path: Path) -> None:
    run = of(replace(ALICE, id="=cmd"))
    assert applied(tmp_path, "'=cmd,,1,why", run=run)["=cmd"].score.earned == 1


def test_nobody_else_may_have_more_points_than_there_are() -> None:
    entry = results.submission_to_json(BOB)
    entry["exercises"][0]["score"] = 99
    with pytest.raises(ValueError, match="cannot earn 99 of 20 points"):
        results.submission_from_json(entry)
    assert Status(entry["status"]) is Status.GRADED
