"""Wrong gradients of a pool of two modes: the mode, then what is wrong in both modes or in one of them.

Formula: dx[n, c, i·s + u, j·s + v] += dout[n, c, i, j] at the window's maximum, or in mode "average" a share
of 1 / (KH · KW) of it for all u and v.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes import avg_pool2d_backward, max_pool2d_backward
from reference.mistakes.mistake import Collection, Function
from reference.mistakes.modes import Choice, in_both_modes, in_one_mode, without
from reference.pool import pool2d_backward

__all__ = ["MISTAKES"]

Back = Callable[..., Array]
Pair = tuple[int, int]

mistake = Collection("pool2d_backward")


# --- the mode ------------------------------------------------------------------------------------


@mistake
def mode_is_always_max(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """The mode is ignored: the gradient goes to the maximum in average mode, too.

    In mode average every pixel of a window has the same weight in the mean, and gets dout / (KH · KW).
    """
    return of(dout, x, window=window, stride=stride, mode="max")


@mistake
def mode_is_always_average(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """The mode is ignored: the gradient is spread over the window in max mode, too.

    In mode max only the pixel that was the maximum gets the gradient, and all of it.
    """
    return of(dout, x, window=window, stride=stride, mode="average")


@mistake
def exchanges_the_modes(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """The modes are swapped: max mode spreads the gradient, and average mode gives it to the maximum.

    In mode max the pixel that was the maximum gets the gradient; in mode average all pixels get an equal
    share.
    """
    return of(dout, x, window=window, stride=stride, mode="average" if mode == "max" else "max")


@mistake
def adds_both_in_max_mode(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """In max mode, the equal shares of average mode are added as well.

    Only one mode applies: in mode max only the pixel that was the maximum gets the gradient.
    """
    modes = ("max", "average") if mode == "max" else (mode,)
    return np.asarray(sum(of(dout, x, window=window, stride=stride, mode=each) for each in modes))


@mistake
def adds_both_in_average_mode(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """In average mode, the whole gradient is added at the maximum as well.

    Only one mode applies: in mode average all pixels of a window get an equal share, and nothing else.
    """
    modes = ("max", "average") if mode == "average" else (mode,)
    return np.asarray(sum(of(dout, x, window=window, stride=stride, mode=each) for each in modes))


@mistake
def stores_nothing_in_average_mode(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """In average mode, nothing is stored where the shares should go, which NumPy shows as nan.

    In mode average every pixel of a window gets the same share, dout / (KH · KW).
    """
    if mode == "max":
        return of(dout, x, window=window, stride=stride, mode=mode)
    covered = of(np.ones_like(dout), x, window=window, stride=stride, mode=mode)
    return np.where(covered == 0, 0, np.nan).astype(dout.dtype)


@mistake
def refuses_average_mode(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """Average mode raises an exception; max mode is right.

    In mode average every pixel of a window gets the same share, dout / (KH · KW).
    """
    if mode == "average":
        raise TypeError("a mode that is not written")
    return of(dout, x, window=window, stride=stride, mode=mode)


@mistake
def refuses_max_mode(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """Max mode raises an exception; average mode is right.

    In mode max the pixel that was the maximum gets the gradient, and all of it.
    """
    if mode == "max":
        raise TypeError("a mode that is not written")
    return of(dout, x, window=window, stride=stride, mode=mode)


@mistake
def stays_zero(
    dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
) -> Array:
    """The gradient has the right shape, but only zeros in it: nothing is ever added to it.

    Each value of the upstream gradient goes to the maximum of its window, or in equal shares to all of its
    pixels.
    """
    return np.zeros_like(of(dout, x, window=window, stride=stride, mode=mode))


# --- both modes, and one of them -----------------------------------------------------------------


def _signed(choose: Choice) -> Function:
    def function(
        dout: Array, x: Array, *, window: Pair, stride: int, mode: str, of: Back = pool2d_backward
    ) -> Array:
        return np.asarray(choose(mode, of)(dout, x, window=window, stride=stride))

    return function


PAIRS = {
    "assigns_instead_of_adding": "assigns_instead_of_adding",
    "ignores_stride": "ignores_stride",
    "stride_moves_the_start_alone": "ends_windows_without_stride",
    "window_ends_at_the_stride": "ends_windows_at_the_next_start",
    "ignores_stride_across": "strides_down_only",
    "ignores_stride_down": "strides_across_only",
    "steps_by_the_window": "starts_windows_side_by_side",
    "stride_is_always_two": "stride_is_always_two",
    "columns_loop_over_the_rows": "loops_over_the_rows_twice",
    "loops_stop_one_early": "leaves_out_the_last_row_and_column",
    "loops_stop_before_the_last_start": "loops_end_a_window_early",
    "column_from_the_row_index": "writes_on_the_diagonal",
    "swaps_row_and_column": "swaps_rows_and_columns",
    "window_is_one_short": "window_lacks_a_row_and_a_column",
    "window_is_one_long": "window_has_a_row_and_a_column_too_many",
    "window_is_always_two_by_two": "window_is_always_two",
    "window_is_square": "window_is_as_wide_as_high",
    "window_is_as_high_as_wide": "window_is_as_high_as_wide",
    "swaps_the_windows_sides": "swaps_the_sides_of_the_window",
    "takes_the_first_images_gradient": "reads_the_first_image_only",
    "takes_the_first_channels_gradient": "reads_the_first_channel_only",
    "fills_the_first_image": "fills_the_first_image_only",
    "fills_the_last_image": "fills_the_last_image_only",
    "fills_the_first_channel": "fills_the_first_channel_only",
    "adds_it_to_all_channels": "reaches_all_channels",
    "adds_it_to_all_images": "reaches_all_images",
    "takes_the_last_images_gradient": "takes_the_last_images_gradient",
    "takes_the_last_channels_gradient": "takes_the_last_channels_gradient",
    "returns_after_the_first_channel": "returns_after_the_first_channel",
    "returns_after_the_first_row": "returns_after_the_first_row",
    "returns_after_the_first_value": "returns_after_the_first_value",
    "subtracts_the_gradient": "subtracts_the_gradient",
    "starts_from_the_input": "starts_from_the_image",
    "keeps_single_precision": "stores_single_precision",
}
"""What max pooling's mistakes are called in average pooling."""

MISTAKES = (
    *mistake.mistakes,
    *in_both_modes(
        "pool2d_backward", PAIRS, max_pool2d_backward.MISTAKES, avg_pool2d_backward.MISTAKES, _signed
    ),
    *in_one_mode(
        "pool2d_backward",
        "average",
        without(avg_pool2d_backward.MISTAKES, "sends_it_to_the_maximum"),
        _signed,
    ),
    *in_one_mode(
        "pool2d_backward", "max", without(max_pool2d_backward.MISTAKES, "shares_it_evenly"), _signed
    ),
)
