"""An LMS's own sheet, as the instructor downloaded it, filled in with scores.

Only the cells of one column change. Everything else stays byte for byte: quotes, line ends, byte order mark,
encoding, and whatever columns and rows the LMS has. So the LMS takes the sheet back as its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from grader.errors import GraderError, unknown
from grader.gradebook.results import decimal_points, format_points, submission_score
from grader.model import RunResult, Status, SubmissionResult

__all__ = ["FORMATS", "Filled", "Format", "fill"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What one LMS's sheet looks like. Names of columns are in lower case.

    Attributes:
        marks: columns that only this LMS has all of.
        ids: columns that may tell the student, best first.
        numbers: those of `ids` in which the number counts that a download puts behind a student's name.
        names: columns by which a person recognises the student.
        scores: columns for scores, best first; empty: named after the assignment.
        worth: the column that says how many points a row's score is out of.
    """

    marks: frozenset[str]
    ids: tuple[str, ...]
    numbers: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    worth: str = ""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "canvas": Format(
            marks=frozenset({"student", "id"}),
            ids=("id", "sis user id", "sis login id", "integration id"),
            numbers=frozenset({"id"}),
            names=("student",),
        ),
        "moodle": Format(
            marks=frozenset({"identifier", "grade"}),
            ids=("identifier", "email address", "id number", "username"),
            numbers=frozenset({"identifier"}),
            names=("full name",),
            scores=("grade",),
            worth="maximum grade",
        ),
        "gradescope": Format(
            marks=frozenset({"sid", "email"}),
            ids=("email", "sid"),
            names=("name", "last name", "first name"),
        ),
        "nbgrader": Format(
            marks=frozenset({"student_id"}),
            ids=("student_id", "email"),
            names=("last_name", "first_name"),
            scores=("score",),
            worth="max_score",
        ),
        "csv": Format(
            marks=frozenset(),
            ids=("id", "student", "email", "email address", "e-mail", "username", "user", "login", "sid"),
            names=("name", "full name"),
            scores=("score", "grade", "points"),
            worth="max_score",
        ),
    }
)

