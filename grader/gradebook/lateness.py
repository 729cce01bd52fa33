"""What coming late costs: when a submission was due, when it came, and by which rule points are taken off.

A rule is one or more of these, joined by commas:

    10%/day                 for each day begun; also /hour, and "5 points" in place of a percentage
    10%/day up to 50%       but no more than that
    0 after 3 days          no points from then on; also hours

Percentages are of what the assignment is worth, as in Canvas. Nothing falls below 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

from grader.errors import GraderError
from grader.gradebook.results import decimal_points
from grader.gradebook.tables import Row, read_table
from grader.model import Lateness, RunResult

__all__ = ["Amount", "Deadline", "Rule", "apply", "parse_due", "parse_rule", "read_times"]

UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}

_AMOUNT = r"(\d{1,6}(?:\.\d{1,6})?) ?(%|points?)"
_RATE = re.compile(rf"{_AMOUNT} ?/ ?(day|hour)(?: up to {_AMOUNT})?", re.ASCII)
_END = re.compile(r"0 after (\d{1,4}) (day|hour)s?", re.ASCII)

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = r"\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
_MOMENT = re.compile(rf"{_DATE.pattern}(?:[T ]{_TIME}(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Amount:
    """Points, or a percentage of what the assignment is worth."""

    number: Fraction
    percent: bool

    def points(self, worth: Fraction) -> Fraction:
        """How many points it is."""
        return self.number * worth / 100 if self.percent else self.number

    def times(self, count: int) -> Amount:
        """Give so many times as much."""
        return replace(self, number=self.number * count)

    def __str__(self) -> str:
        number = decimal_points(self.number)
        return f"{number}%" if self.percent else f"{number} point{'' if self.number == 1 else 's'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What each hour or day costs that has begun.

    Attributes:
        each: per unit; None if only an end is set, or nothing is taken off.
        unit: hour or day, of `each` and of what is said.
        most: that it can cost.
        end: how late a submission may be and still have points.
    """

    each: Amount | None = None
    unit: str = "day"
    most: Amount | None = None
    end: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When submissions are due, with a time zone, and what it costs to come later."""

    due: datetime
    rule: Rule


# --- what the user writes ------------------------------------------------------------------------------


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        GraderError: it is none.
    """
    rule, seen = Rule(), set()
    for part in (" ".join(part.lower().split()) for part in text.split(",")):
        if found := _RATE.fullmatch(part):
            number, kind, unit, most, most_kind = found.groups()
            rule = replace(
                rule, each=_amount(number, kind), unit=unit, most=_amount(most, most_kind) if most else None
            )
        elif found := _END.fullmatch(part):
            rule = replace(rule, end=int(found[1]) * UNITS[found[2]])
        else:
            raise GraderError(
                f"--late {text!r}: cannot read {part!r}. Write such as '10%/day', '10%/day up to 50%', "
                "'5 points/day', '1%/hour' or '0 after 3 days'; join two by a comma."
            )
        kind_of_part = found.re.pattern
        if kind_of_part in seen:
            raise GraderError(f"--late {text!r}: {part!r} says again what another part says; leave one out.")
        seen.add(kind_of_part)
    return rule


def _amount(number: str, kind: str) -> Amount:
    return Amount(Fraction(number), kind == "%")


def parse_due(text: str) -> datetime:
    """Read when submissions are due: without a time by the end of the day, without a zone in this machine's.

    Raises:
        GraderError: it is no date.
    """
    try:
        if _DATE.fullmatch(text.strip()):
            last = datetime.combine(date.fromisoformat(text.strip()), time(23, 59, 59))
            return last.astimezone()
        return _moment(text)
    except (ValueError, OverflowError, OSError) as error:
        raise GraderError(
            f"--due {text!r}: is no date; write such as 2026-11-20, 2026-11-20T18:00 or 2026-11-20T18:00Z."
        ) from error


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text.strip()):  # Python would take 2026-W47, too
        raise ValueError("no date and time")
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.utcoffset() is not None else moment.astimezone()


def read_times(path: Path) -> Mapping[str, datetime]:
    """Read when each submission came, from a table with the columns id and submitted.

    A submission whose time is empty has none.

    Raises:
        GraderError: the file or one of its rows cannot be used; the text names file and line.
    """
    times: dict[str, datetime] = {}
    rows: dict[str, Row] = {}
    for row in read_table(path, ("id", "submitted")):
        id, text = row.cells["id"], row.cells["submitted"]
        if not id:
            raise GraderError(f"{row.where}: has no id; write the submission's, as in grades.csv.")
        first = rows.setdefault(id.removeprefix("'"), row)  # ' as in grades.csv
        if first is not row:
            raise GraderError(
                f"{row.where}: is for {id!r} again, as line {first.where.rpartition(' ')[2]} is; "
                "take one of the two away."
            )
        if not text:
            continue
        try:
            times[id] = _moment(text)
        except (ValueError, OverflowError, OSError) as error:
            raise GraderError(
                f"{row.where}: {text!r} is no time; write such as 2026-11-20T18:05 or 2026-11-20T18:05+01:00."
            ) from error
    return times


# --- applying ------------------------------------------------------------------------------------------


def apply(run: RunResult, deadline: Deadline, came: Callable[[str], datetime | None]) -> RunResult:
    """Say of each submission whether it was late, and what that costs.

    Args:
        run: in which nothing is set by hand yet: a total that is set is set after this.
        deadline: when submissions were due.
        came: gives the time at which the submission with an id came; None if nobody knows.
    """
    return replace(
        run,
        submissions=tuple(
            replace(each, lateness=_lateness(deadline, came(each.id), run.info.points))
            for each in run.submissions
        ),
    )


def _lateness(deadline: Deadline, came: datetime | None, worth: Fraction) -> Lateness | None:
    due = deadline.due.isoformat()
    if came is None:
        return Lateness(
            due=due,
            submitted="",
            text="time of submission unknown: nothing is taken off",
            penalty=Fraction(0),
        )
    late = came - deadline.due
    if late <= timedelta(0):
        return None
    cost, penalty = _cost(late, deadline.rule, worth)
    text = f"{_how_late(late, deadline.rule)} late: {cost}"
    return Lateness(due=due, submitted=came.isoformat(), text=text, penalty=penalty)


def _how_late(late: timedelta, rule: Rule) -> str:
    units = _begun(late, rule)
    return f"{units} {rule.unit}{'' if units == 1 else 's'}"


def _begun(late: timedelta, rule: Rule) -> int:
    return -(-late // UNITS[rule.unit])


def _cost(late: timedelta, rule: Rule, worth: Fraction) -> tuple[str, Fraction | None]:
    """Say what is taken off, in words and in points; None for all of them."""
    if rule.end is not None and late > rule.end:
        return "no points", None
    if rule.each is None:
        return "nothing is taken off", Fraction(0)
    cost = rule.each.times(_begun(late, rule))
    if rule.most is not None and cost.points(worth) > rule.most.points(worth):
        return f"-{rule.most}, the most", rule.most.points(worth)
    return f"-{cost}", cost.points(worth)
