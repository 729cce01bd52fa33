"""The contract ``results.json``: what a run found, in the one form that other programs may rely on.

Everything that is written can be read back to the same frozen results. Three things are said otherwise
in JSON: points are floats (see `_fraction`), NaN, infinities and complex numbers in examples are strings
such as ``nan``, ``-inf`` and ``1+2j``, and tuples in examples are lists. `Finding.results` is left out: only
grading itself needs it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.errors import GraderError
from grader.model import (
    Example,
    ExerciseResult,
    Finding,
    Lateness,
    Override,
    RunInfo,
    RunResult,
    Score,
    Speed,
    Status,
    StratumResult,
    SubmissionResult,
    Verdict,
)

__all__ = [
    "FILENAME",
    "FORMAT_VERSION",
    "NO_ENTRY",
    "decimal_points",
    "format_points",
    "pieces",
    "read",
    "run_from_json",
    "submission_from_json",
    "submission_score",
    "submission_to_json",
    "to_json",
]

# 1: the first. Wherever points stand, `score`, `max_score` and `ungraded` stand together; `max_score`
#    leaves out what could not be graded, so `score / max_score` is fair and `max_score + ungraded` is all.
#    Later came, both null or absent where there is none: `override`, of a submission and of an exercise,
#    whose points are `score` then and may be more than `max_score`; `late`, of a submission, which is
#    taken off its `score` already.
FORMAT_VERSION = 1

FILENAME = "results.json"

JSON = dict[str, Any]
_HALF = re.compile("[\ud800-\udfff]")
_DECIMALS = 4

MOST = 10**18  # of anything that is counted or measured; a larger number was never written here
MOST_LEVELS = 50  # of lists and objects in an example

NO_ENTRY = (AttributeError, KeyError, TypeError, ValueError)
"""What `submission_from_json` raises where JSON is not as it should be."""


# --- points ------------------------------------------------------------------------------------------


def format_points(points: Fraction, total: Fraction) -> str:
    """Show points to one decimal, never rounded to all or to none of the total.

    Smaller totals than 0.3 get more decimals, or there would be nothing between none and all.

    >>> format_points(Fraction("99.96"), Fraction(100)), format_points(Fraction(1, 99), Fraction(100))
    ('99.9', '0.1')
    >>> format_points(Fraction(100), Fraction(100)), format_points(Fraction(20, 3), Fraction(20))
    ('100', '6.7')
    """
    unit, decimals = Fraction(1, 10), 1
    while 0 < total < 3 * unit:
        unit, decimals = unit / 10, decimals + 1
    shown = _half_up(points / unit)
    if 0 < points < total:
        shown = max(1, min(shown, _half_up(total / unit) - 1))
    text = f"{shown / 10**decimals:.{decimals}f}"
    return text.rstrip("0").rstrip(".")


def decimal_points(points: Fraction) -> str:
    """Write points for a spreadsheet: up to four decimals, rounded down, so that none shows full marks.

    >>> decimal_points(Fraction(20, 3)), decimal_points(Fraction(15))
    ('6.6666', '15')
    """
    scale = 10**_DECIMALS
    return f"{math.floor(points * scale) / scale:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def submission_score(result: SubmissionResult, points: Fraction) -> Score:
    """Say what a submission has of the assignment's `points`, also when no exercise could be looked at.

    One that is unreadable has none of them; of one that was not graded all are ungraded. What a person
    set counts whatever became of it.
    """
    if result.exercises or result.override:
        return result.score
    if result.status is Status.UNREADABLE:
        return Score(possible=points)
    return Score(ungraded=points)


def _half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


@lru_cache(maxsize=1024)
def _fraction(value: float) -> Fraction:
    """Give the simplest fraction that is written as this float.

    Points are shares of a few decimals among a few strata. Two fractions with denominators up to 10**6
    are at least 10**-12 apart, more than floats below 4096 are rounded by, so such points survive
    exactly; writing them again always gives the same float.
    """
    whole = Fraction(value)
    for limit in (1, 1000, 10**6):
        simple = whole.limit_denominator(limit)
        if float(simple) == value:
            return simple
    return whole


def _score_to_json(score: Score) -> JSON:
    return {
        "score": float(score.earned),
        "max_score": float(score.possible),
        "ungraded": float(score.ungraded),
    }


def _score_from_json(data: Mapping[str, Any], *, by_hand: bool = False) -> Score:
    earned, possible, ungraded = (_points(data, key) for key in ("score", "max_score", "ungraded"))
    return Score(earned, possible, ungraded, by_hand)


# --- writing -----------------------------------------------------------------------------------------


def to_json(run: RunResult) -> JSON:
    """Turn a whole run into the content of ``results.json``."""
    info = run.info
    return {
        "format": FORMAT_VERSION,
        "grader": {
            "version": info.version,
            "python": info.python,
            "numpy": info.numpy,
            "sandbox": info.sandbox,
            "seed": info.seed,
        },
        "assignment": {
            "name": info.assignment,
            "title": info.title,
            "digest": info.digest,
            "max_score": float(info.points),
        },
        "submissions": [submission_to_json(result, points=info.points) for result in run.submissions],
    }


def pieces(run: RunResult) -> Iterator[str]:
    """Write a run as ``results.json`` has it: a head, and a line for each submission.

    It comes piece by piece, since the text of a whole class would take more memory than grading it.
    """
    head = _dumps(to_json(replace(run, submissions=())), indent=1)
    opening, closing = head.rsplit("[]", 1)
    yield f"{opening}["
    for place, result in enumerate(run.submissions):
        line = _dumps(submission_to_json(result, points=run.info.points))
        yield f"{',' if place else ''}\n{line}"
    yield f"\n]{closing}\n" if run.submissions else f"]{closing}\n"


def _dumps(data: JSON, indent: int | None = None) -> str:
    return json.dumps(data, ensure_ascii=True, allow_nan=False, indent=indent)


def submission_to_json(result: SubmissionResult, *, points: Fraction = Fraction(0)) -> JSON:
    """Turn one submission's result into an entry of ``submissions``.

    Args:
        result: what is known about it.
        points: what the assignment is worth; counts only where no exercise could be looked at.
    """
    score = _score_to_json(submission_score(result, points))
    if result.status is Status.NOT_GRADED and not result.override:
        score["score"] = None
    entry: JSON = {
        "id": result.id,
        "path": result.path,
        "digest": result.digest,
        "status": result.status.value,
        "message": result.message,
        **score,
        "seconds": result.seconds,
        "notes": list(result.notes),
        "late": _lateness_to_json(result.lateness) if result.lateness else None,
        "override": _override_to_json(result.override) if result.override else None,
        "exercises": [_exercise_to_json(exercise) for exercise in result.exercises],
    }
    return {key: _whole(value) for key, value in entry.items()}


def _whole(value: Any) -> Any:
    """Replace halves of characters, which names of files and students' texts may hold, and readers refuse."""
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_whole(key): _whole(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_whole(part) for part in value]
    return value


