"""Wrong convolutions, forward.

Formula: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad[n, c, i·s + u, j·s + v] · w[f, c, u, v],
with OH = ⌊(H + 2P − KH) / s⌋ + 1 rows and OW = ⌊(W + 2P − KW) / s⌋ + 1 columns.

Where a window runs off the image, NumPy's slice is cut short: what then does not broadcast raises, as in the
usual loop. `_slide` is that loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from reference.arrays import Array
from reference.conv import conv2d
from reference.mistakes.mistake import Collection, MisfitError

__all__ = ["MISTAKES"]

Conv2d = Callable[..., Array]
Size = tuple[int, int]

mistake = Collection("conv2d")


def _size(x: Array, w: Array, stride: int, pad: int) -> Size:
    """Rows and columns of the output; may be none or fewer."""
    (height, width), (kh, kw) = x.shape[2:], w.shape[2:]
    return (height + 2 * pad - kh) // stride + 1, (width + 2 * pad - kw) // stride + 1


def _pad(x: Array, rows: Size, cols: Size, value: float = 0.0) -> Array:
    """Pad by (before, after) on each of the two axes."""
    return np.pad(x, ((0, 0), (0, 0), rows, cols), constant_values=value)


def _padded(x: Array, pad: int) -> Array:
    return _pad(x, (pad, pad), (pad, pad))


def _crop(out: Array, rows: int, cols: int) -> Array:
    """Keep the first rows and columns; fewer than none raises, as a buffer of that size does."""
    if min(rows, cols) < 0:
        raise ValueError("negative dimensions are not allowed")
    return out[:, :, :rows, :cols]


def _fit(of: Conv2d, x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """Convolve, but where the kernel is just too large return an empty output, as the usual loop does."""
    size = _size(x, w, stride, pad)
    if min(size) > 0:
        return of(x, w, b, stride=stride, pad=pad)
    return np.zeros((len(x), len(w), *size), x.dtype)


def _products(windows: Array, w: Array) -> Array:
    """Σ_{c,u,v} window · w, for each image and filter."""
    total: Array = (windows * w).sum(axis=(2, 3, 4))
    return total


def _slide(
    xpad: Array,
    w: Array,
    b: Array,
    size: Size,
    corner: Callable[[int, int], Size],
    *,
    extent: Size | None = None,
    over: tuple[Iterable[int], Iterable[int]] | None = None,
    combine: Callable[[Array, Array], Array] = _products,
) -> Array:
    """Fill a buffer of zeros, position by position.

    Args:
        size: of the buffer.
        corner: where the window of position (i, j) begins.
        extent: of the window, if not the kernel's.
        over: positions (i, j) that are visited, if not the whole buffer.
    """
    out = np.zeros((len(xpad), len(w), *size), xpad.dtype)
    kh, kw = extent or w.shape[2:]
    rows, cols = over or (range(size[0]), range(size[1]))
    for i in rows:
        for j in cols:
            top, left = corner(i, j)
            out[:, :, i, j] = combine(xpad[:, None, :, top : top + kh, left : left + kw], w) + b
    return out


def _steps(stride: int) -> Callable[[int, int], Size]:
    """The right corner of a window."""
    return lambda i, j: (i * stride, j * stride)


# --- padding -------------------------------------------------------------------------------------


@mistake
def ignores_pad(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The image is not padded at all, whatever pad says.

    P rows and columns of zeros go around each image before the kernel slides; the feature map then has
    ⌊(H + 2P − KH) / s⌋ + 1 rows.
    """
    return _fit(of, x, w, b, stride=stride, pad=0)


