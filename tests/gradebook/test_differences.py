"""Whose marks move between two runs, and why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from reports.runs import ALICE, BOB, CAROL, DAVE, INFO, missing, of, right, stratum, submission, wrong

from grader.errors import GraderError
from grader.gradebook import overrides
from grader.gradebook.differences import Move, Setting, compare
from grader.model import (
    ExerciseResult,
    Lateness,
    RunResult,
    Score,
    Status,
    StratumResult,
    SubmissionResult,
    Verdict,
)


def moved(old: SubmissionResult, new: SubmissionResult) -> Move | None:
    found = compare(of(old), of(new))
    assert len(found.moves) + found.same == 1
    return found.moves[0] if found.moves else None


def whys(old: ExerciseResult, new: ExerciseResult) -> tuple[str, ...]:
    """What is said about an exercise that changed."""
    move = moved(submission("a", old), submission("a", new))
    assert move is not None and not move.reasons
    (exercise,) = move.exercises
    return exercise.reasons


def test_the_same_run_moves_nobody() -> None:
    same = of(ALICE, BOB, CAROL, DAVE)
    found = compare(same, same)
    assert (found.settings, found.moves, found.same) == ((), (), 4)


def test_what_does_not_decide_a_mark_is_no_move() -> None:
    assert moved(ALICE, replace(ALICE, seconds=99.0, digest="sha256:2", notes=("n",), path="p")) is None


def test_a_correction_is_told_with_what_it_gained() -> None:
    move = moved(
        submission("a", wrong()), replace(submission("a", right("conv_backward_naive", 25)), digest="2")
    )
    assert move is not None
    assert (move.old, move.new, move.by) == (Fraction(15), Fraction(25), Fraction(10))
    assert move.reasons == ("its files changed",)
    assert move.exercises[0].reasons == ("wrong value → correct", "gained basic")


def with_strata(*strata: StratumResult) -> ExerciseResult:
    return replace(wrong(), strata=strata)


def test_strata_that_count_and_strata_that_are_only_shown() -> None:
    old = with_strata(stratum("padding", 10, failed=3), stratum("stride", 10), stratum("speed", 0, failed=1))
    new = with_strata(stratum("padding", 10), stratum("stride", 10, failed=1), stratum("speed", 0))
    assert whys(old, new) == ("gained padding, speed", "lost stride")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"carried_forward": True}, "error carried forward"),
        ({"score": Score(Fraction(16), Fraction(25))}, "the same work, counted otherwise"),
        ({"score": Score(Fraction(15), Fraction(30))}, "worth 25 → 30"),
        ({"score": Score(Fraction(15), Fraction(20), Fraction(5))}, "some of it could not be graded"),
        ({"verdict": Verdict.RAISED}, "wrong value → raised"),
    ],
)
def test_everything_else_that_changes_an_exercise(changes: dict[str, object], said: str) -> None:
    assert whys(wrong(), replace(wrong(), **changes)) == (said,)  # type: ignore[arg-type]


def test_exercises_come_and_go() -> None:
    move = moved(submission("a", right(), missing()), submission("a", right(), wrong()))
    assert move is not None
    assert [(each.name, each.old, each.new, *each.reasons) for each in move.exercises] == [
        ("max_pool_forward_naive", Fraction(0), None, "no longer an exercise of this run"),
        ("conv_backward_naive", None, Fraction(15), "a new exercise of this run"),
    ]


def test_submissions_come_and_go() -> None:
    found = compare(of(ALICE, BOB), of(BOB, CAROL))
    assert [(each.id, each.old, each.new, each.by, *each.reasons) for each in found.moves] == [
        ("alice", Fraction(35), None, None, "removed: not in the second run"),
        ("carol", None, Fraction(0), None, "added: not in the first run"),
    ]
    assert found.same == 1


def test_another_status_is_said_with_its_reason_and_not_exercise_by_exercise() -> None:
    move = moved(ALICE, replace(CAROL, id="alice", digest=ALICE.digest))
    assert move is not None
    assert move.reasons == ("was graded, is unreadable: layers.ipynb: a saved web page, not a notebook.",)
    assert (move.by, move.exercises) == (Fraction(-35), ())
    ungraded = moved(ALICE, replace(DAVE, id="alice"))
    assert ungraded is not None and ungraded.new is None and ungraded.by is None


def test_what_people_decided_is_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "overrides.csv"
    path.write_text("id,exercise,points,reason\nalice,,50,Agreed.\nalice,conv_backward_naive,20,Typo.\n")
    late = Lateness(due="d", submitted="s", text="1 day late: -10%", penalty=Fraction(5))
    run = of(replace(ALICE, lateness=late))
    (there,) = compare(of(ALICE), overrides.apply(run, overrides.read(path))).moves
    assert there.reasons == ("lateness: none → 1 day late: -10%", "total set by hand to 50: Agreed.")
    assert there.exercises[0].reasons == ("set by hand to 20: Typo.",)
    (back,) = compare(overrides.apply(run, overrides.read(path)), of(ALICE)).moves
    assert back.reasons == ("lateness: 1 day late: -10% → none", "total no longer set by hand")
    assert back.exercises[0].reasons == ("no longer set by hand",)


def test_settings_are_said_once() -> None:
    info = replace(INFO, seed=5, digest="sha256:9", version="0.2.0", points=Fraction(60), numpy="1.26.4")
    found = compare(of(ALICE), RunResult(info, (ALICE,)))
    assert found.settings == (
        Setting("grader", "0.1.0", "0.2.0"),
        Setting("assignment", "sha256:0", "sha256:9"),
        Setting("worth", "55", "60"),
        Setting("seed", "20261124", "5"),
        Setting("NumPy", "2.4.6", "1.26.4"),
    )
    assert found.same == 1


def test_two_assignments_have_nothing_to_compare() -> None:
    other = RunResult(replace(INFO, assignment="cmu_hw2p1"), ())
    with pytest.raises(GraderError, match="the first holds marks of cs231n_a2, the second of cmu_hw2p1"):
        compare(of(ALICE), other)


def test_who_was_never_graded_has_not_moved() -> None:
    assert moved(DAVE, DAVE) is None
    assert DAVE.status is Status.NOT_GRADED
