"""Sizes and counts that follow from a network's hyperparameters alone, without any array.

Sizes, kernels, strides and paddings are in pixels. "Valid" padding is a padding of 0; `same_padding` and
`full_padding` give the other two that have names.

Source of the arithmetic: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning",
arXiv:1603.07285; "relationship" below is the number there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = [
    "ShapeError",
    "as_pair",
    "avg_pool_additions",
    "conv_multiply_adds",
    "conv_params",
    "conv_shape",
    "fc_multiply_adds",
    "fc_params",
    "full_padding",
    "locally_connected_multiply_adds",
    "locally_connected_params",
    "max_pool_comparisons",
    "output_size",
    "receptive_field",
    "same_padding",
    "strided_conv_cost",
]


class ShapeError(ValueError):
    """Shapes or sizes that do not go together; the message shows them."""


def output_size(size: int, kernel: int, *, stride: int = 1, pad: int = 0) -> int:
    """Count the positions of a window along one axis.

    ⌊(size + 2·pad − kernel) / stride⌋ + 1: pixels that are too few for one more step are left over.

    Args:
        size: extent of the input, >= 1.
        kernel: extent of the window, >= 1.
        stride: step of the window, >= 1.
        pad: pixels added on each of the two sides, >= 0.

    Raises:
        ShapeError: an argument is out of range, or the kernel does not fit in the padded size.

    Source: relationship 6, of which the others are special cases.
    """
    size, kernel = _require_int("size", size, least=1), _require_int("kernel", kernel, least=1)
    stride, pad = _require_int("stride", stride, least=1), _require_int("pad", pad, least=0)
    if kernel > size + 2 * pad:
        raise ShapeError(
            f"a kernel of {kernel} does not fit in {size + 2 * pad} pixels: {size} and {pad} on each side"
        )
    return (size + 2 * pad - kernel) // stride + 1


def same_padding(kernel: int) -> tuple[int, int]:
    """Say how many pixels (before, after) keep the size at stride 1: kernel − 1 in all.

    An even kernel cannot be centred; the odd pixel goes after, as in TensorFlow and PyTorch.

    Raises:
        ShapeError: kernel < 1.

    Source: relationship 3, "half" padding.
    """
    kernel = _require_int("kernel", kernel, least=1)
    return (kernel - 1) // 2, kernel // 2


def full_padding(kernel: int) -> int:
    """Say how many pixels on each side let the window take every position that touches the image.

    Raises:
        ShapeError: kernel < 1.

    Source: relationship 4; the output has size + kernel − 1 pixels.
    """
    return _require_int("kernel", kernel, least=1) - 1


def conv_shape(
    shape: tuple[int, int, int], filters: int, kernel: int, *, stride: int = 1, pad: int = 0
) -> tuple[int, int, int]:
    """Say what a convolution makes of a volume, by its four hyperparameters.

    Args:
        shape: of the input, (C, H, W).
        filters: K, how many there are.
        kernel: F, extent of each filter on both axes.
        stride: step of the window, >= 1.
        pad: pixels added on each side, >= 0.

    Returns:
        (K, OH, OW), with OH and OW given by `output_size`.

    Raises:
        ShapeError: an argument is out of range, or the filter does not fit.
    """
    channels, height, width = shape
    _require_int("channels", channels, least=1)
    rows, cols = (output_size(size, kernel, stride=stride, pad=pad) for size in (height, width))
    return _require_int("filters", filters, least=1), rows, cols


# --- parameters: numbers that are learnt ------------------------------------------------------------


def conv_params(kernel: int | tuple[int, int], c_in: int, c_out: int, *, bias: bool = True) -> int:
    """Count the parameters of a convolution: C_out · (KH · KW · C_in + 1).

    Args:
        kernel: (KH, KW), or one number for both.
        c_in: channels of the input.
        c_out: filters, which is channels of the output.
        bias: whether there is one bias per filter.

    Raises:
        ShapeError: an argument is below 1.
    """
    return _require_int("c_out", c_out, least=1) * (_window_terms(kernel, c_in) + bool(bias))


def fc_params(n_in: int, n_out: int, *, bias: bool = True) -> int:
    """Count the parameters of a fully connected layer: n_out · (n_in + 1).

    Raises:
        ShapeError: an argument is below 1.
    """
    return _require_int("n_out", n_out, least=1) * (_require_int("n_in", n_in, least=1) + bool(bias))


def locally_connected_params(
    kernel: int | tuple[int, int], c_in: int, c_out: int, out_size: tuple[int, int], *, bias: bool = True
) -> int:
    """Count the parameters of a locally connected layer: a convolution that shares nothing.

    OH · OW · C_out · (KH · KW · C_in + 1): every position of the output has filters and biases of its own.

    Args:
        kernel: (KH, KW), or one number for both.
        c_in: channels of the input.
        c_out: channels of the output.
        out_size: (OH, OW), as `output_size` gives them.
        bias: whether there is one bias per output value.

    Raises:
        ShapeError: an argument is below 1.
    """
    return _positions(out_size) * conv_params(kernel, c_in, c_out, bias=bias)


# --- arithmetic: operations for the forward pass of one image ------------------------------------------


def conv_multiply_adds(
    kernel: int | tuple[int, int], c_in: int, c_out: int, out_size: tuple[int, int]
) -> int:
    """Count the multiply-adds of a convolution for one image: OH · OW · C_out · KH · KW · C_in.

    One multiplication with the addition of its result counts once; twice as many floating-point operations.
    The bias is where each sum starts and costs none.

    Args:
        kernel: (KH, KW), or one number for both.
        c_in: channels of the input.
        c_out: channels of the output.
        out_size: (OH, OW), as `output_size` gives them.

    Raises:
        ShapeError: an argument is below 1.
    """
    return _positions(out_size) * conv_params(kernel, c_in, c_out, bias=False)


def fc_multiply_adds(n_in: int, n_out: int) -> int:
    """Count the multiply-adds of a fully connected layer for one example: n_in · n_out.

    Raises:
        ShapeError: an argument is below 1.
    """
    return fc_params(n_in, n_out, bias=False)


def locally_connected_multiply_adds(
    kernel: int | tuple[int, int], c_in: int, c_out: int, out_size: tuple[int, int]
) -> int:
    """Count the multiply-adds of a locally connected layer for one image.

    As many as `conv_multiply_adds`: sharing weights saves memory, not arithmetic.

    Raises:
        ShapeError: an argument is below 1.
    """
    return conv_multiply_adds(kernel, c_in, c_out, out_size)


def max_pool_comparisons(window: int | tuple[int, int], channels: int, out_size: tuple[int, int]) -> int:
    """Count the comparisons of max pooling for one image: OH · OW · C · (KH · KW − 1).

    Args:
        window: (KH, KW), or one number for both.
        channels: C, the same before and after.
        out_size: (OH, OW), as `output_size` gives them.

    Raises:
        ShapeError: an argument is below 1.
    """
    height, width = as_pair("window", window, least=1)
    per_window = height * width - 1
    return _positions(out_size) * _require_int("channels", channels, least=1) * per_window


def avg_pool_additions(window: int | tuple[int, int], channels: int, out_size: tuple[int, int]) -> int:
    """Count the additions of average pooling for one image: OH · OW · C · (KH · KW − 1).

    The one division per window is not an addition and is not counted.

    Raises:
        ShapeError: an argument is below 1.
    """
    return max_pool_comparisons(window, channels, out_size)


def strided_conv_cost(shape: tuple[int, int, int], kernel: int, *, stride: int) -> tuple[int, int, int, int]:
    """Say what it costs to replace a pool by a convolution of the same window and stride.

    The convolution has as many filters as there are channels, so that its output has the pool's shape. A pool
    has no parameter.

    Args:
        shape: of the input, (C, H, W).
        kernel: extent of the pool's window on both axes.
        stride: step of the window, >= 1.

    Returns:
        (OH, OW, parameters with biases, multiply-adds for one image).

    Raises:
        ShapeError: an argument is out of range, or the window does not fit.

    Source: Springenberg et al., "Striving for simplicity: the all convolutional net", arXiv:1412.6806.
    """
    channels, rows, cols = conv_shape(shape, shape[0], kernel, stride=stride)
    params = conv_params(kernel, channels, channels)
    return rows, cols, params, conv_multiply_adds(kernel, channels, channels, (rows, cols))


def receptive_field(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Say how much of the input one output value sees along one axis.

    r ← r + (k − 1) · j, then j ← j · s, from r = j = 1 at the input.

    Args:
        layers: (kernel, stride) of each layer, from the input on; convolution or pooling alike.

    Returns:
        (size, jump): size r of the receptive field, and distance j in the input between the receptive fields
        of neighbouring outputs.

    Raises:
        ShapeError: a kernel or a stride is below 1.

    Source: Araujo, Norris & Sim, "Computing receptive fields of convolutional neural networks", Distill 2019.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (_require_int("kernel", kernel, least=1) - 1) * jump
        jump *= _require_int("stride", stride, least=1)
    return size, jump


# --- checks ----------------------------------------------------------------------------------------------


def as_pair(name: str, value: int | tuple[int, int], *, least: int) -> tuple[int, int]:
    """Read a hyperparameter that is one number for both spatial axes, or (height, width).

    Raises:
        ShapeError: anything else, or a number below `least`.
    """
    pair = (value, value) if isinstance(value, _INTEGER) else value
    if not (isinstance(pair, tuple) and len(pair) == 2):
        raise ShapeError(f"{name} must be an integer or a pair (height, width) of integers; got {value!r}")
    height, width = pair
    return _require_int(name, height, least=least), _require_int(name, width, least=least)


_INTEGER = (int, np.integer)  # made once: this is asked for each size of each call


def _require_int(name: str, value: int, *, least: int) -> int:
    if not isinstance(value, _INTEGER) or value < least:
        raise ShapeError(f"{name} must be an integer >= {least}; got {value!r}")
    return int(value)


def _window_terms(kernel: int | tuple[int, int], c_in: int) -> int:
    """Count the input values under one position of the window, all channels together."""
    height, width = as_pair("kernel", kernel, least=1)
    return height * width * _require_int("c_in", c_in, least=1)


def _positions(out_size: tuple[int, int]) -> int:
    height, width = as_pair("out_size", out_size, least=1)
    return height * width
