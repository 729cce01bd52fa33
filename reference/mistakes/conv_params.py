"""Wrong counts of a convolution's parameters.

Formula: C_out · (F · F · C_in + 1), without biases C_out · F · F · C_in.
"""

from __future__ import annotations

from collections.abc import Callable

from reference.mistakes.mistake import Collection
from reference.shapes import conv_params

__all__ = ["MISTAKES"]

Right = Callable[..., int]

mistake = Collection("conv_params")

# --- what is shared -----------------------------------------------------------------------------------


@mistake
def ignores_the_channels(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """The filters have no depth: the number of input channels is left out.

    Each filter is as deep as the input: with C_in channels it has F · F · C_in weights.
    """
    return of(kernel, 1, c_out, bias=bias)


@mistake
def counts_one_filter(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """The parameters of only one filter are counted.

    Each of the C_out filters has weights and a bias of its own: C_out · (F · F · C_in + 1).
    """
    return of(kernel, c_in, 1, bias=bias)


@mistake
def ignores_the_kernel(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """The filter's size is left out, as if it were one pixel.

    A filter has a weight for each of its F · F pixels in each channel: F · F · C_in.
    """
    return of(1, c_in, c_out, bias=bias)


@mistake
def counts_the_kernel_once(kernel: int, c_in: int, c_out: int, *, bias: bool = True) -> int:
    """The filter's side is counted once instead of squared.

    A filter is F pixels high and F pixels wide: F · F weights in each channel.
    """
    return c_out * (kernel * c_in + bool(bias))


@mistake
def doubles_the_kernel(kernel: int, c_in: int, c_out: int, *, bias: bool = True) -> int:
    """The filter's two sides are added instead of multiplied.

    A filter of F by F pixels has F · F weights in each channel, not F + F.
    """
    return c_out * (2 * kernel * c_in + bool(bias))


@mistake
def adds_the_channels(kernel: int, c_in: int, c_out: int, *, bias: bool = True) -> int:
    """The input channels are added to the filter's pixels instead of multiplied by them.

    There is a weight for each pixel in each channel: F · F · C_in.
    """
    return c_out * (kernel * kernel + c_in + bool(bias))


# --- the bias -----------------------------------------------------------------------------------------


@mistake
def leaves_out_the_biases(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """Biases are not counted.

    With a bias each filter has one more parameter: C_out · (F · F · C_in + 1).
    """
    return of(kernel, c_in, c_out, bias=False)


@mistake
def ignores_the_bias_flag(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """Biases are counted even where the layer has none.

    Without biases there are C_out · F · F · C_in parameters.
    """
    return of(kernel, c_in, c_out)


@mistake
def takes_the_bias_the_other_way(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """Biases are counted where there are none, and left out where there are some.

    With a bias each filter has one more parameter, C_out · (F · F · C_in + 1); without biases there are C_out
    · F · F · C_in.
    """
    return of(kernel, c_in, c_out, bias=not bias)


@mistake
def counts_one_bias(kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params) -> int:
    """Only one bias is counted for the whole layer.

    Each filter has a bias of its own: C_out of them.
    """
    return of(kernel, c_in, c_out, bias=False) + bool(bias)


@mistake
def counts_a_bias_for_each_weight(kernel: int, c_in: int, c_out: int, *, bias: bool = True) -> int:
    """A bias is counted for each channel of each filter.

    A filter sums over all its channels and then adds one bias: F · F · C_in + 1 parameters.
    """
    return c_out * c_in * (kernel * kernel + bool(bias))


@mistake
def counts_two_biases(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """Two biases are counted for each filter.

    A filter has one bias, whatever its size is: F · F · C_in + 1 parameters.
    """
    return of(kernel, c_in, c_out, bias=bias) + bool(bias) * c_out


@mistake
def swaps_the_channels(
    kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params
) -> int:
    """The numbers of input channels and filters are swapped.

    There are C_out filters with F · F · C_in weights and one bias each: C_out · (F · F · C_in + 1).
    """
    return of(kernel, c_out, c_in, bias=bias)


# --- the kind of number -------------------------------------------------------------------------------


@mistake
def gives_a_float(kernel: int, c_in: int, c_out: int, *, bias: bool = True, of: Right = conv_params) -> float:
    """The count is a float.

    A count is a whole number: sums and products of integers stay integers, but / gives a float.
    """
    return float(of(kernel, c_in, c_out, bias=bias))


MISTAKES = mistake.mistakes