def _exercise_to_json(result: ExerciseResult) -> JSON:
    return {
        "name": result.name,
        "op": result.op,
        "verdict": result.verdict.value,
        **_score_to_json(result.score),
        "carried_forward": result.carried_forward,
        "cases": {verdict.value: result.cases[verdict] for verdict in Verdict if verdict in result.cases},
        "strata": [_stratum_to_json(stratum) for stratum in result.strata],
        "speed": {"ratio": result.speed.ratio, "limit": result.speed.limit} if result.speed else None,
        "findings": [_finding_to_json(finding) for finding in result.findings],
        "notes": list(result.notes),
        "override": _override_to_json(result.override) if result.override else None,
    }


def _override_to_json(override: Override) -> JSON:
    return {
        "points": float(override.points),
        "reason": override.reason,
        "was": _score_to_json(override.was),
    }


def _lateness_to_json(lateness: Lateness) -> JSON:
    return {
        "due": lateness.due,
        "submitted": lateness.submitted,
        "text": lateness.text,
        "penalty": None if lateness.penalty is None else float(lateness.penalty),
    }


def _stratum_to_json(result: StratumResult) -> JSON:
    return {
        "name": result.name,
        **_score_to_json(result.score),
        "failed": result.failed,
        "cases": result.cases,
    }


def _finding_to_json(finding: Finding) -> JSON:
    return {
        "mistake": finding.mistake or None,
        "pattern": finding.pattern,
        "text": finding.text,
        "hint": finding.hint,
        "path": finding.path,
        "line": finding.line,
        "example": _example_to_json(finding.example) if finding.example else None,
    }


def _example_to_json(example: Example) -> JSON:
    return {
        "call": example.call,
        "inputs": _plain(example.inputs),
        "got": _plain(example.got),
        "expected": _plain(example.expected),
        "repro": example.repro,
    }


