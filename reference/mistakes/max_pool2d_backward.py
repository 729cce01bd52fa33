"""Wrong max pools, backward: the sum, the stride, loops, the window, the place of the maximum, the gradient.

Formula: dx[n, c, i·s + u*, j·s + v*] += dout[n, c, i, j] for all i and j, where (u*, v*) is the offset of the
maximum of x in window (i, j); 0 everywhere else.

As in a student's loop, a slice that sticks out of the image is cut off, and one that is empty raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.pool import max_pool2d, max_pool2d_backward
from reference.shapes import as_pair

__all__ = ["MISTAKES"]

Back = Callable[..., Array]
Pair = tuple[int, int]
Stride = int | Pair
Place = Callable[[int, int], tuple[slice, slice]]

mistake = Collection("max_pool2d_backward")


def _steps(stride: Stride) -> Pair:
    return as_pair("stride", stride, least=1)


def _fit(x: Array, window: Pair, stride: Stride) -> Pair:
    """The number of windows down and across; not positive if the window is larger than the image."""
    (kh, kw), (sh, sw) = window, _steps(stride)
    return (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1


def _pull(of: Back, dout: Array, x: Array, window: Pair, stride: Stride, loops: Pair | None = None) -> Array:
    """Pull back through `loops` windows, whether they fit or not; without it, through as many as dout has."""
    (kh, kw), (sh, sw), (oh, ow) = window, _steps(stride), loops or dout.shape[2:]
    dx = np.zeros(x.shape, x.dtype)
    if oh <= 0 or ow <= 0:
        return dx
    bottom, right = sh * (oh - 1), sw * (ow - 1)
    if oh > dout.shape[2] or ow > dout.shape[3] or bottom >= x.shape[2] or right >= x.shape[3]:
        raise IndexError("a window outside the upstream gradient or outside the image")
    seen = x[:, :, : bottom + kh, : right + kw]
    padded = np.full((*x.shape[:2], bottom + kh, right + kw), -np.inf, x.dtype)
    h, w = seen.shape[2:]
    padded[:, :, :h, :w] = seen
    dx[:, :, :h, :w] = of(dout[:, :, :oh, :ow], padded, window=(kh, kw), stride=(sh, sw))[:, :, :h, :w]
    return dx


def _regular(window: Pair, stride: Stride) -> Place:
    """Where the windows are."""
    (kh, kw), (sh, sw) = window, _steps(stride)
    return lambda i, j: (slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw))


def _pieces(of: Back, dout: Array, x: Array, place: Place) -> Iterator[tuple[int, int, Array]]:
    """What each window by itself has as gradient: its position (i, j) and dx there."""
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            patch, grad = x[:, :, *place(i, j)], dout[:, :, i : i + 1, j : j + 1]
            yield i, j, of(grad, patch, window=patch.shape[2:], stride=1)


def _gather(of: Back, dout: Array, x: Array, read: Place, write: Place) -> Array:
    """Look for the maxima in the windows of `read`, and add the gradient in those of `write`."""
    dx = np.zeros(x.shape, x.dtype)
    for i, j, piece in _pieces(of, dout, x, read):
        dx[:, :, *write(i, j)] += piece
    return dx


def _spread(
    dout: Array, x: Array, window: Pair, stride: Stride, share: Callable[[Array, Array], Array]
) -> Array:
    """Add `share(patch, gradient)` to each window; the two are (N, C, KH, KW) and (N, C, 1, 1)."""
    place, dx = _regular(window, stride), np.zeros(x.shape, x.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = place(i, j)
            dx[:, :, rows, cols] += share(x[:, :, rows, cols], dout[:, :, i : i + 1, j : j + 1])
    return dx


def _put(
    dout: Array, x: Array, window: Pair, stride: Stride, split: Callable[[Array], tuple[Array, Array]]
) -> Array:
    """Add the gradient at the row and column of its window into which `split` takes the flat argmax."""
    (kh, kw), (sh, sw) = window, _steps(stride)
    n, c = np.indices(x.shape[:2])
    dx = np.zeros(x.shape, x.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            patch = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            row, col = split(patch.reshape(*n.shape, -1).argmax(axis=-1))
            dx[n, c, i * sh + row, j * sw + col] += dout[:, :, i, j]
    return dx


def _largest(patch: Array, axes: tuple[int, ...] = (2, 3)) -> Array:
    """The mask: 1 at the maximum of each window, 0 elsewhere."""
    return np.asarray(patch == patch.max(axis=axes, keepdims=True), patch.dtype)


# --- the sum -------------------------------------------------------------------------------------


@mistake
def assigns_instead_of_adding(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Each window's gradient, zeros included, replaces what is there instead of being added to it.

    Where windows overlap, a pixel belongs to several of them. By the chain rule its gradient is the sum over
    all of them; an assignment keeps only the last.
    """
    place, dx = _regular(window, stride), np.zeros(x.shape, x.dtype)
    for i, j, piece in _pieces(of, dout, x, place):
        dx[:, :, *place(i, j)] = piece
    return dx


