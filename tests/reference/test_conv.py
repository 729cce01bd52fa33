from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reference import conv
from reference.conv import conv2d, conv2d_backward, zero_pad
from reference.shapes import ShapeError

Array = NDArray[np.floating[Any]]
Pair = tuple[int, int]


class ConvCase(NamedTuple):
    x: Array
    w: Array
    b: Array
    dout: Array
    stride: Pair
    pad: Pair


@st.composite
def sizes(draw: st.DrawFn, *, stride: int, pad: int) -> tuple[int, int, int]:
    """Draw (size, kernel, output size) of an axis; up to stride − 1 pixels are left over."""
    kernel = draw(st.integers(1, 4))
    fewest = 1 + max(0, -(-(1 + 2 * pad - kernel) // stride))  # ceiling: keeps size >= 1
    out = draw(st.integers(fewest, fewest + 2))
    leftover = draw(st.integers(0, stride - 1))
    return stride * (out - 1) + kernel - 2 * pad + leftover, kernel, out


@st.composite
def conv_cases(draw: st.DrawFn) -> ConvCase:
    """Draw small integers held as float64, so every sum is exact in any order."""
    stride, pad = draw(st.tuples(*[st.integers(1, 3)] * 2)), draw(st.tuples(*[st.integers(0, 2)] * 2))
    height, kh, oh = draw(sizes(stride=stride[0], pad=pad[0]))
    width, kw, ow = draw(sizes(stride=stride[1], pad=pad[1]))
    n, c, f = draw(st.tuples(*[st.integers(1, 3)] * 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def integers(*shape: int) -> Array:
        return rng.integers(-4, 5, size=shape).astype(np.float64)

    x, w, b, dout = integers(n, c, height, width), integers(f, c, kh, kw), integers(f), integers(n, f, oh, ow)
    return ConvCase(x, w, b, dout, stride, pad)


def arrays(seed: int = 0, dtype: Any = np.float64) -> tuple[Array, Array, Array, Array]:
    """x (2, 3, 7, 5), w (4, 3, 3, 2), b (4,), and dout for stride 1 and pad 0."""
    rng = np.random.default_rng(seed)
    shapes = ((2, 3, 7, 5), (4, 3, 3, 2), (4,), (2, 4, 5, 4))
    x, w, b, dout = (rng.standard_normal(shape).astype(dtype) for shape in shapes)
    return x, w, b, dout


# --- loops, written from the formula -----------------------------------------------------------------


def pixel(x: Array, n: int, c: int, row: int, column: int) -> float:
    """Read the padded image: zero wherever the image is not."""
    inside = 0 <= row < x.shape[2] and 0 <= column < x.shape[3]
    return float(x[n, c, row, column]) if inside else 0.0


def looped(case: ConvCase) -> Array:
    x, w, b, dout, (sh, sw), (ph, pw) = case
    out = np.zeros_like(dout)
    for n, f, i, j in np.ndindex(out.shape):
        products = [
            pixel(x, n, c, i * sh + u - ph, j * sw + v - pw) * w[f, c, u, v]
            for c, u, v in np.ndindex(w.shape[1:])
        ]
        out[n, f, i, j] = b[f] + sum(products)
    return out


def looped_backward(case: ConvCase) -> tuple[Array, Array, Array]:
    x, w, b, dout, (sh, sw), (ph, pw) = case
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for n, f, i, j in np.ndindex(dout.shape):
        db[f] += dout[n, f, i, j]
        for c, u, v in np.ndindex(w.shape[1:]):
            row, column = i * sh + u - ph, j * sw + v - pw
            dw[f, c, u, v] += dout[n, f, i, j] * pixel(x, n, c, row, column)
            if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                dx[n, c, row, column] += dout[n, f, i, j] * w[f, c, u, v]
    return dx, dw, db


@given(case=conv_cases())
def test_both_directions_do_what_the_loops_do(case: ConvCase) -> None:
    x, w, b, dout, stride, pad = case
    np.testing.assert_array_equal(conv2d(x, w, b, stride=stride, pad=pad), looped(case), strict=True)
    gradients = conv2d_backward(dout, x, w, stride=stride, pad=pad)
    for got, expected in zip(gradients, looped_backward(case), strict=True):
        np.testing.assert_array_equal(got, expected, strict=True)


def flipped(case: ConvCase) -> Array:
    return conv2d(case.x, case.w[:, :, ::-1, ::-1], case.b, stride=case.stride, pad=case.pad)


def swapped_strides(case: ConvCase) -> Array:
    return conv2d(case.x, case.w, case.b, stride=case.stride[::-1], pad=case.pad)


def swapped_pads(case: ConvCase) -> Array:
    return conv2d(case.x, case.w, case.b, stride=case.stride, pad=case.pad[::-1])


def without_bias(case: ConvCase) -> Array:
    return conv2d(case.x, case.w, 0 * case.b, stride=case.stride, pad=case.pad)


@pytest.mark.parametrize("wrong", [flipped, swapped_strides, swapped_pads, without_bias])
def test_the_loops_reject(wrong: Callable[[ConvCase], Array]) -> None:
    def differs(case: ConvCase) -> bool:
        try:
            return not np.array_equal(wrong(case), looped(case))
        except ShapeError:
            return True

    find(conv_cases(), differs, settings=settings(max_examples=300, database=None))


# --- the adjoint identity ------------------------------------------------------------------------------


def inner_products(case: ConvCase, dx: Array, dw: Array) -> tuple[float, float, float]:
    """⟨conv(x; w), dout⟩, ⟨x, dx⟩ and ⟨w, dw⟩: equal, because conv2d is linear in x and in w."""
    out = conv2d(case.x, case.w, 0 * case.b, stride=case.stride, pad=case.pad)
    return float(np.vdot(out, case.dout)), float(np.vdot(case.x, dx)), float(np.vdot(case.w, dw))


@given(case=conv_cases())
def test_backward_is_the_adjoint_of_forward(case: ConvCase) -> None:
    dx, dw, db = conv2d_backward(case.dout, case.x, case.w, stride=case.stride, pad=case.pad)
    through_out, through_x, through_w = inner_products(case, dx, dw)
    assert through_out == through_x == through_w
    np.testing.assert_array_equal(db, case.dout.sum(axis=(0, 2, 3)))


def test_the_adjoint_identity_rejects_a_flipped_gradient() -> None:
    def rejected(case: ConvCase) -> bool:
        w = case.w[:, :, ::-1, ::-1]
        dx, dw, _ = conv2d_backward(case.dout, case.x, w, stride=case.stride, pad=case.pad)
        through_out, through_x, through_w = inner_products(case, dx, dw[:, :, ::-1, ::-1])
        return through_out not in (through_x, through_w)

    find(conv_cases(), rejected, settings=settings(max_examples=300, database=None))


# --- torch -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("stride", "pad"), [((1, 1), (0, 0)), ((2, 1), (1, 2)), ((3, 2), (0, 3))])
def test_torch_agrees(dtype: Any, stride: Pair, pad: Pair) -> None:
    torch = pytest.importorskip("torch", reason="torch is the second opinion; the loops above are the first")
    x, w, b, _ = arrays(dtype=dtype)
    inputs = [torch.tensor(array, requires_grad=True) for array in (x, w, b)]
    expected = torch.nn.functional.conv2d(*inputs, stride=stride, padding=pad)
    dout = np.random.default_rng(1).standard_normal(tuple(expected.shape)).astype(dtype)
    expected.backward(torch.tensor(dout))

    results = (conv2d(x, w, b, stride=stride, pad=pad), *conv2d_backward(dout, x, w, stride=stride, pad=pad))

    wanted = (expected.detach().numpy(), *(tensor.grad.numpy() for tensor in inputs))
    tolerance = 200 * np.finfo(dtype).eps
    for got, right in zip(results, wanted, strict=True):
        np.testing.assert_allclose(got, right, rtol=0, atol=tolerance, strict=True)


# --- blocks, layouts, types --------------------------------------------------------------------------------


@pytest.mark.parametrize("images", [1, 2, 3])
def test_the_size_of_a_block_changes_nothing(monkeypatch: pytest.MonkeyPatch, images: int) -> None:
    rng = np.random.default_rng(0)
    x, w, b = (rng.integers(-4, 5, s).astype(float) for s in ((5, 2, 6, 4), (3, 2, 3, 2), (3,)))
    dout = rng.integers(-4, 5, (5, 3, 6, 5)).astype(float)
    whole = (conv2d(x, w, b, pad=1), *conv2d_backward(dout, x, w, pad=1))
    columns = 2 * 3 * 2 * 6 * 5 * x.itemsize
    monkeypatch.setattr(conv, "_BLOCK", images * columns)
    seen = [block for block, _ in conv._im2col(x, conv._geometry(x, w, 1, 1))]
    assert seen[0] == slice(0, images)
    assert seen[-1].stop == 5
    for got, expected in zip(
        (conv2d(x, w, b, pad=1), *conv2d_backward(dout, x, w, pad=1)), whole, strict=True
    ):
        np.testing.assert_array_equal(got, expected)


def test_an_image_whose_columns_exceed_a_block_goes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w, _, _ = arrays()
    monkeypatch.setattr(conv, "_BLOCK", 1)
    assert [block for block, _ in conv._im2col(x, conv._geometry(x, w, 1, 0))] == [slice(0, 1), slice(1, 2)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_that_goes_in_comes_out(dtype: Any) -> None:
    x, w, b, dout = arrays(dtype=dtype)
    results = (conv2d(x, w, b), *conv2d_backward(dout, x, w), zero_pad(x, pad=1))
    assert {result.dtype for result in results} == {np.dtype(dtype)}


def scattered(array: Array) -> Array:
    """Return an equal array that is contiguous in no order."""
    room = np.zeros((*array.shape[::-1], 2), array.dtype)
    view: Array = room[..., 0].T
    view[...] = array
    return view


def test_arrays_need_not_be_contiguous_and_stay_as_they_were() -> None:
    x, w, b, dout = arrays()
    views = [scattered(array) for array in (x, w, b, dout)]
    assert not any(view.flags.c_contiguous for view in views)
    for view in views:
        view.flags.writeable = False
    vx, vw, vb, vdout = views
    expected = (conv2d(x, w, b), *conv2d_backward(dout, x, w), zero_pad(x, pad=1))
    results = (conv2d(vx, vw, vb), *conv2d_backward(vdout, vx, vw), zero_pad(vx, pad=1))
    for got, right in zip(results, expected, strict=True):
        np.testing.assert_allclose(got, right, rtol=0, atol=1e-13)
    for view, array in zip(views, (x, w, b, dout), strict=True):
        np.testing.assert_array_equal(view, array)


def test_results_are_new_arrays() -> None:
    x, w, b, dout = arrays()
    results = (conv2d(x, w, b), *conv2d_backward(dout, x, w), zero_pad(x, pad=0))
    assert not any(np.shares_memory(got, given) for got in results for given in (x, w, b, dout))


def test_an_empty_batch_gives_an_empty_result_and_no_gradient() -> None:
    x, w, b, dout = arrays()
    assert conv2d(x[:0], w, b).shape == (0, 4, 5, 4)
    dx, dw, db = conv2d_backward(dout[:0], x[:0], w)
    assert dx.shape == (0, 3, 7, 5)
    assert not dw.any()
    assert not db.any()


def test_one_number_for_stride_and_pad_stands_for_both_axes() -> None:
    x, w, b, _ = arrays()
    one, two = conv2d(x, w, b, stride=2, pad=1), conv2d(x, w, b, stride=(2, 2), pad=(1, 1))
    np.testing.assert_array_equal(one, two)


def test_zero_pad_pads_rows_and_columns() -> None:
    x, *_ = arrays()
    padded = zero_pad(x, pad=(1, 2))
    np.testing.assert_array_equal(padded, np.pad(x, ((0, 0), (0, 0), (1, 1), (2, 2))), strict=True)


# --- errors ------------------------------------------------------------------------------------------------

X, W, B, DOUT = arrays()
LIST: Any = [1.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv2d(X[0], W, B), "x must have shape (N, C, H, W); got (3, 7, 5)"),
        (lambda: conv2d(X, W[0], B), "w must have shape (F, C, KH, KW); got (3, 3, 2)"),
        (
            lambda: conv2d(X[:, :2], W, B),
            "x has 2 channels but w is for 3; got x (2, 2, 7, 5) and w (4, 3, 3, 2)",
        ),
        (lambda: conv2d(X, W, B[:3]), "b must have shape (4,), one bias per filter; got (3,)"),
        (lambda: conv2d(X, W, B[:, None]), "b must have shape (4,), one bias per filter; got (4, 1)"),
        (lambda: conv2d(X[:, :, :2], W, B), "a kernel of 3 does not fit in 2 pixels: 2 and 0 on each side"),
        (lambda: conv2d(X, W, B, stride=0), "stride must be an integer >= 1; got 0"),
        (lambda: conv2d(X, W, B, pad=(0, -1)), "pad must be an integer >= 0; got -1"),
        (
            lambda: conv2d_backward(DOUT, X, W, stride=2),
            "dout must have shape (2, 4, 3, 2), that of the output; got (2, 4, 5, 4)",
        ),
        (
            lambda: conv2d_backward(DOUT, X[:, :1], W),
            "x has 1 channels but w is for 3; got x (2, 1, 7, 5) and w (4, 3, 3, 2)",
        ),
        (lambda: zero_pad(X[0], pad=1), "x must have shape (N, C, H, W); got (3, 7, 5)"),
        (lambda: zero_pad(X, pad=-1), "pad must be an integer >= 0; got -1"),
    ],
)
def test_what_is_said_about_shapes(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv2d(X.astype(np.int64), W, B),
            "x must be float32 or float64; got int64: convert it, such as by x.astype(np.float64)",
        ),
        (
            lambda: zero_pad(X.astype(np.float16), pad=1),
            "x must be float32 or float64; got float16: convert it, such as by x.astype(np.float64)",
        ),
        (
            lambda: conv2d(X, W, B.astype(np.float32)),
            "x is float64 but b is float32; convert one, so that it is clear which precision is meant",
        ),
        (
            lambda: conv2d_backward(DOUT.astype(np.float32), X, W),
            "dout is float32 but x is float64; convert one, so that it is clear which precision is meant",
        ),
        (lambda: conv2d(X, W, LIST), "b must be an array of float32 or float64; got a list"),
    ],
)
def test_what_is_said_about_types(call: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message
