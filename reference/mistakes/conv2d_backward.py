"""Wrong gradients of a convolution.

Formulas, with xpad and dxpad framed by pad zeros:

    db[f]                            = Σ_{n,i,j} dout[n, f, i, j]
    dw[f, c, u, v]                   = Σ_{n,i,j} dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v]
    dxpad[n, c, i·s + u, j·s + v]   += Σ_f       dout[n, f, i, j] · w[f, c, u, v]

and dx is dxpad without its frame. What a wrong loop would do to the upstream gradient's other elements, such
as never to visit them, is done here by setting them to zero: the gradients are linear in it.
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


def _framed(x: Array, pad: int) -> Array:
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
    """Loop as students do, then cut off the frame."""
    dxpad = np.zeros_like(_framed(x, pad))
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


# --- padding: the frame of dx ---------------------------------------------------------------------


@mistake
def crops_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame of dx is cut off by counting minus pad from the end, which at zero padding leaves nothing.

    In Python minus zero is zero, so a slice that ends there is empty. Name the end by what remains: rows
    pad to pad + H, columns pad to pad + W.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _framed(dx, pad)[:, :, pad:-pad, pad:-pad], dw, db


@mistake
def stores_a_crop_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """What is stored in dx is cut out up to minus pad from the end, which fails at zero padding.

    In Python minus zero is zero, so a slice that ends there is empty. The end that always works is what
    remains: rows pad to pad + H, columns pad to pad + W.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx[...] = _framed(dx, pad)[:, :, pad:-pad, pad:-pad]
    return dx, dw, db


@mistake
def crops_rows_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Rows of dx are cut off by counting minus pad from the end, which at zero padding leaves none.

    In Python minus zero is zero, so a slice that ends there is empty. Name the end by what remains: rows
    pad to pad + H, columns pad to pad + W.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad:-pad, pad : pad + x.shape[3]], dw, db


@mistake
def crops_columns_with_minus_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Columns of dx are cut off by counting minus pad from the end, which at zero padding leaves none.

    In Python minus zero is zero, so a slice that ends there is empty. Name the end by what remains: rows
    pad to pad + H, columns pad to pad + W.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : pad + x.shape[2], pad:-pad], dw, db


