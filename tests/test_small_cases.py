"""Cases that are to be read: the smallest there are, with numbers of few digits, and the search for one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.cases import FAMILIES, small, strata_of, strategy
from grader.cases.draw import Readable, Style, Values
from grader.cases.search import search
from grader.cases.strata import EVERYTHING
from grader.model import Case, Domain
from grader.ops import expect

NARROW = Domain(pad=(1, 2), stride=(2,), leftover=False, square=True)
quick = settings(max_examples=30, database=None, suppress_health_check=list(HealthCheck))


@cache
def smallest(op: str) -> tuple[Case, ...]:
    return small(op)


def numbers(case: Case) -> np.ndarray:
    return np.concatenate([np.zeros(0), *(array.ravel() for array in case.arrays.values())])


def few_digits(case: Case) -> bool:
    return bool(np.all(10 * numbers(case) == np.round(10 * numbers(case))))


@pytest.mark.parametrize("op", FAMILIES)
def test_they_are_few_and_no_two_are_the_same(op: str) -> None:
    seen = {
        (repr(case.params), *((name, array.shape, array.tobytes()) for name, array in case.arrays.items()))
        for case in smallest(op)
    }
    assert 20 < len(seen) == len(smallest(op)) < 1000


@pytest.mark.parametrize("op", FAMILIES)
def test_each_is_a_case_that_the_reference_takes(op: str) -> None:
    for case in smallest(op):
        assert all(np.all(np.isfinite(each.value)) for each in expect(case).values())


@pytest.mark.parametrize("op", FAMILIES)
def test_some_are_as_small_as_can_be_and_whole_numbers_come_first(op: str) -> None:
    assert min(case.size for case in smallest(op)) <= 6
    first = smallest(op)[0]
    assert np.array_equal(numbers(first), np.round(numbers(first)))


@pytest.mark.parametrize("op", FAMILIES)
def test_all_their_numbers_have_few_digits_unless_single_precision_has_more(op: str) -> None:
    assert all(few_digits(case) for case in smallest(op) if not case.single)


@pytest.mark.parametrize("op", FAMILIES)
def test_every_stratum_is_among_them(op: str) -> None:
    asked = set(strata_of(op)) - {EVERYTHING, "real values"}
    assert {case.stratum for case in smallest(op)} >= asked


def test_each_size_is_free_to_differ_from_the_others() -> None:
    shapes = {(*case.arrays["x"].shape, *case.arrays["w"].shape[2:]) for case in smallest("conv2d")}
    lowest = (1, 1, 1, 1, 1, 1)
    for place in range(4):
        larger = {shape[place] for shape in shapes if sum(shape) == sum(lowest) + 1}
        assert larger == {1, 2}
    assert {case.params["stride"] for case in smallest("conv2d")} == {1, 2, 3}
    assert {case.params["pad"] for case in smallest("conv2d")} == {0, 1, 2, 3}


def test_one_size_alone_goes_up_to_its_highest() -> None:
    assert {len(case.arrays["x"]) for case in smallest("conv2d")} == {1, 2, 3, 4}
    assert {case.arrays["x"].shape[1] for case in smallest("conv2d")} == {1, 2, 3, 4, 5}


def test_they_stay_inside_the_domain() -> None:
    cases = small("conv2d", NARROW)
    assert {case.params["pad"] for case in cases} == {1, 2}
    assert {case.params["stride"] for case in cases} == {2}
    assert all(case.arrays["x"].shape[2] == case.arrays["x"].shape[3] for case in cases)


# --- values that are easy to read --------------------------------------------------------------------


def values(style: Style, seed: int = 0) -> Values:
    return Values(Readable(lambda low, high: min(low + seed, high), style), "basic")


def test_the_first_array_counts_from_one_and_the_others_from_two_and_three_in_no_order() -> None:
    drawn = values(Style.COUNTING)
    assert drawn.any(2, 2).tolist() == [[1, 2], [3, 4]]
    second = drawn.nonzero(5)
    assert sorted(second) == [2, 3, 4, 5, 6] != second.tolist()
    assert sorted(drawn.distinct(3)) == [3, 4, 5]


@pytest.mark.parametrize("style", Style)
def test_in_every_style_the_promises_of_values_are_kept(style: Style) -> None:
    for seed in range(5):
        drawn = values(style, seed)
        assert np.all(drawn.nonzero(4, 5) != 0)
        assert np.all(drawn.positive(4, 5) > 0)
        assert len(np.unique(drawn.distinct(4, 5))) == 20
        assert np.all(drawn.distinct(4, 5, sign=1) > 0)
        assert np.all(drawn.distinct(4, 5, sign=-1) < 0)


def test_a_style_is_what_it_says() -> None:
    assert values(Style.NEGATIVE).any(3).tolist() == [-1, -2, -3]
    assert values(Style.HALVES).any(3).tolist() == [0.5, 1, 1.5]
    assert values(Style.TENTHS).any(3).tolist() == [0.1, 0.2, 0.3]
    mixed = values(Style.MIXED).any(40)
    assert mixed.min() < 0 < mixed.max()
    assert np.array_equal(mixed, np.round(mixed))


@quick
@given(data=st.data(), op=st.sampled_from(sorted(FAMILIES)))
def test_a_readable_strategy_draws_such_values(data: st.DataObject, op: str) -> None:
    case = data.draw(strategy(op, EVERYTHING, readable=True))
    assert few_digits(case)
    assert all(np.all(np.isfinite(each.value)) for each in expect(case).values())


# --- Hypothesis' search ------------------------------------------------------------------------------


def wide(case: Case) -> bool:
    return case.arrays["x"].shape[3] >= 4 and len(case.arrays["x"]) > 1


def asked(holds: object = wide) -> list[Case]:
    seen: list[Case] = []

    def note(case: Case) -> bool:
        seen.append(case)
        return holds(case)  # type: ignore[operator, no-any-return]

    search(strategy("max_pool2d", EVERYTHING, readable=True), note, examples=100)
    return seen


def test_it_ends_at_the_simplest() -> None:
    last = asked()[-1]
    assert last.arrays["x"].shape[:3] == (2, 1, 1)
    assert last.arrays["x"].shape[3] == 4
    assert last.arrays["x"].ravel().tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_it_asks_the_same_each_time_and_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = asked(), asked()
    assert [each.arrays["x"].tolist() for each in one] == [each.arrays["x"].tolist() for each in other]
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_holds_few_are_asked() -> None:
    assert 50 < len(asked(lambda case: False)) <= 100


def test_an_answer_that_changes_is_no_end_of_the_world_but_is_told() -> None:
    calls: list[Case] = []

    def fickle(case: Case) -> bool:
        calls.append(case)
        return len(calls) == 3

    with pytest.raises(Exception, match=r"(?i)flaky|inconsistent|unreliable|did not fail|replay"):
        asked(fickle)


def test_what_goes_wrong_is_raised_and_nothing_more_is_asked() -> None:
    """Also after it has held for some, which Hypothesis then asks about once more."""
    held: list[Case] = []

    def broken(case: Case) -> bool:
        assert len(held) < 4
        held.extend([case] if wide(case) else [])
        if len(held) == 4:
            raise KeyError("ours")
        return wide(case)

    with pytest.raises(KeyError, match="ours"):
        asked(broken)
