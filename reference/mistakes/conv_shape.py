"""Wrong shapes of a convolution's output.

Formula: (K, ⌊(H + 2P − F) / S⌋ + 1, ⌊(W + 2P − F) / S⌋ + 1).
"""

from __future__ import annotations

from collections.abc import Callable

from reference.mistakes.mistake import Collection
from reference.shapes import conv_shape

__all__ = ["MISTAKES"]

Shape = tuple[int, int, int]
Right = Callable[..., Shape]

mistake = Collection("conv_shape")


# --- depth --------------------------------------------------------------------------------------------


@mistake
def keeps_the_depth(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The output has the depth of the input instead of one channel for each filter.

    Each of the K filters makes one feature map: the output's depth is K.
    """
    return shape[0], *of(shape, filters, kernel, stride=stride, pad=pad)[1:]


@mistake
def multiplies_the_depths(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The output has a channel for each filter and each input channel.

    A filter sums over all input channels into one feature map: the output's depth is K.
    """
    return of(shape, filters * shape[0], kernel, stride=stride, pad=pad)


@mistake
def puts_the_depth_last(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """Depth, height and width are in the wrong order.

    The order is that of the input: (C, H, W) becomes (K, OH, OW).
    """
    depth, rows, cols = of(shape, filters, kernel, stride=stride, pad=pad)
    return rows, cols, depth


@mistake
def gives_one_channel(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The output has one channel, whatever the number of filters is.

    Each of the K filters makes one feature map: the output's depth is K.
    """
    return of(shape, 1, kernel, stride=stride, pad=pad)


# --- height and width ---------------------------------------------------------------------------------


@mistake
def swaps_height_and_width(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """Height and width are swapped.

    Height comes before width: (C, H, W) becomes (K, OH, OW).
    """
    depth, rows, cols = of(shape, filters, kernel, stride=stride, pad=pad)
    return depth, cols, rows


@mistake
def takes_the_width_from_the_height(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The output's width is computed from the height.

    Each axis has a size of its own: OW = ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of((shape[0], shape[1], shape[1]), filters, kernel, stride=stride, pad=pad)


@mistake
def takes_the_height_from_the_width(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The output's height is computed from the width.

    Each axis has a size of its own: OH = ⌊(H + 2P − F) / S⌋ + 1.
    """
    return of((shape[0], shape[2], shape[2]), filters, kernel, stride=stride, pad=pad)


@mistake
def keeps_the_size(shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0) -> Shape:
    """The output has the input's height and width.

    Only the right padding at stride 1 keeps them; in general OH = ⌊(H + 2P − F) / S⌋ + 1.
    """
    return filters, shape[1], shape[2]


# --- the formula --------------------------------------------------------------------------------------


@mistake
def does_not_add_one(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """Height and width are the numbers of steps, which are one too small.

    A window that takes m steps has m + 1 positions: ⌊(H + 2P − F) / S⌋ + 1.
    """
    depth, rows, cols = of(shape, filters, kernel, stride=stride, pad=pad)
    return depth, rows - 1, cols - 1


@mistake
def ignores_the_stride(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The stride is left out.

    A window that moves by S pixels takes only one step for S pixels: ⌊(H + 2P − F) / S⌋ + 1.
    """
    return of(shape, filters, kernel, pad=pad)


@mistake
def ignores_the_padding(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The padding is left out.

    The window slides over the padded image, which is H + 2P pixels high.
    """
    return of(shape, filters, kernel, stride=stride)


@mistake
def pads_once(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The padding is counted once instead of for both sides.

    P pixels are added on each of the two sides, so the padded image is H + 2P pixels high.
    """
    return of((shape[0], shape[1] + pad, shape[2] + pad), filters, kernel, stride=stride)


@mistake
def rounds_up(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The division by the stride is rounded up.

    Pixels too few for one more step are left over: ⌊(H + 2P − F) / S⌋ + 1.
    """
    depth, rows, cols = of(shape, filters, kernel, stride=stride, pad=pad)
    more = [bool((side + 2 * pad - kernel) % stride) for side in shape[1:]]
    return depth, rows + more[0], cols + more[1]


@mistake
def swaps_stride_and_pad(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """Stride and padding are swapped.

    The padding P is added on both sides, the stride S divides: ⌊(H + 2P − F) / S⌋ + 1.
    """
    return of(shape, filters, kernel, stride=pad, pad=stride)


@mistake
def swaps_filters_and_kernel(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> Shape:
    """The number of filters and their size are swapped.

    K is the number of filters, F is how high and wide each of them is.
    """
    return of(shape, kernel, filters, stride=stride, pad=pad)


@mistake
def gives_floats(
    shape: Shape, filters: int, kernel: int, *, stride: int = 1, pad: int = 0, of: Right = conv_shape
) -> tuple[int, float, float]:
    """Height and width are floats.

    Sizes are whole numbers: divide with //, since / gives a float.
    """
    depth, rows, cols = of(shape, filters, kernel, stride=stride, pad=pad)
    return depth, float(rows), float(cols)


MISTAKES = mistake.mistakes
