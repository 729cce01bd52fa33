from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reference.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from reference.shapes import ShapeError

Array = NDArray[np.floating[Any]]
Pair = tuple[int, int]


class PoolCase(NamedTuple):
    x: Array
    dout: Array
    window: Pair
    stride: Pair

    @property
    def options(self) -> dict[str, Pair]:
        return {"window": self.window, "stride": self.stride}


@st.composite
def pool_cases(draw: st.DrawFn, *, areas: tuple[int, ...] = (1, 2, 3, 4)) -> PoolCase:
    """Draw overlapping windows, gaps and leftovers; integers in [-3, 3], so many maxima are shared."""
    window, stride = draw(st.tuples(*[st.sampled_from(areas)] * 2)), draw(st.tuples(*[st.integers(1, 4)] * 2))
    oh, ow, n, c = draw(st.tuples(*[st.integers(1, 3)] * 4))
    over = draw(st.tuples(st.integers(0, stride[0] - 1), st.integers(0, stride[1] - 1)))
    height = stride[0] * (oh - 1) + window[0] + over[0]
    width = stride[1] * (ow - 1) + window[1] + over[1]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x, dout = rng.integers(-3, 4, (n, c, height, width)), rng.integers(-3, 4, (n, c, oh, ow))
    return PoolCase(x.astype(np.float64), dout.astype(np.float64), window, stride)


def window_at(case: PoolCase, i: int, j: int) -> tuple[slice, slice]:
    top, left = i * case.stride[0], j * case.stride[1]
    return slice(top, top + case.window[0]), slice(left, left + case.window[1])


def looped(case: PoolCase, reduce: Callable[[Array], Any]) -> Array:
    out = np.zeros_like(case.dout)
    for n, c, i, j in np.ndindex(out.shape):
        rows, columns = window_at(case, i, j)
        out[n, c, i, j] = reduce(case.x[n, c, rows, columns])
    return out


def looped_max_backward(case: PoolCase) -> Array:
    dx = np.zeros_like(case.x)
    for n, c, i, j in np.ndindex(case.dout.shape):
        rows, columns = window_at(case, i, j)
        pixels = case.x[n, c, rows, columns]
        u, v = np.unravel_index(np.argmax(pixels), pixels.shape)  # argmax takes the first in row-major order
        dx[n, c, rows.start + u, columns.start + v] += case.dout[n, c, i, j]
    return dx


def looped_avg_backward(case: PoolCase) -> Array:
    dx = np.zeros_like(case.x)
    for n, c, i, j in np.ndindex(case.dout.shape):
        rows, columns = window_at(case, i, j)
        dx[n, c, rows, columns] += case.dout[n, c, i, j] / (case.window[0] * case.window[1])
    return dx


@given(case=pool_cases())
def test_max_pooling_does_what_the_loops_do_ties_and_all(case: PoolCase) -> None:
    np.testing.assert_array_equal(max_pool2d(case.x, **case.options), looped(case, np.max), strict=True)
    dx = max_pool2d_backward(case.dout, case.x, **case.options)
    np.testing.assert_array_equal(dx, looped_max_backward(case), strict=True)


@given(case=pool_cases())
def test_average_pooling_does_what_the_loops_do(case: PoolCase) -> None:
    out = avg_pool2d(case.x, **case.options)
    np.testing.assert_allclose(out, looped(case, np.mean), rtol=0, atol=1e-14, strict=True)
    dx = avg_pool2d_backward(case.dout, case.x, **case.options)
    np.testing.assert_allclose(dx, looped_avg_backward(case), rtol=0, atol=1e-14, strict=True)


@given(case=pool_cases(areas=(1, 2, 4)))
def test_average_backward_is_the_adjoint_of_forward(case: PoolCase) -> None:
    """Exactly: dividing by 1, 2, 4, 8 or 16 loses nothing."""
    dx = avg_pool2d_backward(case.dout, case.x, **case.options)
    assert np.vdot(avg_pool2d(case.x, **case.options), case.dout) == np.vdot(case.x, dx)


