from __future__ import annotations

import io
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from rich.console import Console

from grader.model import RunResult, Score, Status, SubmissionResult, Verdict
from grader.reports import Feedback
from grader.reports.terminal import explain, progress, table

from .runs import ALICE, BOB, CAROL, DAVE, HOSTILE, INFO, attacked_by, of, right, submission, wrong


class Screen:
    """A console of a given width, and what was printed on it."""

    def __init__(self, width: int = 100, *, terminal: bool = False, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO()
        self.file = io.TextIOWrapper(self.bytes, encoding=encoding)
        self.console = Console(
            file=self.file,
            width=width,
            force_terminal=terminal,
            color_system="standard" if terminal else None,
        )

    @property
    def text(self) -> str:
        self.file.flush()
        return self.bytes.getvalue().decode(self.file.encoding)


def shown(result: SubmissionResult, feedback: Feedback = Feedback.EXAMPLE, width: int = 100) -> str:
    screen = Screen(width)
    explain(result, screen.console, feedback)
    return screen.text


def stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_golden_table(run: RunResult) -> None:
    screen = Screen()
    table(run, screen.console)
    assert (
        stripped(screen.text)
        == """\
student     1     2     3      points
alice    ✓ 20  ~ 15   – 0          35
bob      ✓ 20  ✓ 25  ✓ 10          55
carol                      unreadable
dave                       not graded

✓  all points
~  some points
–  missing or unimplemented

 1  conv_forward_naive: 20 points, 2 of 2 right
 2  conv_backward_naive: 25 points, 1 of 2 right
 3  max_pool_forward_naive: 10 points, 1 of 2 right

4 submissions: 2 graded, 1 unreadable, 1 not graded.
Mean 45, median 45 of 55; 1 with full marks.

Unreadable, 0 points until the student hands in again:
  carol: layers.ipynb: a saved web page, not a notebook.

Not graded, through no fault of the student's; run the same command again:
  dave: The sandbox could not be started."""
    )


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (40, "alice    ✓ 20  ~ 15   – 0          35"),
        (34, "alice    ✓  ~  –          35"),
        (24, "alice            35"),
    ],
)
def test_a_narrow_terminal_shows_less_but_the_totals(run: RunResult, width: int, row: str) -> None:
    screen = Screen(width)
    table(run, screen.console)
    assert row in stripped(screen.text).splitlines()
    assert max(map(len, screen.text.splitlines())) <= width


def test_a_terminal_without_unicode_gets_ascii() -> None:
    screen = Screen(encoding="ascii")
    table(of(ALICE), screen.console)
    explain(ALICE, screen.console)
    assert "+ 20  ~ 15" in screen.text


def test_no_row_is_a_command_to_a_ci_system() -> None:
    names = "::error::a", "##[error]b", "##vso[task.complete result=Failed]c"
    screen = Screen()
    table(
        of(*[submission(name, status=Status.UNREADABLE, message="empty") for name in names]), screen.console
    )
    assert "error::a" in screen.text
    assert not re.search(r"^\s*::|##\w*\[", screen.text, re.MULTILINE)


def test_points_that_were_not_graded_are_said_in_the_table() -> None:
    screen = Screen()
    not_run = replace(wrong(), verdict=Verdict.NOT_RUN, score=Score(ungraded=Fraction(25)), findings=())
    table(of(submission("a", right(), not_run)), screen.console)
    assert "  20?" in screen.text
    assert "A total with ? leaves those points out." in screen.text


def test_missing_isolation_is_said(run: RunResult) -> None:
    screen = Screen()
    table(replace(run, info=replace(INFO, sandbox="none")), screen.console)
    assert "Not isolated" in screen.text


def test_a_class_of_none() -> None:
    screen = Screen()
    table(of(), screen.console)
    assert "0 submissions: 0 graded." in screen.text


