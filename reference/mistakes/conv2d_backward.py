"""Wrong gradients of a convolution.

Formulas, where xpad and dxpad have pad zeros on each side:

    db[f]                            = Σ_{n,i,j} dout[n, f, i, j]
    dw[f, c, u, v]                   = Σ_{n,i,j} dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v]
    dxpad[n, c, i·s + u, j·s + v]   += Σ_f       dout[n, f, i, j] · w[f, c, u, v]

and dx is dxpad without its padding. What a wrong loop would do to the upstream gradient's other elements,
such as never to visit them, is done here by setting them to zero: the gradients are linear in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.arrays import Array
from reference.conv import conv2d_backward
from reference.mistakes.mistake import Collection

__all__ = ["MISTAKES"]

Gradients = tuple[Array, Array, Array]
Backward = Callable[..., Gradients]
Window = Callable[[int, int], tuple[slice, slice]]
"""The rows and columns of the padded image that belong to position (i, j) of the feature map."""

mistake = Collection("conv2d_backward")


def _padded(x: Array, pad: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def _window(w: Array, stride: int) -> Window:
    kh, kw = w.shape[2:]
    return lambda i, j: (slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))


def _dw(dout: Array, xpad: Array, w: Array, window: Window) -> Array:
    """Loop as students do: a window that sticks out of the image is cut short, and may not fit dw."""
    dw = np.zeros_like(w)
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = window(i, j)
        dw += np.einsum("nf,ncuv->fcuv", dout[:, :, i, j], xpad[:, :, rows, cols])
    return dw


def _dx(dout: Array, x: Array, w: Array, window: Window, pad: int) -> Array:
    """Loop as students do, then crop the padding."""
    dxpad = np.zeros_like(_padded(x, pad))
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = window(i, j)
        dxpad[:, :, rows, cols] += np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], w)
    return dxpad[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]


def _kept(dout: Array, *index: Any) -> Array:
    """The upstream gradient with zeros wherever the index does not reach."""
    kept = np.zeros_like(dout)
    kept[index] = dout[index]
    return kept


def _visited(dout: Array, rows: int, cols: int) -> Array:
    """The upstream gradient as loops over so many rows and columns see it.

    Raises:
        IndexError: the loops leave it.
    """
    if min(rows, cols) > 0 and (rows > dout.shape[2] or cols > dout.shape[3]):
        raise IndexError(f"the loops visit {rows} × {cols} positions of {dout.shape}")
    return _kept(dout, slice(None), slice(None), slice(max(rows, 0)), slice(max(cols, 0)))


# --- padding: the crop of dx --------------------------------------------------------------------


@mistake
def crops_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The padding is cropped from dx with a slice that ends at minus pad, which is empty when pad is 0.

    In Python −0 is 0, and a slice that ends at 0 is empty. Count from the front: dx is the H rows and the W
    columns of dxpad from pad on.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _padded(dx, pad)[:, :, pad:-pad, pad:-pad], dw, db


@mistake
def stores_a_crop_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """What is stored in dx is a slice that ends at minus pad, which is empty and does not fit when pad is 0.

    In Python −0 is 0, and a slice that ends at 0 is empty. Count from the front: dx is the H rows and the W
    columns of dxpad from pad on.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx[...] = _padded(dx, pad)[:, :, pad:-pad, pad:-pad]
    return dx, dw, db


@mistake
def crops_rows_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The rows of dx are cropped with a slice that ends at minus pad, which is empty when pad is 0.

    In Python −0 is 0, and a slice that ends at 0 is empty. Count from the front: dx is the H rows and the W
    columns of dxpad from pad on.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad:-pad, pad : pad + x.shape[3]], dw, db


@mistake
def crops_columns_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The columns of dx are cropped with a slice that ends at minus pad, which is empty when pad is 0.

    In Python −0 is 0, and a slice that ends at 0 is empty. Count from the front: dx is the H rows and the W
    columns of dxpad from pad on.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : pad + x.shape[2], pad:-pad], dw, db