_CANVAS_NUMBER = re.compile(r"\s*\(\d+\)$")
_EXCUSED = "ex"
_DOWNLOADED = re.compile(r".+_(\d+)", re.DOTALL)
_LAST_NUMBER = re.compile(r"(?:^|.*\D)(\d+)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A sheet with scores.

    Attributes:
        content: of the new file.
        format: as which it was read.
        column: the one that was filled in, as the sheet writes it.
        filled: how many rows have a score now.
        without_submission: students of the sheet who handed nothing in; their cells stay as they were.
        without_row: ids of submissions that no row is for.
        notes: what else the instructor should know, a sentence each.
    """

    content: bytes
    format: str
    column: str
    filled: int
    without_submission: tuple[str, ...]
    without_row: tuple[str, ...]
    notes: tuple[str, ...]


def fill(
    content: bytes, run: RunResult, *, format: str | None = None, column: str = "", id_column: str = ""
) -> Filled:
    """Write a run's scores into a sheet.

    Args:
        content: of the file that the LMS gave.
        run: whose scores to write.
        format: a key of `FORMATS`; found from the heading if left out.
        column: to write the scores to; found if left out.
        id_column: that tells the student; the format's if left out.

    Raises:
        GraderError: the sheet cannot be read, or it is not clear which column or student is meant; its text
            goes on after the file's name.
    """
    text, encoding = _decoded(content)
    rows = _rows(text)
    if not rows:
        raise GraderError("is empty.")
    heading, *body = rows
    names = [cell.value.strip().lower() for cell in heading.cells]
    kind = format or _recognised(names)
    sheet = FORMATS[kind]
    place = _score_column(heading, names, run, sheet, kind, column)
    ids = _id_columns(names, sheet, kind, id_column)
    if place in ids or names[place] in (*sheet.ids, *sheet.names):
        raise GraderError(
            f"tells students by its column {heading.value(place).strip()!r}, so no scores are written there: "
            "name another with --column or --id-column."
        )
    found = _match(body, names, run, sheet, ids)
    if found.strangers and run.submissions and not found.pairs:
        raise GraderError(
            f"has no student of this run: line {found.strangers[0].line} is of "
            f"{_who(found.strangers[0], names, sheet)!r}, and the first submission has the id "
            f"{run.submissions[0].id!r}. Name the column that tells the student with --id-column."
        )
    comma = any(re.fullmatch(r"\d+,\d+", row.value(place).strip()) for row in body)
    replaced = dict(_replacements(found.pairs, place, run, decimal_comma=comma))
    graded = {result.id for _, result in found.pairs}
    notes = [*_excused(found.pairs, place), *_ungraded(found.pairs), *_worth(body, names, place, run, sheet)]
    return Filled(
        content=_written(text, replaced).encode(encoding),
        format=kind,
        column=heading.value(place).strip(),
        filled=len(replaced),
        without_submission=tuple(_who(row, names, sheet) for row in found.strangers),
        without_row=tuple(each.id for each in run.submissions if each.id not in graded),
        notes=tuple(notes),
    )


# --- reading, with the place of every cell ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a cell says, and from where to where it stands in the text."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    delimiter: str
    cells: tuple[_Cell, ...]

    def value(self, place: int) -> str:
        """What the cell of a column says; a row may end early."""
        return self.cells[place].value if place < len(self.cells) else ""


def _decoded(content: bytes) -> tuple[str, str]:
    """Turn bytes into text so that the same encoding turns it back."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise GraderError("is not CSV in UTF-8; download it as CSV, or save it as such.")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _rows(text: str) -> list[_Row]:
    """Find all rows that are not empty."""
    start = len("\ufeff") if text.startswith("\ufeff") else 0
    heading = re.split(r"[\r\n]", text[start:], maxsplit=1)[0]
    delimiter = max(",;\t", key=heading.count)
    cell = re.compile(
        rf'("[^"]*(?:""[^"]*)*"|[^"{delimiter}\r\n][^{delimiter}\r\n]*|)({delimiter}|\r\n|\r|\n|\Z)'
    )
    rows: list[_Row] = []
    cells: list[_Cell] = []
    line, inside, place = 1, 0, start
    while place < len(text) or cells:
        found = cell.match(text, place)
        if not found:
            raise GraderError(f"line {line}: is not CSV: a quote is not closed, or text goes on after one.")
        written, end = found.groups()
        value = written[1:-1].replace('""', '"') if written.startswith('"') else written
        cells.append(_Cell(value, place, place + len(written)))
        place = found.end()
        inside += written.count("\n")
        if end == delimiter:
            continue
        if any(each.value.strip() for each in cells):
            rows.append(_Row(line, delimiter, tuple(cells)))
        line, inside, cells = line + 1 + inside, 0, []
    return rows


def _written(text: str, replaced: Mapping[tuple[int, int], str]) -> str:
    parts, place = [], 0
    for (start, end), value in sorted(replaced.items()):
        parts += [text[place:start], value]
        place = end
    return "".join([*parts, text[place:]])


# --- which columns ---------------------------------------------------------------------------------------


def _recognised(names: Sequence[str]) -> str:
    """Say whose sheet it is, by its heading."""
    fitting = (kind for kind, sheet in FORMATS.items() if sheet.marks and sheet.marks <= set(names))
    return next(fitting, "csv")


def _id_columns(names: Sequence[str], sheet: Format, kind: str, wanted: str) -> tuple[int, ...]:
    """Give the columns that tell the student, best first."""
    if wanted:
        return (_named(names, wanted, "--id-column"),)
    places = tuple(_only(names, name) for name in sheet.ids if name in names)
    if not places:
        raise GraderError(
            f"has none of the columns by which a {kind} sheet tells students ({', '.join(sheet.ids)}). "
            f"Name one with --id-column; it has: {', '.join(filter(None, names))}."
        )
    return places


def _score_column(
    heading: _Row, names: Sequence[str], run: RunResult, sheet: Format, kind: str, wanted: str
) -> int:
    if wanted:
        return _named(names, wanted, "--column")
    for name in sheet.scores:
        if name in names:
            return _only(names, name)
    titles = [_CANVAS_NUMBER.sub("", name) for name in names]
    for title in (run.info.title, run.info.assignment):
        if titles.count(title.strip().lower()) == 1:
            return titles.index(title.strip().lower())
    numbered = [place for place, name in enumerate(names) if _CANVAS_NUMBER.search(name)]
    if kind == "canvas" and len(numbered) == 1:
        return numbered[0]
    known = {*sheet.ids, *sheet.names, "section", "root account"}
    choices = [
        cell.value.strip() for cell, name in zip(heading.cells, names, strict=True) if name not in known
    ]
    raise GraderError(
        f"has no column called {run.info.title!r}. Name the one for the scores with --column; "
        f"it has: {', '.join(filter(None, choices)) or 'none'}."
    )


def _only(names: Sequence[str], name: str) -> int:
    """Find a column that is there; which of two is meant is not guessed."""
    if names.count(name) > 1:
        raise GraderError(f"has {names.count(name)} columns {name!r}; rename one.")
    return names.index(name)


def _named(names: Sequence[str], wanted: str, option: str) -> int:
    """Find a column by the name that the user gave; Canvas's number may be left out."""
    name = wanted.strip().lower()
    for known in (list(names), [_CANVAS_NUMBER.sub("", each) for each in names]):
        if known.count(name) > 1:
            raise GraderError(f"{option}: it has {known.count(name)} columns {wanted!r}; rename one.")
        if name in known:
            return known.index(name)
    raise GraderError(str(unknown("column", wanted, filter(None, names), where=option)))


# --- which student ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Match:
    """Rows with their submissions, and rows of students who have none."""

    pairs: tuple[tuple[_Row, SubmissionResult], ...]
    strangers: tuple[_Row, ...]


def _match(
    rows: Iterable[_Row], names: Sequence[str], run: RunResult, sheet: Format, columns: Sequence[int]
) -> _Match:
    whole, numbered = _index(run, _whole_ids), _index(run, _number)
    pairs: list[tuple[_Row, SubmissionResult]] = []
    strangers: list[_Row] = []
    taken: dict[str, int] = {}
    for row in rows:
        ids = [(row.value(place).strip().lower(), names[place] in sheet.numbers) for place in columns]
        if not any(id for id, _ in ids) or row.value(0).strip().lower() == "points possible":
            continue
        found = _submission(ids, whole, numbered, row.line)
        if found is None:
            strangers.append(row)
            continue
        if found.id in taken and "+" not in found.id:
            raise GraderError(f"line {row.line}: is for {found.id!r}, as line {taken[found.id]} is.")
        taken[found.id] = row.line
        pairs.append((row, found))
    return _Match(tuple(pairs), tuple(strangers))


def _submission(
    ids: Iterable[tuple[str, bool]],
    whole: Mapping[str, Sequence[SubmissionResult]],
    numbered: Mapping[str, Sequence[SubmissionResult]],
    line: int,
) -> SubmissionResult | None:
    """Find the one submission that a row's ids tell, the best of them that tells any."""
    for id, is_number in ids:
        number = _LAST_NUMBER.fullmatch(id) if is_number else None
        found = whole.get(id) or (numbered.get(number[1]) if number else None) or ()
        if id and len(found) > 1:
            both = " and ".join(repr(each.id) for each in found[:2])
            raise GraderError(f"line {line}: {both} are both for {id!r}; grade with one of them alone.")
        if id and found:
            return found[0]
    return None


def _index(
    run: RunResult, keys: Callable[[SubmissionResult], Iterable[str]]
) -> Mapping[str, Sequence[SubmissionResult]]:
    found: dict[str, list[SubmissionResult]] = {}
    for result in run.submissions:
        for key in dict.fromkeys(keys(result)):
            found.setdefault(key, []).append(result)
    return found


def _whole_ids(result: SubmissionResult) -> Iterator[str]:
    """Yield a submission's id; of a group, in which + joins them, each member's, too."""
    id = result.id.strip().lower()
    yield id
    if "+" in id and "@" in id:
        yield from id.split("+")


def _number(result: SubmissionResult) -> Iterator[str]:
    """Yield the number that Canvas and Moodle put behind a name."""
    if found := _DOWNLOADED.fullmatch(result.id):
        yield found[1]


def _who(row: _Row, names: Sequence[str], sheet: Format) -> str:
    """Name a student as a person would."""
    for name in (*sheet.names, *sheet.ids):
        if name in names and row.value(names.index(name)).strip():
            return row.value(names.index(name)).strip()
    return f"line {row.line}"


# --- which score -----------------------------------------------------------------------------------------

_Pairs = Sequence[tuple[_Row, SubmissionResult]]


def _replacements(
    pairs: _Pairs, place: int, run: RunResult, *, decimal_comma: bool
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield what to write where; a row that ends early is made longer."""
    for row, result in pairs:
        if _is_ungraded(result) or _is_excused(row, place):
            continue
        value = decimal_points(submission_score(result, run.info.points).earned)
        value = value.replace(".", ",") if decimal_comma else value
        value = f'"{value}"' if row.delimiter in value else value
        if place < len(row.cells):
            yield (row.cells[place].start, row.cells[place].end), value
        else:
            end = row.cells[-1].end
            yield (end, end), row.delimiter * (place + 1 - len(row.cells)) + value


def _is_ungraded(result: SubmissionResult) -> bool:
    return result.status is Status.NOT_GRADED and not result.override


def _is_excused(row: _Row, place: int) -> bool:
    return row.value(place).strip().lower() == _EXCUSED


def _excused(pairs: _Pairs, place: int) -> Iterator[str]:
    for row, result in pairs:
        if _is_excused(row, place):
            yield f"{result.id} is excused in the sheet and stays so."


def _ungraded(pairs: _Pairs) -> Iterator[str]:
    for _, result in pairs:
        if _is_ungraded(result):
            yield f"{result.id} was not graded: the cell stays as it was."
        elif result.score.ungraded:
            points = format_points(result.score.ungraded, result.score.total)
            yield f"{result.id}: {points} points could not be graded; the score leaves them out."


def _worth(
    rows: Sequence[_Row], names: Sequence[str], place: int, run: RunResult, sheet: Format
) -> Iterator[str]:
    """Yield a warning if the sheet's scores are out of other points than ours."""
    said = [row.value(place) for row in rows if row.value(0).strip().lower() == "points possible"]
    for name in (sheet.worth, f"{names[place]} - max points"):
        said += [row.value(names.index(name)) for row in rows if name in names]
    for text in said:
        worth = _number_in(text)
        if worth is not None and worth != run.info.points:
            ours = format_points(run.info.points, run.info.points)
            yield f"Scores of the sheet are out of {text.strip()}, and these are out of {ours}."
            return


def _number_in(text: str) -> Fraction | None:
    number = text.strip().replace(",", ".")
    return Fraction(number) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", number, re.ASCII) else None
