"""The view that convolution and pooling share: every position of a window, without a copy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reference.arrays import Array

__all__ = ["sliding_windows", "taps"]


def sliding_windows(
    x: Array, kernel: tuple[int, int], stride: tuple[int, int], out_size: tuple[int, int]
) -> Array:
    """View images as the windows on them.

    windows[n, c, u, v, i, j] = x[n, c, i·SH + u, j·SW + v]: the window's own axes (u, v) come before its
    position (i, j), so that a copy runs along whole rows of the output.

    Where windows overlap, several elements of the view are one element of x. Reading is safe; write to one
    tap at a time.

    Args:
        x: images, (N, C, H, W), C-contiguous.
        kernel: (KH, KW).
        stride: (SH, SW).
        out_size: (OH, OW), as `output_size` gives them.

    Returns:
        A view of x, (N, C, KH, KW, OH, OW).

    Raises:
        ValueError: from NumPy, if x is not contiguous or the windows would leave it.
    """
    to_image, to_channel, to_row, to_pixel = x.strides
    strides = (to_image, to_channel, to_row, to_pixel, stride[0] * to_row, stride[1] * to_pixel)
    # As `as_strided`, at a quarter of its cost and with the bounds checked.
    return np.ndarray((*x.shape[:2], *kernel, *out_size), x.dtype, x, 0, strides)


def taps(windows: Array) -> Iterator[Array]:
    """Go through a window's offsets (u, v) in row-major order.

    Args:
        windows: (N, C, KH, KW, OH, OW), as `sliding_windows` gives them.

    Yields:
        KH · KW views, (N, C, OH, OW): what every window has at that offset. No two elements of one tap are
        the same element of the image, so each can be written to.
    """
    for u in range(windows.shape[2]):
        for v in range(windows.shape[3]):
            yield windows[:, :, u, v]