@mistake
def crops_one_pixel(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """One pixel is cut off every side of dx, whatever pad says.

    The frame is as wide as pad says, so that is how much comes off each side: dxpad has H + 2P rows, dx has
    H.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, 1:-1, 1:-1], dw, db


@mistake
def keeps_the_frame(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the padded image is returned as dx, with its frame.

    The padding is not an input, so its gradient is dropped: dx has the shape of x, the inner H by W pixels
    of dxpad.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad, dw, db


@mistake
def adds_a_frame_to_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the padded image is padded once more, where its frame should be cut off.

    The way back undoes what the way there did: the image was padded, so dx is what is left of dxpad without
    its frame.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return _framed(dxpad, pad), dw, db


@mistake
def crops_above_and_left_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame of dx is cut off above and on the left, but stays below and on the right.

    dx is dxpad without its frame: rows pad to pad + H and columns pad to pad + W, H by W again. Padding
    lies on all four sides.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad:, pad:], dw, db


@mistake
def crops_below_and_right_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The first H rows and W columns of the padded gradient are taken for dx, frame and all.

    Pixel (0, 0) of the image lies at (pad, pad) of the padded one, so dx[r, q] is dxpad[r + pad, q + pad].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, : x.shape[2], : x.shape[3]], dw, db


@mistake
def forgets_the_frame_at_the_end_of_the_crop(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The crop of dx starts after the frame but ends at row H and column W of the padded gradient.

    In padded coordinates the image reaches from pad to pad + H, and from pad to pad + W: both ends move by
    pad.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : x.shape[2], pad : x.shape[3]], dw, db


@mistake
def ends_the_crop_before_the_end_of_the_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The crop of dx ends at row H − pad and column W − pad, as if the gradient were as large as the image.

    The padded gradient is H + 2P high, and the image reaches in it from row P to row P + H.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : x.shape[2] - pad, pad : x.shape[3] - pad], dw, db


@mistake
def crops_the_height_alone(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Of the padded gradient the rows of the image are taken for dx, with the frame on their left and right.

    Rows and columns are two axes and both were padded: dx has H rows of H + 2P and W columns of W + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : pad + x.shape[2]], dw, db


@mistake
def crops_rows_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame of dx is cut off above and below, but stays on the left and right.

    Rows and columns are two axes and both were padded: dx has H rows of H + 2P and W columns of W + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad:-pad], dw, db


@mistake
def crops_columns_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame of dx is cut off on the left and right, but stays above and below.

    Rows and columns are two axes and both were padded: dx has W columns of W + 2P and H rows of H + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, :, pad:-pad], dw, db


@mistake
def crops_rows_only_where_padded(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Where there is a frame, it is cut off dx above and below, but stays on the left and right.

    Rows and columns are two axes and both were padded: dx has H rows of H + 2P and W columns of W + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, :, pad : pad + x.shape[2]], dw, db


@mistake
def crops_columns_only_where_padded(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Where there is a frame, it is cut off dx on the left and right, but stays above and below.

    Rows and columns are two axes and both were padded: dx has W columns of W + 2P and H rows of H + 2P.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[..., pad : pad + x.shape[3]], dw, db


@mistake
def crops_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame is cut off the first axis of dx, so that images are lost and the frame stays.

    In (N, C, H, W) the padded axes are the last two; the images have no frame around them.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[pad : max(pad, len(dxpad) - pad)], dw, db


@mistake
def crops_batch_and_channels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame is cut off the first two axes of dx, images and channels, rather than off rows and columns.

    In (N, C, H, W) the padded axes are the last two; images and channels have no frame.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[pad:-pad, pad:-pad], dw, db


@mistake
def crops_channels_and_rows(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame is cut off channels and rows of dx, as if channels came last.

    In (N, C, H, W) height and width are the axes 2 and 3; the channels, axis 1, have no frame.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    return dxpad[:, pad:-pad, pad:-pad], dw, db


@mistake
def crops_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image's height says how many columns of dx are kept.

    Rows end at pad + H, columns at pad + W: each axis has a length of its own.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    height = x.shape[2]
    return dxpad[:, :, pad : pad + height, pad : pad + height], dw, db


@mistake
def crops_rows_with_the_width(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image's width says how many rows of dx are kept.

    Rows end at pad + H, columns at pad + W: each axis has a length of its own.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    width = x.shape[3]
    return dxpad[:, :, pad : pad + width, pad : pad + width], dw, db


@mistake
def crops_with_height_and_width_swapped(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Height and width are swapped where the frame of dx is cut off.

    Axis 2 holds rows and is H long; axis 3 holds columns and is W long.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    height, width = x.shape[2:]
    return dxpad[:, :, pad : pad + width, pad : pad + height], dw, db


@mistake
def crops_to_the_size_of_dout(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """So many rows and columns of dx are kept as the feature map has, not the image.

    dx is the gradient of x and has its shape, (N, C, H, W); dout has the shape of the output, (N, F, OH,
    OW).
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dxpad, _, _ = of(dout, _framed(x, pad), w, stride=stride, pad=0)
    rows, cols = dout.shape[2:]
    return dxpad[:, :, pad : pad + rows, pad : pad + cols], dw, db


@mistake
def crops_twice(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The frame is cut off dx twice, so pixels of the image go with it.

    dx is dxpad without its frame: rows pad to pad + H and columns pad to pad + W, H by W again. Nothing is
    left to cut off then.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx[:, :, pad : dx.shape[2] - pad, pad : dx.shape[3] - pad], dw, db


# --- padding: how much ----------------------------------------------------------------------------


@mistake
def pad_is_always_one(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image and its gradient get a frame of one pixel, whatever pad says.

    pad is a hyperparameter of the forward pass: xpad and dxpad are H + 2P high and W + 2P wide, and P
    pixels come off each side of dxpad.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 1), _dw(dout, _framed(x, 1), w, window), db


@mistake
def pad_is_always_two(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image and its gradient get a frame of two pixels, whatever pad says.

    pad is a hyperparameter of the forward pass: xpad and dxpad are H + 2P high and W + 2P wide, and P
    pixels come off each side of dxpad.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 2), _dw(dout, _framed(x, 2), w, window), db


@mistake
def pads_x_by_one_for_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the image is padded by one pixel, whatever pad says; dx has the right frame.

    dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v], where xpad is what the forward pass
    saw: P zeros on each side.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, _framed(x, 1), w, _window(w, stride)), db


@mistake
def frames_dx_by_one(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is gathered in a frame of one pixel, whatever pad says; dw is right.

    dxpad is as large as the padded image of the forward pass, H + 2P by W + 2P: window (i, j) begins at its
    row i·s and column j·s.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w, _window(w, stride), 1), dw, db


@mistake
def ignores_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The image is not padded, and only the windows that fit into the bare image are visited, for dx and dw.

    The forward pass slides over xpad, so there are (H + 2P - KH) / s + 1 rows of windows, and the gradients
    need every one of them.
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

    Window (i, j) begins at row i·s and column j·s of the padded image: read from xpad and gather into dxpad,
    both H + 2P by W + 2P.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 0), _dw(dout, x, w, window), db


@mistake
def takes_dw_from_the_unpadded_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw windows are read from the image without its padding, so the last ones do not fit.

    Window (i, j) begins at row i·s and column j·s of the padded image: dw[f, c, u, v] sums dout[n, f, i, j]
    · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, x, w, _window(w, stride)), db


@mistake
def scatters_dx_into_the_unpadded_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is gathered without padding, so the last windows do not fit.

    Windows are counted in the padded image: gather into dxpad, H + 2P by W + 2P, and take the inner H by W
    pixels at the end.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w, _window(w, stride), 0), dw, db


