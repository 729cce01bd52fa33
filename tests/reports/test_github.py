from __future__ import annotations

import io
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.model import RunResult, Score, Verdict
from grader.reports import Feedback
from grader.reports.github import (
    SUMMARY_LIMIT,
    append,
    commands_stopped,
    render,
    workflow_commands,
    write_summary,
)

from .runs import ALICE, BOB, CAROL, DAVE, FINDING, HOSTILE, INFO, attacked_by, of, submission, wrong


def test_golden_commands(one: RunResult) -> None:
    assert workflow_commands(one) == (
        "::error title=max_pool_forward_naive%3A missing%2C 0 / 10::"
        "There is no function max_pool_forward_naive.\n"
        "::warning file=layers.py,line=42,title=conv_backward_naive%3A wrong value%2C 15 / 25::"
        "dx is empty when pad = 0.%0AFails when pad = 0.%0A[0:-0] selects nothing.\n"
        "::notice title=Convolutional networks::Points: 35 / 55\n"
    )


def test_full_marks_are_a_notice_alone() -> None:
    assert workflow_commands(of(BOB)) == "::notice title=Convolutional networks::Points: 55 / 55\n"
    carried = replace(wrong(), score=Score(Fraction(25), Fraction(25)), carried_forward=True)
    assert workflow_commands(of(submission("a", carried))).count("::") == 2


def test_what_has_no_marks_is_an_error() -> None:
    assert workflow_commands(of(CAROL)).startswith("::error title=Unreadable::layers.ipynb: a saved web page")
    assert workflow_commands(of(DAVE)).endswith("Points: none given\n")


def test_what_could_not_be_graded_is_a_warning() -> None:
    not_run = replace(wrong(), verdict=Verdict.NOT_RUN, score=Score(ungraded=Fraction(25)), findings=())
    assert workflow_commands(of(submission("a", not_run))).startswith(
        "::warning title=conv_backward_naive%3A not run%2C 0 / 0 (25 not graded)::See the job's summary.\n"
    )


@pytest.mark.parametrize(("count", "last"), [(10, "wrong_9"), (11, "2 more"), (30, "21 more")])
def test_at_most_ten_of_a_kind(count: int, last: str) -> None:
    exercises = (wrong(f"wrong_{i}") for i in range(count))
    lines = workflow_commands(of(submission("a", *exercises))).splitlines()
    assert len(lines) == 11
    assert f"title={last}" in lines[9]


def test_the_level_limits_the_commands(one: RunResult) -> None:
    text = workflow_commands(one, Feedback.STRATUM)
    assert "::warning title=conv_backward_naive%3A wrong value%2C 15 / 25::See the job's summary.\n" in text
    assert "pad = 0" not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_command(text: str) -> None:
    calm, attacked = workflow_commands(attacked_by("calm")), workflow_commands(attacked_by(text))
    kinds = [re.match(r"::(\w+) ([\w=.,]*)", line) for line in attacked.splitlines()]
    assert len(kinds) == len(calm.splitlines())
    assert {kind[1] for kind in kinds if kind} <= {"error", "warning", "notice"}
    assert all(kinds)
    for line in attacked.splitlines():
        properties = line.removeprefix("::").split("::")[0].split(" ", 1)[1]
        assert {each.split("=")[0] for each in properties.split(",")} <= {"file", "line", "title"}


def test_golden_summary(one: RunResult) -> None:
    assert (
        render(one)
        == r"""## Convolutional networks: 35 / 55

| | Exercise | Verdict | Points |
| --- | --- | --- | ---: |
| ✓ | conv\_forward\_naive | correct | 20 / 20 |
| ~ | conv\_backward\_naive | wrong value | 15 / 25 |
| – | max\_pool\_forward\_naive | missing | 0 / 10 |

### conv\_backward\_naive

Fails\: padding 12 of 12\.

A note on the exercise\.

**dx is empty when pad \= 0\.**

Fails when pad \= 0\.

See layers\.py\, line 42\.

Hint\: \[0\:\-0\] selects nothing\.

```text
conv_backward_naive(dout, cache)
dout (1, 1, 1, 1)
2
x (1, 1, 2, 2)
   1    -2
0.25     3
conv_param: {'stride': 1, 'pad': 0}
got (1, 1, 2, 2)
2  9*
0  4
expected (1, 1, 2, 2)
 2  -6
 0   4
```

<details><summary>Run it yourself</summary>

```text
import numpy as np
from layers import conv_backward_naive
assert SECRET
```

</details>

### max\_pool\_forward\_naive

**There is no function max\_pool\_forward\_naive\.**

"""
    )


def outside_of_fences(markdown: str) -> str:
    """Cut the fenced blocks out, as CommonMark delimits them."""
    kept: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        run = re.match("`{3,}", line)
        if fence:
            fence = "" if re.fullmatch(f"{fence}`* *", line) else fence
        elif run:
            fence = run[0]
        else:
            kept.append(line)
    assert not fence
    return "\n".join(kept)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_markdown(text: str) -> None:
    calm = outside_of_fences(render(attacked_by("calm")))
    attacked = outside_of_fences(render(attacked_by(text)))
    assert attacked.count("\n") == calm.count("\n")
    unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", attacked)
    for mark in "<>|`*[]!#&":
        assert unescaped.count(mark) == calm.count(mark), mark


def test_missing_isolation_is_said(one: RunResult) -> None:
    assert render(replace(one, info=replace(INFO, sandbox="none"))).startswith("> [!CAUTION]\n> Not isolated")


def test_a_class_names_its_students(run: RunResult) -> None:
    text = render(run)
    assert [name for name in ("alice", "bob", "carol", "dave") if f"\n{name}\n" in text] == [
        "alice",
        "bob",
        "carol",
        "dave",
    ]
    assert "not graded" in text


def test_a_long_summary_is_cut_at_the_limit_and_says_so() -> None:
    flood = replace(FINDING, text="é" * 2000)
    run = of(submission("a", *(wrong(f"e{i}", *[flood] * 20) for i in range(40))))
    text = render(run)
    assert SUMMARY_LIMIT - 10_000 < len(text.encode()) <= SUMMARY_LIMIT
    assert text.endswith("*The rest is left out: the summary would be too long.*\n")


def test_the_summary_is_added_to_the_runners_file(one: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("earlier\n")
    write_summary(one, {"GITHUB_STEP_SUMMARY": str(path)})
    assert path.read_text(encoding="utf-8") == "earlier\n" + render(one)
    write_summary(one, {})


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"GITHUB_OUTPUT=.*: cannot be written: Is a directory"):
        append("GITHUB_OUTPUT", "x", {"GITHUB_OUTPUT": str(tmp_path)})


def test_commands_are_stopped_by_a_word_that_nobody_can_guess() -> None:
    words = set()
    for _ in range(2):
        stream = io.StringIO()
        with commands_stopped(stream):
            stream.write("::error::forged")
        first, *_, last = stream.getvalue().splitlines()
        word = first.removeprefix("::stop-commands::")
        assert last == f"::{word}::"
        words.add(word)
    assert len(words) == 2 and all(len(word) == 32 for word in words)


def test_commands_go_on_after_an_error() -> None:
    stream = io.StringIO()
    with pytest.raises(ValueError, match="x"), commands_stopped(stream):
        raise ValueError("x")
    assert stream.getvalue().endswith("::\n")


def test_only_graded_points_are_shown_for_a_student_without_any() -> None:
    assert render(of(replace(ALICE, exercises=()))).startswith("## Convolutional networks: 0 / ")
