"""The library of mistakes: for each operation the wrong versions of it that students write.

One file for each operation, one function for each misconception. `MISTAKES` maps the operation's name to
its mistakes; two that agree on every input of the operation are one.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.mistakes import (
    avg_pool2d,
    avg_pool2d_backward,
    conv2d,
    conv2d_backward,
    max_pool2d,
    max_pool2d_backward,
    spatial_batchnorm,
    spatial_batchnorm_backward,
    spatial_groupnorm,
    spatial_groupnorm_backward,
)
from reference.mistakes.mistake import Collection, Function, Mistake

__all__ = ["MISTAKES", "Collection", "Function", "Mistake"]

MISTAKES: Mapping[str, tuple[Mistake, ...]] = {
    "conv2d": conv2d.MISTAKES,
    "conv2d_backward": conv2d_backward.MISTAKES,
    "avg_pool2d": avg_pool2d.MISTAKES,
    "avg_pool2d_backward": avg_pool2d_backward.MISTAKES,
    "max_pool2d": max_pool2d.MISTAKES,
    "spatial_batchnorm": spatial_batchnorm.MISTAKES,
    "max_pool2d_backward": max_pool2d_backward.MISTAKES,
    "spatial_batchnorm_backward": spatial_batchnorm_backward.MISTAKES,
    "spatial_groupnorm": spatial_groupnorm.MISTAKES,
    "spatial_groupnorm_backward": spatial_groupnorm_backward.MISTAKES,
}
