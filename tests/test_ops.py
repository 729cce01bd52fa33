"""The table of operations: expected values, and bounds that honest algorithms keep and mistakes break."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import brute_conv1d
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from grader.cases import FAMILIES, sample
from grader.cases.shapes import FAMILIES as OF_NUMBERS
from grader.model import Case, Expected
from grader.ops import OPS, expect
from grader.ops.error_bounds import DOUBLE, SINGLE, gamma
from grader.steps import Array

Results = Mapping[str, Array]
Algorithm = Callable[[Case], Results]

SEEDS = range(10)
OF_ARRAYS = [op for op in FAMILIES if op not in OF_NUMBERS]


def drawn(*ops: str) -> Iterator[Case]:
    for op, seed in itertools.product(ops, SEEDS):
        yield from sample(op, cases=26, seed=seed)


def faults(case: Case, got: Results) -> dict[str, float]:
    """Results beyond their bound: how many times."""
    found = {}
    for name, expected in expect(case).items():
        error = np.abs(got[name].astype(np.float64) - expected.value)
        assert got[name].shape == expected.value.shape, name
        if not np.all(error <= expected.bound):
            found[name] = float(np.max(error / np.maximum(expected.bound, 1e-300)))
    return found


# --- brute force: sums of exact numbers, one by one ----------------------------------------------


def padded(case: Case) -> Array:
    pad = case.params["pad"]
    return np.pad(case.arrays["x"], ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def conv_places(
    case: Case, out_size: tuple[int, int]
) -> Iterator[tuple[tuple[int, int], tuple[slice, slice]]]:
    """Each position of the window, and the pixels under it."""
    (kh, kw), s = case.params.get("window") or case.arrays["w"].shape[2:], case.params["stride"]
    for i, j in np.ndindex(*out_size):
        yield (i, j), (slice(i * s, i * s + kh), slice(j * s, j * s + kw))


def conv_size(case: Case) -> tuple[int, int]:
    kernel, pad = case.params.get("window") or case.arrays["w"].shape[2:], case.params.get("pad", 0)
    rows, cols = (
        (size + 2 * pad - side) // case.params["stride"] + 1
        for size, side in zip(case.arrays["x"].shape[2:], kernel, strict=True)
    )
    return rows, cols


def brute_conv2d(case: Case) -> Results:
    w, b, x = case.arrays["w"], case.arrays["b"], padded(case)
    out = np.empty((len(x), len(w), *conv_size(case)))
    for n, f in np.ndindex(*out.shape[:2]):
        for (i, j), (rows, cols) in conv_places(case, conv_size(case)):
            products = x[n, :, rows, cols].astype(np.float64) * w[f]
            out[n, f, i, j] = math.fsum([*products.ravel(), b[f]])
    return {"out": out}


def brute_conv2d_backward(case: Case) -> Results:
    w, x, dout = (case.arrays[name].astype(np.float64) for name in ("w", "x", "dout"))
    xp, pad = padded(case).astype(np.float64), case.params["pad"]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n, f in np.ndindex(*dout.shape[:2]):
        for (i, j), (rows, cols) in conv_places(case, conv_size(case)):
            dxp[n, :, rows, cols] += w[f] * dout[n, f, i, j]
            dw[f] += xp[n, :, rows, cols] * dout[n, f, i, j]
    height, width = x.shape[2:]
    db = np.array([math.fsum(dout[:, f].ravel()) for f in range(len(w))])
    return {"dx": dxp[:, :, pad : pad + height, pad : pad + width], "dw": dw, "db": db}


def brute_pool(case: Case, reduce: Callable[[Array], float]) -> Results:
    x = case.arrays["x"].astype(np.float64)
    out = np.empty((*x.shape[:2], *conv_size(case)))
    for n, c in np.ndindex(*x.shape[:2]):
        for (i, j), (rows, cols) in conv_places(case, conv_size(case)):
            out[n, c, i, j] = reduce(x[n, c, rows, cols])
    return {"out": out}


def brute_pool_backward(case: Case, share: Callable[[Array], Array]) -> Results:
    x, dout = case.arrays["x"].astype(np.float64), case.arrays["dout"]
    dx = np.zeros_like(x)
    for n, c in np.ndindex(*x.shape[:2]):
        for (i, j), (rows, cols) in conv_places(case, conv_size(case)):
            dx[n, c, rows, cols] += share(x[n, c, rows, cols]) * dout[n, c, i, j]
    return {"dx": dx}


def is_largest(window: Array) -> Array:
    return np.asarray(window == window.max(), np.float64)


def evenly(window: Array) -> Array:
    return np.full(window.shape, 1 / window.size)


def parts(case: Case) -> Iterator[tuple[int | slice, slice]]:
    """Which images and channels share a mean and a variance."""
    n, c = case.arrays["x"].shape[:2]
    if "groups" not in case.params:
        yield from ((slice(None), slice(channel, channel + 1)) for channel in range(c))
        return
    size = c // case.params["groups"]
    for image, first in itertools.product(range(n), range(0, c, size)):
        yield slice(image, image + 1), slice(first, first + size)


def brute_norm(case: Case) -> Results:
    """From the definition, mean and variance by exact sums."""
    x = case.arrays["x"].astype(np.float64)
    normal, eps = np.empty_like(x), case.params.get("eps", 1e-5)
    means, variances = [], []
    for part in parts(case):
        values = x[part].ravel().tolist()
        mean = math.fsum(values) / len(values)
        variance = math.fsum((value - mean) ** 2 for value in values) / len(values)
        means.append(mean)
        variances.append(variance)
        if case.params.get("mode") == "test":
            channel = part[1].start
            mean, variance = case.arrays["running_mean"][channel], case.arrays["running_var"][channel]
        normal[part] = (x[part] - mean) / math.sqrt(variance + eps)
    scale, shift = (case.arrays[name][:, None, None].astype(np.float64) for name in ("gamma", "beta"))
    results = {"out": scale * normal + shift}
    if "running_mean" in case.outputs:
        m = case.params["momentum"] if case.params["mode"] == "train" else 1.0
        results["running_mean"] = m * case.arrays["running_mean"] + (1 - m) * np.array(means)
        results["running_var"] = m * case.arrays["running_var"] + (1 - m) * np.array(variances)
    return results


def brute_norm_backward(case: Case) -> Results:
    """The Jacobian of a part, written out: d x̂_i / d x_k = (δ_ik - 1/n - x̂_i x̂_k / n) / σ."""
    x, dout = case.arrays["x"].astype(np.float64), case.arrays["dout"].astype(np.float64)
    eps, dnormal = case.params.get("eps", 1e-5), dout * case.arrays["gamma"][:, None, None]
    normal, dx = np.empty_like(x), np.empty_like(x)
    for part in parts(case):
        values = x[part].ravel()
        sigma, n = math.sqrt(values.var() + eps), values.size
        hat = (values - values.mean()) / sigma
        jacobian = (np.eye(n) - 1 / n - np.outer(hat, hat) / n) / sigma
        normal[part] = hat.reshape(x[part].shape)
        dx[part] = (jacobian @ dnormal[part].ravel()).reshape(x[part].shape)
    return {"dx": dx, "dgamma": (dout * normal).sum(axis=(0, 2, 3)), "dbeta": dout.sum(axis=(0, 2, 3))}


def brute_zero_pad(case: Case) -> Results:
    """Pixel by pixel."""
    x, pad = case.arrays["x"], case.params["pad"]
    n, c, height, width = x.shape
    out = np.zeros((n, c, height + 2 * pad, width + 2 * pad))
    for place in np.ndindex(*x.shape):
        out[place[0], place[1], place[2] + pad, place[3] + pad] = x[place]
    return {"out": out}


def brute_correlate2d(case: Case) -> Results:
    x, w, s = case.arrays["x"].astype(np.float64), case.arrays["w"].astype(np.float64), case.params["stride"]
    rows, cols = ((side - kernel) // s + 1 for side, kernel in zip(x.shape, w.shape, strict=True))
    out = np.empty((rows, cols))
    for i, j in np.ndindex(rows, cols):
        out[i, j] = math.fsum(x[i * s + u, j * s + v] * w[u, v] for u, v in np.ndindex(*w.shape))
    return {"out": out}


def brute_step(case: Case) -> Results:
    x, w, b = (case.arrays[name].astype(np.float64) for name in ("x", "w", "b"))
    return {"out": np.array(math.fsum([*(x * w).ravel(), float(b)]))}


def brute_mask(case: Case) -> Results:
    values = case.arrays["x"].tolist()
    largest = max(max(row) for row in values)
    return {"mask": np.array([[value == largest for value in row] for row in values])}


def brute_shares(case: Case) -> Results:
    rows, cols = case.params["shape"]
    share = float(case.arrays["dz"]) / (rows * cols)
    return {"a": np.array([[share] * cols] * rows)}


def in_its_mode(largest: Algorithm, mean: Algorithm) -> Algorithm:
    return lambda case: largest(case) if case.params["mode"] == "max" else mean(case)


BRUTE: Mapping[str, Algorithm] = {
    "zero_pad": brute_zero_pad,
    "correlate2d": brute_correlate2d,
    "conv2d": brute_conv2d,
    "conv2d_backward": brute_conv2d_backward,
    "max_pool2d": lambda case: brute_pool(case, lambda window: float(window.max())),
    "max_pool2d_backward": lambda case: brute_pool_backward(case, is_largest),
    "avg_pool2d": lambda case: brute_pool(case, lambda window: math.fsum(window.ravel()) / window.size),
    "avg_pool2d_backward": lambda case: brute_pool_backward(case, evenly),
    "pool2d": in_its_mode(
        lambda case: brute_pool(case, lambda window: float(window.max())),
        lambda case: brute_pool(case, lambda window: math.fsum(window.ravel()) / window.size),
    ),
    "pool2d_backward": in_its_mode(
        lambda case: brute_pool_backward(case, is_largest), lambda case: brute_pool_backward(case, evenly)
    ),
    "conv_single_step": brute_step,
    "mask_from_window": brute_mask,
    "distribute_value": brute_shares,
    "spatial_batchnorm": brute_norm,
    "spatial_batchnorm_backward": brute_norm_backward,
    "spatial_groupnorm": brute_norm,
    "spatial_groupnorm_backward": brute_norm_backward,
    **brute_conv1d.BRUTE,
}


@pytest.mark.parametrize("op", OF_ARRAYS)
def test_expected_values_are_those_of_brute_force(op: str) -> None:
    for seed in range(5):
        for case in sample(op, cases=26, seed=seed):
            assert faults(case, BRUTE[op](case)) == {}, case


@pytest.mark.parametrize("op", ["conv2d", "conv2d_backward", "max_pool2d", "max_pool2d_backward"])
def test_on_quarters_they_are_the_same_to_the_last_bit(op: str) -> None:
    for case in sample(op, cases=60, seed=0):
        if case.stratum not in ("real values", "single precision", "everything together"):
            got = BRUTE[op](case)
            for name, expected in expect(case).items():
                assert np.array_equal(got[name], expected.value)


# --- honest algorithms, in the precision of the case ---------------------------------------------


def windows(x: Array, kernel: tuple[int, int], stride: int) -> Array:
    """(N, C, OH, OW, KH, KW)."""
    return sliding_window_view(x, kernel, axis=(2, 3))[:, :, ::stride, ::stride]


def conv_by_einsum(case: Case) -> Results:
    w = case.arrays["w"]
    maps = np.einsum("nchwuv,fcuv->nfhw", windows(padded(case), w.shape[2:], case.params["stride"]), w)
    return {"out": maps + case.arrays["b"][:, None, None]}


def conv_by_tensordot(case: Case) -> Results:
    w = case.arrays["w"]
    seen = windows(padded(case), w.shape[2:], case.params["stride"])
    maps = np.tensordot(seen, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return {"out": maps + case.arrays["b"][:, None, None]}


def conv_by_im2col(case: Case) -> Results:
    """The bias goes in as one more column."""
    w, b = case.arrays["w"], case.arrays["b"]
    seen = windows(padded(case), w.shape[2:], case.params["stride"]).transpose(0, 2, 3, 1, 4, 5)
    columns = seen.reshape(-1, w[0].size)
    columns = np.hstack([columns, np.ones((len(columns), 1), columns.dtype)])
    maps = columns @ np.hstack([w.reshape(len(w), -1), b[:, None]]).T
    n, oh, ow = seen.shape[:3]
    return {"out": maps.reshape(n, oh, ow, len(w)).transpose(0, 3, 1, 2)}


def conv_by_taps(order: int) -> Algorithm:
    """One product of a whole channel after another, forwards or backwards, the bias first or last."""

    def algorithm(case: Case) -> Results:
        w, b = case.arrays["w"], case.arrays["b"][:, None, None]
        seen = windows(padded(case), w.shape[2:], case.params["stride"])
        out = np.zeros((len(seen), len(w), *seen.shape[2:4]), w.dtype)
        out += b if order > 0 else 0
        for c, u, v in list(np.ndindex(*w.shape[1:]))[::order]:
            out += seen[:, None, c, :, :, u, v] * w[:, c, u, v][:, None, None]
        return {"out": out if order > 0 else out + b}

    return algorithm


def conv_back_by_loops(case: Case) -> Results:
    """As courses teach it: position by position, in the arrays' own precision."""
    w, x, dout, pad = case.arrays["w"], case.arrays["x"], case.arrays["dout"], case.params["pad"]
    xp = padded(case)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n, f in np.ndindex(*dout.shape[:2]):
        for (i, j), (rows, cols) in conv_places(case, conv_size(case)):
            dxp[n, :, rows, cols] += w[f] * dout[n, f, i, j]
            dw[f] += xp[n, :, rows, cols] * dout[n, f, i, j]
    height, width = x.shape[2:]
    return {"dx": dxp[:, :, pad : pad + height, pad : pad + width], "dw": dw, "db": dout.sum(axis=(0, 2, 3))}


