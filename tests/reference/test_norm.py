from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference.gradcheck import adjoint_sides
from reference.norm import (
    batch_statistics,
    running_average,
    spatial_batchnorm,
    spatial_batchnorm_backward,
    spatial_groupnorm,
    spatial_groupnorm_backward,
)
from reference.shapes import ShapeError

Array = NDArray[np.floating[Any]]

CHANNELS = 6
GROUPS = (1, 2, 3, 6)


def arrays(dtype: Any = np.float64) -> tuple[Array, Array, Array, Array]:
    """x and dout (3, 6, 4, 5), gamma and beta (6,); x far from mean 0 and variance 1."""
    rng = np.random.default_rng(0)
    x, dout = 3 + 2 * rng.standard_normal((3, CHANNELS, 4, 5)), rng.standard_normal((3, CHANNELS, 4, 5))
    gamma, beta = rng.standard_normal((2, CHANNELS))
    return x.astype(dtype), dout.astype(dtype), gamma.astype(dtype), beta.astype(dtype)


# --- loops, written from the formula ---------------------------------------------------------------


def moments(values: Array) -> tuple[float, float]:
    numbers = [float(value) for value in values.ravel()]
    mean = sum(numbers) / len(numbers)
    return mean, sum((number - mean) ** 2 for number in numbers) / len(numbers)


def looped_batchnorm(x: Array, gamma: Array, beta: Array, eps: float) -> Array:
    out = np.zeros_like(x)
    for c in range(x.shape[1]):
        mean, var = moments(x[:, c])
        out[:, c] = gamma[c] * (x[:, c] - mean) / (var + eps) ** 0.5 + beta[c]
    return out


def looped_groupnorm(x: Array, gamma: Array, beta: Array, groups: int, eps: float) -> Array:
    out = np.zeros_like(x)
    size = x.shape[1] // groups
    for n, c in np.ndindex(x.shape[:2]):
        first = c // size * size
        mean, var = moments(x[n, first : first + size])
        out[n, c] = gamma[c] * (x[n, c] - mean) / (var + eps) ** 0.5 + beta[c]
    return out


@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_batchnorm_does_what_the_loops_do(eps: float) -> None:
    x, _, gamma, beta = arrays()
    out = spatial_batchnorm(x, gamma, beta, eps=eps)
    np.testing.assert_allclose(out, looped_batchnorm(x, gamma, beta, eps), rtol=0, atol=1e-13, strict=True)


@pytest.mark.parametrize("eps", [1e-5, 0.5])
@pytest.mark.parametrize("groups", GROUPS)
def test_groupnorm_does_what_the_loops_do(groups: int, eps: float) -> None:
    x, _, gamma, beta = arrays()
    out = spatial_groupnorm(x, gamma, beta, groups=groups, eps=eps)
    expected = looped_groupnorm(x, gamma, beta, groups, eps)
    np.testing.assert_allclose(out, expected, rtol=0, atol=1e-13, strict=True)


def unbiased(x: Array, gamma: Array, beta: Array) -> Array:
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3), ddof=1)
    return spatial_batchnorm(x, gamma, beta, mean=mean, var=var)


def interleaved_groups(x: Array, gamma: Array, beta: Array) -> Array:
    """Group channels c, c + G, c + 2G, ... instead of neighbours."""
    order = np.arange(CHANNELS).reshape(3, 2).T.ravel()
    out = np.empty_like(x)
    out[:, order] = spatial_groupnorm(x[:, order], gamma[order], beta[order], groups=2)
    return out


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (unbiased, looped_batchnorm),
        (interleaved_groups, lambda x, gamma, beta, eps: looped_groupnorm(x, gamma, beta, 2, eps)),
        (spatial_batchnorm, lambda x, gamma, beta, eps: looped_groupnorm(x, gamma, beta, 6, eps)),
    ],
)
def test_the_loops_reject(wrong: Callable[..., Array], right: Callable[..., Array]) -> None:
    x, _, gamma, beta = arrays()
    assert np.abs(wrong(x, gamma, beta) - right(x, gamma, beta, 1e-5)).max() > 1e-3


# --- statistics ------------------------------------------------------------------------------------


def test_batch_statistics_are_those_of_each_channel_with_the_biased_variance() -> None:
    x = np.zeros((2, 2, 1, 2))
    x[:, 0], x[:, 1] = [[[1.0, 2.0]], [[3.0, 6.0]]], 5.0
    mean, var = batch_statistics(x)
    assert mean.tolist() == [3.0, 5.0]
    assert var.tolist() == [(4 + 1 + 0 + 9) / 4, 0.0]


def test_with_statistics_of_its_own_a_batch_is_normalised_as_in_training() -> None:
    x, _, gamma, beta = arrays()
    mean, var = batch_statistics(x)
    tested = spatial_batchnorm(x, gamma, beta, mean=mean, var=var)
    np.testing.assert_allclose(tested, spatial_batchnorm(x, gamma, beta), rtol=0, atol=1e-13)


