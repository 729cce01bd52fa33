"""The doctor finds an assignment's tests good where they are, and names what is missing elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wrong_replies import exam_of

from grader import cli
from grader.conventions.cs231n import CONVENTION
from grader.doctor.checkup import Fate, Power, share_text
from grader.doctor.margin import measure_margin
from grader.doctor.power import _cover, measure
from grader.doctor.right_algorithms import ALGORITHMS
from grader.exam import Exam
from grader.model import Exercise, Expected
from grader.ops import OPS
from reference.mistakes import MISTAKES

ASSIGNMENT = Path(__file__).resolve().parents[2] / "assignments" / "cs231n_a2"
SEED = 20261124


def exercise(op: str, **changes: Any) -> Exercise:
    return replace(Exercise(name=op, op=op, points=Fraction(10), domain=CONVENTION.domain), **changes)


@cache
def power_of(op: str) -> Power:
    return measure(exercise(op), CONVENTION, seed=SEED)


def survivors(power: Power) -> dict[str, str]:
    return {trial.name: trial.advice for trial in power.having(Fate.SURVIVED)}


# --- mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", ["max_pool2d", "spatial_groupnorm"])
def test_the_usual_cases_see_every_mistake(op: str) -> None:
    power = power_of(op)
    assert survivors(power) == {}
    assert power.killed == power.counted > 40
    assert power.luck == ()
    assert power.enough is not None
    assert power.enough < power.cases


def test_what_a_course_does_not_promise_is_not_counted() -> None:
    outside = {trial.name: trial.stratum for trial in power_of("max_pool2d").having(Fate.OUTSIDE)}
    assert outside == {"rounds_the_size_up": "leftover pixels"}


def test_a_promise_takes_mistakes_out_of_the_score() -> None:
    tiles = replace(CONVENTION.domain, overlap=False)
    power = measure(exercise("max_pool2d", domain=tiles), CONVENTION, seed=SEED)
    outside = {trial.name: trial.stratum for trial in power.having(Fate.OUTSIDE)}
    assert outside["loops_over_the_whole_image"] == "overlapping windows"
    assert power.counted < power_of("max_pool2d").counted


def test_the_score_falls_where_a_stratum_has_no_points() -> None:
    power = measure(exercise("max_pool2d", strata={"basic": Fraction(10)} | NOTHING), CONVENTION, seed=SEED)
    assert power.killed < power.counted == power_of("max_pool2d").counted
    assert survivors(power)["loops_over_the_whole_image"] == (
        'It shows only in "overlapping windows", which has no points. Give it some.'
    )


NOTHING = dict.fromkeys(
    [
        "overlapping windows",
        "gaps between windows",
        "rectangular image",
        "rectangular window",
        "channels",
        "batch",
        "negative values",
        "real values",
        "single precision",
        "everything together",
    ],
    Fraction(0),
)


def test_strata_without_points_count_in_an_exercise_that_is_worth_nothing() -> None:
    worthless = dict.fromkeys(["basic", *NOTHING], Fraction(0))
    power = measure(exercise("max_pool2d", points=Fraction(0), strata=worthless), CONVENTION, seed=SEED)
    assert survivors(power) == {}


def test_too_few_cases_are_noticed_and_more_are_advised() -> None:
    few = measure(exercise("spatial_batchnorm", cases=9), CONVENTION, seed=SEED)
    assert few.killed < few.counted
    name, advice = next(iter(survivors(few).items()))
    assert "spatial_batchnorm(x, gamma, beta, " in advice
    assert "where x (" in advice
    number = int(advice.removeprefix("cases = ").partition(" ")[0])
    more = measure(exercise("spatial_batchnorm", cases=number), CONVENTION, seed=SEED)
    assert name not in survivors(more)


def test_what_nobody_looks_at_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The course's backward functions may do with their cache what they want."""
    unseen = [each for each in MISTAKES["conv2d_backward"] if "overwrites" in each.id]
    monkeypatch.setattr("grader.doctor.power.MISTAKES", {"conv2d_backward": tuple(unseen)})
    power = measure(exercise("conv2d_backward", cases=20), CONVENTION, seed=SEED)
    said = {trial.name: trial.advice for trial in power.having(Fate.OUTSIDE)}
    assert said["overwrites_the_image_with_dx"] == "overwrites x"
    assert said["overwrites_the_weights_with_dw"] == "overwrites w"


def test_a_few_cases_see_all_that_is_seen() -> None:
    power = power_of("max_pool2d")
    assert all(set(trial.failed) & set(power.cover) for trial in power.having(Fate.KILLED))
    assert len(power.cover) < 10