@mistake
def pad_is_always_one(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The image is padded by one pixel on every side, whatever pad says.

    pad is a hyperparameter: P zeros go on each side, so the padded image is H + 2P high and W + 2P wide.
    """
    return _fit(of, x, w, b, stride=stride, pad=1)


@mistake
def pad_is_always_two(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The image is padded by two pixels on every side, whatever pad says.

    pad is a hyperparameter: P zeros go on each side, so the padded image is H + 2P high and W + 2P wide.
    """
    return _fit(of, x, w, b, stride=stride, pad=2)


@mistake
def pads_by_one_but_counts_with_pad(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The image is padded by one pixel on every side, while the output's size is computed with pad.

    Use the same P in both places: P zeros on each side of the image, and ⌊(H + 2P − KH) / s⌋ + 1 rows in the
    output.
    """
    return _slide(_padded(x, 1), w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def reads_the_unpadded_image(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output has the size for a padded image, but its windows are cut from the unpadded image.

    Position (i, j) covers xpad[n, c, i·s + u, j·s + v]: the windows lie in the padded image, which is H + 2P
    high.
    """
    return _slide(x, w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def leaves_the_padded_image_empty(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The padded image holds nothing but zeros: the image is never copied into it.

    The image lies inside of the padding: xpad[n, c, P + y, P + x] is the image's pixel (y, x).
    """
    return of(np.zeros_like(x), w, b, stride=stride, pad=pad)


@mistake
def pads_twice(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """Twice as many zeros as pad says go on each side, though the output has the right size.

    P zeros go on each of the four sides, once: height and width grow by 2P in all.
    """
    wide = of(x, w, b, stride=stride, pad=2 * pad)
    return _crop(wide, *_size(x, w, stride, pad))


@mistake
def pads_twice_and_grows(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Twice as many zeros as pad says go on each side, and the output grows with them.

    P zeros go on each of the four sides, once: the padded image is H + 2P high, not H + 4P.
    """
    return of(x, w, b, stride=stride, pad=2 * pad)


@mistake
def shares_pad_between_the_sides(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Half of pad goes on each side, as if pad were the total of two opposite sides.

    pad counts the pixels on one side: height and width both grow by 2P.
    """
    return _fit(of, x, w, b, stride=stride, pad=pad // 2)


@mistake
def pads_below_and_right_only(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Zeros are added below and to the right only, and none above and to the left.

    All four sides get P zeros each, so that the image's pixel (0, 0) is pixel (P, P) of the padded image.
    """
    return _fit(of, _pad(x, (0, pad), (0, pad)), w, b, stride=stride, pad=0)


@mistake
def puts_the_image_in_the_corner(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The image lies in the upper left corner, as if all of the padding were below and to the right.

    All four sides get P zeros each, so that the image's pixel (0, 0) is pixel (P, P) of the padded image.
    """
    return of(_pad(x, (0, 2 * pad), (0, 2 * pad)), w, b, stride=stride, pad=0)


@mistake
def fills_the_padded_image_up_to_minus_pad(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The image is stored in a slice from pad to minus pad, which is empty when pad is 0.

    In Python a[0:-0] is empty, since −0 is 0. Count from the front: the image fills rows P to P + H − 1 and
    columns P to P + W − 1, also where P is 0.
    """
    (n, c, height, width) = x.shape
    xpad = np.zeros((n, c, height + 2 * pad, width + 2 * pad), x.dtype)
    xpad[:, :, pad:-pad, pad:-pad] = x
    return of(xpad, w, b, stride=stride, pad=0)


@mistake
def pads_rows_only(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """Zeros are added above and below, but not to the left and right.

    Both spatial axes are padded: height becomes H + 2P and width becomes W + 2P.
    """
    return _fit(of, _pad(x, (pad, pad), (0, 0)), w, b, stride=stride, pad=0)


@mistake
def pads_columns_only(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """Zeros are added to the left and right, but not above and below.

    Both spatial axes are padded: height becomes H + 2P and width becomes W + 2P.
    """
    return _fit(of, _pad(x, (0, 0), (pad, pad)), w, b, stride=stride, pad=0)


@mistake
def pads_rows_only_but_counts_both(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """Zeros are added above and below only, though the output's width counts them left and right, too.

    Both spatial axes are padded: height becomes H + 2P and width becomes W + 2P, as the output's size says.
    """
    return _slide(_pad(x, (pad, pad), (0, 0)), w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def pads_columns_only_but_counts_both(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """Zeros are added left and right only, though the output's height counts them above and below, too.

    Both spatial axes are padded: height becomes H + 2P and width becomes W + 2P, as the output's size says.
    """
    return _slide(_pad(x, (0, 0), (pad, pad)), w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def pads_every_axis(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """All four axes are padded, so that the batch and the channels get zeros too.

    Only the two spatial axes grow: (N, C, H, W) becomes (N, C, H + 2P, W + 2P).
    """
    return _slide(np.pad(x, pad)[: len(x)], w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def pads_the_channels_too(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The channels are padded along with height and width, so that a window has more channels than a filter.

    Only the two spatial axes grow: (N, C, H, W) becomes (N, C, H + 2P, W + 2P).
    """
    xpad = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (pad, pad)))
    return _slide(xpad, w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def shifts_the_channels(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The channels are padded along with height and width, so that the filters' first channels meet zeros.

    Only the two spatial axes grow; channel c of a filter always meets channel c of the image.
    """
    channels = np.pad(x, ((0, 0), (pad, pad), (0, 0), (0, 0)))[:, : x.shape[1]]
    return of(channels, w, b, stride=stride, pad=pad)


@mistake
def pads_channels_and_height(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The channels and the height are padded, and the width stays as it is.

    Images are stored as (N, C, H, W): the axes to pad are the last two, height and width.
    """
    xpad = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    return _slide(xpad, w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def pads_the_batch_too(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The batch is padded as well: images of zeros come before the first image and after the last.

    Only rows and columns are padded; P more images in front would shift all others by P.
    """
    batch = np.pad(x, ((pad, pad), (0, 0), (pad, pad), (pad, pad)))[: len(x)]
    return of(batch, w, b, stride=stride, pad=0)


@mistake
def pads_the_result(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The result at stride 1 is padded, instead of the image before the convolution.

    First the image is padded to H + 2P by W + 2P pixels, then the filters slide over it.
    """
    dense = _fit(of, x, w, b, stride=1, pad=0)
    return _padded(dense, pad)[:, :, ::stride, ::stride]


@mistake
def pads_with_the_value_of_pad(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The padding is filled with the number pad and not with zeros.

    pad says how wide the padding is; its pixels are all 0, so that they add nothing to Σ xpad · w.
    """
    return of(_pad(x, (pad, pad), (pad, pad), pad), w, b, stride=stride, pad=0)


@mistake
def pads_with_ones(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The padding is filled with ones and not with zeros.

    This is zero padding: its pixels are all 0, so that they add nothing to Σ xpad · w.
    """
    return of(_pad(x, (pad, pad), (pad, pad), 1.0), w, b, stride=stride, pad=0)


@mistake
def pads_with_the_edge(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The padding repeats the pixels at the image's edge and is not filled with zeros.

    This is zero padding: its pixels are all 0, so that they add nothing to Σ xpad · w.
    """
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    return of(xpad, w, b, stride=stride, pad=0)


@mistake
def pads_with_a_reflection(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The padding mirrors the image and is not filled with zeros.

    This is zero padding: its pixels are all 0, so that they add nothing to Σ xpad · w.
    """
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="reflect")
    return of(xpad, w, b, stride=stride, pad=0)


@mistake
def pads_to_keep_the_size(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The padding is computed from the kernel's size, half of it on each side, whatever pad says.

    P = (K − 1) / 2 keeps the size at stride 1, but it is one choice of many; here pad is a hyperparameter.
    """
    rows, cols = (w.shape[2] - 1) // 2, (w.shape[3] - 1) // 2
    return _fit(of, _pad(x, (rows, rows), (cols, cols)), w, b, stride=stride, pad=0)


@mistake
def swaps_stride_and_pad(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Stride and padding are swapped.

    The stride s is the step of the window; the padding P is the number of zeros on each side of the image.
    """
    return _fit(of, x, w, b, stride=pad, pad=stride)


@mistake
def pads_by_the_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The padding is as wide as the stride and not as pad.

    The padding P and the stride s are two hyperparameters: P zeros go on each side, the window moves by s.
    """
    return _fit(of, x, w, b, stride=stride, pad=stride)


@mistake
def pads_by_the_stride_but_counts_with_pad(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The padding is as wide as the stride, while the output's size is computed with pad.

    Use the same P in both places: P zeros on each side of the image, and ⌊(H + 2P − KH) / s⌋ + 1 rows in the
    output.
    """
    return _slide(_padded(x, stride), w, b, _size(x, w, stride, pad), _steps(stride))


@mistake
def crops_the_output_by_pad(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The output is cropped by pad on every side, as if it were padded.

    Only the input is padded: the feature map keeps all its ⌊(H + 2P − KH) / s⌋ + 1 rows. In the backward pass
    it is dx that is cropped.
    """
    return of(x, w, b, stride=stride, pad=pad)[:, :, pad:-pad, pad:-pad]


# --- the output's size -----------------------------------------------------------------------------


@mistake
def forgets_the_one_in_the_size(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The output lacks its last row and column: one is not added to the number of steps.

    A window that can take m steps has m + 1 positions, so OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    return of(x, w, b, stride=stride, pad=pad)[:, :, :-1, :-1]


@mistake
def adds_the_one_before_dividing(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """In the output's size, the one is added before the division by the stride, not after it.

    Divide first and add 1 afterwards: OH = ⌊(H + 2P − KH) / s⌋ + 1. The two agree at stride 1 only.
    """
    rows, cols = _size(x, w, 1, pad)
    return _crop(of(x, w, b, stride=stride, pad=pad), rows // stride, cols // stride)


@mistake
def counts_pad_at_one_end(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The padding is counted once along each axis and not on both sides, so that the output is too small.

    Each axis is padded on both sides: the padded height is H + 2P, so OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    rows, cols = ((n + pad - k) // stride + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return _crop(of(x, w, b, stride=stride, pad=pad), rows, cols)


@mistake.form_of(counts_pad_at_one_end)
def counts_pad_at_one_end_and_cuts_with_int(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Where the kernel is larger than what is counted, int() cuts towards 0 and ⌊⌋ away from it."""
    rows, cols = (int((n + pad - k) / stride) + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return _crop(of(x, w, b, stride=stride, pad=pad), rows, cols)


@mistake
def size_leaves_out_pad(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The image is padded, but the output's size is computed without the padding.

    The window slides over the padded image, which is H + 2P high: OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    return _crop(of(x, w, b, stride=stride, pad=pad), *_size(x, w, stride, 0))


@mistake.form_of(size_leaves_out_pad)
def size_leaves_out_pad_and_is_cut_with_int(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Where the kernel is larger than the image, int() cuts towards 0 and ⌊⌋ away from it."""
    rows, cols = (int((n - k) / stride) + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return _crop(of(x, w, b, stride=stride, pad=pad), rows, cols)


@mistake
def size_counts_pad_after_padding(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's size adds the padding to the height and width of an image that is already padded.

    In ⌊(H + 2P − KH) / s⌋ + 1 the height H is that of the image before padding.
    """
    xpad = _padded(x, pad)
    return _slide(xpad, w, b, _size(xpad, w, stride, pad), _steps(stride))


@mistake
def rounds_the_size_up(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's size is rounded up, so that a last window reaches beyond the padded image.

    Pixels that are too few for one more step are left over: (H + 2P − KH) / s is rounded down.
    """
    rows, cols = _size(x, w, 1, pad)
    size = -((1 - rows) // stride) + 1, -((1 - cols) // stride) + 1
    return _slide(_padded(x, pad), w, b, size, _steps(stride))


@mistake
def refuses_leftover_pixels(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """An image that leaves pixels over after its last window is refused.

    Pixels that are too few for one more step are left over, and the size is rounded down: OH = ⌊(H + 2P − KH)
    / s⌋ + 1.
    """
    if any((n + 2 * pad - k) % stride for n, k in zip(x.shape[2:], w.shape[2:], strict=True)):
        raise ValueError("the stride does not divide the size")
    return of(x, w, b, stride=stride, pad=pad)


@mistake
def size_leaves_out_the_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output is as large as at stride 1, though its windows are a stride apart.

    Larger steps give fewer positions: OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    return _slide(_padded(x, pad), w, b, _size(x, w, 1, pad), _steps(stride))


@mistake
def size_divides_the_kernel_alone(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """In the output's size, the stride divides only the kernel's size and not the whole difference.

    The stride divides all that the window can move, H + 2P − KH: OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    rows, cols = (n + 2 * pad - k // stride + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def size_divides_the_padding_alone(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """In the output's size, the stride divides only the padding and not the whole difference.

    The stride divides all that the window can move, H + 2P − KH: OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    rows, cols = (n - k + 2 * pad // stride + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def size_divides_the_image_alone(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """In the output's size, the stride divides only the image's size and not the whole difference.

    The stride divides all that the window can move, H + 2P − KH: OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    rows, cols = (n // stride + 2 * pad - k + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def size_leaves_out_the_kernel(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's size is the padded image's divided by the stride, without regard to the kernel.

    The kernel must fit into the padded image at every position: OH = ⌊(H + 2P − KH) / s⌋ + 1, not (H + 2P) /
    s.
    """
    rows, cols = ((n + 2 * pad) // stride for n in x.shape[2:])
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def size_is_image_over_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's size is the image's divided by the stride, without regard to padding and kernel.

    The kernel must fit into the padded image at every position: OH = ⌊(H + 2P − KH) / s⌋ + 1, not H / s.
    """
    rows, cols = (n // stride for n in x.shape[2:])
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def size_is_image_over_stride_rounded_up(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's size is the image's divided by the stride and rounded up, whatever padding and kernel are.

    The kernel must fit into the padded image at every position: OH = ⌊(H + 2P − KH) / s⌋ + 1, not H / s.
    """
    rows, cols = (-(-n // stride) for n in x.shape[2:])
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def output_is_as_large_as_the_image(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The output is as large as the image, and its values that no window belongs to stay zero.

    The feature map has one value for each position of the window: OH = ⌊(H + 2P − KH) / s⌋ + 1 rows.
    """
    result = of(x, w, b, stride=stride, pad=pad)
    out = np.zeros((*result.shape[:2], *x.shape[2:]), result.dtype)
    out[:, :, : result.shape[2], : result.shape[3]] = result
    return out


@mistake
def visits_a_position_for_every_pixel(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output has a value for every pixel of the image, and a window is cut out for each of them.

    There is one value for each position of the window: OH = ⌊(H + 2P − KH) / s⌋ + 1 rows, which is H only in
    special cases.
    """
    height, width = x.shape[2:]
    return _slide(_padded(x, pad), w, b, (height, width), _steps(stride))


# --- height and width ------------------------------------------------------------------------------


@mistake
def output_width_from_the_height(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's width is set to its height.

    Each axis has a size of its own: OH follows from H and KH, OW from W and KW.
    """
    rows, _ = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, (rows, rows), _steps(stride))


@mistake
def output_height_from_the_width(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's height is set to its width.

    Each axis has a size of its own: OH follows from H and KH, OW from W and KW.
    """
    _, cols = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, (cols, cols), _steps(stride))


@mistake
def image_height_stands_for_its_width(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's width is computed from the image's height and the kernel's width.

    Each axis has sizes of its own: OW = ⌊(W + 2P − KW) / s⌋ + 1.
    """
    rows, _ = _size(x, w, stride, pad)
    cols = (x.shape[2] + 2 * pad - w.shape[3]) // stride + 1
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def kernel_height_in_the_output_width(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's width is computed from the image's width and the kernel's height.

    Each axis has sizes of its own: OW = ⌊(W + 2P − KW) / s⌋ + 1.
    """
    rows, _ = _size(x, w, stride, pad)
    cols = (x.shape[3] + 2 * pad - w.shape[2]) // stride + 1
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def kernel_width_in_the_output_height(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's height is computed from the image's height and the kernel's width.

    Each axis has sizes of its own: OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    _, cols = _size(x, w, stride, pad)
    rows = (x.shape[2] + 2 * pad - w.shape[3]) // stride + 1
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride))


@mistake
def kernel_is_square_by_its_height(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The kernel's height is used for its width throughout, in the output's size and in the window.

    A kernel need not be square: the window covers KH rows and KW columns, and OW follows from KW.
    """
    kh = w.shape[2]
    rows, cols = ((n + 2 * pad - kh) // stride + 1 for n in x.shape[2:])
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride), extent=(kh, kh))


@mistake
def kernel_is_square_by_its_width(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The kernel's width is used for its height throughout, in the output's size and in the window.

    A kernel need not be square: the window covers KH rows and KW columns, and OH follows from KH.
    """
    kw = w.shape[3]
    rows, cols = ((n + 2 * pad - kw) // stride + 1 for n in x.shape[2:])
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride), extent=(kw, kw))


@mistake
def window_is_square_by_the_height(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output has the right size, but the window is as wide as the kernel is high.

    The window at (i, j) covers KH rows from i·s on and KW columns from j·s on.
    """
    kh = w.shape[2]
    return _slide(_padded(x, pad), w, b, _size(x, w, stride, pad), _steps(stride), extent=(kh, kh))


@mistake
def swaps_the_kernel_sizes(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The kernel's height and width are swapped.

    Filters are stored as (F, C, KH, KW): the third axis is the kernel's height, the fourth its width.
    """
    kh, kw = w.shape[2:]
    rows = (x.shape[2] + 2 * pad - kw) // stride + 1
    cols = (x.shape[3] + 2 * pad - kh) // stride + 1
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride), extent=(kw, kh))


@mistake
def swaps_the_image_sizes(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The image's height and width are swapped.

    Images are stored as (N, C, H, W): the third axis is the height, the fourth the width.
    """
    (height, width), (kh, kw) = x.shape[2:], w.shape[2:]
    size = (width + 2 * pad - kh) // stride + 1, (height + 2 * pad - kw) // stride + 1
    return _slide(_padded(x, pad), w, b, size, _steps(stride))


@mistake
def swaps_rows_and_columns_of_the_output(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The output's height and width are swapped, in its array or in the loops that fill it.

    The feature map is (N, F, OH, OW): i runs over its OH rows, j over its OW columns.
    """
    rows, cols = _size(x, w, stride, pad)
    if rows != cols and min(rows, cols) > 0:
        raise MisfitError(f"{rows} × {cols} positions in a buffer of {cols} × {rows}")
    over = range(rows), range(cols)
    return _slide(_padded(x, pad), w, b, (cols, rows), _steps(stride), over=over)


@mistake
def rows_loop_over_the_columns(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The loop over the output's rows runs over the number of columns.

    The feature map is (N, F, OH, OW): i runs over its OH rows, j over its OW columns.
    """
    rows, cols = _size(x, w, stride, pad)
    over = range(cols), range(cols)
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride), over=over)


@mistake
def columns_loop_over_the_rows(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The loop over the output's columns runs over the number of rows.

    The feature map is (N, F, OH, OW): i runs over its OH rows, j over its OW columns.
    """
    rows, cols = _size(x, w, stride, pad)
    over = range(rows), range(rows)
    return _slide(_padded(x, pad), w, b, (rows, cols), _steps(stride), over=over)


@mistake
def stores_rows_as_columns(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The value of row i and column j is stored at row j and column i.

    The result for the window at (i·s, j·s) belongs to out[n, f, i, j].
    """
    rows, cols = _size(x, w, stride, pad)
    return _slide(
        _padded(x, pad),
        w,
        b,
        (rows, cols),
        lambda i, j: (j * stride, i * stride),
        over=(range(cols), range(rows)),
    )


@mistake
def transposes_the_feature_map(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Each feature map is transposed, as wide as it should be high.

    The feature map is (N, F, OH, OW): rows before columns, as in the image.
    """
    return of(x, w, b, stride=stride, pad=pad).swapaxes(2, 3)


@mistake
def row_index_moves_the_window_sideways(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The row index moves the window to the right and the column index moves it down.

    The window of out[n, f, i, j] begins at row i·s and column j·s of the padded image.
    """
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, lambda i, j: (j * stride, i * stride))


@mistake
def reads_the_diagonal_by_the_row(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window's column is computed from the row index, so that only windows on the diagonal are read.

    The window of out[n, f, i, j] begins at row i·s and column j·s: the column follows from j.
    """
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, lambda i, j: (i * stride, i * stride))


@mistake
def reads_the_diagonal_by_the_column(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window's row is computed from the column index, so that only windows on the diagonal are read.

    The window of out[n, f, i, j] begins at row i·s and column j·s: the row follows from i.
    """
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, lambda i, j: (j * stride, j * stride))


# --- stride ------------------------------------------------------------------------------------------


@mistake
def ignores_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The window moves by one pixel and the output is as large as at stride 1, whatever stride says.

    The window moves by s pixels: it begins at (i·s, j·s), and OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    return of(x, w, b, stride=1, pad=pad)


@mistake
def windows_ignore_stride(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The output's size follows the stride, but the window moves by one pixel at a time.

    From one output value to the next the window moves by s pixels: the window of (i, j) begins at (i·s, j·s).
    """
    return _crop(of(x, w, b, stride=1, pad=pad), *_size(x, w, stride, pad))


@mistake
def stride_is_always_two(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The window moves by two pixels, whatever stride says.

    The stride s is a hyperparameter: the window of (i, j) begins at (i·s, j·s), OH = ⌊(H + 2P − KH) / s⌋ + 1.
    """
    return of(x, w, b, stride=2, pad=pad)


@mistake
def window_ends_without_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The start of the window is multiplied by the stride, but its end is not.

    A window that begins at row i·s is KH rows high: it ends before row i·s + KH.
    """
    xpad, (rows, cols), (kh, kw) = _padded(x, pad), _size(x, w, stride, pad), w.shape[2:]
    out = np.zeros((len(x), len(w), rows, cols), x.dtype)
    for i in range(rows):
        for j in range(cols):
            window = xpad[:, None, :, i * stride : i + kh, j * stride : j + kw]
            out[:, :, i, j] = _products(window, w) + b
    return out


@mistake
def window_begins_without_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The end of the window is multiplied by the stride, but its start is not.

    The window of (i, j) begins at row i·s and ends before row i·s + KH: it is KH rows high at every position.
    """
    xpad, (rows, cols), (kh, kw) = _padded(x, pad), _size(x, w, stride, pad), w.shape[2:]
    out = np.zeros((len(x), len(w), rows, cols), x.dtype)
    for i in range(rows):
        for j in range(cols):
            window = xpad[:, None, :, i : i * stride + kh, j : j * stride + kw]
            out[:, :, i, j] = _products(window, w) + b
    return out


@mistake
def window_end_stays_at_the_kernels_size(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The start of the window moves with the stride, but its end stays where the first window ends.

    A window that begins at row i·s is KH rows high: it ends before row i·s + KH.
    """
    xpad, (rows, cols), (kh, kw) = _padded(x, pad), _size(x, w, stride, pad), w.shape[2:]
    out = np.zeros((len(x), len(w), rows, cols), x.dtype)
    for i in range(rows):
        for j in range(cols):
            window = xpad[:, None, :, i * stride : kh, j * stride : kw]
            out[:, :, i, j] = _products(window, w) + b
    return out


@mistake
def strides_down_only(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The window moves down by the stride, but to the right by one pixel.

    The stride applies to both axes: the window of (i, j) begins at row i·s and at column j·s.
    """
    return _crop(of(x, w, b, stride=1, pad=pad)[:, :, ::stride], *_size(x, w, stride, pad))


@mistake
def strides_sideways_only(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The window moves to the right by the stride, but down by one pixel.

    The stride applies to both axes: the window of (i, j) begins at row i·s and at column j·s.
    """
    return _crop(of(x, w, b, stride=1, pad=pad)[..., ::stride], *_size(x, w, stride, pad))


@mistake
def thins_out_the_image(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The padded image is downsampled by the stride before the convolution, instead of the result after it.

    The kernel covers neighbouring pixels whatever the stride is: it is the windows that are s pixels apart.
    """
    return _fit(of, _padded(x, pad)[:, :, ::stride, ::stride], w, b, stride=1, pad=0)


@mistake
def spreads_the_kernel_by_the_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The stride separates the pixels within a window and not the windows: that is dilation.

    The window of (i, j) covers the neighbouring pixels (i·s + u, j·s + v): s multiplies i and j, not u and v.
    """
    xpad, (rows, cols), (kh, kw) = _padded(x, pad), _size(x, w, stride, pad), w.shape[2:]
    out = np.zeros((len(x), len(w), rows, cols), x.dtype)
    for i in range(rows):
        for j in range(cols):
            window = xpad[:, None, :, i : i + stride * kh : stride, j : j + stride * kw : stride]
            out[:, :, i, j] = _products(window, w) + b
    return out


@mistake
def steps_by_the_kernel(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window moves by its own size and not by the stride, so that windows never overlap.

    The step is the stride, whatever the kernel's size is: the window of (i, j) begins at (i·s, j·s).
    """
    size, (kh, kw) = _size(x, w, stride, pad), w.shape[2:]
    return _slide(_padded(x, pad), w, b, size, lambda i, j: (i * kh, j * kw))


@mistake
def window_is_as_large_as_the_stride(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window is as large as the stride and not as the kernel.

    The stride says how far the window moves; the kernel's size says how much it covers, KH rows and KW
    columns.
    """
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, _steps(stride), extent=(stride, stride))


# --- the loops' bounds -------------------------------------------------------------------------------


@mistake
def skips_cells_of_the_output(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The loops go through the output in steps of the stride, so that the values between stay zero.

    Every value of the output is computed: i and j count in ones, and it is the window that moves by s.
    """
    rows, cols = _size(x, w, stride, pad)
    every = of(x, w, b, stride=1, pad=pad)[:, :, :rows, :cols]
    out = np.zeros_like(every)
    out[:, :, ::stride, ::stride] = every[:, :, ::stride, ::stride]
    return out


@mistake
def skips_cells_and_strides_twice(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The stride is applied twice: as the step of the loops over the output, and again to the window.

    Every value of the output is computed: i and j count in ones, and the window begins at (i·s, j·s).
    """
    right = of(x, w, b, stride=stride, pad=pad)
    out = np.zeros_like(right)
    out[:, :, ::stride, ::stride] = right[:, :, ::stride, ::stride]
    return out


@mistake
def stores_at_the_pixel(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The loops run over pixels of the image, and the same indices are used for the output.

    The window that begins at row i·s belongs to output row i: pixels and outputs have indices of their own.
    """
    over = [range(0, n + 2 * pad - k + 1, stride) for n, k in zip(x.shape[2:], w.shape[2:], strict=True)]
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, lambda i, j: (i, j), over=(over[0], over[1]))


@mistake
def leaves_out_the_last_position(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The loops stop one position early, so that the output's last row and column stay zero.

    There are OH = ⌊(H + 2P − KH) / s⌋ + 1 rows of positions: i runs from 0 to OH − 1, both included.
    """
    out = of(x, w, b, stride=stride, pad=pad).copy()
    out[:, :, -1] = 0
    out[..., -1] = 0
    return out


@mistake
def leaves_out_the_window_at_the_edge(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """A window that ends exactly at the edge of the padded image is left out, and its value stays zero.

    The last row at which a window may begin is H + 2P − KH, and it is included.
    """
    out = of(x, w, b, stride=stride, pad=pad).copy()
    rows, cols = (-(-(n + 2 * pad - k) // stride) for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    out[:, :, rows:] = 0
    out[..., cols:] = 0
    return out


@mistake
def loops_over_the_image_without_padding(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window visits the height and width of the unpadded image, in steps of the stride.

    The kernel must fit into the padded image: windows begin at rows 0 to H + 2P − KH, in steps of s.
    """
    xpad, (kh, kw) = _padded(x, pad), w.shape[2:]
    out = np.zeros((len(x), len(w), *_size(x, w, stride, pad)), x.dtype)
    for i in range(0, x.shape[2], stride):
        for j in range(0, x.shape[3], stride):
            total = _products(xpad[:, None, :, i : i + kh, j : j + kw], w) + b
            out[:, :, i // stride, j // stride] = total
    return out


@mistake
def counts_positions_without_padding(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The output has the right size, but only as many of its rows and columns are filled as without padding.

    The window slides over the padded image, so all ⌊(H + 2P − KH) / s⌋ + 1 rows of positions are visited.
    """
    right = of(x, w, b, stride=stride, pad=pad)
    rows, cols = (max(0, size) for size in _size(x, w, stride, 0))
    out = np.zeros_like(right)
    out[:, :, :rows, :cols] = right[:, :, :rows, :cols]
    return out


@mistake
def returns_after_the_first_image(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Only the first image of the batch is computed; the output of the others stays zero.

    Every image n of the batch is computed, from 0 to N − 1, before the output is returned.
    """
    out = of(x, w, b, stride=stride, pad=pad).copy()
    out[1:] = 0
    return out


@mistake
def returns_after_the_first_filter(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Only the first filter of the first image is computed; all other feature maps stay zero.

    The output has one feature map for every image and filter: return it after all loops have ended.
    """
    right = of(x, w, b, stride=stride, pad=pad)
    out = np.zeros_like(right)
    out[0, 0] = right[0, 0]
    return out


@mistake
def returns_after_the_first_row(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Only the first row of the first feature map is computed; all else stays zero.

    The output has OH rows for every image and filter: return it after all loops have ended.
    """
    right = of(x, w, b, stride=stride, pad=pad)
    out = np.zeros_like(right)
    out[0, 0, 0] = right[0, 0, 0]
    return out


@mistake
def returns_after_the_first_value(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Only the very first value of the output is computed; all others stay zero.

    The output has a value for every image, filter and position: return it after all loops have ended.
    """
    right = of(x, w, b, stride=stride, pad=pad)
    out = np.zeros_like(right)
    out[0, 0, 0, 0] = right[0, 0, 0, 0]
    return out


@mistake
def stores_nothing(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """Nothing is stored where each position's value should go, which NumPy shows as nan.

    Each position of the window gives one value of the feature map: the sum of the products plus the bias.
    """
    return np.full_like(of(x, w, b, stride=stride, pad=pad), np.nan)


@mistake
def returns_zeros(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The output has the right shape, but nothing is ever stored in it.

    Every value is out[n, f, i, j] = b[f] + Σ xpad · w, summed over the channels and pixels of its window.
    """
    return np.zeros_like(of(x, w, b, stride=stride, pad=pad))


# --- the window ----------------------------------------------------------------------------------------


@mistake
def window_is_one_short(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window ends one row and one column too early.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    size, (kh, kw) = _size(x, w, stride, pad), w.shape[2:]
    return _slide(_padded(x, pad), w, b, size, _steps(stride), extent=(kh - 1, kw - 1))


@mistake
def window_is_one_too_large(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window ends one row and one column too late.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    size, (kh, kw) = _size(x, w, stride, pad), w.shape[2:]
    return _slide(_padded(x, pad), w, b, size, _steps(stride), extent=(kh + 1, kw + 1))


@mistake
def window_is_always_three(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window is three pixels high and wide, whatever the kernel's size is.

    The window is as large as the kernel, whose height KH and width KW are in the shape of the filters.
    """
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, _steps(stride), extent=(3, 3))


@mistake
def window_begins_behind_the_padding(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The windows begin at the image's own first pixel and never cover the padding above it and to its left.

    The first window begins at pixel (0, 0) of the padded image, and that of (i, j) at (i·s, j·s).
    """
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, lambda i, j: (pad + i * stride, pad + j * stride))


@mistake
def window_begins_in_front_of_its_corner(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window begins pad pixels too early, as if its position counted from the unpadded image.

    In the padded image the window of (i, j) begins at (i·s, j·s): the padding is part of that image already.
    """
    size = _size(x, w, stride, pad)
    return _slide(_padded(x, pad), w, b, size, lambda i, j: (i * stride - pad, j * stride - pad))


# --- the kernel ----------------------------------------------------------------------------------


@mistake
def flips_the_kernel(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The kernel is rotated by 180 degrees before it slides over the image.

    In deep learning the kernel is used as it is (cross-correlation): pixel (i·s + u, j·s + v) meets w[u, v].
    """
    return of(x, w[..., ::-1, ::-1], b, stride=stride, pad=pad)


@mistake
def flips_the_kernel_and_its_channels(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Each filter is reversed along all its axes, channels included.

    The filter is used as it is (cross-correlation): channel c of the window meets channel c
    of the filter, and pixel (u, v) meets w[u, v].
    """
    return of(x, w[:, ::-1, ::-1, ::-1], b, stride=stride, pad=pad)


@mistake
def flips_channels_and_rows(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Each filter is reversed along its channels and its rows, but not along its columns.

    The filter is used as it is (cross-correlation): no axis of it is reversed.
    """
    return of(x, w[:, ::-1, ::-1], b, stride=stride, pad=pad)


@mistake
def flips_the_rows_of_the_kernel(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The kernel is flipped upside down.

    The kernel is used as it is (cross-correlation): row u of the window meets row u of the kernel.
    """
    return of(x, w[:, :, ::-1], b, stride=stride, pad=pad)


@mistake
def flips_the_columns_of_the_kernel(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The kernel is flipped from left to right.

    The kernel is used as it is (cross-correlation): column v of the window meets column v of the kernel.
    """
    return of(x, w[..., ::-1], b, stride=stride, pad=pad)


@mistake
def transposes_the_kernel(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The kernel is transposed: its rows meet the window's columns.

    Pixel (u, v) of the window meets w[f, c, u, v]: rows meet rows, and columns meet columns.
    """
    size, extent = _size(x, w, stride, pad), (w.shape[2], w.shape[3])
    return _slide(_padded(x, pad), w.swapaxes(2, 3), b, size, _steps(stride), extent=extent)


@mistake
def flattens_windows_channels_last(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Windows are flattened with their channels last and filters with their channels first.

    Both are flattened in the same order, channel by channel and row by row, so that pixel (c, u, v) meets
    w[f, c, u, v].
    """
    f, c, kh, kw = w.shape
    met = w.reshape(f, kh, kw, c).transpose(0, 3, 1, 2)
    return of(x, met, b, stride=stride, pad=pad)


@mistake
def flattens_filters_channels_last(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Filters are flattened with their channels last and windows with their channels first.

    Both are flattened in the same order, channel by channel and row by row, so that pixel (c, u, v) meets
    w[f, c, u, v].
    """
    met = w.transpose(0, 2, 3, 1).reshape(w.shape)
    return of(x, met, b, stride=stride, pad=pad)


@mistake
def flattens_windows_backwards(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Windows are flattened with their axes in reverse order, and filters in their own order.

    Both are flattened in the same order, channel by channel and row by row, so that pixel (c, u, v) meets
    w[f, c, u, v].
    """
    f, c, kh, kw = w.shape
    met = w.reshape(f, kw, kh, c).transpose(0, 3, 2, 1)
    return of(x, met, b, stride=stride, pad=pad)


@mistake
def flattens_filters_backwards(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Filters are flattened with their axes in reverse order, and windows in their own order.

    Both are flattened in the same order, channel by channel and row by row, so that pixel (c, u, v) meets
    w[f, c, u, v].
    """
    met = w.transpose(0, 3, 2, 1).reshape(w.shape)
    return of(x, met, b, stride=stride, pad=pad)


@mistake
def flattens_kernels_by_columns(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Kernels are flattened column by column, and windows row by row.

    Both are flattened in the same order, channel by channel and row by row, so that pixel (c, u, v) meets
    w[f, c, u, v].
    """
    met = w.swapaxes(2, 3).reshape(w.shape)
    return of(x, met, b, stride=stride, pad=pad)


@mistake
def leaves_out_the_last_row_and_column_of_the_kernel(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The kernel's last row and last column are left out of the sum.

    The sum runs over the whole kernel: u from 0 to KH − 1 and v from 0 to KW − 1, both included.
    """
    rest = w.copy()
    rest[:, :, -1] = 0
    rest[..., -1] = 0
    return of(x, rest, b, stride=stride, pad=pad)


@mistake
def keeps_the_last_product_only(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Each product replaces the one before, so that only that of the kernel's last pixel is left.

    The products are added up: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad · w.
    """
    last = np.zeros_like(w)
    last[:, -1, -1, -1] = w[:, -1, -1, -1]
    return of(x, last, b, stride=stride, pad=pad)


@mistake
def averages_the_products(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The products are averaged instead of summed.

    A convolution adds up all C·KH·KW products, Σ_{c,u,v} xpad · w, without dividing.
    """
    return of(x, w / np.asarray(w[0].size, w.dtype), b, stride=stride, pad=pad)


@mistake
def takes_the_largest_product(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The largest product is taken instead of the sum of all.

    A convolution adds up all C·KH·KW products: Σ_{c,u,v} xpad · w. The maximum belongs to max pooling.
    """

    def largest(window: Array, w: Array) -> Array:
        top: Array = (window * w).max(axis=(2, 3, 4))
        return top

    return _slide(_padded(x, pad), w, b, _size(x, w, stride, pad), _steps(stride), combine=largest)


@mistake
def adds_window_and_kernel(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Window and kernel are added pixel by pixel instead of multiplied.

    Each pixel is multiplied by the weight that it meets: Σ_{c,u,v} window[c, u, v] · w[f, c, u, v].
    """
    pixels = of(x, np.ones_like(w), np.zeros_like(b), stride=stride, pad=pad)
    out: Array = pixels + (w.sum(axis=(1, 2, 3)) + b)[:, None, None]
    return out


@mistake
def multiplies_window_and_kernel_as_matrices(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """Window and kernel are multiplied as matrices, channel by channel, instead of pixel by pixel.

    Each pixel is multiplied by the weight at the same place: Σ_{c,u,v} window[c, u, v] · w[f, c, u, v].
    """
    size = _size(x, w, stride, pad)
    return _slide(
        _padded(x, pad),
        w,
        b,
        size,
        _steps(stride),
        combine=lambda window, w: (window @ w).sum(axis=(2, 3, 4)),
    )


@mistake
def multiplies_every_pair_of_channels(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """A dot product of the two blocks multiplies every channel of the window by every channel of the filter.

    Channel c meets channel c alone, pixel by pixel: Σ_{c,u,v} window[c, u, v] · w[f, c, u, v].
    """

    def dot(window: Array, w: Array) -> Array:
        total: Array = (window.sum(axis=2) @ w.sum(axis=1)).sum(axis=(2, 3))
        return total

    return _slide(_padded(x, pad), w, b, _size(x, w, stride, pad), _steps(stride), combine=dot)


@mistake
def sums_on_over_the_feature_map(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The running sum is reset only once per feature map, so that each window adds to those before it.

    Each output value has a sum of its own, which begins at 0: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad · w.
    """
    sums = of(x, w, np.zeros_like(b), stride=stride, pad=pad)
    return np.cumsum(sums.reshape(*sums.shape[:2], -1), axis=2).reshape(sums.shape) + b[:, None, None]


@mistake
def sums_on_over_the_whole_output(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The running sum is never reset, so that it grows through all images and filters.

    Each output value has a sum of its own, which begins at 0: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad · w.
    """
    sums = of(x, w, np.zeros_like(b), stride=stride, pad=pad)
    out: Array = np.cumsum(sums).reshape(sums.shape) + b[:, None, None]
    return out


# --- channels --------------------------------------------------------------------------------------


@mistake
def uses_the_first_channel_only(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Only the first channel of the image and of the filters is used in the sum.

    A filter is as deep as the image: the sum runs over all channels, Σ_{c,u,v} with c from 0 to C − 1.
    """
    return of(x[:, :1], w[:, :1], b, stride=stride, pad=pad)


@mistake
def keeps_the_last_channel_only(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Each channel's result replaces that of the channel before, so that only the last one is left.

    The channels' results are added up: Σ_c Σ_{u,v} xpad[n, c, …] · w[f, c, u, v].
    """
    return of(x[:, -1:], w[:, -1:], b, stride=stride, pad=pad)


@mistake
def filter_has_one_channel_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every channel of the image is multiplied by the filter's first channel.

    A filter has a kernel for each channel: channel c of the image meets w[f, c].
    """
    return of(x, w[:, [0] * w.shape[1]], b, stride=stride, pad=pad)


@mistake
def image_has_one_channel_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every channel of the filter is multiplied by the image's first channel.

    Channel c of a filter meets channel c of the image: Σ_{c,u,v} xpad[n, c, …] · w[f, c, u, v].
    """
    return of(x[:, [0] * x.shape[1]], w, b, stride=stride, pad=pad)


@mistake
def filter_has_its_last_channel_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every channel of the image is multiplied by the filter's last channel.

    A filter has a kernel for each channel: channel c of the image meets w[f, c].
    """
    return of(x, w[:, [-1] * w.shape[1]], b, stride=stride, pad=pad)


@mistake
def image_has_its_last_channel_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every channel of the filter is multiplied by the image's last channel.

    Channel c of a filter meets channel c of the image: Σ_{c,u,v} xpad[n, c, …] · w[f, c, u, v].
    """
    return of(x[:, [-1] * x.shape[1]], w, b, stride=stride, pad=pad)


@mistake
def filter_index_picks_the_channel(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Filter f reads only channel f of the image, for all of its own channels.

    Every filter sums over all C channels of the image, whatever its own index f is.
    """
    c = x.shape[1]
    maps = [of(x[:, [f] * c], w[f : f + 1], b[f : f + 1], stride=stride, pad=pad) for f in range(len(w))]
    return np.concatenate(maps, axis=1)


@mistake
def takes_channels_up_to_the_filter_index(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The window holds only the channels before the filter's index instead of all of them.

    Every filter sums over all C channels of the window, whatever its own index f is.
    """
    xpad, size = _padded(x, pad), _size(x, w, stride, pad)
    maps = [_slide(xpad[:, :f], w[f : f + 1], b[f : f + 1], size, _steps(stride)) for f in range(len(w))]
    return np.concatenate(maps, axis=1)


@mistake
def counts_three_channels(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The sum runs over three channels, however many the image has.

    Three is the number of colours; a feature map may have any number C of channels: read it from the image's
    shape.
    """
    return of(x[:, [0, 1, 2]], w[:, [0, 1, 2]], b, stride=stride, pad=pad)


@mistake
def reads_the_size_of_the_second_channel(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The image's size is read from its second channel, which not every image has.

    Height and width are the last two entries of the shape (N, C, H, W); an image may have one channel only.
    """
    if x.shape[1] < 2:
        raise IndexError("index 1 is out of bounds for axis 1 with size 1")
    return of(x, w, b, stride=stride, pad=pad)


# --- filters ---------------------------------------------------------------------------------------


@mistake
def uses_the_first_filter_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every feature map is computed with the first filter, though with its own bias.

    Feature map f is computed with filter f: out[n, f, i, j] = b[f] + Σ xpad · w[f].
    """
    return of(x, w[[0] * len(w)], b, stride=stride, pad=pad)


@mistake
def uses_the_last_filter_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every feature map is computed with the last filter, though with its own bias.

    Feature map f is computed with filter f: out[n, f, i, j] = b[f] + Σ xpad · w[f].
    """
    return of(x, w[[-1] * len(w)], b, stride=stride, pad=pad)


@mistake
def computes_the_first_filter_only(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Only the first feature map of each image is computed; the others stay zero.

    The output has F feature maps for each image, one for every filter.
    """
    out = of(x, w, b, stride=stride, pad=pad).copy()
    out[:, 1:] = 0
    return out


@mistake
def image_index_picks_the_filter(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The index of the image picks the filter, instead of the index of the feature map.

    Every image meets every filter: out[n, f] is computed from image n with filter f.
    """
    sums, n = of(x, w, np.zeros_like(b), stride=stride, pad=pad), np.arange(len(x))
    return sums[n, n][:, None] + b[:, None, None]


@mistake
def loops_over_the_channels_for_the_filters(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """As many feature maps are computed as the image has channels, instead of one for each filter.

    The number of feature maps is F, the first entry of the filters' shape; it has nothing to do with C.
    """
    right, c = of(x, w, b, stride=stride, pad=pad), np.arange(x.shape[1])
    out = np.zeros_like(right)
    out[:, c] = right[:, c]
    return out


@mistake
def swaps_filters_and_channels(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The filters' first two axes are swapped: channels for filters and filters for channels.

    Filters are stored as (F, C, KH, KW): w[f] is a filter, and its channels meet those of the image.
    """
    swapped = w.swapaxes(0, 1)
    return _slide(
        _padded(x, pad), swapped, b[np.arange(len(swapped))], _size(x, w, stride, pad), _steps(stride)
    )


@mistake
def reshapes_the_filters_the_wrong_way(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The filters are reshaped into columns instead of transposed, which mixes the weights of filters.

    A reshape keeps the order in memory: as a matrix the filters have F rows, of C·KH·KW weights each.
    """
    return of(x, w.reshape(-1, len(w)).T.reshape(w.shape), b, stride=stride, pad=pad)


@mistake
def sums_over_the_filters(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The sum runs over all filters as well, so that all feature maps are the same but for their biases.

    Each filter has a feature map of its own: the sum runs over c, u and v, and not over f.
    """
    sums = of(x, w, np.zeros_like(b), stride=stride, pad=pad)
    out: Array = sums.sum(axis=1, keepdims=True) + b[:, None, None]
    return out


@mistake
def reshapes_filters_first_into_images(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """A result ordered filters, images, rows, columns is reshaped to the output's shape, not transposed.

    A reshape keeps the order of the numbers in memory; to move an axis, use transpose.
    """
    maps = of(x, w, b, stride=stride, pad=pad)
    return maps.transpose(1, 0, 2, 3).reshape(maps.shape)


@mistake
def reshapes_images_last(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """A result ordered filters, rows, columns, images is reshaped to the output's shape, not transposed.

    A reshape keeps the order in memory; to move an axis, transpose: (F, OH, OW, N) to (N, F, OH, OW).
    """
    maps = of(x, w, b, stride=stride, pad=pad)
    return maps.transpose(1, 2, 3, 0).reshape(maps.shape)


@mistake
def reshapes_filters_last(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """A result ordered images, rows, columns, filters is reshaped to the output's shape, not transposed.

    A reshape keeps the order of the numbers in memory; to move an axis, use transpose.
    """
    maps = of(x, w, b, stride=stride, pad=pad)
    return maps.transpose(0, 2, 3, 1).reshape(maps.shape)


# --- batch -----------------------------------------------------------------------------------------


@mistake
def reads_the_first_image_every_time(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every window is cut from the first image of the batch.

    out[n] is computed from image n: the window is xpad[n, c, i·s + u, j·s + v].
    """
    return of(x[[0] * len(x)], w, b, stride=stride, pad=pad)


@mistake
def reads_the_last_image_every_time(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every window is cut from the last image of the batch.

    out[n] is computed from image n: the window is xpad[n, c, i·s + u, j·s + v].
    """
    return of(x[[-1] * len(x)], w, b, stride=stride, pad=pad)


@mistake
def sums_over_the_batch(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The sum runs over all images of the batch, so that every image gets the same output.

    Images do not mix: for each n the sum runs over c, u and v only.
    """
    sums = of(x, w, np.zeros_like(b), stride=stride, pad=pad)
    return np.broadcast_to(sums.sum(axis=0), sums.shape) + b[:, None, None]


@mistake
def returns_one_image(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The output holds the feature maps of one image, however many the batch has.

    The output is (N, F, OH, OW): it has feature maps for each of the N images.
    """
    return of(x[:1], w, b, stride=stride, pad=pad)


# --- bias ------------------------------------------------------------------------------------------


@mistake
def leaves_out_the_bias(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The bias is not added.

    Each feature map has a bias, which is added to all of its values: out[n, f, i, j] = b[f] + Σ xpad · w.
    """
    return of(x, w, np.zeros_like(b), stride=stride, pad=pad)


@mistake
def adds_the_bias_to_each_product(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The bias is added to every single product, and so counts once for each weight of the filter.

    The bias stands outside of the sum: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad · w.
    """
    return of(x, w, b * np.asarray(w[0].size, b.dtype), stride=stride, pad=pad)


@mistake
def adds_the_bias_for_each_channel(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The bias is added once for each channel of the image.

    The bias stands outside of the sum over channels: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad · w.
    """
    return of(x, w, b * np.asarray(x.shape[1], b.dtype), stride=stride, pad=pad)


@mistake
def adds_the_bias_twice(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The bias is added twice.

    The bias is added once to the sum of all products: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad · w.
    """
    return of(x, w, b + b, stride=stride, pad=pad)


@mistake
def multiplies_by_the_bias(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The sum of products is multiplied by the bias instead of added to it.

    The bias is added to the sum of products: out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad · w.
    """
    return of(x, w, np.zeros_like(b), stride=stride, pad=pad) * b[:, None, None]


@mistake
def uses_the_first_bias_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every feature map gets the first bias.

    There is one bias for each filter: feature map f gets b[f].
    """
    return of(x, w, b[[0] * len(b)], stride=stride, pad=pad)


@mistake
def uses_the_last_bias_for_all(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every feature map gets the last bias.

    There is one bias for each filter: feature map f gets b[f].
    """
    return of(x, w, b[[-1] * len(b)], stride=stride, pad=pad)


@mistake
def image_index_picks_the_bias(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The index of the image picks the bias, instead of the index of the filter.

    There is one bias for each filter and none for images: feature map f of every image gets b[f].
    """
    sums = of(x, w, np.zeros_like(b), stride=stride, pad=pad)
    return sums + b[np.arange(len(x))][:, None, None, None]


@mistake
def channel_index_picks_the_bias(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """In the sum over channels, each channel adds the bias with the channel's index.

    There is one bias for each filter and none for channels: it is b[f], added once.
    """
    every = b[np.arange(x.shape[1])].sum()
    return of(x, w, np.full_like(b, every), stride=stride, pad=pad)


@mistake
def adds_the_sum_of_the_biases(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """Every feature map gets the sum of all biases.

    There is one bias for each filter: feature map f gets b[f] and no other.
    """
    return of(x, w, np.full_like(b, b.sum()), stride=stride, pad=pad)


@mistake
def adds_the_biases_along_the_width(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The biases are added along the output's width and not along its filters.

    Broadcasting matches axes from the last one: to line up with F in (N, F, OH, OW), b needs axes of length 1
    in place of the others.
    """
    return of(x, w, np.zeros_like(b), stride=stride, pad=pad) + b


@mistake
def adds_the_biases_along_the_height(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The biases are added along the output's height and not along its filters.

    Broadcasting matches axes from the last one: to line up with F in (N, F, OH, OW), b needs axes of length 1
    in place of the others.
    """
    return of(x, w, np.zeros_like(b), stride=stride, pad=pad) + b[:, None]


@mistake
def adds_the_biases_along_the_batch(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The biases are added along the images of the batch and not along the filters.

    Broadcasting matches axes from the last one: to line up with F in (N, F, OH, OW), b needs axes of length 1
    in place of the others.
    """
    return of(x, w, np.zeros_like(b), stride=stride, pad=pad) + b[:, None, None, None]


@mistake
def subtracts_the_bias(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The bias is subtracted instead of added.

    The bias is added to the sum of products: out[n, f, i, j] = b[f] + Σ xpad · w.
    """
    return of(x, w, -b, stride=stride, pad=pad)


# --- buffers, damage, memory -------------------------------------------------------------------------


@mistake
def stores_integers(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """The output is an array of integers, so that all fractions are cut off.

    A feature map holds real numbers: its array needs the floating-point type of the input.
    """
    whole: Any = of(x, w, b, stride=stride, pad=pad).astype(np.int64)
    return whole  # type: ignore[no-any-return]


@mistake
def pads_in_whole_numbers(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The padded image is an array of integers, so that the fractions of all pixels are cut off.

    Pixels are real numbers: the padded image needs the floating-point type of the image.
    """
    return of(np.trunc(x), w, b, stride=stride, pad=pad)


@mistake
def stores_single_precision(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The output is an array of 32-bit floats, whatever the precision of the input is.

    The output needs the input's type: 32-bit floats keep about seven digits, 64-bit ones sixteen.
    """
    return of(x, w, b, stride=stride, pad=pad).astype(np.float32)


@mistake
def applies_relu(x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d) -> Array:
    """Negative values of the output are set to zero, as by a ReLU layer.

    The convolution is linear, out[n, f, i, j] = b[f] + Σ xpad · w; the ReLU is a layer of its own.
    """
    return np.maximum(0, of(x, w, b, stride=stride, pad=pad))


@mistake
def multiplies_the_window_in_place(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The products are stored in the padded image itself, where later windows read them as pixels.

    A slice is a view of the array: storing into it changes the image, so the products need a new array.
    """
    xpad, (kh, kw) = _padded(x, pad), w.shape[2:]
    out = np.zeros((len(x), len(w), *_size(x, w, stride, pad)), x.dtype)
    for f, i, j in np.ndindex(*out.shape[1:]):
        window = xpad[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
        window *= w[f]
        out[:, f, i, j] = window.sum(axis=(1, 2, 3)) + b[f]
    return out


@mistake
def multiplies_the_filter_in_place(x: Array, w: Array, b: Array, *, stride: int, pad: int) -> Array:
    """The products are stored in the filter itself, where later windows read them as weights.

    The forward pass reads the filters and leaves them as they are: the products need a new array.
    """
    xpad, (kh, kw) = _padded(x, pad), w.shape[2:]
    out = np.zeros((len(x), len(w), *_size(x, w, stride, pad)), x.dtype)
    for n, i, j in np.ndindex(len(x), *out.shape[2:]):
        w *= xpad[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
        out[n, :, i, j] = w.sum(axis=(1, 2, 3)) + b
    return out


@mistake
def flips_the_filters_in_place(
    x: Array, w: Array, b: Array, *, stride: int, pad: int, of: Conv2d = conv2d
) -> Array:
    """The kernel is rotated by 180 degrees in the caller's own array.

    The kernel is used as it is (cross-correlation), and the forward pass leaves its inputs unchanged.
    """
    w[...] = w[..., ::-1, ::-1].copy()
    return of(x, w, b, stride=stride, pad=pad)


@mistake
def adds_to_the_output_of_earlier_calls(
    x: Array,
    w: Array,
    b: Array,
    *,
    stride: int,
    pad: int,
    memory: dict[str, Array],
    of: Conv2d = conv2d,
) -> Array:
    """The output is added to that of earlier calls of the same shape, since its array is reused.

    Each call begins with a new array of zeros: the output depends on the arguments alone.
    """
    out = of(x, w, b, stride=stride, pad=pad)
    memory[str(out.shape)] = memory.get(str(out.shape), np.zeros_like(out)) + out
    return memory[str(out.shape)].copy()


MISTAKES = mistake.mistakes