def test_golden_explanation() -> None:
    assert (
        stripped(shown(ALICE))
        == """\
✓ conv_forward_naive      20 / 20  correct
~ conv_backward_naive     15 / 25  wrong value
  Fails: padding 12 of 12.
  A note on the exercise.

  dx is empty when pad = 0.
  Fails when pad = 0.
  See layers.py, line 42.
  Hint: [0:-0] selects nothing.

  Smallest failing case:
    conv_backward_naive(dout, cache)
    dout (1, 1, 1, 1)
      2
    x (1, 1, 2, 2)
         1    -2
      0.25     3
    conv_param: {'stride': 1, 'pad': 0}
    got (1, 1, 2, 2)  (* differs)
      2  9*
      0  4
    expected (1, 1, 2, 2)
       2  -6
       0   4

  To try it, run this beside your file:
    import numpy as np
    from layers import conv_backward_naive
    assert SECRET

– max_pool_forward_naive  0 / 10  missing

  There is no function max_pool_forward_naive.

Total: 35 / 55
Next: conv_backward_naive, worth 10 more. Change it, save, and check again."""
    )


@pytest.mark.parametrize(
    ("feedback", "there", "not_there"),
    [
        (Feedback.VERDICT, "15 / 25  wrong value", "padding"),
        (Feedback.STRATUM, "padding 12 of 12", "pad = 0"),
        (Feedback.DIAGNOSIS, "selects nothing", "Smallest failing case"),
        (Feedback.EXAMPLE, "assert SECRET", "no such text"),
    ],
)
def test_the_level_limits_the_explanation(feedback: Feedback, there: str, not_there: str) -> None:
    text = shown(ALICE, feedback)
    assert there in text
    assert not_there not in text


def test_how_it_ends() -> None:
    assert shown(BOB).endswith("Total: 55 / 55\nAll points. Nothing left to do.\n")
    assert "0 points until this is put right" in shown(CAROL)
    assert "no fault of yours" in shown(DAVE)
    ungraded = replace(right(), score=Score(Fraction(5), Fraction(5), Fraction(15)))
    assert "The rest was not graded: check again." in shown(submission("a", ungraded))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("terminal", [False, True])
def test_hostile_text_is_neither_markup_nor_a_control_sequence(text: str, terminal: bool) -> None:
    screen = Screen(200, terminal=terminal)
    run = attacked_by(text)
    table(run, screen.console)
    for result in run.submissions:
        explain(result, screen.console)
    plain = Screen(200, terminal=terminal)
    table(attacked_by("calm"), plain.console)
    for result in attacked_by("calm").submissions:
        explain(result, plain.console)
    assert set("\x00\x07\r\u202e") & set(screen.text) == set()
    assert ("\x1b" in screen.text) == terminal
    assert "\x1b]8" not in screen.text, "a link"
    if text.startswith("[bold]"):
        assert text in screen.text


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    table(of(ALICE), Console(file=file, force_terminal=True, width=80, color_system="standard"))
    assert "\x1b[32m" not in file.getvalue()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_progress_in_a_log_is_a_line_now_and_then() -> None:
    screen, clock = Screen(40), Clock()
    with progress(4, screen.console, every=10, clock=clock) as bar:
        for result in (ALICE, BOB, CAROL, DAVE):
            clock.now += 6
            bar.done(result)
    assert screen.text == (
        "2 of 4 graded in 12 s, 0.2/s; 1 with full marks\n"
        "4 of 4 graded in 24 s, 0.2/s; 1 with full marks, 2 unreadable or not graded\n"
    )


def test_progress_in_a_log_always_has_a_last_line() -> None:
    screen = Screen()
    with progress(1, screen.console, clock=Clock()) as bar:
        bar.done(BOB)
    assert screen.text == "1 of 1 graded in 0 s; 1 with full marks\n"


def test_progress_on_a_terminal_counts_up() -> None:
    screen = Screen(120, terminal=True)
    with progress(2, screen.console) as bar:
        bar.done(BOB)
        bar.done(ALICE)
    assert "2/2" in screen.text
    assert "1 with full marks" in screen.text
