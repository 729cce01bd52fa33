"""Tables that people write: CSV as spreadsheet programs save it, with the line of each row.

Separated by comma, semicolon or tab, whichever the heading has most of; with or without a byte order mark.
What cannot be read without guessing is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.errors import GraderError

__all__ = ["Row", "read_table"]

FILE_BYTES = 20 << 20
CELL_CHARACTERS = 10_000


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        where: file and line, to begin a message with.
        cells: by the names of the columns, without blanks around them.
    """

    where: str
    cells: Mapping[str, str]


def read_table(path: Path, columns: Sequence[str]) -> tuple[Row, ...]:
    """Read a table's rows, those that are not empty.

    Args:
        path: of the file.
        columns: those that it must have, in lower case; it may have others.

    Raises:
        GraderError: it cannot be read, a column is missing or there twice, or a row does not fit the heading.
    """
    text = _text(path)
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    names: list[str] = []
    line = 1
    try:
        for cells in reader:
            where, line = f"{path}, line {line}", reader.line_num + 1
            if not names:
                names = _names(cells, columns, where)
            elif any(cell.strip() for cell in cells):
                rows.append(_row(cells, names, where))
    except csv.Error as error:
        raise GraderError(f"{path}, line {line}: is not CSV: {error}.") from error
    if not names:
        raise GraderError(f"{path}: is empty; its first line should be {','.join(columns)}.")
    return tuple(rows)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}.") from error
    if len(content) > FILE_BYTES:
        raise GraderError(f"{path}: is larger than {FILE_BYTES >> 20} MiB; is it the right file?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise GraderError(
            f'{path}, line {line}: is not UTF-8; save it as "CSV UTF-8" in your spreadsheet program.'
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise GraderError(f"{path}, line {line}: holds a null character; save the table as CSV.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _names(cells: Sequence[str], columns: Sequence[str], where: str) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [column for column in columns if column not in names]
    if missing:
        raise GraderError(
            f"{where}: has no column {' and no '.join(map(repr, missing))}; "
            f"the first line should be {','.join(columns)}."
        )
    twice = [column for column in columns if names.count(column) > 1]
    if twice:
        raise GraderError(f"{where}: has the column {twice[0]!r} twice; take one away.")
    return names


def _row(cells: Sequence[str], names: Sequence[str], where: str) -> Row:
    if any(cell.strip() for cell in cells[len(names) :]):
        raise GraderError(
            f"{where}: has {len(cells)} cells below {len(names)} columns; "
            "text that holds the separator must stand in double quotes."
        )
    if any(len(cell) > CELL_CHARACTERS for cell in cells):
        raise GraderError(f"{where}: has a cell of more than {CELL_CHARACTERS} characters.")
    padded = [*cells, *[""] * (len(names) - len(cells))]
    return Row(where, {name: cell.strip() for name, cell in zip(names, padded, strict=False)})