@mistake
def crops_one_pixel(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """One pixel is cropped from every side of dx, whatever pad says.

    The padding is P pixels wide, so P pixels are cropped from each side: dxpad has H + 2P rows, dx has H.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, 1:-1, 1:-1], dw, db


@mistake
def keeps_the_padding(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the padded image is returned as dx: the padding is not cropped.

    The padding is not an input, so its gradient is dropped: dx has the shape of x, the inner H by W pixels of
    dxpad.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad, dw, db


@mistake
def pads_dx_again(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the padded image is padded once more instead of being cropped.

    The forward pass adds the padding, so the backward pass crops it: dx is the inner H by W pixels of dxpad.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return _padded(dxpad, pad), dw, db


@mistake
def crops_above_and_left_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The padding is cropped from dx above and on the left, but not below and on the right.

    Padding lies on all four sides: dx is the H rows and the W columns of dxpad from pad on.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad:, pad:], dw, db


@mistake
def crops_below_and_right_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The first H rows and W columns of the padded gradient are taken for dx, with the padding in them.

    Pixel (0, 0) of the image is pixel (pad, pad) of the padded image, so dx[r, q] is dxpad[r + pad, q + pad].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, : x.shape[2], : x.shape[3]], dw, db


@mistake
def forgets_the_padding_at_the_end_of_the_crop(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The crop of dx starts after the padding, but ends at row H and column W of the padded gradient.

    Both ends move by pad: in the padded image, the image lies in rows pad to pad + H − 1 and columns pad to
    pad + W − 1.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : x.shape[2], pad : x.shape[3]], dw, db


@mistake
def ends_the_crop_before_the_end_of_the_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The crop of dx ends at row H − pad and column W − pad, as if the gradient were as large as the image.

    The padded gradient is H + 2P high, and the image lies in its rows P to P + H − 1.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : x.shape[2] - pad, pad : x.shape[3] - pad], dw, db


@mistake
def crops_the_height_alone(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The rows of the image are cropped from the padded gradient, but its columns keep their padding.

    Both rows and columns were padded: dx has H rows of the H + 2P and W columns of the W + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : pad + x.shape[2]], dw, db


@mistake
def crops_rows_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The padding is cropped from dx above and below, but not on the left and right.

    Both rows and columns were padded: dx has H rows of the H + 2P and W columns of the W + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad:-pad], dw, db


@mistake
def crops_columns_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The padding is cropped from dx on the left and right, but not above and below.

    Both rows and columns were padded: dx has W columns of the W + 2P and H rows of the H + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, :, pad:-pad], dw, db


@mistake
def crops_rows_only_where_padded(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Where there is padding, it is cropped from dx above and below, but not on the left and right.

    Both rows and columns were padded: dx has H rows of the H + 2P and W columns of the W + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : pad + x.shape[2]], dw, db


@mistake
def crops_columns_only_where_padded(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Where there is padding, it is cropped from dx on the left and right, but not above and below.

    Both rows and columns were padded: dx has W columns of the W + 2P and H rows of the H + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[..., pad : pad + x.shape[3]], dw, db


@mistake
def crops_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The first axis of dx is cropped, so that images are lost and the padding stays.

    In (N, C, H, W) the padded axes are the last two; the batch is not padded.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[pad : max(pad, len(dxpad) - pad)], dw, db


@mistake
def crops_batch_and_channels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Instead of rows and columns, the first two axes of dx are cropped: images and channels.

    In (N, C, H, W) the padded axes are the last two; images and channels are not padded.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[pad:-pad, pad:-pad], dw, db


@mistake
def crops_channels_and_rows(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Channels and rows of dx are cropped, as if channels came last.

    In (N, C, H, W) the padded axes are the last two, height and width; the channels are not padded.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    return dxpad[:, pad:-pad, pad:-pad], dw, db


@mistake
def crops_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image's height says how many columns of dx are kept.

    Of dxpad, dx has H rows and W columns: each axis has a length of its own.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    height = x.shape[2]
    return dxpad[:, :, pad : pad + height, pad : pad + height], dw, db


@mistake
def crops_rows_with_the_width(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image's width says how many rows of dx are kept.

    Of dxpad, dx has H rows and W columns: each axis has a length of its own.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    width = x.shape[3]
    return dxpad[:, :, pad : pad + width, pad : pad + width], dw, db


@mistake
def crops_with_height_and_width_swapped(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Height and width are swapped where dx is cropped.

    dx has the shape of x, (N, C, H, W): H rows and W columns, height before width.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    height, width = x.shape[2:]
    return dxpad[:, :, pad : pad + width, pad : pad + height], dw, db


@mistake
def crops_to_the_size_of_dout(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient dx is cropped to the size of the feature map, not of the image.

    dx is the gradient of x and has its shape, (N, C, H, W); dout has the shape of the output, (N, F, OH, OW).
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _padded(x, pad), w, stride=stride, pad=0)
    rows, cols = dout.shape[2:]
    return dxpad[:, :, pad : pad + rows, pad : pad + cols], dw, db


@mistake
def crops_twice(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The padding is cropped from dx twice, so that pixels of the image are lost as well.

    dx is dxpad without its padding, H by W: after the first crop there is no padding left.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx[:, :, pad : dx.shape[2] - pad, pad : dx.shape[3] - pad], dw, db


# --- padding: how much ----------------------------------------------------------------------------


@mistake
def pad_is_always_one(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image and its gradient are padded by one pixel on each side, whatever pad says.

    pad is a hyperparameter of the forward pass: xpad and dxpad are H + 2P high and W + 2P wide, and P pixels
    are cropped from each side of dxpad.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 1), _dw(dout, _padded(x, 1), w, window), db


@mistake
def pad_is_always_two(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image and its gradient are padded by two pixels on each side, whatever pad says.

    pad is a hyperparameter of the forward pass: xpad and dxpad are H + 2P high and W + 2P wide, and P pixels
    are cropped from each side of dxpad.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 2), _dw(dout, _padded(x, 2), w, window), db


@mistake
def pads_x_by_one_for_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the image is padded by one pixel, whatever pad says; dx has the right padding.

    dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v], where xpad is the image of the
    forward pass, with P zeros on each side.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, _padded(x, 1), w, _window(w, stride)), db


@mistake
def pads_dx_by_one(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is accumulated with padding of one pixel, whatever pad says; dw is right.

    dxpad is as large as the padded image of the forward pass, H + 2P by W + 2P: window (i, j) begins at its
    row i·s and column j·s.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w, _window(w, stride), 1), dw, db


@mistake
def ignores_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image is not padded: for dx and dw only the windows that fit into the unpadded image are visited.

    The forward pass slides over xpad, so there are ⌊(H + 2P − KH) / s⌋ + 1 rows of windows, and every one of
    them counts.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    (height, width), (kh, kw) = x.shape[2:], w.shape[2:]
    rows, cols = max(0, (height - kh) // stride + 1), max(0, (width - kw) // stride + 1)
    inner, window = dout[:, :, :rows, :cols], _window(w, stride)
    return _dx(inner, x, w, window, 0), _dw(inner, x, w, window), db


@mistake
def keeps_dx_and_dw_unpadded(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows are counted as in the padded image, but dx and the image for dw have no padding.

    Window (i, j) begins at row i·s and column j·s of the padded image: read from xpad and add to dxpad, both
    H + 2P by W + 2P.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 0), _dw(dout, x, w, window), db


@mistake
def takes_dw_from_the_unpadded_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw windows are read from the unpadded image, so the last ones do not fit.

    Window (i, j) begins at row i·s and column j·s of the padded image: dw[f, c, u, v] sums dout[n, f, i, j] ·
    xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, x, w, _window(w, stride)), db


@mistake
def scatters_dx_into_the_unpadded_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is accumulated without padding, so the last windows do not fit.

    Windows are counted in the padded image: add to dxpad, H + 2P by W + 2P, and crop it to the inner H by W
    pixels at the end.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w, _window(w, stride), 0), dw, db


@mistake
def takes_dw_from_windows_inside_the_bare_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw only the windows that fit into the unpadded image are read; the others are left out.

    Every position of dout counts, also where its window lies partly in the padding: read the windows from
    xpad, H + 2P by W + 2P.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    (height, width), (kh, kw) = x.shape[2:], w.shape[2:]
    rows, cols = max(0, (height - kh) // stride + 1), max(0, (width - kw) // stride + 1)
    return dx, _dw(dout[:, :, :rows, :cols], x, w, _window(w, stride)), db


@mistake
def pads_twice(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The padded image is padded once more, so that every window is read too far to the upper left.

    xpad has P zeros on each side once: H + 2P rows and W + 2P columns. Pixel (0, 0) of the image is its pixel
    (P, P).
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 2 * pad), _dw(dout, _padded(x, 2 * pad), w, window), db


@mistake
def swaps_stride_and_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Stride and padding are swapped: the padding is as wide as stride says and windows are pad pixels apart.

    Window (i, j) begins at (i·stride, j·stride) of the image with pad zeros on each side.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, pad)
    return _dx(dout, x, w, window, stride), _dw(dout, _padded(x, stride), w, window), db


@mistake
def pads_with_the_value_of_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the padding is filled with the number pad instead of zeros.

    pad says how wide the padding is; its pixels are all 0, so that they add nothing to dw.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), constant_values=pad)
    return dx, _dw(dout, xpad, w, _window(w, stride)), db


@mistake
def pads_with_the_edge(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the padding repeats the image's outermost pixels instead of being zero.

    This is zero padding: its pixels are 0 in the forward pass, so that they add nothing to dw.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    return dx, _dw(dout, xpad, w, _window(w, stride)), db


@mistake
def pads_images_and_channels_too(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """All four axes of the images are padded, not only rows and columns.

    Only rows and columns are padded: (N, C, H, W) becomes (N, C, H + 2P, W + 2P).
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, np.pad(x, pad)[: len(x)], w, _window(w, stride)), db


