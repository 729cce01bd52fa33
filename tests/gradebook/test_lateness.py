"""What coming late costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports.runs import ALICE, CAROL, of, right

from grader.errors import GraderError
from grader.gradebook import lateness, results
from grader.gradebook.lateness import Deadline, parse_due, parse_rule, read_times
from grader.model import SubmissionResult

DUE = datetime(2026, 11, 20, 18, tzinfo=UTC)
DAY = timedelta(days=1)
FULL = replace(ALICE, exercises=(right(points=55),))


def came(after: timedelta | None, rule: str, student: SubmissionResult = FULL) -> SubmissionResult:
    deadline = Deadline(DUE, parse_rule(rule))
    moment = None if after is None else DUE + after
    return lateness.apply(of(student), deadline, lambda _: moment).submissions[0]


# --- the rule ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "after", "points", "text"),
    [
        ("10%/day", DAY, "49.5", "1 day late: -10%"),
        ("10%/day", timedelta(microseconds=1), "49.5", "1 day late: -10%"),
        ("10%/day", DAY + timedelta(seconds=1), "44", "2 days late: -20%"),
        ("10%/day up to 15%", 5 * DAY, "46.75", "5 days late: -15%, the most"),
        ("10%/day up to 50 points", 20 * DAY, "5", "20 days late: -50 points, the most"),
        ("10%/day up to 20%", 2 * DAY, "44", "2 days late: -20%"),
        ("5 points/day", 2 * DAY, "45", "2 days late: -10 points"),
        ("1 point/hour", timedelta(minutes=30), "54", "1 hour late: -1 point"),
        ("0.5%/hour", timedelta(hours=3), "54.175", "3 hours late: -1.5%"),
        ("60 points / Day", DAY, "0", "1 day late: -60 points"),
        ("0 after 3 days", 3 * DAY, "55", "3 days late: nothing is taken off"),
        ("0 after 3 days", 3 * DAY + timedelta(seconds=1), "0", "4 days late: no points"),
        ("10%/day, 0 after 3 days", 3 * DAY, "38.5", "3 days late: -30%"),
        ("0 after 1 hour , 10%/day", DAY, "0", "1 day late: no points"),
    ],
)
def test_a_rule(rule: str, after: timedelta, points: str, text: str) -> None:
    result = came(after, rule)
    assert result.lateness is not None
    assert result.lateness.text == text
    assert result.score.earned == Fraction(points)


@pytest.mark.parametrize("after", [timedelta(0), -DAY])
def test_who_is_in_time_has_no_line(after: timedelta) -> None:
    assert came(after, "10%/day") == FULL


def test_an_unknown_time_costs_nothing_and_is_said() -> None:
    result = came(None, "0 after 0 days")
    assert result.score == FULL.score
    assert result.lateness is not None
    assert result.lateness.text == "time of submission unknown: nothing is taken off"


def test_percentages_are_of_what_the_assignment_is_worth() -> None:
    """As in Canvas: 10% of 55 points, though 35 were earned."""
    assert came(DAY, "10%/day", ALICE).score.earned == Fraction("29.5")


def test_what_is_unreadable_stays_at_0() -> None:
    assert results.submission_score(came(DAY, "10%/day", CAROL), Fraction(55)).earned == 0


@given(after=st.timedeltas(timedelta(0), 100 * DAY), more=st.timedeltas(timedelta(0), 100 * DAY))
def test_to_come_later_never_pays(after: timedelta, more: timedelta) -> None:
    rule = "7%/day up to 60%, 0 after 30 days"
    assert came(after, rule).score.earned >= came(after + more, rule).score.earned >= 0


def test_lateness_survives_results_json() -> None:
    for rule in ("10%/day", "0 after 0 days"):
        result = came(DAY, rule)
        assert results.submission_from_json(results.submission_to_json(result)) == result


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", ""),
        ("10", "10"),
        ("10%", "10%"),
        ("-10%/day", "-10%/day"),
        ("10%/week", "10%/week"),
        ("10%/day up to", "10%/day up to"),
        ("1e9%/day", "1e9%/day"),
        ("10%/day,", ""),
        ("50 after 3 days", "50 after 3 days"),
        ("\u0661%/day", "\u0661%/day"),
    ],
)
def test_what_is_no_rule_is_said_with_what_would_be_one(text: str, part: str) -> None:
    with pytest.raises(GraderError) as caught:
        parse_rule(text)
    assert str(caught.value).startswith(f"--late {text!r}: cannot read {part!r}. Write such as '10%/day',")


def test_a_rule_says_each_thing_once() -> None:
    with pytest.raises(GraderError, match="'5%/hour' says again what another part says"):
        parse_rule("10%/day, 5%/hour")


# --- times ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T18:00Z", DUE),
        ("2026-11-20T19:00+01:00", DUE),
        (" 2026-11-20 19:00:00.000+0100 ", DUE),
        ("2026-11-20T18:00", datetime(2026, 11, 20, 18).astimezone()),
        ("2026-11-20", datetime(2026, 11, 20, 23, 59, 59).astimezone()),
    ],
)
def test_when_it_was_due(text: str, expected: datetime) -> None:
    assert parse_due(text) == expected
    assert parse_due(text).utcoffset() is not None


@pytest.mark.parametrize(
    "text",
    [
        *("", "tomorrow", "20.11.2026", "2026-13-01", "2026-11-20T25:00"),
        *("20261120", "20261120T1800", "2026-W47", "2026-W47-5", "2026-11-20T18", "2026-11-20x18:00"),
    ],
)
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(GraderError) as caught:
        parse_due(text)
    assert str(caught.value).startswith(f"--due {text!r}: is no date; write such as 2026-11-20, ")


def table(folder: Path, *rows: str) -> Path:
    path = folder / "times.csv"
    path.write_text("id,submitted\n" + "".join(f"{row}\n" for row in rows))
    return path


def test_times_are_read_and_an_empty_one_is_unknown(tmp_path: Path) -> None:
    times = read_times(table(tmp_path, "ada,2026-11-20T18:00Z", "alan,"))
    assert times == {"ada": DUE}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["ada,yesterday"], ", line 2: 'yesterday' is no time; write such as 2026-11-20T18:05 or"),
        ([",2026-11-20T18:00"], ", line 2: has no id;"),
        (["ada,20261120T1800"], ", line 2: '20261120T1800' is no time; write such as 2026-11-20T18:05 or"),
        (["ada,2026-11-20", "ada,"], ", line 3: is for 'ada' again, as line 2 is; take one of the two away."),
        (["ada,", "bob,", "ada,2026-11-20"], ", line 4: is for 'ada' again, as line 2 is;"),
        (["'=x,2026-11-20", "=x,2026-11-21"], ", line 3: is for '=x' again, as line 2 is;"),
    ],
)
def test_a_row_that_cannot_be_used_is_said_with_its_line(tmp_path: Path, rows: list[str], said: str) -> None:
    with pytest.raises(GraderError) as caught:
        read_times(table(tmp_path, *rows))
    assert str(caught.value).startswith(f"{tmp_path / 'times.csv'}{said}")