def _plain(value: Any) -> Any:
    """Say a value of an example in JSON's own types; anything else is a fault of ours."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, complex):
        return repr(value).strip("()")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    raise TypeError(f"an example holds {value!r}, of type {type(value).__name__}, which JSON has no word for")


# --- reading -----------------------------------------------------------------------------------------


def read(path: Path) -> RunResult:
    """Read a ``results.json``.

    Raises:
        GraderError: there is no such file, it is not ours, or it is of a newer format.
    """
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise GraderError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise GraderError(f"{path} is not JSON: {error}.") from error
    try:
        return run_from_json(data)
    except GraderError as error:
        raise GraderError(f"{path} {error}") from error


def run_from_json(data: Any) -> RunResult:
    """Turn the content of a ``results.json`` back into a run's results.

    Raises:
        GraderError: it is not ours, or of a newer format; its text goes on after the file's name.
    """
    _check_format(data)
    try:
        submissions = tuple(submission_from_json(entry) for entry in data["submissions"])
        return RunResult(_info_from_json(data["grader"], data["assignment"]), submissions)
    except NO_ENTRY as error:
        raise GraderError(f"is not a complete results.json: {_what_is_wrong(error)}.") from error


def submission_from_json(data: Mapping[str, Any]) -> SubmissionResult:
    """Turn an entry of ``submissions`` back into a result.

    Raises:
        NO_ENTRY: it is not such an entry.
    """
    return SubmissionResult(
        id=_text(data, "id"),
        path=_text(data, "path"),
        digest=_text(data, "digest"),
        status=Status(data["status"]),
        message=_text(data, "message"),
        exercises=tuple(_exercise_from_json(entry) for entry in data["exercises"]),
        seconds=_number(data, "seconds"),
        notes=_texts(data["notes"]),
        lateness=_lateness_from_json(late) if (late := data.get("late")) else None,
        override=_override_from_json(override) if (override := data.get("override")) else None,
    )


def _check_format(data: Any) -> None:
    version = data.get("format") if isinstance(data, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise GraderError("is not a results.json of this grader: it has no format number.")
    if version > FORMAT_VERSION:
        raise GraderError(
            f"has format {version}, and this grader reads up to format {FORMAT_VERSION}: upgrade cnn-grader."
        )
    if version < 1:
        raise GraderError(f"has format {version}, which never was one of this grader's.")


def _what_is_wrong(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _info_from_json(grader: Mapping[str, Any], assignment: Mapping[str, Any]) -> RunInfo:
    return RunInfo(
        version=_text(grader, "version"),
        python=_text(grader, "python"),
        numpy=_text(grader, "numpy"),
        sandbox=_text(grader, "sandbox"),
        seed=_count(grader, "seed"),
        assignment=_text(assignment, "name"),
        title=_text(assignment, "title"),
        digest=_text(assignment, "digest"),
        points=_points(assignment, "max_score"),
    )


def _exercise_from_json(data: Mapping[str, Any]) -> ExerciseResult:
    override = _override_from_json(data["override"]) if data.get("override") else None
    return ExerciseResult(
        name=_text(data, "name"),
        op=_text(data, "op"),
        verdict=Verdict(data["verdict"]),
        score=override.score if override else _score_from_json(data),
        carried_forward=bool(data["carried_forward"]),
        cases={Verdict(verdict): _count(data["cases"], verdict) for verdict in data["cases"]},
        strata=tuple(_stratum_from_json(entry) for entry in data["strata"]),
        speed=Speed(_number(speed, "ratio"), _number(speed, "limit")) if (speed := data["speed"]) else None,
        findings=tuple(_finding_from_json(entry) for entry in data["findings"]),
        notes=_texts(data["notes"]),
        override=override,
    )


def _override_from_json(data: Mapping[str, Any]) -> Override:
    return Override(
        points=_points(data, "points"),
        reason=_text(data, "reason"),
        was=_score_from_json(data["was"], by_hand=True),
    )


def _lateness_from_json(data: Mapping[str, Any]) -> Lateness:
    return Lateness(
        due=_text(data, "due"),
        submitted=_text(data, "submitted"),
        text=_text(data, "text"),
        penalty=None if data["penalty"] is None else _points(data, "penalty"),
    )


def _stratum_from_json(data: Mapping[str, Any]) -> StratumResult:
    return StratumResult(
        name=_text(data, "name"),
        score=_score_from_json(data),
        failed=_count(data, "failed"),
        cases=_count(data, "cases"),
    )


def _finding_from_json(data: Mapping[str, Any]) -> Finding:
    return Finding(
        mistake=_text(data, "mistake") if data["mistake"] is not None else "",
        pattern=_text(data, "pattern"),
        text=_text(data, "text"),
        hint=_text(data, "hint"),
        example=_example_from_json(data["example"]) if data["example"] is not None else None,
        path=_text(data, "path"),
        line=_count(data, "line"),
    )


def _example_from_json(data: Mapping[str, Any]) -> Example:
    if not isinstance(data["inputs"], dict):
        raise TypeError(f"inputs should be an object, not {data['inputs']!r:.60}")
    return Example(
        call=_text(data, "call"),
        inputs=_value(data["inputs"]),
        got=_value(data["got"]),
        expected=_value(data["expected"]),
        repro=_text(data, "repro"),
    )


def _points(data: Mapping[str, Any], key: str) -> Fraction:
    return _fraction(_number(data, key))


def _count(data: Mapping[str, Any], key: str) -> int:
    number = _number(data, key)
    if number != int(number):
        raise ValueError(f"{key} should be a whole number, not {number!r}")
    return int(number)


def _number(data: Mapping[str, Any], key: str) -> float:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        raise ValueError(f"{key} should be a number from 0 to {MOST:.0e}, not {value!r:.60}")
    return value


def _value(value: Any, levels: int = MOST_LEVELS) -> Any:
    """Give a value of an example, unless it is nested deeper than anything that can be shown."""
    if levels == 0:
        raise ValueError(f"an example is nested more than {MOST_LEVELS} levels deep")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _value(part, levels - 1)
    return value


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} should be a string, not {value!r}")
    return value


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