@mistake
def pads_above_and_left_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the image is padded above and on the left only, so the last windows do not fit.

    Padding adds P rows above and P below, P columns left and P right: H + 2P by W + 2P.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad = np.pad(x, ((0, 0), (0, 0), (pad, 0), (pad, 0)))
    return dx, _dw(dout, xpad, w, _window(w, stride)), db


@mistake
def puts_the_image_in_the_corner(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the image lies in the upper left corner, as if all of the padding were below and to the right.

    All four sides get P zeros each: pixel (0, 0) of the image is pixel (P, P) of xpad.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad = np.pad(x, ((0, 0), (0, 0), (0, 2 * pad), (0, 2 * pad)))
    return dx, _dw(dout, xpad, w, _window(w, stride)), db


# --- stride ---------------------------------------------------------------------------------------


@mistake
def ignores_stride(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows are one pixel apart in dx and dw, whatever stride says.

    dout[n, f, i, j] belongs to the window that begins at row i·s and column j·s of the padded image, as in
    the forward pass.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, 1)
    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def ignores_stride_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw windows are read one pixel apart, whatever stride says; dx is right.

    dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v]: the pixel that met w[u, v] in the
    forward pass.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, _padded(x, pad), w, _window(w, 1)), db


@mistake
def ignores_stride_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx windows are added one pixel apart, whatever stride says; dw is right.

    dout[n, f, i, j] · w[f, c, u, v] belongs to dxpad[n, c, i·s + u, j·s + v]: the pixel that w[u, v] met in
    the forward pass.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w, _window(w, 1), pad), dw, db


