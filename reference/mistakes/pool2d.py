"""Wrong pools of two modes, forward: the mode itself, then what is wrong in both modes or in one of them.

Formula: out[n, c, i, j] is the maximum, in mode "average" the mean, of all x[n, c, i·s + u, j·s + v].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes import avg_pool2d, max_pool2d
from reference.mistakes.mistake import Collection, Function
from reference.mistakes.modes import Choice, in_both_modes, in_one_mode, without
from reference.pool import pool2d

__all__ = ["MISTAKES"]

Pool = Callable[..., Array]
Pair = tuple[int, int]

mistake = Collection("pool2d")


# --- the mode ------------------------------------------------------------------------------------


@mistake
def mode_is_always_max(x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d) -> Array:
    """The mode is ignored: the maximum of a window is taken in average mode, too.

    The mode decides what is taken of each window: its maximum or its mean, Σ x / (KH · KW).
    """
    return of(x, window=window, stride=stride, mode="max")


@mistake
def mode_is_always_average(x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d) -> Array:
    """The mode is ignored: the mean of a window is taken in max mode, too.

    The mode decides what is taken of each window: its maximum or its mean.
    """
    return of(x, window=window, stride=stride, mode="average")


@mistake
def exchanges_the_modes(x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d) -> Array:
    """The modes are swapped: max mode takes the mean of each window, and average mode the maximum.

    In mode max each output value is the maximum of its window, in mode average the mean.
    """
    return of(x, window=window, stride=stride, mode="average" if mode == "max" else "max")


@mistake
def stores_nothing(x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d) -> Array:
    """Nothing is stored where each window's value should go, which NumPy shows as nan.

    Each output value is the maximum of its window, or in mode average its mean.
    """
    return np.full_like(of(x, window=window, stride=stride, mode=mode), np.nan)


@mistake
def stores_nothing_in_average_mode(
    x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d
) -> Array:
    """In average mode, nothing is stored where each window's mean should go, which NumPy shows as nan.

    In mode average each output value is the mean of its window, Σ x / (KH · KW).
    """
    out = of(x, window=window, stride=stride, mode=mode)
    return out if mode == "max" else np.full_like(out, np.nan)


@mistake
def refuses_average_mode(x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d) -> Array:
    """Average mode raises an exception; max mode is right.

    In mode average each output value is the mean of its window, Σ x / (KH · KW).
    """
    if mode == "average":
        raise TypeError("a mode that is not written")
    return of(x, window=window, stride=stride, mode=mode)


@mistake
def stays_zero(x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d) -> Array:
    """The output has the right shape, but only zeros in it: nothing is ever stored there.

    For every image, channel and position, the maximum or the mean of the window is stored in out[n, c, i, j].
    """
    return np.zeros_like(of(x, window=window, stride=stride, mode=mode))


# --- both modes, and one of them -----------------------------------------------------------------


def _signed(choose: Choice) -> Function:
    def function(x: Array, *, window: Pair, stride: int, mode: str, of: Pool = pool2d) -> Array:
        return np.asarray(choose(mode, of)(x, window=window, stride=stride))

    return function


PAIRS = {
    "ignores_stride": "starts_windows_one_pixel_apart",
    "stride_is_always_one": "pools_at_every_pixel",
    "stride_moves_the_start_alone": "ends_windows_without_stride",
    "window_ends_at_the_stride": "ends_windows_at_the_next_start",
    "stretches_the_window": "stretches_windows_by_the_stride",
    "ignores_stride_across": "strides_down_only",
    "ignores_stride_down": "strides_across_only",
    "steps_by_the_window": "starts_windows_side_by_side",
    "takes_the_window_for_the_stride": "steps_by_the_window",
    "stride_is_always_two": "stride_is_always_two",
    "downsamples_the_input": "downsamples_the_image",
    "output_is_square": "output_width_from_the_height",
    "output_is_as_high_as_wide": "output_height_from_the_width",
    "swaps_the_images_sides": "swaps_height_and_width",
    "swaps_the_outputs_sides": "allocates_the_output_turned",
    "size_from_the_stride": "output_size_is_image_over_stride",
    "size_from_the_window": "output_size_is_image_over_window",
    "size_without_the_one": "output_lacks_a_row_and_a_column",
    "adds_one_before_dividing": "adds_one_before_dividing",
    "rounds_the_size_up": "averages_leftover_pixels",
    "loops_stop_one_early": "leaves_the_last_row_and_column_zero",
    "loops_stop_before_the_last_start": "loops_end_a_window_early",
    "column_from_the_row_index": "reads_the_diagonal",
    "swaps_row_and_column": "swaps_rows_and_columns",
    "window_is_one_short": "window_lacks_a_row_and_a_column",
    "window_is_one_long": "window_has_a_row_and_a_column_too_many",
    "window_is_always_two_by_two": "window_is_always_two",
    "window_is_square": "window_is_as_wide_as_high",
    "window_is_as_high_as_wide": "window_is_as_high_as_wide",
    "swaps_the_windows_sides": "swaps_the_sides_of_the_window",
    "pools_over_the_whole_plane": "averages_the_whole_image",
    "pools_over_all_channels": "averages_all_channels",
    "pools_over_the_batch": "averages_all_images",
    "reads_the_first_image": "reads_the_first_image_only",
    "reads_the_first_channel": "reads_the_first_channel_only",
    "fills_the_first_image": "pools_the_first_image_only",
    "fills_the_last_image": "pools_the_last_image_only",
    "fills_the_first_channel": "pools_the_first_channel_only",
    "window_end_stays_at_the_windows_size": "ends_windows_where_the_first_one_ends",
    "reads_the_last_image": "reads_the_last_image_only",
    "reads_the_last_channel": "reads_the_last_channel_only",
    "returns_after_the_first_channel": "returns_after_the_first_channel",
    "returns_after_the_first_row": "returns_after_the_first_row",
    "returns_after_the_first_value": "returns_after_the_first_value",
    "cuts_two_by_two_windows": "cuts_two_by_two_windows",
    "window_starts_at_the_corner_of_the_image": "window_starts_at_the_corner_of_the_image",
    "window_reaches_the_end_of_the_image": "window_reaches_the_end_of_the_image",
    "columns_loop_over_the_rows": "loops_over_the_rows_twice",
    "rows_loop_over_the_columns": "loops_over_the_columns_twice",
    "keeps_integers": "stores_integers",
    "keeps_single_precision": "stores_single_precision",
}
"""What max pooling's mistakes are called in average pooling."""

MISTAKES = (
    *mistake.mistakes,
    *in_both_modes("pool2d", PAIRS, max_pool2d.MISTAKES, avg_pool2d.MISTAKES, _signed),
    *in_one_mode("pool2d", "average", without(avg_pool2d.MISTAKES, "takes_the_maximum"), _signed),
    *in_one_mode("pool2d", "max", without(max_pool2d.MISTAKES, "takes_the_mean"), _signed),
)
