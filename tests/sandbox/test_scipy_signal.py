"""What takes the place of SciPy's convolutions and scikit-image's windows, against their definitions."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from grader.sandbox.guest import scipy_signal
from grader.steps import Ending

from .stage import Stage, call

SIZES = list(itertools.product((1, 2, 3, 5), (2, 3), (1, 2, 3), (1, 2, 3)))


def full(a: Any, b: Any) -> Any:
    """The polynomials' product, term by term."""
    out = np.zeros((a.shape[0] + b.shape[0] - 1, a.shape[1] + b.shape[1] - 1))
    for (i, j), (u, v) in itertools.product(np.ndindex(a.shape), np.ndindex(b.shape)):
        out[i + u, j + v] += a[i, j] * b[u, v]
    return out


@pytest.mark.parametrize(("h", "w", "kh", "kw"), SIZES)
def test_it_is_the_convolution_of_matrices(h: int, w: int, kh: int, kw: int) -> None:
    a, b = np.arange(1.0, h * w + 1).reshape(h, w), np.arange(2.0, kh * kw + 2).reshape(kh, kw)
    for of in (scipy_signal.convolve2d, scipy_signal.convolve, scipy_signal.fftconvolve):
        np.testing.assert_array_equal(of(a, b), full(a, b))
        if kh <= h and kw <= w:
            np.testing.assert_array_equal(of(a, b, "valid"), full(a, b)[kh - 1 : h, kw - 1 : w])
        top, left = (kh - 1) // 2, (kw - 1) // 2
        np.testing.assert_array_equal(of(a, b, "same"), full(a, b)[top : top + h, left : left + w])


@pytest.mark.parametrize(("h", "w", "kh", "kw"), SIZES)
def test_a_correlation_does_not_flip(h: int, w: int, kh: int, kw: int) -> None:
    a, b = np.arange(1.0, h * w + 1).reshape(h, w), np.arange(2.0, kh * kw + 2).reshape(kh, kw)
    np.testing.assert_array_equal(scipy_signal.correlate(a, b), full(a, b[::-1, ::-1]))
    padded = np.pad(a, ((kh, kh), (kw, kw)))
    same = scipy_signal.correlate2d(a, b, mode="same")
    for i, j in np.ndindex(same.shape):  # in2 lies with its middle, or what is left and above of it, on i, j
        top, left = i + kh - (kh - 1) // 2, j + kw - (kw - 1) // 2
        assert same[i, j] == np.sum(padded[top : top + kh, left : left + kw] * b)


def test_images_of_several_channels_are_convolved_along_all_axes() -> None:
    a, b = np.arange(24.0).reshape(2, 3, 4), np.arange(8.0).reshape(2, 2, 2)
    expected = [[np.sum(a[:, i : i + 2, j : j + 2] * b) for j in range(3)] for i in range(2)]
    np.testing.assert_array_equal(scipy_signal.correlate(a, b, "valid"), [expected])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((np.ones((2, 2)), np.ones((2, 2)), "valid", "wrap"), TypeError),
        ((np.ones((2, 2)), np.ones((2, 2)), "middle"), ValueError),
        ((np.ones(2), np.ones((2, 2))), ValueError),
        ((np.ones((3, 1)), np.ones((1, 3)), "valid"), ValueError),
    ],
)
def test_what_it_does_not_know_it_refuses(arguments: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        scipy_signal.convolve2d(*arguments)


def test_windows_and_blocks() -> None:
    x = np.arange(20.0).reshape(4, 5)
    windows = scipy_signal.view_as_windows(x, (2, 3), step=2)
    assert windows.shape == (2, 2, 2, 3)
    np.testing.assert_array_equal(windows[1, 1], x[2:4, 2:5])
    np.testing.assert_array_equal(scipy_signal.view_as_blocks(x, (2, 5))[1, 0], x[2:])
    np.testing.assert_array_equal(scipy_signal.block_reduce(x, (2, 5), np.max), [[9], [19]])
    np.testing.assert_array_equal(scipy_signal.block_reduce(x, (3, 4)), [[78, 27], [66, 19]])
    with pytest.raises(ValueError, match="compatible"):
        scipy_signal.view_as_blocks(x, (2, 2))


@pytest.mark.parametrize(
    "imported",
    [
        "from scipy.signal import convolve2d",
        "from scipy import signal\nconvolve2d = signal.convolve2d",
        "import scipy.signal\nconvolve2d = scipy.signal.convolve2d",
        "import scipy\nconvolve2d = scipy.signal.convolve2d",
        "import scipy.signal as s\nconvolve2d = s.convolve2d",
    ],
)
def test_a_submission_may_use_it_and_a_note_says_so(one: Stage, imported: str) -> None:
    text = f"import numpy as np\n{imported}\ndef f():\n    return convolve2d(np.eye(2), np.ones((1, 1)))"
    played = one.play(text, call())
    assert played.replies[0].ending is Ending.RETURNED
    assert played.replies[0].values["y"].tolist() == [[1, 0], [0, 1]]  # type: ignore[union-attr]
    note = "scipy.signal.convolve2d is not there; a replacement in NumPy took its place"
    assert note in (*played.load.notes, *played.notes)


def test_the_rest_of_the_module_still_complains(one: Stage) -> None:
    error = one.reply("from scipy import signal\ndef f():\n    return signal.medfilt([1])").error
    assert error is not None
    assert error.message == "scipy is not available: this assignment allows numpy only"
