"""Transposed convolution of signals and images, and its gradients."""

from __future__ import annotations

from grader.ops.conv import backward, forward
from reference import conv_transpose

__all__ = ["OPS"]

OPS = {
    "conv_transpose1d": forward(conv_transpose.conv_transpose1d),
    "conv_transpose1d_backward": backward(conv_transpose.conv_transpose1d_backward, of="conv_transpose1d"),
    "conv_transpose2d": forward(conv_transpose.conv_transpose2d),
    "conv_transpose2d_backward": backward(conv_transpose.conv_transpose2d_backward, of="conv_transpose2d"),
}