@mistake
def takes_dw_from_windows_inside_the_bare_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw only the windows that fit into the image without padding are read, and the others left out.

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
    """The image that is padded already is padded again, so all windows lie too far to the upper left in it.

    xpad has P zeros on each side once: H + 2P rows and W + 2P columns. Pixel (0, 0) of the image lies at
    (P, P).
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, stride)
    return _dx(dout, x, w, window, 2 * pad), _dw(dout, _framed(x, 2 * pad), w, window), db


@mistake
def swaps_stride_and_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Stride and padding are swapped: the frame is as wide as stride says and windows are pad pixels apart.

    Window (i, j) begins at (i·stride, j·stride) of the image with pad zeros on each side.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, pad)
    return _dx(dout, x, w, window, stride), _dw(dout, _framed(x, stride), w, window), db


@mistake
def pads_with_the_value_of_pad(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the image is framed by the number pad, rather than by zeros.

    pad says how many pixels are added; their value is zero, so that they add nothing to dw.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), constant_values=pad)
    return dx, _dw(dout, xpad, w, _window(w, stride)), db


@mistake
def pads_with_the_edge(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the frame repeats the image's outermost pixels, rather than being zero.

    Zero padding: whatever lies outside the image is 0 in the forward pass, and so adds nothing to dw.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    return dx, _dw(dout, xpad, w, _window(w, stride)), db


@mistake
def pads_images_and_channels_too(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """All four axes of the images are padded, not rows and columns alone.

    Padding concerns rows and columns alone: (N, C, H, W) becomes (N, C, H + 2P, W + 2P).
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, np.pad(x, pad)[: len(x)], w, _window(w, stride)), db


@mistake
def pads_above_and_left_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the image is padded above and on the left only, so the last windows stick out and do not fit.

    Padding adds P rows above and P below, P columns left and P right: H + 2P by W + 2P.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad = np.pad(x, ((0, 0), (0, 0), (pad, 0), (pad, 0)))
    return dx, _dw(dout, xpad, w, _window(w, stride)), db


@mistake
def puts_the_image_in_the_corner_of_its_frame(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw windows count from the image's upper left corner, as if all padding lay below and on the right.

    Padding comes first above and on the left: pixel (0, 0) of the image lies at (P, P) of xpad.
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

    Position (i, j) of the feature map belongs to the window that begins at row i·s and column j·s of the
    padded image, as in the forward pass.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window = _window(w, 1)
    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def ignores_stride_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw windows are read one pixel apart, whatever stride says; in dx they are right.

    dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v]: the pixel that met w[u, v] in the
    forward pass.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, _dw(dout, _framed(x, pad), w, _window(w, 1)), db


@mistake
def ignores_stride_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx windows are added one pixel apart, whatever stride says; for dw they are right.

    dout[n, f, i, j] · w[f, c, u, v] belongs to dxpad[n, c, i·s + u, j·s + v]: the pixel that w[u, v] met in
    the forward pass.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w, _window(w, 1), pad), dw, db


