"""Assignments: finding their folders, and reading ``assignment.toml``.

Everything in the file is checked here, once, so that no later stage meets a name it does not know.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import grader
from grader import cases, conventions, toml
from grader.cases.strata import SPEED
from grader.conventions import Convention
from grader.errors import AssignmentError, unknown
from grader.model import Assignment, Domain, Exercise, SpeedLimit
from grader.toml import Table, shown

__all__ = ["ASSIGNMENT_FILE", "available", "find", "read", "select"]

ASSIGNMENT_FILE = "assignment.toml"

MOST_POINTS = 1000  # and three decimals: so that shares of points survive in results.json exactly
MOST_CASES = 10_000
MOST_SECONDS = 600
MOST_RATIO = 1_000_000

TOP_KEYS = ("title", "convention", "files", "notebook", "allow", "other_names", "independent", "exercise")
EXERCISE_KEYS = ("name", "op", "points", "cases", "seconds", "speed", "strata", "domain")
SPEED_KEYS = ("ratio", "none", "like")
NOTEBOOK_WORDS = {"definitions": True, "all cells": False}

T = TypeVar("T")


# --- finding -----------------------------------------------------------------------------------------


def available() -> tuple[Path, ...]:
    """Folders of the assignments that come with the grader, by name."""
    home = Path(grader.__file__).resolve().parent.parent / "assignments"
    return tuple(sorted(path.parent for path in home.glob(f"*/{ASSIGNMENT_FILE}")))


def find(name_or_dir: str, *, where: str = "--assignment") -> Path:
    """Find an assignment's folder.

    Args:
        name_or_dir: a folder, its ``assignment.toml``, or the name of one that comes with the grader.
        where: the option or argument that it was given with.

    Raises:
        AssignmentError: there is none.
    """
    path = Path(name_or_dir)
    if path.name == ASSIGNMENT_FILE and path.is_file():
        return path.parent
    if (path / ASSIGNMENT_FILE).is_file():
        return path
    names = {folder.name: folder for folder in available()}
    if name_or_dir in names:
        return names[name_or_dir]
    if path.is_dir():
        raise AssignmentError(f"{path}: this folder has no {ASSIGNMENT_FILE}, so it is no assignment.")
    raise unknown("assignment", name_or_dir, names, where=where)


# --- reading -----------------------------------------------------------------------------------------


def read(folder: Path) -> Assignment:
    """Read the ``assignment.toml`` of a folder and check all of it.

    Raises:
        AssignmentError: it is not there, or something in it is wrong: says what and what was expected.
    """
    where = f"{folder.resolve().name}/{ASSIGNMENT_FILE}"
    table = toml.load(folder / ASSIGNMENT_FILE, where)
    _check_keys(table, TOP_KEYS, where)
    name = _required(table, "convention", _text, where)
    convention = conventions.find(name, folder)
    given = _given(table, TOP_READERS, where)
    if "notebook" in given:
        given["definitions_only"] = NOTEBOOK_WORDS[given.pop("notebook")]
    home = folder.resolve().name
    exercises = _exercises(table, convention, where)
    _check_other_names(given.get("other_names", {}), exercises, where)
    if conventions.is_file(name):
        _try_course(folder, name, convention, exercises)
    assignment = Assignment(
        name=home,
        folder=folder,
        convention=name,
        exercises=exercises,
        **{"title": home, **given},
    )
    return _with_digest(assignment)


def select(assignment: Assignment, names: Sequence[str]) -> Assignment:
    """Keep only the exercises of these names, in the assignment's order; the digest tells.

    Raises:
        AssignmentError: there is no exercise of that name.
    """
    known = [exercise.name for exercise in assignment.exercises]
    for name in names:
        if name not in known:
            raise unknown("exercise", name, known, where=assignment.name)
    chosen = tuple(exercise for exercise in assignment.exercises if exercise.name in names)
    return _with_digest(dataclasses.replace(assignment, exercises=chosen))


def _with_digest(assignment: Assignment) -> Assignment:
    """Add the digest of what decides marks: neither title and comments, nor the name of the folder."""
    deciding = {
        "convention": assignment.convention,
        "course": _course_text(assignment),
        "exercises": [dataclasses.asdict(exercise) for exercise in assignment.exercises],
        "files": assignment.files,
        "definitions_only": assignment.definitions_only,
        "allow": assignment.allow,
        "other_names": assignment.other_names,
        "independent": assignment.independent,
    }
    text = json.dumps(deciding, sort_keys=True, default=str)
    return dataclasses.replace(assignment, digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")


def _course_text(assignment: Assignment) -> str:
    """Content of the course's own convention file, or "" for a convention that comes with the grader."""
    path = assignment.folder / assignment.convention
    return path.read_bytes().hex() if path.suffix == ".py" and path.is_file() else ""


