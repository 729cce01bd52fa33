"""Wrong costs of a convolution that replaces a pool.

Formula: OH and OW as of the pool; C · (F · F · C + 1) parameters; OH · OW · C · F · F · C multiply-adds.
"""

from __future__ import annotations

from collections.abc import Callable

from reference.mistakes.mistake import Collection
from reference.shapes import strided_conv_cost

__all__ = ["MISTAKES"]

Cost = tuple[int, int, int, int]
Right = Callable[..., Cost]

mistake = Collection("strided_conv_cost")


# --- sizes --------------------------------------------------------------------------------------------


@mistake
def ignores_the_stride(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """The stride is left out, so that the image does not get smaller as in the pool.

    The convolution has the pool's stride: OH = ⌊(H − F) / S⌋ + 1.
    """
    return of(shape, kernel, stride=1)


@mistake
def divides_by_the_stride(shape: tuple[int, int, int], kernel: int, *, stride: int) -> Cost:
    """Height and width are the image's divided by the stride, whatever the window's size is.

    That is right only where the window is as large as the stride; in general OH = ⌊(H − F) / S⌋ + 1.
    """
    channels = shape[0]
    rows, cols = shape[1] // stride, shape[2] // stride
    weights = channels * channels * kernel * kernel
    return rows, cols, weights + channels, rows * cols * weights


@mistake
def steps_by_the_window(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """The window moves by its own size, whatever stride says.

    Window and stride are two hyperparameters: OH = ⌊(H − F) / S⌋ + 1.
    """
    return of(shape, kernel, stride=kernel)


@mistake
def swaps_height_and_width(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """Height and width are swapped.

    Height comes before width: OH, then OW.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return cols, rows, params, work


@mistake
def takes_the_width_from_the_height(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """The width is computed from the height.

    Each axis has a size of its own: OW = ⌊(W − F) / S⌋ + 1.
    """
    return of((shape[0], shape[1], shape[1]), kernel, stride=stride)


@mistake
def does_not_add_one(shape: tuple[int, int, int], kernel: int, *, stride: int) -> Cost:
    """Height and width are the numbers of steps, which are one too small.

    A window that takes m steps has m + 1 positions: ⌊(H − F) / S⌋ + 1.
    """
    channels, weights = shape[0], shape[0] * shape[0] * kernel * kernel
    rows, cols = (shape[1] - kernel) // stride, (shape[2] - kernel) // stride
    return rows, cols, weights + channels, rows * cols * weights


# --- parameters ---------------------------------------------------------------------------------------


@mistake
def counts_no_parameters(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """No parameters are counted, as for a pool.

    A pool has none, but the convolution that replaces it has C · (F · F · C + 1).
    """
    rows, cols, _, work = of(shape, kernel, stride=stride)
    return rows, cols, 0, work


@mistake
def has_one_filter(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """There is one filter instead of one for each channel.

    To keep the pool's C channels the convolution needs C filters.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params // shape[0], work // shape[0]


@mistake
def filters_each_channel_apart(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """Each filter reads only its own channel, as a pool does.

    A filter of a convolution is as deep as the image: F · F · C weights.
    """
    channels = shape[0]
    rows, cols, _, work = of(shape, kernel, stride=stride)
    return rows, cols, channels * (kernel * kernel + 1), work // channels


@mistake
def leaves_out_the_biases(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """Biases are not counted among the parameters.

    Each of the C filters has a bias: C · (F · F · C + 1).
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params - shape[0], work


@mistake
def counts_one_bias(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """Only one bias is counted for the whole layer.

    Each of the C filters has a bias of its own: C · (F · F · C + 1).
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params - shape[0] + 1, work


@mistake
def counts_parameters_at_each_position(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """Parameters are counted at each position, as if they were not shared.

    A convolution shares its filters: the number of parameters does not depend on OH and OW.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, rows * cols * params, work


# --- multiply-adds ------------------------------------------------------------------------------------


@mistake
def counts_work_at_every_pixel(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """The multiply-adds are counted at each pixel of the image.

    The filter is applied at OH · OW positions only: a stride saves work.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params, work // (rows * cols) * shape[1] * shape[2]


@mistake
def counts_the_work_of_one_position(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """Only the multiply-adds of one position are counted.

    Each of the OH · OW positions costs C · F · F · C multiply-adds.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params, work // (rows * cols)


@mistake
def counts_the_pools_own_work(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """The multiply-adds are those of a pool, which reads each channel by itself.

    Each of the C filters sums over all C channels: C · F · F · C at each position.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params, work // shape[0]


@mistake
def counts_the_bias_as_work(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """The biases are counted as multiply-adds.

    The sum starts from the bias, which costs no multiplication: C · F · F · C at each position.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params, work + rows * cols * shape[0]


@mistake
def counts_multiplications_and_additions(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> Cost:
    """Multiplications and additions are counted separately, which doubles the number.

    A multiplication and the addition of its product are one multiply-add.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return rows, cols, params, 2 * work


@mistake
def gives_floats(
    shape: tuple[int, int, int], kernel: int, *, stride: int, of: Right = strided_conv_cost
) -> tuple[float, float, float, float]:
    """Sizes and counts are floats.

    Sizes and counts are whole numbers: divide with //, since / gives a float.
    """
    rows, cols, params, work = of(shape, kernel, stride=stride)
    return float(rows), float(cols), float(params), float(work)


MISTAKES = mistake.mistakes
