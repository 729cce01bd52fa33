"""Tables as spreadsheet programs save them, and what is said of those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.gradebook.tables import read_table

COLUMNS = ("id", "points")


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "id,points\nada,1\n",
        "\ufeffid,points\r\nada,1\r\n",
        "id;points\nada;1",
        "id\tpoints\rada\t1\r",
        " ID , Points ,name\n ada , 1 ,Ada\n",
        "points,id\n\n1,ada\n,\n",
        'id,points\n"ada","1"\n',
    ],
)
def test_a_table_may_be_saved_in_any_of_these_ways(tmp_path: Path, content: str) -> None:
    (row,) = read_table(table(tmp_path, content), COLUMNS)
    assert (row.cells["id"], row.cells["points"]) == ("ada", "1")


def test_a_row_knows_its_line_after_one_of_several_lines(tmp_path: Path) -> None:
    path = table(tmp_path, 'id,points\n"ada\nlovelace",1\nalan,2\n')
    assert [row.where for row in read_table(path, COLUMNS)] == [f"{path}, line 2", f"{path}, line 4"]


def test_cells_that_are_left_out_at_the_end_are_empty(tmp_path: Path) -> None:
    assert read_table(table(tmp_path, "id,points\nada\n"), COLUMNS)[0].cells == {"id": "ada", "points": ""}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ": is empty; its first line should be id,points."),
        ("id,note\nada,1\n", ", line 1: has no column 'points'; the first line should be id,points."),
        ("ada,1\n", ", line 1: has no column 'id' and no 'points'; the first line"),
        ("id,points,ID\n", ", line 1: has the column 'id' twice; take one away."),
        (
            "id,points\nada,1\nalan,2,x\n",
            ", line 3: has 3 cells below 2 columns; text that holds",
        ),
        ('id,points\nada,1\n"alan,2\n', ", line 3: is not CSV: unexpected end of data."),
        (
            "id,points\nada,1\nJos\u00e9,2\n".encode("latin-1"),
            ', line 3: is not UTF-8; save it as "CSV UTF-8"',
        ),
        ("id,points\nada,1\n".encode("utf-16"), ", line 1: is not UTF-8"),
        ("id,points\nada,\0\n", ", line 2: holds a null character"),
        (f"id,points\nada,{'9' * 10_001}\n", ", line 2: has a cell of more than 10000 characters."),
        (f"id,points\nada,{'9' * 200_000}\n", ", line 2: is not CSV: field larger than field limit"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = table(tmp_path, content)
    with pytest.raises(GraderError) as caught:
        read_table(path, COLUMNS)
    assert str(caught.value).startswith(f"{path}{said}")


def test_a_folder_and_a_missing_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="cannot be read: Is a directory"):
        read_table(tmp_path, COLUMNS)
    with pytest.raises(GraderError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.csv", COLUMNS)
