"""Wrong counts of a convolution's multiply-adds.

Formula: OH · OW · C_out · F · F · C_in.
"""

from __future__ import annotations

from collections.abc import Callable

from reference.mistakes.mistake import Collection
from reference.shapes import conv_multiply_adds

__all__ = ["MISTAKES"]

Right = Callable[..., int]

mistake = Collection("conv_multiply_adds")


@mistake
def ignores_the_output_size(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """Only the multiply-adds of one position are counted, as many as there are weights.

    The weights are shared, but each of the OH · OW positions costs C_out · F · F · C_in multiply-adds.
    """
    return of(kernel, c_in, c_out, (1, 1))


@mistake
def ignores_the_input_channels(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """The number of input channels is left out.

    Each output value is a sum over all channels: F · F · C_in multiply-adds.
    """
    return of(kernel, 1, c_out, out_size)


@mistake
def ignores_the_filters(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """Only the work of one filter is counted.

    Each of the C_out filters slides over the whole image: C_out · F · F · C_in for each position.
    """
    return of(kernel, c_in, 1, out_size)


@mistake
def ignores_the_kernel(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """The filter's size is left out, as if it were one pixel.

    Each output value costs a multiply-add for each of the F · F · C_in values under the filter.
    """
    return of(1, c_in, c_out, out_size)


@mistake
def counts_the_kernel_once(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """The filter's side is counted once instead of squared.

    A filter is F pixels high and F pixels wide: F · F multiply-adds in each channel.
    """
    return of(kernel, c_in, c_out, out_size) // kernel


@mistake
def takes_the_width_for_the_height(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """The output's width is used for its height.

    There are OH · OW positions; height and width may differ.
    """
    return of(kernel, c_in, c_out, (out_size[1], out_size[1]))


@mistake
def takes_the_height_for_the_width(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """The output's height is used for its width.

    There are OH · OW positions; height and width may differ.
    """
    return of(kernel, c_in, c_out, (out_size[0], out_size[0]))


@mistake
def adds_height_and_width(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """Height and width of the output are added instead of multiplied.

    There are OH · OW positions, one for each output pixel.
    """
    return of(kernel, c_in, c_out, (out_size[0] + out_size[1], 1))


@mistake
def counts_positions_of_the_input(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """The filter is counted at each pixel of the image instead of at each position where it fits.

    The filter fits at OH · OW positions: the output's size counts, not the image's.
    """
    return of(kernel, c_in, c_out, (out_size[0] + kernel - 1, out_size[1] + kernel - 1))


@mistake
def counts_multiplications_and_additions(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """Multiplications and additions are counted separately, which doubles the number.

    A multiplication and the addition of its product are one multiply-add.
    """
    return 2 * of(kernel, c_in, c_out, out_size)


@mistake
def counts_the_bias(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """The bias is counted as one more multiply-add for each output value.

    The sum starts from the bias, which costs no multiplication: F · F · C_in for each output value.
    """
    return of(kernel, c_in, c_out, out_size) + of(1, 1, c_out, out_size)


@mistake
def counts_the_additions_alone(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> int:
    """One too few is counted for each output value: only the additions between the products.

    Each of the F · F · C_in products is added to the sum, which starts from zero or the bias: as many
    multiply-adds.
    """
    return of(kernel, c_in, c_out, out_size) - of(1, 1, c_out, out_size)


@mistake
def gives_a_float(
    kernel: int, c_in: int, c_out: int, out_size: tuple[int, int], of: Right = conv_multiply_adds
) -> float:
    """The count is a float.

    A count is a whole number: sums and products of integers stay integers, but / gives a float.
    """
    return float(of(kernel, c_in, c_out, out_size))


MISTAKES = mistake.mistakes
