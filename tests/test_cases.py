"""Cases: the same for everybody, inside what the course promises, and never blind to a difficulty."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from grader.cases import FAMILIES, sample, shapes, strata_of, strategy
from grader.cases.strata import LONG
from grader.model import Case, Domain
from grader.ops import OPS
from grader.steps import Array
from reference.shapes import ShapeError, output_size

ROOT = Path(__file__).resolve().parent.parent
SEEDS = range(12)
CONV = ("conv2d", "conv2d_backward")
POOL = (
    "max_pool2d",
    "max_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "pool2d",
    "pool2d_backward",
)
OF_ARRAYS = tuple(op for op in FAMILIES if op not in shapes.FAMILIES)
NORM = tuple(op for op in FAMILIES if op.startswith("spatial"))

quick = settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))


def digest(drawn: tuple[Case, ...]) -> str:
    """Of everything in the cases, independent of the byte order of the machine."""
    seen = hashlib.sha256()
    for case in drawn:
        seen.update(repr((case.op, case.stratum, case.number, sorted(case.params.items()))).encode())
        seen.update(repr(case.outputs).encode())
        for name, array in sorted(case.arrays.items()):
            seen.update(repr((name, array.shape, array.dtype.name, array.ravel().tolist())).encode())
    return seen.hexdigest()[:16]


@cache
def drawn_with(op: str, seed: int) -> tuple[Case, ...]:
    """A sample of the size that assignments have."""
    return sample(op, cases=100, seed=seed)


def all_seeds(op: str) -> Iterator[Case]:
    """Every case of twelve samples."""
    for seed in SEEDS:
        yield from drawn_with(op, seed)


def image(case: Case) -> tuple[int, int]:
    height, width = case.arrays["x"].shape[2:]
    return height, width


def kernel(case: Case) -> tuple[int, int]:
    height, width = case.params.get("window") or case.arrays["w"].shape[2:]
    return height, width


def out_size(case: Case) -> tuple[int, int]:
    stride, pad = case.params["stride"], case.params.get("pad", 0)
    rows, cols = (
        output_size(size, side, stride=stride, pad=pad)
        for size, side in zip(image(case), kernel(case), strict=True)
    )
    return rows, cols


def leftover(case: Case) -> tuple[int, int]:
    stride, pad = case.params["stride"], case.params.get("pad", 0)
    rows, cols = (
        (size + 2 * pad - side) % stride for size, side in zip(image(case), kernel(case), strict=True)
    )
    return rows, cols


# --- the same for everybody --------------------------------------------------------------------

PINNED = {
    "zero_pad": "f773b023e4f3a08b",
    "conv2d": "2c623fc11ad7b413",
    "conv2d_backward": "52d7cc85a66e0445",
    "conv1d": "20588a6e7c9d58eb",
    "conv1d_backward": "811301e33837475e",
    "upsample1d": "f3f5e026399d87b1",
    "upsample1d_backward": "e81c291ff5c9080e",
    "upsample2d": "a8f9ec1a154d36b5",
    "upsample2d_backward": "427d38720e5fb59b",
    "downsample1d": "6597045ce55e0d18",
    "downsample1d_backward": "e1db7ad9a3f2ed21",
    "downsample2d": "05ec4938ad3373d0",
    "downsample2d_backward": "e2fcdb568e086079",
    "conv_transpose1d": "184c6bc6fe5f5773",
    "conv_transpose1d_backward": "1354621708faeb21",
    "conv_transpose2d": "098b2c336573bf11",
    "conv_transpose2d_backward": "b331f6a46c7e6639",
    "flatten": "bbd6d72df66d2a92",
    "flatten_backward": "23c0521b5625d523",
    "max_pool2d": "9ba131274c3b8616",
    "max_pool2d_backward": "fda36c560f055439",
    "avg_pool2d": "14c4ede1401ac3d9",
    "avg_pool2d_backward": "a5abdd3d4a2709f9",
    "pool2d": "24b02673b23f6ecd",
    "pool2d_backward": "fe94bbea4bcbc173",
    "spatial_batchnorm": "033a893580651274",
    "spatial_batchnorm_backward": "b0ab13ee6784ec28",
    "spatial_groupnorm": "aa85206ab2aa599f",
    "spatial_groupnorm_backward": "5fd5b054f7a14e3d",
    "correlate2d": "dfbca2207afb2e0d",
    "output_size": "96336f26a60d4c31",
    "conv_shape": "8e50cfa8ab660a55",
    "fc_params": "babea39d040810bd",
    "locally_connected_params": "4812d8244e02f1e3",
    "conv_params": "ebc017f6bedc7c03",
    "conv_multiply_adds": "fda97635cac4c728",
    "strided_conv_cost": "a55be08ee59922a5",
    "receptive_field": "5255115661e09b93",
    "conv_single_step": "fc379260e337df7e",
    "mask_from_window": "28dadcc93ab5fb01",
    "distribute_value": "fad153aa4030065d",
}


def test_every_operation_is_pinned() -> None:
    assert PINNED.keys() == FAMILIES.keys() == OPS.keys()


@pytest.mark.parametrize("op", FAMILIES)
def test_the_stream_has_not_changed(op: str) -> None:
    """A new digest means that marks given before cannot be reproduced: say so where it is released."""
    assert digest(sample(op, cases=20, seed=1)) == PINNED[op]


def test_another_process_draws_the_same() -> None:
    """Neither hash randomisation nor the order of imports plays any part."""
    text = (
        "import sys; sys.path.insert(0, 'tests'); import test_cases as t\n"
        "print(*(t.digest(t.sample(op, cases=20, seed=1)) for op in t.FAMILIES))"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.stdout.split() == [PINNED[op] for op in FAMILIES], done.stderr


@pytest.mark.parametrize("op", FAMILIES)
def test_another_seed_draws_others(op: str) -> None:
    assert len({digest(sample(op, cases=20, seed=seed)) for seed in range(5)}) == 5


def test_the_digest_sees_one_number() -> None:
    drawn = sample("conv2d", cases=12, seed=1)
    x = drawn[0].arrays["x"].copy()
    x[0, 0, 0, 0] += 0.25
    changed = Case(
        op="conv2d",
        stratum=drawn[0].stratum,
        number=0,
        arrays={**drawn[0].arrays, "x": x},
        params=drawn[0].params,
        outputs=drawn[0].outputs,
    )
    assert digest((changed, *drawn[1:])) != digest(drawn)


def test_a_case_does_not_depend_on_how_many_are_drawn() -> None:
    few, many = sample("conv2d", cases=20, seed=3), sample("conv2d", cases=90, seed=3)
    first = {case.stratum: case.arrays["x"] for case in reversed(many)}
    for stratum in strata_of("conv2d"):
        alike = next(case for case in few if case.stratum == stratum)
        assert np.array_equal(alike.arrays["x"], first[stratum])


# --- how many ----------------------------------------------------------------------------------


@pytest.mark.parametrize("op", FAMILIES)
@pytest.mark.parametrize("count", [1, 12, 20, 100])
def test_every_stratum_has_its_share(op: str, count: int) -> None:
    drawn = sample(op, cases=count, seed=0)
    counted = {name: sum(case.stratum == name for case in drawn) for name in strata_of(op)}
    assert min(counted.values()) >= 1
    assert len({n for name, n in counted.items() if name != "everything together"}) == 1
    assert len(drawn) == max(count, len(counted))
    assert [case.number for case in drawn] == list(range(len(drawn)))
    if count == 100:
        assert counted["everything together"] >= 3 * counted["basic"]


def test_strata_are_listed_simplest_first() -> None:
    for op in FAMILIES:
        names = strata_of(op)
        assert names[0] == "basic"
        assert names[-1] == "everything together"
        assert [case.stratum for case in sample(op, cases=1, seed=0)] == list(names)


# --- sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", OF_ARRAYS)
def test_shapes_go_together(op: str) -> None:
    """The reference refuses what does not fit, and what comes out has the shapes that go in."""
    for case in all_seeds(op):
        arrays = {name: array.astype(np.float64) for name, array in case.arrays.items()}
        results = OPS[op].compute(arrays, case.params)
        assert set(case.outputs) <= set(results)
        if "dout" in arrays:
            forward = OPS[op].gradient
            assert forward is not None
            for output, source in forward.of.items():
                assert results[output].shape == arrays[source].shape
        elif "x" in arrays and arrays["x"].ndim == 4:
            assert results["out"].shape[0] == arrays["x"].shape[0]


@pytest.mark.parametrize("op", [*CONV, *POOL])
def test_the_output_has_a_pixel_and_dout_its_size(op: str) -> None:
    for case in all_seeds(op):
        rows, cols = out_size(case)
        assert min(rows, cols, *image(case)) >= 1
        if "dout" in case.arrays:
            assert case.arrays["dout"].shape[2:] == (rows, cols)


@pytest.mark.parametrize("op", [*CONV, *POOL])
def test_every_size_is_free_to_differ_in_everything_together(op: str) -> None:
    """Each pair of sizes differs in both directions somewhere: no sample is square, or always wide."""
    drawn = [case for case in all_seeds(op) if case.stratum == "everything together"]
    pairs: dict[str, Callable[[Case], tuple[int, int]]] = {
        "image": image,
        "kernel": kernel,
        "output": out_size,
        "leftover": leftover,
    }
    if op in CONV:
        pairs["channels, filters"] = lambda case: (case.arrays["w"].shape[1], case.arrays["w"].shape[0])
    pairs["images, channels"] = lambda case: case.arrays["x"].shape[:2]
    for name, pair in pairs.items():
        differences = {np.sign(a - b) for a, b in map(pair, drawn)}
        assert differences == {-1, 0, 1}, name


@pytest.mark.parametrize("op", NORM)
def test_every_size_of_a_batch_is_free_to_differ(op: str) -> None:
    drawn = [case for case in all_seeds(op) if case.stratum == "everything together"]
    for a, b in ((0, 1), (1, 2), (2, 3)):
        shapes = [case.arrays["x"].shape for case in drawn]
        assert {np.sign(shape[a] - shape[b]) for shape in shapes} == {-1, 0, 1}


def averages(case: Case) -> bool:
    return bool(case.params["mode"] == "average")


CORNERS: list[tuple[str, str, Callable[[Case], bool]]] = [
    ("conv2d", "longer than any example of a course", lambda case: max(image(case)) >= LONG),
    ("max_pool2d", "longer than any example of a course", lambda case: max(image(case)) >= LONG - 1),
    ("spatial_batchnorm", "longer than any example", lambda case: max(image(case)) == LONG),
    ("conv2d", "the kernel covers the whole image", lambda c: c.params["pad"] == 0 and image(c) == kernel(c)),
    ("conv2d", "1 by 1", lambda case: kernel(case) == (1, 1)),
    ("conv2d", "stride beyond the kernel", lambda case: case.params["stride"] > max(kernel(case))),
    ("conv2d", "padding of a kernel and more", lambda case: case.params["pad"] >= max(kernel(case))),
    ("conv2d", "no padding", lambda case: case.params["pad"] == 0),
    ("conv2d_backward", "no padding", lambda case: case.params["pad"] == 0),
    ("conv2d_backward", "padding of two", lambda case: case.params["pad"] == 2),
    ("conv2d", "a square image under a kernel that is not", lambda c: len({*image(c)}) < len({*kernel(c)})),
    (
        "conv2d",
        "pixels left over on one side",
        lambda case: sorted(map(bool, leftover(case))) == [False, True],
    ),
    ("max_pool2d", "the window covers the whole image", lambda case: image(case) == kernel(case)),
    ("max_pool2d", "1 by 1", lambda case: kernel(case) == (1, 1)),
    ("max_pool2d", "windows overlap", lambda case: case.params["stride"] < min(kernel(case))),
    ("max_pool2d", "gaps between windows", lambda case: case.params["stride"] > max(kernel(case))),
    ("max_pool2d", "nothing above zero", lambda case: case.arrays["x"].max() < 0),
    (
        "pool2d",
        "the mean of overlapping windows",
        lambda c: averages(c) and c.params["stride"] < kernel(c)[0],
    ),
    ("pool2d_backward", "the mean of several images", lambda c: averages(c) and c.arrays["x"].shape[0] > 1),
    ("pool2d_backward", "the mean of several channels", lambda c: averages(c) and c.arrays["x"].shape[1] > 1),
    (
        "spatial_groupnorm",
        "groups of several channels",
        lambda c: 1 < c.params["groups"] < c.arrays["x"].shape[1],
    ),
    (
        "spatial_groupnorm",
        "a group for each channel",
        lambda c: 1 < c.params["groups"] == c.arrays["x"].shape[1],
    ),
    ("spatial_groupnorm", "one group of all", lambda c: c.params["groups"] == 1 < c.arrays["x"].shape[1]),
    ("spatial_batchnorm", "test time", lambda case: case.params["mode"] == "test"),
    ("spatial_batchnorm", "a momentum of its own", lambda case: case.params.get("momentum", 0.9) != 0.9),
    ("spatial_batchnorm", "an eps that shows", lambda case: case.params.get("eps", 0) >= 1e-3),
]


@pytest.mark.parametrize(
    ("op", "corner", "there"), CORNERS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_every_seed_has_the_corner(op: str, corner: str, there: Callable[[Case], bool]) -> None:
    missing = [seed for seed in SEEDS if not any(map(there, drawn_with(op, seed)))]
    assert not missing, f"{corner}: not with seeds {missing}"


# --- what a course promises --------------------------------------------------------------------

DOMAINS = [
    Domain(pad=(1, 2)),
    Domain(pad=(0,), stride=(2,)),
    Domain(stride=(1, 2)),
    Domain(leftover=False),
    Domain(overlap=False),
    Domain(square=True),
    Domain(square_kernel=True),
    Domain(pad=(1,), stride=(1,), leftover=False, square=True),
    Domain(stride=(2,), leftover=False, overlap=False, square=True),
]


def keeps(case: Case, domain: Domain) -> bool:
    """Whether a case lies inside a domain, told from its arrays alone."""
    pad, stride = case.params.get("pad"), case.params["stride"]
    return (
        (domain.pad is None or pad is None or pad in domain.pad)
        and (domain.stride is None or stride in domain.stride)
        and (domain.leftover or leftover(case) == (0, 0))
        and (domain.overlap or "w" in case.arrays or stride >= max(kernel(case)))
        and not (domain.square and len({*image(case)}) + len({*kernel(case)}) > 2)
        and not (domain.square_kernel and len({*kernel(case)}) > 1)
    )


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@pytest.mark.parametrize("op", [*CONV, *POOL])
def test_cases_stay_inside_the_domain(op: str, domain: Domain) -> None:
    for seed in range(4):
        drawn = sample(op, cases=60, seed=seed, domain=domain)
        assert [case for case in drawn if not keeps(case, domain)] == []
        assert {case.stratum for case in drawn} == set(strata_of(op, domain))


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_without_the_promise_it_would_be_broken(domain: Domain) -> None:
    op = "conv2d" if domain.overlap else "max_pool2d"
    assert not all(keeps(case, domain) for case in sample(op, cases=60, seed=0))


def test_what_is_promised_is_used_up() -> None:
    drawn = [
        case for seed in range(5) for case in sample("conv2d", cases=60, seed=seed, domain=Domain(pad=(1, 2)))
    ]
    assert {case.params["pad"] for case in drawn} == {1, 2}


@pytest.mark.parametrize(
    ("domain", "gone"),
    [
        (Domain(leftover=False), {"leftover pixels"}),
        (Domain(square=True), {"rectangular image", "rectangular kernel"}),
        (Domain(square_kernel=True), {"rectangular kernel"}),
        (Domain(stride=(1,)), {"stride", "leftover pixels"}),
        (Domain(pad=(0,)), {"padding"}),
    ],
    ids=["sizes divide", "all is square", "kernels are square", "stride 1", "no padding"],
)
def test_a_promise_takes_away_whole_strata(domain: Domain, gone: set[str]) -> None:
    assert set(strata_of("conv2d")) - set(strata_of("conv2d", domain)) == gone


def test_no_padding_may_be_asked_beside_the_paddings_that_are_promised() -> None:
    """On a line of its own: neither `padding` nor "everything together" has a case of it then."""
    domain = Domain(pad=(1, 2), unpadded=True)
    drawn = [
        case for seed in range(5) for case in sample("conv2d_backward", cases=60, seed=seed, domain=domain)
    ]
    unpadded = {case.stratum for case in drawn if case.params["pad"] == 0}
    assert unpadded == {"no padding"}
    assert {case.params["pad"] for case in drawn if case.stratum == "no padding"} == {0}
    assert "no padding" not in strata_of("conv2d_backward", Domain(pad=(1, 2)))
    assert "no padding" not in strata_of("conv2d_backward")


def test_modes_have_a_line_of_their_own() -> None:
    """Whoever wrote only the maximum has all points but those of two strata."""
    for op in ("pool2d", "pool2d_backward"):
        seen = {case.stratum for case in all_seeds(op) if averages(case)}
        assert seen == {"average mode", "everything together"}
        assert {case.params["mode"] for case in all_seeds(op) if case.stratum == "everything together"} == {
            "max",
            "average",
        }


def test_a_shape_to_fill_may_be_rectangular_where_kernels_are_square() -> None:
    square = Domain(square_kernel=True)
    assert "rectangular window" in strata_of("distribute_value", square)
    assert "rectangular window" not in strata_of("distribute_value", Domain(square=True))
    for op in ("mask_from_window", "conv_single_step"):
        assert "rectangular window" in strata_of(op)
        drawn = sample(op, cases=60, seed=0, domain=square)
        assert all(case.arrays["x"].shape[-1] == case.arrays["x"].shape[-2] for case in drawn)


# --- values ------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", FAMILIES)
def test_arrays_are_read_only_and_finite(op: str) -> None:
    for case in all_seeds(op):
        for array in case.arrays.values():
            assert not array.flags.writeable
            assert np.isfinite(array).all()


@pytest.mark.parametrize("op", OF_ARRAYS)
def test_single_precision_is_a_stratum_of_its_own(op: str) -> None:
    for case in all_seeds(op):
        wanted = "float32" if case.stratum == "single precision" else "float64"
        assert {array.dtype.name for array in case.arrays.values()} == {wanted}
        assert case.single is (wanted == "float32")


def quarters(array: Array) -> bool:
    return bool(np.all(array * 4 == np.round(array * 4)))


@pytest.mark.parametrize("op", FAMILIES)
def test_values_are_quarters_but_where_real_ones_are_asked_for(op: str) -> None:
    for case in all_seeds(op):
        exact = all(map(quarters, case.arrays.values()))
        if case.stratum in ("real values", "single precision"):
            assert not exact
        elif case.stratum != "everything together":
            assert exact, case


@pytest.mark.parametrize("op", CONV)
def test_values_of_a_convolution_sum_exactly_in_any_order(op: str) -> None:
    """Sums of products of quarters in [-2, 2] are sixteenths far below 2**53."""
    for case in all_seeds(op):
        if case.stratum not in ("real values", "single precision", "everything together"):
            assert max(np.abs(array).max() for array in case.arrays.values()) <= 2.25


@pytest.mark.parametrize("op", [*POOL, *NORM])
def test_images_have_no_two_equal_values(op: str) -> None:
    """Neither a maximum is tied nor a variance zero."""
    for case in all_seeds(op):
        x = np.sort(case.arrays["x"].astype(np.float64), axis=None)
        assert np.diff(x).min(initial=1) >= 0.04


@pytest.mark.parametrize(
    ("op", "name"), [("conv2d", "b"), *((op, "gamma") for op in NORM), *((op, "beta") for op in NORM)]
)
def test_what_could_be_left_out_is_never_near_its_neutral_value(op: str, name: str) -> None:
    for case in all_seeds(op):
        assert np.abs(case.arrays[name]).min() >= 0.25


def test_negative_values_are_all_below_zero() -> None:
    for op in POOL:
        assert all(case.arrays["x"].max() < 0 for case in all_seeds(op) if case.stratum == "negative values")


def test_running_variances_are_positive() -> None:
    seen = [
        case.arrays["running_var"] for case in all_seeds("spatial_batchnorm") if "running_var" in case.arrays
    ]
    assert len(seen) > 100
    assert min(float(each.min()) for each in seen) >= 0.25


# --- Hypothesis --------------------------------------------------------------------------------

EVERY = [(op, stratum) for op in FAMILIES for stratum in strata_of(op)]


@pytest.mark.parametrize(("op", "stratum"), EVERY, ids=lambda part: part)
def test_every_strategy_draws_cases_that_the_reference_takes(op: str, stratum: str) -> None:
    @settings(quick, max_examples=8)
    @given(strategy(op, stratum))
    def draws(case: Case) -> None:
        assert (case.op, case.stratum) == (op, stratum)
        arrays = {name: array.astype(np.float64) for name, array in case.arrays.items()}
        if case.refusal:
            with pytest.raises(ShapeError):
                OPS[op].compute(arrays, case.params)
        else:
            assert set(case.outputs) <= set(OPS[op].compute(arrays, case.params))

    draws()


@settings(quick)
@given(st.sampled_from(DOMAINS[:4]), st.data())
def test_strategies_keep_the_domain(domain: Domain, data: st.DataObject) -> None:
    stratum = data.draw(st.sampled_from(strata_of("conv2d", domain)))
    assert keeps(data.draw(strategy("conv2d", stratum, domain)), domain)


def changed(case: Case, change: Callable[[dict[str, Array]], dict[str, Array]]) -> bool:
    """Whether the operation tells the case from one with other arrays."""
    arrays = dict(case.arrays)
    compute = OPS[case.op].compute
    right, wrong = compute(arrays, case.params), compute(change(arrays), case.params)
    return any(not np.array_equal(right[name], wrong[name]) for name in case.outputs)


def flipped(arrays: dict[str, Array]) -> dict[str, Array]:
    return {**arrays, "w": np.ascontiguousarray(arrays["w"][:, :, ::-1, ::-1])}


def no_bias(arrays: dict[str, Array]) -> dict[str, Array]:
    return {**arrays, "b": np.zeros_like(arrays["b"])}


def starts_at_zero(arrays: dict[str, Array]) -> dict[str, Array]:
    return {**arrays, "x": np.maximum(arrays["x"], 0)}


@pytest.mark.parametrize(
    ("op", "stratum", "change"),
    [
        ("conv2d", "basic", flipped),
        ("conv2d", "everything together", flipped),
        ("conv2d_backward", "everything together", flipped),
        ("conv2d", "basic", no_bias),
        ("max_pool2d", "negative values", starts_at_zero),
    ],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_the_smallest_counterexample_can_be_read(
    op: str, stratum: str, change: Callable[[dict[str, Array]], dict[str, Array]]
) -> None:
    found = find(
        strategy(op, stratum), lambda case: changed(case, change), settings=settings(quick, max_examples=200)
    )
    assert found.arrays["x"].size <= 16
    assert found.arrays["x"].shape[0] == 1


@pytest.mark.parametrize(
    "op",
    ["spatial_batchnorm", "spatial_batchnorm_backward", "spatial_groupnorm", "spatial_groupnorm_backward"],
)
def test_some_cases_have_another_eps_than_the_default(op: str) -> None:
    assert {case.params.get("eps", 1e-5) for case in sample(op, cases=100, seed=1)} == {1e-5, 1e-3, 0.25}
