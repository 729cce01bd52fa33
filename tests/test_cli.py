"""Every command, from end to end, and what it says when it cannot do what it was asked."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from alive import runs

from grader import cli, session, submission
from grader.errors import SandboxError
from grader.model import Assignment, Submission
from grader.sandbox import open_launcher

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = ROOT / "assignments" / "cs231n_a2"
SUBMISSIONS = ASSIGNMENT / "submissions"
ONE = "max_pool_forward_naive"
RIGHT, WRONG = "seven_loops", "pool_size_from_division"

Grade = Callable[..., tuple[int, str, str]]


@pytest.fixture
def grade(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Grade:
    """Run a command in this process, in an empty folder; gives exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "GITHUB_ACTIONS", "GRADE_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.invoke([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def class_folder(tmp_path: Path) -> Path:
    """A class of two: one right, one wrong."""
    folder = tmp_path / "class"
    for id in (RIGHT, WRONG):
        shutil.copytree(SUBMISSIONS / id, folder / id)
    return folder


def read_results(folder: Path) -> Any:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


# --- mistakes on the command line --------------------------------------------------------------


def nobody(assignment: str) -> bytes:
    """Results of a class of none."""
    grader = {"version": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "sandbox": "landlock", "seed": 1}
    about = {"name": assignment, "title": "T", "digest": "sha256:0", "max_score": 10.0}
    content = {"format": 1, "grader": grader, "assignment": about, "submissions": []}
    return json.dumps(content).encode()


