"""The condition that failing cases share: found on the cases that students get, by the words they get."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pytest

from grader.cases import sample
from grader.diagnosis.patterns import Pattern, pattern
from grader.model import Case, Domain, Expected
from grader.ops import expect
from grader.wrong_versions import apply
from reference.mistakes import MISTAKES

SEEDS = range(10 if os.environ.get("GRADER_TEST_ALL_SEEDS") else 4)
ANYTHING, NO_LEFTOVER = Domain(), Domain(leftover=False)
Condition = Callable[[Case], bool]


def x(case: Case) -> tuple[int, ...]:
    return case.arrays["x"].shape


def w(case: Case) -> tuple[int, ...]:
    return case.arrays["w"].shape


def stride(case: Case) -> int:
    return int(case.params["stride"])


def pad(case: Case) -> int:
    return int(case.params["pad"])


def window(case: Case) -> tuple[int, int]:
    high, wide = case.params["window"]
    return high, wide


def out(case: Case) -> tuple[int, ...]:
    return case.arrays["dout"].shape


def failing(cases: Sequence[Case], condition: Condition) -> set[int]:
    return {case.number for case in cases if condition(case)}


@cache
def drawn(op: str, seed: int, domain: Domain = ANYTHING) -> tuple[Case, ...]:
    return sample(op, cases=100, seed=seed, domain=domain)


@cache
def answers(op: str, seed: int, domain: Domain) -> tuple[Mapping[str, Expected], ...]:
    return tuple(map(expect, drawn(op, seed, domain)))


def found(op: str, condition: Condition, *, seed: int, domain: Domain = ANYTHING) -> Pattern | None:
    cases = drawn(op, seed, domain)
    return pattern(cases, failing(cases, condition))


# --- one attribute -------------------------------------------------------------------------------

ALONE: dict[str, tuple[str, Condition]] = {
    "pad = 0": ("conv2d_backward", lambda case: pad(case) == 0),
    "pad > 0": ("conv2d", lambda case: pad(case) > 0),
    "pad > 1": ("conv2d", lambda case: pad(case) in (2, 3)),
    "pad = 1": ("conv2d", lambda case: pad(case) == 1),
    "pad is not 1": ("conv2d_backward", lambda case: pad(case) != 1),
    "pad = 2": ("conv2d", lambda case: pad(case) == 2),
    "pad > 2": ("conv2d", lambda case: pad(case) == 3),
    "stride = 1": ("conv2d", lambda case: stride(case) == 1),
    "stride > 1": ("conv2d", lambda case: stride(case) != 1),
    "stride > 2": ("max_pool2d", lambda case: stride(case) >= 3),
    "stride is not 2": ("max_pool2d", lambda case: stride(case) in (1, 3, 4)),
    "stride and pad differ": ("conv2d", lambda case: stride(case) != pad(case)),
    "the window is not as large as the stride": (
        "max_pool2d",
        lambda case: set(window(case)) != {stride(case)},
    ),
    "whole windows lie in the padding": ("conv2d", lambda case: min(w(case)[2:]) <= pad(case)),
    "the image is square": ("conv2d", lambda case: x(case)[2] == x(case)[3]),
    "the image is not square": ("spatial_batchnorm", lambda case: x(case)[2] != x(case)[3]),
    "the image is higher than wide": ("spatial_groupnorm", lambda case: x(case)[2] > x(case)[3]),
    "the image is wider than high": ("conv2d", lambda case: x(case)[2] < x(case)[3]),
    "the kernel is not square": ("conv2d", lambda case: w(case)[2] != w(case)[3]),
    "the kernel is higher than wide": ("conv2d_backward", lambda case: w(case)[2] > w(case)[3]),
    "the window is wider than high": ("avg_pool2d", lambda case: window(case)[0] < window(case)[1]),
    "the output is not square": ("max_pool2d_backward", lambda case: out(case)[2] != out(case)[3]),
    "the output is higher than wide": ("conv2d_backward", lambda case: out(case)[2] > out(case)[3]),
    "the output is not as large as the image": ("conv2d_backward", lambda case: out(case)[2:] != x(case)[2:]),
    "the kernel is 1 × 1": ("conv2d", lambda case: w(case)[2:] == (1, 1)),
    "the window is larger than 1 × 1": ("max_pool2d", lambda case: window(case) != (1, 1)),
    "the window is not 2 × 2": ("max_pool2d", lambda case: window(case) != (2, 2)),
    "there is more than one channel": ("spatial_batchnorm_backward", lambda case: x(case)[1] > 1),
    "there is one channel": ("conv2d", lambda case: x(case)[1] == 1),
    "there is more than one filter": ("conv2d", lambda case: w(case)[0] > 1),
    "there is more than one image": ("avg_pool2d_backward", lambda case: x(case)[0] > 1),
    "there are not as many filters as channels": ("conv2d", lambda case: w(case)[0] != w(case)[1]),
    "there are more channels than filters": ("conv2d", lambda case: w(case)[0] < w(case)[1]),
    "there is more than one group": ("spatial_groupnorm", lambda case: case.params["groups"] > 1),
    "a group has more than one channel": (
        "spatial_groupnorm_backward",
        lambda case: x(case)[1] > case.params["groups"],
    ),
    "the number of groups lies between 1 and C": (
        "spatial_groupnorm",
        lambda case: 1 < case.params["groups"] < x(case)[1],
    ),
    "the layer is in test mode": ("spatial_batchnorm", lambda case: case.params["mode"] == "test"),
    "the layer is in training mode": ("spatial_batchnorm", lambda case: case.params["mode"] == "train"),
    "running averages are given": ("spatial_batchnorm", lambda case: "running_var" in case.arrays),
    "eps is not 1e-5": ("spatial_batchnorm", lambda case: case.params.get("eps", 1e-5) != 1e-5),
    "momentum is not 0.9": ("spatial_batchnorm", lambda case: case.params.get("momentum", 0.9) != 0.9),
    "the inputs are in single precision": ("max_pool2d", lambda case: case.arrays["x"].dtype == np.float32),
    "the inputs are not multiples of 1/4": (
        "conv2d",
        lambda case: any((array * 4 != np.round(array * 4)).any() for array in case.arrays.values()),
    ),
    "all inputs are negative": ("max_pool2d", lambda case: bool((case.arrays["x"] < 0).all())),
    "some input is negative": ("avg_pool2d", lambda case: bool((case.arrays["x"] < 0).any())),
    "some input is larger than 10 in size": (
        "max_pool2d",
        lambda case: bool((abs(case.arrays["x"]) > 10).any()),
    ),
    "a side of the image is longer than 16 pixels": ("conv2d", lambda case: max(x(case)[2:]) > 16),
}
"""An operation with a condition on its cases, by what should be said."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", ALONE)
def test_a_condition_is_named(text: str, seed: int) -> None:
    op, condition = ALONE[text]
    shared = found(op, condition, seed=seed)
    assert shared is not None
    assert (shared.text, shared.exact) == (text, True)


