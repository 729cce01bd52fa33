from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.model import RunResult, Score
from grader.reports import Feedback
from grader.reports.spreadsheet import neutral, render

from .runs import ALICE, HOSTILE, attacked_by, of, right, submission, wrong


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_output_is_the_stored_file(run: RunResult) -> None:
    assert render(run) == (
        "\ufeffid,score,max_score,ungraded,status,"
        "conv_forward_naive,conv_backward_naive,max_pool_forward_naive,message\r\n"
        "alice,35,55,0,graded,20,15,0,"
        "conv_backward_naive: wrong value (pad = 0); max_pool_forward_naive: missing\r\n"
        "bob,55,55,0,graded,20,25,10,\r\n"
        'carol,0,55,0,unreadable,,,,"layers.ipynb: a saved web page, not a notebook."\r\n'
        "dave,,55,,not graded,,,,The sandbox could not be started.\r\n"
    )


def test_what_was_not_graded_has_no_score_rather_than_zero() -> None:
    assert "dave" not in render(of(ALICE))
    partly = replace(right(), score=Score(Fraction(10), Fraction(10), Fraction(10)))
    assert rows(render(of(submission("a", partly))))[1][:4] == ["a", "10", "55", "10"]


def test_points_are_rounded_down() -> None:
    thirds = replace(wrong(), score=Score(Fraction(20, 3), Fraction(25)))
    nearly = replace(wrong(), score=Score(Fraction("24.99999"), Fraction(25)))
    assert [row[1] for row in rows(render(of(submission("a", thirds), submission("b", nearly))))[1:]] == [
        "6.6666",
        "24.9999",
    ]


def test_the_pattern_is_shown_only_to_those_who_may_see_a_diagnosis(one: RunResult) -> None:
    message = rows(render(one, Feedback.STRATUM))[1][-1]
    assert message == "conv_backward_naive: wrong value; max_pool_forward_naive: missing"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "  =", "\n@"])
def test_formulas_are_neutralised(start: str) -> None:
    assert neutral(start + "1").startswith("'")


@pytest.mark.parametrize("text", ["alice", "a=b", "1-2", "'=", "", "Ünï"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_cell(text: str) -> None:
    run = attacked_by(text)
    table = rows(render(run))
    assert len(table) == 1 + len(run.submissions)
    assert {len(row) for row in table} == {len(table[0])}
    cells = [cell for row in table for cell in row]
    assert not [
        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝")) or not cell.isprintable()
    ]