def wrong_inputs() -> dict[str, bytes]:
    """Files to make mistakes with."""
    return {
        "notes.txt": b"hello",
        "empty/.keep": b"",
        "broken/assignment.toml": b"title = [",
        "damaged/results.json": b'{"format": 1',
        "newer/results.json": b'{"format": 9}',
        "partial/results.json": b'{"format": 1}',
        "one/results.json": nobody("cs231n_a2"),
        "one/s.csv": b"id,score\n",
        "other/results.json": nobody("other"),
        "changed/results.json": nobody("cs231n_a2"),
        "changed/overrides.csv": b"id,exercise,points,reason\nada,,1,why\n",
        "right.py": (SUBMISSIONS / "group_norm_flat_gamma.py").read_bytes(),
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["nothere"],
            "'nothere' is neither a command (check, ci, diff, doctor, export, list, report, run) nor",
        ),
        (["run", "nothere"], "Path 'nothere' does not exist."),
        (["check", "nothere"], "Path 'nothere' does not exist."),
        (["ci", "nothere"], "Path 'nothere' does not exist."),
        (["report", "nothere"], "Directory 'nothere' does not exist."),
        (["diff", "nothere", "empty"], "Path 'nothere' does not exist."),
        (["diff", "empty", "damaged"], "empty: there is no results.json in it; give the folder that"),
        (["diff", "notes.txt", "damaged"], "notes.txt is not JSON"),
        (["diff", "one", "other"], "one and other: the first holds marks of cs231n_a2, the second of other"),
        (["export", "one"], "Missing option '--sheet'."),
        (["export", "empty", "--sheet", "notes.txt"], "empty: there is no results.json in it"),
        (["export", "one", "--sheet", "notes.txt"], "notes.txt has no column called 'T'."),
        (["export", "one", "--sheet", "notes.txt", "--format", "excel"], "'excel' is not one of 'canvas',"),
        (["export", "one", "--sheet", "one/s.csv", "-o", "one/s.csv"], "one/s.csv is the sheet itself"),
        (
            ["export", "one", "--sheet", "one/s.csv", "-o", ""],
            "Invalid value for '-o' / '--out': it is empty",
        ),
        (["right.py", "-o", ""], "Invalid value for '-o' / '--out': it is empty: name a file or folder, or"),
        (
            ["export", "one", "--sheet", "one/s.csv", "-o", "one/../one/results.json"],
            "one/../one/results.json is the file of the results, which stays as it is: name another with",
        ),
        (
            ["export", "one/results.json", "--sheet", "one/s.csv", "-o", "one/results.json"],
            "is the file of the results",
        ),
        (["export", "one", "--sheet", "one/s.csv", "-o", "one/grades.db"], "is where the grader keeps its"),
        (["export", "one", "--sheet", "one/s.csv", "-o", "one/overrides.csv"], "is what you set by hand"),
        (
            ["export", "one", "--sheet", "one/s.csv", "-o", "notes.txt/x"],
            "notes.txt/x: cannot be written: notes.txt is no folder",
        ),
        (["export", "changed", "--sheet", "one/s.csv"], "changed/overrides.csv, line 2: no submission of"),
        (["report", "changed"], "changed/overrides.csv, line 2: no submission of this run has the id 'ada'"),
        (
            ["right.py", "--overrides", "changed/overrides.csv"],
            "changed/overrides.csv, line 2: no submission of",
        ),
        (["right.py", "--overrides", "nothere"], "File 'nothere' does not exist."),
        (["right.py", "--overrides", "notes.txt"], "notes.txt, line 1: has no column 'id' and no 'exercise'"),
        (["right.py", "--due", "soon"], "--due 'soon': is no date; write such as 2026-11-20"),
        (["right.py", "--due", "2026-11-20", "--late", "10"], "--late '10': cannot read '10'. Write such as"),
        (["right.py", "--late", "10%/day"], "--late needs --due: when were submissions due?"),
        (["right.py", "--times", "notes.txt"], "--times needs --due"),
        (
            ["right.py", "--due", "2026-11-20", "--times", "notes.txt"],
            "notes.txt, line 1: has no column 'id'",
        ),
        (["notes.txt"], "notes.txt: a submission is a .py or .ipynb file, a folder or a .zip."),
        (["check", "notes.txt"], "notes.txt: a submission is a .py or .ipynb file, a folder or a .zip."),
        (
            ["empty"],
            "empty: no function of a known assignment was found.\nKnown assignments: cmu_hw2p1, cnn_basics, ",
        ),
        (["check", "empty"], "Name one with --assignment, and see `grade list`"),
        (["right.py", "--only", "conv"], "cs231n_a2: unknown exercise 'conv'"),
        (["right.py", "--seed", "-1"], "Invalid value for '--seed': -1 is not in the range"),
        (["right.py", "--seed", "one"], "Invalid value for '--seed': 'one' is not a valid integer"),
        (["right.py", "-j", "0"], "Invalid value for '-j' / '--jobs': 0 is not in the range x>=1."),
        (
            ["right.py", "-o", "notes.txt"],
            "Invalid value for '-o' / '--out': Directory 'notes.txt' is a file.",
        ),
        (["right.py", "-o", "notes.txt/x"], "notes.txt/x cannot be written: Not a directory."),
        (["right.py", "--python", "notes.txt"], "notes.txt cannot be started: Permission denied."),
        (["right.py", "--python", "/bin/ls"], "/bin/ls does not answer as a Python 3 does."),
        (["right.py", "-a", "cs231n_a1"], "unknown assignment 'cs231n_a1'; did you mean 'cs231n_a2'?"),
        (["right.py", "-a", "empty"], "empty: this folder has no assignment.toml, so it is no assignment."),
        (["right.py", "-a", "broken"], "broken/assignment.toml is not valid TOML: Invalid value"),
        (["right.py", "--format", "pdf"], "'pdf' is not one of 'json', 'csv'"),
        (["right.py", "--sandbox", "none"], "'none' is not one of 'auto', 'bubblewrap', 'landlock'"),
        (["right.py", "--fail-under", "101"], "101.0 is not in the range"),
        (["right.py", "--fail-under", "nan"], "nan is not a number"),
        (["--unknown"], "No such option '--unknown'."),
        (["run"], "Missing argument 'PATH...'."),
        (["list", "cs231n"], "ASSIGNMENT: unknown assignment 'cs231n'; did you mean 'cs231n_a2'?"),
        (["report", "empty"], "empty: there is no results.json in it; give the folder that `grade` wrote."),
        (["report", "damaged"], "damaged/results.json is not JSON"),
        (["report", "newer"], "newer/results.json has format 9, and this grader reads up to format 1"),
        (
            ["report", "partial"],
            "partial/results.json is not a complete results.json: 'submissions' is missing.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_one_clear_message_and_code_2(
    grade: Grade, tmp_path: Path, arguments: list[str], said: str
) -> None:
    for name, content in wrong_inputs().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    code, out, err = grade(*arguments)
    assert said in err
    assert err.count("Error: ") == 1
    assert "Traceback" not in out + err
    assert code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["{}"],
        ["list", "{}"],
        ["doctor", "{}"],
        ["right.py", "-a", "{}"],
        ["right.py", "-a", "cs231n_a2", "-o", "{}"],
        ["export", "one", "--sheet", "one/s.csv", "-o", "{}"],
    ],
    ids=" ".join,
)
def test_a_name_that_no_file_can_have_is_no_fault_of_the_grader(
    grade: Grade, tmp_path: Path, arguments: list[str]
) -> None:
    for name, content in wrong_inputs().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    code, _, err = grade(*(argument.format("a" * 300) for argument in arguments))
    assert re.search(r"^Error: a{300}(/\w+\.\w+)?: (cannot be written: )?File name too long\.?$", err, re.M)
    assert code == 2


