"""assignment.toml: read exactly, and every mistake said with its place and what was expected."""

import dataclasses
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from grader import assignment, cases, conventions
from grader.errors import AssignmentError
from grader.model import Assignment, Domain

SMALLEST = """\
convention = "cs231n"

[[exercise]]
name = "conv_forward_naive"
op = "conv2d"
points = 20
"""
STRATA = cases.strata_of("conv2d", conventions.find("cs231n", Path()).domain)


def read(folder: Path, text: str) -> Assignment:
    home = folder / "a2"
    home.mkdir(exist_ok=True)
    (home / "assignment.toml").write_text(text, encoding="utf-8")
    return assignment.read(home)


# --- what is read --------------------------------------------------------------------------------------


def test_what_is_left_out_has_the_models_defaults(tmp_path: Path) -> None:
    read_one = read(tmp_path, SMALLEST)
    exercise = read_one.exercises[0]

    assert (read_one.name, read_one.title, read_one.folder) == ("a2", "a2", tmp_path / "a2")
    assert read_one.files == ("**/*.py", "**/*.ipynb")
    assert (read_one.definitions_only, read_one.allow) == (True, ("numpy",))
    assert (exercise.cases, exercise.seconds, exercise.strata) == (100, 10.0, {})
    assert exercise.domain == conventions.find("cs231n", tmp_path).domain


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    text = """\
title = "Faltungsnetze für alle"
convention = "cs231n"
files = ["**/layers.py"]
notebook = "all cells"
allow = ["numpy", "scipy"]
other_names = { conv_naive = "conv_forward_naive" }

[[exercise]]
name = "conv_forward_naive"
op = "conv2d"
points = 12.125
cases = 40
seconds = 0.5
[exercise.strata]
padding = 4
stride = 0
[exercise.domain]
pad = [2, 1, 2]
square = true
"""
    read_one = read(tmp_path, text)
    exercise = read_one.exercises[0]

    assert read_one.title == "Faltungsnetze für alle"
    assert (read_one.files, read_one.definitions_only) == (("**/layers.py",), False)
    assert read_one.allow == ("numpy", "scipy")
    assert read_one.names == dict.fromkeys(["conv_forward_naive", "conv_naive"], "conv_forward_naive")
    assert (exercise.points, exercise.cases, exercise.seconds) == (Fraction("12.125"), 40, 0.5)
    assert (exercise.domain.pad, exercise.domain.square) == ((1, 2), True)
    assert read_one.points == Fraction("12.125")


def test_points_are_exact_decimals(tmp_path: Path) -> None:
    assert read(tmp_path, SMALLEST.replace("20", "0.1")).points == Fraction(1, 10)


def test_a_table_of_strata_gives_every_stratum_its_points(tmp_path: Path) -> None:
    text = SMALLEST + "[exercise.strata]\npadding = 4\nstride = 0\n"

    strata = read(tmp_path, text).exercises[0].strata

    assert tuple(strata) == STRATA
    assert (strata["padding"], strata["stride"]) == (Fraction(4), Fraction(0))
    assert strata["basic"] == strata["batch"] == Fraction(16, len(STRATA) - 2)
    assert sum(strata.values()) == 20


def test_a_course_promise_holds_where_an_exercise_says_nothing(tmp_path: Path) -> None:
    course = conventions.find("cs231n", tmp_path).domain
    exercise = read(tmp_path, SMALLEST + "[exercise.domain]\nstride = [1]\n").exercises[0]

    assert course.leftover is False
    assert exercise.domain == Domain(leftover=False, stride=(1,))


# --- what is refused -----------------------------------------------------------------------------------

TOP = "a2/assignment.toml: "
ONE = "a2/assignment.toml [[exercise]] conv_forward_naive: "


def with_line(line: str) -> str:
    return SMALLEST + line + "\n"


def instead(old: str, new: str) -> str:
    assert old in SMALLEST
    return SMALLEST.replace(old, new)


