"""The LMS's own sheet: the right cell of the right student, and nothing else."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports.runs import ALICE, DAVE, INFO, of, right, submission

from grader.errors import GraderError
from grader.gradebook.sheets import FORMATS, Filled, fill
from grader.model import Override, RunResult, Score, SubmissionResult


def student(id: str, points: str = "17.5") -> SubmissionResult:
    exercise = replace(right(), score=Score(Fraction(points), Fraction(55)))
    return submission(id, exercise)


def filled(sheet: str, *students: SubmissionResult, **choices: str) -> Filled:
    return fill(sheet.encode(), of(*students), **choices)


def text(sheet: str, *students: SubmissionResult, **choices: str) -> str:
    return filled(sheet, *students, **choices).content.decode()


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Convolutional networks (4567),Other (12),Final Score\r\n"
    "    Points Possible,,,,,55,5,(read only)\r\n"
    '"Lovelace, Ada",101,s1,ada@x.edu,001,,3,\r\n'
    '"Turing, ""Alan""",102,s2,alan@x.edu,001,4,=1+1,\r\n'
    '"Student, Test",,,,001,,,\r\n'
)
MOODLE = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade)\n"
    '"Participant 123","Ada Lovelace",ada@x.edu,"Submitted",,55.00,-\n'
    '"Participant 1234","Alan Turing",alan@x.edu,"No submission",,55.00,-'
)


# --- each LMS ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["lovelaceada_101", "101", "s1", "ADA@x.edu"])
def test_canvas(id: str) -> None:
    found = filled(CANVAS, student(id))
    assert found.content.decode() == CANVAS.replace("ada@x.edu,001,,3", "ada@x.edu,001,17.5,3")
    assert (found.format, found.column, found.filled) == ("canvas", "Convolutional networks (4567)", 1)
    assert found.without_submission == ('Turing, "Alan"',)
    assert (found.without_row, found.notes) == ((), ())


@pytest.mark.parametrize("id", ["Ada Lovelace_123", "ada@x.edu"])
def test_moodle(id: str) -> None:
    found = filled(MOODLE, student(id))
    assert found.content.decode() == MOODLE.replace('"Submitted",,', '"Submitted",17.5,')
    assert (found.format, found.column) == ("moodle", "Grade")
    assert found.without_submission == ("Alan Turing",)


def test_gradescope_gives_a_group_one_score_each() -> None:
    sheet = (
        "First Name,Last Name,SID,Email,Convolutional networks,Convolutional networks - Max Points\n"
        "Ada,Lovelace,1,ada@x.edu,,55\nAlan,Turing,2,alan@x.edu,,55\n"
    )
    found = filled(sheet, student("ada@x.edu+alan@x.edu"))
    assert found.content.decode() == sheet.replace(",,55", ",17.5,55")
    assert (found.format, found.filled, found.without_row) == ("gradescope", 2, ())


def test_nbgrader() -> None:
    sheet = "assignment,student_id,last_name,raw_score,score,max_score\ncnn,ada,Lovelace,1,2,55\n"
    assert text(sheet, student("ada")) == sheet.replace("1,2,55", "1,17.5,55")


def test_any_other_sheet_by_the_names_of_its_columns() -> None:
    sheet = "Team;Who;Mark\n1;ada;\n"
    assert text(sheet, student("ada"), column="mark", id_column="Who") == "Team;Who;Mark\n1;ada;17.5\n"


def test_a_localised_sheet_by_its_format_and_columns() -> None:
    sheet = "ID,Vollst\u00e4ndiger Name,E-Mail,Bewertung\n1,Ada,ada@x.edu,\n"
    assert text(sheet, student("ada@x.edu"), column="Bewertung", id_column="E-Mail").endswith(",17.5\n")


# --- nothing else changes ------------------------------------------------------------------------------

CELLS = st.text(st.sampled_from('ab1,;"\n\r \u00e9'), max_size=6)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS), max_size=4),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_all_but_the_one_cell_stays(
    rows: list[tuple[str, str]], quoting: int, delimiter: str, ends: str, mark: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=quoting, delimiter=delimiter, lineterminator=ends)  # type: ignore[arg-type]
    writer.writerow(["note", "id", "score", "more"])
    for before, after in rows:
        writer.writerow([before, "x", "", after])
    writer.writerow(["", "ada", "12345", "last"])
    sheet = mark + file.getvalue()
    old, new = ('"12345"', "17.5") if quoting == csv.QUOTE_ALL else ("12345", "17.5")
    assert text(sheet, student("ada")) == sheet.replace(old, new)


def test_a_row_that_ends_early_is_made_longer() -> None:
    assert text("id,a,b,score\nada\nalan,1,2,3\n", student("ada")) == "id,a,b,score\nada,,,17.5\nalan,1,2,3\n"


def test_bytes_that_are_not_utf_8_stay() -> None:
    sheet = b"name,id,score\nJos\xe9\x80,ada,\n"
    assert fill(sheet, of(student("ada"))).content == b"name,id,score\nJos\xe9\x80,ada,17.5\n"


def test_a_decimal_comma_is_kept_where_the_sheet_has_one() -> None:
    assert text("id;score\nada;\nbob;3,5\n", student("ada")) == "id;score\nada;17,5\nbob;3,5\n"
    assert text('id,score\nada,\nbob,"3,5"\n', student("ada")) == 'id,score\nada,"17,5"\nbob,"3,5"\n'


