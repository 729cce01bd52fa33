"""What is said of a case is true of it: windows are laid out one by one and counted."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from grader.cases import FAMILIES, sample
from grader.cases.shapes import FAMILIES as OF_NUMBERS
from grader.diagnosis.attributes import Facts, attributes, facts
from grader.model import Case
from grader.ops import expect

OF_ARRAYS = [op for op in FAMILIES if op not in OF_NUMBERS]
SLIDING = [op for op in OF_ARRAYS if not re.search("norm|sample|transpose|flatten", op)]
SEEDS = range(5)


@cache
def cases(op: str) -> tuple[Case, ...]:
    return tuple(case for seed in SEEDS for case in sample(op, cases=100, seed=seed))


def windows_on_each_pixel(at: Facts) -> np.ndarray:
    """How many windows lie on each pixel of the padded image."""
    covered = np.zeros((at.h + 2 * at.pad, at.w + 2 * at.pad), dtype=int)
    for top in range(0, covered.shape[0] - at.kh + 1, at.stride):
        for left in range(0, covered.shape[1] - at.kw + 1, at.stride):
            covered[top : top + at.kh, left : left + at.kw] += 1
    return covered


@pytest.mark.parametrize("op", SLIDING)
def test_overlap_gaps_and_leftover_pixels_are_those_of_windows_laid_out_one_by_one(op: str) -> None:
    for case in cases(op):
        at = facts(case)
        covered = windows_on_each_pixel(at)
        rows, cols = (np.flatnonzero(covered.any(axis=axis)) for axis in (1, 0))
        reached = covered[: rows[-1] + 1, : cols[-1] + 1]
        assert at.overlap == bool((covered > 1).any()), case
        assert at.gaps == bool((reached == 0).any()), case
        assert (at.rows_left, at.cols_left) == tuple(np.subtract(covered.shape, reached.shape)), case


@pytest.mark.parametrize("op", SLIDING)
def test_the_output_is_as_large_as_that_of_the_reference(op: str) -> None:
    for case in cases(op):
        if "dout" in case.arrays:
            rows, cols = (
                (*case.arrays["dout"].shape[2:],) * 2 if "1d" in op else case.arrays["dout"].shape[2:]
            )
            assert (facts(case).oh, facts(case).ow) == (rows, cols)


def test_a_window_of_negative_values_is_found_by_looking_at_each() -> None:
    for case in cases("max_pool2d"):
        at, x = facts(case), case.arrays["x"]
        maxima = [
            x[n, c, i * at.stride :, j * at.stride :][: at.kh, : at.kw].max()
            for n, c, i, j in np.ndindex(at.n, at.c, at.oh, at.ow)
        ]
        assert at.least_maximum == min(maxima)


def test_every_attribute_tells_cases_of_some_operation_apart() -> None:
    """One that never does is written down for nothing, or wrongly."""
    measured = {op: [facts(case) for case in cases(op)] for op in OF_ARRAYS}
    idle = [
        clause
        for clause, holds in attributes("kernel")
        if all(len(set(map(holds, found))) == 1 for found in measured.values())
    ]
    assert idle == []


def test_of_a_clause_and_its_opposite_just_one_is_true() -> None:
    table = list(attributes("kernel"))
    for op in OF_ARRAYS:
        for at in map(facts, cases(op)[:100]):
            for one, opposite in zip(table[::2], table[1::2], strict=True):
                assert one.holds(at) is not opposite.holds(at), (one.clause, opposite.clause)


FIRST_WORDS = {
    "pad",
    "stride",
    "eps",
    "momentum",
    "windows",
    "whole",
    "running",
    "rows",
    "columns",
    "the",
    "there",
    "some",
    "all",
    "every",
    "a",
    "an",
    "no",
    "both",
}


def test_clauses_read_well_after_when() -> None:
    for clause, _ in attributes("window"):
        assert clause.split()[0] in FIRST_WORDS, clause
        assert not re.search(r"[.{}]$|kernel", clause), clause


def test_clauses_are_unique() -> None:
    clauses = [clause for clause, _ in attributes("kernel")]
    assert len(set(clauses)) == len(clauses)


# --- signals, and what is resampled ----------------------------------------------------------------

RESAMPLED = [op for op in FAMILIES if re.search("sample|transpose", op) and "backward" not in op]


@pytest.mark.parametrize("op", RESAMPLED)
def test_the_output_of_what_is_resampled_is_as_large_as_the_reference_makes_it(op: str) -> None:
    for case in cases(op):
        shape = expect(case)["out"].value.shape
        assert {facts(case).oh, facts(case).ow} == set(shape[2:])


@pytest.mark.parametrize("op", ["downsample1d", "downsample2d"])
def test_what_downsampling_leaves_over_is_behind_the_last_that_it_keeps(op: str) -> None:
    for case in cases(op):
        rests = [(side - 1) % case.params["factor"] for side in case.arrays["x"].shape[2:]]
        at = facts(case)
        assert [at.rows_left, at.cols_left] == (rests * 2 if "1d" in op else rests)


def test_signals_have_their_own_words() -> None:
    clauses = [each.clause for each in attributes("kernel", signals=True)]
    assert len(set(clauses)) == len(clauses)
    assert {"some samples are left over", "there is more than one signal", "the kernel has length 1"} <= {
        *clauses
    }
    assert not [each for each in clauses if re.search("image|pixel|square|high|×", each)]
    assert "the kernel has length 1" not in {each.clause for each in attributes("kernel")}