MISTAKES = {
    "a key of the file": ("tittle = 'x'\n" + SMALLEST, TOP + "unknown key 'tittle'; did you mean 'title'?"),
    "a key of an exercise": (with_line("case = 10"), ONE + "unknown key 'case'; did you mean 'cases'?"),
    "a speed limit without its input": (
        with_line("speed = {ratio = 3}"),
        ONE + "speed: key 'like' is missing.",
    ),
    "a speed limit of too little": (
        with_line('speed = {ratio = 0.5, like = "n8"}'),
        ONE + "speed: ratio = 0.5, but should be a number from 1 to 1000000: how many times the reference",
    ),
    "no points before all points": (
        with_line('speed = {ratio = 5, none = 2, like = "n8"}'),
        ONE + "speed: none = 2, but should be at least ratio, which is 5.",
    ),
    "an input of no size": (
        with_line('speed = {ratio = 5, like = "huge"}'),
        ONE + 'speed: like = "huge", but should be letters with numbers, such as "n32c16h32k3", not "huge".',
    ),
    "no convention": (instead('convention = "cs231n"', ""), TOP + "key 'convention' is missing."),
    "an unknown convention": (
        instead('"cs231n"', '"cs231"'),
        "unknown convention 'cs231'; did you mean 'cs231n'?",
    ),
    "a convention of another type": (
        instead('"cs231n"', "231"),
        TOP + "convention = 231, but should be a line of text in quotes.",
    ),
    "no exercise": ('convention = "cs231n"', TOP + "there is no exercise; add a table [[exercise]]"),
    "one table for the list of exercises": (
        instead("[[exercise]]", "[exercise]"),
        TOP + "there is no exercise; add a table [[exercise]]",
    ),
    "no name": (
        instead('name = "conv_forward_naive"\n', ""),
        "a2/assignment.toml [[exercise]] number 1: key 'name' is missing.",
    ),
    "a name that is none": (
        instead("conv_forward_naive", "conv forward"),
        'number 1: name = "conv forward", but should be the name of a function, or of '
        "a class and its method, such as Conv2d.forward.",
    ),
    "no op": (instead('op = "conv2d"\n', ""), ONE + "key 'op' is missing."),
    "an unknown op": (instead('"conv2d"', '"conv2"'), ONE + "unknown op 'conv2'; did you mean 'conv2d'?"),
    "no points": (instead("points = 20\n", ""), ONE + "key 'points' is missing."),
    "negative points": (
        instead("20", "-3"),
        ONE + "points = -3, but should be a number from 0 to 1000 with three decimals at most.",
    ),
    "too many decimals": (instead("20", "0.0625"), ONE + "points = 0.0625, but should be a number from 0"),
    "points that are no number": (instead("20", "nan"), ONE + "points = NaN, but should be a number from 0"),
    "points without end": (instead("20", "1e999999999"), ONE + "points = 1E+999999999, but should be"),
    "points that are true": (instead("20", "true"), ONE + "points = true, but should be a number"),
    "points in quotes": (instead("20", '"20"'), ONE + 'points = "20", but should be a number'),
    "no points at all": (instead("20", "0"), TOP + "no exercise is worth any points"),
    "half a case": (
        with_line("cases = 1.5"),
        ONE + "cases = 1.5, but should be a whole number from 1 to 10000.",
    ),
    "no case": (with_line("cases = 0"), ONE + "cases = 0, but should be a whole number from 1 to 10000."),
    "fewer cases than strata": (
        with_line("cases = 3"),
        ONE + f"cases = 3 is too few; 'conv2d' has {len(STRATA)} strata and each needs one at least.",
    ),
    "no time": (
        with_line("seconds = 0"),
        ONE + "seconds = 0, but should be a number of seconds, more than 0",
    ),
    "a pattern alone": (
        'files = "layers.py"\n' + SMALLEST,
        TOP + 'files = "layers.py", but should be a list of one pattern at least, such as ["**/layers.py"]',
    ),
    "no pattern": ("files = []\n" + SMALLEST, TOP + "files = [], but should be a list of one pattern"),
    "a pattern that leads out": (
        'files = ["../layers.py"]\n' + SMALLEST,
        TOP + 'files = ["../layers.py"], but should be a list of one pattern',
    ),
    "an unknown treatment of notebooks": (
        'notebook = "some"\n' + SMALLEST,
        TOP + 'notebook = "some", but should be "definitions" or "all cells".',
    ),
    "modules of another type": (
        "allow = [1, true]\n" + SMALLEST,
        TOP + "allow = [1, true], but should be a list of the modules that may be imported",
    ),
    "another name for nothing": (
        'other_names = { f = "conv_foward_naive" }\n' + SMALLEST,
        "a2/assignment.toml [other_names]: unknown definition 'conv_foward_naive'; did you mean",
    ),
    "another name that is taken": (
        'other_names = { conv_forward_naive = "conv_forward_naive" }\n' + SMALLEST,
        "a2/assignment.toml [other_names]: conv_forward_naive is an exercise's own name.",
    ),
    "other names of another type": (
        "other_names = { f = 1 }\n" + SMALLEST,
        TOP + "other_names = {f = 1}, but should be a table such as",
    ),
    "two of one name": (
        SMALLEST + SMALLEST.partition("\n")[2],
        ONE.replace(": ", "") + ": there are 2 of this name.",
    ),
    "a stratum of another op": (
        with_line("[exercise.strata]\npaddin = 4"),
        "[exercise.strata] of conv_forward_naive: unknown stratum name 'paddin'; did you mean 'padding'?",
    ),
    "a stratum that the course leaves out": (
        with_line('[exercise.strata]\n"leftover pixels" = 4'),
        "[exercise.strata] of conv_forward_naive: unknown stratum name 'leftover pixels'.",
    ),
    "strata worth more than the exercise": (
        with_line("[exercise.strata]\npadding = 15\nstride = 5.5"),
        "[exercise.strata] of conv_forward_naive: the strata add up to 20.5 points, "
        "and the exercise is worth 20.",
    ),
    "all strata worth less than the exercise": (
        with_line("[exercise.strata]\n" + "\n".join(f'"{name}" = 1' for name in STRATA)),
        f"the strata add up to {len(STRATA)} points, and the exercise is worth 20.",
    ),
    "a negative stratum": (
        with_line("[exercise.strata]\npadding = -1"),
        "[exercise.strata] of conv_forward_naive: padding = -1, but should be a number from 0",
    ),
    "strata that are no table": (
        with_line('strata = ["padding"]'),
        '[exercise.strata] of conv_forward_naive: should be a table, not ["padding"].',
    ),
    "an unknown promise": (
        with_line("[exercise.domain]\npadd = [1]"),
        "[exercise.domain] of conv_forward_naive: unknown key 'padd'; did you mean 'pad'?",
    ),
    "a promise that does not bear on the op": (
        with_line("[exercise.domain]\noverlap = false"),
        "[exercise.domain] of conv_forward_naive: 'overlap' does not bear on 'conv2d'; keys that do:",
    ),
    "one padding outside a list": (
        with_line("[exercise.domain]\npad = 1"),
        "pad = 1, but should be a list of whole numbers from 0 to 16, such as [1, 2].",
    ),
    "a stride of 0": (
        with_line("[exercise.domain]\nstride = [0]"),
        "stride = [0], but should be a list of whole numbers from 1 to 16, such as [1, 2].",
    ),
    "a promise of another type": (
        with_line('[exercise.domain]\nsquare = "yes"'),
        'square = "yes", but should be true or false.',
    ),
    "a domain that is no table": (
        with_line("domain = 3"),
        "of conv_forward_naive: should be a table, not 3.",
    ),
    "more digits than Python reads": (
        instead("points = 20", f"points = {'9' * 5000}"),
        "is not valid TOML: Exceeds the limit",
    ),
    "more digits than anybody reads": (
        instead("points = 20", f"points = 0x{'f' * 5000}"),
        "points = a number of more than 100 digits, but should be a number from 0 to 1000",
    ),
    "a huge exponent": (
        instead("points = 20", "points = 1e99999999"),
        "points = 1E+99999999, but should be a number from 0 to 1000",
    ),
    "not TOML": (
        instead("points = 20", "points ="),
        "is not valid TOML: Invalid value (at line 6, column 9).",
    ),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_every_mistake_is_said(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AssignmentError) as caught:
        read(tmp_path, text)

    assert message in str(caught.value)
    assert "a2/assignment.toml" in str(caught.value)


def test_an_op_that_the_convention_does_not_spell_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = conventions.find("cs231n", tmp_path)
    poorer = dataclasses.replace(
        course, spellings={op: course.spellings[op] for op in ("max_pool2d", "conv2d_backward")}
    )
    monkeypatch.setattr(conventions, "find", lambda name, folder: poorer)

    with pytest.raises(AssignmentError) as caught:
        read(tmp_path, SMALLEST)

    assert str(caught.value) == (
        ONE + "its convention does not say how 'conv2d' is called.\nIt knows: conv2d_backward, max_pool2d."
    )


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, f"\ufeff{SMALLEST}").exercises