def conv_back_by_einsum(case: Case) -> Results:
    """dx as a correlation of the spread upstream gradient with the flipped kernel."""
    w, x, dout = case.arrays["w"], case.arrays["x"], case.arrays["dout"]
    s, pad, (kh, kw) = case.params["stride"], case.params["pad"], w.shape[2:]
    dw = np.einsum("nfhw,nchwuv->fcuv", dout, windows(padded(case), (kh, kw), s))
    height, width = x.shape[2] + 2 * pad, x.shape[3] + 2 * pad
    spread = np.zeros((*dout.shape[:2], height + kh - 1, width + kw - 1), dout.dtype)
    spread[:, :, kh - 1 :: s, kw - 1 :: s][:, :, : dout.shape[2], : dout.shape[3]] = dout
    dxp = np.einsum("nfhwuv,fcuv->nchw", windows(spread, (kh, kw), 1), w[:, :, ::-1, ::-1])
    dx = dxp[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]
    return {"dx": dx, "dw": dw, "db": np.einsum("nfhw->f", dout)}


def average_by_mean(case: Case) -> Results:
    return {"out": windows(case.arrays["x"], case.params["window"], case.params["stride"]).mean(axis=(4, 5))}


def average_by_shares(case: Case) -> Results:
    """Divide first, add later, last tap first."""
    seen = windows(case.arrays["x"], case.params["window"], case.params["stride"])
    kh, kw = case.params["window"]
    share = (seen / (kh * kw)).astype(case.arrays["x"].dtype)
    return {"out": sum(share[..., u, v] for u, v in list(np.ndindex(kh, kw))[::-1]) + 0 * share[..., 0, 0]}


