"""Sizes and counts: the right numbers, by counting things one by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest

from grader.cases import sample
from grader.cases.shapes import FAMILIES
from grader.diagnosis.size_attributes import size_attributes, sizes
from grader.model import Case, Domain
from grader.ops import expect
from reference.conv import conv2d
from reference.shapes import ShapeError, conv_shape, output_size, receptive_field, strided_conv_cost

SEEDS = range(8)


def drawn(op: str, **domain: object) -> Iterator[Case]:
    for seed in SEEDS:
        yield from sample(op, cases=40, seed=seed, domain=Domain(**domain))  # type: ignore[arg-type]


def positions(size: int, kernel: int, stride: int, pad: int = 0) -> int:
    """Walk along the padded axis."""
    return len(range(0, size + 2 * pad - kernel + 1, stride))


def by_walking(case: Case) -> Mapping[str, int]:
    at = case.params
    match case.op:
        case "output_size":
            return {"out": positions(at["size"], at["kernel"], at["stride"], at["pad"])}
        case "conv_shape":
            _, height, width = at["shape"]
            rows, cols = (positions(side, at["kernel"], at["stride"], at["pad"]) for side in (height, width))
            return {"channels": at["filters"], "height": rows, "width": cols}
        case "fc_params":
            weights = sum(1 for _ in itertools.product(range(at["n_in"]), range(at["n_out"])))
            return {"out": weights + (at["n_out"] if at["bias"] else 0)}
        case "conv_params":
            return {"out": parameters(at["kernel"], at["c_in"], at["c_out"], bias=at["bias"])}
        case "locally_connected_params":
            at_one = parameters(at["kernel"], at["c_in"], at["c_out"], bias=at["bias"])
            return {"out": sum(at_one for _ in np.ndindex(*at["out_size"]))}
        case "conv_multiply_adds":
            of_one = parameters(at["kernel"], at["c_in"], 1, bias=False)
            return {"out": sum(of_one for _ in np.ndindex(at["c_out"], *at["out_size"]))}
        case "strided_conv_cost":
            channels, height, width = at["shape"]
            rows, cols = (positions(side, at["kernel"], at["stride"]) for side in (height, width))
            weights = parameters(at["kernel"], channels, channels, bias=False)
            return {
                "height": rows,
                "width": cols,
                "params": weights + channels,
                "multiply_adds": rows * cols * weights,
            }
        case _:
            return {"out": seen_pixels(at["layers"])}


def parameters(kernel: int, c_in: int, c_out: int, *, bias: bool) -> int:
    weights = np.zeros((c_out, c_in, kernel, kernel))
    return weights.size + (len(weights) if bias else 0)


def seen_pixels(layers: tuple[tuple[int, int], ...]) -> int:
    """From one output value back, pixel by pixel."""
    seen = {0}
    for kernel, stride in reversed(layers):
        seen = {place * stride + offset for place in seen for offset in range(kernel)}
    return max(seen) - min(seen) + 1


@pytest.mark.parametrize("op", FAMILIES)
def test_the_numbers_are_those_of_counting(op: str) -> None:
    for case in drawn(op):
        if not case.refusal:
            got = {name: int(answer.value) for name, answer in expect(case).items()}
            assert got == by_walking(case), case


@pytest.mark.parametrize("op", FAMILIES)
def test_numbers_are_whole_and_exact(op: str) -> None:
    for case in drawn(op):
        assert case.size > 0
        for answer in expect(case).values():
            assert answer.whole
            assert answer.value.shape == ()
            assert answer.bound == 0


def test_a_refused_case_has_no_answer() -> None:
    cases = [case for case in drawn("output_size") if case.refusal]
    assert len(cases) > 20
    for case in cases:
        assert expect(case) == {}
        assert case.outputs == ("out",)
        with pytest.raises(ShapeError):
            output_size(**case.params)


@pytest.mark.parametrize(
    ("domain", "keeps"),
    [
        ({"pad": (1,)}, lambda at: at["pad"] == 1),
        ({"stride": (1, 2)}, lambda at: at["stride"] in (1, 2)),
        ({"leftover": False}, lambda at: (at["size"] + 2 * at["pad"] - at["kernel"]) % at["stride"] == 0),
    ],
    ids=["pad", "stride", "leftover"],
)
def test_what_a_course_promises_is_kept(
    domain: dict[str, object], keeps: Callable[[Mapping[str, int]], bool]
) -> None:
    fitting = [case.params for case in drawn("output_size", **domain) if not case.refusal]
    assert all(map(keeps, fitting))
    assert not all(keeps(case.params) for case in drawn("output_size") if not case.refusal)


def test_a_convolutions_shape_is_the_one_that_it_gives() -> None:
    for stride, pad in ((1, 0), (2, 1), (3, 2)):
        out = conv2d(np.zeros((1, 3, 9, 7)), np.zeros((5, 3, 3, 3)), np.zeros(5), stride=stride, pad=pad)
        assert conv_shape((3, 9, 7), 5, 3, stride=stride, pad=pad) == out.shape[1:]


def test_the_cost_of_replacing_a_pool() -> None:
    assert strided_conv_cost((64, 56, 56), 2, stride=2) == (28, 28, 16448, 12845056)
    with pytest.raises(ShapeError, match="a kernel of 5 does not fit"):
        strided_conv_cost((1, 4, 9), 5, stride=1)


def test_a_receptive_field_counts_what_is_seen_from_behind() -> None:
    assert receptive_field([(3, 2), (3, 1)])[0] == seen_pixels(((3, 2), (3, 1))) == 7


# --- attributes ------------------------------------------------------------------------------------


def test_of_a_clause_and_its_opposite_just_one_is_true() -> None:
    table = list(size_attributes())
    for op in FAMILIES:
        for at in map(sizes, list(drawn(op))[:60]):
            for (clause, one), (_, opposite) in zip(table[::2], table[1::2], strict=True):
                assert one(at) is not opposite(at), clause


def test_every_attribute_tells_cases_of_some_operation_apart() -> None:
    measured = {op: [sizes(case) for case in drawn(op)] for op in FAMILIES}
    idle = [
        clause
        for clause, holds in size_attributes()
        if all(len(set(map(holds, found))) == 1 for found in measured.values())
    ]
    assert idle == []


def test_clauses_are_unique_and_plain() -> None:
    clauses = [clause for clause, _ in size_attributes()]
    assert len(set(clauses)) == len(clauses)
    assert not [clause for clause in clauses if "{" in clause or clause.endswith(".")]


# --- without biases --------------------------------------------------------------------------------


@pytest.mark.parametrize("op", ["conv2d", "conv2d_backward"])
def test_a_course_without_biases_is_asked_for_none(op: str) -> None:
    with_bias = list(sample(op, cases=40, seed=1))
    without = list(sample(op, cases=40, seed=1, domain=Domain(bias=False)))
    for one, other in zip(with_bias, without, strict=True):
        assert one.arrays["b"].all()
        assert not other.arrays["b"].any()
        assert other.arrays["b"].dtype == one.arrays["b"].dtype
        assert [name for name in one.outputs if name != "db"] == list(other.outputs)
        assert np.array_equal(one.arrays["x"], other.arrays["x"])
