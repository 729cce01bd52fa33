"""One filter on one grey image: where a course on convolutional networks begins."""

from __future__ import annotations

import numpy as np

from reference.arrays import Array, require_axes, require_floats
from reference.conv import conv2d

__all__ = ["correlate2d"]


def correlate2d(x: Array, w: Array, *, stride: int = 1) -> Array:
    """Slide one filter over one image of one channel, without padding.

    out[i, j] = Σ_{u,v} x[i·stride + u, j·stride + v] · w[u, v]

    Args:
        x: image, (H, W).
        w: filter, (KH, KW); it is not flipped.
        stride: step of the window in pixels, >= 1.

    Returns:
        The filter's responses, (OH, OW), with OH and OW given by `output_size`.

    Raises:
        ShapeError: x or w has not two axes, or the filter does not fit.
        TypeError: the arrays are not all float32 or all float64.

    Source: Dumoulin & Visin, arXiv:1603.07285, relationships 1 and 5.
    """
    require_floats(x=x, w=w)
    require_axes("x", x, "H, W")
    require_axes("w", w, "KH, KW")
    maps = conv2d(x[None, None], w[None, None], np.zeros(1, x.dtype), stride=stride)
    out: Array = maps[0, 0]
    return out
