"""Convolution of signals in NumPy: as of images one pixel high."""

from __future__ import annotations

import numpy as np

from reference.arrays import Array, require_axes, require_floats
from reference.conv import conv2d, conv2d_backward

__all__ = ["conv1d", "conv1d_backward"]


def conv1d(x: Array, w: Array, b: Array, *, stride: int = 1, pad: int = 0) -> Array:
    """Slide a bank of filters over a batch of signals.

    out[n, f, i] = b[f] + Σ_{c,u} xpad[n, c, i·S + u] · w[f, c, u]

    Args:
        x: signals, (N, C, W).
        w: filters, (F, C, K); not flipped.
        b: one bias per filter, (F,).
        stride: step of the window in samples, >= 1.
        pad: zeros added on each side in samples, >= 0.

    Returns:
        (N, F, OW) with OW = ⌊(W + 2·P − K) / S⌋ + 1.

    Raises:
        ShapeError: x and w disagree on C, b is not (F,), or the filter does not fit in the padded signal.
        TypeError: the arrays are not all float32 or all float64.
    """
    require_floats(x=x, w=w, b=b)
    _require_signals(x, w)
    return np.squeeze(conv2d(_rows(x), _rows(w), b, stride=(1, stride), pad=(0, pad)), 2)


def conv1d_backward(
    dout: Array, x: Array, w: Array, *, stride: int = 1, pad: int = 0
) -> tuple[Array, Array, Array]:
    """Pull the gradient of a loss back through `conv1d`.

    db[f] = Σ_{n,i} dout[n, f, i]
    dw[f, c, u] = Σ_{n,i} dout[n, f, i] · xpad[n, c, i·S + u]
    dxpad[n, c, i·S + u] += Σ_f w[f, c, u] · dout[n, f, i]   for all i, u

    Args:
        dout: upstream gradient, (N, F, OW).
        x: signals that the forward pass had, (N, C, W).
        w: filters that it had, (F, C, K).
        stride: as in `conv1d`.
        pad: as in `conv1d`.

    Returns:
        (dx, dw, db), each with the shape of what it is the gradient of.

    Raises:
        ShapeError: as in `conv1d`, or dout has not the shape of its output.
        TypeError: the arrays are not all float32 or all float64.
    """
    require_floats(dout=dout, x=x, w=w)
    _require_signals(x, w)
    require_axes("dout", dout, "N, F, OW")
    dx, dw, db = conv2d_backward(_rows(dout), _rows(x), _rows(w), stride=(1, stride), pad=(0, pad))
    return np.squeeze(dx, 2), np.squeeze(dw, 2), db


def _require_signals(x: Array, w: Array) -> None:
    require_axes("x", x, "N, C, W")
    require_axes("w", w, "F, C, K")


def _rows(a: Array) -> Array:
    """See signals as images one pixel high."""
    return a[:, :, None]
