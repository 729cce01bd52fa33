from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reference.conv import conv2d, conv2d_backward
from reference.gradcheck import adjoint_sides, directional_difference
from reference.pool import max_pool2d, max_pool2d_backward
from reference.shapes import ShapeError

Array = NDArray[np.floating[Any]]

W, B = np.array([[[[1.0, -2.0], [3.0, 4.0]]]]), np.array([5.0])


def conv(x: Array) -> Array:
    return conv2d(x, W, B, pad=1)


def integers(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float64)


X, V, G = integers(1, 2, 1, 3, 4), integers(2, 2, 1, 3, 4), integers(3, 2, 1, 4, 5)


@given(h=st.sampled_from([0.5, 1.0, 2.0, 64.0]), seed=st.integers(0, 2**32 - 1))
def test_a_central_difference_of_an_affine_function_is_exact_at_any_step(h: float, seed: int) -> None:
    x, v = integers(seed, 2, 1, 3, 4), integers(seed + 1, 2, 1, 3, 4)
    expected = conv2d(v, W, 0 * B, pad=1)
    np.testing.assert_array_equal(directional_difference(conv, x, v, h=h), expected, strict=True)


def test_a_central_difference_of_a_square_is_exact_and_of_a_cube_is_h_squared_off() -> None:
    x, v = np.array([3.0, -1.0]), np.array([1.0, 2.0])
    np.testing.assert_array_equal(directional_difference(np.square, x, v, h=0.5), 2 * x * v)
    error = directional_difference(lambda y: y**3, x, v, h=0.5) - 3 * x**2 * v
    np.testing.assert_array_equal(error, 0.5**2 * v**3)


def test_a_difference_across_a_kink_is_no_derivative() -> None:
    x, v = np.array([[[[1.0, 1.5]]]]), np.array([[[[1.0, 0.0]]]])

    def pool(y: Array) -> Array:
        return max_pool2d(y, window=(1, 2), stride=1)

    assert directional_difference(pool, x, v, h=0.25).item() == 0.0
    assert directional_difference(pool, x, v, h=1.0).item() == 0.25
    tie = np.array([[[[1.0, 1.0]]]])
    assert directional_difference(pool, tie, v, h=0.25).item() == 0.5


def conv_gradient(g: Array) -> Array:
    return conv2d_backward(g, X, W, pad=1)[0]


@given(seed=st.integers(0, 2**32 - 1))
def test_the_sides_are_equal_to_the_last_bit_for_a_right_gradient(seed: int) -> None:
    v, g = integers(seed, *V.shape), integers(seed + 1, *G.shape)
    left, right = adjoint_sides(conv, X, v, g, conv_gradient)
    assert left == right


@pytest.mark.parametrize(
    "wrong",
    [
        lambda g: conv2d_backward(g, X, W[:, :, ::-1, ::-1], pad=1)[0],
        lambda g: conv2d_backward(g, X, W.swapaxes(2, 3), pad=1)[0],
        lambda g: 2 * conv_gradient(g),
        lambda g: np.zeros_like(X),
        lambda g: np.full_like(X, np.nan),
    ],
    ids=["flipped kernel", "transposed kernel", "twice", "zeros", "NaN"],
)
def test_the_sides_differ_for_a_wrong_gradient(wrong: Callable[[Array], Array]) -> None:
    left, right = adjoint_sides(conv, X, V, G, wrong)
    assert left != right


def test_a_gradient_to_match_a_wrong_forward_passes_as_the_docstring_warns() -> None:
    flipped = W[:, :, ::-1, ::-1]
    left, right = adjoint_sides(
        lambda x: conv2d(x, flipped, B, pad=1), X, V, G, lambda g: conv2d_backward(g, X, flipped, pad=1)[0]
    )
    assert left == right


def test_max_pooling_is_checked_with_a_small_step() -> None:
    x = np.random.default_rng(0).permutation(48.0 + np.arange(24.0)).reshape(2, 1, 3, 4)
    g = integers(4, 2, 1, 2, 3)

    def pool(y: Array) -> Array:
        return max_pool2d(y, window=2, stride=1)

    def backward(g: Array) -> Array:
        return max_pool2d_backward(g, x, window=2, stride=1)

    left, right = adjoint_sides(pool, x, V, g, backward, h=1 / 16)  # |h · v| <= 1/4: no winner changes
    assert left == right


def test_inputs_stay_as_they_were() -> None:
    given_arrays = [array.copy() for array in (X, V, G)]
    for array in given_arrays:
        array.flags.writeable = False
    x, v, g = given_arrays
    assert adjoint_sides(conv, x, v, g, conv_gradient) == adjoint_sides(conv, X, V, G, conv_gradient)


def test_single_precision_stays_single() -> None:
    x, v = X.astype(np.float32), V.astype(np.float32)
    assert directional_difference(lambda y: y, x, v, h=np.float64(1.0)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: directional_difference(conv, X, V[:1], h=1.0),
            ShapeError,
            "v must have shape (2, 1, 3, 4), that of x; got (1, 1, 3, 4)",
        ),
        (lambda: directional_difference(conv, X, V, h=0.0), ValueError, "h must be > 0; got 0.0"),
        (
            lambda: directional_difference(conv, X, V.astype(np.float32), h=1.0),
            TypeError,
            "x is float64 but v is float32; convert one, so that it is clear which precision is meant",
        ),
        (
            lambda: adjoint_sides(conv, X, V, X, conv_gradient),
            ShapeError,
            "g must have shape (2, 1, 4, 5), that of f(x); got (2, 1, 3, 4)",
        ),
        (
            lambda: adjoint_sides(conv, X, V, G, lambda g: g),
            ShapeError,
            "backward(g) must have shape (2, 1, 3, 4), that of x; got (2, 1, 4, 5)",
        ),
        (lambda: adjoint_sides(conv, X, V, G, conv_gradient, h=-1.0), ValueError, "h must be > 0; got -1.0"),
    ],
)
def test_what_is_said_about_bad_inputs(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