@mistake
def assigns_at_the_maximum(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """A pixel that is the maximum of several windows gets the gradient of the last one only.

    Where windows overlap, one pixel can be the maximum of several. By the chain rule their gradients add up;
    an assignment, also one with arrays of indices, keeps only the last.
    """
    dx = np.zeros(x.shape, x.dtype)
    for i, j in np.ndindex(dout.shape[2:]):
        alone = np.zeros_like(dout)
        alone[:, :, i, j] = dout[:, :, i, j]
        piece = of(alone, x, window=window, stride=stride)
        np.copyto(dx, piece, where=piece != 0)
    return dx


@mistake
def keeps_the_last_window(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient of the whole feature map is set anew for each window, so that only the last one remains.

    dx sums over all windows: each adds dout[i, j] at its own maximum and leaves the rest as it is.
    """
    alone = np.zeros_like(dout)
    alone[:, :, -1, -1] = dout[:, :, -1, -1]
    return of(alone, x, window=window, stride=stride)


# --- stride --------------------------------------------------------------------------------------


@mistake
def ignores_stride(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window moves by one pixel from one value of dout to the next, whatever stride says.

    Backward visits the same windows as forward: dout[i, j] belongs to the window that starts in row i·s and
    column j·s.
    """
    return _pull(of, dout, x, window, 1)


@mistake
def writes_without_stride(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The maximum is found in the right window, but the gradient is added as if the stride were 1.

    The gradient goes to where the maximum is: in the window that starts in row i·s and column j·s, in dx as
    in x.
    """
    return _gather(of, dout, x, _regular(window, stride), _regular(window, 1))


@mistake
def assigns_without_stride(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The maximum is found in the right window, but its gradient is assigned as if the stride were 1.

    The gradient goes to the maximum of the window that starts in row i·s and column j·s, and it is added: a
    pixel may be the maximum of several windows.
    """
    write, dx = _regular(window, 1), np.zeros(x.shape, x.dtype)
    for i, j, piece in _pieces(of, dout, x, _regular(window, stride)):
        dx[:, :, *write(i, j)] = piece
    return dx


@mistake
def reads_without_stride(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient is added in the right window, but the maximum is looked for as if the stride were 1.

    The maximum is that of the forward pass: in the window that starts in row i·s and column j·s, in x as in
    dx.
    """
    return _gather(of, dout, x, _regular(window, 1), _regular(window, stride))


@mistake
def ignores_stride_across(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window moves down by the stride, but to the right by one pixel.

    The stride applies to both axes: window (i, j) starts in row i·s and column j·s.
    """
    return _pull(of, dout, x, window, (_steps(stride)[0], 1))


@mistake
def ignores_stride_down(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window moves to the right by the stride, but down by one pixel.

    The stride applies to both axes: window (i, j) starts in row i·s and column j·s.
    """
    return _pull(of, dout, x, window, (1, _steps(stride)[1]))


@mistake
def steps_by_the_window(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The windows lie side by side: they move by their own size instead of by the stride.

    Window and stride are two hyperparameters: window (i, j) starts at (i·s, j·s). Windows overlap if the
    stride is smaller than the window, and leave gaps if it is larger.
    """
    return _pull(of, dout, x, window, window)


@mistake
def stride_moves_the_end_alone(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The end of a window is multiplied by the stride but its start is not, so that windows grow.

    Every window has KH × KW pixels: it starts at (i·s, j·s), and it ends KH rows below and KW columns to the
    right of where it starts.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)

    def place(i: int, j: int) -> tuple[slice, slice]:
        return slice(i, i * sh + kh), slice(j, j * sw + kw)

    return _gather(of, dout, x, place, place)


@mistake
def stride_moves_the_start_alone(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The start of a window is multiplied by the stride but its end is not, so that windows shrink.

    Every window has KH × KW pixels: it starts at (i·s, j·s), and it ends KH rows below and KW columns to the
    right of where it starts.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)

    def place(i: int, j: int) -> tuple[slice, slice]:
        return slice(i * sh, i + kh), slice(j * sw, j + kw)

    return _gather(of, dout, x, place, place)


@mistake
def stride_is_always_two(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The stride is taken to be 2, whatever stride says.

    The stride s is a hyperparameter: backward visits the windows of forward, which start at multiples of s.
    """
    return _pull(of, dout, x, window, 2)


# --- loops ---------------------------------------------------------------------------------------


@mistake
def loops_over_the_whole_image(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The loops step to the end of the image, beyond the last window that fits.

    The last window must end inside the image: windows start at rows 0 to H − KH, not to H, in steps of s: as
    many as dout has rows.
    """
    sh, sw = _steps(stride)
    return _pull(of, dout, x, window, stride, (-(-x.shape[2] // sh), -(-x.shape[3] // sw)))


@mistake
def loops_over_tiles(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The loops step over the image by the window's size, without regard to the stride.

    Window and stride are two hyperparameters: loop over dout, where the window of dout[i, j] starts at (i·s,
    j·s), whether windows overlap or not.
    """
    loops = -(-x.shape[2] // window[0]), -(-x.shape[3] // window[1])
    return _pull(of, dout, x, window, window, loops)


@mistake
def takes_the_window_for_the_stride(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window's size is used as the stride, for the positions of the windows and for their number.

    Window and stride are two hyperparameters. Backward visits the windows of forward: one for each value of
    dout, and window (i, j) starts at (i·s, j·s).
    """
    return _pull(of, dout, x, window, window, _fit(x, window, window))


@mistake
def size_from_the_stride(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The number of windows is the image's size divided by the stride, without regard to the window.

    There is one window for each value of dout, OH = ⌊(H − KH) / s⌋ + 1 in a column: the last must end inside
    the image.
    """
    sh, sw = _steps(stride)
    return _pull(of, dout, x, window, stride, (x.shape[2] // sh, x.shape[3] // sw))


@mistake
def size_from_the_window(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The number of windows is the image's size divided by the window's, without regard to the stride.

    There is one window for each value of dout, OH = ⌊(H − KH) / s⌋ + 1 in a column. That is H / KH only where
    the stride equals the window's size.
    """
    return _pull(of, dout, x, window, stride, (x.shape[2] // window[0], x.shape[3] // window[1]))


@mistake
def columns_loop_over_the_rows(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The loop over the upstream gradient's columns runs over its number of rows.

    dout has OH rows and OW columns, and each loop has an end of its own. A square output hides the
    difference.
    """
    return _pull(of, dout, x, window, stride, (dout.shape[2], dout.shape[2]))


@mistake
def rows_loop_over_the_columns(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The loop over the upstream gradient's rows runs over its number of columns.

    dout has OH rows and OW columns, and each loop has an end of its own. A square output hides the
    difference.
    """
    return _pull(of, dout, x, window, stride, (dout.shape[3], dout.shape[3]))


@mistake
def swaps_the_loops(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The loop over the upstream gradient's rows runs over its number of columns, and the reverse.

    dout has the axes (N, C, OH, OW): i counts its OH rows, and j its OW columns. A square output hides the
    difference.
    """
    return _pull(of, dout, x, window, stride, (dout.shape[3], dout.shape[2]))


@mistake
def width_from_the_images_height(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The number of windows in a row is computed from the image's height and the window's width.

    The two axes are independent: OW = ⌊(W − KW) / s⌋ + 1, which is also the width of dout. A square image
    hides the difference.
    """
    across = (x.shape[2] - window[1]) // _steps(stride)[1] + 1
    return _pull(of, dout, x, window, stride, (dout.shape[2], across))


@mistake
def width_from_the_windows_height(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The number of windows in a row is computed from the window's height.

    The width goes with the window's width: OW = ⌊(W − KW) / s⌋ + 1, which is also the width of dout.
    """
    across = (x.shape[3] - window[0]) // _steps(stride)[1] + 1
    return _pull(of, dout, x, window, stride, (dout.shape[2], across))


@mistake
def swaps_the_images_sides(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The image's height and width are swapped where the number of windows is computed.

    x has the axes (N, C, H, W): height before width. OH = ⌊(H − KH) / s⌋ + 1, and OW = ⌊(W − KW) / s⌋ + 1.
    """
    return _pull(of, dout, x, window, stride, _fit(x.swapaxes(2, 3), window, stride))


@mistake
def loops_stop_one_early(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The loops stop one step early, so that the last row and the last column of windows pass nothing back.

    There is one window for each value of dout: ⌊(H − KH) / s⌋ + 1 rows of them, with the indices 0 to OH − 1.
    """
    return _pull(of, dout, x, window, stride, (dout.shape[2] - 1, dout.shape[3] - 1))


@mistake
def loops_stop_before_the_last_start(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The loops over the image stop before the last window, the one that ends at the border.

    A window may start in row H − KH, since it then ends with the image's last row: the loops must include
    that row.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    loops = -((kh - x.shape[2]) // sh), -((kw - x.shape[3]) // sw)
    return _pull(of, dout, x, window, stride, loops)


@mistake
def adds_one_before_dividing(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """In the number of windows, the one is added before the division by the stride, not after it.

    The window can take ⌊(H − KH) / s⌋ steps from its first position: ⌊(H − KH) / s⌋ + 1 positions in all.
    """
    (oh, ow), (sh, sw) = _fit(x, window, 1), _steps(stride)
    return _pull(of, dout, x, window, stride, (oh // sh, ow // sw))


@mistake
def rounds_the_size_up(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The number of windows is rounded up, so that one more is visited than in the forward pass.

    Pixels too few for one more window are left out: there are ⌊(H − KH) / s⌋ + 1, rounded down, as many as
    dout has rows.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    loops = -((kh - x.shape[2]) // sh) + 1, -((kw - x.shape[3]) // sw) + 1
    return _pull(of, dout, x, window, stride, loops)


# --- the window ----------------------------------------------------------------------------------


@mistake
def cuts_square_windows(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window's height is used for its width: every window is cut as wide as it is high.

    Window (i, j) has the KH rows from i·s on and the KW columns from j·s on; the two may differ.
    """
    return _pull(of, dout, x, (window[0], window[0]), stride)


@mistake
def window_is_square(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window's height is used for its width, in the number of windows and in cutting them.

    The window is KH rows high and KW columns wide; the two may differ. The width of dout follows from KW.
    """
    square = window[0], window[0]
    return _pull(of, dout, x, square, stride, _fit(x, square, stride))


@mistake
def cuts_windows_as_high_as_wide(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window's width is used for its height: every window is cut as high as it is wide.

    Window (i, j) has the KH rows from i·s on and the KW columns from j·s on; the two may differ.
    """
    return _pull(of, dout, x, (window[1], window[1]), stride)


@mistake
def window_is_as_high_as_wide(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window's width is used for its height, in the number of windows and in cutting them.

    The window is KH rows high and KW columns wide; the two may differ. The height of dout follows from KH.
    """
    square = window[1], window[1]
    return _pull(of, dout, x, square, stride, _fit(x, square, stride))


@mistake
def cuts_windows_with_swapped_sides(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Every window is cut with its height and width swapped.

    Window (i, j) has the KH rows from i·s on and the KW columns from j·s on: rows come first.
    """
    return _pull(of, dout, x, (window[1], window[0]), stride)


@mistake
def swaps_the_windows_sides(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window's height and width are swapped, in the number of windows and in cutting them.

    The window is KH rows high and KW columns wide: KH goes with the image's height, KW with its width.
    """
    turned = window[1], window[0]
    return _pull(of, dout, x, turned, stride, _fit(x, turned, stride))


@mistake
def window_ends_at_the_stride(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """A window ends where the next one starts: it is as large as the stride, not as its own size.

    The stride says where windows start, their size says where they end: KH rows from i·s on. So they may
    overlap or leave gaps.
    """
    return _pull(of, dout, x, _steps(stride), stride)


@mistake
def window_is_one_short(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Every window lacks its last row and its last column.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    return _pull(of, dout, x, (window[0] - 1, window[1] - 1), stride)


@mistake
def window_is_one_long(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Every window has one row and one column too many.

    The end of a slice is left out: the KH rows from i·s on are the slice from i·s to i·s + KH.
    """
    return _pull(of, dout, x, (window[0] + 1, window[1] + 1), stride)


@mistake
def stretches_the_window(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window's size is multiplied by the stride, as its start is, so that every window is too large.

    The stride moves a window but does not change its size: KH rows from i·s on, KW columns from j·s on.
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    return _pull(of, dout, x, (kh * sh, kw * sw), stride)


@mistake
def window_is_always_two_by_two(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The window is taken to be two by two pixels, whatever its size should be.

    The window's height KH and width KW are hyperparameters: the maximum is that of all KH × KW pixels.
    """
    return _pull(of, dout, x, (2, 2), stride)


@mistake
def column_from_the_row_index(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """A window's first column is computed from its row index, so that only the diagonal is visited.

    Window (i, j) starts in row i·s and in column j·s: each index moves one axis.
    """
    right = _regular(window, stride)
    return _gather(of, dout, x, lambda i, j: right(i, i), lambda i, j: right(i, i))


@mistake
def row_from_the_column_index(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """A window's first row is computed from its column index, so that only the diagonal is visited.

    Window (i, j) starts in row i·s and in column j·s: each index moves one axis.
    """
    right = _regular(window, stride)
    return _gather(of, dout, x, lambda i, j: right(j, j), lambda i, j: right(j, j))


@mistake
def swaps_row_and_column(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """A window's first row is computed from its column index, and its first column from its row index.

    Window (i, j) starts in row i·s and in column j·s: i counts rows and j counts columns, in dout as in x.
    """
    right = _regular(window, stride)
    return _gather(of, dout, x, lambda i, j: right(j, i), lambda i, j: right(j, i))


# --- the place of the maximum --------------------------------------------------------------------


@mistake
def splits_the_argmax_by_the_height(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The flat index of the maximum is split into row and column by the window's height, not by its width.

    Flat indices run along the rows, and a row is KW long: the row is k // KW and the column k % KW. A square
    window hides the difference.
    """
    return _put(dout, x, window, stride, lambda k: (k // window[0], k % window[0]))


@mistake
def splits_the_argmax_by_the_height_in_the_window(
    dout: Array, x: Array, *, window: Pair, stride: Stride
) -> Array:
    """The flat index of the maximum is split by the window's height, so that it can lie outside the window.

    Flat indices run along the rows, and a row is KW long: the row is k // KW and the column k % KW. A square
    window hides the difference.
    """

    def split(k: Array) -> tuple[Array, Array]:
        row, col = k // window[0], k % window[0]
        if np.any(row >= window[0]) or np.any(col >= window[1]):
            raise IndexError("a place outside the window")
        return row, col

    return _put(dout, x, window, stride, split)


@mistake
def takes_the_argmaxs_column_by_the_height(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The maximum's column is the flat index modulo the window's height; its row is right.

    Flat indices run along the rows, and a row is KW long: both row, k // KW, and column, k % KW, use the
    width.
    """
    return _put(dout, x, window, stride, lambda k: (k // window[1], k % window[0]))


@mistake
def takes_the_argmaxs_row_by_the_height(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The maximum's row is the flat index divided by the window's height; its column is right.

    Flat indices run along the rows, and a row is KW long: both row, k // KW, and column, k % KW, use the
    width.
    """
    return _put(dout, x, window, stride, lambda k: (k // window[0], k % window[1]))


@mistake
def splits_the_argmax_by_the_stride(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The flat index of the maximum is split into row and column by the stride, not by the window's width.

    Flat indices run along the rows of the window, and a row is KW long: the row is k // KW and the column k %
    KW.
    """
    step = _steps(stride)[1]
    return _put(dout, x, window, stride, lambda k: (k // step, k % step))


@mistake
def splits_the_argmax_by_the_image(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The flat index of the maximum in its window is split by the width of the whole image.

    A flat index in a window counts the window's own rows, each KW long: the row is k // KW and the column k %
    KW.
    """
    return _put(dout, x, window, stride, lambda k: (k // x.shape[3], k % x.shape[3]))


@mistake
def swaps_the_argmaxs_row_and_column(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The maximum's row and column in the window are swapped.

    Flat indices run along the rows: k // KW is the row, and k % KW is the column.
    """
    return _put(dout, x, window, stride, lambda k: (k % window[1], k // window[1]))


@mistake
def leaves_out_the_corner(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The position of the maximum in its window is used as a position in the image.

    The position (u, v) of the maximum counts from the window's first pixel: in the image it is (i·s + u, j·s
    + v).
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    dx = np.zeros((*x.shape[:2], kh, kw), x.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            patch = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            dx += _largest(patch) * dout[:, :, i : i + 1, j : j + 1]
    return np.pad(dx, ((0, 0), (0, 0), (0, x.shape[2] - kh), (0, x.shape[3] - kw)))


@mistake
def takes_the_argmax_for_a_row(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The flat index of the maximum is used as an index of the window's rows: a whole row gets the gradient.

    argmax counts the pixels of the window row by row. One flat index k stands for two: the row k // KW and
    the column k % KW.
    """

    def share(patch: Array, grad: Array) -> Array:
        n, c = np.indices(patch.shape[:2])
        given = np.zeros_like(patch)
        given[n, c, patch.reshape(*n.shape, -1).argmax(axis=-1)] = grad[..., 0]
        return given

    return _spread(dout, x, window, stride, share)


@mistake
def takes_the_argmax_for_a_place_in_the_plane(
    dout: Array, x: Array, *, window: Pair, stride: Stride
) -> Array:
    """The flat index of the maximum in its window is used as a flat index of the whole feature map.

    argmax counts the pixels of the window from its first pixel, row by row of KW pixels. In the image the
    maximum is at (i·s + k // KW, j·s + k % KW).
    """
    (kh, kw), (sh, sw) = window, _steps(stride)
    (n, c), dx = np.indices(x.shape[:2]), np.zeros(x.shape, x.dtype)
    planes = dx.reshape(*x.shape[:2], -1)
    for i, j in np.ndindex(dout.shape[2:]):
        patch = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
        planes[n, c, patch.reshape(*n.shape, -1).argmax(axis=-1)] += dout[:, :, i, j]
    return dx


@mistake
def gives_it_to_the_first_pixel(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The gradient goes to the first pixel of each window, wherever the maximum is.

    Only the maximum affects the output, so dout[i, j] goes to the pixel where it is.
    """
    return _put(dout, x, window, stride, lambda k: (k * 0, k * 0))


# --- the mask ------------------------------------------------------------------------------------


@mistake
def masks_the_maximum_of_the_plane(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The windows are compared with the maximum of the whole feature map, so most pass no gradient back.

    Each window has a maximum of its own: the mask is 1 where x[i·s + u, j·s + v] equals the maximum over u
    and v.
    """
    highest = x.max(axis=(2, 3), keepdims=True)
    return _spread(dout, x, window, stride, lambda patch, grad: (patch == highest) * grad)


@mistake
def masks_the_maximum_of_the_input(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The windows are compared with the maximum of all images and channels, so most pass no gradient back.

    Each window has a maximum of its own: the mask is 1 where x[i·s + u, j·s + v] equals the maximum over u
    and v.
    """
    highest = x.max()
    return _spread(dout, x, window, stride, lambda patch, grad: (patch == highest) * grad)


@mistake
def masks_the_whole_plane(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The mask is that of the whole feature map, so that its one maximum gets the gradients of all windows.

    Each window has a mask of its own, as large as the window: 1 at the window's maximum, 0 elsewhere.
    """
    return np.asarray(_largest(x) * dout.sum(axis=(2, 3), keepdims=True))


@mistake
def masks_one_maximum_of_all_channels(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The mask is made of all channels at once: only the channel with the largest value gets a gradient.

    Pooling works on each channel alone: each has its own maximum in the window and passes its own dout back.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: _largest(patch, (1, 2, 3)) * grad)


@mistake
def masks_one_maximum_of_the_batch(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The mask is made of all images at once: only the image with the largest value gets a gradient.

    Each image is pooled alone: each has its own maximum in the window.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: _largest(patch, (0, 2, 3)) * grad)


@mistake
def masks_one_maximum_of_everything(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The mask is made of all images and channels at once: only one of them gets a gradient.

    Each channel of each image has its own maximum in the window, over the two spatial axes alone.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: _largest(patch, (0, 1, 2, 3)) * grad)


@mistake
def masks_each_columns_maximum(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The mask marks the maximum of each column of the window, so that several pixels get the gradient.

    The window has one maximum, over its rows and its columns together: max over u and v.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: _largest(patch, (2,)) * grad)


@mistake
def masks_positive_values(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """Every positive pixel of the window gets the gradient, as in a ReLU.

    The gradient goes to the maximum alone, whatever its sign: the mask is 1 where x equals the maximum.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: (patch > 0) * grad)


@mistake
def maximum_starts_at_zero(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The search for the maximum starts at zero, so that a window of negative values passes no gradient back.

    The maximum of negative numbers is negative: a search starts at −∞ or at the window's first value.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: _largest(patch) * (patch > 0) * grad)


@mistake
def place_starts_at_the_first_pixel(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The search for the maximum starts at zero, so negative windows pass all back to their first pixel.

    The maximum of negative numbers is negative: a search starts at −∞, or at the window's first value and its
    position.
    """

    def share(patch: Array, grad: Array) -> Array:
        mask = _largest(patch) * (patch > 0)
        mask[:, :, 0, 0] += ~(patch > 0).any(axis=(2, 3))
        return mask * grad

    return _spread(dout, x, window, stride, share)


@mistake
def masks_the_minimum(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient goes to the smallest pixel of each window, not to the largest.

    The output is the maximum, so only the pixel where it is affects the output: the mask is 1 there.
    """
    return of(dout, -x, window=window, stride=stride)


@mistake
def masks_the_largest_magnitude(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient goes to the pixel with the largest absolute value, not to the maximum.

    The maximum compares the values as they are: 1 is larger than −5.
    """
    return of(dout, np.abs(x), window=window, stride=stride)


@mistake
def mask_is_the_maximum_itself(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The mask is the maximum, a number, instead of marking where the maximum is.

    The mask has the window's shape: 1 where x equals the window's maximum, 0 elsewhere. It is multiplied by
    dout[i, j].
    """
    return _spread(dout, x, window, stride, lambda patch, grad: patch.max(axis=(2, 3), keepdims=True) * grad)


@mistake
def gives_it_to_every_pixel(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """Every pixel of the window gets the gradient, not only the maximum.

    Only the maximum affects the output: multiply dout[i, j] by a mask that is 1 there and 0 elsewhere.
    """
    return _spread(dout, x, window, stride, lambda _, grad: grad)


@mistake
def shares_it_evenly(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The gradient is shared evenly among the pixels of the window, as in average pooling.

    Only the maximum affects the output, so it gets the whole of dout[i, j] and the others 0.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: grad / patch[0, 0].size)


@mistake
def reads_the_first_image(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Every maximum is looked for in the first image of the batch.

    Each image has its own maxima: the mask for dx[n] comes from x[n].
    """
    return of(dout, np.broadcast_to(x[:1], x.shape), window=window, stride=stride)


@mistake
def reads_the_first_channel(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Every maximum is looked for in the first channel.

    Each channel has its own maxima: the mask for dx[n, c] comes from x[n, c].
    """
    return of(dout, np.broadcast_to(x[:, :1], x.shape), window=window, stride=stride)


# --- the gradient --------------------------------------------------------------------------------


@mistake
def multiplies_by_the_input(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The mask is multiplied by the input instead of by the upstream gradient.

    By the chain rule the derivative, 1 at the maximum and 0 elsewhere, is multiplied by dout[i, j]. The value
    of the input only says where the maximum is.
    """
    return _spread(dout, x, window, stride, lambda patch, _: _largest(patch) * patch)


@mistake
def copies_the_maxima(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The maxima of the input are copied to where they are; the upstream gradient is not used.

    By the chain rule the derivative, 1 at the maximum and 0 elsewhere, is multiplied by dout[i, j]. The value
    of the input only says where the maximum is.
    """
    chosen = max_pool2d_backward(np.ones_like(dout), x, window=window, stride=stride) > 0
    return np.where(chosen, x, 0)


@mistake
def multiplies_by_the_input_too(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The gradient at the maximum is multiplied by the maximum itself.

    The derivative of a maximum by its largest argument is 1: that pixel gets dout[i, j] as it is.
    """
    return _spread(dout, x, window, stride, lambda patch, grad: _largest(patch) * patch * grad)


@mistake
def leaves_out_the_upstream_gradient(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient is 1 at each maximum, as if the upstream gradient were 1 everywhere.

    By the chain rule the derivative, 1 at the maximum and 0 elsewhere, is multiplied by dout[i, j].
    """
    return of(np.ones_like(dout), x, window=window, stride=stride)


@mistake
def divides_by_the_window(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient at the maximum is divided by the number of pixels in the window.

    That division belongs to average pooling. The derivative of a maximum by its largest argument is 1, so
    that pixel gets dout[i, j] as it is.
    """
    return of(dout / (window[0] * window[1]), x, window=window, stride=stride)


@mistake
def swaps_the_gradients_indices(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The upstream gradient is read with row and column swapped.

    dout has the axes (N, C, OH, OW): row before column, and dout[n, c, i, j] belongs to window (i, j).
    """
    if dout.shape[2] != dout.shape[3]:
        raise IndexError("a cell outside the upstream gradient")
    return of(dout.swapaxes(2, 3), x, window=window, stride=stride)


@mistake
def takes_the_first_images_gradient(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """All images get the upstream gradient of the first one.

    Each image is pooled alone: dx[n] depends on dout[n].
    """
    return of(np.broadcast_to(dout[:1], dout.shape), x, window=window, stride=stride)


@mistake
def takes_the_first_channels_gradient(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """All channels get the upstream gradient of the first one.

    Pooling works on each channel alone: dx[n, c] depends on dout[n, c].
    """
    return of(np.broadcast_to(dout[:, :1], dout.shape), x, window=window, stride=stride)


@mistake
def takes_the_last_channels_gradient(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """All channels get the upstream gradient of the last one.

    Pooling works on each channel alone: dx[n, c] depends on dout[n, c].
    """
    return of(dout[:, [-1] * dout.shape[1]], x, window=window, stride=stride)


@mistake
def takes_the_last_images_gradient(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """All images get the upstream gradient of the last one.

    Each image is pooled alone: dx[n] depends on dout[n].
    """
    return of(dout[[-1] * len(dout)], x, window=window, stride=stride)


@mistake
def subtracts_the_gradient(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient has the wrong sign.

    The upstream gradient is added as it is; a minus sign belongs to the optimiser's step.
    """
    return -of(dout, x, window=window, stride=stride)


@mistake
def reads_the_first_image_for_all(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The maxima and the upstream gradient of the first image are used for all images.

    Each image is pooled alone: dx[n] depends on x[n] and dout[n].
    """
    index = [0] * len(x)
    return of(dout[index], x[index], window=window, stride=stride)


@mistake
def reshapes_instead_of_transposing(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The upstream gradient is flattened in its own order, but the matrix of windows has another order.

    A reshape keeps the order in memory. If windows run over positions first, then over images and channels,
    transpose dout to (OH, OW, N, C) before flattening it.
    """
    n, c, oh, ow = dout.shape
    return of(dout.reshape(oh, ow, n, c).transpose(2, 3, 0, 1), x, window=window, stride=stride)


@mistake
def spreads_by_repeating(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The outputs are repeated over tiles of the window's size, whatever stride says.

    Tiles neither overlap nor leave gaps or leftover pixels. In general window (i, j) starts at (i·s, j·s),
    for any stride s, and its gradient is added there.
    """

    def spread(cells: Array) -> Array:
        return cells.repeat(window[0], axis=2).repeat(window[1], axis=3)

    mask = x == spread(max_pool2d(x, window=window, stride=stride))
    return np.asarray(mask * spread(dout))


# --- dx ------------------------------------------------------------------------------------------


@mistake
def fills_the_first_image(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Only the first image of the batch has a gradient; that of the others stays zero.

    dx has all N images. A return inside the loop over the batch ends the function after the first.
    """
    dx = of(dout, x, window=window, stride=stride)
    dx[1:] = 0
    return dx


@mistake
def fills_the_last_image(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Only the last image of the batch has a gradient; that of the others stays zero.

    dx has all N images. What is stored after the loop over the batch, or made anew inside it, is of the last
    image only.
    """
    dx = of(dout, x, window=window, stride=stride)
    dx[:-1] = 0
    return dx


@mistake
def fills_the_first_channel(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Only the first channel has a gradient; that of the others stays zero.

    Pooling works on each channel alone: each of the C channels passes its gradient back.
    """
    dx = of(dout, x, window=window, stride=stride)
    dx[:, 1:] = 0
    return dx


@mistake
def returns_after_the_first_channel(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Only the first channel of the first image has a gradient; all else stays zero.

    Every value of dout contributes to dx: return it after all loops have ended. A return inside a loop ends
    the function.
    """
    kept = np.zeros_like(dout)
    kept[0, 0] = dout[0, 0]
    return of(kept, x, window=window, stride=stride)


@mistake
def returns_after_the_first_row(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Only the first row of windows of the first image and channel passes its gradient back.

    Every value of dout contributes to dx: return it after all loops have ended. A return inside a loop ends
    the function.
    """
    kept = np.zeros_like(dout)
    kept[0, 0, 0] = dout[0, 0, 0]
    return of(kept, x, window=window, stride=stride)


@mistake
def returns_after_the_first_value(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Only the very first window passes its gradient back; all else stays zero.

    Every value of dout contributes to dx: return it after all loops have ended. A return inside a loop ends
    the function.
    """
    kept = np.zeros_like(dout)
    kept[0, 0, 0, 0] = dout[0, 0, 0, 0]
    return of(kept, x, window=window, stride=stride)


@mistake
def adds_it_to_all_channels(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Each channel's gradient is added to all channels.

    Pooling works on each channel alone: dout[n, c] goes to dx[n, c] and to no other channel.
    """
    dx = of(dout, x, window=window, stride=stride)
    return np.broadcast_to(dx.sum(axis=1, keepdims=True), dx.shape).copy()


@mistake
def adds_it_to_all_images(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """Each image's gradient is added to all images of the batch.

    Each image is pooled alone: dout[n] goes to dx[n] and to no other image of the batch.
    """
    dx = of(dout, x, window=window, stride=stride)
    return np.broadcast_to(dx.sum(axis=0, keepdims=True), dx.shape).copy()


@mistake
def stays_zero(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The gradient has the right shape, but all of it is zero.

    For every window, dout[n, c, i, j] is added to dx where the window has its maximum.
    """
    return np.zeros_like(x)


@mistake
def starts_from_ones(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient is accumulated in an array of ones instead of zeros.

    A pixel that is no window's maximum does not affect the output: its gradient is 0, so sums start there.
    """
    return of(dout, x, window=window, stride=stride) + x.dtype.type(1)


@mistake
def starts_from_the_input(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient is added to a copy of the input instead of to zeros.

    dx has the shape of x but none of its values: a pixel that is no window's maximum has the gradient 0.
    """
    return x + of(dout, x, window=window, stride=stride)


@mistake
def leaves_out_the_leftover(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient ends with the last window, so that leftover pixels are missing.

    dx has the shape of x, always. Its size cannot be computed from dout, since different H give the same ⌊(H
    − KH) / s⌋ + 1; pixels that no window covers have the gradient 0.
    """
    (kh, kw), (sh, sw), (oh, ow) = window, _steps(stride), dout.shape[2:]
    covered = x[:, :, : (oh - 1) * sh + kh, : (ow - 1) * sw + kw]
    return of(dout, covered, window=window, stride=stride)


@mistake
def returns_the_upstream_gradient(dout: Array, x: Array, *, window: Pair, stride: Stride) -> Array:
    """The upstream gradient is returned as it is, in the shape of the output.

    dx has the shape of x: each dout[n, c, i, j] goes to the pixel that was the maximum of window (i, j).
    """
    return dout.copy()


@mistake
def transposes_the_gradient(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient's rows and columns are swapped.

    dx has the axes of x, (N, C, H, W): dx[n, c, r, q] is the gradient of pixel x[n, c, r, q].
    """
    return of(dout, x, window=window, stride=stride).swapaxes(2, 3)


@mistake
def keeps_single_precision(
    dout: Array, x: Array, *, window: Pair, stride: Stride, of: Back = max_pool2d_backward
) -> Array:
    """The gradient is in single precision although the input is in double precision.

    The gradient has the type of the input, float64 here: float32 keeps only about seven digits.
    """
    return of(dout, x, window=window, stride=stride).astype(np.float32)


MISTAKES = mistake.mistakes