def test_a_cover_begins_with_what_sees_most() -> None:
    assert _cover([{1, 2}, {2, 3}, {2}, {4}]) == (2, 4)
    assert _cover([]) == ()


def test_a_score_is_never_rounded_to_all() -> None:
    assert [share_text(*pair) for pair in [(1999, 2000), (2000, 2000), (1, 3000), (0, 5)]] == [
        "99.9%",
        "100%",
        "0.1%",
        "0%",
    ]


# --- bounds ----------------------------------------------------------------------------------------


def test_every_operation_has_another_right_algorithm() -> None:
    assert set(ALGORITHMS) == set(OPS)


@pytest.mark.parametrize("op", list(ALGORITHMS))
def test_right_algorithms_stay_within_the_bounds(op: str) -> None:
    margin = measure_margin(exam_of(op, SEED), ())
    assert margin.largest is not None
    assert margin.largest < 0.5
    assert not margin.refuses_right_algorithm


def test_mistakes_are_far_outside_of_the_bounds() -> None:
    op = "spatial_groupnorm"
    margin = measure_margin(exam_of(op, SEED), power_of(op).trials)
    assert margin.smallest is not None
    assert margin.smallest > 1e6


def test_where_any_difference_is_too_large_there_is_no_smallest() -> None:
    margin = measure_margin(exam_of("max_pool2d", SEED), power_of("max_pool2d").trials)
    assert (margin.largest, margin.smallest, margin.mistake) == (0.0, None, "")


def narrowed(exam: Exam) -> Exam:
    answers = tuple(
        {name: Expected(each.value, each.bound / 1e4) for name, each in answer.items()}
        for answer in exam.answers
    )
    return replace(exam, answers=answers)


def test_a_bound_that_refuses_right_algorithms_is_noticed() -> None:
    assert measure_margin(narrowed(exam_of("conv2d", SEED)), ()).refuses_right_algorithm


def test_what_is_far_off_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    off = {"off": lambda x, *_, **__: np.zeros_like(x)}
    monkeypatch.setitem(dict_of(ALGORITHMS), "spatial_groupnorm", {**ALGORITHMS["spatial_groupnorm"], **off})
    margin = measure_margin(exam_of("spatial_groupnorm", SEED), ())
    assert margin.algorithm == "off"
    assert margin.refuses_right_algorithm


def dict_of(table: object) -> dict[str, Any]:
    """A table that is only read elsewhere, to be changed for one test."""
    assert isinstance(table, dict)
    return table


# --- the command -----------------------------------------------------------------------------------

Doctor = Callable[..., tuple[int, str, str]]

TOML = """
title = "Group normalisation"
convention = "cs231n"
files = ["**/layers.py"]

[[exercise]]
name = "spatial_groupnorm_forward"
op = "spatial_groupnorm"
points = 9
cases = 30
"""
EXPECTED = """
[group_norm_over_the_batch]
status = "graded"
score = "27/4"
[group_norm_over_the_batch.spatial_groupnorm_forward]
verdict = "wrong value"
score = "27/4"
failed = ["batch", "everything together"]
mistakes = ["pools_the_batch"]
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A small assignment that is well."""
    folder = tmp_path / "course"
    for part in ("solution", "starter", "submissions/group_norm_over_the_batch"):
        shutil.copytree(ASSIGNMENT / part, folder / part)
    (folder / "assignment.toml").write_text(TOML, encoding="utf-8")
    (folder / "submissions" / "expected.toml").write_text(EXPECTED, encoding="utf-8")
    return folder


@pytest.fixture
def doctor(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, course: Path) -> Doctor:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("GRADE_DEBUG", raising=False)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.invoke(["doctor", *map(str, arguments or (course,))])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_an_assignment_that_is_well(doctor: Doctor) -> None:
    known = len(MISTAKES["spatial_groupnorm"])
    code, out, err = doctor()
    assert f"✓ {known} of {known} mistakes lose points (100%)." in out
    assert "✓ solution: 9 / 9 points, graded in " in out
    assert "✓ starter: 0 / 9 points, graded in " in out
    assert "✓ 1 of 1 golden submissions are as expected.toml says." in out
    assert out.endswith(f"All is well: {known} of {known} mistakes lose points (100%).\n")
    assert f"Trying {known} mistakes on spatial_groupnorm_forward." in err
    assert code == 0