@pytest.mark.parametrize("fails", [True, False])
def test_where_all_fail_or_none_there_is_nothing_to_tell(fails: bool) -> None:
    assert found("conv2d", lambda _: fails, seed=0) is None


def test_the_plainer_name_is_taken_where_cases_cannot_tell() -> None:
    """Of paddings 0 and 2, pad > 0 is said, though pad = 2 were true as well."""
    shared = found("conv2d", lambda case: pad(case) == 2, seed=0, domain=Domain(pad=(0, 2), leftover=False))
    assert shared is not None
    assert shared.text == "pad > 0"


# --- two attributes ------------------------------------------------------------------------------

TOGETHER: dict[str, tuple[str, Condition]] = {
    "pad > 0 and stride > 1": ("conv2d", lambda case: pad(case) > 0 and stride(case) > 1),
    "pad > 0 and there is more than one channel": ("conv2d", lambda case: pad(case) > 0 and x(case)[1] > 1),
    "there is more than one channel or more than one filter": (
        "conv2d",
        lambda case: w(case)[:2] != (1, 1),
    ),
    "the layer is in training mode and running averages are given": (
        "spatial_batchnorm",
        lambda case: case.params["mode"] == "train" and "running_mean" in case.arrays,
    ),
    "the image is not square or there is more than one image": (
        "spatial_groupnorm",
        lambda case: x(case)[2] != x(case)[3] or x(case)[0] > 1,
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", TOGETHER)
def test_two_conditions_are_named(text: str, seed: int) -> None:
    op, condition = TOGETHER[text]
    shared = found(op, condition, seed=seed)
    assert shared is not None
    assert (shared.text, shared.exact) == (text, True)


def test_no_second_attribute_is_named_for_one_case() -> None:
    """Which of its many attributes made a single case come out right, nobody can tell."""
    cases = drawn("conv2d", 3)
    padded = failing(cases, lambda case: pad(case) > 0)
    shared = pattern(cases, padded - {max(padded)})
    assert shared is not None
    assert (shared.condition, shared.others) == ("pad > 0", 1)


def large(case: Case) -> bool:
    """Whether a single window, whatever is done with it, has more than one place."""
    array = case.arrays.get("x")
    high, wide = case.params["shape"] if array is None else array.shape[-2:]
    return bool(high * wide > 1)


@pytest.mark.parametrize("op", ["conv_single_step", "mask_from_window", "distribute_value"])
def test_of_a_single_window_neither_a_kernel_nor_other_windows_are_spoken_of(op: str) -> None:
    said = [found(op, large, seed=seed) for seed in SEEDS]
    assert [shared and shared.text for shared in said] == ["the window is larger than 1 × 1"] * len(SEEDS)


def test_of_padding_no_kernel_is_spoken_of() -> None:
    shared = [found("zero_pad", lambda case: max(x(case)[2:]) > 1, seed=seed) for seed in SEEDS]
    assert not any("kernel" in each.text for each in shared if each)


# --- real mistakes -------------------------------------------------------------------------------

MADE = {
    "conv2d.ignores_pad": "pad > 0",
    "conv2d.pad_is_always_one": "pad is not 1",
    "conv2d.pads_the_channels_too": "pad > 0 and there is more than one channel",
    "conv2d.ignores_stride": "stride > 1",
    "conv2d.window_is_always_three": "the kernel is not 3 × 3",
    "conv2d.output_width_from_the_height": "the output is not square",
    "conv2d.kernel_is_square_by_its_width": "the kernel is not square",
    "conv2d_backward.crops_with_height_and_width_swapped": "the image is not square",
    "conv2d.uses_the_first_channel_only": "there is more than one channel",
    "conv2d.uses_the_first_filter_for_all": "there is more than one filter",
    "conv2d.returns_after_the_first_image": "there is more than one image",
    "conv2d.stores_single_precision": "the inputs are in double precision and not multiples of 1/4",
    "conv2d_backward.crops_with_minus_pad": "pad = 0",
    "conv2d_backward.keeps_the_padding": "pad > 0",
    "max_pool2d.maximum_starts_at_zero": "all values in some window are negative",
    "max_pool2d_backward.assigns_instead_of_adding": "windows overlap",
    "max_pool2d_backward.swaps_the_loops": "the output is not square",
    "max_pool2d_backward.divides_by_the_window": "the window is larger than 1 × 1",
    "avg_pool2d_backward.assigns_instead_of_adding": "windows overlap",
    "spatial_batchnorm.uses_the_batch_at_test_time": "the layer is in test mode",
    "spatial_batchnorm.never_learns": "the layer is in training mode and running averages are given",
    "spatial_batchnorm.eps_is_always_the_usual_one": "eps is not 1e-5",
    "spatial_batchnorm.rebuilds_with_height_for_width": "the image is not square",
    "spatial_groupnorm.deals_the_channels_out": "the number of groups lies between 1 and C",
    "spatial_groupnorm.divides_by_the_number_of_pixels": "a group has more than one channel",
    "spatial_groupnorm.takes_all_channels_as_one_group": "there is more than one group",
}
"""What is said about mistakes that students make; a few cases may come out right all the same."""

LEFTOVER = {
    "conv2d.window_is_as_large_as_the_stride": "the kernel is not as large as the stride",
    "conv2d.rounds_the_size_up": "some pixels are left over",
    "max_pool2d_backward.leaves_out_the_leftover": "some pixels are left over",
}


def described(mistake: str, seed: int, domain: Domain) -> str:
    """What is said where a mistake comes to other results than the reference."""
    op = mistake.partition(".")[0]
    (made,) = [each for each in MISTAKES[op] if each.id == mistake]
    cases, expected = drawn(op, seed, domain), answers(op, seed, domain)
    came = [each.values for each in apply(made.fresh(), cases)]
    fails = {case.number for case in cases if not right(came[case.number], expected[case.number])}
    shared = pattern(cases, fails)
    return shared.condition if shared else ""


def right(values: Mapping[str, np.ndarray], expected: Mapping[str, Expected]) -> bool:
    return all(
        name in values
        and values[name].shape == answer.value.shape
        and bool((np.abs(values[name] - answer.value) <= answer.bound).all())
        for name, answer in expected.items()
    )


@pytest.mark.parametrize("mistake", MADE)
def test_a_real_mistake_is_described(mistake: str) -> None:
    said = [described(mistake, seed, ANYTHING) for seed in SEEDS]
    assert said == [MADE[mistake]] * len(SEEDS)


@pytest.mark.parametrize("mistake", MADE)
def test_a_real_mistake_is_described_where_windows_always_fit(mistake: str) -> None:
    said = [described(mistake, seed, NO_LEFTOVER) for seed in SEEDS]
    assert said == [MADE[mistake]] * len(SEEDS)


@pytest.mark.parametrize("mistake", LEFTOVER)
def test_a_real_mistake_is_described_where_windows_need_not_fit(mistake: str) -> None:
    said = [described(mistake, seed, ANYTHING) for seed in SEEDS]
    assert said == [LEFTOVER[mistake]] * len(SEEDS)


# --- nearly --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_does_not_hide_a_condition(seed: int) -> None:
    """Two cases fail beside it, and two that should come out right."""
    cases = drawn("conv2d", seed)
    strided = failing(cases, lambda case: stride(case) > 1)
    source = random.Random(seed)
    missed = set(source.sample(sorted(strided), 2))
    added = set(source.sample([case.number for case in cases if case.number not in strided], 2))
    shared = pattern(cases, strided - missed | added)
    assert shared is not None
    assert not shared.exact
    k, rest = len(strided), len(cases) - len(strided)
    assert shared.text == (
        f"mostly where stride > 1: {k - 2} of {k} failing cases, and 2 of {rest} that pass"
    )


@pytest.mark.parametrize("condition", [lambda case: pad(case) > 0, lambda case: stride(case) > 1])
def test_a_condition_that_tells_little_is_not_given(condition: Condition) -> None:
    """Half of the cases that meet it fail, and every eighth of the others."""
    cases = drawn("conv2d", 0)
    met = failing(cases, condition)
    others = [case.number for case in cases if case.number not in met]
    assert pattern(cases, {*sorted(met)[::2], *others[::8]}) is None


def test_a_condition_that_passing_cases_meet_is_not_given() -> None:
    """Cases without padding fail, and a few of the others."""
    cases = drawn("conv2d_backward", 0)
    bare = failing(cases, lambda case: pad(case) == 0)
    padded = [case.number for case in cases if case.number not in bare]
    shared = pattern(cases, bare | set(padded[::9]))
    assert shared is None or shared.condition != "pad > 0"


@pytest.mark.parametrize("op", ["conv2d", "max_pool2d", "spatial_groupnorm"])
def test_random_failures_have_no_pattern(op: str) -> None:
    """Or one in a hundred times: what fits by chance must not be told to a student."""
    cases = drawn(op, 1)
    source = random.Random(op)
    failures = [source.sample(range(len(cases)), source.randint(2, len(cases) - 2)) for _ in range(200)]
    assert sum(pattern(cases, fails) is not None for fails in failures) <= 2


@pytest.mark.parametrize("op", ["conv2d", "max_pool2d", "spatial_groupnorm"])
def test_one_or_two_failures_are_not_explained_by_two_attributes(op: str) -> None:
    cases = drawn(op, 1)
    source = random.Random(op)
    said = [pattern(cases, source.sample(range(len(cases)), count)) for count in (1, 2) for _ in range(100)]
    assert sum(each is not None for each in said) <= 20  # those that alone have one attribute
    assert not [each for each in said if each and (" and " in each.condition or " or " in each.condition)]


def counted(hits: int, failing: int, others: int, passing: int) -> str:
    return Pattern(condition="stride > 1", hits=hits, failing=failing, others=others, passing=passing).text


def test_counts_are_put_in_words() -> None:
    assert counted(41, 41, 0, 60) == "stride > 1"
    assert counted(38, 41, 2, 60) == "mostly where stride > 1: 38 of 41 failing cases, and 2 of 60 that pass"
    assert counted(38, 41, 0, 60) == (
        "mostly where stride > 1: 38 of 41 failing cases, and none of 60 that pass"
    )
    assert counted(41, 41, 2, 60) == "only where stride > 1: all 41 failing cases, and 2 of 60 that pass"


# --- what goes in --------------------------------------------------------------------------------


def test_cases_that_were_not_run_are_left_out() -> None:
    """A case keeps its number, whatever its place."""
    cases = drawn("conv2d", 2)
    padded = failing(cases, lambda case: pad(case) > 0)
    rest = [case for case in cases if case.number % 3]
    shared = pattern(rest[::-1], {number for number in padded if number % 3})
    assert shared is not None
    assert shared.text == "pad > 0"
    assert shared.failing + shared.passing == len(rest)


def test_a_failing_case_must_be_among_the_cases() -> None:
    with pytest.raises(ValueError, match="failing case 40 is not among the 30 cases"):
        pattern(drawn("conv2d", 0)[:30], {2, 40, 50})


def test_cases_that_do_not_differ_have_nothing_to_tell() -> None:
    case = drawn("conv2d", 0)[0]
    again = Case(
        op=case.op, stratum=case.stratum, number=1, arrays=case.arrays, params=case.params, outputs=("out",)
    )
    assert pattern([case, again], {0}) is None
