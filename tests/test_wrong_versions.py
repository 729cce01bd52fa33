from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from grader import wrong_versions
from grader.cases import sample
from grader.wrong_versions import Record, apply
from reference.conv import conv2d
from reference.mistakes import MISTAKES, Mistake

CASES = sample("conv2d", cases=20, seed=1)


def counting(calls: Counter[str]) -> Mistake:
    """The right function as a mistake that counts how often it is made."""

    def counted(*args: object, **kwargs: object) -> object:
        calls["all"] += 1
        return conv2d(*args, **kwargs)  # type: ignore[arg-type]

    return replace(MISTAKES["conv2d"][0], id="conv2d.counts", function=counted)


def test_a_record_works_out_each_case_once() -> None:
    calls: Counter[str] = Counter()
    mistake, record = counting(calls), Record()
    first = list(record.apply(mistake, CASES))
    again = list(record.apply(mistake, reversed(CASES)))
    assert sum(calls.values()) == len(CASES)
    assert [each.values for each in again] == [each.values for each in reversed(first)]


def test_a_record_works_out_no_more_than_is_asked_for() -> None:
    calls: Counter[str] = Counter()
    next(Record().apply(counting(calls), CASES))
    assert sum(calls.values()) == 1


@pytest.mark.parametrize("mistake", MISTAKES["conv2d"][:20], ids=lambda mistake: mistake.id)
def test_a_record_says_what_applying_says(mistake: Mistake) -> None:
    record = Record()
    list(record.apply(mistake, CASES))
    for kept, fresh in zip(record.apply(mistake, CASES), apply(mistake.fresh(), CASES), strict=True):
        assert kept.changed == fresh.changed
        assert type(kept.raised) is type(fresh.raised)
        assert kept.values.keys() == fresh.values.keys()
        for name, value in kept.values.items():
            np.testing.assert_array_equal(value, fresh.values[name])


def test_a_record_holds_no_frames_of_what_raised() -> None:
    record = Record()
    raised = [each.raised for mistake in MISTAKES["conv2d"] for each in record.apply(mistake, CASES)]
    errors = [error for error in raised if error is not None]
    assert errors
    assert all(error.__traceback__ is None for error in errors)


def test_a_full_record_keeps_nothing_more_and_is_still_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_versions, "MOST_RECORDED", 0)
    calls: Counter[str] = Counter()
    mistake, record = counting(calls), Record()
    for _ in range(2):
        assert len(list(record.apply(mistake, CASES))) == len(CASES)
    assert sum(calls.values()) == 2 * len(CASES)
