"""Wrong counts of a locally connected layer's parameters.

Formula: OH · OW · C_out · (F · F · C_in + 1): every position has filters and biases of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from reference.mistakes.mistake import Collection
from reference.shapes import locally_connected_params

__all__ = ["MISTAKES"]

Right = Callable[..., int]

mistake = Collection("locally_connected_params")

# --- what is shared -----------------------------------------------------------------------------------


@mistake
def shares_the_weights(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """The filters are shared by all positions, as in a convolution.

    A locally connected layer has filters of its own at each of its OH · OW positions.
    """
    return of(kernel, c_in, c_out, (1, 1), bias=bias)


@mistake
def shares_the_biases(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """The biases are shared by all positions.

    Each of the OH · OW · C_out output values has a bias of its own.
    """
    return of(kernel, c_in, c_out, out_size, bias=False) + bool(bias) * c_out


@mistake
def counts_positions_along_one_axis(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """Only the positions along the height are counted.

    There are OH · OW positions, each with filters of its own.
    """
    return of(kernel, c_in, c_out, (out_size[0], 1), bias=bias)


@mistake
def takes_the_width_for_the_height(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """The output's width is used for its height.

    There are OH · OW positions; height and width may differ.
    """
    return of(kernel, c_in, c_out, (out_size[1], out_size[1]), bias=bias)


@mistake
def takes_the_height_for_the_width(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """The output's height is used for its width.

    There are OH · OW positions; height and width may differ.
    """
    return of(kernel, c_in, c_out, (out_size[0], out_size[0]), bias=bias)


@mistake
def adds_height_and_width(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """Height and width of the output are added instead of multiplied.

    There are OH · OW positions, one for each output pixel.
    """
    return of(kernel, c_in, c_out, (out_size[0] + out_size[1], 1), bias=bias)


@mistake
def connects_every_input(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], *, bias: bool = True
) -> int:
    """Every output sees the whole image, as in a fully connected layer.

    An output is connected only to the F · F · C_in values in its window.
    """
    return out_size[0] * out_size[1] * c_out * (out_size[0] * out_size[1] * c_in + bool(bias))


# --- the filter ---------------------------------------------------------------------------------------


@mistake
def ignores_the_channels(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """The filters have no depth: the number of input channels is left out.

    Each filter is as deep as the input: with C_in channels it has F · F · C_in weights.
    """
    return of(kernel, 1, c_out, out_size, bias=bias)


@mistake
def counts_one_filter(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """One filter is counted at each position.

    Each position has C_out filters, one for each channel of the output.
    """
    return of(kernel, c_in, 1, out_size, bias=bias)


@mistake
def ignores_the_kernel(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """The filter's size is left out, as if it were one pixel.

    A filter has a weight for each of its F · F pixels in each channel: F · F · C_in.
    """
    return of(1, c_in, c_out, out_size, bias=bias)


@mistake
def counts_the_kernel_once(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], *, bias: bool = True
) -> int:
    """The filter's side is counted once instead of squared.

    A filter is F pixels high and F pixels wide: F · F weights in each channel.
    """
    return out_size[0] * out_size[1] * c_out * (kernel * c_in + bool(bias))


@mistake
def swaps_the_channels(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """The numbers of input channels and filters are swapped.

    Each position has C_out filters with F · F · C_in weights and one bias each.
    """
    return of(kernel, c_out, c_in, out_size, bias=bias)


# --- the bias -----------------------------------------------------------------------------------------


@mistake
def leaves_out_the_biases(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """Biases are not counted.

    Each of the OH · OW · C_out output values has a bias, where the layer has any.
    """
    return of(kernel, c_in, c_out, out_size, bias=False)


@mistake
def ignores_the_bias_flag(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """Biases are counted even where the layer has none.

    Without biases there are OH · OW · C_out · F · F · C_in parameters.
    """
    return of(kernel, c_in, c_out, out_size)


@mistake
def takes_the_bias_the_other_way(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """Biases are counted where there are none, and left out where there are some.

    With biases there is one more parameter for each of the OH · OW · C_out output values, without them none.
    """
    return of(kernel, c_in, c_out, out_size, bias=not bias)


@mistake
def counts_one_bias_for_each_position(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> int:
    """One bias is counted for each position instead of one for each output value.

    Each position has C_out outputs, and each of them a bias: OH · OW · C_out biases.
    """
    return of(kernel, c_in, c_out, out_size, bias=False) + bool(bias) * out_size[0] * out_size[1]


@mistake
def gives_a_float(
    kernel: int,
    c_in: int,
    c_out: int,
    out_size: tuple[int, int],
    *,
    bias: bool = True,
    of: Right = locally_connected_params,
) -> float:
    """The count is a float.

    A count is a whole number: sums and products of integers stay integers, but / gives a float.
    """
    return float(of(kernel, c_in, c_out, out_size, bias=bias))


MISTAKES = mistake.mistakes
