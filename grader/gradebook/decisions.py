"""What people decide about marks that the grader has found: what lateness costs, and what is set by hand.

The grader's own results stay as they are where they are kept; this is applied to them each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.errors import GraderError
from grader.gradebook import lateness, overrides
from grader.gradebook.lateness import Deadline, Rule
from grader.gradebook.overrides import Change
from grader.model import RunResult

__all__ = ["Decisions", "apply", "beside", "read", "sentence", "strangers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What is to be applied to a run.

    Attributes:
        changes: what is set by hand; None: nothing was said, so whatever the run has stays.
        source: the file that they came from.
        deadline: None: nothing was said.
        times: when submissions came, by id.
    """

    changes: tuple[Change, ...] | None = None
    source: Path | None = None
    deadline: Deadline | None = None
    times: Mapping[str, datetime] | None = None


def read(
    overrides_path: Path | None, *, due: str | None = None, late: str | None = None, times: Path | None = None
) -> Decisions:
    """Read what the user gave.

    Raises:
        GraderError: an option or a file cannot be understood, or an option needs another.
    """
    return Decisions(
        changes=None if overrides_path is None else overrides.read(overrides_path),
        source=overrides_path,
        deadline=_deadline(due, late, times),
        times=None if times is None else lateness.read_times(times),
    )


def _deadline(due: str | None, late: str | None, times: Path | None) -> Deadline | None:
    """Read the options that say when submissions were due; without a rule it is only said who was late."""
    if due is None:
        given = "--late" if late is not None else "--times" if times is not None else ""
        if given:
            raise GraderError(f"{given} needs --due: when were submissions due? Such as --due 2026-11-20.")
        return None
    return Deadline(lateness.parse_due(due), Rule() if late is None else lateness.parse_rule(late))


def apply(run: RunResult, decided: Decisions, last_commit: Callable[[str], datetime | None]) -> RunResult:
    """Take off what lateness costs, then set what is set by hand.

    Args:
        run: what the grader found, or what was decided about that before.
        decided: what to apply.
        last_commit: when the submission with an id was last committed, for those that `times` leaves out.

    Raises:
        GraderError: a change names what is not there.
    """
    if decided.deadline is not None:
        times = decided.times or {}

        def came(id: str) -> datetime | None:
            return times.get(id) or times.get(f"'{id}") or last_commit(id)  # ' as in grades.csv

        run = lateness.apply(run, decided.deadline, came)
    return run if decided.changes is None else overrides.apply(run, decided.changes)


def strangers(decided: Decisions, ids: Sequence[str]) -> list[str]:
    """List the ids of the table of times that are of no submission: it may be the wrong table."""
    known = {*ids, *(f"'{id}" for id in ids)}
    return [id for id in decided.times or {} if id not in known]


def beside(folder: Path) -> Path | None:
    """Find the ``overrides.csv`` in a folder of reports."""
    path = folder / overrides.FILENAME
    return path if path.is_file() else None


def sentence(decided: Decisions) -> str:
    """Say from where how much is set by hand."""
    count = len(decided.changes or ())
    rows = "1 row is" if count == 1 else f"{count} rows are"
    return f"Set by hand: {rows} applied from {decided.source}."