def test_a_folder_that_may_not_be_searched_is_no_fault_of_the_grader(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated, since the user who runs the tests may be allowed everything."""

    def refuse(path: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    Path("locked").mkdir()
    monkeypatch.setattr(Path, "is_file", refuse)
    assert grade("report", "locked") == (2, "", "Error: locked: Permission denied.\n")
    assert grade("list", "locked") == (2, "", "Error: locked/assignment.toml: Permission denied.\n")


def test_a_current_folder_that_is_gone_is_said(grade: Grade) -> None:
    Path("gone").mkdir()
    os.chdir("gone")
    Path("../gone").rmdir()
    for arguments in (["."], ["check"], ["ci"], [SUBMISSIONS / RIGHT, "-a", "cs231n_a2"]):
        code, _, err = grade(*arguments)
        assert err.endswith("Error: the current folder has been deleted: change into another one.\n")
        assert code == 2


@pytest.mark.parametrize(
    "answer",
    [
        *("[]", "3", "null", "{}", "[" * 9999, '{"python": 3}', '{"python": ["x"], "numpy": "2.0"}'),
        *('{"python": [3, 11], "numpy": 3}', '{"python": [3, 11], "numpy": "two"}'),
        *('{"python": [3, 11], "numpy": "2.0"}', '{"python": [3, 11], "numpy": "2.0", "stdlib": null}'),
    ],
    ids=lambda answer: answer[:40],
)
def test_a_program_that_answers_something_else_is_no_python(
    grade: Grade, tmp_path: Path, answer: str
) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    code, _, err = grade(SUBMISSIONS / RIGHT, "-a", "cs231n_a2", "--python", program)
    assert err == f"Error: {program} does not answer as a Python 3 does. Give --python a Python's path.\n"
    assert code == 2


def test_unsafe_is_refused_in_ci(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    for command in ("run", "ci"):
        code, _, err = grade(command, SUBMISSIONS / RIGHT, "--unsafe")
        assert "--unsafe is refused in a CI job" in err
        assert code == 2


@pytest.mark.parametrize("name", cli.cli.commands)
def test_help_explains_every_option_and_argument(name: str) -> None:
    command = cli.cli.commands[name]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts
        else:
            assert str(parameter.metavar or "PATH").strip("[].") in str(command.help)
    assert not command.get_short_help_str(66).endswith("..."), "it is cut off in `grade --help`"


# --- faults of the grader ----------------------------------------------------------------------


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise ZeroDivisionError("one\nof our own")

    monkeypatch.setattr(session, "problems", fail)


@pytest.mark.usefixtures("faulty")
def test_a_fault_is_one_line_and_the_traceback_goes_to_a_file(grade: Grade, tmp_path: Path) -> None:
    code, _, err = grade(SUBMISSIONS / RIGHT, "--only", ONE, "-o", "out")
    assert err.endswith(
        "Error: a fault of the grader: ZeroDivisionError: one\nPlease report it: send out/fault.txt.\n"
    )
    assert "Traceback" not in err
    assert "ZeroDivisionError: one" in (tmp_path / "out" / "fault.txt").read_text()
    assert code == 1


@pytest.mark.usefixtures("faulty")
def test_a_fault_without_a_folder_tells_how_to_see_more(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["check", str(SUBMISSIONS / RIGHT), "--only", ONE]
    assert "run it again with GRADE_DEBUG=1 and send what it prints" in grade(*arguments)[2]
    monkeypatch.setenv("GRADE_DEBUG", "1")
    assert "Traceback" in grade(*arguments)[2]


# --- run ---------------------------------------------------------------------------------------


def test_a_run_writes_reports_and_ends_with_0_whatever_the_marks(grade: Grade, class_folder: Path) -> None:
    code, out, err = grade(class_folder, "--only", ONE)
    assert "found from the functions' names" in err
    assert "Reports: grades/results.json, grades/grades.csv, grades/index.html" in out
    earned = {each["id"]: each["score"] for each in read_results(Path("grades"))["submissions"]}
    assert earned[RIGHT] == 10 > earned[WRONG] > 0
    assert code == 0


@pytest.mark.parametrize("name", ["classroom", "classroom50", "gradescope"])
def test_a_format_for_one_submission_is_refused_before_several_are_graded(
    grade: Grade, class_folder: Path, name: str
) -> None:
    code, _, err = grade(class_folder, "--format", "csv", "--format", name)
    assert code == 2
    assert err.endswith(
        f"Error: --format {name} is made for the one submission of a CI job, and here are 2: "
        "grade one folder at a time, or leave this format out.\n"
    )
    assert not Path("grades").exists()


def test_results_json_is_written_whatever_formats_are_asked_for(grade: Grade, class_folder: Path) -> None:
    _, out, _ = grade(class_folder, "--only", ONE, "--format", "csv")
    assert "Reports: grades/results.json, grades/grades.csv\n" in out


def test_fail_under_ends_with_1(grade: Grade, class_folder: Path) -> None:
    code, _, err = grade(class_folder, "--only", ONE, "--fail-under", "90")
    assert err.endswith("1 of 2 have less than 90 percent.\n")
    assert code == 1


def test_the_folder_of_reports_is_no_submission(grade: Grade, class_folder: Path) -> None:
    """``grade .`` puts its reports among the submissions."""
    os.chdir(class_folder)
    for _ in range(2):
        _, _, err = grade(".", "--only", ONE)
        assert sorted(each["id"] for each in read_results(Path("grades"))["submissions"]) == [WRONG, RIGHT]
    assert "2 of 2 were graded before and have not changed: reused." in err


@pytest.mark.parametrize("prepared", [[], ["overrides.csv"]])
def test_a_folder_made_for_reports_is_no_submission(
    grade: Grade, class_folder: Path, prepared: list[str]
) -> None:
    os.chdir(class_folder)
    Path("grades").mkdir()
    for name in prepared:
        Path("grades", name).write_text("id,exercise,points,reason\n")
    assert grade(".", "--only", ONE)[0] == 0
    assert sorted(each["id"] for each in read_results(Path("grades"))["submissions"]) == [WRONG, RIGHT]


@pytest.mark.parametrize("paths", [".", RIGHT])
def test_a_students_folder_is_not_taken_for_the_folder_of_reports(
    grade: Grade, class_folder: Path, paths: str
) -> None:
    os.chdir(class_folder)
    before = sorted(Path().rglob("*"))
    code, _, err = grade(paths, "--only", ONE, "-o", RIGHT)
    assert err.endswith(
        f"Error: --out: {RIGHT} is the folder of the submission {RIGHT!r}: choose another for the reports.\n"
    )
    assert code == 2
    assert sorted(Path().rglob("*")) == before


def test_links_that_go_round_and_pipes_keep_nobody_waiting(grade: Grade, class_folder: Path) -> None:
    (class_folder / "me").symlink_to("me")
    code, _, _ = grade(class_folder, "--only", ONE, "--out", "one")
    assert code == 0
    status = {each["id"]: each["status"] for each in read_results(Path("one"))["submissions"]}
    assert status == {RIGHT: "graded", WRONG: "graded", "me": "unreadable"}
    for name in ("pipe.py", "pipe.zip"):
        os.mkfifo(name)
        code, out, _ = grade(name, "--assignment", "cs231n_a2", "--only", ONE, "--out", f"grades of {name}")
        assert (code, f"{name} is not a regular file" in out) == (0, True)


def test_a_folder_of_reports_that_is_a_link_to_itself_is_one_error(grade: Grade, class_folder: Path) -> None:
    Path("grades").symlink_to("grades")
    code, _, err = grade(class_folder, "--assignment", "cs231n_a2", "--only", ONE)
    assert (code, err) == (2, "Error: grades is no folder: choose another for --out.\n")


def test_complex_numbers_are_of_the_wrong_type_and_stop_no_class(grade: Grade, class_folder: Path) -> None:
    with (class_folder / RIGHT / "layers.py").open("a") as text:
        text.write(
            "\nright = max_pool_forward_naive\n"
            "def max_pool_forward_naive(x, pool_param):\n"
            "    out, cache = right(x, pool_param)\n"
            "    return out + 1j, cache\n"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code, _, _ = grade(class_folder, "--only", ONE)
    assert code == 0
    (found,) = (each for each in read_results(Path("grades"))["submissions"] if each["id"] == RIGHT)
    (exercise,) = found["exercises"]
    assert exercise["verdict"] == "wrong dtype"
    assert exercise["findings"][0]["example"]["got"] == [[[["1+1j"]]]]
    assert grade("report", "grades")[0] == 0


def test_a_second_run_reuses_and_force_does_not(grade: Grade, class_folder: Path) -> None:
    arguments = [class_folder, "--only", ONE]
    assert "reused" not in grade(*arguments)[2]
    first = read_results(Path("grades"))
    assert "2 of 2 were graded before and have not changed: reused." in grade(*arguments)[2]
    assert read_results(Path("grades")) == first
    assert "reused" not in grade(*arguments, "--force")[2]


def without_seconds(results: Any) -> Any:
    return {**results, "submissions": [{**each, "seconds": 0} for each in results["submissions"]]}


def test_results_do_not_depend_on_jobs_or_order(grade: Grade, class_folder: Path) -> None:
    paths = [class_folder / RIGHT, class_folder / WRONG]
    grade(*paths, "-j", "1", "-o", "one", "--only", ONE)
    grade(*reversed(paths), "-j", "2", "-o", "two", "--only", ONE)
    assert without_seconds(read_results(Path("one"))) == without_seconds(read_results(Path("two")))


ODD = ("--help.py", "[red]x[bold].py", "new\nline.py", "=cmd().py", os.fsdecode(b"bad\xff.py"))


def test_odd_names_are_graded_and_shown_as_they_are(grade: Grade, tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    for name in ODD:
        shutil.copy(SUBMISSIONS / "group_norm_flat_gamma.py", tmp_path / "odd" / name)
    code, out, _ = grade("odd", "--only", ONE)
    assert "[red]x[bold]" in out
    assert len(read_results(Path("grades"))["submissions"]) == len(ODD)
    assert code == 0


def test_report_writes_again_what_was_found(grade: Grade, class_folder: Path) -> None:
    grade(class_folder, "--only", ONE)
    Path("grades/grades.csv").unlink()
    code, out, _ = grade("report", "grades", "--format", "csv")
    assert Path("grades/grades.csv").exists()
    assert RIGHT in out
    assert code == 0


# --- what people decide about marks ------------------------------------------------------------


OVERRIDES = f"id,exercise,points,reason\n{WRONG},{ONE},8.5,Only a typo.\n{RIGHT},,11,Extra.\n"


def scores(folder: str = "grades") -> dict[str, float]:
    return {each["id"]: each["score"] for each in read_results(Path(folder))["submissions"]}


def test_points_set_by_hand_are_used_and_said_and_not_kept_with_the_graders_own(
    grade: Grade, class_folder: Path
) -> None:
    grade(class_folder, "--only", ONE)
    found = scores()
    Path("grades/overrides.csv").write_text(OVERRIDES)
    code, out, err = grade(class_folder, "--only", ONE)
    assert "Set by hand: 2 rows are applied from grades/overrides.csv." in err
    assert "2 of 2 were graded before and have not changed: reused." in err
    assert f"{WRONG}: {ONE} set by hand to 8.5, was " in out
    assert scores() == {WRONG: 8.5, RIGHT: 11}
    assert code == 0
    Path("grades/overrides.csv").unlink()
    grade(class_folder, "--only", ONE)
    assert scores() == found


def test_report_takes_what_is_set_by_hand_now(grade: Grade, class_folder: Path) -> None:
    grade(class_folder, "--only", ONE)
    before = read_results(Path("grades"))
    Path("mine.csv").write_text(OVERRIDES)
    _, out, _ = grade("report", "grades", "--format", "csv", "--overrides", "mine.csv")
    assert "Reports: grades/results.json, grades/grades.csv\n" in out
    assert scores() == {WRONG: 8.5, RIGHT: 11}
    _, out, _ = grade("report", "grades", "--format", "csv")
    assert "Reports: grades/grades.csv\n" in out, "nothing else was said, so it stays"
    assert "set by hand to 11, extra credit, was 10: Extra." in out
    Path("grades/overrides.csv").write_text("id,exercise,points,reason\n")
    grade("report", "grades")
    assert read_results(Path("grades")) == before


def test_a_student_can_put_no_overrides_into_the_own_checkout(
    grade: Grade, class_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chdir(class_folder / WRONG)
    Path("grades").mkdir()
    Path("grades/overrides.csv").write_text(f"id,exercise,points,reason\n{WRONG},,10,Please.\n")
    _, _, err = grade(".", "--only", ONE)
    assert "grades/overrides.csv is not used: a student may have put it there." in err
    assert scores()[WRONG] < 10
    assert "is not used" in grade("layers.py", "--only", ONE)[2]
    grade(".", "--only", ONE, "--overrides", "grades/overrides.csv")
    assert scores()[WRONG] == 10
    os.chdir(class_folder.parent)
    shutil.copytree(class_folder / WRONG / "grades", "grades")
    monkeypatch.setenv("CI", "true")
    assert "is not used" in grade(class_folder / WRONG, "--only", ONE)[2]


def test_no_overrides_are_taken_from_among_the_submissions(grade: Grade, class_folder: Path) -> None:
    """A folder called grades may have come out of a student's zip."""
    os.chdir(class_folder)
    Path("grades").mkdir()
    Path("grades/overrides.csv").write_text(f"id,exercise,points,reason\n{WRONG},,10,Please.\n")
    _, _, err = grade(".", "--only", ONE)
    assert "grades/overrides.csv is not used: a student may have put it there." in err
    assert scores()[WRONG] < 10


def test_an_id_that_is_not_there_is_said_before_anything_is_graded(grade: Grade, class_folder: Path) -> None:
    Path("mine.csv").write_text("id,exercise,points,reason\nada,,1,why\n")
    code, _, err = grade(class_folder, "--only", ONE, "--overrides", "mine.csv")
    assert "mine.csv, line 2: no submission of this run has the id 'ada'." in err
    assert not Path("grades").exists()
    assert code == 2


def test_a_total_set_by_hand_settles_what_could_not_be_graded(
    grade: Grade, class_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(place: submission.Place, of: Assignment) -> Submission:
        if place.id in (RIGHT, WRONG):
            raise RuntimeError("ours")
        return load(place, of)

    load = submission.load
    monkeypatch.setattr("grader.submission.load", fail)
    Path("mine.csv").write_text(f"id,exercise,points,reason\n{RIGHT},,9,By hand.\n")
    code, _, err = grade(class_folder, "-a", "cs231n_a2", "--only", ONE, "--overrides", "mine.csv")
    assert f"1 could not be graded, or not whole: {WRONG}." in err
    assert scores() == {WRONG: None, RIGHT: 9}
    assert code == 1


def test_lateness_by_a_table_and_by_the_last_commit(grade: Grade, class_folder: Path) -> None:
    moment = {f"GIT_{who}_DATE": "2026-11-21T10:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        name = ["-c", "user.name=x", "-c", "user.email=x@y"]
        subprocess.run(
            ["git", *name, *command], cwd=class_folder / RIGHT, check=True, env={**os.environ, **moment}
        )
    Path("times.csv").write_text(f"id,submitted\n{WRONG},2026-11-23T10:00Z\nada,2026-11-23\n")
    arguments = [class_folder, "--only", ONE, "--due", "2026-11-20T18:00Z", "--late", "20%/day"]
    _, out, err = grade(*arguments)
    assert "Due 2026-11-20 18:00:00+00:00.\n" in err
    assert f"{RIGHT}: 1 day late: -20%\n" in out
    assert f"Time of submission unknown, so nothing was taken off: {WRONG}." in out
    assert scores()[RIGHT] == 8
    _, out, err = grade(*arguments, "--times", "times.csv")
    assert "times.csv: 1 of its ids are of no submission: ada.\n" in err
    assert f"{WRONG}: 3 days late: -60%\n" in out
    late = scores()
    grade("report", "grades")
    assert scores() == late, "a report keeps it"


def test_diff_says_who_moved_and_ends_with_0(grade: Grade, class_folder: Path) -> None:
    grade(class_folder, "--only", ONE, "-o", "old")
    shutil.copy(SUBMISSIONS / RIGHT / "layers.py", class_folder / WRONG / "layers.py")
    grade(class_folder, "--only", ONE, "-o", "new", "--seed", "5")
    code, out, _ = grade("diff", "old", "new/results.json")
    assert out.startswith("seed: 20261124 → 5\n")
    said = " ".join(out.split())
    assert "its files changed" in said and "wrong shape → correct" in said
    assert out.endswith("1 up, 1 the same.\n")
    assert code == 0
    code, out, _ = grade("diff", "old", "new", "--format", "json")
    assert [move["id"] for move in json.loads(out)["moves"]] == [WRONG]
    assert code == 0


def test_export_fills_in_a_sheet_and_leaves_it_as_it_is(grade: Grade, class_folder: Path) -> None:
    grade(class_folder, "--only", ONE)
    sheet = Path("sheet.csv")
    sheet.write_text(f"Student,ID,SIS Login ID,Section,Homework (7)\nAda,1,{RIGHT},x,\nAlan,2,alan,x,\n")
    before = sheet.read_bytes()
    code, out, _ = grade("export", "grades", "--sheet", sheet)
    assert sheet.read_bytes() == before
    assert f"Ada,1,{RIGHT},x,10\nAlan,2,alan,x,\n" in Path("grades/sheet.filled.csv").read_text()
    assert "1 score in the column 'Homework (7)', read as canvas." in " ".join(out.split())
    assert "In the sheet without a submission, left as they were:\n  Alan" in out
    assert f"  {WRONG}" in out
    assert code == 0
    Path("grades/overrides.csv").write_text(OVERRIDES)
    code, _, err = grade("export", "grades", "--sheet", sheet)
    assert "grades/overrides.csv: results.json does not have this; run `grade report grades`" in err
    assert code == 2


def test_list_names_assignments_and_exercises(grade: Grade) -> None:
    code, out, _ = grade("list")
    assert "cs231n_a2: Convolutional networks, 100 points\n  conv_forward_naive  20\n" in out
    assert code == 0


# --- check -------------------------------------------------------------------------------------


def test_check_ends_with_0_only_if_no_point_is_missing(grade: Grade) -> None:
    assert grade("check", SUBMISSIONS / RIGHT, "--only", ONE)[0] == 0
    code, out, err = grade("check", SUBMISSIONS / WRONG, "--only", ONE)
    assert "out has shape (1, 1, 0, 0), but should have (1, 1, 1, 1)." in out
    assert err.count("\n") == 1, "nothing is said beside the assignment's name"
    assert code == 1
    assert grade("check", SUBMISSIONS / WRONG, "--only", ONE, "--fail-under", "60")[0] == 0


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which neither bubblewrap nor Landlock works."""

    def refuse(level: str = "auto", **choices: Any) -> Any:
        if level != "none":
            raise SandboxError("No sandbox works on this machine, so nothing was run.")
        return open_launcher(level, **choices)

    monkeypatch.setattr(session, "open_launcher", refuse)


@pytest.mark.usefixtures("no_sandbox")
def test_check_works_without_a_sandbox_and_says_so_in_one_line(grade: Grade) -> None:
    code, _, err = grade("check", SUBMISSIONS / RIGHT, "--only", ONE)
    assert err.splitlines()[1:] == [session.OWN_WORK]
    assert code == 0


@pytest.mark.usefixtures("no_sandbox")
def test_nobody_elses_work_is_run_without_a_sandbox(grade: Grade) -> None:
    for command in ("run", "ci"):
        code, _, err = grade(command, SUBMISSIONS / RIGHT)
        assert "No sandbox works on this machine, so nothing was run." in err
        assert code == 2
    assert grade("check", SUBMISSIONS / RIGHT, "--sandbox", "landlock")[0] == 2


# --- ci ----------------------------------------------------------------------------------------


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The files and variables of a step on GitHub."""
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.setenv(name, str(tmp_path / name))
        (tmp_path / name).touch()
    return tmp_path


def test_ci_annotates_and_summarises(grade: Grade, github: Path) -> None:
    code, out, _ = grade("ci", SUBMISSIONS / WRONG, "--only", ONE)
    assert f"::warning title={ONE}" in out
    assert ONE in (github / "GITHUB_STEP_SUMMARY").read_text()
    assert "result=" in (github / "GITHUB_OUTPUT").read_text()
    assert {"results.json", "index.html", "classroom.json"} <= {
        path.name for path in Path("grades").iterdir()
    }
    assert code == 0
    assert grade("ci", SUBMISSIONS / WRONG, "--only", ONE, "--fail-under", "99")[0] == 1


def test_ci_writes_the_result_of_classroom_50(
    grade: Grade, github: Path, class_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"CLASSROOM": "cs231n", "SUBMISSION_TAG": "submit/1", "OWNER": "alice"}.items():
        monkeypatch.setenv(name, value)
    code, _, _ = grade("ci", class_folder / WRONG, "--only", ONE)
    result = json.loads((class_folder / WRONG / "result.json").read_text())
    assert (result["classroom"], result["owner"]) == ("cs231n", "alice")
    assert (github / "GITHUB_OUTPUT").read_text().startswith("status=failure\n")
    assert code == 0


# --- processes ---------------------------------------------------------------------------------


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "grader", *map(str, arguments)]


def start(*arguments: str | Path, **settings: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **settings,
    )


def kept(out: Path) -> int:
    """How many results are on disk."""
    try:
        count: int = sqlite3.connect(out / "grades.db").execute("SELECT count(*) FROM result").fetchone()[0]
    except sqlite3.Error:
        return 0
    return count


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def below(pid: int) -> set[int]:
    """Processes that a process started, and those that these started."""
    parents = dict(_parents())
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text()
        except OSError:
            continue
        yield int(folder.name), int(status.rpartition(")")[2].split()[1])


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGINT, 130, "Interrupted.\n"), (signal.SIGTERM, 143, "Terminated.\n")],
)
def test_an_interrupted_run_leaves_no_process_and_goes_on_later(
    grade: Grade, tmp_path: Path, number: signal.Signals, code: int, said: str
) -> None:
    """One submission is done, the other would loop for long."""
    folder, out = tmp_path / "class", tmp_path / "out"
    for id in ("a_first", "b_second"):
        shutil.copytree(SUBMISSIONS / RIGHT, folder / id)
    (folder / "b_second" / "layers.py").write_text(
        f"def {ONE}(x, pool_param):\n    while True:\n        pass\n"
    )
    process = start(folder, "-o", out, "-j", "1", "--only", ONE)
    wait_until(lambda: kept(out) == 1)
    time.sleep(1)
    started = below(process.pid)
    assert started
    began = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 3
    assert "What was graded is kept: the same command goes on from there.\n" in err
    assert err.endswith(said)
    assert process.returncode == code
    wait_until(lambda: not any(map(runs, started)), 5)
    shutil.rmtree(folder / "b_second")
    assert "1 of 1 were graded before" in grade(folder, "-o", out, "--only", ONE)[2]