@given(case=pool_cases())
def test_max_backward_is_the_adjoint_of_picking_the_maxima(case: PoolCase) -> None:
    """Max pooling is linear where the winners stay the same, and x is such a place."""
    dx = max_pool2d_backward(case.dout, case.x, **case.options)
    assert np.vdot(max_pool2d(case.x, **case.options), case.dout) == np.vdot(case.x, dx)


def without_overlap(case: PoolCase) -> Array:
    dx = np.zeros_like(case.x)
    for n, c, i, j in np.ndindex(case.dout.shape):
        rows, columns = window_at(case, i, j)
        dx[n, c, rows, columns] = case.dout[n, c, i, j] / (case.window[0] * case.window[1])
    return dx


def to_every_maximum(case: PoolCase) -> Array:
    dx = np.zeros_like(case.x)
    for n, c, i, j in np.ndindex(case.dout.shape):
        rows, columns = window_at(case, i, j)
        pixels = case.x[n, c, rows, columns]
        dx[n, c, rows, columns] += (pixels == pixels.max()) * case.dout[n, c, i, j]
    return dx


@pytest.mark.parametrize(
    ("wrong", "right", "forward"),
    [(without_overlap, looped_avg_backward, avg_pool2d), (to_every_maximum, looped_max_backward, max_pool2d)],
)
def test_the_loops_and_the_adjoint_identity_reject(
    wrong: Callable[[PoolCase], Array],
    right: Callable[[PoolCase], Array],
    forward: Callable[..., Array],
) -> None:
    def rejected(case: PoolCase) -> bool:
        dx = wrong(case)
        through_out = np.vdot(forward(case.x, **case.options), case.dout)
        return not np.allclose(dx, right(case)) and bool(through_out != np.vdot(case.x, dx))

    find(pool_cases(areas=(1, 2)), rejected, settings=settings(max_examples=300, database=None))


def test_the_first_of_several_maxima_takes_the_gradient() -> None:
    x = np.array([[1.0, 5.0], [5.0, 5.0]])[None, None]
    dx = max_pool2d_backward(np.full((1, 1, 1, 1), 7.0), x, window=2, stride=1)
    assert dx.tolist() == [[[[0.0, 7.0], [0.0, 0.0]]]]


def test_pixels_in_gaps_and_left_over_have_no_gradient() -> None:
    x = np.arange(6.0).reshape(1, 1, 1, 6)
    dout = np.ones((1, 1, 1, 2))
    for backward in (max_pool2d_backward, avg_pool2d_backward):
        assert backward(dout, x, window=1, stride=3).tolist() == [[[[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]]]]


def test_nan_is_a_maximum_that_gives_no_gradient() -> None:
    x = np.array([[1.0, np.nan]])[None, None]
    assert np.isnan(max_pool2d(x, window=(1, 2), stride=1)).all()
    assert not max_pool2d_backward(np.ones((1, 1, 1, 1)), x, window=(1, 2), stride=1).any()


def test_an_infinite_gradient_stays_where_it_belongs() -> None:
    x = np.array([[1.0, 2.0]])[None, None]
    dx = max_pool2d_backward(np.full((1, 1, 1, 1), np.inf), x, window=(1, 2), stride=1)
    assert dx.tolist() == [[[[0.0, np.inf]]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("window", "stride"), [((2, 2), (2, 2)), ((3, 2), (1, 2)), ((2, 1), (3, 2))])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_torch_agrees(kind: str, dtype: Any, window: Pair, stride: Pair) -> None:
    torch = pytest.importorskip("torch", reason="torch is the second opinion; the loops above are the first")
    forward, backward = {
        "max": (max_pool2d, max_pool2d_backward),
        "avg": (avg_pool2d, avg_pool2d_backward),
    }[kind]
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, 8, 7)).astype(dtype)
    tensor = torch.tensor(x, requires_grad=True)
    expected = getattr(torch.nn.functional, f"{kind}_pool2d")(tensor, window, stride)
    dout = rng.standard_normal(tuple(expected.shape)).astype(dtype)
    expected.backward(torch.tensor(dout))

    out = forward(x, window=window, stride=stride)
    dx = backward(dout, x, window=window, stride=stride)

    tolerance = 20 * np.finfo(dtype).eps
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=0, atol=tolerance, strict=True)
    np.testing.assert_allclose(dx, tensor.grad.numpy(), rtol=0, atol=tolerance, strict=True)