# --- exercises ---------------------------------------------------------------------------------------


def _exercises(table: Table, convention: Convention, where: str) -> tuple[Exercise, ...]:
    tables = table.get("exercise")
    if not isinstance(tables, list) or not tables or not all(isinstance(item, dict) for item in tables):
        raise AssignmentError(f"{where}: there is no exercise; add a table [[exercise]] for each function.")
    exercises = tuple(_exercise(item, convention, where, place) for place, item in enumerate(tables, 1))
    names = [exercise.name for exercise in exercises]
    for name in names:
        if names.count(name) > 1:
            raise AssignmentError(f"{where} [[exercise]] {name}: there are {names.count(name)} of this name.")
    if not any(exercise.points for exercise in exercises):
        raise AssignmentError(f"{where}: no exercise is worth any points; give one at least points > 0.")
    return exercises


def _exercise(table: Table, convention: Convention, file: str, place: int) -> Exercise:
    name = _required(table, "name", _name, f"{file} [[exercise]] number {place}")
    where = f"{file} [[exercise]] {name}"
    _check_keys(table, EXERCISE_KEYS, where)
    op = _op(_required(table, "op", _text, where), convention, where)
    domain = _domain(table.get("domain", {}), op, convention.domain, file, name)
    points = _required(table, "points", _points, where)
    speed = _speed(table["speed"], op, domain, f"{where}: speed") if "speed" in table else None
    strata = (*cases.strata_of(op, domain), *([SPEED] if speed else []))
    exercise = Exercise(
        name=name,
        op=op,
        points=points,
        strata=_strata(table.get("strata", {}), strata, points, file, name),
        domain=domain,
        speed=speed,
        **_given(table, EXERCISE_READERS, where),
    )
    _check_enough_cases(exercise, where)
    return exercise


def _try_course(folder: Path, name: str, convention: Convention, exercises: Iterable[Exercise]) -> None:
    """Spell some cases of each exercise in a lecturer's own file, so that no student meets its faults."""
    for op in convention.spellings:
        if op not in cases.FAMILIES:
            raise unknown("op", op, cases.FAMILIES, where=conventions.place_of(folder / name, op))
    for exercise in exercises:
        drawn = cases.sample(exercise.op, cases=1, seed=0, domain=exercise.domain)
        conventions.try_out(folder / name, convention, exercise.op, exercise.name, drawn)


def _check_other_names(others: Mapping[str, str], exercises: Iterable[Exercise], where: str) -> None:
    known = dict.fromkeys(exercise.definition for exercise in exercises)
    for other, name in others.items():
        if other in known:
            raise AssignmentError(f"{where} [other_names]: {other} is an exercise's own name.")
        if name not in known:
            raise unknown("definition", name, known, where=f"{where} [other_names]")


def _op(op: str, convention: Convention, where: str) -> str:
    if op not in cases.FAMILIES:
        raise unknown("op", op, cases.FAMILIES, where=where)
    if op not in convention.spellings:
        raise AssignmentError(
            f"{where}: its convention does not say how {op!r} is called.\n"
            f"It knows: {', '.join(sorted(convention.spellings))}."
        )
    return op


