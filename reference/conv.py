"""Convolution of images in NumPy: the textbook's formula at a library's speed.

Both directions lower the images to columns ("im2col"): column (i, j) of an image holds the C·KH·KW pixels
under the window at (i, j), so a convolution becomes the matrix product of filters and columns, and its
gradients become products with the two factors transposed. One more pixel under each window is always 1, and
the bias is its weight. The batch is lowered a block at a time, which keeps the columns in the cache and the
memory bounded.

Source: Chellapilla, Puri & Simard, "High performance convolutional neural networks for document processing",
2006; Dumoulin & Visin, arXiv:1603.07285, for the sizes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from reference.arrays import Array, require_axes, require_floats, require_shape
from reference.shapes import ShapeError, as_pair, output_size
from reference.windows import sliding_windows, taps

__all__ = ["conv2d", "conv2d_backward", "zero_pad"]

_BLOCK = 1 << 20  # bytes of columns at a time: about what the second-level cache holds


def zero_pad(x: Array, *, pad: int | tuple[int, int]) -> Array:
    """Pad images with zeros.

    Args:
        x: images, (N, C, H, W).
        pad: rows added above and below, and columns added left and right; or one number for both.

    Returns:
        A new array, (N, C, H + 2·PH, W + 2·PW).

    Raises:
        ShapeError: x has not four axes, or pad is negative.
        TypeError: x is neither float32 nor float64.
    """
    require_floats(x=x)
    require_axes("x", x, "N, C, H, W")
    return _padded(x, as_pair("pad", pad, least=0))


def conv2d(
    x: Array, w: Array, b: Array, *, stride: int | tuple[int, int] = 1, pad: int | tuple[int, int] = 0
) -> Array:
    """Slide a bank of filters over a batch of images.

    out[n, f, i, j] = b[f] + Σ_{c,u,v} xpad[n, c, i·SH + u, j·SW + v] · w[f, c, u, v]

    The kernel is not flipped: strictly this is cross-correlation, which is what every deep-learning course
    and library calls convolution.

    Args:
        x: images, (N, C, H, W).
        w: filters, (F, C, KH, KW).
        b: one bias per filter, (F,).
        stride: step of the window in pixels, (SH, SW) or one number for both, >= 1.
        pad: zeros added on each side in pixels, (PH, PW) or one number for both, >= 0.

    Returns:
        Feature maps, (N, F, OH, OW), with OH and OW given by `output_size`.

    Raises:
        ShapeError: x and w disagree on C, b is not (F,), or the filter does not fit in the padded image.
        TypeError: the arrays are not all float32 or all float64.
    """
    require_floats(x=x, w=w, b=b)
    geometry = _geometry(x, w, stride, pad)
    require_shape("b", b, w.shape[:1], "one bias per filter")
    filters = np.concatenate([w.reshape(len(w), -1), b[:, None]], axis=1)
    out = np.empty((len(x), len(w), *geometry.out_size), x.dtype)
    for block, columns in _im2col(x, geometry):
        np.matmul(filters, columns, out=_flat(out[block]))  # b + Σ_{c,u,v} w · xpad
    return out


def conv2d_backward(
    dout: Array, x: Array, w: Array, *, stride: int | tuple[int, int] = 1, pad: int | tuple[int, int] = 0
) -> tuple[Array, Array, Array]:
    """Pull the gradient of a loss back through `conv2d`.

    db[f] = Σ_{n,i,j} dout[n, f, i, j]
    dw[f, c, u, v] = Σ_{n,i,j} dout[n, f, i, j] · xpad[n, c, i·SH + u, j·SW + v]
    dxpad[n, c, i·SH + u, j·SW + v] += Σ_f w[f, c, u, v] · dout[n, f, i, j]   for all i, j, u, v

    and dx is dxpad without its padding. The bias itself has no part in any of them.

    Args:
        dout: upstream gradient, (N, F, OH, OW).
        x: images that the forward pass had, (N, C, H, W).
        w: filters that it had, (F, C, KH, KW).
        stride: as in `conv2d`.
        pad: as in `conv2d`.

    Returns:
        (dx, dw, db), each with the shape of what it is the gradient of.

    Raises:
        ShapeError: as in `conv2d`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.

    Source: Dumoulin & Visin, chapter 4, for dx as the transposed convolution.
    """
    require_floats(dout=dout, x=x, w=w)
    geometry = _geometry(x, w, stride, pad)
    require_shape("dout", dout, (len(x), len(w), *geometry.out_size), "that of the output")
    filters = w.reshape(len(w), -1)
    pixels = filters.shape[1]
    dfilters = np.zeros((len(w), pixels + 1), w.dtype)
    mirrored = _is_cheaper_mirrored(geometry, len(w))
    dx = _mirrored(dout, w, geometry) if mirrored else np.empty_like(x)
    for block, columns in _im2col(x, geometry):
        dmaps = _flat(dout[block])
        for dmap, column in zip(dmaps, columns, strict=True):  # image by image: a block of dw could be huge
            dfilters += dmap @ column.T  # Σ_{i,j} dout · xpad, and Σ_{i,j} dout
        if not mirrored:
            np.matmul(filters.T, dmaps, out=columns[:, :pixels])  # Σ_f w · dout, where the pixels were
            dx[block] = _col2im(columns, geometry)
    return dx, dfilters[:, :pixels].reshape(w.shape), dfilters[:, pixels].copy()


class _Geometry(NamedTuple):
    """Everything about a convolution but the numbers of images and filters; (height, width) in pixels."""

    channels: int
    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int]
    out_size: tuple[int, int]


def _geometry(x: Array, w: Array, stride: int | tuple[int, int], pad: int | tuple[int, int]) -> _Geometry:
    require_axes("x", x, "N, C, H, W")
    require_axes("w", w, "F, C, KH, KW")
    (_, c, height, width), (_, c_filters, kh, kw) = x.shape, w.shape
    if c != c_filters:
        raise ShapeError(f"x has {c} channels but w is for {c_filters}; got x {x.shape} and w {w.shape}")
    (sh, sw), (ph, pw) = as_pair("stride", stride, least=1), as_pair("pad", pad, least=0)
    out_size = output_size(height, kh, stride=sh, pad=ph), output_size(width, kw, stride=sw, pad=pw)
    return _Geometry(c, (height, width), (kh, kw), (sh, sw), (ph, pw), out_size)


def _im2col(x: Array, g: _Geometry) -> Iterator[tuple[slice, Array]]:
    """Lower the images, a block of them at a time.

    Yields:
        Which images, and their columns, (n, C·KH·KW + 1, OH·OW), whose last row is ones, in one buffer: the
        next block overwrites the others, so the caller may too.
    """
    pixels, positions = g.channels * math.prod(g.kernel), math.prod(g.out_size)
    images = max(1, _BLOCK // max(1, pixels * positions * x.itemsize))
    buffer = np.empty((min(images, len(x)), pixels + 1, positions), x.dtype)
    buffer[:, pixels] = 1
    for start in range(0, len(x), images):
        block = slice(start, min(start + images, len(x)))
        columns = buffer[: block.stop - start]
        windows = sliding_windows(_padded(x[block], g.pad), g.kernel, g.stride, g.out_size)
        _as_windows(columns, g)[...] = windows
        yield block, columns


def _col2im(columns: Array, g: _Geometry) -> Array:
    """Add columns up where `_im2col` copied them from: the adjoint of the copy, without the padding."""
    (height, width), (ph, pw) = g.size, g.pad
    padded = np.zeros((len(columns), g.channels, height + 2 * ph, width + 2 * pw), columns.dtype)
    windows = sliding_windows(padded, g.kernel, g.stride, g.out_size)
    for pixels, column in zip(taps(windows), taps(_as_windows(columns, g)), strict=True):
        pixels += column
    return padded[:, :, ph : ph + height, pw : pw + width]


def _as_windows(columns: Array, g: _Geometry) -> Array:
    """View columns as the windows that they are, (n, C, KH, KW, OH, OW), without the ones."""
    return columns[:, :-1].reshape(len(columns), g.channels, *g.kernel, *g.out_size)


def _is_cheaper_mirrored(g: _Geometry, filters: int) -> bool:
    """Whether dx is had at less cost as a convolution of dout, which has no more columns than x."""
    fits = all(pad < kernel for pad, kernel in zip(g.pad, g.kernel, strict=True))
    return g.stride == (1, 1) and filters <= g.channels and fits


def _mirrored(dout: Array, w: Array, g: _Geometry) -> Array:
    """Get dx at stride 1, by a convolution of dout with the filters turned by half."""
    turned = w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
    (kh, kw), (ph, pw) = g.kernel, g.pad
    return conv2d(dout, turned, np.zeros(g.channels, w.dtype), pad=(kh - 1 - ph, kw - 1 - pw))


def _padded(x: Array, pad: tuple[int, int]) -> Array:
    (n, c, height, width), (ph, pw) = x.shape, pad
    padded = np.zeros((n, c, height + 2 * ph, width + 2 * pw), x.dtype)
    padded[:, :, ph : ph + height, pw : pw + width] = x
    return padded


def _flat(a: Array) -> Array:
    """See (n, ..., OH, OW) as one matrix an image, (n, rows, OH·OW)."""
    return a.reshape(len(a), math.prod(a.shape[1:-2]), a.shape[-2] * a.shape[-1])