def test_no_file_and_a_file_of_another_encoding_are_said(tmp_path: Path) -> None:
    with pytest.raises(
        AssignmentError, match=r"assignment\.toml cannot be read: No such file or directory\.$"
    ):
        assignment.read(tmp_path)

    (tmp_path / "assignment.toml").write_bytes(b'title = "f\xfcr alle"')
    with pytest.raises(
        AssignmentError, match=r"assignment\.toml is not UTF-8 \(byte 10\): save it as UTF-8\.$"
    ):
        assignment.read(tmp_path)


# --- the digest ----------------------------------------------------------------------------------------


def test_comments_titles_and_folders_do_not_change_the_digest(tmp_path: Path) -> None:
    first = read(tmp_path, SMALLEST)
    second = read(tmp_path, "# a comment\ntitle = 'Other'\n" + SMALLEST.replace("20", "20.0"))
    shutil.move(tmp_path / "a2", tmp_path / "a3")

    assert first.digest == second.digest == assignment.read(tmp_path / "a3").digest
    assert first.digest.startswith("sha256:")


@pytest.mark.parametrize(
    "text",
    [
        instead("20", "21"),
        instead("conv_forward_naive", "conv"),
        with_line("cases = 99"),
        with_line("seconds = 9"),
        with_line("[exercise.domain]\npad = [1]"),
        with_line("[exercise.strata]\npadding = 4"),
        "files = ['*.py']\n" + SMALLEST,
        "allow = ['numpy', 'scipy']\n" + SMALLEST,
        "other_names = { f = 'conv_forward_naive' }\n" + SMALLEST,
        "notebook = 'all cells'\n" + SMALLEST,
    ],
)
def test_what_decides_marks_changes_the_digest(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).digest != read(tmp_path, SMALLEST).digest