def _speed(table: Any, op: str, domain: Domain, where: str) -> SpeedLimit:
    """How fast the function must be: full points up to `ratio`, none from `none` on."""
    _check_table(table, where)
    _check_keys(table, SPEED_KEYS, where)
    ratio = _required(table, "ratio", _ratio, where)
    none = _required(table, "none", _ratio, where) if "none" in table else ratio
    if none < ratio:
        raise AssignmentError(f"{where}: none = {none:g}, but should be at least ratio, which is {ratio:g}.")
    like = _required(table, "like", _text, where)
    try:
        cases.check_workload(op, like, domain)
    except ValueError as error:
        raise AssignmentError(f"{where}: like = {shown(like)}, but should be {error}.") from error
    return SpeedLimit(ratio=ratio, none=none, like=like)


def _check_enough_cases(exercise: Exercise, where: str) -> None:
    strata = cases.strata_of(exercise.op, exercise.domain)
    if not strata:
        raise AssignmentError(f"{where}: its domain leaves no inputs for {exercise.op!r}; promise less.")
    if exercise.cases < len(strata):
        raise AssignmentError(
            f"{where}: cases = {exercise.cases} is too few; {exercise.op!r} has {len(strata)} strata "
            "and each needs one at least."
        )


def _strata(
    table: Any, known: tuple[str, ...], points: Fraction, file: str, name: str
) -> dict[str, Fraction]:
    """Give every stratum its points: those listed have theirs, the others share what is left."""
    where = f"{file} [exercise.strata] of {name}"
    _check_table(table, where)
    for key in table:
        if key not in known:
            raise unknown("stratum name", key, known, where=where)
    if not table:
        return {}
    listed = {key: _required(table, key, _points, where) for key in table}
    left, others = points - sum(listed.values()), len(known) - len(listed)
    if left < 0 or (left > 0 and others == 0):
        raise AssignmentError(
            f"{where}: the strata add up to {_decimal(points - left)} points, "
            f"and the exercise is worth {_decimal(points)}."
        )
    return {key: listed.get(key, left / max(others, 1)) for key in known}


def _domain(table: Any, op: str, course: Domain, file: str, name: str) -> Domain:
    """What the course promises of all inputs, and beyond it what this exercise's own table says."""
    where = f"{file} [exercise.domain] of {name}"
    _check_table(table, where)
    understood = cases.FAMILIES[op].domain
    for key in table:
        if key not in DOMAIN_READERS:
            raise unknown("key", key, understood or DOMAIN_READERS, where=where)
        if key not in understood:
            keys = ", ".join(sorted(understood)) or "none"
            raise AssignmentError(f"{where}: {key!r} does not bear on {op!r}; keys that do: {keys}.")
    values = {key: _required(table, key, DOMAIN_READERS[key], where) for key in table}
    return dataclasses.replace(course, **values)


# --- tables and keys -----------------------------------------------------------------------------------