def test_two_runs_share_a_folder(class_folder: Path, tmp_path: Path) -> None:
    runs = [start(class_folder, "-o", tmp_path / "out", "--only", ONE) for _ in range(2)]
    ended = [(run.communicate(timeout=120), run.returncode) for run in runs]
    assert [code for _, code in ended] == [0, 0], ended
    assert len(read_results(tmp_path / "out")["submissions"]) == 2


def test_who_reads_may_leave_early_and_reports_are_there(class_folder: Path, tmp_path: Path) -> None:
    process = start(class_folder, "-o", tmp_path / "out", "--only", ONE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(60) == 128 + signal.SIGPIPE
    assert "Traceback" not in err and "Exception ignored" not in err
    assert (tmp_path / "out" / "index.html").exists()


@pytest.mark.parametrize(
    "closing", ["<&-", "</dev/null", "2>/dev/null >&-"], ids=["closed stdin", "no stdin", "closed stdout"]
)
def test_streams_may_be_closed(class_folder: Path, tmp_path: Path, closing: str) -> None:
    line = " ".join(command(class_folder / RIGHT, "-o", tmp_path / "out", "--only", ONE))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-c", f"{line} {closing}"], capture_output=True, text=True, env=environment, check=False
    )
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "index.html").exists()
    assert done.returncode == 0, done.stderr