def test_points_are_rounded_down() -> None:
    assert text("id,score\nada,\n", student("ada", "20/3")).endswith("ada,6.6666\n")


# --- who is left ---------------------------------------------------------------------------------------


def test_who_is_excused_stays_so() -> None:
    found = filled(CANVAS.replace("001,4,", "001,EX,"), student("102"))
    assert ",001,EX," in found.content.decode()
    assert found.notes == ("102 is excused in the sheet and stays so.",)


def test_who_was_not_graded_gets_no_score_unless_by_hand() -> None:
    found = filled("id,score\ndave,7\n", DAVE)
    assert (found.content, found.filled) == (b"id,score\ndave,7\n", 0)
    assert found.notes == ("dave was not graded: the cell stays as it was.",)
    by_hand = Override(points=Fraction(3), reason="r", was=Score(ungraded=Fraction(55)))
    assert text("id,score\ndave,7\n", replace(DAVE, override=by_hand)) == "id,score\ndave,3\n"


def test_points_that_were_not_graded_are_said() -> None:
    partly = replace(right(), score=Score(Fraction(5), Fraction(10), Fraction(10)))
    found = filled("id,score\na,\n", submission("a", partly))
    assert found.notes == ("a: 10 points could not be graded; the score leaves them out.",)


def test_submissions_without_a_row_and_rows_without_a_submission_are_named() -> None:
    sheet = "id,name,score\nada,Ada,\nzoe,,\nkurt,,\n"
    found = filled(sheet, student("grace"), student("alan"), student("kurt"))
    assert found.without_submission == ("Ada", "zoe")
    assert found.without_row == ("grace", "alan")


@pytest.mark.parametrize(
    "sheet",
    [
        CANVAS.replace(",,,,,55,5,", ",,,,,20,5,"),
        "id,score,max_score\n101,,20\n",
        "SID,Email,Convolutional networks,Convolutional networks - Max Points\n101,,,20\n",
    ],
)
def test_a_sheet_out_of_other_points_is_said(sheet: str) -> None:
    assert filled(sheet, student("101")).notes == (
        "Scores of the sheet are out of 20, and these are out of 55.",
    )


def test_a_canvas_sheet_with_one_assignment_needs_no_name() -> None:
    sheet = "Student,ID,Section,Homework 2 (99)\nAda,101,1,\n"
    assert filled(sheet, student("101")).column == "Homework 2 (99)"


# --- what cannot be filled in --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "choices", "said"),
    [
        ("", {}, "is empty."),
        ("\ufeff\n,,\n", {}, "is empty."),
        ("id,score\nada,\0\n", {}, "is not CSV in UTF-8; download it as CSV"),
        ('id,score\n"ada,1\n', {}, "line 2: is not CSV: a quote is not closed, or text goes on after one."),
        ('id,score\n"a\nb",1\n"c"d,1\n', {}, "line 4: is not CSV"),
        (
            "who,score\nada,\n",
            {},
            "has none of the columns by which a csv sheet tells students (id, ",
        ),
        ("who,score\n", {}, "--id-column; it has: who, score."),
        ("id,mark\nada,\n", {}, "has no column called 'Convolutional networks'. Name the one"),
        ("id,mark\nada,\n", {}, "with --column; it has: mark."),
        ("id,score\n", {"column": "scroe"}, "--column: unknown column 'scroe'; did you mean 'score'?"),
        ("id,score\n", {"id_column": "x"}, "--id-column: unknown column 'x'."),
        ("id,a,A\n", {"column": "a"}, "--column: it has 2 columns 'a'; rename one."),
        ("id,score,Score\nada,,\n", {}, "has 2 columns 'score'; rename one."),
        ("id,ID,score\nada,a_7,\n", {}, "has 2 columns 'id'; rename one."),
        ("ID,score\nada,\n", {"column": "id"}, "tells students by its column 'ID', so no scores are"),
        ("Student,ID,x (1)\n", {"column": "student"}, "tells students by its column 'Student', so no"),
        ("x,score\nada,\n", {"column": "x", "id_column": "x"}, "by its column 'x', so no scores are written"),
        (
            "id,score\nalan,\n",
            {},
            "has no student of this run: line 2 is of 'alan', and the first submission has the id",
        ),
        ("id,score\nada,\nADA,\n", {}, "line 3: is for 'ada', as line 2 is."),
        (
            "Student,ID,x (1)\nAda,7,\n",
            {},
            "line 2: 'a_7' and 'b_7' are both for '7'; grade with",
        ),
        ("Student,ID,x (1),y (2)\n", {}, "--column; it has: x (1), y (2)."),
    ],
)
def test_what_is_not_clear_is_said(sheet: str, choices: dict[str, str], said: str) -> None:
    with pytest.raises(GraderError) as caught:
        filled(sheet, student("ada"), student("a_7"), student("b_7"), **choices)
    assert said in str(caught.value)


def test_utf_16_is_said() -> None:
    with pytest.raises(GraderError, match="is not CSV in UTF-8"):
        fill("id,score\n".encode("utf-16"), of(ALICE))


def test_the_assignments_name_finds_the_column_as_well() -> None:
    run = RunResult(replace(INFO, title="Something else"), (student("ada"),))
    assert fill(b"id,cs231n_a2\nada,\n", run).content == b"id,cs231n_a2\nada,17.5\n"


def test_the_command_line_knows_every_format() -> None:
    from grader.cli import SHEETS

    assert tuple(FORMATS) == SHEETS
