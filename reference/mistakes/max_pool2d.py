"""Wrong max pools, forward: the stride, the output's size, the loops, the window, the value, the output.

Formula: out[n, c, i, j] = max_{u,v} x[n, c, i·s + u, j·s + v] with 0 <= u < KH and 0 <= v < KW, for
0 <= i < OH = ⌊(H − KH) / s⌋ + 1 and 0 <= j < OW = ⌊(W − KW) / s⌋ + 1.

As in a student's loop, a slice that sticks out of the image is cut off, and one that is empty raises.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection, MisfitError
from reference.pool import max_pool2d
from reference.shapes import as_pair
from reference.windows import sliding_windows

__all__ = ["MISTAKES"]

Pool = Callable[..., Array]
Pair = tuple[int, int]
Stride = int | Pair

mistake = Collection("max_pool2d")


def _steps(stride: Stride) -> Pair:
    return as_pair("stride", stride, least=1)


def _fit(x: Array, window: Pair, stride: Stride) -> Pair:
    """The number of windows down and across; not positive if the window is larger than the image."""
    (kh, kw), (sh, sw) = window, _steps(stride)
    return (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1


def _pool(of: Pool, x: Array, window: Pair, stride: Stride, out: Pair | None = None) -> Array:
    """Pool with `out` windows, whether they fit or not; without it, with as many as fit."""
    (kh, kw), (sh, sw), (oh, ow) = window, _steps(stride), out or _fit(x, window, stride)
    if oh <= 0 or ow <= 0:
        return np.zeros((*x.shape[:2], oh, ow), x.dtype)
    bottom, right = sh * (oh - 1), sw * (ow - 1)
    if bottom >= x.shape[2] or right >= x.shape[3]:
        raise ValueError("the maximum of an empty window")
    seen = x[:, :, : bottom + kh, : right + kw]
    padded = np.full((*x.shape[:2], bottom + kh, right + kw), -np.inf, x.dtype)
    padded[:, :, : seen.shape[2], : seen.shape[3]] = seen
    return of(padded, window=(kh, kw), stride=(sh, sw))


def _fill(x: Array, window: Pair, stride: Stride, cells: Array) -> Array:
    """Store in an output of the right size what loops over another number of windows found."""
    out = np.zeros((*x.shape[:2], *_fit(x, window, stride)), x.dtype)
    rows, cols = cells.shape[2:]
    if rows > out.shape[2] or cols > out.shape[3]:
        raise IndexError("a window that the output has no place for")
    out[:, :, :rows, :cols] = cells
    return out


def _patchwork(x: Array, out: Pair, place: Callable[[int, int], tuple[slice, slice]]) -> Array:
    """Take the maximum of the slices that `place` says for each cell of the output."""
    cells = [x[:, :, *place(i, j)].max(axis=(2, 3)) for i in range(out[0]) for j in range(out[1])]
    return np.stack(cells, axis=-1).reshape(*x.shape[:2], *out)


def _windows(x: Array, window: Pair, stride: Stride) -> Array:
    """Every window, (N, C, KH, KW, OH, OW)."""
    return sliding_windows(np.ascontiguousarray(x), window, _steps(stride), _fit(x, window, stride))


# --- stride --------------------------------------------------------------------------------------


@mistake
def ignores_stride(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output has the right size, but the window moves by one pixel from one output value to the next.

    The windows of neighbouring output values are a whole stride apart: window (i, j) starts in row i·s and
    column j·s.
    """
    return _pool(of, x, window, 1, _fit(x, window, stride))


