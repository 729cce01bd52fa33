"""One window at a time: held against convolution and pooling as a whole, which share no code with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from reference.conv import conv2d
from reference.pool import avg_pool2d_backward, max_pool2d_backward, pool2d, pool2d_backward
from reference.shapes import ShapeError
from reference.single_window import conv_single_step, distribute_value, mask_from_window

RANDOM = np.random.RandomState(7)
X, W, B = RANDOM.normal(size=(3, 2, 4)), RANDOM.normal(size=(3, 2, 4)), np.array(0.75)


def test_a_step_is_a_convolution_with_a_single_position() -> None:
    whole = conv2d(X[None], W[None], B[None])
    assert whole.shape == (1, 1, 1, 1)
    assert conv_single_step(X, W, B) == pytest.approx(whole.item())
    assert conv_single_step(X, W, B).shape == ()


def test_mask_and_shares_are_the_gradients_of_a_pool_of_one_window() -> None:
    x, dz = X[0], np.array(-1.5)
    largest = max_pool2d_backward(dz.reshape(1, 1, 1, 1), x[None, None], window=x.shape, stride=1)
    mean = avg_pool2d_backward(dz.reshape(1, 1, 1, 1), x[None, None], window=x.shape, stride=1)
    assert np.array_equal(mask_from_window(x) * dz, largest[0, 0])
    assert np.allclose(distribute_value(dz, shape=x.shape), mean[0, 0])
    assert distribute_value(dz, shape=x.shape).sum() == pytest.approx(dz.item())


def test_single_precision_stays() -> None:
    single = [array.astype(np.float32) for array in (X, W, B)]
    assert conv_single_step(*single).dtype == np.float32
    assert distribute_value(single[2], shape=(2, 3)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: conv_single_step(X[0], W, B), ShapeError, r"x must have shape \(C, KH, KW\)"),
        (lambda: conv_single_step(X, W[:2], B), ShapeError, r"w must have shape \(3, 2, 4\)"),
        (lambda: conv_single_step(X, W, B[None]), ShapeError, r"b must have shape \(\), a single number"),
        (lambda: conv_single_step(X, W.astype(int), B), TypeError, "w must be float32 or float64"),
        (lambda: mask_from_window(X), ShapeError, r"x must have shape \(KH, KW\)"),
        (lambda: mask_from_window(X[0, :0]), ShapeError, "x must have a maximum"),
        (lambda: distribute_value(B[None], shape=(2, 2)), ShapeError, "dz must have shape"),
        (lambda: distribute_value(B, shape=(2, 0)), ShapeError, r"at least one pixel; got \(2, 0\)"),
        (lambda: pool2d(X[None], window=2, stride=1, mode="min"), ValueError, "one of 'max', 'average'; got"),
        (
            lambda: pool2d_backward(X[None], X[None], window=1, stride=1, mode="Max"),
            ValueError,
            "got 'Max'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call: Callable[[], object], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
