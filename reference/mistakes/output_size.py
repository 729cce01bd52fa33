"""Wrong output sizes.

Formula: ⌊(size + 2·pad − kernel) / stride⌋ + 1, for a kernel that is not larger than the padded size.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from reference.mistakes.mistake import Collection
from reference.shapes import ShapeError, output_size

__all__ = ["MISTAKES"]

OutputSize = Callable[..., int]

mistake = Collection("output_size")


# --- rounding ------------------------------------------------------------------------------------


@mistake
def divides_without_rounding(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> float:
    """The size is not rounded and can be a fraction.

    A size is a whole number: pixels too few for one more step are left over, ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of(size, kernel, stride=stride, pad=pad) + (size + 2 * pad - kernel) % stride / stride


@mistake
def gives_a_float(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> float:
    """The size is right, but it is a float.

    A size is a whole number, and arrays cannot be made with a float: divide with //, since / gives a float.
    """
    return float(of(size, kernel, stride=stride, pad=pad))


@mistake
def rounds_up(size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size) -> int:
    """The division by the stride is rounded up.

    Pixels too few for one more step are left over, so the division rounds down: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of(size, kernel, stride=stride, pad=pad) + bool((size + 2 * pad - kernel) % stride)


@mistake
def rounds_to_the_nearest(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The division by the stride is rounded to the nearest whole number.

    Leftover pixels make no further step, however many they are: the division rounds down, ⌊(W + 2P − F) / S⌋
    + 1.
    """
    steps = of(size, kernel, stride=stride, pad=pad) - 1
    return round(steps + (size + 2 * pad - kernel) % stride / stride) + 1


@mistake
def refuses_leftover_pixels(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """Sizes that leave pixels over after the last step are refused.

    Pixels too few for one more step are simply left over: ⌊(W + 2P − F) / S⌋ + 1 rounds down.
    """
    if (size + 2 * pad - kernel) % stride:
        raise ShapeError(f"a stride of {stride} does not divide {size + 2 * pad - kernel}")
    return of(size, kernel, stride=stride, pad=pad)


# --- the one -------------------------------------------------------------------------------------


@mistake
def does_not_add_one(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The size is the number of steps, which is one too small.

    A window that takes m steps has m + 1 positions: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of(size, kernel, stride=stride, pad=pad) - 1


@mistake
def adds_one_before_dividing(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """One is added before the division by the stride, not after it.

    The stride divides the number of steps, and the first position is added to it: ⌊(W + 2P − F) / S⌋ + 1.
    """
    positions_at_every_pixel = of(size, kernel, stride=1, pad=pad)
    return positions_at_every_pixel // stride


@mistake
def subtracts_one_too_many(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """One more than the kernel's size is subtracted before the division by the stride.

    The window's last position starts F pixels before the end of the padded image: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return (of(size, kernel, stride=1, pad=pad) - 2) // stride + 1


# --- stride --------------------------------------------------------------------------------------


@mistake
def ignores_stride(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The stride is left out: the size is that of a window that moves by one pixel.

    A window that moves by S pixels takes only one step for S pixels: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of(size, kernel, stride=1, pad=pad)


@mistake
def subtracts_the_stride(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The stride is subtracted instead of being divided by.

    The number of steps is how often the stride fits into the room that the window has to move: ⌊(W + 2P − F)
    / S⌋.
    """
    return of(size, kernel, stride=1, pad=pad) - stride


@mistake
def multiplies_by_the_stride(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The number of steps is multiplied by the stride instead of divided by it.

    Larger steps are fewer steps: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return (of(size, kernel, stride=1, pad=pad) - 1) * stride + 1


@mistake
def divides_by_the_kernel(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The room to move is divided by the kernel's size instead of the stride.

    The kernel's size F is subtracted, the stride S divides: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of(size, kernel, stride=kernel, pad=pad)


@mistake
def divides_the_kernel_alone(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The stride divides only the kernel's size, as if there were no parentheses around the difference.

    Division binds more tightly than subtraction: in ⌊(W + 2P − F) / S⌋ + 1 the stride divides the whole
    difference.
    """
    return of(size, kernel, stride=1, pad=pad) + kernel - kernel // stride


# --- padding -------------------------------------------------------------------------------------


@mistake
def ignores_pad(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The padding is left out: the size is that for the unpadded image.

    The window slides over the padded image, which is W + 2P pixels wide: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of(size, kernel, stride=stride, pad=0)


@mistake
def pads_once(size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size) -> int:
    """The padding is counted once instead of for both sides.

    P pixels are added on each of the two sides, so the padded image is W + 2P pixels wide.
    """
    return of(size + pad, kernel, stride=stride, pad=0)


@mistake
def pads_twice_as_much(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The padding is doubled on each side.

    P pixels are added on each of the two sides; the 2P in W + 2P − F counts both sides together.
    """
    return of(size, kernel, stride=stride, pad=2 * pad)


@mistake
def subtracts_the_padding(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The padding is subtracted from the size instead of added to it.

    Padding makes the image larger, W + 2P, and so the output: ⌊(W + 2P − F) / S⌋ + 1.
    """
    steps = of(size, kernel, stride=1, pad=pad) - 1
    return (steps - 4 * pad) // stride + 1


@mistake
def pad_is_always_one(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The padding is taken to be one pixel on each side, whatever pad says.

    pad is a hyperparameter: P pixels on each side make the image W + 2P pixels wide.
    """
    return of(size, kernel, stride=stride, pad=1)


@mistake
def pads_to_keep_the_size(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The padding is taken to be the one that keeps the size at stride one, whatever pad says.

    That is the padding P = (F − 1) / 2; in general pad is a hyperparameter, and the size is ⌊(W + 2P − F) /
    S⌋ + 1.
    """
    return of(size, kernel, stride=stride, pad=(kernel - 1) // 2)


@mistake
def swaps_stride_and_pad(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """Stride and padding are swapped.

    The padding P is added on both sides of the image, the stride S divides: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return of(size, kernel, stride=pad, pad=stride)


# --- the kernel ----------------------------------------------------------------------------------


@mistake
def ignores_the_kernel(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The size is the padded image's divided by the stride, whatever the kernel's size is.

    The window must fit into the padded image at its last position too: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return (of(size, kernel, stride=1, pad=pad) - 1 + kernel) // stride


@mistake
def does_not_subtract_the_kernel(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The kernel's size is not subtracted, as if the window could leave the image.

    The window must fit into the padded image at its last position too: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return (of(size, kernel, stride=1, pad=pad) - 1 + kernel) // stride + 1


@mistake
def adds_the_kernel(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The kernel's size is added to the image's instead of subtracted from it.

    A larger kernel has fewer positions: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return (of(size, kernel, stride=1, pad=pad) - 1 + 2 * kernel) // stride + 1


@mistake
def subtracts_half_the_kernel(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """Half of the kernel's size is subtracted instead of all of it.

    The whole window must fit into the padded image: ⌊(W + 2P − F) / S⌋ + 1.
    """
    return (of(size, kernel, stride=1, pad=pad) - 1 + kernel - kernel // 2) // stride + 1


@mistake
def computes_the_way_back(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """The size is that of a transposed convolution.

    The formula (W − 1) · S + F − 2P leads from the output's size to the input's; from input to output it is
    ⌊(W + 2P − F) / S⌋ + 1.
    """
    of(size, kernel, stride=stride, pad=pad)
    return (size - 1) * stride + kernel - 2 * pad


# --- what does not fit ---------------------------------------------------------------------------


@mistake
def accepts_a_kernel_that_does_not_fit(size: int, kernel: int, *, stride: int = 1, pad: int = 0) -> int:
    """A kernel larger than the padded image is not refused and gives a size of zero or less.

    The formula counts positions only if there is one: F must not be larger than W + 2P.
    """
    return (size + 2 * pad - kernel) // stride + 1


@mistake
def accepts_a_kernel_that_does_not_fit_and_truncates(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0
) -> int:
    """A kernel larger than the padded image is not refused, and the division rounds towards zero.

    The formula counts positions only if there is one: F must not be larger than W + 2P.
    """
    return math.trunc((size + 2 * pad - kernel) / stride) + 1


@mistake
def gives_zero_where_nothing_fits(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """A kernel larger than the padded image gives a size of zero instead of being refused.

    An output without pixels is a mistake in the network: a kernel with F > W + 2P is refused.
    """
    return 0 if kernel > size + 2 * pad else of(size, kernel, stride=stride, pad=pad)


@mistake
def measures_the_kernel_against_the_bare_image(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """A kernel larger than the image is refused even where it fits into the padded image.

    The window slides over the padded image: the kernel fits if F is at most W + 2P.
    """
    if kernel > size:
        raise ShapeError(f"a kernel of {kernel} does not fit in {size} pixels")
    return of(size, kernel, stride=stride, pad=pad)


@mistake
def refuses_a_kernel_as_large_as_the_image(
    size: int, kernel: int, *, stride: int = 1, pad: int = 0, of: OutputSize = output_size
) -> int:
    """A kernel exactly as large as the padded image is refused.

    It has one position, since (W + 2P − F) / S + 1 is 1 there: only F > W + 2P does not fit.
    """
    if kernel == size + 2 * pad:
        raise ShapeError(f"a kernel of {kernel} does not fit in {size + 2 * pad} pixels")
    return of(size, kernel, stride=stride, pad=pad)


MISTAKES = mistake.mistakes