@mistake
def strides_at_the_start_of_the_window_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The start of a window is multiplied by the stride but its end is not, so that windows shrink.

    A window that begins at row i·s ends before row i·s + KH: it is as large as the kernel at every position.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i + kh), slice(j * stride, j + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def takes_windows_of_the_size_of_the_stride(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """A window ends where the next one begins, as if it were as large as the stride.

    The stride says how far apart windows are, the kernel how large they are: KH rows from i·s on, KW columns
    from j·s on.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, (i + 1) * stride), slice(j * stride, (j + 1) * stride)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def strides_rows_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows are a stride apart downwards, but one pixel apart to the right.

    The stride applies to both axes: window (i, j) begins at row i·s and column j·s.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i * stride + kh), slice(j, j + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def strides_columns_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows are a stride apart to the right, but one pixel apart downwards.

    The stride applies to both axes: window (i, j) begins at row i·s and column j·s.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i, i + kh), slice(j * stride, j * stride + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def strides_within_the_kernel(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the stride multiplies the position within the kernel instead of the position of the window.

    In xpad[n, c, i·s + u, j·s + v] the stride multiplies (i, j), the position in dout, and not (u, v), the
    place in the kernel.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad, (rows, cols) = _padded(x, pad), dout.shape[2:]
    dw = np.zeros_like(w)
    for u, v in np.ndindex(*w.shape[2:]):
        pixels = xpad[:, :, u * stride : u * stride + rows, v * stride : v * stride + cols]
        dw[:, :, u, v] = (dout[:, :, None] * pixels[:, None]).sum(axis=(0, 3, 4))
    return dx, dw, db


@mistake
def takes_stride_for_dilation(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The stride spreads the pixels within a window, and windows are one pixel apart: that is dilation.

    Neighbouring windows are s pixels apart; within a window pixels are neighbours: row i·s + u, column j·s +
    v.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i, i + kh * stride, stride), slice(j, j + kw * stride, stride)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def indexes_dout_by_pixels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient is indexed by the pixel where a window begins, instead of by the window.

    dout has one value for each window, with the indices i and j; the window's first pixel is at (i·s, j·s).
    """
    rows, cols = ((size - 1) * stride + 1 for size in dout.shape[2:])
    return of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)


# --- loops: how many positions --------------------------------------------------------------------


@mistake
def loops_over_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the loop over the feature map's columns runs over its height.

    The sums run over all of dout, (N, F, OH, OW): i over its OH rows and j over its OW columns.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows = dout.shape[2]
    dx, dw, _ = of(_visited(dout, rows, rows), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def loops_over_rows_with_the_width(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the loop over the feature map's rows runs over its width.

    The sums run over all of dout, (N, F, OH, OW): i over its OH rows and j over its OW columns.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    cols = dout.shape[3]
    dx, dw, _ = of(_visited(dout, cols, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_db_over_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the loop over the feature map's columns runs over its height.

    db[f] = Σ dout[n, f, i, j] over all images, all OH rows and all OW columns.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_visited(dout, dout.shape[2], dout.shape[2]), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def swaps_the_loops_over_rows_and_columns(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The loop over the feature map's rows runs over its width, and that over its columns over its height.

    dout is (N, F, OH, OW): i runs over its OH rows and j over its OW columns.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    dx, dw, _ = of(_visited(dout, dout.shape[3], dout.shape[2]), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def skips_the_last_row_and_column(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The last row and the last column of the feature map are never visited for dx and dw.

    A window that can take m steps has m + 1 positions: OH = ⌊(H + 2P − KH) / s⌋ + 1, as many rows as dout
    has.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    dx, dw, _ = of(_visited(dout, dout.shape[2] - 1, dout.shape[3] - 1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_db_over_rows_with_the_width(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the loop over the feature map's rows runs over its width.

    db[f] = Σ dout[n, f, i, j] over all images, all OH rows and all OW columns.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_visited(dout, dout.shape[3], dout.shape[3]), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def skips_the_last_row_and_column_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The last row and the last column of the feature map are left out of db.

    db[f] = Σ dout[n, f, i, j] over all images, all OH rows and all OW columns, the last of each included.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_visited(dout, dout.shape[2] - 1, dout.shape[3] - 1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def stops_short_of_the_last_window(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the loop over pixels ends before the last possible start of a window.

    A window of KH rows may begin at row H + 2P − KH. A loop leaves out its end, so the end must be one
    further.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows, cols = (
        -(-(size + 2 * pad - k) // stride) for size, k in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    dx, dw, _ = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def loops_over_the_image_in_strides(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """A window starts at every stride-th pixel of the unpadded image, whatever the kernel's size is.

    Windows start where the whole kernel fits into the padded image: ⌊(H + 2P − KH) / s⌋ + 1 rows, as many as
    dout has.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    height, width = x.shape[2:]
    dx, dw, _ = of(_visited(dout, -(-height // stride), -(-width // stride)), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_db_over_the_image_in_strides(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db a position is counted at every stride-th pixel of the image, whatever padding and kernel are.

    The positions are those of the feature map: db[f] = Σ dout[n, f, i, j] over its OH rows and OW columns.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)

    height, width = x.shape[2:]
    _, _, db = of(_visited(dout, -(-height // stride), -(-width // stride)), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def divides_the_image_by_the_stride(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of windows is computed as the image's size divided by the stride.

    Padding and kernel count, too: OH = ⌊(H + 2P − KH) / s⌋ + 1, as many rows as dout has.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    height, width = x.shape[2:]
    dx, dw, _ = of(_visited(dout, height // stride, width // stride), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def forgets_the_padding_in_the_size(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of windows is computed without the padding, so the last ones are not visited.

    The padded image is H + 2P by W + 2P, and so OH = ⌊(H + 2P − KH) / s⌋ + 1, as many rows as dout has.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows, cols = ((size - k) // stride + 1 for size, k in zip(x.shape[2:], w.shape[2:], strict=True))
    dx, dw, _ = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_db_over_windows_inside_the_bare_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db only as many positions are summed as windows fit into the unpadded image.

    Every value of dout counts, also where its window lies partly in the padding: db[f] = Σ dout[n, f, i, j]
    over all OH rows and OW columns.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)

    rows, cols = ((size - k) // stride + 1 for size, k in zip(x.shape[2:], w.shape[2:], strict=True))
    _, _, db = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def adds_the_padding_twice_in_the_size(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The padding is counted twice in the number of windows, so the loops go beyond the upstream gradient.

    In OH = ⌊(H + 2P − KH) / s⌋ + 1, H is the height of the unpadded image; the padded one is H + 2P high
    already.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows, cols = (
        (size + 4 * pad - k) // stride + 1 for size, k in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    dx, dw, _ = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def assumes_a_padding_of_one_in_the_size(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of windows is computed as if pad were one.

    pad is a hyperparameter: OH = ⌊(H + 2P − KH) / s⌋ + 1, as many rows as dout has.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows, cols = ((size + 2 - k) // stride + 1 for size, k in zip(x.shape[2:], w.shape[2:], strict=True))
    dx, dw, _ = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def rounds_the_size_up(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of windows is rounded up, so with leftover pixels the loops go beyond the upstream gradient.

    A window that does not fit is left out: OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows, cols = (
        -(-(size + 2 * pad - k) // stride) + 1 for size, k in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    dx, dw, _ = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def computes_the_width_from_the_image_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of columns of windows is computed from the image's height.

    Each axis has sizes of its own: OH = ⌊(H + 2P − KH) / s⌋ + 1 and OW = ⌊(W + 2P − KW) / s⌋ + 1.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    dx, dw, _ = of(
        _visited(dout, dout.shape[2], (x.shape[2] + 2 * pad - w.shape[3]) // stride + 1),
        x,
        w,
        stride=stride,
        pad=pad,
    )
    return dx, dw, db


@mistake
def computes_the_width_from_the_kernel_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of columns of windows is computed with the kernel's height.

    Each axis has sizes of its own: OH = ⌊(H + 2P − KH) / s⌋ + 1 and OW = ⌊(W + 2P − KW) / s⌋ + 1.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    dx, dw, _ = of(
        _visited(dout, dout.shape[2], (x.shape[3] + 2 * pad - w.shape[2]) // stride + 1),
        x,
        w,
        stride=stride,
        pad=pad,
    )
    return dx, dw, db


# --- windows: rows and columns --------------------------------------------------------------------


@mistake
def takes_the_kernel_as_wide_as_high(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows are as wide as the kernel is high, so they do not fit unless it is square.

    A window covers KH rows and KW columns, the last two axes of w: KH rows from i·s on, KW columns from j·s
    on.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh = w.shape[2]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kh)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def loops_over_kernel_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the loop over the kernel's columns runs over its height.

    u runs over the KH rows of the kernel, v over its KW columns: the last two axes of w.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]
    if kh > kw:
        raise IndexError(f"the loops visit {kh} columns of {w.shape}")
    dx, dw, _ = of(dout, x, _kept(w, ..., slice(kh)), stride=stride, pad=pad)
    return dx, _kept(dw, ..., slice(kh)), db


@mistake
def moves_along_the_diagonal(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """A window's first column is computed from the row index, so that windows lie on the diagonal only.

    Each index moves one axis: window (i, j) begins at row i·s and column j·s.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i * stride + kh), slice(i * stride, i * stride + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def moves_along_the_other_diagonal_index(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """A window's first row is computed from the column index, so that windows lie on the diagonal only.

    Each index moves one axis: window (i, j) begins at row i·s and column j·s.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(j * stride, j * stride + kh), slice(j * stride, j * stride + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _padded(x, pad), w, window), db


@mistake
def transposes_dout(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx and dw the rows and columns of the upstream gradient are swapped.

    dout[n, f, i, j] belongs to the window at row i·s and column j·s: i counts downwards, j to the right.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    dx, dw, _ = of(dout.swapaxes(2, 3), x, w, stride=stride, pad=pad)
    return dx, dw, db


# --- adding up: dx --------------------------------------------------------------------------------


@mistake
def assigns_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Products are assigned to windows of dx, not added: only the last filter and the last window remain.

    A pixel is used by every filter and by every window that it lies in; by the chain rule the gradients of
    all its uses add up.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    last, dxpad = w[-1], np.zeros_like(_padded(x, pad))
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = _window(w, stride)(i, j)
        dxpad[:, :, rows, cols] = dout[:, -1, i, j][:, None, None, None] * last
    return dxpad[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


@mistake
def assigns_windows_of_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows of dx are assigned, not added: filters are summed, but where windows overlap the last remains.

    A pixel is used by every window that it lies in, and by the chain rule the gradients of all its uses add
    up.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    dxpad = np.zeros_like(_padded(x, pad))
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = _window(w, stride)(i, j)
        dxpad[:, :, rows, cols] = np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], w)
    return dxpad[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


@mistake
def keeps_the_last_filter_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows are added up in dx, but each filter overwrites the one before, so that only the last remains.

    Every filter uses the same pixels, so dx sums over all F of them: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, slice(None), -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_first_filter_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first filter contributes to dx.

    Every filter uses the same pixels, so dx sums over all F of them: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, slice(None), 0), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_filter_for_all_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx every filter's upstream gradient is multiplied by the first filter's weights.

    Upstream gradient and weights have the same index f: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, np.repeat(w[:1], len(w), axis=0), stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_last_filter_for_all_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx every filter's upstream gradient is multiplied by the last filter's weights.

    Upstream gradient and weights have the same index f: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, w[[-1] * len(w)], stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_last_image_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the last image has a gradient in dx; all others are zero.

    dx has a gradient for every image: dx[n] is filled inside the loop over n.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_images_gradient_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx every image gets the upstream gradient of the first image.

    Images do not mix: dx[n] sums dout[n, f, i, j] · w[f] over filters and windows, for each n.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(np.zeros_like(dout) + dout[:1], x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_images_gradient(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient of the first image is used for every image, in dx, dw and db.

    Image n has a gradient of its own, dout[n]: dx[n] comes from it alone, and dw and db sum over n.
    """
    return of(dout[[0] * len(dout)], x, w, stride=stride, pad=pad)


@mistake
def takes_the_first_images_gradient_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw every image's pixels are multiplied by the upstream gradient of the first image.

    Pixels and upstream gradient have the same index n: dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s
    + u, j·s + v] over n.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(dout[[0] * len(dout)], x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def counts_the_first_images_gradient_for_all_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the upstream gradient of the first image is added once for each image.

    Every image adds its own gradient: db[f] = Σ_{n,i,j} dout[n, f, i, j].
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(dout[[0] * len(dout)], x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_first_image_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first image has a gradient in dx; all others are zero.

    dx has a gradient for every image: dx[n] is filled for every n.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, 0), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def carries_dx_over_to_the_next_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The array of dx is not reset between images, so each image's gradient contains those before it.

    Images do not mix: dx[n] depends on dout[n] alone, so its sum starts at zero for each n.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return np.cumsum(dx, axis=0, dtype=dx.dtype), dw, db


@mistake
def adds_all_images_to_the_first_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of all images are added to the first image of dx.

    Images do not mix in dx: dout[n] contributes to dx[n] alone. Only dw and db sum over images.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx[0], dx[1:] = dx.sum(axis=0), 0
    return dx, dw, db


@mistake
def sums_dx_over_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of all images are summed, and every image of dx gets the sum.

    Only w and b are shared by the images and sum over them. Each image has a gradient of its own: dx[n]
    depends on dout[n] alone.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return np.zeros_like(dx) + dx.sum(axis=0), dw, db


@mistake
def averages_dx_over_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is divided by the number of images.

    If the loss is a mean over the batch, dout already has that factor: dx is a sum, without a division by N.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx / len(x), dw, db


@mistake
def averages_dx_over_the_filters(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Filters are averaged in dx instead of summed.

    The chain rule adds the gradients of all uses of a pixel: Σ_f dout[n, f, i, j] · w[f, c, u, v], without a
    division by F.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx / len(w), dw, db


@mistake
def shares_dx_among_windows(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Each pixel of dx is divided by the number of windows that it lies in.

    By the chain rule the gradients of all uses of a pixel add up: a pixel in more windows has a larger
    gradient, and nothing is divided.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)

    one = np.ones_like(w[:1, :, :, :])
    uses, _, _ = conv2d_backward(np.ones_like(dout[:, :1]), x, one, stride=stride, pad=pad)
    return dx / np.maximum(uses, 1), dw, db


# --- adding up: dw --------------------------------------------------------------------------------


@mistake
def assigns_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Each product is assigned to dw instead of added, so only the last image's last window remains.

    A weight is used at every position of every image, and the gradients of all uses add up: Σ_{n,i,j} dout[n,
    f, i, j] · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(_kept(dout, -1, slice(None), -1, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_last_image_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Each image's sum is assigned to dw instead of added, so only the last image remains.

    All images share the filters, so dw sums over n as well: Σ_{n,i,j} dout[n, f, i, j] · xpad[n, c, i·s + u,
    j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(_kept(dout, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_last_position_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Images are summed in dw, but each position overwrites the one before, so only the last one remains.

    A weight is used at every position of the feature map: dw sums over i and j as well as over n.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(_kept(dout, ..., -1, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_first_image_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first image contributes to dw.

    All images share the filters, so dw sums over n as well: Σ_{n,i,j} dout[n, f, i, j] · xpad[n, c, i·s +
    u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(_kept(dout, 0), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def reads_the_first_image_for_all_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw every image's upstream gradient is multiplied by pixels of the first image.

    Upstream gradient and pixels have the same index n: dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(dout, np.repeat(x[:1], len(x), axis=0), w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def multiplies_sums_over_the_batch_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw pixels and upstream gradient are each summed over the images before they are multiplied.

    The sum of products is not the product of the sums: multiply image by image, dout[n] with xpad[n], then
    sum over n.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    _, dw, _ = of(dout.sum(axis=0, keepdims=True), x.sum(axis=0, keepdims=True), w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def averages_dw_over_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is averaged over the images instead of summed.

    If the loss is a mean over the batch, dout already has that factor: dw = Σ_{n,i,j} dout · xpad, without a
    division by N.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw / len(x), db


@mistake
def averages_dw_over_images_and_positions(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is a mean over images and positions instead of a sum.

    The chain rule adds up the gradients of all uses of a weight: Σ_{n,i,j} dout · xpad, without a division.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw * (len(w) / dout.size), db


@mistake
def averages_dw_over_positions(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is averaged over the positions of the feature map instead of summed.

    The chain rule adds up the gradients of all uses of a weight: Σ_{n,i,j} dout · xpad, without a division.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw / (dout.shape[2] * dout.shape[3]), db


@mistake
def sums_dw_over_the_window(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The products for dw are summed over the whole window, so all weights of a filter get the same number.

    Only the forward pass sums over the window. Each weight has a gradient of its own, with the pixel that it
    met: xpad[n, c, i·s + u, j·s + v].
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, np.zeros_like(w) + dw.sum(axis=(1, 2, 3), keepdims=True), db


@mistake
def sums_dw_over_the_channels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dw products are summed over the channels, so that all channels of a filter are the same.

    Each weight w[f, c, u, v] is multiplied by pixels of its own channel c alone, so dw does not sum over c.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, np.zeros_like(w) + dw.sum(axis=1, keepdims=True), db


# --- adding up: db --------------------------------------------------------------------------------


@mistake
def keeps_the_last_image_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Each image's sum is assigned to db instead of added, so only the last image remains.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: all images share the bias, so their gradients add up.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_kept(dout, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def assigns_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Values are assigned to db instead of added, so only the last image's last position remains.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the bias is used at every position of every image, and all uses add
    up.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_kept(dout, -1, slice(None), -1, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_last_position_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Images are summed in db, but each position overwrites the one before, so only the last one remains.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the bias is used at every position, so i and j are summed over as well
    as n.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_kept(dout, ..., -1, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_first_image_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first image contributes to db.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: all images share the bias, so their gradients add up.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_kept(dout, 0), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def averages_db_over_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is averaged over the images instead of summed.

    If the loss is a mean over the batch, dout already has that factor: db[f] = Σ_{n,i,j} dout[n, f, i, j],
    without a division by N.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db / len(x)


@mistake
def averages_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is a mean over images and positions instead of a sum.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the chain rule adds up all uses of the bias, without a division.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * (len(w) / dout.size)


@mistake
def averages_db_over_positions(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is averaged over the positions of the feature map instead of summed.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the chain rule adds up all uses of the bias, without a division.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db / (dout.shape[2] * dout.shape[3])


@mistake
def counts_db_once_per_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The sum over all images is added to db once for each image.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: each value of dout counts once. A sum over all images stands outside
    the loop over images.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * len(x)


@mistake
def counts_db_once_per_position(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The sum over a whole feature map is added to db once for each of its positions.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: each value of dout counts once. A sum over all positions stands
    outside the loops over positions.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * (dout.shape[2] * dout.shape[3])


@mistake
def counts_db_once_per_channel(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is added up once for each channel of the image.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the bias is added once at each position, after the sum over channels,
    so c does not appear.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * x.shape[1]


@mistake
def counts_db_once_per_product(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is added up once for each weight of the filter.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the bias is added once at each position, not once for each product, so
    c, u and v do not appear.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * w[0].size


@mistake
def sums_db_over_the_filters_too(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Every filter's bias gets the sum over all filters.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: each filter has a bias of its own, so db does not sum over f.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, np.zeros_like(dout[0, :, 0, 0]) + dout.sum()


@mistake
def returns_one_number_for_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the whole upstream gradient is summed to one number.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: each filter has a bias of its own, so db has the shape of b, (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, np.asarray(dout.sum())


@mistake
def keeps_the_images_apart_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the upstream gradient is not summed over the images, so db has an axis too many.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: images, rows and columns are summed over and db has the shape of b,
    (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(2, 3))


@mistake
def keeps_the_positions_apart_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the upstream gradient is summed over the images only, so rows and columns remain.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: images, rows and columns are summed over and db has the shape of b,
    (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=0)


@mistake
def keeps_the_columns_apart_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the upstream gradient is not summed over its columns, so db has an axis too many.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: images, rows and columns are summed over and db has the shape of b,
    (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 2))


@mistake
def keeps_all_axes_of_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient db keeps the summed axes, with length one.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: an axis that is summed over is gone, and db has the shape of b, (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 2, 3), keepdims=True)


@mistake
def returns_db_as_a_column(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is returned as a column, with an axis too many.

    The bias is a vector with one number for each filter, and its gradient has the same shape: (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 2, 3))[:, None]


@mistake
def sums_db_as_if_channels_came_last(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db all axes but the last are summed over, as if the filters came last.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: all axes of (N, F, OH, OW) are summed over but that of the filters, F.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 1, 2))


@mistake
def sums_db_over_filters_instead_of_images(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the filters are summed over and the images kept, so db has one number for each image.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the images are summed over, and the filters remain.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(1, 2, 3))


@mistake
def gives_db_the_shape_of_w(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias has the shape of the filters.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: there is one bias for each filter, not one for each weight, and db has
    the shape of b, (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, np.zeros_like(w) + dout.sum(axis=(0, 2, 3))[:, None, None, None]


# --- images, channels, filters --------------------------------------------------------------------


@mistake
def stops_after_the_first_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The function returns after the first image: the others are missing in dw and db and are zero in dx.

    dw and db sum over all N images, and dx has a gradient for each of them: return them after the loop over
    images.
    """
    return of(_kept(dout, 0), x, w, stride=stride, pad=pad)


@mistake
def visits_the_last_image_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the last image is processed: the others are missing in dw and db and are zero in dx.

    dw and db sum over all N images, and dx has a gradient for each of them: the work belongs inside the loop
    over images.
    """
    return of(_kept(dout, -1), x, w, stride=stride, pad=pad)


@mistake
def visits_the_first_filter_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first filter is processed: the others are zero in dw and db and are missing in dx.

    Each of the F filters has a gradient in dw and db, and dx sums over all of them.
    """
    return of(_kept(dout, slice(None), 0), x, w, stride=stride, pad=pad)


@mistake
def visits_the_last_filter_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the last filter is processed: the others are zero in dw and db and are missing in dx.

    Each of the F filters has a gradient in dw and db, and dx sums over all of them; the work belongs inside
    the loop over filters.
    """
    return of(_kept(dout, slice(None), -1), x, w, stride=stride, pad=pad)


@mistake
def loops_over_as_many_filters_as_channels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the loop over filters runs over the number of channels.

    w is (F, C, KH, KW) and dout (N, F, OH, OW): there are F filters, and the image has C channels.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    channels = x.shape[1]
    if channels > len(w):
        raise IndexError(f"the loops visit {channels} filters of {len(w)}")
    dx, dw, _ = of(_kept(dout, slice(None), slice(channels)), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def loops_over_as_many_channels_as_filters(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the loop over channels runs over the number of filters.

    w is (F, C, KH, KW) and x (N, C, H, W): the image has C channels, and there are F filters.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)

    filters = len(w)
    if filters > x.shape[1]:
        raise IndexError(f"the loops visit {filters} channels of {x.shape[1]}")
    return _kept(dx, slice(None), slice(filters)), _kept(dw, slice(None), slice(filters)), db


@mistake
def fills_the_first_channel_of_dx_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first channel of the image has a gradient in dx.

    Every channel has weights of its own and a gradient of its own: dx[n, c] sums dout · w[f, c] for each of
    the C channels.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _kept(dx, slice(None), 0), dw, db


@mistake
def fills_the_first_channel_of_dw_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the weights of the first channel have a gradient in dw.

    Every channel has weights of its own: dw[f, c] sums dout · xpad[n, c] for each of the C channels.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _kept(dw, slice(None), 0), db


@mistake
def reads_the_first_channel_for_all_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw all channels are multiplied by pixels of the first channel.

    Weights and pixels have the same index c: dw[f, c, u, v] goes with xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(dout, np.repeat(x[:, :1], x.shape[1], axis=1), w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_channel_for_all_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx all channels get the weights of the first channel.

    Weights and pixels have the same index c: dxpad[n, c] goes with w[f, c].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, np.repeat(w[:, :1], w.shape[1], axis=1), stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_filter_index_for_the_channel_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw a filter reads only the channel that has the filter's own index.

    f counts filters and c channels of the image; every filter uses all C channels: dw[f, c] goes with xpad[n,
    c].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    _, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    for f in range(len(w)):
        pixels = np.repeat(x[:, f][:, None], x.shape[1], axis=1)
        dw[f] = of(dout, pixels, w, stride=stride, pad=pad)[1][f]
    return dx, dw, db


@mistake
def counts_dx_and_dw_once_per_channel(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """All channels are added up once for each channel, so dx and dw are too large by the number of channels.

    Each product counts once: inside a loop over c work on channel c alone, or on all channels without a loop.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx * x.shape[1], dw * x.shape[1], db


@mistake
def mixes_images_and_filters(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the upstream gradient is reshaped to one row per filter, although images come first.

    A reshape keeps the order in memory, where dout has n before f: transpose the filters' axis to the front
    first, then reshape to one row per filter.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    n, f, rows, cols = dout.shape
    dx, dw, _ = of(dout.reshape(f, n, rows, cols).swapaxes(0, 1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def mixes_images_and_filters_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the upstream gradient is reshaped to one row per filter, although images come first.

    A reshape keeps the order in memory, where dout has n before f: transpose the filters' axis to the front
    first, then reshape to one row per filter.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.reshape(len(w), -1).sum(axis=1)


@mistake
def orders_columns_unlike_dout(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The matrix of dout has images before positions; the matrix of windows has positions before images.

    The k-th columns of the two matrices must belong to the same image and position: transpose dout into the
    order of the windows before the reshape.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    n, f, rows, cols = dout.shape
    matrix = dout.swapaxes(0, 1).reshape(f, rows, cols, n)
    dx, dw, _ = of(matrix.transpose(3, 0, 1, 2), x, w, stride=stride, pad=pad)
    return dx, dw, db


# --- factors --------------------------------------------------------------------------------------


@mistake
def flips_the_kernel_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx the kernel is the wrong way round: rotated by 180 degrees.

    Weight w[u, v] is multiplied by pixel (i·s + u, j·s + v). Adding windows to dx uses the kernel as it is;
    only a convolution over the padded dout flips it.
    """
    return _with_dx_of(w[..., ::-1, ::-1], dout, x, w, stride=stride, pad=pad, of=of)


def _with_dx_of(
    turned: Array, dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward
) -> Gradients:
    """The gradients with a dx that other filters would have."""
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, np.ascontiguousarray(turned), stride=stride, pad=pad)
    return dx, dw, db


@mistake
def turns_rows_only_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx one axis of the kernel is the wrong way round: its rows are upside down.

    A convolution over the padded dout flips rows and columns, the last two axes of w; adding windows to dx
    flips neither.
    """
    return _with_dx_of(w[..., ::-1, :], dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_columns_only_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx one axis of the kernel is the wrong way round: its columns are mirrored.

    A convolution over the padded dout flips rows and columns, the last two axes of w; adding windows to dx
    flips neither.
    """
    return _with_dx_of(w[..., ::-1], dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_by_90_degrees_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx the kernel is rotated by 90 degrees instead of 180.

    Flipping both axes is a rotation by 180 degrees: np.rot90 rotates by 90 degrees unless told otherwise.
    """
    return _with_dx_of(np.rot90(w, -1, axes=(2, 3)), dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_filters_and_channels_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx every axis of the weights is flipped, so that filters and channels are in reverse order, too.

    Flip rows and columns only, the last two axes of w: np.flip flips all of them unless told which.
    """
    return _with_dx_of(w[::-1, ::-1], dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_the_channels_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx the channels of the weights are in reverse order, and the kernel is not flipped.

    Flip rows and columns, the last two axes of w, and neither filters nor channels.
    """
    return _with_dx_of(w[:, ::-1, ::-1, ::-1], dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_the_filters_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx the filters are in reverse order, and the kernel is not flipped.

    Flip rows and columns, the last two axes of w, and neither filters nor channels.
    """
    return _with_dx_of(w[::-1, :, ::-1, ::-1], dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def flips_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is rotated by 180 degrees.

    The forward pass does not flip: w[u, v] meets pixel (i·s + u, j·s + v), so dw[u, v] goes with that very
    pixel.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw[..., ::-1, ::-1], db


@mistake
def turns_dout_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the upstream gradient is rotated by 180 degrees before it meets the windows.

    dw[u, v] pairs dout[i, j] with pixel (i·s + u, j·s + v), in the same order: nothing is flipped for dw.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(np.ascontiguousarray(dout[..., ::-1, ::-1]), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def transposes_the_kernel_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx the rows and columns of the kernel are swapped.

    w[f, c, u, v] has rows u and columns v, as the window has: its gradient goes to row i·s + u and column j·s
    + v.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w.swapaxes(2, 3), _window(w, stride), pad), dw, db


@mistake
def transposes_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dw the rows and columns of the kernel are swapped.

    dw has the axes of w, (F, C, KH, KW): rows u go with i·s + u, columns v with j·s + v.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw.swapaxes(2, 3), db


@mistake
def multiplies_by_pixels_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx the upstream gradient is multiplied by the image's own pixels instead of the weights.

    The derivative of pixel times weight by the pixel is the weight: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    window, xpad = _window(w, stride), _padded(x, pad)
    dxpad = np.zeros_like(xpad)
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = window(i, j)
        dxpad[:, :, rows, cols] += dout[:, :, i, j].sum(axis=1)[:, None, None, None] * xpad[:, :, rows, cols]
    return dxpad[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


@mistake
def multiplies_by_weights_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the upstream gradient is multiplied by the weights themselves instead of the pixels.

    The derivative of pixel times weight by the weight is the pixel: dout[n, f, i, j] · xpad[n, c, i·s + u,
    j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, w * dout.sum(axis=(0, 2, 3))[:, None, None, None], db


@mistake
def leaves_the_weights_out_of_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient is added to each window of dx without the weights.

    The derivative of the output by a pixel is the weight that it meets: dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, np.ones_like(w), stride=stride, pad=pad)
    return dx, dw, db


@mistake
def leaves_the_pixels_out_of_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient is added to dw without the pixels.

    The derivative of the output by a weight is the pixel that it meets: dout[n, f, i, j] · xpad[n, c, i·s +
    u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, np.zeros_like(w) + dout.sum(axis=(0, 2, 3))[:, None, None, None], db


@mistake
def leaves_dout_out_of_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Weights are added to dx without the upstream gradient.

    By the chain rule the local derivative, w[f, c, u, v], is multiplied by the upstream gradient, dout[n, f,
    i, j].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(np.ones_like(dout), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def leaves_dout_out_of_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Pixels are added to dw without the upstream gradient.

    By the chain rule the local derivative, the pixel that the weight meets, is multiplied by the upstream
    gradient, dout[n, f, i, j].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(np.ones_like(dout), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def leaves_dout_out_of_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the positions are counted, without the upstream gradient.

    The local derivative by the bias is one, and by the chain rule it is multiplied by the upstream
    gradient: db[f] = Σ_{n,i,j} dout[n, f, i, j].
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(np.ones_like(dout), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_the_kernel_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Every pixel of a window of dx gets the sum over the whole kernel.

    Only the forward pass sums over the window. Each pixel gets the one weight that it met: dxpad[n, c, i·s +
    u, j·s + v] goes with w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    total = np.zeros_like(w) + w.sum(axis=(1, 2, 3), keepdims=True)
    dx, _, _ = of(dout, x, total, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_the_channels_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Every channel of dx gets the weights of all channels, summed.

    Channel c of the image is multiplied by the weights w[f, c] alone, so dx does not sum over c.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    total = np.zeros_like(w) + w.sum(axis=1, keepdims=True)
    dx, _, _ = of(dout, x, total, stride=stride, pad=pad)
    return dx, dw, db


# --- where results come from and go to ------------------------------------------------------------


@mistake
def starts_dx_from_the_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient is added to a copy of the image, not to zeros, so dx contains the image.

    dx is a sum of products dout · w and nothing else: its array has the shape of the padded image, but starts
    from zeros.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx + x, dw, db


@mistake
def starts_dw_from_the_weights(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient is added to a copy of the weights, not to zeros, so dw contains the weights.

    dw is a sum of products dout · xpad and nothing else: its array has the shape of w, but starts from zeros.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw + w, db


@mistake
def starts_db_from_ones(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The sum for db starts at one instead of zero.

    db[f] = Σ_{n,i,j} dout[n, f, i, j] and nothing else: the sum starts at zero.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db + 1


@mistake
def subtracts_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image has the wrong sign.

    Products are added: dxpad[n, c, i·s + u, j·s + v] += Σ_f dout[n, f, i, j] · w[f, c, u, v]. A minus sign
    belongs to the optimiser's step.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return -dx, dw, db


@mistake
def subtracts_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters has the wrong sign.

    Products are added: dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v]. A minus sign
    belongs to the optimiser's step.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, -dw, db


@mistake
def subtracts_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias has the wrong sign.

    db[f] is the sum of dout[n, f, i, j] over images and positions. A minus sign belongs to the optimiser's
    step.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, -db


@mistake
def reads_dw_from_the_gradient_of_the_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the windows are read from dx, as far as it is filled, instead of the image.

    Two arrays have the shape of the padded image: dw reads xpad, and dxpad is written. dw sums dout[n, f, i,
    j] · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    window, dxpad, dw = _window(w, stride), np.zeros_like(_padded(x, pad)), np.zeros_like(w)
    for n, i, j, f in np.ndindex(len(x), *dout.shape[2:], len(w)):
        view = dxpad[(n, slice(None), *window(i, j))]
        view += w[f] * dout[n, f, i, j]
        dw[f] += view * dout[n, f, i, j]
    return dx, dw, db


@mistake
def gathers_dx_in_the_padded_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient is added to the padded image itself, from which dw is read as well.

    xpad is read and dxpad is written: they are two arrays of the same shape. A second name for an array is
    not a copy.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window, xpad, dw = _window(w, stride), _padded(x, pad), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        view = xpad[(n, slice(None), *window(i, j))]
        dw[f] += view * dout[n, f, i, j]
        view += w[f] * dout[n, f, i, j]
    return xpad[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


@mistake
def leaves_dx_at_zero(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is never filled in: dx is zero everywhere.

    For each window dxpad[n, c, i·s + u, j·s + v] += Σ_f dout[n, f, i, j] · w[f, c, u, v], and dx is dxpad
    without its padding.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return np.zeros_like(x), dw, db


@mistake
def leaves_dw_at_zero(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is never filled in: dw is zero everywhere.

    dw[f, c, u, v] = Σ_{n,i,j} dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, np.zeros_like(w), db


@mistake
def leaves_db_at_zero(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is never filled in: db is zero everywhere.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the local derivative of the output by the bias is one.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, np.zeros_like(db)


@mistake
def leaves_all_at_zero(dout: Array, x: Array, w: Array, *, stride: int, pad: int) -> Gradients:
    """None of the three gradients is filled in: dx, dw and db are zero everywhere.

    For each window dw += dout · xpad and dxpad += dout · w; db is the sum of dout over images and positions.
    """
    return np.zeros_like(x), np.zeros_like(w), np.zeros_like(w[:, 0, 0, 0])


@mistake
def returns_db_before_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of bias and filters are swapped where they are returned.

    The order is that of the forward pass's inputs: image, filters, bias. Each gradient has the shape of its
    input.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, db, dw


@mistake
def returns_dw_before_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of image and filters are swapped where they are returned.

    The order is that of the forward pass's inputs: image, filters, bias. Each gradient has the shape of its
    input.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dw, dx, db


@mistake
def computes_in_single_precision(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients are stored in single precision, which loses half of the digits.

    Gradients need the floating-point type of the inputs, float64 here: np.zeros and np.zeros_like give that
    unless told otherwise.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx.astype(np.float32), dw.astype(np.float32), db.astype(np.float32)


@mistake
def overwrites_the_image_with_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is written into the image, which overwrites the caller's array.

    The cache holds the caller's own array. Gradients go into an array of their own, of the same shape.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    x[...] = dx
    return dx, dw, db


@mistake
def overwrites_the_weights_with_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is written into the filters, which overwrites the caller's weights.

    The cache holds the caller's own array. Gradients go into an array of their own; only the optimiser
    changes weights.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    w[...] = dw
    return dx, dw, db


MISTAKES = mistake.mistakes