@mistake
def strides_at_the_start_of_the_window_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The start of a window is multiplied by stride but its end is not, so windows shrink.

    A window that begins at row i·s ends at row i·s + KH: it is as large as the kernel at every position.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i + kh), slice(j * stride, j + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def takes_windows_of_the_size_of_the_stride(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """A window ends where the next one begins, as if it were as large as the stride.

    Stride is the distance between windows, the kernel's size is their extent: rows i·s to i·s + KH, columns
    j·s to j·s + KW.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, (i + 1) * stride), slice(j * stride, (j + 1) * stride)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def strides_rows_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows follow the stride downwards, but to the right they are one pixel apart.

    Stride counts in both directions: window (i, j) begins at row i·s and column j·s.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i * stride + kh), slice(j, j + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def strides_columns_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows follow the stride to the right, but downwards they are one pixel apart.

    Stride counts in both directions: window (i, j) begins at row i·s and column j·s.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i, i + kh), slice(j * stride, j * stride + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def strides_within_the_kernel(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the stride is applied to the place within the kernel rather than to the position of the window.

    In xpad[n, c, i·s + u, j·s + v] the stride goes with (i, j), the position in dout. Seen from (u, v),
    pixels are s apart and begin at (u, v).
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    xpad, (rows, cols) = _framed(x, pad), dout.shape[2:]
    dw = np.zeros_like(w)
    for u, v in np.ndindex(*w.shape[2:]):
        pixels = xpad[:, :, u * stride : u * stride + rows, v * stride : v * stride + cols]
        dw[:, :, u, v] = (dout[:, :, None] * pixels[:, None]).sum(axis=(0, 3, 4))
    return dx, dw, db


@mistake
def takes_stride_for_dilation(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The stride spreads the pixels within a window, and windows are one pixel apart.

    Stride is the distance of neighbouring windows, s pixels; within a window pixels are neighbours: row i·s
    + u, column j·s + v.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i, i + kh * stride, stride), slice(j, j + kw * stride, stride)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def indexes_dout_by_pixels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient is read at the pixel where a window begins, past its end if stride exceeds one.

    dout has one value for each window: its index counts windows, i and j; the window's first pixel is at
    i·s and j·s.
    """
    rows, cols = ((size - 1) * stride + 1 for size in dout.shape[2:])
    return of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)


# --- loops: how many positions --------------------------------------------------------------------


@mistake
def loops_over_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The feature map's height says how many of its columns are visited for dx and dw.

    Sum over all of dout: OH = (H + 2P - KH) / s + 1 rows and OW = (W + 2P - KW) / s + 1 columns, both of
    which its shape tells.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows = dout.shape[2]
    dx, dw, _ = of(_visited(dout, rows, rows), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def loops_over_rows_with_the_width(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The feature map's width says how many of its rows are visited for dx and dw.

    Sum over all of dout: OH = (H + 2P - KH) / s + 1 rows and OW = (W + 2P - KW) / s + 1 columns, both of
    which its shape tells.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    cols = dout.shape[3]
    dx, dw, _ = of(_visited(dout, cols, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_db_over_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The feature map's height says how many of its columns are summed in db.

    db[f] = Σ dout[n, f, i, j] over all images, all OH rows and all OW columns.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_visited(dout, dout.shape[2], dout.shape[2]), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def swaps_the_loops_over_rows_and_columns(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Rows of the feature map are looped over up to its width, and columns up to its height.

    The index i of dout[n, f, i, j] runs over OH rows, the axis 2, and j over OW columns, the axis 3.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    dx, dw, _ = of(_visited(dout, dout.shape[3], dout.shape[2]), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def skips_the_last_row_and_column(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The last row and the last column of the feature map are never visited for dx and dw.

    The number of positions has a + 1: OH = (H + 2P - KH) / s + 1, since a window that cannot move still has
    one place.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    dx, dw, _ = of(_visited(dout, dout.shape[2] - 1, dout.shape[3] - 1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_db_over_rows_with_the_width(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The feature map's width says how many of its rows are summed in db.

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
    """The loop over pixels ends before the last possible start of a window, for dx and dw.

    The last start is itself allowed: a window of KH rows may begin at row H + 2P - KH. Loops exclude their
    end, so it must lie one further.
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
    """A window starts at every stride-th pixel of the image without padding, whatever the kernel's size.

    Windows start where the whole kernel fits into the padded image: (H + 2P - KH) / s + 1 rows, as many as
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
    """In db a position is counted at every stride-th pixel of the image, whatever padding and kernel.

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
    """The number of windows is taken as the image's size divided by stride.

    Padding adds windows and the kernel's own size takes some away: OH = (H + 2P - KH) / s + 1, as many rows
    as dout has.
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

    The padded image is H + 2P by W + 2P, and so OH = (H + 2P - KH) / s + 1, as many rows as dout has.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows, cols = ((size - k) // stride + 1 for size, k in zip(x.shape[2:], w.shape[2:], strict=True))
    dx, dw, _ = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def sums_db_over_windows_inside_the_bare_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only so many positions are summed in db as windows would fit into the image without its padding.

    Each value of dout counts, also where its window lies partly in the padding: db[f] = Σ dout[n, f, i, j]
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
    """The padding is counted twice in the number of windows, so the loops leave the upstream gradient.

    In OH = (H + 2P - KH) / s + 1, H is the size of the bare image; the padded one already is H + 2P high.
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

    pad is a hyperparameter: OH = (H + 2P - KH) / s + 1, as many rows as dout has.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)
    rows, cols = ((size + 2 - k) // stride + 1 for size, k in zip(x.shape[2:], w.shape[2:], strict=True))
    dx, dw, _ = of(_visited(dout, rows, cols), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def rounds_the_size_up(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of windows is rounded up, so with leftover pixels the loops leave the upstream gradient.

    A window that does not fit is left out: OH = ⌊(H + 2P - KH) / s⌋ + 1.
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

    OH = (H + 2P - KH) / s + 1 goes with rows; columns have W and KW: OW = (W + 2P - KW) / s + 1.
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

    OH = (H + 2P - KH) / s + 1 goes with rows; columns have W and KW: OW = (W + 2P - KW) / s + 1.
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
    """Windows are as wide as the kernel is high, so for other kernels they do not fit.

    A window covers KH rows and KW columns, the last two axes of w: rows i·s to i·s + KH, columns j·s to j·s
    + KW.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh = w.shape[2]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kh)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def loops_over_kernel_columns_with_the_height(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The kernel's height says how many of its columns are visited for dx and dw.

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
    """A window's first column is computed from the row index, so windows lie on the diagonal only.

    Two indices, two coordinates: row i·s from i and column j·s from j.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * stride, i * stride + kh), slice(i * stride, i * stride + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def moves_along_the_other_diagonal_index(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """A window's first row is computed from the column index, so windows lie on the diagonal only.

    Two indices, two coordinates: row i·s from i and column j·s from j.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    kh, kw = w.shape[2:]

    def window(i: int, j: int) -> tuple[slice, slice]:
        return slice(j * stride, j * stride + kh), slice(j * stride, j * stride + kw)

    return _dx(dout, x, w, window, pad), _dw(dout, _framed(x, pad), w, window), db


@mistake
def transposes_dout(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Rows and columns of the upstream gradient are swapped in dx and dw.

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
    """Products are assigned to windows of dx, not added: the last filter and the last window remain.

    A pixel meets every filter, and lies in several windows where they overlap; by the chain rule the
    gradients of all its uses add up.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    last, dxpad = w[-1], np.zeros_like(_framed(x, pad))
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = _window(w, stride)(i, j)
        dxpad[:, :, rows, cols] = dout[:, -1, i, j][:, None, None, None] * last
    return dxpad[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


@mistake
def assigns_windows_of_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows of dx are assigned, not added: filters are summed, but where windows overlap the last remains.

    A pixel that lies in several windows has had several uses, and by the chain rule their gradients add up.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    dxpad = np.zeros_like(_framed(x, pad))
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = _window(w, stride)(i, j)
        dxpad[:, :, rows, cols] = np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], w)
    return dxpad[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


@mistake
def keeps_the_last_filter_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Windows are added up in dx, but each filter overwrites the one before, so the last one alone remains.

    Every filter looks at the same pixels, so dx sums over them: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, slice(None), -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_first_filter_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first filter contributes to dx.

    Every filter looks at the same pixels, so dx sums over all F of them: Σ_f dout[n, f, i, j] · w[f, c, u,
    v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, slice(None), 0), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_filter_for_all_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx every filter's upstream gradient is multiplied by the first filter's weights.

    Gradient and weights carry the same index: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, np.repeat(w[:1], len(w), axis=0), stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_last_filter_for_all_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx every filter's upstream gradient is multiplied by the last filter's weights.

    Filter f's gradient goes with filter f's weights: Σ_f dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, w[[-1] * len(w)], stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_last_image_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the last image has a gradient in dx, all others are zero.

    dx has a gradient for every image: whatever fills dx[n] must happen once for each n.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_images_gradient_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx every image is given the upstream gradient of the first image.

    Images do not mix: dx[n] sums dout[n, f, i, j] · w[f] over filters and windows, for each n.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(np.zeros_like(dout) + dout[:1], x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_images_gradient(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient of the first image is taken for every image, in dx, dw and db.

    Image n has a gradient of its own, dout[n]: dx[n] comes from it alone, and dw and db sum over n.
    """
    return of(dout[[0] * len(dout)], x, w, stride=stride, pad=pad)


@mistake
def takes_the_first_images_gradient_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw every image's pixels are multiplied by the upstream gradient of the first image.

    Pixels and upstream gradient are those of one image: dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s
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
    """Only the first image has a gradient in dx, all others are zero.

    dx has a gradient for every image: whatever fills dx[n] must happen once for each n.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(_kept(dout, 0), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def carries_dx_over_to_the_next_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The buffer of dx is not cleared between images, so each image's gradient contains those before it.

    Images do not see each other: dx[n] depends on dout[n] alone, so its sum starts at zero for each n.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return np.cumsum(dx, axis=0, dtype=dx.dtype), dw, db


@mistake
def adds_all_images_to_the_first_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of all images are added to the first image of dx.

    dx keeps the images apart: dout[n] contributes to dx[n] alone. Only dw and db sum over images.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx[0], dx[1:] = dx.sum(axis=0), 0
    return dx, dw, db


@mistake
def sums_dx_over_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of all images are summed and every image of dx gets the sum.

    Only what images share sums over them, w and b. Each image has a gradient of its own: dx[n] depends on
    dout[n] alone.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return np.zeros_like(dx) + dx.sum(axis=0), dw, db


@mistake
def averages_dx_over_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is divided by the number of images.

    If the loss averages over the batch, then dout already holds that factor: dx sums and never divides.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx / len(x), dw, db


@mistake
def averages_dx_over_the_filters(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Filters are averaged in dx, rather than summed.

    The chain rule adds the gradients of all uses of a pixel: Σ_f dout[n, f, i, j] · w[f, c, u, v], without
    a factor.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx / len(w), dw, db


@mistake
def shares_dx_among_windows(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Each pixel of dx is divided by the number of windows that it lies in.

    By the chain rule the gradients of all uses of a pixel add up; more windows make its gradient larger,
    and nothing is divided.
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
    """Each product is assigned to dw rather than added, so only the last image's last window remains.

    A weight is used at every position of every image, and the gradients of all uses add up: Σ_{n,i,j}
    dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(_kept(dout, -1, slice(None), -1, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_last_image_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Each image's sum is assigned to dw rather than added, so the last image alone remains.

    All images share the filters, so dw sums over n as well: Σ_{n,i,j} dout[n, f, i, j] · xpad[n, c, i·s +
    u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(_kept(dout, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def keeps_the_last_position_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Images are summed in dw, but each position overwrites the one before, so the last one alone remains.

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

    Gradient and pixels carry the same index n: dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(dout, np.repeat(x[:1], len(x), axis=0), w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def multiplies_sums_over_the_batch_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw pixels and upstream gradient are each summed over the images before they are multiplied.

    A sum of products is not the product of the sums: multiply image by image, dout[n] with xpad[n], then
    sum over n.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    _, dw, _ = of(dout.sum(axis=0, keepdims=True), x.sum(axis=0, keepdims=True), w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def averages_dw_over_the_batch(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is averaged over the images, rather than summed.

    If the loss averages over the batch, then dout already holds that factor: dw = Σ_{n,i,j} dout · xpad,
    without a division by N.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw / len(x), db


@mistake
def averages_dw_over_images_and_positions(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is a mean over images and positions, rather than a sum.

    The chain rule adds up the gradients of all uses of a weight: Σ_{n,i,j} dout · xpad, divided by nothing.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw * (len(w) / dout.size), db


@mistake
def averages_dw_over_positions(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is averaged over the positions of the feature map, rather than summed.

    The chain rule adds up the gradients of all uses of a weight: Σ_{n,i,j} dout · xpad, divided by nothing.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw / (dout.shape[2] * dout.shape[3]), db


@mistake
def sums_dw_over_the_window(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The products for dw are summed over the whole window, so all weights of a filter get one number.

    Only the forward pass sums over the window. Each weight has a gradient of its own, with the pixel it
    met: xpad[n, c, i·s + u, j·s + v].
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, np.zeros_like(w) + dw.sum(axis=(1, 2, 3), keepdims=True), db


@mistake
def sums_dw_over_the_channels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dw products are summed over the channels, so all channels of a filter are the same.

    Each weight w[f, c, u, v] met pixels of its own channel c alone, so c is not summed over in dw.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, np.zeros_like(w) + dw.sum(axis=1, keepdims=True), db


# --- adding up: db --------------------------------------------------------------------------------


@mistake
def keeps_the_last_image_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Each image's sum is assigned to db rather than added, so the last image alone remains.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: all images share the bias, so their gradients add up.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    _, _, db = of(_kept(dout, -1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def assigns_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Values are assigned to db rather than added, so only the last image's last position remains.

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
    """Images are summed in db, but each position overwrites the one before, so the last one alone remains.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the bias is used at every position, so i and j are summed over as
    well as n.
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
    """The gradient of the bias is averaged over the images, rather than summed.

    If the loss averages over the batch, then dout already holds that factor: db[f] = Σ_{n,i,j} dout[n, f,
    i, j] without a division by N.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db / len(x)


@mistake
def averages_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is a mean over images and positions, rather than a sum.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the chain rule adds up all uses of the bias and divides by nothing.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * (len(w) / dout.size)


@mistake
def averages_db_over_positions(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is averaged over the positions of the feature map, rather than summed.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the chain rule adds up all uses of the bias and divides by nothing.
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

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the bias is added once at each position, after the sum over
    channels, so c does not occur in it.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * x.shape[1]


@mistake
def counts_db_once_per_product(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is added up once for each weight of the filter.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the bias is added once at each position, not once for each product,
    so c, u and v do not occur in it.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db * w[0].size


@mistake
def sums_db_over_the_filters_too(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Every filter's bias gets the sum over all filters.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the filters are kept apart, one bias for each.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, np.zeros_like(dout[0, :, 0, 0]) + dout.sum()


@mistake
def returns_one_number_for_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The whole upstream gradient is summed to one number for db.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: the filters are kept apart, so db has the shape of b, (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, np.asarray(dout.sum())


@mistake
def keeps_the_images_apart_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient is not summed over the images for db, so db has an axis too many.

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
    """The upstream gradient is not summed over its columns for db, so db has an axis too many.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: images, rows and columns are summed over and db has the shape of b,
    (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 2))


@mistake
def keeps_all_axes_of_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The sum for db keeps the axes of length one that it sums over.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: an axis that is summed over is gone, and db has the shape of b,
    (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 2, 3), keepdims=True)


@mistake
def returns_db_as_a_column(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias is returned as a column of a matrix, with an axis too many.

    The bias is a vector with one number for each filter, and its gradient has its shape: (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 2, 3))[:, None]


@mistake
def sums_db_as_if_channels_came_last(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db all axes but the last are summed over, as if the filters came last.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: in (N, F, OH, OW) filters are axis 1, so the axes of images, rows
    and columns are 0, 2 and 3.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(0, 1, 2))


@mistake
def sums_db_over_filters_instead_of_images(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the filters are summed over and the images kept, so db has one number for each image.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: images, axis 0, are summed over; filters, axis 1, remain.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.sum(axis=(1, 2, 3))


@mistake
def gives_db_the_shape_of_w(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias has the shape of the filters.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]: there is one bias for each filter, not one for each weight, and db
    has the shape of b, (F,).
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, np.zeros_like(w) + dout.sum(axis=(0, 2, 3))[:, None, None, None]


# --- images, channels, filters --------------------------------------------------------------------


@mistake
def stops_after_the_first_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The function returns after the first image: the others have no part in dw and db and are zero in dx.

    dw and db sum over all N images and dx has a gradient for each of them; results are complete after the
    loop over images only.
    """
    return of(_kept(dout, 0), x, w, stride=stride, pad=pad)


@mistake
def visits_the_last_image_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the last image is worked on: the others have no part in dw and db and are zero in dx.

    dw and db sum over all N images and dx has a gradient for each of them; the work belongs into the loop
    over images.
    """
    return of(_kept(dout, -1), x, w, stride=stride, pad=pad)


@mistake
def visits_the_first_filter_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the first filter is worked on: the others are zero in dw and db and have no part in dx.

    Each of the F filters has a gradient in dw and db, and dx sums over all of them.
    """
    return of(_kept(dout, slice(None), 0), x, w, stride=stride, pad=pad)


@mistake
def visits_the_last_filter_only(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Only the last filter is worked on: the others are zero in dw and db and have no part in dx.

    Each of the F filters has a gradient in dw and db, and dx sums over all of them; the work belongs into
    the loop over filters.
    """
    return of(_kept(dout, slice(None), -1), x, w, stride=stride, pad=pad)


@mistake
def loops_over_as_many_filters_as_channels(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The number of channels says how many filters are visited for dx and dw.

    w is (F, C, KH, KW) and dout (N, F, OH, OW): filters are counted by F, channels of the image by C.
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
    """The number of filters says how many channels are visited for dx and dw.

    w is (F, C, KH, KW) and x (N, C, H, W): channels of the image are counted by C, filters by F.
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
    """For dw all channels are multiplied with pixels of the first channel.

    Weights and pixels carry the same index c: dw[f, c, u, v] goes with xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(dout, np.repeat(x[:, :1], x.shape[1], axis=1), w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_first_channel_for_all_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx all channels get the weights of the first channel.

    Weights and pixels carry the same index c: dxpad[n, c] goes with w[f, c].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, np.repeat(w[:, :1], w.shape[1], axis=1), stride=stride, pad=pad)
    return dx, dw, db


@mistake
def takes_the_filter_index_for_the_channel_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw a filter reads the one channel that has the filter's own index.

    f counts filters and c channels of the image; every filter looks at all C channels: dw[f, c] goes with
    xpad[n, c].
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

    Each product counts once: inside a loop over c only channel c is worked on, and without one all of them
    at once.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx * x.shape[1], dw * x.shape[1], db


@mistake
def mixes_images_and_filters(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx and dw the upstream gradient is reshaped with filters as rows, although images come first.

    In memory dout runs over n before f. To have a row of all images and positions for each filter, the
    filters' axis must come first before the reshape.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    n, f, rows, cols = dout.shape
    dx, dw, _ = of(dout.reshape(f, n, rows, cols).swapaxes(0, 1), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def mixes_images_and_filters_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For db the upstream gradient is reshaped with filters as rows, although images come first.

    In memory dout runs over n before f. To have a row of all images and positions for each filter, the
    filters' axis must come first before the reshape.
    """
    dx, dw, _ = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, dout.reshape(len(w), -1).sum(axis=1)


@mistake
def orders_columns_unlike_dout(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient has images before positions, the columns of pixels positions before images.

    The k-th column of the pixels and the k-th of the matrix of dout must belong to the same image and
    position; transpose dout into that order before the reshape.
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
    """In dx the kernel lies the wrong way round: turned by 180 degrees from where it should.

    Weight w[u, v] met pixel (i·s + u, j·s + v), and there its gradient goes. Windows of dx take the kernel as
    it is; only a convolution that gathers from the padded upstream gradient flips it.
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
    """In dx the kernel lies upside down: of its two axes that of the rows is the wrong way round.

    A convolution that gathers from the padded upstream gradient flips rows and columns, the last two axes of
    w; one that adds windows flips neither.
    """
    return _with_dx_of(w[..., ::-1, :], dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_columns_only_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx the kernel is mirrored: of its two axes that of the columns is the wrong way round.

    A convolution that gathers from the padded upstream gradient flips rows and columns, the last two axes of
    w; one that adds windows flips neither.
    """
    return _with_dx_of(w[..., ::-1], dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_by_90_degrees_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx the kernel is turned by 90 degrees and not by 180.

    Flipping both axes is two quarters of a turn: np.rot90 makes one unless it is told otherwise.
    """
    return _with_dx_of(np.rot90(w, -1, axes=(2, 3)), dout, x, w, stride=stride, pad=pad, of=of)


@mistake
def turns_filters_and_channels_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """In dx filters and channels are in reverse order, too: every axis of the weights was flipped.

    Flip rows and columns only, the last two axes: np.flip turns all of them unless it is told which.
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
    """The gradient of the filters is turned by 180 degrees.

    The forward pass does not flip: w[u, v] meets pixel (i·s + u, j·s + v), so dw[u, v] goes with that very
    pixel.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw[..., ::-1, ::-1], db


@mistake
def turns_dout_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the upstream gradient is turned by 180 degrees before it meets the windows.

    dw[u, v] pairs dout[i, j] with pixel (i·s + u, j·s + v), in the same order: nothing is flipped for dw.
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    _, dw, _ = of(np.ascontiguousarray(dout[..., ::-1, ::-1]), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def transposes_the_kernel_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Rows and columns of the kernel are swapped in dx.

    w[f, c, u, v] has rows u and columns v, as the window has: its gradient goes to row i·s + u and column
    j·s + v.
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return _dx(dout, x, w.swapaxes(2, 3), _window(w, stride), pad), dw, db


@mistake
def transposes_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Rows and columns of the kernel are swapped in dw.

    dw has the axes of w, (F, C, KH, KW): rows u go with i·s + u, columns v with j·s + v.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw.swapaxes(2, 3), db


@mistake
def multiplies_by_pixels_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dx the upstream gradient is multiplied by the image's own pixels instead of the weights.

    The output is a product of pixel and weight; its derivative by the pixel is the weight: Σ_f dout[n, f,
    i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)

    window, xpad = _window(w, stride), _framed(x, pad)
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

    The output is a product of pixel and weight; its derivative by the weight is the pixel: dout[n, f, i, j]
    · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, w * dout.sum(axis=(0, 2, 3))[:, None, None, None], db


@mistake
def leaves_the_weights_out_of_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient is added to each window of dx without the weights.

    How much a pixel moves the output is said by the weight that it meets: dout[n, f, i, j] · w[f, c, u, v].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(dout, x, np.ones_like(w), stride=stride, pad=pad)
    return dx, dw, db


@mistake
def leaves_the_pixels_out_of_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The upstream gradient is added to dw without the pixels.

    How much a weight moves the output is said by the pixel that it meets: dout[n, f, i, j] · xpad[n, c, i·s
    + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, np.zeros_like(w) + dout.sum(axis=(0, 2, 3))[:, None, None, None], db


@mistake
def leaves_dout_out_of_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Weights are added to dx without the upstream gradient.

    By the chain rule the local derivative, w[f, c, u, v], is multiplied by the gradient of the output it
    belongs to, dout[n, f, i, j].
    """
    _, dw, db = of(dout, x, w, stride=stride, pad=pad)
    dx, _, _ = of(np.ones_like(dout), x, w, stride=stride, pad=pad)
    return dx, dw, db


@mistake
def leaves_dout_out_of_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """Pixels are added to dw without the upstream gradient.

    By the chain rule the local derivative, the pixel under the weight, is multiplied by the gradient of the
    output it belongs to, dout[n, f, i, j].
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

    Only the forward pass sums over the window. Each pixel gets the one weight that it met: dxpad[n, c, i·s
    + u, j·s + v] goes with w[f, c, u, v].
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

    Channel c of the image met the weights w[f, c] alone, so c is not summed over in dx.
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

    dx is a sum of products dout · w and nothing else: its buffer has the shape of the padded image, but
    starts at zero.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx + x, dw, db


@mistake
def starts_dw_from_the_weights(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient is added to a copy of the weights, not to zeros, so dw contains the weights.

    dw is a sum of products dout · xpad and nothing else: its buffer has the shape of w, but starts at zero.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw + w, db


@mistake
def starts_db_from_ones(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The sum for db starts at one rather than at zero.

    db[f] = Σ_{n,i,j} dout[n, f, i, j] and nothing else: the sum starts at zero.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, db + 1


@mistake
def subtracts_in_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image has the wrong sign.

    Products are added: dxpad[n, c, i·s + u, j·s + v] gains Σ_f dout[n, f, i, j] · w[f, c, u, v]. A minus
    belongs to the step of the optimiser.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return -dx, dw, db


@mistake
def subtracts_in_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters has the wrong sign.

    Products are added: dw[f, c, u, v] sums dout[n, f, i, j] · xpad[n, c, i·s + u, j·s + v]. A minus belongs
    to the step of the optimiser.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, -dw, db


@mistake
def subtracts_in_db(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the bias has the wrong sign.

    db[f] is the sum of dout[n, f, i, j] over images and positions. A minus belongs to the step of the
    optimiser.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, dw, -db


@mistake
def reads_dw_from_the_gradient_of_the_image(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """For dw the windows are read from dx, as far as it is filled, instead of the image.

    Two arrays have the shape of the padded image: xpad is read for dw, dxpad is written. dw sums dout[n, f,
    i, j] · xpad[n, c, i·s + u, j·s + v].
    """
    dx, _, db = of(dout, x, w, stride=stride, pad=pad)

    window, dxpad, dw = _window(w, stride), np.zeros_like(_framed(x, pad)), np.zeros_like(w)
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

    xpad is read and dxpad is written: two arrays of the same shape. One that is another's second name
    shares its memory.
    """
    _, _, db = of(dout, x, w, stride=stride, pad=pad)

    window, xpad, dw = _window(w, stride), _framed(x, pad), np.zeros_like(w)
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

    For each window dxpad[n, c, i·s + u, j·s + v] gains Σ_f dout[n, f, i, j] · w[f, c, u, v], and dx is
    dxpad without its frame.
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

    For each window dw gains dout · xpad and dxpad gains dout · w; db is the sum of dout over images and
    positions.
    """
    return np.zeros_like(x), np.zeros_like(w), np.zeros_like(w[:, 0, 0, 0])


@mistake
def returns_db_before_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of bias and filters are returned in each other's place.

    The order is that of the forward pass's inputs: image, filters, bias; each gradient has the shape of its
    input.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx, db, dw


@mistake
def returns_dw_before_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients of image and filters are returned in each other's place.

    The order is that of the forward pass's inputs: image, filters, bias; each gradient has the shape of its
    input.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dw, dx, db


@mistake
def computes_in_single_precision(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradients are stored in single precision, where half of the digits are lost.

    Buffers take the precision of the inputs, here 64 bits; that of the default, of zeros and of a like-
    shaped array is right.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    return dx.astype(np.float32), dw.astype(np.float32), db.astype(np.float32)


@mistake
def overwrites_the_image_with_dx(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the image is written into the image, so the caller's array is damaged.

    The cache holds the very array that the caller has. Gradients go into a buffer of their own, of the same
    shape.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    x[...] = dx
    return dx, dw, db


@mistake
def overwrites_the_weights_with_dw(
    dout: Array, x: Array, w: Array, *, stride: int, pad: int, of: Backward = conv2d_backward
) -> Gradients:
    """The gradient of the filters is written into the filters, so the caller's weights are damaged.

    The cache holds the very array that the caller has. Gradients go into a buffer of their own; only the
    optimiser changes weights.
    """
    dx, dw, db = of(dout, x, w, stride=stride, pad=pad)
    w[...] = dw
    return dx, dw, db


MISTAKES = mistake.mistakes