def test_a_survivor_is_named_with_what_to_do(doctor: Doctor, course: Path) -> None:
    strata = '[exercise.strata]\nbasic = 9\ngroups = 0\nbatch = 0\n"everything together" = 0\n'
    (course / "assignment.toml").write_text(TOML + strata, encoding="utf-8")
    code, out, _ = doctor(course, "--only", "spatial_groupnorm_forward")
    assert "✗ " in out
    assert "pools_the_batch: " in out
    assert 'It shows only in "batch", which has no points. Give it some.' in out
    assert "mistakes keep all points. " in out
    assert "(100%)" not in out
    assert code == 1


def test_cases_that_no_mistake_shows_in_are_noticed(
    doctor: Doctor, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmless = replace(MISTAKES["spatial_groupnorm"][0], function=OPS["spatial_groupnorm"].reference)
    monkeypatch.setattr("grader.doctor.power.MISTAKES", {"spatial_groupnorm": (harmless,)})
    code, out, _ = doctor(course, "--only", "spatial_groupnorm_forward")
    assert "✗ 0 of 0 mistakes lose points." in out
    assert "Something is off: spatial_groupnorm_forward shows no mistake. " in out
    assert code == 1


def test_a_solution_that_is_wrong_is_noticed(doctor: Doctor, course: Path) -> None:
    known = len(MISTAKES["spatial_groupnorm"])
    wrong = course / "submissions" / "group_norm_over_the_batch" / "layers.py"
    shutil.copy(wrong, course / "solution" / "layers.py")
    code, out, _ = doctor()
    assert "✗ solution: 6.8 / 9 points" in out
    assert "spatial_groupnorm_forward earns 6.8 / 9: " in out
    assert f"Something is off: the solution does not earn full marks. {known} of {known}" in out
    assert code == 1


def test_a_solution_that_does_not_load_is_noticed(doctor: Doctor, course: Path) -> None:
    (course / "solution" / "layers.py").write_text("def (", encoding="utf-8")
    code, out, _ = doctor()
    assert "✗ solution: no points" in out
    assert "unreadable: it does not load: layers.py, line 1" in out
    assert code == 1


def test_a_starter_that_earns_points_is_noticed(doctor: Doctor, course: Path) -> None:
    shutil.copy(course / "solution" / "layers.py", course / "starter" / "layers.py")
    code, out, _ = doctor()
    assert "✗ starter: 9 / 9 points" in out
    assert "Something is off: the starter is more than a start. " in out
    assert code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EXPECTED.replace('"wrong value"', '"raised"'), "verdict is wrong value, should be raised"),
        (EXPECTED.replace('score = "27/4"', 'score = "9"', 1), "score is 27/4, should be 9"),
        ("", "is not in expected.toml"),
        (EXPECTED + '[forgotten]\nstatus = "graded"\nscore = "0"\n', "is in expected.toml, but not there"),
    ],
    ids=["verdict", "score", "not expected", "not there"],
)
def test_a_golden_that_differs_is_noticed(doctor: Doctor, course: Path, text: str, said: str) -> None:
    (course / "submissions" / "expected.toml").write_text(text, encoding="utf-8")
    code, out, _ = doctor()
    assert said in out
    assert "Something is off: 1 golden submission is not as expected. " in out
    assert code == 1


def test_what_is_not_there_is_said(doctor: Doctor, course: Path) -> None:
    for part in ("solution", "starter", "submissions"):
        shutil.rmtree(course / part)
    code, out, _ = doctor()
    assert "There is no solution/: nothing shows that all points can be had." in out
    assert "There is no starter/: nothing shows that it earns none." in out
    assert "There is no submissions/expected.toml: no golden submission is graded." in out
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'ASSIGNMENT'."),
        (["cs231n_a3"], "ASSIGNMENT: unknown assignment 'cs231n_a3'; did you mean 'cs231n_a2'?"),
        (["cs231n_a2", "--only", "conv"], "cs231n_a2: unknown exercise 'conv'"),
        (["cs231n_a2", "--seed", "one"], "'one' is not a valid integer"),
        (["cs231n_a2", "-j", "0"], "0 is not in the range x>=1."),
        (["cs231n_a2", "--sandbox", "none"], "'none' is not one of 'auto', 'bubblewrap', 'landlock'"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_message(
    capfd: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code = cli.invoke(["doctor", *arguments])
    err = capfd.readouterr().err
    assert said in err
    assert err.count("Error: ") == 1
    assert code == 2


def test_a_mistake_in_expected_toml_is_one_message(doctor: Doctor, course: Path) -> None:
    (course / "submissions" / "expected.toml").write_text("[a", encoding="utf-8")
    code, out, err = doctor()
    assert "Error: course/submissions/expected.toml is not valid TOML" in err
    assert (code, out) == (2, "")