def test_given_statistics_are_the_ones_that_count() -> None:
    x = np.full((1, 2, 1, 1), 5.0)
    one, mean, var = np.ones(2), np.array([1.0, 3.0]), np.array([4.0, 0.25])
    out = spatial_batchnorm(x, one, 10 * one, eps=0.0, mean=mean, var=var)
    assert out.ravel().tolist() == [10 + 4 / 2, 10 + 2 / 0.5]


def test_the_momentum_is_the_weight_of_the_old() -> None:
    assert running_average(8.0, 16.0, momentum=0.75) == 10.0
    assert running_average(np.array([10.0, 0.0]), np.array([0.0, 10.0])).tolist() == pytest.approx([9.0, 1.0])


# --- gradients -------------------------------------------------------------------------------------


def batch(x: Array, gamma: Array, beta: Array) -> Array:
    return spatial_batchnorm(x, gamma, beta, eps=1e-2)


def batch_gradients(dout: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    return spatial_batchnorm_backward(dout, x, gamma, eps=1e-2)


def group(x: Array, gamma: Array, beta: Array) -> Array:
    return spatial_groupnorm(x, gamma, beta, groups=3, eps=1e-2)


def group_gradients(dout: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    return spatial_groupnorm_backward(dout, x, gamma, groups=3, eps=1e-2)


Forward = Callable[[Array, Array, Array], Array]
Backward = Callable[[Array, Array, Array], tuple[Array, Array, Array]]


def gap(forward: Forward, backward: Backward, which: int, *, seed: int) -> float:
    """Return by how much the adjoint identity fails in x, gamma or beta (0, 1, 2)."""
    x, dout, gamma, beta = arrays()
    inputs = [x, gamma, beta]
    v = np.random.default_rng(seed).standard_normal(inputs[which].shape)

    def f(varied: Array) -> Array:
        return forward(*(varied if place == which else value for place, value in enumerate(inputs)))

    left, right = adjoint_sides(f, inputs[which], v, dout, lambda g: backward(g, x, gamma)[which], h=1e-5)
    return abs(left - right)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["dx", "dgamma", "dbeta"])
@pytest.mark.parametrize(("forward", "backward"), [(batch, batch_gradients), (group, group_gradients)])
def test_gradients_agree_with_central_differences(forward: Forward, backward: Backward, which: int) -> None:
    assert max(gap(forward, backward, which, seed=seed) for seed in range(3)) < 1e-7


def constant_statistics(dout: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    """Forget that mean and variance depend on x."""
    scale = gamma / np.sqrt(x.var(axis=(0, 2, 3)) + 1e-2)
    _, dgamma, dbeta = batch_gradients(dout, x, gamma)
    return dout * scale[:, None, None], dgamma, dbeta


def swapped_parameters(dout: Array, x: Array, gamma: Array) -> tuple[Array, Array, Array]:
    dx, dgamma, dbeta = batch_gradients(dout, x, gamma)
    return dx, dbeta, dgamma


@pytest.mark.parametrize(
    ("wrong", "which"), [(constant_statistics, 0), (swapped_parameters, 1), (swapped_parameters, 2)]
)
def test_central_differences_reject(wrong: Backward, which: int) -> None:
    assert max(gap(batch, wrong, which, seed=seed) for seed in range(3)) > 1e-2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("groups", [None, *GROUPS])
def test_torch_agrees(groups: int | None, dtype: Any) -> None:
    torch = pytest.importorskip("torch", reason="torch is the second opinion; the loops above are the first")
    x, dout, gamma, beta = arrays(dtype)
    tx, tgamma, tbeta = (torch.tensor(array, requires_grad=True) for array in (x, gamma, beta))
    if groups is None:
        expected = torch.nn.functional.batch_norm(tx, None, None, tgamma, tbeta, training=True)
        results = (spatial_batchnorm(x, gamma, beta), *spatial_batchnorm_backward(dout, x, gamma))
    else:
        expected = torch.nn.functional.group_norm(tx, groups, tgamma, tbeta)
        gradients = spatial_groupnorm_backward(dout, x, gamma, groups=groups)
        results = (spatial_groupnorm(x, gamma, beta, groups=groups), *gradients)
    expected.backward(torch.tensor(dout))

    wanted = (expected.detach().numpy(), tx.grad.numpy(), tgamma.grad.numpy(), tbeta.grad.numpy())
    tolerance = 200 * np.finfo(dtype).eps
    for got, right in zip(results, wanted, strict=True):
        np.testing.assert_allclose(got, right, rtol=0, atol=tolerance, strict=True)


# --- layouts and types -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_that_goes_in_comes_out(dtype: Any) -> None:
    x, dout, gamma, beta = arrays(dtype)
    results = (
        *batch_statistics(x),
        running_average(gamma, beta),
        batch(x, gamma, beta),
        spatial_batchnorm(x, gamma, beta, mean=beta, var=gamma**2),
        group(x, gamma, beta),
        *batch_gradients(dout, x, gamma),
        *group_gradients(dout, x, gamma),
    )
    assert {result.dtype for result in results} == {np.dtype(dtype)}


def test_arrays_need_not_be_contiguous_and_stay_as_they_were() -> None:
    x, dout, gamma, beta = arrays()
    vx, vdout = np.asfortranarray(x), np.asfortranarray(dout)
    vgamma, vbeta = np.repeat(gamma, 2)[::2], np.repeat(beta, 2)[::2]
    views = (vx, vdout, vgamma, vbeta)
    for view in views:
        assert not view.flags.c_contiguous
        view.flags.writeable = False
    results = (
        batch(vx, vgamma, vbeta),
        group(vx, vgamma, vbeta),
        *batch_gradients(vdout, vx, vgamma),
        *group_gradients(vdout, vx, vgamma),
    )
    expected = (
        batch(x, gamma, beta),
        group(x, gamma, beta),
        *batch_gradients(dout, x, gamma),
        *group_gradients(dout, x, gamma),
    )
    for got, right in zip(results, expected, strict=True):
        np.testing.assert_allclose(got, right, rtol=0, atol=1e-12)
    for view, array in zip(views, (x, dout, gamma, beta), strict=True):
        np.testing.assert_array_equal(view, array)


# --- errors ----------------------------------------------------------------------------------------

X, DOUT, GAMMA, BETA = arrays()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: batch_statistics(X[0]), ShapeError, "x must have shape (N, C, H, W); got (6, 4, 5)"),
        (
            lambda: batch_statistics(X[:0]),
            ShapeError,
            "x must have at least one value to take statistics of; got shape (0, 6, 4, 5)",
        ),
        (
            lambda: batch_statistics(X.astype(np.int64)),
            TypeError,
            "x must be float32 or float64; got int64: convert it, such as by x.astype(np.float64)",
        ),
        (
            lambda: running_average(0.0, 1.0, momentum=1.5),
            ValueError,
            "momentum must be between 0 and 1; got 1.5",
        ),
        (
            lambda: spatial_batchnorm(X, GAMMA[:5], BETA),
            ShapeError,
            "gamma must have shape (6,), one number per channel of x; got (5,)",
        ),
        (
            lambda: spatial_batchnorm(X, GAMMA, BETA[:, None, None]),
            ShapeError,
            "beta must have shape (6,), one number per channel of x; got (6, 1, 1)",
        ),
        (lambda: spatial_batchnorm(X, GAMMA, BETA, eps=-1.0), ValueError, "eps must be >= 0; got -1.0"),
        (
            lambda: spatial_batchnorm(X, GAMMA, BETA, mean=BETA),
            ShapeError,
            "give both mean and var, or neither; got only mean",
        ),
        (
            lambda: spatial_batchnorm(X, GAMMA, BETA, var=BETA),
            ShapeError,
            "give both mean and var, or neither; got only var",
        ),
        (
            lambda: spatial_batchnorm(X, GAMMA, BETA, mean=BETA, var=BETA[1:]),
            ShapeError,
            "var must have shape (6,), one number per channel of x; got (5,)",
        ),
        (
            lambda: spatial_batchnorm(X, GAMMA, BETA.astype(np.float32)),
            TypeError,
            "x is float64 but beta is float32; convert one, so that it is clear which precision is meant",
        ),
        (
            lambda: spatial_batchnorm_backward(DOUT[:2], X, GAMMA),
            ShapeError,
            "dout must have shape (3, 6, 4, 5), that of x; got (2, 6, 4, 5)",
        ),
        (
            lambda: spatial_batchnorm_backward(DOUT.astype(np.float32), X, GAMMA),
            TypeError,
            "x is float64 but dout is float32; convert one, so that it is clear which precision is meant",
        ),
        (
            lambda: spatial_batchnorm_backward(DOUT, X, GAMMA, eps=float("nan")),
            ValueError,
            "eps must be >= 0; got nan",
        ),
        (
            lambda: spatial_groupnorm(X, GAMMA, BETA, groups=4),
            ShapeError,
            "groups must be a divisor of the 6 channels of x; got 4",
        ),
        (
            lambda: spatial_groupnorm(X, GAMMA, BETA, groups=0),
            ShapeError,
            "groups must be a divisor of the 6 channels of x; got 0",
        ),
        (
            lambda: spatial_groupnorm(X, GAMMA[None, :, None, None], BETA, groups=2),
            ShapeError,
            "gamma must have shape (6,), one number per channel of x; got (1, 6, 1, 1)",
        ),
        (
            lambda: spatial_groupnorm_backward(DOUT, X, GAMMA, groups=5),
            ShapeError,
            "groups must be a divisor of the 6 channels of x; got 5",
        ),
        (
            lambda: spatial_groupnorm_backward(DOUT, X, GAMMA, groups=2, eps=-1e-5),
            ValueError,
            "eps must be >= 0; got -1e-05",
        ),
    ],
)
def test_what_is_said_about_bad_inputs(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
