"""Transposed convolution as CMU's course 11-785 has it: zeros between the inputs, then stride 1.

Not that of the deep-learning libraries: their kernel is rotated by 180 degrees and their input padded by
K − 1 zeros, so that it is the adjoint of a convolution with that stride. Here neither is done.
"""

from __future__ import annotations

from reference.arrays import Array
from reference.conv import conv2d, conv2d_backward
from reference.conv1d import conv1d, conv1d_backward
from reference.resample import upsample1d, upsample1d_backward, upsample2d, upsample2d_backward

__all__ = [
    "conv_transpose1d",
    "conv_transpose1d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
]


def conv_transpose1d(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Upsample signals with zeros and convolve them.

    out[n, f, i] = b[f] + Σ_{c,u} xup[n, c, i + u] · w[f, c, u], where xup[n, c, k·i] = x[n, c, i].

    Args:
        x: signals, (N, C, W).
        w: filters, (F, C, K).
        b: one bias per filter, (F,).
        factor: k, that of `upsample1d`, >= 1.

    Returns:
        (N, F, k·(W − 1) + 1 − K + 1).

    Raises:
        ShapeError: as in `upsample1d` and `conv1d`.
        TypeError: the arrays are not all float32 or all float64.
    """
    return conv1d(upsample1d(x, factor=factor), w, b)


def conv_transpose1d_backward(dout: Array, x: Array, w: Array, *, factor: int) -> tuple[Array, Array, Array]:
    """Pull the gradient of a loss back through `conv_transpose1d`: its convolution, then its upsampling.

    Args:
        dout: upstream gradient, of the output's shape.
        x: signals that the forward pass had, (N, C, W).
        w: filters that it had, (F, C, K).
        factor: k.

    Returns:
        (dx, dw, db), each with the shape of what it is the gradient of.

    Raises:
        ShapeError: as in `conv_transpose1d`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.
    """
    dup, dw, db = conv1d_backward(dout, upsample1d(x, factor=factor), w)
    return upsample1d_backward(dup, x, factor=factor), dw, db


def conv_transpose2d(x: Array, w: Array, b: Array, *, factor: int) -> Array:
    """Upsample images with zeros and convolve them; as `conv_transpose1d`, on both axes.

    Args:
        x: images, (N, C, H, W).
        w: filters, (F, C, KH, KW).
        b: one bias per filter, (F,).
        factor: k, that of `upsample2d`, >= 1.

    Returns:
        (N, F, k·(H − 1) + 1 − KH + 1, k·(W − 1) + 1 − KW + 1).

    Raises:
        ShapeError: as in `upsample2d` and `conv2d`.
        TypeError: the arrays are not all float32 or all float64.
    """
    return conv2d(upsample2d(x, factor=factor), w, b)


def conv_transpose2d_backward(dout: Array, x: Array, w: Array, *, factor: int) -> tuple[Array, Array, Array]:
    """Pull the gradient of a loss back through `conv_transpose2d`.

    Arguments, results and exceptions as in `conv_transpose1d_backward`, with images for signals.
    """
    dup, dw, db = conv2d_backward(dout, upsample2d(x, factor=factor), w)
    return upsample2d_backward(dup, x, factor=factor), dw, db
