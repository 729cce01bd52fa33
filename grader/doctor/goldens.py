"""Golden submissions: what ``submissions/expected.toml`` says that each earns, and where one differs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader import toml
from grader.errors import AssignmentError, unknown
from grader.model import Assignment, ExerciseResult, Status, SubmissionResult, Verdict
from grader.toml import Table, shown

__all__ = ["EXPECTED_FILE", "Golden", "differences", "mistakes_named", "read_goldens"]

EXPECTED_FILE = "expected.toml"

WORDS = ("about", "status", "score")
EXERCISE_WORDS = ("verdict", "score", "failed", "mistakes", "carried_forward")

_POINTS = re.compile(r"\d{1,6}(\.\d{1,6})?|\d{1,6}/[1-9]\d{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Golden:
    """What a submission should earn.

    Attributes:
        exercises: what is said of each exercise by name; the others are right.
    """

    status: str
    score: Fraction
    exercises: Mapping[str, Table]


# --- reading ---------------------------------------------------------------------------------------


def read_goldens(assignment: Assignment) -> dict[str, Golden]:
    """Read an assignment's ``submissions/expected.toml``, by submission.

    Raises:
        AssignmentError: it cannot be read, or something in it is wrong.
    """
    path = assignment.folder / "submissions" / EXPECTED_FILE
    where = f"{assignment.name}/submissions/{EXPECTED_FILE}"
    tables = toml.load(path, where)
    names = [exercise.name for exercise in assignment.exercises]
    return {id: _golden(table, names, f"{where} [{id}]") for id, table in tables.items()}


def _golden(table: Any, names: Collection[str], where: str) -> Golden:
    if not isinstance(table, dict):
        raise AssignmentError(f"{where}: should be a table, one for each submission.")
    for key in table:
        if key not in WORDS and key not in names:
            raise unknown("key", key, (*WORDS, *names), where=where)
    for key in ("status", "score"):
        if key not in table:
            raise AssignmentError(f"{where}: key {key!r} is missing.")
    _one_of([status.value for status in Status], table["status"], "status", where)
    exercises = {name: entry for name, entry in table.items() if name in names}
    for name, entry in exercises.items():
        _check_entry(entry, f"{where} {name}")
    return Golden(table["status"], _points(table["score"], where), exercises)


def _check_entry(entry: Any, where: str) -> None:
    if not isinstance(entry, dict):
        raise AssignmentError(
            f'{where}: should be a table, such as {{ verdict = "wrong value", score = "4" }}.'
        )
    for key in entry:
        if key not in EXERCISE_WORDS:
            raise unknown("key", key, EXERCISE_WORDS, where=where)
    if "verdict" in entry:
        _one_of([verdict.value for verdict in Verdict], entry["verdict"], "verdict", where)
    if "score" in entry:
        _points(entry["score"], where)
    for key in ("failed", "mistakes"):
        names = entry.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise AssignmentError(f"{where}: {key} = {shown(names)}, but should be a list of names.")
    if not isinstance(entry.get("carried_forward", False), bool):
        raise AssignmentError(
            f"{where}: carried_forward = {shown(entry['carried_forward'])}, but should be true or false."
        )


def _one_of(known: Collection[str], value: Any, kind: str, where: str) -> None:
    if value not in known:
        raise unknown(kind, value if isinstance(value, str) else shown(value), known, where=where)


def _points(value: Any, where: str) -> Fraction:
    """Points are written in quotes where they are no whole number: "20/3"."""
    text = value if isinstance(value, str) else shown(value)
    if not _POINTS.fullmatch(text):
        raise AssignmentError(f'{where}: score = {shown(value)}, but should be points, such as "20/3".')
    return Fraction(text)


# --- comparing ---------------------------------------------------------------------------------------


def differences(expected: Golden, got: SubmissionResult) -> list[str]:
    """Say where a result is not what it should be."""
    pairs: list[tuple[str, Any, Any]] = [
        ("status", got.status.value, expected.status),
        ("score", got.score.earned, expected.score),
    ]
    for exercise in got.exercises:
        pairs += _of_exercise(expected.exercises.get(exercise.name, {}), exercise)
    return [f"{what} is {found}, should be {wanted}" for what, found, wanted in pairs if found != wanted]


def _of_exercise(expected: Table, got: ExerciseResult) -> list[tuple[str, Any, Any]]:
    full, name = got.score.total, got.name
    pairs: list[tuple[str, Any, Any]] = [
        ("verdict", got.verdict.value, expected.get("verdict", "correct")),
        ("score", got.score.earned, Fraction(str(expected.get("score", full)))),
        ("carried_forward", got.carried_forward, expected.get("carried_forward", False)),
        ("mistakes", mistakes_named(got), expected.get("mistakes", [])),
    ]
    if "failed" in expected:
        lost = {each.name for each in got.strata if each.score.total and not each.score.earned}
        pairs.append(("failed", sorted(lost), sorted(expected["failed"])))
    return [(f"{name}: {what}", found, wanted) for what, found, wanted in pairs]


def mistakes_named(got: ExerciseResult) -> list[str]:
    """The names of the mistakes that the findings name, without the operation's."""
    return [finding.mistake.removeprefix(f"{got.op}.") for finding in got.findings if finding.mistake]