def test_arrays_need_not_be_contiguous_and_stay_as_they_were() -> None:
    rng = np.random.default_rng(0)
    x, dout = rng.standard_normal((2, 3, 6, 5)), rng.standard_normal((2, 3, 5, 4))
    views = [np.asfortranarray(array) for array in (x, dout)]
    for view in views:
        view.flags.writeable = False
    vx, vdout = views
    assert not vx.flags.c_contiguous
    for forward, backward in ((max_pool2d, max_pool2d_backward), (avg_pool2d, avg_pool2d_backward)):
        np.testing.assert_array_equal(forward(vx, window=2, stride=1), forward(x, window=2, stride=1))
        dx = backward(vdout, vx, window=2, stride=1)
        np.testing.assert_array_equal(dx, backward(dout, x, window=2, stride=1))
    np.testing.assert_array_equal(vx, x)
    np.testing.assert_array_equal(vdout, dout)


def test_results_are_new_arrays_even_of_windows_of_one_pixel() -> None:
    x = np.ones((1, 1, 2, 2))
    assert not np.shares_memory(max_pool2d(x, window=1, stride=1), x)
    assert not np.shares_memory(avg_pool2d(x, window=1, stride=1), x)


X, DOUT = np.ones((2, 3, 5, 4)), np.ones((2, 3, 2, 2))
FORWARD = (max_pool2d, avg_pool2d)
BACKWARD = (max_pool2d_backward, avg_pool2d_backward)


@pytest.mark.parametrize("pool", FORWARD)
@pytest.mark.parametrize(
    ("x", "options", "error", "message"),
    [
        (X[0], {"window": 2, "stride": 2}, ShapeError, "x must have shape (N, C, H, W); got (3, 5, 4)"),
        (
            X,
            {"window": (2, 5), "stride": 2},
            ShapeError,
            "a kernel of 5 does not fit in 4 pixels: 4 and 0 on each side",
        ),
        (X, {"window": 0, "stride": 2}, ShapeError, "window must be an integer >= 1; got 0"),
        (X, {"window": 2, "stride": (1, 0)}, ShapeError, "stride must be an integer >= 1; got 0"),
        (
            X.astype(np.int32),
            {"window": 2, "stride": 2},
            TypeError,
            "x must be float32 or float64; got int32: convert it, such as by x.astype(np.float64)",
        ),
    ],
)
def test_what_is_said_about_bad_inputs(
    pool: Callable[..., Array], x: Array, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        pool(x, **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("backward", BACKWARD)
@pytest.mark.parametrize(
    ("dout", "x", "error", "message"),
    [
        (
            DOUT[..., :1],
            X,
            ShapeError,
            "dout must have shape (2, 3, 2, 2), that of the output; got (2, 3, 2, 1)",
        ),
        (DOUT, X[0], ShapeError, "x must have shape (N, C, H, W); got (3, 5, 4)"),
        (
            DOUT.astype(np.float32),
            X,
            TypeError,
            "dout is float32 but x is float64; convert one, so that it is clear which precision is meant",
        ),
    ],
)
def test_what_is_said_about_bad_gradients(
    backward: Callable[..., Array], dout: Array, x: Array, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        backward(dout, x, window=2, stride=2)
    assert str(caught.value) == message
