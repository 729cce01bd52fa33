from __future__ import annotations

import pytest

from grader.model import RunResult
from grader.reports import FORMATS, Feedback, limit

from .runs import ALICE, CAROL


def test_every_level_includes_those_before_it() -> None:
    levels = list(Feedback)
    for i, level in enumerate(levels):
        assert [level.includes(other) for other in levels] == [j <= i for j in range(len(levels))]


def test_example_shows_all(run: RunResult) -> None:
    assert limit(run, Feedback.EXAMPLE) == run


def test_diagnosis_hides_only_the_example(run: RunResult) -> None:
    exercise = limit(run, Feedback.DIAGNOSIS).submissions[0].exercises[1]
    assert exercise.findings[0].example is None
    assert exercise.findings[0].text == "dx is empty when pad = 0."
    assert exercise.strata == ALICE.exercises[1].strata


def test_stratum_hides_what_is_said_in_words(run: RunResult) -> None:
    exercise = limit(run, Feedback.STRATUM).submissions[0].exercises[1]
    assert (exercise.findings, exercise.notes) == ((), ())
    assert exercise.strata == ALICE.exercises[1].strata
    assert exercise.cases == ALICE.exercises[1].cases


def test_verdict_hides_where_points_were_lost_but_no_point(run: RunResult) -> None:
    limited = limit(run, Feedback.VERDICT).submissions
    assert (limited[0].exercises[1].strata, limited[0].exercises[1].cases) == ((), {})
    assert [each.score for each in limited] == [each.score for each in run.submissions]
    assert limited[2] == CAROL, "why a file cannot be read is no secret"


# What each level is the first to show of the run in conftest.py.
SECRETS = {
    Feedback.STRATUM: ("12 of 12",),
    Feedback.DIAGNOSIS: ("pad = 0", "selects nothing", "A note on the exercise"),
    Feedback.EXAMPLE: ("assert SECRET", "conv_backward_naive(dout, cache)"),
}


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"json"}))
@pytest.mark.parametrize("level", list(Feedback), ids=lambda level: level.value)
def test_no_format_shows_more_than_the_level(name: str, level: Feedback, one: RunResult) -> None:
    text = FORMATS[name].render(one, level)
    for first, secrets in SECRETS.items():
        if not level.includes(first):
            assert not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("name", ["html", "github"])
def test_each_level_shows_what_it_may(name: str, one: RunResult) -> None:
    for level, secrets in SECRETS.items():
        text = FORMATS[name].render(one, level).replace("\\", "")
        assert not [secret for secret in secrets if secret not in text]


def test_results_json_is_whole_at_every_level(one: RunResult) -> None:
    whole = FORMATS["json"].render(one, Feedback.EXAMPLE)
    assert FORMATS["json"].render(one, Feedback.VERDICT) == whole
    assert "assert SECRET" in whole