def _check_table(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise AssignmentError(f"{where}: should be a table, not {shown(value)}.")


def _check_keys(table: Table, known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise unknown("key", key, known, where=where)


def _required(table: Table, key: str, reader: Callable[[Any], T], where: str) -> T:
    if key not in table:
        raise AssignmentError(f"{where}: key {key!r} is missing.")
    try:
        return reader(table[key])
    except ValueError as error:
        raise AssignmentError(f"{where}: {key} = {shown(table[key])}, but should be {error}.") from error


def _given(table: Table, readers: Mapping[str, Callable[[Any], Any]], where: str) -> dict[str, Any]:
    """Read those keys that are there; for the others the model has defaults."""
    return {key: _required(table, key, readers[key], where) for key in readers if key in table}


def _decimal(points: Fraction) -> str:
    return f"{float(points):g}"


# --- values: each reader returns the value, or raises ValueError with what was expected -----------------


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("a line of text in quotes")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not all(part.isidentifier() for part in value.split(".", 1)):
        raise ValueError("the name of a function, or of a class and its method, such as Conv2d.forward")
    return value


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not value.isidentifier():
        raise ValueError("a name")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    expected = 'a list of one pattern at least, such as ["**/layers.py"], with / between folders'
    return tuple(_each(value, _pattern, expected))


def _pattern(value: Any) -> str:
    text = _text(value)
    if text.startswith("/") or "\\" in text or ".." in text.split("/"):
        raise ValueError("a pattern inside the submission")
    return text


def _modules(value: Any) -> tuple[str, ...]:
    expected = 'a list of the modules that may be imported, such as ["numpy"]'
    return tuple(_each(value, _identifier, expected))


def _other_names(value: Any) -> Mapping[str, str]:
    expected = 'a table such as { Conv2D = "Conv2d" }: the other name, and the one that counts'
    if not isinstance(value, dict):
        raise ValueError(expected)
    try:
        return {_identifier(other): _identifier(name) for other, name in value.items()}
    except ValueError:
        raise ValueError(expected) from None


def _each(value: Any, reader: Callable[[Any], T], expected: str) -> Iterable[T]:
    if not isinstance(value, list) or not value:
        raise ValueError(expected)
    try:
        return [reader(item) for item in value]
    except ValueError:
        raise ValueError(expected) from None


def _notebook(value: Any) -> str:
    if not isinstance(value, str) or value not in NOTEBOOK_WORDS:
        raise ValueError('"definitions" or "all cells"')
    return value


def _points(value: Any) -> Fraction:
    expected = f"a number from 0 to {MOST_POINTS} with three decimals at most"
    number = _number(value, expected)
    if not 0 <= number <= MOST_POINTS or not re.fullmatch(r"\d+(\.\d{1,3}0*)?", f"{number:f}"):
        raise ValueError(expected)
    return Fraction(number)


def _ratio(value: Any) -> float:
    expected = f"a number from 1 to {MOST_RATIO}: how many times the reference's CPU time"
    number = _number(value, expected)
    if not 1 <= number <= MOST_RATIO:
        raise ValueError(expected)
    return float(number)


def _seconds(value: Any) -> float:
    expected = f"a number of seconds, more than 0 and at most {MOST_SECONDS}"
    number = _number(value, expected)
    if not 0 < number <= MOST_SECONDS:
        raise ValueError(expected)
    return float(number)


def _number(value: Any, expected: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(expected)
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 12:
        raise ValueError(expected)
    return number


def _count(value: Any) -> int:
    if not _is_integer(value) or not 1 <= value <= MOST_CASES:
        raise ValueError(f"a whole number from 1 to {MOST_CASES}")
    return int(value)


def _pixels(least: int) -> Callable[[Any], tuple[int, ...]]:
    """Make a reader of lists of numbers of pixels, each `least` or more."""

    def read_pixels(value: Any) -> tuple[int, ...]:
        integers = isinstance(value, list) and value and all(map(_is_integer, value))
        if not integers or not all(least <= item <= 16 for item in value):
            raise ValueError(f"a list of whole numbers from {least} to 16, such as [1, 2]")
        return tuple(sorted(set(value)))

    return read_pixels


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


TOP_READERS: Mapping[str, Callable[[Any], Any]] = {
    "title": _text,
    "files": _texts,
    "notebook": _notebook,
    "allow": _modules,
    "other_names": _other_names,
    "independent": _truth,
}
EXERCISE_READERS: Mapping[str, Callable[[Any], Any]] = {"cases": _count, "seconds": _seconds}
DOMAIN_READERS: Mapping[str, Callable[[Any], Any]] = {
    "pad": _pixels(0),
    "unpadded": _truth,
    "stride": _pixels(1),
    "leftover": _truth,
    "overlap": _truth,
    "square": _truth,
    "square_kernel": _truth,
    "bias": _truth,
}
