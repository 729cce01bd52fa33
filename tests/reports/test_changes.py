from __future__ import annotations

import io
import json
from dataclasses import replace
from fractions import Fraction

import pytest
from rich.console import Console

from grader.gradebook.differences import Difference, compare
from grader.model import RunResult
from grader.reports.changes import render, show

from .runs import ALICE, BOB, CAROL, DAVE, HOSTILE, INFO, attacked_by, of, right, submission


def shown(difference: Difference, width: int = 90) -> str:
    file = io.StringIO()
    show(difference, Console(file=file, width=width))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


OLD = of(ALICE, BOB, CAROL)
NEW = RunResult(
    replace(INFO, digest="sha256:" + "1" * 64),
    (
        submission("alice", right(), right("conv_backward_naive", 25), ALICE.exercises[2]),
        BOB,
        replace(CAROL, status=DAVE.status, message="The sandbox could not be started."),
    ),
)


def test_golden_table() -> None:
    assert (
        shown(compare(OLD, NEW))
        == """\
assignment: sha256:0 → sha256:11111111111…

student  old   new   by  why
alice     35    45  +10  conv_backward_naive +10: wrong value → correct; gained basic
carol      0  none       was unreadable, is not graded: The sandbox could not be started.

1 up, 1 added, removed or without points in one run, 1 the same."""
    )


def test_nobody_moved() -> None:
    assert shown(compare(OLD, OLD)) == "3 the same."


def test_json_says_the_same() -> None:
    content = json.loads(render(compare(OLD, NEW)))
    assert content["assignment"] == {"name": "cs231n_a2", "title": "Convolutional networks", "max_score": 55}
    assert content["settings"] == [{"name": "assignment", "old": "sha256:0", "new": "sha256:" + "1" * 64}]
    alice, carol = content["moves"]
    assert (alice["id"], alice["old"], alice["new"], alice["by"]) == ("alice", 35, 45, 10)
    assert alice["exercises"][0]["reasons"] == ["wrong value → correct", "gained basic"]
    assert (carol["old"], carol["new"], carol["by"]) == (0, None, None)
    assert content["same"] == 1


def test_a_third_of_a_point_is_not_nothing() -> None:
    less = replace(right(), score=replace(right().score, earned=Fraction(20) - Fraction(1, 300)))
    assert "−0.1" in shown(compare(of(submission("a", right())), of(submission("a", less))))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(text: str) -> None:
    difference = compare(of(ALICE), attacked_by(text))
    screen = shown(difference)
    assert set("\x00\x07\x1b\r\u202e") & set(screen) == set()
    assert len(json.loads(render(difference))["moves"]) == 3
    if text.startswith("[bold]"):
        assert "[bold]markup[/bold]" in screen