# --- finding and choosing ------------------------------------------------------------------------------


def test_every_assignment_that_comes_with_the_grader_can_be_read_and_found_by_name() -> None:
    folders = assignment.available()

    assert "cs231n_a2" in [folder.name for folder in folders]
    for folder in folders:
        assert assignment.find(folder.name) == folder
        assert assignment.read(folder).points > 0


def test_a_folder_or_its_file_is_found(tmp_path: Path) -> None:
    read(tmp_path, SMALLEST)

    assert assignment.find(str(tmp_path / "a2")) == tmp_path / "a2"
    assert assignment.find(str(tmp_path / "a2" / "assignment.toml")) == tmp_path / "a2"


def test_a_folder_without_the_file_and_an_unknown_name_are_said(tmp_path: Path) -> None:
    with pytest.raises(
        AssignmentError, match=r"this folder has no assignment\.toml, so it is no assignment\.$"
    ):
        assignment.find(str(tmp_path))
    with pytest.raises(AssignmentError, match="unknown assignment 'cs231n_a3'; did you mean 'cs231n_a2'"):
        assignment.find("cs231n_a3")


def test_exercises_are_chosen_in_the_assignments_order_and_the_digest_tells() -> None:
    whole = assignment.read(assignment.find("cs231n_a2"))
    part = assignment.select(whole, ["max_pool_forward_naive", "conv_forward_naive"])

    assert [exercise.name for exercise in part.exercises] == ["conv_forward_naive", "max_pool_forward_naive"]
    assert part.digest != whole.digest
    assert assignment.select(whole, [exercise.name for exercise in whole.exercises]) == whole
    with pytest.raises(AssignmentError, match="unknown exercise 'conv_forward'; did you mean"):
        assignment.select(whole, ["conv_forward"])