@mistake
def stride_is_always_one(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The stride is taken to be 1, for the positions of the windows and for the size of the output.

    The stride s sets both: windows start at multiples of s, and ⌊(H − KH) / s⌋ + 1 of them fit in H rows.
    """
    return _pool(of, x, window, 1)


@mistake
def ignores_stride_across(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The window moves down by the stride, but to the right by one pixel.

    The stride applies to both axes: window (i, j) starts in row i·s and column j·s.
    """
    return _pool(of, x, window, (_steps(stride)[0], 1), _fit(x, window, stride))


@mistake
def ignores_stride_down(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The window moves to the right by the stride, but down by one pixel.

    The stride applies to both axes: window (i, j) starts in row i·s and column j·s.
    """
    return _pool(of, x, window, (1, _steps(stride)[1]), _fit(x, window, stride))


@mistake
def stride_moves_the_end_alone(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The end of a window is multiplied by the stride but its start is not, so that windows grow.

    Every window has KH × KW pixels: it starts at (i·s, j·s), and it ends KH rows below and KW columns to the
    right of where it starts.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _patchwork(x, _fit(x, window, stride), lambda i, j: (slice(i, i * sh + kh), slice(j, j * sw + kw)))


@mistake
def stride_moves_the_start_alone(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The start of a window is multiplied by the stride but its end is not, so that windows shrink.

    Every window has KH × KW pixels: it starts at (i·s, j·s), and it ends KH rows below and KW columns to the
    right of where it starts.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _patchwork(x, _fit(x, window, stride), lambda i, j: (slice(i * sh, i + kh), slice(j * sw, j + kw)))


@mistake
def window_end_stays_at_the_windows_size(x: Array, *, window: Pair, stride: Stride) -> Array:
    """A window's start moves with the stride, but its end stays where the first window ends.

    A window of KH rows that starts in row i·s ends before row i·s + KH: its end follows from its own start.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _patchwork(x, _fit(x, window, stride), lambda i, j: (slice(i * sh, kh), slice(j * sw, kw)))


@mistake
def steps_by_the_window(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The windows lie side by side: they move by their own size instead of by the stride.

    Window and stride are two hyperparameters: window (i, j) starts at (i·s, j·s). Windows overlap if the
    stride is smaller than the window, and leave gaps if it is larger.
    """
    return _pool(of, x, window, window, _fit(x, window, stride))


@mistake
def takes_the_stride_for_the_window(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """The stride is used as the window's size, so that windows always lie side by side.

    Window and stride are two hyperparameters: windows are KH by KW pixels and start s pixels apart.
    """
    return _pool(of, x, _steps(stride), stride)


@mistake
def takes_the_window_for_the_stride(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """The window's size is used as the stride, for the positions of the windows and for the output's size.

    Window and stride are two hyperparameters: windows overlap if the stride is smaller than the window, and
    leave gaps if it is larger. The output has ⌊(H − KH) / s⌋ + 1 rows.
    """
    return _pool(of, x, window, window)


@mistake
def cuts_the_image_into_tiles(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The image is reshaped into tiles of the window's size, whatever stride says.

    Tiles neither overlap nor leave gaps or leftover pixels. In general window (i, j) starts at (i·s, j·s),
    for any stride s, and pixels too few for one more window are left out.
    """
    (kh, kw), (n, c, h, w) = window, x.shape
    return np.asarray(x.reshape(n, c, h // kh, kh, w // kw, kw).max(axis=(3, 5)))


@mistake
def downsamples_the_input(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The image is downsampled by the stride before pooling, instead of the result afterwards.

    Pooling with stride s is pooling with stride 1 and keeping rows 0, s, 2s of the result. Downsampling the
    image takes pixels out of the windows.
    """
    sh, sw = _steps(stride)
    return _pool(of, x[:, :, ::sh, ::sw], window, 1)


@mistake
def stride_is_always_two(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The stride is taken to be 2, whatever stride says.

    The stride s is a hyperparameter: windows start at multiples of s, and ⌊(H − KH) / s⌋ + 1 of them fit in H
    rows.
    """
    return _pool(of, x, window, 2)


# --- the size of the output ----------------------------------------------------------------------


@mistake
def size_from_the_stride(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's size is the image's size divided by the stride, without regard to the window.

    The last window must end inside the image, so it starts at H − KH at the latest: OH = ⌊(H − KH) / s⌋ + 1,
    and likewise for the width.
    """
    sh, sw = _steps(stride)
    return _pool(of, x, window, stride, (x.shape[2] // sh, x.shape[3] // sw))


@mistake
def size_from_the_stride_rounded_up(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """The output's size is the image's divided by the stride and rounded up, without regard to the window.

    The last window must end inside the image, so it starts at H − KH at the latest: OH = ⌊(H − KH) / s⌋ + 1,
    and likewise for the width.
    """
    sh, sw = _steps(stride)
    return _pool(of, x, window, stride, (-(-x.shape[2] // sh), -(-x.shape[3] // sw)))


@mistake
def size_and_loops_from_the_stride(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's size is the image's divided by the stride, and the loops step to the image's end.

    The last window must end inside the image: windows start at rows 0 to H − KH, not to H, in steps of s, and
    the output has ⌊(H − KH) / s⌋ + 1 rows.
    """
    (h, w), (sh, sw) = x.shape[2:], _steps(stride)
    if h % sh or w % sw:
        raise IndexError("a window that the output has no place for")
    return _pool(of, x, window, stride, (h // sh, w // sw))


@mistake
def size_from_the_window(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's size is the image's size divided by the window's, without regard to the stride.

    That is right only where the stride equals the window's size. In general ⌊(H − KH) / s⌋ + 1 windows fit in
    H rows.
    """
    return _pool(of, x, window, stride, (x.shape[2] // window[0], x.shape[3] // window[1]))


@mistake
def width_from_the_images_height(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's width is computed from the image's height and the window's width.

    The two axes are independent: OW = ⌊(W − KW) / s⌋ + 1 with the width W of the image. A square image hides
    the difference.
    """
    (oh, _), (_, sw) = _fit(x, window, stride), _steps(stride)
    return _pool(of, x, window, stride, (oh, (x.shape[2] - window[1]) // sw + 1))


@mistake
def output_is_square(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output is as wide as it is high, whatever the width of the image.

    The two axes are independent: OH = ⌊(H − KH) / s⌋ + 1, and OW = ⌊(W − KW) / s⌋ + 1. A square image hides
    the difference.
    """
    oh, _ = _fit(x, window, stride)
    return _pool(of, x, window, stride, (oh, oh))


@mistake
def output_is_as_high_as_wide(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output is as high as it is wide, whatever the height of the image.

    The two axes are independent: OH = ⌊(H − KH) / s⌋ + 1, and OW = ⌊(W − KW) / s⌋ + 1. A square image hides
    the difference.
    """
    _, ow = _fit(x, window, stride)
    return _pool(of, x, window, stride, (ow, ow))


@mistake
def width_from_the_windows_height(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's width is computed from the window's height.

    The width goes with the window's width: OW = ⌊(W − KW) / s⌋ + 1. A square window hides the difference.
    """
    (oh, _), (_, sw) = _fit(x, window, stride), _steps(stride)
    return _pool(of, x, window, stride, (oh, (x.shape[3] - window[0]) // sw + 1))


@mistake
def swaps_the_images_sides(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The image's height and width are swapped where the size of the output is computed.

    x has the axes (N, C, H, W): height before width. OH = ⌊(H − KH) / s⌋ + 1, and OW = ⌊(W − KW) / s⌋ + 1.
    """
    return _pool(of, x, window, stride, _fit(x.swapaxes(2, 3), window, stride))


@mistake
def size_without_the_one(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output has one row and one column too few: one is not added to the number of steps.

    A window that can take m steps has m + 1 positions: OH = ⌊(H − KH) / s⌋ + 1.
    """
    oh, ow = _fit(x, window, stride)
    return _pool(of, x, window, stride, (oh - 1, ow - 1))


@mistake
def adds_one_before_dividing(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """In the output's size, the one is added before the division by the stride, not after it.

    The window can take ⌊(H − KH) / s⌋ steps from its first position: ⌊(H − KH) / s⌋ + 1 positions in all.
    """
    oh, ow = _fit(x, window, 1)
    sh, sw = _steps(stride)
    return _pool(of, x, window, stride, (oh // sh, ow // sw))


@mistake
def rounds_the_size_up(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The size of the output is rounded up, so that a last window reaches beyond the image.

    Pixels too few for one more window are left out: the size is ⌊(H − KH) / s⌋ + 1, rounded down.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    out = -((kh - x.shape[2]) // sh) + 1, -((kw - x.shape[3]) // sw) + 1
    return _pool(of, x, window, stride, out)


# --- loops ---------------------------------------------------------------------------------------


@mistake
def loops_over_the_whole_image(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The loops step to the end of the image, beyond the last window that fits.

    The last window must end inside the image: windows start at rows 0 to H − KH, not to H, in steps of s.
    """
    sh, sw = _steps(stride)
    return _fill(
        x, window, stride, _pool(of, x, window, stride, (-(-x.shape[2] // sh), -(-x.shape[3] // sw)))
    )


@mistake
def loops_over_tiles(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The loops step over the image by the window's size; the stride is used for the output's size only.

    Window and stride are two hyperparameters: loop over the output, where the window of output (i, j) starts
    at (i·s, j·s), whether windows overlap or not.
    """
    loops = -(-x.shape[2] // window[0]), -(-x.shape[3] // window[1])
    return _fill(x, window, stride, _pool(of, x, window, window, loops))


@mistake
def columns_loop_over_the_rows(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The loop over the output's columns runs over the number of rows.

    The output has OH rows and OW columns; each loop has an end of its own. A square output hides the
    difference.
    """
    oh, _ = _fit(x, window, stride)
    return _fill(x, window, stride, _pool(of, x, window, stride, (oh, oh)))


@mistake
def rows_loop_over_the_columns(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The loop over the output's rows runs over the number of columns.

    The output has OH rows and OW columns; each loop has an end of its own. A square output hides the
    difference.
    """
    _, ow = _fit(x, window, stride)
    return _fill(x, window, stride, _pool(of, x, window, stride, (ow, ow)))


@mistake
def swaps_the_outputs_sides(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's height and width are swapped, in its array or in the loops that fill it.

    The output has the axes (N, C, OH, OW), height before width like the image: i counts its OH rows, and j
    counts its OW columns.
    """
    oh, ow = _fit(x, window, stride)
    if oh != ow:
        raise MisfitError(f"{oh} × {ow} windows in an output of {ow} × {oh}")
    return of(x, window=window, stride=stride)


@mistake
def loops_stop_one_early(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The loops stop one step early, so that the output's last row and last column stay zero.

    A loop over OH rows takes the indices 0 to OH − 1, the last one included.
    """
    oh, ow = _fit(x, window, stride)
    return _fill(x, window, stride, _pool(of, x, window, stride, (oh - 1, ow - 1)))


@mistake
def loops_stop_before_the_last_start(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """The loops over the image stop before the last window, the one that ends at the border.

    A window may start in row H − KH, since it then ends with the image's last row: the loops must include
    that row.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    loops = -((kh - x.shape[2]) // sh), -((kw - x.shape[3]) // sw)
    return _fill(x, window, stride, _pool(of, x, window, stride, loops))


# --- the window ----------------------------------------------------------------------------------


@mistake
def window_is_square(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The window's height is used for its width as well, in the output's size and in the windows.

    The window is KH rows high and KW columns wide; the two may differ. The output's width follows from KW.
    """
    return _pool(of, x, (window[0], window[0]), stride)


@mistake
def cuts_square_windows(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's size is right, but every window is cut as wide as it is high.

    Window (i, j) has the KH rows from i·s on and the KW columns from j·s on; the two may differ.
    """
    return _pool(of, x, (window[0], window[0]), stride, _fit(x, window, stride))


@mistake
def window_is_as_high_as_wide(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The window's width is used for its height as well, in the output's size and in the windows.

    The window is KH rows high and KW columns wide; the two may differ. The output's height follows from KH.
    """
    return _pool(of, x, (window[1], window[1]), stride)


@mistake
def cuts_windows_as_high_as_wide(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's size is right, but every window is cut as high as it is wide.

    Window (i, j) has the KH rows from i·s on and the KW columns from j·s on; the two may differ.
    """
    return _pool(of, x, (window[1], window[1]), stride, _fit(x, window, stride))


@mistake
def swaps_the_windows_sides(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The window's height and width are swapped, in the output's size and in the windows.

    The window is KH rows high and KW columns wide: KH goes with the image's height, KW with its width.
    """
    return _pool(of, x, (window[1], window[0]), stride)


@mistake
def cuts_windows_with_swapped_sides(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """The output's size is right, but every window is cut with its height and width swapped.

    Window (i, j) has the KH rows from i·s on and the KW columns from j·s on: rows come first.
    """
    return _pool(of, x, (window[1], window[0]), stride, _fit(x, window, stride))


@mistake
def window_ends_at_the_stride(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """A window ends where the next one starts: it is as large as the stride, not as its own size.

    The stride says where windows start, their size says where they end: KH rows from i·s on. So they may
    overlap or leave gaps.
    """
    return _pool(of, x, _steps(stride), stride, _fit(x, window, stride))


@mistake
def window_is_one_short(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Every window lacks its last row and its last column.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    return _pool(of, x, (window[0] - 1, window[1] - 1), stride, _fit(x, window, stride))


@mistake
def window_is_one_long(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Every window has one row and one column too many.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    return _pool(of, x, (window[0] + 1, window[1] + 1), stride, _fit(x, window, stride))


@mistake
def stretches_the_window(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The window's size is multiplied by the stride, as its start is, so that every window is too large.

    The stride moves a window but does not change its size: KH rows from i·s on, KW columns from j·s on.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _pool(of, x, (kh * sh, kw * sw), stride, _fit(x, window, stride))


@mistake
def window_starts_at_the_corner_of_the_image(x: Array, *, window: Pair, stride: Stride) -> Array:
    """Every window begins at the first pixel of the image and only its end moves.

    Window (i, j) has a start and an end: rows i·s to i·s + KH − 1, columns j·s to j·s + KW − 1.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _patchwork(x, _fit(x, window, stride), lambda i, j: (slice(i * sh + kh), slice(j * sw + kw)))


@mistake
def window_reaches_the_end_of_the_image(x: Array, *, window: Pair, stride: Stride) -> Array:
    """Every window reaches down and right to the last pixel of the image.

    Window (i, j) has a start and an end: rows i·s to i·s + KH − 1, columns j·s to j·s + KW − 1.
    """
    sh, sw = _steps(stride)
    return _patchwork(x, _fit(x, window, stride), lambda i, j: (slice(i * sh, None), slice(j * sw, None)))


@mistake
def window_is_always_two_by_two(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The window is taken to be two by two pixels, whatever its size should be.

    The window's height KH and width KW are hyperparameters: they decide the output's size and every window.
    """
    return _pool(of, x, (2, 2), stride)


@mistake
def cuts_two_by_two_windows(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's size is right, but every window is cut two by two pixels in size.

    Window (i, j) has the KH rows from i·s on and the KW columns from j·s on, whatever KH and KW are.
    """
    return _pool(of, x, (2, 2), stride, _fit(x, window, stride))


@mistake
def column_from_the_row_index(x: Array, *, window: Pair, stride: Stride) -> Array:
    """A window's first column is computed from the output's row, so that only the diagonal is read.

    Window (i, j) starts in row i·s and in column j·s: each index moves one axis.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _patchwork(
        x,
        _fit(x, window, stride),
        lambda i, j: (slice(i * sh, i * sh + kh), slice(i * sw, i * sw + kw)),
    )


@mistake
def row_from_the_column_index(x: Array, *, window: Pair, stride: Stride) -> Array:
    """A window's first row is computed from the output's column, so that only the diagonal is read.

    Window (i, j) starts in row i·s and in column j·s: each index moves one axis.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _patchwork(
        x,
        _fit(x, window, stride),
        lambda i, j: (slice(j * sh, j * sh + kh), slice(j * sw, j * sw + kw)),
    )


@mistake
def swaps_row_and_column(x: Array, *, window: Pair, stride: Stride) -> Array:
    """A window's first row is computed from the output's column, and its first column from the output's row.

    Window (i, j) starts in row i·s and in column j·s: i counts rows and j counts columns, in the output as in
    the image.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _patchwork(
        x,
        _fit(x, window, stride),
        lambda i, j: (slice(j * sh, j * sh + kh), slice(i * sw, i * sw + kw)),
    )


# --- the value -----------------------------------------------------------------------------------


@mistake
def maximum_starts_at_zero(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The search for the maximum starts at zero, so that a window of negative values gives zero.

    The maximum of negative numbers is negative: a search starts at −∞ or at the window's first value.
    """
    return np.maximum(of(x, window=window, stride=stride), 0)


@mistake
def maximum_goes_on_from_window_to_window(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """The largest value so far is carried over to the next window, so that the output never decreases.

    Each output value is the maximum of its own window: the search starts again, at −∞, for each of them.
    """
    out = of(x, window=window, stride=stride)
    return np.maximum.accumulate(out.ravel()).reshape(out.shape)


@mistake
def takes_the_mean(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The output is the mean of each window, not its maximum.

    The mean belongs to average pooling. Max pooling keeps the largest value: max x[i·s + u, j·s + v] over u
    and v.
    """
    return np.asarray(_windows(x, window, stride).sum(axis=(2, 3)) / (window[0] * window[1]))


@mistake
def takes_the_median(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The output is the median of each window, not its maximum.

    Max pooling keeps the largest value of the window: max x[i·s + u, j·s + v] over u and v.
    """
    windows = _windows(x, window, stride)
    n, c, kh, kw, oh, ow = windows.shape
    ordered = np.sort(windows.reshape(n, c, kh * kw, oh, ow), axis=2)
    return np.asarray((ordered[:, :, (kh * kw - 1) // 2] + ordered[:, :, kh * kw // 2]) / 2, x.dtype)


@mistake
def takes_the_minimum(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output is the minimum of each window, not its maximum.

    Max pooling keeps the largest value of the window: max x[i·s + u, j·s + v] over u and v.
    """
    return np.negative(of(-x, window=window, stride=stride))


@mistake
def takes_the_sum(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The output is the sum of each window, not its maximum.

    Max pooling keeps the largest value of the window: max x[i·s + u, j·s + v] over u and v.
    """
    return np.asarray(_windows(x, window, stride).sum(axis=(2, 3)))


@mistake
def takes_the_largest_magnitude(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output is the largest absolute value of each window, so that signs are lost.

    The maximum compares the values as they are: 1 is larger than −5.
    """
    return of(np.abs(x), window=window, stride=stride)


@mistake
def takes_the_place_of_the_maximum(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The output is the position of the maximum in the window, not the maximum itself.

    np.argmax gives a position, np.max the value there. The forward pass returns the value; the position is
    useful in the backward pass.
    """
    windows = _windows(x, window, stride)
    n, c, _, _, oh, ow = windows.shape
    return np.asarray(windows.reshape(n, c, -1, oh, ow).argmax(axis=2), x.dtype)


@mistake
def takes_the_first_pixel(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The output is the first pixel of each window, as if the image were only downsampled.

    Max pooling compares all KH × KW pixels of the window and keeps the largest of them.
    """
    return _windows(x, window, stride)[:, :, 0, 0].copy()


@mistake
def pools_over_the_whole_plane(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Each output value is the maximum of the whole feature map, not of its own window.

    Output (i, j) depends on its own window alone: KH rows from i·s on and KW columns from j·s on.
    """
    out = of(x, window=window, stride=stride)
    return np.broadcast_to(x.max(axis=(2, 3), keepdims=True), out.shape).copy()


@mistake
def pools_over_all_channels(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The maximum is taken over all channels at once, so that all have the same output.

    Pooling works on each channel alone: C channels go in, and C different ones come out.
    """
    out = of(x, window=window, stride=stride)
    return np.broadcast_to(out.max(axis=1, keepdims=True), out.shape).copy()


@mistake
def pools_over_the_batch(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The maximum is taken over all images of the batch at once, so that all have the same output.

    Each image is pooled alone: out[n] depends on x[n] and on no other image of the batch.
    """
    out = of(x, window=window, stride=stride)
    return np.broadcast_to(out.max(axis=0, keepdims=True), out.shape).copy()


@mistake
def pools_over_everything(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The maximum is taken over all images and channels at once, so that all have the same output.

    Each channel of each image has its own maximum in the window, over the two spatial axes alone.
    """
    out = of(x, window=window, stride=stride)
    return np.broadcast_to(out.max(axis=(0, 1), keepdims=True), out.shape).copy()


@mistake
def reads_the_first_image(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Every window is cut from the first image of the batch.

    Each image is pooled alone: out[n] is the pool of x[n].
    """
    return of(np.broadcast_to(x[:1], x.shape), window=window, stride=stride)


@mistake
def reads_the_first_channel(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Every window is cut from the first channel.

    Pooling works on each channel alone: out[n, c] is the pool of x[n, c].
    """
    return of(np.broadcast_to(x[:, :1], x.shape), window=window, stride=stride)


@mistake
def reads_the_last_channel(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Every window is cut from the last channel.

    Pooling works on each channel alone: out[n, c] is the pool of x[n, c].
    """
    return of(np.broadcast_to(x[:, -1:], x.shape), window=window, stride=stride)


@mistake
def reads_the_last_image(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Every window is cut from the last image of the batch.

    Each image is pooled alone: out[n] is the pool of x[n].
    """
    return of(np.broadcast_to(x[-1:], x.shape), window=window, stride=stride)


@mistake
def pads_by_one(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The image is padded by one pixel of zeros on every side before it is pooled.

    This pool has no padding: the first window starts at pixel (0, 0) of the image, and OH = ⌊(H − KH) / s⌋ +
    1.
    """
    return of(np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))), window=window, stride=stride)


# --- the output ----------------------------------------------------------------------------------


@mistake
def fills_the_first_image(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Only the first image of the batch has an output; that of the others stays zero.

    All N images are pooled. A return inside the loop over the batch ends the function after the first.
    """
    out = of(x, window=window, stride=stride)
    out[1:] = 0
    return out


@mistake
def fills_the_last_image(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Only the last image of the batch has an output; that of the others stays zero.

    All N images are pooled into one output. An output made inside the loop over the batch loses the images
    before.
    """
    out = of(x, window=window, stride=stride)
    out[:-1] = 0
    return out


@mistake
def fills_the_first_channel(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Only the first channel has an output; that of the others stays zero.

    Pooling works on each channel alone: C channels go in, and C come out.
    """
    out = of(x, window=window, stride=stride)
    out[:, 1:] = 0
    return out


@mistake
def returns_after_the_first_channel(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """Only the first channel of the first image has an output; all else stays zero.

    Every image, channel and position has its output: return it after all loops have ended. A return inside a
    loop ends the function.
    """
    right = of(x, window=window, stride=stride)
    out = np.zeros_like(right)
    out[0, 0] = right[0, 0]
    return out


@mistake
def returns_after_the_first_row(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Only the first row of the first image and channel has an output; all else stays zero.

    Every image, channel and position has its output: return it after all loops have ended. A return inside a
    loop ends the function.
    """
    right = of(x, window=window, stride=stride)
    out = np.zeros_like(right)
    out[0, 0, 0] = right[0, 0, 0]
    return out


@mistake
def returns_after_the_first_value(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """Only the very first value of the output is computed; all others stay zero.

    Every image, channel and position has its output: return it after all loops have ended. A return inside a
    loop ends the function.
    """
    right = of(x, window=window, stride=stride)
    out = np.zeros_like(right)
    out[0, 0, 0, 0] = right[0, 0, 0, 0]
    return out


@mistake
def stays_zero(x: Array, *, window: Pair, stride: Stride) -> Array:
    """The output has the right shape, but all of it is zero.

    For every image, channel and position, the maximum of the window is stored in out[n, c, i, j].
    """
    return np.zeros((*x.shape[:2], *_fit(x, window, stride)), x.dtype)


@mistake
def transposes_the_output(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output's rows and columns are swapped.

    The output has the axes (N, C, OH, OW): out[n, c, i, j] is the maximum of the window that starts in row
    i·s and column j·s.
    """
    return of(x, window=window, stride=stride).swapaxes(2, 3)


@mistake
def reshapes_instead_of_transposing(
    x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d
) -> Array:
    """The maxima are reshaped although their axes are in another order, so that they end up in wrong places.

    A reshape keeps the order in memory. If windows run over positions first, then over images and channels,
    reshape their maxima to (OH, OW, N, C), then transpose to (N, C, OH, OW).
    """
    out = of(x, window=window, stride=stride)
    return out.transpose(2, 3, 0, 1).reshape(out.shape)


@mistake
def keeps_integers(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output is an array of integers, so that all fractions are cut off.

    The output has the floating-point type of the input: an array of integers truncates what is stored in it.
    """
    return of(x, window=window, stride=stride).astype(np.int64)


@mistake
def keeps_single_precision(x: Array, *, window: Pair, stride: Stride, of: Pool = max_pool2d) -> Array:
    """The output is in single precision although the input is in double precision.

    The output has the type of the input, float64 here: float32 keeps only about seven digits.
    """
    return of(x, window=window, stride=stride).astype(np.float32)


MISTAKES = mistake.mistakes