def shell(line: str, **environment: str) -> tuple[int, str, str]:
    """Run a shell's command line; gives exit code, output and errors."""
    done = subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_ci_job_may_have_no_output(tmp_path: Path) -> None:
    line = " ".join(command("ci", SUBMISSIONS / RIGHT, "--only", ONE, "-o", tmp_path / "out"))
    code, _, err = shell(f"{line} >&-")
    assert (code, err.count("\n")) == (0, 1), err
    assert (tmp_path / "out" / "results.json").exists()


@pytest.mark.parametrize("arguments", [["list"], ["--version"], ["diff", "{}", "{}"], ["report", "{}"]])
def test_output_that_cannot_be_written_is_one_error(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "results.json").write_bytes(nobody("cs231n_a2"))
    line = " ".join(command(*(argument.format(tmp_path) for argument in arguments)))
    said = "Error: the output cannot be written: No space left on device.\n"
    assert shell(f"{line} >/dev/full") == (2, "", said)
    assert shell(f"{line} >/dev/full 2>/dev/full") == (2, "", "")


@pytest.mark.parametrize("columns", ["0", "000", "-1", "wide", "²", "99999999999"])
def test_a_width_that_no_terminal_has_is_passed_over(tmp_path: Path, columns: str) -> None:
    (tmp_path / "results.json").write_bytes(nobody("cs231n_a2"))
    line = " ".join(command("report", tmp_path))
    assert shell(line, COLUMNS=columns) == shell(line, COLUMNS="80")
    assert shell(line, COLUMNS=columns)[1]