def pool_back_by_loops(share: Callable[[Array], Array]) -> Algorithm:
    def algorithm(case: Case) -> Results:
        x, dout = case.arrays["x"], case.arrays["dout"]
        dx = np.zeros_like(x)
        for n, c in np.ndindex(*x.shape[:2]):
            for (i, j), (rows, cols) in conv_places(case, conv_size(case)):
                dx[n, c, rows, cols] += (share(x[n, c, rows, cols]) * dout[n, c, i, j]).astype(x.dtype)
        return {"dx": dx}

    return algorithm


def as_parts(case: Case, array: Array) -> tuple[Array, tuple[int, ...]]:
    """The array with its statistics' axes apart, and which those are."""
    if "groups" not in case.params:
        return array, (0, 2, 3)
    n, c, height, width = array.shape
    groups = case.params["groups"]
    return array.reshape(n, groups, c // groups, height, width), (2, 3, 4)


def two_pass(x: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    mean = x.sum(axis=axes, keepdims=True) / np.prod([x.shape[axis] for axis in axes], dtype=x.dtype)
    return mean, ((x - mean) ** 2).mean(axis=axes, keepdims=True)


def one_pass(x: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    """E[x²] - E[x]², which cancels; courses' solutions have it."""
    mean = x.mean(axis=axes, keepdims=True)
    return mean, (x**2).mean(axis=axes, keepdims=True) - mean**2


def norm_by(
    statistics: Callable[[Array, tuple[int, ...]], tuple[Array, Array]], *, divide: bool
) -> Algorithm:
    def algorithm(case: Case) -> Results:
        x, axes = as_parts(case, case.arrays["x"])
        mean, var = statistics(x, axes)
        results: dict[str, Array] = {}
        if "running_mean" in case.outputs:
            m = case.params["momentum"] if case.params["mode"] == "train" else 1.0
            results["running_mean"] = m * case.arrays["running_mean"] + (1 - m) * mean.ravel()
            results["running_var"] = m * case.arrays["running_var"] + (1 - m) * var.ravel()
        if case.params.get("mode") == "test":
            mean, var = (case.arrays[name][:, None, None] for name in ("running_mean", "running_var"))
        root = np.sqrt(var + x.dtype.type(case.params.get("eps", 1e-5)))
        normal = (x - mean) / root if divide else (x - mean) * root**-1
        shape = case.arrays["x"].shape
        scale, shift = (case.arrays[name][:, None, None] for name in ("gamma", "beta"))
        return {"out": scale * normal.reshape(shape) + shift, **results}

    return algorithm


def norm_back_by_chain(case: Case) -> Results:
    """Node by node through the graph of nine operations, as courses first have it."""
    x, axes = as_parts(case, case.arrays["x"])
    gamma_, dout = case.arrays["gamma"][:, None, None], case.arrays["dout"]
    n = x.dtype.type(np.prod([x.shape[axis] for axis in axes]))
    mean, var = two_pass(x, axes)
    centred, root = x - mean, np.sqrt(var + x.dtype.type(case.params.get("eps", 1e-5)))
    inverse = 1 / root
    dnormal, _ = as_parts(case, dout * gamma_)
    dinverse = np.sum(dnormal * centred, axis=axes, keepdims=True)
    droot = -dinverse / root**2
    dvar = x.dtype.type(0.5) * droot / root
    dcentred = dnormal * inverse + 2 * centred * dvar / n * np.ones_like(x)
    dmean = -np.sum(dcentred, axis=axes, keepdims=True)
    dx = (dcentred + dmean / n).reshape(dout.shape)
    normal = (centred * inverse).reshape(dout.shape)
    return {"dx": dx, "dgamma": np.sum(dout * normal, axis=(0, 2, 3)), "dbeta": np.sum(dout, axis=(0, 2, 3))}


def norm_back_by_paper(case: Case) -> Results:
    """The formulas of Ioffe & Szegedy, section 3, one after the other."""
    x, axes = as_parts(case, case.arrays["x"])
    n = x.dtype.type(np.prod([x.shape[axis] for axis in axes]))
    mean, var = one_pass(x, axes)
    eps, half = x.dtype.type(case.params.get("eps", 1e-5)), x.dtype.type(-0.5)
    dout = case.arrays["dout"]
    dnormal, _ = as_parts(case, dout * case.arrays["gamma"][:, None, None])
    root = np.sqrt(var + eps)
    dvar = np.sum(dnormal * (x - mean), axis=axes, keepdims=True) * half / root**3
    dmean = np.sum(-dnormal / root, axis=axes, keepdims=True)
    dmean = dmean + dvar * np.sum(-2 * (x - mean), axis=axes, keepdims=True) / n
    dx = dnormal / root + dvar * 2 * (x - mean) / n + dmean / n
    normal = ((x - mean) / root).reshape(dout.shape)
    return {
        "dx": dx.reshape(dout.shape),
        "dgamma": np.einsum("nchw,nchw->c", dout, normal),
        "dbeta": np.einsum("nchw->c", dout),
    }


NORMS, NORMS_BACK = (
    ("spatial_batchnorm", "spatial_groupnorm"),
    (
        "spatial_batchnorm_backward",
        "spatial_groupnorm_backward",
    ),
)

HONEST: list[tuple[str, Algorithm, tuple[str, ...]]] = [
    ("einsum", conv_by_einsum, ("conv2d",)),
    ("tensordot", conv_by_tensordot, ("conv2d",)),
    ("im2col", conv_by_im2col, ("conv2d",)),
    ("taps", conv_by_taps(1), ("conv2d",)),
    ("taps, last first", conv_by_taps(-1), ("conv2d",)),
    ("loops", conv_back_by_loops, ("conv2d_backward",)),
    ("flipped kernel", conv_back_by_einsum, ("conv2d_backward",)),
    ("mean", average_by_mean, ("avg_pool2d",)),
    ("shares", average_by_shares, ("avg_pool2d",)),
    ("even loops", pool_back_by_loops(evenly), ("avg_pool2d_backward",)),
    ("mask loops", pool_back_by_loops(is_largest), ("max_pool2d_backward",)),
    ("two passes", norm_by(two_pass, divide=True), NORMS),
    ("one pass", norm_by(one_pass, divide=False), NORMS),
    ("chain", norm_back_by_chain, NORMS_BACK),
    ("paper", norm_back_by_paper, NORMS_BACK),
]


@pytest.mark.parametrize(("name", "algorithm", "ops"), HONEST, ids=[row[0] for row in HONEST])
def test_no_honest_algorithm_is_blamed(name: str, algorithm: Algorithm, ops: tuple[str, ...]) -> None:
    for case in drawn(*ops):
        got = algorithm(case)
        if case.single:
            assert {array.dtype.name for array in got.values()} == {"float32"}, name
        assert faults(case, got) == {}, (name, case)


@pytest.mark.parametrize("op", OF_ARRAYS)
def test_double_precision_passes_for_single(op: str) -> None:
    """A submission that computes float32 inputs in float64 is more exact than it need be."""
    for case in drawn(op):
        if case.single:
            assert faults(case, BRUTE[op](case)) == {}


# --- small mistakes ------------------------------------------------------------------------------


def nudged(expected: Expected, cell: int, amount: float) -> Array:
    got = expected.value.astype(np.float64)
    got.flat[cell] += amount
    return got


@pytest.mark.parametrize("op", OF_ARRAYS)
def test_a_millionth_shows_in_any_cell(op: str) -> None:
    for case in drawn(op):
        if case.single:
            continue
        for expected in expect(case).values():
            for cell in {0, expected.value.size // 2, expected.value.size - 1}:
                got = nudged(expected, cell, 1e-6)
                assert not np.all(np.abs(got - expected.value) <= expected.bound), case


@pytest.mark.parametrize("op", OF_ARRAYS)
def test_in_single_precision_one_part_in_a_hundred_shows(op: str) -> None:
    for case in drawn(op):
        if case.single:
            for expected in expect(case).values():
                got = expected.value + 0.01 * max(1.0, float(np.max(np.abs(expected.value))))
                assert not np.any(np.abs(got - expected.value) <= expected.bound), case


def unbiased(x: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    mean, var = two_pass(x, axes)
    n = float(np.prod([x.shape[axis] for axis in axes]))
    return mean, var * n / (n - 1)


def without_eps(x: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    mean, var = two_pass(x, axes)
    return mean, var - 1e-5


def eps_forgotten(case: Case) -> Results:
    return norm_by(two_pass, divide=True)(replace(case, params={**case.params, "eps": 0.0}))


def population(case: Case) -> bool:
    return case.params.get("mode") != "test" and not case.single


@pytest.mark.parametrize("op", NORMS)
@pytest.mark.parametrize("statistics", [unbiased, without_eps], ids=lambda function: function.__name__)
def test_wrong_statistics_show_in_every_case(
    op: str, statistics: Callable[[Array, tuple[int, ...]], tuple[Array, Array]]
) -> None:
    seen = [case for case in drawn(op) if population(case)]
    assert len(seen) > 150
    for case in seen:
        assert "out" in faults(case, norm_by(statistics, divide=True)(case)), case


@pytest.mark.parametrize("op", NORMS)
def test_an_eps_that_is_forgotten_shows(op: str) -> None:
    missed = [case for case in drawn(op) if not case.single and not faults(case, eps_forgotten(case))]
    assert missed == []


@pytest.mark.parametrize("op", ["conv2d", "avg_pool2d"])
def test_single_precision_inside_shows_on_real_values(op: str) -> None:
    """A float32 buffer for float64 inputs."""
    for case in drawn(op):
        if case.stratum == "real values":
            got = {name: expected.value.astype(np.float32) for name, expected in expect(case).items()}
            assert faults(case, got)


# --- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", OF_ARRAYS)
def test_bounds_are_small_and_shaped_like_the_results(op: str) -> None:
    for case in drawn(op):
        for name, expected in expect(case).items():
            assert expected.value.shape == expected.bound.shape, name
            assert np.isfinite(expected.bound).all()
            assert (expected.bound >= 0).all()
            assert expected.value.dtype == (np.bool_ if name == "mask" else np.float64)


def test_a_maximum_is_exact() -> None:
    for case in drawn("max_pool2d", "pool2d"):
        average = case.params.get("mode") == "average"
        assert bool(expect(case)["out"].bound.any()) is average


def test_a_mask_is_exact() -> None:
    for case in drawn("mask_from_window"):
        assert not expect(case)["mask"].bound.any()


def test_nothing_but_padding_under_the_window_gives_the_bias() -> None:
    """Where all terms are zero, the bound is that of the bias alone and does not vanish below it."""
    for case in drawn("conv2d"):
        expected = expect(case)["out"]
        assert (expected.bound > 0).all()


def test_gamma_is_the_relative_error_of_a_sum() -> None:
    assert gamma(0, DOUBLE) == 0
    assert gamma(1, DOUBLE) == pytest.approx(2.0**-53)
    assert gamma(1000, SINGLE) == pytest.approx(1000 * 2.0**-24, rel=1e-4)
    assert gamma(1000, SINGLE) > 1000 * 2.0**-24


# --- the table -----------------------------------------------------------------------------------


def test_every_operation_has_cases_and_every_gradient_its_forward() -> None:
    assert OPS.keys() == FAMILIES.keys()
    for name, op in OPS.items():
        assert (op.gradient is not None) == name.endswith("_backward")
        if op.gradient is not None:
            assert op.gradient.forward == name.removesuffix("_backward")
            case = sample(name, cases=1, seed=0)[0]
            assert tuple(op.gradient.of) == case.outputs
            assert {*op.gradient.of.values(), op.gradient.upstream} <= case.arrays.keys()