def test_an_interruption_while_modules_are_imported_is_quiet(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    paths = f"{tmp_path}{os.pathsep}{ROOT}"
    assert shell(" ".join(command("list")), PYTHONPATH=paths) == (130, "", "Interrupted.\n")


def test_a_terminal_that_knows_ascii_alone_stops_nothing(tmp_path: Path) -> None:
    shutil.copy(SUBMISSIONS / "group_norm_flat_gamma.py", tmp_path / "Zoë.py")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("LANG", "LC_CTYPE")},
        **{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "COLUMNS": "20"},
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        command(tmp_path, "-o", tmp_path / "out", "--only", ONE),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Zo" in done.stdout


def test_watch_checks_again_when_a_file_is_saved(class_folder: Path, tmp_path: Path) -> None:
    file = class_folder / WRONG / "layers.py"
    with (tmp_path / "said").open("w+") as said:
        process = subprocess.Popen(
            command("check", class_folder / WRONG, "--watch", "--only", ONE),
            stdout=said,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

        def waits(times: int) -> bool:
            return (tmp_path / "said").read_text().count("Waiting for a file to be saved") == times

        wait_until(lambda: waits(1))
        shutil.copy(SUBMISSIONS / RIGHT / "layers.py", file)
        wait_until(lambda: waits(2))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    first, second, _ = (tmp_path / "said").read_text().split("Waiting for a file to be saved")
    assert "wrong shape" in first
    assert "wrong shape" not in second
